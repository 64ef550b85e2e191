"""Meetings against the promise, the plan, cover and observations."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from activities.adapters.files.locales import opening, time_in_words
from api_gateway.pages.dates import When
from api_gateway.pages.parts import Fact
from api_gateway.pages.record.relationship_record import RelationshipRecord
from domain.acting_for import Contradiction
from domain.actors import Side
from domain.calendar import Rhythm, RhythmUnit
from domain.languages import Language
from domain.relationship.parts.meetings import Meeting
from domain.relationship.stages.meetings.completion import counting, enough, not_counting

_LONGEST: Final = 14
"""The most months that the row of months shows."""
_STATES: Final = {"confirmed": "done", "disputed": "late", "logged": "soon", "reported": "soon"}


@dataclass(frozen=True, slots=True)
class MonthMet:
    """A month with its meetings: met, missed, or still open (empty)."""

    name: str
    count: str
    kind: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MetRow:
    """A meeting that was logged."""

    when: When
    text: str
    status: str
    kind: str
    small: str = ""


def counted(record: RelationshipRecord) -> Sequence[Meeting]:
    """Return the meetings that count under the pair's rules; while they stand aside, those that nobody disputes."""
    if record.file is not None:
        return counting(record.state.meetings, record.file.rules)
    return [each for each in record.state.meetings.standing if each.status != "disputed"]


def months(record: RelationshipRecord) -> Sequence[MonthMet]:
    """Return the months from the agreement on, each with its meetings that count; none before there is an agreement.

    A month is not missed while one of its meetings may still count.
    """
    state, dates, say = record.state, record.dates, record.say
    if not state.agreement.in_force or state.meetings.anew_at is None:
        return ()
    began = dates.local(state.meetings_since).date().replace(day=1)
    ends = state.term_dates.last if not state.ended_at else dates.local(state.ended_at).date()
    met, logged = (
        Counter(dates.local(each.began_at).date().replace(day=1) for each in meetings)
        for meetings in (counted(record), state.meetings.standing)
    )
    terms = state.agreement.terms
    monthly = terms is not None and _at_least_monthly(terms.rhythm)
    present = dates.today.replace(day=1)
    # Once the program's number is reached, nobody has missed a month.
    done = record.file is not None and enough(state.meetings, record.file.rules)
    found = []
    for month in [*_months(began, ends)][:_LONGEST]:
        count = met[month]
        missed = monthly and not done and not logged[month] and began < month < present
        kind = "met" if count else "missed" if missed else ""
        shown = str(count) if count or month <= present else "–"
        found.append(MonthMet(dates.month(month), shown, kind, say(f"relationship.month_{kind or 'open'}")))
    return found


