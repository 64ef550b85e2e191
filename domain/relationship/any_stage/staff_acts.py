"""In any stage: staff enter what a person told them, and the person confirms or contradicts it within some days.

The entry itself is the command of its room, sent by staff with ``acting_for``. Here is what comes with it: who may do
that, what the person is told, and what a contradiction does (the table is ``domain/acting_for.py``).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Final

from domain import tasks
from domain.acting_for import (
    STAFF_ACTS,
    AnswerToStaff,
    Contradiction,
    answerable,
    demand_may_act,
    entered,
)
from domain.actors import Role, Side, StaffReason
from domain.codec import instant_text
from domain.errors import demand, forbid, forbidden, required
from domain.ids import derive
from domain.journal import Event
from domain.messages import By, Command, Stamp
from domain.notices import Notice, NoticeKind
from domain.relationship import notice_to
from domain.relationship.deadlines import (
    Timer,
    drop,
    of_subject,
    put,
    put_off,
    timer_after,
    timer_for,
)
from domain.relationship.facts import Facts
from domain.relationship.first_event import FirstEvent
from domain.relationship.forms_owed import end_if_closed
from domain.relationship.parts.forms import FormStanding, OwedForm, SubmittedForm, with_standing
from domain.relationship.parts.staff_acts import StaffAct
from domain.relationship.parts.survey import Survey
from domain.relationship.room import Room
from domain.relationship.state import ON_THE_PAIR, Relationship
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import TaskKind
from domain.visibility import pair_sees

NOT_ACTED_FOR_YOU: Final = forbidden("not_acted_for_you")
FORMS: Final = (Contradiction.FORM_TO_DRAFT, Contradiction.SURVEY_TO_DRAFT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmStaffAct(AnswerToStaff):
    """The person for whom staff entered something says that it is right."""

    while_paused: ClassVar = True
    after_end: ClassVar = True

    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContradictStaffAct(AnswerToStaff):
    """The person for whom staff entered something says that it is wrong, within the program's days."""

    while_paused: ClassVar = True
    after_end: ClassVar = True

    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleStaffAct(Command):
    """A coordinator who did not enter it has talked with the person about a contradicted entry: it stands or not."""

    roles: ClassVar = (Role.COORDINATOR,)
    by: ClassVar = By.STAFF

    act: str
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ActedForPerson(Event):
    """What the same decision recorded was entered by staff, as ``person`` told them; the person can say no in time.

    ``command`` is the name of the command, ``subject`` what it made. ``partner_told`` says whether the partner hears
    of it by this event.
    """

    act: str
    command: str
    person: str
    side: Side
    reason: StaffReason
    contradiction: Contradiction
    subject: str = ""
    partner_told: bool = False
    timers: tuple[Timer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffActConfirmed(Event):
    """The person says that the entry is right."""

    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffActContradicted(Event):
    """The person says that the entry is wrong. What stands open again has its deadline in ``timers``."""

    act: str
    side: Side
    contradiction: Contradiction
    subject: str = ""
    owed: OwedForm | None = None
    timers: tuple[Timer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffActStands(Event):
    """Nobody contradicted the entry in time."""

    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffActSettled(Event):
    """A coordinator decided about a contradicted entry."""

    act: str
    stands: bool


COMMANDS: tuple[type[Command], ...] = (ConfirmStaffAct, ContradictStaffAct, SettleStaffAct)
EVENTS: tuple[type[Event], ...] = (
    ActedForPerson,
    StaffActConfirmed,
    StaffActContradicted,
    StaffActStands,
    StaffActSettled,
)


def demand_staff(state: Relationship, command: Command, rules: Rules) -> None:
    """Refuse a command for a person that staff may not send: this command, this actor, this person, or this way."""
    actor = command.actor
    forbid(actor.id in (state.mentor, state.mentee), ON_THE_PAIR)
    demand_may_act(command, state.region, rules.contradict_days)
    here = tuple(each for each in (state.mentor, state.mentee) if each)
    demand(actor.acting_for in here, "person_not_in_pair", field="acting_for")


def acted(
    state: Relationship, command: Command, events: tuple[Event, ...], now: datetime, rules: Rules
) -> tuple[Event, ...]:
    """Return the event that says for whom staff entered what ``events`` record; none without any."""
    said, kind = entered(command, events, rules.contradict_until(now)), type(command).__name__
    if said is None:
        return ()
    act, entry = derive("act", state.id, command.id), STAFF_ACTS[kind]
    timer = timer_for(rules, DeadlineKind.CONTRADICTION, said.until, act)
    event = ActedForPerson(
        act=act,
        command=kind,
        person=said.person,
        side=state.side_of(command.actor),
        reason=said.reason,
        contradiction=entry.contradiction,
        subject=str(getattr(events[0], entry.subject)) if entry.subject else "",
        partner_told=pair_sees(entry.shows) and not entry.partner_hears and bool(state.mentor),
        timers=(timer,),
    )
    return (event,)


def decide(
    state: Relationship, command: Command, now: datetime, rules: Rules, facts: Facts | None
) -> tuple[Event, ...]:
    """Return the events of a command of this room; raises ``RuleViolation``."""
    match command:
        case ConfirmStaffAct():
            return (StaffActConfirmed(act=_own(state, command, command.act).id),)
        case ContradictStaffAct():
            return (_contradiction(state, _own(state, command, command.act), now, rules),)
        case SettleStaffAct():
            act = _find(state, command.act)
            state.demand_outside_coordinator(command.actor)
            state.demand_not_own_act(command.actor, act.id)
            waits = any(
                task.open and task.kind is TaskKind.CHECK_STAFF_ACT and task.subject == act.id
                for task in state.tasks
            )
            demand(waits, "staff_act_not_contradicted", field="act")
            return (StaffActSettled(act=act.id, stands=command.stands),)
    raise TypeError(type(command).__name__)


def _find(state: Relationship, act: str) -> StaffAct:
    found = next((each for each in state.staff_acts if each.id == act), None)
    return required(found, "unknown_staff_act", field="act")


def _own(state: Relationship, command: Command, act: str) -> StaffAct:
    """Return an entry that was made for the sender, who can still answer."""
    state.side_of(command.actor)
    found = _find(state, act)
    forbid(found.person != command.actor.person, NOT_ACTED_FOR_YOU)
    return answerable(found, lambda each: each.open, field="act")


def _contradiction(state: Relationship, act: StaffAct, now: datetime, rules: Rules) -> StaffActContradicted:
    """Return the event of a contradiction, with the deadline of what stands open again."""
    said = StaffActContradicted(
        act=act.id, side=act.side, contradiction=act.contradiction, subject=act.subject
    )
    if act.contradiction is Contradiction.OPEN_SIGNATURE and state.stage == "agreement":
        return replace(
            said, timers=(timer_after(rules, DeadlineKind.AGREEMENT, now, rules.agreement.sign_days),)
        )
    if act.contradiction is Contradiction.SURVEY_TO_DRAFT:
        running = of_subject(state.timers, DeadlineKind.SURVEY)
        said = replace(said, timers=put_off(state.engine, rules, running, now) or ())
    form = _form(state, act)
    if form is None or form.amends:
        return said
    owed, days = _owed_again(state, form, rules)
    if not owed:
        return said
    timer = timer_after(rules, DeadlineKind.FORM, now, days, form.form)
    return replace(said, owed=OwedForm(form=form.form, by=form.by), timers=(*said.timers, timer))


def _form(state: Relationship, act: StaffAct) -> SubmittedForm | None:
    """Return the form that an entry submitted, if it is one."""
    if act.contradiction not in FORMS:
        return None
    return next((each for each in state.filed if each.document == act.subject), None)


def _owed_again(state: Relationship, form: SubmittedForm, rules: Rules) -> tuple[bool, int]:
    """Return whether a form that goes back to its writer is owed again, and for how many days.

    A survey of a pair that still answers it needs no further deadline; after the end, forms are accepted for a while.
    """
    use = rules.form(form.form)
    if use is None:
        return False, 0
    if state.ended:
        closes = any(timer.subject is DeadlineKind.FORMS_CLOSE for timer in state.timers)
        return closes, use.early_end_days or use.due_days
    return use.has_deadline, use.due_days


def _on_days_over(state: Relationship, timer: Timer, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return the event that nobody contradicted an entry in time."""
    return (StaffActStands(act=timer.about),)


def evolve(state: Relationship, event: Event, stamp: Stamp) -> Relationship:
    """Return the state after an event of this room."""
    match event:
        case ActedForPerson():
            return _evolve_acted(state, event, stamp)
        case StaffActConfirmed():
            return _evolve_stands(state, event.act, "confirmed", stamp)
        case StaffActStands():
            return _evolve_stands(state, event.act, "stands", stamp)
        case StaffActContradicted():
            after = _answered(state, event.act, "contradicted", stamp)
            return end_if_closed(_open_again(after, event, stamp), stamp)
        case StaffActSettled():
            outcome = "stands" if event.stands else "wrong"
            todo = tasks.close_tasks(
                state.tasks, stamp, TaskKind.CHECK_STAFF_ACT, subject=event.act, outcome=outcome
            )
            return replace(state, tasks=todo)
    raise TypeError(type(event).__name__)


def _evolve_acted(state: Relationship, event: ActedForPerson, stamp: Stamp) -> Relationship:
    act = StaffAct(
        id=event.act,
        command=event.command,
        contradiction=event.contradiction,
        subject=event.subject,
        person=event.person,
        side=event.side,
        acted_by=stamp.actor.id,
        reason=event.reason,
        at=stamp.at,
        until=event.timers[0].due,
    )
    after = replace(state, staff_acts=(*state.staff_acts, act), timers=put(state.timers, *event.timers))
    return _marked(after, act, "reported", FormStanding.PENDING)


def _marked(state: Relationship, act: StaffAct, meeting: str, form: FormStanding) -> Relationship:
    """Return the state with the meeting or form of an entry marked; nothing else has a mark."""
    if act.contradiction is Contradiction.DISPUTED_MEETING:
        return replace(state, meetings=state.meetings.with_status(act.subject, meeting))
    if act.contradiction in FORMS:
        return replace(state, filed=with_standing(state.filed, act.subject, form))
    return state


def _answered(state: Relationship, act: str, status: str, stamp: Stamp) -> Relationship:
    acts = tuple(
        replace(each, status=status, answered_at=stamp.at) if each.id == act else each
        for each in state.staff_acts
    )
    timers = drop(state.timers, DeadlineKind.CONTRADICTION, about=act)
    return replace(state, staff_acts=acts, timers=timers)


def _evolve_stands(state: Relationship, act: str, status: str, stamp: Stamp) -> Relationship:
    """Return the state once an entry counts by itself; a meeting that was answered meanwhile keeps its answer."""
    after, known = _answered(state, act, status, stamp), _find(state, act)
    reported = any(met.id == known.subject and met.status == "reported" for met in state.meetings.log)
    if reported or known.contradiction in FORMS:
        after = _marked(after, known, "logged", FormStanding.STANDS)
    return end_if_closed(after, stamp)


def _open_again(state: Relationship, event: StaffActContradicted, stamp: Stamp) -> Relationship:
    """Return the state after a contradiction, as the table of entries says."""
    match event.contradiction:
        case Contradiction.DISPUTED_MEETING:
            met = next((each for each in state.meetings.log if each.id == event.subject), None)
            if met is None or met.status not in ("reported", "confirmed"):
                return state
            disputed = replace(state, meetings=state.meetings.with_status(met.id, "disputed"))
            return _with_task(disputed, TaskKind.RESOLVE_MEETING, met.id, stamp)
        case Contradiction.OPEN_SIGNATURE:
            return _unsigned(state, event, stamp)
        case Contradiction.FORM_TO_DRAFT | Contradiction.SURVEY_TO_DRAFT:
            return _withdrawn(state, event)
    return _with_task(state, TaskKind.CHECK_STAFF_ACT, event.act, stamp)


def _with_task(state: Relationship, kind: TaskKind, subject: str, stamp: Stamp) -> Relationship:
    """Return the state with a task for a coordinator; after the end nobody has to do anything."""
    if state.ended:
        return state
    todo = tasks.open_task(
        state.tasks, state.id, stamp, kind, why=("staff_act_contradicted",), subject=subject
    )
    return replace(state, tasks=todo)


def _unsigned(state: Relationship, event: StaffActContradicted, stamp: Stamp) -> Relationship:
    """Return the state in which a side has not signed the draft; nothing, if it was replaced meanwhile."""
    draft = state.agreement.draft
    if draft is None or str(draft.version) != event.subject:
        return state
    signed = tuple(side for side in draft.signed_by if side is not event.side)
    agreement = replace(state.agreement, draft=replace(draft, signed_by=signed))
    opened = replace(state, agreement=agreement, timers=put(state.timers, *event.timers))
    return _with_task(opened, TaskKind.HELP_AGREEMENT, "", stamp)


def _withdrawn(state: Relationship, event: StaffActContradicted) -> Relationship:
    """Return the state in which the person has not submitted the form; what it amended stands again."""
    filed = with_standing(state.filed, event.subject, FormStanding.WITHDRAWN)
    survey = state.survey
    if event.contradiction is Contradiction.SURVEY_TO_DRAFT:
        survey = Survey(answered=tuple(side for side in survey.answered if side is not event.side))
    owed = (*state.owed, event.owed) if event.owed else state.owed
    return replace(state, filed=filed, survey=survey, owed=owed, timers=put(state.timers, *event.timers))


def notices(state: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notices of an event of this room."""
    match event:
        case ActedForPerson():
            return _told(state, event, stamp)
    return ()


def _told(state: Relationship, event: ActedForPerson, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the notice to the person for whom staff entered something, and to a partner who sees it."""
    data = {"act": event.act, "entry": event.command, "said": event.reason.value}
    met = next((each for each in state.meetings.log if each.id == event.subject), None)
    form = next((each.form for each in state.filed if each.document == event.subject), "")
    if met is not None:
        data["began_at"] = instant_text(met.began_at)
    if form:
        data["forms"] = form
    if event.contradiction is Contradiction.OPEN_SIGNATURE:
        data["version"] = event.subject
    until = instant_text(event.timers[0].due)
    told = notice_to.side(state, stamp, event.side, NoticeKind.ACTED_FOR_YOU, **data, until=until)
    if not event.partner_told:
        return told
    return (*told, *notice_to.side(state, stamp, event.side.other, NoticeKind.ACTED_FOR_PARTNER, **data))


FIRST_EVENTS: tuple[FirstEvent, ...] = (
    FirstEvent(StaffActConfirmed, ConfirmStaffAct),
    FirstEvent(StaffActContradicted, ContradictStaffAct),
    FirstEvent(StaffActSettled, SettleStaffAct),
)
ROOM = Room(
    commands=COMMANDS,
    events=EVENTS,
    first_events=FIRST_EVENTS,
    decide=decide,
    evolve=evolve,
    notices=notices,
    on_due={DeadlineKind.CONTRADICTION: _on_days_over},
)
