"""Faults in the table `agreement` of a program file, and in the words of the Letter that follows from it."""

import re
from collections.abc import Callable, Iterator, Mapping

from domain.calendar import plus_months
from domain.codec import Fault
from domain.rules.agreement_text import frame_codes
from domain.rules.checks.values import slower
from domain.rules.intake import TermDates
from domain.rules.program import Rules

_TEXT_VERSION = re.compile(r"[A-Za-z0-9._-]{1,32}")


def faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with the clauses of the Letter."""
    own = rules.agreement
    if not _TEXT_VERSION.fullmatch(own.text_version):
        yield Fault("agreement.text_version", "write letters, digits, dots and dashes, at most 32")
    parts = [set(part) for part in (own.sections, own.pledges_mentor, own.pledges_mentee, own.kept_documents)]
    for number, code in enumerate(own.editable):
        where = sum(code in part for part in parts)
        if where == 0:
            yield Fault(
                f"agreement.editable[{number}]",
                f"{code} is not a section, pledge or kept document; write one that is, or remove it",
            )
        elif where > 1:
            yield Fault(
                f"agreement.editable[{number}]",
                f"{code} is in two lists; give one of the two another code",
            )
    if own.legal_exceptions and not own.disclosure_offices:
        yield Fault("agreement.disclosure_offices", "empty, but there are legal_exceptions; write an office")
    if own.disclosure_offices and not own.legal_exceptions:
        yield Fault("agreement.legal_exceptions", "empty, but there are disclosure_offices; write a code")


def letter_codes(rules: Rules) -> tuple[str, ...]:
    """Return the codes outside the lists of codes that need words: those of the Letter and of the kept documents."""
    return (*frame_codes(rules.agreement), *rules.retention.documents)


def gap_faults(rules: Rules, labels: Mapping[str, str], table: str = "labels") -> Iterator[Fault]:
    """Return sentences of the Letter without the placeholder for a number or a name."""
    for code, gaps in frame_codes(rules.agreement).items():
        for gap in gaps:
            if code in labels and f"{{{gap}}}" not in labels[code]:
                yield Fault(f"{table}.{code}", f"write {{{gap}}} where it belongs in this sentence")


def rhythm_faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with the slowest and the suggested rhythm; the calendar must have no faults."""
    agreement = rules.agreement
    named = {"slowest_rhythm": agreement.slowest_rhythm, "suggested_rhythm": agreement.suggested_rhythm}
    wrong = [name for name, rhythm in named.items() if not 1 <= rhythm.every <= 365]
    yield from (Fault(f"agreement.{name}.every", "write a number from 1 to 365") for name in wrong)
    if wrong:
        return
    if slower(agreement.suggested_rhythm, agreement.slowest_rhythm):
        yield Fault("agreement.suggested_rhythm", "slower than slowest_rhythm; write one that is not")
    try:
        for pause in rules.calendar.breaks:
            rules.calendar.next_by(pause.first, agreement.slowest_rhythm)
    except ValueError:
        yield Fault("calendar.breaks", "the slowest rhythm falls only in breaks; shorten them")


def year_faults(rules: Rules, cycle: Callable[[int], TermDates]) -> Iterator[Fault]:
    """Return a year in which no meeting could ever be late, because the rhythm is too slow or breaks fill the year.

    ``cycle`` gives the dates of the program's year that begins in a calendar year.
    """
    rhythm, calendar = rules.agreement.slowest_rhythm, rules.calendar
    if not 1 <= rhythm.every <= 365:
        return
    for year in sorted({day.year for day in calendar.holidays}):
        term = cycle(year)
        last = max(term.last, plus_months(term.first, rules.intake.course_months))
        try:
            due = calendar.next_by(term.first, rhythm)
        except ValueError:
            return  # it falls only in breaks, which is reported already
        if due > last:
            when = f"{term.first.isoformat()} to {term.last.isoformat()}"
            problem = (
                f"no meeting is ever due in the year {when}; write a faster rhythm, or shorten the breaks"
            )
            yield Fault("agreement.slowest_rhythm", problem)
            return
