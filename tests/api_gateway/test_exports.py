"""Exports write what the import reads: importing an export again is nothing new, and each export is an event."""

import pytest
from sqlalchemy import select

from activities.adapters.postgres import tables
from domain.journal import decode
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import PEOPLE, answer, propose, roster, take_over

LISTS = {
    "people": PEOPLE.strip()
    + ",phone,language\n"
    + "0071,=Ann A,ann@example.org,principal,D1,r1,,+1 218 555 0101,es\n"
    + "ben,'Ben B,ben@example.org,principal,D1,r1,0071,,en\n"
    + "cid,Cid C,cid@example.org,principal,D2,r2,,,en\n",
    "memberships": "key,membership,first,last\n0071,active,2020-01-01,\ncid,active,2020-01-01,2027-01-01\n",
    "mentors": "key,capacity,trained_on,serving_since\n0071,2,2025-01-01,2010-07-01\n",
}


async def association(client: Client) -> str:
    """Return the code of the association of the regions."""
    regions = (await client.send("admin", "GET", "/v1/regions")).json()["data"]
    return str(regions[0]["association"])


async def exported(client: Client, name: str, kind: str) -> bytes:
    answer = await client.send(name, "GET", f"/v1/exports/{kind}?association={await association(client)}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return answer.content


async def test_an_export_that_is_imported_again_is_nothing_new(client: Client) -> None:
    term = await open_term(client)
    assert (await roster(client, term, LISTS)).json()["state"] == "done"
    files = {kind: await exported(client, "admin", kind) for kind in ("people", "memberships", "mentors")}
    assert b"'=Ann A" in files["people"], "a formula is protected"
    again = (await propose(client, term, files, key="again")).json()
    assert (again["refused"], again["questions"]) == ([], [])
    assert again["counts"] == dict.fromkeys(again["counts"], 0) | {"unchanged": 6}


async def test_an_export_gives_the_number_that_a_person_had_first(client: Client) -> None:
    term = await open_term(client)
    people = {"people": PEOPLE + "mentee02,Ann A,ann@example.org,principal,D1,r1,\n"}
    await roster(client, term, people)
    double = {"people": PEOPLE + "M-9902,Ann A,ann@example.org,principal,D1,r1,\n"}
    proposal = (await propose(client, term, double, key="double")).json()
    [question] = proposal["questions"]
    done = await take_over(client, await answer(client, proposal, {question["id"]: "same"}))
    assert (done.json()["people"], done.json()["changed_people"]) == (0, 1)
    text = (await exported(client, "admin", "people")).decode("utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()] == ["key", "mentee02"]
    assert [line.split(",")[-1] for line in text.splitlines()] == ["other_numbers", "M-9902"]
    for number, given in enumerate((people, double)):
        again = (await propose(client, term, given, key=f"again {number}")).json()
        assert (again["questions"], again["counts"]["unchanged"]) == ([], 1)


async def test_an_export_keeps_the_numbers_of_an_entry_that_counts_no_more(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, LISTS)
    found = (await client.send("admin", "GET", "/v1/people")).json()["data"]
    ids = {each["keys"][0]: each["id"] for each in found}
    sent = {"key": "same", "json": {"other": ids["cid"], "answer": "same"}}
    merged = await client.send("admin", "POST", f"/v1/people/{ids['0071']}/same-as", **sent)
    stands = next(key for key, id in ids.items() if id == merged.json()["stands"])
    other = {"0071": "cid", "cid": "0071"}[stands]
    people = await exported(client, "admin", "people")
    lines = [line.split(",") for line in people.decode("utf-8-sig").splitlines()]
    assert {line[0]: line[-1] for line in lines[1:]} == {stands: other, "ben": ""}
    again = (await propose(client, term, {"people": people}, key="again")).json()
    assert (again["refused"], again["questions"], again["counts"]["unchanged"]) == ([], [], 2)


async def test_a_coordinator_exports_the_people_of_their_own_regions_and_each_export_is_an_event(
    client: Client,
) -> None:
    term = await open_term(client)
    await roster(client, term, LISTS)
    own = (await exported(client, "coordinator", "people")).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in own] == ["key", "0071", "ben"]
    assert (await client.send("payment", "GET", "/v1/exports/people")).status_code == 403
    async with client.office.database.transaction() as connection:
        [event] = await connection.scalars(
            select(tables.events.c.bytes).where(tables.events.c.type == "ListExported")
        )
    assert decode(bytes(event)).body | {"list": "people", "rows": 2} == decode(bytes(event)).body
    assert b"ann@" not in bytes(event)


async def test_another_association_than_ones_own_is_unknown(client: Client) -> None:
    assert (await client.send("admin", "GET", "/v1/exports/people")).status_code == 200
    for code in ("nobody", "nea_esp"):
        answer = await client.send("admin", "GET", f"/v1/exports/people?association={code}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_association")
        assert "nea_esp" not in answer.json()["detail"]


async def test_a_coordinator_of_one_association_needs_not_name_it(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, LISTS)
    own = await client.send("coordinator", "GET", "/v1/exports/people")
    assert own.status_code == 200, own.text
    assert own.content == await exported(client, "coordinator", "people")


async def test_an_export_says_whom_it_leaves_out_because_they_have_no_number(client: Client) -> None:
    """The only number of an active member was taken off; the next complete list asked whether she lapsed."""
    term = await open_term(client)
    await roster(client, term, LISTS)
    people = {
        each["keys"][0]: each["id"]
        for each in (await client.send("admin", "GET", "/v1/people")).json()["data"]
    }
    hedvig = people["0071"]
    sent = {"key": "off", "json": {"key": "0071", "reason": "mistyped"}}
    assert (
        await client.send("admin", "POST", f"/v1/people/{hedvig}/take-off-number", **sent)
    ).status_code == 200
    for kind in ("memberships", "mentors"):
        answered = await client.send("admin", "GET", f"/v1/exports/{kind}")
        assert (answered.headers["left-out"], answered.headers["left-out-count"]) == (hedvig, "1"), kind
        assert "0071" not in answered.text
    answered = await client.send("admin", "GET", "/v1/exports/people")
    assert "left-out" not in answered.headers, (
        "the list of people has a row for her, with her name and address"
    )
    async with client.office.database.transaction() as connection:
        events = await connection.scalars(
            select(tables.events.c.bytes).where(tables.events.c.type == "ListExported")
        )
        bodies = {body["list"]: body for body in (decode(bytes(event)).body for event in events)}
    assert (bodies["memberships"]["left_out"], bodies["memberships"]["rows"]) == ([hedvig], 1)
    assert "left_out" not in bodies["people"]


@pytest.mark.parametrize("holder", ["0071", "ben"])
async def test_records_are_exported_under_a_number_that_a_merged_entry_has(
    client: Client, holder: str
) -> None:
    term = await open_term(client)
    held = f"key,membership,first,last\n{holder},active,2020-01-01,\n"
    mentor = f"key,capacity,trained_on,serving_since\n{holder},2,2025-01-01,2010-07-01\n"
    await roster(client, term, {**LISTS, "memberships": held, "mentors": mentor})
    people = {
        each["keys"][0]: each["id"]
        for each in (await client.send("admin", "GET", "/v1/people")).json()["data"]
    }
    sent = {"key": "same", "json": {"other": people["ben"], "answer": "same"}}
    stands = (await client.send("admin", "POST", f"/v1/people/{people['0071']}/same-as", **sent)).json()[
        "stands"
    ]
    [number] = [key for key, id in people.items() if id == stands]
    sent = {"key": "off", "json": {"key": number}}
    assert (
        await client.send("admin", "POST", f"/v1/people/{stands}/take-off-number", **sent)
    ).status_code == 200
    other = {"0071": "ben", "ben": "0071"}[number]
    rows = {
        "memberships": f"{other},active,2020-01-01,",
        "mentors": f"{other},2,2025-01-01,2010-07-01,,",
    }
    for kind, row in rows.items():
        answered = await client.send("admin", "GET", f"/v1/exports/{kind}")
        assert "left-out" not in answered.headers
        assert [*answered.text.splitlines()][1:] == [row]
        again = (await propose(client, term, {kind: answered.content}, key=f"again {kind}")).json()
        assert (again["refused"], again["questions"], again["counts"]["unchanged"]) == ([], [], 1)
