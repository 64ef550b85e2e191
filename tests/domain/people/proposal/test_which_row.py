"""Two rows that somebody said are one person and that differ: which of them holds is asked in the same import."""

from typing import Any

from domain.people.proposal.outcomes import ImportProposal
from tests.domain.people.proposal.lists_of import NORTH, after, by_key, kinds, lists, person, proposed, taken

KIT = person("kit", name="Kit Wong", email="kit.wong@post.example")
OTHER = person("K-77", name="Kit Wong", email="kwong@lake.example", phone="612-555-0177")


def alike(proposal: ImportProposal) -> str:
    return next(each.id for each in proposal.questions if each.code == "alike_people")


def of_rows(proposal: ImportProposal) -> Any:
    return next(each for each in proposal.questions if each.code == "rows_differ")


def test_the_row_that_the_office_knows_is_proposed_and_the_second_number_is_added() -> None:
    office = after(KIT)
    given = lists(people=[KIT, OTHER])
    same = {alike(proposed(given, office, NORTH)): "same"}
    open_one = proposed(given, office, NORTH, same)
    which = of_rows(open_one)
    assert (kinds(open_one), open_one.refusals) == (["question", "question"], ())
    assert (which.answers, which.proposal) == (("kit", "K-77"), "kit")
    assert which.problem == (
        "Rows 2 and 3 are about the same person but say different things in “email” (“kit.wong@post.example” and "
        "“kwong@lake.example”). Which row is right there, that with the number “kit” or “K-77”? What only one row says "
        "is taken from it. The person gets all these numbers. They are one person because somebody answered same; if "
        "that is wrong, answer different."
    )
    for holds, email in (("kit", "kit.wong@post.example"), ("K-77", "kwong@lake.example")):
        done = proposed(given, office, NORTH, {**same, which.id: holds})
        assert (done.refusals, done.open_questions) == ((), ())
        entry = by_key(taken(office, done.writes), "K-77")
        assert (entry.keys, entry.email, entry.phone) == (("kit", "K-77"), email, "612-555-0177")


def test_an_answer_about_two_numbers_holds_whatever_else_is_corrected_about_them() -> None:
    office = after(KIT)
    first = proposed(lists(people=[KIT, OTHER]), office, NORTH)
    corrected = {**OTHER, "email": KIT["email"], "district": "Birch River"}
    second = proposed(lists(people=[KIT, corrected]), office, NORTH)
    assert alike(first) == alike(second)
    third = proposed(lists(people=[KIT, {**OTHER, "key": "K-78"}]), office, NORTH)
    assert alike(third) != alike(first), "another number is another question"
    new = [proposed(lists(people=[KIT, each])) for each in (OTHER, {**OTHER, "email": KIT["email"]})]
    assert alike(new[0]) == alike(new[1])


def test_which_row_holds_is_asked_again_where_it_says_something_else() -> None:
    office = after(KIT)
    same = {alike(proposed(lists(people=[KIT, OTHER]), office, NORTH)): "same"}
    asked = [
        of_rows(proposed(lists(people=[KIT, each]), office, NORTH, same)).id
        for each in (OTHER, {**OTHER, "phone": "612-555-0178"}, {**OTHER, "email": "kit@lake.example"})
    ]
    assert (asked[0] == asked[1], asked[0] == asked[2]) == (True, False)


def test_a_number_that_is_a_slip_is_not_kept_whichever_row_holds() -> None:
    office = after(KIT)
    given = lists(people=[KIT, OTHER])
    slip = {alike(proposed(given, office, NORTH)): "slip"}
    which = of_rows(proposed(given, office, NORTH, slip))
    assert "The person gets all these numbers." not in which.problem
    done = proposed(given, office, NORTH, {**slip, which.id: "K-77"})
    entry = by_key(taken(office, done.writes), "kit")
    assert (entry.keys, entry.email, kinds(done)) == (("kit",), OTHER["email"], ["changed", "same_person"])


def test_two_new_rows_become_one_entry_with_both_numbers() -> None:
    given = lists(people=[KIT, OTHER])
    same = {alike(proposed(given)): "same"}
    which = of_rows(proposed(given, answers=same))
    assert which.proposal == ""
    done = proposed(given, answers={**same, which.id: "K-77"})
    [new] = done.writes.people
    assert (new.keys, new.values["email"], new.values["phone"]) == (
        ("kit", "K-77"),
        OTHER["email"],
        OTHER["phone"],
    )
