"""Roles are dated grants: given, confirmed by a second person where they are about money, and ended at once."""

import secrets
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes.tokens import NoGrant
from domain.actors import Role
from domain.ids import derive
from domain.visibility import AUDIT
from tests.api_gateway.conftest import Client
from tests.api_gateway.test_people import person
from tests.api_gateway.test_tokens import events, give
from tests.conftest import NOW
from workers.audit.grants import check_grants

UNTIL = NOW + timedelta(days=5)


async def token_for(client: Client, name: str, person: str, *roles: Role) -> None:
    """Make a token that stands for what a person holds now."""
    client._tokens[name] = await client.office.writes.tokens.issue(person, roles, UNTIL)


async def sent(client: Client, who: str, path: str, **body: Any) -> tuple[int, str]:
    """Send a command once; return its status and the code of a refusal."""
    answer = await client.send(who, "POST", path, key=secrets.token_hex(4), json=body)
    return answer.status_code, answer.json().get("code", "")


@pytest_asyncio.fixture
async def ann(client: Client) -> AsyncIterator[str]:
    """Yield the id of a person without any role."""
    yield await person(client, "ann", name="Ann Berg", email="berg@example.org")


async def test_a_role_that_stands_in_the_table_alone_is_found(client: Client, ann: str) -> None:
    """C54: whoever writes into the database makes nobody an administrator unseen."""
    grant = await give(client, ann, Role.AUDITOR)
    confirmed = await give(client, ann, Role.PAYMENT_STAFF)
    await sent(client, "payment", f"/v1/grants/{confirmed}/confirm")
    over = await give(client, ann, Role.COORDINATOR, "r1", "r2")
    await sent(client, "admin", f"/v1/grants/{over}/end")
    owner = Database(client.office.settings.database_url("migrator"), size=1)
    whole = await check_grants(owner, AUDIT)
    assert (whole.grants >= 8, whole.faults) == (True, ())
    table = tables.grants
    async with owner.transaction() as connection:
        await connection.execute(update(table).where(table.c.id == grant).values(role="admin"))
    assert (await check_grants(owner, AUDIT)).faults == ((grant, "grant", "grant_changed_without_event"),)
    async with owner.transaction() as connection:
        await connection.execute(update(table).where(table.c.id == grant).values(id="made up"))
    assert set((await check_grants(owner, AUDIT)).faults) == {
        (grant, "grant", "grant_missing"),
        ("made up", "grant", "grant_without_event"),
    }
    await owner.close()


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.COORDINATOR, "/v1/people"),
        (Role.AUDITOR, "/v1/people"),
        (Role.ADMIN, "/v1/people"),
        (Role.PAYMENT_STAFF, "/v1/obligations"),
    ],
)
async def test_a_grant_that_ended_refuses_its_token_at_the_next_request(
    client: Client, ann: str, role: Role, path: str
) -> None:
    """C62."""
    grant = await give(client, ann, role)
    await give(client, await person(client, "eva"), Role.ADMIN)
    if role is Role.PAYMENT_STAFF:
        await client.token("whole", Role.COORDINATOR)
        assert await sent(client, "whole", f"/v1/grants/{grant}/confirm") == (200, "")
    await token_for(client, "ann", ann)
    assert (await client.send("ann", "GET", path)).status_code == 200
    assert await sent(client, "admin", f"/v1/grants/{grant}/end") == (200, "")
    refused = await client.send("ann", "GET", path)
    assert (refused.status_code, refused.json()["code"]) == (403, "grant_ended")
    assert "ask an administrator to give you the role again" in refused.json()["detail"]
    assert await sent(client, "ann", "/v1/people/me/language", language="es") == (403, "grant_ended")
    *_, recorded = await events(client, "CommandRefused")
    assert (recorded.actor.id, recorded.body["code"]) == (ann, "grant_ended")


async def test_a_token_stands_for_what_is_live_of_its_grants_and_never_for_more(
    client: Client, ann: str
) -> None:
    north, south = [await give(client, ann, Role.COORDINATOR, code) for code in ("r1", "r2")]
    await token_for(client, "ann", ann)
    await give(client, ann, Role.AUDITOR)
    holder = await client.office.tokens.holder(client._tokens["ann"])
    assert holder is not None
    assert (holder.roles, holder.regions) == ((Role.COORDINATOR,), ("r1", "r2"))
    await sent(client, "admin", f"/v1/grants/{north}/end")
    holder = await client.office.tokens.holder(client._tokens["ann"])
    assert holder is not None
    assert (holder.roles, holder.regions) == ((Role.COORDINATOR,), ("r2",))
    await sent(client, "admin", f"/v1/grants/{south}/end")
    holder = await client.office.tokens.holder(client._tokens["ann"])
    assert holder is not None
    assert (holder.roles, holder.regions) == ((), ())


