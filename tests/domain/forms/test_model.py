"""Forms: which answers fit, which do not, and that no unsafe character ever passes."""

import json
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.adapters.files.form_files import shipped_forms
from domain.actors import Role
from domain.associations import Association
from domain.forms.display import describe_form
from domain.forms.model import (
    LARGEST_NUMBER,
    Field,
    FieldType,
    Filler,
    Form,
    OnlyWith,
    Option,
    answer_faults,
    normalized,
    seen_by,
    text_code,
)
from domain.visibility import Privacy, of_form, sight_of

W = {"en": "w", "es": "w"}
COLUMNS = (
    Field(key="what", type=FieldType.TEXT, label=W, required=True, max_chars=10),
    Field(key="years", type=FieldType.NUMBER, label=W, most=60),
)
FIELDS = (
    Field(key="name", type=FieldType.TEXT, label=W, privacy=Privacy.ARCHIVE, required=True, max_chars=20),
    Field(key="story", type=FieldType.LONG_TEXT, label=W, privacy=Privacy.OPERATIONAL, max_chars=50),
    Field(key="day", type=FieldType.DATE, label=W),
    Field(key="number", type=FieldType.NUMBER, label=W, least=2, most=9),
    Field(key="cents", type=FieldType.AMOUNT, label=W),
    Field(key="rating", type=FieldType.SCALE, label=W),
    Field(key="sure", type=FieldType.YES_NO, label=W),
    Field(key="pledge", type=FieldType.ACCEPT, label=W),
    Field(key="phone", type=FieldType.PHONE, label=W),
    Field(key="mail", type=FieldType.EMAIL, label=W),
    Field(
        key="one",
        type=FieldType.CHOICE,
        label=W,
        options=(
            Option(code="a", words={"en": "a", "es": "a"}),
            Option(code="other", words={"en": "o", "es": "o"}),
        ),
    ),
    Field(
        key="some",
        type=FieldType.CHOICES,
        label=W,
        most=2,
        options=tuple(Option(code=code, words={"en": code, "es": code}) for code in ("a", "b", "c")),
    ),
    Field(key="topics", type=FieldType.CODES, label=W, codes_of="meetings.topics"),
    Field(key="rows", type=FieldType.ROWS, label=W, least=1, most=3, columns=COLUMNS),
    Field(key="which", type=FieldType.TEXT, label=W, only_with=OnlyWith(field="one", value="other")),
    Field(key="why", type=FieldType.TEXT, label=W, only_with=OnlyWith(field="sure", value="no")),
)
FORM = Form(
    id="sample",
    version="1",
    catalog="F1",
    title=W,
    intro=W,
    filled_by=(Filler.MENTOR,),
    stage="meetings",
    archivable=False,
    cites=("ours",),
    fields=FIELDS,
)
GOOD: dict[str, Any] = {
    "name": "Zoë Ünal",
    "story": "One line.\nAnother, with a 🦓.",
    "day": "2026-02-28",
    "number": 2,
    "cents": 125000,
    "rating": 5,
    "sure": True,
    "pledge": True,
    "phone": "+1 (612) 555-0100 x7",
    "mail": "zoe.unal+mentor@example.org",
    "one": "a",
    "some": ["a", "c"],
    "topics": ["budget"],
    "rows": [{"what": "Clerk", "years": 3}, {"what": "Aide"}],
}
LISTS = {"meetings.topics": ("budget", "staff")}


def codes(change: dict[str, Any], draft: bool = False) -> list[tuple[str, str]]:
    """Return what is wrong with the good answers after a change."""
    found = answer_faults(FORM, {**GOOD, **change}, lists=LISTS, draft=draft)
    return [(fault.path, fault.code) for fault in found]


