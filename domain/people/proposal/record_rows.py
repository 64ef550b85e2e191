"""Rows of memberships, mentors and applications: what each adds to a person or changes."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

from domain.people.entry import MentorRecord
from domain.people.mentor_days import days_still_to_come, ends_early
from domain.people.proposal.alike_numbers import but_alike, of_the_name
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.by_command import command
from domain.people.proposal.codes import Codes
from domain.people.proposal.contradictions import APPLICATION, MENTOR, Contradictions
from domain.people.proposal.known import KnownApplication
from domain.people.proposal.lists import ListKind, ListRow
from domain.people.proposal.membership_rows import MembershipRows
from domain.people.proposal.other_names import OtherNames
from domain.people.proposal.outcomes import (
    ApplicationWrite,
    FieldChange,
    MentorWrite,
    OutcomeKind,
    new_values,
)
from domain.people.proposal.person_rows import PersonRows
from domain.people.proposal.whose import WhoIsWho
from domain.people.proposal.words import of_row
from domain.told import Told, counted, joined, told

_MENTOR: Final = tuple(field.name for field in fields(MentorRecord))
NO_TERM: Final = "no_term"
NO_TERM_WORDS: Final = told(
    "no_term",
    "The import names no term. Name the term that these people apply for (on the command line with --term), or leave "
    "out this list.",
)
_PAST: Final = {
    "trained_on": told("day_of_training", "The day of the training"),
    "serving_since": told("first_day_of_service", "The first day of service"),
    "applied_on": told("day_of_application", "The day of the application"),
}
"""The days of a mentor and of an application that cannot lie ahead, in words."""


class RecordRows:
    """The memberships, mentors and applications of an import."""

    def __init__(self, builder: ProposalBuilder, codes: Codes, people: WhoIsWho, rows: PersonRows) -> None:
        self._builder = builder
        self._codes = codes
        self._people = people
        self._rows = rows
        self.memberships = MembershipRows(builder, codes)
        self.mentors: dict[str, MentorWrite] = {}
        self.applications: dict[str, ApplicationWrite] = {}
        self._other_names = OtherNames(builder, people)
        self._mentors = Contradictions(builder, MENTOR)
        self._applied = Contradictions(builder, APPLICATION)

    def read(self) -> None:
        """Go through all rows that are about a record of a person."""
        for row in self._builder.lists.of(ListKind.MEMBERSHIPS):
            if person := self._person(row):
                self.memberships.read(row, person)
            else:
                self._look_at_rest(row)
        self.memberships.add()
        for row in self._builder.lists.of(ListKind.MENTORS):
            if person := self._person(row):
                self._mentor(row, person)
            else:
                self._look_at_rest(row)
        for refused in self._mentors.refuse():
            self.mentors.pop(str(refused), None)
        for row in self._builder.lists.of(ListKind.APPLICATIONS):
            if person := self._person(row):
                self._application(row, person)
            else:
                self._look_at_rest(row)
        for refused in self._applied.refuse():
            self.applications.pop(str(refused), None)
        for row in self._builder.lists.faulty:
            if row.kind is not ListKind.PEOPLE:
                self._look_at_faulty(row)

    def _look_at_faulty(self, row: ListRow) -> None:
        """Say what else is wrong with a row of which some cells cannot be read: all its faults are told at once."""
        builder = self._builder
        whose = self._people.of_record(row)
        unread = builder.lists.unread.get(ListKind.PEOPLE, ())
        if whose is None and row.key and row.key not in unread and not builder.lists.people_wait_for:
            self._refuse_unknown(row)
        if whose is not None and whose.person and row.kind is ListKind.MEMBERSHIPS:
            self.memberships.look_at_faulty(row, whose.person)
        self._look_at_rest(row)

    def _refuse_unknown(self, row: ListRow) -> None:
        cell = row.text("key", row.key)
        self._builder.refuse(row, "key", "unknown_key", self._unknown_words(row), cell=cell, cause=row.key)

    def _person(self, row: ListRow) -> str:
        """Return whose record a row is about; empty where the row waits or is refused."""
        builder = self._builder
        whose = self._people.of_record(row)
        if whose is None:
            if row.key in builder.lists.unread.get(ListKind.PEOPLE, ()):
                self._refuse_with_person(row)
            elif builder.lists.people_wait_for:
                builder.wait(row, (*row.waits, *builder.lists.people_wait_for, *self._open_codes(row)))
            elif not row.key:
                self._refuse_with_person(row)
            else:
                self._refuse_unknown(row)
            return ""
        if row.kind is ListKind.MEMBERSHIPS and whose.person and "membership" in row.values:
            self.memberships.present.add((whose.person, row.values["membership"]))
        if region := builder.is_left_out(ListKind.PEOPLE, self._people.place_of(row)):
            builder.leave_out(row, region)
            return ""
        if whose.questions and builder.is_refused(ListKind.PEOPLE, self._people.place_of(row)):
            self._refuse_with_person(row)
            return ""
        if waits := (*row.waits, *whose.questions, *self._other_names.open_question(row)):
            waits = (*waits, *self._open_codes(row))
            builder.wait(row, waits, whose.person if whose.person in builder.office.people else "")
            return ""
        if not self._rows.is_taken(whose.person):
            if waiting := builder.waits_at(self._people.place_of(row)):
                builder.wait(row, (*waiting, *self._open_codes(row)))
            else:
                self._refuse_with_person(row)
            return ""
        region = self._rows.region_of(whose.person)
        if not builder.actor.covers(region):
            builder.leave_out(row, region)
            return ""
        return "" if self._rows.gone.settles(row, whose.person) else whose.person

    def _unknown_words(self, row: ListRow) -> Told:
        """Return what to do about a number that nobody has; one that is spelled alike is named to who may see it."""
        if alike := but_alike(self._builder, self._people.rows_by_plain_number, row.key):
            return told("number_but_alike", "Nobody has this member number, {alike}", alike=alike)
        if row.name not in ("", row.key) and (said := of_the_name(self._builder, row.name)):
            return said
        return told(
            "unknown_key",
            "Nobody has this member number. Add the person to the list of people, or correct the number.",
        )

    def _look_at_rest(self, row: ListRow) -> None:
        """Refuse a row for what it lacks, and for days that lie ahead and cannot: all its faults are told at once.

        It waits, or is refused for something else. What is left out is for others to correct.
        """
        builder = self._builder
        if builder.is_left_out(row.kind, row.at):
            return
        is_new = builder.is_refused(row.kind, row.at) and self._makes_record(row)
        if is_new and not row.waits:
            builder.lacks(row)
        for name in _PAST:
            if (day := row.values.get(name)) is not None and day > builder.office.today:
                builder.take_back([row])
                self._refuse_ahead(row, name, day)

    def _makes_record(self, row: ListRow) -> bool:
        """Return whether a row must fill what a new record needs: a number that nobody has may be a slip."""
        if row.kind is ListKind.APPLICATIONS:
            return True
        whose = self._people.of_record(row)
        if row.kind is ListKind.MEMBERSHIPS:
            return whose is None and "membership" not in (*row.values, *row.unread)
        entries = () if whose is None else self._builder.office.entries_of(whose.person)
        return whose is not None and not any(each.mentor for each in entries)

    def _refuse_ahead(self, row: ListRow, name: str, day: date) -> None:
        code = "applied_in_future" if name == "applied_on" else "day_in_future"
        problem = told(
            "day_in_future",
            "{what} ({day}) is after today ({today}). Correct the date.",
            what=_PAST[name],
            day=day,
            today=self._builder.office.today,
        )
        self._builder.refuse(row, name, code, problem)

    def _refuse_with_person(self, row: ListRow) -> None:
        problem = told(
            "person_refused", "The person's row in the list of people is refused. Correct that row."
        )
        self._builder.refuse(row, "key", "person_refused", problem, cause="person_refused")

    def _open_codes(self, row: ListRow) -> tuple[str, ...]:
        """Return the open questions about the codes of a row that waits for something else: all are asked at once."""
        values = row.values
        found: list[str] = []
        if row.kind is ListKind.MEMBERSHIPS and "membership" in values:
            found.append(self._codes.membership(row, values["membership"])[1])
        if row.kind is ListKind.APPLICATIONS and self._builder.office.term:
            found.extend(self._areas(row, values.get("areas", ()))[1])
            if "reason" in values:
                found.append(self._codes.reason(row, values["reason"])[1])
        return tuple(filter(None, found))

    def _mentor(self, row: ListRow, person: str) -> None:
        entries = self._builder.office.entries_of(person)
        entry = next((each for each in entries if each.mentor is not None), None)
        owner, record = (person, None) if entry is None else (entry.id, entry.mentor)
        if record is None and self._builder.lacks(row):
            self._look_at_rest(row)
            return
        values = {name: row.values[name] for name in _MENTOR if name in row.values}
        values |= dict.fromkeys(row.cleared)
        if self._mentors.differs(person, row, values):
            return
        changes = tuple(
            FieldChange(field=name, before=getattr(record, name, None), after=value)
            for name, value in values.items()
            if getattr(record, name, None) != value
        )
        if not changes and record is not None:
            self._builder.note(row, OutcomeKind.UNCHANGED, person)
            return
        if self._is_ahead(row, values, record) or self._ends_early(row, record, values):
            return
        if not self._builder.may_change_record(row, person, changes):
            return
        self._remark_places(row, person, values.get("capacity"))
        self.mentors[person] = MentorWrite(person=owner, values=values)
        self._builder.note(row, OutcomeKind.NEW if record is None else OutcomeKind.CHANGED, person, changes)

    def _remark_places(self, row: ListRow, person: str, capacity: int | None) -> None:
        """Say that a mentor has more mentees than the places that the list gives: the pairs stay as they are."""
        office = self._builder.office
        pairs = office.pairs_of.get(office.standing(person), ())
        taken = sum(office.standing(pair.mentor) == office.standing(person) for pair in pairs if pair.mentor)
        if capacity is not None and capacity < taken:
            said = told(
                "fewer_places_than_mentees",
                "{person} has {mentees} now, and {places} from now on. The pairs stay as they are; nobody new is "
                "matched until there is a place.",
                person=row.name or row.key,
                mentees=counted("mentees", taken, one="1 mentee", other="{count} mentees"),
                places=counted("places", capacity, one="1 place", other="{count} places"),
            )
            self._builder.remarks.append(of_row(row.at, said))

    def _is_ahead(self, row: ListRow, values: Mapping[str, Any], record: MentorRecord | None) -> bool:
        """Refuse a row with a new day that cannot lie ahead and does; return whether it has one."""
        today = self._builder.office.today
        ahead = days_still_to_come(values, record, today)
        for name in ahead:
            self._refuse_ahead(row, name, values[name])
        return bool(ahead)

    def _ends_early(self, row: ListRow, record: MentorRecord | None, values: Mapping[str, Any]) -> bool:
        """Refuse a row after which a service would end before it began; return whether it does."""
        words = ends_early(values, record)
        if words:
            column = "serving_until" if "serving_until" in row.values else "serving_since"
            self._builder.refuse(row, column, "ends_before_it_begins", words)
        return bool(words)

    def _application(self, row: ListRow, person: str) -> None:
        office, values = self._builder.office, row.values
        if not office.term:
            self._builder.refuse(row, "key", NO_TERM, NO_TERM_WORDS, cause=NO_TERM)
            return
        if self._builder.lacks(row):
            self._look_at_rest(row)
            return
        region = self._rows.region_of(person)
        if region not in office.served:
            problem = told(
                "region_not_served",
                "The program of this term does not serve the person's region, {region}. Leave the row out.",
                region=region,
            )
            self._builder.refuse(
                row, "key", "region_not_served", problem, cell=row.text("key", row.key), cause=region
            )
            return
        known = office.application_of(person)
        if values["applied_on"] > office.today and not _is_known(known, values["applied_on"]):
            self._refuse_ahead(row, "applied_on", values["applied_on"])
            return
        reason, waiting = self._codes.reason(row, values["reason"])
        areas, more = self._areas(row, values.get("areas", ()))
        if waits := tuple(filter(None, (waiting, *more))):
            self._builder.wait(row, waits, person)
            return
        applied_on = values["applied_on"]
        said = (reason, values["first_year"], applied_on, areas)
        if self._applied.differs(person, row, said):
            return
        if known is not None and _same(known, said):
            self._builder.note(row, OutcomeKind.UNCHANGED, person)
            return
        if known is not None and not (
            known.refused and office.may_apply_again and applied_on >= known.applied_on
        ):
            other = "applied_on" if known.refused else _first_other(known, said)
            self._builder.refuse(row, other, "already_applied", _applied_words(known, other))
            return
        if (double := self._applied_as_another(person)) is not None:
            problem = told(
                "double_applied",
                "Somebody who may be the same person applied for the term on {day}. First answer whether they are two "
                "people.",
                day=double,
            )
            self._builder.refuse(row, "key", "already_applied", problem, cell=row.text("key", row.key))
            return
        write = ApplicationWrite(
            person=person,
            region=region,
            reason=reason,
            first_year=values["first_year"],
            applied_on=applied_on,
            areas=areas,
            attempt=1 + max((each.attempt for each in self._of_human(person)), default=0),
        )
        self.applications[person] = write
        new = {
            "reason": reason,
            "first_year": values["first_year"],
            "applied_on": applied_on,
            "areas": areas,
        }
        self._builder.note(row, OutcomeKind.NEW, person, new_values(new))

    def _applied_as_another(self, person: str) -> date | None:
        """Return the day on which an entry that counts as one with a person applied, before or in this import.

        A refused application counts where the program allows no other.
        """
        office = self._builder.office
        for id in sorted(office.one_human(person) - {person}):
            known = office.applications.get(id)
            if known is not None and not (known.refused and office.may_apply_again):
                return known.applied_on
            if id in self.applications:
                return self.applications[id].applied_on
        return None

    def _of_human(self, person: str) -> tuple[KnownApplication, ...]:
        """Return the newest application for the term of each entry that counts as one with a person."""
        office = self._builder.office
        return tuple(each for id in office.one_human(person) if (each := office.applications.get(id)))

    def _areas(self, row: ListRow, areas: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        found = [self._codes.area(row, area) for area in areas]
        named = tuple(dict.fromkeys(area for area, _ in found if area))
        return named, tuple(waiting for _, waiting in found)


def _is_known(known: KnownApplication | None, applied_on: date) -> bool:
    return known is not None and known.applied_on == applied_on


def _same(known: KnownApplication, said: tuple[Any, ...]) -> bool:
    return (known.reason, known.first_year, known.applied_on, tuple(known.areas)) == said


_STATED: Final = ("reason", "first_year", "applied_on", "areas")
"""What an application states, in the order in which a row's values are compared."""


