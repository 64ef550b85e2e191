"""What each stage refuses, and the ways a relationship takes besides the straight one."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.actors import SYSTEM, Actor, Role
from domain.calendar import Rhythm, RhythmUnit
from domain.errors import RuleViolation
from domain.failed_notices import HearNotice
from domain.ids import derive
from domain.messages import Command
from domain.notices import NoticeKind, Outcome, SendNotice
from domain.relationship.any_stage.ending import (
    ChangePartner,
    EndRelationship,
    PauseRelationship,
    ResumeRelationship,
)
from domain.relationship.effects import DeliverWithdrawal, StartSuccessor
from domain.relationship.stages.agreement.signing import DraftAgreement, SignAgreement
from domain.relationship.stages.application import (
    DecideSpecialApplication,
    OpenRelationship,
    TakeSpecialApplication,
)
from domain.relationship.stages.contact import ConfirmFirstContact, HearContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch, DeclineMatch, WaiveConflict
from domain.relationship.stages.matching.proposal import ProposeMatch, RecordPreMatchContact
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting, ResolveMeeting
from domain.relationship.stages.meetings.follow_up import RecordObstacle
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.recognition import RecognizeMentor
from domain.relationship.stages.survey import SubmitSurvey
from domain.rules.agreement_text import Terms
from tests.domain.builders import (
    COORDINATOR,
    FACTS,
    MENTEE,
    MENTOR,
    OTHER_REGION,
    PAYMENT,
    RULES,
    SECOND,
    STATE_OFFICE,
    TERMS,
    Case,
    document,
    person,
    with_rules,
)

STRANGER = Actor(id=person("stranger"), role=Role.PARTICIPANT)


def refused(case: Case, code: str, kind: type[Command], actor: Actor, /, **fields: Any) -> None:
    before = case.state
    with pytest.raises(RuleViolation) as broken:
        case.do(kind, actor, **fields)
    assert broken.value.code == code
    assert case.state == before


@pytest.mark.parametrize(
    ("fields", "facts", "code"),
    [
        ({"reason": "bored"}, FACTS, "not_new_to_role"),
        ({"first_year": False}, FACTS, "not_first_year"),
        ({}, replace(FACTS, memberships={}), "not_a_member"),
    ],
)
def test_an_ineligible_application_ends_with_its_reason(
    fields: dict[str, Any], facts: Any, code: str
) -> None:
    case = Case(facts=facts).apply(**fields)
    assert (case.state.outcome, case.state.outcome_reason) == ("refused", code)
    refused(case, "relationship_ended", ProposeMatch, COORDINATOR, mentor=MENTOR.id)


def test_a_special_application_is_decided_by_the_one_who_took_it() -> None:
    case = Case().apply(reason="circumstances", special_document=document("special"))
    assert case.open_tasks() == ["decide_special_application"]
    refused(case, "not_the_decider", DecideSpecialApplication, STATE_OFFICE, accept=True, reason="hardship")
    refused(case, "state_office_only", TakeSpecialApplication, COORDINATOR)
    case.do(TakeSpecialApplication, STATE_OFFICE)
    other = replace(STATE_OFFICE, id=person("other state"))
    refused(case, "already_taken", TakeSpecialApplication, other)
    refused(case, "not_the_decider", DecideSpecialApplication, other, accept=True, reason="hardship")
    refused(case, "unknown_reason", DecideSpecialApplication, STATE_OFFICE, accept=True, reason="")
    case.do(DecideSpecialApplication, STATE_OFFICE, accept=True, reason="hardship")
    assert case.state.stage == "matching"
    refused(case, "no_special_application", TakeSpecialApplication, other)


def test_a_program_without_special_applications_refuses_one() -> None:
    rules = with_rules(eligibility=replace(RULES.eligibility, special_applications=False))
    case = Case(rules=rules).apply(special_document=document("special"))
    assert case.state.outcome_reason == "no_special_applications"


def test_a_late_special_application_does_not_decide_itself() -> None:
    case = Case().apply(special_document=document("special"))
    case.days(60)
    assert case.state.stage == "application"
    assert case.open_tasks() == ["decide_special_application"]


@pytest.mark.parametrize(
    ("facts", "fields", "code"),
    [
        ({"memberships": {MENTEE.id: "active"}}, {}, "mentor_not_a_member"),
        ({"memberships": {MENTOR.id: "active"}}, {}, "mentee_not_a_member"),
        ({"mentor_known": False}, {}, "unknown_mentor"),
        ({"free_slot": 0}, {}, "mentor_full"),
        ({"mentor_same_role": False}, {}, "fallback_reason_missing"),
        ({}, {"mentor": MENTEE.id}, "mentor_is_mentee"),
        ({}, {"mentor": COORDINATOR.id}, "proposer_is_mentor"),
        ({}, {"fallback": "whim"}, "unknown_fallback"),
    ],
)
def test_a_mentor_who_may_not_serve_is_refused(facts: Any, fields: Any, code: str) -> None:
    case = Case().apply()
    case.facts = replace(FACTS, **facts)
    refused(case, code, ProposeMatch, COORDINATOR, **{"mentor": MENTOR.id, **fields})


def test_someone_of_another_region_or_role_is_refused() -> None:
    case = Case().apply()
    refused(case, "other_region", ProposeMatch, OTHER_REGION, mentor=MENTOR.id)
    refused(case, "role_not_allowed", ProposeMatch, PAYMENT, mentor=MENTOR.id)
    refused(case, "role_not_allowed", RecordPreMatchContact, MENTEE, contacted_on=date(2026, 8, 3))
    refused(case, "date_in_future", RecordPreMatchContact, COORDINATOR, contacted_on=date(2026, 8, 9))
    refused(case, "not_in_contact", ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")


def test_a_conflict_blocks_until_a_second_person_waives_it() -> None:
    case = Case(facts=replace(FACTS, conflicts=("family",))).apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    assert "waive_conflict" in case.open_tasks()
    refused(case, "conflict_not_waived", ConfirmMatch, COORDINATOR)
    refused(case, "waiver_is_proposer", WaiveConflict, COORDINATOR, reason="small_region")
    refused(case, "unknown_reason", WaiveConflict, SECOND, reason="")
    case.do(WaiveConflict, SECOND, reason="small_region")
    case.do(ConfirmMatch, COORDINATOR)
    assert case.state.stage == "contact"


def test_a_declined_match_frees_the_slot_and_seeks_another_mentor() -> None:
    case = Case().apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    refused(case, "proposal_open", ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    refused(case, "not_a_participant", DeclineMatch, STRANGER, reason="no_time")
    case.do(DeclineMatch, MENTOR, reason="no_time")
    assert [slot.released_at is None for slot in case.state.slots] == [False]
    assert "propose_mentor" in case.open_tasks()
    refused(case, "no_proposal", ConfirmMatch, COORDINATOR)
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    assert [slot.released_at is None for slot in case.state.slots] == [False, True]


def test_a_pair_across_regions_needs_a_choice_of_the_region_that_is_paid() -> None:
    case = Case(facts=replace(FACTS, mentor_region="r4")).apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    refused(case, "money_region_missing", ConfirmMatch, COORDINATOR)
    refused(case, "money_region_unknown", ConfirmMatch, COORDINATOR, money_region="r9")
    case.do(ConfirmMatch, COORDINATOR, money_region="r4")
    assert case.state.claims[0].region == "r4"
    told = [e.notice.region for e in case.effects if hasattr(e, "notice") and e.notice.region]
    assert told == ["r3", "r4"]


def test_confirmation_looks_at_memberships_again() -> None:
    case = Case().apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    case.facts = replace(FACTS, memberships={MENTEE.id: "active"})
    refused(case, "mentor_not_a_member", ConfirmMatch, COORDINATOR)
    refused(case, "confirmer_in_pair", ConfirmMatch, replace(COORDINATOR, id=MENTOR.id))


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"rhythm": Rhythm(every=0, unit=RhythmUnit.WEEKS)}, "rhythm_out_of_range"),
        ({"rhythm": Rhythm(every=-1, unit=RhythmUnit.WEEKS)}, "rhythm_out_of_range"),
        ({"rhythm": Rhythm(every=3, unit=RhythmUnit.MONTHS)}, "rhythm_too_slow"),
        ({"face_to_face": 0}, "too_few_face_to_face"),
        ({"ground_rules": ()}, "ground_rules_missing"),
        ({"ground_rules": ("gossip",)}, "unknown_ground_rule"),
        ({"modes": ("telepathy",)}, "unknown_mode"),
        ({"modes": ("phone", "phone")}, "code_twice"),
        ({"minutes": 0}, "time_pledge_missing"),
        ({"minutes": 601}, "minutes_out_of_range"),
        ({"left_out": ("confidentiality",)}, "not_editable"),
    ],
)
def test_terms_that_the_program_forbids_are_refused(terms: dict[str, Any], code: str) -> None:
    case = Case().matched()
    case.do(ConfirmFirstContact, MENTOR, contacted_on=date(2026, 8, 3), mode="phone")
    refused(case, code, DraftAgreement, MENTOR, terms=replace(TERMS, **terms))


def test_both_must_sign_the_same_version() -> None:
    case = Case().matched()
    case.do(ConfirmFirstContact, MENTOR, contacted_on=date(2026, 8, 3), mode="phone")
    refused(case, "no_draft", SignAgreement, MENTOR, version=1, digest="0" * 64)
    case.do(DraftAgreement, MENTOR, terms=TERMS)
    first = case.digest()
    case.sign(MENTOR)
    refused(case, "already_signed", SignAgreement, MENTOR, version=1, digest=first)
    case.do(DraftAgreement, MENTEE, terms=TERMS)
    refused(case, "version_superseded", SignAgreement, MENTEE, version=1, digest=first)
    case.sign(MENTEE)
    assert case.state.stage == "agreement"
    refused(case, "meeting_before_agreement", LogMeeting, MENTOR, began_at=case.now, minutes=30, mode="phone")
    case.sign(MENTOR)
    assert case.state.stage == "meetings"


def test_an_amendment_by_both_changes_the_rhythm() -> None:
    case = Case().signed()
    case.days(3)
    weekly: Terms = replace(TERMS, rhythm=Rhythm(every=1, unit=RhythmUnit.WEEKS))
    case.do(DraftAgreement, MENTEE, terms=weekly)
    case.sign(MENTEE)
    assert case.state.agreement.in_force == 1
    case.sign(MENTOR)
    assert (case.state.agreement.in_force, case.state.stage) == (2, "meetings")
    assert case.days(8)


def test_a_disputed_meeting_is_resolved_by_a_coordinator() -> None:
    case = Case().signed()
    case.days(5)
    meeting = case.meet(confirmed=False)
    refused(case, "own_meeting", ConfirmMeeting, MENTOR, meeting=meeting)
    refused(case, "unknown_meeting", ConfirmMeeting, MENTEE, meeting=derive("no"))
    refused(
        case, "meeting_not_disputed", ResolveMeeting, COORDINATOR, meeting=meeting, stands=True, reason="x"
    )
    case.do(DisputeMeeting, MENTEE, meeting=meeting, reason="no_show")
    refused(case, "meeting_already_answered", ConfirmMeeting, MENTEE, meeting=meeting)
    assert case.open_tasks() == ["resolve_meeting"]
    own = replace(COORDINATOR, id=MENTOR.id)
    refused(case, "on_the_pair", ResolveMeeting, own, meeting=meeting, stands=True, reason="x")
    case.do(ResolveMeeting, COORDINATOR, meeting=meeting, stands=False, reason="both_agree")
    assert case.open_tasks() == []
    assert case.state.meetings.counting(RULES) == ()


def test_the_same_meeting_is_not_logged_twice() -> None:
    case = Case().signed()
    case.days(5)
    case.meet()
    began = case.now - timedelta(minutes=30)
    refused(case, "meeting_already_logged", LogMeeting, MENTEE, began_at=began, minutes=20, mode="phone")
    refused(case, "minutes_out_of_range", LogMeeting, MENTEE, began_at=began, minutes=0, mode="phone")
    refused(
        case, "unknown_topic", LogMeeting, MENTEE, began_at=began, minutes=20, mode="phone", topics=("golf",)
    )
    refused(case, "unknown_mode", LogMeeting, MENTEE, began_at=began, minutes=20, mode="fax")
    refused(case, "unknown_obstacle", RecordObstacle, COORDINATOR, obstacle="weather")


def test_a_meeting_may_cross_midnight() -> None:
    case = Case().signed()
    case.days(5)
    case.now = case.rules.calendar.at(date(2026, 8, 9)).replace(hour=6, minute=30)
    case.do(LogMeeting, MENTEE, began_at=case.now - timedelta(hours=2), minutes=120, mode="phone")
    assert len(case.state.meetings.log) == 1


def test_while_paused_nothing_fires_and_nothing_else_is_accepted() -> None:
    case = Case().signed()
    case.days(10)
    due = case.state.timers
    refused(case, "unknown_reason", PauseRelationship, MENTEE, reason="vacation")
    case.do(PauseRelationship, MENTEE, reason="leave")
    assert not case.days(100)
    refused(case, "relationship_paused", LogMeeting, MENTOR, began_at=case.now, minutes=30, mode="phone")
    refused(
        case, "already_paused" if False else "relationship_paused", PauseRelationship, MENTEE, reason="leave"
    )
    case.do(ResumeRelationship, COORDINATOR)
    after = {timer.subject: timer for timer in case.state.timers}
    before = {timer.subject: timer for timer in due}
    assert after["completion"] == before["completion"]
    assert after["meeting"].due > before["meeting"].due
    refused(case, "not_paused", ResumeRelationship, MENTOR)


def test_resuming_moves_open_deadlines_by_calendar_days_across_dst() -> None:
    case = Case().matched()
    case.days(1)
    before = case.state.timers[0].due
    case.do(PauseRelationship, COORDINATOR, reason="leave")
    case.days(120)
    case.do(ResumeRelationship, COORDINATOR)
    zone = RULES.calendar.zone
    moved = case.state.timers[0].due
    assert (moved.astimezone(zone).date() - before.astimezone(zone).date()).days == 120
    assert moved.astimezone(zone).hour == before.astimezone(zone).hour == 9


@pytest.mark.parametrize("actor", [MENTEE, MENTOR, COORDINATOR])
def test_each_of_them_may_end_it_without_fault(actor: Actor) -> None:
    case = Case().signed()
    case.do(EndRelationship, actor, reason="no_fault")
    assert case.state.ended
    assert case.open_tasks() == []
    assert [type(effect) for effect in case.effects].count(DeliverWithdrawal) == 1
    refused(case, "relationship_ended", EndRelationship, actor, reason="no_fault")


def test_a_change_of_partner_names_a_successor() -> None:
    case = Case().apply()
    refused(case, "no_partner", ChangePartner, MENTEE, reason="no_fault")
    refused(case, "unknown_reason", EndRelationship, MENTEE, reason="boredom")
    case = Case().signed()
    case.do(ChangePartner, MENTEE, reason="no_fault")
    assert any(isinstance(effect, StartSuccessor) for effect in case.effects)
    following = Case()
    following.do(
        OpenRelationship,
        SYSTEM,
        application=case.state.application_id,
        reason="new_to_role",
        applied_on=date(2026, 8, 1),
        predecessor=case.id,
    )
    assert (following.state.stage, following.state.predecessor) == ("matching", case.id)


def test_a_refused_mailbox_becomes_a_task() -> None:
    case = Case().matched()
    failure = {"kind": NoticeKind.WELCOME_MENTEE, "person": MENTEE.id, "code": "smtp_550"}
    case.do(HearNotice, SYSTEM, notice=derive("n"), outcome=Outcome.REFUSED, **failure)
    assert "fix_address" in case.open_tasks()
    refused(
        case,
        "role_not_allowed",
        HearNotice,
        COORDINATOR,
        notice=derive("n"),
        outcome=Outcome.PARKED,
        **failure,
    )


def test_surveys_and_recognition_are_given_once() -> None:
    case = Case().surveyed()
    refused(case, "meetings_are_over", LogMeeting, MENTOR, began_at=case.now, minutes=30, mode="phone")
    case.do(SubmitSurvey, MENTEE, answers=document("1"))
    refused(case, "already_answered", SubmitSurvey, MENTEE, answers=document("1"))
    refused(case, "not_in_recognition", RecognizeMentor, COORDINATOR, kind="letter")
    refused(case, "not_a_participant", SubmitSurvey, STRANGER, answers=document("1"))


def test_a_pair_is_told_of_another_contact_of_its_region_and_nothing_moves() -> None:
    case = Case().signed()
    before, sent = case.state, len(case.effects)
    case.do(HearContact, SYSTEM, contact=SECOND.id)
    told = [effect.notice for effect in case.effects[sent:] if isinstance(effect, SendNotice)]
    assert [(each.kind, each.person) for each in told] == [
        (NoticeKind.CONTACT_CHANGED, MENTOR.id),
        (NoticeKind.CONTACT_CHANGED, MENTEE.id),
    ]
    assert replace(case.state, applied_seq=before.applied_seq) == before


def test_before_the_match_the_welcome_letter_will_name_the_contact() -> None:
    refused(Case().apply(), "no_pair_yet", HearContact, SYSTEM, contact=SECOND.id)
