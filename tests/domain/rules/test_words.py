"""Words of a program in every language it offers, and dated tables that reach far enough: each fault with its line."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from activities.adapters.files.program_files import SHIPPED, ProgramFileError, load_programs, read_file
from domain.languages import Language

TEXT = (SHIPPED / "masa.toml").read_text()
Refused = Callable[[str, str], list[str]]
SPANISH = TEXT[TEXT.index("\n[words.es.wording]") :]
HOLIDAYS = TEXT[TEXT.index("holidays = [") : TEXT.index("# Districts differ")]
BREAKS = TEXT[TEXT.index("breaks = [") : TEXT.index("[intake]")]


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    """Return a function that replaces a piece of the MASA file once and returns the faults as lines."""

    def change(old: str, new: str) -> list[str]:
        assert old in TEXT
        file = tmp_path / "program.toml"
        file.write_text(TEXT.replace(old, new, 1))
        with pytest.raises(ProgramFileError) as raised:
            read_file(file)
        return [str(fault).removeprefix(f"{tmp_path}/") for fault in raised.value.faults]

    return change


def line_of(piece: str) -> int:
    return TEXT[: TEXT.index(piece)].count("\n") + 1


def spanish_words() -> Iterator[tuple[str, str]]:
    table = ""
    for line in SPANISH.splitlines():
        if line.startswith("["):
            table = line.strip("[]")
        elif " = " in line:
            yield table, line


@pytest.mark.parametrize(("table", "line"), list(spanish_words()), ids=lambda each: each.split(" = ")[0])
def test_a_word_that_one_language_lacks_is_refused_at_the_table_of_that_language(
    table: str, line: str, refused: Refused
) -> None:
    found = refused(SPANISH, SPANISH.replace(f"\n{line}\n", "\n", 1))
    code = line.split(" = ")[0]
    assert found[0].startswith(f"program.toml:{line_of(f'[{table}]')}: {table}.{code}: missing; write ")
    assert len(found) == 1


FAULTS = [
    ('languages = ["en", "es"]', "languages = []", "languages", "empty; write"),
    ('languages = ["en", "es"]', 'languages = ["en", "es", "es"]', "languages[2]", "es appears twice"),
    ('languages = ["en", "es"]', 'languages = ["en", "fr"]', "languages[1]", "write one of en, es"),
    ('languages = ["en", "es"]', 'languages = ["en"]', "words.es", "not in languages; add it"),
    ('languages = ["en", "es"]', 'languages = ["es"]', "words.es", "the first language has its words in"),
    (SPANISH, "\n", "words.es", "missing; write the tables [words.es.wording]"),
    ('region = "región"', 'region = " "', "words.es.wording.region", "empty; write the program's name"),
    (
        'title = "MASA Mentor',
        'title = "MASA \\u202eMentor',
        "title",
        "bidirectional: a character that nobody sees",
    ),
    ('association = "MASA"', 'association = "MASA\\nBcc: x"', "wording.association", "control character: a"),
    ('winter = "winter', f'winter = "{"x" * 4001}', "labels.winter", "too long; write at most 4000"),
    ('winter = "vac', 'winter = "vaca\\u0301', "words.es.labels.winter", "accents are characters"),
    ('en = "Better lead', 'en = "Better\\u0007 lead', "aims.leadership_quality.en", "control character: a"),
    ('success = ["Pairs', 'success = ["\\u2067Pairs', "charter.success[0]", "bidirectional: a character"),
    ('winter = "vac', 'summer = "verano"\nwinter = "vac', "words.es.labels.summer", "no rule uses"),
    ('winter = "winter break"\n', "", "labels.winter", "missing; write the words"),
    ('name = "winter", first = 2024', 'name = "Winter!", first = 2024', "calendar.breaks[0].name", "write a"),
    (HOLIDAYS, "holidays = []\n", "calendar.holidays", "empty; write the holidays"),
    (
        HOLIDAYS,
        "holidays = [2026-12-25, 2027-01-01]\n",
        "calendar.holidays",
        "cover less than 2 program years",
    ),
    (HOLIDAYS, "holidays = [2025-12-25, 2027-01-01, 2028-01-01]\n", "calendar.holidays", "none in 2026"),
    (
        BREAKS,
        'breaks = [{ name = "winter", first = 2025-12-22, last = 2026-01-02 }]\n\n',
        "calendar.breaks",
        "none in the year 2026-08-01 to 2027-06-30",
    ),
    (
        "first = 2025-03-24, last = 2025-03-28",
        "first = 2024-12-30, last = 2025-03-28",
        "calendar.breaks[1].first",
        "b",
    ),
    ("2026-09-07, 2026-10-12", "2026-09-07, 2026-09-07", "calendar.holidays[19]", "not later than the one"),
]


@pytest.mark.parametrize(("old", "new", "path", "problem"), FAULTS)
def test_a_fault_is_named_with_path_line_and_what_to_write(
    old: str, new: str, path: str, problem: str, refused: Refused
) -> None:
    found = refused(old, new)
    assert any(f": {path}: {problem}" in fault for fault in found), found


@pytest.mark.parametrize("sign", ["200B", "2060", "00AD", "00A0", "0085", "2028"])
def test_c43_a_text_of_a_program_has_no_sign_that_nobody_sees(sign: str, refused: Refused) -> None:
    (fault,) = refused('title = "MASA Mentor', f'title = "MASA \\u{sign}Mentor')
    assert ": title: " in fault
    assert fault.endswith(": a character that nobody sees; write the text without it")


def test_every_shipped_program_speaks_every_language_of_the_office() -> None:
    for program in load_programs().values():
        assert set(program.languages) == set(Language)
        for code in program.frame.labels:
            assert {program.label(code, language.value) for language in Language}


def test_a_word_is_given_in_the_language_asked_for_or_else_in_the_first() -> None:
    masa = load_programs()["masa"]
    assert [masa.label("winter", language) for language in ("es", "en", "", "fr")] == [
        "vacaciones de invierno",
        *("winter break",) * 3,
    ]
    assert masa.wording_in("es").region == "región"
    assert masa.wording_in("fr") == masa.wording
    assert masa.label("no_such_code", "es") == "no such code"


@pytest.mark.parametrize(
    ("first", "last", "reaches"),
    [
        (date(2026, 8, 1), date(2027, 6, 30), True),
        (date(2028, 8, 1), date(2029, 6, 30), False),
        (date(2024, 8, 1), date(2025, 6, 30), False),
    ],
)
def test_a_calendar_reaches_as_far_as_its_holidays(first: date, last: date, reaches: bool) -> None:
    assert load_programs()["masa"].rules.calendar.reaches(first, last) is reaches
