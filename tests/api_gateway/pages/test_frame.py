"""The frame of every page, and the parts that pages are made of."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import UndefinedError
from starlette.datastructures import QueryParams

from api_gateway.pages.dates import When
from api_gateway.pages.view import environment, govuk, render
from api_gateway.services.caller import Caller
from domain.actors import Role
from domain.associations import Association
from domain.languages import Language
from tests.conftest import NOW


def visitor(*roles: Role, language: str = "en", name: str = "Carla Jensen") -> Any:
    caller = Caller(person="a" * 32, roles=roles, regions=(), association=Association())
    return SimpleNamespace(
        caller=caller, name=name, language=language, csrf="secret-of-the-session", ends_at=NOW
    )


def request(path: str = "/") -> Any:
    settings = SimpleNamespace(mail_from="office@state.example")
    app = SimpleNamespace(state=SimpleNamespace(office=SimpleNamespace(settings=settings)))
    return SimpleNamespace(
        app=app, state=SimpleNamespace(), url=SimpleNamespace(path=path), query_params=QueryParams("")
    )


def test_the_frame_has_a_way_past_it_the_places_the_person_and_whom_to_ask() -> None:
    text = render(request("/relationships"), "base.html", visitor(Role.COORDINATOR))
    assert '<html lang="en">' in text
    assert text.index('href="#main"') < text.index("<header")
    assert '<a href="/relationships" aria-current="page">Relationships</a>' in text
    assert "Carla Jensen" in text
    assert 'action="/sign-out"><input type="hidden" name="csrf" value="secret-of-the-session">' in text
    assert "mailto:office@state.example" in text


def test_the_frame_is_in_the_language_of_the_person_and_works_without_one() -> None:
    assert ">Hoy</a>" in render(request(), "base.html", visitor(Role.COORDINATOR, language="es"))
    open_page = render(request(), "base.html", None, language="es")
    assert '<html lang="es">' in open_page
    assert "<nav" not in open_page


def test_nothing_stands_in_a_line_of_a_page_that_the_policy_forbids() -> None:
    text = render(request(), "base.html", visitor(Role.COORDINATOR))
    assert re.findall(r"\son\w+=|style=|<style|javascript:|<script(?![^>]* src=)", text) == []
    assert {
        re.search(r'(?:href|src)="([^"]+)"', tag)[1][:8]
        for tag in re.findall(r"<(?:link|script)[^>]*>", text)
    } == {"/static/"}


def test_a_name_is_escaped_and_a_forgotten_value_is_an_error() -> None:
    text = render(request(), "base.html", visitor(Role.COORDINATOR, name="<b>Eve</b>"))
    assert "&lt;b&gt;Eve&lt;/b&gt;" in text
    with pytest.raises(UndefinedError):
        environment(Language.EN).from_string("{{ forgotten }}").render()


def test_a_date_shows_short_words_and_the_exact_moment_behind_them() -> None:
    parts: Any = environment(Language.EN).get_template("parts/office.html").module
    shown = parts.date(When("2 days late", "Monday, January 11, 2027", "2027-01-11"))
    assert shown == '<time datetime="2027-01-11" title="Monday, January 11, 2027">2 days late</time>'


def test_errors_of_a_form_link_to_their_fields_with_the_same_words() -> None:
    forms: Any = environment(Language.EN).get_template("parts/forms.html").module
    shown = str(forms.error_summary([{"text": "Enter a day", "field": "day"}, {"text": "<i>", "field": ""}]))
    assert "There are problems with 2 answers" in shown
    assert '<a href="#day">Enter a day</a>' in shown
    assert "&lt;i&gt;" in shown


def test_a_part_of_govuk_frontend_escapes_its_text() -> None:
    assert "&lt;b&gt;" in govuk("button", text="<b>")
