"""`mentorflow programs`: check program files, show one, and list what this version cannot carry out yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from activities.adapters.program_files import (
    FileFault,
    ProgramFileError,
    load_programs,
    read_file,
    shipped_files,
)
from domain.program import Rung, Subject
from domain.program_file import ProgramFile, not_executed, rules_digest, rules_text
from domain.program_term_checks import surveys_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found: lines to print, and whether every file can be used."""

    lines: tuple[str, ...]
    ok: bool


def check(paths: Iterable[Path] = ()) -> Checked:
    """Check the files, or the shipped ones where none is named.

    A fault is one line `file:line: path: what to write`; a good file is one line with its version and digest, and one
    for each thing that it asks for and this version cannot carry out yet.
    """
    chosen = tuple(paths) or shipped_files()
    lines: list[str] = []
    faults: list[FileFault] = []
    for path in chosen:
        try:
            program = read_file(path)
        except ProgramFileError as error:
            faults.extend(error.faults)
            lines.extend(str(fault) for fault in error.faults)
            continue
        digest = rules_digest(rules_text(program.rules))
        lines.append(f"{path.name}: {program.title}, version {program.version}, rules {digest[:12]}: ok")
        lines.extend(
            f"{path.name}: {where}: not executed yet: {what}" for where, what in not_executed(program)
        )
    if not chosen:
        lines.append("there is no program file")
    return Checked(lines=tuple(lines), ok=bool(chosen) and not faults)


def show(program: str) -> tuple[str, ...]:
    """One shipped program in lines for a person: stages, deadlines, ladders, money.

    Raises:
        KeyError: No shipped file holds that program.
    """
    return tuple(_shown(load_programs()[program]))


def _shown(file: ProgramFile) -> Iterator[str]:
    rules = file.rules
    yield f"{file.title} ({file.program}), version {file.version}"
    yield f"rules {rules_digest(rules_text(rules))}"
    yield f"year {file.frame.cycle.first} to {file.frame.cycle.last}, {rules.calendar.timezone}"
    eligible = " or ".join(file.label(reason) for reason in rules.eligibility.reasons)
    yield f"mentees: {', '.join(rules.eligibility.mentee_classes)}; {eligible}"
    yield f"mentors: {', '.join(rules.matching.mentor_classes)}; at most {file.mentor_capacity} mentees each"
    meetings = rules.meetings
    yield f"meetings: at least {meetings.minimum}, {meetings.minimum_face_to_face} of them face to face"
    letter = rules.agreement
    pledges = (
        f"{len(letter.pledges_mentor)} pledges of the mentor and {len(letter.pledges_mentee)} of the mentee"
    )
    yield f"letter: wording {letter.text_version}, {len(letter.sections)} sections, {pledges}"
    periods = rules.retention.documents
    kept = ", ".join(f"{code} ({periods[code].days} days)" for code in letter.kept_documents)
    yield f"kept, where both have signed for it: {kept or 'nothing'}"
    for subject in Subject:
        rungs = [f"day {rung.after_days} {rung.step.value} {rung.to.value}" for rung in rules.ladder(subject)]
        if rungs:
            yield f"when {subject.value} is late: {' · '.join(rungs)}"
    yield from _of_term(file)
    for rule in rules.money:
        amount = f"{rule.amount_minor // 100}.{rule.amount_minor % 100:02d} {rule.currency}"
        executed = "" if rule.executed else " (not executed yet)"
        yield (
            f"money: {rule.kind} {amount} {rule.unit.value}, {rule.trigger.value} + {rule.due_days} days, "
            f"to {rule.payee_kind} by {rule.rail}{executed}"
        )
    yield f"a region may set: {', '.join(file.frame.overridable) or 'nothing'}"


def _of_term(file: ProgramFile) -> Iterator[str]:
    """What is due in a whole term, whatever its relationships do."""
    rules = file.rules
    if (record := rules.monthly_record) is not None:
        months = ", ".join(record.months)
        due = f"due {record.due.value}; {_climbed(record.ladder)}"
        yield f"monthly record of each {record.by.value}: {months}, {due}"
    if (check := rules.log_check) is not None:
        evidence = ", ".join(file.label(code) for code in check.evidence)
        yield f"log check every {check.every.every} {check.every.unit.value}: {evidence}; {_climbed(check.ladder)}"
    if (seat := rules.region_contact) is not None:
        yield f"a region without a contact is looked at every {seat.look_days} days"
    for audience, survey in surveys_of(rules):
        yield (
            f"survey of the {audience}: opens {survey.opens_days_before_end} days before the end, "
            f"due after {survey.due_days}, closes after {survey.closes_days}; {_climbed(survey.ladder)}"
        )


def _climbed(ladder: tuple[Rung, ...]) -> str:
    return " · ".join(f"day {rung.after_days} {rung.step.value} {rung.to.value}" for rung in ladder)
