"""Whether both of a pair hold the memberships that the program requires (MASA-7)."""

from domain.errors import demand
from domain.relationship.facts import Facts
from domain.relationship.state import Relationship
from domain.rules.program import Rules


def demand_memberships(state: Relationship, mentor: str, rules: Rules, facts: Facts) -> None:
    """Refuse a pair without the memberships that the program requires; without classes it requires none (MASA-7)."""
    code = lacking(state, mentor, rules, facts)
    demand(code != "mentor_not_a_member", "mentor_not_a_member", field="mentor")
    demand(code != "mentee_not_a_member", "mentee_not_a_member")


def lacking(state: Relationship, mentor: str, rules: Rules, facts: Facts) -> str:
    """Return the code of the membership that a pair lacks, or an empty text; the mentor's comes first."""
    mentor_classes, mentee_classes = rules.matching.mentor_classes, rules.eligibility.mentee_classes
    if mentor_classes and facts.membership_of(mentor, mentor_classes) not in mentor_classes:
        return "mentor_not_a_member"
    required = mentee_classes and not state.application.special
    if required and facts.membership_of(state.mentee, mentee_classes) not in mentee_classes:
        return "mentee_not_a_member"
    return ""
