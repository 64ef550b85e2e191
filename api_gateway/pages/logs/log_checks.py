"""Checks of logs: the list of who checked which pairs with which findings, and one check with its evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from activities.adapters.postgres.reads.term_lists import CheckFilter, CheckList
from api_gateway.http.office import Parts
from api_gateway.http.paging import Search
from api_gateway.http.path_ids import Subject
from api_gateway.http.sessions import SessionFirst, Visitor
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts.words import of_code, of_evidence
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.csv_file import MOST, csv_answer
from api_gateway.pages.dates import Dates, When
from api_gateway.pages.filters import ROWS, Asked, Filters, PageNumber, foot_of, region_choice
from api_gateway.pages.logs.asked import EvidenceVisitor, tabs
from api_gateway.pages.logs.lists import CHECKS, place_of_logs, programs_with
from api_gateway.pages.parts import Fact, FilterBar, Link, Pair
from api_gateway.pages.people import own_regions, pair_shown
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.known_codes import demand_region
from api_gateway.services.problem import Problem

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
_MOST_TERMS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedChecks(Asked):
    """What the address of the list asks for."""

    PATH: ClassVar = CHECKS

    q: str = ""
    region: str = ""
    found: bool = False


def asked_checks(q: Search = "", region: str = "", found: bool = False) -> AskedChecks:
    """Return what the address asks for."""
    return AskedChecks(q=q.strip(), region=region, found=found)


Wanted = Annotated[AskedChecks, Depends(asked_checks)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """A check of logs as a row of the list."""

    href: str
    when: When
    by: str
    region: str
    due: When
    pairs: int
    evidence: str
    findings: int


@router.get(CHECKS)
async def log_checks(
    request: Request,
    visitor: EvidenceVisitor,
    office: Parts,
    asked: Wanted,
    page_number: PageNumber = 1,
) -> HTMLResponse:
    """Show the checks of logs in the visitor's regions, the newest first."""
    dates = await dates_of(office, visitor)
    found = await _found(office, visitor, asked, (page_number - 1) * ROWS, ROWS)
    regions = own_regions(await office.reads.regions.names(visitor.caller.sight), visitor.caller)
    return page(
        request,
        "logs/log_checks.html",
        visitor,
        place=place_of_logs(visitor.caller),
        tabs=[*tabs(visitor.caller, CHECKS, dates.say)],
        rows=[_row(row, dates) for row in found.rows],
        total=found.total,
        asked=asked,
        bar=_bar(asked, regions, dates.say),
        several_regions=len(regions) > 1,
        enter=await _enter(office, visitor, regions),
        foot=foot_of("logs", asked, page_number, found.total, dates.say),
    )


@router.get(f"{CHECKS}.csv")
async def log_checks_file(visitor: EvidenceVisitor, office: Parts, asked: Wanted) -> Response:
    """Return the same list as a file, with a line for each pair that was looked at."""
    dates = await dates_of(office, visitor)
    found = await _found(office, visitor, asked, 0, MOST)
    names = ("checked_on", "checked_by", "region", "due", "evidence", "mentee", "mentor", "findings")
    return csv_answer(
        "log-checks",
        [dates.say(f"logs.{name}") for name in names],
        (cells for row in found.rows for cells in _cells(row, found.pairs, dates)),
    )


async def _found(office: Office, visitor: Visitor, asked: AskedChecks, offset: int, limit: int) -> CheckList:
    await demand_region(office.reads.regions, visitor.caller, asked.region)
    wanted = CheckFilter(q=asked.q, region=asked.region, found=asked.found)
    return await office.reads.term_lists.log_checks(visitor.caller.sight, wanted, offset=offset, limit=limit)


