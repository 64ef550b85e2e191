"""What a program file must not say: codes that are none, rules that contradict each other, deadlines that never fire.

Each check yields faults with the key path of the file and the words that tell what to write instead.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.calendar import Calendar, Rhythm
from domain.codec import Fault
from domain.fault_citations import CITATION, cite_faults
from domain.rules.checks.agreement_text import gap_faults, letter_codes, letter_faults
from domain.rules.checks.answers import answer_faults
from domain.rules.checks.meetings import contact_faults, rhythm_faults, source_faults, unused_ladders
from domain.rules.checks.term import day_faults, term_faults
from domain.rules.ladder import Audience, Rung, StepKind
from domain.rules.money import Direction, EarlyEnd, MoneyRule, Trigger, Unit
from domain.rules.program import IntakeKind, Rules, Subject, TermDates

LONGEST_DAYS = 730
LONGEST_BREAK = 100  # days; a summer is no longer
FIRST_YEAR, LAST_YEAR = 2000, 2100
CURRENCIES = ("USD", "CAD")
PAYERS = ("association", "region", "district", "board", "participant")
PAYEES = ("association", "region", "district", "board", "mentor", "participant")
PRORATIONS = ("none", "by_month", "by_day", "by_contact", "half_year")
RAILS = ("manual", "ach_ccd", "ach_ppd", "check", "pain001", "cpa005")
EVIDENCE = (
    "match_confirmed",
    "list_line",
    "signed_agreement",
    "meetings_completed",
    "contact_count",
    "hours",
    "survey",
    "attestation",
)
# Deadlines on which a stage acts by itself: a ladder would fire in their place.
ACTS_ITSELF = (Subject.COMPLETION, Subject.SURVEY_CLOSE, Subject.CLOSING, Subject.FORMS_CLOSE, Subject.PAUSE)
_OF_THE_PAIR = (
    Subject.FIRST_CONTACT,
    Subject.AGREEMENT,
    Subject.MEETING,
    Subject.OBSERVATION,
    Subject.SURVEY,
    Subject.FORM,
)
_CODE = re.compile(r"[a-z0-9_]{1,64}")
_PROGRAM = re.compile(r"[a-z0-9_]{1,32}")
_VERSION = re.compile(r"[A-Za-z0-9._-]{1,32}")
_NOT_OVERRIDABLE = ("money", "form", "endings.forms", "survey.small_group", "program", "version", "letter")
MAY_BE_EMPTY = (
    "eligibility.mentee_classes",
    "eligibility.areas",
    "eligibility.special_reasons",
    "matching.mentor_classes",
    "matching.consultation_answers",
    "matching.fallback_reasons",
    "matching.conflict_kinds",
    "matching.waiver_reasons",
    "contact.checklist",
    "meetings.face_to_face_modes",
    "agreement.pledges_mentor",
    "agreement.pledges_mentee",
    "agreement.legal_exceptions",
    "agreement.disclosure_offices",
    "agreement.kept_documents",
    "agreement.notices_of_purpose",
    "agreement.editable",
    "meetings.first_meeting_only",
    "cover.refusal_reasons",
    "schedule.slots",
)
NO_DAYS = ("intake.window_days", "endings.forms_close_days")  # may be 0
MAY_LACK_A_LADDER = (Subject.OBSERVATION, Subject.FORM)
"""Deadlines that not every program has; where it has them, a ladder must say what follows."""


def rule_faults(rules: Rules) -> Iterator[Fault]:
    """Everything that is wrong with rules whose single values have the right types."""
    if not _PROGRAM.fullmatch(rules.program):
        yield Fault("program", "write a code of lower-case letters, digits and _, at most 32")
    if not _VERSION.fullmatch(rules.version):
        yield Fault("version", "write letters, digits, dots and dashes, at most 32")
    yield from _code_faults(rules)
    yield from _number_faults(rules)
    yield from _intake_faults(rules)
    yield from answer_faults(rules)
    calendar_faults = tuple(_calendar_faults(rules.calendar))
    yield from calendar_faults
    if not calendar_faults:
        yield from _rhythm_faults(rules)
    yield from _meeting_faults(rules)
    yield from letter_faults(rules)
    yield from contact_faults(rules)
    yield from _ladder_faults(rules)
    yield from term_faults(rules)
    for number, rule in enumerate(rules.money):
        yield from _money_faults(f"money[{number}]", rule)
        if any(rule.kind == earlier.kind for earlier in rules.money[:number]):
            yield Fault(f"money[{number}].kind", "stands twice; one rule a kind")


def frame_faults(
    rules: Rules,
    regional: tuple[Rules, ...],
    labels: Mapping[str, Mapping[str, str]],
    overridable: tuple[str, ...],
    capacity: int,
) -> Iterator[Fault]:
    """What is wrong beside the rules: codes without words, overridable fields that do not exist, no mentor place.

    ``regional`` are the rules of regions that override some: their codes need words too. ``labels`` has the words of
    each language by the key path of their table.
    """
    yield from source_faults(rules, overridable)
    known = {path for path, _ in _leaves(rules, "")}
    for number, path in enumerate(overridable):
        if path not in known or path.startswith(_NOT_OVERRIDABLE):
            yield Fault(
                f"overridable[{number}]", f"{path} is no field that a region could override; remove it"
            )
    everywhere = (pair for each in (rules, *regional) for pair in _code_lists(each))
    codes = dict.fromkeys(code for _, value in everywhere for code in value)
    used = codes | dict.fromkeys(rule.kind for rule in rules.money)
    used |= dict.fromkeys(code for each in (rules, *regional) for code in letter_codes(each))
    used |= dict.fromkeys(pause.name for pause in rules.calendar.breaks)
    for table, words in labels.items():
        for each in (rules, *regional):
            yield from gap_faults(each, words, table)
        for code in used:
            if not words.get(code, "").strip():
                yield Fault(f"{table}.{code}", "missing; write the words for this code")
        for code in words:
            if code not in used:
                yield Fault(f"{table}.{code}", "no rule uses this code; remove it")
    if not 1 <= capacity <= 20:
        yield Fault("policies.mentor_capacity", "write a number from 1 to 20")


# What the schema of a program file says of single values is what the checks below hold.
PATTERNS = {"code": _CODE, "program": _PROGRAM, "version": _VERSION, "cite": CITATION}


def override_paths(own: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """The key paths of the fields that an override sets."""
    for key, value in own.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, Mapping) and not {"every", "unit"} & value.keys():
            yield from override_paths(value, here)
        else:
            yield here


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The fields of the rules by key path, down to what is one value, one list or one rhythm."""
    for each in fields(value):
        here = f"{path}.{each.name}" if path else each.name
        below = getattr(value, each.name)
        if isinstance(below, Mapping):
            yield from ((f"{here}.{key}", item) for key, item in below.items())
        elif is_dataclass(below) and not isinstance(below, Rhythm):
            yield from _leaves(below, here)
        else:
            yield here, below


