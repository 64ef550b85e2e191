"""Rows that wait for somebody else: who answers sees every change, and a yes covers what its question named."""

from dataclasses import replace

from domain.people.proposal.likely import with_likely_changes
from domain.people.proposal.lists import At
from domain.people.proposal.propose import propose
from domain.people.proposal.questions import Answered, about_digest
from tests.domain.people.proposal.lists_of import (
    ADMIN,
    NORTH,
    SINCE,
    after,
    answered,
    kinds,
    lists,
    person,
    proposed,
)


# C62
def test_a_row_about_somebody_with_staff_rights_passes_unchanged_and_waits_for_an_administrator_changed() -> (
    None
):
    office = after(person("p1"))
    office = replace(office, staff=frozenset(office.people))
    assert kinds(proposed(lists(people=[person("p1")]), office, NORTH)) == ["unchanged"]
    given = lists(
        people=[person("p1", email="thief@x.example")],
        memberships=[{"key": "p1", "membership": "active", "first": SINCE}],
    )
    ids = [each.id for each in proposed(given, office, NORTH).questions]
    proposal = propose(given, office, NORTH, answered(NORTH, {ids[0]: "yes"}))
    assert kinds(proposal) == ["question", "question"]
    assert proposal.writes.people == ()
    assert {each.who.value for each in proposal.questions} == {"admin"}
    both = {ids[0]: "yes", ids[1]: "no"}
    assert kinds(propose(given, office, NORTH, answered(ADMIN, both))) == ["changed", "unchanged"]
    assert kinds(proposed(given, office, ADMIN)) == ["changed", "new"]


# C62
def test_who_answers_about_somebody_with_staff_rights_sees_every_change_that_a_yes_covers() -> None:
    office = after(person("p1", phone="555 01"))
    office = replace(office, staff=frozenset(office.people))
    given = lists(
        people=[person("p1", email="thief@x.example", phone="clear")],
        memberships=[{"key": "p1", "membership": "active", "first": SINCE}],
        mentors=[{"key": "p1", "capacity": 2}],
    )
    proposal = proposed(given, office, NORTH)
    assert [each.about for each in proposal.questions] == [
        ("email: p1@post.example → thief@x.example", "phone: 555 01 → removed"),
        ("membership active from: nothing → 2020-07-01",),
        ("capacity: nothing → 2",),
    ]
    shown = [[(c.field, c.before, c.after) for c in each.changes] for each in proposal.outcomes]
    assert shown == [
        [("email", "p1@post.example", "thief@x.example"), ("phone", "555 01", "")],
        [("membership active from", None, SINCE)],
        [("capacity", None, 2)],
    ]
    assert set(kinds(proposal)) == {"question"}


def test_a_yes_does_not_cover_a_change_that_its_question_did_not_name() -> None:
    office = after(person("p1"))
    office = replace(office, staff=frozenset(office.people))
    given = lists(people=[person("p1", email="new@x.example")])
    [question] = proposed(given, office, NORTH).questions
    yes = {question.id: Answered(value="yes", actor=ADMIN, about=about_digest(question.about))}
    assert kinds(propose(given, office, NORTH, yes)) == ["changed"]
    more = lists(people=[person("p1", email="new@x.example", phone="555 02")])
    again = propose(more, office, NORTH, yes)
    assert (kinds(again), again.writes.people, len(again.open_questions)) == (["question"], (), 1)


def test_a_row_of_a_file_with_two_kinds_of_list_is_a_question_of_each_kind() -> None:
    office = after(person("p1"))
    office = replace(office, staff=frozenset(office.people))
    given = lists(
        people=[person("p1", email="new@x.example")],
        memberships=[{"key": "p1", "membership": "active", "first": SINCE}],
    )
    both = replace(given, rows=tuple(replace(each, at=At("both.csv", 2)) for each in given.rows))
    proposal = proposed(both, office, NORTH)
    people, memberships = proposal.questions
    assert people.id != memberships.id
    one = propose(both, office, NORTH, answered(ADMIN, {people.id: "yes"}))
    assert kinds(one) == ["changed", "question"]
    assert one.writes.memberships == ()


def test_a_row_of_two_kinds_says_of_each_what_it_would_come_to() -> None:
    office = after(person("a"))
    given = lists(
        people=[person("a", phone="555 0100")],
        memberships=[{"key": "a", "membership": "activ", "first": SINCE}],
    )
    both = replace(given, rows=tuple(replace(each, at=At("both.csv", 2)) for each in given.rows))
    likely = with_likely_changes(proposed(both, office), both, office, ADMIN, {})
    assert [[(c.field, c.after) for c in each.changes] for each in likely] == [
        [("phone", "555 0100")],
        [("membership active from", SINCE)],
    ]


def test_who_answers_about_a_move_sees_every_change_and_an_importer_without_the_region_does_not() -> None:
    office = after(person("s1", name="Carl Sund"), person("s2", region="central"))
    out = lists(people=[person("s1", name="Carl Sund", region="central", phone="555")])
    [away] = proposed(out, office, NORTH).questions
    assert (away.about, away.confidential) == (("phone: nothing → 555", "region: north → central"), False)
    given = lists(people=[person("s2", name="Sue Two")])
    proposal = proposed(given, office, NORTH)
    [question], [row] = proposal.questions, proposal.outcomes
    assert question.about == ("name: Name of s2 → Sue Two", "region: central → north")
    assert (question.confidential, row.confidential) == (True, True)
    assert [(c.field, c.before, c.after) for c in row.changes] == [
        ("name", "Name of s2", "Sue Two"),
        ("region", "central", "north"),
    ]


def test_a_new_number_is_among_the_changes_that_a_yes_covers() -> None:
    office = after(person("00712", name="Berit Lund", email="berit@post.example"))
    office = replace(office, staff=frozenset(office.people))
    given = lists(people=[person("712", name="Berit Lund", email="berit@post.example")])
    [alike] = proposed(given, office, NORTH).questions
    found = propose(given, office, NORTH, answered(ADMIN, {alike.id: "same"}))
    assert found.questions[1].about == ("member numbers: 00712 → 00712, 712",)
