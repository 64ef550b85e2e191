"""People with staff rights are changed by an administrator alone, and codes that no program knows are refused."""

from datetime import timedelta
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import insert, update

from activities.adapters.postgres import tables
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.conftest import Client
from tests.api_gateway.test_people import person
from tests.api_gateway.test_tokens import events
from tests.conftest import NOW

MENTOR = {"capacity": 1}
MEMBERSHIP = {"membership": "active", "first": "2020-01-01"}


async def change(client: Client, who: str, route: str, someone: str, key: str) -> httpx.Response:
    """Change something about a person by one of the routes that do."""
    body: dict[str, Any] = {
        "memberships": MEMBERSHIP,
        "membership-end": {"last": "2026-01-01"},
        "language": {"language": "es"},
    }.get(route, {})
    path = f"people/{someone}/{route}"
    if route == "mentors":
        path, body = route, {**MENTOR, "person": someone}
    if route == "conflicts":
        path, body = route, {"person": someone, "other": derive("p", "other"), "kind": "family"}
    return await client.send(who, "POST", f"/v1/{path}", key=f"{who}{route}{key}", json=body)


ROUTES = ("memberships", "membership-end", "language", "mentors", "conflicts")


@pytest.mark.parametrize("route", ROUTES)
async def test_a_coordinator_changes_participants_and_an_administrator_the_staff(
    client: Client, route: str
) -> None:
    """C62: nobody but an administrator changes whoever has a valid token with a role of the staff."""
    await client.token("whole", Role.COORDINATOR)
    await person(client, "other")
    for name in ("mentee", "payment"):
        someone = await person(client, name)
        expected = 200 if route == "language" else 201
        expected = 200 if route == "membership-end" else expected
        for who in ("coordinator", "whole"):
            answer = await change(client, who, route, someone, name)
            if name == "payment":
                assert (answer.status_code, answer.json()["code"]) == (403, "administrator_only")
                assert "only an administrator can change" in answer.json()["detail"]
            else:
                assert answer.status_code == expected, answer.text
        assert (await change(client, "admin", route, someone, name)).status_code == expected


async def conflict(client: Client, who: str, one: str, other: str, key: str, end: str = "") -> httpx.Response:
    """Declare a conflict of interest, or withdraw it."""
    body = {"person": one, "other": other, "kind": "family"}
    return await client.send(who, "POST", f"/v1/conflicts{end}", key=f"{who}{key}{end}{one}", json=body)


SIDES = pytest.mark.parametrize("turned", [False, True])


@SIDES
async def test_a_coordinator_declares_conflicts_of_own_participants_with_those_of_other_regions(
    client: Client, turned: bool
) -> None:
    """C62: a declaration only protects; the withdrawal of one across regions is the state office's."""
    here, there = await person(client, "here"), await person(client, "there", region="r2")
    one, other = (there, here) if turned else (here, there)
    assert (await conflict(client, "coordinator", one, other, "")).status_code == 201
    kept = await client.send("admin", "GET", f"/v1/people/{there}")
    assert kept.json()["conflicts"] == [{"other": here, "kind": "family"}]
    for who in ("coordinator", "elsewhere"):
        refused = await conflict(client, who, one, other, "", "/withdraw")
        assert (refused.status_code, refused.json()["code"]) == (403, "state_office_only")
        assert "coordinator of the state office" in refused.json()["detail"]
    await client.token("whole", Role.COORDINATOR)
    assert (await conflict(client, "whole", one, other, "", "/withdraw")).status_code == 200
    kept = await client.send("admin", "GET", f"/v1/people/{there}")
    assert kept.json()["conflicts"] == []


@SIDES
async def test_a_conflict_with_staff_is_an_administrators(client: Client, turned: bool) -> None:
    """C62."""
    here, staff = await person(client, "here"), await person(client, "payment", region="r2")
    one, other = (staff, here) if turned else (here, staff)
    for end in ("", "/withdraw"):
        refused = await conflict(client, "coordinator", one, other, "", end)
        assert refused.status_code == 403, refused.text
        assert (await conflict(client, "admin", one, other, "", end)).is_success


async def test_a_conflict_between_two_of_other_regions_or_with_nobody_is_not_found(client: Client) -> None:
    there, too = await person(client, "there", region="r2"), await person(client, "too", region="r2")
    here, nobody = await person(client, "here"), "e" * 32
    for end in ("", "/withdraw"):
        refused = await conflict(client, "coordinator", there, too, "", end)
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_person")
        unknown = await conflict(client, "coordinator", here, nobody, "", end)
        assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_person")


