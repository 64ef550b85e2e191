"""New rows whose name, or whose phone number, says that they may be about somebody whom the office knows."""

from dataclasses import replace
from typing import Any

import pytest

from domain.people.identity import Alike
from domain.people.proposal.lists import ListKind
from domain.people.proposal.marks import Marks, RowMarks
from domain.people.proposal.questions import Answerer
from tests.domain.people.proposal.lists_of import NORTH, OFFICE, after, kinds, lists, person, proposed


def office(**known: Any) -> Any:
    return after(person("m1", **known), person("m2", name="Mia Sol"))


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("Sören Åkesson", "Soren Akesson"),
        ("Renée Dubois", "Renee Dubois"),
        ("Margaret O'Neil", "Margaret ONeil"),
        ("Margaret O’Neil", "Margaret O'Neil"),
        ("Beth Carlson", "Beth A. Carlson"),
        ("Jean-Luc Berg", "Jean Luc Berg"),
        ("Bjørn St. Olaf", "Bjorn St Olaf"),
    ],
)
def test_accents_apostrophes_dots_and_middle_initials_do_not_make_another_name(known: str, said: str) -> None:
    proposal = proposed(lists(people=[person("m7", name=said)]), office(name=known))
    [question] = proposal.open_questions
    assert question.answers == ("same", "stays", "slip", "different")
    assert "(the same name and district)" in question.problem


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("Henrik Lindqvist", "Hendrik Lindqvist"),
        ("Patricia Nguyen", "Patrica Nguyen"),
        ("Michael Berg", "Micheal Berg"),
        ("Ann Berg", "Ann Burg"),
    ],
)
def test_a_name_with_one_letter_of_difference_in_the_same_district_is_a_question(
    known: str, said: str
) -> None:
    [question] = proposed(lists(people=[person("m7", name=said)]), office(name=known)).open_questions
    assert "(nearly the same name, in the same district)" in question.problem
    elsewhere = lists(people=[person("m7", name=said, district="Hill")])
    assert kinds(proposed(elsewhere, office(name=known))) == ["new"]


SHORT = {
    "sam": ("samantha", "samuel"),
    "samuel": ("samuel",),
    "beth": ("elizabeth",),
    "elizabeth": ("elizabeth",),
    "bill": ("william",),
    "william": ("william",),
    "pepe": ("jose",),
    "jose": ("jose",),
}
OTHERWISE_CALLED = [
    ("Samuel Ortiz", "Sam Ortiz"),
    ("Beth Carlson", "Elizabeth Carlson"),
    ("William Berg", "Bill Berg"),
    ("José García López", "Pepe García"),
    ("Samuel Ortiz", "Ortiz Samuel"),
    ("Samuel Ortiz", "Ortiz Sam"),
    ("José García López", "García López José"),
    ("Ana Ortiz", "Ana María Ortiz"),
    ("Theodore Lind", "Theo Lind"),
    ("Maria de la Cruz", "Maria Cruz"),
]
"""Names by which one person goes in two lists."""


@pytest.mark.parametrize(("known", "said"), [*OTHERWISE_CALLED, *((b, a) for a, b in OTHERWISE_CALLED)])
def test_a_short_form_a_name_left_out_or_turned_round_in_the_same_district_is_a_question(
    known: str, said: str
) -> None:
    """A double came in without a word: another number, another address, and the name otherwise."""
    there = replace(office(name=known), short_forms=SHORT)
    ortiz = person("m7", name=said, email="other@post.example")
    proposal = proposed(lists(people=[ortiz]), there)
    [question] = proposal.open_questions
    assert (kinds(proposal), question.code) == (["question"], "alike_people")
    assert "(nearly the same name, in the same district)" in question.problem
    unnumbered = {name: value for name, value in ortiz.items() if name not in ("key", "email")}
    assert len(proposed(lists(people=[unnumbered]), there).open_questions) == 1
    rows = [person("m7", name=known), ortiz | {"key": "m8"}]
    both = proposed(lists(people=rows), replace(OFFICE, short_forms=SHORT))
    assert kinds(both) == ["new", "question"], "two rows of one list too"
    elsewhere = person("m7", name=said, email="other@post.example", district="Hill")
    assert kinds(proposed(lists(people=[elsewhere]), there)) == ["new"]


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("Samuel Ortiz", "Samantha Ortiz"),
        ("Samuel Ortiz", "Sam Berg"),
        ("Jo Lind", "Joanna Lind"),
        ("Mary Ann Lee", "Mary Sue Lee"),
        ("William Berg", "Beth Berg"),
    ],
)
def test_another_first_name_or_last_name_is_somebody_else(known: str, said: str) -> None:
    there = replace(office(name=known), short_forms=SHORT)
    assert kinds(proposed(lists(people=[person("m7", name=said)]), there)) == ["new"]


