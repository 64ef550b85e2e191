"""Who may be one human: alikeness and the groups that count as one."""

from hypothesis import given
from hypothesis import strategies as st

from domain.people.identity import (
    Alike,
    Features,
    Verdict,
    alike,
    alike_pairs,
    groups,
    is_somebody_else,
    pair_of,
    plain_key,
    plain_text,
    same_as,
)


def person(
    name: str = "Berit Lund",
    email: str = "berit@post.example",
    *keys: str,
    district: str = "Lake",
    association: str = "one",
) -> Features:
    return Features(association=association, keys=keys, name=name, email=email, district=district)


FEATURES = st.builds(
    Features,
    association=st.sampled_from(("one", "two")),
    keys=st.lists(st.sampled_from(("712", "00712", "d1b", "D1B", "mentee01")), max_size=2).map(tuple),
    name=st.sampled_from(("Ann A", "ann  a", "Bo B", "")),
    email=st.sampled_from(("a@post.example", "A@post.example", "b@post.example", "")),
    district=st.sampled_from(("Lake", "lake", "Hill", "-")),
    region=st.sampled_from(("north", "south")),
)
PEOPLE = st.lists(FEATURES, max_size=6).map(
    lambda all: {f"p{number}": each for number, each in enumerate(all)}
)


def test_keys_are_equal_after_case_a_trailing_point_zero_and_leading_zeros() -> None:
    assert {plain_key(key) for key in ("00712", "712", "712.0", " 0712 ")} == {"712"}
    assert plain_key("d1b") == plain_key("D1B")
    assert plain_key("000") == plain_key("0")


def test_zeros_within_a_key_count() -> None:
    assert plain_key("mentee01") != plain_key("mentee10")
    assert plain_key("mentee01") != plain_key("mentee1")
    assert plain_key("0d1") != plain_key("d1")


def test_a_reason_says_why_two_entries_are_alike() -> None:
    assert alike(person(), person(name="Carl")) == (Alike.EMAIL,)
    assert alike(person(), person(email="b@other.example")) == (Alike.NAME,)
    assert alike(person("A", "a@x", "00712"), person("B", "b@x", "712")) == (Alike.KEY,)
    assert alike(person(), person("Carl", "c@other.example")) == ()


def test_one_name_in_one_region_is_alike_where_a_district_is_missing() -> None:
    def ann(district: str, region: str = "north") -> Features:
        return Features(association="one", name="Ann A", email="", district=district, region=region)

    people = {"a": ann("Lake"), "b": ann("-"), "c": ann("Hill"), "d": ann("Hill", "south")}
    assert alike(people["a"], people["b"]) == (Alike.NAME_ALONE,)
    assert alike_pairs(people) == (("a", "b"), ("b", "c"), ("c", "d"))
    assert alike(people["b"], people["d"]) == ()
    assert same_as({name: people[name] for name in ("a", "c")}, {}) == (("a",), ("c",))


def test_one_name_in_two_districts_is_two_people() -> None:
    assert alike(person(), person(email="b@other.example", district="Hill")) == ()


def test_people_of_two_associations_are_never_compared() -> None:
    assert alike(person(), person(association="two")) == ()
    assert alike_pairs({"a": person(), "b": person(association="two")}) == ()


def test_a_known_key_with_another_name_and_another_email_is_somebody_else() -> None:
    dina = person("Dina Sund", "dina@post.example", "s2")
    assert is_somebody_else(dina, person("Olaf Berg", "olaf.s@other.example", "s2"))
    assert not is_somebody_else(dina, person("Dina Berg", "dina@post.example", "s2"))
    assert not is_somebody_else(dina, person("dina  SUND", "dina@other.example", "s2"))


@given(FEATURES, FEATURES)
def test_alike_is_symmetric(one: Features, other: Features) -> None:
    assert alike(one, other) == alike(other, one)


@given(PEOPLE)
def test_the_pairs_are_exactly_those_that_are_alike(people: dict[str, Features]) -> None:
    expected = {
        (one, other)
        for one in people
        for other in people
        if one < other and alike(people[one], people[other])
    }
    assert set(alike_pairs(people)) == expected


@given(
    PEOPLE,
    st.dictionaries(st.sampled_from([("p0", "p1"), ("p1", "p2"), ("p0", "p3")]), st.sampled_from(Verdict)),
)
def test_groups_are_a_partition_and_follow_the_answers(
    people: dict[str, Features], answers: dict[tuple[str, str], Verdict]
) -> None:
    found = same_as(people, answers)
    assert sorted(id for group in found for id in group) == sorted(people)
    of = {id: group for group in found for id in group}
    for pair in alike_pairs(people):
        if answers.get(pair) is not Verdict.TWO:
            assert of[pair[0]] is of[pair[1]]
    for (one, other), verdict in answers.items():
        if verdict is Verdict.SAME and one in people and other in people:
            assert of[one] is of[other]


@given(PEOPLE)
def test_who_is_alike_to_nobody_is_alone(people: dict[str, Features]) -> None:
    joined = {id for pair in alike_pairs(people) for id in pair}
    assert {id for group in same_as(people, {}) if len(group) == 1 for id in group} == people.keys() - joined


def test_two_are_apart_once_somebody_has_said_so() -> None:
    couple = {"a": person("Ann A"), "b": person("Bo B")}
    assert same_as(couple, {}) == (("a", "b"),)
    assert same_as(couple, {("a", "b"): Verdict.TWO}) == (("a",), ("b",))


def test_a_group_reaches_over_the_one_in_the_middle() -> None:
    assert groups("abc", [("a", "b"), ("b", "c")]) == (("a", "b", "c"),)


def test_an_answer_is_kept_under_one_order() -> None:
    assert pair_of("b", "a") == pair_of("a", "b") == ("a", "b")


def test_blanks_and_case_do_not_count() -> None:
    assert plain_text("  Núñez\u00a0 ANN ") == "núñez ann"
