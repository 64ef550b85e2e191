"""Files and folders that people name and that are not there are one line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.workers.cli.imports.office import Office, Run
from workers.__main__ import app
from workers.cli.imports import command


def words(output: str) -> str:
    """Return what was printed without the frame and its line breaks."""
    return " ".join(output.replace("│", " ").split())


@pytest.mark.parametrize(
    ("to", "expected"),
    [("nosuch/x.csv", "there is no folder"), (".", "is a folder; name a file in it")],
)
def test_an_export_into_a_place_that_is_not_there_asks_the_office_nothing(
    tmp_path: Path, to: str, expected: str
) -> None:
    ended = CliRunner().invoke(
        app, ["export", "people", "--token", "t", "--url", "http://127.0.0.1:1", "--to", str(tmp_path / to)]
    )
    assert ended.exit_code == 2, ended.output
    assert expected in words(ended.output)


def test_an_answers_file_that_is_not_there_or_a_folder_is_named(run: Run, tmp_path: Path) -> None:
    ended = run(Office([], []), "--answers", str(tmp_path / "none.json"))
    assert ended.exit_code == 2
    assert "there is no" in words(ended.output)
    ended = run(Office([], []), "--answers", str(tmp_path))
    assert "is a folder; name a file in it" in words(ended.output)


def test_a_template_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "write_bytes", refuse)
    ended = CliRunner().invoke(app, ["import", "--template", "people"])
    assert ended.exit_code == 2
    assert "you have no permission to write" in words(ended.output)


def test_the_help_says_which_fields_can_be_emptied() -> None:
    assert "The word clear empties supervisor, phone, last, trained_on" in command.HELP
