"""Facts for decisions about payments."""

from temporalio import activity

from activities.ports.payments import PaymentFactsReader
from domain.payments.facts import PaymentFacts, PaymentQuestion


class PaymentActivities:
    """Look-ups of facts about a payment that only the database knows."""

    def __init__(self, reader: PaymentFactsReader) -> None:
        self._reader = reader

    @activity.defn
    async def gather_payment_facts(self, question: PaymentQuestion) -> PaymentFacts:
        """Return the memberships of the people for whom money is owed, and the contacts of the region that gets it."""
        return await self._reader.payment_facts(question)
