"""A misspelled key is answered with the key that was probably meant."""

import tomllib
from typing import Any

import pytest

from activities.adapters.files.form_files import FORMS
from activities.adapters.files.program_files import SHIPPED
from domain.codec import CodecError
from domain.fault_words import did_you_mean, unknown_keys
from domain.forms.file import read_form
from domain.rules.program_file import read_program

DATA = (SHIPPED / "masa.toml").read_text()
FORM = (FORMS / "mentee_application.toml").read_text()


def faults(text: str, old: str, new: str) -> dict[str, str]:
    """Return the faults of a file's text with one piece replaced, by key path."""
    assert old in text
    data: dict[str, Any] = tomllib.loads(text.replace(old, new, 1))
    with pytest.raises(CodecError) as raised:
        (read_form if text is FORM else read_program)(data)
    return {fault.path: fault.problem for fault in raised.value.faults}


@pytest.mark.parametrize(
    ("old", "new", "path", "meant"),
    [
        ("\nsign_days =", "\nsgin_days =", "agreement.sgin_days", "sign_days"),
        ("\nmatch_days =", "\nmatchdays =", "matching.matchdays", "match_days"),
        ("[recognition]", "[recognitoin]", "recognitoin", "recognition"),
        ("\nversion =", "\nverison =", "verison", "version"),
        ("\n[aims]", "\n[aim]", "aim", "aims"),
        ("\nfollow_up = [", "\nfolow_up = [", "ladders.folow_up", "follow_up"),
    ],
)
def test_c48_a_misspelled_key_of_a_program_is_answered_with_the_right_one(
    old: str, new: str, path: str, meant: str
) -> None:
    assert f"did you mean {meant}? If not, " in faults(DATA, old, new)[path]


def test_c48_a_misspelled_code_among_the_labels_is_answered_with_the_right_one() -> None:
    found = faults(DATA, "\nown_growth =", "\nown_grwoth =")
    assert found["labels.own_grwoth"] == "no rule uses this code; did you mean own_growth? If not, remove it"


def test_c48_a_misspelled_key_of_a_region_is_answered_with_the_right_one() -> None:
    own = "[regions.r3.matching]\nmacth_days = 5\n[calendar]"
    found = faults(DATA, "[calendar]", own)
    assert "did you mean matching.match_days?" in found["regions.r3.matching.macth_days"]


def test_c48_a_misspelled_key_of_a_form_is_answered_with_the_right_one() -> None:
    found = faults(FORM, "\narchivable =", "\narchiveable =")
    assert found["archiveable"] == "unknown key; did you mean archivable? If not, remove it"


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("weather", ("sign_days", "clauses")),
        ("x" * 65, ("x" * 64,)),
        ("sign_day", ()),
    ],
)
def test_a_word_that_resembles_nothing_gets_no_question(word: str, known: tuple[str, ...]) -> None:
    assert did_you_mean(word, known) == ""
    assert list(unknown_keys([word], known)) == [(word, "unknown key; remove it")]


def test_a_key_that_is_there_already_is_not_meant() -> None:
    found = faults(DATA, "match_days =", "match_dayz = 1\nmatch_days =")
    assert found == {"matching.match_dayz": "unknown key; remove it"}


def test_many_unknown_keys_are_no_slips_of_the_hand() -> None:
    unknown = [f"sign_day{number}" for number in range(21)]
    assert {problem for _, problem in unknown_keys(unknown, ("sign_days",))} == {"unknown key; remove it"}
