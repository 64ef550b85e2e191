"""C20 in every ladder: who catches up with something is not reminded of it on the same day."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from domain.calendar import Rhythm, RhythmUnit
from domain.forms.model import Filler
from domain.journal import Event
from domain.relationship.any_stage.forms_submitted import AmendForm, SubmitForm
from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.any_stage.reminders import Escalated, NudgeDue
from domain.relationship.any_stage.staff_acts import ContradictStaffAct
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.meetings.observations import ReportObservation
from domain.relationship.stages.survey import SubmitSurvey
from domain.rules.form_uses import DueAfter
from domain.rules.program import DeadlineKind
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, START, TERMS, Case, document
from tests.domain.forms.form_builders import asking, paper, use
from tests.domain.relationship.any_stage.test_papers_of_people import WITH_FORMS, on_paper
from tests.domain.relationship.steps import at, covered, due, is_notice, whole
from tests.domain.rules_variants import RICH

CALENDAR = RULES.calendar


def asked(case: Case, until: datetime, subject: DeadlineKind) -> list[tuple[str, int, str]]:
    """Let time pass; return the rungs of a subject that fired, each with its number and what it is about."""
    fired = case.wait_until(until)
    return [rung_of(each) for each in fired if getattr(each, "subject", None) is subject]


def rung_of(event: Event) -> tuple[str, int, str]:
    assert isinstance(event, NudgeDue | Escalated)
    return type(event).__name__, event.rung, event.about


def early(day: date) -> datetime:
    """Return seven in the morning, two hours before a rung of that day."""
    return CALENDAR.at(day, time(7, 0))


def next_morning(day: date) -> datetime:
    return CALENDAR.after(day, 1)


def one_observation_held(engine: int) -> tuple[Case, date]:
    """Return a pair that reports its first observation at seven on the day on which both were due, and that day."""
    case = Case(rules=RICH, engine=engine).signed()
    observation = covered(case, at(date(2026, 9, 1)))
    day = due(case, DeadlineKind.OBSERVATION)
    case.wait_until(early(day))
    case.do(ReportObservation, MENTEE, observation=observation)
    return case, day


def test_c20_who_reports_an_observation_is_not_asked_for_the_next_one_on_that_day() -> None:
    case, day = one_observation_held(engine=4)
    assert asked(case, early(day) + timedelta(hours=20), DeadlineKind.OBSERVATION) == []
    morning = next_morning(day)
    assert asked(case, morning, DeadlineKind.OBSERVATION) == [("NudgeDue", 1, "")]
    assert due(case, DeadlineKind.OBSERVATION) == day, "the day on which they were due stays"
    assert asked(case, morning + timedelta(days=20), DeadlineKind.OBSERVATION) == [("Escalated", 2, "")]
    whole(case)


@pytest.mark.parametrize("engine", [1, 2, 3])
def test_c20_runs_of_earlier_engines_ask_for_the_next_observation_at_nine(engine: int) -> None:
    case, day = one_observation_held(engine)
    assert asked(case, CALENDAR.at(day), DeadlineKind.OBSERVATION) == [("NudgeDue", 1, "")]


def test_c20_the_quota_of_a_pair_that_comes_back_late_is_not_asked_for_on_its_first_day() -> None:
    case = Case(rules=RICH).signed()
    day = due(case, DeadlineKind.OBSERVATION)
    case.wait_until(CALENDAR.at(day - timedelta(days=5)))
    case.do(PauseRelationship, MENTEE, reason="leave")
    case.wait_until(CALENDAR.at(day + timedelta(days=10), time(22, 0)))
    case.do(ResumeRelationship, MENTEE)
    assert asked(case, case.now, DeadlineKind.OBSERVATION) == []
    morning = next_morning(CALENDAR.local_date(case.now))
    assert asked(case, morning, DeadlineKind.OBSERVATION) == [("NudgeDue", 1, "")]
    whole(case)


GOALS = use("goals", Filler.MENTEE, "application", after=DueAfter.APPLIED, due_days=14)
WISHES = use("wishes", Filler.MENTEE, "application", after=DueAfter.APPLIED, due_days=14)
PLEDGE = use("pledge", Filler.MENTOR, "application", after=DueAfter.APPLIED, due_days=14)


def one_form_handed_in(engine: int = 4) -> tuple[Case, date]:
    """Return a pair whose mentee hands in one of two forms at seven on the day on which all were due, and that day."""
    case = Case(asking(GOALS, WISHES, PLEDGE), engine=engine).matched()
    day = due(case, DeadlineKind.FORM)
    case.wait_until(early(day))
    case.do(SubmitForm, MENTEE, form="goals", answers=paper("goals"))
    return case, day


def test_c20_who_hands_in_a_form_is_not_asked_for_another_one_on_that_day() -> None:
    case, day = one_form_handed_in()
    assert asked(case, CALENDAR.at(day, time(20, 0)), DeadlineKind.FORM) == [("NudgeDue", 1, "pledge")]
    assert asked(case, next_morning(day), DeadlineKind.FORM) == [("NudgeDue", 1, "wishes")]
    whole(case)


def test_c20_who_corrects_a_form_is_not_asked_for_another_one_on_that_day() -> None:
    case = Case(asking(GOALS, WISHES)).matched()
    case.do(SubmitForm, MENTEE, form="goals", answers=paper("goals"))
    day = due(case, DeadlineKind.FORM)
    case.wait_until(early(day))
    case.do(AmendForm, MENTEE, document=paper("goals").doc, answers=paper("goals", "again"))
    assert asked(case, CALENDAR.at(day, time(20, 0)), DeadlineKind.FORM) == []
    assert asked(case, next_morning(day), DeadlineKind.FORM) == [("NudgeDue", 1, "wishes")]
    whole(case)


def test_c20_runs_of_earlier_engines_ask_for_the_other_form_at_nine() -> None:
    case, day = one_form_handed_in(engine=3)
    assert asked(case, CALENDAR.at(day), DeadlineKind.FORM) == [
        ("NudgeDue", 1, "pledge"),
        ("NudgeDue", 1, "wishes"),
    ]


def test_c20_nobody_is_reminded_of_an_agreement_that_was_written_anew_that_morning() -> None:
    case = Case().matched()
    case.do(ConfirmFirstContact, MENTEE, contacted_on=START.date(), mode="phone")
    day = due(case, DeadlineKind.AGREEMENT)
    case.wait_until(early(day))
    other = replace(TERMS, rhythm=Rhythm(every=2, unit=RhythmUnit.WEEKS))
    case.do(DraftAgreement, MENTOR, terms=other)
    assert asked(case, CALENDAR.at(day, time(20, 0)), DeadlineKind.AGREEMENT) == []
    assert asked(case, next_morning(day), DeadlineKind.AGREEMENT) == [("NudgeDue", 1, "")]
    whole(case)


def test_c20_who_says_that_survey_answers_were_entered_wrongly_is_not_reminded_on_that_day() -> None:
    case = Case(WITH_FORMS).signed()
    for _ in range(4):
        case.days(1)
        case.meet()
    case.wait_until(case.state.meetings_end(RULES) + timedelta(hours=1))
    assert case.state.stage == "survey"
    day = due(case, DeadlineKind.SURVEY)
    case.wait_until(CALENDAR.at(day - timedelta(days=1)))
    case.do(SubmitSurvey, on_paper(MENTEE), answers=document("entered"))
    case.wait_until(early(day))
    case.do(ContradictStaffAct, MENTEE, act=case.state.staff_acts[-1].id)
    assert asked(case, CALENDAR.at(day, time(20, 0)), DeadlineKind.SURVEY) == []
    assert asked(case, next_morning(day), DeadlineKind.SURVEY) == [("NudgeDue", 1, "")]
    whole(case)


def test_what_is_not_due_before_the_next_working_morning_keeps_its_ladder() -> None:
    case = Case(asking(GOALS, WISHES)).matched()
    before = [timer for timer in case.state.timers if timer.about == "wishes"]
    case.do(SubmitForm, MENTEE, form="goals", answers=paper("goals"))
    assert [timer for timer in case.state.timers if timer.about == "wishes"] == before
    [submitted] = [event for event in case.events if type(event).__name__ == "FormSubmitted"]
    assert submitted.timers is None


@pytest.mark.parametrize("actor", [MENTOR, COORDINATOR])
def test_a_form_of_another_writer_puts_nothing_off(actor: object) -> None:
    office = use("decision", Filler.COORDINATOR, "matching", after=DueAfter.MATCH_CONFIRMED, due_days=14)
    case = Case(asking(GOALS, PLEDGE, office)).matched()
    day = due(case, DeadlineKind.FORM)
    case.wait_until(early(day))
    form = "pledge" if actor is MENTOR else "decision"
    case.do(SubmitForm, MENTOR if actor is MENTOR else COORDINATOR, form=form, answers=paper(form))
    assert ("NudgeDue", 1, "goals") in asked(case, CALENDAR.at(day), DeadlineKind.FORM)


@pytest.mark.parametrize(("engine", "reminded"), [(3, [MENTOR.id, MENTEE.id]), (4, [MENTOR.id])])
def test_who_has_signed_is_not_reminded_of_the_agreement(engine: int, reminded: list[str]) -> None:
    case = Case(engine=engine).matched()
    case.do(ConfirmFirstContact, MENTEE, contacted_on=START.date(), mode="phone")
    case.do(DraftAgreement, MENTOR, terms=TERMS)
    case.sign(MENTEE)
    case.wait_until(CALENDAR.at(due(case, DeadlineKind.AGREEMENT)))
    sent = [each.notice for each in case.effects if is_notice(each, "reminder")]
    assert [each.person for each in sent] == reminded


@pytest.mark.parametrize(
    ("rhythm", "period"),
    [
        (Rhythm(every=1, unit=RhythmUnit.MONTHS), "2026-09"),
        (Rhythm(every=2, unit=RhythmUnit.WEEKS), "2026-08-17"),
        (Rhythm(every=2, unit=RhythmUnit.MONTHS), "2026-10-03"),
    ],
)
def test_a_reminder_names_the_month_of_the_meeting_or_the_day_by_which_it_was_due(
    rhythm: Rhythm, period: str
) -> None:
    for engine, named in ((3, None), (4, period)):
        case = Case(engine=engine).matched()
        case.do(ConfirmFirstContact, MENTEE, contacted_on=START.date(), mode="phone")
        case.do(DraftAgreement, MENTOR, terms=replace(TERMS, rhythm=rhythm))
        case.sign(MENTEE)
        case.sign(MENTOR)
        case.days(90)
        sent = [each.notice for each in case.effects if is_notice(each, "reminder")]
        assert {each.data.get("period") for each in sent} == {named}


def test_a_reminder_names_the_day_that_the_last_log_has_named() -> None:
    case = Case().signed()
    case.days(5)
    case.do(
        LogMeeting,
        MENTOR,
        began_at=case.now - timedelta(hours=1),
        minutes=30,
        mode="phone",
        next_on=date(2026, 8, 24),
    )
    case.days(30)
    [first, *_] = [each.notice for each in case.effects if is_notice(each, "reminder")]
    assert first.data["period"] == "2026-08-24"
    whole(case)
