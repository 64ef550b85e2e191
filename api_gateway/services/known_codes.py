"""What may be written instead of an unknown region, term or position: the ones that the caller may see."""

from collections.abc import Sequence
from typing import Final

from activities.adapters.postgres.reads.people import PeopleReads
from activities.adapters.postgres.reads.regions import RegionReads
from activities.adapters.postgres.reads.terms import TermReads
from api_gateway.services.advice_words import Advice
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem, error_at, in_words, one_of

_MOST_TERMS: Final = 6
"""The most terms, the newest, that an answer names with their ids."""
_NO_REGION: Final = Advice("no_region")


async def known_instead(regions: RegionReads, caller: Caller, missing: str) -> str:
    """Return the advice for something unknown: the regions that the caller may see; nothing for anything else."""
    if missing != "region":
        return ""
    return regions_to_write(await regions.codes(caller.sight))


def regions_to_write(codes: Sequence[str]) -> str:
    """Return the advice to write one of these regions."""
    return one_of(codes) if codes else _NO_REGION


async def known_terms(terms: TermReads, caller: Caller) -> str:
    """Return the advice to write the id of one of the newest terms."""
    rows = (await terms.page(caller.sight)).rows[-_MOST_TERMS:]
    named = ", ".join(f"{row['id']} ({row['program']} {row['name']})" for row in rows)
    return Advice("one_of_terms", terms=named) if named else Advice("no_term")


def demand_known(name: str, value: str, known: Sequence[str], advice: str = "") -> None:
    """Refuse a filter with an unknown value: an empty list would look like nothing is there.

    ``advice`` says what to write where the known values are not enough, or where there are none.
    """
    if value and value not in known:
        advice = advice or one_of(known)
        wrong = error_at((name,), "unknown_filter", in_words("unknown_filter", advice))
        raise Problem(422, "unknown_filter", advice, errors=[wrong])


async def demand_region(regions: RegionReads, caller: Caller, region: str) -> None:
    """Refuse to filter by a region that the office does not have."""
    if region:
        codes = await regions.codes(caller.sight)
        demand_known("region", region, codes, regions_to_write(codes))


async def demand_term(terms: TermReads, caller: Caller, term: str) -> None:
    """Refuse to filter by a term that the caller's association does not have."""
    if term and await terms.one(caller.sight, term) is None:
        demand_known("term", term, (), await known_terms(terms, caller))


async def demand_role(people: PeopleReads, caller: Caller, role: str) -> None:
    """Refuse to filter by a position that nobody has whom the caller may see."""
    if role:
        titles = await people.role_titles(caller.sight)
        demand_known("role", role, titles, "" if titles else Advice("nobody_in_list"))
