"""Payments as payment staff work with them: each order, and money without one, by step, searched, with its totals."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, cast, exists, func, or_, select
from sqlalchemy.types import Date

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads, plain
from activities.adapters.postgres.reads.search import matches
from domain.payments.state import OVER, OrderState
from domain.visibility import Sight

_OWED: Final = tables.obligations
_ORDER: Final = tables.orders
_MENTOR: Final = tables.people.alias("paid_mentor")
_AMOUNT: Final = re.compile(r"(\d{1,9})(?:[.,](\d{2}))?")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class PaymentStep(StrEnum):
    """What is to be done next about money; ``all`` has every order in every state."""

    PREPARE = "prepare"
    APPROVE = "approve"
    SEND = "send"
    CONFIRM = "confirm"
    CHECK = "check"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFilter:
    """Which payments a list shows; what is empty filters nothing.

    ``q`` finds the payee, the mentor, a reference, an amount (``500`` or ``500.00``) or a day (``2026-11-04``) in
    ``zone``.
    """

    step: PaymentStep = PaymentStep.ALL
    q: str = ""
    state: str = ""
    region: str = ""
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentList:
    """Some rows of a list, how many it has, and their sum by currency, in minor units."""

    rows: tuple[Mapping[str, Any], ...]
    total: int = 0
    sums: Mapping[str, int] = field(default_factory=dict)


class PaymentReads(Reads):
    """The reads of the lists of payments."""

    async def listed(
        self, sight: Sight, wanted: PaymentFilter, *, offset: int = 0, limit: int = 50
    ) -> PaymentList:
        """Return some payments, the first due first; of ``all``, the newest first.

        Each row is one order with the money it is for, or money without an order. ``mine`` says whether a task about it
        is the reader's own work.
        """
        # What somebody searches for is asked once; other lists are built once for a reader.
        page, sums = (_listed.__wrapped__ if wanted.q else _listed)(sight, wanted)
        async with self._database.selects() as connection:
            found = await connection.execute(page.offset(offset).limit(limit))
            rows = tuple(plain(row._mapping) for row in found)
            counted = list(await connection.execute(sums))
        return PaymentList(
            rows=rows,
            total=sum(count for _, count, _ in counted),
            sums={code: int(amount) for code, _, amount in counted},
        )

    async def names(self, sight: Sight, people: Sequence[str]) -> Mapping[str, str]:
        """Return the names of those who acted on orders, for whoever sees money."""
        if not people:
            return {}
        async with self._database.one_statement() as connection:
            found = await connection.execute(_actors(sight), {"people": list(people)})
            return {row.id: row.name for row in found}

    async def to_payee(
        self, sight: Sight, obligation: str, region: str, limit: int
    ) -> tuple[Mapping[str, Any], ...]:
        """Return other payments to a payee, the newest first."""
        wanted = _joined(_columns(sight)).where(
            sql.obligation(sight), _OWED.c.region == region, _OWED.c.id != obligation
        )
        newest = func.coalesce(_ORDER.c.prepared_at, _OWED.c.due_at).desc()
        return await self._all(wanted.order_by(newest, _OWED.c.id).limit(limit))

    async def steps(self, sight: Sight) -> Mapping[PaymentStep, int]:
        """Return how much there is to do at each step, of what the reader sees."""
        async with self._database.one_statement() as connection:
            found = (await connection.execute(_steps(sight))).one()
        return {each: getattr(found, each.value) for each in PaymentStep if each is not PaymentStep.ALL}


@lru_cache(maxsize=256)
def _steps(sight: Sight) -> Select[Any]:
    """Return the statement that counts what there is to do, built once for a reader."""
    steps = [each for each in PaymentStep if each is not PaymentStep.ALL]
    counts: list[ColumnElement[Any]] = [func.count().filter(_at(each)).label(each.value) for each in steps]
    return _joined(select(*counts)).where(sql.obligation(sight))


@lru_cache(maxsize=256)
def _listed(sight: Sight, wanted: PaymentFilter) -> tuple[Select[Any], Select[Any]]:
    """Return the statements of a list, without its place in it, and of its sums."""
    where = _conditions(sight, wanted)
    newest = func.coalesce(_ORDER.c.prepared_at, _OWED.c.due_at).desc()
    order = (newest,) if wanted.step is PaymentStep.ALL else (_OWED.c.due_at,)
    page = _joined(_columns(sight)).where(*where).order_by(*order, _OWED.c.id, _ORDER.c.attempt)
    currency = _OWED.c.currency
    sums = _joined(select(currency, func.count(), func.sum(_OWED.c.amount_minor))).where(*where)
    return page, sums.group_by(currency).order_by(currency)


@lru_cache(maxsize=256)
def _actors(sight: Sight) -> Select[Any]:
    """Return the statement that names those of some people who acted on orders that the reader sees."""
    person, order = tables.people.c, _ORDER.c
    acted = (order.maker, order.approver, order.sender, order.confirmer)
    seen = (
        select(order.id)
        .join(_OWED, _OWED.c.id == order.obligation)
        .where(sql.obligation(sight), or_(*(person.id == each for each in acted)))
        .exists()
    )
    wanted = person.id.in_(bindparam("people", expanding=True))
    return select(person.id, person.name).where(wanted, seen)


def _joined(statement: Select[Any]) -> Select[Any]:
    return (
        statement.select_from(_OWED)
        .join(_ORDER, _ORDER.c.obligation == _OWED.c.id, isouter=True)
        .join(_MENTOR, _MENTOR.c.id == _OWED.c.mentor, isouter=True)
        .join(tables.regions, tables.regions.c.code == _OWED.c.region, isouter=True)
    )


def _columns(sight: Sight) -> Select[Any]:
    """Return the columns of a row. Who acted on an order is a name of the office, which whoever sees the money sees."""
    owed, order, task = _OWED.c, _ORDER.c, tables.tasks.c
    mine = (
        select(task.id)
        .join(tables.relationships, tables.relationships.c.id == task.subject, isouter=True)
        .where(task.subject == owed.id, task.closed_at.is_(None), sql.work(sight), sql.own_work(sight))
        .correlate(_OWED)
        .exists()
    )
    earlier = tables.orders.alias("earlier").c
    return select(
        owed.id,
        owed.program,
        owed.kind,
        owed.region,
        owed.amount_minor,
        owed.currency,
        owed.state.label("owed_state"),
        owed.due_at,
        owed.accrued_at,
        owed.attempts,
        order.id.label("order"),
        order.attempt,
        order.state,
        order.reason,
        order.reference,
        order.prepared_at,
        order.approved_at,
        order.sent_at,
        order.settled_at,
        order.maker,
        order.approver,
        order.sender,
        order.confirmer,
        order.proposed_by,
        _MENTOR.c.name.label("mentor_name"),
        tables.regions.c.name.label("payee_name"),
        mine.label("mine"),
        exists()
        .where(
            earlier.obligation == owed.id,
            earlier.id != func.coalesce(order.id, ""),
            earlier.state.in_([OrderState.FAILED.value, OrderState.RETURNED.value]),
        )
        .correlate(_OWED, _ORDER)
        .label("came_back"),
    )


def _conditions(sight: Sight, wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    found = [sql.obligation(sight), _at(wanted.step)]
    if wanted.state:
        found.append(_ORDER.c.id.is_(None) if wanted.state == "none" else _ORDER.c.state == wanted.state)
    if wanted.region:
        found.append(_OWED.c.region == wanted.region)
    if wanted.q:
        found.append(or_(*_meanings(sight, wanted)))
    return found


def _meanings(sight: Sight, wanted: PaymentFilter) -> list[ColumnElement[bool]]:
    """Return what a search may mean: a name, a reference, an amount or a day."""
    q, owed, order = wanted.q.strip(), _OWED.c, _ORDER.c
    named = and_(sql.obligation(sight), matches(q, _MENTOR.c.name, tables.regions.c.name))
    found = [named, and_(order.reference != "", matches(q, order.reference))]
    if amount := _AMOUNT.fullmatch(q):
        found.append(owed.amount_minor == int(amount[1]) * 100 + int(amount[2] or 0))
    if _DAY.fullmatch(q):
        try:
            day = date.fromisoformat(q)
        except ValueError:
            return found
        days = (owed.due_at, order.prepared_at, order.approved_at, order.sent_at, order.settled_at)
        found += [cast(func.timezone(wanted.zone, at), Date) == day for at in days]
    return found


def _at(step: PaymentStep) -> ColumnElement[bool]:
    """Return whether a row waits for a step."""
    owed, order = _OWED.c, _ORDER.c
    match step:
        case PaymentStep.PREPARE:
            live = tables.orders.alias("live").c
            last = tables.orders.alias("last").c
            no_live = ~exists().where(
                live.obligation == owed.id, live.state.not_in([each.value for each in OVER])
            ).correlate(_OWED)
            newest = ~exists().where(last.obligation == owed.id, last.attempt > order.attempt).correlate(
                _OWED, _ORDER
            )
            without = and_(owed.state == "due", no_live, or_(order.id.is_(None), newest))
            return or_(without, order.state == OrderState.DRAFT.value)
        case PaymentStep.APPROVE:
            return order.state == OrderState.NEEDS_APPROVAL.value
        case PaymentStep.SEND:
            return order.state == OrderState.APPROVED.value
        case PaymentStep.CONFIRM:
            return order.state == OrderState.SENT.value
        case PaymentStep.CHECK:
            twice = and_(
                order.state == OrderState.SETTLED_TWICE.value, func.coalesce(order.resolved_by, "") == ""
            )
            return or_(order.state == OrderState.HELD.value, twice)
    return owed.id.is_not(None)
