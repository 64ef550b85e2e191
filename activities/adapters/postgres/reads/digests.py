"""How often the reader wants the digest."""

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.reads import visibility as sql
from activities.adapters.postgres.reads.rows import Reads
from domain.digests import DigestRhythm
from domain.visibility import Sight


class DigestReads(Reads):
    """The reads of the choices of digests."""

    async def rhythm(self, sight: Sight) -> DigestRhythm:
        """Return how often the reader wants the digest; daily if the reader has not chosen."""
        choice = tables.digest_choices.c
        wanted = select(choice.rhythm).where(
            choice.person == sight.person, sql.written_by(sight, choice.person)
        )
        found = await self._one(wanted)
        return DigestRhythm(found["rhythm"]) if found else DigestRhythm.DAILY
