"""Group meetings: the list of logs that count for several pairs, and one of them with what each pair says to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from activities.adapters.files.locales import time_in_words
from activities.adapters.postgres.reads.group_meetings import GroupFilter, GroupList
from api_gateway.http.office import Parts
from api_gateway.http.paging import Search
from api_gateway.http.path_ids import Subject
from api_gateway.http.sessions import SessionFirst, Visitor
from api_gateway.office import Office
from api_gateway.pages.acts.words import of_code, refusal_of
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.csv_file import MOST, csv_answer
from api_gateway.pages.dates import Dates, When
from api_gateway.pages.filters import ROWS, Asked, Filters, PageNumber, foot_of, region_choice
from api_gateway.pages.logs.asked import LogVisitor, tabs
from api_gateway.pages.logs.lists import GROUPS, place_of_logs, programs_with
from api_gateway.pages.own_forms import SaysDone, said
from api_gateway.pages.parts import Fact, FilterBar, Pair
from api_gateway.pages.people import own_regions, pair_shown
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.known_codes import demand_region
from api_gateway.services.problem import Problem
from domain.actors import Role
from domain.languages import Language

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
DONE: Final = ("logged", "corrected", "withdrawn")
_VOID: Final = ("struck", "withdrawn")
_TOLD: Final = ("began_at", "minutes", "mode", "topics", "place")
"""What a group's log says of the meeting of a pair."""
_NAMED: Final = 3
"""How many mentees a row of the list names."""
_KINDS: Final = {"confirmed": "done", "disputed": "late", "logged": "soon", "reported": "soon"}
Lines = Sequence[Mapping[str, Any]]
"""The meetings of one group's log, one for each pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedGroups(Asked):
    """What the address of the list asks for."""

    PATH: ClassVar = GROUPS

    q: str = ""
    region: str = ""
    withdrawn: bool = False


def asked_groups(q: Search = "", region: str = "", withdrawn: bool = False) -> AskedGroups:
    """Return what the address asks for."""
    return AskedGroups(q=q.strip(), region=region, withdrawn=withdrawn)


Wanted = Annotated[AskedGroups, Depends(asked_groups)]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """A group meeting as a row of the list."""

    href: str
    when: When
    mentor: str
    mentees: str
    pairs: int
    held: str
    region: str
    status: str


@router.get(GROUPS)
async def group_meetings(
    request: Request,
    visitor: LogVisitor,
    office: Parts,
    asked: Wanted,
    page_number: PageNumber = 1,
) -> HTMLResponse:
    """Show the group meetings of the pairs that the visitor may see."""
    dates = await dates_of(office, visitor)
    found = await _found(office, visitor, asked, (page_number - 1) * ROWS, ROWS)
    regions = own_regions(await office.reads.regions.names(visitor.caller.sight), visitor.caller)
    return page(
        request,
        "logs/group_meetings.html",
        visitor,
        place=place_of_logs(visitor.caller),
        tabs=[*tabs(visitor.caller, GROUPS, dates.say)],
        rows=[_row(lines, dates) for lines in found.groups],
        total=found.total,
        asked=asked,
        bar=_bar(asked, regions, dates.say),
        several_regions=len(regions) > 1,
        enters=Role.COORDINATOR in visitor.caller.roles
        and bool(programs_with(GROUPS, visitor.caller.association.code)),
        foot=foot_of("logs", asked, page_number, found.total, dates.say),
    )


@router.get(f"{GROUPS}.csv")
async def group_meetings_file(visitor: LogVisitor, office: Parts, asked: Wanted) -> Response:
    """Return the same list as a file, with a line for each pair."""
    dates = await dates_of(office, visitor)
    found = await _found(office, visitor, asked, 0, MOST)
    names = ("day", "mentor", "mentee", "region", "minutes", "mode", "topics", "state")
    return csv_answer(
        "group-meetings",
        [dates.say(f"logs.{name}") for name in names],
        (_cells(line, dates) for lines in found.groups for line in lines),
    )


async def _found(office: Office, visitor: Visitor, asked: AskedGroups, offset: int, limit: int) -> GroupList:
    await demand_region(office.reads.regions, visitor.caller, asked.region)
    wanted = GroupFilter(q=asked.q, region=asked.region, withdrawn=asked.withdrawn)
    return await office.reads.group_meetings.listed(visitor.caller.sight, wanted, offset=offset, limit=limit)


def _row(lines: Lines, dates: Dates) -> GroupRow:
    say, shown = dates.say, _standing(lines)
    first = shown[0]
    unseen = say("parts.unseen")
    mentees = [line["mentee_name"] or unseen for line in shown]
    named = ", ".join(mentees[:_NAMED])
    more = len(mentees) - _NAMED
    return GroupRow(
        href=f"{GROUPS}/{first['group_id']}",
        when=dates.on(first["began_at"]),
        mentor=", ".join(dict.fromkeys(line["mentor_name"] or unseen for line in shown)),
        mentees=say("logs.and_more", names=named, count=more) if more > 0 else named,
        pairs=len(shown),
        held=_held(first, dates),
        region=", ".join(dict.fromkeys(line["region_name"] or line["region"] for line in shown)),
        status=_differs(lines, say),
    )


def counting(lines: Lines) -> Lines:
    """Return the meetings of a group that still count."""
    return [line for line in lines if line["said"] not in _VOID]


def _standing(lines: Lines) -> Lines:
    """Return the meetings of a group that count; all of them if none does any longer."""
    return counting(lines) or lines


def _told(line: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(line[name] for name in _TOLD)


def _held(line: Mapping[str, Any], dates: Dates) -> str:
    """Return how long and in which way a meeting was held."""
    time = time_in_words(line["minutes"], Language(dates.language))
    return " · ".join(text for text in (time, _codes((line["mode"],), line, dates)) if text)


def _codes(codes: Sequence[str], line: Mapping[str, Any], dates: Dates) -> str:
    return ", ".join(of_code(dates.language, line["program"], code) for code in codes if code)


def _differs(lines: Lines, say: Say) -> str:
    """Return in words that a group's log does not say the same, or does not count, for all of its pairs."""
    states = {line["said"] in _VOID for line in lines}
    if states == {True}:
        return say("relationship.meeting.withdrawn")
    return say("logs.differs") if len({*map(_told, lines)}) > 1 or len(states) > 1 else ""


