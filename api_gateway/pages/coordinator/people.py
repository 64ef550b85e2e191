"""People and mentors: a search, and everything that the office has about one person."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from activities.adapters.files.task_words import code_words
from api_gateway.http.office import Parts
from api_gateway.http.paging import Search
from api_gateway.http.path_ids import Subject
from api_gateway.http.sessions import SessionFirst, visitor_with
from api_gateway.pages import links
from api_gateway.pages.coordinator.person_changes import CHANGES
from api_gateway.pages.coordinator.relationships import pair_state
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.dates import Dates
from api_gateway.pages.parts import (
    Fact,
    FilterBar,
    FilterChip,
    FilterChoice,
    FilterOption,
    FilterTick,
    ListFoot,
    TimelineEntry,
)
from api_gateway.pages.people import own_regions, pair_shown
from api_gateway.pages.story import Story
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.event_sentences import sentences
from api_gateway.services.history import history_body
from api_gateway.services.known_codes import demand_region
from api_gateway.services.problem import Problem
from api_gateway.services.programs import programs
from api_gateway.services.visitor import Visitor
from domain.actors import Role
from domain.languages import Language

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
ReadingVisitor = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR, Role.ADMIN, Role.AUDITOR))]
"""Those who see people by name."""
ROWS: Final = 25
PATH: Final = "/people"
LAST: Final = 10
"""How many changes of an entry its page shows."""


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
    rows, total = await office.reads.people.listed(
        sight, q=q.strip(), region=region, mentors=mentors, offset=(page_number - 1) * ROWS, limit=ROWS
    )
    dates = await dates_of(office, visitor)
    regions = own_regions(await office.reads.regions.names(sight), visitor.caller)
    return page(
        request,
        "coordinator/people.html",
        visitor,
        rows=rows,
        total=total,
        filtered=any(asked.values()),
        several_regions=len(regions) > 1,
        answers=bool({*visitor.caller.roles} & {Role.COORDINATOR, Role.ADMIN}),
        bar=_bar(asked, regions, dates.say),
        foot=_foot(asked, page_number, total, dates.say),
    )


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


@router.get("/people/{person}")
async def person(
    request: Request, visitor: ReadingVisitor, office: Parts, person: Subject, changed: str = ""
) -> HTMLResponse:
    """Show everything about one person that the visitor may see."""
    sight, reads = visitor.caller.sight, office.reads
    entry = await reads.entries.one(sight, person)
    if entry is None:
        raise Problem(404, "not_found")
    dates = await dates_of(office, visitor)
    history = await reads.history.person(sight, person)
    others = [each["other"] for each in entry.get("conflicts", ())] + [
        id for id in (entry.get("supervisor"), entry.get("alias_of")) if id
    ]
    names = await reads.people.names(sight, others) if others else {}
    regions = await reads.regions.names(sight)
    pairs = await reads.relationships.of_person(sight, person)
    return page(
        request,
        "coordinator/person.html",
        visitor,
        place=PATH,
        message=dates.say(f"people.changed.{changed}") if changed in CHANGES else "",
        person=person,
        changing=CHANGES if {*visitor.caller.roles} & {Role.COORDINATOR, Role.ADMIN} else (),
        entry=entry,
        line=_line(entry, regions, dates),
        gone=_gone(entry, dates),
        reach=[*_contact(entry, names, dates.say)],
        memberships=[
            *_dated(entry.get("memberships", []), "name", dates, programs_words(visitor.language, entry))
        ],
        mentor=[*_mentor(entry, dates)],
        seats=[*_dated(entry.get("seats", []), "region", dates, regions)],
        conflicts=[*_conflicts(entry, names, dates)],
        pairs=[_pair_fact(row, person, dates) for row in pairs],
        changes=_changes(history, dates) if history else [],
    )


def programs_words(language: str, entry: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the words that the programs of a person's association have for classes of membership."""
    own = [file for file in programs().values() if file.association == entry["association"]]
    codes = {each["name"] for each in entry.get("memberships", ())}
    return {code: next((file.label(code, language) for file in own), code) for code in codes}


def _line(entry: Mapping[str, Any], regions: Mapping[str, str], dates: Dates) -> str:
    region = regions.get(entry["region"], entry["region"])
    keys = dates.say("people.keys", keys=", ".join(entry["keys"])) if entry.get("keys") else ""
    place = "" if entry["district"] == "-" else entry["district"]
    return " · ".join(text for text in (entry["role_title"], place, region, keys) if text)