def _first_other(known: KnownApplication, said: tuple[Any, ...]) -> str:
    """Return the first column in which a row says something else than the application that is known."""
    there = (known.reason, known.first_year, known.applied_on, tuple(known.areas))
    return next(name for name, old, new in zip(_STATED, there, said, strict=True) if old != new)


def _applied_words(known: KnownApplication, other: str) -> Told:
    """Return what a person may do who has applied already; ``other`` is the first column that says something else."""
    value = getattr(known, other)
    applied = (
        told(
            "applied_with_reason",
            "This person applied for the term on {day} with the reason {reason}.",
            day=known.applied_on,
            reason=known.reason,
        )
        if other in ("reason", "applied_on")
        else told(
            "applied_with_other",
            "This person applied for the term on {day}; there {column} is {said}.",
            day=known.applied_on,
            column=other,
            said=_stated(value),
        )
    )
    again = (
        told("apply_again", "It was refused; give a later day to apply again.")
        if known.refused
        else told(
            "no_change_by_list",
            "A list does not change an application: take the row out. While it waits, a coordinator corrects it on the "
            "page of the application or with {command}.",
            command=command("relationships/ID/correct-application", {"applied_on": "YEAR-MONTH-DAY"}),
        )
    )
    return joined((applied, again))


def _stated(value: Any) -> str:
    """Return what an application states in a column, in words."""
    if isinstance(value, bool):
        return told("says_yes", "yes") if value else told("says_no", "no")
    text = ", ".join(value) if isinstance(value, tuple) else str(value or "")
    return text or told("is_empty", "empty")
