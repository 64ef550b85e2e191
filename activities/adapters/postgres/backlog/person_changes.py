"""Changes about people that a stream which runs with them has not heard of."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog.part import TODAY, BacklogPart
from activities.adapters.postgres.facts.entries_of_one import of_one, stands_for
from activities.adapters.postgres.facts.region_contacts import serves_on
from activities.adapters.postgres.notice_rows import WAITS_AGAIN
from activities.adapters.postgres.office_tasks import close_office_task
from activities.ports.workflows import UndeliveredChange
from domain.failed_notices import CORRECTED, GONE, LAST_WORDS
from domain.journal import Kind
from domain.notices import NoticeKind
from domain.person_changes import ChangeKind, begins_everywhere, begun_everywhere
from domain.tasks import TaskKind
from domain.workflow_contracts import workflow_id

_BEGAN: Final = timedelta(minutes=10)
"""How long before its first event a stream may have looked its facts up: such a change is delivered to be sure."""
_LAST: Final = tuple(kind.value for kind in LAST_WORDS)
_TO_REGIONS: Final = tuple(
    kind.value
    for kind in (
        NoticeKind.MATCH_ACROSS_REGIONS,
        NoticeKind.STIPEND_SENT,
        NoticeKind.STIPEND_DENIED,
        NoticeKind.STIPEND_RETURNED,
    )
)
"""Emails to the contacts of a region that still matter later; no stream knows who these contacts are."""
_SURVEYS: Final = (NoticeKind.TERM_SURVEY_OPEN.value, NoticeKind.TERM_SURVEY_DUE.value)


class PersonChangeBacklog(BacklogPart):
    """Changes about people that were not delivered."""

    async def undelivered_changes(self, limit: int) -> tuple[UndeliveredChange, ...]:
        """Return changes with the open streams that they concern and were not delivered to.

        What never failed comes first, the oldest first; then what failed, the longest ago first.
        """
        begun = begun_everywhere(await self._clock.now())
        async with self._database.one_statement() as connection:
            found = (await connection.execute(undelivered_changes(), {"begun": begun, "most": limit})).all()
        return tuple(
            UndeliveredChange(
                change=row.change,
                stream=row.stream,
                workflow=workflow_id(row.owner, row.stream),
                person=row.person,
                kind=ChangeKind(row.kind),
                day=row.day,
            )
            for row in found
        )

    async def heard_change(self, change: int, stream: str) -> None:
        """Record that a stream has heard of a change."""
        now = await self._clock.now()
        noted = insert(tables.person_change_deliveries).values(change=change, stream=stream, delivered_at=now)
        row = tables.person_change_deliveries.c
        first = noted.on_conflict_do_update(
            index_elements=["change", "stream"], set_={"delivered_at": now}, where=row.delivered_at.is_(None)
        )
        async with self._database.one_statement() as connection:
            await connection.execute(first)

    async def missed_change(self, change: int, stream: str) -> None:
        """Record that a stream could not be reached with a change."""
        now = await self._clock.now()
        noted = insert(tables.person_change_deliveries).values(change=change, stream=stream, failed_at=now)
        last = noted.on_conflict_do_update(index_elements=["change", "stream"], set_={"failed_at": now})
        async with self._database.one_statement() as connection:
            await connection.execute(last)

    async def reopen_refused(self) -> int:
        """Let emails wait again that no run sends again, if what refused them was corrected since.

        That is the address of a reader, or a day of leaving that was wrong. A correction counts once for each email,
        however often it is refused again.
        """
        now = await self._clock.now()
        today = {TODAY.key: now.astimezone(UTC).date()}
        async with self._database.transaction() as connection:
            found = (await connection.execute(refused_without_a_run(), today)).all()
            if not found:
                return 0
            rows = [{"change": row.change, "stream": row.id, "delivered_at": now} for row in found]
            await connection.execute(
                insert(tables.person_change_deliveries).values(rows).on_conflict_do_nothing()
            )
            ids = {row.id for row in found}
            reopened = update(tables.notices).where(tables.notices.c.id.in_(ids)).values(WAITS_AGAIN)
            await connection.execute(reopened)
            await _addresses_corrected(connection, ids)
        return len(ids)


async def _addresses_corrected(connection: AsyncConnection, notices: Collection[str]) -> None:
    """Close the tasks about the addresses of the readers of these notices, which no run has opened."""
    task = tables.tasks.c
    readers = select(tables.notices.c.person).where(tables.notices.c.id.in_(notices))
    done = select(task.id).where(
        task.kind == TaskKind.FIX_ADDRESS.value,
        task.subject_kind == Kind.INSTALLATION.value,
        task.closed_at.is_(None),
        task.about.in_(readers),
    )
    for id in (await connection.scalars(done.order_by(task.id))).all():
        await close_office_task(connection, id, CORRECTED)


@cache
def refused_without_a_run() -> Select[Any]:
    """Return a select for refused emails that no run sends again, with the later changes that correct the cause.

    As the others here it is built once: each round of housekeeping asks it, and building takes longer than the answer.
    """
    notice, change = tables.notices.c, tables.person_changes.c
    to = _readers().subquery("to")
    reader, changed = tables.people.alias("reader"), tables.people.alias("changed")
    return (
        select(notice.id, change.id.label("change"))
        .join_from(tables.notices, to, to.c.notice == notice.id)
        .join(reader, reader.c.id == to.c.person)
        .join(changed, of_one(reader, changed))
        .join(tables.person_changes, change.person == changed.c.id)
        .where(
            change.created_at > notice.created_at,
            or_(
                and_(change.kind == ChangeKind.ADDRESS.value, notice.code != GONE),
                and_(_is_back(change.kind, changed), notice.code == GONE),
            ),
            not_(delivered(change.id, notice.id)),
        )
    )


def _readers() -> Any:
    """Return the refused emails that no run sends again, each with its readers: one person, or a region's contacts."""
    notice, pair, seat = tables.notices.c, tables.relationships.c, tables.region_contacts.c
    of_an_end = (
        select(notice.id.label("notice"), notice.person)
        .join_from(tables.notices, tables.relationships, pair.id == notice.subject)
        .where(
            notice.status == "refused",
            notice.kind.in_(_LAST),
            pair.ended_at.is_not(None),
        )
    )
    over = exists().where(pair.id == notice.subject, pair.ended_at.is_not(None))
    to_a_region = (
        select(notice.id, seat.person)
        .join_from(tables.notices, tables.region_contacts, seat.region == notice.region)
        .where(notice.status == "refused", notice.kind.in_(_TO_REGIONS), serves_on(TODAY), not_(over))
    )
    return union(of_an_end, to_a_region, *_of_a_term())


