"""Whom a coordinator may propose as a mentor."""

from datetime import date

from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from domain.relationship.stages.matching.proposal import ProposeMatch
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, OTHER_REGION, PAYMENT, Case
from tests.domain.relationship.steps import refused


def test_someone_of_another_region_or_role_is_refused() -> None:
    case = Case().apply()
    refused(case, "other_region", ProposeMatch, OTHER_REGION, mentor=MENTOR.id)
    refused(case, "role_not_allowed", ProposeMatch, PAYMENT, mentor=MENTOR.id)
    refused(case, "role_not_allowed", RecordPreMatchContact, MENTEE, contacted_on=date(2026, 8, 3))
    refused(case, "date_in_future", RecordPreMatchContact, COORDINATOR, contacted_on=date(2026, 8, 9))
    refused(case, "not_in_contact", ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