async def test_a_token_never_stands_for_a_grant_of_another_human(client: Client, ann: str) -> None:
    """A wrong answer that two entries are one human gives rights only until it is taken back."""
    other = await person(client, "other", email="other@example.org")
    await give(client, other, Role.AUDITOR)
    people = tables.people
    async with client.office.database.transaction() as connection:
        await connection.execute(update(people).where(people.c.id == other).values(alias_of=ann))
    await token_for(client, "ann", ann)
    assert (await client.send("ann", "GET", "/v1/people")).status_code == 200
    async with client.office.database.transaction() as connection:
        await connection.execute(update(people).where(people.c.id == other).values(alias_of=None))
    refused = await client.send("ann", "GET", "/v1/people")
    assert (refused.status_code, refused.json()["code"]) == (403, "grant_ended")


async def test_a_participants_token_needs_no_grant_and_a_staff_token_does(client: Client, ann: str) -> None:
    await token_for(client, "ann", ann)
    assert (await client.send("ann", "GET", "/v1/people/me")).status_code == 200
    assert (await client.send("ann", "GET", "/v1/people")).json()["code"] == "role_not_allowed"
    with pytest.raises(NoGrant, match="auditor"):
        await token_for(client, "ann", ann, Role.AUDITOR)


async def test_a_role_about_money_works_only_after_a_second_person_has_confirmed_it(
    client: Client, ann: str
) -> None:
    grant = await give(client, ann, Role.PAYMENT_STAFF)
    path = f"/v1/grants/{grant}/confirm"
    with pytest.raises(NoGrant, match="payment_staff"):
        await token_for(client, "ann", ann, Role.PAYMENT_STAFF)
    await client.token_of("ann", ann, (Role.ADMIN,))
    assert await sent(client, "admin", path) == (403, "confirms_what_one_gave")
    assert await sent(client, "ann", path) == (403, "confirms_own_role")
    assert await sent(client, "coordinator", path) == (404, "unknown_grant"), "a region sees no roles"
    assert await sent(client, "auditor", path) == (403, "role_not_allowed")
    assert await sent(client, "payment", path) == (200, "")
    assert await sent(client, "payment", path) == (409, "grant_confirmed_already")
    await token_for(client, "ann", ann, Role.PAYMENT_STAFF)
    assert (await client.send("ann", "GET", "/v1/obligations")).status_code == 200


async def test_who_gave_a_role_does_not_confirm_it_under_another_entry(client: Client, ann: str) -> None:
    grant = await give(client, ann, Role.PAYMENT_STAFF)
    await person(client, "admin")
    second = await person(client, "second")  # with the same address, and nobody has said that they are two
    await client.token_of("second", second, (Role.ADMIN,))
    refused = await sent(client, "second", f"/v1/grants/{grant}/confirm")
    assert refused == (403, "confirms_what_one_gave")


async def test_the_grants_of_a_person_are_asked_for_by_a_known_id(client: Client, ann: str) -> None:
    assert (await client.send("admin", "GET", f"/v1/grants?person={ann}")).json()["data"] == []
    for wrong in ("banana", "0" * 32):
        answer = await client.send("admin", "GET", f"/v1/grants?person={wrong}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_person")


async def test_the_last_administrator_cannot_end_that_grant(client: Client, ann: str) -> None:
    path = f"/v1/grants/{await give(client, await person(client, 'eva'), Role.ADMIN)}/end"
    assert await sent(client, "admin", path) == (409, "last_administrator")
    await give(client, ann, Role.ADMIN)
    assert await sent(client, "admin", path) == (200, "")
    await token_for(client, "ann", ann)
    theirs = (await client.send("ann", "GET", f"/v1/grants?person={ann}")).json()["data"]
    assert await sent(client, "ann", f"/v1/grants/{theirs[0]['id']}/end") == (409, "last_administrator")
    assert await sent(client, "ann", path) == (409, "grant_over")


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"role": "auditor", "regions": ["r1"]}, 409, "role_has_no_regions"),
        ({"role": "auditor", "first": "2026-01-01"}, 409, "grant_begins_before_today"),
        (
            {"role": "auditor", "first": "2040-02-01", "last": "2040-01-01"},
            409,
            "grant_ends_before_it_begins",
        ),
        ({"role": "participant"}, 422, "invalid"),
        ({"role": "admin"}, 201, ""),
    ],
)
async def test_what_cannot_be_given_is_said(
    client: Client, ann: str, given: dict[str, Any], status: int, code: str
) -> None:
    assert await sent(client, "admin", "/v1/grants", person=ann, **given) == (status, code)


