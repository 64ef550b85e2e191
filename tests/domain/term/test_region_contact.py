"""A region without a contact."""

from dataclasses import replace
from datetime import date

from domain.actors import Role
from domain.term.region_contact import ContactsSeen
from tests.domain.term.term_case import TERM_RULES, WHO, TermCase


def test_a_region_without_a_contact_is_a_task_of_the_state_office_until_one_is_named() -> None:
    rules = replace(TERM_RULES, monthly_record=None, log_check=None, term_surveys=None)
    case = TermCase(rules=rules, facts=replace(WHO, contacts=())).open()
    case.until(2026, 9, 7)
    assert case.open_tasks() == []
    case.until(2026, 9, 9)
    [task] = [task for task in case.state.tasks if task.open]
    assert (task.kind.value, task.role) == ("name_contact", Role.ADMIN)
    case.facts = WHO
    case.until(2026, 9, 17)
    assert case.open_tasks() == []
    assert case.events[-1] == ContactsSeen(vacant=False)


def test_a_contact_whose_days_run_out_is_missed_on_the_next_working_day() -> None:
    rules = replace(TERM_RULES, monthly_record=None, log_check=None, term_surveys=None)
    case = TermCase(rules=rules, facts=replace(WHO, contacts_until=date(2026, 12, 18))).open()
    case.until(2026, 12, 20)
    assert case.open_tasks() == []
    case.facts = replace(WHO, contacts=())
    case.until(2027, 1, 4)
    assert case.open_tasks() == [("name_contact", "")]
