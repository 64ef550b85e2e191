"""What a change by hand must confirm, as an import asks: an address that somebody has, a position that nobody has."""

from difflib import get_close_matches

from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem

CONFIRM = "If it is right, send the same again with `confirmed` as true."


async def demand_sure(
    office: Office, caller: Caller, person: str, *, email: str | None, title: str | None
) -> None:
    """Refuse an address that another human has, and a role title that nobody of the association has yet."""
    if email is not None:
        others = await office.facts.others_with_address(person, email)
        if others:
            named = " and ".join(f"people/{id}" for id in others)
            raise Problem(409, "address_of_another", f"It is that of {named}. {CONFIRM}")
    if title is None:
        return
    known = await office.facts.role_titles(caller.association.code)
    if not known or title in known:
        return
    near = get_close_matches(title, known, n=3, cutoff=0.8)
    words = f"It is written nearly like {', '.join(near)}. " if near else ""
    raise Problem(409, "new_role_title", f"{words}{CONFIRM}")