def _code_lists(rules: Rules) -> Iterator[tuple[str, tuple[str, ...]]]:
    for path, value in _leaves(rules, ""):
        other = path.startswith(("ladders", "money", "calendar", "forms")) or path.endswith(
            (".ladder", ".months")
        )
        if path == "schedule.slots":
            yield path, tuple(slot.code for slot in value)
        elif isinstance(value, tuple) and not other:
            yield path, value


def _code_faults(rules: Rules) -> Iterator[Fault]:
    for path, codes in _code_lists(rules):
        if not codes and path not in MAY_BE_EMPTY:
            yield Fault(path, "empty; write at least one code")
        for number, code in enumerate(codes):
            if not _CODE.fullmatch(code):
                yield Fault(
                    f"{path}[{number}]", "write a code of lower-case letters, digits and _, at most 64"
                )
            elif code in codes[:number]:
                yield Fault(f"{path}[{number}]", f"{code} stands twice; remove one")


def _number_faults(rules: Rules) -> Iterator[Fault]:
    for path, value in _leaves(rules, ""):
        days = path.endswith(("_days", "_days_before_end")) and path not in NO_DAYS
        if days and isinstance(value, int) and not 1 <= value <= LONGEST_DAYS:
            yield Fault(path, f"write a number of days from 1 to {LONGEST_DAYS}")


