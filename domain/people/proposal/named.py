"""Names where member numbers belong: the number is said where exactly one person of that name is visible."""

from collections.abc import Iterable
from dataclasses import replace

from domain.actors import Actor
from domain.people.identity import plain_name
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.lists import ListKind, Lists
from domain.people.proposal.outcomes import RowRefusal
from domain.told import joined, told

NAME_FOR_NUMBER = "name_for_number"
"""The code of the refusal of a row that names its supervisor."""


def with_numbers_of_names(
    refusals: Iterable[RowRefusal], lists: Lists, office: KnownOffice, actor: Actor
) -> tuple[RowRefusal, ...]:
    """Return refusals, each about a name with the number of the only person of that name, as far as there is one."""
    return tuple(
        replace(
            each,
            problem=joined(
                (
                    each.problem,
                    told("name_has_number", "“{name}” has {number}.", name=each.cell, number=number),
                )
            ),
        )
        if each.code == NAME_FOR_NUMBER and (number := _number(each.cell, lists, office, actor))
        else each
        for each in refusals
    )


def _number(name: str, lists: Lists, office: KnownOffice, actor: Actor) -> str:
    """Return the number of the only person of a name, in the lists and among the entries that the importer may see."""
    wanted = plain_name(name)
    known = (office.people[id] for id in office.by_name_alone.get(wanted, ()))
    numbers = [each.keys[0] if each.keys else "" for each in known if actor.covers(each.region)]
    numbers.extend(
        row.key
        for row in lists.of(ListKind.PEOPLE)
        if row.key not in office.by_key and plain_name(str(row.values.get("name", ""))) == wanted
    )
    return numbers[0] if len(numbers) == 1 else ""
