"""What the API takes, an export says and the import reads back: every value comes back as it is kept."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from sqlalchemy import update

from activities.adapters.files.roster.cells import says_nothing
from activities.adapters.files.roster.columns import COLUMNS, RosterKind
from activities.adapters.files.roster.write import write_export
from activities.adapters.postgres import tables
from api_gateway.api.regions import NewRegion
from api_gateway.http.person_bodies import EntryFields, NewPerson
from domain.people.identity import one_spelling
from tests.activities.files.roster.lists import read, values
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import PEOPLE, propose, roster
from tests.api_gateway.test_exports import exported

_SIGNS = st.sampled_from(list(" \t\r\n\u00a0\u200b\u2028=+-@'\"#,;/|.:_éñe\u0301Ã©0123456789ABclear"))
_WORDS = st.sampled_from(
    [
        "clear",
        " Clear ",
        "#N/A",
        "#REF!",
        "'=x",
        "''=x",
        "Total",
        "Sum",
        "-",
        "+1 218 555 0101 ",
        "1.0",
        "00712",
        "TRUE",
    ]
)
_ANY = st.one_of(
    st.text(_SIGNS, max_size=16), _WORDS, st.text(max_size=8), st.builds("{}{}".format, _WORDS, _SIGNS)
)
_GOOD = {
    "key": "M-1",
    "name": "Ann",
    "email": "ann@post.example",
    "role_title": "principal",
    "region": "north",
}
FIELDS = ("key", "name", "email", "role_title", "district", "phone")


def taken(body: type[BaseModel], values: dict[str, Any]) -> dict[str, Any] | None:
    """Return the values as the API keeps them; None if it refuses them."""
    try:
        return body.model_validate(values).model_dump()
    except ValidationError:
        return None


@given(st.sampled_from(FIELDS), _ANY | st.builds("{}@post.example{}".format, _ANY, _SIGNS))
def test_every_value_that_the_api_takes_reads_back_as_it_is_kept(field: str, value: str) -> None:
    kept = taken(NewPerson, {**_GOOD, field: value})
    changed = taken(EntryFields, {field: value})
    assert kept is None or changed is None or kept[field] == changed[field]
    if kept is None:
        return
    row = {name: kept[name] for name in (*_GOOD, "district", "phone", "language")}
    file = read(write_export(RosterKind.PEOPLE, [row]), name="people.csv")
    assert [fault.line() for fault in file.faults] == []
    said = {name: value for name, value in row.items() if value}
    if says_nothing(COLUMNS[RosterKind.PEOPLE]["district"], said["district"]):
        del said["district"]  # “-” is no district, and so is a blank cell
    assert values(file) == [said]


@given(st.text("ab_0", max_size=6))
def test_a_new_region_has_a_code_that_a_list_can_name(code: str) -> None:
    kept = taken(NewRegion, {"code": code, "name": "N", "program": "masa"})
    if kept is not None:
        row = {**_GOOD, "region": kept["code"]}
        assert values(read(write_export(RosterKind.PEOPLE, [row]), name="people.csv")) == [row]


@given(st.text(_SIGNS, max_size=12))
def test_the_spelling_of_a_text_is_final(text: str) -> None:
    assert one_spelling(one_spelling(text)) == one_spelling(text)
    assert unicodedata.is_normalized("NFC", one_spelling(text))


async def test_what_the_api_takes_with_odd_signs_is_nothing_new_when_it_is_imported_again(
    client: Client,
) -> None:
    term = await open_term(client)
    odd = [
        {"key": "+1", "name": " =Ann ", "district": "\t@D ", "phone": " 218  555 0101 x 7 "},
        {"key": "-2", "name": "clear", "district": "'+x", "phone": ""},
        {"key": "-3", "name": "Ann Clear", "district": "'+x", "phone": ""},
        {"key": "Sum", "name": "Total", "district": "-", "phone": "+1 218 555 0101"},
    ]
    for number, row in enumerate(odd):
        body = {**row, "email": f" p{number}@example.org", "role_title": "principal", "region": "r1"}
        sent = await client.send("admin", "POST", "/v1/people", key=f"odd {number}", json=body)
        assert sent.status_code == (422 if row["key"] == "+1" or row["name"] == "clear" else 201), sent.text
    again = (
        await propose(client, term, {"people": await exported(client, "admin", "people")}, key="again")
    ).json()
    assert (again["refused"], again["questions"]) == ([], [])
    assert {kind: count for kind, count in again["counts"].items() if count} == {"unchanged": 2}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  Ann  A "),
        ("name", "#N/A"),
        ("name", "Ann\u00a0A"),
        ("name", "Ann\u200bA"),
        ("name", "e\u0301"),
        ("name", "clear"),
        ("district", "\tD1"),
        ("phone", " 218  555 0101"),
        ("phone", "-------"),
        ("email", "ann@b\u00fccher.example"),
        ("role_title", "_principal_"),
    ],
)
async def test_an_entry_from_before_the_checks_stays_as_it_is(client: Client, field: str, value: str) -> None:
    term = await open_term(client)
    lists = {"people": f"{PEOPLE}71,Ann A,ann@example.org,principal,D1,r1,\n"}
    assert (await roster(client, term, lists)).json()["state"] == "done"
    person = tables.people.c
    async with client.office.database.transaction() as connection:
        await connection.execute(update(tables.people).where(person.name == "Ann A").values({field: value}))
    again = (
        await propose(client, term, {"people": await exported(client, "admin", "people")}, key="again")
    ).json()
    assert (again["refused"], again["questions"]) == ([], [])
    assert {kind: count for kind, count in again["counts"].items() if count} == {"unchanged": 1}


async def test_a_person_under_a_number_that_a_list_cannot_say_is_nothing_new(client: Client) -> None:
    term = await open_term(client)
    lists = {
        "people": f"{PEOPLE}71,Ann A,ann@example.org,principal,D1,r1,\n",
        "mentors": "key,capacity\n71,2\n",
    }
    assert (await roster(client, term, lists)).json()["state"] == "done"
    async with client.office.database.transaction() as connection:
        await connection.execute(update(tables.person_keys).values(key="clear"))
    files = {kind: await exported(client, "admin", kind) for kind in ("people", "mentors")}
    again = (await propose(client, term, files, key="again")).json()
    assert (again["refused"], again["questions"]) == ([], [])
    assert {kind: count for kind, count in again["counts"].items() if count} == {"unchanged": 1}
