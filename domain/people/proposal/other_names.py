"""Names beside member numbers in lists that are not of people: a row that names somebody else is asked about."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from domain.people.identity import may_be_one_name, plain_name
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.lists import At, ListKind, ListRow
from domain.people.proposal.questions import EACH, SAME, short_digest
from domain.people.proposal.slips import one_slip
from domain.people.proposal.whose import WhoIsWho
from domain.people.proposal.words import of_row
from domain.told import Told, joined, told

_CODE = "names_differ"
_KINDS = (ListKind.MEMBERSHIPS, ListKind.MENTORS, ListKind.APPLICATIONS)
_CORRECT = told("correct_the_number", "If a number is wrong, correct it in the file.")


class OtherNames:
    """The questions about rows whose name is not that of the person with their number.

    There is one for all whose names are nearly the same, and one for all others; or one for each.
    """

    def __init__(self, builder: ProposalBuilder, people: WhoIsWho) -> None:
        self._builder = builder
        self._people = people
        self._waits: dict[tuple[ListKind, At], str] = {}
        found = [
            (row, known) for kind in _KINDS for row in builder.lists.of(kind) if (known := self._other(row))
        ]
        nearly = [self._is_nearly(row, known) for row, known in found]
        for near in (True, False):
            if group := [each for each, is_near in zip(found, nearly, strict=True) if is_near is near]:
                self._ask(group, near=near)

    def open_question(self, row: ListRow) -> tuple[str, ...]:
        """Return the question for whose answer a row waits; none if it has one, or needs none."""
        waits = self._waits.get((row.kind, row.at), "")
        return (waits,) if waits else ()

    def _other(self, row: ListRow) -> str:
        """Return the name of the person with a row's number, if the row names somebody else."""
        if not row.key or row.name in ("", row.key):
            return ""
        names = list(self._names(row.key))
        return names[0] if names and not any(may_be_one_name(row.name, each) for each in names) else ""

    def _names(self, key: str) -> Iterator[str]:
        """Yield the names of the person with a number, as the importer may see them."""
        whose = self._people.of_key(key)
        if whose is not None and whose.person:
            for entry in self._builder.office.entries_of(whose.person):
                if self._builder.actor.covers(entry.region):
                    yield entry.name
            if name := self._listed.get(key):
                yield name

    @cached_property
    def _listed(self) -> Mapping[str, str]:
        """The names that lists of people bring, by number; other lists alone are compared with them."""
        rows = self._builder.lists.of(ListKind.PEOPLE)
        return {row.key: str(row.values.get("name", "")) for row in rows if row.key}

    def _is_nearly(self, row: ListRow, known: str) -> bool:
        """Return whether a row says nearly the name of the person with its number, and the name of nobody else.

        A word is the same, or all differ by a slip: such a name has changed. Another one is that of another person.
        """
        office, said = self._builder.office, plain_name(row.name)
        covers = self._builder.actor.covers
        if any(covers(office.people[id].region) for id in office.by_name_alone.get(said, ())):
            return False
        one, other = said.split(), plain_name(known).split()
        slips = len(one) == len(other) and all(map(one_slip, one, other))
        return slips or not set(one).isdisjoint(other)

    def _ask(self, found: list[tuple[ListRow, str]], *, near: bool) -> None:
        builder, ids = self._builder, [_id(row, known) for row, known in found]
        group, answer = "", EACH
        if len(found) > 1:
            group = f"other_names:{short_digest(sorted(ids))}"
            answer = builder.ask(
                group,
                _CODE,
                joined((_nearly(len(found)) if near else _others(len(found)), _CORRECT)),
                (SAME, EACH),
                [row.at for row, _ in found],
                about=(of_row(row.at, _words(row, known)) for row, known in found),
                covers=ids,
            )
        for (row, known), id in zip(found, ids, strict=True):
            asked, said = (id, self._ask_of_one(row, known, id)) if answer == EACH else (group, answer)
            if not said:
                self._waits[row.kind, row.at] = asked

    def _ask_of_one(self, row: ListRow, known: str, id: str) -> str:
        asks = told(
            "is_row_about", "{said}. Is the row about {known} (same)?", said=_words(row, known), known=known
        )
        problem = of_row(row.at, joined((asks, _CORRECT)))
        return self._builder.ask(id, _CODE, problem, (SAME,), [row.at])


def _nearly(rows: int) -> Told:
    return told(
        "rows_name_nearly",
        "{count} rows say nearly the names of the people with their member numbers, as it says below. Are they about "
        "the people with these numbers (same), or shall each be asked about (each)?",
        count=rows,
    )


def _others(rows: int) -> Told:
    return told(
        "rows_name_others",
        "{count} rows name somebody else than their member numbers do, as it says below. Are they about the people "
        "with these numbers (same), or shall each be asked about (each)?",
        count=rows,
    )


def _id(row: ListRow, known: str) -> str:
    return f"other_names:{short_digest((row.kind.value, row.key, row.name, known))}"


def _words(row: ListRow, known: str) -> Told:
    return told(
        "list_names_other",
        "the list says {name}, and {number} is the number of {known}",
        name=row.name,
        number=row.key,
        known=known,
    )
