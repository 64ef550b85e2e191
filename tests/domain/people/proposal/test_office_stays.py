"""One person whom a list names otherwise each month: the name and the address that the office has may stay."""

from dataclasses import replace

from domain.people.proposal.choices import to_keep
from domain.people.proposal.known import KnownOffice
from domain.people.proposal.questions import Answered
from tests.domain.people.proposal.lists_of import ADMIN, after, by_key, kinds, lists, person, proposed, taken

SAM = person("sam", name="Sam Ortiz", email="sam.ortiz@post.example", phone="555 0100")
SAMUEL = {**SAM, "key": "1045", "name": "Samuel Ortiz", "email": "s.ortiz@post.example", "phone": "555 0199"}


def merged() -> KnownOffice:
    """Return an office that has both numbers as one person, under the name Sam Ortiz."""
    office: KnownOffice = after(SAM)
    [id] = office.people
    return replace(office, people={id: replace(office.people[id], keys=("sam", "1045"))})


def test_a_merged_double_in_both_its_rows_keeps_the_name_that_the_office_has() -> None:
    given = lists(people=[SAMUEL, SAM])
    [question] = proposed(given, merged()).open_questions
    assert (question.code, question.answers) == ("key_of_another_person", ("same", "stays"))
    there = proposed(lists(people=[SAMUEL]), merged(), answers={question.id: "stays"})
    entry = by_key(taken(merged(), there.writes), "1045")
    assert (entry.name, entry.email, entry.phone) == ("Sam Ortiz", "sam.ortiz@post.example", "555 0199")
    same_phone = {**SAMUEL, "phone": SAM["phone"]}
    both = proposed(lists(people=[same_phone, SAM]), merged(), answers={question.id: "stays"})
    assert (kinds(both), both.open_questions, both.refusals) == (["unchanged", "unchanged"], (), ())


def test_a_row_with_another_number_gives_the_number_and_leaves_name_and_address() -> None:
    office = after(SAM)
    row = {**SAMUEL, "name": "Sam Ortiz"}
    [question] = proposed(lists(people=[row]), office).open_questions
    assert (question.code, question.answers) == ("alike_people", ("same", "stays", "slip", "different"))
    assert [*map(str, question.about)] == [
        "it would change: email: sam.ortiz@post.example → s.ortiz@post.example",
        "it would change: phone: 555 0100 → 555 0199",
    ]
    stays = proposed(lists(people=[row]), office, answers={question.id: "stays"})
    entry = by_key(taken(office, stays.writes), "sam")
    assert (entry.keys, entry.email, entry.phone) == (("sam", "1045"), "sam.ortiz@post.example", "555 0199")
    same = proposed(lists(people=[row]), office, answers={question.id: "same"})
    assert by_key(taken(office, same.writes), "sam").email == "s.ortiz@post.example"


def test_what_stays_is_remembered_for_the_number_that_the_person_has_now() -> None:
    row = {**SAMUEL, "name": "Sam Ortiz", "phone": SAM["phone"]}
    [question] = proposed(lists(people=[row]), after(SAM)).open_questions
    [later] = to_keep(question.id, Answered(value="stays", actor=ADMIN, covers=question.covers))
    again = proposed(lists(people=[row]), merged(), answers={later: "stays"})
    assert (kinds(again), again.open_questions) == (["unchanged"], ())
    assert kinds(proposed(lists(people=[row]), merged())) == ["changed"]


def test_only_a_slip_and_what_stays_are_remembered_of_a_row() -> None:
    for value in ("same", "different", "each"):
        assert to_keep("alike:12345678", Answered(value=value, actor=ADMIN)) == ()
    slip = Answered(value="slip", actor=ADMIN, covers=("other_person:1",))
    assert to_keep("alike:12345678", slip) == ("other_person:1",)
    assert to_keep("move:12345678", slip) == ()
    group = Answered(value="slip", actor=ADMIN, covers=("alike:1", "alike:2"))
    assert to_keep("alike:numbers:12345678", group) == ("alike:numbers:12345678",)


def test_a_slip_that_is_remembered_holds_for_what_the_row_says_and_no_other() -> None:
    office = after(SAM)
    row = {**SAMUEL, "name": "Sam Ortiz"}
    [question] = proposed(lists(people=[row]), office).open_questions
    [kept] = to_keep(question.id, Answered(value="slip", actor=ADMIN, covers=question.covers))
    after_slip = taken(office, proposed(lists(people=[row]), office, answers={question.id: "slip"}).writes)
    again = proposed(lists(people=[row]), after_slip, answers={kept: "slip"})
    assert (kinds(again), again.open_questions) == (["unchanged"], ())
    other = {**row, "name": "Olga Brandt"}
    assert [
        each.code
        for each in proposed(lists(people=[other]), after_slip, answers={kept: "slip"}).open_questions
    ]
