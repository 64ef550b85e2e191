"""Forms that somebody owes: asked for by a fact, reminded of, chased, and accepted for a while after the end."""

from dataclasses import replace
from typing import Any

import pytest

from domain.actors import SYSTEM, Actor
from domain.codec import text_of
from domain.errors import RuleViolation
from domain.failed_notices import HearNotice
from domain.forms.model import Filler
from domain.messages import Command
from domain.notices import Notice, NoticeKind, Outcome, SendNotice
from domain.relationship.any_stage.ending import ChangePartner, EndRelationship
from domain.relationship.any_stage.forms_submitted import AmendForm, SubmitForm
from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.any_stage.reminders import Escalated, NudgeDue
from domain.relationship.any_stage.rules_version import MoveRules
from domain.relationship.decider import next_due
from domain.relationship.facts import Facts
from domain.relationship.forms_owed import FormsAsked, FormsLapsed
from domain.relationship.parts.forms import OwedForm
from domain.relationship.stages.recognition import AnswerContinuation, RecognizeMentor
from domain.relationship.stages.stipend import HearObligation
from domain.relationship.stages.survey import SubmitSurvey
from domain.rules.form_uses import DueAfter
from domain.rules.program import DeadlineKind
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, STATE_OFFICE, Case
from tests.domain.forms.form_builders import CLOSES, asking, paper, use

GOALS = use("goals", Filler.MENTEE, "application", after=DueAfter.APPLIED, due_days=14)
DECISION = use("decision", Filler.COORDINATOR, "matching", after=DueAfter.MATCH_CONFIRMED, due_days=7)
PLEDGE = use("pledge", Filler.MENTOR, "agreement", after=DueAfter.FIRST_CONTACT, due_days=21)
PLAN = use("plan", Filler.MENTEE, "meetings", after=DueAfter.AGREEMENT_SIGNED, due_days=10)
WISH = use("wish", Filler.MENTEE, "application", after=DueAfter.APPLIED, due_days=14, required=False)
COSTS = use("costs", Filler.COORDINATOR, "stipend", after=DueAfter.RELATIONSHIP_ENDED, due_days=30)


def notices_of(case: Case, kind: NoticeKind) -> list[Notice]:
    """Return the notices of a kind sent so far."""
    sent = (effect.notice for effect in case.effects if isinstance(effect, SendNotice))
    return [notice for notice in sent if notice.kind is kind]


def refused(case: Case, kind: type[Command], actor: Actor, /, **fields: Any) -> str:
    """Return the code that a command is refused with."""
    with pytest.raises(RuleViolation) as raised:
        case.do(kind, actor, **fields)
    return raised.value.code


def test_each_fact_asks_for_its_own_forms_and_for_no_optional_one() -> None:
    case = Case(asking(GOALS, DECISION, PLEDGE, PLAN, WISH, COSTS)).signed()
    asked = [event for event in case.events if isinstance(event, FormsAsked)]
    assert [owed.form for event in asked for owed in event.forms] == ["goals", "decision", "pledge", "plan"]
    assert case.state.owed == (
        OwedForm(form="goals", by=Filler.MENTEE),
        OwedForm(form="decision", by=Filler.COORDINATOR),
        OwedForm(form="pledge", by=Filler.MENTOR),
        OwedForm(form="plan", by=Filler.MENTEE),
    )
    due = {timer.about: timer.due for timer in case.state.timers if timer.subject is DeadlineKind.FORM}
    today = RULES.calendar.local_date(case.now)
    assert due == {
        "goals": RULES.calendar.after(today, 14),
        "decision": RULES.calendar.after(today, 7),
        "pledge": RULES.calendar.after(today, 21),
        "plan": RULES.calendar.after(today, 10),
    }
    assert case.refold() == case.state == case.through_codec()


def test_each_of_the_pair_is_told_what_is_asked_and_the_office_has_a_task() -> None:
    case = Case(asking(GOALS, DECISION, PLEDGE)).signed()
    emails = [(email.person, email.data["forms"]) for email in notices_of(case, NoticeKind.FORMS_ASKED)]
    assert emails == [(MENTEE.id, "goals"), (MENTOR.id, "pledge")]
    [task] = [task for task in case.state.tasks if task.kind.value == "fill_form"]
    [timer] = [timer for timer in case.state.timers if timer.about == "decision"]
    assert (task.subject, task.due_at) == ("decision", timer.due)


def test_the_person_who_owes_is_reminded_then_a_coordinator_chases_once() -> None:
    case = Case(asking(GOALS)).apply()
    fired = case.days(40)
    steps = [type(event) for event in fired if getattr(event, "about", "") == "goals"]
    assert steps == [NudgeDue, Escalated]
    emails = [email for email in notices_of(case, NoticeKind.REMINDER) if email.data.get("forms")]
    assert [(email.person, email.data["about"]) for email in emails] == [(MENTEE.id, "form")]
    assert [task.subject for task in case.state.tasks if task.kind.value == "chase_form"] == ["goals"]
    case.do(SubmitForm, MENTEE, form="goals", answers=paper("goals"))
    [task] = [task for task in case.state.tasks if task.kind.value == "chase_form"]
    assert (task.open, task.outcome, case.state.owed) == (False, "handed_in", ())


