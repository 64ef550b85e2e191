"""The first contact, the checklist, and another contact of the region."""

from dataclasses import replace
from datetime import date

from domain.actors import SYSTEM
from domain.notices import NoticeKind, SendNotice
from domain.relationship.stages.contact import ConfirmFirstContact, HearContact, TickChecklist
from tests.domain.builders import MENTEE, MENTOR, SECOND, Case
from tests.domain.relationship.steps import refused, whole


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
