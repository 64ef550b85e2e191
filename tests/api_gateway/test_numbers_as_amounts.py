"""A member number that a spreadsheet saved as an amount is the number itself, for people whom nobody knew too (C2)."""

from sqlalchemy import select

from activities.adapters.postgres import tables
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import PEOPLE, answer, propose, roster, take_over

ANN = "Ann A,ann@example.org,principal,D1,r1,"


async def numbers(client: Client) -> list[str]:
    """Return the member numbers that the office has."""
    async with client.office.database.transaction() as connection:
        found = await connection.execute(select(tables.person_keys.c.key))
    return sorted(found.scalars())


async def test_a_new_person_has_the_number_without_decimals(client: Client) -> None:
    term = await open_term(client)
    lists = {
        "people": f"{PEOPLE}1042.0,{ANN}\n1043.0,Ben B,ben@example.org,principal,D1,r1,1042.0\n",
        "memberships": "key,membership,first,last\n1042.0,active,2020-01-01,\n1043.0,active,2020-01-01,\n",
        "mentors": "key,capacity,trained_on\n1042.0,2,2025-01-01\n",
        "applications": "key,reason,first_year,applied_on\n1043.0,new_to_role,yes,2026-08-03\n",
    }
    assert (await roster(client, term, lists)).json()["state"] == "done"
    assert {"1042", "1043"} <= {*await numbers(client)}
    assert not any("." in each for each in await numbers(client))
    again = (await propose(client, term, {"people": f"{PEOPLE}1042,{ANN}\n"}, key="plain")).json()
    assert (again["questions"], again["counts"]["unchanged"]) == ([], 1)
    once_more = (await propose(client, term, lists, key="amounts")).json()
    assert (once_more["questions"], once_more["refused"], once_more["counts"]["unchanged"]) == ([], [], 6)


async def test_one_number_with_decimals_among_plain_ones_is_a_question(client: Client) -> None:
    term = await open_term(client)
    list_ = f"{PEOPLE}1042.0,{ANN}\n1043,Ben B,ben@example.org,principal,D1,r1,\n"
    proposal = (await propose(client, term, {"people": list_})).json()
    asked = {each["code"]: each for each in proposal["questions"]}
    assert asked["saved_as_amounts"]["rows"] == {"people.csv": [2]}
    ready = await answer(client, proposal, {asked["saved_as_amounts"]["id"]: "whole"})
    assert (await take_over(client, ready)).json()["state"] == "done"
    assert {"1042", "1043"} <= {*await numbers(client)}
