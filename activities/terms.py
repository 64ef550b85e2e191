"""Facts for decisions about a term in one region."""

from temporalio import activity

from activities.ports.terms import TermFactsReader
from domain.term.facts import TermFacts, TermQuestion


class TermActivities:
    """Look-ups of facts about a term in a region that only the database knows."""

    def __init__(self, reader: TermFactsReader) -> None:
        self._reader = reader

    @activity.defn
    async def gather_term_facts(self, question: TermQuestion) -> TermFacts:
        """Return who mentors and meets, who supervises, and who is a contact of the region."""
        return await self._reader.term_facts(question)
