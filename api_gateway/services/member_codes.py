"""Codes about people that only a program gives a meaning: classes of membership, kinds of conflict of interest."""

from collections.abc import Collection, Iterable
from typing import Final

from activities.adapters.postgres.facts.commands import CommandFacts
from api_gateway.services.advice_words import Advice
from api_gateway.services.problem import Problem, broken_rule, one_of
from api_gateway.services.programs import program_files
from domain.rules.program import Rules

_NOBODY_KNOWS: Final = Advice("no_code_known")


async def demand_membership_class(facts: CommandFacts, person: str, code: str) -> None:
    """Refuse a class of membership that no program of a person's region knows; the refusal names the known ones."""
    known = await membership_classes(facts, person)
    if code not in known:
        raise broken_rule("unknown_membership_class", "membership", _advice(known))


async def demand_conflict_kind(facts: CommandFacts, person: str, code: str) -> None:
    """Refuse a kind of conflict that no program of a person's region knows; the refusal names the known ones."""
    known = await conflict_kinds(facts, person)
    if code not in known:
        raise broken_rule("unknown_conflict_kind", "kind", _advice(known))


async def membership_classes(facts: CommandFacts, person: str) -> tuple[str, ...]:
    """Return the classes of membership that programs of a person's region know."""
    return _each(
        (*rules.eligibility.mentee_classes, *rules.matching.mentor_classes)
        for rules in await _rules_for(facts, person)
    )


async def conflict_kinds(facts: CommandFacts, person: str) -> tuple[str, ...]:
    """Return the kinds of conflict of interest that programs of a person's region know."""
    return _each(rules.matching.conflict_kinds for rules in await _rules_for(facts, person))


def _each(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for codes in lists for code in codes))


def _advice(known: tuple[str, ...]) -> str:
    return one_of(known) if known else _NOBODY_KNOWS


async def _rules_for(facts: CommandFacts, person: str) -> Collection[Rules]:
    """Return the rules of the programs of a person's region, as their files are, for that region and for all others."""
    files = program_files()
    region = await facts.region_of(person) or ""
    names = await facts.programs_for(person)
    here = [files.usable[name] for name in names if name in files.usable]
    if not here and any(name in files.aside for name in names):
        raise Problem(409, "program_file_faulty")
    return [rules for file in here for rules in (file.rules_for(region), file.rules)]
