"""An import that was shown before and goes on: `mentorflow import --continue ID`."""

import pytest

from tests.workers.cli.imports.office import ALIKE, ID, TITLES, Office, Run


def test_an_import_that_stopped_at_a_question_says_how_to_go_on_and_goes_on(run: Run, go_on: Run) -> None:
    office = Office([TITLES, ALIKE], [], changed=1)
    stopped = run(office, "--yes")
    assert stopped.exit_code == 3
    assert f"To continue within 24 hours: mentorflow import --continue {ID}" in stopped.output
    office.sent.clear()
    ended = go_on(office, ID, typed="two\ny\n")
    assert ended.exit_code == 0, ended.output
    assert (
        "Question 1 of 1: people.csv, row 2: Berit Lund is like somebody known under 00712." in ended.output
    )
    assert office.sent[0] == (f"POST /v1/imports/{ID}/answers", {"json": {"answers": {}}})
    assert [each["answer"] for each in office.questions] == ["yes", "two"]
    assert "Done: 2 people are new" in ended.output


@pytest.mark.parametrize("options", [("--preview",), ()])
def test_every_end_without_a_take_over_says_how_to_go_on(run: Run, options: tuple[str, ...]) -> None:
    ended = run(Office([], [], changed=1), *options)
    assert f"mentorflow import --continue {ID}" in ended.output
    assert f"mentorflow import --continue {ID}" in run(Office([], [], changed=1), typed="n\n").output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("people.csv",), "takes the id of an import: 32 letters and digits"),
        ((ID, "people.csv"), "name no other list, term or association"),
        ((ID, "--term", "2026-27"), "name no other list, term or association"),
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
