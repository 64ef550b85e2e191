"""What decisions of a term need of the world."""

from typing import Protocol

from domain.term.facts import TermFacts, TermQuestion


class TermFactsReader(Protocol):
    """Look-ups for decisions of a term."""

    async def term_facts(self, question: TermQuestion) -> TermFacts:
        """What the database says as of the question's instant."""