async def test_a_conflict_between_people_of_two_associations_is_refused(client: Client) -> None:
    """C63, C64: a conflict that no program could ever look at."""
    here, there = await person(client, "here"), await person(client, "there")
    async with client.office.database.transaction() as connection:
        table = tables.people
        await connection.execute(update(table).where(table.c.id == there).values(association="other"))
    refused = await conflict(client, "coordinator", here, there, "")
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_person")


async def test_staff_rights_end_with_the_grant_and_not_with_a_token(client: Client) -> None:
    """C62: who works for the office is whoever has a role there, with a token or without."""
    someone = await person(client, "payment")
    table = tables.tokens
    async with client.office.database.transaction() as connection:
        ended = update(table).where(table.c.person == someone)
        await connection.execute(ended.values(expires_at=NOW - timedelta(days=1)))
    assert (await change(client, "coordinator", "mentors", someone, "1")).status_code == 403
    [grant] = (await client.send("admin", "GET", f"/v1/grants?person={someone}")).json()["data"]
    assert (await client.send("admin", "POST", f"/v1/grants/{grant['id']}/end")).status_code == 200
    assert (await change(client, "coordinator", "mentors", someone, "2")).status_code == 201


async def test_a_second_entry_of_somebody_on_the_staff_counts_as_staff(client: Client) -> None:
    stands, second = await person(client, "payment"), await person(client, "second")
    async with client.office.database.transaction() as connection:
        table = tables.people
        await connection.execute(update(table).where(table.c.id == second).values(alias_of=stands))
    assert (await change(client, "coordinator", "mentors", second, "")).status_code == 403


async def test_a_refused_change_of_the_staff_is_recorded(client: Client) -> None:
    await change(client, "coordinator", "mentors", await person(client, "payment"), "")
    *_, refused = await events(client, "CommandRefused")
    assert refused.body == {"kind": "SetMentor", "code": "administrator_only"}


async def test_the_staff_still_choose_their_own_language(client: Client) -> None:
    await person(client, "coordinator")
    answer = await client.send("coordinator", "POST", "/v1/people/me/language", json={"language": "es"})
    assert answer.status_code == 200


async def test_only_the_state_office_names_a_contact_of_a_region(client: Client) -> None:
    """C62: a contact is barred from the region's money, so no coordinator makes payment staff a contact."""
    someone = await person(client, "someone")
    await client.token("whole", Role.COORDINATOR)
    body = {"person": someone, "first": "2026-01-01"}
    for who, status in (("coordinator", 403), ("elsewhere", 404), ("whole", 201), ("admin", 201)):
        answer = await client.send(who, "POST", "/v1/regions/r1/contacts", key=who, json=body)
        assert answer.status_code == status, answer.text


async def test_an_administrator_who_also_coordinates_acts_as_administrator(client: Client) -> None:
    await client.token("both", Role.COORDINATOR, Role.ADMIN, regions=("r2",))
    someone = await person(client, "payment")
    assert (await change(client, "both", "mentors", someone, "")).status_code == 201


async def test_an_unknown_kind_of_conflict_is_refused_with_the_known_ones(client: Client) -> None:
    """C63: it would be accepted and never enforced."""
    one, other = await person(client, "one"), await person(client, "other")
    body = {"person": one, "other": other, "kind": "kin"}
    answer = await client.send("coordinator", "POST", "/v1/conflicts", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "unknown_conflict_kind")
    assert answer.json()["errors"][0]["detail"].endswith(
        "Write one of: supervisor, same_chain, family, contract."
    )
    known = await client.send(
        "coordinator", "POST", "/v1/conflicts", key="2", json={**body, "kind": "family"}
    )
    assert known.status_code == 201


async def test_an_unknown_class_of_membership_is_refused_with_the_known_ones(client: Client) -> None:
    """C63."""
    path = f"/v1/people/{await person(client, 'one')}/memberships"
    answer = await client.send("coordinator", "POST", path, json={**MEMBERSHIP, "membership": "activ"})
    assert (answer.status_code, answer.json()["code"]) == (409, "unknown_membership_class")
    assert answer.json()["errors"][0]["detail"].endswith("Write one of: active, retired.")


async def test_the_classes_of_every_program_that_serves_the_region_are_known(client: Client) -> None:
    """C63: a region may be served by several programs of its association."""
    someone = await person(client, "one")
    path = f"/v1/people/{someone}/memberships"
    body = {**MEMBERSHIP, "membership": "alumni"}
    assert (await client.send("admin", "POST", path, key="1", json=body)).status_code == 409
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.program_regions).values(program="opsoa", region="r1"))
    assert (await client.send("admin", "POST", path, key="2", json=body)).status_code == 201
