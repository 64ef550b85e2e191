"""People and rights: who asks to be let in, who has which role, and who is signed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.http.sessions import AdminVisitor, SessionFirst, Visitor
from api_gateway.office import Office
from api_gateway.pages.acts.words import refusal_of
from api_gateway.pages.admin.accounts import ShownAccount, accounts
from api_gateway.pages.admin.confirming import ROLES_PAGE, ConfirmingVisitor
from api_gateway.pages.dates import Dates
from api_gateway.pages.own_forms import FormKey, SaysDone, command_of, done, new_key, said
from api_gateway.pages.people import people_found
from api_gateway.pages.rights import ShownGrant, grant_shown
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.problem import Problem, writes_as_problems
from api_gateway.services.programs import zone_in
from api_gateway.services.roles_given import (
    confirm_role,
    end_role,
    end_sign_ins,
    give_role,
    is_confirmer,
    may_confirm,
    refuse_sign_in,
    tie_sign_in,
)
from domain.actors import STAFF_ROLES, Role
from domain.languages import Language
from domain.people.grants import CONFIRMED_ROLES

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
_DONE: Final = (
    "tied",
    "tied_waits",
    "refused",
    "given",
    "given_waits",
    "confirmed",
    "ended",
    "signed_out",
    "account_confirmed",
    "account_ended",
)
Words = Annotated[str, Form(max_length=100)]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What every part of these pages needs: words, days, and the names of regions."""

    say: Say
    dates: Dates
    regions: Mapping[str, str]

    def now_real(self, row: Mapping[str, Any]) -> Dates:
        """Return days as seen at the real present of a row: signing in does not know the demo's clock."""
        return self.dates.seen_at(datetime.fromisoformat(row["present"]))


@router.get(ROLES_PAGE, operation_id="pages.rights", dependencies=[SaysDone])
async def rights(request: Request, visitor: ConfirmingVisitor, office: Parts) -> HTMLResponse:
    """Show who asks to be let in, who has which role, and who is signed in."""
    caller = visitor.caller
    if not is_confirmer(caller):
        raise Problem(403, "state_office_only")
    shown = await _shown(visitor, office)
    rows = await _every_grant(office, visitor, shown)
    known = await accounts(office, visitor, shown.say, shown.dates)
    grants = [grant_shown(row, shown.say, shown.dates, shown.regions) for row in rows]
    confirms = {row["id"] for row in rows if may_confirm(caller, row)}
    asked = await office.reads.sign_in.requests(caller.sight)
    return page(
        request,
        "admin/people_and_rights.html",
        visitor,
        place="/admin" if Role.ADMIN in caller.roles else ROLES_PAGE,
        message=said(request, shown.say, "admin", _DONE),
        admin=Role.ADMIN in caller.roles,
        requests=[_asked(row, shown) for row in asked],
        waiting=[each for each in grants if each.waits],
        confirms=confirms,
        accounts=_by_human(known),
        accounts_waiting=[each for each in known if each.waits],
        staff=_by_person([each for each in grants if not each.over and not each.waits]),
        sessions=_signed_in(await office.reads.sign_in.sessions(caller.sight), visitor, shown),
        new_key=new_key,
    )


@router.get(f"{ROLES_PAGE}/requests/{{asked}}", operation_id="pages.rights.request")
async def asked_by(
    request: Request, visitor: AdminVisitor, office: Parts, asked: Subject, q: str = ""
) -> HTMLResponse:
    """Show one who asks to be let in, and the people who may be meant."""
    found = await _request(office, visitor, asked)
    shown = await _shown(visitor, office)
    wanted = q[:100] or found["email"] or found["name"]
    return page(
        request,
        "admin/request.html",
        visitor,
        place="/admin",
        asked=_asked(found, shown),
        q=wanted,
        people=await people_found(office, visitor, wanted, shown.regions),
        searched=f"{ROLES_PAGE}/requests/{asked}",
        new_key=new_key,
    )


