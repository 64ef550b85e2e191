"""Who is who, the second import, decided too soon: cases from practice, each with the right value."""

from dataclasses import replace
from datetime import date

from domain.ids import derive
from domain.people.entry import Entry
from domain.people.proposal.digest import proposal_digest
from domain.people.proposal.likely import with_likely_changes
from domain.people.proposal.lists import At, ListKind
from domain.people.proposal.outcomes import OutcomeKind
from domain.people.proposal.propose import propose
from domain.people.proposal.questions import ImportQuestion
from tests.domain.people.proposal.lists_of import (
    ADMIN,
    APPLIED,
    NORTH,
    OFFICE,
    SINCE,
    STATE,
    TODAY,
    after,
    answered,
    by_key,
    count,
    kinds,
    lists,
    person,
    proposed,
    taken,
    unnumbered,
)


# C1
def test_a_person_whose_region_changes_moves_and_stays_one() -> None:
    office = after(person("s1", name="Carl Sund", region="north"))
    proposal = proposed(lists(people=[person("s1", name="Carl Sund", region="central")]), office)
    assert kinds(proposal) == ["moved"]
    moved = taken(office, proposal.writes)
    assert [each.region for each in moved.people.values()] == ["central"]


def test_a_move_out_of_the_region_of_the_importer_is_a_question_for_the_state_office() -> None:
    office = after(person("s1"))
    given = lists(people=[person("s1", region="central")])
    proposal = proposed(given, office, NORTH)
    [question] = proposal.questions
    assert (kinds(proposal), question.code, question.who.value) == (
        ["question"],
        "move_of_person",
        "state_office",
    )
    own = propose(given, office, NORTH, answered(NORTH, {question.id: "yes"}))
    assert own.open_questions, "the importer cannot answer"
    assert kinds(propose(given, office, NORTH, answered(STATE, {question.id: "yes"}))) == ["moved"]
    refused = propose(given, office, NORTH, answered(STATE, {question.id: "no"}))
    assert (kinds(refused), refused.writes.people) == (["unchanged"], ())


# C2
def test_a_new_number_of_a_known_human_is_a_question() -> None:
    office = after(person("00712", name="Berit Lund", email="berit@post.example"))
    given = lists(people=[person("712", name="Berit Lund", email="berit@post.example")])
    proposal = proposed(given, office)
    [question] = proposal.questions
    assert kinds(proposal) == ["question"]
    assert "00712" in question.problem
    assert "Berit Lund" in question.problem
    same = proposed(given, office, answers={question.id: "same"})
    office_then = taken(office, same.writes)
    assert [each.keys for each in office_then.people.values()] == [("00712", "712")]
    assert kinds(proposed(given, office_then)) == ["unchanged"]
    two = proposed(given, office, answers={question.id: "two"})
    assert count(two, OutcomeKind.NEW) == 1
    assert len(two.writes.apart) == 1


def test_keys_are_alike_after_case_zeros_and_a_decimal_but_not_by_their_digits() -> None:
    office = after(person("d1b", name="A", email="a@x.example"), person("mentee01"))
    for key, asked in (("D1B", True), ("d1b.0", True), ("mentee10", False), ("mentee1", False)):
        proposal = proposed(lists(people=[person(key, name="Somebody", email="s@x.example")]), office)
        assert bool(proposal.questions) is asked, key


def test_a_column_that_lost_its_zeros_is_one_question() -> None:
    people = [
        person(f"00{number}", name=f"N {number}", email=f"n{number}@x.example") for number in range(101, 141)
    ]
    office = after(*people)
    given = lists(people=[{**each, "key": each["key"].lstrip("0")} for each in people])
    proposal = proposed(given, office)
    [question] = proposal.questions
    assert (len(question.at), question.answers) == (40, ("same", "slip", "different", "each"))
    office_then = taken(office, proposed(given, office, answers={question.id: "same"}).writes)
    assert len(office_then.people) == 40
    assert set(kinds(proposed(given, office_then))) == {"unchanged"}
    assert len(proposed(given, office, answers={question.id: "each"}).open_questions) == 40