def _intake_faults(rules: Rules) -> Iterator[Fault]:
    intake, matching = rules.intake, rules.matching
    if not 0 <= intake.window_days <= LONGEST_DAYS:
        yield Fault("intake.window_days", f"write a number of days from 0 to {LONGEST_DAYS}")
    if intake.kind is IntakeKind.ROLLING and not 1 <= intake.course_months <= 36:
        yield Fault(
            "intake.course_months", "people begin at any time; write how many months it lasts, 1 to 36"
        )
    if intake.kind is IntakeKind.WINDOW and intake.course_months:
        yield Fault("intake.course_months", "everybody ends with the term; write 0")
    for name in ("training_valid_years", "mentor_years", "mentor_away_years"):
        if not 0 <= getattr(matching, name) <= 40:
            yield Fault(f"matching.{name}", "write a number of years from 0 to 40")


def _calendar_faults(calendar: Calendar) -> Iterator[Fault]:
    try:
        ZoneInfo(calendar.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield Fault("calendar.timezone", 'unknown; write a time zone such as "America/Chicago"')
    for number, pause in enumerate(calendar.breaks):
        here = f"calendar.breaks[{number}]"
        if not _CODE.fullmatch(pause.name):
            yield Fault(f"{here}.name", "write a code of lower-case letters, digits and _, at most 64")
        if not (pause.first.year >= FIRST_YEAR and pause.last.year <= LAST_YEAR):
            yield Fault(here, f"write dates between {FIRST_YEAR} and {LAST_YEAR}")
        if (pause.last - pause.first).days >= LONGEST_BREAK:
            yield Fault(f"{here}.last", f"a break lasts at most {LONGEST_BREAK} days; write an earlier date")
        if number and pause.first <= calendar.breaks[number - 1].last:
            yield Fault(f"{here}.first", "begins before the break above it is over; order breaks by date")
    for number, day in enumerate(calendar.holidays):
        if number and day <= calendar.holidays[number - 1]:
            yield Fault(
                f"calendar.holidays[{number}]", "not later than the one before; order holidays by date"
            )
        elif not FIRST_YEAR <= day.year <= LAST_YEAR:
            yield Fault(f"calendar.holidays[{number}]", f"write a date between {FIRST_YEAR} and {LAST_YEAR}")


def _rhythm_faults(rules: Rules) -> Iterator[Fault]:
    agreement = rules.agreement
    named = {"slowest_rhythm": agreement.slowest_rhythm, "suggested_rhythm": agreement.suggested_rhythm}
    wrong = [name for name, rhythm in named.items() if not 1 <= rhythm.every <= 365]
    yield from (Fault(f"agreement.{name}.every", "write a number from 1 to 365") for name in wrong)
    if wrong:
        return
    open_school = Calendar(timezone=rules.calendar.timezone, breaks=(), holidays=())
    day = date(2025, 1, 1)
    slowest, suggested = (open_school.next_by(day, rhythm) for rhythm in named.values())
    if suggested > slowest:
        yield Fault("agreement.suggested_rhythm", "slower than slowest_rhythm; write one that is not")
    try:
        for pause in rules.calendar.breaks:
            rules.calendar.next_by(pause.first, agreement.slowest_rhythm)
    except ValueError:
        yield Fault("calendar.breaks", "the slowest rhythm falls only in breaks; shorten them")
        return
    yield from rhythm_faults(rules)


def _meeting_faults(rules: Rules) -> Iterator[Fault]:
    policy, survey = rules.meetings, rules.survey
    if policy.shortest_minutes < 1:
        yield Fault("meetings.shortest_minutes", "write at least 1")
    if policy.longest_minutes < policy.shortest_minutes:
        yield Fault("meetings.longest_minutes", "less than shortest_minutes; write at least that")
    if policy.minimum < 1:
        yield Fault("meetings.minimum", "write at least 1: without a meeting nothing was mentored")
    if not 0 <= policy.minimum_face_to_face <= policy.minimum:
        yield Fault("meetings.minimum_face_to_face", "write a number from 0 to minimum")
    for number, mode in enumerate(policy.face_to_face_modes):
        if mode not in policy.modes:
            yield Fault(
                f"meetings.face_to_face_modes[{number}]", f"{mode} is not in modes; write one that is"
            )
    if policy.minimum_face_to_face > 0 and not policy.face_to_face_modes:
        yield Fault("meetings.face_to_face_modes", "empty, yet minimum_face_to_face asks for some; write one")
    if survey.closes_days <= survey.due_days:
        yield Fault(
            "survey.closes_days", "not later than due_days; the survey must stay open beyond its due day"
        )
    for number, rung in enumerate(rules.ladder(Subject.SURVEY)):
        if rung.after_days >= survey.closes_days - survey.due_days:
            yield Fault(
                f"ladders.survey[{number}].after_days", "falls after the survey has closed; write fewer days"
            )


def _ladder_faults(rules: Rules) -> Iterator[Fault]:
    subjects = tuple(subject for subject in Subject if subject not in ACTS_ITSELF)
    for name in rules.ladders:
        if name in [subject.value for subject in ACTS_ITSELF]:
            yield Fault(f"ladders.{name}", "the stage acts on this deadline by itself; remove the ladder")
        elif name not in [subject.value for subject in subjects]:
            yield Fault(
                f"ladders.{name}", "unknown; write one of " + ", ".join(each.value for each in subjects)
            )
    unused = unused_ladders(rules)
    for subject in subjects:
        rungs = rules.ladder(subject)
        if subject in unused:
            if subject.value in rules.ladders:
                yield Fault(f"ladders.{subject.value}", "never falls due in this program; remove it")
            continue
        if not rungs:
            yield Fault(f"ladders.{subject.value}", "missing; write rungs, the last one an escalation")
        yield from _rung_faults(subject, rungs)


def end_faults(rules: Rules, term: TermDates) -> Iterator[Fault]:
    """What comes when all mentoring is over, or before it begins; ``term`` is any cycle of the program."""
    course = rules.intake.course(term.first, term)
    length = (course.last - course.first).days
    if rules.survey.opens_days_before_end >= length:
        here = "survey.opens_days_before_end"
        yield Fault(here, f"before mentoring begins, which lasts {length} days; write fewer")
    for name, rungs in rules.ladders.items():
        for number, rung in enumerate(rungs):
            if rung.after_days >= length:
                here = f"ladders.{name}[{number}].after_days"
                yield Fault(here, f"falls after the end; mentoring lasts {length} days: write fewer")


def _rung_faults(subject: Subject, rungs: tuple[Rung, ...]) -> Iterator[Fault]:
    for number, rung in enumerate(rungs):
        here = f"ladders.{subject.value}[{number}]"
        last = number == len(rungs) - 1
        yield from day_faults(here, rungs, number, LONGEST_DAYS)
        if rung.step is StepKind.ESCALATE and not last:
            yield Fault(f"{here}.step", "an escalation is the last rung; move it to the end")
        if rung.step is StepKind.REMIND and last:
            yield Fault(f"{here}.step", "the last rung hands over to a coordinator; write escalate")
        if rung.step is StepKind.ESCALATE and rung.to is not Audience.COORDINATOR:
            yield Fault(f"{here}.to", "an escalation goes to the coordinator; write coordinator")
        if rung.step is StepKind.REMIND and rung.to is not Audience.COORDINATOR:
            if subject not in _OF_THE_PAIR:
                yield Fault(f"{here}.to", "this deadline is the region's own; write coordinator")
            elif rung.to is Audience.LATE and subject not in (Subject.SURVEY, Subject.FORM):
                yield Fault(f"{here}.to", "only the survey knows who is late; write both, mentor or mentee")
            elif rung.to is not Audience.LATE and subject is Subject.FORM:
                yield Fault(f"{here}.to", "one person owes a form; write late")


def _money_faults(here: str, rule: MoneyRule) -> Iterator[Fault]:
    known = {
        "currency": (rule.currency, CURRENCIES),
        "payer_of_record": (rule.payer_of_record, PAYERS),
        "payee_kind": (rule.payee_kind, PAYEES),
        "proration_late_start": (rule.proration_late_start, PRORATIONS),
        "proration_early_end": (rule.proration_early_end, PRORATIONS),
        "rail": (rule.rail, RAILS),
    }
    for name, (value, values) in known.items():
        if value not in values:
            yield Fault(f"{here}.{name}", "unknown; write one of " + ", ".join(values))
    if not _CODE.fullmatch(rule.kind):
        yield Fault(f"{here}.kind", "write a code of lower-case letters, digits and _, at most 64")
    figure = rule.amount_minor or rule.tiers or rule.pool_minor or rule.direction is Direction.IN_KIND
    if rule.amount_minor < 0 or not figure:
        yield Fault(f"{here}.amount_minor", "write the amount in cents, more than 0")
    if not 0 <= rule.due_days <= LONGEST_DAYS:
        yield Fault(f"{here}.due_days", f"write a number of days from 0 to {LONGEST_DAYS}")
    for number, fact in enumerate(rule.evidence):
        if fact not in EVIDENCE:
            yield Fault(f"{here}.evidence[{number}]", "unknown; write one of " + ", ".join(EVIDENCE))
        elif rule.trigger is Trigger.ON_CONFIRMED and rule.due_days == 0 and fact != "match_confirmed":
            yield Fault(
                f"{here}.evidence[{number}]", "cannot exist yet on the day of the match; write more due_days"
            )
    if rule.trigger is Trigger.ON_CONFIRMED and rule.unit in (Unit.PER_HOUR, Unit.PER_MEETING):
        yield Fault(
            f"{here}.unit",
            "nothing is counted yet when the match is confirmed; write another trigger or unit",
        )
    if rule.early_end is EarlyEnd.PRORATA and rule.proration_early_end == "none":
        yield Fault(f"{here}.proration_early_end", "early_end is prorata; write how the part is counted")
    yield from _shape_faults(here, rule)
    faults: list[Fault] = []
    cite_faults(f"{here}.cites", list(rule.cites), faults)
    yield from faults


def _shape_faults(here: str, rule: MoneyRule) -> Iterator[Fault]:
    """Amounts of more than one figure that do not add up."""
    asks_parts, asks_pool = rule.trigger is Trigger.INSTALLMENTS, rule.unit is Unit.POOL_SHARE
    if asks_parts != bool(rule.installments):
        problem = "missing; write the parts" if asks_parts else "the trigger is not installments; remove them"
        yield Fault(f"{here}.installments", problem)
    if rule.installments and sum(part.percent for part in rule.installments) != 100:
        yield Fault(f"{here}.installments", "the percents do not add up to 100; write parts that do")
    for number, part in enumerate(rule.installments):
        if part.percent < 1:
            yield Fault(f"{here}.installments[{number}].percent", "write a whole number above 0")
        if not (_CODE.fullmatch(part.when) or _is_day(part.when)):
            yield Fault(
                f"{here}.installments[{number}].when", "write a day as MM-DD, or the code of a milestone"
            )
    if asks_pool != bool(rule.pool_minor) or rule.pool_minor < 0:
        problem = "write the pool in cents" if asks_pool else "the unit is not pool_share; remove it"
        yield Fault(f"{here}.pool_minor", problem)
    if rule.tiers and (rule.unit is not Unit.PER_HOUR or rule.amount_minor):
        yield Fault(
            f"{here}.tiers", "tiers stand in place of an amount; write unit per_hour and amount_minor 0"
        )
    for number, tier in enumerate(rule.tiers):
        if (number and tier.from_minutes <= rule.tiers[number - 1].from_minutes) or tier.from_minutes < 0:
            yield Fault(f"{here}.tiers[{number}].from_minutes", "not more than the tier before; write more")
        if (tier.amount_minor > 0) == (tier.per_hour_minor > 0) or tier.trained_minor < 0:
            yield Fault(f"{here}.tiers[{number}]", "write amount_minor or per_hour_minor, one of the two")
    if rule.second_mentee_minor < 0:
        yield Fault(f"{here}.second_mentee_minor", "write an amount in cents, or leave it out")
    if rule.closes and not _is_day(rule.closes):
        yield Fault(f"{here}.closes", "write a day of every year as MM-DD, or leave it out")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(f"2025-{text}")
    except ValueError:
        return False
    return len(text) == len("MM-DD")
