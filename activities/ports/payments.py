"""What decisions about payments need of the world."""

from typing import Protocol

from domain.payments.facts import PaymentFacts, PaymentQuestion


class PaymentFactsReader(Protocol):
    """Look-ups for decisions about payments."""

    async def payment_facts(self, question: PaymentQuestion) -> PaymentFacts:
        """What the database says on the day of the question's instant in its time zone."""
