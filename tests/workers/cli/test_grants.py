"""`mentorflow grant`, `grants` and `digest`: what they send, and what they print."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from typer.testing import CliRunner

from workers.__main__ import app

ANN, GRANT = "a" * 32, "9" * 32
ROW = {
    "id": GRANT,
    "person": ANN,
    "name": "Ann Berg",
    "role": "payment_staff",
    "regions": [],
    "first": "2026-12-01",
    "last": None,
    "state": "waits_for_confirmation",
    "given_by": "0" * 32,
    "given_by_name": None,
    "confirmed_by": "",
    "confirmed_by_name": None,
}


@contextmanager
def office(answers: Mapping[str, object]) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """Yield the address of an API with these answers, and what was sent to it."""
    sent: list[tuple[str, Any]] = []

    class Each(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent.append((self.path, json.loads(self.rfile.read(length) or "null")))
            content = json.dumps(answers[self.path.partition("?")[0]]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with HTTPServer(("127.0.0.1", 0), Each) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", sent
        server.shutdown()
        thread.join()


def run(url: str, *words: str) -> Any:
    ended = CliRunner().invoke(app, [*words, "--token", "t", "--url", url])
    assert ended.exit_code == 0, ended.output
    return ended


def test_a_role_is_given_and_who_gives_one_about_money_reads_that_a_second_person_confirms_it() -> None:
    waits = {"grant": GRANT, "state": "waits_for_confirmation"}
    with office({"/v1/grants": waits}) as (url, sent):
        ended = run(url, "grant", "--person", ANN, "--role", "payment_staff", "--last", "2027-06-30")
    assert sent == [
        ("/v1/grants", {"person": ANN, "role": "payment_staff", "regions": [], "last": "2027-06-30"})
    ]
    assert ended.stdout == f"{GRANT}\n"
    assert ended.stderr == f"a second person confirms it: mentorflow grant confirm {GRANT}\n"


def test_a_role_is_confirmed_and_ended() -> None:
    answers = {f"/v1/grants/{GRANT}/{act}": {"grant": GRANT} for act in ("confirm", "end")}
    with office(answers) as (url, sent):
        confirmed, ended = (run(url, "grant", act, GRANT) for act in ("confirm", "end"))
    assert [path for path, _ in sent] == [*answers]
    assert (confirmed.stdout, ended.stdout) == (
        f"grant {GRANT} is confirmed\n",
        f"grant {GRANT} has ended\n",
    )


def test_the_list_says_who_has_which_role_and_what_waits() -> None:
    with office({"/v1/grants": {"data": [ROW], "next": None}}) as (url, _):
        lines = run(url, "grants").stdout.splitlines()
        live = run(url, "grants", "--role", "payment_staff").stdout
    assert lines[0].split() == (
        [
            "person",
            "role",
            "regions",
            "first",
            "day",
            "last",
            "day",
            "state",
            "given",
            "by",
            "confirmed",
            "by",
            "grant",
        ]
    )
    assert (
        "Ann Berg  payment_staff  all      2026-12-01  no end    waits for confirmation  the operator"
        in lines[1]
    )
    assert live == ""  # it is not live yet


def test_everybody_chooses_how_often_the_list_of_what_waits_comes() -> None:
    """C15."""
    with office({"/v1/people/me/digest": {"person": ANN, "rhythm": "mondays"}}) as (url, sent):
        ended = run(url, "digest", "mondays")
    assert sent == [("/v1/people/me/digest", {"rhythm": "mondays"})]
    assert ended.stdout == "the list of what is waiting for you comes on Mondays\n"
