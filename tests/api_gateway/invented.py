"""People and subjects of tests that no database has: they are of the first program's association, and in region r1."""

from dataclasses import replace

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres.facts.calendar_addresses import (
    CalendarAddressFacts,
    ParticipantCalendarFacts,
)
from activities.adapters.postgres.facts.commands import CommandFacts, SubjectPlace
from activities.adapters.postgres.facts.participants import ParticipantFacts
from activities.adapters.postgres.facts.tokens import ParticipantTokenFacts, TokenFacts, TokenHolder
from domain.actors import Role
from domain.associations import Association
from tests.conftest import PROGRAM

MINE = load_programs()[PROGRAM].association
INVENTED = ("r1", "r2", "r3", "r4", "r9")
"""Regions that tests write into rows, whether or not the office has them."""


def as_invented(holder: TokenHolder | None) -> TokenHolder | None:
    """Return the owner of a token as one of the first program's association, where the office has no such person."""
    if holder is None:
        return None
    own = holder.association
    if own.code not in ("", MINE):
        return holder
    regions = tuple(dict.fromkeys((*own.regions, *INVENTED)))
    return replace(holder, association=Association(code=MINE, regions=regions))


class InventedTokens(TokenFacts):
    """Tokens of people without an entry, who are of the first program's association."""

    async def holder(self, token: str) -> TokenHolder | None:
        """Return the owner of a token."""
        return as_invented(await super().holder(token))


class Everybody(tuple[str, ...]):
    """Whoever is asked about is among them."""

    __slots__ = ()

    def __contains__(self, _: object) -> bool:
        """Return that somebody is among them."""
        return True


class InventedSubjects(CommandFacts):
    """Subjects that only the stand-in for Temporal knows are in region r1, and are everybody's own."""

    async def place_of(self, subject: str) -> SubjectPlace | None:
        """Return where a subject is."""
        return await super().place_of(subject) or SubjectPlace(region="r1", pair=Everybody())


class InventedCalendars(CalendarAddressFacts):
    """Calendar addresses of people without an entry, who are of the first program's association."""

    async def holder(self, secret: str) -> TokenHolder | None:
        """Return whose address this is."""
        return as_invented(await super().holder(secret))


class InventedParticipantTokens(ParticipantTokenFacts):
    """The same at the door."""

    async def holder(self, token: str) -> TokenHolder | None:
        """Return the owner of a token."""
        return as_invented(await super().holder(token))


class InventedParticipantCalendars(ParticipantCalendarFacts):
    """The same at the door."""

    async def holder(self, secret: str) -> TokenHolder | None:
        """Return whose address this is."""
        return as_invented(await super().holder(secret))


class InventedParticipants(ParticipantFacts):
    """People without an entry, who are of the first program's association."""

    async def holder(self, person: str) -> TokenHolder | None:
        """Return a person as a participant."""
        nobody = TokenHolder(
            person=person, roles=(Role.PARTICIPANT,), regions=(), association=Association(code=MINE)
        )
        return as_invented(await super().holder(person) or nobody)