def _of_a_term() -> tuple[Select[Any], ...]:
    """Return the refused emails of running terms that still matter, each with its readers, a person or the contacts.

    What matters is still owed, and nobody was written to about it later. A task for the region's contacts does not:
    it is in their list of tasks.
    """
    notice, kept, seat = tables.notices.c, tables.term_regions.c, tables.region_contacts.c
    later = tables.notices.alias("later")
    reader = (notice.subject, notice.person, notice.region, notice.data["about"], notice.data["key"])
    same = (later.c.subject, later.c.person, later.c.region, later.c.data["about"], later.c.data["key"])
    matters = (
        kept.ended_at.is_(None),
        notice.status == "refused",
        _still_owed(),
        not_(exists().where(later.c.seq > notice.seq, *(a == b for a, b in zip(same, reader, strict=True)))),
    )
    of_term = tables.notices.join(tables.term_regions, kept.id == notice.subject)
    contacts = of_term.join(tables.region_contacts, seat.region == notice.region)
    return (
        select(notice.id, notice.person).select_from(of_term).where(notice.person != "", *matters),
        select(notice.id, seat.person).select_from(contacts).where(serves_on(TODAY), *matters),
    )


def _still_owed() -> ColumnElement[bool]:
    """Return the condition that what an email of a term asks for is still owed by its reader."""
    notice, kept, task = tables.notices.c, tables.term_regions.c, tables.tasks.c
    record, survey = tables.monthly_records.c, tables.term_surveys.c
    key = notice.data["key"].astext
    owner = func.coalesce(func.nullif(notice.person, ""), notice.region)
    return or_(
        and_(
            notice.kind == NoticeKind.MONTHLY_RECORD_DUE.value,
            exists().where(
                record.term == kept.term,
                record.region == kept.region,
                record.month == key,
                record.mentor == notice.person,
                record.status == "owed",
            ),
        ),
        and_(
            notice.kind.in_(_SURVEYS),
            exists().where(
                survey.term == kept.term,
                survey.region == kept.region,
                survey.audience == key,
                survey.owner == owner,
                survey.status == "open",
            ),
        ),
        and_(
            notice.kind == NoticeKind.LOG_CHECK_DUE.value,
            exists().where(
                task.subject == kept.id,
                task.kind == TaskKind.CHECK_LOGS.value,
                task.about == key,
                task.closed_at.is_(None),
            ),
        ),
    )


