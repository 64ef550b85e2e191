"""Two different imports at once: what both would change lands once, and the other says what was changed meanwhile."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from activities.adapters.postgres import tables
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, PEOPLE, Files, answer, counted, propose, roster, take_over

NEW = ("cid,Cid C,cid@example.org,principal,D1,r1,\n", "dan,Dan D,dan@example.org,principal,D1,r1,\n")
HELD, PLACES = "key,membership,first,last\n", "key,capacity\n"
APPLIED = "key,reason,first_year,applied_on\n"
OFFICE = {name: text for name, text in GOOD.items() if name != "applications"}

AT_ODDS: Mapping[str, tuple[Files, Files]] = {
    "a name": (
        {"people": GOOD["people"].replace("Ben B", "Ben Berg") + NEW[0]},
        {"people": GOOD["people"].replace("Ben B", "Benjamin B") + NEW[1]},
    ),
    "the same new person": (
        {"people": PEOPLE + NEW[0] + NEW[1]},
        {"people": PEOPLE + NEW[1].replace("D1", "D2")},
    ),
    "the end of a membership": (
        {"people": PEOPLE + NEW[0], "memberships": HELD + "ben,active,2020-01-01,2026-12-31\n"},
        {"people": PEOPLE + NEW[1], "memberships": HELD + "ben,active,2020-01-01,2026-11-30\n"},
    ),
    "the places of a mentor": (
        {"people": PEOPLE + NEW[0], "mentors": PLACES + "ann,3\n"},
        {"people": PEOPLE + NEW[1], "mentors": PLACES + "ann,4\n"},
    ),
    "an application": (
        {"people": PEOPLE + NEW[0], "applications": APPLIED + "ben,new_to_role,yes,2026-08-03\n"},
        {"people": PEOPLE + NEW[1], "applications": APPLIED + "ben,new_to_role,yes,2026-08-04\n"},
    ),
}


async def both(client: Client, term: str, lists: tuple[Files, Files]) -> list[dict[str, Any]]:
    """Propose two imports on the same state, take them over at the same time, and return their operations."""
    ready = [await settled(client, term, files, key) for files, key in zip(lists, "12", strict=True)]
    begun = await asyncio.gather(
        *(
            client.send(
                "admin",
                "POST",
                f"/v1/imports/{each['id']}/take-over",
                key=each["id"],
                json={"digest": each["digest"]},
            )
            for each in ready
        )
    )
    assert [each.status_code for each in begun] == [202, 202]
    await asyncio.gather(client.office.take_overs.land_next(), client.office.take_overs.land_next())
    return [(await client.send("admin", "GET", each.headers["location"])).json() for each in begun]


async def settled(client: Client, term: str, files: Files, key: str) -> dict[str, Any]:
    """Propose lists and agree with every proposed answer."""
    sent = await propose(client, term, files, key=key)
    assert sent.status_code == 201, sent.text
    return await answer(client, sent.json())


async def names(client: Client) -> set[str]:
    async with client.office.database.transaction() as connection:
        return {*await connection.scalars(select(tables.people.c.name))}


@pytest.mark.parametrize("what", AT_ODDS)
async def test_of_two_that_change_the_same_one_lands_and_the_other_lands_after_it_is_proposed_again(
    client: Client, what: str
) -> None:
    term = await open_term(client)
    await roster(client, term, OFFICE)
    before = (await counted(client, "people"))["people"]
    operations = await both(client, term, AT_ODDS[what])
    assert sorted(each["state"] for each in operations) == ["done", "overtaken"]
    [done] = [each for each in operations if each["state"] == "done"]
    [late] = [each for each in operations if each["state"] == "overtaken"]
    added = (await counted(client, "people"))["people"] - before
    assert (done["people"], late["people"]) == (added, 0), "nothing of the other landed"
    assert late["overtaken_by"], "it says what was changed meanwhile"
    assert all(each["file"] and each["row"] for each in late["overtaken_by"])
    now = (await client.send("admin", "GET", f"/v1/imports/{late['import']}")).json()
    assert now["state"] == "proposed"
    again = await answer(client, now)
    landed = await take_over(client, again, without=("refused",) if again["refused"] else ())
    assert landed.json()["state"] == "done", landed.text
    assert {"Cid C", "Dan D"} <= await names(client)
    assert (await counted(client, "people"))["people"] == before + 2, "nobody twice"
    assert len(client.engine.started) == (1 if what == "an application" else 0)


async def test_two_that_change_different_people_both_land(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, OFFICE)
    lists = ({"people": PEOPLE + NEW[0]}, {"people": PEOPLE + NEW[1]})
    operations = await both(client, term, lists)
    assert [(each["state"], each["people"]) for each in operations] == [("done", 1)] * 2
