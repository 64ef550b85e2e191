"""Results of surveys: counts that are right, and groups that nobody can compute from what is shown."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.adapters.files.form_files import shipped_forms
from domain.forms.model import Field, FieldType, Form, Option
from domain.forms.survey_results import CONSENT, WHOLE, Results, SurveyAnswers, hidden_groups, results
from domain.visibility import Privacy

W = {"en": "w", "es": "w"}
FORM = replace(
    shipped_forms()["exit_mentee", "1"],
    fields=(
        Field(key="one", type=FieldType.SCALE, label=W, privacy=Privacy.ARCHIVE, aim="a", required=True),
        Field(key="two", type=FieldType.SCALE, label=W, privacy=Privacy.ARCHIVE, aim="a"),
        Field(key="done", type=FieldType.YES_NO, label=W, privacy=Privacy.ARCHIVE),
        Field(
            key="ways",
            type=FieldType.CHOICES,
            label=W,
            options=tuple(Option(code=code, words={"en": code, "es": code}) for code in ("phone", "mail")),
        ),
        Field(key="said", type=FieldType.LONG_TEXT, label=W),
        Field(key=CONSENT, type=FieldType.YES_NO, label=W),
    ),
)
GROUPS = ("north", "central", "south", "west")
sizes = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30), max_size=8)
small = st.integers(3, 12)
answer = st.fixed_dictionaries(
    {"one": st.integers(1, 5), CONSENT: st.booleans()},
    optional={
        "two": st.integers(1, 5),
        "done": st.booleans(),
        "ways": st.lists(st.sampled_from(["phone", "mail"])),
    },
)
given_answers = st.lists(
    st.builds(
        lambda group, answers: SurveyAnswers(group=group, answers=answers), st.sampled_from(GROUPS), answer
    ),
    max_size=40,
)


def everyone(groups: dict[str, int]) -> dict[str, set[str]]:
    """Return that many different people for each group."""
    return {name: {f"{name}{number}" for number in range(size)} for name, size in groups.items()}


def spans(rows: list[list[int]], wanted: list[int]) -> bool:
    """Return whether ``wanted`` is a sum of multiples of ``rows``: whether somebody can compute it from them."""
    matrix = [[Fraction(value) for value in row] for row in rows]
    target = [Fraction(value) for value in wanted]
    for column in range(len(wanted)):
        pivot = next((row for row in matrix if row[column] != 0), None)
        if pivot is None:
            continue
        matrix = [row for row in matrix if row is not pivot]
        for row in [*matrix, target]:
            factor = row[column] / pivot[column]
            row[:] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
    return not any(target)


@given(sizes, small)
def test_no_hidden_group_can_be_computed_from_what_is_shown(groups: dict[str, int], least: int) -> None:
    hidden = hidden_groups(everyone(groups), least)
    filled = [name for name, size in groups.items() if size]
    shown = [name for name in (*filled, WHOLE) if name not in hidden]
    vectors = {name: [int(name == each) for each in filled] for name in filled} | {WHOLE: [1] * len(filled)}
    rows = [vectors[name] for name in shown]
    secret = [name for name in filled if name in hidden]
    for name in secret:
        assert not spans(rows, vectors[name]), (name, shown)
    if secret and WHOLE in shown:
        assert len(secret) >= 2
        assert sum(groups[name] for name in secret) >= least


@given(sizes, small)
def test_what_is_shown_is_large_enough_and_what_is_hidden_is_needed(
    groups: dict[str, int], least: int
) -> None:
    hidden = hidden_groups(everyone(groups), least)
    assert all(size >= least for name, size in groups.items() if size and name not in hidden)
    assert not any(groups[name] == 0 for name in hidden if name != WHOLE)
    assert (WHOLE in hidden) == (sum(groups.values()) < least)
    if not any(0 < size < least for size in groups.values()) and sum(groups.values()) >= least:
        assert hidden == ()


@given(given_answers, small, st.data())
def test_answers_that_change_places_between_hidden_groups_change_nothing(
    answers: list[SurveyAnswers], least: int, data: st.DataObject
) -> None:
    before = results(FORM, answers, GROUPS, least)
    hidden = set.intersection(*(set(item.hidden) for item in before.items)) - {WHOLE}
    places = [n for n, each in enumerate(answers) if each.group in hidden]
    if len(places) < 2:
        return
    first, second = data.draw(st.tuples(st.sampled_from(places), st.sampled_from(places)))
    if answers[first].answers.keys() != answers[second].answers.keys():
        return  # a person who answered an item counts in the size of its group
    moved = list(answers)
    moved[first] = replace(answers[first], answers=answers[second].answers)
    moved[second] = replace(answers[second], answers=answers[first].answers)
    assert results(FORM, moved, GROUPS, least) == before


@given(given_answers, small)
def test_an_aim_tells_no_more_than_its_items(answers: list[SurveyAnswers], least: int) -> None:
    found = results(FORM, answers, GROUPS, least)
    [aim] = found.aims
    for counted in aim.shown:
        parts = [part for item in found.items[:2] for part in item.shown if part.group == counted.group]
        assert len(parts) == 2
        assert counted.count == sum(part.count for part in parts)
        assert counted.spread == {code: sum(part.spread[code] for part in parts) for code in parts[0].spread}


def everybody(*given: tuple[str, dict[str, Any]]) -> Results:
    return results(FORM, [SurveyAnswers(group=group, answers=answers) for group, answers in given], GROUPS, 3)


def test_counts_means_and_spreads_are_those_of_the_answers() -> None:
    found = everybody(
        *(("north", {"one": rating, "done": True, "ways": ["mail"]}) for rating in (5, 4, 4)),
        *(("south", {"one": rating, "done": False, "ways": ["mail", "phone"]}) for rating in (1, 2, 3)),
    )
    one, _, done, ways = found.items
    whole, north = one.shown[0], next(part for part in one.shown if part.group == "north")
    assert (whole.count, whole.mean_hundredths) == (6, 317)
    assert whole.spread == {"1": 1, "2": 1, "3": 1, "4": 2, "5": 1}
    assert (north.count, north.mean_hundredths) == (3, 433)
    assert (done.shown[0].spread, done.shown[0].mean_hundredths) == ({"yes": 3, "no": 3}, None)
    assert ways.shown[0].spread == {"phone": 3, "mail": 6}
    assert CONSENT not in [item.key for item in found.items]


def test_one_small_region_takes_the_next_smallest_with_it() -> None:
    assert hidden_groups(everyone({"a": 2, "b": 9, "c": 6, "d": 0}), 5) == ("a", "c")
    assert hidden_groups(everyone({"a": 2, "b": 9}), 5) == ("a", "b")
    assert hidden_groups(everyone({"a": 2, "b": 2, "c": 7}), 5) == ("a", "b", "c")
    assert hidden_groups(everyone({"a": 4}), 5) == ("a", WHOLE)
    assert hidden_groups(everyone({"a": 5, "b": 0}), 5) == ()


def test_a_group_is_counted_by_its_people_and_not_by_their_answers() -> None:
    """Three mentors with two mentees each are not a group of six, whichever regions they are in."""
    yes = {"one": 5, "said": "Two of us.", CONSENT: True}
    few = [SurveyAnswers(group="north", by=name, answers=yes) for name in "abcabc"]
    assert results(FORM, few, GROUPS, 5).items[0].hidden == ("north", WHOLE)
    assert (results(FORM, few, GROUPS, 5).responses, results(FORM, few, GROUPS, 5).quotes) == (None, ())
    others = [SurveyAnswers(group="south", by=name, answers=yes) for name in "defgh"]
    found = results(FORM, [*few, *others], GROUPS, 5)
    assert found.items[0].hidden == ("north", "south")
    assert found.items[0].shown[0].count == found.responses == 11


def test_a_person_who_answers_in_two_regions_is_one_of_the_hidden_people() -> None:
    assert hidden_groups({"a": {"x", "y"}, "b": {"x", "z"}, "c": set("stuvw")}, 4) == ("a", "b", "c")


def test_quotes_are_shown_only_with_consent_and_only_from_enough_people() -> None:
    yes, no = {"one": 4, "said": "Zebras.", CONSENT: True}, {"one": 4, "said": "Never shown.", CONSENT: False}
    silent = {"one": 4, CONSENT: True, "said": " "}
    other = {"one": 4, "said": "Apples.", CONSENT: True}
    assert everybody(("north", yes), ("south", no), ("west", other), ("west", silent)).quotes == (
        "Apples.",
        "Zebras.",
    )
    assert everybody(("north", yes), ("south", no)).quotes == ()


@pytest.mark.parametrize(
    "key", [form for form in shipped_forms() if "survey" in form[0] or "exit" in form[0]]
)
def test_every_survey_that_is_shipped_can_be_counted(key: tuple[str, str]) -> None:
    form: Form = shipped_forms()[key]
    rating = {field.key: 4 for field in form.fields if field.type is FieldType.SCALE}
    found = results(form, [SurveyAnswers(group="north", answers=rating)] * 5, ("north",), 5)
    assert [item.shown[0].mean_hundredths for item in found.aims] == [400] * len(found.aims)
    assert found.aims
