"""Addresses that pass from one known person to another in a list, as where their column has slipped by a row."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from domain.people.identity import plain_text
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.lists import At, ListKind, ListRow
from domain.people.proposal.questions import YES, Answerer, short_digest
from domain.people.proposal.whose import WhoIsWho
from domain.people.proposal.words import entry_words
from domain.told import Told, counted, told

ADDRESSES = "addresses:"
"""How the question begins whether addresses pass from one to another."""
_FEWEST: Final = 2
"""How many addresses pass on where their column has slipped: a single one is that of an office with a new holder."""


class MovedAddresses:
    """The rows that give a known person the address of another one, who gets another address in the same lists."""

    def __init__(self, builder: ProposalBuilder, people: WhoIsWho) -> None:
        self._builder = builder
        self._people = people

    def open_question(self, row: ListRow) -> str:
        """Return the question that is open about the address of a row; empty where there is none."""
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
        """Yield each such row with its person, and whose the address is until now."""
        office = self._builder.office
        given: dict[str, tuple[ListRow, str]] = {}
        for row in self._builder.lists.of(ListKind.PEOPLE):
            email = row.values.get("email")
            entry = office.people.get(self._people.of_row(row).person) if email else None
            if entry is None or email == entry.email:
                continue
            if plain_text(str(email)) != plain_text(entry.email):
                given[entry.id] = (row, plain_text(str(email)))
        for person, (row, email) in given.items():
            for holder in office.by_email.get(email, ()):
                if holder in given and office.standing(holder) != office.standing(person):
                    yield row, person, holder
                    break

    def _ask(self, who: Answerer, group: list[tuple[ListRow, str, str]]) -> str:
        """Ask whether the addresses of a group are right, and return the question while it is open."""
        said = sorted(f"{person} {row.values['email']}" for row, person, _ in group)
        id = f"{ADDRESSES}{short_digest(said)}"
        problem = counted(
            "addresses_moved",
            len(group),
            one="One row gives a known person the address that another known person has until now, who gets another "
            "one. Is that right (yes)? If addresses have slipped into other rows, correct the file; until then nothing "
            "of such a row goes in.",
            other="{count} rows give known people the address that another known person has until now, who gets "
            "another one. Is that right (yes)? If addresses have slipped into other rows, correct the file; until then "
            "nothing of such a row goes in.",
        )
        answer = self._builder.ask(
            id,
            "addresses_moved",
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
        """Return one row in words: whose it is, the address, and whose that is until now."""
        office, actor = self._builder.office, self._builder.actor
        return told(
            "gets_address_of",
            "{person} gets {email}, the address of {holder}",
            person=entry_words(office.people[person], actor),
            email=row.values["email"],
            holder=entry_words(office.people[holder], actor),
        )
