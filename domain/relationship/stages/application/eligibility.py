"""In stage application: whom the rules accept, and the first rule that says no.

An import asks the same function before it opens a relationship, so that a proposal says what would happen.
"""

from domain.relationship.parts.application import Application
from domain.rules.program import Rules, TermDates


def refusal_of(applied: Application, term: TermDates, rules: Rules, membership: str) -> str:
    """Return the code of the first broken eligibility rule, or an empty string (MASA-5, NEA-9, OPSOA-3, MASS-2, -3).

    ``membership`` is the class that the person holds on the day of the decision, empty for none.
    """
    if applied.special:
        return "no_special_applications"  # where the program has them, a person decides and no rule is asked
    if applied.applied_on is not None and rules.intake.closed(applied.applied_on, term):
        return "intake_closed"
    if lacks_membership(membership, rules):
        return "not_a_member"
    if rules.eligibility.areas and not set(applied.areas) & set(rules.eligibility.areas):
        return "not_in_served_area"
    if rules.eligibility.first_year_only and not applied.first_year:
        return "not_first_year"
    if applied.reason not in rules.eligibility.reasons:
        return "not_new_to_role"
    return ""


def lacks_membership(membership: str, rules: Rules) -> bool:
    """Return whether the mentee lacks a membership that the program requires."""
    classes = rules.eligibility.mentee_classes
    return bool(classes) and membership not in classes
