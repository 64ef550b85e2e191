"""Signing in with a code: a browser asks for one, its reader types it in that browser, and a session begins.

Every answer is the same for known and unknown addresses: this process does not look whose an address is. The worker
does, and makes and sends the digits.
"""

import re
import secrets
from contextlib import suppress
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from activities.adapters.postgres.database import ACTS_FOR, ActsFor
from activities.adapters.postgres.writes.sign_in_codes import MailboxOwner, NewCode
from api_gateway.door.cookies import Asking
from api_gateway.door.office import Door
from api_gateway.door.own_address import ACTS
from api_gateway.door.sessions import CODE, MY, InSession, code_address, own_path, signed_in
from api_gateway.door.view import browser_language, door_page
from api_gateway.http.csrf import FIELD, demand_own_site
from api_gateway.pages.words import Say
from api_gateway.services.links import LinkHolder
from api_gateway.services.problem import Problem
from domain.languages import Language
from domain.sign_in_codes import DIGITS, typed_digits

router = APIRouter(include_in_schema=False)
CHECK: Final = "/code/check"
WHO: Final = "/code/who"
_PURPOSES: Final = {
    "sign-agreement": "sign",
    "draft-agreement": "draft",
    "submit-survey": "answers",
    "submit-form": "answers",
}
"""What a code is for where its form has words of its own for that; none of them names a person or a program."""
_ADDRESS: Final = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}")


@router.get(CODE, operation_id="door.code")
async def code(request: Request, next: str = "") -> Response:
    """Ask for the address to which a code goes; in a browser with an opened link, only whether to send one."""
    if await signed_in(request) is not None:
        return RedirectResponse(own_path(next), status_code=303)
    return await _asked(request, own_path(next))


@router.post(CODE, operation_id="door.ask_code")
async def ask(request: Request) -> Response:
    """Have a code sent to an address, and lead to the field for it; the answer does not depend on whose it is."""
    demand_own_site(request)
    form = await request.form()
    next, typed = own_path(str(form.get("next", ""))), str(form.get("address", "")).strip()
    link = await _opened_link(request) if form.get("by") == "link" else None
    if link is None and not _ADDRESS.fullmatch(typed):
        return await _asked(request, next, typed=typed, wrong=True)
    door: Door = request.app.state.door
    answer = RedirectResponse(code_address(next, CHECK), status_code=303)
    asking = door.cookies.ask(answer, "" if link else typed)
    ACTS_FOR.set(ActsFor(proof=asking.browser))
    await door.codes.ask(
        NewCode(
            browser=asking.browser,
            bound=asking.bound,
            network=door.cookies.network(request.client.host if request.client else ""),
            language=browser_language(request),
            address="" if link else typed,
            person=link.holder.person if link else "",
        )
    )
    with suppress(Exception):  # the outbox also looks by itself
        await door.outbox.call()
    return answer


@router.get(CHECK, operation_id="door.code_field")
async def field(request: Request, next: str = "") -> Response:
    """Show the field for the code that this browser asked for."""
    asking = _asking(request)
    if asking is None:
        return RedirectResponse(code_address(own_path(next)), status_code=303)
    return await _field(request, asking, own_path(next))


@router.post(CHECK, operation_id="door.check_code")
async def check(request: Request) -> Response:
    """Begin a session for who typed the right code in the browser that asked for it; else show the field again."""
    door, asking, form, next = await _sent(request)
    digits = typed_digits(str(form.get("code", "")))
    if len(digits) != DIGITS:
        return await _field(request, asking, next, fault="length" if digits else "empty")
    right = await door.codes.attempt(asking.browser, asking.bound, digits)
    people = await door.codes.whose(asking.browser) if right else ()
    if not people:
        left = await door.codes.tries_left(asking.browser)
        return await _field(request, asking, next, fault="wrong" if left else "over", left=left)
    if len(people) > 1:
        return RedirectResponse(code_address(next, WHO), status_code=303)
    return await _begun(request, asking, people[0], next)


@router.get(WHO, operation_id="door.who")
async def who(request: Request, next: str = "") -> Response:
    """Ask which of the people of a mailbox signs in."""
    asking, door = _asking(request), _door(request)
    people = await door.codes.whose(asking.browser) if asking else ()
    if asking is None or not people:
        return RedirectResponse(code_address(own_path(next)), status_code=303)
    return await _page(request, "door/who.html", asking, own_path(next), people=_named(people))


@router.post(WHO, operation_id="door.choose_who")
async def choose(request: Request) -> Response:
    """Begin the session of the one who was chosen."""
    door, asking, form, next = await _sent(request)
    people = await door.codes.whose(asking.browser)
    number = str(form.get("who", ""))
    chosen = [each for at, (_, each) in enumerate(_named(people), 1) if number == str(at)]
    if not chosen:
        return await _page(
            request, "door/who.html", asking, next, status=422, wrong=True, people=_named(people)
        )
    return await _begun(request, asking, chosen[0], next)


@router.post("/my/sign-out", operation_id="door.sign_out")
async def sign_out(request: Request, me: InSession) -> Response:
    """End the session of this browser."""
    door = _door(request)
    await door.session_writes.sign_out(me.id)
    answer = RedirectResponse("/signed-out", status_code=303)
    door.cookies.sign_out(answer)
    return answer


