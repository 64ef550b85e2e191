"""The first contact, and a new contact person of the region."""

from dataclasses import replace

from domain.actors import SYSTEM
from domain.notices import NoticeKind, SendNotice
from domain.relationship.stages.contact.first_contact import HearContact
from tests.domain.builders import MENTEE, MENTOR, SECOND, Case
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
