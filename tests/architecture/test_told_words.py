"""What an import says of rows and files is told by words: each has a text in every language, with the same values."""

import ast
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from domain.languages import Language
from workers.settings import REPOSITORY

WORDS = REPOSITORY / "api_gateway" / "words"
ROOMS = ("activities", "domain", "api_gateway")
Words = dict[str, dict[str, str]]
OF_TYPED_ANSWERS = {"new", "other", "no", "keep", "goes_on", "leave", "command", "id", "answers"}
"""Values that say what to type: pages have buttons for it, and so their words need not have them."""


def _texts(value: Any) -> dict[str, str]:
    return dict(value) if isinstance(value, dict) else {"other": value}


def _calls(file: Path) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield the calls that tell something in a file: where, the word, and its English texts."""
    text = file.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)) if "\nfrom domain.told import " in text else ():
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        where = f"{file.relative_to(REPOSITORY)}:{node.lineno}"
        if node.func.id == "told":
            yield where, _text(node.args[0], where), {"other": _text(node.args[1], where)}
        if node.func.id == "counted":
            forms = {each.arg: each.value for each in node.keywords if each.arg in ("one", "other")}
            yield (
                where,
                _text(node.args[0], where),
                {str(name): _text(each, where) for name, each in forms.items()},
            )


def _text(node: ast.expr, where: str) -> str:
    assert isinstance(node, ast.Constant), f"{where}: the word and its text are written out"
    assert isinstance(node.value, str), where
    return node.value


def _english() -> Words:
    found: Words = {}
    for room in ROOMS:
        for file in sorted((REPOSITORY / room).rglob("*.py")):
            if file == REPOSITORY / "domain" / "told.py":
                continue
            for where, word, texts in _calls(file):
                assert found.setdefault(word, texts) == texts, (
                    f"{where}: {word} says something else elsewhere"
                )
    return found


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_word_is_told_in_every_language_with_the_same_values() -> None:
    english = _english()
    assert english
    for language in set(Language) - {Language.EN}:
        file = WORDS / f"import_rows_{language.value}.toml"
        own = {word: _texts(text) for word, text in tomllib.loads(file.read_text("utf-8")).items()}
        assert own.keys() == english.keys()
        for word, texts in english.items():
            there = own[word]
            assert there.keys() == texts.keys(), word
            for text in there.values():
                assert _names(text) <= _names(texts["other"]) | {"count"}, word
                assert _names(text) | {"count"} | OF_TYPED_ANSWERS >= _names(texts["other"]), word


SAYERS = ("domain/people", "activities/adapters/files/roster", "api_gateway/services/imports")


def _bare(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the texts in an expression that no word tells."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        yield node
    elif not (isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("told", "counted", "joined")):
        for inside in ast.iter_child_nodes(node):
            yield from _bare(inside)


def test_every_remark_about_a_list_is_told_by_a_word() -> None:
    """No remark is a text of its own, which pages in another language could only show in English."""
    seen, found = 0, []
    for file in (file for room in SAYERS for file in sorted((REPOSITORY / room).rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("append", "extend")
                and "remarks" in ast.unparse(node.func.value)
            ):
                seen += 1
                found += [f"{file}:{each.lineno}" for arg in node.args for each in _bare(arg)]
    assert found == []
    assert seen > 10
