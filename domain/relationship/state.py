"""The state of a relationship: everything known about one mentee's place, but no rules of a stage."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from domain import tasks
from domain.acting_for import Contradiction
from domain.actors import Actor, Role, Side, demand_coordinator, demand_role
from domain.errors import forbid, forbidden
from domain.ids import x_stream
from domain.messages import Stamp
from domain.relationship.deadlines import Timer
from domain.relationship.parts.agreement import Agreement
from domain.relationship.parts.application import Application
from domain.relationship.parts.complaint import Complaint, lapse
from domain.relationship.parts.contact import Contact
from domain.relationship.parts.cover import Cover
from domain.relationship.parts.failed_notices import RefusedNotice
from domain.relationship.parts.forms import OwedForm, SubmittedForm
from domain.relationship.parts.helpers import Helper
from domain.relationship.parts.matching import Matching, Proposal
from domain.relationship.parts.meetings import Meetings
from domain.relationship.parts.next_meeting import NextMeeting
from domain.relationship.parts.notes import Note
from domain.relationship.parts.observations import Observations
from domain.relationship.parts.pause import Pause
from domain.relationship.parts.plan import Plan
from domain.relationship.parts.recognition import Recognition
from domain.relationship.parts.slot import MentorSlot
from domain.relationship.parts.staff_acts import StaffAct
from domain.relationship.parts.stipend import StipendClaim
from domain.relationship.parts.survey import Survey
from domain.rules.intake import TermDates
from domain.rules.program import DeadlineKind, Rules
from domain.tasks import Task

NOT_A_PARTICIPANT: Final = forbidden("not_a_participant")
ON_THE_PAIR: Final = forbidden("on_the_pair")
OWN_STAFF_ACT: Final = forbidden("own_staff_act")

STAGES = ("application", "matching", "contact", "agreement", "meetings", "survey", "stipend", "recognition")


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
    earlier: str | None = None
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
    schedule: Plan = Plan()
    observations: Observations = Observations()
    cover: Cover = Cover()
    appointment: NextMeeting | None = None
    survey: Survey = Survey()
    claims: tuple[StipendClaim, ...] = ()
    recognition: Recognition = Recognition()
    slots: tuple[MentorSlot, ...] = ()
    helpers: tuple[Helper, ...] = ()
    timers: tuple[Timer, ...] = ()
    tasks: tuple[Task, ...] = ()
    change_asked: tuple[Side, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    filed: tuple[SubmittedForm, ...] = ()
    owed: tuple[OwedForm, ...] = ()
    refused_notices: tuple[RefusedNotice, ...] = ()
    staff_acts: tuple[StaffAct, ...] = ()
    notes: tuple[Note, ...] = ()
    told_at: datetime | None = field(default=None, compare=False)
    """When the last event was decided that changed anything but work and matters of the office alone."""
    engine: int = 1
    """In which way this stream decides. It comes from the run, or from the event that names it; no row has it."""

    @property
    def ended(self) -> bool:
        """Whether the relationship is over, for any reason."""
        return self.ended_at is not None

    @property
    def closed(self) -> bool:
        """Whether it is over, no last form is owed, and nobody can contradict staff any longer: then its run ends."""
        return self.ended and not self.owed and not any(act.open for act in self.staff_acts)

    def side_of(self, actor: Actor) -> Side:
        """Return the seat of a participant, or of the person for whom staff act; anybody else is refused."""
        if actor.acting_for is None:
            demand_role(actor, Role.PARTICIPANT)
        person = actor.person
        forbid(not person or person not in (self.mentee, self.mentor), NOT_A_PARTICIPANT)
        return Side.MENTOR if person == self.mentor else Side.MENTEE

    def waits_on_staff_act(self, contradiction: Contradiction, subject: str = "") -> bool:
        """Return whether something rests on an act of staff that the person can still contradict."""
        return any(
            act.open and act.contradiction is contradiction and subject in ("", act.subject)
            for act in self.staff_acts
        )

    def demand_not_own_act(self, actor: Actor, subject: str) -> None:
        """Refuse staff who entered this for a person: another one decides about it."""
        own = any(subject in (act.id, act.subject) and act.acted_by == actor.id for act in self.staff_acts)
        forbid(own, OWN_STAFF_ACT)

    @property
    def meetings_since(self) -> datetime:
        """The instant from which the pair can have met: its first agreement in force."""
        return self.meetings.since or self.stage_since

    @property
    def open_proposal(self) -> Proposal | None:
        """The proposal that is not confirmed yet, if there is one."""
        return self.matching.proposal if self.stage == "matching" else None

    @property
    def can_change_partner(self) -> bool:
        """Whether the pair is at a stage at which it can still be changed."""
        return self.stage in ("contact", "agreement", "meetings")

    def seat_of(self, actor: Actor) -> str:
        """Return ``mentor``, ``mentee``, or ``coordinator`` for one of the region; anybody else is refused."""
        if actor.role is Role.PARTICIPANT:
            return self.side_of(actor).value
        demand_coordinator(actor, self.region)
        return Role.COORDINATOR.value

    def demand_outside_coordinator(self, actor: Actor) -> None:
        """Refuse anybody but a coordinator of the region outside the pair: nobody decides on their own stipend."""
        demand_coordinator(actor, self.region)
        forbid(actor.id in (self.mentor, self.mentee), ON_THE_PAIR)

    def person_of(self, side: Side) -> str:
        """Return the person in a seat."""
        return self.mentor if side is Side.MENTOR else self.mentee

    def meetings_end(self, rules: Rules) -> datetime:
        """Return when the time for meetings is over: as many days before the term's last day as the rules say."""
        day = self.term_dates.last - timedelta(days=rules.survey.opens_days_before_end)
        return rules.calendar.at(rules.calendar.next_working(day))

    def has_reached(self, stage: str) -> bool:
        """Return whether a stage is reached or passed; ``set_up`` comes before all stages, any other name after."""
        if stage not in STAGES:
            return stage == "set_up"
        return STAGES.index(self.stage) >= STAGES.index(stage)

    def at(self, stage: str) -> "Relationship":
        """Return the state in another stage; ``evolve`` sets since when."""
        return replace(self, stage=stage)

    def take_slot(self, slot: str, mentor: str, number: int, stamp: Stamp) -> "Relationship":
        """Return the state with one of the mentor's slots taken."""
        taken = MentorSlot(id=slot, mentor=mentor, number=number, taken_at=stamp.at)
        return replace(self, slots=(*self.slots, taken))

    def release_slots(self, stamp: Stamp) -> "Relationship":
        """Return the state with every slot released."""
        free = tuple(s if s.released_at else replace(s, released_at=stamp.at) for s in self.slots)
        return replace(self, slots=free)

    def end(self, stamp: Stamp, outcome: str, reason: str) -> "Relationship":
        """Return the state at its end: no open task, owed form, taken slot or timer; unsent claims are withdrawn.

        What staff entered can be contradicted until its days are over, so those timers stay.
        """
        claims = self.claims
        if outcome != "completed":
            unsent = ("claimed", "returned")
            claims = tuple(replace(c, withdrawn=True) if c.heard in unsent else c for c in claims)
        return replace(
            self.release_slots(stamp),
            outcome=outcome,
            outcome_reason=reason,
            ended_at=stamp.at,
            pause=None,
            timers=tuple(each for each in self.timers if each.subject is DeadlineKind.CONTRADICTION),
            claims=claims,
            observations=self.observations.lapse(),
            cover=self.cover.lapse(),
            tasks=tasks.close_tasks(self.tasks, stamp, outcome=outcome),
            change_asked=(),
            complaints=lapse(self.complaints, stamp),
            owed=(),
        )


def new(
    *, id: str, mentee: str, program: str, term: str, term_dates: TermDates, region: str, now: datetime
) -> Relationship:
    """Return the empty state that the first event is folded into."""
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
