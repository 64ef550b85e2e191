"""`send` says what was done, for whom and what happens next; `show` and a state of the history name each value."""

import re
import tomllib
from types import SimpleNamespace
from typing import Any, cast

from typer.testing import CliRunner

from api_gateway.app import create_app
from api_gateway.office import Office
from api_gateway.services.problem import title_of
from tests.workers.cli.test_cli import answering_at
from workers.__main__ import app
from workers.cli import answer_lines
from workers.cli.send import CORRECTIONS, DONE

PAIR, ANN = "c" * 32, "a" * 32
JOURNAL = {"command": "d" * 32, "receipt": "e" * 300}


def description_of_the_api() -> dict[str, Any]:
    settings = SimpleNamespace(
        requests_per_minute=1,
        hosts=(),
        sign_in_issuer=None,
        cookie_secret=None,
        prefix_of_cookies="",
        public_url="",
        door_url=None,
    )
    return create_app(cast(Office, SimpleNamespace(settings=settings))).openapi()


def run(found: dict[str, Any], *arguments: str) -> list[str]:
    with answering_at({f"/v1/{path}": body for path, body in found.items()}) as (url, _):
        ended = CliRunner().invoke(app, [*arguments, "--token", "t", "--url", url])
    assert ended.exit_code == 0, ended.output
    return ended.output.splitlines()


def test_every_path_that_takes_a_command_has_words_for_what_was_done() -> None:
    paths = description_of_the_api()["paths"]
    taken = {
        re.sub(r"\{\w+\}", "*", path.removeprefix("/v1/"))
        for path, methods in paths.items()
        if "post" in methods
        and "multipart/form-data" not in methods["post"].get("requestBody", {}).get("content", {})
    }
    words = tomllib.loads(DONE.read_text())
    without_day = words.pop("without_day")
    assert set(words) == taken
    assert set(without_day) < taken
    said_of_all = (*words.values(), *without_day.values())
    assert all(said.endswith(".") and said[0].isupper() for said in said_of_all)


def test_a_day_of_death_that_is_taken_away_is_said_so() -> None:
    sent = f"people/{ANN}/died"
    changes = {"died_on": "2026-06-30 → none"}
    found = {sent: {"person": ANN, "changes": changes}, f"people/{ANN}": {"id": ANN, "name": "Ann Berg"}}
    assert run(found, "send", sent, "--body", '{"day": null}') == [
        "The day of death is removed: the person is alive.",
        "for: Ann Berg",
        "changes:",
        "  died on: 2026-06-30 → none",
    ]
    assert run(found, "send", sent, "--body", '{"day": "2026-06-30"}')[0] == "The day of death is recorded."


def test_a_command_to_a_pair_says_for_whom_and_what_happens_next() -> None:
    task = {"kind": "confirm_match", "due_at": "2026-11-20T12:00:00Z", "closed_at": None}
    pair = {
        "id": PAIR,
        "mentee_name": "Maria Lopez",
        "mentor_name": "Ruth Olsen",
        "stage": "matching",
        "tasks": [task, {**task, "closed_at": "2026-11-02T12:00:00Z"}],
        "next_due": "2026-11-18T15:00:00Z",
        "next_subject": "first_contact",
    }
    sent = f"relationships/{PAIR}/propose-match"
    found = {sent: {**JOURNAL, "state": "matching"}, f"relationships/{PAIR}": pair}
    assert run(found, "send", sent) == [
        "The mentor is proposed.",
        "for: Maria Lopez with Ruth Olsen",
        "stage: matching",
        "next, for staff: Confirm the match, until 2026-11-20",
        "next, for the pair: the first contact, 2026-11-18",
    ]
    assert run(found, "send", sent, "--json") == [
        f'{{"command": "{"d" * 32}", "receipt": "{"e" * 300}", "state": "matching"}}'
    ]


def test_a_command_about_money_says_for_whom_and_its_state() -> None:
    money = "b" * 32
    sent = f"obligations/{money}/prepare-stipend"
    task = {"kind": "approve_stipend", "due_at": None, "closed_at": None}
    found = {
        sent: {**JOURNAL, "state": "due"},
        f"obligations/{money}": {"id": money, "mentor_name": "Ruth Olsen", "region": "r1", "tasks": [task]},
    }
    assert run(found, "send", sent) == [
        "The payment is prepared and submitted for approval.",
        "for: Ruth Olsen",
        "state: due",
        "next, for staff: Approve a payment",
    ]


