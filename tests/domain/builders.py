"""A pair on paper: rules with round numbers, people with readable ids, and a driver that folds as the workflow does.

Every event passes through the journal's canonical form, so a body outside the alphabet fails the test that makes it.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.actors import TIMER, Actor, Role
from domain.calendar import Break, Calendar, Rhythm, RhythmUnit
from domain.codec import from_plain, to_plain
from domain.ids import derive
from domain.journal import Cause, Document, Envelope, Event, Head, Kind, decode, encode, seal
from domain.messages import Command, Stamp
from domain.relationship import decider
from domain.relationship.effects import Effect, effects
from domain.relationship.evolve import CATALOG, evolve
from domain.relationship.facts import Facts
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.agreement.signing import SignAgreement
from domain.relationship.stages.application.opening import OpenRelationship
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.meetings.dispute import ConfirmMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.state import Relationship, new
from domain.rules.agreement_text import Terms
from domain.rules.intake import IntakeKind, IntakeRules, TermDates
from domain.rules.ladder import Audience, Rung, StepKind
from domain.rules.meetings import (
    Booking,
    CoverApprover,
    CoverCost,
    CoverRules,
    ObservationRules,
    RhythmSource,
    ScheduleRules,
)
from domain.rules.money import Direction, EarlyEnd, MembershipCheck, MoneyRegion, MoneyRule, Trigger
from domain.rules.money import MoneyUnit as MoneyUnit
from domain.rules.program import (
    AgreementRules,
    Consultation,
    ContactRules,
    EligibilityRules,
    EndingRules,
    KeptAfter,
    KeptFor,
    MatchingRules,
    MeetingRules,
    RecognitionRules,
    RetentionRules,
    Rules,
    SurveyRules,
)
from domain.workflow_contracts import RELATIONSHIP_ENGINE

CALENDAR = Calendar(
    timezone="America/Chicago",
    breaks=(Break(name="winter", first=date(2026, 12, 21), last=date(2027, 1, 3)),),
    holidays=(date(2026, 9, 7), date(2026, 11, 26)),
)
LADDER = (
    Rung(after_days=0, step=StepKind.REMIND, to=Audience.BOTH),
    Rung(after_days=7, step=StepKind.REMIND, to=Audience.BOTH),
    Rung(after_days=14, step=StepKind.ESCALATE, to=Audience.COORDINATOR),
)
TASK_LADDER = (Rung(after_days=3, step=StepKind.ESCALATE, to=Audience.COORDINATOR),)
STIPEND = MoneyRule(
    kind="mentor_stipend",
    direction=Direction.OUT,
    currency="USD",
    payer_of_record="association",
    payee_kind="region",
    unit=MoneyUnit.PER_MENTOR_PER_YEAR,
    amount_minor=50000,
    trigger=Trigger.ON_CONFIRMED,
    due_days=30,
    evidence=("match_confirmed",),
    membership_check=MembershipCheck.BOTH,
    proration_late_start="none",
    proration_early_end="none",
    money_region=MoneyRegion.CHOSEN_AT_CONFIRM,
    early_end=EarlyEnd.NONE,
    rail="manual",
    cites=("MASA-18",),
)
LETTER_CODES = (
    "letter_title letter_between letter_time letter_ground_rules letter_pledges_mentor letter_pledges_mentee"
    " letter_exceptions letter_kept letter_kept_nothing letter_purpose letter_goals letter_signing letter_every_day"
    " letter_every_week letter_every_month letter_hold_harmless_authority responsibilities confidentiality"
    " mentor_listens mentor_prepared mentee_listens abuse application attendance_record no_therapy confidential"
    " prepared in_person phone video"
)
GAPS = {
    "letter_version": "{version} {text_version}",
    "letter_every_days": "every {every} days",
    "letter_every_weeks": "every {every} weeks",
    "letter_every_months": "every {every} months",
    "letter_minutes": "{minutes} minutes",
    "letter_modes": "ways: {modes}",
    "letter_face_to_face": "face to face: {count}",
    "letter_kept_item": "{document}, {period}",
    "letter_kept_ended": "{days} days after the end",
    "letter_hold_harmless": "{authority} stands by us",
}
ENGLISH = {code: code.replace("_", " ") for code in LETTER_CODES.split()} | GAPS
WORDS = {"en": ENGLISH, "es": {code: f"es: {said}" for code, said in ENGLISH.items()}}
RULES = Rules(
    program="sample",
    version="1",
    calendar=CALENDAR,
    intake=IntakeRules(kind=IntakeKind.WINDOW, window_days=30, late_entry=True, course_months=0),
    eligibility=EligibilityRules(
        mentee_classes=("active",),
        areas=(),
        reasons=("new_to_role", "new_to_role_in_state"),
        first_year_only=True,
        special_applications=True,
        special_decision_days=10,
        special_reasons=("hardship", "second_year"),
    ),
    matching=MatchingRules(
        pre_match_contact_days=7,
        pre_match_contact_required=False,
        match_days=14,
        decline_reasons=("no_time", "too_close"),
        confirmation_days=5,
        mentor_classes=("active", "retired"),
        mentor_training_required=False,
        training_valid_years=0,
        mentor_years=0,
        mentor_away_years=0,
        mentor_credential_required=False,
        consultation=Consultation.NONE,
        consultation_answers=(),
        cross_region=True,
        fallback_reasons=("practice_area",),
        conflict_kinds=("supervisor", "family"),
        conflicts_waivable=True,
        waiver_reasons=("small_region", "small_district"),
        needs=("budget", "board"),
        preferences=("same_role",),
    ),
    contact=ContactRules(first_contact_days=10, modes=("phone", "in_person"), checklist=("needs", "ways")),
    agreement=AgreementRules(
        sign_days=14,
        ground_rules=("confidential", "prepared"),
        slowest_rhythm=Rhythm(every=2, unit=RhythmUnit.MONTHS),
        suggested_rhythm=Rhythm(every=1, unit=RhythmUnit.MONTHS),
        text_version="2026-1",
        time_pledge=True,
        sections=("responsibilities", "confidentiality"),
        pledges_mentor=("mentor_listens", "mentor_prepared"),
        pledges_mentee=("mentee_listens",),
        legal_exceptions=("abuse",),
        disclosure_offices=("police",),
        kept_documents=("application", "attendance_record"),
        notices_of_purpose=("no_therapy",),
        hold_harmless=True,
        editable=("mentor_prepared", "attendance_record"),
    ),
    meetings=MeetingRules(
        modes=("in_person", "phone", "video"),
        face_to_face_modes=("in_person",),
        topics=("entry_plan", "budget"),
        first_meeting_only=(),
        rhythm_source=RhythmSource.SIGNED,
        next_date_required=False,
        quick_logs=False,
        group_logs=False,
        referrals=False,
        obstacles=("time_conflict", "distance"),
        dispute_reasons=("no_show", "other_day"),
        resolve_reasons=("both_agree", "seen"),
        completion_reasons=("enough", "too_few"),
        shortest_minutes=5,
        longest_minutes=600,
        minimum=3,
        minimum_face_to_face=1,
        unconfirmed_counts=False,
        follow_up_days=14,
        completion_days=7,
    ),
    observations=ObservationRules(booked_by=Booking.NONE, required=0, needs_cover=False),
    cover=CoverRules(
        minutes_per_pair=0, approver=CoverApprover.NONE, refusal_reasons=(), cost=CoverCost.NONE
    ),
    schedule=ScheduleRules(slots=(), places=("school", "online")),
    survey=SurveyRules(opens_days_before_end=45, due_days=10, closes_days=24),
    recognition=RecognitionRules(kinds=("letter", "certificate"), recognize_days=14, closing_days=21),
    endings=EndingRules(
        forms_close_days=0,
        change_days=10,
        change_answers=("goes_on", "talked_it_over"),
        complaint_kinds=("unsuitable_pairing", "conduct"),
        complaint_days=15,
        complaint_needs_second=True,
        second_days=7,
    ),
    ending_reasons=("moved", "no_fault", "retired"),
    pause_reasons=("leave",),
    retention=RetentionRules(
        documents={
            "application": KeptFor(after=KeptAfter.ENDED, days=1095),
            "attendance_record": KeptFor(after=KeptAfter.ENDED, days=365),
            "monthly_record": KeptFor(after=KeptAfter.ENDED, days=90),
            "references": KeptFor(after=KeptAfter.SELECTION_DECIDED, days=60),
        },
    ),
    ladders={
        "first_contact": LADDER,
        "agreement": LADDER,
        "meeting": LADDER,
        "survey": (Rung(after_days=0, step=StepKind.REMIND, to=Audience.LATE), *LADDER[2:]),
        "follow_up": TASK_LADDER,
        "special_decision": TASK_LADDER,
        "pre_match_contact": TASK_LADDER,
        "match": TASK_LADDER,
        "confirmation": TASK_LADDER,
        "recognition": TASK_LADDER,
    },
    money=(STIPEND,),
    letter_words=WORDS,
)
TERM = TermDates(first=date(2026, 8, 1), last=date(2027, 6, 30))
START = datetime(2026, 8, 3, 15, 0, tzinfo=UTC)


def person(name: str) -> str:
    """Return the id of an invented person."""
    return derive("person", name)


MENTEE = Actor(id=person("mentee"), role=Role.PARTICIPANT)
MENTOR = Actor(id=person("mentor"), role=Role.PARTICIPANT)
COORDINATOR = Actor(id=person("coordinator"), role=Role.COORDINATOR, regions=("r3",))
SECOND = Actor(id=person("second"), role=Role.COORDINATOR, regions=("r3",))
OTHER_REGION = Actor(id=person("elsewhere"), role=Role.COORDINATOR, regions=("r4",))
STATE_OFFICE = Actor(id=person("state"), role=Role.COORDINATOR)
PAYMENT = Actor(id=person("payment"), role=Role.PAYMENT_STAFF)
FACTS = Facts(
    memberships={MENTEE.id: "active", MENTOR.id: "retired"},
    contacts=(COORDINATOR.id,),
    mentor_known=True,
    mentor_region="r3",
    mentor_trained=True,
    mentor_same_role=True,
    free_slot=1,
)
TERMS = Terms(
    ground_rules=("confidential",),
    rhythm=Rhythm(every=1, unit=RhythmUnit.MONTHS),
    modes=("in_person", "phone"),
    face_to_face=1,
    minutes=60,
)


def document(name: str) -> Document:
    """Return a staged document, as the gateway passes it on."""
    return Document(doc=derive("doc", name), form="survey", privacy="c2a", ver=1, commit="a" * 64)


class Case:
    """One relationship under the sample rules, driven command by command at a settable instant.

    It decides in the newest way, unless ``engine`` names an older one.
    """

    def __init__(
        self,
        rules: Rules = RULES,
        now: datetime = START,
        facts: Facts = FACTS,
        engine: int = RELATIONSHIP_ENGINE,
    ) -> None:
        self.rules = rules
        self.engine = self._began = engine
        self.now = now
        self.facts = facts
        self.events: list[Event] = []
        self.stamps: list[Stamp] = []
        self.effects: list[Effect] = []
        self.head = Head()
        self.commands = 0
        self._raised: int | None = None
        self.id = derive("relationship", "case")
        self.state = self.empty()

    def empty(self) -> Relationship:
        """Return the state before the first event."""
        empty = new(
            id=self.id,
            mentee=MENTEE.id,
            program=self.rules.program,
            term=derive("term", "2026"),
            term_dates=TERM,
            region="r3",
            now=START,
        )
        return replace(empty, engine=self._began)

    def raise_engine(self, engine: int) -> None:
        """Decide in a newer way from now on, as a run does that has continued as new; the next event names it."""
        self.engine = self._raised = engine
        self.state = replace(self.state, engine=engine)

    def command_id(self) -> str:
        """Return a new command id."""
        self.commands += 1
        return derive("command", str(self.commands))

    def do(self, kind: type[Command], actor: Actor, /, **fields: Any) -> tuple[Event, ...]:
        """Decide and fold one command; return its events."""
        command = kind(id=self.command_id(), actor=actor, **fields)
        asked = decider.question(self.state, command, self.now, self.rules)
        facts = self.facts if asked is not None else None
        events = decider.decide(self.state, command, self.now, self.rules, facts)
        self.fold(events, actor)
        return events

    def wait_until(self, instant: datetime) -> tuple[Event, ...]:
        """Let time pass deadline by deadline, as the workflow's one timer does."""
        fired: tuple[Event, ...] = ()
        while (due := decider.next_due(self.state)) is not None and due <= instant:
            self.now = max(due, self.now)
            events = decider.overdue(self.state, self.now, self.rules)
            assert events, "a passed deadline must commit something"
            self.fold(events, TIMER)
            after = decider.next_due(self.state)
            assert after is None or after > self.now
            fired = (*fired, *events)
        self.now = instant
        return fired

    def days(self, days: int) -> tuple[Event, ...]:
        """Let some days pass."""
        return self.wait_until(self.now + timedelta(days=days))

    def fold(self, events: tuple[Event, ...], actor: Actor) -> None:
        """Fold events through their canonical bytes."""
        for event in events:
            stamp = Stamp(seq=self.state.applied_seq + 1, at=self.now, actor=actor, engine=self._raised)
            self._raised = None
            event = self.through_journal(event, stamp)
            before = self.state
            self.state = evolve(before, event, stamp)
            self.effects.extend(effects(before, self.state, event, stamp))
            self.events.append(event)
            self.stamps.append(stamp)

    def envelope(self, event: Event, stamp: Stamp) -> Envelope:
        """Return an event as it stands in the journal."""
        return Envelope(
            type=type(event).__name__,
            origin="test/1",
            stream=self.id,
            kind=Kind.RELATIONSHIP,
            rel=self.id,
            seq=stamp.seq,
            prev=self.head.hash,
            actor=stamp.actor,
            decided_at=stamp.at,
            cause=Cause(command=derive("cause", str(stamp.seq))),
            body=to_plain(event),
        )

    def through_journal(self, event: Event, stamp: Stamp) -> Event:
        """Return the event as a reader of the journal gets it."""
        encoded = encode(self.envelope(event, stamp))
        self.head = Head(seq=stamp.seq, hash=seal(encoded))
        read = CATALOG.read(decode(encoded))
        assert read == event, "an event must read back as it was written"
        return read

    def open_tasks(self) -> list[str]:
        """Return the kinds of the open tasks."""
        return [task.kind.value for task in self.state.tasks if task.open]

    def apply(self, **fields: Any) -> "Case":
        """Submit an ordinary application."""
        opening = {
            "application": derive("application", "1"),
            "reason": "new_to_role",
            "applied_on": TERM.first,
        }
        self.do(OpenRelationship, MENTEE, **{**opening, **fields})
        return self

    def matched(self) -> "Case":
        """Apply, then propose and confirm the match."""
        self.apply()
        self.do(RecordPreMatchContact, COORDINATOR, contacted_on=date(2026, 8, 3), needs=("budget",))
        self.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
        self.do(ConfirmMatch, COORDINATOR)
        return self

    def signed(self) -> "Case":
        """Match the pair and bring its agreement into force."""
        self.matched()
        self.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
        self.do(DraftAgreement, MENTOR, terms=TERMS)
        self.sign(MENTEE)
        self.sign(MENTOR)
        return self

    def digest(self, language: str = "en") -> str:
        """Return the digest of the draft's text in a language."""
        draft = self.state.agreement.draft
        assert draft is not None
        return next(text.digest for text in draft.texts if text.language == language)

    def sign(self, actor: Actor, language: str = "en") -> None:
        """Sign the draft for one side, in a language."""
        self.do(SignAgreement, actor, version=self.state.agreement.versions, digest=self.digest(language))

    def meet(self, confirmed: bool = True, mode: str = "in_person", minutes: int = 60) -> str:
        """Log a meeting that has just ended; return its id."""
        self.do(
            LogMeeting, MENTOR, began_at=self.now - timedelta(minutes=minutes), minutes=minutes, mode=mode
        )
        meeting = self.state.meetings.log[-1].id
        if confirmed:
            self.do(ConfirmMeeting, MENTEE, meeting=meeting)
        return meeting

    def surveyed(self) -> "Case":
        """Log enough meetings and wait until the survey is open."""
        self.signed()
        for _ in range(9):
            self.days(28)
            if self.state.stage == "meetings":
                self.meet()
        self.wait_until(self.state.meetings_end(self.rules) + timedelta(hours=1))
        return self

    def refold(self) -> Relationship:
        """Return the state folded again from all events."""
        state = self.empty()
        for event, stamp in zip(self.events, self.stamps, strict=True):
            state = evolve(state, event, stamp)
        return state

    def through_codec(self) -> Relationship:
        """Return the state as continue-as-new passes it on."""
        return from_plain(Relationship, to_plain(self.state))