def _cells(line: Mapping[str, Any], dates: Dates) -> Sequence[str | int | None]:
    return (
        dates.local(line["began_at"]).date().isoformat(),
        line["mentor_name"],
        line["mentee_name"],
        line["region_name"] or line["region"],
        line["minutes"],
        _codes((line["mode"],), line, dates),
        _codes(line["topics"].split(","), line, dates),
        dates.say(f"relationship.meeting.{line['said']}"),
    )


def _bar(asked: AskedGroups, regions: Mapping[str, str], say: Say) -> FilterBar:
    filters = Filters("logs", asked, {"region": region_choice(regions)}, say)
    return filters.bar(search="search_pair", ticks={"withdrawn": say("logs.withdrawn_only")})


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPair:
    """What became of a group's log for one pair."""

    pair: Pair
    status: str
    kind: str
    held: str = ""


@router.get(f"{GROUPS}/{{subject}}", dependencies=[SaysDone])
async def group_meeting(
    request: Request, visitor: LogVisitor, office: Parts, subject: Subject
) -> HTMLResponse:
    """Show one group's log: when and how they met, and what became of it for each pair."""
    sight, dates = visitor.caller.sight, await dates_of(office, visitor)
    lines = await office.reads.group_meetings.one(sight, subject)
    sent = await office.reads.commands.group(sight, subject)
    if not lines and sent is None:
        raise Problem(404, "not_found")
    waits = [each for each in (sent or {}).get("results", ()) if each["status"] != "logged"]
    rows = await office.reads.group_meetings.pairs(sight, [each["relationship"] for each in waits])
    named = {row["id"]: row for row in rows}
    say = dates.say
    return page(
        request,
        "logs/group_meeting.html",
        visitor,
        place=place_of_logs(visitor.caller),
        message=said(request, say, "logs", DONE),
        group=subject,
        title=_title(lines, dates),
        facts=_facts(lines, dates),
        pairs=[
            *(_pair(line, lines, dates) for line in lines),
            *(
                _not_logged(each, named[each["relationship"]], say)
                for each in waits
                if each["relationship"] in named
            ),
        ],
        changes=_may_change(visitor, lines),
    )


def _may_change(visitor: Visitor, lines: Lines) -> bool:
    """Return whether a visitor can ask for a change: a coordinator, about something that still counts."""
    return Role.COORDINATOR in visitor.caller.roles and bool(counting(lines))


def _title(lines: Lines, dates: Dates) -> str:
    if not lines:
        return ""
    began = dates.local(_standing(lines)[0]["began_at"]).date()
    return dates.say("logs.group_of", day=dates.long(began))


def _facts(lines: Lines, dates: Dates) -> Sequence[Fact]:
    if not lines:
        return ()
    say, first = dates.say, _standing(lines)[0]
    texts = {
        "mentor": ", ".join(dict.fromkeys(line["mentor_name"] or say("parts.unseen") for line in lines)),
        "minutes": time_in_words(first["minutes"], Language(dates.language)),
        "mode": _codes((first["mode"],), first, dates),
        "place": _codes((first["place"],), first, dates),
        "topics": _codes(first["topics"].split(","), first, dates),
        "region": ", ".join(dict.fromkeys(line["region_name"] or line["region"] for line in lines)),
    }
    day = Fact(term=say("logs.day"), when=dates.at(first["began_at"]))
    return [day, *(Fact(term=say(f"logs.{name}"), text=text) for name, text in texts.items() if text)]


def _pair(line: Mapping[str, Any], lines: Lines, dates: Dates) -> GroupPair:
    """Return a pair's meeting: its state, and what it says where that is not what the others say."""
    first = _standing(lines)[0]
    other = _told(line) != _told(first)
    held = f"{dates.at(line['began_at']).words} · {_held(line, dates)}" if other else ""
    return GroupPair(
        pair=pair_shown(line, dates.say),
        status=dates.say(f"relationship.meeting.{line['said']}"),
        kind=_KINDS.get(line["said"], ""),
        held=held,
    )


def _not_logged(result: Mapping[str, Any], row: Mapping[str, Any], say: Say) -> GroupPair:
    refused = result["status"] == "refused"
    return GroupPair(
        pair=pair_shown(row, say),
        status=say("logs.refused" if refused else "logs.pending"),
        kind="late" if refused else "soon",
        held=refusal_of(result["code"], say.language) if refused else "",
    )
