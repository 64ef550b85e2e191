"""Words for regions that the association does not have: asked about once, and remembered."""

from domain.people.proposal.codes import KEPT
from tests.domain.people.proposal.lists_of import NORTH, after, by_key, kinds, lists, person, proposed, taken

ROWS = [person(f"n{at}", region="northern") for at in range(20)]
GIVEN = lists(people=[person("m1"), *ROWS], memberships=[{"key": "n1", "membership": "active"}])


def test_what_a_word_in_many_rows_means_is_asked_once() -> None:
    proposal = proposed(GIVEN)
    [question] = proposal.open_questions
    assert (question.id, question.code, question.answers, question.proposal, len(question.at)) == (
        "region:northern",
        "unknown_region",
        ("central", "north"),
        "north",
        20,
    )
    assert question.problem == (
        "The association has no region “northern” (in 20 rows). Which of its regions is meant? If it is none of them, "
        "correct the file."
    )
    assert kinds(proposal) == ["new", *["question"] * 21]
    assert {each.would for each in proposal.outcomes} == {None}


def test_the_answer_is_read_as_the_region_and_holds_for_later_lists() -> None:
    given = lists(people=[person("m1"), *ROWS])
    done = proposed(given, answers={"region:northern": "north"})
    assert {each.values["region"] for each in done.writes.people} == {"north"}
    assert [each.answer for each in done.questions if each.id == "region:northern"] == ["north"], (
        "it is shown"
    )
    assert "region:northern".startswith(KEPT)
    then = taken(after(), done.writes)
    again = proposed(given, then, answers={"region:northern": "north"})
    assert kinds(again) == ["unchanged"] * 21
    assert by_key(then, "n3").region == "north"
    moved = proposed(given, then, answers={"region:northern": "central"})
    assert kinds(moved) == ["unchanged", *["moved"] * 20], "another answer is another region"


def test_a_coordinator_of_a_region_may_say_that_a_word_means_another_one() -> None:
    given = lists(people=[person("m1"), *(person(f"s{at}", region="the_centre") for at in range(3))])
    [question] = proposed(given, actor=NORTH).open_questions
    assert question.answers == ("central", "north")
    done = proposed(given, actor=NORTH, answers={question.id: "central"})
    assert kinds(done) == ["new"], "rows of a region that she does not serve are left out"


def test_one_row_is_asked_about_where_the_word_is_like_a_region_and_refused_where_it_is_a_slip() -> None:
    asked = proposed(lists(people=[person("m1"), person("m2", region="region_north")]))
    assert [each.proposal for each in asked.open_questions] == ["north"]
    slip = proposed(lists(people=[person("m1"), person("m2", region="norht")]))
    assert ([each.code for each in slip.refusals], slip.open_questions) == (["unknown_region"], ())