def _months(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _at_least_monthly(rhythm: Rhythm) -> bool:
    longest = {RhythmUnit.DAYS: 31, RhythmUnit.WEEKS: 4, RhythmUnit.MONTHS: 1}
    return rhythm.every <= longest[rhythm.unit]


def rhythm_in_words(rhythm: Rhythm, record: RelationshipRecord) -> str:
    """Return how often a pair must meet."""
    return record.say(f"relationship.rhythm.{rhythm.unit.value}", count=rhythm.every)


def met_in_words(record: RelationshipRecord) -> str:
    """Return how often, how long and in which ways the two have met, as far as it counts; empty if they have not."""
    met = counted(record)
    if not met:
        return record.say("relationship.none_counts") if record.state.meetings.standing else ""
    minutes = time_in_words(sum(each.minutes for each in met), Language(record.dates.language))
    ways = Counter(each.mode for each in met if each.mode)
    told = [f"{count} {record.label(mode)}" for mode, count in ways.items()]
    count = record.say("relationship.met", count=len(met), time=minutes)
    return " · ".join((count, ", ".join(told))) if told else count


def not_counted(record: RelationshipRecord) -> Sequence[str]:
    """Return how many meetings do not count, and why."""
    counts = not_counting(record.state.meetings, counted(record))
    told = [
        record.say(f"relationship.not_counted.{why}", count=many)
        for why, many in counts.items()
        if why != "unconfirmed" or not _silence_counts(record)
    ]
    return [*told, *counting_later(record)] if _silence_counts(record) else told


def counting_later(record: RelationshipRecord) -> Iterator[str]:
    """Yield from when on each meeting counts that staff entered, unless its person says that it is not right."""
    for act in record.state.staff_acts:
        if act.open and act.contradiction is Contradiction.DISPUTED_MEETING:
            day = record.dates.on(act.until).words
            yield record.say("relationship.counts_from", day=day, name=record.name(act.person))


def met_rows(record: RelationshipRecord) -> Sequence[MetRow]:
    """Return the meetings that were logged, the newest first."""
    log = sorted(record.state.meetings.log, key=lambda each: each.began_at, reverse=True)
    return [_met(each, record) for each in log]


def _met(each: Meeting, record: RelationshipRecord) -> MetRow:
    time = time_in_words(each.minutes, Language(record.dates.language))
    topics = ", ".join(record.label(topic) for topic in each.topics)
    text = " · ".join(part for part in (time, record.label(each.mode) if each.mode else "", topics) if part)
    counts = each.status == "logged" and _silence_counts(record)
    return MetRow(
        when=record.dates.on(each.began_at),
        text=text,
        status=record.say(
            "relationship.meeting.counted" if counts else f"relationship.meeting.{each.status}"
        ),
        kind="done" if counts else _STATES.get(each.status, ""),
        small=_logged(each, record) if counts else "",
    )


def _silence_counts(record: RelationshipRecord) -> bool:
    """Return whether a meeting counts as long as the other side does not say that it is wrong."""
    return record.file is not None and record.file.rules.meetings.unconfirmed_counts


def _logged(each: Meeting, record: RelationshipRecord) -> str:
    """Return who logged a meeting, and that the other side has said nothing against it."""
    names = {Side.MENTEE: record.mentee, Side.MENTOR: record.mentor}
    if each.logged_by is None:
        return record.say("relationship.logged_by_office", **_named(names))
    by = Side(each.logged_by)
    return record.say("relationship.logged_by", by=names[by], other=names[by.other])


def _named(names: Mapping[Side, str]) -> dict[str, str]:
    return {side.value: name for side, name in names.items()}


def plan_facts(record: RelationshipRecord) -> Iterator[Fact]:
    """Yield the next meeting, observations and cover, where there are any."""
    state, say, dates = record.state, record.say, record.dates
    ahead = [
        each for each in state.schedule.planned if each.status == "planned" and each.starts_at > dates.now
    ]
    if ahead:
        first = min(ahead, key=lambda each: each.starts_at)
        yield Fact(
            term=say("relationship.next_meeting"),
            when=dates.at(first.starts_at),
            small=opening(record.label(first.place)) if first.place else "",
        )
    elif state.meetings.next_on:
        yield Fact(term=say("relationship.next_meeting"), when=dates.day(state.meetings.next_on))
    if state.observations.required:
        done = say("relationship.of", done=state.observations.done, all=state.observations.required)
        booked = [
            dates.at(each.starts_at).words for each in state.observations.booked if each.status == "booked"
        ]
        small = say("relationship.booked", days=", ".join(booked)) if booked else ""
        yield Fact(term=say("relationship.observations"), text=done, small=small)
    if state.cover.allotted:
        language = Language(dates.language)
        left, whole = (time_in_words(each, language) for each in (state.cover.left, state.cover.allotted))
        asked = sum(each.status == "asked" for each in state.cover.requests)
        small = say("relationship.cover_asked", count=asked) if asked else ""
        yield Fact(
            term=say("relationship.cover"),
            text=say("relationship.cover_left", left=left, whole=whole),
            small=small,
        )
    if state.meetings.obstacles:
        named = ", ".join(record.label(each) for each in dict.fromkeys(state.meetings.obstacles))
        yield Fact(term=say("relationship.obstacles"), text=named)
