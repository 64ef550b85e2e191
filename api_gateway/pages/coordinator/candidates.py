"""Who could be a pair's mentor: each candidate with places and position, and of each who cannot, the reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api_gateway.http.office import Parts
from api_gateway.http.paging import Search
from api_gateway.http.path_ids import Subject
from api_gateway.http.sessions import SessionFirst, Visitor, visitor_with
from api_gateway.pages import links
from api_gateway.pages.acts.about import about
from api_gateway.pages.acts.elsewhere import elsewhere_for
from api_gateway.pages.acts.facts import choice_of
from api_gateway.pages.acts.fitness import Fitness, fitness_of
from api_gateway.pages.acts.offered import may_send
from api_gateway.pages.acts.records import Shown
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.dates import Dates
from api_gateway.pages.parts import Fact, FilterBar, FilterChip, FilterChoice, FilterOption, Link, ListFoot
from api_gateway.pages.people import district_of, lapsed_sign, own_regions, position_of
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.known_codes import demand_region
from api_gateway.services.problem import Problem
from domain.actors import Role
from domain.relationship.stages.matching.proposal import ProposeMatch

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
Proposer = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR))]
"""Those who may propose a mentor."""
MOST: Final = 100
"""The most candidates that a page shows; a search finds the others."""
EVERYWHERE: Final = "every"
"""What the address says for all regions; without a word it is the pair's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A mentor as a row: who, where, the places, and either the way to propose or why not."""

    id: str
    name: str
    position: str
    district: str
    region: str
    places: str
    lapsed: str = ""
    note: str = ""
    why_not: str = ""
    propose: Link | None = None


@router.get("/relationships/{subject}/candidates")
async def candidates(
    request: Request,
    visitor: Proposer,
    office: Parts,
    subject: Subject,
    q: Search = "",
    region: str = "",
    task: str = "",
) -> HTMLResponse:
    """Show who could be the mentor of a pair now; with a task, the next one follows a proposal."""
    here = await about(office, visitor, "relationship", subject)
    sight, shown = visitor.caller.sight, here.shown
    if not may_send(shown.caller, ProposeMatch, here.pair):
        raise Problem(403, "on_the_pair")
    wanted = region or shown.row["region"]
    if wanted != EVERYWHERE:
        await demand_region(office.reads.regions, visitor.caller, wanted)
    among = "" if wanted == EVERYWHERE else wanted
    dates = await dates_of(office, visitor)
    rows, total = await office.reads.people.listed(
        sight, today=dates.today, q=q.strip(), region=among, mentors=True, offset=0, limit=MOST
    )
    found = await fitness_of(
        office, shown.subject, shown.caller, [row["id"] for row in rows], visitor.language
    )
    say = dates.say
    regions = own_regions(await office.reads.regions.names(sight), visitor.caller)
    in_the_way = next((each.why_not for each in found.values() if each.by_pair), "")
    shown_rows = () if in_the_way else rows
    listed = [_candidate(row, found[row["id"]], shown, dates, task) for row in shown_rows]
    return page(
        request,
        "coordinator/candidates.html",
        visitor,
        place=links.RELATIONSHIPS,
        about=here,
        facts=[Fact(term=term, text=text) for term, text in (await choice_of(office, shown)).items()],
        in_the_way=in_the_way,
        possible=[each for each in listed if not each.why_not],
        others=[each for each in listed if each.why_not],
        elsewhere=None
        if in_the_way or (wanted == EVERYWHERE and len(regions) > 1)
        else await elsewhere_for(office, shown, task),
        several_regions=len(regions) > 1,
        bar=_bar(here.href, q.strip(), wanted, task, regions, say),
        foot=ListFoot(
            text=say("candidates.shown", shown=len(rows), count=total) if total > len(rows) else ""
        ),
    )


def _candidate(row: Mapping[str, Any], fit: Fitness, shown: Shown, dates: Dates, task: str) -> Candidate:
    say, propose = dates.say, None
    if not fit.why_not:
        address = links.with_query(links.act(shown.subject.id, "propose-match", task=task), mentor=row["id"])
        propose = Link(address, say("candidates.propose"), about=row["name"])
    return Candidate(
        id=row["id"],
        name=row["name"],
        position=position_of(row),
        district=district_of(row),
        region=row["region_name"] or row["region"],
        places=say("people.taken_of", taken=row["taken"], capacity=row["capacity"]),
        lapsed=lapsed_sign(row, dates),
        note=". ".join(_notes(fit, shown, say)),
        why_not=fit.why_not,
        propose=propose,
    )


def _notes(fit: Fitness, shown: Shown, say: Say) -> Iterator[str]:
    """Yield what a coordinator should know of a mentor who can be proposed."""
    if fit.conflicts:
        yield say("candidates.conflict", kinds=", ".join(shown.code(each) for each in fit.conflicts))
    if fit.needs_reason:
        yield say("candidates.needs_reason")


def _bar(home: str, q: str, region: str, task: str, regions: Mapping[str, str], say: Say) -> FilterBar:
    path = f"{home}/candidates"
    options = [FilterOption(EVERYWHERE, say("relationships.any.region"))]
    options += [FilterOption(*each) for each in regions.items()]
    choice = FilterChoice(name="region", label=say("people.region"), value=region, options=options)
    several = len(regions) > 1
    cleared = links.with_query(path, region=region, task=task)
    return FilterBar(
        action=path,
        search=say("people.search"),
        q=q,
        clear=links.with_query(path, task=task),
        choices=[choice] if several else [],
        chips=[FilterChip(say("people.search"), q, cleared)] if q else [],
        kept={"task": task} if task else {},
    )