def test_the_offices_own_form_is_one_task_and_its_reminder_goes_to_the_region() -> None:
    case = Case(asking(DECISION)).matched()
    case.days(30)
    kinds = [task.kind.value for task in case.state.tasks if task.subject == "decision"]
    assert kinds == ["fill_form"]
    [email] = [email for email in notices_of(case, NoticeKind.REMINDER) if email.data.get("forms")]
    assert (email.person, email.region) == ("", "r3")
    case.do(SubmitForm, COORDINATOR, form="decision", answers=paper("decision"))
    assert not [task for task in case.state.tasks if task.subject == "decision" and task.open]


def test_a_form_submitted_early_is_not_asked_for_and_ends_its_deadline() -> None:
    case = Case(asking(PLAN, GOALS)).apply()
    case.do(SubmitForm, MENTEE, form="goals", answers=paper("goals"))
    assert (case.state.owed, [timer for timer in case.state.timers if timer.about]) == ((), [])
    assert not [event for event in case.days(60) if getattr(event, "about", "")]


def test_two_forms_run_side_by_side() -> None:
    case = Case(asking(PLEDGE, PLAN)).signed()
    case.days(12)
    case.do(SubmitForm, MENTOR, form="pledge", answers=paper("pledge"))
    assert [timer.about for timer in case.state.timers if timer.about] == ["plan"]
    [plan] = [timer for timer in case.state.timers if timer.about]
    assert plan.rung == 1
    assert [event.about for event in case.days(20) if isinstance(event, Escalated)] == ["plan"]


def test_a_pause_moves_the_days_of_forms() -> None:
    case = Case(asking(GOALS)).apply()
    [before] = [timer.due for timer in case.state.timers if timer.about]
    case.do(PauseRelationship, MENTEE, reason="leave")
    case.days(28)
    case.do(ResumeRelationship, MENTEE)
    [after] = [timer.due for timer in case.state.timers if timer.about]
    assert (after - before).days == 28


def test_both_are_asked_after_an_early_ending_and_the_run_stays_open_for_it() -> None:
    case = Case(asking()).signed()
    case.do(EndRelationship, MENTEE, reason="moved")
    assert (case.state.ended, case.state.closed) == (True, False)
    assert case.state.owed == (
        OwedForm(form="ask_mentor", by=Filler.MENTOR),
        OwedForm(form="ask_mentee", by=Filler.MENTEE),
    )
    emails = [(email.person, email.data["over"]) for email in notices_of(case, NoticeKind.FORMS_ASKED)]
    assert emails == [(MENTOR.id, "yes"), (MENTEE.id, "yes")]
    assert refused(case, SubmitForm, MENTEE, form="ask_mentee", answers=paper("ask_mentee")) == (
        "survey_is_its_own_command"
    )
    case.do(SubmitSurvey, MENTEE, answers=paper("ask_mentee"))
    assert refused(case, SubmitSurvey, MENTEE, answers=paper("ask_mentee", "2")) == "relationship_ended"
    assert not case.state.closed
    case.do(SubmitSurvey, MENTOR, answers=paper("ask_mentor"))
    assert case.state.closed
    assert (case.state.stage, case.state.outcome, next_due(case.state)) == ("meetings", "ended", None)
    assert [filed.form for filed in case.state.filed] == ["ask_mentee", "ask_mentor"]
    assert refused(case, SubmitSurvey, MENTOR, answers=paper("ask_mentor", "2")) == "relationship_ended"
    assert case.refold() == case.state == case.through_codec()


def test_a_form_not_submitted_after_the_end_lapses() -> None:
    case = Case(asking()).signed()
    case.do(ChangePartner, MENTOR, reason="no_fault")
    case.do(SubmitSurvey, MENTOR, answers=paper("ask_mentor"))
    fired = case.days(CLOSES + 5)
    assert [type(event) for event in fired] == [NudgeDue, Escalated, FormsLapsed]
    assert fired[-1] == FormsLapsed(forms=("ask_mentee",))
    assert [(task.kind.value, task.outcome) for task in case.state.tasks if task.subject == "ask_mentee"] == [
        ("chase_form", "lapsed")
    ]
    assert (case.state.closed, case.state.timers, case.open_tasks()) == (True, (), [])
    assert refused(case, SubmitSurvey, MENTEE, answers=paper("ask_mentee")) == "relationship_ended"


