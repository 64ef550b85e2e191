"""Numbers that are nearly one that nobody has: what to say of it."""

from collections.abc import Iterable, Iterator, Mapping

from domain.in_words import anded
from domain.people.identity import plain_key
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.lists import ListRow


def but_alike(builder: ProposalBuilder, rows: Mapping[str, list[tuple[str, ListRow]]], key: str) -> str:
    """Return how a sentence goes on about a number that nobody has, where some are spelled alike; else nothing.

    ``rows`` are the numbers of the lists of people with their rows, by the number as it is compared.
    """
    plain = plain_key(key)
    found = tuple(_spelled_alike(builder, rows.get(plain, ()), plain))
    if not found:
        return ""
    which = "that is the one that is" if len(found) == 1 else "one of them is"
    return f"but there is {anded(found)}. If {which} meant, write the number so."


def _spelled_alike(
    builder: ProposalBuilder, rows: Iterable[tuple[str, ListRow]], plain: str
) -> Iterator[str]:
    """Yield, in words, the numbers that are one but for case, zeros in front, or a .0.

    What the importer may not see is not among them.
    """
    office = builder.office
    known = [
        (number, office.people[id])
        for id in office.by_plain_key.get(plain, ())
        for number in office.people[id].keys
        if plain_key(number) == plain
    ]
    yield from (f"“{number}” ({entry.name})" for number, entry in known if builder.actor.covers(entry.region))
    there = {number for number, _ in known}
    yield from (
        f"“{number}” ({row.name}, row {row.at.row} of {row.at.file})"
        for number, row in rows
        if number not in there
    )
