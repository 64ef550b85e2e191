"""Monthly records of mentors: which are in, late or missing, by region and month, and one of them with its answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from activities.adapters.files.form_files import shipped_forms
from activities.adapters.files.locales import month_in_words, opening
from activities.adapters.postgres.reads.term_lists import RecordFilter, RecordList, RecordState
from api_gateway.http.office import Parts
from api_gateway.http.paging import Search
from api_gateway.http.path_ids import Subject
from api_gateway.http.sessions import SessionFirst, Visitor
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.csv_file import MOST, csv_answer
from api_gateway.pages.dates import Dates, When
from api_gateway.pages.filters import ROWS, Asked, Filters, PageNumber, foot_of, region_choice
from api_gateway.pages.logs.asked import EvidenceVisitor, tabs
from api_gateway.pages.logs.lists import GROUPS, RECORDS, SEEN_BY, place_of_logs
from api_gateway.pages.parts import NOT_SET, Fact, FilterBar, Link
from api_gateway.pages.people import own_regions
from api_gateway.pages.record.answers import answer_facts
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.form_answers import MONTHLY_RECORD
from api_gateway.services.known_codes import demand_known, demand_region
from api_gateway.services.problem import Problem
from domain.forms.model import seen_by
from domain.ids import term_region_id
from domain.languages import Language
from domain.visibility import Record, Who

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
STATES: Final = tuple(each.value for each in RecordState)
_KINDS: Final = {RecordState.IN_TIME: "done", RecordState.LATE: "soon", RecordState.MISSING: "late"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRecords(Asked):
    """What the address of the list asks for."""

    PATH: ClassVar = RECORDS

    q: str = ""
    region: str = ""
    month: str = ""
    state: str = ""


def asked_records(
    q: Search = "",
    region: str = "",
    month: Annotated[str, Query(pattern=r"^(\d{4}-\d{2})?$")] = "",
    state: str = "",
) -> AskedRecords:
    """Return what the address asks for; an unknown value is refused, because an empty list would look like none."""
    demand_known("state", state, STATES)
    return AskedRecords(q=q.strip(), region=region, month=month, state=state)


Wanted = Annotated[AskedRecords, Depends(asked_records)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """A monthly record as a row of the list."""

    href: str
    mentor: str
    month: str
    region: str
    status: str
    kind: str
    due: When
    came: When
    act: Link | None


@router.get(RECORDS)
async def monthly_records(
    request: Request,
    visitor: EvidenceVisitor,
    office: Parts,
    asked: Wanted,
    page_number: PageNumber = 1,
) -> HTMLResponse:
    """Show the monthly records of the visitor's regions, the newest month first."""
    dates = await dates_of(office, visitor)
    found = await _found(office, visitor, asked, dates, (page_number - 1) * ROWS, ROWS)
    regions = own_regions(await office.reads.regions.names(visitor.caller.sight), visitor.caller)
    months = await office.reads.term_lists.months(visitor.caller.sight)
    say = dates.say
    return page(
        request,
        "logs/monthly_records.html",
        visitor,
        place=place_of_logs(visitor.caller),
        tabs=[*tabs(visitor.caller, RECORDS, say)],
        rows=[_row(row, visitor, dates, asked) for row in found.rows],
        counts=[
            {"text": say(f"logs.counts.{each.value}", count=count), "href": asked.link(state=each.value)}
            for each, count in found.counts.items()
            if count
        ],
        asked=asked,
        bar=_bar(asked, regions, months, dates),
        several_regions=len(regions) > 1,
        foot=foot_of("logs", asked, page_number, found.total, say),
    )


@router.get(f"{RECORDS}.csv")
async def monthly_records_file(visitor: EvidenceVisitor, office: Parts, asked: Wanted) -> Response:
    """Return the same list, with its filters, as a file."""
    dates = await dates_of(office, visitor)
    found = await _found(office, visitor, asked, dates, 0, MOST)
    names = ("mentor", "month", "region", "term", "state", "due", "came")
    return csv_answer(
        "monthly-records",
        [dates.say(f"logs.{name}") for name in names],
        (
            (
                row["mentor_name"],
                row["month"],
                row["region_name"] or row["region"],
                row["term_name"],
                _status(row, dates),
                dates.due_by(row["due_at"]).isoformat(),
                dates.local(row["submitted_at"]).date().isoformat() if row["submitted_at"] else None,
            )
            for row in found.rows
        ),
    )


async def _found(
    office: Office, visitor: Visitor, asked: AskedRecords, dates: Dates, offset: int, limit: int
) -> RecordList:
    await demand_region(office.reads.regions, visitor.caller, asked.region)
    wanted = RecordFilter(
        late_at=dates.late_before, q=asked.q, state=asked.state, region=asked.region, month=asked.month
    )
    return await office.reads.term_lists.monthly_records(
        visitor.caller.sight, wanted, offset=offset, limit=limit
    )


