"""In a terminal: the rest is taken over in place of an end, and all that would change is shown before the yes."""

from typing import Any

import pytest

from tests.workers.cli.imports.office import ALIKE, CHANGED, ID, LAPSES, REFUSED, TITLES, Office, Run

REST = f"mentorflow import --continue {ID} --without refused"


def refusing(office: Office, rows: int) -> Office:
    """Return an office that refuses so many rows."""
    office.counts["refused"] = rows
    return office


def without(office: Office) -> list[Any]:
    """Return what the take-overs left out."""
    return [options["json"]["without"] for path, options in office.sent if path.endswith("take-over")]


def test_with_refused_rows_somebody_is_asked_whether_to_take_over_the_rest(run: Run) -> None:
    office = refusing(Office([], [REFUSED], changed=1), 2)
    ended = run(office, typed="yes\n")
    assert ended.exit_code == 0, ended.output
    assert "Take over the rest without the 2 refused rows? Write yes or no" in ended.output
    assert "column region: “nroth”" in ended.stderr
    assert "Left out: the 2 refused rows." in ended.output
    assert without(office) == [["refused"]]


def test_a_no_to_the_rest_ends_as_before_and_says_how_to_take_it_over_later(run: Run) -> None:
    office = refusing(Office([], [REFUSED], changed=1), 2)
    ended = run(office, typed="\n")
    assert (ended.exit_code, without(office)) == (1, [])
    assert "Nothing was changed." in ended.output
    assert "Rows are refused. Correct the file and import it again." in ended.stderr
    assert f"Or take over the rest without the 2 refused rows: {REST}" in ended.stderr.splitlines()


def test_with_a_question_left_open_the_rest_is_offered_and_back_answers_it(run: Run) -> None:
    office = refusing(Office([TITLES, ALIKE], [REFUSED], changed=1, question=1), 1)
    ended = run(office, typed="yes\n\nyes\n")
    assert ended.exit_code == 0, ended.output
    assert (
        "Take over the rest without the 1 refused row and the 1 row that waits for an answer? Write yes or no"
        in ended.output
    )
    assert without(office) == [["refused", "questions"]]
    no = Office([TITLES, ALIKE], [], changed=1, question=1)
    ended = run(no, typed="yes\n\nno\n")
    assert (ended.exit_code, without(no)) == (3, [])
    assert '"alike:people.csv:2": "same|two"' in ended.output, "how to answer is said after the no"


def test_without_a_terminal_and_with_yes_nothing_is_left_out_unless_somebody_says_so(run: Run) -> None:
    for options in (("--yes",), ()):
        office = refusing(Office([LAPSES], [REFUSED], changed=1, question=1), 1)
        ended = run(office, *options)
        assert (ended.exit_code, without(office)) == (1, [])
        assert office.questions[0]["answer"] == "", "a lapse has no yes but a person's"
        assert f"{REST} --without questions{' --yes' if options else ''}" in ended.stderr


def test_where_nothing_is_left_to_take_over_nothing_is_asked(run: Run) -> None:
    ended = run(refusing(Office([], [REFUSED]), 2), typed="yes\n")
    assert ended.exit_code == 1
    assert "Take over" not in ended.output


@pytest.mark.parametrize("word", ["list", "l", "LIST"])
def test_all_that_would_change_is_shown_before_the_yes(run: Run, word: str) -> None:
    office = Office([], [], changed=1, new=50)
    office.rows = [{**CHANGED, "row": 10 + at, "name": f"New {at}", "outcome": "new"} for at in range(50)]
    ended = run(office, typed=f"{word}\nno\n")
    first, _, then = ended.output.partition("Write yes or no, or list to see all of it")
    assert ("and 30 more new rows" in first, "New 49" in first) == (True, False)
    assert "All that would change:" in then
    assert all(f"New {at} (new)" in then for at in range(50))
    assert "and 30 more" not in then


def test_all_rows_that_are_left_out_are_shown_too(run: Run) -> None:
    office = refusing(Office([], [REFUSED], changed=1), 30)
    ended = run(office, typed="list\nno\n")
    first, _, then = ended.output.partition("or list to see all of it")
    assert ("row 130," in first, "row 130," in then) == (False, True)


def test_list_is_not_offered_where_all_is_shown_already(run: Run) -> None:
    ended = run(Office([], [], changed=1), typed="no\n")
    assert "Take this over? Write yes or no [no]" in ended.output


def test_all_the_people_of_a_question_are_shown_before_it_is_answered(run: Run) -> None:
    people = [f"Member {at}" for at in range(25)]
    office = Office([{**LAPSES, "about": people}], [], changed=1, question=1)
    ended = run(office, typed="list\nno\nno\n")
    assert "  and 5 more: write list to see all\n" in ended.output
    assert "  - Member 24" in ended.output.partition("write list to see all")[2]
