"""Faults in a table `money` of a program file."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.fault_citations import cite_faults
from domain.money import CURRENCIES
from domain.rules.checks.codes import CODE
from domain.rules.checks.values import LONGEST_DAYS, is_day
from domain.rules.money import Direction, EarlyEnd, MoneyRule, MoneyUnit, Trigger
from domain.rules.program import Rules

PAYERS = ("association", "region", "district", "board", "participant")
PAYEES = ("association", "region", "district", "board", "mentor", "participant")
PRORATIONS = ("none", "by_month", "by_day", "by_contact", "half_year")
RAILS = ("manual", "ach_ccd", "ach_ppd", "check", "pain001", "cpa005")
EVIDENCE = (
    "match_confirmed",
    "list_line",
    "signed_agreement",
    "meetings_completed",
    "contact_count",
    "hours",
    "survey",
    "attestation",
)


def faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with the money rules, one by one and together."""
    for number, rule in enumerate(rules.money):
        yield from _money_faults(f"money[{number}]", rule)
        if any(rule.kind == earlier.kind for earlier in rules.money[:number]):
            yield Fault(f"money[{number}].kind", "appears twice; write one rule for each kind")
    if any(rule.executed for rule in rules.money) and rules.order_reasons is None:
        yield Fault(
            "order_reasons", 'the program pays money; write the reasons that an order can have, not "none"'
        )


def _money_faults(here: str, rule: MoneyRule) -> Iterator[Fault]:
    known = {
        "currency": (rule.currency, CURRENCIES),
        "payer_of_record": (rule.payer_of_record, PAYERS),
        "payee_kind": (rule.payee_kind, PAYEES),
        "proration_late_start": (rule.proration_late_start, PRORATIONS),
        "proration_early_end": (rule.proration_early_end, PRORATIONS),
        "rail": (rule.rail, RAILS),
    }
    for name, (value, values) in known.items():
        if value not in values:
            yield Fault(f"{here}.{name}", "unknown; write one of " + ", ".join(values))
    if not CODE.fullmatch(rule.kind):
        yield Fault(f"{here}.kind", "write a code of lower-case letters, digits and _, at most 64")
    figure = rule.amount_minor or rule.tiers or rule.pool_minor or rule.direction is Direction.IN_KIND
    if rule.amount_minor < 0 or not figure:
        yield Fault(f"{here}.amount_minor", "write the amount in cents, more than 0")
    if not 0 <= rule.due_days <= LONGEST_DAYS:
        yield Fault(f"{here}.due_days", f"write a number of days from 0 to {LONGEST_DAYS}")
    for number, fact in enumerate(rule.evidence):
        if fact not in EVIDENCE:
            yield Fault(f"{here}.evidence[{number}]", "unknown; write one of " + ", ".join(EVIDENCE))
        elif rule.trigger is Trigger.ON_CONFIRMED and rule.due_days == 0 and fact != "match_confirmed":
            yield Fault(
                f"{here}.evidence[{number}]", "cannot exist on the day of the match; write more due_days"
            )
    if rule.trigger is Trigger.ON_CONFIRMED and rule.unit in (MoneyUnit.PER_HOUR, MoneyUnit.PER_MEETING):
        yield Fault(
            f"{here}.unit",
            "nothing has been counted when the match is confirmed; write another trigger or unit",
        )
    if rule.early_end is EarlyEnd.PRORATA and rule.proration_early_end == "none":
        yield Fault(f"{here}.proration_early_end", "early_end is prorata; write how the part is calculated")
    yield from _shape_faults(here, rule)
    faults: list[Fault] = []
    cite_faults(f"{here}.cites", list(rule.cites), faults)
    yield from faults


def _shape_faults(here: str, rule: MoneyRule) -> Iterator[Fault]:
    """Return faults in amounts of more than one figure."""
    asks_parts, asks_pool = rule.trigger is Trigger.INSTALLMENTS, rule.unit is MoneyUnit.POOL_SHARE
    if asks_parts != bool(rule.installments):
        problem = "missing; write the parts" if asks_parts else "the trigger is not installments; remove them"
        yield Fault(f"{here}.installments", problem)
    if rule.installments and sum(part.percent for part in rule.installments) != 100:
        yield Fault(f"{here}.installments", "the percents do not add up to 100; write parts that do")
    for number, part in enumerate(rule.installments):
        if part.percent < 1:
            yield Fault(f"{here}.installments[{number}].percent", "write a whole number above 0")
        if not (CODE.fullmatch(part.when) or is_day(part.when)):
            yield Fault(
                f"{here}.installments[{number}].when", "write a day as MM-DD, or the code of a milestone"
            )
    if asks_pool != bool(rule.pool_minor) or rule.pool_minor < 0:
        problem = "write the pool in cents" if asks_pool else "the unit is not pool_share; remove it"
        yield Fault(f"{here}.pool_minor", problem)
    if rule.tiers and (rule.unit is not MoneyUnit.PER_HOUR or rule.amount_minor):
        yield Fault(f"{here}.tiers", "tiers replace the amount; write unit per_hour and amount_minor 0")
    for number, tier in enumerate(rule.tiers):
        if (number and tier.from_minutes <= rule.tiers[number - 1].from_minutes) or tier.from_minutes < 0:
            yield Fault(
                f"{here}.tiers[{number}].from_minutes", "not more than the tier before it; write more"
            )
        if (tier.amount_minor > 0) == (tier.per_hour_minor > 0) or tier.trained_minor < 0:
            yield Fault(f"{here}.tiers[{number}]", "write either amount_minor or per_hour_minor")
    if rule.second_mentee_minor < 0:
        yield Fault(f"{here}.second_mentee_minor", "write an amount in cents, or leave it out")
    if rule.closes and not is_day(rule.closes):
        yield Fault(f"{here}.closes", "write a day that every year has, as MM-DD, or leave it out")
