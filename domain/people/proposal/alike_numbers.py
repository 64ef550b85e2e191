"""Numbers that are nearly one that nobody has: what to say of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from domain.people.identity import plain_key, plain_name
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.lists import ListRow
from domain.told import AND, Told, as_is, joined, told

_FEW: Final = 3
"""The most people of one name that are named."""


def but_alike(
    builder: ProposalBuilder, rows: Mapping[str, list[tuple[str, ListRow]]], key: str
) -> Told | None:
    """Return what to say of a number that nobody has, where some are spelled alike; else nothing.

    ``rows`` are the numbers of the lists of people with their rows, by the number as it is compared.
    """
    plain = plain_key(key)
    found = tuple(_spelled_alike(builder, rows.get(plain, ()), plain))
    if not found:
        return None
    numbers = joined(found, AND)
    if len(found) == 1:
        return told(
            "one_number_alike",
            "but there is {numbers}. If that is the one that is meant, write the number so.",
            numbers=numbers,
        )
    return told(
        "numbers_alike",
        "but there is {numbers}. If one of them is meant, write the number so.",
        numbers=numbers,
    )


def of_the_name(builder: ProposalBuilder, name: str) -> Told | None:
    """Return who has the name that is next to a number that nobody has, with the number; nothing where nobody has.

    What the importer may not see is not among them.
    """
    office = builder.office
    found = [
        f"{entry.name}, {entry.keys[0]}"
        for id in office.by_name_alone.get(plain_name(name), ())
        if (entry := office.people[id]).keys and builder.actor.covers(entry.region)
    ]
    if not found or len(found) > _FEW:
        return None
    return told(
        "number_of_the_name",
        "Nobody has this member number. Of this name there is {people}: correct the number if that is meant.",
        people=joined(found, AND),
    )


def _spelled_alike(
    builder: ProposalBuilder, rows: Iterable[tuple[str, ListRow]], plain: str
) -> Iterator[Told]:
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
    yield from (
        as_is(f"“{number}” ({entry.name})") for number, entry in known if builder.actor.covers(entry.region)
    )
    there = {number for number, _ in known}
    yield from (
        told(
            "number_in_row",
            "“{number}” ({name}, row {row} of {file})",
            number=number,
            name=row.name,
            row=row.at.row,
            file=row.at.file,
        )
        for number, row in rows
        if number not in there
    )
