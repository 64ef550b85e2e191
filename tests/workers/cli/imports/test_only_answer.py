"""A question with one answer in an answers file: it is left empty, and what a person writes there counts."""

import json
from pathlib import Path

import pytest

from tests.workers.cli.imports.office import ALIKE, LAPSES, Office, Run
from workers.cli.imports.answers import from_file

OTHER = {**ALIKE, "id": "other_person:7f", "code": "key_of_another_person", "answers": ["same"]}


def test_the_only_answer_is_left_empty_and_the_words_say_what_to_write(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    ended = run(Office([OTHER], [], question=1), "--preview", "--write-answers", str(file))
    assert ended.exit_code == 3
    assert from_file(file) == {"other_person:7f": ""}
    assert (
        "other_person:7f is left empty: write same if it is so. If not, leave it empty, and the rows wait."
        in ended.output.splitlines()
    )
    assert "Where several answers stand" not in ended.output


# C10
@pytest.mark.parametrize("written", ["same", "same ", " SAME ", "Same"])
def test_the_only_answer_counts_however_it_is_spelled(run: Run, tmp_path: Path, written: str) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"other_person:7f": written}))
    office = Office([OTHER], [], changed=1)
    ended = run(office, "--yes", "--answers", str(file))
    assert ended.exit_code == 0, ended.output
    assert office.questions[0]["answer"] == "same"
    assert "Nothing has been chosen yet" not in ended.stderr


def test_what_nobody_has_chosen_is_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    unchosen = {"other_person:7f": "", "lapses": "yes|no|YEAR-MONTH-DAY", ALIKE["id"]: "two"}
    file.write_text(json.dumps(unchosen))
    ended = run(Office([OTHER, LAPSES, ALIKE], [], question=2), "--preview", "--answers", str(file))
    assert (
        "Nothing has been chosen yet in the file for: other_person:7f, lapses." in ended.stderr.splitlines()
    )
