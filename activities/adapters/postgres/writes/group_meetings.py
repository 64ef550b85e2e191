"""A group's log in progress: one command row for the group, one for each pair, and one answer when all have answers.

The rows of the pairs are written in one transaction with the check that found no fault. From then on the gateway or
housekeeping sends each of them until it is answered, without another check. If a race still causes a refusal, a
separate command tells that pair; its row is written before the group is answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row, and_, func, not_, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.associations import of_another
from activities.adapters.postgres.facts.entries_of_one import of_one
from activities.adapters.postgres.facts.states import relationship_state
from activities.adapters.postgres.journal import append_side
from activities.adapters.postgres.unreadable import UNREADABLE, log_unreadable
from domain.actors import Actor
from domain.codec import from_plain, to_plain
from domain.errors import RuleViolation
from domain.ids import derive
from domain.messages import Command
from domain.relationship.decider import decide
from domain.relationship.stages.meetings.groups import (
    GroupFault,
    LogGroupMeeting,
    PairAnswer,
    PairCheck,
    group_faults,
    group_refusal,
    group_result,
    refusal_to_hear,
)

GROUP: Final = "GroupMeeting"
"""The kind of a group's own command row; no workflow accepts it."""
LOG: Final = LogGroupMeeting.__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One command for one relationship, and the fingerprint under which its row was written."""

    relationship: str
    command: Command
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The result of preparing a group: the parts to send, or the answer that it already has."""

    parts: tuple[Part, ...] = ()
    status: int = 0
    answer: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The answer of a group, and the commands that tell pairs about a refusal caused by a race."""

    answer: Mapping[str, Any]
    refusals: tuple[Part, ...]


class Groups:
    """The command rows of group logs.

    A process that ``tells`` nobody may not write the command that tells a pair about its refusal: it leaves the group's
    row to housekeeping, which settles it.
    """

    def __init__(self, database: Database, *, tells: bool = True) -> None:
        self._database, self._tells = database, tells

    async def prepare(self, group: str) -> Prepared:
        """Check all pairs and write their rows, or answer with a line for each fault; a repeat finds what was done."""
        async with self._database.transaction() as connection:
            row = await _locked(connection, group)
            if row is None:
                return Prepared()
            if row.answered_at is not None:
                return Prepared(status=row.status, answer=row.answer)
            parts = parts_of(row)
            found = await _rows(connection, tuple(part.command.id for part in parts))
            if found:
                left = (part for part in parts if found[part.command.id].answered_at is None)
                return Prepared(
                    parts=tuple(_by(part, from_plain(Actor, found[part.command.id].actor)) for part in left)
                )
            parts = await _by_standing(connection, parts)
            faults = await _faults(connection, parts)
            if faults:
                answer = group_refusal(faults)
                await _record(connection, parts, faults)
                await _answer(connection, group, 422, answer)
                return Prepared(status=422, answer=answer)
            await connection.execute(insert(tables.commands), [_command_row(part) for part in parts])
            return Prepared(parts=parts)

    async def settle(self, group: str) -> Settled | None:
        """Answer a group whose pairs all have an answer; return None while one has none."""
        async with self._database.transaction() as connection:
            row = await _locked(connection, group)
            if row is None:
                return None
            parts = parts_of(row)
            found = await _rows(connection, tuple(part.command.id for part in parts))
            if len(found) < len(parts) or any(each.answered_at is None for each in found.values()):
                return None
            refusals = _refusals(group, parts, found)
            if refusals and not self._tells:
                await _leave(connection, group)
                return Settled(answer=result_of(group, parts, found), refusals=())
            if row.answered_at is None:
                if refusals:
                    rows = [_command_row(part) for part in refusals]
                    await connection.execute(insert(tables.commands).on_conflict_do_nothing(), rows)
                await _answer(connection, group, 200, result_of(group, parts, found))
                row = await _locked(connection, group)
                assert row is not None  # noqa: S101 - it was there a moment ago, and rows are never deleted
            return Settled(answer=row.answer, refusals=refusals)

    async def advance(self, limit: int) -> None:
        """Prepare and settle the groups whose sender has stopped; their parts are then sent like all commands.

        A group that cannot be read is left to a person, and the others go on.
        """
        row = tables.commands.c
        wanted = (
            select(row.id)
            .where(row.kind == GROUP, row.answered_at.is_(None), row.claimed_until < func.now())
            .order_by(row.created_at, row.id)
            .limit(limit)
        )
        async with self._database.transaction() as connection:
            left = (await connection.scalars(wanted)).all()
        for group in left:
            try:
                await self.prepare(group)
                await self.settle(group)
            except UNREADABLE:
                log_unreadable(GROUP, group)


def result_of(group: str, parts: tuple[Part, ...], found: Mapping[str, Row[Any]]) -> dict[str, Any]:
    """Return the result of a group from its parts and their rows."""
    return group_result(group, (_answer_of(part, found.get(part.command.id)) for part in parts))


def parts_of(row: Row[Any]) -> tuple[Part, ...]:
    """Return the commands of a group's row, in the order in which its relationships were named."""
    actor = from_plain(Actor, row.actor)
    log = {key: value for key, value in row.payload.items() if key != "relationships"}
    return tuple(
        Part(
            relationship=relationship,
            command=from_plain(
                LogGroupMeeting,
                {
                    **log,
                    "id": derive("group-log", row.id, relationship),
                    "actor": to_plain(actor),
                    "group": row.id,
                },
            ),
            fingerprint=row.fingerprint,
        )
        for relationship in row.payload["relationships"]
    )


