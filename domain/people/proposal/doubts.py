"""Whose a row of people is, once that is known; and a row of which it is not: whom it is like, and what it says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from domain.people.identity import Alike
from domain.people.proposal.lists import ListRow
from domain.people.proposal.outcomes import KeptApart
from domain.people.proposal.questions import short_digest

NEW = "new/"
"""How the name of a person begins whose entry a row makes."""
Refs = Mapping[str, tuple[Alike, ...]]


@dataclass(slots=True, kw_only=True)
class Whose:
    """Whose a row is.

    ``person`` is empty while it is a question; ``maybe`` are the people whose it may be then. ``apart`` is
    what the answer said. ``mailbox`` is the open question about an address that a known person shares from now on.
    ``slip`` says that the number of the row is a slip, and not kept, and ``stays`` that the name and the address that
    the office has stay.
    """

    person: str = ""
    questions: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    mailbox: str = ""
    slip: bool = False
    stays: bool = False
    apart: tuple[KeptApart, ...] = ()


@dataclass(slots=True, kw_only=True)
class Doubt:
    """A row whose person has no known number, and who may be one human with it: entries, or earlier rows.

    ``repeats`` is the one entry whose name and address a row without a number repeats. ``known`` is the entry of a row
    with a known number, which gets an address that others have.
    """

    row: ListRow
    candidates: Refs
    repeats: str = ""
    known: str = ""


def new_person(row: ListRow) -> str:
    """Return the name of the person whose entry a row makes."""
    return f"{NEW}{row.at.file}/{row.at.row}"


def own_cause(row: ListRow) -> str:
    """Return the cause of a row that is asked about alone."""
    return f"{row.at.file}:{row.at.row}"


def said_of(row: ListRow) -> str:
    """Return what a row says about whom it is."""
    return "\n".join((row.key, row.name, str(row.values.get("email", ""))))


def named_by(row: ListRow) -> str:
    """Return by what a row names whom it is about: its number, whatever else is corrected in it; else what it says."""
    return row.key or said_of(row)


def about_digest_of(doubts: Iterable[Doubt], places: Mapping[str, ListRow]) -> str:
    """Return what changes with whom some rows may be about; ``places`` are the rows of people without an entry.

    Two member numbers stay two numbers, whatever else is corrected about them; without a number, somebody is what is
    said of them. The address that a known person gets and others have is what such a doubt is about.
    """
    return short_digest(
        part
        for each in doubts
        for part in (
            said_of(each.row) if each.known else named_by(each.row),
            *(named_by(places[id]) if id in places else id for id in each.candidates),
        )
    )


def together(rows: list[ListRow]) -> ListRow:
    """Return the first of several rows about one person, with the name and the address that the others add."""
    first, *others = rows
    values = dict(first.values)
    for other in others:
        values = {**{k: v for k, v in other.values.items() if k in ("name", "email")}, **values}
    return replace(first, name=str(values.get("name", first.name)), values=values)
