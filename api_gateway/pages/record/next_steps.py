"""The head of a relationship: what is next and whose it is, and the eight stages as a line."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from activities.adapters.files.task_words import with_words
from api_gateway.pages import links
from api_gateway.pages.coordinator.today import task_row
from api_gateway.pages.dates import When
from api_gateway.pages.parts import Fact, Link, Next, Stage
from api_gateway.pages.people import may_remind
from api_gateway.pages.record.meetings_part import counted
from api_gateway.pages.record.relationship_record import RelationshipRecord
from api_gateway.pages.record.timeline import rule_in_short
from api_gateway.pages.record.what_holds import accepted_on
from api_gateway.services.programs import programs
from domain.actors import Side, StaffReason
from domain.relationship import objections
from domain.relationship.calendar_feed import OF_THE_PAIR
from domain.relationship.deadlines import Timer
from domain.relationship.state import STAGES
from domain.rules.ladder import Audience, StepKind
from domain.rules.program import DeadlineKind
from domain.tasks import TaskKind
from domain.visibility import Data

_RULE_OF: Final = {
    DeadlineKind.SPECIAL_DECISION: "eligibility",
    DeadlineKind.REFUSAL: "eligibility",
    DeadlineKind.PRE_MATCH_CONTACT: "matching",
    DeadlineKind.MATCH: "matching",
    DeadlineKind.STILL_LOOKING: "matching",
    DeadlineKind.CONFIRMATION: "matching",
    DeadlineKind.FIRST_CONTACT: "contact",
    DeadlineKind.AGREEMENT: "agreement",
    DeadlineKind.MEETING: "meetings",
    DeadlineKind.FOLLOW_UP: "meetings",
    DeadlineKind.OBSERVATION: "observations",
    DeadlineKind.COMPLETION: "meetings",
    DeadlineKind.SURVEY: "survey",
    DeadlineKind.SURVEY_CLOSE: "survey",
    DeadlineKind.RECOGNITION: "recognition",
    DeadlineKind.CLOSING: "recognition",
}
"""The table of a program file that sets each deadline."""
_NOT_TOLD: Final = (DeadlineKind.LOOK_AGAIN, DeadlineKind.CONTRADICTION)
"""Deadlines that are told elsewhere: with the notes, and with what staff entered."""


def next_steps(record: RelationshipRecord) -> Sequence[Next]:
    """Return what is to be done: the reader's tasks, then those of others; else for whom the pair waits."""
    steps = [_of_task(task, record) for task in sorted(record.tasks, key=lambda task: not task["own"])]
    if not steps and (waits := waiting(record)):
        steps = [waits]
    return steps


def _of_task(task: Mapping[str, Any], record: RelationshipRecord) -> Next:
    row = task_row(task, record.dates)
    worded = with_words(task, record.dates.language, programs())
    verb = row.act.text if task["own"] else record.say("today.act.view")
    what = f"{row.what} – {row.when.words}"
    accepted = accepted_on(record) if task["kind"] == TaskKind.CONFIRM_MATCH else ""
    answer = record.say("task.has_accepted", mentor=record.mentor, day=accepted) if accepted else ""
    return Next(
        what=what,
        why=f"{answer} {worded['words']}".lstrip(),
        kind=row.kind if task["own"] else "",
        acts=(Link(links.task(task["id"]), verb, about=row.what), *_text_of(task, record)),
    )


def _text_of(task: Mapping[str, Any], record: RelationshipRecord) -> Iterator[Link]:
    """Yield the link to the text of a special application, for whoever took it on."""
    application = record.state.application
    taken = application.decider in record.visitor.caller.ids
    if task["kind"] == TaskKind.DECIDE_SPECIAL_APPLICATION and taken and application.special_document:
        yield Link(links.special_application(record.id), record.say("task.read_special"))


def waiting(record: RelationshipRecord) -> Next | None:
    """Return for whom an open pair waits, since when and for what; None if it waits for nobody."""
    state, say, dates = record.state, record.say, record.dates
    if state.ended:
        return None
    if state.pause:
        reason, day = record.label(state.pause.reason), dates.on(state.pause.since).words
        return Next(what=say("relationship.paused", day=day), why=reason)
    if until := objection_until(record):
        return _held(until, record)
    timer = next_deadline(record)
    if timer is None or timer.subject not in OF_THE_PAIR:
        return None
    whom = _whom(timer, record)
    due, late = dates.due(timer.due), dates.days_late(timer.due) > 0
    since = say(
        "relationship.waits_since_late" if late else "relationship.waits_since",
        since=dates.on(_since(timer, record)).words,
        due=due.words,
    )
    return Next(
        what=say("relationship.waits", whom=whom, what=_what(timer, record)),
        why=f"{since} {_then(timer, record)}".rstrip(),
        kind="late" if late else "",
        acts=_for_them(timer, record),
        quiet=True,
    )


