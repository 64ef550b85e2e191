"""Applications in a proposal: once for a term, again after a refusal, never of a day to come."""

from dataclasses import replace
from datetime import date

from domain.people.identity import pair_of
from tests.domain.people.proposal.lists_of import (
    APPLIED,
    after,
    by_key,
    kinds,
    lists,
    person,
    proposed,
)


# C7
def test_a_corrected_application_is_named_by_its_row_and_the_others_go_on() -> None:
    office = after(person("m1"), applications=[APPLIED])
    corrected = {**APPLIED, "applied_on": date(2026, 11, 2)}
    given = lists(people=[person("m1"), person("m2")], applications=[corrected, {**APPLIED, "key": "m2"}])
    proposal = proposed(given, office)
    [refusal] = proposal.refusals
    assert (refusal.code, refusal.rows) == ("already_applied", (2,))
    assert "2026-11-01" in refusal.problem
    assert len(proposal.writes.applications) == 1


# C12
def test_a_refused_person_applies_again_where_the_program_allows_it() -> None:
    office = after(person("m1"), applications=[APPLIED])
    refused = {id: replace(each, refused=True) for id, each in office.applications.items()}
    again = lists(applications=[{**APPLIED, "applied_on": date(2026, 11, 20)}])
    for allowed, outcome in ((True, "new"), (False, "refused")):
        known = replace(office, applications=refused, may_apply_again=allowed)
        assert kinds(proposed(again, known)) == [outcome]
    known = replace(office, applications=refused, may_apply_again=True)
    assert [each.attempt for each in proposed(again, known).writes.applications] == [2]


def test_the_words_of_a_program_for_its_codes_are_those_codes() -> None:
    office = replace(
        after(person("m1")),
        labels={"new_to_the_role": "new_to_role", "active_member": "active"},
        areas=("law",),
    )
    given = lists(
        memberships=[{"key": "m1", "membership": "active_member", "first": date(2026, 1, 1)}],
        applications=[{**APPLIED, "reason": "new_to_the_role"}],
    )
    proposal = proposed(given, office)
    assert (kinds(proposal), proposal.open_questions) == (["new", "new"], ())
    assert [each.reason for each in proposal.writes.applications] == ["new_to_role"]
    assert [each.name for each in proposal.writes.memberships] == ["active"]


# C13
def test_an_application_after_today_is_refused() -> None:
    late = [{**APPLIED, "applied_on": date(2026, 12, 20)}]
    proposal = proposed(lists(people=[person("m1")], applications=late))
    assert [each.code for each in proposal.refusals] == ["applied_in_future"]


def test_a_human_with_two_entries_applies_once_for_a_term() -> None:
    office = after(person("a", email="one@x.example"), person("b"), applications=[{**APPLIED, "key": "a"}])
    other = by_key(office, "b")
    alike = replace(office, people={**office.people, other.id: replace(other, email="one@x.example")})
    again = lists(applications=[{**APPLIED, "key": "b"}])
    [refusal] = proposed(again, alike).refusals
    assert refusal.code == "already_applied"
    assert "may be the same person" in refusal.problem
    two = replace(alike, apart=frozenset({pair_of(other.id, by_key(office, "a").id)}))
    assert kinds(proposed(again, two)) == ["new"]


def test_a_double_that_was_refused_counts_as_an_attempt_or_bars_where_the_program_allows_no_other() -> None:
    office = after(person("a", email="one@x.example"), person("b"), applications=[{**APPLIED, "key": "a"}])
    other = by_key(office, "b")
    refused = {id: replace(each, refused=True) for id, each in office.applications.items()}
    alike = replace(
        office,
        people={**office.people, other.id: replace(other, email="one@x.example")},
        applications=refused,
    )
    again = lists(applications=[{**APPLIED, "key": "b"}])
    [write] = proposed(again, replace(alike, may_apply_again=True)).writes.applications
    assert (write.person, write.attempt) == (other.id, 2)
    [refusal] = proposed(again, alike).refusals
    assert refusal.code == "already_applied"
