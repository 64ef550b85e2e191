"""Addresses and names that pass between known people, and years that are slips: asked about, refused, or said."""

from datetime import date

from tests.domain.people.proposal.lists_of import NORTH, after, by_key, kinds, lists, person, proposed, taken

ANN = person("m1", name="Ann Lee", email="ann@post.example")
BO = person("m2", name="Bo Dahl", email="bo@post.example")
CY = person("m3", name="Cy Falk", email="cy@post.example")
SHIFTED = [
    {"key": "m1", "name": "Ann Lee", "email": "bo@post.example"},
    {"key": "m2", "name": "Bo Dahl", "email": "cy@post.example"},
    {"key": "m3", "name": "Cy Falk", "email": "new@post.example"},
]


def test_a_column_of_addresses_that_slipped_by_a_row_is_one_question() -> None:
    office = after(ANN, BO, CY)
    found = proposed(lists(people=SHIFTED), office)
    [question] = found.open_questions
    assert (question.code, question.answers, question.never_by_itself) == ("addresses_moved", ("yes",), True)
    assert question.problem.startswith(
        "2 rows give known people the address that another known person has until now, who gets another one. Is that "
        "right (yes)?"
    )
    assert question.about == (
        "Ann Lee, known under m1 gets bo@post.example, the address of Bo Dahl, known under m2",
        "Bo Dahl, known under m2 gets cy@post.example, the address of Cy Falk, known under m3",
    )
    assert kinds(found) == ["question", "question", "changed"]
    done = proposed(lists(people=SHIFTED), office, answers={question.id: "yes"})
    then = taken(office, done.writes)
    assert [by_key(then, key).email for key in ("m1", "m2", "m3")] == [
        "bo@post.example", "cy@post.example", "new@post.example",
    ]  # fmt: skip
    assert proposed(lists(people=SHIFTED), then).open_questions == ()


def test_an_address_that_only_changes_asks_nothing() -> None:
    office = after(ANN, BO)
    found = proposed(
        lists(people=[{**ANN, "email": "ann2@post.example"}, {**BO, "email": "bo2@post.example"}]), office
    )
    assert (kinds(found), found.open_questions) == (["changed", "changed"], ())


def test_the_address_of_an_office_that_passes_to_its_new_holder_asks_nothing() -> None:
    office = after(ANN, BO)
    rows = [{**ANN, "email": "bo@post.example"}, {**BO, "email": "bo2@post.example"}]
    found = proposed(lists(people=rows), office)
    assert (kinds(found), found.open_questions) == (["changed", "changed"], ())


def test_what_the_importer_may_not_see_is_not_in_the_question() -> None:
    office = after(ANN, BO, {**CY, "region": "central"})
    rows = [SHIFTED[0], SHIFTED[1], {**SHIFTED[2], "region": "central"}]
    asked = [
        each
        for each in proposed(lists(people=rows), office, NORTH).questions
        if each.code == "addresses_moved"
    ]
    assert [(each.who.value, each.confidential) for each in asked] == [
        ("importer", False),
        ("state_office", True),
    ]
    assert "Cy Falk" not in "".join(line for each in asked for line in each.about)


def test_a_membership_that_begins_years_ahead_is_refused_and_one_that_ends_so_is_said() -> None:
    office = after(ANN, BO)
    rows = [
        {"key": "m1", "membership": "active", "first": date(2072, 1, 4)},
        {"key": "m2", "membership": "active", "first": date(2026, 7, 1), "last": date(2072, 12, 31)},
    ]
    found = proposed(lists(memberships=rows), office)
    assert kinds(found) == ["refused", "new"]
    [refusal] = found.refusals
    assert (refusal.code, refusal.cell) == ("membership_too_far_ahead", "2072-01-04")
    assert refusal.problem == (
        "The membership would begin on 2072-01-04, which is years ahead. Check the year; a membership can be brought "
        "up to 2 years before it begins."
    )
    assert found.remarks == (
        "memberships.csv, row 3: the membership would end on 2072-12-31, many years ahead. If the year is a slip, "
        "correct it before you take this over.",
    )


def test_a_column_of_names_that_slipped_by_a_row_is_one_question() -> None:
    office = after(ANN, BO, CY)
    rows = [{**ANN, "name": "Bo Dahl"}, {**BO, "name": "Falk, Cy"}, {**CY, "name": "Ann Lee"}]
    found = proposed(lists(people=rows), office)
    [question] = found.open_questions
    assert (question.code, question.answers, question.never_by_itself) == ("names_moved", ("yes",), True)
    assert question.problem.startswith(
        "3 rows give known people the name that another known person has until now, who gets another one."
    )
    assert question.about[0] == "Ann Lee, known under m1 gets Bo Dahl, the name of Bo Dahl, known under m2"
    assert kinds(found) == ["question", "question", "question"]
    done = proposed(lists(people=rows), office, answers={question.id: "yes"})
    assert [by_key(taken(office, done.writes), key).name for key in ("m1", "m2", "m3")] == [
        "Bo Dahl", "Cy Falk", "Ann Lee",
    ]  # fmt: skip


def test_a_name_that_changes_and_one_that_two_people_have_asks_nothing() -> None:
    office = after(ANN, BO, person("m4", name="Ann Lee", email="ann4@post.example", district="Hill"))
    rows = [{**ANN, "name": "Ann Berg"}, {**BO, "name": "Bo Lee"}]
    assert proposed(lists(people=rows), office).open_questions == ()
    assert proposed(lists(people=[{**BO, "name": "Ann Lee"}]), office).open_questions == ()
