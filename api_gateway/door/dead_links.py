"""A link that opens nothing: one page for everybody, and after a sign-in code, why, and what came of it.

The page is the same for a link that is unknown, used, over or switched off. Only its own person, who signs in with a
code in that browser, is told which it was (OFFICE, acceptance point 21).
"""

from dataclasses import dataclass
from datetime import UTC
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from activities.adapters.postgres.database import ACTS_FOR, ActsFor
from api_gateway.door.acts import OwnAct
from api_gateway.door.forms import act_of
from api_gateway.door.my_page import pairs_of
from api_gateway.door.office import Door
from api_gateway.door.own_address import own_address
from api_gateway.door.pair_shown import PairShown
from api_gateway.door.proofs import FormAsked
from api_gateway.door.sessions import InSession, SignedIn, signed_in
from api_gateway.door.view import browser_language, door_page
from api_gateway.pages.dates import Dates
from api_gateway.pages.words import Say
from api_gateway.services.links import LinkHolder
from api_gateway.services.problem import Problem
from domain.languages import Language
from domain.link_states import LinkState
from domain.relationship.commands_from_events import FIRST_EVENTS

router = APIRouter(include_in_schema=False)
WHY: Final = "/my/link"
_GOES_ON: Final = frozenset((LinkState.ENDED, LinkState.EXPIRED, LinkState.OTHER_ADDRESS))
"""The states in which what the link asked for may still be open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLink:
    """What a person is told of an own link that opens nothing: why, what came of its act, and where to go on."""

    why: str
    came: str = ""
    href: str = ""
    text: str = ""


async def dead_page(request: Request, hash: str = "") -> HTMLResponse:
    """Return the one page for a link that opens nothing; the browser keeps which it was."""
    answer = door_page(request, "door/dead.html", await _language(request), status=404, next=WHY)
    if hash:
        _door(request).cookies.note_dead(answer, hash)
    return answer


async def _language(request: Request) -> str:
    """Return the language of who is signed in or has opened a link at this browser, else that of the browser.

    It never depends on the link that opens nothing.
    """
    here = await signed_in(request)
    if here is not None:
        return here.language
    for hash in _door(request).cookies.links(request):
        ACTS_FOR.set(ActsFor(proof=hash))
        opened = await _door(request).links.link(hash)
        if opened is not None and opened.alive:
            return opened.language
    return browser_language(request)


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
    came, href, text = "", "", ""
    if link.state is LinkState.USED:
        done = f"{own_address(link.act, link.subject)}/done?reference={link.used_by[:8]}"
        href, text = done, say("door.over.look")
    elif link.state in _GOES_ON:
        act = await _act(door, me, link)
        if act is not None and act.possible:
            href, text = act.asked.address, _title(link, pair, say)
        elif act is not None:
            way = act.in_the_way
            came = _done(act, dates, say) or (way.text if way else act.why_not) or say("door.not_now_why")
            href, text = (way.href, way.link) if way else ("", "")
    day = dates.long(dates.local(link.over_at).date())
    return DeadLink(why=say(f"door.over.{link.state.value}", day=day), came=came, href=href, text=text)


async def _act(door: Door, me: SignedIn, link: LinkHolder) -> OwnAct | None:
    """Return the act of a link as its form would show it now; None if there is no such form any more."""
    address = own_address(link.act, link.subject, link.chosen)
    asked = FormAsked(
        act=link.act, subject=link.subject, chosen=link.chosen, visitor=me.visitor, address=address
    )
    try:
        return await act_of(door, asked)
    except Problem as problem:
        if problem.status != 404:
            raise
        return None


def _done(act: OwnAct, dates: Dates, say: Say) -> str:
    """Return on which day the person did the act that is not possible any more; empty if it was not done."""
    kinds = {each.event.__name__ for each in FIRST_EVENTS if each.command is act.kind}
    for envelope, _ in reversed(act.stands.history.events if act.stands else ()):
        own = envelope.type in kinds and envelope.actor.person in act.caller.ids
        if own and all(envelope.body.get(name, value) == value for name, value in act.asked.chosen.items()):
            return say("door.over.done", day=dates.long(dates.local(envelope.decided_at).date()))
    return ""


def _title(link: LinkHolder, pair: PairShown | None, say: Say) -> str:
    return say(f"door.acts.{link.act}.title", partner=pair.partner if pair else "")


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door
