"""The rules of the program that a request is about, for the examples and codes that a refusal names."""

from contextlib import suppress
from typing import Any

from fastapi import Request

from activities.errors import Unavailable
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.programs import programs
from domain.ids import is_id, term_region_id
from domain.rules.program import Rules


async def rules_here(request: Request, sent: Any) -> Rules | None:
    """Return the rules of the program that a request is about; None if that is unknown or the caller may not see it.

    ``sent`` is the body as it came. Its ``program``, ``term`` or first of ``relationships`` counts if the address
    names nothing. What is of another association than the caller's is unknown.
    """
    caller: Caller | None = getattr(request.state, "caller", None)
    body = sent if isinstance(sent, dict) else {}
    path = request.path_params
    if caller is None:
        return None
    program = path.get("program") or body.get("program")
    if isinstance(program, str) and (rules := _own(caller, program)) is not None:
        return rules
    office: Office = request.app.state.office
    with suppress(Unavailable):
        if "region" in path:
            here = str(path["region"]) in caller.association.regions
            subject = term_region_id(str(path.get("term")), str(path["region"]))
            return await office.facts.rules(subject) if here else None
        pairs = body.get("relationships")
        first = pairs[0] if isinstance(pairs, list) and pairs else None
        if subject := _id(path.get("subject") or first):
            return await _of_subject(office, caller, subject)
        if (term := _id(body.get("term"))) and (
            found := await office.reads.terms.one(caller.sight, term)
        ) is not None:
            return _own(caller, found["program"])
    return None


def _own(caller: Caller, program: str) -> Rules | None:
    """Return the rules of a program of the caller's association; None for any other."""
    file = programs().get(program)
    return file.rules if file is not None and file.association == caller.association.code else None


async def _of_subject(office: Office, caller: Caller, subject: str) -> Rules | None:
    for reads in (office.reads.relationships, office.reads.obligations):
        if await reads.one(caller.sight, subject) is not None:
            return await office.facts.rules(subject)
    return None


def _id(value: Any) -> str:
    """Return a value that is an id, else nothing."""
    return value if isinstance(value, str) and is_id(value) else ""
