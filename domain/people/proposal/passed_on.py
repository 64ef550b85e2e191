"""Addresses and names that pass from one known person to another, as where their column has slipped by a row."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from domain.people.identity import plain_name, plain_text
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.lists import At, ListKind, ListRow
from domain.people.proposal.questions import YES, Answerer, short_digest
from domain.people.proposal.whose import WhoIsWho
from domain.people.proposal.words import entry_words
from domain.told import Told, counted, told

ADDRESSES = "addresses:"
"""How the question begins whether addresses pass from one to another."""
NAMES_PASSED = "names:"
"""How the question begins whether names pass from one to another."""
_CODES: Final = {"email": (ADDRESSES, "addresses_moved"), "name": (NAMES_PASSED, "names_moved")}
_FEWEST: Final = 2
"""How many pass on where their column has slipped: a single address is that of an office with a new holder."""


class PassedOn:
    """The rows that give a known person what another one has, who gets another one in the same lists.

    ``field`` is what: the address, or the name.
    """

    def __init__(self, builder: ProposalBuilder, people: WhoIsWho, field: str) -> None:
        self._builder = builder
        self._people = people
        self._field = field
        self._plain = plain_text if field == "email" else plain_name

    def open_question(self, row: ListRow) -> str:
        """Return the question that is open about a row; empty where there is none."""
        return self._open.get(row.at, "")

    @cached_property
    def _open(self) -> Mapping[At, str]:
        """The questions that are open, by row: one for all that the same people answer."""
        groups: dict[Answerer, list[tuple[ListRow, str, str]]] = defaultdict(list)
        moved = list(self._moved())
        for row, person, holder in moved if len(moved) >= _FEWEST else ():
            groups[self._people.who((person, holder))].append((row, person, holder))
        return {
            row.at: id
            for who, group in groups.items()
            if (id := self._ask(who, group))
            for row, _, _ in group
        }

    def _moved(self) -> Iterator[tuple[ListRow, str, str]]:
        """Yield each such row with its person, and who has its address or name until now."""
        office, plain = self._builder.office, self._plain
        given: dict[str, tuple[ListRow, str]] = {}
        for row in self._builder.lists.of(ListKind.PEOPLE):
            value, whose = row.values.get(self._field), self._people.of_row(row)
            entry = office.people.get(whose.person) if value and not whose.stays else None
            if entry is None or value == getattr(entry, self._field):
                continue
            if (said := plain(str(value))) != plain(getattr(entry, self._field)):
                given[entry.id] = (row, said)
        holders = office.by_email if self._field == "email" else office.by_name_alone
        for person, (row, said) in given.items():
            for holder in holders.get(said, ()):
                if holder in given and office.standing(holder) != office.standing(person):
                    yield row, person, holder
                    break

    def _ask(self, who: Answerer, group: list[tuple[ListRow, str, str]]) -> str:
        """Ask whether what a group gets is right, and return the question while it is open."""
        said = sorted(f"{person} {row.values[self._field]}" for row, person, _ in group)
        begins, code = _CODES[self._field]
        id = f"{begins}{short_digest(said)}"
        problem = _addresses(len(group)) if self._field == "email" else _names(len(group))
        answer = self._builder.ask(
            id,
            code,
            problem,
            (YES,),
            [row.at for row, _, _ in group],
            who=who,
            never_by_itself=True,
            about=(self._line(*each) for each in group),
            confidential=who is not Answerer.IMPORTER,
        )
        return "" if answer else id

    def _line(self, row: ListRow, person: str, holder: str) -> Told:
        """Return one row in words: whose it is, what the person gets, and whose that is until now."""
        office, actor = self._builder.office, self._builder.actor
        one, other = (entry_words(office.people[each], actor) for each in (person, holder))
        if self._field == "name":
            name = row.values["name"]
            return told(
                "gets_name_of",
                "{person} gets {name}, the name of {holder}",
                person=one,
                name=name,
                holder=other,
            )
        return told(
            "gets_address_of",
            "{person} gets {email}, the address of {holder}",
            person=one,
            email=row.values["email"],
            holder=other,
        )


def _addresses(rows: int) -> Told:
    return counted(
        "addresses_moved",
        rows,
        one="One row gives a known person the address that another known person has until now, who gets another "
        "one. Is that right (yes)? If addresses have slipped into other rows, correct the file; until then nothing "
        "of such a row goes in.",
        other="{count} rows give known people the address that another known person has until now, who gets "
        "another one. Is that right (yes)? If addresses have slipped into other rows, correct the file; until then "
        "nothing of such a row goes in.",
    )


def _names(rows: int) -> Told:
    return counted(
        "names_moved",
        rows,
        one="One row gives a known person the name that another known person has until now, who gets another "
        "one. Is that right (yes)? If names have slipped into other rows, correct the file; until then nothing "
        "of such a row goes in.",
        other="{count} rows give known people the name that another known person has until now, who gets "
        "another one. Is that right (yes)? If names have slipped into other rows, correct the file; until then "
        "nothing of such a row goes in.",
    )
