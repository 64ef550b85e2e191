"""A person's own things: what is known about oneself, the language of one's mail, one's calendar."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict

from activities.adapters.mail.icalendar import CONTENT_TYPE
from api_gateway.api import Key, Parts, command_id
from api_gateway.api.reference import writer_of
from api_gateway.http.auth import Anybody, Caller
from api_gateway.http.idempotency import once
from api_gateway.http.problems import Problem
from api_gateway.services.calendar_feed import Agenda
from domain.actors import Actor
from domain.languages import Language

router = APIRouter(tags=["people"])
ME = "me"
Someone = Annotated[str, Path(pattern=r"^(me|[0-9a-f]{32})$")]


class ChosenLanguage(BaseModel):
    """The language in which the office writes to a person."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"language": "es"}]})

    language: Language


@router.get("/people/me", operation_id="people.me")
async def me(office: Parts, caller: Anybody) -> Mapping[str, Any]:
    """What the office knows about the caller: name, addresses, region, language of the mail."""
    found: Mapping[str, Any] | None = await office.views.person(caller.person)
    if found is None:
        raise Problem(404, "unknown_person")
    return found


@router.post("/people/{person}/language", operation_id="people.choose_language")
@once("ChooseLanguage")
async def choose_language(
    person: Someone, body: ChosenLanguage, key: Key, office: Parts, caller: Anybody
) -> dict[str, str]:
    """Choose the language of one's mail (``me``); the office may do so for people of its regions.

    A program that does not offer it goes on writing in its first language.
    """
    own = caller.person if person == ME else person
    actor = _oneself(caller) if own == caller.person else await writer_of(office, caller, own)
    if await office.views.person(own) is None:
        raise Problem(404, "unknown_person")
    await office.reference.choose_language(
        own, body.language.value, actor=actor, command=command_id(caller, key)
    )
    return {"person": own, "language": body.language.value}


@router.get(
    "/people/me/calendar",
    operation_id="people.calendar",
    response_class=Response,
    responses={200: {"content": {CONTENT_TYPE: {}}, "description": "An iCalendar object (RFC 5545)"}},
)
async def calendar(office: Parts, caller: Anybody) -> Response:
    """The caller's open deadlines or dated tasks, and the breaks and holidays of the term, for a calendar program."""
    agenda = Agenda(office.views, caller, now=await office.clock.now(), office=office.settings.public_url)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": 'inline; filename="mentorflow.ics"',
    }
    return Response(await agenda.text(), media_type=f"{CONTENT_TYPE}; charset=utf-8", headers=headers)


def _oneself(caller: Caller) -> Actor:
    return Actor(id=caller.person, role=caller.roles[0], regions=caller.regions)
