"""What a program file must not say about rhythm, quick and group logs, observations, cover and the district's slots.

Each check yields faults with the key path of the file and the words that tell what to write instead.
"""

from collections.abc import Callable, Iterator
from datetime import date

from domain.calendar import Calendar, Rhythm, plus_months
from domain.codec import Fault
from domain.rules.meetings import Booking, CoverApprover, CoverCost, RhythmSource
from domain.rules.program import Rules, Subject, TermDates

MOST_OBSERVATIONS = 50
LONGEST_OBSERVATION = 480  # minutes; a school day is no longer
MOST_COVER = 10_000  # minutes; four weeks of school days
MOST_CENTS = 100_000  # for an hour of cover; a thousand dollars
_DAY = date(2025, 1, 1)


def contact_faults(rules: Rules) -> Iterator[Fault]:
    """Everything that is wrong with how the program's pairs meet, beside what is counted as a meeting."""
    for number, topic in enumerate(rules.meetings.first_meeting_only):
        if topic not in rules.meetings.topics:
            here = f"meetings.first_meeting_only[{number}]"
            yield Fault(here, f"{topic} is not in topics; write one that is")
    if rules.meetings.topics and set(rules.meetings.topics) <= set(rules.meetings.first_meeting_only):
        yield Fault("meetings.first_meeting_only", "leaves no topic for later meetings; remove some")
    yield from _observation_faults(rules)
    yield from _cover_faults(rules)
    yield from _slot_faults(rules)


def rhythm_faults(rules: Rules) -> Iterator[Fault]:
    """What is wrong with the rhythm that program or region set, on a calendar without faults."""
    source, rhythm = rules.meetings.rhythm_source, rules.meetings.rhythm
    if source is RhythmSource.SIGNED:
        if rhythm is not None:
            yield Fault("meetings.rhythm", "the signed rhythm is the test; remove this one")
        return
    if rhythm is None:
        yield Fault("meetings.rhythm", f"missing; the {source.value} sets it, write how often pairs meet")
        return
    if not 1 <= rhythm.every <= 365:
        yield Fault("meetings.rhythm.every", "write a number from 1 to 365")
        return
    if slower(rhythm, rules.agreement.slowest_rhythm):
        yield Fault("meetings.rhythm", "slower than agreement.slowest_rhythm; write one that is not")
    if slower(rules.agreement.suggested_rhythm, rhythm):
        yield Fault("agreement.suggested_rhythm", "slower than meetings.rhythm; write one that is not")
    try:
        for pause in rules.calendar.breaks:
            rules.calendar.next_by(pause.first, rhythm)
    except ValueError:
        yield Fault("meetings.rhythm", "falls only in breaks; shorten the breaks or write a slower one")


