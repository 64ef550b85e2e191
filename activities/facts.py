"""Facts for decisions."""

from temporalio import activity

from activities.ports.journal import FactsReader
from domain.relationship.facts import Facts, Question


class FactsActivities:
    """Look-ups of facts that only the database knows."""

    def __init__(self, reader: FactsReader) -> None:
        self._reader = reader

    @activity.defn
    async def gather_facts(self, question: Question) -> Facts:
        """Return memberships and, if a mentor is named, slot, training and conflicts of interest."""
        return await self._reader.facts(question)
