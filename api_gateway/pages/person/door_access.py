"""How a person gets in at the door now, as the person's page shows it, and the button that ends all of it."""

from typing import Any, Final

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.http.sessions import SessionFirst
from api_gateway.pages import links
from api_gateway.pages.own_forms import FormKey, command_of
from api_gateway.pages.parts import Fact
from api_gateway.pages.person.forms import Writer
from api_gateway.pages.person.here import Here
from api_gateway.services.door_access import end_access

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
ENDED: Final = "ended"
"""What the address says of a person whose ways in were just ended."""


@router.post("/people/{person}/end-access", operation_id="pages.people.end_access")
async def end(visitor: Writer, office: Parts, person: Subject, key: FormKey) -> Response:
    """End all links and sessions of a person at once."""
    await end_access(
        office.facts, office.writes.door_access, visitor.caller, person, command_of(visitor, key)
    )
    return RedirectResponse(links.with_query(links.person(person), changed=ENDED), status_code=303)


async def access_shown(here: Here, *, may_end: bool) -> dict[str, Any]:
    """Return what a page says of links and sessions, and where the button leads, if there is something to end."""
    found = await here.office.reads.links.of_person(here.visitor.caller.sight, here.id)
    say = here.say
    used = ""
    if found.used_at is not None:
        when = here.dates.seen_at(found.present).since(found.used_at).words
        used = say("person.door.used", when=when)
    facts = [
        Fact(term=say("person.door.links"), text=say("person.door.links_open", count=found.links)),
        Fact(
            term=say("person.door.sessions"),
            text=say("person.door.sessions_open", count=found.sessions),
            small=used,
        ),
    ]
    anything = bool(found.links or found.sessions)
    return {"facts": facts, "end": f"{links.person(here.id)}/end-access" if may_end and anything else ""}
