"""Readers whom emails reach again, while a task of the stream still asks for a correction of an address.

A relationship hears itself of a corrected address of a person (``person_changes``). Nobody but the database knows who
the contacts of a region are, and whom the emails of a term were for.
"""

from datetime import UTC
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, bindparam, cast, exists, not_, or_, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog.part import TODAY, BacklogPart
from activities.adapters.postgres.backlog.person_changes import delivered
from activities.adapters.postgres.facts.entries_of_one import of_one
from activities.adapters.postgres.facts.region_contacts import serves_on
from activities.adapters.postgres.office_tasks import close_office_task
from activities.ports.workflows import ReachableReader
from domain.failed_notices import CORRECTED, GONE, OF_DIGEST
from domain.person_changes import ChangeKind
from domain.tasks import TaskKind
from domain.workflow_contracts import workflow_id


class ReachableReaderBacklog(BacklogPart):
    """Tasks about an address that nobody has to correct any longer."""

    async def digests_reach_again(self) -> int:
        """Close the tasks about addresses that a digest did not reach and that were corrected since; return how many.

        The refused digest is not sent again: what it said is in the next one, which goes to the new address.
        """
        async with self._database.transaction() as connection:
            ids = (await connection.scalars(corrected_for_digests())).all()
            for id in ids:
                await close_office_task(connection, id, CORRECTED)
        return len(ids)

    async def reachable_readers(self, limit: int) -> tuple[ReachableReader, ...]:
        """Return readers whom emails reach again and about whom a task still asks for a correction."""
        today = (await self._clock.now()).astimezone(UTC).date()
        async with self._database.one_statement() as connection:
            found = (await connection.execute(reached(), {TODAY.key: today, "most": limit})).all()
        return tuple(
            ReachableReader(
                task=row.id, workflow=workflow_id(row.subject_kind, row.subject), person=row.about
            )
            for row in found
        )


@cache
def corrected_for_digests() -> Select[Any]:
    """Return a select for the tasks about addresses of digests that were corrected since, built once."""
    task, opened = tables.tasks.c, tables.events.c
    return (
        select(task.id)
        .join(tables.events, and_(opened.stream == task.stream, opened.seq == task.applied_seq))
        .where(
            task.kind == TaskKind.FIX_ADDRESS.value,
            task.closed_at.is_(None),
            task.why.startswith(f"{OF_DIGEST},", autoescape=True),
            _corrected_since(opened.recorded_at),
        )
        .order_by(task.id)
    )


@cache
def reached() -> Select[Any]:
    """Return a select for the tasks about addresses whose readers are reached again, built once."""
    task = tables.tasks.c
    return (
        select(task.id, task.subject, task.subject_kind, task.about)
        .where(
            task.kind == TaskKind.FIX_ADDRESS.value,
            task.closed_at.is_(None),
            or_(task.about == "", task.subject_kind == "term"),
            not_(_unreached()),
        )
        .order_by(task.opened_at, task.id)
        .limit(bindparam("most", type_=Integer))
    )


def _corrected_since(instant: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the address of the reader of a task was corrected after an instant of the database."""
    change, task = tables.person_changes.c, tables.tasks.c
    reader, changed = tables.people.alias("reader"), tables.people.alias("changed")
    return exists(
        select(change.id)
        .join_from(reader, changed, of_one(reader, changed))
        .join(tables.person_changes, change.person == changed.c.id)
        .where(
            reader.c.id == task.about, change.kind == ChangeKind.ADDRESS.value, change.created_at > instant
        )
        .correlate_except(reader, changed, tables.person_changes)
    )


def _unreached() -> ColumnElement[bool]:
    """Return the condition that an email to the reader of a task waits, or was refused and nothing changed since."""
    notice, task = tables.notices.c, tables.tasks.c
    refused = and_(notice.status == "refused", notice.code != GONE)
    return exists().where(
        notice.subject == task.subject,
        notice.person == task.about,
        or_(
            notice.status.in_(("pending", "parked")),
            and_(refused, notice.person != "", not_(_address_changed(notice.person))),
            and_(refused, notice.person == "", not_(_contact_changed())),
        ),
    )


def _address_changed(person: Any) -> ColumnElement[bool]:
    """Return the condition that an address of a reader was corrected after an email, which was not tried again."""
    notice, change = tables.notices.c, tables.person_changes.c
    reader, changed = tables.people.alias("reader"), tables.people.alias("changed")
    return exists(
        select(change.id)
        .join_from(reader, changed, of_one(reader, changed))
        .join(tables.person_changes, change.person == changed.c.id)
        .where(
            reader.c.id == person,
            change.kind == ChangeKind.ADDRESS.value,
            change.created_at > notice.created_at,
            not_(delivered(change.id, notice.id)),
        )
        .correlate_except(reader, changed, tables.person_changes)
    )


def _contact_changed() -> ColumnElement[bool]:
    """Return the condition that a contact was named or has a new address since an email, or none is left."""
    notice, seat = tables.notices.c, tables.region_contacts.c
    day = cast(notice.created_at, Date)
    here, now = seat.region == notice.region, serves_on(TODAY)
    other = exists().where(
        here, now, or_(seat.created_at > notice.created_at, seat.first > day, _address_changed(seat.person))
    )
    ended = exists().where(here, not_(now), or_(seat.last >= day, seat.withdrawn_at > notice.created_at))
    return or_(other, and_(ended, not_(exists().where(here, now))))
