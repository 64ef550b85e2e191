"""Facts for decisions about payments; one statement answers one question."""

from zoneinfo import ZoneInfo

from sqlalchemy import select

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.memberships import memberships_of
from activities.adapters.postgres.facts.region_contacts import contacts_of
from domain.payments.facts import PaymentFacts, PaymentQuestion


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
        async with self._database.one_statement() as connection:
            found = (await connection.execute(wanted)).one()
        return PaymentFacts(memberships=found.memberships or {}, contacts=tuple(found.contacts))
