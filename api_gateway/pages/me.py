"""The page of oneself: one's rights, the language, the digest, where one is signed in, and one's API tokens."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse

from api_gateway.http.office import Parts
from api_gateway.http.sessions import SessionFirst, StaffVisitor, Visitor
from api_gateway.office import Office
from api_gateway.pages.dates import Dates
from api_gateway.pages.own_forms import FormKey, SaysDone, command_of, done, new_key, said
from api_gateway.pages.rights import ShownGrant, grant_shown
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.own_settings import (
    TOKEN_DAYS,
    choose_own_digest,
    choose_own_language,
    make_own_token,
    oneself,
    revoke_own_token,
)
from api_gateway.services.problem import writes_as_problems
from api_gateway.services.programs import zone_in
from domain.digests import DigestRhythm
from domain.languages import Language

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
ME: Final = "/me"
_DONE: Final = ("language", "digest", "session", "token")
ShortId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


@router.get(ME, operation_id="pages.me", dependencies=[SaysDone])
async def me(request: Request, visitor: StaffVisitor, office: Parts) -> HTMLResponse:
    """Show a person's own page."""
    return await _page(request, visitor, office)


@router.post(f"{ME}/language", operation_id="pages.me.language")
async def language(
    visitor: StaffVisitor, office: Parts, key: FormKey, language: Annotated[Language, Form()]
) -> Response:
    """Set the language of pages and emails."""
    await choose_own_language(office.facts, office.writes, visitor.caller, language, command_of(visitor, key))
    return done(ME, "language")


@router.post(f"{ME}/digest", operation_id="pages.me.digest")
async def digest(
    visitor: StaffVisitor, office: Parts, key: FormKey, rhythm: Annotated[DigestRhythm, Form()]
) -> Response:
    """Set how often the list of what waits comes."""
    await choose_own_digest(office.facts, office.writes, visitor.caller, rhythm, command_of(visitor, key))
    return done(ME, "digest")


@router.post(f"{ME}/sessions/{{session}}/end", operation_id="pages.me.sessions.end")
async def end_session(visitor: StaffVisitor, office: Parts, key: FormKey, session: ShortId) -> Response:
    """End a sign-in of one's own, at another browser."""
    caller = visitor.caller
    with writes_as_problems():
        await office.writes.sessions.end(session, caller.ids, oneself(caller), command_of(visitor, key))
    return done(ME, "session")


@router.post(f"{ME}/tokens", operation_id="pages.me.tokens.make")
async def make_token(
    request: Request,
    visitor: StaffVisitor,
    office: Parts,
    key: FormKey,
    name: Annotated[str, Form(max_length=80)] = "",
    days: Annotated[int, Form()] = TOKEN_DAYS[1],
) -> HTMLResponse:
    """Make a token of one's own, and show it this once."""
    called, say = " ".join(name.split()), Say(Language(visitor.language))
    if not called or not called.isprintable() or days not in TOKEN_DAYS:
        fault = {"text": say("me.tokens.no_name"), "field": "name"}
        return await _page(request, visitor, office, errors=[fault], status=422, typed=name)
    now, command = await office.clock.now(), command_of(visitor, key)
    token = await make_own_token(office.writes, visitor.caller, called, days, now, command)
    if not token:
        fault = {"text": say("me.tokens.made_before"), "field": "name"}
        return await _page(request, visitor, office, errors=[fault], status=409)
    return page(request, "me/token.html", visitor, place=ME, token=token, called=called)


@router.post(f"{ME}/tokens/{{token}}/revoke", operation_id="pages.me.tokens.revoke")
async def revoke_token(visitor: StaffVisitor, office: Parts, token: ShortId) -> Response:
    """Revoke a token of one's own."""
    now = await office.clock.now()
    await revoke_own_token(office.reads.tokens, office.writes, visitor.caller, token, now)
    return done(ME, "token")


async def _page(
    request: Request,
    visitor: Visitor,
    office: Office,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    status: int = 200,
    typed: str = "",
) -> HTMLResponse:
    caller, spoken = visitor.caller, Language(visitor.language)
    now, say = await office.clock.now(), Say(spoken)
    dates = Dates(spoken, zone_in(caller.association.code), now)
    tokens = await office.reads.tokens.own(caller.sight, now)
    sessions = await office.reads.sign_in.sessions(caller.sight, own=True)
    return page(
        request,
        "me/me.html",
        visitor,
        status=status,
        message=said(request, say, "me", _DONE),
        errors=errors,
        typed=typed,
        grants=await own_grants(office, visitor, say, dates),
        language_now=spoken.value,
        spoken=[each.value for each in Language],
        rhythm=(await office.reads.digests.rhythm(caller.sight)).value,
        rhythms=[each.value for each in DigestRhythm],
        sessions=[_session(row, visitor, dates) for row in sessions],
        tokens=[_token(row, say, dates) for row in tokens],
        token_days=TOKEN_DAYS,
        new_key=new_key,
    )


async def own_grants(office: Office, visitor: Visitor, say: Say, dates: Dates) -> list[ShownGrant]:
    """Return the visitor's own roles that are not over."""
    regions = {
        row["code"]: row["name"] for row in (await office.reads.regions.page(visitor.caller.sight)).rows
    }
    found = []
    for person in visitor.caller.ids:
        rows = await office.reads.grants.page(visitor.caller.sight, dates.now, limit=100, person=person)
        found += [grant_shown(row, say, dates, regions) for row in rows.rows]
    return [each for each in found if not each.over]


def _session(row: Mapping[str, Any], visitor: Visitor, office_dates: Dates) -> dict[str, Any]:
    dates = office_dates.seen_at(datetime.fromisoformat(row["present"]))
    return {
        "id": row["id"],
        "here": row["id"] == visitor.session,
        "used": dates.at(row["used_at"]),
        "began": dates.at(row["created_at"]),
    }


def _token(row: Mapping[str, Any], say: Say, dates: Dates) -> dict[str, Any]:
    return {
        "id": row["id"],
        "called": row["called"] or say("me.tokens.nameless"),
        "roles": ", ".join(say(f"rights.roles.{role}") for role in row["roles"]),
        "used": dates.at(row["used_at"]) if row["used_at"] else None,
        "ends": dates.on(row["expires_at"]),
    }