def test_good_answers_fit() -> None:
    assert codes({}) == []
    assert answer_faults(FORM, {"name": "A"}) == ()
    assert answer_faults(FORM, {}, draft=True) == ()


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"name": None}, "name", "missing"),
    ({"name": "  "}, "name", "missing"),
    ({"name": "\u200b \u2060"}, "name", "missing"),
    ({"name": 5}, "name", "wrong_type"),
    ({"name": "x" * 21}, "name", "too_long"),
    ({"name": "a\tb"}, "name", "control_character"),
    ({"name": "a\nb"}, "name", "control_character"),
    ({"name": "a\u0085b"}, "name", "control_character"),
    ({"name": "a\U000e0041b"}, "name", "control_character"),
    ({"story": "a\rb"}, "story", "control_character"),
    ({"story": "a\x00b"}, "story", "control_character"),
    ({"name": "a\u202eb"}, "name", "bidirectional"),
    ({"name": "a\u2066b"}, "name", "bidirectional"),
    ({"name": "a\u200fb"}, "name", "bidirectional"),
    ({"name": "a\ud83d"}, "name", "lone_surrogate"),
    ({"name": "Zoe\u0308"}, "name", "not_normalized"),
    ({"day": "2026-02-29"}, "day", "not_a_date"),
    ({"day": "20260228"}, "day", "not_a_date"),
    ({"day": "0001-01-01"}, "day", "not_a_date"),
    ({"day": 20260228}, "day", "wrong_type"),
    ({"number": 1}, "number", "out_of_range"),
    ({"number": 10}, "number", "out_of_range"),
    ({"number": 2.0}, "number", "wrong_type"),
    ({"number": True}, "number", "wrong_type"),
    ({"number": "2"}, "number", "wrong_type"),
    ({"number": 10**400}, "number", "out_of_range"),
    ({"cents": -1}, "cents", "out_of_range"),
    ({"cents": LARGEST_NUMBER + 1}, "cents", "out_of_range"),
    ({"rating": 6}, "rating", "out_of_range"),
    ({"rating": 0}, "rating", "out_of_range"),
    ({"rating": float("nan")}, "rating", "wrong_type"),
    ({"sure": "yes"}, "sure", "wrong_type"),
    ({"sure": 1}, "sure", "wrong_type"),
    ({"pledge": False}, "pledge", "not_accepted"),
    ({"phone": "12"}, "phone", "not_a_phone"),
    ({"phone": "call me"}, "phone", "not_a_phone"),
    ({"mail": "nobody"}, "mail", "not_an_email"),
    ({"mail": "a b@example.org"}, "mail", "not_an_email"),
    ({"one": "z"}, "one", "not_a_choice"),
    ({"one": ["a"]}, "one", "wrong_type"),
    ({"some": "a"}, "some", "wrong_type"),
    ({"some": ["z"]}, "some[0]", "not_a_choice"),
    ({"some": ["a", "a"]}, "some[1]", "twice"),
    ({"some": ["a", ["b"]]}, "some[1]", "wrong_type"),
    ({"some": ["a", "b", "c"]}, "some", "too_many"),
    ({"some": ["a"] * 9}, "some", "too_many"),
    ({"topics": ["entry_plan"]}, "topics[0]", "not_a_choice"),
    ({"rows": {}}, "rows", "wrong_type"),
    ({"rows": ["x"]}, "rows[0]", "wrong_type"),
    ({"rows": [{"what": "a"}] * 4}, "rows", "too_many"),
    ({"rows": [{"what": "a"}, {"years": 3}]}, "rows[1].what", "missing"),
    ({"rows": [{"what": "a", "years": 61}]}, "rows[0].years", "out_of_range"),
    ({"rows": [{"what": "a", "extra": 1}]}, "rows[0]", "unknown_field"),
    ({"one": "other"}, "which", "missing"),
    ({"which": "x"}, "which", "not_asked"),
    ({"sure": False}, "why", "missing"),
    ({"strange": 1}, "strange", "unknown_field"),
    ({"<b>": 1}, "", "unknown_field"),
]


@pytest.mark.parametrize(("change", "path", "code"), WRONG, ids=lambda part: repr(part)[:40])
def test_what_is_wrong_is_named_by_path_and_code(change: dict[str, Any], path: str, code: str) -> None:
    assert codes(change) == [(path, code)]


def test_a_draft_may_leave_out_anything_but_what_it_says_must_fit() -> None:
    assert codes({"name": None, "rows": None, "one": "other"}, draft=True) == []
    assert codes({"name": "a\u202eb"}, draft=True) == [("name", "bidirectional")]


def test_all_faults_are_reported_at_once_in_the_order_of_the_fields() -> None:
    found = codes({"rating": 9, "name": "", "rows": [{"what": "a\x07"}], "zzz": 1})
    assert found == [
        ("zzz", "unknown_field"),
        ("name", "missing"),
        ("rating", "out_of_range"),
        ("rows[0].what", "control_character"),
    ]


