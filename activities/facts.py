"""Facts for decisions."""

from temporalio import activity

from activities.ports.journal import FactsReader
from domain.relationship.facts import Facts, Question


class FactsActivities:
    """Looks up what only the database knows."""

    def __init__(self, reader: FactsReader) -> None:
        self._reader = reader

    @activity.defn
    async def gather_facts(self, question: Question) -> Facts:
        """Memberships, and of a mentor: slot, training, conflicts of interest."""
        return await self._reader.facts(question)
