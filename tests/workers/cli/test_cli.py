"""The command line states in one line what is wrong."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from api_gateway.services.problem import Problem, broken_rule
from workers.__main__ import app, main
from workers.embedded.stack import ports

PERSON = "a" * 32


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["token", "--person", "ann", "--role", "admin"], "32 hex digits"),
        (["token", "--person", PERSON, "--role", "system"], "a role is one of"),
        (["history", PERSON, "--at", "yesterday"], "write the moment as day, time and offset"),
        (["history", PERSON, "--at", "2026-11-02T15:00:00"], "write the moment as day, time and offset"),
        (
            ["send", "people", "--token", "t", "--body", "{"],
            "in double quotation marks is missing at character 2",
        ),
        (["send", "people", "--token", "t", "--body", '{"a": 1,}'], "there is a comma with nothing after it"),
        (["clock", "--days", "-3"], "This is too small. Write a number of at least 0."),
        (["clock", "--days", "soon"], "This must be a whole number. Write only digits."),
        (["token", "--days", "200"], "This is too large. Write a number of at most 90."),
        (["history", PERSON, "--language", "fr"], "a language is one of en, es"),
        (["show", "tasks", "--token", ""], "the token is empty"),
        (["tasks", "--token", " "], "the token is empty"),
        (["send", "people", "--token", ""], "the token is empty"),
        (["show", "tasks", "--token", "a b"], "this is no access token"),
        (["show", "tasks", "--token", "é"], "this is no access token"),
        (["history", PERSON, "--token", ""], "the token is empty"),
        (["history", "Ann", "--token", "t", "--side"], "at least 8 of its first digits"),
        (["replay"], "--all"),
    ],
)
def test_a_wrong_argument_is_named(arguments: list[str], expected: str) -> None:
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == 2
    assert expected in " ".join(ended.output.replace("│", " ").split())


def test_an_office_that_does_not_run_is_reported_in_one_line() -> None:
    ended = CliRunner().invoke(app, ["tasks", "--token", "t", "--url", "http://127.0.0.1:1"])
    assert ended.exit_code == 1
    assert ended.output.startswith("no API answers at http://127.0.0.1:1")


def test_forms_are_listed_and_shown_in_both_languages() -> None:
    listed = CliRunner().invoke(app, ["forms", "list", "masa", "--language", "es"])
    assert listed.exit_code == 0
    [line] = [line for line in listed.output.splitlines() if "special_application" in line]
    assert line.endswith("Solicitud de excepción")
    asked = CliRunner().invoke(app, ["forms", "list", "nea_esp"])
    assert asked.output.count("survey_opens + 14 days") == asked.output.count("early end + 14 days") == 2
    shown = CliRunner().invoke(app, ["forms", "show", "masa", "masa_survey_mentee"])
    assert "3 = quite a bit" in shown.output
    assert "[less_alone: scale, A, required, least 1, most 5, aim less_isolation, ours]" in shown.output
    every = CliRunner().invoke(app, ["forms", "show", "masa"])
    assert every.output.count("by mentor, stage survey") == 1
    assert every.output.count("due ") > shown.output.count("due ")


def test_a_missing_form_or_program_is_reported() -> None:
    for words, expected in (
        (["list", "none"], "none is not a program; write one of ma_ese, masa, mass, nea_esp, opsoa\n"),
        (["show", "none"], "none is not a program; write one of ma_ese, masa, mass, nea_esp, opsoa\n"),
        (
            ["show", "mass", "none"],
            "none is not a form of mass; write one of registration, welcome_letter, ",
        ),
    ):
        ended = CliRunner().invoke(app, ["forms", *words])
        assert ended.exit_code == 1
        assert ended.output.startswith(expected)
    strange = CliRunner().invoke(app, ["forms", "list", "masa", "--language", "fr"])
    assert strange.exit_code == 2
    assert "a language is one of en, es" in strange.output


@contextmanager
def answering(status: int, body: object) -> Iterator[str]:
    """Yield the address of an API that answers any one request."""

    class Once(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_DELETE = do_POST

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with HTTPServer(("127.0.0.1", 0), Once) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        thread.join()


@pytest.mark.parametrize("command", [["show", "people/me"], ["send", "people/me/digest", "--body", "{}"]])
def test_the_address_that_serves_the_owner_of_a_token_is_asked_next(command: list[str]) -> None:
    """A mentor's token at the address of the office: the answer names that of mentors and mentees."""
    with answering(200, {"person": PERSON, "name": "Mo Berg"}) as door:
        elsewhere = Problem(403, "served_at_door")
        elsewhere.served_at = door
        with answering(403, elsewhere.body()) as office:
            ended = CliRunner().invoke(app, [*command, "--token", "t", "--url", office, "--json"])
    assert ended.exit_code == 0, ended.output
    assert "Mo Berg" in ended.output


