"""Checks of the codes of a program file: their form, empty lists, a code that appears twice."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from domain.calendar import Rhythm
from domain.codec import Fault
from domain.rules.program import Rules

CODE = re.compile(r"[a-z0-9_]{1,64}")
MAY_BE_EMPTY = (
    "eligibility.mentee_classes",
    "eligibility.areas",
    "eligibility.special_reasons",
    "matching.mentor_classes",
    "matching.consultation_answers",
    "matching.fallback_reasons",
    "matching.conflict_kinds",
    "matching.waiver_reasons",
    "contact.checklist",
    "meetings.face_to_face_modes",
    "agreement.pledges_mentor",
    "agreement.pledges_mentee",
    "agreement.legal_exceptions",
    "agreement.disclosure_offices",
    "agreement.kept_documents",
    "agreement.notices_of_purpose",
    "agreement.editable",
    "meetings.first_meeting_only",
    "cover.refusal_reasons",
    "schedule.slots",
)


def leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Return the fields of the rules by key path, down to single values, lists and rhythms."""
    for each in fields(value):
        here = f"{path}.{each.name}" if path else each.name
        below = getattr(value, each.name)
        if isinstance(below, Mapping):
            yield from ((f"{here}.{key}", item) for key, item in below.items())
        elif is_dataclass(below) and not isinstance(below, Rhythm):
            yield from leaves(below, here)
        else:
            yield here, below


def code_lists(rules: Rules) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return the lists of codes of the rules, each with its key path."""
    for path, value in leaves(rules, ""):
        other = path.startswith(("ladders", "money", "calendar", "forms")) or path.endswith(
            (".ladder", ".months")
        )
        if path == "schedule.slots":
            yield path, tuple(slot.code for slot in value)
        elif isinstance(value, tuple) and not other:
            yield path, value


def code_faults(rules: Rules) -> Iterator[Fault]:
    """Return empty lists, codes with a wrong form, and codes that appear twice."""
    for path, codes in code_lists(rules):
        if not codes and path not in MAY_BE_EMPTY:
            yield Fault(path, "empty; write at least one code")
        before = set[str]()
        for number, code in enumerate(codes):
            if not CODE.fullmatch(code):
                yield Fault(
                    f"{path}[{number}]", "write a code of lower-case letters, digits and _, at most 64"
                )
            elif code in before:
                yield Fault(f"{path}[{number}]", f"{code} appears twice; remove one")
            before.add(code)


def choice_faults(path: str, codes: tuple[str, ...], needed: bool, why_not: str) -> Iterator[Fault]:
    """Return an empty list from which a person must choose, or a list from which nobody ever chooses."""
    if needed != bool(codes):
        what = path.rpartition("_")[2]
        yield Fault(
            path, f"write the {what} that can be given" if needed else f"{why_not}; write an empty list"
        )
