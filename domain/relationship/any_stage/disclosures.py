"""Disclosures that the law required: who may record which one, and for which days.

A disclosure is in no stream, because the fact alone may do harm. So this file has no command and no event: the gateway
asks these functions, and keeps the record sealed.
"""

from datetime import date

from domain.errors import demand, forbid
from domain.relationship.state import NOT_A_PARTICIPANT
from domain.rules.program import Rules


def demand_discloser(by: str, person: str, mentor: str, mentee: str, *, coordinates: bool) -> None:
    """Let a side record only its own disclosures, and a coordinator outside the pair those of anybody.

    ``by`` says who made the disclosure: ``mentor``, ``mentee`` or ``coordinator``; ``coordinates`` whether the person
    who records it is a coordinator of the region.
    """
    sides = {mentor: "mentor", mentee: "mentee"}
    if person in sides:
        demand(by == sides[person], "not_your_disclosure", field="by")
        return
    forbid(not coordinates, NOT_A_PARTICIPANT)
    demand(by != "mentor" or bool(mentor), "no_partner", field="by")


def demand_disclosure(
    kind: str, office: str, disclosed_on: date, rules: Rules, *, opened_on: date, today: date
) -> None:
    """Refuse a kind or an office that the agreement does not name, and a day before the opening or to come."""
    demand(kind in rules.agreement.legal_exceptions, "unknown_disclosure", field="kind")
    demand(office in rules.agreement.disclosure_offices, "unknown_office", field="office")
    demand(disclosed_on <= today, "disclosure_in_future", field="disclosed_on")
    demand(disclosed_on >= opened_on, "disclosure_before_opening", field="disclosed_on")
