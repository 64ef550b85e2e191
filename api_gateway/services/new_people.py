"""A person who is entered by hand, with all that the new entry names and the office does not know."""

from collections.abc import Mapping
from typing import Any

from activities.adapters.postgres.reads.regions import RegionReads
from activities.adapters.postgres.writes.base import Unknown
from api_gateway.services.entry_write import EntryWrite
from api_gateway.services.known_codes import regions_to_write
from api_gateway.services.problem import Problem, error_at, in_words
from api_gateway.services.writer import writer_in


async def add_person(write: EntryWrite, regions: RegionReads, values: Mapping[str, Any]) -> None:
    """Add a person under the id of the write."""
    if values.get("supervisor") == write.person:
        raise Problem(409, "own_supervisor")
    try:
        actor = writer_in(write.caller, values["region"])
        row = {**values, "id": write.person}
        await write.writes.people.add_people([row], actor=actor, command=write.command)
    except Unknown as missing:
        raise await _unknown_in(write, regions, values, str(missing)) from None


async def _unknown_in(
    write: EntryWrite, regions: RegionReads, values: Mapping[str, Any], missing: str
) -> Problem:
    """Return the problem of something unknown that a new person names, with all that is unknown."""
    known = await regions.codes(write.caller.sight)
    advice_of_region = regions_to_write(known)
    own, boss = write.caller.association.code, values.get("supervisor")
    supervised = boss is None or await write.facts.association_of(boss) == own
    errors = [
        error_at((name,), f"unknown_{name}", in_words(f"unknown_{name}", advice))
        for name, advice, is_known in (
            ("region", advice_of_region, values["region"] in known),
            ("supervisor", "", supervised),
        )
        if not is_known
    ]
    return Problem(404, f"unknown_{missing}", advice_of_region if missing == "region" else "", errors=errors)
