"""Rows of people: what each changes about an entry, or the entry that it makes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any, Final

from domain.people.entry import Entry
from domain.people.identity import NO_DISTRICT, first_name_first
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.codes import Codes
from domain.people.proposal.compared import COMPARED, compared, is_said
from domain.people.proposal.contradictions import Contradictions
from domain.people.proposal.doubts import Whose, new_person
from domain.people.proposal.foreign import ForeignLists
from domain.people.proposal.gone import ENDS, Gone, is_gone
from domain.people.proposal.left_alone import LeftAlone
from domain.people.proposal.lists import ListKind, ListRow
from domain.people.proposal.more_numbers import OTHER_NUMBERS, MoreNumbers, own_number
from domain.people.proposal.moves import move_words
from domain.people.proposal.outcomes import FieldChange, KeptApart, OutcomeKind, PersonWrite, ValuesOfRow
from domain.people.proposal.passed_on import PassedOn
from domain.people.proposal.person_faults import PersonFaults
from domain.people.proposal.questions import NO, Answerer, content_digest
from domain.people.proposal.refused_people import new_title_words, refuse_ends, refuse_lacking
from domain.people.proposal.turned_names import TurnedNames
from domain.people.proposal.which_row import WhichRow
from domain.people.proposal.whose import WhoIsWho
from domain.told import joined, told

_PLAIN: Final = tuple(name for name in COMPARED if name != "supervisor")
_plain_of: Final = attrgetter(*_PLAIN)
_SAID: Final = (*COMPARED, "language")
_SHOWN: Final = ("key", *_SAID, OTHER_NUMBERS)
_NEW: Final[Mapping[str, Any]] = {"district": NO_DISTRICT, "phone": "", "supervisor": None, "language": "en"}


class PersonRows:
    """The people of an import."""

    def __init__(self, builder: ProposalBuilder, codes: Codes, people: WhoIsWho) -> None:
        self._builder = builder
        self._codes = codes
        self._people = people
        self._turned = TurnedNames(builder)
        self._said = Contradictions(builder)
        self._more = MoreNumbers(builder, people)
        self._passed = tuple(PassedOn(builder, people, field) for field in ("email", "name"))
        self._owners: dict[str, str] = {}
        self._together: dict[str, Mapping[str, Any]] = {}  # what several rows about one person say
        self.writes: dict[str, PersonWrite] = {}
        self.apart: dict[tuple[str, str], KeptApart] = {}
        self.regions: dict[str, str] = {}
        covers = builder.actor.covers
        self.gone = Gone(builder, people)
        self._mine = tuple(code for code in builder.office.regions if covers(code))
        self._faults = PersonFaults(builder, people, self._mine)

    def read(self) -> None:
        """Go through all rows of people."""
        # Made here and not kept: an object that holds a method of its owner keeps all rows in memory with it.
        rows = WhichRow(self._builder, self._people, self._meant).rows()
        for row, whose, entry, says_what_is_known in self._without_refused(rows):
            if entry is not None and says_what_is_known:
                if not self._says_otherwise(row, entry.id):
                    self._builder.note(row, OutcomeKind.UNCHANGED, entry.id)
                    self._keep_apart(whose)
                continue
            if entry is not None and self.gone.settles(row, entry.id):
                continue
            values, waits = self._values(row)
            name = self._turned.open_question(row, entry)
            waits = (*row.waits, *whose.questions, *filter(None, (whose.mailbox, name)), *waits)
            waits = (
                *waits,
                *self._more.open_questions(row),
                *filter(None, (each.open_question(row) for each in self._passed)),
            )
            if waits:
                self._builder.wait(row, waits, whose.person if entry else "")
            elif entry is not None:
                self._compare(row, whose, entry, values)
            else:
                self._make(row, whose, values)
        self._leave_out_contradictions()
        self._leave_out_without_supervisor(rows)

    def _leave_out_contradictions(self) -> None:
        """Take back what rows say that contradict each other."""
        for person in map(str, self._said.refuse(self._people.is_answered)):
            self.writes.pop(person, None)
            self.regions.pop(person, None)

    def _without_refused(self, rows: Sequence[ListRow]) -> list[tuple[ListRow, Whose, Entry | None, bool]]:
        """Refuse rows, and return the others: whose they are, the entry, and whether they say only what is known."""
        found: list[tuple[ListRow, Whose, Entry | None, bool]] = []
        left = LeftAlone()
        foreign = ForeignLists(self._builder)
        for row in rows:
            whose = self._people.of_row(row)
            entry = self._builder.office.people.get(whose.person)
            left.look_at_language(row, entry)
            if entry is not None and self._says_what_is_known(row, whose, entry):
                found.append((row, whose, entry, True))
            elif not self._is_refused(row, whose, foreign):
                found.append((row, whose, entry, False))
                left.look_at_cases(row, entry)
        left.remark(self._builder)
        for row in self._builder.lists.faulty:
            if row.kind is ListKind.PEOPLE:
                self._faults.look_at_faulty(row, foreign)
        return found

    def region_of(self, person: str) -> str:
        """Return the region of a person after the import; empty for a person whose row is not taken."""
        if person in self.regions:
            return self.regions[person]
        entry = self._builder.office.people.get(person)
        return entry.region if entry else ""

    def is_taken(self, person: str) -> bool:
        """Return whether a person is known or has a row that is taken."""
        return person in self._builder.office.people or person in self.writes

    def kept_apart(self) -> tuple[KeptApart, ...]:
        """Return the pairs that are two humans and have an entry each."""
        pairs = self.apart.values()
        return tuple(pair for pair in pairs if self.is_taken(pair.one) and self.is_taken(pair.other))

    def _leave_out_without_supervisor(self, rows: Sequence[ListRow]) -> None:
        """Take back what names a supervisor whose own row is refused or waits, until no such row is left."""
        while bosses := {
            person: boss
            for person, write in self.writes.items()
            if (boss := write.values.get("supervisor")) is not None and not self.is_taken(boss)
        }:
            places = {new_person(row): row.at for row in rows}
            lost = {person: places.get(boss) for person, boss in bosses.items()}
            for person in lost:
                del self.writes[person]
                self.regions.pop(person, None)
            for row in rows:
                person = self._people.of_row(row).person
                if person in lost and self._builder.taken_back(row):
                    self._without_supervisor(row, person, self._builder.waits_at(lost[person]))

    def _without_supervisor(self, row: ListRow, person: str, waits: tuple[str, ...]) -> None:
        if waits:
            self._builder.wait(row, waits, person if person in self._builder.office.people else "")
        elif region := self._builder.is_left_out(
            ListKind.PEOPLE, self._people.row_of(row.values["supervisor"])
        ):
            problem = told(
                "supervisor_left_out",
                "The supervisor belongs to the region {region}, which you do not serve, and is new. Leave the cell "
                "blank, or import the list again once the coordinator there has brought the supervisor.",
                region=region,
            )
            self._builder.refuse(row, "supervisor", "person_refused", problem, cause="person_left_out")
        else:
            self._faults.refuse_with_supervisor(row)

    def _says_what_is_known(self, row: ListRow, whose: Whose, entry: Entry) -> bool:
        """Return whether a row says nothing but what the entry has, so that nothing else about it need be looked at.

        Most rows of most lists are so.
        """
        values = row.values
        if row.waits or row.cleared or whose.questions or whose.mailbox or entry.region not in self._mine:
            return False
        if is_gone(entry) or not values.keys().isdisjoint(ENDS):
            return False
        for name, known in zip(_PLAIN, _plain_of(entry), strict=True):
            if values.get(name, known) != known:
                return False
        if boss := values.get("supervisor"):
            found = self._people.of_key(boss)
            if found is None or found.questions or found.person != entry.supervisor:
                return False
        if values.get(OTHER_NUMBERS) and self._more.new(row, entry.id):
            return False
        key = row.key
        return not key or key in entry.keys or key in self._builder.office.keys_of(entry.id)

    def _is_refused(self, row: ListRow, whose: Whose, foreign: ForeignLists) -> bool:
        """Refuse a row about an unknown region, with an unknown supervisor, or with too little for a new person.

        All of it is said at once.
        """
        builder = self._builder
        self._faults.look_at_region(row, whose, foreign)
        if builder.is_left_out(row.kind, row.at):
            return True
        self._faults.look_at_supervisor(row, whose, foreign)
        refuse_ends(builder, row, builder.office.people.get(whose.person))
        self._more.refuse_others(row, whose)
        known = whose.person in builder.office.people or whose.questions
        if not known and not foreign.has(row):
            refuse_lacking(builder, row)
        refused = builder.is_refused(ListKind.PEOPLE, row.at)
        if refused and self._codes.is_new(title := str(row.values.get("role_title", ""))):
            builder.remarks.append(new_title_words(row, title))
        return refused

    def _values(self, row: ListRow) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return what a row says by field, and the questions that are open about it."""
        values = {name: row.values[name] for name in _SAID if name in row.values}
        values |= {name: _NEW[name] for name in row.cleared}
        waits = []
        if "name" in values:
            values["name"] = self._turned.name(row)
        if "role_title" in values:
            values["role_title"], waiting = self._codes.title(row, values["role_title"])
            waits.append(waiting)
        if boss := values.get("supervisor"):
            found = self._people.of_key(boss)
            values["supervisor"] = found.person if found else None
            if found and not self._builder.is_refused(ListKind.PEOPLE, self._people.row_of(boss)):
                waits.extend(found.questions)
        return values, tuple(filter(None, waits))

    def _compare(self, row: ListRow, whose: Whose, entry: Entry, values: Mapping[str, Any]) -> None:
        builder, id = self._builder, entry.id
        if self._says_otherwise(row, id):
            return
        there = self.writes.get(id)
        changes = tuple(
            FieldChange(field=name, before=getattr(entry, name), after=values[name])
            for name in COMPARED
            if name in values and not self._is_said(row, name, values[name], getattr(entry, name))
        )
        changes += self.gone.returns(entry)
        keys = tuple(key for key in own_number(row, whose) if key not in builder.office.keys_of(id))
        keys += self._more.new(row, id)
        moved = next((change for change in changes if change.field == "region"), None)
        if moved is not None and not (
            builder.actor.covers(entry.region) and builder.actor.covers(moved.after)
        ):
            answer = builder.ask_about_changes(
                row,
                id,
                f"move:{content_digest(row)}",
                "move_of_person",
                joined(
                    (
                        move_words(self._builder, row, entry, moved.after),
                        told("does_the_person_move", "Does the person move?"),
                    )
                ),
                self._as_read(row, entry, changes, keys),
                who=Answerer.STATE_OFFICE,
                confidential=not builder.actor.covers(entry.region),
            )
            if not answer:
                return
            if answer == NO:
                stays = builder.actor.covers(entry.region)
                changes = tuple(change for change in changes if stays and change is not moved)
                keys, moved = keys if stays else (), None
        seen = self._as_read(row, entry, changes, keys)
        if changes or keys:
            fields = (change.field for change in changes)
            hidden = not builder.actor.covers(entry.region)
            answer = builder.ask_about_staff(row, id, fields, seen, confidential=hidden)
            if not answer:
                return
            if answer == NO:
                changes, keys, moved, seen = (), (), None, ()
        if changes or keys:
            planned, before = (there.values, there.keys) if there else ({}, ())
            self.writes[id] = PersonWrite(
                person=id,
                new=False,
                values={**planned, **{change.field: change.after for change in changes}},
                keys=tuple(dict.fromkeys((*before, *keys))),
            )
        if moved is not None:
            self.regions[id] = moved.after
            if builder.office.pairs_of.get(id):
                builder.remarks.append(move_words(builder, row, entry, moved.after))
        kind = OutcomeKind.MOVED if moved else OutcomeKind.CHANGED if seen else OutcomeKind.UNCHANGED
        builder.note(row, _once(kind, there), id, seen)
        self._keep_apart(whose)

    def _is_said(self, row: ListRow, name: str, said: Any, known: Any) -> bool:
        """Return whether a row says what is known; a supervisor is named by any entry of the same human.

        An entry from before the present checks may have a text with blanks at its ends, which a list cannot have.
        """
        if said != known and name == "supervisor" and said and known:
            office = self._builder.office
            return office.standing(said) == office.standing(known)
        return is_said(name, row.values[name] if name == "name" else said, known)

    def _make(self, row: ListRow, whose: Whose, values: dict[str, Any]) -> None:
        if self._says_otherwise(row, whose.person):
            return
        there = self.writes.get(whose.person)
        more = self._more.new(row, whose.person)
        keys = (*(there.keys if there else ()), *own_number(row, whose), *more)
        kind = _once(OutcomeKind.NEW, there)
        self._builder.note(row, kind, whose.person, _as_said(row, values))
        for name, value in (there.values if there else _NEW).items():
            values.setdefault(name, value)
        self.writes[whose.person] = PersonWrite(
            person=whose.person, new=True, values=values, keys=tuple(dict.fromkeys(keys))
        )
        self.regions[whose.person] = values["region"]
        self._keep_apart(whose)

    def _as_read(
        self, row: ListRow, entry: Entry, changes: tuple[FieldChange, ...], keys: tuple[str, ...]
    ) -> tuple[FieldChange, ...]:
        """Return all changes of a row as people read them, a new number among them."""
        found = tuple(self._in_numbers(row, change) for change in changes)
        if not keys:
            return found
        return (*found, FieldChange(field="keys", before=list(entry.keys), after=[*entry.keys, *keys]))

    def _in_numbers(self, row: ListRow, change: FieldChange) -> FieldChange:
        """Return a change as people read it: a supervisor is a member number and no id."""
        if change.field != "supervisor":
            return change
        entry = self._builder.office.people.get(change.before or "")
        before = next(iter(entry.keys), entry.name) if entry else None
        return replace(change, before=before, after=row.values.get("supervisor"))

    def _says_otherwise(self, row: ListRow, person: str) -> bool:
        """Return whether a row, or an earlier one about the same person or number, says something else than another."""
        if row.key and (owner := self._owners.setdefault(row.key, person)) != person:
            self._said.first(owner, row)
            self._said.found(owner, "key")
            return True
        first = self._said.first(person, row)
        if first is row:
            return False
        before = self._together.get(person, first.values)
        self._together[person] = {**row.values, **before}
        differing = [
            name
            for name in COMPARED
            if name in row.values
            and name in before
            and self._meant(name, row.values[name]) != self._meant(name, before[name])
        ]
        if differing:
            self._said.found(person, *differing)
        return bool(differing)

    def _meant(self, name: str, value: Any) -> Any:
        """Return what a value comes to, as two rows about one person are compared."""
        if name == "role_title":
            return self._codes.meant(value)
        if name == "supervisor" and (found := self._people.of_key(value)) is not None and found.person:
            return found.person
        return compared(name, first_name_first(value) if name == "name" else value)

    def _keep_apart(self, whose: Whose) -> None:
        for pair in whose.apart:
            self.apart[pair.one, pair.other] = pair


def _once(kind: OutcomeKind, there: PersonWrite | None) -> OutcomeKind:
    """Return what a row comes to, so that a person whom an earlier row adds or changes is counted once."""
    return kind if kind is OutcomeKind.UNCHANGED or there is None else OutcomeKind.SAME_PERSON


def _as_said(row: ListRow, values: Mapping[str, Any]) -> ValuesOfRow:
    """Return what a row says of somebody new as people read it: a supervisor is a member number and no id."""
    if not row.cleared and all(values.get(name) == row.values.get(name) for name in ("role_title", "name")):
        return ValuesOfRow(row.values, _SHOWN)
    numbers = {name: row.values[name] for name in ("key", OTHER_NUMBERS) if row.values.get(name)}
    supervisor = {name: row.values[name] for name in ("supervisor",) if values.get(name)}
    said = {**numbers, **values, **supervisor}
    return ValuesOfRow(said, tuple(said))
