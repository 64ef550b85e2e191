"""What the rules would refuse, a person decides; the facts may say yes first."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.actors import Role
from domain.errors import RuleViolation
from domain.notices import NoticeKind, SendNotice
from domain.relationship import decider
from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.facts import Facts
from domain.relationship.projection import rows
from domain.relationship.stages.application.opening import ApplicationRefused, RefusalProposed
from domain.relationship.stages.application.refusal import (
    AcceptAsSpecial,
    ApplicationCorrected,
    AskFactsAgain,
    CorrectApplication,
    FactsAskedAgain,
    RefuseApplication,
)
from domain.rules.program import Appeal
from tests.domain.builders import (
    COORDINATOR,
    FACTS,
    MENTEE,
    OTHER_REGION,
    RULES,
    SECOND,
    STATE_OFFICE,
    TERM,
    Case,
    document,
)
from tests.domain.relationship.steps import refused
from tests.domain.relationship.test_what_if import Journal
from tests.domain.rules_variants import BY_PERSON

STRANGER = replace(FACTS, memberships={})
MEMBER = replace(FACTS, memberships={MENTEE.id: "active"})


def proposed(facts: Facts = STRANGER, rules: Any = BY_PERSON, **fields: Any) -> Case:
    """Return an application that the rules would refuse."""
    return Case(rules=rules, facts=facts).apply(**fields)


def emails(case: Case) -> list[NoticeKind]:
    return [each.notice.kind for each in case.effects if isinstance(each, SendNotice)]


@pytest.mark.parametrize(
    ("fields", "facts", "why"),
    [
        ({"reason": "bored"}, FACTS, ("not_new_to_role", "active")),
        ({"first_year": False}, FACTS, ("not_first_year", "active")),
        ({}, STRANGER, ("not_a_member", "no_membership")),
    ],
)
def test_nobody_is_refused_in_the_same_second(fields: dict[str, Any], facts: Facts, why: Any) -> None:
    """C11: what the rules would refuse waits for a person."""
    case = proposed(facts, **fields)
    assert case.state.stage == "application"
    assert not case.state.ended
    assert case.open_tasks() == ["decide_refusal"]
    (task,) = case.state.tasks
    assert task.why == why
    assert task.due_at is not None
    assert emails(case) == [NoticeKind.APPLICATION_RECEIVED]
    assert case.refold() == case.state == case.through_codec()


def test_a_program_without_exceptions_proposes_to_refuse_one() -> None:
    rules = replace(BY_PERSON, eligibility=replace(BY_PERSON.eligibility, special_applications=False))
    case = proposed(FACTS, rules, special_document=document("special"))
    assert isinstance(case.events[-1], RefusalProposed)
    assert case.state.tasks[0].why[0] == "no_special_applications"
    case.do(AskFactsAgain, COORDINATOR)
    assert case.open_tasks() == ["decide_refusal"]


def test_rules_that_do_not_say_who_refuses_refuse_at_once() -> None:
    assert Case(facts=STRANGER).apply().state.outcome == "refused"
    assert emails(Case(facts=STRANGER).apply())[-1] is NoticeKind.APPLICATION_REFUSED


def test_a_coordinator_of_the_region_refuses_and_the_email_says_what_the_person_may_do() -> None:
    case = proposed()
    refused(case, "other_region", RefuseApplication, OTHER_REGION)
    refused(case, "own_application", RefuseApplication, replace(COORDINATOR, id=MENTEE.id))
    (event,) = case.do(RefuseApplication, COORDINATOR)
    assert event == ApplicationRefused(reason="not_a_member", appeal="new_application")
    assert (case.state.outcome, case.state.outcome_reason) == ("refused", "not_a_member")
    assert case.open_tasks() == []
    sent = [each.notice for each in case.effects if isinstance(each, SendNotice)][-1]
    assert sent.data == {"reason": "not_a_member", "appeal": "new_application"}
    assert case.refold() == case.state


def test_the_email_of_a_program_without_another_application_promises_none() -> None:
    """C12: an email promises what a route keeps."""
    case = proposed(rules=replace(BY_PERSON, refusal_appeal=Appeal.NONE))
    case.do(RefuseApplication, COORDINATOR)
    sent = [each.notice for each in case.effects if isinstance(each, SendNotice)][-1]
    assert sent.data == {"reason": "not_a_member", "appeal": "none"}


def test_facts_that_say_yes_accept_without_another_person() -> None:
    """C11: it decides itself once the facts say yes."""
    case = proposed()
    case.facts = MEMBER
    refused(case, "facts_have_changed", RefuseApplication, COORDINATOR)
    asked, accepted = case.do(AskFactsAgain, COORDINATOR)
    assert asked == FactsAskedAgain(membership="active", as_of=date(2026, 8, 3))
    assert type(accepted).__name__ == "ApplicationAccepted"
    assert case.state.stage == "matching"
    assert case.open_tasks() == ["contact_mentee", "propose_mentor"]
    assert emails(case)[-1] is NoticeKind.APPLICATION_ACCEPTED
    assert not any(timer.subject.value == "refusal" for timer in case.state.timers)
    refused(case, "no_refusal_proposed", AskFactsAgain, COORDINATOR)
    assert case.refold() == case.state


def test_a_slip_in_an_application_is_corrected_and_nobody_is_refused_for_it() -> None:
    case = proposed(FACTS, first_year=False)
    corrected, asked, accepted = case.do(CorrectApplication, COORDINATOR, first_year=True)
    assert corrected == ApplicationCorrected(
        reason="new_to_role", first_year=True, applied_on=date(2026, 8, 1)
    )
    assert asked == FactsAskedAgain(membership="active", as_of=date(2026, 8, 3))
    assert type(accepted).__name__ == "ApplicationAccepted"
    assert emails(case) == [NoticeKind.APPLICATION_RECEIVED, NoticeKind.APPLICATION_ACCEPTED]
    assert case.state.application.first_year
    [row] = [each for each in rows(case.state) if each.table == "relationships"]
    assert (row.values["corrected_first_year"], row.values["corrected_areas"]) == (True, "")
    assert case.refold() == case.state == case.through_codec()


def test_an_application_that_nobody_corrected_has_no_columns_for_it() -> None:
    [row] = [each for each in rows(proposed().state) if each.table == "relationships"]
    assert not any(name.startswith("corrected_") for name in row.values)


def test_a_correction_that_still_says_no_changes_the_task() -> None:
    case = proposed(FACTS, first_year=False, reason="bored")
    case.do(CorrectApplication, COORDINATOR, first_year=True)
    assert [each.why for each in case.state.tasks if each.open] == [("not_new_to_role", "active")]
    assert case.refold() == case.state


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"reason": "new-to-role"}, "unknown_reason"), ({"areas": ("law", "sports")}, "unknown_area")],
)
def test_a_correction_takes_only_codes_of_the_program(wrong: dict[str, Any], code: str) -> None:
    rules = replace(BY_PERSON, eligibility=replace(BY_PERSON.eligibility, areas=("law",)))
    case = proposed(FACTS, rules, first_year=False, areas=("law",))
    [field] = wrong
    command = CorrectApplication(id="c", actor=COORDINATOR, **wrong)
    with pytest.raises(RuleViolation) as broken:
        decider.decide(case.state, command, case.now, rules, None)
    assert (broken.value.code, broken.value.field) == (code, field)
    right = CorrectApplication(id="c", actor=COORDINATOR, reason="new_to_role_in_state", areas=())
    assert decider.decide(case.state, right, case.now, rules, None) == ()
    assert case.do(CorrectApplication, COORDINATOR, **wrong), "what was recorded before is decided as it was"


def test_a_program_without_areas_takes_every_area() -> None:
    case = proposed(FACTS, first_year=False)
    command = CorrectApplication(id="c", actor=COORDINATOR, areas=("law",))
    assert decider.decide(case.state, command, case.now, BY_PERSON, None) == ()


def test_who_corrects_an_application_and_what_is_no_correction() -> None:
    case = proposed(FACTS, first_year=False)
    refused(case, "other_region", CorrectApplication, OTHER_REGION, first_year=True)
    refused(case, "own_application", CorrectApplication, replace(COORDINATOR, id=MENTEE.id), first_year=True)
    refused(case, "nothing_to_change", CorrectApplication, COORDINATOR)
    refused(case, "nothing_to_change", CorrectApplication, COORDINATOR, first_year=False)
    refused(case, "applied_in_future", CorrectApplication, COORDINATOR, applied_on=date(2026, 9, 1))
    case.do(CorrectApplication, COORDINATOR, first_year=True)
    refused(case, "application_accepted", CorrectApplication, COORDINATOR, first_year=False)
    waits = Case(rules=BY_PERSON).apply(reason="circumstances", special_document=document("special"))
    refused(waits, "no_refusal_proposed", CorrectApplication, COORDINATOR, first_year=False)


def test_an_administrator_who_imported_an_application_corrects_a_slip_in_it_and_decides_nothing_else() -> (
    None
):
    admin = replace(COORDINATOR, role=Role.ADMIN)
    case = proposed(FACTS, first_year=False)
    refused(case, "role_not_allowed", RefuseApplication, admin)
    refused(case, "role_not_allowed", AcceptAsSpecial, admin, reason="hardship")
    refused(case, "own_application", CorrectApplication, replace(admin, id=MENTEE.id), first_year=True)
    case.do(CorrectApplication, admin, first_year=True)
    assert case.state.stage == "matching"
    assert case.refold() == case.state == case.through_codec()


def test_other_facts_that_still_say_no_change_the_task() -> None:
    case = proposed(first_year=False)
    due = case.state.tasks[0].due_at
    case.facts = MEMBER
    case.do(AskFactsAgain, COORDINATOR)
    first, second = case.state.tasks
    assert (first.why, first.outcome) == (("not_a_member", "no_membership"), "facts_changed")
    assert (second.why, second.due_at, second.open) == (("not_first_year", "active"), due, True)
    case.do(AskFactsAgain, SECOND)
    assert len(case.state.tasks) == 2, "the same facts open no other task"
    assert case.refold() == case.state


def test_the_state_office_accepts_as_special_by_its_own_rules() -> None:
    case = proposed(FACTS, first_year=False)
    refused(case, "state_office_only", AcceptAsSpecial, COORDINATOR, reason="hardship")
    refused(case, "own_application", AcceptAsSpecial, replace(STATE_OFFICE, id=MENTEE.id), reason="hardship")
    case.do(AcceptAsSpecial, STATE_OFFICE, reason="second_year")
    assert case.state.stage == "matching"
    assert case.state.application.special
    assert case.state.application.decider == STATE_OFFICE.id
    assert case.state.application.reason == "second_year"
    assert case.refold() == case.state


def test_an_exception_is_not_made_where_the_program_makes_none_or_membership_is_missing() -> None:
    refused(proposed(), "not_a_member", AcceptAsSpecial, STATE_OFFICE, reason="hardship")
    policy = replace(BY_PERSON.eligibility, special_applications=False, special_reasons=())
    case = proposed(FACTS, replace(BY_PERSON, eligibility=policy), first_year=False)
    refused(case, "no_special_applications", AcceptAsSpecial, STATE_OFFICE, reason="hardship")


def test_a_late_decision_is_told_to_the_region_and_does_not_decide_itself() -> None:
    case = proposed()
    case.days(60)
    assert case.open_tasks() == ["decide_refusal"]
    assert emails(case)[-1] is NoticeKind.TASK_FOR_REGION
    assert case.refold() == case.state


def test_the_mentee_may_withdraw_while_a_refusal_waits() -> None:
    case = proposed()
    case.do(EndRelationship, MENTEE, reason="moved")
    assert (case.state.outcome, case.open_tasks()) == ("ended", [])


def test_a_new_application_names_the_refused_one() -> None:
    case = Case(rules=BY_PERSON).apply(earlier="e" * 32)
    assert case.state.earlier == "e" * 32
    assert case.state.stage == "matching"
    assert "contact_mentee" in case.open_tasks(), "unlike a change of partner, it begins at the beginning"


def test_each_decision_on_a_refusal_is_made_again_under_a_draft() -> None:
    later = replace(BY_PERSON, version="2")
    for kind, actor, given in (
        (RefuseApplication, COORDINATOR, {}),
        (AskFactsAgain, COORDINATOR, {}),
        (CorrectApplication, COORDINATOR, {"reason": "changed_role"}),
        (AcceptAsSpecial, STATE_OFFICE, {"reason": "hardship"}),
    ):
        case = Journal(BY_PERSON)
        case.apply(first_year=False)
        case.do(kind, actor, **given)
        assert case.ask(later).differences == ()
        assert case.ask(later).decisions == 2
    first = case.ask(RULES).differences[0]
    assert first.old.startswith("RefusalProposed(reason=not_first_year)")
    assert first.new.startswith("ApplicationRefused(reason=not_first_year)")


def test_an_earlier_application_is_early_enough() -> None:
    assert proposed(FACTS, applied_on=TERM.first.replace(month=7)).state.stage == "matching"
