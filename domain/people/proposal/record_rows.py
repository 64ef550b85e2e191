"""Rows of memberships, mentors and applications: what each adds to a person or changes."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Any, Final

from domain.actors import Role
from domain.people.entry import Membership, MentorRecord
from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.codes import Codes
from domain.people.proposal.known import KnownApplication
from domain.people.proposal.lists import ListKind, ListRow
from domain.people.proposal.outcomes import (
    ApplicationWrite,
    FieldChange,
    MembershipWrite,
    MentorWrite,
    OutcomeKind,
    new_values,
)
from domain.people.proposal.person_rows import PersonRows
from domain.people.proposal.questions import NO, YES, Answerer
from domain.people.proposal.whose import WhoIsWho

_MENTOR: Final = tuple(field.name for field in fields(MentorRecord))


class RecordRows:
    """The memberships, mentors and applications of an import."""

    def __init__(self, builder: ProposalBuilder, codes: Codes, people: WhoIsWho, rows: PersonRows) -> None:
        self._builder = builder
        self._codes = codes
        self._people = people
        self._rows = rows
        self.memberships: dict[tuple[str, str, Any], MembershipWrite] = {}
        self.mentors: dict[str, MentorWrite] = {}
        self.applications: dict[str, ApplicationWrite] = {}
        self.present: set[tuple[str, str]] = set()

    def read(self) -> None:
        """Go through all rows that are about a record of a person."""
        for row in self._builder.lists.of(ListKind.MEMBERSHIPS):
            if person := self._person(row):
                self._membership(row, person)
        for row in self._builder.lists.of(ListKind.MENTORS):
            if person := self._person(row):
                self._mentor(row, person)
        for row in self._builder.lists.of(ListKind.APPLICATIONS):
            if person := self._person(row):
                self._application(row, person)

    def _person(self, row: ListRow) -> str:
        """Return whose record a row is about; empty where the row waits or is refused."""
        builder = self._builder
        whose = self._people.of_key(row.key)
        if whose is None:
            if row.key in builder.lists.unread:
                problem = "The person's row in the list of people is refused. Correct that row."
                builder.refuse(row, "key", "person_refused", problem, cause="person_refused")
            else:
                problem = "Nobody has this member number. Add the person to the list of people, or correct the number."
                builder.refuse(row, "key", "unknown_key", problem, cell=row.key, cause=row.key)
            return ""
        if row.kind is ListKind.MEMBERSHIPS and whose.person and "membership" in row.values:
            self.present.add((whose.person, row.values["membership"]))
        if waits := (*row.waits, *whose.questions):
            waits = (*waits, *self._open_codes(row))
            builder.wait(row, waits, whose.person if whose.person in builder.office.people else "")
            return ""
        if not self._rows.is_taken(whose.person):
            if waiting := builder.waits_at(self._people.row_of(row.key)):
                builder.wait(row, (*waiting, *self._open_codes(row)))
            else:
                problem = "The person's row in the list of people is refused. Correct that row."
                builder.refuse(row, "key", "person_refused", problem, cause="person_refused")
            return ""
        region = self._rows.region_of(whose.person)
        if not builder.actor.covers(region):
            problem = f"You do not serve the region {region}. Leave its people to its coordinator."
            builder.refuse(row, "key", "region_not_yours", problem, cell=row.key, cause=region)
            return ""
        return whose.person

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

    def _membership(self, row: ListRow, person: str) -> None:
        values = row.values
        owner, known = self._held(person, values)
        if known is None and self._lacks(row, ListKind.MEMBERSHIPS):
            return
        if known is None or self._codes.is_answered(values["membership"]):
            name, waiting = self._codes.membership(row, values["membership"])
            if waiting:
                self._builder.wait(row, (waiting,), person)
                return
            self.present.add((person, name))
            values = {**values, "membership": name}
            owner, known = self._held(person, values)
        last = None if "last" in row.cleared else values.get("last")
        if known is not None:
            if ("last" not in values and "last" not in row.cleared) or last == known.last:
                self._builder.note(row, OutcomeKind.UNCHANGED, person)
                return
            if last is not None and last < known.first:
                problem = (
                    f"The membership began on {known.first}; it cannot end before that. Correct the last day."
                )
                self._builder.refuse(row, "last", "ends_before_it_begins", problem, cell=str(last))
                return
            until = FieldChange(field=f"membership {known.name} until", before=known.last, after=last)
            changes: tuple[FieldChange, ...] = (until,)
            record, first, name = known.record, known.first, known.name
        else:
            record, first, name = None, values["first"], values["membership"]
            changes = new_values({f"membership {name} from": first, "until": last})
        if not self._may_change(row, person, changes):
            return
        key = (person, name, first)
        there = self.memberships.get(key)
        write = MembershipWrite(person=owner, name=name, first=first, last=last, record=record)
        if there is not None and there != write:
            problem = "Two rows are about the same membership and say different things. Keep the right one."
            self._builder.refuse(row, "last", "duplicate", problem, cell=str(last or ""))
            return
        self.memberships[key] = write
        kind = OutcomeKind.CHANGED if record is not None else OutcomeKind.NEW
        self._builder.note(row, kind, person, changes)

    def _held(self, person: str, values: Any) -> tuple[str, Membership | None]:
        """Return the membership that a row is about, by class and first day, and which entry of the human holds it."""
        wanted = (values.get("membership"), values.get("first"))
        for entry in self._builder.office.entries_of(person):
            for each in entry.memberships:
                if (each.name, each.first) == wanted:
                    return entry.id, each
        return person, None

    def _mentor(self, row: ListRow, person: str) -> None:
        entries = self._builder.office.entries_of(person)
        entry = next((each for each in entries if each.mentor is not None), None)
        owner, record = (person, None) if entry is None else (entry.id, entry.mentor)
        if record is None and self._lacks(row, ListKind.MENTORS):
            return
        values = {name: row.values[name] for name in _MENTOR if name in row.values}
        values |= dict.fromkeys(row.cleared)
        changes = tuple(
            FieldChange(field=name, before=getattr(record, name, None), after=value)
            for name, value in values.items()
            if getattr(record, name, None) != value
        )
        if not changes and record is not None:
            self._builder.note(row, OutcomeKind.UNCHANGED, person)
            return
        if not self._may_change(row, person, changes):
            return
        there = self.mentors.get(person)
        if there is not None and any(there.values.get(name) != value for name, value in values.items()):
            problem = "Two rows are about the same mentor and say different things. Keep the right one."
            self._builder.refuse(row, "key", "duplicate", problem, cell=row.key)
            return
        self.mentors[person] = MentorWrite(person=owner, values=values)
        self._builder.note(row, OutcomeKind.NEW if record is None else OutcomeKind.CHANGED, person, changes)

    def _application(self, row: ListRow, person: str) -> None:
        office, values = self._builder.office, row.values
        if not office.term:
            problem = (
                "The import names no term. Name the term that these people apply for, or leave out this list."
            )
            self._builder.refuse(row, "key", "no_term", problem, cause="no_term")
            return
        if self._lacks(row, ListKind.APPLICATIONS):
            return
        region = self._rows.region_of(person)
        if region not in office.served:
            problem = "The program of this term does not serve the person's region. Leave the row out."
            self._builder.refuse(row, "key", "region_not_served", problem, cell=region, cause=region)
            return
        reason, waiting = self._codes.reason(row, values["reason"])
        areas, more = self._areas(row, values.get("areas", ()))
        if waits := tuple(filter(None, (waiting, *more))):
            self._builder.wait(row, waits, person)
            return
        applied_on = values["applied_on"]
        known = office.application_of(person)
        said = (reason, values["first_year"], applied_on, areas)
        if known is not None and _same(known, said):
            self._builder.note(row, OutcomeKind.UNCHANGED, person)
            return
        if applied_on > office.today:
            problem = f"The day of the application is after today ({office.today}). Correct the date."
            self._builder.refuse(row, "applied_on", "applied_in_future", problem, cell=str(applied_on))
            return
        if known is not None and not (
            known.refused and office.may_apply_again and applied_on >= known.applied_on
        ):
            self._builder.refuse(
                row, "applied_on", "already_applied", _applied_words(known), cell=str(applied_on)
            )
            return
        if (double := self._applied_as_another(person)) is not None:
            problem = (
                f"Somebody who may be the same person has applied for the term on {double}. First answer whether "
                "they are two people."
            )
            self._builder.refuse(row, "key", "already_applied", problem, cell=row.key)
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
        if self.applications.setdefault(person, write) != write:
            problem = (
                "Two rows are applications of the same person and say different things. Keep the right one."
            )
            self._builder.refuse(row, "key", "duplicate", problem, cell=row.key)
            return
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

    def _lacks(self, row: ListRow, kind: ListKind) -> bool:
        """Refuse a row that makes a record and does not say enough."""
        missing = [name for name in self._builder.lists.needed[kind] if name not in row.values]
        if not missing:
            return False
        problem = f"A new record needs {', '.join(missing)}. Fill it in."
        self._builder.refuse(row, missing[0], "missing_value", problem)
        return True

    def _may_change(self, row: ListRow, person: str, changes: tuple[FieldChange, ...]) -> bool:
        """Return whether a change may be taken; about staff, an administrator says."""
        builder = self._builder
        if person not in builder.office.staff or builder.actor.role is Role.ADMIN:
            return True
        what = ", ".join(change.field for change in changes)
        id = builder.staff_question(row)
        problem = (
            f"{row.at.file}, row {row.at.row}: {row.name or row.key} works for the office, and the list changes "
            f"{what}. Is that right? An administrator answers."
        )
        answer = builder.ask_about_changes(
            row, person, id, "staff_of_person", problem, changes, who=Answerer.ADMIN
        )
        if answer == NO:
            builder.note(row, OutcomeKind.UNCHANGED, person)
        return answer == YES


def _same(known: KnownApplication, said: tuple[Any, ...]) -> bool:
    return (known.reason, known.first_year, known.applied_on, tuple(known.areas)) == said


def _applied_words(known: KnownApplication) -> str:
    """Return what a person may do who has applied already."""
    again = (
        "It was refused; give a later day to apply again."
        if known.refused
        else "A list does not change an application: take the row out, or correct the application with its coordinator."
    )
    return (
        f"This person has applied for the term on {known.applied_on} with the reason {known.reason}. {again}"
    )
