"""Facts for decisions about payments; one statement answers one question."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import array

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.entries_of_one import stands_for
from activities.adapters.postgres.facts.memberships import first_of, memberships_of
from activities.adapters.postgres.facts.region_contacts import contacts_of
from activities.adapters.postgres.facts.same_as import humans, same_as
from domain.payments.facts import PaymentFacts, PaymentQuestion
from domain.payments.state import OUT, OVER


class SqlPaymentFacts:
    """Look-ups for decisions about payments in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def payment_facts(self, question: PaymentQuestion) -> PaymentFacts:
        """Return the facts; see ``PaymentFactsReader.payment_facts``."""
        day = question.as_of.astimezone(ZoneInfo(question.zone)).date()
        wanted = select(
            memberships_of(question.persons, day).label("memberships"),
            contacts_of(question.region, day).label("contacts"),
        )
        values: dict[str, Any] = {}
        if question.compared is not None and question.obligation is not None:
            elsewhere = paid_elsewhere(question.obligation).scalar_subquery()
            wanted = wanted.add_columns(
                same_as(humans("compared")).label("same_as"),
                func.array(elsewhere).label("elsewhere"),
                func.array(sent_before(question.obligation).scalar_subquery()).label("sent_before"),
            )
            values = {"compared": sorted({*question.persons, *question.compared})}
        if question.departures:
            wanted = wanted.add_columns(func.array(gone(question.persons).scalar_subquery()).label("gone"))
        if question.reference is not None:
            wanted = wanted.add_columns(
                func.array(used_elsewhere(question).scalar_subquery()).label("same_reference"),
                func.array(counted_for(question.obligation).scalar_subquery()).label("counted"),
            )
        if question.counted_for is not None:
            wanted = wanted.add_columns(can_be_paid(question).label("counts"))
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted, values)).one()
        facts = PaymentFacts(memberships=first_of(found.memberships), contacts=tuple(found.contacts))
        if not values:
            return facts
        same = {person: tuple(others) for person, others in (found.same_as or {}).items()}
        before = tuple(found.sent_before)
        facts = replace(facts, same_as=same, elsewhere=tuple(found.elsewhere), sent_before=before)
        if question.departures:
            facts = replace(facts, gone=tuple(found.gone))
        if question.counted_for is not None:
            facts = replace(facts, counts=found.counts)
        if question.reference is None:
            return facts
        return replace(facts, same_reference=tuple(found.same_reference), counted=tuple(found.counted))


def gone(persons: Sequence[str]) -> Select[Any]:
    """Return who of these people has left or died, by their own entry or by the one that stands for it."""
    asked, stands = tables.people.alias("asked"), tables.people.alias("stands")
    either = stands.c.id.in_((asked.c.id, stands_for(asked)))
    ended = or_(stands.c.left_on.is_not(None), stands.c.died_on.is_not(None))
    return (
        select(asked.c.id)
        .where(asked.c.id.in_(persons), exists().where(either, ended).correlate(asked))
        .order_by(asked.c.id)
    )


def paid_elsewhere(obligation: str) -> Select[Any]:
    """Return the obligations for the same kind of money and term whose mentor counts as the same human, with an order.

    An order that is over without a payment does not count.
    """
    own, other = tables.obligations.alias("own").c, tables.obligations.alias("other").c
    order = tables.orders.c
    same = func.office.same_as(array([own.mentor])).table_valued("person", "other", name="paid")
    live = exists().where(order.obligation == other.id, order.state.not_in([state.value for state in OVER]))
    return (
        select(other.id)
        .where(
            own.id == obligation,
            other.id != own.id,
            other.program == own.program,
            other.term == own.term,
            other.kind == own.kind,
            other.mentor.in_(select(same.c.other)),
            live,
        )
        .order_by(other.id)
    )


def sent_before(obligation: str) -> Select[Any]:
    """Return those that are paid elsewhere and whose money was sent before that of this obligation."""
    mine, theirs = tables.orders.alias("mine").c, tables.orders.alias("theirs").c
    found = paid_elsewhere(obligation).subquery("found")
    earlier = exists().where(
        mine.obligation == obligation,
        theirs.obligation == found.c.id,
        *(each.state.in_([state.value for state in OUT]) for each in (mine, theirs)),
        tuple_(theirs.sent_at, theirs.id) < tuple_(mine.sent_at, mine.id),
    )
    return select(found.c.id).where(earlier).order_by(found.c.id)


def used_elsewhere(question: PaymentQuestion) -> Select[Any]:
    """Return the orders that have the reference in question, unless one payment can be for them and this order.

    One payment is for one payee on one day, and for each money owed once. Signs other than letters and digits, and
    capitals, make no difference.
    """
    order = tables.orders.c
    day = func.date(func.timezone(question.zone, order.sent_at))
    today = question.as_of.astimezone(ZoneInfo(question.zone)).date()
    apart = or_(order.region != question.region, day != today, order.obligation == question.obligation)
    same = _as_compared(order.reference) == _as_compared(literal(question.reference))
    return select(order.id).where(order.sent_at.is_not(None), same, apart).order_by(order.id)


def _as_compared(reference: ColumnElement[str]) -> ColumnElement[str]:
    return func.lower(func.regexp_replace(reference, "[^[:alnum:]]", "", "g"))


def counted_for(obligation: str | None) -> Select[Any]:
    """Return the references of money that was paid twice and counts for this obligation."""
    order = tables.orders.c
    resolved = func.coalesce(order.resolved_by, "") != ""
    return select(order.reference).where(order.counted_for == obligation, resolved).order_by(order.id)


def can_be_paid(question: PaymentQuestion) -> ColumnElement[bool]:
    """Return whether other money can be paid by what was paid twice: same payee and amount, not sent, not counted."""
    own, other = tables.obligations.alias("own").c, tables.obligations.alias("other").c
    counted = exists().where(
        tables.orders.c.counted_for == question.counted_for,
        tables.orders.c.obligation != question.obligation,
        func.coalesce(tables.orders.c.resolved_by, "") != "",
    )
    return exists().where(
        own.id == question.obligation,
        other.id == question.counted_for,
        other.id != own.id,
        other.region == own.region,
        other.amount_minor == own.amount_minor,
        other.currency == own.currency,
        other.standing.in_(("accrued", "due")),
        ~counted,
    )
