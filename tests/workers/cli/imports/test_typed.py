"""What somebody types at a question of `mentorflow import`: other forms of an answer, ``?``, and back."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.workers.cli.imports.office import ALIKE, CHANGED, HEADINGS, LAPSES, TITLES, Office, Run
from workers.cli.imports import ending, screen, typed
from workers.cli.imports.answers import from_file


def asked(code: str, *answers: str, proposal: str = "") -> Mapping[str, Any]:
    return {**TITLES, "id": code, "code": code, "answers": list(answers), "proposal": proposal, "days": None}


ZEROS = asked("zeros_lost", "put_back", "keep", proposal="put_back")
SECOND = asked("second_membership", "ends", "both", "corrects", "leave")
ENDED = asked("ended_membership", "goes_on", "leave")
KIND = asked("kind", "people", "memberships", "people+memberships")
ORDER = asked("date_order", "day_first", "month_first", proposal="month_first")
TITLE = asked("unknown_role_title", "Principal", "Assistant Principal", "new", proposal="Principal")


@pytest.mark.parametrize(
    ("question", "value", "answer"),
    [
        (ZEROS, "yes", "put_back"),
        (ZEROS, "y", "put_back"),
        (ZEROS, "ok", "put_back"),
        (ZEROS, "no", "keep"),
        (ZEROS, "put them back", "put_back"),
        (ORDER, "yes", "month_first"),
        (ORDER, "day", "day_first"),
        (ORDER, "Day First", "day_first"),
        (ORDER, "day_first", "day_first"),
        (ORDER, "first", ""),
        (SECOND, "correct", "corrects"),
        (SECOND, "ended", "ends"),
        (SECOND, "both", "both"),
        (SECOND, "yes", ""),
        (ENDED, "goes on", "goes_on"),
        (ENDED, "goes_on", "goes_on"),
        (ENDED, "go on", "goes_on"),
        (LAPSES, "ended", "yes"),
        (LAPSES, "no", "no"),
        (KIND, "people and memberships", "people+memberships"),
        (KIND, "both", "people+memberships"),
        (KIND, "people", "people"),
        (ALIKE, "no", ""),
        (asked("alike_people", "same", "different"), "no", "different"),
        (asked("alike_people", "same", "different"), "yes", "same"),
        (asked("alike_people", "same", "slip", "different"), "yes", "same"),
        (asked("alike_people", "same", "slip", "different"), "no", "different"),
        (asked("alike_people", "same", "slip", "different"), "Slip", "slip"),
        (TITLE, "ok", "Principal"),
        (TITLE, "no", ""),
        (TITLE, "n", ""),
        (TITLE, "teacher", ""),
        (TITLE, "assist", "Assistant Principal"),
    ],
)
def test_another_form_of_an_answer_counts_where_it_can_be_only_one(
    question: Mapping[str, Any], value: str, answer: str
) -> None:
    assert typed.answered(question, value) == answer


NAMED = {**HEADINGS, "headings": ["Cell = nothing", "Phone = phone", "Name, first = name"]}


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("Cell = phone, Phone = phone", "Cell = phone; Phone = phone"),
        ("Cell = phone; Phone = phone", "Cell = phone; Phone = phone"),
        ("Cell is phone", "Cell = phone"),
        ("cell is phone, Phone means nothing", "cell = phone; Phone = nothing"),
        ("Name, first = name, Cell is phone", "Name, first = name; Cell = phone"),
        ("what is this", "what is this"),
        ("OK", "yes"),
    ],
)
def test_headings_are_answered_with_commas_and_with_is(value: str, sent: str) -> None:
    assert typed.headings(NAMED, value) == sent


def test_a_question_mark_says_what_each_answer_means(run: Run) -> None:
    ended = run(Office([ZEROS], [], changed=1), typed="?\nok\ny\n")
    assert ended.exit_code == 0, ended.output
    lines = ended.output.splitlines()
    assert "  put back: The zeros stand before the numbers again, as the office knows them." in lines
    assert "  keep: The numbers stay as they are in the list." in lines
    assert "  back: the question before." in lines


def test_every_code_that_answers_has_a_sentence() -> None:
    for question in (ZEROS, SECOND, ENDED, ORDER, LAPSES, asked("people_who_left", "leave", "back", "each")):
        for line in [*typed.explained(question)][: len(question["answers"])]:
            assert line.endswith(".")
            assert ": It is " not in line or "It is so" in line


def test_back_is_an_answer_where_people_who_left_come_back() -> None:
    question = asked("people_who_left", "leave", "back")
    assert not typed.goes_back(question, "back")
    assert typed.goes_back(question, "<")
    assert typed.goes_back(ZEROS, "back")


def test_back_goes_to_the_question_before(run: Run) -> None:
    office = Office([ZEROS, ORDER], [], changed=1)
    ended = run(office, typed="ok\nback\nkeep\nday\ny\n")
    assert ended.exit_code == 0, ended.output
    assert [each["answer"] for each in office.questions] == ["keep", "day_first"]
    assert "  → day first" in ended.output.splitlines()


def test_back_from_the_first_question_says_that_it_is_the_first(run: Run) -> None:
    office = Office([ZEROS], [], changed=1)
    ended = run(office, typed="back\nok\ny\n")
    assert ended.exit_code == 0, ended.output
    assert "This is the first question." in ended.output
    assert office.questions[0]["answer"] == "put_back"


def test_a_wrong_answer_can_be_given_again_before_the_take_over(run: Run) -> None:
    office = Office([ZEROS, ORDER], [], changed=1)
    ended = run(office, typed="ok\nday\nback\n1\nkeep\nyes\n")
    assert ended.exit_code == 0, ended.output
    assert [each["answer"] for each in office.questions] == ["keep", "day_first"]
    assert "If one is wrong, write back where you are asked whether to take this over" in ended.output


def test_an_answer_at_the_screen_takes_the_place_of_that_in_the_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"zeros_lost": "put back"}))
    office = Office([ZEROS], [], changed=1)
    ended = run(office, "--answers", str(file), typed="back\nkeep\nyes\n")
    assert ended.exit_code == 0, ended.output
    assert office.questions[0]["answer"] == "keep"


def test_another_word_for_a_title_is_answered_with_what_new_means(run: Run) -> None:
    ended = run(Office([TITLE], [], changed=1), typed="teacher\nnew\ny\n")
    assert (
        "  “new” keeps the word as it is in the list. To use another word, correct the file."
        in ended.output.splitlines()
    )


def test_choices_are_asked_and_shown_with_the_same_words() -> None:
    question = {**ENDED, "problem": "What is right? Write goes_on: it is removed; or leave: it ended."}
    lines = [*screen.question_lines(question, 1, 1)]
    assert lines[1] == "Question 1 of 1: What is right? Write goes on: it is removed; or leave: it ended."
    assert "  Answers: goes on, leave" in lines
    assert screen.choices(KIND) == "people|memberships|people and memberships"


def test_an_answers_file_says_what_each_answer_is_about(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    run(Office([TITLES, ALIKE], [], question=1), "--preview", "--write-answers", str(file))
    assert [*json.loads(file.read_text()).items()] == [
        ("titles is about", TITLES["problem"]),
        ("titles", "yes"),
        ("alike:people.csv:2 is about", ALIKE["problem"]),
        ("alike:people.csv:2", "same|two"),
    ]
    assert from_file(file) == {"titles": "yes", "alike:people.csv:2": "same|two"}
    again = tmp_path / "again.json"
    run(
        Office([{**ALIKE, "answer": "same"}], [], changed=1), "--preview", "--write-answers", str(again)
    )  # all is answered
    assert json.loads(again.read_text())["alike:people.csv:2 is about"] == ALIKE["problem"]


def test_the_paragraph_with_the_answers_names_the_option_that_writes_them(run: Run) -> None:
    ended = run(Office([ALIKE], [], question=1), "--preview")
    assert "--write-answers FILE writes the file for you" in ended.output


def test_one_line_with_all_that_goes_in_stands_before_the_last_question(run: Run) -> None:
    office = Office([], [], changed=1)
    office.rows = [
        {**CHANGED, "row": 6, "outcome": "new", "changes": []},
        {**CHANGED, "kind": "memberships", "row": 6, "outcome": "new", "changes": []},
    ]
    ended = run(office, typed="no\n")
    lines = ended.output.splitlines()
    at = lines.index("This would go in: 2 people (1 new, 1 changed); 1 membership (1 new).")
    assert lines[at + 1].startswith("Take this over? Write yes or no")
    assert ending.totals({"rows": []}) == "This would go in: nothing."
