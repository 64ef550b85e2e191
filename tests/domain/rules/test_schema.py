"""The schema of program files: it accepts what the reader accepts, and refuses what the reader refuses for shape."""

import copy
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from activities.adapters.files.program_files import SHIPPED, shipped_files
from domain.codec import CodecError, to_plain
from domain.rules.program_file import CITING, WORDS, read_program
from domain.rules.schema import schema
from domain.rules.term import REGION_AUDIENCES
from tests.domain.rules.test_neighbors import FILES as NEIGHBORS
from tests.domain.rules.test_neighbors import neighbor

SCHEMA = schema()
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
SAMPLES = Path(__file__).parent / "programs"
FILES = [*shipped_files(), *sorted(SAMPLES.glob("*.toml"))]


def as_json(path: Path) -> dict[str, Any]:
    """Return a file as JSON has it, with dates as text."""
    plain: dict[str, Any] = json.loads(json.dumps(tomllib.loads(path.read_text()), default=str))
    return plain


SAMPLE = as_json(SHIPPED / "masa.toml")


def tables(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to each table of a file."""
    if isinstance(value, dict):
        yield path
        for key, below in value.items():
            yield from tables(below, (*path, key))
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from tables(below, (*path, number))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def shape_of(path: tuple[Any, ...]) -> dict[str, Any]:
    """Return what the schema says about the table at a path."""
    found: dict[str, Any] = SCHEMA
    for key in path:
        if isinstance(key, int):
            found = found["items"]
        else:
            found = found.get("properties", {}).get(key) or found["additionalProperties"]
        found = table_of(found)
    return found


def table_of(found: dict[str, Any]) -> dict[str, Any]:
    """Return the table, also where a file may say none instead of it."""
    return found["anyOf"][1] if "anyOf" in found else found


def test_the_schema_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"].endswith("2020-12/schema")
    json.dumps(SCHEMA)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_that_can_be_used_fits_the_schema(path: Path) -> None:
    assert [error.json_path for error in VALIDATOR.iter_errors(as_json(path))] == []


@pytest.mark.parametrize("path", NEIGHBORS, ids=lambda path: path.stem)
def test_the_rules_of_neighbors_fit_the_schema(path: Path) -> None:
    file = neighbor(path.stem)
    plain = to_plain(file.frame) | to_plain(file.rules)
    del plain[WORDS]
    for name in CITING:
        plain[name] = {"cites": ["ours"], **plain[name]} if plain.get(name) else "none"
    if plain["term_surveys"] != "none":
        plain["term_surveys"] = dict.fromkeys(REGION_AUDIENCES, "none") | plain["term_surveys"]
    assert [(error.json_path, error.message) for error in VALIDATOR.iter_errors(plain)] == []


PLACES = [(*path, key) for path in tables(SAMPLE) for key in shape_of(path).get("required", ())]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_a_missing_field_fits_neither_the_schema_nor_the_reader(place: tuple[Any, ...]) -> None:
    changed = copy.deepcopy(SAMPLE)
    del at(changed, place[:-1])[place[-1]]
    assert not VALIDATOR.is_valid(changed)
    with pytest.raises(CodecError):
        read_program(changed)


@pytest.mark.parametrize("path", list(tables(SAMPLE)), ids=lambda path: ".".join(map(str, path)) or "file")
def test_an_unknown_key_fits_no_table_of_fields(path: tuple[Any, ...]) -> None:
    changed = copy.deepcopy(SAMPLE)
    at(changed, path)["no_such_key"] = 1
    assert not VALIDATOR.is_valid(changed)


def test_the_schema_knows_as_many_fields_as_a_file_has() -> None:
    assert len(PLACES) > 150
    assert set(SAMPLE) <= set(SCHEMA["properties"])
    for name in CITING:
        assert "cites" in table_of(SCHEMA["properties"][name])["required"], name


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("program",), "Upper"),
        (("version",), "one two"),
        (("cycle", "first"), "1 August"),
        (("survey", "cites"), []),
        (("survey", "cites"), ["the text"]),
        (("policies", "clawback"), "always"),
        (("policies", "mentor_capacity"), 0),
        (("matching", "match_days"), 0),
        (("matching", "match_days"), "soon"),
        (("matching", "still_looking_weeks"), 0),
        (("matching", "still_looking_weeks"), 27),
        (("matching", "needs"), []),
        (("matching", "needs"), ["two words"]),
        (("matching", "needs"), ["budget", "budget"]),
        (("agreement", "slowest_rhythm", "unit"), "moons"),
        (("agreement", "slowest_rhythm", "every"), 0),
        (("meetings", "unconfirmed_counts"), "yes"),
        (("ladders", "meeting", 0, "step"), "shout"),
        (("ladders", "meeting", 0, "after_days"), -1),
        (("ladders", "completion"), []),
        (("money", 0, "trigger"), "on_full_moon"),
        (("money", 0, "rail"), "pigeon"),
        (("money", 0, "amount_minor"), 500.5),
        (("money", 0, "amount_minor"), -1),
        (("intake", "kind"), "sometimes"),
        (("intake", "window_days"), -1),
        (("money", 0, "evidence"), ["rumor"]),
        (("calendar", "holidays"), ["Christmas"]),
        (("regions",), {"r1": {"matching": {"match_weeks": 3}}}),
        (("regions",), {"r1": {"money": []}}),
    ],
    ids=str,
)
def test_a_value_of_another_kind_fits_neither_the_schema_nor_the_reader(
    place: tuple[Any, ...], value: Any
) -> None:
    changed = copy.deepcopy(SAMPLE)
    at(changed, place[:-1])[place[-1]] = value
    assert not VALIDATOR.is_valid(changed)
    with pytest.raises(CodecError):
        read_program(changed)


def test_a_region_may_set_a_part_of_a_table() -> None:
    changed = copy.deepcopy(SAMPLE)
    changed["regions"] = {
        "r3": {
            "matching": {"match_days": 30},
            "agreement": {"suggested_rhythm": {"every": 2, "unit": "weeks"}},
        }
    }
    assert VALIDATOR.is_valid(changed)
    read_program(changed)


def test_the_words_come_from_the_docstrings() -> None:
    assert SCHEMA["properties"]["eligibility"]["description"].startswith("Who may be mentored")
    assert SCHEMA["$defs"]["money.Trigger"]["description"].startswith("The fact that makes money due")