def test_what_was_made_is_named_and_a_person_whom_the_sender_sees() -> None:
    found = {
        "people": {"person": ANN},
        f"people/{ANN}": {"id": ANN, "name": "Ann Berg", "region": "r1"},
        f"people/{ANN}/move": {"person": ANN, "region": "r2"},
        "terms": {"term": "f" * 32},
    }
    assert run(found, "send", "people") == [
        "The person now has an entry.",
        "for: Ann Berg",
        f"person: {ANN}",
    ]
    assert run(found, "send", f"people/{ANN}/move") == [
        "The move to another region is recorded. Current relationships stay where they are.",
        "for: Ann Berg",
        "region: r2",
    ]
    assert run(found, "send", "terms") == [
        "The term is open, under the rules of the program as they are now.",
        f"term: {'f' * 32}",
    ]
    del found[f"people/{ANN}"]
    assert run(found, "send", f"people/{ANN}/move")[1:] == ["region: r2"]


def test_an_answer_is_shown_value_by_value() -> None:
    shown = {
        "began_at": "2026-11-02T17:55:00Z",
        "first_year": True,
        "phone": "",
        "topics": ["budget", "staff"],
        "claims": [{"kind": "stipend", "parts": []}, {"kind": "cover"}],
        "text": "One\nTwo",
        "met": {"all": 2},
    }
    assert run({"relationships/x": shown}, "show", "relationships/x") == [
        "began at: 2026-11-02 17:55 UTC",
        "first year: yes",
        "phone: none",
        "topics:",
        "  - budget",
        "  - staff",
        "claims:",
        "  - kind: stipend",
        "    parts: none",
        "  - kind: cover",
        "text:",
        "  One",
        "  Two",
        "met:",
        "  all: 2",
    ]


def test_the_class_of_a_membership_is_called_so() -> None:
    held = {"record": 7, "name": "active", "first": "2020-01-01", "last": None}
    shown = {"name": "Ann Berg", "memberships": [held]}
    assert run({f"people/{ANN}": shown}, "show", f"people/{ANN}") == [
        "name: Ann Berg",
        "memberships:",
        "  - record: 7",
        "    membership class: active",
        "    first: 2020-01-01",
        "    last: none",
    ]


def test_a_list_is_shown_row_by_row_and_says_how_it_goes_on() -> None:
    page = {"data": [{"code": "r1"}, {"code": "r2"}], "next": "abc"}
    assert run({"regions": page}, "show", "regions") == [
        "code: r1",
        "",
        "code: r2",
        "",
        "2 found",
        "There is more: add after=abc to the path, after a question mark or &.",
    ]
    assert run({"regions": {"data": [], "next": None}}, "show", "regions") == ["nothing found"]


def test_the_state_at_a_moment_is_shown_value_by_value() -> None:
    at = "2026-11-02T15:00:00-06:00"
    path = f"relationships/{PAIR}/history?at=2026-11-02T15%3A00%3A00-06%3A00"
    state = {"at": at, "state": {"stage": "matching"}}
    assert run({path: state}, "history", PAIR, "--at", at) == [
        "at: 2026-11-02 21:00 UTC",
        "state:",
        "  stage: matching",
    ]
    assert run({path: state}, "history", PAIR, "--at", at, "--json")[1] == f'  "at": "{at}",'


def test_the_help_says_how_people_and_memberships_are_corrected_and_each_example_is_taken() -> None:
    api = description_of_the_api()
    kept = {re.sub(r"\{\w+\}", "*", path): methods for path, methods in api["paths"].items()}
    for path, body in CORRECTIONS:
        route = kept["/v1/" + re.sub("PERSON|RECORD|DAY", "*", path)]["post"]
        if not body:
            assert "requestBody" not in route
            continue
        reference = route["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        taken = api["components"]["schemas"][reference.rpartition("/")[2]]
        assert {*taken.get("required", ())} <= body.keys() <= taken["properties"].keys()
    shown = " ".join(CliRunner().invoke(app, ["send", "--help"], terminal_width=400).output.split())
    assert all(path in shown for path, _ in CORRECTIONS)
    assert """people/PERSON/change --body '{"key": "00712"}'""" in shown, "how a number is given"


def test_a_key_of_a_person_is_called_a_member_number() -> None:
    assert [*answer_lines.lines({"seats": []})] == ["contact of a region: none"]
    lines = [*answer_lines.lines({"name": "Liv Aas", "keys": ["00921"]})]
    assert lines == ["name: Liv Aas", "member numbers:", "  - 00921"]
    assert title_of("key_taken") == "Member number taken"
