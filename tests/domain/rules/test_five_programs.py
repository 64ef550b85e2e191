"""What the shipped programs say: the facts of their sources, and the rules that follow from these facts."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from activities.adapters.files.program_files import load_programs
from domain.calendar import Rhythm, RhythmUnit
from domain.errors import RuleViolation
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.stipend import StipendClaimed
from domain.rules.money import Direction, Trigger
from domain.rules.money import MoneyUnit as MoneyUnit
from domain.rules.program_file import ProgramFile, not_executed
from domain.term.opening import open_to_terms
from tests.domain.builders import COORDINATOR, FACTS, MENTEE, MENTOR, RULES, Case
from tests.domain.rules_variants import with_rules

PROGRAMS = load_programs()
MASA, NEA, OPSOA = PROGRAMS["masa"], PROGRAMS["nea_esp"], PROGRAMS["opsoa"]
ESE, MASS = PROGRAMS["ma_ese"], PROGRAMS["mass"]


@pytest.mark.parametrize("file", PROGRAMS.values(), ids=PROGRAMS)
def test_every_pair_promises_confidentiality_and_nobody_is_evaluated(file: ProgramFile) -> None:
    """MASA-34, NEA-12, OPSOA-10, MASS-10."""
    assert {"confidential", "no_evaluation"} <= set(file.rules.agreement.ground_rules)
    assert file.label("confidential") != "confidential"


@pytest.mark.parametrize("file", PROGRAMS.values(), ids=PROGRAMS)
def test_every_program_says_what_success_is_before_its_year_begins(file: ProgramFile) -> None:
    """NEA-35, -38: measures, parties and resources are in the file, and so in its version."""
    charter = file.frame.charter
    assert charter.success
    assert charter.parties
    assert charter.resources


@pytest.mark.parametrize("file", PROGRAMS.values(), ids=PROGRAMS)
def test_a_supervisor_is_no_mentor(file: ProgramFile) -> None:
    """MASA-27, OPSOA-17: a conflict of interest that every program knows."""
    assert {"supervisor", "family"} <= set(file.rules.matching.conflict_kinds)


def test_programs_differ_in_when_their_money_falls_due() -> None:
    """K6: before the work in one program, after it in another; a field, not a constant."""
    assert MASA.rules.money[0].trigger is Trigger.ON_CONFIRMED
    assert NEA.rules.money[0].trigger is Trigger.ON_COMPLETION


def test_money_is_claimed_when_the_meetings_are_done_where_the_program_says_so() -> None:
    """NEA-51: the log of meetings is the evidence for the stipend."""
    assert "meetings_completed" in NEA.rules.money[0].evidence
    rule = replace(RULES.money[0], trigger=Trigger.ON_COMPLETION, evidence=("meetings_completed",))
    case = Case(rules=with_rules(money=(rule,)))
    case.matched()
    assert case.state.claims == ()
    enough = Case(rules=with_rules(money=(rule,))).surveyed()
    assert [type(event) for event in enough.events].count(StipendClaimed) == 1


def test_the_stipend_of_the_superintendents_goes_to_the_region_for_each_mentor() -> None:
    """MASA-18, K7, K8."""
    (stipend,) = MASA.rules.money
    assert (stipend.payee_kind, stipend.unit) == ("region", MoneyUnit.PER_MENTOR_PER_YEAR)
    assert (stipend.amount_minor, stipend.currency) == (50000, "USD")


def test_every_program_has_a_year_and_an_intake_of_its_own() -> None:
    """K10: window or rolling, fall or summer."""
    starts = {name: file.frame.cycle.first for name, file in PROGRAMS.items()}
    assert starts["mass"] == "07-01"
    assert len(set(starts.values())) > 2
    assert OPSOA.rules.intake.course_months == 12
    assert MASS.frame.cycle.term(2025).last == date(2026, 6, 30)


def test_nine_kinds_of_work_are_served_whether_member_or_not() -> None:
    """NEA-9, -14, -23."""
    assert len(NEA.rules.eligibility.areas) == 9
    assert NEA.rules.eligibility.mentee_classes == ()
    assert {"new_hire", "new_to_school", "wants_support"} <= set(NEA.rules.eligibility.reasons)


def test_a_mentor_of_support_staff_is_trained_licensed_and_three_years_in_service() -> None:
    """NEA-4, -16 to -20, K9: active or retired member; the same job is a wish, not a condition."""
    matching = NEA.rules.matching
    assert matching.mentor_years == 3
    assert matching.mentor_credential_required
    assert matching.mentor_training_required
    assert matching.mentor_classes == ("active", "retired")
    assert matching.fallback_reasons == ()
    assert {"same_job_family", "same_site"} <= set(matching.preferences)


def test_the_charter_of_support_staff_names_two_parties_and_their_contract() -> None:
    """NEA-1, -21, -30: the parties, the basis, material for conversations."""
    charter = NEA.frame.charter
    assert charter.basis.value == "negotiated_contract"
    assert len(charter.parties) == 2


def test_pairs_of_support_staff_may_meet_as_rarely_as_every_few_months() -> None:
    """NEA-11: weekly, monthly or every few months, in person, by phone or by email."""
    assert NEA.rules.agreement.slowest_rhythm == Rhythm(every=3, unit=RhythmUnit.MONTHS)
    assert set(NEA.rules.meetings.modes) == {"in_person", "phone", "mail"}


def test_what_mentors_of_support_staff_get_is_money_and_time() -> None:
    """NEA-5, -45: a stipend that is paid, and time that is listed and not carried out yet."""
    kinds = {rule.kind: rule for rule in NEA.rules.money}
    assert kinds["stipend_for_mentors"].executed
    assert kinds["comp_time"].direction is Direction.IN_KIND
    assert next(where for where, _ in not_executed(NEA)) == "money[1]"
    assert not open_to_terms(NEA)


def test_mentoring_of_supervisory_officers_begins_on_request_and_lasts_a_year() -> None:
    """OPSOA-1 to -5: a standing program since 2004, members as mentees, trained alumni as mentors."""
    assert (OPSOA.frame.charter.standing.value, OPSOA.frame.charter.since) == ("standing", "2004")
    assert OPSOA.rules.intake.kind.value == "rolling"
    assert OPSOA.rules.eligibility.reasons == ("appointment", "new_portfolio")
    assert OPSOA.rules.eligibility.mentee_classes == ("member",)
    assert OPSOA.rules.matching.mentor_classes == ("alumni",)
    assert OPSOA.rules.matching.mentor_training_required


def test_a_mentor_of_the_same_board_or_of_another_is_a_preference() -> None:
    """OPSOA-6 to -8: board and portfolio are preferences; the board is consulted."""
    matching = OPSOA.rules.matching
    assert {"same_board", "other_board", "same_portfolio"} <= set(matching.preferences)
    assert matching.consultation.value == "before_confirmation"
    assert matching.cross_region


def test_there_are_sixteen_topics_and_a_series_of_meetings_face_to_face() -> None:
    """OPSOA-9, -11."""
    assert len(OPSOA.rules.meetings.topics) == 16
    assert OPSOA.rules.meetings.minimum_face_to_face > 1


def test_the_cost_of_supervisory_officers_is_shared_and_administration_is_never_billed() -> None:
    """OPSOA-13 to -15: half of the estimate of 2,500 dollars; both are listed and not carried out yet."""
    share, admin = OPSOA.rules.money
    assert (share.direction, share.amount_minor, share.currency) == (Direction.SHARE, 125000, "CAD")
    assert (admin.direction, admin.amount_minor) == (Direction.IN_KIND, 0)
    assert not share.executed
    assert not admin.executed


def test_teachers_meet_weekly_unless_their_district_says_otherwise() -> None:
    """ESE-2, -3, -12, -17."""
    assert ESE.rules.agreement.suggested_rhythm == Rhythm(every=1, unit=RhythmUnit.WEEKS)
    assert {"agreement.slowest_rhythm", "agreement.suggested_rhythm"} <= set(ESE.frame.overridable)
    assert ESE.rules.meetings.shortest_minutes == 1
    assert "Mentoring in Action" in ESE.frame.charter.resources


def test_a_short_talk_counts_where_the_program_says_so() -> None:
    """ESE-12."""
    short = with_rules(meetings=replace(RULES.meetings, shortest_minutes=1))
    for rules, counts in ((short, True), (RULES, False)):
        case = Case(rules=rules).signed()
        case.days(3)
        talk = {"began_at": case.now - timedelta(minutes=3), "minutes": 3, "mode": "phone"}
        if counts:
            case.do(LogMeeting, MENTOR, **talk)
            assert len(case.state.meetings.log) == 1
        else:
            with pytest.raises(RuleViolation, match="minutes_out_of_range"):
                case.do(LogMeeting, MENTOR, **talk)


def test_assistant_superintendents_qualify_by_duty_and_not_by_title() -> None:
    """MASS-1 to -3, -7, -11: the law it rests on, the areas served, the seminars alongside it."""
    assert MASS.frame.charter.law == "603 CMR 7.13"
    assert "same_duties_other_title" in MASS.rules.eligibility.reasons
    assert len(MASS.rules.eligibility.areas) == 3
    assert len(MASS.frame.charter.beside) == 1
    assert MASS.frame.charter.since == "2020"


def test_there_are_thirteen_areas_of_support_in_person_and_remotely() -> None:
    """MASS-5, -6, -9."""
    assert len(MASS.rules.meetings.topics) == 13
    assert {"in_person", "video"} <= set(MASS.rules.meetings.modes)
    assert MASS.rules.meetings.minimum_face_to_face >= 1
    assert MASS.rules.matching.mentor_training_required


def test_the_fee_is_halved_for_half_a_year_and_not_carried_out_yet() -> None:
    """MASS-12."""
    (fee,) = MASS.rules.money
    assert (fee.direction, fee.amount_minor, fee.proration_late_start) == (Direction.IN, 250000, "half_year")
    assert not fee.executed


def test_an_untrained_mentor_is_refused_where_training_is_asked_for() -> None:
    """MASA-13, NEA-4, OPSOA-5, MASS-9."""
    rules = with_rules(matching=replace(RULES.matching, mentor_training_required=True))
    case = Case(rules=rules, facts=replace(FACTS, mentor_trained=False)).apply()
    with pytest.raises(RuleViolation, match="mentor_not_trained"):
        case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    case.facts = FACTS
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    case.do(ConfirmMatch, COORDINATOR)
    assert case.state.stage == "contact"


def test_a_first_contact_that_is_late_becomes_a_task_of_the_region() -> None:
    """MASA-26."""
    case = Case().matched()
    case.days(40)
    assert case.open_tasks() == ["help_first_contact"]


def test_the_match_names_who_signed_it_and_when() -> None:
    """MASA-16, NEA-57: two acts, each with its person and its day."""
    case = Case().apply()
    case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    case.days(2)
    case.do(ConfirmMatch, COORDINATOR)
    named = {type(event).__name__: stamp for event, stamp in zip(case.events, case.stamps, strict=True)}
    assert named["MatchProposed"].actor == named["MatchConfirmed"].actor == COORDINATOR
    assert (named["MatchConfirmed"].at - named["MatchProposed"].at).days == 2


def test_a_mentee_may_be_the_one_who_logs() -> None:
    """MASA-36: what the mentee initiates counts."""
    case = Case().signed()
    case.days(3)
    case.do(LogMeeting, MENTEE, began_at=case.now - timedelta(hours=1), minutes=30, mode="phone")
    assert case.state.meetings.log[0].logged_by.value == "mentee"


def test_promises_of_support_staff_are_in_the_letter() -> None:
    """NEA-6, -15, -27, -28, -42: what each pledges, what the text is about, and that somebody holds them harmless."""
    letter = NEA.rules.agreement
    assert {"not_evaluator", "no_reprimand", "action_plan", "celebrates", "not_for_money"} <= set(
        letter.pledges_mentor
    )
    assert {"asks_for_help", "own_development", "keeps_confidence"} <= set(letter.pledges_mentee)
    assert len(letter.pledges_mentor) >= 16
    assert len(letter.pledges_mentee) >= 12
    assert {"responsibilities", "accountability", "confidentiality", "logistics"} <= set(letter.sections)
    assert letter.hold_harmless
    assert {"no_therapy", "no_recruiting", "no_promotion"} <= set(letter.notices_of_purpose)


def test_the_forms_that_may_be_archived_are_those_of_the_signed_list() -> None:
    """NEA-50, K1, K3, K5: no monthly record, no notes of the exit interview, no references."""
    kept = NEA.rules.agreement.kept_documents
    assert set(kept) == {"mentor_application", "mentee_application", "attendance_record", "exit_form"}
    periods = NEA.rules.retention.documents
    assert periods["references"].after.value == "selection_decided"
    assert periods["exit_interview_notes"].days < periods["exit_form"].days