def _what(timer: Timer, record: RelationshipRecord) -> str:
    """Return what a deadline waits for; of an agreement that nobody has written yet, that this comes first."""
    unwritten = timer.subject is DeadlineKind.AGREEMENT and record.state.agreement.draft is None
    return record.say("relationship.unwritten" if unwritten else f"relationships.next.{timer.subject}")


def _then(timer: Timer, record: RelationshipRecord) -> str:
    """Return what happens by itself if nobody acts: emails, then a task; of staying in touch, that it ends."""
    if timer.subject is DeadlineKind.CLOSING:
        return record.say("relationship.then_completed")
    rungs = record.rungs_left(timer)
    steps, to = [each.step for each in rungs], {each.to for each in rungs if each.step is StepKind.REMIND}
    if not to or StepKind.ESCALATE not in steps:
        return record.say("relationship.then_task") if StepKind.ESCALATE in steps else ""
    named = {Audience.MENTOR: Side.MENTOR, Audience.MENTEE: Side.MENTEE}
    whom = [named[each] for each in to] if to <= {*named} else _left(timer, record)
    names = {Side.MENTEE: record.mentee, Side.MENTOR: record.mentor}
    several = len(whom) != 1 or not record.sees(Data.ONE_SIDE)
    return record.say("relationship.then_reminded", count=2 if several else 1, whom=names[whom[0]])


_ENTERED_BY: Final = {
    DeadlineKind.FIRST_CONTACT: "confirm-first-contact",
    DeadlineKind.MEETING: "log-meeting",
    DeadlineKind.SURVEY: "submit-survey",
    DeadlineKind.FORM: "submit-form",
}
"""The form by which staff enter for somebody what a deadline waits for."""
_ENTER_WORDS: Final = {
    "draft-agreement": "relationship.enter_agreement",
    "sign-agreement": "relationship.enter_signature",
}
"""What the link to a form is called where what is entered is only a step to what the deadline waits for."""


def _for_them(timer: Timer, record: RelationshipRecord) -> tuple[Link, ...]:
    """Return the form by which the reader can enter what the pair owes; none where that is not the reader's to do."""
    act = _ENTERED_BY.get(timer.subject, "")
    if timer.subject is DeadlineKind.AGREEMENT:
        act = "sign-agreement" if record.state.agreement.draft else "draft-agreement"
    allowed = record.file is not None and record.file.rules.contradict_days is not None
    if not act or not allowed or not may_remind(record.row, record.visitor.caller):
        return ()
    href = links.with_query(links.act(record.id, act), **_chosen(timer, record))
    return (Link(href, record.say(_ENTER_WORDS.get(act, "relationship.enter_for_them"))),)


def _chosen(timer: Timer, record: RelationshipRecord) -> dict[str, str]:
    """Return what a form is opened with: for whom, if only one of the two owes it, and which form that is."""
    left = _left(timer, record) if record.sees(Data.ONE_SIDE) else ()
    people = {Side.MENTEE: record.state.mentee, Side.MENTOR: record.state.mentor}
    whom = {"acting_for": people[left[0]]} if len(left) == 1 else {}
    if timer.subject is not DeadlineKind.FORM:
        return whom
    return {"form": timer.about, **whom, "reason": StaffReason.BY_PHONE.value}


def objection_until(record: RelationshipRecord) -> datetime | None:
    """Return until when the two can object to what staff entered, if that is all that their stage waits for."""
    return objections.objection_until(record.state) if record.sees(Data.ONE_SIDE) else None


def _held(until: datetime, record: RelationshipRecord) -> Next:
    """Return that both have done what their stage asks, and until when they can object to what staff entered."""
    what = "survey_held" if record.state.stage == "survey" else "agreement_held"
    day = record.dates.long(record.dates.due_by(until))
    return Next(
        what=record.say(f"relationship.{what}"),
        why=record.say(f"relationship.{what}_why", day=day, mentee=record.mentee, mentor=record.mentor),
    )


