"""In which role, and under which entry, a caller sends a command about one subject."""

from api_gateway.office import Office
from api_gateway.services.caller import Caller
from domain.actors import Role
from domain.messages import Command


async def standing_in(office: Office, caller: Caller, subject: str) -> Caller:
    """Return the caller under the entry that is in the records of a subject."""
    return caller.standing(await office.facts.people_in(subject)) if caller.aliases else caller


async def roles_here(office: Office, kind: type[Command], caller: Caller, subject: str) -> tuple[Role, ...]:
    """Return the roles in which a caller may send a command; a person of the pair acts only as that side."""
    if {Role.COORDINATOR, Role.PARTICIPANT} <= set(kind.roles) and Role.COORDINATOR in caller.roles:
        pair = await office.facts.pair(subject)
        if pair is not None and caller.person in (pair["mentee"], pair["mentor"]):
            return (Role.PARTICIPANT,)
    return kind.roles
