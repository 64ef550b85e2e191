"""What-if: a draft is applied to each decision of a year, and says exactly where it would have decided differently."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.actors import SYSTEM, TIMER, Actor, Side
from domain.ids import derive
from domain.journal import Document, Envelope, Event, Head, Kind, decode
from domain.journal import RulesInForce as RulesInForce
from domain.messages import Command
from domain.recording import Decision, StreamIdentity, chain
from domain.relationship.any_stage.change_request import AnswerChange, AskForChange
from domain.relationship.any_stage.complaint import (
    DecideComplaint,
    OpenComplaint,
    SecondComplaint,
    TakeComplaint,
)
from domain.relationship.any_stage.ending import ChangePartner, EndRelationship
from domain.relationship.any_stage.helpers import AnswerHelper, NameHelper
from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.effects import effects
from domain.relationship.evolve import evolve
from domain.relationship.parts.complaint import ComplaintDecision
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.application.opening import ApplicationRefused, OpenRelationship
from domain.relationship.stages.application.special import DecideSpecialApplication, TakeSpecialApplication
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.conflicts import WaiveConflict
from domain.relationship.stages.matching.consultation import RecordConsultation
from domain.relationship.stages.matching.decline import DeclineMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.meetings.completion import DecideCompletion
from domain.relationship.stages.meetings.dispute import DisputeMeeting, ResolveMeeting
from domain.relationship.stages.meetings.follow_up import RecordObstacle
from domain.relationship.stages.recognition import AnswerContinuation, RecognizeMentor
from domain.relationship.stages.stipend import HearObligation
from domain.relationship.stages.survey import SubmitSurvey
from domain.relationship.what_if import DifferenceKind, WhatIf, what_if
from domain.rules.intake import IntakeKind
from domain.rules.money import Trigger
from domain.rules.program import Consultation, Rules
from tests.domain.builders import (
    COORDINATOR,
    FACTS,
    MENTEE,
    MENTOR,
    RULES,
    SECOND,
    START,
    STATE_OFFICE,
    TERM,
    TERMS,
    WORDS,
    Case,
    document,
    person,
)


class Journal(Case):
    """A case that keeps the envelopes of its decisions, as the workflow's record writes them."""

    def __init__(self, rules: Rules = RULES, **options: Any) -> None:
        super().__init__(rules, **options)
        self.envelopes: list[Envelope] = []
        self.sealed = Head()
        self.documents: tuple[Document, ...] = ()

    def do(self, kind: type[Command], actor: Actor, /, **given: Any) -> tuple[Event, ...]:
        """Decide and fold one command, with its documents in the envelope that names them."""
        self.documents = tuple(value for value in given.values() if isinstance(value, Document))
        return super().do(kind, actor, **given)

    def fold(self, events: tuple[Event, ...], actor: Actor) -> None:
        """Chain the events of one decision, then fold them."""
        by_timer = actor == TIMER
        cause = (
            derive("deadline", str(self.sealed.seq)) if by_timer else derive("command", str(self.commands))
        )
        batch = chain(
            self.state,
            self.sealed,
            events,
            subject=StreamIdentity(
                origin="test/1",
                stream=self.id,
                kind=Kind.RELATIONSHIP,
                rel=self.id,
                rules=RulesInForce(set=self.rules.program, version=self.rules.version, digest="0" * 64),
            ),
            decision=Decision(
                command=cause,
                actor=actor,
                at=self.now,
                documents=() if by_timer else self.documents,
                engine=None if self.sealed.seq else self.engine,
            ),
            evolve=evolve,
            effects=effects,
        )
        self.envelopes.extend(decode(text.encode()) for text in batch.texts)
        self.sealed = batch.head
        super().fold(events, actor)

    def ask(self, draft: Rules) -> WhatIf:
        """Return what the draft says about the whole journal."""
        return what_if(self.empty(), self.envelopes, lambda envelope: self.rules, draft)

    def kinds(self, draft: Rules) -> list[tuple[str, str]]:
        """Return the kind and event type of each first difference."""
        return [(each.kind.value, self.envelopes[each.seq - 1].type) for each in self.ask(draft).differences]


def closed(case: Journal) -> Journal:
    """Take a case through survey, payment, recognition and continuation."""
    case.do(SubmitSurvey, MENTEE, answers=document("mentee"))
    case.do(SubmitSurvey, MENTOR, answers=document("mentor"))
    case.do(HearObligation, SYSTEM, obligation=case.state.claims[0].obligation, state="sent")
    case.days(30)
    case.do(RecognizeMentor, COORDINATOR, kind="letter")
    case.do(AnswerContinuation, MENTEE, go_on=True)
    case.do(AnswerContinuation, MENTOR, go_on=True)
    return case


