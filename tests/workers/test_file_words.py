"""A file that cannot be read or written is named in one line."""

from pathlib import Path

import pytest

from workers.file_words import cannot_write, unreadable, unwritable

HERE = Path("/lists/x.csv")


@pytest.mark.parametrize(
    ("fault", "read", "written"),
    [
        (FileNotFoundError(), "there is no /lists/x.csv", "there is no folder /lists; make it first"),
        (IsADirectoryError(), "/lists/x.csv is a folder", "/lists/x.csv is a folder"),
        (NotADirectoryError(), "is a file and no folder", "a part of it that must be a folder is a file"),
        (PermissionError(), "no permission to read /lists/x.csv", "no permission to write /lists/x.csv"),
        (OSError(28, "No space left"), "cannot be read: No space left", "cannot be written: No space left"),
    ],
)
def test_each_obstacle_has_its_words(fault: OSError, read: str, written: str) -> None:
    assert read in unreadable(HERE, fault)
    assert written in unwritable(HERE, fault)


def test_a_file_that_can_be_written_is_not_left_behind(tmp_path: Path) -> None:
    assert cannot_write(tmp_path / "new.csv") == ""
    assert list(tmp_path.iterdir()) == []
    kept = tmp_path / "kept.csv"
    kept.write_text("kept")
    assert cannot_write(kept) == ""
    assert kept.read_text() == "kept"