def next_deadline(record: RelationshipRecord) -> Timer | None:
    """Return the deadline that comes first."""
    running = [each for each in record.state.timers if each.subject not in _NOT_TOLD]
    return min(running, key=lambda each: (each.due, each.subject), default=None)


def deadline_fact(record: RelationshipRecord) -> Fact | None:
    """Return the next deadline with the rule that sets it; None if there is none."""
    timer, say = next_deadline(record), record.say
    if until := objection_until(record):
        return Fact(
            term=say("relationship.deadline"),
            text=say("relationship.objection"),
            when=record.dates.due(until),
        )
    if timer is None or record.state.ended:
        return None
    cites = record.file.citations.get(_RULE_OF.get(timer.subject, ""), ()) if record.file else ()
    return Fact(
        term=say("relationship.deadline"),
        text=f"{say(f'relationships.next.{timer.subject}')},",
        when=record.dates.due(timer.due),
        small=rule_in_short(cites, say),
    )


def _whom(timer: Timer, record: RelationshipRecord) -> str:
    """Return who of the two still owes what a deadline is about; both for a reader who may not know."""
    names = {Side.MENTEE: record.mentee, Side.MENTOR: record.mentor}
    left = _left(timer, record) if record.sees(Data.ONE_SIDE) else ()
    both = record.say("relationship.both", mentee=record.mentee, mentor=record.mentor)
    return names[left[0]] if len(left) == 1 else both


def _left(timer: Timer, record: RelationshipRecord) -> Sequence[Side]:
    """Return which of the two still owe what a deadline is about."""
    state = record.state
    if timer.subject is DeadlineKind.AGREEMENT:
        done = state.agreement.draft.signed_by if state.agreement.draft else ()
    elif timer.subject is DeadlineKind.SURVEY:
        done = state.survey.answered
    elif timer.subject is DeadlineKind.CLOSING:
        done = state.recognition.answered
    elif timer.subject is DeadlineKind.FORM:
        owing = {each.by.value for each in state.owed if each.form == timer.about}
        done = tuple(side for side in Side if side.value not in owing)
    else:
        done = ()
    return [side for side in (Side.MENTEE, Side.MENTOR) if side not in done]


def _since(timer: Timer, record: RelationshipRecord) -> Any:
    state = record.state
    if timer.subject is DeadlineKind.MEETING and state.meetings.standing:
        return max(each.began_at for each in state.meetings.standing)
    return state.stage_since


def stage_line(record: RelationshipRecord) -> Iterator[Stage]:
    """Yield the eight stages with the days on which they were reached, and what is known of those to come."""
    state, say = record.state, record.say
    present = STAGES.index(state.stage)
    for number, stage in enumerate(STAGES):
        over = number < present or (state.ended and state.outcome == "completed")
        now = number == present and not over
        place = "past" if over else "now" if now else ""
        yield Stage(
            name=say(f"relationships.stages.{stage}"),
            state=place,
            said=say(f"relationship.stage_{place or 'ahead'}"),
            date=_date_of(stage, place, record),
        )


def _paid_on(record: RelationshipRecord) -> str:
    """Return when all money of the pair was paid; empty while some is not, or none is known."""
    days = [owed["order_settled_at"] if owed["state"] == "settled" else None for owed in record.money]
    return max(day for day in days if day) if days and all(days) else ""


def _date_of(stage: str, place: str, record: RelationshipRecord) -> str | When:
    """Return when a stage was done or begun; of meetings how many there are; of a survey to come when it opens."""
    state, say = record.state, record.say
    if place == "now" and stage == "meetings":
        return say("relationship.meetings_count", count=len(counted(record)))
    if place == "now" and (until := objection_until(record)):
        return say("relationship.held_until", day=record.dates.day(record.dates.due_by(until)).words)
    if stage == "stipend" and place != "past" and (paid := _paid_on(record)):
        return say("relationship.paid_on", day=record.dates.on(paid).words)
    if place == "past":
        later = [record.entered[each] for each in STAGES[STAGES.index(stage) + 1 :] if each in record.entered]
        done = min(later, default=state.ended_at)
        return record.dates.on(done) if done else ""
    if place and stage in record.entered:
        return record.dates.on(record.entered[stage])
    if stage == "survey" and record.file and not state.ended:
        opens = state.meetings_end(record.file.rules)
        return say("relationship.from_day", day=record.dates.on(opens).words)
    return ""
