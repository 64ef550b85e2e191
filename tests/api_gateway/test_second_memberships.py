"""A list that says another membership beside one that goes on: what is taken over, and what the streams say of it."""

from typing import Any

from sqlalchemy import select

from activities.adapters.postgres import tables
from domain.ids import h_stream
from domain.journal import decode
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, answer, propose, roster, take_over

HEADING = "key,membership,first,last\n"


async def memberships(client: Client) -> list[tuple[str, str, str, bool]]:
    """Return class, first and last day of Ann's memberships, and whether they are withdrawn."""
    person, held = tables.people.c, tables.memberships.c
    wanted = (
        select(held["class"], held.first, held.last, held.withdrawn_at)
        .join(tables.people, person.id == held.person)
        .where(person.name == "Ann A")
        .order_by(held.id)
    )
    async with client.office.database.transaction() as connection:
        return [
            (row[0], str(row[1]), str(row[2]), row[3] is not None) for row in await connection.execute(wanted)
        ]


async def said(client: Client, row: str, how: str) -> dict[str, Any]:
    """Import a row about Ann, answer what is asked, and return the proposal that was taken over."""
    term = await open_term(client)
    await roster(client, term, GOOD)
    proposal = (await propose(client, term, {"memberships": HEADING + row}, key="second")).json()
    [question] = proposal["questions"]
    assert (question["code"], how in question["answers"] or question["days"] is not None) == (
        "second_memberships",
        True,
    )
    ready = await answer(client, proposal, {question["id"]: how})
    assert (await take_over(client, ready)).json()["state"] == "done"
    again = (await propose(client, term, {"memberships": HEADING + row}, key="again")).json()
    assert (again["questions"], again["counts"]["unchanged"]) == ([], 1)
    return ready


async def test_a_corrected_class_withdraws_the_known_membership_by_a_correction_that_names_it(
    client: Client,
) -> None:
    ready = await said(client, "ann,retired,2020-01-01,\n", "corrects")
    assert ready["counts"]["changed"] == 1
    assert await memberships(client) == [
        ("active", "2020-01-01", "None", True),
        ("retired", "2020-01-01", "None", False),
    ]
    event = tables.events.c
    async with client.office.database.transaction() as connection:
        person = await connection.scalar(select(tables.people.c.id).where(tables.people.c.name == "Ann A"))
        held = tables.memberships.c
        records = list(await connection.scalars(select(held.id).where(held.person == person)))
        stream = select(event.bytes).where(event.stream == h_stream(person or "")).order_by(event.seq)
        events = [decode(bytes(each)) for each in await connection.scalars(stream)]
    corrected, changed = events[-2:]
    assert (corrected.type, corrected.body["corrects"], corrected.body["earlier"]) == (
        "PersonCorrected",
        f"membership/{min(records)}",
        [1],
    )
    assert (changed.type, changed.body["records"]) == ("PersonChanged", [f"membership/{max(records)}"])


async def test_a_later_class_ends_the_known_membership_the_day_before(client: Client) -> None:
    await said(client, "ann,retired,2026-07-01,\n", "ends")
    assert await memberships(client) == [
        ("active", "2020-01-01", "2026-06-30", False),
        ("retired", "2026-07-01", "None", False),
    ]


async def test_who_retired_on_a_named_day_and_keeps_the_day_of_joining(client: Client) -> None:
    await said(client, "ann,retired,2020-01-01,\n", "2026-06-30")
    assert await memberships(client) == [
        ("active", "2020-01-01", "2026-06-30", False),
        ("retired", "2026-07-01", "None", False),
    ]


async def test_two_memberships_at_once_both_go_on(client: Client) -> None:
    await said(client, "ann,retired,2020-01-01,\n", "both")
    assert [each[0] for each in await memberships(client) if not each[3]] == ["active", "retired"]