def year() -> Journal:
    """Return a year with all that can happen in it: a declined mentor, a waived conflict, a gap, a dispute, a pause."""
    case = Journal(facts=replace(FACTS, conflicts=("family",)))
    case.apply()
    case.days(12)
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    case.do(DeclineMatch, MENTOR, reason="no_time")
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    case.do(WaiveConflict, SECOND, reason="small_district")
    case.do(ConfirmMatch, COORDINATOR)
    case.days(18)
    today = case.rules.calendar.local_date(case.now)
    case.do(ConfirmFirstContact, MENTEE, contacted_on=today, mode="phone")
    case.do(DraftAgreement, MENTOR, terms=TERMS)
    case.sign(MENTEE)
    case.sign(MENTOR, "es")
    case.do(AskForChange, MENTEE)
    case.do(AnswerChange, COORDINATOR, side=Side.MENTEE, answer="goes_on")
    case.do(OpenComplaint, MENTEE, about="conduct", against=MENTOR.id, statement=document("complaint"))
    complaint = case.state.complaints[0].id
    case.do(TakeComplaint, COORDINATOR, complaint=complaint)
    for agree in (False, True):
        case.do(DecideComplaint, COORDINATOR, complaint=complaint, decision=ComplaintDecision.MENDED)
        case.do(SecondComplaint, SECOND, complaint=complaint, agree=agree)
    case.days(25)
    case.meet()
    case.do(NameHelper, MENTOR, helper=person("expert"), topic="budget")
    case.do(AnswerHelper, MENTEE, helper=person("expert"), consent=True)
    case.do(PauseRelationship, COORDINATOR, reason="leave")
    case.days(20)
    case.do(ResumeRelationship, COORDINATOR)
    case.days(60)
    case.do(RecordObstacle, COORDINATOR, obstacle="time_conflict")
    disputed = case.meet(confirmed=False)
    case.do(DisputeMeeting, MENTEE, meeting=disputed, reason="other_day")
    case.do(ResolveMeeting, COORDINATOR, meeting=disputed, stands=True, reason="both_agree")
    for _ in range(3):
        case.days(28)
        case.meet()
    case.wait_until(case.state.meetings_end(case.rules) + timedelta(hours=1))
    return closed(case)


YEAR = year()


def test_a_draft_equal_to_the_file_differs_nowhere() -> None:
    answer = YEAR.ask(RULES)
    assert answer.differences == ()
    assert answer.decisions == len({envelope.cause.command for envelope in YEAR.envelopes})
    assert answer.decisions > 40
    assert {envelope.type for envelope in YEAR.envelopes} >= {"NudgeDue", "Escalated", "MeetingsCompleted"}


def test_another_name_or_version_alone_is_no_difference() -> None:
    assert YEAR.ask(replace(RULES, program="draft", version="2")).differences == ()


def test_another_deadline_shows_where_it_is_set() -> None:
    draft = replace(RULES, contact=replace(RULES.contact, first_contact_days=20))
    (found,) = YEAR.ask(draft).differences
    assert found.kind is DifferenceKind.DEADLINE
    assert YEAR.envelopes[found.seq - 1].type == "MatchConfirmed"
    assert (found.old, found.new) == (
        "first_contact: 2026-08-26T05:00Z",
        "first_contact: 2026-09-05T05:00Z",
    )


def test_a_later_end_of_the_survey_shows_though_it_is_not_the_next_deadline() -> None:
    draft = replace(RULES, survey=replace(RULES.survey, closes_days=31))
    case = Journal()
    case.surveyed()
    assert case.kinds(draft) == [("deadline", "MeetingsCompleted")]
    assert YEAR.kinds(draft) == [("deadline", "RelationshipPaused")], "a pause ends with the survey, too"


def test_a_higher_minimum_would_have_asked_a_coordinator() -> None:
    draft = replace(RULES, meetings=replace(RULES.meetings, minimum=9))
    decision, deadline = YEAR.ask(draft).differences
    assert (decision.kind, decision.old, decision.new) == (
        DifferenceKind.DECISION,
        "MeetingsCompleted",
        "CompletionAsked",
    )
    assert (deadline.kind, deadline.seq) == (DifferenceKind.DEADLINE, decision.seq)


def test_another_amount_shows_at_the_claim_and_nowhere_else() -> None:
    draft = replace(RULES, money=(replace(RULES.money[0], amount_minor=65050),))
    (found,) = YEAR.ask(draft).differences
    assert found.kind is DifferenceKind.AMOUNT
    assert YEAR.envelopes[found.seq - 1].type == "StipendClaimed"
    assert (found.old, found.new) == ("mentor_stipend 500.00 USD", "mentor_stipend 650.50 USD")


