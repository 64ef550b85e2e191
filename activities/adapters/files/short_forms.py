"""Short forms of first names: English ones from the library `nicknames`, Spanish ones from our own list beside it."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from nicknames import name_triplets

from domain.people.identity import plain_name
from domain.people.near_names import ShortForms

_SPANISH: Final = Path(__file__).with_name("short_forms_es.csv")
_SHORT_FORM: Final = "has_nickname"


@cache
def short_forms() -> ShortForms:
    """Return the whole names for which each first name may stand, in one order: Samantha, Samson and Samuel for Sam."""
    found: dict[str, set[str]] = defaultdict(set)
    for whole, short in (*_english(), *_spanish()):
        found[plain_name(short)].add(plain_name(whole))
        found[plain_name(whole)].add(plain_name(whole))
    return {name: tuple(sorted(wholes)) for name, wholes in found.items()}


def _english() -> Iterator[tuple[str, str]]:
    for whole, relationship, short in name_triplets():
        if relationship == _SHORT_FORM:
            yield whole, short


def _spanish() -> Iterator[tuple[str, str]]:
    with _SPANISH.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["whole"], row["short"]
