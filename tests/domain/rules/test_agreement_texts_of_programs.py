"""Program files: what is refused about the Letter, the kept documents, the endings, and the words for them."""

from pathlib import Path

import pytest

from activities.adapters.files.program_files import SHIPPED, ProgramFileError, read_file
from domain.rules.canonical_json import rules_digest, rules_from_text, rules_text
from workers.cli.programs.show import show

MASA = SHIPPED / "masa.toml"
TEXT = MASA.read_text()


def faults(tmp_path: Path, *changes: tuple[str, str]) -> dict[str, str]:
    """Return the faults of the MASA file after some changes, by path, each with ``line: problem``."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / "program.toml"
    file.write_text(text)
    with pytest.raises(ProgramFileError) as raised:
        read_file(file)
    return {fault.path: f"{fault.line}: {fault.problem}" for fault in raised.value.faults}


def line_of(piece: str) -> int:
    return TEXT[: TEXT.index(piece)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "path", "problem"),
    [
        (
            'editable = ["tracking",',
            'editable = ["tracking", "candid",',
            "agreement.editable[1]",
            "candid is not a section, pledge or kept document",
        ),
        (
            'editable = ["tracking",',
            'editable = ["tracking", "mentor_both",',
            "agreement.editable[1]",
            "write one that is, or remove it",
        ),
        (
            'kept_documents = ["application",',
            'kept_documents = ["monthly_record", "application",',
            "agreement.kept_documents[0]",
            "monthly_record has no number of days; add it to retention.documents",
        ),
        (
            'kept_documents = ["application",',
            'kept_documents = ["special_application", "application",',
            "agreement.kept_documents[0]",
            "destroyed after the selection (K5); remove it",
        ),
        (
            'text_version = "2026-2"',
            'text_version = "the first"',
            "agreement.text_version",
            "write letters, digits, dots and dashes",
        ),
        (
            TEXT[TEXT.index("disclosure_offices = ") : TEXT.index("kept_documents = ")],
            "disclosure_offices = []\n",
            "agreement.disclosure_offices",
            "empty, but there are legal_exceptions",
        ),
        (
            'legal_exceptions = ["abuse", "suicide_threat", "felony_admission", "other_law"]',
            "legal_exceptions = []",
            "agreement.legal_exceptions",
            "empty, but there are disclosure_offices",
        ),
        (
            'attendance_record = { after = "ended", days = 1095 }',
            'attendance_record = { after = "ended", days = 0 }',
            "retention.documents.attendance_record.days",
            "write a number of days from 1 to 36500",
        ),
        (
            'attendance_record = { after = "ended", days = 1095 }',
            'attendance_record = { after = "some_day", days = 1095 }',
            "retention.documents.attendance_record.after",
            "write one of ended, selection_decided",
        ),
        ("complaint_days = 15", "complaint_days = 0", "endings.complaint_days", "from 1 to 730"),
        (
            'letter_minutes = "About {minutes} minutes each time."',
            'letter_minutes = "About an hour each time."',
            "labels.letter_minutes",
            "write {minutes} where it belongs",
        ),
    ],
)
def test_a_fault_is_named_with_its_path_its_line_and_what_to_write(
    old: str, new: str, path: str, problem: str, tmp_path: Path
) -> None:
    found = faults(tmp_path, (old, new))
    assert problem in found[path]
    assert int(found[path].partition(":")[0]) == line_of(old)


def test_a_sentence_of_the_letter_without_words_is_reported(tmp_path: Path) -> None:
    found = faults(tmp_path, ("letter_signing = ", "letter_sining = "))
    assert "missing; write the words" in found["labels.letter_signing"]
    assert "did you mean letter_signing? If not, remove it" in found["labels.letter_sining"]


def test_an_editable_code_is_in_one_list_only(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        (
            'pledges_mentee = [\n    "mentee_member",',
            'pledges_mentee = [\n    "mentor_enthusiasm", "mentee_member",',
        ),
    )
    assert "mentor_enthusiasm is in two lists" in found["agreement.editable[1]"]


def test_the_words_of_the_letter_come_only_from_the_labels(tmp_path: Path) -> None:
    found = faults(tmp_path, ("[labels]\n", '[letter_words.en]\nletter_title = "x"\n\n[labels]\n'))
    assert "comes from the labels; remove it" in found["letter_words"]


def test_a_region_cannot_override_the_words(tmp_path: Path) -> None:
    found = faults(tmp_path, ('    "recognition.kinds",\n', '    "letter_words.en",\n'))
    assert "not a field that a region can override" in found["overridable[10]"]


def test_the_words_are_part_of_the_rules_and_another_word_is_another_rule_set(tmp_path: Path) -> None:
    rules = read_file(MASA).rules
    text = rules_text(rules)
    assert rules_from_text(text).letter_words == rules.letter_words
    file = tmp_path / "program.toml"
    file.write_text(TEXT.replace('mentor_shares = "I share', 'mentor_shares = "I gladly share'))
    assert rules_digest(rules_text(read_file(file).rules)) != rules_digest(text)
    file.write_text(TEXT.replace('mentor_stipend = "mentor stipend"', 'mentor_stipend = "thanks in money"'))
    assert rules_text(read_file(file).rules) == text


def test_show_says_what_is_signed_and_what_is_kept() -> None:
    shown = "\n".join(show("masa"))
    assert "letter: wording 2026-2, 4 sections, 11 pledges of the mentor and 8 of the mentee" in shown
    assert "kept if both have signed for it: application (3 years), attendance_record (3 years)" in shown
