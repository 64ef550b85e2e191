"""Faults in the list `overridable` of a program file."""

from collections.abc import Iterator

from domain.codec import Fault
from domain.rules.checks.codes import leaves
from domain.rules.meetings import RhythmSource
from domain.rules.program import Rules

_NEVER = ("money", "form", "endings.forms", "survey.small_group", "program", "version", "letter")


def faults(rules: Rules, overridable: tuple[str, ...]) -> Iterator[Fault]:
    """Return fields that a region cannot override, and a rhythm that regions set without permission (ESE-2)."""
    regional = "meetings.rhythm" in overridable
    if rules.meetings.rhythm_source is RhythmSource.REGION and not regional:
        yield Fault("meetings.rhythm_source", "the region sets it; add meetings.rhythm to overridable")
    if rules.meetings.rhythm_source is not RhythmSource.REGION and regional:
        here = f"overridable[{overridable.index('meetings.rhythm')}]"
        yield Fault(here, "meetings.rhythm_source is not region; remove meetings.rhythm")
    known = {path for path, _ in leaves(rules, "")}
    for number, path in enumerate(overridable):
        if path not in known or path.startswith(_NEVER):
            yield Fault(
                f"overridable[{number}]", f"{path} is not a field that a region can override; remove it"
            )
