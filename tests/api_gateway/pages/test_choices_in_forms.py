"""What a form offers: what can be chosen stands first, and where it asks for yes or no it says what each leads to."""

from typing import Any

import pytest

from api_gateway.pages.acts import words
from api_gateway.pages.acts.form import ActField, form_of
from api_gateway.pages.acts.parts import Choice, parts_of
from domain.messages import Command
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.meetings.completion import DecideCompletion
from domain.relationship.stages.meetings.completion_review import ReviewCompletion


def field(kind: type[Command], act: str, name: str, language: str, offers: dict[str, Any]) -> ActField:
    """Return one field of the form of an act."""
    form = form_of(act, parts_of(kind), offers, {}, {}, language, words.of_act(language, act))
    return next(each for each in form.fields if each.path == name)


def test_the_mentors_who_fit_stand_before_those_with_a_no() -> None:
    offered = [
        Choice(value="a", label="Ann Aas", why_not="No place is free."),
        Choice(value="b", label="Ben Bo"),
        Choice(value="c", label="Cy Cho", why_not="Another region."),
        Choice(value="d", label="Dee Dahl"),
    ]
    part = next(each for each in parts_of(ProposeMatch) if each.name == "mentor")
    shown = field(ProposeMatch, "propose-match", "mentor", "en", {part.offers: offered})
    assert [each.value for each in shown.choices] == ["b", "d", "a", "c"]


@pytest.mark.parametrize(
    ("kind", "act"), [(DecideCompletion, "decide-completion"), (ReviewCompletion, "review-completion")]
)
def test_yes_and_no_say_what_they_lead_to(kind: type[Command], act: str) -> None:
    for language, money in (("en", "money"), ("es", "dinero")):
        shown = field(kind, act, "complete", language, {})
        assert [each.value for each in shown.choices][:2] == ["yes", "no"]
        assert all(money in each.hint.lower() for each in shown.choices[:2])
