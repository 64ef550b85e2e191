"""Tokens are for people whom the office knows; the operator of the machine makes, lists and revokes them."""

from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.tokens import TokenFacts
from activities.adapters.postgres.reads.grants import GrantReads
from activities.adapters.postgres.reads.tokens import TokenReads
from activities.adapters.postgres.writes.base import AlreadyThere, Unknown
from activities.adapters.postgres.writes.tokens import TokenWrites, UnknownOperator
from domain.actors import MACHINE_OPERATOR, Actor, Role, machine_operator
from domain.associations import Association
from domain.journal import decode
from domain.visibility import OPERATOR, sight_of
from tests.api_gateway.conftest import Client
from tests.api_gateway.test_people import person
from tests.conftest import NOW

NOBODY = "e" * 32
EVA = {
    "name": "Eva Lind",
    "email": "eva@post.example",
    "role_title": "administrator",
    "district": "-",
    "region": "",
}
LONG_AGO = date(2020, 1, 1)
UNTIL = NOW + timedelta(days=5)


async def test_a_token_is_only_for_people_and_regions_that_exist(client: Client) -> None:
    """C61."""
    ann = await person(client, "ann")
    with pytest.raises(Unknown, match="person"):
        await client.office.writes.tokens.issue(NOBODY, (), UNTIL)
    given = {"person": ann, "role": "coordinator", "regions": ["r1", "nowhere"]}
    answer = await client.send("admin", "POST", "/v1/grants", key="nowhere", json=given)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_region")
    given = {"person": NOBODY, "role": "auditor"}
    answer = await client.send("admin", "POST", "/v1/grants", key="nobody", json=given)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_person")


async def give(client: Client, person: str, role: Role, *regions: str) -> str:
    """Give a person a role as the administrator; return the id of the grant."""
    body = {"person": person, "role": role.value, "regions": list(regions)}
    answer = await client.send("admin", "POST", "/v1/grants", key=f"{person}{role}{regions}", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["grant"])


async def events(client: Client, *types: str) -> list[Any]:
    table = tables.events.c
    async with client.office.database.transaction() as connection:
        found = await connection.scalars(select(table.bytes).where(table.type.in_(types)).order_by(table.seq))
        return [decode(bytes(each)) for each in found]


async def test_the_operator_is_the_actor_of_tokens_and_a_revoked_one_opens_nothing(client: Client) -> None:
    """C61."""
    tokens = client.office.writes.tokens
    ann = await person(client, "ann")
    grant = await give(client, ann, Role.AUDITOR)
    token = await tokens.issue(ann, (Role.AUDITOR,), UNTIL)
    id = token.split("_")[1]
    await tokens.revoke(id)
    await tokens.revoke(id)
    assert await client.office.tokens.holder(token) is None
    client._tokens["ann"] = token
    assert (await client.send("ann", "GET", "/v1/tasks")).status_code == 401
    *_, issued, revoked = await events(client, "TokenIssued", "TokenRevoked")
    for event, type in ((issued, "TokenIssued"), (revoked, "TokenRevoked")):
        assert (event.type, event.actor) == (type, MACHINE_OPERATOR)
        assert event.body == {"person": ann, "roles": ["auditor"], "grants": [grant]}
    with pytest.raises(Unknown, match="token"):
        await tokens.revoke("none")


async def test_the_events_of_tokens_name_the_account_of_the_machine_and_who_says_to_be_there(
    client: Client,
) -> None:
    """C61: whoever made a token can be found."""
    ann, eva = await person(client, "ann"), await person(client, "eva")
    database = client.office.database
    made = await TokenWrites(database, machine_operator("hlind")).issue(ann, (), UNTIL)
    id = made.split("_")[1]
    await TokenWrites(database, machine_operator("root", eva)).revoke(id)
    *_, issued, revoked = await events(client, "TokenIssued", "TokenRevoked")
    assert issued.actor == Actor(id="0" * 32, role=Role.SYSTEM, auth="operator:hlind")
    assert revoked.actor == Actor(id=eva, role=Role.SYSTEM, auth="operator:root")
    *_, shown = await TokenReads(database).every(OPERATOR, NOW)
    assert (shown["made_by"], shown["revoked_by"]) == ("hlind", f"root as {eva}")
    first = (await TokenReads(database).every(OPERATOR, NOW))[0]
    assert (first["made_by"], first["revoked_by"]) == ("operator", "")
    with pytest.raises(UnknownOperator):
        await TokenWrites(database, machine_operator("root", NOBODY)).issue(ann, (), UNTIL)


