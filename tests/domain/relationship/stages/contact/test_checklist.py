"""The checklist of the first meeting."""

from datetime import date

from domain.relationship.stages.contact.checklist import TickChecklist
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from tests.domain.builders import MENTEE, MENTOR, Case
from tests.domain.relationship.steps import refused, whole


def test_the_checklist_keeps_what_is_done_and_when() -> None:
    case = Case().matched()
    today = date(2026, 8, 3)
    for items, code in (((), "items_missing"), (("golf",), "unknown_item"), (("ways", "ways"), "item_twice")):
        assert refused(case, code, TickChecklist, MENTEE, items=items, done_on=today) == "items"
    refused(case, "date_in_future", TickChecklist, MENTEE, items=("ways",), done_on=date(2026, 8, 4))
    refused(case, "date_too_early", TickChecklist, MENTEE, items=("ways",), done_on=date.min)
    case.do(TickChecklist, MENTEE, items=("ways",), done_on=today)
    assert case.state.contact.checklist_done_on is None
    case.days(2)
    case.do(ConfirmFirstContact, MENTEE, contacted_on=today, mode="phone")
    refused(case, "already_ticked", TickChecklist, MENTOR, items=("ways",), done_on=today)
    case.do(TickChecklist, MENTOR, items=("needs",), done_on=date(2026, 8, 5))
    assert case.state.contact.checklist_done_on == date(2026, 8, 5)
    assert case.state.contact.mode == "phone"
    whole(case)
