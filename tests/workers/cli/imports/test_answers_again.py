"""Answers that change: a newer one counts until the import is taken over, and one for another list is named."""

import json
from pathlib import Path

from tests.workers.cli.imports.office import ALIKE, HEADINGS, ID, LAPSES, REFUSED, TITLES, Office, Run
from workers.cli.imports.answers import from_file

MANY = {**LAPSES, "id": "missing_members:active:north:7", "code": "many_members_missing", "days": None}


def test_a_no_to_a_lapse_takes_the_place_of_an_earlier_yes(run: Run, go_on: Run, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"lapses": "yes"}))
    office = Office([LAPSES, TITLES], [], lapsed=1)
    assert run(office, "--preview", "--answers", str(file)).exit_code == 3
    assert office.questions[0]["answer"] == "yes"
    file.write_text(json.dumps({"lapses": "no", "titles": "yes"}))
    ended = go_on(office, ID, "--answers", str(file), "--yes")
    assert ended.exit_code == 0, ended.output
    assert [each["answer"] for each in office.questions] == ["no", "yes"]
    office.sent.clear()
    office.states = ["done"]
    assert go_on(office, ID, "--answers", str(file), "--yes").exit_code == 0
    sent = [options["json"]["answers"] for path, options in office.sent if path.endswith("/answers")]
    assert sent == [{}], "an answer that says the same is no new one"


def test_an_answer_of_the_file_to_a_question_that_comes_later_is_not_asked_for(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"lapses": "2026-06-30"}))
    office = Office([LAPSES, MANY], [], lapsed=1)
    ended = run(office, "--answers", str(file), typed="yes\ny\n")
    assert ended.exit_code == 0, ended.output
    assert [each["answer"] for each in office.questions] == ["2026-06-30", "yes"]


def test_questions_that_an_answer_brings_are_numbered_through(run: Run) -> None:
    output = run(Office([MANY, LAPSES, ALIKE], [], lapsed=1), typed="yes\ntwo\nno\ny\n").output
    assert "Question 1 of 2: " in output
    assert "Question 2 of 2: " in output
    assert "Question 3 of 3: " in output
    assert "These answers bring 1 more question." in output


def test_after_an_answer_only_what_is_new_of_a_proposal_is_shown(run: Run) -> None:
    """The whole proposal was printed again after each round of answers."""
    output = run(Office([MANY, LAPSES, ALIKE], [], changed=1), typed="yes\ntwo\nno\ny\n").output
    assert output.count("What changes:") == 1
    assert output.count("Berit Lund (changed)") == 1
    assert output.count("Answered:") == 2, "once after each round"
    assert output.count("Berit Lund is like somebody known under 00712: two") == 1


def test_an_answer_to_a_file_of_another_name_says_so(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"old.csv:people:columns": "yes", "alike:old.csv:2:7f": "same"}))
    ended = run(Office([ALIKE], [], changed=1), "--preview", "--answers", str(file))
    assert (
        "These belong to a file named old.csv, which is not in this import: old.csv:people:columns, "
        "alike:old.csv:2:7f. Name the list as before, or answer again."
    ) in ended.stderr


