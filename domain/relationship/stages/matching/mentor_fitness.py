"""Whether a mentor qualifies on a day: training, service and credential, region, role and a free place.

The two of a pair must also be two humans.
"""

from datetime import date
from typing import Any

from domain.calendar import plus_months
from domain.errors import RuleViolation, demand
from domain.relationship.facts import COMPARES_HUMANS, Facts
from domain.relationship.state import Relationship
from domain.rules.program import Rules

_FAR = date(9000, 1, 1)  # the day of training that has not expired


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


def demand_known(facts: Facts) -> None:
    """Refuse someone who is no mentor of this program."""
    demand(facts.mentor_known, "unknown_mentor", field="mentor")


def share_mailbox(one: str | None, other: str | None) -> bool:
    """Return whether two people have one email address; then they count as one person, who is nobody's mentor."""
    return one is not None and other is not None and one.casefold() == other.casefold()


def demand_two_humans(state: Relationship, mentor: str, facts: Facts) -> None:
    """Refuse a pair whose two entries are, or may be, one human: that human would sign on both sides (MASA-27)."""
    if state.engine < COMPARES_HUMANS:
        demand(not facts.one_mailbox, "mentor_is_mentee", field="mentor")
        return
    one = facts.one_human(state.mentee, mentor) or (facts.same_as is None and facts.one_mailbox)
    demand(not (one and facts.one_mailbox), "two_people_one_mailbox", field="mentor")
    demand(not one, "mentor_is_mentee", field="mentor")


def demand_known_reason(fallback: str, rules: Rules) -> None:
    """Refuse a reason for a mentor of another role that the program does not know."""
    if fallback:
        demand(fallback in rules.matching.fallback_reasons, "unknown_fallback", field="fallback")


def demand_fit(facts: Facts, today: date, rules: Rules) -> None:
    """Refuse to name a mentor who lacks training, service or credential."""
    if code := unfit(facts, today, rules):
        raise RuleViolation(code, field="mentor")


def demand_eligible(state: Relationship, fallback: str, rules: Rules, facts: Facts) -> None:
    """Refuse a mentor of another region, one of another role without a reason, and one without a free place."""
    if not rules.matching.cross_region:
        demand(facts.mentor_region == state.region, "mentor_of_other_region", field="mentor")
    if rules.matching.fallback_reasons and not facts.mentor_same_role:
        demand(bool(fallback), "fallback_reason_missing", field="fallback")
    demand(facts.free_slot > 0, "mentor_full", field="mentor")


def recorded_fitness(event: Any, rules: Rules, draft: Rules) -> tuple[Facts, dict[str, tuple[Any, ...]]]:
    """Return what an event says about the mentor's fitness, and what only a draft of the rules asks for.

    ``rules`` decided: without what they require they would have refused.
    """
    then, now = rules.matching, draft.matching
    facts = Facts(
        mentor_trained=then.mentor_training_required,
        mentor_trained_on=_FAR,
        mentor_since=event.mentor_since,
        mentor_credential_until=event.credential_until,
    )
    stricter = _shorter(now.training_valid_years, then.training_valid_years)
    values: dict[str, tuple[bool, tuple[Any, ...]]] = {
        "mentor_trained": (now.mentor_training_required and not facts.mentor_trained, (True, False)),
        "mentor_trained_on": (now.mentor_training_required and stricter, (_FAR, None)),
        "mentor_until": (_shorter(now.mentor_away_years, then.mentor_away_years), (None, date.min)),
        "mentor_since": (bool(now.mentor_years) and not then.mentor_years, (date.min, None)),
    }
    return facts, {name: each for name, (needed, each) in values.items() if needed}


def _shorter(years: int, than: int) -> bool:
    """Return whether a span of years is stricter than another one because it is shorter; 0 is no limit."""
    return years > 0 and (than == 0 or years < than)
