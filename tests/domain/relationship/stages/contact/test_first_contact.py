"""The first contact, and a new contact person of the region."""

from dataclasses import replace
from datetime import date, datetime, time

from domain.actors import SYSTEM
from domain.codec import instant_text
from domain.notices import NoticeKind, SendNotice
from domain.relationship.stages.contact.first_contact import HearContact
from tests.domain.builders import CALENDAR, MENTEE, MENTOR, SECOND, Case
from tests.domain.relationship.steps import refused


def test_a_pair_is_told_of_a_new_contact_of_its_region_and_nothing_else_changes() -> None:
    case = Case().signed()
    before, sent = case.state, len(case.effects)
    case.do(HearContact, SYSTEM, contact=SECOND.id)
    notices = [effect.notice for effect in case.effects[sent:] if isinstance(effect, SendNotice)]
    assert [(each.kind, each.person) for each in notices] == [
        (NoticeKind.CONTACT_CHANGED, MENTOR.id),
        (NoticeKind.CONTACT_CHANGED, MENTEE.id),
    ]
    assert replace(case.state, applied_seq=before.applied_seq) == before


def test_before_the_match_the_welcome_letter_will_name_the_contact() -> None:
    refused(Case().apply(), "no_pair_yet", HearContact, SYSTEM, contact=SECOND.id)


def test_the_last_day_for_the_first_contact_is_over_before_anybody_asks_whether_it_was_made() -> None:
    case = Case().matched()  # on August 3, with ten days to get in touch
    [timer] = case.state.timers
    assert timer.due == timer.next_at == CALENDAR.end_of(date(2026, 8, 13))
    welcomes = [each.notice for each in case.effects if isinstance(each, SendNotice)][-2:]
    assert [each.kind for each in welcomes] == [NoticeKind.WELCOME_MENTEE, NoticeKind.WELCOME_MENTOR]
    named = {CALENDAR.local_date(datetime.fromisoformat(each.data["due"])) for each in welcomes}
    assert named == {date(2026, 8, 13)}, "both are asked to be in touch by the last day"
    sent = len(case.effects)
    case.wait_until(CALENDAR.at(date(2026, 8, 13), time(23, 59)))
    assert case.effects[sent:] == []
    case.wait_until(CALENDAR.at(date(2026, 8, 14)))
    asked = [each.notice.data for each in case.effects[sent:] if isinstance(each, SendNotice)]
    assert asked == [{"about": "first_contact", "rung": "1"}] * 2


def test_in_a_run_of_engine_4_the_first_contact_is_due_in_the_morning_of_its_last_day() -> None:
    case = Case(engine=4).matched()
    [timer] = case.state.timers
    assert timer.due == CALENDAR.at(date(2026, 8, 13))
    welcomes = [each.notice for each in case.effects if isinstance(each, SendNotice)][-2:]
    assert {each.data["due"] for each in welcomes} == {instant_text(timer.due)}
