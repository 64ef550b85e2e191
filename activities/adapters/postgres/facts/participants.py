"""A mentor or mentee by id, as a command row names one: with all entries of the human, and with no other role."""

from typing import Final

from sqlalchemy import bindparam, func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.associations import with_association
from activities.adapters.postgres.facts.tokens import TokenHolder, participant_in

_PERSON, _ALIAS = tables.people.c, tables.people.alias("alias").c
_STANDS: Final = func.coalesce(_PERSON.alias_of, _PERSON.id)
_PARTICIPANT: Final = select(
    _STANDS.label("stands"),
    func.array(select(_ALIAS.id).where(_ALIAS.alias_of == _STANDS).scalar_subquery()).label("aliases"),
    *with_association(_PERSON.association),
).where(_PERSON.id == bindparam("person"))


class ParticipantFacts:
    """Look-ups of people as participants."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def holder(self, person: str) -> TokenHolder | None:
        """Return a person as a participant; None for one whom the office does not know."""
        async with self._database.one_statement() as connection:
            row = (await connection.execute(_PARTICIPANT, {"person": person})).first()
        return None if row is None else participant_in(row)
