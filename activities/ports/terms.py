"""What decisions about a term need from the outside world."""

from typing import Protocol

from domain.term.facts import TermFacts, TermQuestion


class TermFactsReader(Protocol):
    """Look-ups for decisions about a term."""

    async def term_facts(self, question: TermQuestion) -> TermFacts:
        """Return what the database says as of the question's instant."""
