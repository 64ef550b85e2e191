"""Further member numbers in a row of people: each is a number of that human, or the row is refused."""

from collections import defaultdict

from domain.people.identity import plain_key
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.by_command import SAME_AS
from domain.people.proposal.doubts import Whose
from domain.people.proposal.lists import ListKind, ListRow
from domain.people.proposal.marks import further_numbers
from domain.people.proposal.whose import WhoIsWho
from domain.people.proposal.words import entry_words, place_words
from domain.told import Told, told

OTHER_NUMBERS = "other_numbers"


class MoreNumbers:
    """The numbers that rows of people give beside their own, and who has them."""

    def __init__(self, builder: ProposalBuilder, people: WhoIsWho) -> None:
        self._builder = builder
        self._people = people
        self._claims: dict[str, list[ListRow]] = defaultdict(list)
        for row in builder.lists.of(ListKind.PEOPLE):
            for number in further_numbers(row):
                self._claims[number].append(row)

    def new(self, row: ListRow, person: str) -> tuple[str, ...]:
        """Return the further numbers of a row that its human does not have yet, whatever became of zeros in front."""
        further = further_numbers(row)
        if not further:
            return ()
        known = {plain_key(key) for key in (*self._builder.office.keys_of(person), row.key) if key}
        return tuple(number for number in further if plain_key(number) not in known)

    def refuse_others(self, row: ListRow, whose: Whose) -> None:
        """Refuse a row that gives its human a number which somebody else has, and say who."""
        if not whose.person:
            return
        for number in self.new(row, whose.person):
            if owner := self._other(number, row, whose.person):
                problem = told(
                    "number_of_another",
                    "“{number}” is the number of {owner}. If they are one person, say so first, on the person's page "
                    "or with {command}; or else take the number out of this cell.",
                    command=SAME_AS,
                    number=number,
                    owner=owner,
                )
                self._builder.refuse(row, OTHER_NUMBERS, "number_of_another", problem, cell=number)

    def open_questions(self, row: ListRow) -> tuple[str, ...]:
        """Return the questions without whose answers nobody knows whose the further numbers of a row are."""
        found = (self._people.of_key(number) for number in further_numbers(row))
        return tuple(id for each in found if each is not None for id in each.questions)

    def _other(self, number: str, row: ListRow, person: str) -> Told | None:
        """Return who else has a number, or claims it in another row, in words; None for nobody."""
        office = self._builder.office
        found = self._people.of_key(number)
        rows = [self._people.with_number(number), *self._claims[number]]
        if found is not None and found.person in office.people:
            if office.standing(found.person) != office.standing(person):
                return entry_words(office.people[found.person], self._builder.actor)
            return None
        for other in rows:
            if other is None or other is row:
                continue
            there = self._people.of_row(other).person
            if there and office.standing(there) != office.standing(person):
                return place_words(other)
        return None


def own_number(row: ListRow, whose: Whose) -> tuple[str, ...]:
    """Return the number of a row, to be kept; none where it has none or somebody said that it is a slip."""
    return (row.key,) if row.key and not whose.slip else ()
