"""How often each person wants the digest of what waits."""

from sqlalchemy.dialects.postgresql import insert as upsert

from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.base import Writes
from domain.actors import Actor
from domain.digests import DigestRhythm


class DigestWrites(Writes):
    """The writes of the choices of digests."""

    async def choose(self, person: str, rhythm: DigestRhythm, *, actor: Actor, command: str) -> None:
        """Set how often a person wants the digest."""
        table = tables.digest_choices
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            chosen = upsert(table).values(person=person, rhythm=rhythm.value)
            again = chosen.on_conflict_do_update(index_elements=["person"], set_={"rhythm": rhythm.value})
            await connection.execute(again)
            body = {"person": person, "rhythm": rhythm.value}
            await self._note(connection, "DigestChosen", body, actor, command)
