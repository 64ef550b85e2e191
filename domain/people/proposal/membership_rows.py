"""Rows of memberships: which membership a row is about, what it changes, and whether the person would have two."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from domain.people.entry import Membership
from domain.people.membership_days import YEARS_AHEAD, begins_too_late, ends_far_ahead
from domain.people.open_memberships import overlaps_already
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.codes import Codes
from domain.people.proposal.contradictions import MEMBERSHIP, Contradictions
from domain.people.proposal.ended_memberships import GOES_ON, Ended, EndedMemberships
from domain.people.proposal.gone import LEAVE
from domain.people.proposal.lists import ListRow
from domain.people.proposal.outcomes import FieldChange, MembershipWrite, OutcomeKind, new_values
from domain.people.proposal.questions import day_of
from domain.people.proposal.two_memberships import Second, TwoMemberships
from domain.people.proposal.words import membership_words, of_row
from domain.told import joined, told

_ENDLESS: Final = date.max
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A membership that the office knows, and the entry of the human that holds it."""

    owner: str
    membership: Membership


class MembershipRows:
    """The memberships of an import.

    ``present`` are people with a class that the list has, also those whose rows wait; ``going_on`` those for whom it
    has a known membership that goes on.
    """

    def __init__(self, builder: ProposalBuilder, codes: Codes) -> None:
        self._builder = builder
        self._codes = codes
        self._said = Contradictions(builder, MEMBERSHIP)
        self._open = Contradictions(builder, MEMBERSHIP)
        self._changes: list[tuple[ListRow, str, _Held]] = []
        self._new: list[tuple[ListRow, str, MembershipWrite]] = []
        self._new_of: dict[str, list[MembershipWrite]] = defaultdict(list)
        self._writes: dict[str, dict[tuple[str, date], MembershipWrite]] = defaultdict(dict)
        self._ended: list[Ended] = []
        self.present: set[tuple[str, str]] = set()
        self.going_on: set[str] = set()

    @property
    def writes(self) -> tuple[MembershipWrite, ...]:
        """What the rows write, each person's together."""
        return tuple(write for of_person in self._writes.values() for write in of_person.values())

    def read(self, row: ListRow, person: str) -> None:
        """Read a row. It is looked at once all are read: others may contradict it, or end what is known."""
        values = row.values
        known = self._known(person, values)
        if known is None and "membership" not in values:
            self._refuse_without_class(row, person)
            return
        if known is None or self._codes.is_answered(values["membership"]):
            name, waiting = self._codes.membership(row, values["membership"])
            if waiting:
                self._builder.wait(row, (waiting,), person)
                return
            values = {**values, "membership": name}
            known = self._known(person, values)
        self.present.add((person, values["membership"]))
        if known is not None:
            held = known.membership
            if _says_last(row):
                self._said.differs((person, held.name, held.first), row, values.get("last"), "last")
            self._changes.append((row, person, known))
        elif "first" in values and begins_too_late(values["first"], self._builder.office.today):
            problem = told(
                "membership_too_far_ahead",
                "The membership would begin on {day}, which is years ahead. Check the year; a membership can be "
                "brought up to {years} years before it begins.",
                day=values["first"],
                years=YEARS_AHEAD,
            )
            self._builder.refuse(row, "first", "membership_too_far_ahead", problem, cell=str(values["first"]))
        elif "first" in values:
            write = MembershipWrite(
                person=person, name=values["membership"], first=values["first"], last=values.get("last")
            )
            self._said.differs((person, write.name, write.first), row, write.last, "last")
            if write.last is None:
                self._open.differs((person, write.name), row, write.first, "first")
            self._new.append((row, person, write))
            self._new_of[person].append(write)
        else:
            self._refuse_without_first(row, person, values["membership"])

    def look_at_faulty(self, row: ListRow, person: str) -> None:
        """Refuse a row of which some cells cannot be read for a class that it lacks, too."""
        if "membership" not in (*row.values, *row.unread):
            self._refuse_without_class(row, person)

    def add(self) -> None:
        """Take the rows; where a new membership meets one that goes on, somebody says what becomes of that."""
        self._said.refuse()
        self._open.refuse()
        # What is open again comes last: of one class, one membership goes on at a time.
        for row, person, known in sorted(self._changes, key=lambda each: "last" in each[0].cleared):
            if not self._builder.is_refused(row.kind, row.at):
                self._change(row, person, known)
        self._take_ended()
        for row, person, write in self._new:
            if self._builder.is_refused(row.kind, row.at):
                self.present |= {(person, each.name) for each in self._beside(person, write)}
        new = [each for each in self._new if not self._builder.is_refused(each[0].kind, each[0].at)]
        found = [
            Second(
                row=row,
                person=person,
                name=self._name_of(row, person),
                new=write,
                held=tuple(held),
                today=self._builder.office.today,
            )
            for row, person, write in new
            if (held := list(self._beside(person, write)))
        ]
        asked = TwoMemberships(self._builder, found)
        seconds = {each.row.at: each for each in found}
        for row, person, write in new:
            second = seconds.get(row.at)
            if second is None:
                self._take(row, person, write, ())
                continue
            self.present |= {(person, each.name) for each in second.held}
            if (question := asked.open_question(second)) is not None:
                self._builder.wait(row, (question,), person, _said(write))
            elif asked.leaves(second):
                self._builder.note(row, OutcomeKind.UNCHANGED, person)
            else:
                write = asked.added(second)
                if asked.corrects(second) and not _says_last(row) and not second.ended:
                    write = replace(write, last=second.held[0].last)
                self._take(row, person, write, asked.becomes(second))

    def _take(
        self, row: ListRow, person: str, write: MembershipWrite, ended: tuple[MembershipWrite, ...]
    ) -> None:
        """Take a new membership, with what becomes of those that the person has; what a row repeats is taken once."""
        if self._writes[person].get((write.name, write.first)) == write:
            self._builder.note(row, OutcomeKind.UNCHANGED, person)
            return
        if self._goes_on_already(row, person, write, {each.record for each in ended}):
            return
        changes = (*_said(write), *map(self._ending, ended))
        if self._may_write(row, person, changes, write):
            self._remark_far(row, write)
            for each in ended:
                there = self._writes[person].get((each.name, each.first), each)
                self._writes[person][each.name, each.first] = there if _ends_before(there, each) else each
            self._builder.note(row, OutcomeKind.CHANGED if ended else OutcomeKind.NEW, person, changes)

    def _change(self, row: ListRow, person: str, known: _Held) -> None:
        held = known.membership
        last = None if "last" in row.cleared else row.values.get("last")
        if self._goes_on(last if _says_last(row) else held.last):
            self.going_on.add(person)
        elif not _says_last(row) and held.last is not None and not self._is_followed(person, held):
            self._ended.append(self._as_ended(row, person, known, held.last))
            return
        if not _says_last(row) or last == held.last:
            self._builder.note(row, OutcomeKind.UNCHANGED, person)
            return
        if last is not None and last < held.first:
            problem = told(
                "membership_cannot_end",
                "The membership began on {first}; it cannot end on {last}. Correct the last day.",
                first=held.first,
                last=last,
            )
            self._builder.refuse(row, "last", "ends_before_it_begins", problem)
            return
        changes = (FieldChange(field=f"membership {held.name} until", before=held.last, after=last),)
        write = MembershipWrite.of(known.owner, held, last)
        longer = held.last is not None and (last is None or last > held.last)
        if longer and self._goes_on_already(row, person, write, {held.record}):
            return
        if self._may_write(row, person, changes, write):
            self._remark_far(row, write)
            self._builder.note(row, OutcomeKind.CHANGED, person, changes)

    def _remark_far(self, row: ListRow, write: MembershipWrite) -> None:
        """Say of a last day that is many years ahead that it may be a slip."""
        if write.last is not None and ends_far_ahead(write.last, self._builder.office.today):
            said = told(
                "ends_far_ahead",
                "the membership would end on {day}, many years ahead. If the year is a slip, correct it before you "
                "take this over.",
                day=write.last,
            )
            self._builder.remarks.append(of_row(row.at, said))

    def _as_ended(self, row: ListRow, person: str, known: _Held, last: date) -> Ended:
        beside = (each for each in self._as_left(person) if self._goes_on(each.last))
        return Ended(
            row=row,
            person=person,
            name=self._name_of(row, person),
            held=MembershipWrite.of(known.owner, known.membership, last),
            last=last,
            today=self._builder.office.today,
            beside=tuple(each for each in beside if each.name != known.membership.name),
        )

    def _is_followed(self, person: str, held: Membership) -> bool:
        """Return whether the person has a later membership of the class, in the office or in the list.

        Then a row about the one that ended tells of the past, or names the later one by the day of joining.
        """
        later = (each for each in self._as_left(person) if each.name == held.name)
        new = (write for write in self._new_of.get(person, ()) if write.name == held.name)
        return any(each.first > held.first for each in (*later, *new))

    def _take_ended(self) -> None:
        """Take the rows without a last day about memberships that ended, as somebody says."""
        asked = EndedMemberships(self._builder, self._ended)
        for each in self._ended:
            row, person, held = each.row, each.person, each.held
            question, answer = asked.of(each)
            if not answer:
                self._builder.wait(row, (question,), person)
            elif answer == LEAVE:
                self._builder.note(row, OutcomeKind.UNCHANGED, person)
            elif answer == GOES_ON:
                write = replace(held, last=None)
                changes = (FieldChange(field=f"membership {held.name} until", before=each.last, after=None),)
                self._take_again(row, person, write, changes, OutcomeKind.CHANGED)
            elif (day := day_of(answer)) is not None:
                write = MembershipWrite(person=person, name=held.name, first=day, last=None)
                self._take_again(row, person, write, _said(write), OutcomeKind.NEW)

    def _take_again(
        self,
        row: ListRow,
        person: str,
        write: MembershipWrite,
        changes: tuple[FieldChange, ...],
        outcome: OutcomeKind,
    ) -> None:
        """Take a membership of somebody who is a member again."""
        self.going_on.add(person)
        without = () if write.record is None else (write.record,)
        if not self._goes_on_already(row, person, write, without) and self._may_write(
            row, person, changes, write
        ):
            self._builder.note(row, outcome, person, changes)

    def _goes_on_already(
        self, row: ListRow, person: str, write: MembershipWrite, without: Collection[int | None]
    ) -> bool:
        """Refuse a row whose membership has days in common with another of its class; return whether one has."""
        known = (each for each in self._as_left(person) if each.record not in without)
        new = (each for each in self._writes.get(person, {}).values() if each.record is None)
        held = overlaps_already(write, (*known, *new))
        if held is None:
            return False
        knows = (
            told("the_list_adds", "The list adds")
            if held.record is None
            else told("the_office_knows", "The office knows")
        )
        problem = told(
            "membership_goes_on",
            "{knows} {membership}, and nobody has two memberships of one class at a time. If that one ended, add a row "
            "with its first and its last day. If its first day is wrong, correct it in the office, or correct the row.",
            knows=knows,
            membership=membership_words(held),
        )
        self._builder.refuse(row, "first", "membership_goes_on", problem, cell=str(write.first))
        return True

    def _as_left(self, person: str) -> Iterator[MembershipWrite]:
        """Yield the known memberships of a human, as the list leaves them."""
        for each in self._of(person):
            held = each.membership
            write = MembershipWrite.of(each.owner, held, held.last)
            write = self._writes.get(person, {}).get((held.name, held.first), write)
            if not write.withdrawn:
                yield write

    def _may_write(
        self, row: ListRow, person: str, changes: tuple[FieldChange, ...], write: MembershipWrite
    ) -> bool:
        """Keep what a row writes, and return whether it may: about staff not without a yes."""
        if not self._builder.may_change_record(row, person, changes):
            return False
        self._writes[person][write.name, write.first] = write
        return True

    def _known(self, person: str, values: Any) -> _Held | None:
        """Return the membership that a row is about: by class and first day; without that day, the only one it can be.

        That is the one of the class that goes on, or else the one that ended when the row says. A list may keep the
        first day of the first class: of memberships that follow each other without a gap, that day names each.
        """
        held = [each for each in self._of(person) if each.membership.name == values.get("membership")]
        if "first" in values:
            exact = next((each for each in held if each.membership.first == values["first"]), None)
            return exact or next(
                (each for each in held if self._began(person, each) == values["first"]), None
            )
        goes_on = [each for each in held if self._goes_on(each.membership.last)]
        ended = [each for each in held if each.membership.last == values.get("last", _ENDLESS)]
        meant = goes_on or ended
        return meant[0] if len(meant) == 1 else None

    def _began(self, person: str, held: _Held) -> date:
        """Return the first day of a membership, or of those of other classes that it follows without a gap."""
        first = held.membership.first
        before = {
            last + _DAY: each.membership.first
            for each in self._of(person)
            if (last := each.membership.last) is not None
            and last < _ENDLESS
            and each.membership.name != held.membership.name
        }
        while first in before:
            first = before[first]
        return first

    def _refuse_without_class(self, row: ListRow, person: str) -> None:
        held = sorted((each.membership for each in self._of(person)), key=lambda each: each.first)
        if not held:
            self._builder.lacks(row)
            return
        problem = told(
            "which_membership",
            "The row does not say which membership it is about. The office knows: {known}. Write the class of the one "
            "that is meant, or that of a new one.",
            known=joined(map(membership_words, held), "; "),
        )
        self._builder.refuse(row, "membership", "which_membership", problem)

    def _refuse_without_first(self, row: ListRow, person: str, name: str) -> None:
        held = [each.membership for each in self._of(person)]
        if not held:
            self._builder.lacks(row)
            return
        several = sum(each.name == name and self._goes_on(each.last) for each in held) > 1
        which = (
            told(
                "several_go_on",
                "The row has no first day, and this person has several memberships of the class {name} that go on.",
                name=name,
            )
            if several
            else told(
                "none_goes_on",
                "The row has no first day, and this person has no membership of the class {name} that goes on.",
                name=name,
            )
        )
        write = told(
            "write_first_day",
            "The office knows: {known}. Write the first day of the one that is meant, or that of a new one.",
            known=joined(map(membership_words, sorted(held, key=lambda each: each.first)), "; "),
        )
        problem = joined((which, write))
        self._builder.refuse(row, "first", "which_membership", problem)

    def _beside(self, person: str, new: MembershipWrite) -> Iterator[MembershipWrite]:
        """Yield what a person has beside a new membership, as the list leaves it.

        That is what goes on where the new one does, and what has days in common with one of the same class.
        """
        for write in self._as_left(person):
            overlaps = write.first <= (new.last or _ENDLESS) and new.first <= (write.last or _ENDLESS)
            both_go_on = self._goes_on(new.last) and self._goes_on(write.last)
            if overlaps and (both_go_on or (write.name == new.name and write.last is not None)):
                yield write

    def _of(self, person: str) -> Iterator[_Held]:
        for owner, held in self._builder.office.memberships_of(person):
            yield _Held(owner=owner, membership=held)

    def _goes_on(self, last: date | None) -> bool:
        return last is None or last >= self._builder.office.today

    def _ending(self, write: MembershipWrite) -> FieldChange:
        """Return what becomes of a known membership, as people read it."""
        if write.withdrawn:
            return FieldChange(field=f"membership {write.name} from", before=write.first, after=None)
        before = next(
            each.membership.last for each in self._of(write.person) if each.membership.record == write.record
        )
        return FieldChange(field=f"membership {write.name} until", before=before, after=write.last)

    def _name_of(self, row: ListRow, person: str) -> str:
        entry = self._builder.office.people[person]
        name = entry.name if row.name in ("", row.key) else row.name
        return f"{name}{f' ({row.key})' if row.key else ''}"


def _says_last(row: ListRow) -> bool:
    """Return whether a row says a last day, or that there is none."""
    return "last" in row.values or "last" in row.cleared


def _said(write: MembershipWrite) -> tuple[FieldChange, ...]:
    return new_values({f"membership {write.name} from": write.first, "until": write.last})


def _ends_before(one: MembershipWrite, other: MembershipWrite) -> bool:
    """Return whether a membership is withdrawn, or ends before the other says."""
    return one.withdrawn or (not other.withdrawn and (one.last or _ENDLESS) < (other.last or _ENDLESS))
