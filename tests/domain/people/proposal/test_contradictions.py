"""Two rows about the same that say different things: neither is taken."""

from datetime import date
from typing import Any

from domain.people.proposal.contradictions import contradiction_words
from domain.people.proposal.lists import At
from domain.people.proposal.outcomes import ImportProposal
from domain.people.proposal.propose import propose
from tests.domain.people.proposal.lists_of import (
    NORTH,
    OFFICE,
    SINCE,
    after,
    answered,
    by_key,
    kinds,
    lists,
    person,
    proposed,
    taken,
    unnumbered,
)

TITLES = {"title:clerk": "new", "title:super": "new"}


def refusals(proposal: ImportProposal) -> list[tuple[str, tuple[int, ...], str]]:
    return [(each.code, each.rows, each.cell) for each in proposal.refusals]


# C41
def test_two_new_people_under_one_number_are_both_refused_with_all_that_hangs_on_them() -> None:
    given = lists(
        people=[
            person("m2", role_title="clerk"),
            person("m2", role_title="super"),
            person("m3", supervisor="m2"),
            person("m4"),
        ],
        memberships=[{"key": "m2", "membership": "active", "first": SINCE}],
        mentors=[{"key": "m2", "capacity": 2}],
    )
    office = after(person("m1"))
    proposal = proposed(given, office, answers=TITLES)
    assert kinds(proposal) == ["new", "refused", "refused", "refused", "refused", "refused"]
    assert [each.keys for each in proposal.writes.people] == [("m4",)]
    assert (proposal.writes.memberships, proposal.writes.mentors) == ((), ())
    [both] = [each for each in proposal.refusals if each.code == "duplicate"]
    assert (both.rows, both.cell) == ((2, 3), "m2")
    assert both.problem == (
        "Rows 2 and 3 have the member number m2 but say different things in “role_title” (“clerk” and “super”). "
        "Correct one, or delete one row."
    )


def test_a_third_row_that_agrees_with_one_of_two_is_refused_with_them() -> None:
    rows = [person("m1", phone=phone) for phone in ("555 01", "555 02", "555 01")]
    proposal = proposed(lists(people=rows), after(person("m1")))
    assert (kinds(proposal), proposal.writes.people) == (["refused"] * 3, ())
    assert refusals(proposal) == [("duplicate", (2, 3, 4), "m1")]


def test_a_row_that_says_what_is_known_is_refused_beside_one_that_does_not() -> None:
    office = after(person("m1"), mentors=[{"key": "m1", "capacity": 2}])
    mentors: list[dict[str, Any]] = [{"key": "m1", "capacity": 2}, {"key": "m1", "capacity": 3}]
    people = [person("m1"), person("m1", district="Hill")]
    proposal = proposed(lists(people=people, mentors=mentors), office)
    assert (kinds(proposal), proposal.writes.people, proposal.writes.mentors) == (["refused"] * 4, (), ())
    assert (
        "Rows 2 and 3 are about the same mentor of m1 but say different things in “capacity” (“2” and “3”)."
        in proposal.refusals[0].problem
    )


def test_rows_without_a_number_about_one_person_are_refused_together() -> None:
    rows = [unnumbered("a", phone="555 01"), unnumbered("a", phone="555 02")]
    office = after(unnumbered("a"))
    proposal = proposed(lists(people=rows), office, answers={"rows_without_number": "same"})
    assert (kinds(proposal), proposal.writes.people) == (["refused", "refused"], ())
    assert (
        "Rows 2 and 3 are about the same person but say different things in “phone” (“555 01” and “555 02”)."
        in proposal.refusals[0].problem
    )


def test_a_row_that_waits_for_an_administrator_is_refused_too_and_asks_nothing() -> None:
    office = after(person("m1"))
    office = taken(office, proposed(lists(), office).writes)
    [id] = office.people
    staffed = type(office)(
        **{**{name: getattr(office, name) for name in office.__dataclass_fields__}, "staff": frozenset({id})}
    )
    rows = [person("m1", phone="555 01"), person("m1", phone="555 02")]
    proposal = propose(lists(people=rows), staffed, NORTH, answered(NORTH, {}))
    assert (kinds(proposal), proposal.open_questions) == (["refused", "refused"], ())


def test_two_last_days_of_a_membership_end_neither_it_nor_a_known_one() -> None:
    office = after(person("m1"), memberships=[{"key": "m1", "membership": "active", "first": SINCE}])
    ended = {"key": "m1", "membership": "active", "first": SINCE}
    rows = [{**ended, "last": date(2026, 6, 30)}, {**ended, "last": date(2026, 7, 31)}]
    proposal = proposed(lists(memberships=rows), office)
    assert (kinds(proposal), proposal.writes.memberships) == (["refused", "refused"], ())
    new = {"key": "m1", "membership": "retired", "first": date(2026, 8, 1)}
    proposal = proposed(lists(memberships=[new, {**new, "last": date(2027, 1, 1)}]), office)
    assert (kinds(proposal), proposal.open_questions) == (["refused", "refused"], ())
    assert by_key(office, "m1").memberships[0].last is None
    silent = proposed(lists(memberships=[ended, rows[0]]), office)
    assert kinds(silent) == ["unchanged", "changed"], "a row without a last day says nothing of it"


def test_two_applications_of_one_person_are_both_refused() -> None:
    one = {"key": "m1", "reason": "new_to_role", "first_year": True, "applied_on": date(2026, 11, 1)}
    other = {**one, "first_year": False}
    proposal = proposed(lists(people=[person("m1")], applications=[one, other, one]), OFFICE)
    assert (kinds(proposal), proposal.writes.applications) == (["new", "refused", "refused", "refused"], ())
    assert refusals(proposal) == [("duplicate", (2, 3, 4), "m1")]


def test_rows_of_two_files_are_named_with_their_files() -> None:
    places = [At("a.csv", 2), At("b.csv", 3)]
    assert contradiction_words(places, "m1") == (
        "Row 2 of a.csv and row 3 of b.csv have the member number m1 but say different things. Correct one, or delete "
        "one row."
    )
