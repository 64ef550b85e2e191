"""What the text of a cell means (C6, C42, C43, C18)."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.adapters.files.roster.cells import BadCell, Cleared, standard_phone
from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.mail.addresses import BadAddress, _checked, standard_address
from domain.hidden_signs import hidden_sign
from tests.activities.files.roster.lists import MEMBERSHIPS, codes, one, read, values

PERSON = "key,name,email,role_title,phone,language,supervisor\n"
APPLICATION = "key,reason,first_year,applied_on,areas\n"


def person(**cells: str) -> str:
    """Return a list of one person with these cells."""
    row = {"key": "1", "name": "A", "email": "a@post.example"} | cells
    return PERSON + ",".join(f'"{row.get(name, "")}"' for name in PERSON.strip().split(",")) + "\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [("Yes", True), ("TRUE", True), ("Y", True), ("sí", True), ("1", True), ("No", False), ("FALSE", False)],
)
def test_c42_yes_and_no_are_read_as_people_write_them(text: str, value: bool) -> None:
    assert one(f"{APPLICATION}1,new,{text},2026-01-01,\n", "first_year") is value


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("language", "EN", "en"),
        ("language", "English", "en"),
        ("language", "Español", "es"),
        ("role_title", "Superintendent", "superintendent"),
        ("role_title", "Assistant  Superintendent", "assistant_superintendent"),
        ("role_title", "Dirección-general", "direccion_general"),
        ("phone", "(218) 555-0101 ext. 12", "(218) 555-0101 ext. 12"),
        ("phone", "(218) 555-0101 x12", "(218) 555-0101 ext. 12"),
        ("phone", "218-555-0101, Extension 12", "218-555-0101 ext. 12"),
        ("phone", "+1 218  555 0101", "+1 218 555 0101"),
        ("phone", "'+1 218 555 0101", "+1 218 555 0101"),
        ("email", " berit@POST.example ", "berit@post.example"),
        ("key", " 712.0 ", "712"),
        ("key", "00712", "00712"),
    ],
)
def test_c42_a_cell_with_one_meaning_is_read(column: str, text: str, value: Any) -> None:
    assert one(person(**{column: text}), column) == value


def test_c42_the_words_of_a_code_are_kept_beside_it() -> None:
    (row,) = read(person(role_title="Principal, K-8")).rows
    assert (row.values["role_title"], row.texts) == ("principal_k_8", {"role_title": "Principal, K-8"})


def test_c42_areas_are_read_with_any_sign_between_them() -> None:
    for text in ("budget law", "Budget; Law", "budget,law"):
        assert one(f'{APPLICATION}1,new,yes,2026-01-01,"{text}"\n', "areas") == ("budget", "law")


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("language", "fr", "unknown_language"),
        ("phone", "call me", "bad_phone"),
        ("phone", "-------", "bad_phone"),
        ("email", "berit", "bad_address"),
        ("email", "a@post.example; b@post.example", "bad_address"),
        ("key", "a b", "bad_key"),
        ("key", "1.23457E+11", "number_shortened"),
        ("supervisor", "#REF!", "spreadsheet_error"),
        ("name", "A\nB", "line_break"),
        ("name", "x" * 121, "too_long"),
    ],
)
def test_a_cell_that_is_wrong_is_named_with_what_to_write(column: str, text: str, code: str) -> None:
    file = read(person(**{column: text}))
    assert codes(file) == [(code, column, (2,))]
    assert file.rows == ()
    assert file.faults[0].problem.endswith(".")


@pytest.mark.parametrize("sign", list("\x85\u2028\u200b\u2060\u00ad\u202e\u00a0\ufeff\u3164"))
def test_c43_a_sign_that_nobody_sees_is_refused(sign: str) -> None:
    file = read(person(name=f"Be{sign}rit"))
    assert codes(file) == [("hidden_sign", "name", (2,))]
    assert f"U+{ord(sign):04X}" in file.faults[0].problem


@pytest.mark.parametrize(
    "cells", [{"key": "7\u200b1"}, {"email": "a\u200e@post.example"}, {"phone": "\u202a555-0101"}]
)
def test_c43_a_cell_that_is_wrong_for_a_hidden_sign_alone_says_so(cells: dict[str, str]) -> None:
    assert [code for code, _, _ in codes(read(person(**cells)))] == ["hidden_sign"]


@given(st.text())
def test_c43_a_text_holds_a_hidden_sign_or_is_seen_as_it_is(text: str) -> None:
    assert (
        hidden_sign(text)
        or text.replace(" ", "").isprintable()
        or any(not sign.isprintable() for sign in text)
    )
    assert hidden_sign(f"{text}\u200b")


@pytest.mark.parametrize(
    "text", ["José Núñez", "Zoë O’Neil-Smith", "李明", "Ågot “Bo” Ek — III", "Łukasz", "ẞ"]
)
def test_c43_names_of_the_world_hold_no_hidden_sign(text: str) -> None:
    assert hidden_sign(text) == ""


def test_c18_an_address_has_one_form() -> None:
    assert one(person(email="nora@bücher.example"), "email") == "nora@xn--bcher-kva.example"
    assert codes(read(person(email="nöra@post.example"))) == [("bad_address", "email", (2,))]


@given(
    st.from_regex(r"[A-Za-z0-9_+'.\-]{1,66}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9.\-]{1,40}(\.example)?", fullmatch=True),
)
def test_c18_the_short_way_says_what_the_library_says(local: str, domain: str) -> None:
    found = []
    for way in (standard_address, _checked):
        try:
            found.append(way(f"{local}@{domain}"))
        except BadAddress:
            found.append("")
    assert found[0] == found[1]


def test_c6_a_blank_cell_changes_nothing_and_clear_clears() -> None:
    assert values(read(person())) == [{"key": "1", "name": "A", "email": "a@post.example"}]
    assert one(person(phone="Clear"), "phone") is Cleared.CLEARED
    assert one(f"{MEMBERSHIPS}1,active,2026-07-01,clear\n", "last") is Cleared.CLEARED
    assert one("key,first name,last name,email\n1,Ann,Clear,a@post.example\n", "name") == "Ann Clear"


@given(st.text(alphabet="0123456789+()-./ ext#x,", max_size=30))
def test_the_form_of_a_phone_number_is_final(text: str) -> None:
    with suppress(BadCell):
        phone = standard_phone(text)
        assert standard_phone(phone) == phone


@pytest.mark.parametrize(
    ("heading", "cell", "words"),
    [
        ("email", "clear", "An email address cannot be emptied with the word clear."),
        ("region", "Clear", "This field cannot be emptied"),
        ("district", "clear", "This field cannot be emptied"),
        ("district", "CLEAR", "This field cannot be emptied"),
        ("role_title", "clear", "This field cannot be emptied"),
    ],
)
def test_a_field_that_nobody_can_be_without_cannot_be_emptied(heading: str, cell: str, words: str) -> None:
    [fault] = read(f"key,name,{heading}\nM-1,Ann,{cell}\n", kind=RosterKind.PEOPLE).faults
    assert (fault.code, fault.cell) == ("cannot_be_emptied", cell)
    assert fault.problem.startswith(words)
    assert "Leave the cell empty" in fault.problem


@pytest.mark.parametrize(
    "row", ["name,email\nclear,a@post.example\n", "first name,last name,email\nclear,clear,a@post.example\n"]
)
def test_no_name_is_emptied_and_nobody_is_called_clear(row: str) -> None:
    found = read(f"key,{row}".replace("\n", "\nM-1,", 1), kind=RosterKind.PEOPLE)
    assert {(each.code, each.cell) for each in found.faults} == {("cannot_be_emptied", "clear")}
    assert found.rows == ()


def test_the_first_day_of_a_membership_cannot_be_emptied() -> None:
    [fault] = read("key,membership,first\nM-1,active,clear\n").faults
    assert fault.problem.startswith("This date cannot be emptied")


def test_a_name_where_the_number_of_the_supervisor_belongs_is_named() -> None:
    [fault] = read("key,name,supervisor\nM-1,Ann,Vera Vale\n", kind=RosterKind.PEOPLE).faults
    assert (fault.code, fault.cell) == ("name_for_number", "Vera Vale")
    assert "Write the member number of the supervisor, and not the name." in fault.problem


def test_the_languages_of_the_office_are_named() -> None:
    file = read(PERSON + "1,Ann,a@post.example,clerk,,fr,\n")
    assert file.faults[0].allowed == ("en (English)", "es (Spanish)")


@pytest.mark.parametrize("text", ["n/a", "N/A", "none", "-", "—", "unknown"])
def test_words_for_no_phone_number_say_nothing_as_a_blank_does(text: str) -> None:
    assert one(f"key,name,email,phone\n1,A,a@post.example,{text}\n", "phone") is None


def test_a_phone_number_of_which_a_spreadsheet_made_a_number_has_its_plus_again() -> None:
    assert standard_phone("16125550121") == "+1 (612) 555-0121"
    assert standard_phone("6125550121") == "6125550121"
    assert standard_phone("1-612-555-0121") == "1-612-555-0121"
    assert standard_phone("11125550121") == "11125550121", "no area code begins with a 1"


def test_an_apostrophe_before_a_phone_number_is_taken_off() -> None:
    assert standard_phone("'12185550150") == "+1 (218) 555-0150"
    assert standard_phone("'218 555 0150") == "218 555 0150"


@pytest.mark.parametrize(
    "text",
    ["218-555-0101 / 218-555-0102", "2185550101/2185550102", "218-555-0101, 218-555-0102", "218-555-0101 or 2185550102",
     "(218) 555-0101 (218) 555-0102", "218-555-0101 218-555-0102", "+1 218 555 0101 +1 218 555 0102",
     "2185550101 2185550102", "555-0101 555-0102", "218 555 0101 218 555 0102", "218.555.0101  218.555.0102"],
)  # fmt: skip
def test_two_phone_numbers_in_one_cell_are_refused(text: str) -> None:
    with pytest.raises(BadCell) as bad:
        standard_phone(text)
    assert (bad.value.code, bad.value.problem) == (
        "two_phones",
        "There are two phone numbers here, and the office keeps one. Write one of them.",
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Berit Lund <berit@post.example>", "berit@post.example"),
        ('"Lund, Berit" <berit@post.example>', "berit@post.example"),
        ("<mailto:berit@post.example>", "berit@post.example"),
        ("mailto:berit@post.example", "berit@post.example"),
    ],
)
def test_c42_an_address_is_read_without_what_a_mail_program_copies_with_it(text: str, address: str) -> None:
    assert one(person(email=text.replace('"', '""')), "email") == address


@pytest.mark.parametrize(
    "text", ["a@post.example <berit@post.example>", "Berit <a@post.example>; Ann <b@post.example>"]
)
def test_two_addresses_in_one_cell_are_refused(text: str) -> None:
    assert [code for code, *_ in codes(read(person(email=text)))] == ["bad_address"]


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("2185550105.0", "2185550105"),
        ("12185550105.0", "+1 (218) 555-0105"),
        ("tel:218-555-0103", "218-555-0103"),
        ("Tel: 218-555-0103", "218-555-0103"),
        ("218.555.0102", "218.555.0102"),
    ],
)
def test_c42_a_phone_number_is_read_without_decimals_and_without_what_a_link_adds(
    text: str, phone: str
) -> None:
    assert one(person(phone=text), "phone") == phone


def test_a_shortened_phone_number_is_refused_with_what_to_do() -> None:
    (fault,) = read(person(phone="2.18556E+09")).faults
    assert fault.code == "number_shortened"
    assert "choose Text" in fault.problem


def test_letters_that_were_garbled_are_called_so_although_signs_among_them_are_not_seen() -> None:
    text = person(name="Ñandú".encode().decode("latin-1"))
    assert [code for code, *_ in codes(read(text))] == ["garbled"]
