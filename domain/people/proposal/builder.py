"""What is collected while a proposal is made: refusals and questions by their cause, and the answers given."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from domain.actors import Actor, Role
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.lists import At, ListKind, ListRow, Lists
from domain.people.proposal.outcomes import (
    MOST_OTHERS,
    FieldChange,
    OutcomeKind,
    RefusedRow,
    RowOutcome,
    RowRefusal,
)
from domain.people.proposal.questions import (
    EACH,
    NO,
    YES,
    Answered,
    Answerer,
    Days,
    ImportQuestion,
    accepted,
    by_single_question,
    content_digest,
    in_order,
)
from domain.people.proposal.words import change_words
from domain.told import Told, counted, joined, told

_UNTAKEN: Final = (OutcomeKind.REFUSED, OutcomeKind.QUESTION)


@dataclass(slots=True, kw_only=True)
class _Refused:
    row: ListRow
    problem: Told
    cell: str
    allowed: tuple[str, ...]
    rows: list[int] = field(default_factory=list)
    others: list[RefusedRow] = field(default_factory=list)


class ProposalBuilder:
    """A proposal in the making. Each cause of a refusal or a question is kept once, with all its rows."""

    def __init__(
        self, lists: Lists, office: KnownOffice, actor: Actor, answers: Mapping[str, Answered]
    ) -> None:
        self.lists = lists
        self.office = office
        self.actor = actor
        self.outcomes: list[RowOutcome] = []
        self._answers = answers
        self._single = by_single_question(answers)
        self._refused: dict[tuple[str, str, str, str], _Refused] = {}
        self._of_all: list[RowRefusal] = []
        self._questions: dict[str, ImportQuestion] = {}
        self._rows: dict[str, list[At]] = {}
        self._waits: dict[tuple[ListKind, At], tuple[str, ...]] = {}
        self._waited: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._refused_rows = {(row.kind, row.at) for row in lists.faulty}
        self._left_out: dict[tuple[ListKind, At], tuple[str, ListRow]] = {}
        self.remarks: list[Told] = []

    def ask(
        self,
        id: str,
        code: str,
        problem: Told,
        answers: tuple[str, ...],
        at: Iterable[At],
        *,
        who: Answerer = Answerer.IMPORTER,
        proposal: str = "",
        never_by_itself: bool = False,
        about: Iterable[str] = (),
        days: Days | None = None,
        confidential: bool = False,
        covers: Iterable[str] = (),
    ) -> str:
        """Add rows to a question, and return its answer, or nothing while it is open.

        ``covers`` are the single questions that it is about all of. Where others of them were answered before, what was
        said of each holds on.
        """
        if id not in self._questions:
            lines, single = tuple(about), tuple(covers)
            answer = accepted(self._answers, id, who, answers, about=lines, days=days)
            self._questions[id] = ImportQuestion(
                id=id,
                code=code,
                problem=problem,
                answers=answers,
                at=(),
                who=who,
                proposal=proposal,
                answer=answer
                or self._as_said_before(single or (id,), who, answers, days)
                or self._as_said_before((id,), who, answers, days),
                never_by_itself=never_by_itself,
                about=lines,
                days=days,
                confidential=confidential,
                covers=single,
            )
            self._rows[id] = []
        self._rows[id].extend(at)
        return self._questions[id].answer

    def _as_said_before(
        self, single: tuple[str, ...], who: Answerer, allowed: tuple[str, ...], days: Days | None
    ) -> str:
        """Return what was answered about all of some single questions; each, where that differs."""
        said = (
            {accepted(self._single, each, who, allowed, days=days) for each in single}
            if self._single
            else set()
        )
        if len(said) == 1:
            return said.pop()
        return EACH if said and EACH in allowed else ""

    def said(self, id: str) -> str:
        """Return what somebody has said about a single question, by itself or with others; empty for nothing."""
        return self._single[id].value if id in self._single else ""

    def given(self, id: str) -> Answered | None:
        """Return an answer as it was given, whether or not it answers a question."""
        return self._answers.get(id)

    def refuse(
        self,
        row: ListRow,
        column: str,
        code: str,
        problem: Told,
        *,
        cell: str = "",
        cause: str = "",
        allowed: tuple[str, ...] = (),
    ) -> None:
        """Refuse a row. Rows with the same ``cause`` are one refusal; without one, each problem is a cause."""
        key = (row.at.file, column, code, cause or problem)
        found = self._refused.setdefault(key, _Refused(row=row, problem=problem, cell=cell, allowed=allowed))
        if found.rows and len(found.others) < MOST_OTHERS:
            found.others.append(RefusedRow(row=row.at.row, cell=cell, name=self._named(row, "")))
        found.rows.append(row.at.row)
        if not self.is_refused(row.kind, row.at):
            self._refused_rows.add((row.kind, row.at))
            self.note(row, OutcomeKind.REFUSED)

    def leave_out(self, row: ListRow, region: str) -> None:
        """Leave out a row about a region that the importer does not serve: the file is right, and others bring it."""
        self._left_out[row.kind, row.at] = (region, row)
        self._refused_rows.add((row.kind, row.at))

    def is_left_out(self, kind: ListKind, at: At | None) -> str:
        """Return the region for whose sake a row is left out; empty if it is not."""
        return self._left_out[kind, at][0] if at is not None and (kind, at) in self._left_out else ""

    def left_out(self) -> tuple[Told, ...]:
        """Return which rows of each list are left out, a line for each."""
        files: dict[str, list[tuple[str, ListRow]]] = {}
        for (_, at), found in self._left_out.items():
            files.setdefault(at.file, []).append(found)
        return tuple(
            counted(
                "not_served_left_out",
                len(found),
                one="{file}: one row is left out ({rows}), because whoever imports does not serve {regions}.",
                other="{file}: {count} rows are left out ({rows}), because whoever imports does not serve {regions}.",
                file=file,
                rows=self._rows_named([row for _, row in found]),
                regions=_regions([region for region, _ in found]),
            )
            for file, found in files.items()
        )

    def _rows_named(self, rows: Sequence[ListRow]) -> Told:
        """Return rows in words, each with whose it is: the first ones, and how many more there are."""
        shown = [
            told("row_and_name", "row {row}, {name}", row=row.at.row, name=self._named(row, "") or row.key)
            for row in rows[:MOST_OTHERS]
        ]
        more = len(rows) - len(shown)
        return joined([*shown, told("some_more", "{more} more", more=more)] if more else shown, "; ")

    def is_refused(self, kind: ListKind, at: At | None) -> bool:
        """Return whether a row is refused."""
        return (kind, at) in self._refused_rows

    def heading(self, row: ListRow, column: str) -> str:
        """Return what the file calls a column."""
        return self.lists.headings.get((row.at.file, column), column)

    def refuse_all(self, code: str, problem: Told, *, allowed: tuple[str, ...] = ()) -> None:
        """Refuse what somebody says of the lists as a whole."""
        self._of_all.append(
            RowRefusal(code=code, problem=problem, file="", column="", rows=(), allowed=allowed)
        )

    def ask_about_changes(
        self,
        row: ListRow,
        person: str,
        id: str,
        code: str,
        problem: Told,
        changes: tuple[FieldChange, ...],
        *,
        who: Answerer,
        confidential: bool = False,
    ) -> str:
        """Ask whether the changes of a row are right, and return the answer; while it is open the row waits.

        The question names every change that a yes covers.
        """
        answer = self.ask(
            id,
            code,
            problem,
            (YES, NO),
            [row.at],
            who=who,
            about=(change_words(change) for change in changes),
            confidential=confidential,
        )
        if not answer:
            self.wait(row, (id,), person, changes, confidential=confidential)
        return answer

    def ask_about_staff(
        self,
        row: ListRow,
        person: str,
        changed: Iterable[str],
        changes: tuple[FieldChange, ...],
        *,
        confidential: bool = False,
    ) -> str:
        """Return whether a change may be taken: yes, but about staff an administrator says; nothing while it waits.

        ``changed`` are the columns that differ. A row of a file with several kinds of list is one row of each kind, and
        each has its own question.
        """
        if person not in self.office.staff or self.actor.role is Role.ADMIN:
            return YES
        problem = told(
            "staff_changes",
            "{file}, row {row}: {person} works for the office, and the list changes {fields}. Is that right? An "
            "administrator answers, so that nobody redirects what the office sends to its own staff.",
            file=row.at.file,
            row=row.at.row,
            person=self._named(row, person),
            fields=", ".join(changed) or told("the_member_number", "the member number"),
        )
        return self.ask_about_changes(
            row,
            person,
            f"staff:{content_digest(row)}",
            "staff_of_person",
            problem,
            changes,
            who=Answerer.ADMIN,
            confidential=confidential,
        )

    def missing(self, row: ListRow) -> list[str]:
        """Return the columns that a new record needs and whose cells are empty in a row."""
        there = (*row.values, *row.unread)
        return [name for name in self.lists.needed[row.kind] if name not in there]

    def lacks(self, row: ListRow) -> bool:
        """Refuse a row that makes a record and does not say enough; return whether it does not."""
        missing = self.missing(row)
        if not missing:
            return False
        columns = ", ".join(self.heading(row, each) for each in missing)
        problem = told("record_needs", "A new record needs {columns}. Fill it in.", columns=columns)
        self.refuse(row, missing[0], "missing_value", problem)
        return True

    def may_change_record(self, row: ListRow, person: str, changes: tuple[FieldChange, ...]) -> bool:
        """Return whether a change of a record may be taken; about staff, an administrator says."""
        answer = self.ask_about_staff(row, person, (change.field for change in changes), changes)
        if answer == NO:
            self.note(row, OutcomeKind.UNCHANGED, person)
        return answer == YES

    def wait(
        self,
        row: ListRow,
        questions: Iterable[str],
        person: str = "",
        changes: tuple[FieldChange, ...] = (),
        *,
        confidential: bool = False,
    ) -> None:
        """Note that a row waits for answers; ``changes`` are those that they are about."""
        waits = tuple(dict.fromkeys(questions))
        waits = self._waits[row.kind, row.at] = self._waited.setdefault(
            waits, waits
        )  # most rows wait for the same
        self.note(row, OutcomeKind.QUESTION, person, changes, waits, confidential=confidential)

    def taken_back(self, row: ListRow) -> bool:
        """Take back what was noted of a row that was taken; return whether it was."""
        place = (row.kind, row.at)
        left = [each for each in self.outcomes if (each.kind, each.at) != place or each.outcome in _UNTAKEN]
        found = len(left) < len(self.outcomes)
        self.outcomes = left
        return found

    def take_back(self, rows: Iterable[ListRow]) -> None:
        """Take back what was noted of rows that were taken or wait."""
        places = {(row.kind, row.at) for row in rows} - self._refused_rows
        if places:
            self.outcomes = [each for each in self.outcomes if (each.kind, each.at) not in places]
            for place in places:
                self._waits.pop(place, None)

    def untaken(self, kind: ListKind) -> tuple[ListRow, ...]:
        """Return the rows of a kind that are refused or wait."""
        untaken = (each for each in self.outcomes if each.kind is kind and each.outcome in _UNTAKEN)
        places = {each.at for each in untaken if each.at.row}
        return tuple(row for row in self.lists.of(kind) if row.at in places)

    def waits_at(self, at: At | None) -> tuple[str, ...]:
        """Return the questions for whose answers the row of people at a place waits; none if it does not."""
        return () if at is None else self._waits.get((ListKind.PEOPLE, at), ())

    def note(
        self,
        row: ListRow,
        outcome: OutcomeKind,
        person: str = "",
        changes: Sequence[FieldChange] = (),
        questions: tuple[str, ...] = (),
        *,
        confidential: bool = False,
    ) -> None:
        """Note what a row comes to."""
        self.outcomes.append(
            RowOutcome(
                kind=row.kind,
                at=row.at,
                name=self._named(row, person),
                outcome=outcome,
                person=person,
                changes=changes,
                questions=questions,
                confidential=confidential,
            )
        )

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """The names that lists of people bring, by number, for rows that say a number alone."""
        return {row.key: row.name for row in self.lists.of(ListKind.PEOPLE) if row.key}

    def _named(self, row: ListRow, person: str) -> str:
        """Return whose row it is; where a row says a number alone, with the name, as far as it may be seen."""
        if row.name and row.kind is ListKind.PEOPLE:
            return row.name
        if row.name not in ("", row.key):
            return f"{row.name}, {row.key}" if row.key else row.name
        if not row.key:
            return row.name
        entry = self.office.people.get(person or self.office.by_key.get(row.key, ""))
        known = (
            self._names.get(row.key, "") if entry is None else entry.name * self.actor.covers(entry.region)
        )
        return f"{known}, {row.key}" if known else row.name

    def refusals(self) -> tuple[RowRefusal, ...]:
        """Return all refusals, one for each cause, in the order of their first rows."""
        found = (
            RowRefusal(
                code=code,
                problem=each.problem,
                file=file,
                column=self.heading(each.row, column),
                rows=tuple(each.rows),
                cell=each.cell,
                name=self._named(each.row, ""),
                allowed=each.allowed,
                others=tuple(each.others),
            )
            for (file, column, code, _), each in self._refused.items()
        )
        return (*self._of_all, *sorted(found, key=lambda each: (each.file, each.rows)))

    def questions(self) -> tuple[ImportQuestion, ...]:
        """Return all questions with their rows, in the order in which they came up, those about whole lists first.

        A question that is about refused rows alone is not asked: they are not taken, whatever the answer is. An answer
        that was given is shown anyway: it may be why the rows are refused, and another one takes its place.
        """
        waited = {id for waits in self._waits.values() for id in waits}
        refused = self._refused_places()
        return in_order(
            replace(each, at=tuple(dict.fromkeys(self._rows[id])))
            for id, each in self._questions.items()
            if id in waited or each.answer or not self._rows[id] or not refused.issuperset(self._rows[id])
        )

    def _refused_places(self) -> set[At]:
        """Return where rows are refused; a row of a list of several kinds may be refused in one of them alone."""
        refused = {at for _, at in self._refused_rows}
        rows = self.lists.rows if refused else ()
        return refused - {
            row.at for row in rows if row.at in refused and (row.kind, row.at) not in self._refused_rows
        }


def _regions(found: Sequence[str]) -> Told:
    """Return regions in words, and who brings their people; staff of the whole association have none."""
    named = ", ".join(sorted({*found} - {""}))
    others = told("people_without_region", "people without a region") if "" in found else ""
    who = (
        told("coordinators_bring", "The coordinators there bring these people")
        if named
        else told("administrator_brings", "An administrator brings these people")
    )
    return joined((joined((named, others), " and "), who), ". ")
