"""The list of relationships: search, filters and order in the address, page by page, and as a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from activities.adapters.files.locales import opening
from activities.adapters.files.task_words import words
from activities.adapters.postgres.reads.relationship_list import PairFilter, PairOrder
from api_gateway.http.office import Parts
from api_gateway.http.paging import Search
from api_gateway.http.sessions import SessionFirst, StaffVisitor, Visitor
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.csv_file import MOST, csv_answer
from api_gateway.pages.dates import Dates, When
from api_gateway.pages.filters import ROWS, Asked, Filters, PageNumber, foot_of, region_choice
from api_gateway.pages.parts import FilterBar, Pair
from api_gateway.pages.people import may_remind, own_regions, pair_shown, role_of
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.known_codes import demand_known, demand_region
from api_gateway.services.programs import program_files, programs, programs_of
from domain.languages import Language
from domain.relationship.state import STAGES

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
STATUSES: Final = ("open", "paused", "ended")
ORDERS: Final = tuple(f"{way}{each.value}" for each in PairOrder for way in ("", "-"))
FIRST_ORDER: Final = PairOrder.NEXT.value
HEADS: Final = (PairOrder.NAME, PairOrder.MENTOR, PairOrder.STAGE, PairOrder.SINCE, PairOrder.REGION)
"""The columns by which a click orders the list; what waits has an order, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPairs(Asked):
    """What the address of a list asks for."""

    PATH: ClassVar = links.RELATIONSHIPS
    NO_FILTERS: ClassVar = ("order",)

    q: str = ""
    status: str = ""
    stage: str = ""
    region: str = ""
    program: str = ""
    late: bool = False
    order: str = FIRST_ORDER


def asked_for(
    q: Search = "",
    status: str = "",
    stage: str = "",
    region: str = "",
    program: str = "",
    late: bool = False,
    order: str = FIRST_ORDER,
) -> AskedPairs:
    """Return what the address asks for; an unknown value is refused, because an empty list would look like none."""
    demand_known("status", status, STATUSES)
    demand_known("stage", stage, STAGES)
    demand_known("order", order, ORDERS)
    return AskedPairs(
        q=q.strip(),
        status=status,
        stage=stage,
        region=region,
        program=program,
        late=late,
        order=order or FIRST_ORDER,
    )


