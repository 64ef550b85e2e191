"""A member number names a person wherever the command line takes the id of an entry."""

import json
from collections.abc import Mapping
from typing import Any

from click.testing import Result
from typer.testing import CliRunner

from tests.workers.cli.test_cli import answering_at
from workers.__main__ import app

VIC, VIK = "a" * 32, "b" * 32
ROWS: Mapping[str, Mapping[str, Any]] = {
    "vic": {"id": VIC, "name": "Vic Moss", "keys": ["vic"], "alias_of": None},
    "vik": {"id": VIK, "name": "Vic Moss", "keys": ["vik"], "alias_of": None},
}


def found(number: str, *rows: Mapping[str, Any]) -> dict[str, Any]:
    return {f"/v1/people?q={number}&limit=100": {"data": list(rows), "next": None}}


def run(answers: Mapping[str, object], *arguments: str) -> tuple[Result, list[str]]:
    with answering_at(answers) as (url, asked):
        ended = CliRunner().invoke(app, [*arguments, "--token", "t", "--url", url])
    return ended, asked


def words(output: str) -> str:
    return " ".join(output.replace("│", " ").split())


def both() -> dict[str, Any]:
    entries = {f"/v1/people/{row['id']}": row for row in ROWS.values()}
    return {**found("vic", ROWS["vic"]), **found("vik", ROWS["vik"]), **entries}


def test_two_entries_are_made_one_by_their_numbers_and_the_answer_says_which_stands() -> None:
    answer = {"person": VIC, "other": VIK, "answer": "same", "stands": VIC}
    ended, asked = run(
        {**both(), f"/v1/people/{VIC}/same-as": answer},
        "send",
        "people/vic/same-as",
        "--body",
        json.dumps({"other": "vik", "answer": "same"}),
    )
    assert ended.exit_code == 0, ended.output
    assert ended.output.splitlines()[0] == (
        "Vic Moss (vic) and Vic Moss (vik) are now one person; vic is the entry that counts, vik is a second number."
    )
    assert f"/v1/people/{VIC}/same-as" in asked


def test_two_people_are_said_to_count_as_two() -> None:
    answer = {"person": VIC, "other": VIK, "answer": "different", "stands": VIC}
    sent = ("send", f"people/{VIC}/same-as", "--body", json.dumps({"other": VIK, "answer": "different"}))
    ended, asked = run({**both(), f"/v1/people/{VIC}/same-as": answer}, *sent)
    assert ended.output.splitlines()[0] == "Vic Moss (vic) and Vic Moss (vik) count as two people."
    assert not any("q=" in each for each in asked), "an id is not looked for"


def test_one_person_is_shown_by_number_and_only_by_the_whole_number() -> None:
    other = {**ROWS["vik"], "keys": ["vic2"]}
    ended, _ = run({**both(), **found("VIC", ROWS["vic"], other)}, "show", "people/VIC")
    assert ended.exit_code == 0, ended.output
    assert f"id: {VIC}" in ended.output.splitlines()


def test_a_number_that_nobody_or_more_than_one_person_has_is_refused_in_words() -> None:
    ended, _ = run(found("viq"), "show", "people/viq")
    assert ended.exit_code == 2
    assert "nobody whom you may see has the member number viq." in words(ended.output)
    assert "mentorflow list people viq" in words(ended.output)
    twice = {**ROWS["vik"], "keys": ["vic"]}
    ended, _ = run(
        found("vic", ROWS["vic"], twice), "send", "people/vic/left", "--body", '{"day": "2026-06-30"}'
    )
    assert f"Vic Moss {VIC}; Vic Moss {VIK}" in words(ended.output)
    merged = {**twice, "alias_of": VIC}
    ended, _ = run({**both(), **found("vic", ROWS["vic"], merged)}, "show", "people/vic")
    assert ended.exit_code == 0, "the entry that stands has it"


def test_what_is_no_person_is_not_looked_for() -> None:
    ended, asked = run({"/v1/people/me": {"name": "Pia Rask"}}, "show", "people/me")
    assert ended.exit_code == 0, ended.output
    assert asked == ["/v1/people/me"]


def test_a_second_entry_says_of_whom_it_is_one() -> None:
    ended, _ = run({f"/v1/people/{VIK}": {"name": "Vic Moss", "alias_of": VIC}}, "show", f"people/{VIK}")
    assert ended.output.splitlines() == ["name: Vic Moss", f"same person as: {VIC}"]
