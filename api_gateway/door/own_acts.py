"""The forms of a person who is signed in: every act of a mentor or mentee, each about one subject."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api_gateway.door.acts import OF_PAIR
from api_gateway.door.forms import act_of, done_page, opened, sent
from api_gateway.door.office import Door
from api_gateway.door.own_address import ACTS, own_address
from api_gateway.door.proofs import FormAsked
from api_gateway.door.sessions import InSession, SignedIn
from api_gateway.door.term_acts import OF_TERM
from api_gateway.http.command_bodies import kebab
from api_gateway.services.problem import Problem

router = APIRouter(prefix=ACTS, include_in_schema=False)
BY_ADDRESS: Final = {kebab(name): name for name in (*OF_PAIR, *OF_TERM)}
"""The commands that have a form in a session, by their names in addresses."""
Subject = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Act = Annotated[str, Path(pattern=r"^[a-z-]{1,40}$")]


async def chosen_before(
    meeting: str = "",
    observation: str = "",
    request: str = "",
    subject: Annotated[str, Query(alias="hour")] = "",
    document: str = "",
    form: str = "",
    month: str = "",
    audience: str = "",
    helper: str = "",
    entry: str = "",
    planned: str = "",
) -> Mapping[str, str]:
    """Return what an address chooses for a form: one of the subject's records, by its field."""
    named = {name: value for name, value in locals().items() if value}
    return {("act" if name == "entry" else name): value for name, value in named.items()}


Chosen = Annotated[Mapping[str, str], Depends(chosen_before)]


@router.get("/{act}/{about}", operation_id="door.own_form")
async def form(act: Act, about: Subject, request: Request, person: InSession, chosen: Chosen) -> Response:
    """Show the form of an act."""
    return opened(request, await act_of(_door(request), _asked(act, about, person, chosen)))


@router.post("/{act}/{about}", operation_id="door.own_send")
async def send(act: Act, about: Subject, request: Request, person: InSession, chosen: Chosen) -> Response:
    """Carry out an act; else show its form again with what was typed."""
    posted = await request.form()
    return await sent(request, _door(request), _asked(act, about, person, chosen), posted, again=False)


@router.get("/{act}/{about}/done", operation_id="door.own_done")
async def done(
    act: Act,
    about: Subject,
    request: Request,
    person: InSession,
    chosen: Chosen,
    reference: Annotated[str, Query(pattern=r"^[0-9a-f]{8}$")],
) -> Response:
    """Say what an act did."""
    return await done_page(request, _door(request), _asked(act, about, person, chosen), reference)


def _asked(act: str, subject: str, person: SignedIn, chosen: Mapping[str, str]) -> FormAsked:
    if act not in BY_ADDRESS:
        raise Problem(404, "not_found")
    name = BY_ADDRESS[act]
    return FormAsked(
        act=name,
        subject=subject,
        chosen=chosen,
        visitor=person.visitor,
        address=own_address(name, subject, chosen),
    )


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door
