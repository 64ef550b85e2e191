"""Work that was left undone, and the records that it was done: commands, applications, claims, contacts."""

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, func, not_, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.document_settlement import settle_documents
from activities.adapters.postgres.facts.starts import relationship_start
from activities.adapters.postgres.facts.terms import unstarted_terms
from activities.adapters.postgres.writes.group_meetings import GROUP, LOG, UNREADABLE, Groups, log_unreadable
from activities.ports.journal import Clock
from activities.ports.workflows import ClaimWithdrawal, Sent, UnannouncedContact, Unanswered
from domain.codec import from_plain, to_plain
from domain.messages import Command
from domain.notices import NoticeKind
from domain.workflow_contracts import RelationshipStart, TermStart, workflow_id

DELIVERED: Final = "deliver"
WITHDRAWN: Final = "withdraw"
TOLD: Final = "contact/"
WELCOME: Final = NoticeKind.WELCOME_MENTEE.value


class SqlBacklog:
    """The backlog of housekeeping in PostgreSQL."""

    def __init__(
        self, database: Database, clock: Clock, commands: Mapping[str, tuple[str, type[Command]]]
    ) -> None:
        """Store the command types by name, each with the kind of workflow that it is for."""
        self._database = database
        self._clock = clock
        self._commands = commands
        self._groups = Groups(database)

    async def unanswered(self, limit: int) -> tuple[Unanswered, ...]:
        """Return commands whose claim has expired without an answer; unreadable ones are left to a person.

        A group's log whose sender has stopped is checked first if that is not done: then its parts are included.
        """
        await self._groups.advance(limit)
        row = tables.commands.c
        wanted = (
            select(row.id, row.kind, row.subject, row.payload, row.actor)
            .where(row.answered_at.is_(None), row.claimed_until < func.now(), row.kind.in_(self._commands))
            .order_by(row.created_at)
            .limit(limit)
        )
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted)).mappings().all()
        left = []
        for command in found:
            kind, cls = self._commands[command["kind"]]
            plain = {**command["payload"], "id": command["id"], "actor": command["actor"]}
            try:
                read = from_plain(cls, plain)
            except UNREADABLE:
                log_unreadable(command["kind"], command["id"])
                continue
            left.append(Unanswered(workflow=workflow_id(kind, command["subject"]), command=read))
        return tuple(left)

    async def answer(self, command: str, sent: Sent) -> None:
        """Store how a command ended, and settle its document; later requests with the same key get this answer."""
        row = tables.commands.c
        async with self._database.transaction() as connection:
            kind = (await connection.scalars(select(row.kind).where(row.id == command))).one()
            if sent.receipt is not None:
                status, answer = 200, to_plain(sent.receipt)
            else:
                code = sent.code or f"{self._commands[kind][0]}_ended"
                status, answer = 409, {"status": 409, "code": code}
            stored = (
                update(tables.commands)
                .where(row.id == command, row.answered_at.is_(None))
                .values(status=status, answer=answer, answered_at=func.now())
                .returning(row.payload)
            )
            kept = (await connection.execute(stored)).first()
            await settle_documents(connection, command)
        if kept is not None and kind == LOG:
            try:
                await self._groups.settle(kept.payload["group"])
            except UNREADABLE:
                log_unreadable(GROUP, kept.payload["group"])

    async def unstarted(self, limit: int) -> tuple[RelationshipStart, ...]:
        """Return applications that were not started within a minute; unreadable ones are left to a person."""
        row = tables.applications.c
        wanted = (
            select(row.id)
            .where(row.started_at.is_(None), row.created_at < func.now() - text("interval '1 minute'"))
            .order_by(row.created_at)
            .limit(limit)
        )
        starts = []
        async with self._database.transaction() as connection:
            ids = (await connection.scalars(wanted)).all()
            for id in ids:
                try:
                    starts.append(await relationship_start(connection, id))
                except UNREADABLE:
                    log_unreadable("application", id)
        return tuple(start for start in starts if start is not None)

    async def unstarted_terms(self, limit: int) -> tuple[TermStart, ...]:
        """Return terms in regions that have no row yet; to start one that has just begun changes nothing."""
        now = await self._clock.now()
        async with self._database.transaction() as connection:
            return await unstarted_terms(connection, now, limit)

    async def started(self, relationship: str) -> None:
        """Record that a relationship was started."""
        row = tables.applications.c
        now = await self._clock.now()
        noted = update(tables.applications).where(row.relationship == relationship).values(started_at=now)
        async with self._database.one_statement() as connection:
            await connection.execute(noted)

    async def undelivered(self, limit: int) -> tuple[str, ...]:
        """Return running relationships with a claim, or a withdrawal, that no obligation has accepted."""
        async with self._database.one_statement() as connection:
            return tuple((await connection.scalars(undelivered().limit(limit))).all())

    async def undelivered_withdrawals(self, limit: int) -> tuple[ClaimWithdrawal, ...]:
        """Return withdrawals that no obligation has accepted, of relationships that have ended."""
        claim, ended_at = tables.claims.c, tables.relationships.c.ended_at
        # Wait a few minutes: the relationship's own effect may still be running.
        now = await self._clock.now()
        wanted = (
            select(claim.id, claim.relationship, claim.obligation)
            .join(tables.relationships, tables.relationships.c.id == claim.relationship)
            .where(claim.withdrawn, not_(_delivered(WITHDRAWN)), ended_at < now - timedelta(minutes=5))
            .limit(limit)
        )
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted)).all()
        return tuple(
            ClaimWithdrawal(claim=row.id, relationship=row.relationship, obligation=row.obligation)
            for row in found
        )

    async def unannounced_contacts(self, limit: int) -> tuple[UnannouncedContact, ...]:
        """Return running pairs with a contact named after their welcome email who were not told of it (MASA-28)."""
        pair, seat, welcome = tables.relationships.c, tables.region_contacts.c, tables.notices.c
        delivered = tables.deliveries.c
        today = (await self._clock.now()).astimezone(UTC).date()
        act = func.concat(TOLD, cast(seat.id, Text))
        wanted = (
            select(pair.id, seat.id.label("seat"), seat.person)
            .join(tables.region_contacts, seat.region == pair.region)
            .join(tables.notices, and_(welcome.subject == pair.id, welcome.kind == WELCOME))
            .where(
                pair.ended_at.is_(None),
                seat.created_at > welcome.created_at,
                seat.first <= today,
                or_(seat.last.is_(None), seat.last >= today),
                seat.person.not_in((pair.mentor, pair.mentee)),
                not_(exists().where(delivered.claim == pair.id, delivered.act == act)),
            )
            .order_by(seat.id, pair.id)
            .limit(limit)
        )
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted)).all()
        return tuple(
            UnannouncedContact(relationship=row.id, seat=f"{TOLD}{row.seat}", contact=row.person)
            for row in found
        )

    async def withdrawn(self, claim: str) -> bool:
        """Return whether the relationship has withdrawn the claim."""
        row = tables.claims.c
        async with self._database.one_statement() as connection:
            return bool(await connection.scalar(select(row.withdrawn).where(row.id == claim)))

    async def standing(self, obligation: str) -> str:
        """Return the last state of an obligation in the words for a relationship; an empty text if there was none."""
        row = tables.obligations.c
        async with self._database.one_statement() as connection:
            return await connection.scalar(select(row.standing).where(row.id == obligation)) or ""

    async def delivered(self, claim: str, act: str) -> None:
        """Record that an obligation has accepted a claim, or its withdrawal."""
        now = await self._clock.now()
        noted = insert(tables.deliveries).values(claim=claim, act=act, delivered_at=now)
        async with self._database.one_statement() as connection:
            await connection.execute(noted.on_conflict_do_nothing())


def undelivered() -> Select[Any]:
    """Return a select for the running relationships with a claim, or a withdrawal, that no obligation has accepted."""
    claim = tables.claims.c
    claimed = and_(not_(claim.withdrawn), claim.heard == "claimed", not_(_delivered(DELIVERED)))
    return (
        select(claim.relationship)
        .join(tables.relationships, tables.relationships.c.id == claim.relationship)
        .where(
            or_(claimed, and_(claim.withdrawn, not_(_delivered(WITHDRAWN)))),
            tables.relationships.c.ended_at.is_(None),
        )
        .distinct()
    )


def _delivered(act: str) -> ColumnElement[bool]:
    """Return whether an obligation has accepted a claim, or its withdrawal."""
    delivered = tables.deliveries.c
    return exists().where(delivered.claim == tables.claims.c.id, delivered.act == act)