@pytest.mark.parametrize("said", ["Bo Lind", "Henning Lindqvist", "Henrik Ek", "Henrik"])
def test_other_names_are_other_people(said: str) -> None:
    assert kinds(proposed(lists(people=[person("m7", name=said)]), office(name="Henrik Lindqvist"))) == [
        "new"
    ]
    assert kinds(proposed(lists(people=[person("m7", name="Bo Lind")]), office(name="Jo Lind"))) == ["new"]


def test_the_same_phone_number_with_the_same_last_name_is_a_question_however_it_is_written() -> None:
    known = office(name="Raymond Thao", phone="(218) 555-0143")
    ray = person("m7", name="Ray Thao", phone="218.555.0143", district="Hill")
    [question] = proposed(lists(people=[ray]), known).open_questions
    assert "(the same phone number and last name)" in question.problem
    other = person("m7", name="Ray Berg", phone="218.555.0143", district="Hill")
    assert kinds(proposed(lists(people=[other]), known)) == ["new"]


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"name": "Margaret O'Neil"}, {"name": "Margaret O’Neil"}),
        ({"district": "St. Mary’s"}, {"district": "St. Mary's"}),
        ({"phone": "218-555-0143"}, {"phone": "218.555.0143"}),
        ({"phone": "(218) 555-0143 ext. 12"}, {"phone": "218/555 0143 ext. 12"}),
    ],
)
def test_apostrophes_and_the_punctuation_of_a_phone_number_change_nothing(
    known: dict[str, str], said: dict[str, str]
) -> None:
    assert kinds(proposed(lists(people=[person("m1", **said)]), after(person("m1", **known)))) == [
        "unchanged"
    ]


@pytest.mark.parametrize("said", ["218-555-0144", "218-555-0143 ext. 12", "+218-555-0143", "218-555-01"])
def test_another_phone_number_is_a_change(said: str) -> None:
    known = after(person("m1", phone="218-555-0143"))
    assert kinds(proposed(lists(people=[person("m1", phone=said)]), known)) == ["changed"]


def test_who_was_called_somebody_else_is_not_asked_about_once_known() -> None:
    known = after(person("m1", name="Ann Berg"), person("m2", name="Anna Berg", district="Hill"))
    moved = lists(people=[person("m2", name="Anna Berg")])
    assert kinds(proposed(moved, known)) == ["changed"], "a known number says who it is"


SEVERAL = [
    person("m7", name="Hendrik Lindqvist"),
    person("m8", name="Micheal Berg"),
    person("m9", name="Bo Ek"),
]


def test_several_near_names_are_one_question_that_names_each_with_whom_it_is_like() -> None:
    known = after(person("m1", name="Henrik Lindqvist"), person("m2", name="Michael Berg"))
    proposal = proposed(lists(people=SEVERAL), known)
    [question] = proposal.open_questions
    assert (question.answers, question.proposal, len(question.covers)) == (
        ("same", "different", "each"),
        "",
        2,
    )
    assert question.about == (
        "Hendrik Lindqvist, number m7 – Henrik Lindqvist, m1@post.example, known under m1 (nearly the same "
        "name, in the same district)",
        "Micheal Berg, number m8 – Michael Berg, m2@post.example, known under m2 (nearly the same name, in the "
        "same district)",
    )
    assert kinds(proposal) == ["question", "question", "new"]
    same = proposed(lists(people=SEVERAL), known, answers={question.id: "same"})
    assert [(each.new, each.keys) for each in same.writes.people] == [
        (False, ("m7",)),
        (False, ("m8",)),
        (True, ("m9",)),
    ]
    turned = proposed(lists(people=SEVERAL[::-1]), known).open_questions
    assert [each.about[::-1] for each in turned] == [question.about], "wherever the rows stand"
    other = proposed(lists(people=SEVERAL), known, answers={question.id: "different"})
    assert (kinds(other), len(other.writes.apart)) == (["new", "new", "new"], 2)
    each = proposed(lists(people=SEVERAL), known, answers={question.id: "each"})
    assert [found.answers for found in each.open_questions] == [("same", "stays", "slip", "different")] * 2


