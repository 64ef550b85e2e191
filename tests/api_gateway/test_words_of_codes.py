"""Every code that a page may show has words in each language: none is shown as its letters with blanks."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import activities
import domain
import workers.audit
from activities.adapters.files.program_files import load_programs
from activities.adapters.files.task_words import code_in_words, code_words, fault_in_words
from activities.adapters.files.task_words import words as task_words
from api_gateway.services.event_sentences import words
from api_gateway.services.problem import words_in
from domain.actors import Role
from domain.forms.model import Filler
from domain.languages import Language
from domain.notices import NoticeKind
from tests.api_gateway.test_event_sentences import TYPES

CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+|[a-z]+")
OF_CODE = ("outcome", "why")
"""What a task's or a person's settled matter is told by: a code that stands in the code of the domain."""
OF_FILES = ("form_digests", "forms", "letter_words", "money", "program")
"""Parts of the rules whose codes are no words of a program: files, digests, and money, which pages word themselves."""


def enums(kind: Any) -> Iterator[type[StrEnum]]:
    """Yield the closed lists in a type."""
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        yield kind
    for inside in get_args(kind):
        yield from enums(inside)


def of_sentences() -> Iterator[str]:
    """Yield the codes of the closed lists that the sentences of events name."""
    for name, sentence in words(Language.EN)["events"].items():
        known = get_type_hints(TYPES[name]) if name in TYPES else {}
        for field in re.findall(r"\{(\w+)\}", sentence):
            for kind in enums(known.get(field)):
                if kind is not Filler:
                    yield from (each.value for each in kind if each is not Role.SYSTEM)


def of_fillers() -> Iterator[str]:
    """Yield who files the forms of the programs and has no word there."""
    for file in load_programs().values():
        yield from (use.by.value for use in file.rules.forms if not file.word(use.by))


def written_in(place: Path, *names: str) -> Iterator[str]:
    """Yield the codes that stand as arguments of some names, or in a call of ``_refused``, in the code of a package."""
    for file in place.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.keyword) and node.arg in names:
                yield from texts(node.value)
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "_refused":
                yield from texts(node.args[1])


def texts(node: ast.expr) -> Iterator[str]:
    """Yield the texts of an expression that may be its value."""
    match node:
        case ast.Constant(value=str() as text) if text:
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from (*texts(body), *texts(other))
        case ast.Tuple(elts=parts):
            for each in parts:
                yield from texts(each)


@pytest.mark.parametrize("language", Language)
def test_every_code_of_ours_has_words(language: Language) -> None:
    ours = {
        *of_sentences(),
        *of_fillers(),
        *(each.value for each in NoticeKind),
        *(each.value for each in Role if each is not Role.SYSTEM),
        *written_in(Path(domain.__path__[0]), *OF_CODE),
        *written_in(Path(activities.__path__[0])),
    }
    known = code_words(language).keys() | task_words(language)["name"].keys() | words_in(language).keys()
    assert ours - known == set()
    assert "pre_match_contact" in ours
    assert len(ours) > 150


def codes(value: Any) -> Iterator[str]:
    """Yield the codes in rules."""
    if is_dataclass(value):
        for each in fields(value):
            yield from codes(getattr(value, each.name)) if each.name not in OF_FILES else ()
    elif isinstance(value, (tuple, list, frozenset)):
        for each in value:
            yield from codes(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from codes(each)
    elif type(value) is str and CODE.fullmatch(value):
        yield value


@pytest.mark.parametrize("language", Language)
def test_every_code_of_a_program_has_its_words(language: Language) -> None:
    for file in load_programs().values():
        assert [each for each in codes(file.rules) if not file.word(each, language.value)] == []


@pytest.mark.parametrize(
    ("language", "code", "said"),
    [
        (Language.EN, "pre_match_contact", "the first call"),
        (Language.ES, "pre_match_contact", "la primera llamada"),
        (Language.EN, "confirm_match", "confirm the match"),
        (Language.ES, "superseded", "la reemplazó algo más reciente"),
    ],
)
def test_a_code_is_said_in_words(language: Language, code: str, said: str) -> None:
    assert code_in_words(code, language, load_programs()["masa"]) == said


def of_checks() -> Iterator[str]:
    """Yield the codes of what checks of the records find."""
    for file in Path(workers.audit.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Tuple) and len(node.elts) == 3:
                yield from texts(node.elts[2])
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "fault":
                yield from texts(node.args[1])
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "fault":
                yield from texts(node.value)


@pytest.mark.parametrize("language", Language)
def test_everything_that_a_check_of_the_records_finds_has_words(language: Language) -> None:
    chain = {each for each in written_in(Path(domain.__path__[0]), "code") if each in CHAIN}
    found = {each for each in of_checks() if "_" in each} | {"empty", "unreadable"} | chain
    assert found >= {"term_missing", "no_stream", "not_deterministic", "grant_missing", *CHAIN}
    assert {code for code in found if f"fault_{code}" not in code_words(language)} == set()


CHAIN = {"not_canonical", "gap", "prev_differs", "hash_differs"}


@pytest.mark.parametrize(
    ("language", "code", "said"),
    [
        (Language.EN, "hash_differs_7", "the content of an event does not match its hash (7)"),
        (Language.ES, "gap_12", "un suceso no sigue al anterior (12)"),
        (
            Language.EN,
            "input_differs_3_record",
            "the run asks for something else when it is repeated (3_record)",
        ),
        (Language.EN, "relationships_stage", "the difference is here: relationships_stage"),
        (Language.ES, "41", "41"),
    ],
)
def test_what_a_check_found_is_said_with_its_place(language: Language, code: str, said: str) -> None:
    assert fault_in_words(code, language) == said
