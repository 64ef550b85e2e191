"""How often the reader wants the digest, and which ones the reader was sent."""

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Page, Reads
from domain.digests import DigestRhythm
from domain.visibility import Sight


class DigestReads(Reads):
    """The reads of digests and of the choices of them."""

    async def page(self, sight: Sight, *, after: str = "", limit: int = 50) -> Page:
        """Return the reader's digests, the oldest first; their words are kept apart."""
        row = tables.digests.c
        at_once = (row.task != "").label("at_once")
        wanted = select(row.id, row.day, at_once, row.status, row.code, row.planned_at, row.sent_at)
        own = wanted.where(sql.own_digest(sight), row.status != "silent")
        return await self._page(own, row.planned_at, row.id, after, limit, shown=True)

    async def rhythm(self, sight: Sight) -> DigestRhythm:
        """Return how often the reader wants the digest; daily if the reader has not chosen."""
        choice = tables.digest_choices.c
        wanted = select(choice.rhythm).where(
            choice.person == sight.person, sql.written_by(sight, choice.person)
        )
        found = await self._one(wanted)
        return DigestRhythm(found["rhythm"]) if found else DigestRhythm.DAILY
