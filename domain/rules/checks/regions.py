"""Faults in the table `regions` of a program file: what a region sets for itself."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from domain.codec import CodecError, Fault
from domain.fault_words import did_you_mean
from domain.rules.checks import endings
from domain.rules.checks.codes import leaves
from domain.rules.checks.rules import rule_faults
from domain.rules.overrides import apply_overrides, override_paths
from domain.rules.program import Rules

MOST_REGIONS = 200


def faults(rules: Rules, regions: Mapping[str, Any], overridable: Collection[str]) -> Iterator[Fault]:
    """Return what regions override without permission, or in a way that contradicts the rest."""
    if len(regions) > MOST_REGIONS:
        yield Fault("regions", f"more than {MOST_REGIONS} regions set their own; write fewer")
        return
    for region, own in regions.items():
        here = f"regions.{region}"
        if not isinstance(own, Mapping):
            yield Fault(here, "write a table of fields")
            continue
        forbidden = [path for path in override_paths(own) if path not in overridable]
        fields = {path for path, _ in leaves(rules, "")}
        for path in forbidden:
            meant = "" if path in fields else did_you_mean(path, overridable)
            yield Fault(f"{here}.{path}", f"not in overridable; {meant}remove it")
        if forbidden:
            continue
        try:
            theirs = apply_overrides(rules, own)
            wrong = (*rule_faults(theirs), *endings.faults(theirs))
        except CodecError as error:
            wrong = error.faults
        yield from (Fault(f"{here}.{fault.path}", fault.problem) for fault in wrong)
