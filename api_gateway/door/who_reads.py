"""Who can read what, in two sentences: they follow from the table of rights, so that they cannot say anything else."""

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
"""The classes of data that the sentences name, in their order."""


def reads_of(who: Who) -> tuple[tuple[Data, ...], tuple[Data, ...]]:
    """Return which of the told classes of data a kind of reader can read about a pair, and which not."""
    reads = tuple(data for data in TOLD if data in READS[who])
    return reads, tuple(data for data in TOLD if data not in reads)


def who_reads(say: Say, partner: str) -> tuple[str, ...]:
    """Return the sentences for a person: what staff read, and what the partner reads, if there is one."""
    readers = {Who.COORDINATOR: say("my.reads.staff")}
    if partner:
        readers[Who.OF_PAIR] = partner
    return tuple(_sentence(say, name, *reads_of(who)) for who, name in readers.items())


def _sentence(say: Say, reader: str, reads: tuple[Data, ...], never: tuple[Data, ...]) -> str:
    return say(
        "my.reads.sentence", reader=reader, what=_list(say, reads, "and"), never=_list(say, never, "or")
    )


def _list(say: Say, classes: tuple[Data, ...], joined: str) -> str:
    words = [say(f"my.reads.{data.value}") for data in classes]
    return f" {say(f'my.reads.{joined}')} ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
