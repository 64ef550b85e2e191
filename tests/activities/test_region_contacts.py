"""A pair is told once about each contact that its region names after the welcome email (MASA-28)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog import SqlBacklog
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.notice_rows import NoticeRecords
from activities.housekeeping import HousekeepingActivities
from activities.ports.workflows import Answer, Sent, UnannouncedContact
from domain.ids import derive
from domain.messages import Command
from domain.relationship.stages.contact.first_contact import HearContact
from tests.activities.mail.rendered import CONTACT, MENTEE, OTHER_CONTACT
from tests.activities.postgres import test_notice_rows as rows
from workers.settings import Settings

records, owner, pair = rows.records, rows.owner, rows.pair
PAIR = rows.PAIR
NEW = derive("person", "new contact")
WELCOMED = datetime(2027, 8, 1, tzinfo=UTC)


class AcceptingWorkflows:
    """Workflows that accept every update."""

    def __init__(self) -> None:
        self.updates: list[tuple[str, Command]] = []

    async def update(self, id: str, command: Command) -> Sent:
        self.updates.append((id, command))
        return Sent(answer=Answer.TAKEN)

    async def start(self, *_: Any, **__: Any) -> None:
        raise AssertionError("nothing is started")

    async def signal(self, *_: Any) -> bool:
        raise AssertionError("nothing is signaled")


def backlog(postgres: Settings) -> tuple[SqlBacklog, Database]:
    database = Database(postgres.database_url("worker"), size=2)
    commands: Mapping[str, Any] = {}
    return SqlBacklog(database, rows.StoppedClock(rows.NOW), commands), database


async def name(owner: Database, person: str, *, hours: int, **days: date | None) -> int:
    """Name a contact a number of hours after the welcome email, and return the id of the seat."""
    seat = {"region": "r3", "person": person, "first": date(2027, 8, 2), "last": None, **days}
    at = WELCOMED + timedelta(hours=hours)
    await rows.put(owner, tables.region_contacts, {**seat, "created_at": at})
    async with owner.transaction() as connection:
        seat_id = tables.region_contacts.c.id
        return int((await connection.scalars(select(seat_id).order_by(seat_id.desc()))).first() or 0)


@pytest.mark.usefixtures("pair", "records")
async def test_only_a_contact_named_after_the_email_and_serving_today_is_announced_and_only_once(
    owner: Database, postgres: Settings
) -> None:
    await rows.notice(owner, derive("w"), kind="welcome_mentee", person=MENTEE.id, seq=5, created_at=WELCOMED)
    async with owner.transaction() as connection:
        await connection.execute(text("truncate office.region_contacts, office.deliveries"))
    await name(owner, CONTACT.id, hours=-1)
    await name(owner, OTHER_CONTACT.id, hours=1, first=date(2027, 9, 1))
    await name(owner, OTHER_CONTACT.id, hours=2, last=date(2027, 8, 2), first=date(2027, 8, 1))
    await name(owner, MENTEE.id, hours=3)
    seats = [UnannouncedContact(relationship=PAIR, seat="", contact=OTHER_CONTACT.id)]
    made, database = backlog(postgres)
    try:
        found = await made.unannounced_contacts(10)
        assert [(each.relationship, each.contact) for each in found] == [
            (each.relationship, each.contact) for each in seats
        ]
        workflows = AcceptingWorkflows()
        chores = HousekeepingActivities(made, workflows, workflows)
        assert (await chores.announce_contacts()).count == 1
        assert (await chores.announce_contacts()).count == 0
        [(workflow, command)] = workflows.updates
        assert workflow == f"relationship/{PAIR}"
        assert isinstance(command, HearContact)
        assert command.contact == OTHER_CONTACT.id
    finally:
        await database.close()


@pytest.mark.usefixtures("pair")
async def test_the_email_names_the_present_contacts(records: NoticeRecords, owner: Database) -> None:
    id = await rows.notice(
        owner, derive("c"), kind="contact_changed", person=MENTEE.id, seq=9, data={"contact": NEW}
    )
    to_send = await records.to_send(id)
    assert to_send is not None
    assert to_send.contacts == (CONTACT,)