@contextmanager
def answering_at(found: Mapping[str, object]) -> Iterator[tuple[str, list[str]]]:
    """Yield the address of an API that has something at some addresses alone, and the addresses that were asked for."""
    asked: list[str] = []

    class Each(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = found.get(self.path, Problem(404, "not_found").body())
            content = json.dumps(body).encode()
            self.send_response(200 if self.path in found else 404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with HTTPServer(("127.0.0.1", 0), Each) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("kind", ["relationships", "people", "obligations", "term-regions", "grants"])
def test_a_history_is_found_by_its_id_whatever_it_is_of(kind: str) -> None:
    with answering_at({f"/v1/{kind}/{PERSON}/history": {"data": []}}) as (url, asked):
        ended = CliRunner().invoke(app, ["history", PERSON, "--token", "t", "--url", url, "--json"])
    assert (ended.exit_code, json.loads(ended.output)) == (0, {"data": []})
    assert asked[-1] == f"/v1/{kind}/{PERSON}/history"


def test_a_history_says_its_time_zone_once_and_names_people() -> None:
    said = {
        "seq": 1,
        "type": "PersonChanged",
        "actor": {"id": "b" * 32, "role": "coordinator"},
        "decided_at": "2026-11-02T17:55:00Z",
        "body": {"fields": ["phone", "memberships"]},
    }
    member = {"record": "membership/7", "class": "active", "first": "2020-07-01", "last": None, "events": [1]}
    found = {
        "data": [said],
        "names": {"b" * 32: "Ann Example"},
        "zone": "America/New_York",
        "records": [member],
    }
    with answering_at({f"/v1/people/{PERSON}/history": found}) as (url, _):
        ended = CliRunner().invoke(app, ["history", PERSON, "--token", "t", "--url", url])
    assert ended.output.splitlines() == [
        "All times are in Eastern Time.",
        "   1  2026-11-02 12:55  Ann Example (coordinator): The entry was changed: phone, memberships. "
        "Membership 7: active, from 2020-07-01.",
        "The history does not keep values; what it says about a record is what the entry says today. "
        f"The whole entry: mentorflow show people/{PERSON}",
    ]


@pytest.mark.parametrize(
    ("command", "path"),
    [(["history", PERSON], f"/v1/relationships/{PERSON}/history"), (["grants"], "/v1/grants?limit=100")],
)
def test_every_command_that_takes_a_token_takes_it_from_the_environment(
    command: list[str], path: str
) -> None:
    with answering_at({path: {"data": [], "next": ""}}) as (url, asked):
        arguments = [*command, "--url", url, "--json"]
        ended = CliRunner().invoke(app, arguments, env={"MENTORFLOW_TOKEN": "t"})
    assert (ended.exit_code, asked[0]) == (0, path), ended.output


def test_a_history_that_is_nowhere_is_said_in_words() -> None:
    for id, asked_for, more in ((PERSON, 6, ""), (PERSON[:8], 4, "or write the whole id")):
        with answering_at({}) as (url, asked):
            ended = CliRunner().invoke(app, ["history", id, "--token", "t", "--url", url])
        assert (ended.exit_code, ended.stdout, len(asked)) == (1, "", asked_for)
        assert ended.stderr.startswith(f"You cannot see any history with the id {id}. Check the id")
        assert more in ended.stderr


def test_a_history_is_found_by_a_persons_member_number() -> None:
    people = {"data": [{"id": PERSON, "name": "Ann", "keys": ["20230712"]}], "next": None}
    for number in ("M-2003", "20230712"):
        people["data"][0]["keys"] = [number]
        answers = {
            f"/v1/people?q={number}&limit=100": people,
            f"/v1/people/{PERSON}/history": {"data": [], "names": {}, "zone": "UTC"},
        }
        with answering_at(answers) as (url, asked):
            ended = CliRunner().invoke(app, ["history", number, "--token", "t", "--url", url, "--json"])
        assert (ended.exit_code, json.loads(ended.stdout)["data"]) == (0, []), ended.output
        assert asked[-1] == f"/v1/people/{PERSON}/history"
    with answering_at({"/v1/people?q=M-9&limit=100": {"data": [], "next": None}}) as (url, _):
        ended = CliRunner().invoke(app, ["history", "M-9", "--token", "t", "--url", url])
    assert (ended.exit_code, ended.stderr.splitlines()[0]) == (
        1,
        "You cannot see any history of M-9, and nobody has this member number. `mentorflow list` shows the ids that "
        "you may see.",
    )


def test_a_refusal_says_where_it_is_and_what_to_do() -> None:
    with answering(409, broken_rule("unknown_mode", "mode").body()) as url:
        ended = CliRunner().invoke(app, ["send", "relationships/x/log-meeting", "--token", "t", "--url", url])
    assert ended.exit_code == 1
    assert ended.stdout == ""
    assert ended.stderr.splitlines() == [
        "Unknown mode",
        "  mode: The program has no such way of meeting. "
        "Write one of the program's codes. `mentorflow show relationships/ID/codes` "
        "shows them; write the pair's id for ID.",
    ]


def test_what_the_api_answers_is_shown_as_json_where_somebody_asks_for_it() -> None:
    with answering(200, {"stage": "matching", "region": "Peña"}) as url:
        shown = CliRunner().invoke(app, ["show", "relationships/x", "--token", "t", "--url", url, "--json"])
    assert (shown.exit_code, shown.output) == (0, '{"stage": "matching", "region": "Peña"}\n')
    with answering(404, Problem(404, "not_found").body()) as url:
        ended = CliRunner().invoke(app, ["show", "relationships/y", "--token", "t", "--url", url])
    assert ended.exit_code == 1
    assert ended.output.startswith(
        "Not found\nThere is nothing with this id, or you are not allowed to see it. "
    )


def test_a_task_is_shown_with_whom_it_is_about_its_days_what_to_do_and_the_line_that_does_it() -> None:
    task = {
        "name": "Help with the agreement",
        "who": "Maria Lopez with Ruth Olsen",
        "due": "3 days late",
        "since": "open since November 3",
        "words": "Ask both what is missing.",
        "acts": [{"line": "mentorflow send relationships/x/settle-task --body '{}'"}],
    }
    with answering(200, {"data": [task], "next": None}) as url:
        shown = CliRunner().invoke(
            app, ["tasks", "--token", "t", "--url", url], env={"MENTORFLOW_TOKEN": "t"}
        )
    assert shown.output.splitlines() == [
        "",
        "Help with the agreement – Maria Lopez with Ruth Olsen (3 days late; open since November 3)",
        "  Ask both what is missing.",
        "    mentorflow send relationships/x/settle-task --body '{}'",
    ]
    with answering(200, {"data": [], "next": None}) as url:
        none = CliRunner().invoke(app, ["tasks", "--token", "t", "--url", url], env={"MENTORFLOW_TOKEN": ""})
    assert none.output.splitlines()[-1] == "You have no open task."


def test_a_note_is_written_and_read() -> None:
    with answering(200, {}) as url:
        written = CliRunner().invoke(
            app, ["note", "x", "Ask again.", "--on", "2026-11-02", "--token", "t", "--url", url]
        )
    assert written.exit_code == 0
    assert "on your list on 2026-11-02" in written.output
    kept = {"written_at": "2026-10-20T09:00:00Z", "written_by": "Ann Berg", "look_on": "2026-11-02"}
    with answering(200, {"data": [{**kept, "text": "Ask again."}]}) as url:
        shown = CliRunner().invoke(app, ["notes", "x", "--token", "t", "--url", url])
    assert shown.output == "2026-10-20  Ann Berg, look again on 2026-11-02: Ask again.\n"


@pytest.fixture
def stopped_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name the settings of an office of which nothing runs."""
    values = {"DEMO": "true", "DATABASE_HOST": ports.HOST, "DATABASE_PORT": ports.pick()}
    values |= {"TEMPORAL_ADDRESS": f"{ports.HOST}:{ports.pick()}", "SMTP_HOST": ports.HOST}
    values |= {"MAIL_FROM": "a@example.org", "PUBLIC_URL": "http://127.0.0.1:1", "KEY_FILE": tmp_path / "key"}
    values |= {f"PASSWORD_{role}": "x" for role in ("MIGRATOR", "GATEWAY", "WORKER", "PAYMENTS", "AUDITOR")}
    file = tmp_path / "settings.env"
    file.write_text("".join(f"MENTORFLOW_{name}={value}\n" for name, value in values.items()))
    monkeypatch.setenv("MENTORFLOW_SETTINGS", str(file))


@pytest.mark.usefixtures("stopped_office")
@pytest.mark.parametrize(
    "arguments",
    [
        ["clock"],
        ["history", PERSON],
        ["replay", "--all"],
        ["token", "list"],
        ["migrate"],
        ["gateway"],
        ["worker"],
        ["programs", "what-if", "domain/programs/masa.toml"],
    ],
    ids=" ".join,
)
def test_a_command_beside_a_stopped_office_says_so_in_one_line(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """C72."""
    monkeypatch.setattr(sys, "argv", ["mentorflow", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    written = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("{")]
    assert len(written) == 1
    assert "does not answer; start the office" in written[0]


def test_the_address_of_a_calendar_is_printed_once_and_revoked() -> None:
    """C23."""
    address = "https://office.example/v1/calendar/secret.ics"
    with answering(201, {"id": "1", "address": address}) as url:
        made = CliRunner().invoke(app, ["calendar", "--token", "t", "--url", url])
    with answering(200, {"person": PERSON}) as url:
        ended = CliRunner().invoke(app, ["calendar", "--token", "t", "--revoke", "--url", url])
    with answering(404, Problem(404, "unknown_calendar_address").body()) as url:
        none = CliRunner().invoke(app, ["calendar", "--token", "t", "--revoke", "--url", url])
    assert (made.exit_code, made.stdout) == (0, f"{address}\n")
    assert (ended.exit_code, ended.stdout) == (0, "The address of your calendar is revoked.\n")
    assert none.exit_code == 1
    assert "You have no calendar address." in none.stderr