# C3
def test_a_known_number_with_another_name_and_address_is_a_question() -> None:
    office = after(person("s2", name="Dina Sund", phone="555 0100"), mentors=[{"key": "s2", "capacity": 2}])
    given = lists(people=[person("s2", name="Olaf Berg", email="olaf@other.example")])
    proposal = proposed(given, office)
    [question] = proposal.questions
    assert (kinds(proposal), question.code, proposal.writes.people) == (
        ["question"],
        "key_of_another_person",
        (),
    )
    assert question.answers == ("same", "stays"), (
        "two would refuse the row: its number is corrected in the file"
    )
    assert "If they are two different people, correct the number in this row" in question.problem
    same = taken(office, proposed(given, office, answers={question.id: "same"}).writes)
    assert by_key(same, "s2").name == "Olaf Berg"
    assert by_key(same, "s2").phone == "555 0100"
    married = proposed(lists(people=[person("s2", name="Dina Lund")]), office)
    assert kinds(married) == ["changed"]


def test_a_name_in_one_row_and_an_address_in_another_are_one_question_about_somebody_else() -> None:
    office = after(person("s2", name="Dina Sund"))
    named = {"key": "s2", "name": "Olaf Berg"}
    addressed = {"key": "s2", "email": "olaf@other.example"}
    proposal = proposed(lists(people=[named, addressed]), office)
    [question] = proposal.questions
    assert (question.code, [at.row for at in question.at]) == ("key_of_another_person", [2, 3])
    assert "Olaf Berg, olaf@other.example" in question.problem
    assert (kinds(proposal), proposal.writes.people) == (["question", "question"], ())
    same = proposed(lists(people=[named, addressed]), office, answers={question.id: "same"})
    assert (by_key(taken(office, same.writes), "s2").email) == "olaf@other.example"
    assert kinds(proposed(lists(people=[named]), office)) == ["changed"]
    assert kinds(proposed(lists(people=[addressed]), office)) == ["changed"]


def test_an_answer_about_a_known_number_holds_for_this_row_and_this_person_alone() -> None:
    office = after(person("s2", name="Dina Sund"))
    olaf = lists(people=[person("s2", name="Olaf Berg", email="olaf@other.example")])
    [question] = proposed(olaf, office).questions
    other = lists(people=[person("s2", name="Eva Dahl", email="eva@other.example")])
    assert [each.code for each in proposed(other, office, answers={question.id: "same"}).open_questions] == [
        "key_of_another_person"
    ]


def test_an_answer_for_all_rows_of_a_cause_holds_for_these_candidates_alone() -> None:
    people = [person(f"0{n}", name=f"N {n}", email=f"n{n}@x.example") for n in (71, 72, 73)]
    spoiled = [{**each, "key": each["key"].lstrip("0")} for each in people]
    office, more = after(*people[:2]), after(*people)
    [question] = proposed(lists(people=spoiled[:2]), office).questions
    answers = {question.id: "same"}
    assert proposed(lists(people=spoiled[:2]), office, answers=answers).open_questions == ()
    [again] = proposed(lists(people=spoiled), more, answers=answers).open_questions
    assert len(again.at) == 3


def test_an_answer_about_a_shared_mailbox_is_asked_again_once_somebody_else_has_it() -> None:
    rows = [person(f"p{number}", email="school@post.example") for number in range(3)]
    [question] = proposed(lists(people=rows)).open_questions
    office = after(person("p9", email="school@post.example"))
    assert len(proposed(lists(people=rows), office, answers={question.id: "two"}).open_questions) == 1


# C4
def test_a_shared_mailbox_is_one_question_about_all_who_share_it() -> None:
    given = lists(people=[person(f"p{number}", email="school@post.example") for number in range(5)])
    proposal = proposed(given)
    [question] = proposal.open_questions
    assert (len(question.at), question.proposal) == (4, "different")
    two = proposed(given, answers={question.id: "two"})
    assert kinds(two) == ["new"] * 5
    assert len(two.writes.apart) == 10


