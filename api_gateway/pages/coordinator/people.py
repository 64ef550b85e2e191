"""People and mentors: the list, with search and filters."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api_gateway.http.office import Parts
from api_gateway.http.paging import Search
from api_gateway.http.sessions import SessionFirst
from api_gateway.pages import links
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.dates import Dates
from api_gateway.pages.parts import FilterBar, FilterChip, FilterChoice, FilterOption, FilterTick, ListFoot
from api_gateway.pages.people import lapsed_sign, membership_words, own_regions
from api_gateway.pages.person.page import ReadingVisitor
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.known_codes import demand_region
from domain.actors import Role

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
ROWS: Final = 25
PATH: Final = "/people"


@router.get("/people")
async def people(
    request: Request,
    visitor: ReadingVisitor,
    office: Parts,
    q: Search = "",
    region: str = "",
    mentors: bool = False,
    page_number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """Show the people of the visitor's regions, by name."""
    sight = visitor.caller.sight
    await demand_region(office.reads.regions, visitor.caller, region)
    asked = {"q": q.strip(), "region": region, "mentors": mentors}
    dates = await dates_of(office, visitor)
    rows, total = await office.reads.people.listed(
        sight,
        today=dates.today,
        q=q.strip(),
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
        filtered=any(asked.values()),
        several_regions=len(regions) > 1,
        answers=bool({*visitor.caller.roles} & {Role.COORDINATOR, Role.ADMIN}),
        bar=_bar(asked, regions, dates.say),
        foot=_foot(asked, page_number, total, dates.say),
    )


def _row(row: Mapping[str, Any], association: str, dates: Dates) -> dict[str, Any]:
    """Return a person's row with the membership in words, and whether it has lapsed."""
    words = membership_words(row, association, dates.language)
    return {**row, "membership": words, "lapsed": lapsed_sign(row, dates)}


def _bar(asked: Mapping[str, Any], regions: Mapping[str, str], say: Say) -> FilterBar:
    chips = [FilterChip(say("people.search"), asked["q"], _address(asked, q=""))] if asked["q"] else []
    if asked["region"]:
        name = regions.get(asked["region"], asked["region"])
        chips.append(FilterChip(say("people.region"), name, _address(asked, region="")))
    if asked["mentors"]:
        chips.append(FilterChip("", say("people.mentors_only"), _address(asked, mentors=False)))
    options = [
        FilterOption("", say("relationships.any.region")),
        *(FilterOption(*each) for each in regions.items()),
    ]
    choice = FilterChoice(name="region", label=say("people.region"), value=asked["region"], options=options)
    return FilterBar(
        action=PATH,
        search=say("people.search"),
        q=asked["q"],
        clear=PATH,
        choices=[choice] if len(regions) > 1 else [],
        ticks=[FilterTick(name="mentors", label=say("people.mentors_only"), value=asked["mentors"])],
        chips=chips,
    )


def _address(asked: Mapping[str, Any], **changed: Any) -> str:
    return links.with_query(PATH, **{**asked, **changed})


def _foot(asked: Mapping[str, Any], number: int, total: int, say: Say) -> ListFoot:
    first, last = (number - 1) * ROWS + 1, min(number * ROWS, total)
    return ListFoot(
        text=say("people.shown", first=first, last=last, count=total) if last >= first else "",
        before=_address(asked, page=number - 1) if number > 1 else "",
        after=_address(asked, page=number + 1) if last < total else "",
    )
