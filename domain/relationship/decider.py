"""A relationship: its state, and the decision handed over to the stage that owns it.

``decide`` asks a room what a command leads to, ``evolve`` folds an event into the state, ``next_due`` and ``overdue``
serve the one timer, ``effects`` says what goes out afterwards. Nothing here holds a rule of a stage.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import ModuleType

from domain import tasks
from domain.actors import TIMER, Actor, Role, Side, demand_coordinator, demand_role
from domain.calendar import Rhythm
from domain.errors import demand
from domain.failed_notices import HearNotice, NoticeFailed, failed, with_task
from domain.ids import x_stream
from domain.journal import Catalog, Envelope, Event
from domain.messages import Command, Stamp
from domain.relationship import deadlines, forms_owed
from domain.relationship.any_stage import complaint, ending, forms_submitted, helpers, rules_version
from domain.relationship.any_stage.complaint import Complaint
from domain.relationship.any_stage.ending import Pause
from domain.relationship.any_stage.helpers import Helper
from domain.relationship.deadlines import Escalated, NudgeDue, Timer
from domain.relationship.facts import Facts, Question
from domain.relationship.next_meeting import Appointment, following
from domain.relationship.parts.forms import Filed, Owed
from domain.relationship.parts.slot import Slot
from domain.relationship.stages import application, contact, recognition, stipend, survey
from domain.relationship.stages.agreement import signing as agreement
from domain.relationship.stages.agreement.signing import Agreement
from domain.relationship.stages.application import Application, ApplicationReceived
from domain.relationship.stages.contact import Contact
from domain.relationship.stages.matching import consultation
from domain.relationship.stages.matching import proposal as matching
from domain.relationship.stages.matching.proposal import Matching
from domain.relationship.stages.meetings import cover, groups, observations
from domain.relationship.stages.meetings import plan as schedule
from domain.relationship.stages.meetings import stage as meetings
from domain.relationship.stages.meetings.cover import Cover
from domain.relationship.stages.meetings.log import Meetings
from domain.relationship.stages.meetings.observations import Observations
from domain.relationship.stages.meetings.plan import Schedule
from domain.relationship.stages.recognition import Recognition
from domain.relationship.stages.stipend import Claim
from domain.relationship.stages.survey import Survey
from domain.rules.form_uses import DueAfter
from domain.rules.money import Trigger
from domain.rules.program import Rules, Subject, TermDates
from domain.tasks import Task

STAGES = ("application", "matching", "contact", "agreement", "meetings", "survey", "stipend", "recognition")
_ROOMS: tuple[ModuleType, ...] = (
    application,
    matching,
    consultation,
    contact,
    agreement,
    meetings,
    groups,
    schedule,
    observations,
    cover,
    survey,
    stipend,
    recognition,
    ending,
    helpers,
    rules_version,
    complaint,
    forms_owed,
    forms_submitted,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """Everything known about one mentee's place in one program and term, as the fold of its events."""

    id: str
    mentee: str
    program: str
    term: str
    term_dates: TermDates
    region: str
    applied_seq: int = 0
    application_id: str = ""
    side_stream: str = ""
    predecessor: str = ""
    successor: str = ""
    mentor: str = ""
    stage: str = "application"
    stage_since: datetime
    opened_at: datetime
    outcome: str = ""
    outcome_reason: str = ""
    ended_at: datetime | None = None
    pause: Pause | None = None
    application: Application = Application(reason="")
    matching: Matching = Matching()
    contact: Contact = Contact()
    agreement: Agreement = Agreement()
    meetings: Meetings = Meetings()
    schedule: Schedule = Schedule()
    observations: Observations = Observations()
    cover: Cover = Cover()
    appointment: Appointment | None = None
    survey: Survey = Survey()
    claims: tuple[Claim, ...] = ()
    recognition: Recognition = Recognition()
    slots: tuple[Slot, ...] = ()
    helpers: tuple[Helper, ...] = ()
    timers: tuple[Timer, ...] = ()
    tasks: tuple[Task, ...] = ()
    change_asked: tuple[Side, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    filed: tuple[Filed, ...] = ()
    owed: tuple[Owed, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether the relationship is over, in whatever way."""
        return self.ended_at is not None

    @property
    def closed(self) -> bool:
        """Whether it is over and waits for no last form: then its run ends."""
        return self.ended and not self.owed

    def side_of(self, actor: Actor) -> Side:
        """The seat of a participant in this relationship; anybody else is refused (``not_a_participant``)."""
        demand_role(actor, Role.PARTICIPANT)
        demand(actor.id in (self.mentee, self.mentor) and bool(actor.id), "not_a_participant")
        return Side.MENTOR if actor.id == self.mentor else Side.MENTEE

    def seat_of(self, actor: Actor) -> str:
        """``mentor``, ``mentee`` or ``coordinator`` of the region; anybody else is refused."""
        if actor.role is Role.PARTICIPANT:
            return self.side_of(actor).value
        demand_coordinator(actor, self.region)
        return Role.COORDINATOR.value

    def person_of(self, side: Side) -> str:
        """The person in a seat."""
        return self.mentor if side is Side.MENTOR else self.mentee

    def meetings_end(self, rules: Rules) -> datetime:
        """The instant at which the time for meetings is over: so many days before the term's last day."""
        day = self.term_dates.last - timedelta(days=rules.survey.opens_days_before_end)
        return rules.calendar.at(rules.calendar.next_working(day))

    def next_meeting(
        self, since: date, rules: Rules, *, next_on: date | None = None, signed: Rhythm | None = None
    ) -> Timer:
        """The timer for the next meeting: the end of the last day that keeps the rhythm, or of ``next_on`` if nearer.

        ``signed`` is a rhythm that is about to hold; without it the one in force counts.
        """
        if signed is None:
            assert self.agreement.terms is not None  # noqa: S101 - meetings follow an agreement in force
            signed = self.agreement.terms.rhythm
        day = rules.calendar.next_by(since, rules.rhythm(signed))
        if next_on is not None and next_on < day:
            day = next_on
        return deadlines.started(rules, Subject.MEETING, rules.calendar.end_of(day))

    def received(self, event: ApplicationReceived, own: Application) -> "Relationship":
        """The state with what the application says."""
        return replace(
            self,
            application=own,
            application_id=event.application,
            side_stream=event.side_stream,
            predecessor=event.predecessor,
        )

    def has_reached(self, stage: str) -> bool:
        """Whether the relationship is at a stage or beyond it; a stage before all is reached, one after all is not."""
        if stage not in STAGES:
            return stage == "set_up"
        return STAGES.index(self.stage) >= STAGES.index(stage)

    def at(self, stage: str) -> "Relationship":
        """The state in another stage; ``evolve`` fills in since when."""
        return replace(self, stage=stage)

    def slot_taken(self, slot: str, mentor: str, number: int, stamp: Stamp) -> "Relationship":
        """The state with one of the mentor's places taken."""
        taken = Slot(id=slot, mentor=mentor, number=number, taken_at=stamp.at)
        return replace(self, slots=(*self.slots, taken))

    def slot_released(self, stamp: Stamp) -> "Relationship":
        """The state with every place given back."""
        free = tuple(s if s.released_at else replace(s, released_at=stamp.at) for s in self.slots)
        return replace(self, slots=free)

    def over(self, stamp: Stamp, outcome: str, reason: str) -> "Relationship":
        """The state at its end: no timer, no open task, nothing owed, no place taken; an unsent claim is withdrawn."""
        claims = self.claims
        if outcome != "completed":
            unsent = ("claimed", "returned")
            claims = tuple(replace(c, withdrawn=True) if c.heard in unsent else c for c in claims)
        return replace(
            self.slot_released(stamp),
            outcome=outcome,
            outcome_reason=reason,
            ended_at=stamp.at,
            pause=None,
            timers=(),
            claims=claims,
            observations=self.observations.lapsed(),
            cover=self.cover.lapsed(),
            tasks=tasks.closed(self.tasks, stamp, outcome=outcome),
            change_asked=(),
            complaints=complaint.lapsed(self.complaints, stamp),
            owed=(),
        )


EVENTS: tuple[type[Event], ...] = (
    *(event for room in _ROOMS for event in room.EVENTS),
    *deadlines.EVENTS,
    NoticeFailed,
)
COMMANDS: tuple[type[Command], ...] = (*(kind for room in _ROOMS for kind in room.COMMANDS), HearNotice)
CATALOG = Catalog(*EVENTS)
_ROOM_OF_COMMAND = {kind: room for room in _ROOMS for kind in room.COMMANDS}
_ROOM_OF_EVENT = {kind: room for room in _ROOMS for kind in room.EVENTS}
_WHILE_PAUSED = (
    rules_version.MoveRules,
    ending.ResumeRelationship,
    ending.EndRelationship,
    ending.ChangePartner,
    ending.AskForChange,
    ending.AnswerChange,
    *complaint.COMMANDS,
)
_AFTER_THE_END = (forms_submitted.SubmitForm, survey.SubmitSurvey, HearNotice)
_FACTS: Mapping[type[Event], DueAfter] = {
    ApplicationReceived: DueAfter.APPLIED,
    matching.MatchConfirmed: DueAfter.MATCH_CONFIRMED,
    contact.FirstContactMade: DueAfter.FIRST_CONTACT,
    agreement.AgreementInForce: DueAfter.AGREEMENT_SIGNED,
    meetings.MeetingsCompleted: DueAfter.SURVEY_OPENS,
}
"""The facts from which the day of a form counts."""
_FACTS_FOR = (
    application.OpenRelationship,
    application.DecideSpecialApplication,
    matching.ProposeMatch,
    matching.ConfirmMatch,
    rules_version.MoveRules,
)


def new(
    *, id: str, mentee: str, program: str, term: str, term_dates: TermDates, region: str, now: datetime
) -> Relationship:
    """The empty state that the first event is folded into."""
    return Relationship(
        id=id,
        mentee=mentee,
        program=program,
        term=term,
        term_dates=term_dates,
        region=region,
        side_stream=x_stream(id),
        stage_since=now,
        opened_at=now,
    )


def first_state(first: Envelope, term_dates: TermDates) -> Relationship:
    """The empty state as the first recorded event tells it, which knows the term but not its dates."""
    return new(
        id=first.stream,
        mentee=first.body["mentee"],
        program=first.body["program"],
        term=first.body["term"],
        term_dates=term_dates,
        region=first.body["region"],
        now=first.decided_at,
    )


def question(state: Relationship, command: Command, now: datetime, rules: Rules) -> Question | None:
    """The facts that a command needs before it can be decided, or None."""
    if not isinstance(command, _FACTS_FOR):
        return None
    mentor = ""
    if isinstance(command, matching.ProposeMatch):
        mentor = command.mentor
    elif isinstance(command, matching.ConfirmMatch) and state.matching.proposal is not None:
        mentor = state.matching.proposal.mentor
    return Question(
        as_of=now,
        zone=rules.calendar.timezone,
        relationship=state.id,
        program=state.program,
        term=state.term,
        region=state.region,
        mentee=state.mentee,
        mentor=mentor,
        version=command.rules_version if isinstance(command, rules_version.MoveRules) else "",
    )


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None = None
) -> tuple[Event, ...]:
    """The events that a command leads to; raises ``RuleViolation`` with a stable code.

    Commands that need facts may be asked without them: what can be refused without a look-up is refused then, and an
    empty tuple says that the rest depends on facts.
    """
    last = isinstance(command, _AFTER_THE_END) and not state.closed
    demand(not state.ended or last, "relationship_ended")
    first = isinstance(command, application.OpenRelationship)
    demand(first == (state.applied_seq == 0), "already_open" if first else "not_open")
    demand_role(command.actor, *command.roles)
    by_system = command.actor.role is Role.SYSTEM
    demand(state.pause is None or by_system or isinstance(command, _WHILE_PAUSED), "relationship_paused")
    if isinstance(command, HearNotice):
        return (failed(command),)
    events: tuple[Event, ...] = _ROOM_OF_COMMAND[type(command)].decide(state, command, now, rules, facts)
    return _with_followers(state, events, now, rules, command.actor)


def _with_followers(
    state: Relationship, events: tuple[Event, ...], now: datetime, rules: Rules, actor: Actor
) -> tuple[Event, ...]:
    """The events and what follows across rooms: quota and cover, claims of a trigger, the money stage, forms."""
    trigger = None
    if any(isinstance(event, matching.MatchConfirmed) for event in events):
        trigger = Trigger.ON_CONFIRMED
    elif any(isinstance(event, meetings.MeetingsCompleted) and event.complete for event in events):
        trigger = Trigger.ON_COMPLETION
    after = fold(state, events, now, actor)
    if parts := _parting(after, events):
        events, after = (*events, parts), fold(after, (parts,), now, actor)
    if state.agreement.in_force == 0 and after.agreement.in_force:
        begun = (*observations.asked(after, now, rules), *cover.allotted(rules))
        events, after = (*events, *begun), fold(after, begun, now, actor)
    if trigger is not None:
        claimed = stipend.claims_on(after, trigger, now, rules)
        events, after = (*events, *claimed), fold(after, claimed, now, actor)
    if events and not after.ended:
        events = (*events, *stipend.passing(after, now, rules))
    facts = {_FACTS[type(event)] for event in events if type(event) in _FACTS}
    return (*events, *forms_owed.asked(state, after, facts, now, rules))


def _parting(after: Relationship, events: tuple[Event, ...]) -> Event | None:
    """What a complaint leads to where its decision parts the pair."""
    for event in events:
        if isinstance(event, complaint.ComplaintClosed) and event.decision in complaint.PARTING:
            change = event.decision is complaint.Decision.PARTNER_CHANGED
            return ending.parted(after, event.reason, Role.COORDINATOR.value, change=change)
    return None


def fold(state: Relationship, events: Iterable[Event], now: datetime, actor: Actor) -> Relationship:
    """The state after events that are decided together."""
    for event in events:
        state = evolve(state, event, Stamp(seq=state.applied_seq + 1, at=now, actor=actor))
    return state


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """The state after one event; the same function serves workflow, projection check and auditor."""
    if isinstance(event, NudgeDue | Escalated):
        after = _evolve_nudge(state, event, stamp)
    elif isinstance(event, NoticeFailed):
        after = replace(state, tasks=with_task(state.tasks, state.id, event, stamp))
    else:
        after = _ROOM_OF_EVENT[type(event)].evolve(state, event, stamp)
    since = stamp.at if after.stage != state.stage else state.stage_since
    opened = stamp.at if stamp.seq == 1 else state.opened_at
    return replace(
        after,
        applied_seq=stamp.seq,
        stage_since=since,
        opened_at=opened,
        appointment=following(state, after, stamp),
    )


def _evolve_nudge(state: Relationship, event: NudgeDue | Escalated, stamp: Stamp) -> Relationship:
    timers = deadlines.climbed(state.timers, event)
    if isinstance(event, NudgeDue):
        return replace(state, timers=timers)
    kind = tasks.OF_SUBJECT.get(event.subject.value)
    if kind is None:
        return replace(state, timers=timers)  # the late task is open already; the mail says that it is late
    if any(
        task.open and task.kind is tasks.TaskKind.FILL_FORM and task.subject == event.about
        for task in state.tasks
    ):
        return replace(state, timers=timers)
    why = (f"{event.subject.value}_overdue",)
    todo = tasks.opened(state.tasks, state.id, stamp, kind, why=why, subject=event.about)
    return replace(state, timers=timers, tasks=todo)


def next_timer(state: Relationship) -> Timer | None:
    """The timer that fires next; while paused that is the pause's own, and no other."""
    running = state.timers
    if state.pause is not None:
        running = tuple(timer for timer in running if timer.subject is Subject.PAUSE)
    return deadlines.earliest(running)


def next_due(state: Relationship) -> datetime | None:
    """The instant at which the next deadline fires; None with nothing that runs."""
    timer = next_timer(state)
    return timer.next_at if timer else None


def overdue(state: Relationship, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Nudges, escalations and expiries that ``now`` has passed; afterwards ``next_due`` is later than ``now``."""
    events: tuple[Event, ...] = ()
    after = state
    while (timer := next_timer(after)) is not None and timer.next_at <= now:
        fired = _fire(after, timer, now, rules)
        fired = _with_followers(after, fired, now, rules, TIMER)
        after = fold(after, fired, now, TIMER)
        events = (*events, *fired)
    return events


def _fire(state: Relationship, timer: Timer, now: datetime, rules: Rules) -> tuple[Event, ...]:
    for room in (meetings, survey, recognition, forms_owed):
        if events := room.on_due(state, timer, now, rules):
            return tuple(events)
    climbed = deadlines.climb(timer, now, rules)
    return (climbed or Escalated(subject=timer.subject, rung=timer.rung + 1, about=timer.about),)
