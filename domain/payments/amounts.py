"""The calculation of amounts (MONEY 2 and 3): parts, tiers, pools and shares, in whole cents that always add up.

A cent that cannot be divided goes to the largest remainder, and to the first of equal ones, so the parts add up to the
whole. ``explain`` says in words what a rule pays before anybody relies on it, also for kinds that are not executed yet.
"""

from collections.abc import Iterator, Sequence

from domain.rules.money import MoneyRule, Shared, Tier

HOUR = 60
WHOLE = 100  # percent


def shares(amount_minor: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Divide an amount by weights, by largest remainder; of equal remainders the first wins. The parts add up to it.

    Raises:
        ValueError: There is no weight, a negative one, or none above zero.
    """
    total = sum(weights)
    if not weights or min(weights) < 0 or total < 1:
        raise ValueError("write at least one weight above zero, and none below zero")
    parts = [amount_minor * weight // total for weight in weights]
    rest = [amount_minor * weight % total for weight in weights]
    left = amount_minor - sum(parts)
    for place in sorted(range(len(weights)), key=lambda index: -rest[index])[:left]:
        parts[place] += 1
    return tuple(parts)


def installments(rule: MoneyRule) -> tuple[int, ...]:
    """Return the parts of a rule's amount. Cents left over go to the last part (100001 by 30, 30 and 40 percent)."""
    if len({part.percent for part in rule.installments}) == 1:
        return shares(rule.amount_minor, [part.percent for part in rule.installments])
    parts = [rule.amount_minor * part.percent // WHOLE for part in rule.installments]
    return (*parts[:-1], rule.amount_minor - sum(parts[:-1]))


def for_time(rule: MoneyRule, minutes: int, *, trained: bool, in_time: bool = True) -> int:
    """Return what logged minutes are worth by the rule's tiers; 0 if the claim came after the rule's last day.

    Nothing calls it yet: tiers are paid once rules of that unit are executed. A test checks its figures.

    Part of an hour counts to the minute; a fraction of a cent is cut off.
    """
    reached = [tier for tier in rule.tiers if minutes >= tier.from_minutes]
    if not reached or not in_time:
        return 0
    tier = reached[-1]
    if tier.per_hour_minor:
        return tier.per_hour_minor * minutes // HOUR
    return tier.trained_minor if trained and tier.trained_minor else tier.amount_minor


def for_mentor(rule: MoneyRule, mentees: int) -> int:
    """Return what a mentor gets for the mentees of one year: further ones at their own rate, if there is one."""
    if mentees < 1:
        return 0
    further = rule.second_mentee_minor or rule.amount_minor
    return rule.amount_minor + further * (mentees - 1)


def for_mentors_of_one(rule: MoneyRule, mentors: int) -> tuple[int, ...]:
    """Return what each mentor gets, if one mentee has several."""
    if rule.two_mentors is Shared.SPLIT:
        return shares(rule.amount_minor, [1] * mentors)
    return (rule.amount_minor,) * mentors


def from_pool(rule: MoneyRule, weights: Sequence[int]) -> tuple[int, ...]:
    """Return a pool divided among all eligible people by duration; it is known only after the window has closed."""
    return shares(rule.pool_minor, weights)


def prorate(amount_minor: int, part: int, whole: int) -> int:
    """Return an amount for part of the time, such as 6 of 10 months; a fraction of a cent is cut off."""
    return amount_minor * min(part, whole) // whole


def explain(rule: MoneyRule) -> Iterator[str]:
    """Return what the rule pays, in plain lines with calculated examples."""
    if rule.pool_minor:
        yield f"a pool of {_money(rule, rule.pool_minor)}, divided by duration after the window has closed"
        parts = from_pool(rule, (2, 2, 1))
        each = " + ".join(_money(rule, part) for part in parts)
        yield f"two whole years and half a year: {each}"
    elif rule.tiers:
        for tier in rule.tiers:
            worth = (
                f"{_money(rule, tier.per_hour_minor)} an hour" if tier.per_hour_minor else _fixed(rule, tier)
            )
            yield f"from {tier.from_minutes // HOUR} h {tier.from_minutes % HOUR:02d}: {worth}"
    elif rule.installments:
        for part, cents in zip(rule.installments, installments(rule), strict=True):
            yield f"{part.percent} percent at {part.when}: {_money(rule, cents)}"
    elif rule.amount_minor:
        yield f"{_money(rule, rule.amount_minor)} {rule.unit.value.replace('_', ' ')}"
    else:
        yield "in kind: recorded, never paid"
    if rule.second_mentee_minor:
        yield f"a mentor of two: {_money(rule, for_mentor(rule, 2))}"
    if rule.two_mentors is Shared.SPLIT:
        both = " + ".join(_money(rule, part) for part in for_mentors_of_one(rule, 2))
        yield f"two mentors of one mentee: {both}"
    if rule.proration_late_start == "by_month":
        yield f"6 of 10 months left: {_money(rule, prorate(rule.amount_minor, 6, 10))}"
    elif rule.proration_late_start == "half_year":
        yield f"half a year: {_money(rule, prorate(rule.amount_minor, 1, 2))}"
    if rule.closes:
        yield f"nothing for claims after {rule.closes}"


def _fixed(rule: MoneyRule, tier: Tier) -> str:
    trained = f", with training {_money(rule, tier.trained_minor)}" if tier.trained_minor else ""
    return f"{_money(rule, tier.amount_minor)}{trained}"


def _money(rule: MoneyRule, cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02d} {rule.currency}"
