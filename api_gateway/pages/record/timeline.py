"""What happened to a relationship, by day: the story of its stages, or every act; before it, what is planned."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from activities.adapters.files.form_files import form_title
from activities.adapters.files.task_words import code_in_words
from api_gateway.pages.parts import TimelineDay, TimelineEntry
from api_gateway.pages.record.relationship_record import RelationshipRecord
from api_gateway.pages.record.what_holds import money_word
from api_gateway.pages.story import Story
from api_gateway.pages.words import Say
from api_gateway.services.history import needless_reminders
from domain.actors import Role, Side
from domain.languages import Language
from domain.relationship.calendar_feed import OF_THE_PAIR
from domain.relationship.deadlines import Timer
from domain.relationship.state import Relationship
from domain.rules.ladder import StepKind
from domain.rules.program import DeadlineKind
from domain.tasks import TaskKind

STORY: Final = (
    "ApplicationReceived",
    "ApplicationAccepted",
    "ApplicationRefused",
    "PreMatchContactRecorded",
    "MatchProposed",
    "MatchAccepted",
    "MatchDeclined",
    "MatchConfirmed",
    "FirstContactMade",
    "AgreementDrafted",
    "AgreementSigned",
    "AgreementInForce",
    "MeetingLogged",
    "MeetingDisputed",
    "MeetingResolved",
    "MeetingWithdrawn",
    "ObstacleRecorded",
    "Escalated",
    "ObservationDone",
    "MeetingsCompleted",
    "CompletionReviewed",
    "FormSubmitted",
    "SurveySubmitted",
    "SurveyClosed",
    "StipendClaimed",
    "ObligationHeard",
    "MentorRecognized",
    "RelationshipPaused",
    "RelationshipResumed",
    "PartnerChanged",
    "RelationshipEnded",
    "RelationshipCompleted",
)
"""The events that tell the story of a pair in some twenty lines a year; every other one is an act."""


OURS: Final = "ours"
"""The mark of what this project chose, among the requirements that a rule comes from."""
_FIRST: Final = 2
_STEPS: Final = {
    "sent": ("sender_name", "order_sent_at"),
    "settled": ("confirmer_name", "order_settled_at"),
}
"""Who took a step with money, and when, by the state that a relationship hears of."""
_BY_STAFF: Final = frozenset((*_STEPS, "denied", "returned", "failed"))


@dataclass(frozen=True, slots=True)
class Beside:
    """An entry of the timeline with its instant."""

    at: datetime
    entry: TimelineEntry


def story(record: RelationshipRecord) -> Story:
    """Return the writer of this relationship's sentences."""
    return Story(record.dates, record.names, record.file)


def ahead(record: RelationshipRecord) -> Sequence[TimelineDay]:
    """Return what is planned, the nearest last, as the past below it is the newest first."""
    state, say, dates = record.state, record.say, record.dates
    if state.ended or state.pause:
        return ()
    coming = [each for each in state.timers if each.next_at > dates.now and _still_due(each, state)]
    entries = [
        TimelineEntry(
            when=dates.on(each.next_at),
            text=_what_comes(each, record),
            planned=True,
        )
        for each in sorted(coming, key=lambda each: each.next_at, reverse=True)
    ]
    return (TimelineDay(say("relationship.ahead"), entries),) if entries else ()


def _what_comes(timer: Timer, record: RelationshipRecord) -> str:
    """Return what happens at the next moment of a deadline: a reminder, a task, or the end without an answer."""
    if timer.subject is DeadlineKind.CLOSING:
        return record.say("relationship.ahead_closing")
    task = any(rung.step is StepKind.ESCALATE for rung in record.rungs_left(timer)[:1])
    what = record.say(f"relationships.next.{timer.subject}")
    return record.say("relationship.ahead_task" if task else "relationship.ahead_text", what=what)


def _still_due(timer: Timer, state: Relationship) -> bool:
    """Return whether the pair can still be reminded: not of a survey or form that nobody owes any longer."""
    if timer.subject is DeadlineKind.SURVEY and {*state.survey.answered} >= {*Side}:
        return False
    if timer.subject is DeadlineKind.FORM and timer.about not in (owed.form for owed in state.owed):
        return False
    return timer.subject in OF_THE_PAIR


def days(
    record: RelationshipRecord, *, acts: bool, limit: int, beside: Iterable[Beside] = ()
) -> tuple[Sequence[TimelineDay], bool]:
    """Return what happened, the newest day first, and whether there is more than ``limit`` entries.

    ``beside`` is what is in the list besides the events of the relationship.
    """
    shown, more = told(record, acts=acts, limit=limit, beside=beside)

    def day_of(each: Beside) -> date:
        return record.dates.local(each.at).date()

    by_day = groupby(shown, key=day_of)
    return [TimelineDay(record.dates.heading(day), [each.entry for each in of]) for day, of in by_day], more