async def test_the_list_shows_names_and_days_to_the_operator_and_secrets_to_nobody(client: Client) -> None:
    ann = await person(client, "ann", name="Ann Berg")
    grant = await give(client, ann, Role.COORDINATOR, "r1", "r2")
    await client.office.writes.tokens.issue(ann, (Role.COORDINATOR,), UNTIL)
    reads, now = TokenReads(client.office.database), NOW
    *_, last = await reads.every(OPERATOR, now)
    assert (last["name"], last["roles"], last["regions"]) == ("Ann Berg", ["coordinator"], ["r1", "r2"])
    assert {"hash", "named", "grants"}.isdisjoint(last)
    assert (
        await reads.every(sight_of(ann, (Role.COORDINATOR, Role.AUDITOR), Association(code="masa")), now)
        == ()
    )
    [own] = await reads.every(sight_of(ann, (Role.ADMIN,), Association(code="masa")), now)
    assert own["person"] == ann
    assert (await client.send("admin", "POST", f"/v1/grants/{grant}/end")).status_code == 200
    *_, last = await reads.every(OPERATOR, now)
    assert (last["roles"], last["regions"]) == ([], [])


@pytest_asyncio.fixture
async def new_office(fresh_database: Any) -> Any:
    """Yield the database of an office in which nobody has a token yet."""
    async with fresh_database() as settings:
        database = Database(settings.database_url("gateway"), size=2)
        yield database
        await database.close()


async def test_each_association_of_a_new_office_gets_one_first_administrator(new_office: Database) -> None:
    tokens = TokenWrites(new_office, machine_operator("hlind"))
    assert await tokens.administrator("masa") is None
    eva, token = await tokens.first_administrator(EVA, "masa", UNTIL)
    holder = await TokenFacts(new_office).holder(token)
    assert holder is not None
    assert (holder.person, holder.roles) == (eva, (Role.ADMIN,))
    assert (await tokens.administrator("masa"), await tokens.administrator("nea_esp")) == (eva, None)
    [grant] = (await GrantReads(new_office).page(OPERATOR, NOW)).rows
    assert (grant["person"], grant["role"], grant["state"]) == (eva, "admin", "live")
    async with new_office.transaction() as connection:
        table = tables.events.c
        kept = await connection.scalars(
            select(table.bytes).where(table.type.in_(("PersonAdded", "RoleGranted", "TokenIssued")))
        )
        assert {decode(bytes(each)).actor for each in kept} == {machine_operator("hlind")}
    with pytest.raises(AlreadyThere, match="administrator"):
        await tokens.first_administrator({**EVA, "email": "other@post.example"}, "masa", UNTIL)
    other, _ = await tokens.first_administrator({**EVA, "email": "other@post.example"}, "nea_esp", UNTIL)
    assert await tokens.administrator("nea_esp") == other


async def test_an_office_that_lost_its_administrator_gets_the_same_person_again(new_office: Database) -> None:
    tokens = TokenWrites(new_office)
    eva, token = await tokens.first_administrator(EVA, "masa", UNTIL)
    await tokens.revoke(token.split("_")[1])
    with pytest.raises(AlreadyThere):  # without a token Eva still has the role, and a new token is enough
        await tokens.first_administrator(EVA, "masa", UNTIL)
    async with new_office.transaction() as connection:
        await connection.execute(update(tables.grants).values(first=LONG_AGO, last=LONG_AGO))
    again, _ = await tokens.first_administrator({**EVA, "email": "EVA@post.example"}, "masa", UNTIL)
    assert again == eva


async def test_a_first_administrator_of_an_unknown_region_is_refused(new_office: Database) -> None:
    with pytest.raises(Unknown, match="region"):
        await TokenWrites(new_office).first_administrator({**EVA, "region": "r9"}, "masa", UNTIL)