async def _enter(office: Office, visitor: Visitor, regions: Mapping[str, str]) -> Sequence[Link]:
    """Return the forms by which the visitor records a check: one for each running term and region."""
    known = programs_with(CHECKS, visitor.caller.association.code)
    rows = (await office.reads.term_regions.page(visitor.caller.sight, limit=_MOST_TERMS)).rows
    return [
        Link(
            links.with_query(
                f"/terms/{row['term']}/regions/{row['region']}/acts/record-log-check", back=CHECKS
            ),
            " · ".join(
                text for text in (regions.get(row["region"], row["region"]), row["name"] or "") if text
            ),
        )
        for row in rows
        if row["program"] in known and not row["ended_at"] and visitor.caller.coordinates(row["region"])
    ]


def _row(row: Mapping[str, Any], dates: Dates) -> CheckRow:
    findings = _findings(row)
    return CheckRow(
        href=f"{CHECKS}/{row['id']}",
        when=dates.on(row["checked_at"]),
        by=row["checker_name"] or dates.say("parts.unseen"),
        region=row["region_name"] or row["region"],
        due=dates.day(row["period"]),
        pairs=len(row["relationships"].split(",")),
        evidence=_evidence(row, dates),
        findings=len(findings),
    )


def _evidence(row: Mapping[str, Any], dates: Dates) -> str:
    codes = row["evidence"].split(",")
    return ", ".join(of_evidence(dates.language, row["program"], code) for code in codes)


def _findings(row: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Return the findings of a check: which pair, and which code."""
    told = (each.partition(":") for each in row["findings"].split(",") if each)
    return [(pair, code) for pair, _, code in told]


def _of_pair(row: Mapping[str, Any], pair: str, dates: Dates) -> str:
    """Return in words what was found about a pair."""
    codes = [code for of, code in _findings(row) if of == pair]
    return ", ".join(of_code(dates.language, row["program"], code) for code in codes)


def _cells(
    row: Mapping[str, Any], pairs: Mapping[str, Mapping[str, Any]], dates: Dates
) -> Iterator[Sequence[str | int | None]]:
    for id in row["relationships"].split(","):
        pair = pairs.get(id, {})
        yield (
            dates.local(row["checked_at"]).date().isoformat(),
            row["checker_name"],
            row["region_name"] or row["region"],
            row["period"],
            _evidence(row, dates),
            pair.get("mentee_name"),
            pair.get("mentor_name"),
            _of_pair(row, id, dates),
        )


def _bar(asked: AskedChecks, regions: Mapping[str, str], say: Say) -> FilterBar:
    filters = Filters("logs", asked, {"region": region_choice(regions)}, say)
    return filters.bar(search="search_checker", ticks={"found": say("logs.with_findings")})


@router.get(f"{CHECKS}/{{subject}}")
async def log_check(
    request: Request, visitor: EvidenceVisitor, office: Parts, subject: Subject
) -> HTMLResponse:
    """Show one check: who looked at what, and what was found about each pair."""
    found = await office.reads.term_lists.log_check(visitor.caller.sight, subject)
    if not found.rows:
        raise Problem(404, "not_found")
    row, dates = found.rows[0], await dates_of(office, visitor)
    say = dates.say
    told = [(id, _of_pair(row, id, dates)) for id in row["relationships"].split(",")]
    return page(
        request,
        "logs/log_check.html",
        visitor,
        place=place_of_logs(visitor.caller),
        day=dates.long(dates.local(row["checked_at"]).date()),
        pairs=[
            (pair_shown(found.pairs[id], say) if id in found.pairs else Pair(say("parts.unseen")), text)
            for id, text in sorted(told, key=lambda each: not each[1])
        ],
        facts=[
            Fact(term=say("logs.checked_by"), text=row["checker_name"] or say("parts.unseen")),
            Fact(term=say("logs.checked_on"), when=dates.at(row["checked_at"])),
            Fact(term=say("logs.region"), text=row["region_name"] or row["region"]),
            Fact(term=say("logs.due"), when=dates.day(row["period"])),
            Fact(term=say("logs.evidence"), text=_evidence(row, dates)),
        ],
    )
