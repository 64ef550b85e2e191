"""What would follow a take-over: each application as its relationship would decide it, and the emails it would send."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from api_gateway.services.imports.follows import what_follows
from tests.domain.builders import RULES, TERM
from tests.domain.people.proposal.lists_of import APPLIED, SINCE, after, by_key, lists, person, proposed
from tests.domain.rules_variants import BY_PERSON

ACTIVE = {"key": "k2", "membership": "active", "first": SINCE}


def following(office: Any, rules: Any = BY_PERSON, **more: Any) -> Any:
    """Return what follows when m1 applies, beside more lists."""
    writes = proposed(lists(applications=[APPLIED], **more), office).writes
    return what_follows(writes, office, {"north": rules}, TERM)


@pytest.mark.parametrize(
    ("rules", "outcome", "emails"), [(BY_PERSON, "waiting", 1), (RULES, "refused", 2)], ids=["person", "rule"]
)
def test_the_emails_are_those_that_the_relationship_would_send(rules: Any, outcome: str, emails: int) -> None:
    found = following(after(person("m1")), rules)
    assert found["applications"] == {"accepted": 0, "waiting": 0, "refused": 0} | {outcome: 1}
    assert (found["reasons"], found["emails"], found["readers"]) == ({"not_a_member": 1}, emails, 1)
    assert found["people"] == [{"name": "Name of m1", "outcome": outcome, "reason": "not_a_member"}]


def test_somebody_whom_the_list_brings_is_named_too() -> None:
    found = following(after(person("a")), people=[person("m1", name="Ann Lee")])
    assert [each["name"] for each in found["people"]] == ["Ann Lee"]
    accepted = following(after(person("m1"), memberships=[{**ACTIVE, "key": "m1"}]))
    assert accepted["people"] == []


def test_a_membership_of_an_alias_counts_as_it_will_be() -> None:
    office = after(person("m1"), person("k2"), memberships=[ACTIVE])
    alias = by_key(office, "k2")
    merged = replace(
        office, people={**office.people, alias.id: replace(alias, alias_of=by_key(office, "m1").id)}
    )
    assert following(merged)["applications"]["accepted"] == 1
    ended = following(merged, memberships=[{**ACTIVE, "last": date(2026, 6, 30)}])
    assert ended["applications"] == {"accepted": 0, "waiting": 1, "refused": 0}


def test_of_two_memberships_the_one_that_the_program_takes_counts() -> None:
    other = {"key": "m1", "membership": "aaa_other", "first": SINCE}
    office = replace(after(person("m1")), classes=("aaa_other", "active"))
    held = [other, {**ACTIVE, "key": "m1"}]
    assert following(office, memberships=held[:1])["applications"]["waiting"] == 1
    assert following(office, memberships=held)["applications"]["accepted"] == 1