# C5
def test_a_known_membership_is_brought_up_to_date() -> None:
    rows = [{"key": "h5", "membership": "active", "first": SINCE}]
    office = after(person("h5"), memberships=rows)
    ended = [{**rows[0], "last": date(2026, 6, 30)}]
    proposal = proposed(lists(memberships=ended), office)
    assert kinds(proposal) == ["changed"]
    office_then = taken(office, proposal.writes)
    assert [each.last for each in by_key(office_then, "h5").memberships] == [date(2026, 6, 30)]
    again = proposed(lists(memberships=rows), office_then)
    assert kinds(again) == ["question"], "the list has a member whom the office does not have"
    assert again.writes.memberships == (), "a blank changes nothing"
    again = proposed(lists(memberships=[{**rows[0], "last": "clear"}]), office_then)
    assert [each.last for each in again.writes.memberships] == [None]


# C6
def test_a_blank_changes_nothing_and_a_word_clears() -> None:
    office = after(person("r2", phone="555 0100"))
    assert kinds(proposed(lists(people=[person("r2")]), office)) == ["unchanged"]
    cleared = proposed(lists(people=[person("r2", phone="clear")]), office)
    assert by_key(taken(office, cleared.writes), "r2").phone == ""


# C8
def test_the_same_lists_again_say_nothing_new() -> None:
    more = {
        "memberships": [{"key": "m1", "membership": "active", "first": SINCE}],
        "mentors": [{"key": "m1", "capacity": 2, "trained_on": SINCE}],
        "applications": [APPLIED],
    }
    office = after(person("m1"), unnumbered("m2"), **more)
    given = lists(people=[person("m1"), unnumbered("m2")], **more)
    proposal = proposed(given, office)
    assert set(kinds(proposal)) == {"unchanged"}
    assert proposal.questions == ()
    assert taken(office, proposal.writes) == office


# C10
def test_an_unknown_class_is_asked_about_once_with_its_rows() -> None:
    people = [person(f"c{number}") for number in range(40)]
    rows = [{"key": each["key"], "membership": "activ", "first": SINCE} for each in people]
    given = lists(people=people, memberships=rows)
    [question] = proposed(given).open_questions
    assert (question.id, len(question.at), question.proposal) == ("class:activ", 40, "active")
    assert question.answers == ("active", "retired", "other")
    known = proposed(given, answers={"class:activ": "active"})
    assert {each.name for each in known.writes.memberships} == {"active"}
    other = proposed(given, answers={"class:activ": "other"})
    assert {each.name for each in other.writes.memberships} == {"activ"}


def test_unknown_titles_and_reasons_are_asked_about_once() -> None:
    first = propose(lists(people=[person("a"), person("b", role_title="teacher")]), OFFICE, ADMIN, {})
    [question] = first.questions
    assert question.id == "titles"
    assert "principal (1)" in question.problem
    assert len(question.at) == 2
    office = after(person("a"))
    later = lists(
        people=[person("b", role_title="principle"), person("c", role_title="nurse")],
        applications=[{**APPLIED, "key": "a", "reason": "new_to_roll"}],
    )
    proposal = proposed(later, office)
    assert [each.id for each in proposal.questions] == [
        "title:principle",
        "title:nurse",
        "reason:new_to_roll",
    ]
    done = proposed(
        later,
        office,
        answers={"title:principle": "principal", "title:nurse": "other", "reason:new_to_roll": "new_to_role"},
    )
    assert [each.values["role_title"] for each in done.writes.people] == ["principal", "nurse"]
    assert [each.reason for each in done.writes.applications] == ["new_to_role"]


