"""One version of a pair's agreement with its exact text, for whoever may read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.rules import rules_under
from activities.adapters.postgres.reads.agreement import TextLost, Version, text_in, versions, versions_in
from activities.adapters.postgres.reads.own_page import OwnPair
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem, one_of
from api_gateway.services.visible import demand_sight
from domain.rules.agreement_text import LANGUAGE, body_of
from domain.rules.program import Rules
from domain.visibility import Data


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAgreement:
    """A version of an agreement, its text in a language, and the numbers of all versions."""

    version: Version
    text: str
    language: str
    numbers: tuple[int, ...]


async def read_agreement(
    database: Database,
    caller: Caller,
    pair: Mapping[str, Any],
    *,
    version: int | None,
    language: str,
    otherwise: str = "",
) -> ReadAgreement:
    """Return a version of the agreement of a pair that the caller sees; the newest one if none is named.

    Without a ``language``, the text is in ``otherwise`` if there is one, else in that of every program.
    """
    demand_sight(caller, pair, Data.AGREEMENT)
    async with database.transaction() as connection:
        found = await versions(caller.sight, connection, pair["id"])
        wanted = _one_of(found, version)
        rules = await rules_under(connection, wanted.rules)
    return _read(found, wanted, rules, _language(wanted, language=language, otherwise=otherwise))


def own_agreement(caller: Caller, pair: OwnPair, *, version: int | None, otherwise: str) -> ReadAgreement:
    """Return the same of a pair of the caller's own that was read already, in ``otherwise`` if there is such a text."""
    demand_sight(caller, pair.row, Data.AGREEMENT)
    found = versions_in(envelope for envelope, _ in pair.history.events)
    wanted = _one_of(found, version)
    language = _language(wanted, language="", otherwise=otherwise)
    return _read(found, wanted, pair.rule_sets.get(wanted.rules), language)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedText:
    """What a version says otherwise than an earlier one: the lines that are new, and those that are gone."""

    version: int
    new: tuple[str, ...]
    gone: tuple[str, ...]


def changed_since(before: ReadAgreement, after: ReadAgreement) -> ChangedText:
    """Return what a version says otherwise than an earlier one in the same language, apart from title and number."""
    old, new = (body_of(each.text).splitlines() for each in (before, after))
    return ChangedText(
        version=before.version.version,
        new=tuple(line for line in new if line not in old),
        gone=tuple(line for line in old if line not in new),
    )


def own_changes(
    caller: Caller, pair: OwnPair, *, read: ReadAgreement, in_force: int, otherwise: str
) -> ChangedText | None:
    """Return what a draft that was read changes in the version in force; None for any other, or without one."""
    if read.version.status != "draft" or not in_force:
        return None
    before = own_agreement(caller, pair, version=in_force, otherwise=otherwise)
    return changed_since(before, read) if before.language == read.language else None


def _one_of(found: tuple[Version, ...], version: int | None) -> Version:
    """Return the version with a number, or the newest one."""
    if not found:
        raise Problem(404, "no_agreement")
    wanted = next((each for each in found if each.version == version), None) if version else found[-1]
    if wanted is None:
        raise Problem(404, "unknown_version", one_of([str(each.version) for each in found]))
    return wanted


def _language(wanted: Version, *, language: str, otherwise: str) -> str:
    return language or (otherwise if wanted.digest_in(otherwise) else LANGUAGE)


def _read(found: tuple[Version, ...], wanted: Version, rules: Rules | None, language: str) -> ReadAgreement:
    try:
        text = text_in(rules, wanted, language)
    except KeyError:
        raise Problem(404, "unknown_language", one_of([each.language for each in wanted.texts])) from None
    except TextLost:
        raise Problem(500, "text_lost") from None
    return ReadAgreement(
        version=wanted, text=text, language=language, numbers=tuple(each.version for each in found)
    )
