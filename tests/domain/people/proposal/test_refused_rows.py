"""Rows that are refused: all their faults at once, in the words of the file, and no questions about them."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.people.proposal.lists import ListKind, Lists
from tests.domain.people.proposal.lists_of import (
    ADMIN,
    NORTH,
    OFFICE,
    SINCE,
    after,
    kinds,
    lists,
    person,
    proposed,
)


def strangers(*regions: str) -> Lists:
    """Return a list of people and memberships whose rows are like known people."""
    people = [
        person(f"x{at}", name="Berit Lund", email="berit@post.example", region=region)
        for at, region in enumerate(regions)
    ]
    held: list[dict[str, Any]] = [
        {"key": f"x{at}", "membership": "odd", "first": SINCE} for at in range(len(regions))
    ]
    return lists(people=people, memberships=held)


def test_lists_of_another_association_are_one_refusal_and_no_question() -> None:
    office = after(person("m1", name="Berit Lund", email="berit@post.example"))
    for importer in (ADMIN, NORTH):
        proposal = proposed(strangers("east", "west", "east"), office, importer)
        assert proposal.questions == ()
        first, second = proposal.refusals
        assert (second.code, second.rows) == ("other_association", (2, 3, 4))
        assert second.problem == (
            "None of the regions of these lists belongs to the association acme. Name the association of the lists, or "
            "correct the regions: it has central, north."
        )
        assert (first.code, first.rows) == ("person_refused", (2, 3, 4))


def test_one_slip_among_regions_is_named_with_the_allowed_ones() -> None:
    given = lists(people=[person("m1"), person("m2"), person("m3", region="east")])
    [refusal] = proposed(given, OFFICE, ADMIN).refusals
    assert (refusal.code, refusal.allowed) == ("unknown_region", ("north", "central"))
    assert refusal.problem == "The association has no such region. Write one of its regions."


def test_an_unknown_region_names_those_that_the_importer_may_write() -> None:
    given = lists(people=[person("m1"), person("m3", region="east")])
    [north] = proposed(given, OFFICE, NORTH).refusals
    assert (north.problem, north.allowed) == (
        "The association has no such region. Write one that you serve.",
        ("north",),
    )


def test_a_row_with_an_unknown_region_and_a_new_position_names_both_at_once() -> None:
    rows = [person("m1"), person("m2", region="east", role_title="principle")]
    proposal = proposed(lists(people=rows), after(person("m1")))
    assert ([each.code for each in proposal.refusals], proposal.questions) == (["unknown_region"], ())
    assert proposal.remarks == (
        "people.csv, row 3: nobody has the role title “principle” yet. If it is a slip, correct it in the file too, "
        "with what is refused in this row.",
    )


def test_a_row_about_somebody_alike_that_is_refused_asks_nothing() -> None:
    office = after(person("m1", name="Berit Lund", email="berit@post.example"))
    given = lists(people=[person("m2", name="Berit Lund", email="berit@post.example", region="east")])
    proposal = proposed(given, office)
    assert (len(proposal.refusals), proposal.questions) == (1, ())


def test_all_faults_of_a_row_are_said_at_once_and_the_row_counts_once() -> None:
    given = lists(people=[person("m1", region="east", supervisor="m9", email=None)])
    proposal = proposed(given)
    assert {each.code for each in proposal.refusals} == {
        "unknown_region",
        "unknown_supervisor",
        "missing_value",
    }
    assert [each.outcome.value for each in proposal.outcomes] == ["refused"]


def test_two_rows_with_titles_that_mean_the_same_say_the_same() -> None:
    office = after(person("m1", role_title="superintendent"), person("m2"))
    rows = [person("m2", role_title="superintendent"), person("m2", role_title="superintendant")]
    mapped = proposed(lists(people=rows), office, answers={"title:superintendant": "superintendent"})
    assert (mapped.refusals, mapped.open_questions) == ((), ())
    rows[1] = person("m2", role_title="clerk")
    other = proposed(lists(people=rows), office, answers={"title:clerk": "new"})
    assert [each.code for each in other.refusals] == ["duplicate"]


def test_refusals_and_questions_say_what_stands_in_the_file() -> None:
    given = lists(
        people=[person("m1"), person("m2", region="east")],
        memberships=[{"key": "m1", "membership": "active_member", "first": SINCE}],
    )
    texts = {"region": "Estern", "membership": "Active Member"}
    rows = tuple(
        replace(row, texts={name: text for name, text in texts.items() if name in row.values})
        if row.values.get("region") == "east" or row.kind is ListKind.MEMBERSHIPS
        else row
        for row in given.rows
    )
    proposal = proposed(replace(given, rows=rows, headings={("people.csv", "region"): "Area"}))
    [refusal] = proposal.refusals
    assert (refusal.column, refusal.cell) == ("Area", "Estern")
    [question] = proposal.open_questions
    assert "no class of membership “Active Member”" in question.problem
    assert question.id == "class:active_member"


def test_a_row_of_a_record_says_the_name_beside_the_number_to_whoever_may_see_it() -> None:
    office = after(person("m1", name="Vera Vale"), person("m2", name="Carl Sund", region="central"))
    given = lists(
        people=[person("m3", name="Ann Lund")],
        memberships=[{"key": key, "membership": "active", "first": SINCE} for key in ("m1", "m2", "m3")],
    )
    named = [each.name for each in proposed(given, office).outcomes if each.kind is ListKind.MEMBERSHIPS]
    assert named == ["Vera Vale, m1", "Carl Sund, m2", "Ann Lund, m3"]
    outcomes = sorted(proposed(given, office, NORTH).outcomes, key=lambda each: each.at.row)
    seen = [each.name for each in outcomes if each.kind is ListKind.MEMBERSHIPS]
    assert seen == ["Vera Vale, m1", "Ann Lund, m3"]


def test_what_is_unknown_in_a_row_with_an_unreadable_cell_is_said_in_the_same_import() -> None:
    [row] = lists(people=[person("m1", region="east", supervisor="m9", email=None)]).rows
    proposal = proposed(replace(lists(people=[]), faulty=(row,), unread={ListKind.PEOPLE: frozenset({"m1"})}))
    assert [(each.code, each.rows) for each in proposal.refusals] == [
        ("unknown_region", (2,)),
        ("unknown_supervisor", (2,)),
        ("missing_value", (2,)),
    ]
    assert proposal.outcomes == (), "the reader has said that the row is refused"


def test_a_supervisor_whose_own_row_cannot_be_read_is_not_called_unknown() -> None:
    given = replace(
        lists(people=[person("m2", supervisor="m1")]), unread={ListKind.PEOPLE: frozenset({"m1"})}
    )
    [refusal] = proposed(given).refusals
    assert (refusal.code, refusal.column, refusal.rows) == ("person_refused", "supervisor", (2,))


def test_a_training_that_is_still_ahead_is_refused() -> None:
    for day, word in (
        ("trained_on", "The day of the training"),
        ("serving_since", "The first day of service"),
    ):
        ahead = {"key": "m1", "capacity": 2, day: date(2027, 8, 14)}
        given = lists(people=[person("m1")], mentors=[ahead])
        proposal = proposed(given)
        assert ([each.outcome.value for each in proposal.outcomes], proposal.writes.mentors) == (
            ["new", "refused"],
            (),
        )
        [refusal] = proposal.refusals
        assert (refusal.code, refusal.column) == ("day_in_future", day)
        assert refusal.problem == f"{word} (2027-08-14) is after today (2026-11-28). Correct the date."
    until = {"key": "m1", "capacity": 2, "trained_on": date(2026, 11, 28), "serving_until": date(2027, 8, 14)}
    assert proposed(lists(people=[person("m1")], mentors=[until])).refusals == ()


def test_a_list_of_all_regions_is_taken_for_the_own_ones_and_the_others_are_counted() -> None:
    given = lists(
        people=[person("m1"), person("m2", region="central"), person("m3", supervisor="m2")],
        memberships=[{"key": key, "membership": "active", "first": SINCE} for key in ("m1", "m2")],
    )
    proposal = proposed(given, actor=NORTH)
    assert kinds(proposal) == ["new", "refused", "new"]
    assert [each.values["region"] for each in proposal.writes.people] == ["north"]
    [refusal] = proposal.refusals
    assert (refusal.rows, refusal.column) == ((4,), "supervisor")
    assert refusal.problem.startswith("The supervisor belongs to the region central, which you do not serve")
    assert proposal.remarks == (
        "people.csv: one row is left out (row 3, Name of m2), because whoever imports does not serve central. The "
        "coordinators there bring these people.",
        "memberships.csv: one row is left out (row 3, Name of m2, m2), because whoever imports does not serve central. "
        "The coordinators there bring these people.",
    )


def test_each_row_of_a_refusal_says_what_stands_in_it_and_whose_it_is() -> None:
    rows = [
        person(f"k{at}", name=f"Name {at}", email=f"n{at}@x.example", region="nowhere") for at in (1, 2, 3)
    ]
    [refusal] = proposed(lists(people=rows)).refusals
    assert (refusal.name, refusal.rows) == ("Name 1", (2, 3, 4))
    assert [(each.row, each.cell, each.name) for each in refusal.others] == [
        (3, "", "Name 2"),
        (4, "", "Name 3"),
    ]
