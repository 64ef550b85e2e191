"""What the link of an email opens: a page that only asks to open it, the form of its act, and what was done.

No GET changes anything. Opening a link uses nothing up either: the form that is sent does.
"""

import re
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from activities.adapters.postgres.database import ACTS_FOR, ActsFor
from api_gateway.door.acts import OwnAct
from api_gateway.door.dead_links import dead_page
from api_gateway.door.forms import act_of, done_page, opened, sent
from api_gateway.door.office import Door
from api_gateway.door.own_address import own_address
from api_gateway.door.proofs import asked_by_link
from api_gateway.door.sessions import SignedIn, code_address, signed_in
from api_gateway.door.view import browser_language, door_page
from api_gateway.http.csrf import FIELD, demand_own_site
from api_gateway.http.idempotency import command_id
from api_gateway.pages.acts.sending import KEY
from api_gateway.services.caller import caller_of
from api_gateway.services.links import LinkHolder
from api_gateway.services.problem import Problem
from domain.task_links import NEEDS_CODE, token_hash

router = APIRouter(include_in_schema=False)
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{20,100}")


@router.get("/t", operation_id="door.link")
async def link(request: Request) -> Response:
    """Show the page to which every link leads; what is in the address after # stays in the browser."""
    return door_page(request, "door/link.html", browser_language(request))


@router.post("/t", operation_id="door.open")
async def open_link(request: Request) -> Response:
    """Open a link: the browser gets the cookie of its one form. Nothing is used up."""
    demand_own_site(request)
    token = str((await request.form()).get("token", ""))
    door = _door(request)
    hash = token_hash(token)
    reader = await signed_in(request)
    found = await _link(door, hash) if _TOKEN.fullmatch(token) else None
    if found is not None and found.used_by and door.cookies.opened(request, found.id) == found.hash:
        # The browser that sent the form sees again what it did; any other sees the page of a dead link.
        return RedirectResponse(f"/t/{found.id}/done", status_code=303)
    if found is None or not found.alive:
        return await dead_page(request, hash)
    if reader is not None and _is_of_another(found, reader):
        return _other_page(request, reader)
    answer = RedirectResponse(f"/t/{found.id}", status_code=303)
    door.cookies.open(answer, found.id, found.hash)
    return answer


@router.get("/t/{id}", operation_id="door.form")
async def form(id: str, request: Request) -> Response:
    """Show the form of an opened link, or lead to the sign-in code that its act needs, and from there to the form."""
    door, reader = _door(request), await signed_in(request)
    found = await _opened(request, id)
    if found is not None and reader is not None and _is_of_another(found, reader):
        return _other_page(request, reader)
    if found is not None and found.used_by:
        # Whoever goes back to a form that was sent sees what it did.
        return RedirectResponse(f"/t/{id}/done", status_code=303)
    if found is None or not found.alive:
        return await dead_page(request, found.hash if found else "")
    asked = asked_by_link(found, door.cookies.csrf(request, id))
    if found.act in NEEDS_CODE:
        return await _to_own_form(request, found)
    act = await act_of(door, asked)
    return await _to_own_form(request, found) if _has_answers(act) else opened(request, act)


@router.post("/t/{id}", operation_id="door.send")
async def send(id: str, request: Request) -> Response:
    """Carry out the act of a link, which uses it up; else show the form again with what was typed."""
    demand_own_site(request)
    door, reader = _door(request), await signed_in(request)
    found = await _opened(request, id)
    if found is not None and reader is not None and _is_of_another(found, reader):
        return _other_page(request, reader)
    if found is None or found.act in NEEDS_CODE:
        return await dead_page(request)
    posted = await request.form()
    csrf = door.cookies.csrf(request, id)
    if posted.get(FIELD) != csrf:
        raise Problem(403, "form_of_other_session")
    again = found.used_by == command_id(caller_of(found.holder), str(posted.get(KEY, "")))
    if not found.alive and not again:
        return (
            RedirectResponse(f"/t/{id}/done", status_code=303) if found.used_by else await dead_page(request)
        )
    return await sent(request, door, asked_by_link(found, csrf), posted, again=again)


@router.get("/t/{id}/done", operation_id="door.done")
async def done(id: str, request: Request) -> Response:
    """Say what the act of a link did, in the browser that did it."""
    reader, found = await signed_in(request), await _opened(request, id)
    if found is not None and reader is not None and _is_of_another(found, reader):
        return _other_page(request, reader)
    if found is None or not found.used_by:
        return await dead_page(request)
    return await done_page(request, _door(request), asked_by_link(found, ""), found.used_by[:8])


def _is_of_another(link: LinkHolder, reader: SignedIn) -> bool:
    """Return whether a link was sent to somebody else than who is signed in at this browser."""
    return link.holder.person not in reader.caller.ids


def _other_page(request: Request, reader: SignedIn) -> Response:
    """Return the page for who is signed in and has opened somebody else's link: it does not say whose, or what for."""
    return door_page(request, "door/other_link.html", reader.language, status=403, me=reader)


def _has_answers(act: OwnAct) -> bool:
    """Return whether a form would open with answers that its person wrote before: a link alone shows none."""
    return act.with_answers and (bool(act.saved) or any(any(values) for values in act.start.values()))


async def _to_own_form(request: Request, link: LinkHolder) -> Response:
    """Lead to the form for which a link is not enough: at once where the link's own person is signed in."""
    address = own_address(link.act, link.subject, link.chosen)
    here = await signed_in(request)
    own = here is not None and not _is_of_another(link, here)
    return RedirectResponse(address if own else code_address(address), status_code=303)


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


async def _link(door: Door, hash: str) -> LinkHolder | None:
    """Return the link of a hash, and act for its person from here on."""
    ACTS_FOR.set(ActsFor(proof=hash))
    found = await door.links.link(hash)
    if found is not None:
        holder = found.holder
        ACTS_FOR.set(ActsFor(person=holder.person, aliases=holder.aliases, proof=hash))
    return found


async def _opened(request: Request, id: str) -> LinkHolder | None:
    """Return the link that this browser has opened; None for any other."""
    door = _door(request)
    hash = door.cookies.opened(request, id)
    found = await _link(door, hash) if hash else None
    return found if found is not None and found.id == id else None
