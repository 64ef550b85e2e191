"""Who sees what and what not, as two lists for each reader. They follow from the table of rights."""

from dataclasses import dataclass
from typing import Final

from api_gateway.pages.words import Say
from domain.visibility import READS, Data, Who

TOLD: Final = (
    Data.FACTS,
    Data.AGREEMENT,
    Data.ANSWERS,
    Data.PAIR_ANSWERS,
    Data.OWN_WRITING,
    Data.CONFIDENTIAL,
)
"""The classes of data that the lists name, in their order."""


def reads_of(who: Who) -> tuple[tuple[Data, ...], tuple[Data, ...]]:
    """Return which of the told classes of data a kind of reader can read about a pair, and which not."""
    reads = tuple(data for data in TOLD if data in READS[who])
    return reads, tuple(data for data in TOLD if data not in reads)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOf:
    """A kind of reader by name, with the told classes of data that it sees and those that it does not see."""

    name: str
    sees: tuple[Data, ...]
    never: tuple[Data, ...]


def who_reads(say: Say, partner: str, contact: str) -> tuple[ToldOf, ...]:
    """Return the readers that a person is told of: the partner, if there is one, and the ``contact`` by that word."""
    readers = {Who.OF_PAIR: partner} if partner else {}
    readers[Who.COORDINATOR] = say("my.reads.staff", contact=contact)
    found = ((name, reads_of(who)) for who, name in readers.items())
    return tuple(ToldOf(name=name, sees=sees, never=never) for name, (sees, never) in found)