@router.post(f"{ROLES_PAGE}/requests/{{asked}}/tie", operation_id="pages.rights.request.tie")
async def tie(visitor: AdminVisitor, office: Parts, asked: Subject, key: FormKey, person: Words) -> Response:
    """Say whose account this is."""
    with writes_as_problems():
        waits = await tie_sign_in(
            office.facts, office.writes.sign_in, visitor.caller, asked, person, command_of(visitor, key)
        )
    return done(ROLES_PAGE, "tied_waits" if waits else "tied")


@router.post(f"{ROLES_PAGE}/requests/{{asked}}/refuse", operation_id="pages.rights.request.refuse")
async def refuse(visitor: AdminVisitor, office: Parts, asked: Subject, key: FormKey) -> Response:
    """Say that this account is nobody's."""
    with writes_as_problems():
        await refuse_sign_in(office.writes.sign_in, visitor.caller, asked, command_of(visitor, key))
    return done(ROLES_PAGE, "refused")


@router.get(f"{ROLES_PAGE}/give", operation_id="pages.rights.give_form")
async def give_form(
    request: Request, visitor: AdminVisitor, office: Parts, q: str = "", person: str = ""
) -> HTMLResponse:
    """Find the person who gets a role, then ask which."""
    return await _giving(request, visitor, office, person=person, q=q[:100])


@router.post(f"{ROLES_PAGE}/give", operation_id="pages.rights.give")
async def give(
    request: Request,
    visitor: AdminVisitor,
    office: Parts,
    key: FormKey,
    person: Words,
    role: Words = "",
    regions: Annotated[Sequence[str], Form()] = (),
    first: Words = "",
    last: Words = "",
) -> Response:
    """Give a person a role."""
    typed = {"role": role, "regions": tuple(regions), "first": first, "last": last}
    shown = await _shown(visitor, office)
    errors = _faults(typed, shown.say)
    if errors:
        return await _giving(request, visitor, office, person=person, typed=typed, errors=errors, status=422)
    try:
        with writes_as_problems():
            await give_role(
                office.facts,
                office.writes.grants,
                visitor.caller,
                person,
                Role(role),
                regions if Role(role) is Role.COORDINATOR else (),
                first=date.fromisoformat(first) if first else None,
                last=date.fromisoformat(last) if last else None,
                command=command_of(visitor, key),
            )
    except Problem as refused:
        if refused.status == 404:
            raise
        errors = [{"text": refusal_of(refused.code, visitor.language), "field": ""}]
        return await _giving(
            request, visitor, office, person=person, typed=typed, errors=errors, status=refused.status
        )
    return done(ROLES_PAGE, "given_waits" if Role(role) in CONFIRMED_ROLES else "given")


@router.post(f"{ROLES_PAGE}/grants/{{grant}}/confirm", operation_id="pages.rights.confirm")
async def confirm(visitor: ConfirmingVisitor, office: Parts, grant: Subject, key: FormKey) -> Response:
    """Confirm a role about money as a second person."""
    with writes_as_problems():
        await confirm_role(
            office.facts, office.writes.grants, visitor.caller, grant, command_of(visitor, key)
        )
    return done(ROLES_PAGE, "confirmed")


@router.post(f"{ROLES_PAGE}/grants/{{grant}}/end", operation_id="pages.rights.end")
async def end(visitor: AdminVisitor, office: Parts, grant: Subject, key: FormKey) -> Response:
    """End a role at once."""
    with writes_as_problems():
        await end_role(office.facts, office.writes.grants, visitor.caller, grant, command_of(visitor, key))
    return done(ROLES_PAGE, "ended")


@router.post(f"{ROLES_PAGE}/sign-ins/{{person}}/end", operation_id="pages.rights.sign_out")
async def sign_out(visitor: AdminVisitor, office: Parts, person: Subject, key: FormKey) -> Response:
    """End all sign-ins of a person."""
    with writes_as_problems():
        await end_sign_ins(
            office.facts, office.writes.sessions, visitor.caller, person, command_of(visitor, key)
        )
    return done(ROLES_PAGE, "signed_out")


