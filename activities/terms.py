"""Facts for decisions of a term in one region."""

from temporalio import activity

from activities.ports.terms import TermFactsReader
from domain.term.facts import TermFacts, TermQuestion


class TermActivities:
    """Looks up what only the database knows about a term in a region."""

    def __init__(self, reader: TermFactsReader) -> None:
        self._reader = reader

    @activity.defn
    async def gather_term_facts(self, question: TermQuestion) -> TermFacts:
        """Who mentors and meets, who supervises, who is the region's contact."""
        return await self._reader.term_facts(question)
