"""What `mentorflow import` says: sums that add up, words in place of ids, and who must answer what."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.workers.cli.imports.office import ALIKE, CHANGED, HEADINGS, ID, REFUSED, TITLES, Office, Run

GO_ON = f"mentorflow import --continue {ID}"
ZEROS = {
    **TITLES,
    "id": "people.csv:people:zeros_lost:key",
    "code": "zeros_lost",
    "problem": "people.csv: Do zeros go back?",
    "answers": ["put_back", "keep"],
}


def row(number: int, outcome: str, would: str = "") -> dict[str, Any]:
    return {**CHANGED, "row": number, "outcome": outcome, "would": would, "changes": []}


def test_rows_that_wait_add_up(run: Run) -> None:
    office = Office([], [])
    office.rows = [row(7, "question", "new"), row(8, "question"), row(9, "question")]
    ended = run(office, "--preview")
    assert (
        "3 waiting for an answer (with the proposed answers: 1 new, 2 not known yet: rows 8 and 9)"
        in ended.output
    )


def test_answers_are_said_in_words(run: Run, tmp_path: Path) -> None:
    office = Office([{**ALIKE, "answer": "same"}, {**ZEROS, "answer": "put_back"}], [], changed=1)
    lines = run(office, "--preview").output.splitlines()
    assert "  people.csv, row 2: Berit Lund is like somebody known under 00712: same" in lines
    assert "  people.csv, column key, zeros at the beginning of member numbers: put back" in lines


def test_every_question_of_the_answers_file_says_what_it_is_about(run: Run) -> None:
    lines = run(Office([ALIKE, ZEROS], [], question=1), "--preview").output.splitlines()
    assert (
        "alike:people.csv:2 is about: people.csv, row 2: Berit Lund is like somebody known under 00712."
        in lines
    )
    assert "people.csv:people:zeros_lost:key is about: people.csv: Do zeros go back?" in lines


def test_a_membership_that_takes_the_place_of_another_is_said_in_words(run: Run) -> None:
    office = Office([], [], changed=1)
    changes = [
        {"field": "membership active from", "before": None, "after": "2021-02-28"},
        {"field": "membership active until", "before": None, "after": "2021-02-27"},
        {"field": "membership retired from", "before": "2021-03-01", "after": None},
    ]
    office.rows = [{**CHANGED, "kind": "memberships", "row": 9, "changes": changes}]
    expected = "new: active from 2021-02-28; ended: active, on 2021-02-27; withdrawn: retired from 2021-03-01"
    assert expected in run(office, "--preview").output


def test_member_numbers_and_answers_are_said_in_words(run: Run) -> None:
    office = Office([], [], changed=1)
    numbers = {"field": "keys", "before": ["m1"], "after": ["m1", "m2"]}
    first = {"field": "first_year", "before": None, "after": True}
    office.rows = [
        {**CHANGED, "row": 8, "changes": [numbers]},
        {**CHANGED, "outcome": "new", "changes": [first]},
    ]
    output = run(office, "--preview").output
    assert "(changed): member numbers m1 → m1, m2" in output
    assert "(new): first_year yes" in output


def test_who_stops_keeps_the_answers_so_far(run: Run) -> None:
    office = Office([TITLES, ALIKE], [], changed=1)
    ended = run(office, typed="YES\n")
    assert ended.exit_code == 1
    assert "Stopped. Nothing was changed.\nThe answers so far are kept.\nTo continue" in ended.stderr
    assert [each["answer"] for each in office.questions] == ["yes", ""]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Area = zone", "The list has no heading “Area”."),
        ("fax = zone", "“zone” is not a column of this kind of list. Columns: key, phone, nothing."),
        ("perhaps", "“perhaps” does not say what a heading means."),
    ],
)
def test_a_wrong_answer_about_headings_is_refused_at_once(run: Run, typed: str, words: str) -> None:
    office = Office([HEADINGS, ALIKE], [], changed=1)
    ended = run(office, typed=f"{typed}\nFAX = phone; member id = nothing\nsame\ny\n")
    assert ended.exit_code == 0, ended.output
    assert words in ended.output.partition("Question 2 of 2")[0]
    assert office.questions[0]["answer"] == "FAX = phone; member id = nothing"


def test_a_question_for_the_state_office_is_shown_and_not_asked(run: Run) -> None:
    theirs = {**ALIKE, "who": "state_office", "yours": False}
    ended = run(Office([{**TITLES, "yours": True}, theirs], [], changed=1), typed="yes\nno\n")
    assert ended.exit_code == 3
    assert "Question 1 of 1: These role titles" in ended.output
    assert "Question 1 of 1, for the state office: people.csv, row 2" in ended.output
    assert f"1 question is for the state office to answer. Send them this line: {GO_ON}" in ended.stderr
    assert "answers.json" not in ended.output


def test_the_yes_to_a_take_over_says_how_many_rows_stay_out(run: Run) -> None:
    office = Office([], [REFUSED], changed=1)
    office.counts["refused"] = 4
    ended = run(office, "--without", "refused", typed="n\n")
    assert "Take this over without the 4 refused rows? Write yes or no" in ended.output
    assert "Nothing was changed." in ended.output
    one = run(Office([ALIKE], [], changed=1, question=1), "--without", "questions", typed="n\n")
    assert "Take this over without the 1 row that waits for an answer?" in one.output


def test_answers_that_nothing_asks_for_are_named_as_ignored(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"alike:old.csv:2": "same"}))
    ended = run(Office([], [], changed=1), "--yes", "--answers", str(file))
    assert (
        "nothing asks for; they are ignored: alike:old.csv:2.\nAfter a take-over, say whether" in ended.stderr
    )
    assert "mentorflow send people/NUMBER/same-as --body" in ended.stderr
    ended = run(Office([ALIKE], [], changed=1), "--preview", "--answers", str(file))
    assert "nothing asks for yet; they are ignored: alike:old.csv:2." in ended.stderr


def test_without_a_term_and_an_association_the_office_chooses(run: Run) -> None:
    office = Office([], [], changed=1)
    assert run(office, "--preview", "--term", "").exit_code == 0
    assert [path for path in office.paths if path.endswith("terms")] == []
    assert [options["data"] for path, options in office.sent if path == "POST /v1/imports"] == [
        {"preview": "yes"}
    ]


def test_answers_files_have_words_and_take_the_codes_of_before(run: Run, tmp_path: Path) -> None:
    """A coordinator reads “put back”; a file from before says put_back, and what nobody chose is told as before."""
    lines = run(Office([{**ZEROS, "proposal": "put_back"}], [], question=1), "--preview").output.splitlines()
    assert f'  "{ZEROS["id"]}": "put back"' in lines
    open_one = {**ZEROS, "proposal": ""}
    assert (
        f'  "{ZEROS["id"]}": "put back|keep"'
        in run(Office([open_one], [], question=1), "--preview").output.splitlines()
    )
    file = tmp_path / "answers.json"
    for text, sent in (("put_back", "put_back"), ("put back", "put_back"), ("Put-Back", "put_back")):
        file.write_text(json.dumps({ZEROS["id"]: text}))
        office = Office([open_one], [], question=1)
        run(office, "--preview", "--answers", str(file))
        assert [each["answer"] for each in office.questions] == [sent]
    for text in ("put_back|keep", "put back|keep"):
        file.write_text(json.dumps({ZEROS["id"]: text}))
        ended = run(Office([open_one], [], question=1), "--preview", "--answers", str(file))
        assert f"Nothing has been chosen yet in the file for: {ZEROS['id']}." in ended.stderr.splitlines()


def test_rows_that_are_refused_for_other_words_are_each_quoted(run: Run) -> None:
    others = [{"row": 9, "cell": "unknown", "name": "Dan"}, {"row": 17, "cell": "2O20-07-01", "name": "Eva"}]
    dates = {**REFUSED, "rows": [7, 9, 17], "cell": "soon", "allowed": [], "others": others}
    [line] = [each for each in run(Office([], [dates]), "--preview").output.splitlines() if "soon" in each]
    assert line.endswith("Write one of its regions. Also in rows 9 (“unknown”), 17 (“2O20-07-01”).")
    same = {**dates, "others": [{**each, "cell": "soon"} for each in others]}
    [line] = [each for each in run(Office([], [same]), "--preview").output.splitlines() if "soon" in each]
    assert line.endswith("The same in rows 9, 17.")


def test_whom_a_take_over_without_questions_leaves_out_is_named_with_who_may_answer(run: Run) -> None:
    moves = {
        **ALIKE,
        "id": "move:1",
        "code": "move_of_person",
        "who": "state_office",
        "answers": ["yes", "no"],
    }
    office = Office([moves], [], changed=1, question=1)
    office.rows = [{**row(9, "question"), "name": "Kim Moss", "questions": ["move:1"]}]
    ended = run(office, "--yes", "--without", "questions")
    lines = ended.output.splitlines()
    assert "  people.csv, row 9, Kim Moss: waits for the state office" in lines
    assert (
        "Once this is taken over, nobody can answer their questions: these rows must be sent again. To have them "
        f"answered first, let whoever may answer go on with it: {GO_ON}"
    ) in lines
    refused = Office([], [REFUSED], changed=1)
    refused.rows = [{**row(7, "refused"), "name": "Cid"}]
    lines = run(refused, "--yes", "--without", "refused").output.splitlines()
    assert "  people.csv, row 7, Cid: refused" in lines
    assert not [line for line in lines if "nobody can answer" in line]
