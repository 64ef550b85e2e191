"""Faults in the table `ladders` of a program file."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.fault_words import did_you_mean
from domain.rules.checks.values import LONGEST_DAYS
from domain.rules.intake import TermDates
from domain.rules.ladder import Audience, Rung, StepKind
from domain.rules.program import DeadlineKind, Rules
from domain.rules.term import Ladder

LONGEST_LADDER = 56  # days; for a duty of a term
# Deadlines on which a stage acts by itself: a ladder would fire instead.
ACTS_ITSELF = (
    DeadlineKind.STILL_LOOKING,
    DeadlineKind.COMPLETION,
    DeadlineKind.SURVEY_CLOSE,
    DeadlineKind.CLOSING,
    DeadlineKind.FORMS_CLOSE,
    DeadlineKind.CONTRADICTION,
    DeadlineKind.PAUSE,
    DeadlineKind.LOOK_AGAIN,
)
_OF_THE_PAIR = (
    DeadlineKind.FIRST_CONTACT,
    DeadlineKind.AGREEMENT,
    DeadlineKind.MEETING,
    DeadlineKind.OBSERVATION,
    DeadlineKind.SURVEY,
    DeadlineKind.FORM,
)
MAY_LACK_A_LADDER = (DeadlineKind.REFUSAL, DeadlineKind.OBSERVATION, DeadlineKind.FORM)
"""Deadlines that not every program has; a program that has them needs a ladder for them."""


def faults(rules: Rules) -> Iterator[Fault]:
    """Return ladders that are missing, that never fire, or whose rungs do not fit."""
    subjects = tuple(subject for subject in DeadlineKind if subject not in ACTS_ITSELF)
    for name in rules.ladders:
        if name in [subject.value for subject in ACTS_ITSELF]:
            yield Fault(f"ladders.{name}", "the stage acts on this deadline by itself; remove the ladder")
        elif name not in [subject.value for subject in subjects]:
            known = [each.value for each in subjects]
            one_of = f"{did_you_mean(name, known)}write one of {', '.join(known)}"
            yield Fault(f"ladders.{name}", f"unknown; {one_of}")
    unused = _unused(rules)
    for subject in subjects:
        rungs = rules.ladder(subject)
        if subject in unused:
            if subject.value in rules.ladders:
                yield Fault(f"ladders.{subject.value}", "is never due in this program; remove it")
            continue
        if not rungs:
            yield Fault(f"ladders.{subject.value}", "missing; write rungs, the last one an escalation")
        yield from _rung_faults(subject, rungs)


def _rung_faults(subject: DeadlineKind, rungs: tuple[Rung, ...]) -> Iterator[Fault]:
    for number, rung in enumerate(rungs):
        here = f"ladders.{subject.value}[{number}]"
        last = number == len(rungs) - 1
        yield from _day_faults(here, rungs, number, LONGEST_DAYS)
        if rung.step is StepKind.ESCALATE and not last:
            yield Fault(f"{here}.step", "an escalation is the last rung; move it to the end")
        if rung.step is StepKind.REMIND and last:
            yield Fault(f"{here}.step", "the last rung passes the matter to a coordinator; write escalate")
        if rung.step is StepKind.ESCALATE and rung.to is not Audience.COORDINATOR:
            yield Fault(f"{here}.to", "an escalation goes to the coordinator; write coordinator")
        if rung.step is StepKind.REMIND and rung.to is not Audience.COORDINATOR:
            if subject not in _OF_THE_PAIR:
                yield Fault(f"{here}.to", "this deadline belongs to the region; write coordinator")
            elif rung.to is Audience.LATE and subject not in (DeadlineKind.SURVEY, DeadlineKind.FORM):
                yield Fault(
                    f"{here}.to", "only a survey or a form knows who is late; write both, mentor or mentee"
                )
            elif rung.to is not Audience.LATE and subject is DeadlineKind.FORM:
                yield Fault(f"{here}.to", "one person owes a form; write late")


def _unused(rules: Rules) -> tuple[DeadlineKind, ...]:
    """Return the subjects that are never due in this program and so have no ladder."""
    observed = rules.observations.required
    owed = any(use.has_deadline or use.early_end_days for use in rules.forms)
    used = {
        DeadlineKind.REFUSAL: rules.refused_by_person,
        DeadlineKind.OBSERVATION: bool(observed),
        DeadlineKind.FORM: owed,
    }
    return tuple(subject for subject, due in used.items() if not due)


def _day_faults(here: str, rungs: Ladder, number: int, longest: int) -> Iterator[Fault]:
    """Return what is wrong with the day of one rung of any ladder; ``here`` is the rung's key path."""
    rung = rungs[number]
    if not 0 <= rung.after_days <= longest:
        yield Fault(f"{here}.after_days", f"write a number of days from 0 to {longest}")
    if number and rung.after_days <= rungs[number - 1].after_days:
        yield Fault(f"{here}.after_days", "not later than the rung before it; write more days")


def end_faults(rules: Rules, term: TermDates) -> Iterator[Fault]:
    """Return rungs that come after all mentoring has ended; ``term`` is any cycle of the program."""
    length = rules.intake.days(term)
    for name, rungs in rules.ladders.items():
        for number, rung in enumerate(rungs):
            if rung.after_days >= length:
                here = f"ladders.{name}[{number}].after_days"
                yield Fault(
                    here, f"comes after the end, because mentoring lasts {length} days; write fewer days"
                )


def duty_faults(here: str, rungs: Ladder, reminded: Audience, longest: int) -> Iterator[Fault]:
    """Return what is wrong with the ladder of a duty of a term; all its rungs but the last go to ``reminded``."""
    if not rungs:
        yield Fault(here, "empty; write rungs, the last one an escalation")
    for number, rung in enumerate(rungs):
        place, last = f"{here}[{number}]", number == len(rungs) - 1
        yield from _day_faults(place, rungs, number, longest)
        if (rung.step is StepKind.ESCALATE) != last:
            wanted = "escalate" if last else "remind"
            yield Fault(
                f"{place}.step",
                f"the last rung, and no other, passes the matter to a coordinator; write {wanted}",
            )
        elif rung.to is not (Audience.COORDINATOR if last else reminded):
            wanted = Audience.COORDINATOR.value if last else reminded.value
            yield Fault(f"{place}.to", f"this rung has a fixed audience; write {wanted}")
