"""Faults in the tables `wording` and `words` of a program file, and in its other texts that people read."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from domain.codec import Fault, to_plain
from domain.forms.model import LONGEST_LONG_TEXT, LONGEST_TEXT, text_problem
from domain.languages import Language


def faults(languages: tuple[Language, ...], wording: Any, words: Mapping[str, Any]) -> Iterator[Fault]:
    """Return languages without words, words without a language, and blank names (REQUIREMENTS 9: language needs)."""
    if not languages:
        yield Fault("languages", "empty; write at least one of " + ", ".join(each.value for each in Language))
        return
    for number, language in enumerate(languages):
        if language in languages[:number]:
            yield Fault(f"languages[{number}]", f"{language.value} appears twice; remove one")
    for language in languages[1:]:
        if language.value not in words:
            here = f"words.{language.value}"
            yield Fault(here, f"missing; write the tables [{here}.wording] and [{here}.labels]")
    further = [language.value for language in languages[1:]]
    for code in words:
        if code == languages[0].value:
            yield Fault(
                f"words.{code}", "the first language has its words in [wording] and [labels]; remove it"
            )
        elif code not in further:
            yield Fault(f"words.{code}", "not in languages; add it there, or remove the words")
    tables = {"wording": wording} | {f"words.{code}.wording": each.wording for code, each in words.items()}
    for path, table in tables.items():
        for each in fields(table):
            if not getattr(table, each.name).strip():
                yield Fault(f"{path}.{each.name}", "empty; write the program's name for it")


def text_faults(frame: Any) -> Iterator[Fault]:
    """Return texts that are too long or have invisible characters, because they appear in emails and in the Letter."""
    for name in ("title", "wording", "charter", "aims", "labels", "words"):
        for path, text in _texts(to_plain(getattr(frame, name)), name):
            most = LONGEST_LONG_TEXT if "labels" in path.split(".") else LONGEST_TEXT
            if problem := text_problem(text, most=most):
                yield Fault(path, problem)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Return every text within a value, with its key path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _texts(below, f"{path}.{key}")
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _texts(below, f"{path}[{number}]")