async def test_nobody_but_an_administrator_gives_or_ends_a_role_and_nobody_gives_one_to_oneself(
    client: Client, ann: str
) -> None:
    me = await person(client, "admin")
    assert await sent(client, "admin", "/v1/grants", person=me, role="auditor") == (403, "grant_to_oneself")
    grant = await give(client, ann, Role.AUDITOR)
    assert await sent(client, "admin", "/v1/grants", person=ann, role="auditor") == (
        409,
        "grant_held_already",
    )
    await client.token("whole", Role.COORDINATOR)
    for who in ("whole", "payment", "auditor", "mentee"):
        assert await sent(client, who, "/v1/grants", person=ann, role="admin") == (403, "role_not_allowed")
        assert await sent(client, who, f"/v1/grants/{grant}/end") == (403, "role_not_allowed")
    assert await sent(client, "admin", f"/v1/grants/{'0' * 32}/end") == (404, "unknown_grant")


async def test_a_role_that_begins_later_gives_no_token_before(client: Client, ann: str) -> None:
    later = (NOW + timedelta(days=3)).date().isoformat()
    given = {"person": ann, "role": "auditor", "first": later}
    answer = await client.send("admin", "POST", "/v1/grants", key="later", json=given)
    assert answer.json()["state"] == "not_begun"
    with pytest.raises(NoGrant):
        await token_for(client, "ann", ann, Role.AUDITOR)


async def test_the_list_and_the_history_say_who_gave_confirmed_and_ended_a_role(
    client: Client, ann: str
) -> None:
    eva = await person(client, "admin", name="Eva Lind")
    grant = await give(client, ann, Role.PAYMENT_STAFF)
    await sent(client, "payment", f"/v1/grants/{grant}/confirm")
    whole = (await client.send("auditor", "GET", f"/v1/grants/{grant}")).json()
    assert (whole["name"], whole["role"], whole["regions"]) == ("Ann Berg", "payment_staff", [])
    assert (whole["given_by"], whole["given_by_name"]) == (eva, "Eva Lind")
    assert (whole["confirmed_by"], whole["state"]) == (derive("p", "payment"), "live")
    assert date.fromisoformat(whole["first"]) <= NOW.date()
    await sent(client, "admin", f"/v1/grants/{grant}/end")
    history = (await client.send("admin", "GET", f"/v1/grants/{grant}/history")).json()["data"]
    assert [event["type"] for event in history] == ["RoleGranted", "GrantConfirmed", "GrantEnded"]
    assert [event["actor"]["id"] for event in history] == [eva, derive("p", "payment"), eva]
    assert {event["kind"] for event in history} == {"S"}
    assert (await client.send("admin", "GET", f"/v1/grants/{grant}")).json()["state"] == "over"


async def test_all_staff_see_their_own_grants_and_only_the_office_sees_others(
    client: Client, ann: str
) -> None:
    await give(client, ann, Role.COORDINATOR, "r1")
    await token_for(client, "ann", ann)
    for who, all_of_them in (
        ("ann", False),
        ("coordinator", False),
        ("admin", True),
        ("auditor", True),
        ("payment", True),
    ):
        rows = (await client.send(who, "GET", "/v1/grants?limit=100")).json()["data"]
        own = {ann} if who == "ann" else {derive("p", who)}
        assert {row["person"] for row in rows} - own == set() or all_of_them, who
        assert (ann in {row["person"] for row in rows}) is (all_of_them or who == "ann"), who


async def test_a_repeated_request_gives_a_role_once(client: Client, ann: str) -> None:
    assert await give(client, ann, Role.AUDITOR) == await give(client, ann, Role.AUDITOR)
    rows = (await client.send("admin", "GET", f"/v1/grants?person={ann}")).json()["data"]
    assert len(rows) == 1
    assert len([each for each in await events(client, "RoleGranted") if each.body["person"] == ann]) == 1


async def test_everybody_chooses_how_often_the_digest_comes(client: Client, ann: str) -> None:
    """C15: one list a morning, or one on Mondays."""
    await token_for(client, "ann", ann)
    assert (await client.send("ann", "GET", "/v1/people/me")).json()["digest"] == "daily"
    assert await sent(client, "ann", "/v1/people/me/digest", rhythm="mondays") == (200, "")
    assert (await client.send("ann", "GET", "/v1/people/me")).json()["digest"] == "mondays"
    assert await sent(client, "ann", "/v1/people/me/digest", rhythm="never") == (422, "invalid")
    [chosen] = await events(client, "DigestChosen")
    assert (chosen.actor.id, chosen.body) == (ann, {"person": ann, "rhythm": "mondays"})