Wanted = Annotated[AskedPairs, Depends(asked_for)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """A relationship as a row of the list."""

    pair: Pair
    mentor: str
    stage: str
    since: When
    waits: str
    what: str
    due: When
    kind: str
    status: str
    status_kind: str
    region: str
    remind: str = ""


@router.get("/relationships")
async def relationships(
    request: Request,
    visitor: StaffVisitor,
    office: Parts,
    asked: Wanted,
    page_number: PageNumber = 1,
) -> HTMLResponse:
    """Show the relationships that the visitor may see."""
    dates = await dates_of(office, visitor)
    found = await _found(office, visitor, asked, dates, (page_number - 1) * ROWS, ROWS)
    regions = own_regions(await office.reads.regions.names(visitor.caller.sight), visitor.caller)
    bar = _bar(asked, visitor, regions, dates.say)
    return page(
        request,
        "coordinator/relationships.html",
        visitor,
        rows=[_with_reminder(row, visitor, dates, asked.link(page=page_number)) for row in found.rows],
        heads=[*_heads(asked, dates.say)],
        bar=bar,
        asked=asked,
        total=found.total,
        several_regions=len(regions) > 1,
        foot=foot_of("relationships", asked, page_number, found.total, dates.say),
    )


@router.get("/relationships.csv")
async def relationships_file(visitor: StaffVisitor, office: Parts, asked: Wanted) -> Response:
    """Return the same list, with its filters and in its order, as a file."""
    dates = await dates_of(office, visitor)
    found = await _found(office, visitor, asked, dates, 0, MOST)
    say = dates.say
    names = ("mentee", "mentor", "program", "region", "stage", "since", "status", "waits", "what", "due")
    return csv_answer(
        "relationships",
        [say(f"relationships.{name}") for name in names],
        (_cells(row, dates) for row in found.rows),
    )


async def _found(
    office: Office, visitor: Visitor, asked: AskedPairs, dates: Dates, offset: int, limit: int
) -> Any:
    if asked.region:
        await demand_region(office.reads.regions, visitor.caller, asked.region)
    demand_known("program", asked.program, programs_of(visitor.caller.association.code))
    wanted = PairFilter(
        q=asked.q,
        status=asked.status,
        stage=asked.stage,
        region=asked.region,
        program=asked.program,
        late_at=dates.late_before if asked.late else None,
    )
    return await office.reads.relationship_list.listed(
        visitor.caller.sight,
        wanted,
        PairOrder(asked.order.removeprefix("-")),
        backwards=asked.order.startswith("-"),
        offset=offset,
        limit=limit,
    )


def _with_reminder(row: Mapping[str, Any], visitor: Visitor, dates: Dates, back: str) -> PairRow:
    """Return a relationship as a row; where the pair itself is waited for, with the way to remind it."""
    waits = row["status"] == "open" and not row["task_kind"] and row["next_subject"] in _OF_PAIR
    reminds = waits and may_remind(row, visitor.caller)
    return replace(pair_row(row, dates), remind=links.remind(row["id"], back) if reminds else "")


def pair_row(row: Mapping[str, Any], dates: Dates) -> PairRow:
    """Return a relationship as a row: who, at which stage since when, and who does what by when."""
    say = dates.say
    waits, what = _next(row, dates)
    due = (row["task_due"] if row["task_kind"] else row["next_due"]) if row["status"] == "open" else None
    late = bool(row["task_kind"] and row["task_due"]) and dates.days_late(row["task_due"]) > 0
    return PairRow(
        pair=replace(pair_shown(row, say), rest=""),
        mentor=_mentor(row, say),
        stage=say(f"relationships.stages.{row['stage']}"),
        since=dates.on(row["stage_since"]),
        waits=opening(waits),
        what=opening(what),
        due=dates.due(due) if due else When("", "", ""),
        kind="late" if late else "",
        status=pair_state(row, say),
        status_kind="done" if row["outcome"] == "completed" else "",
        region=row["region_name"] or row["region"],
    )


def _mentor(row: Mapping[str, Any], say: Say) -> str:
    if row["mentor"]:
        return str(row["mentor_name"] or say("parts.unseen"))
    if row["proposed_mentor"]:
        return say("relationships.proposed", name=row["mentor_name"] or say("parts.unseen"))
    return ""


def _status(row: Mapping[str, Any], say: Say) -> str:
    completed = row["status"] == "ended" and row["outcome"] == "completed"
    return say("relationships.completed" if completed else f"relationships.states.{row['status']}")


def pair_state(row: Mapping[str, Any], say: Say) -> str:
    """Return in a word that a relationship rests or is over; nothing for an open one."""
    return "" if row["status"] == "open" else _status(row, say)


def _next(row: Mapping[str, Any], dates: Dates) -> tuple[str, str]:
    """Return for whom a relationship waits and for what; nothing for one that is over or rests."""
    say, language = dates.say, Language(dates.language)
    if row["status"] != "open":
        return "", ""
    if kind := row["task_kind"]:
        return role_of(kind, row["task_role"], say), words(language)["name"][kind]
    if subject := row["next_subject"]:
        return say(f"relationships.by.{_who(subject)}"), say(f"relationships.next.{subject}")
    return "", ""


def _who(subject: str) -> str:
    """Return whose a deadline is that no task is about: the pair's, or the office's own."""
    return "pair" if subject in _OF_PAIR else "office"


_OF_PAIR: Final = ("first_contact", "agreement", "meeting", "observation", "survey", "closing", "form")


def _cells(row: Mapping[str, Any], dates: Dates) -> Sequence[str | int | None]:
    say = dates.say
    waits, what = _next(row, dates)
    due = row["task_due"] if row["task_kind"] else row["next_due"]
    program = programs().get(row["program"])
    return (
        row["mentee_name"],
        _mentor(row, say),
        program.title if program else row["program"],
        row["region_name"] or row["region"],
        say(f"relationships.stages.{row['stage']}"),
        dates.local(row["stage_since"]).date().isoformat(),
        _status(row, say),
        waits,
        what,
        dates.due_by(due).isoformat() if due and row["status"] == "open" else None,
    )


def _heads(asked: AskedPairs, say: Say) -> Iterator[Mapping[str, str]]:
    """Yield the columns with the address that orders by each, and how it is ordered now."""
    present = asked.order.removeprefix("-")
    for each in HEADS:
        name = each.value
        turned = f"-{name}" if asked.order == name else name
        way = ("descending" if asked.order.startswith("-") else "ascending") if present == name else ""
        yield {
            "text": say(f"relationships.{name}"),
            "href": asked.link(order=turned),
            "way": way,
            "name": name,
        }


def _bar(asked: AskedPairs, visitor: Visitor, regions: Mapping[str, str], say: Say) -> FilterBar:
    own = programs_of(visitor.caller.association.code)
    titles = {name: file.title for name, file in program_files().usable.items() if name in own}
    values = {
        "status": {each: say(f"relationships.states.{each}") for each in STATUSES},
        "stage": {each: say(f"relationships.stages.{each}") for each in STAGES},
        "region": region_choice(regions),
        "program": titles if len(titles) > 1 else {},
    }
    return Filters("relationships", asked, values, say).bar(
        ticks={"late": say("relationships.late")},
        clear=AskedPairs(order=asked.order).link(),
        kept={} if asked.order == FIRST_ORDER else {"order": asked.order},
    )