@given(st.text())
def test_a_text_that_passes_can_be_stored_and_shown_as_it_is(text: str) -> None:
    if text_code(text, most=200, lines=True):
        return
    assert len(text) <= 200
    assert text.encode().decode() == text
    assert unicodedata.normalize("NFC", text) == text
    assert json.loads(json.dumps(text, ensure_ascii=False)) == text
    for character in text:
        assert unicodedata.category(character) not in ("Cc", "Cs") or character == "\n"
        assert unicodedata.bidirectional(character) not in (
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        )


@given(st.text(max_size=20))
def test_normalizing_corrects_all_that_is_only_a_way_of_writing(text: str) -> None:
    composed = normalized(FORM, {"story": text, "rows": [{"what": text}]})
    assert text_code(composed["story"], most=200, lines=True) != "not_normalized"
    assert composed["rows"][0]["what"] == composed["story"]
    assert normalized(FORM, composed) == composed


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([field.key for field in FIELDS]) | st.text(max_size=5), ANY))
def test_whatever_is_sent_is_checked_and_nothing_of_it_is_repeated(answers: dict[str, Any]) -> None:
    known = {field.key for field in FIELDS}
    for fault in answer_faults(FORM, normalized(FORM, answers), lists=LISTS):
        assert fault.path.isascii()
        assert fault.path.partition("[")[0] in known or fault.code == "unknown_field"
    if not answer_faults(FORM, answers, lists=LISTS):
        assert json.loads(json.dumps(answers)) == answers


def test_who_sees_an_answer_follows_from_its_class() -> None:
    classes = {
        "name": Privacy.ARCHIVE,
        "story": Privacy.OPERATIONAL,
        "day": Privacy.PAIR,
        "number": Privacy.WRITER,
    }
    fields = tuple(replace(field, privacy=classes.get(field.key, Privacy.PUBLIC)) for field in FIELDS)
    form = replace(FORM, fields=fields)
    few = {key: GOOD[key] for key in (*classes, "rating")}

    pair = {"region": "r1", "mentee": "mentee", "mentor": "mentor"}
    record = of_form(pair, "writer")

    def seen(person: str, *roles: Role) -> list[str]:
        return list(
            seen_by(
                form, few, sight_of(person, roles, Association(regions=("r1",)), ("r1",)).readable(record)
            )
        )

    assert seen("writer") == ["name", "story", "day", "number", "rating"]
    assert seen("staff", Role.COORDINATOR) == ["name", "story", "rating"]
    assert seen("mentee") == ["day", "rating"]
    assert seen("mentee", Role.COORDINATOR, Role.ADMIN) == ["day", "rating"]
    assert seen("stranger", Role.AUDITOR) == ["rating"]


CATALOG = [
    "F1",
    "F2",
    "F2r",
    "F3",
    "F4",
    "F5",
    "F6",
    "F7",
    "F8",
    "F9",
    "F11a",
    "F11b",
    "F12",
    "F13",
    "M1",
    "M2",
    "M3",
    "M4",
    "P1",
    "P3",
    "E1",
    "E2",
    "E3",
    "E4",
    "R1",
]
PAIR_ONLY = ("F10a", "F10b", "M5", "P2")


def test_every_form_of_the_catalog_that_is_not_the_pairs_own_is_shipped() -> None:
    shipped = {form.catalog for form in shipped_forms().values()}
    assert not set(CATALOG) - shipped
    assert not set(PAIR_ONLY) & shipped


@pytest.mark.parametrize("form", shipped_forms().values(), ids=lambda form: form.id)
def test_every_shipped_form_reads_in_both_languages(form: Form) -> None:
    english, spanish = (describe_form(form, language, {}, str) for language in ("en", "es"))
    assert english["title"] != spanish["title"]
    assert english["intro"] != spanish["intro"]
    keys = [field["key"] for field in english["fields"]]
    assert keys == [field["key"] for field in spanish["fields"]]
    assert not form.private
    same = [
        field["key"]
        for field, other in zip(english["fields"], spanish["fields"], strict=True)
        if field["label"] == other["label"]
    ]
    assert same in ([], ["phone_fax"], ["total"])


def test_the_star_is_where_the_source_has_it() -> None:
    starred = {form.id for form in shipped_forms().values() if form.archivable and form.catalog[0] == "F"}
    assert starred == {
        "mentor_application",
        "mentee_application",
        "mentee_application_decision",
        "letter_of_understanding",
        "attendance_record",
        "monthly_record",
        "exit_mentor",
        "exit_mentee",
    }
