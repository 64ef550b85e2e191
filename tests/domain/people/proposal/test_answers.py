"""How an answer may be written: what does not count in it, and what the words of questions say."""

from typing import Any

import pytest

from domain.people.proposal.questions import answer_of
from domain.people.proposal.words import value_words
from tests.domain.people.proposal.lists_of import after, kinds, lists, person, proposed


@pytest.mark.parametrize(
    ("value", "allowed", "meant"),
    [
        ("SAME", ("same", "two"), "same"),
        (" same ", ("same", "two"), "same"),
        ("Yes", ("yes", "no"), "yes"),
        ("Y", ("yes", "no"), "yes"),
        ("day first", ("day_first", "month_first"), "day_first"),
        ("Day-First", ("day_first", "month_first"), "day_first"),
        ("Same: North", ("same:north", "same:central", "two"), "same:north"),
        ("same:a-1", ("same:A-1", "same:a-1"), "same:a-1"),
        ("SAME:A 1", ("same:A-1", "same:a-1"), ""),
        ("Other", ("superintendent", "new"), "new"),
        ("yes", ("day_first", "month_first"), ""),
        ("two", ("same", "different"), "different"),
        ("", ("same", "different"), ""),
    ],
)
def test_case_and_blanks_in_an_answer_do_not_count(value: str, allowed: tuple[str, ...], meant: str) -> None:
    assert answer_of(value, allowed) == meant


def test_the_same_person_gets_a_second_member_number_and_the_question_says_so() -> None:
    office = after(person("00712", name="Berit Lund", email="berit@post.example"))
    given = lists(people=[person("712", name="Berit Lund", email="berit@post.example")])
    [question] = proposed(given, office).open_questions
    assert question.problem.endswith(
        "Is it the same person (same), who then gets a second member number; the same person, and the number in this "
        "row is a slip that is not kept (slip); or are they different people (different)?"
    )


def test_values_are_said_in_words() -> None:
    assert [value_words("first_year", value) for value in (True, False, None)] == ["yes", "no", "nothing"]


def test_who_has_no_such_title_yet_is_nobody() -> None:
    rows: list[dict[str, Any]] = [person("m2", role_title="clerk")]
    [question] = proposed(lists(people=rows), after(person("m1"))).open_questions
    assert question.problem.startswith("Nobody has the role title “clerk” yet (in one row).")


def test_two_new_titles_of_one_list_can_be_one() -> None:
    given = lists(
        people=[person("b", role_title="asst_principal"), person("c", role_title="assistant_principal")]
    )
    office = after(person("a"))
    first, second = proposed(given, office).open_questions
    assert first.answers == ("principal", "assistant_principal", "new")
    assert "one of the known titles, another new one of the lists, or a new title (new)?" in first.problem
    joined = proposed(given, office, answers={first.id: "assistant_principal"})
    assert kinds(joined) == ["question", "question"], "what the other means is still open"
    answers = {first.id: "assistant_principal", second.id: "new"}
    done = proposed(given, office, answers=answers)
    assert [each.values["role_title"] for each in done.writes.people] == ["assistant_principal"] * 2
    known = proposed(given, office, answers={**answers, second.id: "principal"})
    assert [each.values["role_title"] for each in known.writes.people] == ["principal"] * 2
