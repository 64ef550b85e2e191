"""A member number that is a slip: the row is the known person's, and the number is not kept (C3)."""

from tests.domain.people.proposal.lists_of import NORTH, SINCE, after, kinds, lists, person, proposed, taken

BERIT = person("M-2003", name="Berit Lund", email="berit@post.example")
SLIP = person("M-2OO3", name="Berit Lund", email="berit@post.example", phone="218 555 0101")
MEMBER = {"key": "M-2OO3", "membership": "active", "first": SINCE}


def test_a_number_that_is_a_slip_is_not_kept_and_the_row_is_the_known_persons() -> None:
    office = after(BERIT)
    given = lists(people=[SLIP], memberships=[MEMBER])
    [question] = proposed(given, office).open_questions
    assert question.answers == ("same", "slip", "different")
    found = proposed(given, office, answers={question.id: "slip"})
    assert kinds(found) == ["changed", "new"]
    assert [(each.field, each.after) for each in found.outcomes[0].changes] == [("phone", "218 555 0101")]
    [entry] = taken(office, found.writes).people.values()
    assert (entry.keys, entry.phone) == (("M-2003",), "218 555 0101")
    assert [each.name for each in entry.memberships] == ["active"], "the list's records are that person's too"


def test_the_same_answer_keeps_the_number_as_a_second_one() -> None:
    office = after(BERIT)
    given = lists(people=[SLIP])
    [question] = proposed(given, office).open_questions
    [entry] = taken(office, proposed(given, office, answers={question.id: "same"}).writes).people.values()
    assert entry.keys == ("M-2003", "M-2OO3")


def test_a_slip_may_be_in_the_same_list_as_the_right_number() -> None:
    given = lists(people=[BERIT, SLIP], memberships=[MEMBER])
    [question] = proposed(given).open_questions
    assert question.answers == ("same", "slip", "different")
    [entry] = taken(after(), proposed(given, after(), answers={question.id: "slip"}).writes).people.values()
    assert (entry.keys, len(entry.memberships)) == (("M-2003",), 1)


def test_whoever_has_no_number_gets_that_of_the_row() -> None:
    nameless = {name: value for name, value in BERIT.items() if name != "key"}
    office = after(nameless)
    [question] = proposed(lists(people=[SLIP]), office).open_questions
    assert question.answers == ("same", "different")


def test_numbers_that_lost_their_zeros_may_be_slips_all_at_once() -> None:
    people = [
        person(f"00{number}", name=f"N {number}", email=f"n{number}@x.example") for number in (101, 102)
    ]
    office = after(*people)
    given = lists(people=[{**each, "key": each["key"].lstrip("0")} for each in people])
    [question] = proposed(given, office).open_questions
    then = taken(office, proposed(given, office, answers={question.id: "slip"}).writes)
    assert [each.keys for each in then.people.values()] == [("00101",), ("00102",)]


def test_a_number_with_its_zeros_in_the_same_import_is_named_where_a_record_lacks_them() -> None:
    ann = person("00712", name="Ann Lee")
    given = lists(people=[ann, person("00713", supervisor="712")], mentors=[{"key": "712", "capacity": 2}])
    found = {each.column: each.problem for each in proposed(given).refusals}
    hint = "but there is “00712” (Ann Lee, row 2 of people.csv). If that is the one that is meant, write the number so."
    assert found == {
        "key": f"Nobody has this member number, {hint}",
        "supervisor": f"Nobody has the member number of the supervisor, {hint}",
    }


def test_a_number_of_another_region_is_named_to_nobody_who_does_not_serve_it() -> None:
    office = after(person("00712", name="Ann Lee", region="central"))
    [refusal] = proposed(lists(mentors=[{"key": "712", "capacity": 2}]), office, NORTH).refusals
    assert refusal.problem.startswith("Nobody has this member number. Add the person")


def test_an_association_that_gave_new_numbers_is_asked_once() -> None:
    people = [
        person(f"old{at}", name=f"Ann {name}", email=f"{name}@x.example") for at, name in enumerate("ABCDE")
    ]
    office = after(*people)
    given = lists(people=[{**each, "key": f"M-{at}"} for at, each in enumerate(people)])
    [question] = proposed(given, office).open_questions
    assert (len(question.at), question.answers, question.proposal) == (
        5,
        ("same", "slip", "different", "each"),
        "",
    )
    assert question.problem.startswith(
        "5 rows have the name and the address of one known person each, and another member number: Ann A (row 2), "
    )
    assert question.about[0].startswith("Ann A, number M-0 – Ann A, A@x.example, known under old0")
    then = taken(office, proposed(given, office, answers={question.id: "same"}).writes)
    assert [each.keys for each in then.people.values()] == [(f"old{at}", f"M-{at}") for at in range(5)]
    assert set(kinds(proposed(given, then))) == {"unchanged"}
    slip = taken(office, proposed(given, office, answers={question.id: "slip"}).writes)
    assert [each.keys for each in slip.people.values()] == [(f"old{at}",) for at in range(5)]
    assert len(proposed(given, office, answers={question.id: "each"}).open_questions) == 5


def test_an_unknown_number_beside_a_known_name_says_which_number_that_person_has() -> None:
    office = after(person("M-1002", name="Bela Kovacs"))
    given = lists(mentors=[{"key": "M-1OO2", "name": "Kovacs, Bela", "capacity": 2}])
    [refusal] = proposed(given, office).refusals
    assert refusal.problem == (
        "Nobody has this member number. Of this name there is Bela Kovacs, M-1002: correct the number if that is meant."
    )
    [hidden] = proposed(given, after(person("M-1002", name="Bela Kovacs", region="central")), NORTH).refusals
    assert hidden.problem.startswith("Nobody has this member number. Add the person")


def test_a_new_membership_that_a_row_under_a_slip_repeats_is_one() -> None:
    office = after(BERIT)
    member = {"key": "M-2003", "membership": "active", "first": SINCE}
    given = lists(people=[BERIT, SLIP], memberships=[member, MEMBER])
    [question] = proposed(given, office).open_questions
    found = proposed(given, office, answers={question.id: "slip"})
    assert (kinds(found), found.refusals) == (["unchanged", "changed", "new", "unchanged"], ())
    [entry] = taken(office, found.writes).people.values()
    assert len(entry.memberships) == 1