def told(
    record: RelationshipRecord, *, acts: bool, limit: int, beside: Iterable[Beside] = ()
) -> tuple[Sequence[Beside], bool]:
    """Return the entries of the timeline, the newest first, and whether there is more than ``limit`` of them."""
    events = [each for each in record.events if acts or each["type"] in STORY]
    rows: list[tuple[datetime, Mapping[str, Any] | TimelineEntry]] = [
        *((datetime.fromisoformat(each["decided_at"]), each) for each in events),
        *((each.at, each.entry) for each in beside),
    ]
    # What happened at one instant stays in its order: it is sorted from the oldest on, and then turned round.
    rows = sorted(rows, key=itemgetter(0))[::-1]
    writer = story(record)
    shown = [
        Beside(at, each if isinstance(each, TimelineEntry) else entry(each, writer, record, cited=acts))
        for at, each in rows[:limit]
    ]
    return shown, len(rows) > len(shown)


def entry(
    event: Mapping[str, Any], writer: Story, record: RelationshipRecord, *, cited: bool
) -> TimelineEntry:
    """Return an event as an entry: its sentence, who did it, for whom, and by which rule."""
    told = writer.sentence(event)
    heard = event["type"] == "ObligationHeard"
    text = writer.with_days(told.text)
    if event["type"] == "NudgeDue" and event["seq"] in needless_reminders(record.history):
        text = record.say("relationship.not_needed", what=_subject(event, record))
    if event["type"] == "MatchConfirmed" and _without_talk(record.state):
        text = f"{text} {record.say('relationship.without_talk')}"
    if heard:
        text = record.say("relationship.heard", state=money_word(event["body"]["state"], record.say))
    return TimelineEntry(
        when=record.dates.time(event["decided_at"]),
        text=text,
        small=_who_of_payment(event, record)
        if heard
        else _who(event, told.who, told.cites if cited else (), record),
    )


def _subject(event: Mapping[str, Any], record: RelationshipRecord) -> str:
    """Return what a reminder was about; of a form, its title."""
    form = event["body"].get("about", "")
    what = record.say(f"relationships.next.{event['body']['subject']}")
    return form_title(form, record.dates.language) if form else what


def _without_talk(state: Relationship) -> bool:
    """Return whether the match was confirmed while the office still had to talk with the mentee."""
    return any(each.kind is TaskKind.CONTACT_MENTEE and each.outcome == "confirmed" for each in state.tasks)


def _who_of_payment(event: Mapping[str, Any], record: RelationshipRecord) -> str:
    """Return who took the step with the money that a relationship heard of, as far as the reader sees the name."""
    state, heard = event["body"]["state"], datetime.fromisoformat(event["decided_at"])
    by, moment = _STEPS.get(state, ("", ""))
    for owed in record.money:
        at = owed.get(moment)
        of_it = owed["id"] == event["body"]["obligation"] and owed["order_state"] == state
        if of_it and at and record.dates.local(at) <= heard and owed[by]:
            role = _role(Role.PAYMENT_STAFF.value, record)
            return record.say("relationship.by_role", name=owed[by], role=role)
    return (
        _role(Role.PAYMENT_STAFF.value, record) if state in _BY_STAFF else record.say("relationship.by_rule")
    )


def _who(event: Mapping[str, Any], who: str, cites: Sequence[str], record: RelationshipRecord) -> str:
    """Return who did it in which role, and the rule; a person of the pair is no role of the office."""
    say, role = record.say, event["actor"]["role"]
    person = event["actor"]["id"]
    if role == "system":
        by = say("relationship.by_rule")
    elif person in (record.state.mentee, record.state.mentor):
        by = who
    else:
        name, role = record.names.get(person), _role(role, record)
        by = say("relationship.by_role", name=name, role=role) if name else role
    rule = rule_in_short(cites, say)
    return " · ".join(part for part in (by, rule) if part)


def rule_in_short(cites: Sequence[str], say: Say) -> str:
    """Return which requirements a rule comes from, of many the first and how many more; nothing where there is none."""
    known = [each for each in cites if each != OURS]
    left = len(known) - _FIRST
    if left > 1:
        return say("relationship.rule_and_more", cites=", ".join(known[:_FIRST]), count=left)
    return say("relationship.rule", cites=", ".join(known)) if known else ""


def requirements(cites: Sequence[str]) -> str:
    """Return the requirements that a rule comes from, without the mark of what this project chose."""
    return ", ".join(each for each in cites if each != OURS)


def _role(role: str, record: RelationshipRecord) -> str:
    return code_in_words(role, Language(record.dates.language))