@cache
def undelivered_changes() -> Select[Any]:
    """Return a select for changes with the open streams that they concern and were not delivered to.

    A change of one entry concerns the streams of every entry of the same human, each under the id that it knows. A
    change ahead waits for its day, and is left out for good if a correction has taken the day away since.
    """
    change, event = tables.person_changes.c, tables.events.c
    streams = _streams().subquery("concerned")
    own, changed = tables.people.alias("own"), tables.people.alias("changed")
    tried = tables.person_change_deliveries.c
    failed = (
        select(tried.failed_at)
        .where(tried.change == change.id, tried.stream == streams.c.stream)
        .scalar_subquery()
    )
    began = (
        select(event.recorded_at).where(event.stream == streams.c.stream, event.seq == 1).scalar_subquery()
    )
    return (
        select(
            change.id.label("change"),
            streams.c.person,
            case((_is_back(change.kind, changed), ChangeKind.BACK.value), else_=change.kind).label("kind"),
            change.day,
            streams.c.stream,
            streams.c.owner,
        )
        .join_from(tables.person_changes, changed, changed.c.id == change.person)
        .join(own, of_one(changed, own))
        .join(streams, streams.c.person == own.c.id)
        .where(
            not_(delivered(change.id, streams.c.stream)),
            or_(not_(streams.c.acts), change.kind == ChangeKind.SAME_AS.value),
            or_(
                and_(not_(change.ahead), began - _BEGAN < change.created_at),
                and_(
                    change.ahead,
                    change.day <= bindparam("begun", type_=Date),
                    streams.c.opened_at < _begins_everywhere(change.day),
                    _still_dated(change),
                ),
            ),
        )
        .order_by(failed.nulls_first(), change.id, streams.c.stream, streams.c.person != change.person)
        .limit(bindparam("most", type_=Integer))
    )


def _is_back(kind: Any, changed: FromClause) -> Any:
    """Return the condition that a change says that a person is gone who is not: the day was withdrawn since."""
    stands = tables.people.alias("stands")
    gone = exists().where(
        or_(stands.c.id == changed.c.id, stands.c.id == stands_for(changed)),
        or_(stands.c.left_on.is_not(None), stands.c.died_on.is_not(None)),
    )
    return and_(kind == ChangeKind.LEFT.value, not_(gone))


def _begins_everywhere(day: Any) -> Any:
    """Return the instant from which a day in a column has begun in every time zone."""
    hours = begins_everywhere(date.min) - datetime.combine(date.min, time(), UTC)
    return func.timezone("UTC", cast(day, DateTime)) + hours


def _still_dated(change: Any) -> Any:
    """Return the condition that a record of the person still has the day of a change ahead."""
    membership, mentor = tables.memberships.c, tables.mentors.c
    member = exists().where(
        membership.person == change.person,
        membership.withdrawn_at.is_(None),
        or_(membership.first == change.day, membership.last == change.day - 1),
    )
    serves = exists().where(
        mentor.person == change.person,
        or_(
            change.day.in_((mentor.trained_on, mentor.serving_since)),
            (change.day - 1).in_((mentor.serving_until, mentor.credential_until)),
        ),
    )
    return case((change.kind == ChangeKind.MENTOR.value, serves), else_=member)


def delivered(change: Any, stream: Any) -> Any:
    """Return the condition that a change was delivered to a stream, or has let an email wait again."""
    row = tables.person_change_deliveries.c
    found = exists().where(row.change == change, row.stream == stream, row.delivered_at.is_not(None))
    return found.correlate_except(tables.person_change_deliveries)


def _streams() -> Any:
    """Return the open streams with each person that they concern, and when they began by the office's clock.

    Who only ``acts`` on an order concerns it where two entries are one human.
    """
    pair, claim, money = tables.relationships.c, tables.claims.c, tables.obligations.c
    of_pair = [
        select(
            pair.id.label("stream"),
            each.label("person"),
            literal("relationship", String).label("owner"),
            pair.opened_at,
            false().label("acts"),
        ).where(pair.ended_at.is_(None), each != "")
        for each in (pair.mentee, pair.mentor, pair.proposed_mentor)
    ]
    owed = literal("obligation", String).label("owner")
    of_mentor = select(money.id, money.mentor, owed, money.accrued_at, false()).where(
        money.ended_at.is_(None)
    )
    of_mentee = (
        select(money.id, pair.mentee, owed, money.accrued_at, false())
        .join_from(tables.obligations, tables.claims, claim.obligation == money.id)
        .join(tables.relationships, pair.id == claim.relationship)
        .where(money.ended_at.is_(None), not_(claim.withdrawn))
    )
    order = tables.orders.c
    of_staff = [
        select(money.id, each, owed, money.accrued_at, true())
        .join_from(tables.obligations, tables.orders, order.obligation == money.id)
        .where(money.ended_at.is_(None), each != "")
        for each in (order.maker, order.approver, order.sender, order.confirmer)
    ]
    return union(*of_pair, of_mentor, of_mentee, *of_staff)