@router.get("/signed-out", operation_id="door.signed_out")
async def signed_out(request: Request) -> Response:
    """Say that nobody is signed in in this browser any longer."""
    return door_page(request, "door/signed_out.html", browser_language(request))


async def _begun(request: Request, asking: Asking, person: MailboxOwner, next: str) -> Response:
    door = _door(request)
    token = await door.codes.begin(asking.browser, person.person)
    if not token:
        return await _field(request, asking, next, fault="over")
    answer = RedirectResponse(next, status_code=303)
    door.cookies.sign_in(answer, token)
    return answer


async def _sent(request: Request) -> tuple[Door, Asking, Any, str]:
    """Return what a form of a code says, if it comes from a page that this very browser got."""
    demand_own_site(request)
    door, asking, form = _door(request), _asking(request), await request.form()
    given = str(form.get(FIELD, ""))
    if asking is None or not secrets.compare_digest(
        given.encode(), door.cookies.form_secret(asking).encode()
    ):
        raise Problem(403, "form_of_other_session")
    return door, asking, form, own_path(str(form.get("next", "")))


async def _opened_link(request: Request) -> LinkHolder | None:
    """Return the newest live link that this browser has opened, if all that it has opened are of one person."""
    door, found = _door(request), []
    for hash in door.cookies.links(request)[:5]:
        ACTS_FOR.set(ActsFor(proof=hash))
        link = await door.links.link(hash)
        if link is not None and (link.alive or link.used_by):
            found.append(link)
    return found[-1] if len({link.holder.person for link in found}) == 1 else None


async def _asked(request: Request, next: str, *, typed: str = "", wrong: bool = False) -> Response:
    """Return the page that asks for an address, or in a browser with an opened link offers the one on record."""
    link = await _opened_link(request)
    masked = await _door(request).codes.masked(link.holder.person) if link else ""
    language = link.language if link else browser_language(request)
    return door_page(
        request,
        "door/code.html",
        language,
        status=422 if wrong else 200,
        next=next,
        masked=masked,
        name=link.name if link else "",
        typed=typed or _door(request).cookies.typed(request),
        purpose=purpose_of(next),
        fault=Say(Language(language))("code.address_fault") if wrong else "",
    )


async def _field(
    request: Request, asking: Asking, next: str, *, fault: str = "", left: int | None = None
) -> Response:
    """Return the page with the field of a code; ``fault`` says what is wrong, as far as this browser's tries tell it.

    A code with no try ``left`` and one that is over have a button for a new code in place of the field.
    """
    say = Say(Language(await _language(request)))
    word = "used_up" if left == 0 else fault
    said = (
        say(f"code.check.{word}", count=left)
        if word == "wrong"
        else say(f"code.check.{word}")
        if word
        else ""
    )
    return await _page(
        request,
        "door/check.html",
        asking,
        next,
        status=422 if fault else 200,
        wrong=bool(fault),
        said=said,
        over=fault == "over",
        sent_to=await _sent_to(request),
        purpose=purpose_of(next),
    )


async def _sent_to(request: Request) -> str:
    """Return the address of a code as this browser typed it, or the masked one of whose link it has opened."""
    typed = _door(request).cookies.typed(request)
    if typed:
        return typed
    acts_for = ACTS_FOR.get()
    try:
        link = await _opened_link(request)
        return await _door(request).codes.masked(link.holder.person) if link else ""
    finally:
        ACTS_FOR.set(acts_for)


def purpose_of(next: str) -> str:
    """Return which words say what a code is for: its form, any other page of one's own, or empty for My page."""
    if not next.startswith(f"{ACTS}/"):
        return "" if next == MY else "page"
    name = next.removeprefix(f"{ACTS}/").partition("/")[0]
    return _PURPOSES.get(name, "form")


async def _page(
    request: Request,
    template: str,
    asking: Asking,
    next: str,
    *,
    status: int = 200,
    wrong: bool = False,
    **values: Any,
) -> Response:
    return door_page(
        request,
        template,
        await _language(request),
        status=status,
        next=next,
        again=code_address(next),
        wrong=wrong,
        hidden={FIELD: _door(request).cookies.form_secret(asking), "next": next},
        **values,
    )


async def _language(request: Request) -> str:
    """Return the language of whose link this browser has opened, as on the page before; else that of the browser."""
    acts_for = ACTS_FOR.get()
    try:
        link = await _opened_link(request)
    finally:
        ACTS_FOR.set(acts_for)
    return link.language if link else browser_language(request)


def _named(people: tuple[MailboxOwner, ...]) -> list[tuple[str, MailboxOwner]]:
    """Return the people of a mailbox with their first names; those who share one have their full names."""
    firsts = [each.name.split()[0] for each in people]
    return [
        (first if firsts.count(first) == 1 else each.name, each)
        for first, each in zip(firsts, people, strict=True)
    ]


def _asking(request: Request) -> Asking | None:
    """Return the code that this browser asked for, and hold its proof from here on."""
    asking = _door(request).cookies.asked(request)
    if asking is not None:
        ACTS_FOR.set(ActsFor(proof=asking.browser))
    return asking


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door
