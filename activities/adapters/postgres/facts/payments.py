"""Facts for decisions about payments, read in one transaction."""

from zoneinfo import ZoneInfo

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.relationship import contacts_on, memberships_on
from domain.payments.facts import PaymentFacts, PaymentQuestion


class SqlPaymentFacts:
    """Look-ups for decisions about payments in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def payment_facts(self, question: PaymentQuestion) -> PaymentFacts:
        """See ``PaymentFactsReader.payment_facts``."""
        day = question.as_of.astimezone(ZoneInfo(question.zone)).date()
        async with self._database.transaction() as connection:
            return PaymentFacts(
                memberships=await memberships_on(connection, question.persons, day),
                contacts=await contacts_on(connection, question.region, day),
            )
