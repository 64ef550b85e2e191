"""Rules of neighboring programs (REQUIREMENTS 10) as program files: no Python line for any of them.

A file names the shipped program that it starts from and what it sets differently; words it does not need are left out.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.adapters.files.program_files import SHIPPED
from domain.codec import CodecError
from domain.payments import amounts
from domain.relationship.facts import Facts
from domain.relationship.stages.matching.mentor_fitness import unfit
from domain.rules.money import Installment, MoneyRule, MoneyUnit, Shared, Tier, Trigger
from domain.rules.program_file import ProgramFile, not_executed, read_program
from tests.domain.builders import FACTS, RULES, STIPEND

FOLDER = Path(__file__).parent / "programs" / "neighbors"
FILES = sorted(FOLDER.glob("*.toml"))


def neighbor(name: str) -> ProgramFile:
    """Return the program of a file, without labels that no code needs any more, as anyone who copies a file does."""
    own = tomllib.loads((FOLDER / f"{name}.toml").read_text())
    data = _merge(tomllib.loads((SHIPPED / f"{own['based_on']}.toml").read_text()), own["set"])
    try:
        return read_program(data)
    except CodecError as error:
        strange = [fault for fault in error.faults if "no rule uses this code" not in fault.problem]
        assert not strange, strange
        for fault in error.faults:
            *tables, code = fault.path.split(".")
            place: Any = data
            for table in tables:
                place = place[table]
            del place[code]
        return read_program(data)


def _merge(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        both = isinstance(value, Mapping) and isinstance(base.get(key), Mapping) and "unit" not in value
        merged[key] = _merge(base[key], value) if both else value
    return merged


def money(name: str) -> MoneyRule:
    (rule,) = neighbor(name).rules.money
    return rule


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_neighbor_is_a_program_whose_money_is_explained(file: Path) -> None:
    program = neighbor(file.stem)
    assert program.program not in {path.stem for path in SHIPPED.glob("*.toml")}
    unknown = [where for where, _ in not_executed(program) if where.startswith("money")]
    assert len(unknown) == len(program.rules.money)
    for rule in program.rules.money:
        lines = list(amounts.explain(rule))
        assert lines
        assert any(re.search(r"\d\.\d\d USD", line) for line in lines)


def test_ten_neighbors_are_kept() -> None:
    assert len(FILES) == 10


def test_kansas_divides_its_pool_to_the_cent() -> None:
    parts = amounts.from_pool(money("kansas_mentors"), (2, 2, 2, 2, 2, 2, 1))
    assert sorted(parts, reverse=True) == [769231] * 5 + [769230, 384615]
    assert sum(parts) == 5_000_000


def test_arkansas_pays_the_odd_cent_first() -> None:
    assert amounts.installments(money("arkansas_novice_teachers")) == (25001, 25000)


def test_milestones_leave_the_remainder_to_the_last() -> None:
    parts = tuple(Installment(percent=percent, when="start") for percent in (30, 30, 40))
    rule = replace(STIPEND, amount_minor=100001, trigger=Trigger.INSTALLMENTS, installments=parts)
    assert amounts.installments(rule) == (30000, 30000, 40001)


@pytest.mark.parametrize(
    ("minutes", "trained", "in_time", "cents"),
    [
        (0, False, True, 0),
        (11 * 60 + 30, False, True, 28750),
        (12 * 60, False, True, 30000),
        (12 * 60, True, True, 40000),
        (40 * 60, True, False, 0),
    ],
)
def test_maryland_pays_by_the_hour_and_then_one_amount(
    minutes: int, trained: bool, in_time: bool, cents: int
) -> None:
    rule = money("maryland_hours")
    assert amounts.for_time(rule, minutes, trained=trained, in_time=in_time) == cents


def test_a_contract_pays_a_second_mentee_less_and_lets_two_mentors_share() -> None:
    rule = money("contract_shared_mentors")
    assert amounts.for_mentor(rule, 2) == 80000
    assert amounts.for_mentor(rule, 0) == 0
    assert amounts.for_mentors_of_one(replace(rule, amount_minor=50001), 2) == (25001, 25000)
    assert amounts.for_mentors_of_one(replace(rule, two_mentors=Shared.FULL), 2) == (50000, 50000)


def test_a_half_year_costs_half() -> None:
    assert amounts.prorate(250000, 1, 2) == 125000
    assert amounts.prorate(50000, 6, 10) == 30000


def test_texas_lasts_eighteen_months_and_indiana_asks_for_six_visits() -> None:
    texas, indiana = neighbor("texas_superintendents").rules, neighbor("indiana_superintendents")
    assert texas.intake.course_months == 18
    assert indiana.rules.meetings.minimum_face_to_face == 6
    assert indiana.mentor_capacity == 2


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"mentor_trained": False}, "mentor_not_trained"),
        ({"mentor_trained_on": date(2025, 6, 1)}, "mentor_training_expired"),
        ({"mentor_since": None}, "mentor_serves_too_short"),
        ({"mentor_since": date(2019, 1, 1), "mentor_until": date(2021, 12, 31)}, "mentor_serves_too_short"),
        ({"mentor_until": date(2021, 6, 1)}, "mentor_away_too_long"),
        ({"mentor_until": date(2023, 6, 1)}, ""),
        ({}, ""),
    ],
)
def test_illinois_asks_for_service_practice_and_training_of_this_year(
    facts: dict[str, Any], code: str
) -> None:
    rules = neighbor("illinois_principals").rules
    known = {"mentor_trained_on": date(2026, 6, 15), "mentor_since": date(2010, 8, 1), **facts}
    assert unfit(replace(FACTS, **known), date(2026, 8, 3), rules) == code


def test_a_mentor_lacks_nothing_where_nothing_is_required() -> None:
    assert unfit(Facts(), date(2026, 8, 3), RULES) == ""


@given(
    st.integers(0, 10**10),
    st.lists(st.integers(0, 1000), min_size=1, max_size=40).filter(lambda weights: sum(weights) > 0),
)
def test_shares_add_up_and_differ_by_less_than_a_cent(amount: int, weights: list[int]) -> None:
    parts = amounts.shares(amount, weights)
    assert sum(parts) == amount
    total = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * total - amount * weight) < total


@pytest.mark.parametrize("weights", [(), (0, 0), (1, -1)])
def test_shares_need_a_weight(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="weight"):
        amounts.shares(100, weights)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"trigger": Trigger.INSTALLMENTS}, "installments"),
        ({"installments": (Installment(percent=100, when="start"),)}, "installments"),
        (
            {
                "trigger": Trigger.INSTALLMENTS,
                "installments": (
                    Installment(percent=60, when="12-15"),
                    Installment(percent=50, when="05-20"),
                ),
            },
            "installments",
        ),
        (
            {"trigger": Trigger.INSTALLMENTS, "installments": (Installment(percent=100, when="some day"),)},
            "installments[0].when",
        ),
        ({"unit": MoneyUnit.POOL_SHARE}, "pool_minor"),
        ({"pool_minor": 5}, "pool_minor"),
        ({"tiers": (Tier(from_minutes=1, amount_minor=5),)}, "tiers"),
        (
            {
                "unit": MoneyUnit.PER_HOUR,
                "trigger": Trigger.ON_COMPLETION,
                "amount_minor": 0,
                "tiers": (Tier(from_minutes=5, amount_minor=5), Tier(from_minutes=5, amount_minor=6)),
            },
            "tiers[1].from_minutes",
        ),
        (
            {
                "unit": MoneyUnit.PER_HOUR,
                "trigger": Trigger.ON_COMPLETION,
                "amount_minor": 0,
                "tiers": (Tier(from_minutes=5, amount_minor=5, per_hour_minor=6),),
            },
            "tiers[0]",
        ),
        ({"closes": "02-30"}, "closes"),
        ({"second_mentee_minor": -1}, "second_mentee_minor"),
        ({"amount_minor": 0}, "amount_minor"),
    ],
)
def test_amounts_that_do_not_add_up_are_refused(change: dict[str, Any], path: str) -> None:
    from domain.rules.checks.rules import rule_faults

    rules = replace(RULES, money=(replace(STIPEND, **change),))
    assert f"money[0].{path}" in [fault.path for fault in rule_faults(rules)]
