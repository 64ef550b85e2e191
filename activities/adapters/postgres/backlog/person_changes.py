"""Changes about people that a stream which runs with them has not heard of."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import (
    FromClause,
    Select,
    String,
    and_,
    case,
    exists,
    literal,
    not_,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog.part import BacklogPart
from activities.adapters.postgres.facts.entries_of_one import of_one, stands_for
from activities.adapters.postgres.notice_rows import WAITS_AGAIN
from activities.ports.workflows import UndeliveredChange
from domain.notices import NoticeKind
from domain.person_changes import ChangeKind
from domain.workflow_contracts import workflow_id

_BEGAN: Final = timedelta(minutes=10)
"""How long before its first event a stream may have looked its facts up: such a change is delivered to be sure."""
_LAST_WORDS: Final = tuple(
    kind.value
    for kind in (
        NoticeKind.APPLICATION_REFUSED,
        NoticeKind.RELATIONSHIP_ENDED,
        NoticeKind.PARTNER_CHANGED,
        NoticeKind.MENTOR_THANKED,
        NoticeKind.CONTINUE_AS_COLLEAGUES,
        NoticeKind.COMPLAINT_CLOSED,
    )
)
"""Emails about the end of a relationship still matter when it has ended and no run is left to send them again."""


class PersonChangeBacklog(BacklogPart):
    """Changes about people that were not delivered."""

    async def undelivered_changes(self, limit: int) -> tuple[UndeliveredChange, ...]:
        """Return changes with the open streams that they concern and were not delivered to.

        What never failed comes first, the oldest first; then what failed, the longest ago first.
        """
        async with self._database.one_statement() as connection:
            found = (await connection.execute(undelivered_changes().limit(limit))).all()
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

    async def reopen_last_words(self) -> int:
        """Let emails about an end wait again if their reader's address was corrected after it refused them."""
        notice, pair, change = tables.notices.c, tables.relationships.c, tables.person_changes.c
        ended = exists().where(pair.id == notice.subject, pair.ended_at.is_not(None))
        reader, changed = tables.people.alias("reader"), tables.people.alias("changed")
        wanted = (
            select(notice.id, change.id.label("change"))
            .join_from(tables.notices, reader, reader.c.id == notice.person)
            .join(changed, of_one(reader, changed))
            .join(tables.person_changes, change.person == changed.c.id)
        )
        wanted = wanted.where(
            notice.status == "refused",
            notice.kind.in_(_LAST_WORDS),
            change.kind == ChangeKind.ADDRESS.value,
            change.created_at > notice.created_at,
            ended,
            not_(_delivered(change.id, notice.id)),
        )
        now = await self._clock.now()
        async with self._database.transaction() as connection:
            found = (await connection.execute(wanted)).all()
            if not found:
                return 0
            # A correction counts once for each email, however often its address is refused again.
            rows = [{"change": row.change, "stream": row.id, "delivered_at": now} for row in found]
            await connection.execute(
                insert(tables.person_change_deliveries).values(rows).on_conflict_do_nothing()
            )
            ids = {row.id for row in found}
            reopened = update(tables.notices).where(notice.id.in_(ids)).values(WAITS_AGAIN)
            await connection.execute(reopened)
        return len(ids)


def undelivered_changes() -> Select[Any]:
    """Return a select for changes with the open streams that they concern and were not delivered to.

    A change of one entry concerns the streams of every entry of the same human, each under the id that it knows.
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
            not_(_delivered(change.id, streams.c.stream)),
            began - _BEGAN < change.created_at,
        )
        .order_by(failed.nulls_first(), change.id, streams.c.stream, streams.c.person != change.person)
    )


def _is_back(kind: Any, changed: FromClause) -> Any:
    """Return the condition that a change says that a person is gone who is not: the day was withdrawn since."""
    stands = tables.people.alias("stands")
    gone = exists().where(
        or_(stands.c.id == changed.c.id, stands.c.id == stands_for(changed)),
        or_(stands.c.left_on.is_not(None), stands.c.died_on.is_not(None)),
    )
    return and_(kind == ChangeKind.LEFT.value, not_(gone))


def _delivered(change: Any, stream: Any) -> Any:
    row = tables.person_change_deliveries.c
    return exists().where(row.change == change, row.stream == stream, row.delivered_at.is_not(None))


def _streams() -> Any:
    """Return the open streams with each person that they concern."""
    pair, claim, money = tables.relationships.c, tables.claims.c, tables.obligations.c
    of_pair = [
        select(
            pair.id.label("stream"), each.label("person"), literal("relationship", String).label("owner")
        ).where(pair.ended_at.is_(None), each != "")
        for each in (pair.mentee, pair.mentor, pair.proposed_mentor)
    ]
    owed = literal("obligation", String).label("owner")
    of_mentor = select(money.id, money.mentor, owed).where(money.ended_at.is_(None))
    of_mentee = (
        select(money.id, pair.mentee, owed)
        .join_from(tables.obligations, tables.claims, claim.obligation == money.id)
        .join(tables.relationships, pair.id == claim.relationship)
        .where(money.ended_at.is_(None), not_(claim.withdrawn))
    )
    return union(*of_pair, of_mentor, of_mentee)
