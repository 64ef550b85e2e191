"""Rows of people that are one person by an answer and say different things: which of them holds is asked."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from domain.people.entry import Entry
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.choices import without_who_it_is
from domain.people.proposal.compared import COMPARED, is_said
from domain.people.proposal.contradictions import BY_ANSWER, what_differs
from domain.people.proposal.lists import ListKind, ListRow
from domain.people.proposal.questions import short_digest
from domain.people.proposal.whose import WhoIsWho
from domain.told import OR, joined, told

HOLDS: Final = "holds:"
"""How the id of the question begins."""


class WhichRow:
    """The rows of people as they are read once it is said which of several about one person holds.

    It holds where they differ; what only one of them says is taken from each, and so is each number.
    """

    def __init__(self, builder: ProposalBuilder, people: WhoIsWho, meant: Callable[[str, Any], Any]) -> None:
        self._builder = builder
        self._people = people
        self._meant = meant

    def rows(self) -> tuple[ListRow, ...]:
        """Return all rows of people; those that wait for the answer say so."""
        rows = tuple(map(self._as_it_holds, self._builder.lists.of(ListKind.PEOPLE)))
        answered = {self._people.of_row(row).person for row in rows if self._people.is_answered(row)} - {""}
        if not answered:
            return rows
        groups: dict[str, list[ListRow]] = {}
        for row in rows:
            if (person := self._people.of_row(row).person) in answered:
                groups.setdefault(person, []).append(row)
        read = {row.at: row for person, group in groups.items() for row in self._as_answered(person, group)}
        return tuple(read.get(row.at, row) for row in rows)

    def _as_it_holds(self, row: ListRow) -> ListRow:
        """Return a row without the name and the address where somebody said that those of the office stay."""
        stays = self._people.of_row(row).stays
        return replace(row, values=without_who_it_is(row)) if stays else row

    def _as_answered(self, person: str, rows: Sequence[ListRow]) -> Iterable[ListRow]:
        names = [each for each in COMPARED if len(self._said(rows, each)) > 1]
        numbers = [row.key for row in rows]
        if not names or not all(numbers) or len({*numbers}) < len(numbers):
            return ()
        holds = self._ask(self._builder.office.people.get(person), rows, names)
        if not holds:
            return [replace(row, waits=(*row.waits, self._id(rows, names))) for row in rows]
        said = next(row for row in rows if row.key == holds)
        return [
            replace(
                row,
                values={
                    **row.values,
                    **{
                        each: said.values[each]
                        for each in names
                        if each in said.values and each in row.values
                    },
                },
            )
            for row in rows
        ]

    def _said(self, rows: Iterable[ListRow], name: str) -> set[Any]:
        """Return the different things that rows say in a column."""
        return {self._meant(name, row.values[name]) for row in rows if name in row.values}

    def _id(self, rows: Iterable[ListRow], names: Iterable[str]) -> str:
        """Return the id of the question: another value in a column in which the rows differ makes it another one."""
        said = sorted(
            "\n".join((row.key, *(f"{each}={row.values.get(each, '')}" for each in names))) for row in rows
        )
        return f"{HOLDS}{short_digest(said)}"

    def _ask(self, entry: Entry | None, rows: Sequence[ListRow], names: Sequence[str]) -> str:
        """Ask which row holds; that which says what the office knows is proposed, if only one does."""
        known = [
            row.key
            for row in rows
            if entry is not None
            and all(
                is_said(each, self._meant(each, row.values.get(each)), getattr(entry, each)) for each in names
            )
        ]
        asks = told(
            "which_row_holds",
            "Which row is right there, that with the number {numbers}? What only one row says is taken from it.",
            numbers=joined((f"“{row.key}”" for row in rows), OR),
        )
        slip = any(self._people.of_row(row).slip for row in rows)
        gets = () if slip else (told("gets_all_numbers", "The person gets all these numbers."),)
        problem = joined((what_differs(self._builder, rows, names), asks, *gets, BY_ANSWER))
        return self._builder.ask(
            self._id(rows, names),
            "rows_differ",
            problem,
            tuple(row.key for row in rows),
            [row.at for row in rows],
            who=self._people.who((entry.id,) if entry else ()),
            proposal=known[0] if len(known) == 1 else "",
        )