def test_near_names_of_other_regions_are_asked_of_whoever_answers_about_these() -> None:
    known = after(
        person("m1", name="Henrik Lindqvist"),
        person("m2", name="Michael Berg"),
        person("m3", name="Ann Burg", region="central"),
    )
    rows = lists(people=[*SEVERAL, person("m5", name="Ann Berg")])
    north, central = proposed(rows, known, NORTH).open_questions
    assert (north.who, central.who) == (Answerer.IMPORTER, Answerer.STATE_OFFICE)
    assert (len(north.covers), len(central.covers)) == (2, 1)
    assert "m3@post.example" not in central.problem


def test_two_new_rows_of_one_list_with_near_names_are_asked_about() -> None:
    rows = [person("m7", name="Henrik Lindqvist"), person("m8", name="Hendrik Lindqvist")]
    proposal = proposed(lists(people=rows), office(name="Bo Ek"))
    [question] = proposal.open_questions
    assert "(nearly the same name, in the same district)" in question.problem
    assert kinds(proposal) == ["new", "question"]
    same = proposed(lists(people=rows), office(name="Bo Ek"), answers={question.id: "same"})
    assert (kinds(same), same.refusals) == (["question", "question"], ())
    [which] = same.open_questions
    assert (which.code, which.answers, which.proposal) == ("rows_differ", ("m7", "m8"), "")
    different = proposed(lists(people=rows), office(name="Bo Ek"), answers={question.id: "different"})
    assert kinds(different) == ["new", "new"]


def test_several_near_rows_of_one_list_are_one_question_that_names_each_with_its_row() -> None:
    names = ("Henrik Lindqvist", "Hendrik Lindqvist", "Micheal Berg", "Michael Berg")
    rows = [person(f"n{number}", name=name) for number, name in enumerate(names)]
    [question] = proposed(lists(people=rows), office(name="Bo Ek")).open_questions
    assert question.problem.startswith("2 rows are nearly like one other person each: ")
    assert [about.partition(" – ")[0] for about in question.about] == [
        "Hendrik Lindqvist, number n1",
        "Michael Berg, number n3",
    ]
    assert "Henrik Lindqvist" in question.about[0].partition(" – ")[2]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Person 101", "Person 102"), ("Ann Berg", "Bo Berg"), ("Ann Berg", "Ann Burgh")],
)
def test_numbers_and_farther_names_of_one_list_are_other_people(one: str, other: str) -> None:
    rows = [person("m7", name=one), person("m8", name=other)]
    assert kinds(proposed(lists(people=rows), office(name="Bo Ek"))) == ["new", "new"]


def test_near_names_of_a_very_long_list_are_found_too() -> None:
    """Of so many rows only the places that several rows share are kept in memory."""
    names = [
        f"{chr(97 + one)}{chr(97 + other)}nna Lind{chr(97 + n)}qvist"
        for one in range(26)
        for other in range(26)
        for n in range(26)
    ]
    rows = [person(f"n{number}", name=name, district=f"D{number}") for number, name in enumerate(names)]
    rows += [person(f"m{number}", name="Bo Ek", district=f"E{number}") for number in range(4_000)]
    near = [person("y1", name="Henrik Lindqvist"), person("y2", name="Hendrik Lindqvist")]
    every = lists(people=[*rows, *near]).of(ListKind.PEOPLE)
    assert len(every) > 20_000
    found = Marks(every, {})
    for row in every[:-1]:
        found.add(row, RowMarks.of(row), row.key)
    last = every[-1]
    assert {*found.near(last, RowMarks.of(last))} == {("y1", Alike.NEAR)}


def test_somebody_of_the_same_name_elsewhere_hides_nobody_with_a_near_name_in_the_district() -> None:
    known = after(
        person("m1", name="Samuel Ortiz"),
        {**person("m2", name="Sam Ortiz", district="Hill", region="central"), "key": "m2"},
    )
    there = replace(known, short_forms=SHORT)
    nameless = {name: value for name, value in person("m7", name="Sam Ortiz").items() if name != "key"}
    [question] = proposed(lists(people=[nameless]), there).open_questions
    assert question.answers == ("same:m1", "same:m2", "different")
