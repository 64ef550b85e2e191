"""What staff do about one email: its row and the event that says who did what and why, in one transaction.

The event is in the side stream of the relationship that the email is about, else in the installation's.
"""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Select, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.journal import append_side
from activities.adapters.postgres.writes.base import Writes, event_command
from domain.actors import Actor
from domain.ids import s_stream, x_stream
from domain.notices import NoticeKind, Outcome
from domain.sending_hours import Rank
from domain.staff_on_emails import (
    EVENTS,
    FOR_A_PERSON,
    HELD_BACK,
    WAITING,
    EmailAct,
    EmailNow,
    WhyHeldBack,
    demand_may,
)

_NOW: Final[dict[str, Any]] = {"status": "pending", "code": "", "rank": int(Rank.AT_ONCE)}
"""What is in the row of an email that a person sends: it leaves with those that wait for no hour."""


class EmailWrites(Writes):
    """The writes of staff about emails."""

    async def act(
        self,
        email: str,
        act: EmailAct,
        *,
        why: WhyHeldBack | None = None,
        actor: Actor,
        own: Collection[str],
        command: str,
    ) -> None:
        """Do what staff ask about an email, and record it; ``own`` are all ids of the actor.

        Raises:
            RuleViolation: The act is not the actor's, or the email is not in a state for it, such as one that has left.
        """
        async with self._database.transaction() as connection:
            await connection.execute(_locked(email))
            found = (await connection.execute(_row(email))).one()
            relationship = found.relationship or ""
            if await _recorded(connection, relationship, command):
                return
            now = await office_now(connection)
            demand_may(act, email_now(found), actor, own, now)
            body = {"notice": email, "kind": found.kind}
            match act:
                case EmailAct.SEND_NOW:
                    if before := await _earlier(connection, email):
                        body["with"] = ",".join(before)
                    await _change(connection, (email, *before), not_before=now, **_NOW)
                case EmailAct.DO_NOT_SEND:
                    await _change(
                        connection, (email,), status=Outcome.OVERTAKEN.value, code=HELD_BACK, told=True
                    )
                    body["why"] = why.value if why else ""
                case EmailAct.SEND_AGAIN:
                    again = {"attempt": tables.notices.c.attempt + 1, "told": True, "deferred_since": None}
                    # What never left goes back to its hour; what has left leaves now.
                    at = now if found.sent_at is not None else None
                    await _change(connection, (email,), not_before=at, **_NOW, **again)
            await append_side(
                connection,
                EVENTS[act],
                body,
                command=event_command(command),
                actor=actor,
                relationship=relationship,
                decided_at=now,
            )


def email_now(row: Any) -> EmailNow:
    """Return what the rules ask about an email, from its row with ``matter_region`` and ``of_money``."""
    return EmailNow(
        kind=NoticeKind(row.kind),
        person=row.person,
        region=row.matter_region or "",
        of_money=row.of_money,
        status=row.status,
        code=row.code,
        sent_at=row.sent_at,
    )


def _locked(email: str) -> Select[tuple[str]]:
    return select(tables.notices.c.id).where(tables.notices.c.id == email).with_for_update()


def _row(email: str) -> Select[Any]:
    row, pair, term = tables.notices.c, tables.relationships.c, tables.term_regions.c
    money = select(tables.obligations.c.id).where(tables.obligations.c.id == row.subject).exists()
    return (
        select(
            tables.notices,
            pair.id.label("relationship"),
            func.coalesce(pair.region, term.region, func.nullif(row.region, "")).label("matter_region"),
            money.label("of_money"),
        )
        .join_from(tables.notices, tables.relationships, pair.id == row.subject, isouter=True)
        .join(tables.term_regions, term.id == row.subject, isouter=True)
        .where(row.id == email)
    )


async def _earlier(connection: AsyncConnection, email: str) -> tuple[str, ...]:
    """Return what the same decision says to the same reader before an email and still waits: it leaves with it."""
    row, last = tables.notices.c, tables.notices.alias("last").c
    same = [row[name] == last[name] for name in ("subject", "created_at", "person", "region")]
    wanted = (
        select(row.id)
        .where(last.id == email, *same, row.status.in_(WAITING), row.code.not_in(FOR_A_PERSON))
        .where(tuple_(row.seq, row.number) < tuple_(last.seq, last.number))
        .order_by(row.seq, row.number)
    )
    return tuple((await connection.scalars(wanted)).all())


async def _change(connection: AsyncConnection, emails: Collection[str], **values: Any) -> None:
    await connection.execute(update(tables.notices).where(tables.notices.c.id.in_(emails)).values(**values))


async def _recorded(connection: AsyncConnection, relationship: str, command: str) -> bool:
    """Return whether this command has already written: then its event exists."""
    origin = (await connection.scalars(select(tables.installation.c.origin))).one()
    stream = x_stream(relationship) if relationship else s_stream(origin)
    events = tables.events.c
    wanted = select(events.seq).where(events.stream == stream, events.command == event_command(command))
    return await connection.scalar(wanted) is not None
