"""Ties of sign-ins: which one waits for a second person, and who may confirm it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import Actor, Role
from domain.errors import RuleViolation, is_forbidden
from domain.people.sign_ins import Tie, demand_tie_may_be_confirmed, needs_second
from tests.domain.people.test_grants import ANN, BEN, EVA, NOW, TODAY, admin, grant

TIE = Tie(id="7" * 32, person=ANN, tied_by=EVA, second=True)


@pytest.mark.parametrize(
    ("role", "changed", "second"),
    [
        (Role.AUDITOR, {}, False),
        (Role.ADMIN, {}, False),
        (Role.PAYMENT_STAFF, {}, True),
        (Role.PAYMENT_STAFF, {"confirmed_by": BEN}, True),
        (Role.PAYMENT_STAFF, {"first": TODAY + timedelta(days=9)}, True),
        (Role.PAYMENT_STAFF, {"ended_at": NOW}, False),
    ],
)
def test_a_tie_to_somebody_with_a_role_about_money_needs_a_second_person(
    role: Role, changed: dict[str, object], second: bool
) -> None:
    assert needs_second([grant(Role.COORDINATOR), grant(role, **changed)], NOW) is second


def test_a_tie_waits_until_it_is_confirmed() -> None:
    assert TIE.waits
    assert not replace(TIE, confirmed_by=BEN).waits
    assert not replace(TIE, second=False).waits


@pytest.mark.parametrize(
    "actor",
    [admin(BEN), admin(BEN, role=Role.PAYMENT_STAFF), admin(BEN, role=Role.COORDINATOR)],
)
def test_another_administrator_the_state_office_and_payment_staff_confirm(actor: Actor) -> None:
    demand_tie_may_be_confirmed(TIE, actor, {BEN})


@pytest.mark.parametrize(
    ("changed", "actor", "confirmer", "code"),
    [
        ({}, admin(EVA), {EVA}, "confirms_what_one_tied"),
        ({}, admin(BEN), {BEN, EVA}, "confirms_what_one_tied"),
        ({}, admin(BEN), {BEN, ANN}, "confirms_own_sign_in"),
        ({}, admin(BEN, ("north",), Role.COORDINATOR), {BEN}, "state_office_only"),
        ({"confirmed_by": BEN}, admin(BEN), {BEN}, "sign_in_needs_nobody"),
        ({"second": False}, admin(BEN), {BEN}, "sign_in_needs_nobody"),
    ],
)
def test_nobody_confirms_what_is_not_theirs_to_confirm(
    changed: dict[str, object], actor: Actor, confirmer: set[str], code: str
) -> None:
    with pytest.raises(RuleViolation) as refused:
        demand_tie_may_be_confirmed(replace(TIE, **changed), actor, confirmer)
    assert refused.value.code == code
    assert is_forbidden(code) is (code != "sign_in_needs_nobody")
