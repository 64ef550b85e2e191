"""Checks of single values of a program file: its name and version, numbers of days."""

import re
from collections.abc import Iterator
from datetime import date

from domain.calendar import Calendar, Rhythm
from domain.codec import Fault
from domain.fault_citations import CITATION
from domain.rules.checks.codes import CODE, leaves
from domain.rules.program import Rules

LONGEST_DAYS = 730
PROGRAM = re.compile(r"[a-z0-9_]{1,32}")
VERSION = re.compile(r"[A-Za-z0-9._-]{1,32}")
NO_DAYS = ("intake.window_days", "endings.forms_close_days")  # may be 0
# The schema of a program file says of single values what the checks below enforce.
PATTERNS = {"code": CODE, "program": PROGRAM, "association": PROGRAM, "version": VERSION, "cite": CITATION}


def number_faults(rules: Rules) -> Iterator[Fault]:
    """Return numbers of days that are too small or too large."""
    for path, value in leaves(rules, ""):
        days = path.endswith(("_days", "_days_before_end")) and path not in NO_DAYS
        if days and isinstance(value, int) and not 1 <= value <= LONGEST_DAYS:
            yield Fault(path, f"write a number of days from 1 to {LONGEST_DAYS}")


def is_day(text: str) -> bool:
    """Return whether a text is a day that every year has, as ``MM-DD``."""
    try:
        date.fromisoformat(f"2025-{text}")
    except ValueError:
        return False
    return len(text) == len("MM-DD")


def head_faults(rules: Rules) -> Iterator[Fault]:
    """Return what is wrong with the id and the version of the program."""
    if not PROGRAM.fullmatch(rules.program):
        yield Fault("program", "write a code of lower-case letters, digits and _, at most 32")
    if not VERSION.fullmatch(rules.version):
        yield Fault("version", "write letters, digits, dots and dashes, at most 32")


def association_faults(association: str) -> Iterator[Fault]:
    """Return what is wrong with the code of the association."""
    if not PROGRAM.fullmatch(association):
        yield Fault("association", "write a code of lower-case letters, digits and _, at most 32")


def slower(one: Rhythm, other: Rhythm) -> bool:
    """Return whether one rhythm leaves more days between two meetings than another, apart from breaks."""
    open_school = Calendar(timezone="UTC", breaks=(), holidays=())
    return open_school.next_by(date(2025, 1, 1), one) > open_school.next_by(date(2025, 1, 1), other)
