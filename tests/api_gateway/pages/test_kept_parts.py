"""Parts of govuk-frontend that are kept: the same part for the same values, and never for others."""

from typing import Any

import pytest
from markupsafe import Markup, escape

from api_gateway.pages import view
from api_gateway.pages.view import govuk


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the parts that were made anew, in order."""
    found: list[str] = []
    part = view._part

    def noted(component: str, values: Any) -> Markup:
        found.append(component)
        return part(component, values)

    monkeypatch.setattr(view, "_part", noted)
    view._kept.cache_clear()
    return found


def _radios(chosen: str, **more: Any) -> Markup:
    items = [{"value": each, "text": each, "checked": each == chosen} for each in ("one", "two")]
    return govuk("radios", idPrefix="f", name="f", items=items, **more)


def test_a_part_of_choices_is_made_once(made: list[str]) -> None:
    assert _radios("one") == _radios("one")
    assert made == ["radios"]
    assert _radios("two") != _radios("one")
    assert made == ["radios", "radios"]


def test_a_bare_text_is_not_taken_for_an_escaped_one(made: list[str]) -> None:
    escaped = escape("<input>")
    assert "&lt;input&gt;" in govuk("button", text=escaped)
    assert "&amp;lt;input&amp;gt;" in govuk("button", text=str(escaped))
    assert made == ["button"] * 2


def test_yes_and_one_are_different_values(made: list[str]) -> None:
    govuk("button", text="a", disabled=True)
    govuk("button", text="a", disabled=1)
    assert made == ["button", "button"]


def test_what_was_typed_is_not_kept(made: list[str]) -> None:
    for value in ("secret", "secret", "", ""):
        page = govuk("input", id="f", name="f", label={"text": "A"}, value=value)
        assert ("secret" in page) == bool(value)
    assert made == ["input"] * 3
