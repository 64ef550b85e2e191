"""The answers that `mentorflow import` takes at a question and from a file, and what it prints of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.workers.cli.imports.office import ALIKE, HEADINGS, ID, LAPSES, REFUSED, TITLES, Office, Run

GO_ON = f"mentorflow import --continue {ID}"
ONE = {
    **LAPSES,
    "id": "lapse:17",
    "code": "member_missing",
    "about": ["Ann Lund, number 00712, active since 2020-01-01"],
}


def test_an_answer_that_the_office_does_not_take_is_asked_for_again_and_the_others_stay(run: Run) -> None:
    office = Office([HEADINGS, ALIKE], [], changed=1)
    office.not_taken = ("Fax = key",)
    ended = run(office, typed="Fax = key\nFax = phone\nsame\ny\n")
    assert ended.exit_code == 0, ended.output
    assert "list.csv:people:columns: cannot be carried out." in ended.stderr
    assert [each["answer"] for each in office.questions] == ["Fax = phone", "same"]
    assert "list.csv, headings of the list of people: Fax = phone" in ended.output


class _WithoutNumbers(Office):
    """An office that asks whose the rows are as long as the list has no member number."""

    def _is_asked(self, question: Mapping[str, Any]) -> bool:
        return question["code"] != "alike_people" or self.questions[-1]["answer"] in ("", "yes")


# C35
def test_what_follows_from_headings_that_were_read_wrongly_is_not_asked(run: Run) -> None:
    asked = _WithoutNumbers([ALIKE, HEADINGS], [], changed=1)
    ended = run(asked, typed="Fax = key; Member ID = nothing\ny\n")
    assert ended.exit_code == 0, ended.output
    assert "Question 1 of 2" in ended.output
    assert "is like somebody known" not in ended.output
    as_proposed = _WithoutNumbers([ALIKE, {**HEADINGS, "proposal": "yes"}], [], changed=1)
    ended = run(as_proposed, typed="\nsame\ny\n")
    assert ended.exit_code == 0, ended.output
    assert [each["answer"] for each in as_proposed.questions] == ["same", "yes"]
    assert len([path for path in as_proposed.paths if path.endswith("/answers")]) == 1


@pytest.mark.parametrize("typed", ["", "yes\n"])
def test_who_stops_at_a_question_is_told_how_to_go_on(run: Run, typed: str) -> None:
    questions = [] if typed else [TITLES]
    ended = run(Office(questions, [], changed=1), typed="")
    assert ended.exit_code == 1
    assert "Stopped. Nothing was changed." in ended.stderr
    assert GO_ON in ended.stderr


def test_a_list_with_a_refusal_says_how_to_go_on(run: Run) -> None:
    assert GO_ON in run(Office([], [REFUSED], changed=1), "--yes").stderr


@pytest.mark.parametrize(
    ("typed", "kept"), [("y", "yes"), ("N", "no"), ("31.10.2026", "2026-10-31"), ("10/31/2026", "2026-10-31")]
)
def test_y_n_and_days_in_other_forms_answer_a_question(
    run: Run, typed: str, kept: str, tmp_path: Path
) -> None:
    office = Office([LAPSES], [], changed=1)
    assert run(office, typed=f"{typed}\ny\n").exit_code == 0
    assert office.questions[0]["answer"] == kept
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"lapses": typed}))
    office = Office([LAPSES], [], changed=1)
    assert run(office, "--yes", "--answers", str(file)).exit_code == 0
    assert office.questions[0]["answer"] == kept


def test_how_to_answer_otherwise_about_headings_is_shown_in_a_form_that_can_be_sent(run: Run) -> None:
    office = Office([], [], changed=1)
    office.kept = [{**HEADINGS, "answer": "yes", "by_name": "Ann", "by_you": False, "at": "2026-10-01"}]
    assert (
        'such as {"list.csv:people:columns": "Member ID = key; Fax = nothing"}'
        in run(office, "--preview").output
    )


def test_a_question_about_headings_names_the_columns(run: Run) -> None:
    ended = run(Office([{**HEADINGS, "answers": ["key", "phone"], "proposal": ""}], []), "--preview")
    assert "  Columns: key (member number), phone, nothing (not read)" in ended.output.splitlines()
    assert '"list.csv:people:columns": "Member ID = key; Fax = nothing"' in ended.output


def test_the_file_to_fill_in_says_whose_membership_each_question_is_about(run: Run) -> None:
    ended = run(Office([ONE], [], question=1), "--preview")
    assert (
        "lapse:17 is about: the membership of the person who is missing has ended (Ann Lund, number 00712, active "
        "since 2020-01-01)"
    ) in ended.output.splitlines()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{\n"a": "yes"\n"b": "no"\n}', "line 3: a comma is missing at the end of line 2"),
        ('{\n"a": "yes",\n}', "line 3: at the end of line 2 is an extra comma"),
        ('{\n"a": yes\n}', "line 2: this is not JSON"),
    ],
)
def test_a_slip_in_an_answers_file_is_named_with_its_line(
    run: Run, tmp_path: Path, text: str, words: str
) -> None:
    file = tmp_path / "a.json"
    file.write_text(text)
    ended = run(Office([], []), "--answers", str(file))
    assert ended.exit_code == 2
    assert words in " ".join(ended.output.replace("│", " ").split())