def _row(row: Mapping[str, Any], visitor: Visitor, dates: Dates, asked: AskedRecords) -> RecordRow:
    return RecordRow(
        href=f"{RECORDS}/{row['id']}",
        mentor=row["mentor_name"] or dates.say("parts.unseen"),
        month=_month(row["month"], dates),
        region=row["region_name"] or row["region"],
        status=_status(row, dates),
        kind="soon" if row["waits"] else _KINDS.get(_state(row, dates), ""),
        due=dates.due(row["due_at"]) if row["status"] == "owed" else dates.day(dates.due_by(row["due_at"])),
        came=dates.on(row["submitted_at"]) if row["submitted_at"] else NOT_SET,
        act=_enter(row, visitor, dates.say, asked.link()),
    )


def _state(row: Mapping[str, Any], dates: Dates) -> RecordState:
    if row["status"] == "submitted":
        return RecordState.LATE if row["late"] else RecordState.IN_TIME
    return RecordState.MISSING if dates.days_late(row["due_at"]) > 0 else RecordState.AHEAD


def _status(row: Mapping[str, Any], dates: Dates) -> str:
    return dates.say("logs.states.waits" if row["waits"] else f"logs.states.{_state(row, dates).value}")


def _month(month: str, dates: Dates) -> str:
    return opening(month_in_words(month, Language(dates.language)))


def _enter(row: Mapping[str, Any], visitor: Visitor, say: Say, back: str) -> Link | None:
    """Return the form by which the visitor enters a record for its mentor; none for one's own, or one that is in."""
    if row["status"] != "owed" or row["waits"] or not visitor.caller.coordinates(row["region"]):
        return None
    if row["mentor"] in visitor.caller.ids:
        return None
    form = f"/terms/{row['term']}/regions/{row['region']}/acts/submit-monthly-record"
    asked = links.with_query(form, acting_for=row["mentor"], month=row["month"], back=back)
    return Link(asked, say("logs.enter_record"), row["mentor_name"] or "")


def _bar(asked: AskedRecords, regions: Mapping[str, str], months: Sequence[str], dates: Dates) -> FilterBar:
    say = dates.say
    values = {
        "month": {each: _month(each, dates) for each in months},
        "region": region_choice(regions),
        "state": {each: say(f"logs.states.{each}") for each in STATES},
    }
    return Filters("logs", asked, values, say).bar(search="search_mentor")


@router.get(f"{RECORDS}/{{subject}}")
async def monthly_record(
    request: Request, visitor: EvidenceVisitor, office: Parts, subject: Subject
) -> HTMLResponse:
    """Show one record: where it stands, and what it says as far as the visitor may read it. The reading is an event."""
    row = await office.reads.term_lists.monthly_record(visitor.caller.sight, subject)
    if row is None:
        raise Problem(404, "not_found")
    dates = await dates_of(office, visitor)
    return page(
        request,
        "logs/monthly_record.html",
        visitor,
        place=place_of_logs(visitor.caller),
        mentor=row["mentor_name"] or dates.say("parts.unseen"),
        person=_person(row, visitor),
        month=month_in_words(row["month"], Language(dates.language)),
        facts=_facts(row, dates),
        act=_enter(row, visitor, dates.say, request.url.path),
        is_in=row["status"] == "submitted",
        answers=await _answers(office, visitor, row),
    )


def _person(row: Mapping[str, Any], visitor: Visitor) -> str:
    """Return the page of the mentor; nothing for one whom the visitor does not see, and for payment staff."""
    opens = set(visitor.caller.roles) & set(SEEN_BY[GROUPS])
    return links.person(row["mentor"]) if opens and row["mentor_name"] else ""


def _facts(row: Mapping[str, Any], dates: Dates) -> Sequence[Fact]:
    say = dates.say
    kind = "soon" if row["waits"] else _KINDS.get(_state(row, dates), "")
    facts = [
        Fact(term=say("logs.state"), status=_status(row, dates), kind=kind),
        Fact(term=say("logs.due"), when=dates.day(dates.due_by(row["due_at"]))),
        Fact(term=say("logs.region"), text=row["region_name"] or row["region"]),
    ]
    if row["term_name"]:
        facts.append(Fact(term=say("logs.term"), text=row["term_name"]))
    if row["submitted_at"]:
        facts.append(Fact(term=say("logs.came"), when=dates.at(row["submitted_at"])))
    if row["amended_at"]:
        small = say("logs.version", number=row["version"])
        facts.append(Fact(term=say("logs.amended"), when=dates.at(row["amended_at"]), small=small))
    return facts


async def _answers(office: Office, visitor: Visitor, row: Mapping[str, Any]) -> Sequence[Fact]:
    """Return what a record says, as far as the visitor may read each answer; nothing if that is nothing."""
    caller = visitor.caller
    content = await office.reads.documents.monthly_record(
        caller.sight, row["id"], caller.acting(caller.roles)
    )
    rules = await office.facts.rules(term_region_id(row["term"], row["region"]))
    use = rules.form(MONTHLY_RECORD) if rules else None
    form = shipped_forms().get((use.form, use.version)) if use else None
    if content is None or form is None:
        return ()
    of_mentor = Record(region=row["region"], people={Who.WRITER: (row["mentor"],)})
    seen = seen_by(form, content, caller.sight.readable(of_mentor))
    return [*answer_facts(form, seen, row["program"], visitor.language)]