def test_another_trigger_moves_decision_deadline_and_amount() -> None:
    draft = replace(RULES, money=(replace(RULES.money[0], trigger=Trigger.ON_COMPLETION),))
    found = YEAR.ask(draft).differences
    assert [each.kind.value for each in found] == ["decision", "deadline", "amount"]
    assert {YEAR.envelopes[each.seq - 1].type for each in found} == {"StipendClaimed"}
    assert (found[2].old, found[2].new) == ("mentor_stipend 500.00 USD", "nothing")


def test_another_eligibility_would_have_refused_the_application() -> None:
    draft = replace(RULES, eligibility=replace(RULES.eligibility, reasons=("new_to_role_in_state",)))
    decision, deadline = YEAR.ask(draft).differences
    assert (decision.seq, decision.old, decision.new) == (
        2,
        "ApplicationAccepted(reason=new_to_role)",
        "ApplicationRefused(reason=not_new_to_role)",
    )
    assert (deadline.old, deadline.new) == (
        "pre_match_contact: 2026-08-10T14:00Z, next rung 2026-08-13T14:00Z",
        "pre_match_contact: nothing",
    )


def test_a_membership_class_is_checked_against_what_the_event_holds() -> None:
    draft = replace(RULES, matching=replace(RULES.matching, mentor_classes=("active",)))
    found = YEAR.ask(draft).differences[0]
    assert (found.old, found.new) == ("MatchProposed", "refused: mentor_not_a_member")
    none = replace(RULES, matching=replace(RULES.matching, mentor_classes=()))
    assert YEAR.ask(none).differences == ()


def test_a_fact_that_no_event_holds_is_reported_and_not_guessed() -> None:
    draft = replace(RULES, matching=replace(RULES.matching, mentor_training_required=True))
    (found,) = YEAR.ask(draft).differences
    assert found.kind is DifferenceKind.DECISION
    assert found.new == "depends on mentor_trained, which no event holds"
    longer = replace(RULES, matching=replace(RULES.matching, mentor_years=3))
    assert "depends on mentor_since" in YEAR.ask(longer).differences[0].new
    since = Journal(longer, facts=replace(FACTS, mentor_since=START.date().replace(year=2020)))
    since.matched()
    much_longer = replace(longer, matching=replace(longer.matching, mentor_years=10))
    assert since.ask(longer).differences == ()
    assert since.ask(much_longer).differences[0].new == "refused: mentor_serves_too_short"
    trained = replace(
        RULES, matching=replace(RULES.matching, mentor_training_required=True, training_valid_years=5)
    )
    known = Journal(trained, facts=replace(FACTS, mentor_trained_on=START.date()))
    known.matched()
    assert known.ask(trained).differences == ()
    sooner = replace(trained, matching=replace(trained.matching, training_valid_years=3))
    assert "depends on mentor_trained_on" in known.ask(sooner).differences[0].new
    away = replace(RULES, matching=replace(RULES.matching, mentor_away_years=5))
    assert "depends on mentor_until" in YEAR.ask(away).differences[0].new
    licensed = replace(RULES, matching=replace(RULES.matching, mentor_credential_required=True))
    assert YEAR.ask(licensed).differences[0].new == "refused: mentor_credential_missing"
    kinds = ("supervisor", "family", "contract")
    stricter = replace(RULES, matching=replace(RULES.matching, conflict_kinds=kinds))
    assert "depends on conflicts" in YEAR.ask(stricter).differences[0].new
    fewer = replace(RULES, matching=replace(RULES.matching, conflict_kinds=("supervisor",)))
    found = YEAR.ask(fewer).differences[0]
    assert (found.old, found.new) == ("MatchProposed(conflicts=['family'])", "MatchProposed(conflicts=[])")


def test_a_later_rung_would_not_have_fired_yet() -> None:
    first, second, third = RULES.ladders["meeting"]
    ladder = (first, replace(second, after_days=9), third)
    draft = replace(RULES, ladders={**RULES.ladders, "meeting": ladder})
    found = YEAR.ask(draft).differences
    # The first reminder sets the next one later; at the instant of the second nothing would have been due yet.
    assert [each.kind.value for each in found] == ["decision", "deadline"]
    assert (found[0].old.split(",")[0], found[0].new) == ("NudgeDue", "nothing")
    assert found[1].seq < found[0].seq
    assert found[1].old.startswith("meeting: ")


def test_a_ladder_without_the_rung_would_not_have_climbed_it() -> None:
    ladder = (replace(RULES.ladders["meeting"][2], after_days=0),)
    draft = replace(RULES, ladders={**RULES.ladders, "meeting": ladder})
    decision = YEAR.ask(draft).differences[0]
    assert (decision.old, decision.new) == ("NudgeDue", "Escalated")