async def _shown(visitor: Visitor, office: Office) -> _Shown:
    caller, language = visitor.caller, Language(visitor.language)
    dates = Dates(language, zone_in(caller.association.code), await office.clock.now())
    regions = {row["code"]: row["name"] for row in (await office.reads.regions.page(caller.sight)).rows}
    return _Shown(Say(language), dates, regions)


async def _every_grant(office: Office, visitor: Visitor, shown: _Shown) -> list[Mapping[str, Any]]:
    """Return all grants that the visitor sees and that are not over."""
    rows: list[Mapping[str, Any]] = []
    after = ""
    while True:
        found = await office.reads.grants.page(visitor.caller.sight, shown.dates.now, after=after, limit=100)
        rows += (row for row in found.rows if row["state"] != "over")
        after = found.next
        if not after:
            return rows


def _by_person(grants: Sequence[ShownGrant]) -> list[tuple[str, str, list[ShownGrant]]]:
    """Return grants by their people, in the order of the names."""
    found: dict[str, list[ShownGrant]] = {}
    for each in sorted(grants, key=lambda grant: (grant.name.casefold(), grant.person)):
        found.setdefault(each.person, []).append(each)
    return [(person, held[0].name, held) for person, held in found.items()]


def _by_human(known: Sequence[ShownAccount]) -> dict[str, list[ShownAccount]]:
    found: dict[str, list[ShownAccount]] = {}
    for each in known:
        found.setdefault(each.stands, []).append(each)
    return found


def _signed_in(rows: Sequence[Mapping[str, Any]], visitor: Visitor, shown: _Shown) -> list[dict[str, Any]]:
    """Return who else is signed in, each once, with the last use."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["person"] in visitor.caller.ids or row["person"] in found:
            continue
        found[row["person"]] = {
            "person": row["person"],
            "name": row["name"] or shown.say("parts.unseen"),
            "used": shown.now_real(row).at(row["used_at"]),
        }
    return list(found.values())


async def _request(office: Office, visitor: Visitor, id: str) -> Mapping[str, Any]:
    """Return an open or refused request that the visitor sees; 404 for any other."""
    for state in ("open", "refused"):
        for row in await office.reads.sign_in.requests(visitor.caller.sight, state=state):
            if row["id"] == id:
                return row
    raise Problem(404, "unknown_sign_in_request")


def _asked(row: Mapping[str, Any], shown: _Shown) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"] or shown.say("admin.requests.nameless"),
        "email": row["email"],
        "at": shown.now_real(row).on(row["asked_at"]),
        "refused": row["state"] == "refused",
    }


def _faults(typed: Mapping[str, Any], say: Say) -> list[dict[str, str]]:
    """Return what of a form cannot be read."""
    found = []
    if typed["role"] not in [role.value for role in STAFF_ROLES]:
        found.append({"text": say("admin.give.no_role"), "field": "role"})
    for name in ("first", "last"):
        try:
            date.fromisoformat(typed[name] or "2000-01-01")
        except ValueError:
            found.append({"text": say("admin.give.no_day"), "field": name})
    return found


async def _giving(
    request: Request,
    visitor: Visitor,
    office: Office,
    *,
    person: str,
    q: str = "",
    typed: Mapping[str, Any] | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    status: int = 200,
) -> HTMLResponse:
    shown = await _shown(visitor, office)
    chosen = await office.reads.entries.one(visitor.caller.sight, person) if person else None
    if person and chosen is None:
        raise Problem(404, "unknown_person")
    return page(
        request,
        "admin/give.html",
        visitor,
        status=status,
        place="/admin",
        chosen=chosen,
        q=q,
        people=await people_found(office, visitor, q, shown.regions),
        regions=shown.regions,
        roles=[role.value for role in STAFF_ROLES],
        typed=typed or {"role": "", "regions": (), "first": "", "last": ""},
        errors=errors,
        new_key=new_key,
    )
