"""The words of acts and of their fields, in the reader's language, and the words for codes."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from activities.adapters.files.locales import isolated
from api_gateway.http.command_bodies import kebab
from api_gateway.services.advice_words import advice_in, names_codes
from api_gateway.services.problem import Problem, in_words, words_in
from api_gateway.services.programs import label_of

_OPTIONS: Final = re.compile(r":\s*(?:on the command line with )?--[^.]*(?=\.)")
"""The end of a sentence that names options of the command line."""
_OF_COMMAND_LINE: Final = re.compile(r"`|(?:^|\s)--[a-z]|command line", re.IGNORECASE)
WORDS: Final = Path(__file__).parents[2] / "words" / "pages" / "acts"


@cache
def words(language: str) -> Mapping[str, Any]:
    """Return the words of acts in one language."""
    return tomllib.loads((WORDS / f"{language}.toml").read_text(encoding="utf-8"))


def frame(language: str, key: str, **values: str | int) -> str:
    """Return the words of a page about acts, filled in."""
    apart = {name: isolated(each) if isinstance(each, str) else each for name, each in values.items()}
    return str(words(language)["frame"][key]).format(**apart)


def of_act(language: str, act: str) -> Mapping[str, str]:
    """Return what an act is called, the words of its button, what it leads to, and what is said once it is done."""
    found: Mapping[str, str] = words(language)["acts"][act]
    return found


def of_field(language: str, section: str, act: str, name: str) -> str:
    """Return the label (``fields``) or hint (``hints``) of a field: the act's own, else that of the name."""
    known = words(language)[section]
    return str(known.get(f"{act}.{name}") or known.get(name, ""))


def of_enum(language: str, kind: str) -> Mapping[str, str]:
    """Return the words for the values of a closed list of ours."""
    found: Mapping[str, str] = words(language)["enums"][kind]
    return found


def of_code(language: str, program: str, code: str) -> str:
    """Return the program's word for a code, else ours, else the code itself as words."""
    said = label_of(program, code, language)
    return said[:1].upper() + said[1:]


def of_evidence(language: str, program: str, code: str) -> str:
    """Return the words for evidence that payment staff look at."""
    known: Mapping[str, str] = words(language)["evidence"]
    return known.get(code) or of_code(language, program, code)


def refused_words(kind: str, code: str, language: str) -> dict[str, str]:
    """Return what a refused attempt is called on pages: the act by its name, and what stood against it."""
    act = words(language)["acts"].get(kebab(kind))
    against = words_in(language).get(code)
    said = str(against["what"]).rstrip(".") if against else ""
    return ({kind: str(act["title"])} if act else {}) | ({code: said[:1].lower() + said[1:]} if said else {})


def done_words(language: str, act: str) -> str:
    """Return what a page says after an act was done; nothing for a name that is no act."""
    known = words(language)["acts"].get(act)
    return str(known["done"]) if known else ""


def refusal(problem: Problem, language: str) -> str:
    """Return what a refusal says to somebody at a page, in that person's language.

    It is what was said of this very case, as far as that has words in the language. Where a form shows the choices,
    their codes are not listed.
    """
    advice = advice_in(problem.advice, language)
    if problem.errors and names_codes(str(problem.advice)):
        advice = choose_again(problem.code, language)
    return at_a_page(in_words(problem.code, advice, language))


def choose_again(code: str, language: str) -> str:
    """Return what to do about a code that is not known, on a page that shows the choices; else nothing."""
    return str(words(language)["faults"]["not_in_program"]) if code.startswith("unknown_") else ""


def refusal_of(code: str, language: str) -> str:
    """Return what the code of a refusal says to somebody at a page, in that person's language."""
    return at_a_page(in_words(code, language=language))


def at_a_page(detail: str) -> str:
    """Return what a refusal says to somebody at a page: without what only a command line could follow."""
    sentences = re.split(r"(?<=[.!?]) ", _OPTIONS.sub("", detail.strip()))
    plain = [each for each in sentences if not _OF_COMMAND_LINE.search(each)] or sentences[:1]
    said = " ".join(plain)
    return f"{said[:1].upper()}{said[1:]}"
