"""Whether a mentor qualifies on a day: training, service, credential and membership, and is not the mentee."""

from datetime import date

from domain.calendar import plus_months
from domain.errors import demand
from domain.relationship.facts import Facts
from domain.relationship.state import Relationship
from domain.rules.program import Rules


def unfit(facts: Facts, today: date, rules: Rules) -> str:
    """Return the code of the first thing that a mentor lacks, or an empty string (NEA-4, -17, -18, OPSOA-5, MASS-9)."""
    policy = rules.matching
    if policy.mentor_training_required:
        if not facts.mentor_trained:
            return "mentor_not_trained"
        if policy.training_valid_years and _years_passed(
            facts.mentor_trained_on, policy.training_valid_years, today
        ):
            return "mentor_training_expired"
    if policy.mentor_years:
        last = min(today, facts.mentor_until or today)
        since = facts.mentor_since
        if since is None or plus_months(since, 12 * policy.mentor_years) > last:
            return "mentor_serves_too_short"
    away = policy.mentor_away_years
    if away and facts.mentor_until is not None and _years_passed(facts.mentor_until, away, today):
        return "mentor_away_too_long"
    until = facts.mentor_credential_until
    if policy.mentor_credential_required and (until is None or until < today):
        return "mentor_credential_missing"
    return ""


def _years_passed(day: date | None, years: int, today: date) -> bool:
    """Return whether that many years have passed since a day; an unknown day counts as long past."""
    return day is None or plus_months(day, 12 * years) < today


def share_mailbox(one: str | None, other: str | None) -> bool:
    """Return whether two people have one email address; then they count as one person, who is nobody's mentor."""
    return one is not None and other is not None and one.casefold() == other.casefold()


def demand_memberships(state: Relationship, mentor: str, rules: Rules, facts: Facts) -> None:
    """Refuse a pair without the memberships that the program requires; without classes it requires none (MASA-7)."""
    mentor_classes, mentee_classes = rules.matching.mentor_classes, rules.eligibility.mentee_classes
    if mentor_classes:
        demand(facts.membership_of(mentor) in mentor_classes, "mentor_not_a_member", field="mentor")
    if mentee_classes and not state.application.special:
        demand(facts.membership_of(state.mentee) in mentee_classes, "mentee_not_a_member")
