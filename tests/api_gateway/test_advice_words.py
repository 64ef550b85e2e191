"""Advice about one case: each has its words in every language, with the same places to fill in."""

import ast
import copy
import string
from pathlib import Path

import pytest

from api_gateway.pages.acts.form import faults_of_problem
from api_gateway.pages.acts.parts import Control, FormPart
from api_gateway.pages.acts.words import refusal
from api_gateway.services.advice_words import Advice, advice_in, words
from api_gateway.services.problem import Problem, broken_rule, one_of
from domain.languages import Language

SOURCES = Path(__file__).resolve().parents[2] / "api_gateway"


def used() -> set[str]:
    """Return the codes of advice in the sources."""
    return {
        str(call.args[0].value)
        for file in SOURCES.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "Advice"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", [each.value for each in Language])
def test_every_advice_has_words_in_each_language(language: str) -> None:
    known, english = words()[language]["advice"], words()["en"]["advice"]
    assert {*known} == used()
    assert {code: places(text) for code, text in known.items()} == {
        code: places(text) for code, text in english.items()
    }


def test_advice_is_english_as_a_text_and_knows_its_other_words() -> None:
    advice = Advice("another_stage", stage="meetings")
    assert advice == "It is at the meetings stage now: do what that stage asks for."
    assert advice.said("es") == "Ahora está en la etapa de reuniones: haga lo que corresponde a esa etapa."
    roles = Advice("leave_to", roles=("admin", "payment_staff"))
    assert roles == "Leave it to somebody with the role admin or payment staff."
    assert roles.said("es") == "Déjelo a alguien con la función de administración o personal de pagos."
    again = copy.deepcopy(roles)
    assert (again, again.said("es")) == (roles, roles.said("es"))
    assert (advice_in("Only English.", "en"), advice_in("Only English.", "es")) == ("Only English.", "")


def test_a_page_says_the_advice_of_a_case_in_the_language_of_its_reader() -> None:
    problem = Problem(404, "unknown_region", one_of(["north", "south"]))
    assert refusal(problem, "en").endswith("Write one of: north, south.")
    assert refusal(problem, "es").endswith("Escriba una de estas opciones: north, south.")


def test_a_form_that_shows_the_choices_lists_no_codes() -> None:
    codes = one_of(["candid", "prepared"])
    missing = broken_rule("ground_rules_missing", "terms.ground_rules", codes)
    unknown = broken_rule("unknown_ground_rule", "terms.ground_rules", codes)
    parts = (FormPart(name="terms", control=Control.GROUP, parts=(_RULES,)),)
    for problem, english, spanish in (
        (
            missing,
            "The agreement has no ground rules. Choose at least one ground rule.",
            "El acuerdo no tiene reglas básicas. Elija al menos una.",
        ),
        (
            unknown,
            "The program has no such ground rule. Choose one from the list.",
            "El programa no tiene esa regla básica. Elija una opción de la lista.",
        ),
    ):
        for language, said in (("en", english), ("es", spanish)):
            assert refusal(problem, language) == said
            assert faults_of_problem(problem.errors, parts, language) == {"terms.ground_rules": said}


_RULES = FormPart(name="ground_rules", control=Control.CHOICES)
