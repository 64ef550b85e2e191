"""The answers to the questions whose a row of people is, and what a row would change about whom it may be."""

from collections.abc import Iterator
from typing import Final

from domain.actors import Actor
from domain.people.entry import Entry
from domain.people.proposal.compared import is_said
from domain.people.proposal.lists import ListRow
from domain.people.proposal.outcomes import FieldChange
from domain.people.proposal.questions import (
    DIFFERENT,
    EACH,
    SAME,
    SLIP,
    STAYS,
    Answered,
    Answerer,
    short_digest,
)
from domain.people.proposal.words import NAMES, NEARLY, RENUMBERED, REPEATED, change_words
from domain.told import Told, told

NUMBERS: Final = "numbers"
"""The cause of rows whose member numbers a spreadsheet has changed."""
CHOICES: Final = {
    NUMBERS: ((SAME, SLIP, DIFFERENT, EACH), SAME),
    REPEATED: ((SAME, EACH), SAME),
    NAMES: ((SAME, DIFFERENT, EACH), ""),
    **{f"{NEARLY}{who.value}": ((SAME, DIFFERENT, EACH), "") for who in Answerer},
    **{f"{RENUMBERED}{who.value}": ((SAME, SLIP, DIFFERENT, EACH), "") for who in Answerer},
}
"""The answers to a question about all rows of a cause, and the likely one; those of a mailbox depend on the office."""
OTHER_PERSON: Final = "other_person:"
"""How the id of a question begins about a known number under which a list names somebody else."""
_ALIKE: Final = "alike:"
_WHO_IT_IS: Final = ("name", "email")
"""What stays as the office has it where somebody says so; everything else a row says is taken."""
_SHOWN: Final = (*_WHO_IT_IS, "district", "phone")


def changes_of(row: ListRow, entry: Entry | None, actor: Actor) -> tuple[Told, ...]:
    """Return what a row would change about somebody, as far as the importer may see it."""
    if entry is None or not actor.covers(entry.region):
        return ()
    return tuple(_changes(row, entry))


def _changes(row: ListRow, entry: Entry) -> Iterator[Told]:
    for field in _SHOWN:
        said, known = row.values.get(field), getattr(entry, field)
        if said is not None and not is_said(field, said, known):
            change = change_words(FieldChange(field=field, before=known, after=said))
            yield told("would_change", "it would change: {change}", change=change)


def may_stay(row: ListRow, entry: Entry | None) -> bool:
    """Return whether a row says another name or another address than an entry, so that one of the two is right."""
    return entry is not None and any(
        each in row.values and not is_said(each, row.values[each], getattr(entry, each))
        for each in _WHO_IT_IS
    )


def other_person(said: str, person: str) -> str:
    """Return the id of the question whether somebody under a known number, with another name, is that person."""
    return f"{OTHER_PERSON}{short_digest((said, person))}"


def without_who_it_is(row: ListRow) -> dict[str, object]:
    """Return what a row says, without the name and the address."""
    return {name: value for name, value in row.values.items() if name not in _WHO_IT_IS}


def to_keep(id: str, answer: Answered) -> tuple[str, ...]:
    """Return the questions for which an answer holds in later lists: a slip, and that what the office has stays.

    The same row of the same list comes again each month. What is kept of a single row changes with what it says.
    """
    if not id.startswith((_ALIKE, OTHER_PERSON)) or answer.value not in (SLIP, STAYS):
        return ()
    of_row = tuple(each for each in answer.covers if each.startswith(OTHER_PERSON))
    is_kept = id.startswith(OTHER_PERSON) or bool(answer.covers)
    return of_row or ((id,) if is_kept else ())