def test_a_row_that_waits_says_what_it_would_come_to_with_the_proposed_answers() -> None:
    office = after(person("a"), person("b"))
    row = {"key": "a", "membership": "activ", "first": SINCE}
    given = lists(people=[person("a", phone="555 0100"), person("c")], memberships=[row])
    waiting = replace(given, rows=tuple(replace(each, waits=("x:columns",)) for each in given.rows))
    found = proposed(waiting, office)
    columns = ImportQuestion(
        id="x:columns", code="columns", problem="", answers=("yes",), at=(At("x", 0),), proposal="yes"
    )
    asked = replace(found, questions=(columns, *found.questions))
    likely = with_likely_changes(asked, waiting, office, ADMIN, {})
    assert [(each.outcome.value, each.would and each.would.value) for each in likely] == [
        ("question", "changed"),
        ("question", "new"),
        ("question", "new"),
    ]
    assert [(each.field, each.after) for each in likely[0].changes] == [("phone", "555 0100")]
    assert [(each.field, each.after) for each in likely[2].changes] == [("membership active from", SINCE)]
    assert found.writes.people == found.writes.memberships == ()


def test_a_new_person_is_shown_with_values_and_a_supervisor_by_number() -> None:
    office = after(person("a"), person("b", supervisor="a"))
    given = lists(people=[person("c", supervisor="a"), person("b", supervisor="c")])
    new, changed = proposed(given, office).outcomes
    assert {each.field: each.after for each in new.changes} | {
        "supervisor": "a",
        "email": "c@post.example",
    } == {each.field: each.after for each in new.changes}
    assert [(each.field, each.before, each.after) for each in changed.changes] == [("supervisor", "a", "c")]


def test_a_new_title_is_answered_in_plain_words() -> None:
    given = lists(people=[person("b", role_title="nurse")])
    for word in ("new", "other"):
        found = proposed(given, after(person("a")), answers={"title:nurse": word})
        assert ([each.answer for each in found.questions], found.writes.people[0].values["role_title"]) == (
            ["new"],
            "nurse",
        )


def test_a_row_like_two_entries_is_answered_by_number_and_not_by_id() -> None:
    office = after(person("a", name="Ann Lund"), person("b", name="Bo Lund"))
    given = lists(people=[person("c", name="Ann Lund", email="b@post.example")])
    [question] = proposed(given, office).questions
    assert question.answers == ("same:a", "same:b", "different")
    assert "Bo Lund, b@post.example, known under b" in question.problem
    assert not any(id in question.problem for id in office.people)
    same = proposed(given, office, answers={question.id: "same:b"})
    assert [each.person for each in same.writes.people] == [office.by_key["b"]]


# C41
def test_all_faults_are_told_at_once_one_line_for_one_cause() -> None:
    people = [person(f"x{number}", region="nroth") for number in range(30)]
    given = lists(
        people=[*people, person("y", supervisor="nobody"), {"key": "z", "name": "Z"}],
        memberships=[{"key": "zoe", "membership": "active", "first": SINCE}],
    )
    proposal = proposed(given)
    found = {each.code: each for each in proposal.refusals}
    assert found.keys() == {"unknown_supervisor", "missing_value", "unknown_key"}
    [region] = [each for each in proposal.questions if each.id == "region:nroth"]
    assert (len(region.at), region.answers) == (30, ("central", "north"))


def test_the_records_of_a_person_whose_row_is_refused_are_one_line() -> None:
    given = lists(
        people=[person("x", region="east")],
        memberships=[
            {"key": "x", "membership": "active", "first": SINCE},
            {"key": "w", "membership": "active"},
        ],
        unread={ListKind.PEOPLE: frozenset({"w"})},
    )
    found = [(each.code, len(each.rows)) for each in proposed(given).refusals]
    assert found == [("person_refused", 2), ("unknown_region", 1)]


def test_nobody_has_the_number_of_a_refused_row_that_is_no_row_of_people() -> None:
    rows = [{"key": "w", "membership": "active", "first": SINCE}]
    given = lists(memberships=rows, unread={ListKind.MEMBERSHIPS: frozenset({"w"})})
    assert [each.code for each in proposed(given).refusals] == ["unknown_key"]


# C45
def test_memberships_alone_are_taken_if_their_numbers_are_known() -> None:
    office = after(person("m1"))
    rows = [{"key": "m1", "membership": "active", "first": SINCE}]
    assert kinds(proposed(lists(memberships=rows), office)) == ["new"]