def _gone(entry: Mapping[str, Any], dates: Dates) -> str:
    for field, word in (("died_on", "people.died"), ("left_on", "people.left")):
        if day := entry.get(field):
            return dates.say(word, day=dates.long(day))
    return ""


def _contact(entry: Mapping[str, Any], names: Mapping[str, str], say: Say) -> Iterator[Fact]:
    if entry.get("email"):
        yield Fact(term=say("people.email"), text=entry["email"], href=f"mailto:{entry['email']}")
    if entry.get("phone"):
        yield Fact(term=say("people.phone"), text=str(entry["phone"]))
    yield Fact(term=say("people.language"), text=say(f"people.languages.{entry['language']}"))
    for field in ("supervisor", "alias_of"):
        if id := entry.get(field):
            known = names.get(id)
            yield Fact(
                term=say(f"people.{field}"),
                text=known or say("parts.unseen"),
                href=links.person(id) if known else "",
            )


def _dated(
    records: list[Mapping[str, Any]], name: str, dates: Dates, words: Mapping[str, str]
) -> Iterator[Fact]:
    """Yield dated records, the newest first: what, from when to when, and whether it holds today."""
    say, today = dates.say, dates.today.isoformat()
    for each in sorted(records, key=lambda record: record["first"], reverse=True):
        over = bool(each.get("last")) and each["last"] < today
        ahead = each["first"] > today
        word = "over" if over else "ahead" if ahead else "now"
        text = say("people.from_to" if each.get("last") else "people.from", **_days(each, dates))
        yield Fact(
            term=words.get(each[name], each[name]),
            text=text,
            status=say(f"people.{word}"),
            kind="done" if word == "now" else "",
        )


def _days(record: Mapping[str, Any], dates: Dates) -> dict[str, str]:
    last = dates.long(record["last"]) if record.get("last") else ""
    return {"first": dates.long(record["first"]), "last": last}


def _mentor(entry: Mapping[str, Any], dates: Dates) -> Iterator[Fact]:
    record, say = entry.get("mentor"), dates.say
    if not record:
        return
    yield Fact(term=say("people.places"), text=str(record["capacity"]))
    for field in ("trained_on", "serving_since", "serving_until", "credential_until"):
        if record.get(field):
            yield Fact(term=say(f"people.{field}"), text=dates.long(date.fromisoformat(record[field])))


def _conflicts(entry: Mapping[str, Any], names: Mapping[str, str], dates: Dates) -> Iterator[Fact]:
    words = code_words(Language(dates.language))
    for each in entry.get("conflicts", ()):
        known = names.get(each["other"])
        kind = words.get(each["kind"], each["kind"].replace("_", " "))
        yield Fact(
            term=kind.capitalize(),
            text=known or dates.say("parts.unseen"),
            href=links.person(each["other"]) if known else "",
        )


def _pair_fact(row: Mapping[str, Any], person: str, dates: Dates) -> Fact:
    """Return a relationship of a person: in which part, with whom, at which stage."""
    shown, say = pair_shown(row, dates.say), dates.say
    part = "mentee" if row["mentee"] == person else "mentor"
    file = programs().get(row["program"])
    stage = say(f"relationships.stages.{row['stage']}")
    state = pair_state(row, say)
    return Fact(
        term=say(f"relationships.{part}"),
        text=f"{shown.name} {shown.rest}",
        href=shown.href,
        small=" · ".join(
            (file.title if file else row["program"], state or stage, dates.on(row["opened_at"]).words)
        ),
    )


def _changes(history: Any, dates: Dates) -> list[TimelineEntry]:
    """Return the last changes of an entry, the newest first: who changed what, and no value."""
    body = history_body(history)
    told = sentences(
        body["data"],
        body["names"],
        programs(),
        Language(dates.language),
        str(dates.zone),
        records=body.get("records", ()),
    )
    story = Story(dates, body["names"], None)
    shown = [
        TimelineEntry(when=dates.since(event["decided_at"]), text=story.with_days(each.text), small=each.who)
        for event, each in zip(body["data"], told, strict=True)
    ]
    return shown[: -LAST - 1 : -1]