def test_nothing_but_the_last_forms_is_accepted_after_the_end() -> None:
    case = Case(asking(PLEDGE)).signed()
    case.do(SubmitForm, MENTOR, form="pledge", answers=paper("pledge"))
    document = case.state.filed[0].document
    case.do(EndRelationship, COORDINATOR, reason="moved")
    assert refused(case, EndRelationship, COORDINATOR, reason="moved") == "relationship_ended"
    assert refused(case, SubmitForm, MENTOR, form="pledge", answers=paper("pledge", "2")) == (
        "relationship_ended"
    )
    assert refused(case, AmendForm, MENTOR, document=document, answers=paper("pledge", "2")) == (
        "relationship_ended"
    )
    assert refused(case, PauseRelationship, MENTOR, reason="leave") == "relationship_ended"


def test_a_person_who_has_answered_the_closing_survey_is_not_asked_again() -> None:
    case = Case(asking()).surveyed()
    case.do(SubmitSurvey, MENTOR, answers=paper("ask_mentor"))
    case.do(EndRelationship, MENTEE, reason="moved")
    assert [owed.form for owed in case.state.owed] == ["ask_mentee"]


def test_an_end_before_the_match_asks_for_nothing() -> None:
    case = Case(asking(COSTS)).apply()
    case.do(EndRelationship, MENTEE, reason="moved")
    assert (case.state.owed, case.state.closed) == ((), True)


@pytest.mark.parametrize("early", [True, False])
def test_the_costs_of_an_end_are_recorded_after_it(early: bool) -> None:
    case = Case(asking(COSTS))
    if early:
        case.signed().do(EndRelationship, COORDINATOR, reason="moved")
        for form, actor in (("ask_mentor", MENTOR), ("ask_mentee", MENTEE)):
            case.do(SubmitSurvey, actor, answers=paper(form))
    else:
        case.surveyed()
        for form, actor in (("ask_mentor", MENTOR), ("ask_mentee", MENTEE)):
            case.do(SubmitSurvey, actor, answers=paper(form))
        for claim in case.state.claims:
            report_settled(case, claim.obligation)
        case.do(RecognizeMentor, COORDINATOR, kind="letter")
        for actor in (MENTOR, MENTEE):
            case.do(AnswerContinuation, actor, go_on=True)
    assert (case.state.ended, [owed.form for owed in case.state.owed]) == (True, ["costs"])
    assert case.open_tasks() == ["fill_form"]
    case.do(SubmitForm, COORDINATOR, form="costs", answers=paper("costs"))
    assert (case.state.closed, case.open_tasks(), case.state.timers) == (True, [], ())


def report_settled(case: Case, obligation: str) -> None:
    """Report that the obligation is paid."""
    case.do(HearObligation, SYSTEM, obligation=obligation, state="settled")


def test_a_mentee_who_continues_with_another_partner_has_applied_already() -> None:
    case = Case(asking(GOALS, DECISION)).apply(predecessor="f" * 32)
    assert case.state.owed == ()


def test_a_move_to_rules_without_the_form_no_longer_asks_for_it() -> None:
    case = Case(asking(GOALS, DECISION)).matched()
    after = asking(DECISION)
    case.facts = Facts(rules_text=text_of(replace(after, version="2")))
    [moved] = case.do(MoveRules, STATE_OFFICE, rules_version="2", reason="corrected")
    assert moved.forms_gone == ("goals",)
    assert [owed.form for owed in case.state.owed] == ["decision"]
    assert [timer.about for timer in case.state.timers if timer.about] == ["decision"]


def test_a_move_to_rules_where_somebody_else_fills_the_form_no_longer_asks_for_it() -> None:
    case = Case(asking(GOALS)).apply()
    after = asking(replace(GOALS, by=Filler.COORDINATOR))
    case.facts = Facts(rules_text=text_of(replace(after, version="2")))
    case.do(MoveRules, STATE_OFFICE, rules_version="2", reason="corrected")
    assert (case.state.owed, [timer for timer in case.state.timers if timer.about]) == ((), [])


@pytest.mark.parametrize("submitted", [True, False])
def test_an_address_that_refuses_the_last_email_is_a_task_while_it_still_matters(submitted: bool) -> None:
    case = Case(asking()).signed()
    case.do(EndRelationship, MENTEE, reason="moved")
    case.do(SubmitSurvey, MENTEE, answers=paper("ask_mentee"))
    email = next(email for email in notices_of(case, NoticeKind.FORMS_ASKED) if email.person == MENTOR.id)
    refusal = {"kind": email.kind, "person": email.person, "outcome": Outcome.REFUSED, "code": "no_mailbox"}
    case.do(HearNotice, SYSTEM, notice=email.id, **refusal)
    assert case.open_tasks() == ["fix_address"]
    if submitted:
        case.do(SubmitSurvey, MENTOR, answers=paper("ask_mentor"))
    else:
        case.days(CLOSES + 5)
    assert (case.state.closed, case.open_tasks(), case.state.timers) == (True, [], ())
    assert refused(case, HearNotice, SYSTEM, notice=email.id, **refusal) == "relationship_ended"