def test_codes_and_limits_are_checked_where_they_were_used() -> None:
    fewer = replace(RULES, meetings=replace(RULES.meetings, obstacles=("distance",)))
    found = YEAR.ask(fewer).differences[0]
    assert (found.old, found.new) == ("ObstacleRecorded", "refused: unknown_obstacle")
    longer = replace(RULES, meetings=replace(RULES.meetings, shortest_minutes=90))
    found = YEAR.ask(longer).differences[0]
    assert (found.old, found.new) == ("AgreementDrafted", "refused: minutes_out_of_range")


def test_other_words_of_the_letter_are_another_text() -> None:
    words = {code: {**said, "letter_purpose": "for another purpose"} for code, said in WORDS.items()}
    found = YEAR.ask(replace(RULES, letter_words=words)).differences[0]
    assert found.old.startswith("AgreementDrafted(texts=")


def test_special_applications_and_early_ends_are_checked_too() -> None:
    case = Journal()
    case.do(
        OpenRelationship,
        MENTEE,
        application=derive("application", "1"),
        reason="other",
        applied_on=TERM.first,
        special_document=document("special"),
    )
    case.do(TakeSpecialApplication, STATE_OFFICE)
    case.days(20)
    case.do(DecideSpecialApplication, STATE_OFFICE, accept=True, reason="hardship")
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    case.do(ConfirmMatch, COORDINATOR)
    case.do(ChangePartner, MENTEE, reason="no_fault")
    assert case.ask(RULES).differences == ()
    none = replace(RULES, eligibility=replace(RULES.eligibility, special_applications=False))
    found = case.ask(none).differences[0]
    assert (found.old, found.new) == (
        "SpecialApplicationOpened",
        "ApplicationRefused(reason=no_special_applications)",
    )
    unknown = replace(RULES, ending_reasons=("moved",))
    assert case.ask(unknown).differences[0].new == "refused: unknown_reason"


def test_a_refused_application_may_be_accepted_by_the_draft() -> None:
    case = Journal()
    case.apply(first_year=False)
    assert isinstance(case.events[-1], ApplicationRefused)
    draft = replace(RULES, eligibility=replace(RULES.eligibility, first_year_only=False))
    decision, deadline = case.ask(draft).differences
    assert (decision.old, decision.new) == (
        "ApplicationRefused(reason=not_first_year)",
        "ApplicationAccepted(reason=new_to_role)",
    )
    assert deadline.old == "pre_match_contact: nothing"
    assert case.ask(RULES).differences == ()


def test_a_missed_minimum_and_silence_are_checked_at_the_deadlines() -> None:
    case = Journal()
    case.signed()
    case.wait_until(case.state.meetings_end(case.rules) + timedelta(hours=1))
    case.do(DecideCompletion, COORDINATOR, complete=False, reason="too_few")
    case.days(60)
    assert case.ask(RULES).differences == ()
    draft = replace(RULES, survey=replace(RULES.survey, opens_days_before_end=30))
    found = case.ask(draft).differences
    assert [(each.kind.value, case.envelopes[each.seq - 1].type) for each in found] == [
        ("deadline", "AgreementInForce")
    ]


def test_mentoring_that_lasts_a_year_from_the_application_on_ends_on_another_day() -> None:
    intake = replace(RULES.intake, kind=IntakeKind.ROLLING, course_months=12)
    found = YEAR.ask(replace(RULES, intake=intake)).differences
    assert [(each.kind.value, YEAR.envelopes[each.seq - 1].type) for each in found] == [
        ("deadline", "AgreementInForce")
    ]
    assert (found[0].old, found[0].new) == (
        "completion: 2027-05-17T14:00Z",
        "completion: 2027-06-16T14:00Z",
    )


def test_a_consultation_of_the_board_shows_and_comes_back_from_its_event() -> None:
    consulted = replace(
        RULES.matching, consultation=Consultation.BEFORE_CONFIRMATION, consultation_answers=("supports",)
    )
    found = YEAR.ask(replace(RULES, matching=consulted)).differences[0]
    assert (found.old, found.new) == ("MatchProposed(consult=False)", "MatchProposed(consult=True)")
    case = Journal(replace(RULES, matching=consulted))
    case.apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    today = case.rules.calendar.local_date(case.now)
    case.do(RecordConsultation, COORDINATOR, heard_on=today, answer="supports")
    case.do(ConfirmMatch, COORDINATOR)
    assert case.ask(case.rules).differences == ()
    assert case.ask(RULES).differences[0].old == "MatchProposed(consult=True)"


def test_an_early_end_is_checked_with_its_reason() -> None:
    case = Journal()
    case.matched()
    case.do(EndRelationship, COORDINATOR, reason="moved")
    assert case.ask(RULES).differences == ()
