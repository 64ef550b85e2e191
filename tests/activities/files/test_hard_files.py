"""Files that are damaged or made to do harm: each is named with its line, within a limit, in linear time."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from activities.adapters.files.program_files import SHIPPED, ProgramFileError, read_file
from activities.adapters.files.toml import DEEPEST, LARGEST, MOST_SHOWN, read_toml
from activities.adapters.files.toml_lines import lines_of, ours_of
from tests.growth import grows_in_step

TEXT = (SHIPPED / "masa.toml").read_text()
Refused = Callable[[str | bytes], str]


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    """Return a function that writes a file and returns its first fault, from the line on."""

    def write(content: str | bytes) -> str:
        file = tmp_path / "program.toml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(ProgramFileError) as raised:
            read_file(file)
        return str(raised.value.faults[0]).removeprefix(f"{file}:")

    return write


def test_c49_a_byte_order_mark_is_named(refused: Refused) -> None:
    assert refused("\ufeff" + TEXT).startswith("1: begins with a byte order mark")
    assert refused(TEXT.encode("utf-16")).startswith("1: not UTF-8; save the file as UTF-8")


@pytest.mark.parametrize(
    ("line", "sign"),
    [("title = “Ours”", "“"), ('title = "Ours”', "”"), ("“title” = 1", "“"), ("title = ‘Ours’", "‘")],
)
def test_c49_curly_quotes_are_named(refused: Refused, line: str, sign: str) -> None:
    found = refused(f"version = 'x'\n{line}\n")
    assert found.startswith("2: not valid TOML: ")
    assert found.endswith(f"; the line has the curly quote {sign}: write straight quotes instead")


def test_c49_a_sign_that_nobody_sees_is_named(refused: Refused) -> None:
    found = refused("version\u00a0= 'x'\n")
    assert found.endswith("; the line has U+00A0 (no-break space), which nobody sees: remove it")


def test_c49_curly_quotes_within_a_text_are_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "one.toml"
    file.write_text("title = 'The “best” one'\n")
    assert read_toml(file, dict) == {"title": "The “best” one"}


def test_c49_a_link_that_leads_back_to_itself_is_named(tmp_path: Path) -> None:
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    one.symlink_to(other)
    other.symlink_to(one)
    (tmp_path / "forms").symlink_to(tmp_path / "forms")
    for path, why in (
        (one, "cannot be read (a link that leads back to itself); write its path"),
        (tmp_path / "none.toml", "cannot be read (No such file or directory); write its path"),
        (tmp_path, "not a file; write the path of one"),
    ):
        with pytest.raises(ProgramFileError) as raised:
            read_file(path)
        assert str(raised.value) == f"{path}:1: {why}"
    program = tmp_path / "masa.toml"
    program.write_text(TEXT)
    assert read_file(program).program == "masa", "a folder of forms that leads back to itself does not count"


def test_c49_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(ProgramFileError, match="not a file; write the path of one"):
        read_file(tmp_path / "pipe.toml")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = " + "[" * 100_000, 2),
        ("a = 1\nb = " + "{b = " * 90_000, 2),
        ("a = 1\n[" + ".".join(["a"] * 100_000) + "]", 2),
        ("a = 1\n" + ".".join(["a"] * 100_000) + " = 1", 2),
        ("a = [\n" * 80_000, DEEPEST + 1),
    ],
)
def test_c49_tables_inside_tables_have_a_limit(refused: Refused, text: str, line: int) -> None:
    assert refused(text).startswith(f"{line}: more than {DEEPEST} tables or lists inside each other")


def test_c49_brackets_in_texts_and_remarks_are_not_counted(tmp_path: Path) -> None:
    file = tmp_path / "one.toml"
    many = "[{" * DEEPEST
    file.write_text(
        f'# {many}\na = \'{many}\'\nb = "\\"{many}"\nc = \'\'\'\n{many}\n\'\'\'\nd = """\n{many}"""\n'
    )
    assert set(read_toml(file, dict)) == {"a", "b", "c", "d"}


def test_c49_a_file_of_60_megabytes_is_refused_by_its_size(refused: Refused) -> None:
    found = refused(b"# remark\n" * (60_000_000 // 9))
    assert found.startswith(f"1: larger than {LARGEST:,} bytes")
    labels = "".join(f'code_{number} = "words"\n' for number in range(200_000))
    assert refused(TEXT.replace("[labels]\n", f"[labels]\n{labels}", 1)).startswith("1: larger than")


def test_c49_a_number_with_thousands_of_digits_is_named(refused: Refused) -> None:
    assert refused("a = " + "9" * 5000).startswith("1: not valid TOML: a number has too many digits")


def test_c49_a_file_at_the_limit_is_read_in_linear_time(tmp_path: Path) -> None:
    def read(count: int) -> None:
        labels = "".join(f'c{number} = "words" # ours\n' for number in range(count))
        file = tmp_path / "program.toml"
        file.write_text(TEXT.replace("[labels]\n", f"[labels]\n{labels}", 1))
        with pytest.raises(ProgramFileError) as raised:
            read_file(file)
        assert len(raised.value.faults) == MOST_SHOWN + 1
        assert raised.value.faults[-1].problem.endswith(" more faults; correct these first")

    assert grows_in_step(read, 2_000, 16_000)


def test_c49_the_lines_of_a_long_file_are_found_in_linear_time() -> None:
    def find(count: int) -> None:
        text = "[labels]\n" + "".join(f'c{number} = "words" # ours\n' for number in range(count))
        lines = lines_of(text)
        assert (lines["labels.c0"], lines[f"labels.c{count - 1}"]) == (2, count + 1)
        assert len(ours_of(text)) == count

    assert grows_in_step(find, 4_000, 32_000)
