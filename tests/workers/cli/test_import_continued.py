"""`mentorflow import --continue ID` goes on with an import that was shown before."""

import pytest
from typer.testing import CliRunner, Result

from tests.workers.cli.test_import import ALIKE, ID, TITLES, Office, Run
from workers.__main__ import app
from workers.cli.imports import command


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that goes on with an import."""
    monkeypatch.setattr(command, "PAUSE", 0)

    def run_it(office: Office, *options: str, typed: str | None = None) -> Result:
        monkeypatch.setattr(command, "request", office.request)
        monkeypatch.setattr(command, "is_terminal", lambda: typed is not None)
        return CliRunner().invoke(app, ["import", "--token", "t", "--continue", *options], input=typed)

    return run_it


def test_an_import_goes_on_with_what_is_still_open(go_on: Run) -> None:
    office = Office([{**TITLES, "answer": "yes"}, ALIKE], [], changed=1)
    ended = go_on(office, ID, typed="two\ny\n")
    assert ended.exit_code == 0, ended.output
    assert (
        "Question 1 of 1: people.csv, row 2: Berit Lund is like somebody known under 00712." in ended.output
    )
    assert office.sent[0] == (f"POST /v1/imports/{ID}/answers", {"json": {"answers": {}}})
    assert [each["answer"] for each in office.questions] == ["yes", "two"]
    assert "Done: 2 people are new" in ended.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("people.csv",), "takes the id of an import: 32 letters and digits"),
        ((ID, "people.csv"), "name no list, no term and no association beside it"),
        ((ID, "--term", "2026-27"), "name no list, no term and no association beside it"),
    ],
)
def test_going_on_takes_an_id_and_nothing_else(go_on: Run, options: tuple[str, ...], words: str) -> None:
    ended = go_on(Office([], []), *options)
    assert ended.exit_code == 2
    assert words in " ".join(ended.output.replace("│", " ").split())


def test_an_import_that_was_overtaken_says_how_to_go_on(go_on: Run) -> None:
    office = Office([], [], changed=1)
    office.states = ["overtaken"]
    ended = go_on(office, ID, "--yes")
    assert ended.exit_code == 1
    assert f"mentorflow import --continue {ID}" in ended.output