def test_an_answers_file_is_written_and_read(run: Run, go_on: Run, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    office = Office([TITLES, ALIKE], [], changed=1)
    ended = run(office, "--preview", "--write-answers", str(file))
    assert ended.exit_code == 3
    assert f"To answer, correct {file}, which was written just now. Then write:\n" in ended.output
    assert f"  mentorflow import --continue {ID} --answers {file}\n" in ended.output
    assert from_file(file) == {"titles": "yes", "alike:people.csv:2": "same|two"}
    again = run(office, "--preview", "--write-answers", str(file))
    assert again.exit_code == 2
    # How the frame breaks its lines depends on the length of the path.
    assert "already exists" in " ".join(again.output.replace("│", " ").split())
    file.write_text(json.dumps({"titles": "yes", "alike:people.csv:2": "two"}))
    assert go_on(office, ID, "--yes", "--answers", str(file), "--write-answers", str(file)).exit_code == 0, (
        "the file that is read may be written"
    )


def test_columns_that_are_not_read_stand_in_the_summary_and_yes_does_not_confirm_them(run: Run) -> None:
    office = Office([{**HEADINGS, "never_by_itself": True}], [], changed=1)
    office.unread = {"list.csv": ["“Ended”", "“Fax”"]}
    ended = run(office, "--yes")
    assert ended.exit_code == 3
    assert "Not read in list.csv: “Ended”, “Fax”" in ended.output.splitlines()
    assert office.questions[0]["answer"] == ""
    office = Office([], [], changed=1)
    office.unread = {"list.csv": ["“Fax”"]}
    ended = run(office, "--yes")
    assert (ended.exit_code, "Not read in list.csv: “Fax”" in ended.output) == (0, True)


def test_nothing_to_take_over_is_said_and_asks_for_no_yes(run: Run) -> None:
    office = Office([], [REFUSED], unchanged=1)
    office.counts["refused"] = 2
    ended = run(office, "--without", "refused")
    assert ended.exit_code == 0, ended.output
    assert "There is nothing to take over without the 2 refused rows." in ended.output
    assert not any(path.endswith("take-over") for path in office.paths)
    office = Office([], [REFUSED], changed=1)
    office.counts["refused"] = 2
    done = run(office, "--without", "refused", "--yes")
    assert "3 applications came in. Left out: the 2 refused rows." in done.output


def test_a_file_of_which_nothing_can_be_read_is_not_offered_to_be_taken_over_in_part(run: Run) -> None:
    empty = {**REFUSED, "code": "empty_file", "problem": "The file is empty.", "rows": [], "column": ""}
    ended = run(Office([], [empty]), "--yes")
    assert ended.exit_code == 1
    assert "Nothing of it can be taken over. Correct the file, and import it again." in ended.stderr
    assert "--without refused" not in ended.stderr


def test_answers_are_written_also_where_no_question_is_open(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "none.json"
    office = Office([{**ALIKE, "answer": "same"}], [], changed=1)
    office.kept = [
        {
            **ALIKE,
            "id": "title:asst_principal",
            "code": "unknown_role_title",
            "answers": ["assistant_principal", "new"],
            "answer": "assistant_principal",
            "by_you": True,
            "at": "2027-01-04T12:00:00Z",
        }
    ]
    ended = run(office, "--preview", "--write-answers", str(file))
    assert ended.exit_code == 0, ended.output
    assert from_file(file) == {
        "title:asst_principal": "assistant principal",
        "alike:people.csv:2": "same",
    }
    assert f"Wrote {file}: 2 answers given so far, and no open question." in ended.output
    assert "--write-answers FILE writes all of them." in ended.output


def test_without_a_question_and_an_answer_no_file_is_written_and_that_is_said(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "none.json"
    ended = run(Office([], [], changed=1), "--preview", "--write-answers", str(file))
    assert f"There is no question and no answer, so {file} was not written." in ended.output
    assert not file.exists()


def test_where_an_answer_leaves_nothing_to_take_over_it_can_be_corrected(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    office = Office([{**ALIKE, "answer": "same"}], [REFUSED])
    ended = run(office, "--preview", "--write-answers", str(file))
    assert ended.exit_code == 1
    assert "If an answer is wrong, write the answers to a file with --write-answers FILE" in ended.stderr
    assert from_file(file) == {"alike:people.csv:2": "same"}


def test_who_asked_for_the_answers_by_mistake_goes_back_to_the_take_over(run: Run) -> None:
    office = Office([TITLES, ALIKE], [], changed=1)
    ended = run(office, typed="yes\nsame\nback\nslip\nback\nyes\n")
    assert ended.exit_code == 0, ended.output
    assert "“slip” is not a number from 1 to 2. If none is wrong, write back." in ended.output
    assert [each["answer"] for each in office.questions] == ["yes", "same"]
    assert ended.output.count("Take this over?") == 2


def test_an_answer_of_the_file_that_was_used_is_never_called_ignored(run: Run, tmp_path: Path) -> None:
    """The code of the letters was asked, answered from the file, and then said to be ignored."""
    letters = {
        **TITLES,
        "id": "people.csv:encoding",
        "code": "encoding",
        "problem": "people.csv: In which code are the letters of this file saved?",
        "answers": ["windows-1252", "mac-roman"],
        "proposal": "",
    }
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"people.csv:encoding": "windows-1252", "alike:1": "same", "alike:2": "same"}))
    office = Office([letters], [], changed=1)
    office.used = ["alike:1"]
    ended = run(office, "--preview", "--answers", str(file))
    assert "Answers of the file that nothing asks for; they are ignored: alike:2." in ended.stderr
    assert "Answered:\n  letters of people.csv: windows-1252\n" in ended.output
