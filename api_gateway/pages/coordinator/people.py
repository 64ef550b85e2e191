"""People and mentors: the list, with search and filters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api_gateway.http.office import Parts
from api_gateway.http.paging import Search
from api_gateway.http.sessions import SessionFirst
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.dates import Dates
from api_gateway.pages.filters import ROWS, Asked, Filters, PageNumber, foot_of, region_choice
from api_gateway.pages.parts import FilterBar
from api_gateway.pages.people import lapsed_sign, membership_words, own_regions, position_of
from api_gateway.pages.person.forms import PEOPLE
from api_gateway.pages.person.page import ReadingVisitor
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.known_codes import demand_region
from domain.actors import Role

router = APIRouter(route_class=SessionFirst, include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPeople(Asked):
    """What the address of the list asks for."""

    PATH: ClassVar = PEOPLE

    q: str = ""
    region: str = ""
    mentors: bool = False


@router.get(PEOPLE)
async def people(
    request: Request,
    visitor: ReadingVisitor,
    office: Parts,
    q: Search = "",
    region: str = "",
    mentors: bool = False,
    page_number: PageNumber = 1,
) -> HTMLResponse:
    """Show the people of the visitor's regions, by name."""
    sight = visitor.caller.sight
    await demand_region(office.reads.regions, visitor.caller, region)
    asked = AskedPeople(q=q.strip(), region=region, mentors=mentors)
    dates = await dates_of(office, visitor)
    rows, total = await office.reads.people.listed(
        sight,
        today=dates.today,
        q=asked.q,
        region=region,
        mentors=mentors,
        offset=(page_number - 1) * ROWS,
        limit=ROWS,
    )
    regions = own_regions(await office.reads.regions.names(sight), visitor.caller)
    return page(
        request,
        "coordinator/people.html",
        visitor,
        rows=[_row(row, visitor.caller.association.code, dates) for row in rows],
        total=total,
        filtered=asked.filtered,
        several_regions=len(regions) > 1,
        answers=bool({*visitor.caller.roles} & {Role.COORDINATOR, Role.ADMIN}),
        bar=_bar(asked, regions, dates.say),
        foot=foot_of("people", asked, page_number, total, dates.say, file=False),
    )


def _row(row: Mapping[str, Any], association: str, dates: Dates) -> dict[str, Any]:
    """Return a person's row with the membership in words: whether it has lapsed, or from which day it holds."""
    words, held = membership_words(row, association, dates.language), row.get("membership")
    if held and held["ahead"]:
        words = dates.say("people.from_day", membership=words, day=dates.day(held["first"]).words)
    return {**row, "role_title": position_of(row), "membership": words, "lapsed": lapsed_sign(row, dates)}


def _bar(asked: AskedPeople, regions: Mapping[str, str], say: Say) -> FilterBar:
    filters = Filters("people", asked, {"region": region_choice(regions)}, say)
    return filters.bar(ticks={"mentors": say("people.mentors_only")})