# Entries from before
def test_an_entry_from_before_numbers_is_found_by_its_old_id_and_gets_its_number() -> None:
    id = derive("roster", "central", "k1")
    entry = Entry(
        id=id,
        association="acme",
        name="Name of k1",
        email="k1@post.example",
        role_title="principal",
        district="Lake",
        region="central",
    )
    office = replace(OFFICE, people={id: entry})
    proposal = proposed(lists(people=[person("k1")]), office)
    assert kinds(proposal) == ["moved"]
    assert taken(office, proposal.writes).people[id].keys == ("k1",)


def test_a_coordinator_sees_nothing_of_other_regions_and_writes_nothing_there() -> None:
    office = after(person("q", name="Quill Marsh", email="quill@secret.example", region="central"))
    new = lists(people=[person("q2", name="Somebody", email="quill@secret.example")])
    [question] = proposed(new, office, NORTH).questions
    assert question.who.value == "state_office"
    assert "Quill" not in question.problem
    there = proposed(lists(people=[person("q", name="Quill Marsh", region="central")]), office, NORTH)
    assert (there.refusals, there.outcomes, there.writes.people) == ((), (), ())
    assert there.remarks == (
        "people.csv: one row is left out (row 2, Quill Marsh), because whoever imports does not serve central. The "
        "coordinators there bring these people.",
    )


def test_the_digest_changes_with_what_would_change_and_with_nothing_else() -> None:
    office = after(person("a"), person("b"))
    given = lists(people=[person("a", name="Other"), person("b")])
    first = proposal_digest(proposed(given, office))
    assert first == proposal_digest(proposed(given, office))
    assert first == proposal_digest(proposed(lists(people=[person("a", name="Other")]), office))
    b = by_key(office, "b")
    moved = replace(office, people={**office.people, b.id: replace(b, name="New")})
    assert first != proposal_digest(proposed(given, moved))
    assert TODAY.year == 2026


def test_one_new_number_in_two_rows_is_one_number_of_one_person() -> None:
    row = person("k1", name="Berit Lund", email="berit@post.example")
    same = proposed(lists(people=[row, row]))
    [written] = same.writes.people
    assert (written.keys, same.open_questions) == (("k1",), ()), (
        "one number, one name and one address ask nothing"
    )
    given = lists(people=[row, {**row, "name": "Bert Lund"}])
    [question] = proposed(given).open_questions
    two = proposed(given, answers={question.id: "two"})
    assert [(each.code, each.rows) for each in two.refusals] == [("duplicate", (2, 3))]
    assert (two.writes.people, two.writes.apart) == ((), ()), (
        "nobody is kept apart from a person who gets no entry"
    )


def test_one_new_number_in_two_rows_is_added_once_to_a_known_human() -> None:
    office = after(person("00712", name="Berit Lund", email="berit@post.example"))
    row = person("712", name="Berit Lund", email="berit@post.example")
    given = lists(people=[row, row])
    [known] = office.people
    [question] = proposed(given, office).questions
    [written] = proposed(given, office, answers={question.id: "same"}).writes.people
    assert (written.person, written.keys) == (known, ("712",))


def test_the_question_about_a_mailbox_names_it_in_its_words_and_not_in_its_id() -> None:
    given = lists(people=[person(f"p{number}", email="school@post.example") for number in range(3)])
    [question] = proposed(given).open_questions
    assert "school" not in question.id
    assert "school@post.example" in question.problem


def test_a_person_in_two_rows_is_counted_once() -> None:
    twice = lists(
        people=[person("m1", name="Ann Lund"), person("M-9", name="Ann Lund", email="m1@post.example")]
    )
    [question] = proposed(twice).open_questions
    same = proposed(twice, answers={question.id: "same"})
    assert (kinds(same), [each.keys for each in same.writes.people]) == (
        ["new", "same_person"],
        [("m1", "M-9")],
    )
    office = after(person("m1"))
    changed = lists(people=[{"key": "m1", "phone": "555 0101"}, {"key": "m1", "district": "Hill"}])
    both = proposed(changed, office)
    assert (kinds(both), len(both.writes.people)) == (["changed", "same_person"], 1)
    assert kinds(proposed(changed, taken(office, both.writes))) == ["unchanged", "unchanged"]