def due_faults(rules: Rules, cycle: Callable[[int], TermDates]) -> Iterator[Fault]:
    """A year of the program in which no meeting could ever be late: the rhythm is too slow, or breaks swallow it.

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
            return  # it falls only in breaks, which is named already
        if due > last:
            when = f"{term.first.isoformat()} to {term.last.isoformat()}"
            problem = f"no meeting is due by it in the year {when}; write a faster one, or shorten the breaks"
            yield Fault("agreement.slowest_rhythm", problem)
            return


def source_faults(rules: Rules, overridable: tuple[str, ...]) -> Iterator[Fault]:
    """Whether regions may set the rhythm exactly where the program says that they do (ESE-2)."""
    regional = "meetings.rhythm" in overridable
    if rules.meetings.rhythm_source is RhythmSource.REGION and not regional:
        yield Fault("meetings.rhythm_source", "the region sets it; add meetings.rhythm to overridable")
    if rules.meetings.rhythm_source is not RhythmSource.REGION and regional:
        here = f"overridable[{overridable.index('meetings.rhythm')}]"
        yield Fault(here, "meetings.rhythm_source is not region; remove meetings.rhythm")


def slower(one: Rhythm, other: Rhythm) -> bool:
    """Whether a rhythm leaves more days between two meetings than another, breaks aside."""
    open_school = Calendar(timezone="UTC", breaks=(), holidays=())
    return open_school.next_by(_DAY, one) > open_school.next_by(_DAY, other)


def unused_ladders(rules: Rules) -> tuple[Subject, ...]:
    """The subjects that never fall due in this program, and so have no ladder."""
    observed = rules.observations.required
    owed = any(use.asked or use.early_end_days for use in rules.forms)
    return (*(() if observed else (Subject.OBSERVATION,)), *(() if owed else (Subject.FORM,)))


def _observation_faults(rules: Rules) -> Iterator[Fault]:
    policy = rules.observations
    details = {
        "shortest_minutes": policy.shortest_minutes,
        "longest_minutes": policy.longest_minutes,
        "due_days_before_end": policy.due_days_before_end,
    }
    if policy.booked_by is Booking.NONE:
        if policy.required:
            yield Fault("observations.required", "nobody books any; write 0")
        if policy.needs_cover:
            yield Fault("observations.needs_cover", "nobody books any; write false")
        for name, value in details.items():
            if value is not None:
                yield Fault(f"observations.{name}", "nobody books any; remove it")
        return
    if not 1 <= policy.required <= MOST_OBSERVATIONS:
        yield Fault("observations.required", f"write a number from 1 to {MOST_OBSERVATIONS}")
    for name, value in details.items():
        if value is None:
            yield Fault(f"observations.{name}", "missing; write a whole number")
    shortest, longest = policy.shortest_minutes, policy.longest_minutes
    if shortest is not None and longest is not None and not 1 <= shortest <= longest <= LONGEST_OBSERVATION:
        here = "observations.longest_minutes" if longest > LONGEST_OBSERVATION or shortest >= 1 else ""
        wanted = f"write minutes from shortest_minutes to {LONGEST_OBSERVATION}"
        yield Fault(here or "observations.shortest_minutes", wanted if here else "write at least 1")
    owed = (shortest or 0) * policy.required
    if policy.needs_cover and rules.cover.minutes_per_pair < max(1, owed):
        yield Fault(
            "cover.minutes_per_pair", f"less than the required observations need; write at least {owed}"
        )


def _cover_faults(rules: Rules) -> Iterator[Fault]:
    policy = rules.cover
    if not 0 <= policy.minutes_per_pair <= MOST_COVER:
        yield Fault("cover.minutes_per_pair", f"write a number of minutes from 0 to {MOST_COVER}")
    if (policy.minutes_per_pair > 0) != (policy.approver is not CoverApprover.NONE):
        wanted = (
            "there is cover; write coordinator" if policy.minutes_per_pair > 0 else "no cover; write none"
        )
        yield Fault("cover.approver", wanted)
    if policy.cost is CoverCost.NONE:
        if policy.cents_per_hour is not None:
            yield Fault("cover.cents_per_hour", "no cost is counted; leave it out")
        return
    if policy.minutes_per_pair == 0:
        yield Fault("cover.cost", "no cover; write none")
    if policy.cents_per_hour is None:
        yield Fault("cover.cents_per_hour", "missing; write what an hour of a substitute costs, in cents")
    elif not 1 <= policy.cents_per_hour <= MOST_CENTS:
        yield Fault("cover.cents_per_hour", f"write a number of cents from 1 to {MOST_CENTS}")


def _slot_faults(rules: Rules) -> Iterator[Fault]:
    for number, slot in enumerate(rules.schedule.slots):
        here = f"schedule.slots[{number}]"
        if (slot.on is None) == (slot.weekday is None):
            yield Fault(here, "write on, a date, or weekday, a day of the week; one of the two")
        if slot.on is not None and (rules.calendar.closed(slot.on) or slot.on in rules.calendar.holidays):
            yield Fault(f"{here}.on", "falls in a break or on a holiday; write another day")
        if not 1 <= slot.minutes <= LONGEST_OBSERVATION:
            yield Fault(f"{here}.minutes", f"write minutes from 1 to {LONGEST_OBSERVATION}")
        if slot.begins.tzinfo is not None:
            yield Fault(f"{here}.begins", "write a local time such as 14:30:00")
