"""Facts for decisions about payments; one statement answers one question."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, exists, func, select, tuple_
from sqlalchemy.dialects.postgresql import array

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
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
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted, values)).one()
        facts = PaymentFacts(memberships=first_of(found.memberships), contacts=tuple(found.contacts))
        if not values:
            return facts
        same = {person: tuple(others) for person, others in (found.same_as or {}).items()}
        before = tuple(found.sent_before)
        return replace(facts, same_as=same, elsewhere=tuple(found.elsewhere), sent_before=before)


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
