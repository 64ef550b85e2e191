"""A link that opens nothing: one page for everybody, and after a sign-in code, why, and what came of it.

The page is the same for a link that is unknown, used, over or switched off. Only its own person, who signs in with a
code in that browser, is told which it was (OFFICE, acceptance point 21).
"""

from dataclasses import dataclass
from datetime import UTC
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api_gateway.door.my_page import pairs_of
from api_gateway.door.office import Door
from api_gateway.door.own_address import own_address
from api_gateway.door.pair_shown import PairShown
from api_gateway.door.sessions import InSession, SignedIn
from api_gateway.door.view import browser_language, door_page
from api_gateway.pages.dates import Dates
from api_gateway.pages.words import Say
from api_gateway.services.links import LinkHolder
from domain.languages import Language
from domain.link_states import LinkState

router = APIRouter(include_in_schema=False)
WHY: Final = "/my/link"
_GOES_ON: Final = frozenset((LinkState.ENDED, LinkState.EXPIRED, LinkState.OTHER_ADDRESS))
"""The states in which what the link asked for may still be open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLink:
    """What a person is told of an own link that opens nothing: why, and where to go on."""

    why: str
    href: str
    text: str


def dead_page(request: Request, hash: str = "") -> HTMLResponse:
    """Return the one page for a link that opens nothing; the browser keeps which it was."""
    answer = door_page(request, "door/dead.html", browser_language(request), status=404, next=WHY)
    if hash:
        _door(request).cookies.note_dead(answer, hash)
    return answer


@router.get(WHY, operation_id="door.why_dead")
async def why(request: Request, me: InSession) -> Response:
    """Tell who signed in why the link of the email opened nothing, and what came of it; else say it is not theirs."""
    door = _door(request)
    hash = door.cookies.dead(request)
    link = await door.links.link(hash) if hash else None
    if link is not None and link.holder.person not in me.caller.ids:
        link = None
    if link is not None and link.alive:
        return RedirectResponse(own_address(link.act, link.subject, link.chosen), status_code=303)
    told = await _told(door, me, link) if link else None
    return door_page(request, "door/why_dead.html", me.language, told=told)


async def _told(door: Door, me: SignedIn, link: LinkHolder) -> DeadLink:
    page = await door.office.reads.own_page.of(me.caller.sight)
    pairs = pairs_of(page, me)
    pair = next((each for each in pairs if each.id == link.subject), None)
    zone = next((each.dates.zone for each in (pair, *pairs) if each is not None), UTC)
    dates, say = Dates(me.language, zone, page.now), Say(Language(me.language))
    href, text = "", ""
    if link.state is LinkState.USED:
        done = f"{own_address(link.act, link.subject)}/done?reference={link.used_by[:8]}"
        href, text = done, say("door.over.look")
    elif link.state in _GOES_ON:
        href, text = own_address(link.act, link.subject, link.chosen), _title(link, pair, say)
    day = dates.long(dates.local(link.over_at).date())
    return DeadLink(why=say(f"door.over.{link.state.value}", day=day), href=href, text=text)


def _title(link: LinkHolder, pair: PairShown | None, say: Say) -> str:
    return say(f"door.acts.{link.act}.title", partner=pair.partner if pair else "")


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door
