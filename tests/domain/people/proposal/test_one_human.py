"""What must not happen to one human, or to two: applications, old answers, old numbers, and names of nobody."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.ids import derive
from domain.people.entry import Entry, Membership, MentorRecord
from domain.people.identity import pair_of
from domain.people.proposal.known import KnownApplication, KnownOffice, with_aliases
from domain.people.proposal.lists import Complete
from domain.people.proposal.outcomes import ImportProposal
from domain.people.proposal.propose import propose
from tests.domain.people.proposal.lists_of import (
    ADMIN,
    NORTH,
    OFFICE,
    SINCE,
    STATE,
    after,
    answered,
    by_key,
    kinds,
    lists,
    person,
    proposed,
    taken,
)

A, B, C = "1" * 32, "2" * 32, "3" * 32
APPLIED_ON = date(2026, 11, 1)


def entry(id: str, key: str, **values: Any) -> Entry:
    known = {
        "name": f"Name of {key}",
        "email": f"{key}@post.example",
        "role_title": "principal",
        "district": "Lake",
        "region": "north",
        **values,
    }
    return Entry(id=id, association="acme", keys=(key,) if key else (), **known)


def office(*people: Entry, **more: Any) -> KnownOffice:
    return replace(OFFICE, people={each.id: each for each in people}, **more)


def application(key: str) -> dict[str, Any]:
    return {"key": key, "reason": "new_to_role", "first_year": True, "applied_on": APPLIED_ON}


def refusals(proposal: ImportProposal) -> list[tuple[str, tuple[int, ...]]]:
    return [(each.code, each.rows) for each in proposal.refusals]


def dangling(proposal: ImportProposal) -> set[str]:
    """Return the names of new people that are written somewhere without an entry."""
    writes = proposal.writes
    named = {str(each.values.get("supervisor") or "") for each in writes.people}
    named |= {id for pair in writes.apart for id in (pair.one, pair.other)}
    named |= {each.person for each in (*writes.memberships, *writes.mentors, *writes.applications)}
    return {id for id in named if id.startswith("new/")} - {each.person for each in writes.people}


ALIKE = (entry(A, "h1", email="x@post.example"), entry(B, "h2", email="x@post.example"))


def test_a_human_with_two_entries_applies_once_in_one_import() -> None:
    given = lists(applications=[application("h1"), application("h2")])
    proposal = proposed(given, office(*ALIKE), NORTH)
    assert refusals(proposal) == [("already_applied", (3,))]
    assert [each.person for each in proposal.writes.applications] == [A]
    two = proposed(given, office(*ALIKE, apart=frozenset({pair_of(A, B)})), NORTH)
    assert len(two.writes.applications) == 2


def test_who_was_refused_does_not_apply_again_while_another_entry_of_the_human_has_applied() -> None:
    refused = KnownApplication(
        attempt=1, reason="new_to_role", first_year=True, applied_on=date(2026, 10, 1), refused=True
    )
    running = replace(refused, applied_on=date(2026, 10, 2), refused=False)
    given = lists(applications=[application("h1")])
    both = office(*ALIKE, may_apply_again=True, applications={A: refused, B: running})
    proposal = proposed(given, both, NORTH)
    assert refusals(proposal) == [("already_applied", (2,))]
    assert "2026-10-02" in proposal.refusals[0].problem
    alone = replace(both, applications={A: refused})
    assert [each.attempt for each in proposed(given, alone, NORTH).writes.applications] == [2]


def test_one_human_is_the_same_from_each_of_its_entries() -> None:
    known = office(
        entry(A, "a", email="alias@post.example", alias_of=B),
        entry(B, "b"),
        entry(C, "c", email="alias@post.example"),
        same=frozenset({pair_of(A, B)}),
    )
    assert {known.one_human(id) for id in (A, B, C)} == {frozenset({A, B, C})}


def test_no_to_a_move_changes_nothing_of_a_person_of_another_region() -> None:
    known = office(entry(A, "h1", region="central"))
    given = lists(people=[person("h1", email="other@post.example", region="north")])
    [move] = propose(given, known, NORTH, {}).questions
    no = propose(given, known, NORTH, answered(STATE, {move.id: "no"}))
    assert (kinds(no), no.writes.people) == (["unchanged"], ())
    away = lists(people=[person("h1", email="other@post.example", region="central")])
    there = office(entry(A, "h1"))
    [move] = propose(away, there, NORTH, {}).questions
    own = propose(away, there, NORTH, answered(STATE, {move.id: "no"}))
    assert [dict(each.values) for each in own.writes.people] == [{"email": "other@post.example"}]


def test_staff_rights_of_one_entry_are_those_of_all_entries_of_the_human() -> None:
    people = {each.id: each for each in (entry(A, "a"), entry(B, "b", alias_of=A), entry(C, "c", alias_of=A))}
    assert with_aliases(people, {B}) == {A, B, C}
    assert with_aliases(people, {"9" * 32}) == {"9" * 32}
    assert with_aliases({**people, C: entry(C, "c")}, {A}) == {A, B}


NORTHERN, CENTRAL = derive("roster", "north", "m1"), derive("roster", "central", "m1")
OLD = office(
    entry(NORTHERN, "", name="Ann", email="ann@post.example"),
    entry(CENTRAL, "", name="Bob", email="bob@post.example", region="central"),
)


def test_of_two_people_with_one_old_number_the_name_or_the_address_chooses() -> None:
    for found, values in (
        (CENTRAL, {"name": "Bob", "email": "new@post.example", "region": "central"}),
        (CENTRAL, {"name": "Robert", "email": "bob@post.example", "region": "central"}),
        (NORTHERN, {"name": "Ann", "email": "ann@post.example"}),
    ):
        proposal = proposed(lists(people=[person("m1", **values)]), OLD)
        assert proposal.open_questions == ()
        assert [(each.person, each.keys) for each in proposal.writes.people] == [(found, ("m1",))]


def test_of_two_people_with_one_old_number_a_person_chooses_where_nothing_else_does() -> None:
    given = lists(people=[person("m1", name="Eve", email="eve@post.example")])
    [question] = proposed(given, OLD).open_questions
    assert (question.code, len(question.answers)) == ("alike_people", 3)
    assert question.answers == ("same:north", "same:central", "different"), "no address is kept in an answer"
    chosen = "same:central"
    assert [each.person for each in proposed(given, OLD, answers={question.id: chosen}).writes.people] == [
        CENTRAL
    ]
    two = proposed(given, OLD, answers={question.id: "two"})
    assert [each.new for each in two.writes.people] == [True]
    alone = proposed(lists(memberships=[{"key": "m1", "membership": "active", "first": APPLIED_ON}]), OLD)
    assert refusals(alone) == [("unknown_key", (2,))]


def test_one_old_number_in_several_regions_is_one_question_with_all_its_entries_and_asked_once() -> None:
    southern = derive("roster", "south", "m1")
    known = office(
        entry(NORTHERN, "", name="Ann", email="ann@post.example"),
        entry(CENTRAL, "", name="Ann", email="ann@central.example", region="central"),
        entry(southern, "", name="Ann Berg", email="ann@post.example", region="south"),
    )
    known = replace(known, regions={**known.regions, "south": "South"})
    given = lists(people=[person("m1", name="Ann", email="ann@post.example")])
    [question] = proposed(given, known).open_questions
    assert (question.code, [at.row for at in question.at]) == ("alike_people", [2])
    assert {*question.answers} == {"same:north", "same:central", "same:south", "different"}
    assert "Ann Berg, ann@post.example, of region south (the same email address" in question.problem
    for answer, found in (("same:north", NORTHERN), ("same:central", CENTRAL), ("same:south", southern)):
        proposal = proposed(given, known, answers={question.id: answer})
        assert proposal.open_questions == ()
        assert [(each.person, each.keys) for each in proposal.writes.people] == [(found, ("m1",))]
        assert proposed(given, taken(known, proposal.writes)).open_questions == ()


def test_of_two_people_with_one_old_number_nobody_lapses_while_a_row_has_it() -> None:
    held = (Membership(record=1, name="active", first=date(2020, 1, 1)),)
    people = {id: replace(each, memberships=held) for id, each in OLD.people.items()}
    rows = [{"key": "m1", "membership": "active", "first": date(2020, 1, 1)}]
    complete = Complete(classes=("active",), regions=("north", "central"))
    proposal = proposed(lists(memberships=rows, complete=complete), replace(OLD, people=people))
    assert proposal.questions == ()


def test_a_number_is_not_given_to_two_people() -> None:
    rows = [
        person("m1", name="Ann", email="ann@post.example"),
        person("m1", name="Bob", email="bob@post.example", region="central"),
    ]
    proposal = proposed(lists(people=rows), OLD)
    assert refusals(proposal) == [("duplicate", (2, 3))]
    assert proposal.writes.people == (), "nobody knows whose it is"


def test_an_answer_about_one_person_does_not_hold_for_another() -> None:
    given = lists(people=[person("n1", email="s@post.example")])
    first = office(entry(A, "x1", email="s@post.example"), entry(B, "y1"))
    [question] = proposed(given, first).open_questions
    same = {question.id: "same"}
    assert [each.person for each in proposed(given, first, answers=same).writes.people] == [A]
    then = office(entry(A, "x1"), entry(B, "y1", email="s@post.example"))
    later = proposed(given, then, answers=same)
    assert (kinds(later), later.writes.people) == (["question"], ())


def test_a_row_whose_supervisor_is_refused_is_refused_and_so_are_those_below() -> None:
    rows = [
        person("low", supervisor="middle"),
        person("middle", supervisor="boss"),
        person("boss", email=None),
        person("other"),
    ]
    proposal = proposed(lists(people=rows, mentors=[{"key": "low", "capacity": 1}]))
    assert sorted(refusals(proposal)) == [
        ("missing_value", (4,)),
        ("person_refused", (2,)),
        ("person_refused", (3, 2)),
    ]
    assert [each.keys for each in proposal.writes.people] == [("other",)]
    assert dangling(proposal) == set()


def test_a_row_whose_supervisor_waits_waits_for_the_same_answer() -> None:
    known = office(entry(A, "h1"), entry(B, "h2"))
    rows = [
        person("low", supervisor="boss"),
        person("h1", supervisor="boss"),
        person("boss", role_title="king"),
        person("h2", supervisor="h1", phone="555"),
    ]
    proposal = proposed(lists(people=rows), known)
    found = {each.at.row: (each.outcome.value, each.questions) for each in proposal.outcomes}
    waits = ("question", ("title:king",))
    assert found == {2: waits, 3: waits, 4: waits, 5: ("changed", ())}
    assert [each.person for each in proposal.writes.people] == [B]
    done = proposed(lists(people=rows), known, answers={"title:king": "new"})
    assert set(kinds(done)) == {"new", "changed"}
    assert dangling(done) == set()


def test_a_pair_that_is_apart_has_an_entry_each() -> None:
    rows = [person("n1", email="s@post.example", region="nowhere"), person("n2", email="s@post.example")]
    given = lists(people=rows)
    [question] = proposed(given).open_questions
    proposal = propose(given, OFFICE, ADMIN, answered(ADMIN, {question.id: "two", "titles": "yes"}))
    assert [each.keys for each in proposal.writes.people] == [("n2",)]
    assert proposal.writes.apart == ()


def test_a_list_that_names_the_number_of_an_alias_says_nothing_new_about_the_human() -> None:
    records: dict[str, Any] = {
        "memberships": [{"key": "k2", "membership": "active", "first": SINCE}],
        "mentors": [{"key": "k2", "capacity": 2, "trained_on": SINCE}],
    }
    office = after(person("k1"), person("k2"), person("k3", supervisor="k2"), **records)
    stands, alias = by_key(office, "k1"), by_key(office, "k2")
    merged = replace(office, people={**office.people, alias.id: replace(alias, alias_of=stands.id)})
    rows = [person("k2", name=stands.name, email=stands.email), person("k3", supervisor="k2")]
    proposal = proposed(lists(people=rows, **records), merged)
    assert kinds(proposal) == ["unchanged"] * 4
    assert (proposal.writes.people, proposal.writes.memberships, proposal.writes.mentors) == ((), (), ())
    ended = [{**records["memberships"][0], "last": date(2026, 6, 30)}]
    [write] = proposed(lists(memberships=ended), merged).writes.memberships
    assert write.person == alias.id, "the entry that holds the record is the one that changes"


@pytest.mark.parametrize("number", ["m1", "77"])
@pytest.mark.parametrize("kind", ["people", "memberships", "mentors", "applications", "complete"])
def test_a_row_under_any_number_of_a_human_is_about_that_human(kind: str, number: str) -> None:
    held = (Membership(record=1, name="active", first=SINCE),)
    both = replace(entry(A, "m1", memberships=held, mentor=MentorRecord(capacity=1)), keys=("m1", "77"))
    applied = KnownApplication(attempt=1, reason="new_to_role", first_year=True, applied_on=APPLIED_ON)
    known = office(both, applications={A: applied})
    member = {"key": number, "membership": "active", "first": SINCE}
    given = {
        "people": lists(people=[{**person("m1"), "key": number}]),
        "memberships": lists(memberships=[member]),
        "mentors": lists(mentors=[{"key": number, "capacity": 1}]),
        "applications": lists(applications=[application(number)]),
        "complete": lists(
            memberships=[member], complete=Complete(classes=("active",), regions=("north", "central"))
        ),
    }
    proposal = proposed(given[kind], known)
    assert (kinds(proposal), proposal.open_questions, proposal.refusals) == (["unchanged"], (), ())
