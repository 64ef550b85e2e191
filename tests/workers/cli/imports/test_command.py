"""`mentorflow import` shows a proposal, asks, takes over on yes, and ends with a status that scripts understand."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from activities.adapters.files.roster.columns import RosterKind
from tests.workers.cli.imports.office import (
    ALIKE,
    CHANGED,
    DIGEST,
    ID,
    LAPSES,
    REFUSED,
    TERM,
    TITLES,
    Office,
    Run,
)
from workers.__main__ import app
from workers.cli.imports import command


def test_a_preview_shows_what_would_change_and_changes_nothing(run: Run) -> None:
    office = Office([], [], changed=1, unchanged=4)
    ended = run(office, "--preview")
    assert ended.exit_code == 0, ended.output
    assert "people.csv: 1 changed, 4 unchanged" in ended.output
    assert (
        "people.csv, row 5 Berit Lund (changed): email old@post.example → berit@post.example" in ended.output
    )
    assert (
        "Applications: 2 accepted by the rules, 1 waits for a person, because the rules would refuse it (1 not a "
        "member).\n  Bo Lund: not a member\n"
    ) in ended.output
    assert "Emails that go at once: 5, to 3 people." in ended.output
    assert not any("take-over" in path for path in office.paths)


def test_in_a_terminal_questions_are_asked_and_yes_takes_over(run: Run) -> None:
    office = Office([TITLES, ALIKE], [], changed=1)
    ended = run(office, typed="\nperhaps\nsame\ny\n")
    assert ended.exit_code == 0, ended.output
    assert "Please write one of: same, two" in ended.output
    assert [each["answer"] for each in office.questions] == ["yes", "same"]
    assert "Done: 2 people are new, 1 changed, 3 applications came in." in ended.output
    assert office.paths[-1] == "GET /v1/operations/" + "3" * 32


def test_no_changes_nothing(run: Run) -> None:
    office = Office([], [], changed=1)
    ended = run(office, typed="n\n")
    assert ended.exit_code == 0
    assert "Nothing was changed." in ended.output
    assert not any("take-over" in path for path in office.paths)


def test_open_questions_end_with_three_and_say_how_to_answer_them(run: Run, tmp_path: Path) -> None:
    ended = run(Office([TITLES, ALIKE], [], changed=1), "--yes")
    assert ended.exit_code == 3
    assert '"alike:people.csv:2": "same|two"' in ended.output
    assert "titles" not in ended.output.partition("answers.json")[2], (
        "--yes says yes to what only asks for a yes"
    )
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"alike:people.csv:2": "two"}))
    office = Office([TITLES, ALIKE], [], changed=1)
    ended = run(office, "--yes", "--answers", str(file))
    assert ended.exit_code == 0, ended.output
    assert [each["answer"] for each in office.questions] == ["yes", "two"]


def test_yes_never_says_yes_to_a_lapse(run: Run) -> None:
    office = Office([LAPSES], [], question=1)
    assert run(office, "--yes").exit_code == 3
    assert office.questions[0]["answer"] == ""
    without = Office([LAPSES], [], changed=1, question=1)
    assert run(without, "--yes", "--without", "questions").exit_code == 0


MANY = {**LAPSES, "id": "missing_members:active:north:7", "code": "many_members_missing", "days": None}
LAPSED = {
    **CHANGED,
    "kind": "memberships",
    "file": "memberships.csv",
    "row": 0,
    "outcome": "lapsed",
    "changes": [],
}


@pytest.mark.parametrize("option", ["--preview", "--yes"])
def test_a_yes_to_a_lapse_in_the_answers_file_is_a_persons_yes(run: Run, tmp_path: Path, option: str) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"lapses": "yes", MANY["id"]: "yes"}))
    office = Office([LAPSES, MANY], [], lapsed=1)
    ended = run(office, option, "--answers", str(file))
    assert ended.exit_code == 0, ended.output
    assert [each["answer"] for each in office.questions] == ["yes", "yes"]
    assert "Question" not in ended.output
    assert "the memberships of the people who are missing have ended (): yes" in ended.output
    assert (
        "the list is complete although members are missing (class active, region north: 0): yes"
        in ended.output
    )


def test_the_day_on_which_a_membership_ended_is_typed_and_checked(run: Run) -> None:
    office = Office([{**LAPSES, "about": ["Ann"]}], [], lapsed=1)
    ended = run(office, typed="2019-01-01\n6/7/2026\n30.6.2026\ny\n")
    assert ended.exit_code == 0, ended.output
    assert "Answers: yes, no; or a day from 2020-07-01 to 2026-11-28" in ended.output
    assert ended.output.count("Please write one of: yes, no; or a day from 2020-07-01 to 2026-11-28") == 2
    assert office.questions[0]["answer"] == "2026-06-30"
    assert "the memberships of the people who are missing have ended (Ann): 2026-06-30" in ended.output
    assert "Write a day as 2026-10-31: year, month, day" in ended.output


def test_the_answers_file_to_fill_in_holds_what_was_answered_and_marks_what_is_proposed(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"alike:people.csv:2": "two", "lapses": "yes|no|YEAR-MONTH-DAY"}))
    ended = run(Office([ALIKE, TITLES, LAPSES], [], changed=1), "--preview", "--answers", str(file))
    assert ended.exit_code == 3
    printed = ended.stdout.partition(f"mentorflow import --continue {ID} --answers answers.json\n")[2]
    assert json.loads(printed[printed.index("{") :]) == {
        "alike:people.csv:2": "two",
        "titles": "yes",
        "lapses": "yes|no|YEAR-MONTH-DAY",
    }
    assert "Already filled in" in printed


def test_who_is_missing_is_named_and_is_no_row_of_the_list(run: Run) -> None:
    members = [f"Member {number}, number {number}, active since 2020-01-01" for number in range(23)]
    office = Office([{**LAPSES, "about": members}], [], question=1)
    office.rows = [{**LAPSED, "outcome": "question"}]
    ended = run(office, "--preview")
    assert "  - Member 19, number 19" in ended.output
    assert "Member 20" not in ended.output
    assert "and 3 more" in ended.output
    assert "memberships.csv: 1 member not in the list" in ended.output.splitlines()


def test_a_question_names_every_change_that_a_yes_covers(run: Run) -> None:
    staff = {
        **ALIKE,
        "id": "staff:people.csv:5",
        "code": "staff_of_person",
        "answers": ["yes", "no"],
        "who": "admin",
    }
    office = Office([{**staff, "about": ["email: old@post.example → new@post.example"]}], [], question=1)
    ended = run(office, "--preview")
    assert "Question 1 of 1, for an administrator" in ended.output
    assert "  - email: old@post.example → new@post.example" in ended.output


def test_a_second_row_about_a_person_and_an_ended_membership_are_shown(run: Run) -> None:
    second = {**TITLES, "id": "second_memberships:0", "code": "second_memberships", "answer": "ends"}
    office = Office([second], [], changed=1, same_person=1)
    office.rows = [{**CHANGED, "row": 7, "outcome": "same_person"}]
    lines = run(office, "--preview").output.splitlines()
    assert lines[0] == "6 rows in people.csv: 1 changed, 1 the same person as another row, 4 unchanged"
    assert any("row 7 Berit Lund (same person): email old@post.example" in line for line in lines)
    assert "  the known membership beside the new one (people.csv, rows 2, 3): ends" in lines


def test_an_answer_of_before_is_shown_with_its_giver_and_another_one_replaces_it(
    run: Run, tmp_path: Path
) -> None:
    kept = {
        **TITLES,
        "id": "class:activ",
        "code": "unknown_membership_class",
        "answers": ["active", "other"],
        "answer": "other",
        "by_name": "Ann Lund",
        "by_you": False,
        "at": "2026-10-01T08:00:00+00:00",
    }
    office = Office([], [], changed=1)
    own = {**kept, "id": "class:friend", "by_name": "", "by_you": True}
    office.kept = [dict(kept), {**kept, "id": "class:guest", "by_name": ""}, own]
    ended = run(office, "--preview")
    assert "  class “activ” → other (by Ann Lund on 2026-10-01)" in ended.output
    assert "  class “guest” → other (by another person on 2026-10-01)" in ended.output
    assert "  class “friend” → other (by you on 2026-10-01)" in ended.output
    assert 'such as {"class:activ": "active|other"}' in ended.output
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"class:activ": "active", "class:guest": "other"}))
    ended = run(office, "--preview", "--answers", str(file))
    sent = [options["json"]["answers"] for path, options in office.sent if path.endswith("/answers")]
    assert sent == [{"class:activ": "active"}], "an answer that says the same is no new one"
    assert "nothing asks for" not in ended.output


def test_new_rows_are_shown_with_their_values(run: Run) -> None:
    office = Office([], [], new=1)
    change = {"field": "email", "before": None, "after": "new@post.example"}
    office.rows = [{**CHANGED, "row": 9, "outcome": "new", "changes": [change]}]
    assert "people.csv, row 9 Berit Lund (new): email new@post.example" in run(office, "--preview").output


def test_what_was_done_is_said_in_the_right_number_and_only_what_happened(run: Run) -> None:
    office = Office([], [], changed=1)
    membership = {**CHANGED, "kind": "memberships", "outcome": "new"}
    office.people, office.rows = 1, [{**CHANGED, "outcome": "moved"}, membership, membership, LAPSED]
    ended = run(office, "--yes")
    expected = (
        "Done: 1 person is new, 1 moved to another region, 2 memberships new, 1 membership lapsed, "
        "3 applications came in."
    )
    assert expected in ended.output, ended.output


def test_refused_rows_end_with_one_and_one_line_for_each_cause(run: Run) -> None:
    ended = run(Office([], [REFUSED], changed=1), "--yes")
    assert ended.exit_code == 1
    line = (
        "people.csv, row 7 (Cid), column region: “nroth”: The association has no such region. Write one of its "
        "regions. Allowed: north, central. The same in row 8."
    )
    assert line in ended.stderr.splitlines()
    assert ended.output.count("The association has no such region.") == 1
    office = Office([], [REFUSED], changed=1)
    assert run(office, "--yes", "--without", "refused").exit_code == 0
    [body] = [options["json"] for path, options in office.sent if path.endswith("take-over")]
    assert body == {"digest": DIGEST, "without": ["refused"]}


def test_nothing_new_is_said_and_taken_over_by_nobody(run: Run) -> None:
    office = Office([], [], unchanged=4)
    ended = run(office, "--yes")
    assert (ended.exit_code, "Nothing new" in ended.output) == (0, True)
    assert not any("take-over" in path for path in office.paths)


def test_an_import_that_was_overtaken_says_what_changed(run: Run) -> None:
    office = Office([], [], changed=1)
    office.states = ["overtaken"]
    ended = run(office, "--yes")
    assert ended.exit_code == 1
    assert "the office has changed" in ended.stderr
    assert "row 5 Berit Lund" in ended.stderr


def test_an_import_that_failed_says_why_and_is_not_called_done(run: Run) -> None:
    office = Office([], [], changed=1)
    office.states = ["failed"]
    ended = run(office, "--yes")
    assert ended.exit_code == 1
    assert "cannot_be_written" in ended.stderr
    assert "Done" not in ended.output


def test_an_import_whose_relationships_are_not_all_open_says_how_many_are_left(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "LOOKS", 0)
    office = Office([], [], changed=1)
    ended = run(office, "--yes")
    assert ended.exit_code == 0, ended.output
    assert "2 of 3 relationships are not open yet. The office goes on opening them by itself" in ended.output


def test_the_office_says_of_which_regions_a_list_is_complete_unless_some_are_named(run: Run) -> None:
    office = Office([], [], changed=1)
    run(office, "--preview", "--complete", "active", "--complete", "retired")
    run(office, "--preview", "--complete", "active", "--region", "north", "--region", "south")
    sent = [options["data"] for path, options in office.sent if path == "POST /v1/imports"]
    assert sent == [
        {"term": TERM, "complete_classes": "active,retired", "preview": "yes"},
        {
            "term": TERM,
            "complete_classes": "active",
            "complete_regions": "north,south",
            "preview": "yes",
        },
    ]


# C44
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--term", "2030"], "there is no term called 2030; there are: --term 2026-27 --program one"),
        (["--association", "a"], "not both"),
        (["--without", "everything"], "takes refused or questions"),
        (["--answers", "nowhere.json"], "there is no nowhere.json"),
        (["--program", "mars"], "no program called mars has a term; these have: one"),
    ],
)
def test_a_wrong_option_is_named_with_what_can_be_written(
    run: Run, options: list[str], expected: str
) -> None:
    ended = run(Office([], []), *options)
    assert ended.exit_code == 2
    assert expected in " ".join(ended.output.replace("│", " ").split())


# C44
def test_a_folder_without_lists_is_named(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["import", str(tmp_path), "--token", "t", "--term", TERM])
    assert ended.exit_code == 2
    assert "no people.csv in" in " ".join(ended.output.replace("│", " ").split())


def test_an_empty_list_to_fill_in_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for kind in RosterKind:
        ended = CliRunner().invoke(app, ["import", "--template", kind.value])
        assert ended.exit_code == 0, ended.output
        assert (tmp_path / f"{kind.value}.csv").read_text("utf-8-sig").startswith("key,")
    assert CliRunner().invoke(app, ["import", "--template", "people"]).exit_code == 2


def test_a_line_of_people_and_memberships_is_one_row(run: Run) -> None:
    def line(kind: str, row: int, outcome: str) -> dict[str, Any]:
        return {**CHANGED, "kind": kind, "row": row, "outcome": outcome, "changes": []}

    office = Office([], [REFUSED])
    office.rows = [
        *(line(kind, row, "new") for kind in ("people", "memberships") for row in (7, 8)),
        *(line(kind, 9, "refused") for kind in ("people", "memberships")),
        line(
            "memberships", 2, "new"
        ),  # of somebody whose row of people is unchanged, as rows 3, 4 and 6 are whole
    ]
    office.counts.update(new=5, refused=2)
    ended = run(office, "--without", "refused", "--yes")
    assert ended.output.splitlines()[0] == "7 rows in people.csv: 3 new, 1 refused, 3 unchanged"
    assert "Left out: the 1 refused row." in ended.output


def test_relationships_that_can_never_be_opened_are_named_with_their_rows(run: Run) -> None:
    office = Office([], [], changed=1)
    office.states = ["running", "incomplete"]
    ended = run(office, "--yes")
    assert ended.exit_code == 1
    assert "Done: 2 people are new" in ended.output
    assert (
        "1 of 3 relationships could not be opened:\n  applications.csv, row 5: It ended. Tell them."
        in ended.output
    )
