"""What cannot be: somebody as their own supervisor, days in the wrong order, a day ahead in a row that waits."""

from datetime import date

from tests.domain.people.proposal.lists_of import (
    APPLIED,
    OFFICE,
    after,
    kinds,
    lists,
    person,
    proposed,
)


def test_nobody_becomes_the_own_supervisor_by_a_list() -> None:
    [new] = proposed(lists(people=[person("m1", supervisor="m1")])).refusals
    [known] = proposed(lists(people=[person("m1", supervisor="m1")]), after(person("m1"))).refusals
    for refusal in (new, known):
        assert (refusal.code, refusal.column, refusal.cell) == ("own_supervisor", "supervisor", "m1")
        assert "nobody is their own supervisor" in refusal.problem


def test_a_last_day_of_service_before_the_known_first_one_is_refused() -> None:
    office = after(person("m1"), mentors=[{"key": "m1", "capacity": 2, "serving_since": date(2020, 7, 1)}])
    given = lists(mentors=[{"key": "m1", "serving_until": date(2019, 6, 30)}])
    [refusal] = proposed(given, office).refusals
    assert (refusal.code, refusal.column) == ("ends_before_it_begins", "serving_until")
    assert refusal.problem == (
        "The last day of service (2019-06-30) is before the first day of service (2020-07-01). Correct one of them."
    )


def test_a_day_ahead_is_told_at_once_also_of_a_row_that_waits() -> None:
    given = lists(
        people=[
            person("m1", name="A", email="a@post.example"),
            person("m2", name="B", email="a@post.example"),
        ],
        applications=[
            {**APPLIED, "key": "m2", "applied_on": date(2026, 12, 20)},
            {**APPLIED, "reason": "odd"},
        ],
        mentors=[{"key": "m2", "capacity": 2, "trained_on": date(2026, 12, 20)}],
    )
    codes = {(each.code, each.column, each.file) for each in proposed(given).refusals}
    assert codes == {
        ("applied_in_future", "applied_on", "applications.csv"),
        ("day_in_future", "trained_on", "mentors.csv"),
    }
    ahead = lists(applications=[{**APPLIED, "reason": "odd", "applied_on": date(2026, 12, 20)}])
    proposal = proposed(ahead, after(person("m1")))
    assert ([each.code for each in proposal.refusals], proposal.questions) == (["applied_in_future"], ())


def test_a_number_that_is_spelled_otherwise_is_named() -> None:
    office = after(person("mentor12", name="Ann"))
    [refusal] = proposed(lists(mentors=[{"key": "Mentor12", "capacity": 1}]), office).refusals
    assert refusal.problem == (
        "Nobody has this member number, but there is “mentor12” (Ann). If that is the one that is meant, write the "
        "number so."
    )


def test_the_language_of_known_people_is_said_to_stay() -> None:
    office = after(person("m1"), person("m2", language="es"))
    rows = [person("m1", language="es"), person("m2", language="es"), person("m3", language="es")]
    proposal = proposed(lists(people=rows), office)
    assert kinds(proposal) == ["unchanged", "unchanged", "new"]
    [remark] = proposal.remarks
    assert remark.startswith("people.csv, row 2: the language is not changed.")


def test_a_row_says_whose_it_is_also_without_a_name() -> None:
    office = after(
        person("m1", name="Ann"),
        memberships=[{"key": "m1", "membership": "active", "first": date(2020, 7, 1)}],
    )
    given = lists(
        people=[{"key": "m1", "phone": "555 0100"}],
        memberships=[
            {"key": "m1", "membership": "active", "first": date(2020, 7, 1), "last": date(2027, 6, 30)}
        ],
    )
    assert [each.name for each in proposed(given, office).outcomes] == ["Ann, m1", "Ann, m1"]
    [new] = proposed(lists(people=[person("m9")]), OFFICE).outcomes
    assert [each.after for each in new.changes if each.field == "key"] == ["m9"]