def _by(part: Part, actor: Actor) -> Part:
    return replace(part, command=replace(part.command, actor=actor))


async def _by_standing(connection: AsyncConnection, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return the parts, each by the entry of the sender that is in its pair; by the sender's own if none does."""
    pair, own, other = tables.relationships.c, tables.people.alias("own"), tables.people.alias("other")
    wanted = (
        select(pair.id.label("relationship"), other.c.id.label("entry"))
        .join_from(own, other, of_one(own, other))
        .join(tables.relationships, or_(pair.mentor == other.c.id, pair.mentee == other.c.id))
        .where(own.c.id == parts[0].command.actor.id, pair.id.in_([part.relationship for part in parts]))
        .order_by(other.c.id)
    )
    standing = {row.relationship: row.entry for row in await connection.execute(wanted)}
    return tuple(
        _by(part, replace(part.command.actor, id=standing.get(part.relationship, part.command.actor.id)))
        for part in parts
    )


def _answer_of(part: Part, row: Row[Any] | None) -> PairAnswer:
    if row is None or row.answered_at is None:
        return PairAnswer(relationship=part.relationship, command=part.command.id)
    code = str(row.answer["code"]) if row.status >= 400 else ""
    return PairAnswer(relationship=part.relationship, command=part.command.id, status=row.status, code=code)


def _refusals(group: str, parts: tuple[Part, ...], found: Mapping[str, Row[Any]]) -> tuple[Part, ...]:
    """Return the parts that tell pairs about their refusals."""
    answers = ((part, _answer_of(part, found[part.command.id])) for part in parts)
    heard = ((part, refusal_to_hear(group, answer)) for part, answer in answers)
    return tuple(
        Part(relationship=part.relationship, command=command, fingerprint=part.fingerprint)
        for part, command in heard
        if command is not None
    )


def _command_row(part: Part) -> dict[str, Any]:
    plain = to_plain(part.command)
    return {
        "id": part.command.id,
        "kind": type(part.command).__name__,
        "subject": part.relationship,
        "payload": {key: value for key, value in plain.items() if key not in ("id", "actor")},
        "fingerprint": part.fingerprint,
        "actor": plain["actor"],
        "claimed_until": datetime.now(UTC),
    }


async def _locked(connection: AsyncConnection, group: str) -> Row[Any] | None:
    row = tables.commands.c
    wanted = select(tables.commands).where(row.id == group, row.kind == GROUP).with_for_update()
    return (await connection.execute(wanted)).first()


async def _rows(connection: AsyncConnection, ids: tuple[str, ...]) -> dict[str, Row[Any]]:
    wanted = select(tables.commands).where(tables.commands.c.id.in_(ids))
    return {row.id: row for row in await connection.execute(wanted)}


async def _leave(connection: AsyncConnection, group: str) -> None:
    """Leave a group without an answer to housekeeping, which takes it at its next round."""
    row = tables.commands.c
    await connection.execute(
        update(tables.commands)
        .where(row.id == group, row.answered_at.is_(None))
        .values(claimed_until=datetime.now(UTC))
    )


async def _answer(connection: AsyncConnection, group: str, status: int, answer: Mapping[str, Any]) -> None:
    row = tables.commands.c
    await connection.execute(
        update(tables.commands)
        .where(row.id == group, row.answered_at.is_(None))
        .values(status=status, answer=dict(answer), answered_at=func.now())
    )


async def _faults(connection: AsyncConnection, parts: tuple[Part, ...]) -> tuple[GroupFault, ...]:
    """Return the faults of a group, by the state of each pair at this moment."""
    now = await office_now(connection)
    return group_faults([await _check(connection, part, now) for part in parts])


async def _check(connection: AsyncConnection, part: Part, now: datetime) -> PairCheck:
    here = await _here(connection, [part])
    known = await relationship_state(connection, part.relationship) if here else None
    if known is None:
        return PairCheck(relationship=part.relationship)
    state, rules = known
    code = field = ""
    try:
        state.seat_of(part.command.actor)
        decide(state, part.command, now, rules)
    except RuleViolation as broken:
        code, field = broken.code, broken.field
    return PairCheck(relationship=part.relationship, program=state.program, code=code, field=field)


async def _record(
    connection: AsyncConnection, parts: tuple[Part, ...], faults: tuple[GroupFault, ...]
) -> None:
    """Record the attempt in the side stream of each refused pair; all writers lock the streams in one order.

    Of a pair of another association the installation's stream says so, as of one that nobody knows.
    """
    now = await office_now(connection)
    known = await _here(connection, parts)
    by_pair = {part.relationship: part for part in parts}
    for fault in sorted(faults, key=lambda each: each.relationship):
        part = by_pair[fault.relationship]
        await append_side(
            connection,
            "CommandRefused",
            {"kind": LOG, "code": fault.code},
            command=derive("refused", part.command.id, fault.code),
            actor=part.command.actor,
            relationship=part.relationship if part.relationship in known else "",
            decided_at=now,
        )


async def _here(connection: AsyncConnection, parts: Sequence[Part]) -> set[str]:
    """Return those of the pairs that the office knows and that are of the sender's association."""
    pair = tables.relationships.c
    theirs = (and_(pair.id == part.relationship, not_(of_another(part.command.actor.id))) for part in parts)
    return {*await connection.scalars(select(pair.id).where(or_(*theirs)))}
