"""Sign-ins in the API: who sees them, who confirms that of payment staff, and what doubles do to them."""

import secrets
from typing import Any

from sqlalchemy import select

from activities.adapters.postgres import tables
from domain.actors import Actor, Role
from domain.ids import derive
from tests.api_gateway.conftest import MINE, Client, add_far_region, add_person
from tests.api_gateway.test_grants import sent
from tests.api_gateway.test_people import person
from tests.api_gateway.test_tokens import events, give

ISSUER = "https://login.example.org"


async def tie(client: Client, person: str, subject: str, by: str = "admin") -> str:
    """Tie an account to a person, as an administrator does; return the id of the tie."""
    writes, actor = client.office.writes.sign_in, acting(by)
    await writes.ask(ISSUER, subject, name=f"Account {subject}", email="", association=MINE)
    asked = tables.sign_in_requests.c
    async with client.office.database.transaction() as connection:
        request = await connection.scalar(select(asked.id).where(asked.subject == subject))
    await writes.tie(str(request), person, MINE, actor, secrets.token_hex(8))
    made = await writes.tied(ISSUER, subject)
    assert made is not None
    return made.id


def acting(name: str) -> Actor:
    return Actor(id=derive("p", name), role=Role.ADMIN)


async def listed(client: Client, who: str, query: str = "") -> dict[str, Any]:
    answer = await client.send(who, "GET", f"/v1/sign-ins{query}")
    assert answer.status_code == 200, answer.text
    return {row["id"]: row for row in answer.json()["data"]}


async def test_sign_ins_of_nobody_are_refused_and_somebody_without_one_has_none(client: Client) -> None:
    ann = await person(client, "ann", name="Ann Berg", email="berg@example.org")
    assert await listed(client, "admin", f"?person={ann}") == {}
    for wrong in ("banana", "0" * 32):
        answer = await client.send("admin", "GET", f"/v1/sign-ins?person={wrong}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_person")


async def test_a_sign_in_of_payment_staff_waits_until_somebody_else_confirms_it(client: Client) -> None:
    ann = await person(client, "ann", name="Ann Berg", email="berg@example.org")
    await client.token("whole", Role.COORDINATOR)
    works = await tie(client, ann, "before")
    await give(client, ann, Role.PAYMENT_STAFF)
    waits = await tie(client, ann, "after")
    for who in ("admin", "payment", "whole", "auditor"):
        rows = await listed(client, who, f"?person={ann}")
        assert [(rows[id]["waits"], rows[id]["tied_by"]) for id in (works, waits)] == [
            (False, derive("p", "admin")),
            (True, derive("p", "admin")),
        ]
        assert rows[waits]["account_name"] == "Account after"
    assert await sent(client, "admin", f"/v1/sign-ins/{waits}/confirm") == (403, "confirms_what_one_tied")
    assert await sent(client, "auditor", f"/v1/sign-ins/{waits}/confirm") == (403, "role_not_allowed")
    assert await sent(client, "payment", f"/v1/sign-ins/{works}/confirm") == (409, "sign_in_needs_nobody")
    assert await sent(client, "payment", f"/v1/sign-ins/{waits}/confirm") == (200, "")
    row = (await listed(client, "admin", f"?person={ann}"))[waits]
    assert (row["waits"], row["confirmed_by"]) == (False, derive("p", "payment"))
    assert await sent(client, "payment", f"/v1/sign-ins/{waits}/end") == (403, "role_not_allowed")
    assert await sent(client, "admin", f"/v1/sign-ins/{waits}/end") == (200, "")
    assert await sent(client, "admin", f"/v1/sign-ins/{waits}/end") == (404, "unknown_sign_in")
    assert [*await listed(client, "admin", f"?person={ann}")] == [works]


async def test_sign_ins_of_another_association_do_not_exist(client: Client) -> None:
    await add_far_region(client)
    ann = await person(client, "ann", name="Ann Berg", email="berg@example.org")
    await give(client, ann, Role.PAYMENT_STAFF)
    waits = await tie(client, ann, "after")
    await add_person(client, derive("p", "abe"), region="far")
    await client.token_of("abe", derive("p", "abe"), (Role.ADMIN,))
    assert await listed(client, "abe") == {}
    for act in ("confirm", "end"):
        assert await sent(client, "abe", f"/v1/sign-ins/{waits}/{act}") == (404, "unknown_sign_in")
    missing = await client.send("abe", "GET", f"/v1/sign-ins?person={ann}")
    assert missing.status_code == 404
    await client.token("north", Role.COORDINATOR, regions=("r1",))
    assert await listed(client, "north") == {}, "a coordinator of a region sees no roles of others"


async def test_a_sign_in_waits_again_where_its_entry_becomes_one_with_payment_staff(client: Client) -> None:
    """Nobody gets into the account of payment staff by an entry of their own that is made its double."""
    ann = await person(client, "ann", name="Ann Berg", email="berg@example.org")
    await give(client, ann, Role.PAYMENT_STAFF)
    await client.token("whole", Role.COORDINATOR)
    own = await tie(client, ann, "own")
    await sent(client, "payment", f"/v1/sign-ins/{own}/confirm")
    other = await person(client, "other", name="Ann Berg", email="other@example.org")
    await give(client, other, Role.AUDITOR)
    double = await tie(client, other, "double")
    token = await client.office.writes.sessions.begin(other, double)
    assert await client.office.sessions.visitor(token) is not None
    answer = await sent(client, "admin", f"/v1/people/{ann}/same-as", other=other, answer="same")
    assert answer == (200, "")
    rows = await listed(client, "admin")
    assert (rows[own]["waits"], rows[double]["waits"]) == (False, True)
    assert rows[own]["stands"] == rows[double]["stands"]
    assert await client.office.sessions.visitor(token) is None
    assert [event.body["sign_in"] for event in await events(client, "SignInWaits")] == [own, double]
