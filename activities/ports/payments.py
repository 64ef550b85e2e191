"""What decisions about payments need from the outside world."""

from typing import Protocol

from domain.payments.facts import PaymentFacts, PaymentQuestion


class PaymentFactsReader(Protocol):
    """Look-ups for decisions about payments."""

    async def payment_facts(self, question: PaymentQuestion) -> PaymentFacts:
        """Return what the database says for the day of the question's instant in its time zone."""
