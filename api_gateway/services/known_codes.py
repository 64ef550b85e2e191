"""What may be written instead of an unknown region or term: the ones that the caller may see."""

from collections.abc import Sequence
from typing import Final

from activities.adapters.postgres.reads.regions import RegionReads
from activities.adapters.postgres.reads.terms import TermReads
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem, error_at, in_words, one_of

_MOST_TERMS: Final = 6
"""The most terms, the newest, that an answer names with their ids."""
_NO_REGION: Final = "The office has no region yet. Ask an administrator to add one."


async def known_instead(regions: RegionReads, caller: Caller, missing: str) -> str:
    """Return the advice for something unknown: the regions that the caller may see; nothing for anything else."""
    if missing != "region":
        return ""
    codes = [str(row["code"]) for row in (await regions.page(caller.sight)).rows]
    return one_of(codes) if codes else _NO_REGION


async def known_terms(terms: TermReads) -> str:
    """Return the advice to write the id of one of the newest terms."""
    rows = (await terms.page()).rows[-_MOST_TERMS:]
    named = ", ".join(f"{row['id']} ({row['program']} {row['name']})" for row in rows)
    return (
        f"Write the id of a term: {named}."
        if named
        else "No term is open yet. Ask an administrator to open one."
    )


def demand_known(name: str, value: str, known: Sequence[str]) -> None:
    """Refuse a filter with a value that is none of the known ones: an empty list would look like nothing is there."""
    if value and value not in known:
        wrong = error_at((name,), "unknown_filter", in_words("unknown_filter", one_of(known)))
        raise Problem(422, "unknown_filter", one_of(known), errors=[wrong])
