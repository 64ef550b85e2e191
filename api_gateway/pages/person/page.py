"""The page of one person: everything that the office has, each with the way to correct it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from activities.adapters.files.task_words import with_words
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.http.sessions import SessionFirst, Visitor, visitor_with
from api_gateway.pages import links
from api_gateway.pages.acts.words import refusal
from api_gateway.pages.coordinator.relationships import pair_state
from api_gateway.pages.dates import Dates
from api_gateway.pages.own_forms import new_key
from api_gateway.pages.parts import Fact, Link, Next, TimelineEntry
from api_gateway.pages.people import district_of, pair_shown, position_of
from api_gateway.pages.person.changes import CHANGES, name_of_record
from api_gateway.pages.person.door_access import ENDED, access_shown
from api_gateway.pages.person.forms import PEOPLE
from api_gateway.pages.person.here import MENTOR_DAYS, Here, Record, person_here
from api_gateway.pages.person.mentor_steps import change_link, mentor_steps, pair_of
from api_gateway.pages.person.record_changes import MENTOR
from api_gateway.pages.person.typed import make_mentor
from api_gateway.pages.story import Story
from api_gateway.pages.view import page
from api_gateway.services.event_sentences import sentences
from api_gateway.services.history import history_body
from api_gateway.services.problem import Problem
from api_gateway.services.programs import programs
from api_gateway.services.writer import writer_about
from domain.actors import Role
from domain.languages import Language
from domain.tasks import TaskKind

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
ReadingVisitor = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR, Role.ADMIN, Role.AUDITOR))]
"""Those who see people by name."""
LAST: Final = 10
"""How many changes of an entry its page shows."""
NEW: Final = "new"
"""What the address says of an entry that was just made."""
_IN_THE_LIST: Final = (
    "entry",
    "language",
    "move",
    "number",
    "supervisor",
    "left",
    "died",
    "separate",
    "withdraw",
)
"""The changes that are in a list of their own; all others are next to what they are about."""


@router.get("/people/{person}")
async def person(
    request: Request,
    visitor: ReadingVisitor,
    office: Parts,
    person: Subject,
    changed: str = "",
    pair: str = "",
) -> HTMLResponse:
    """Show everything about one person that the visitor may see.

    ``pair`` is the one for which the person might be the mentor: the page leads back to it.
    """
    here = await person_here(office, visitor, person)
    sight, reads = visitor.caller.sight, office.reads
    history = await reads.history.person(sight, person)
    pairs = await reads.relationships.of_person(sight, person)
    taken = await reads.people.places_taken(sight, person) if here.entry.get("mentor") else 0
    wanted = await pair_of(here, pair) if pair else None
    shown = _Shown(here, await _why_not(here), wanted["id"] if wanted else "")
    applies = bool({*visitor.caller.roles} & {Role.COORDINATOR, Role.ADMIN}) and not _gone(here)
    ended = here.say("person.door.ended") if changed == ENDED else ""
    return page(
        request,
        "person/person.html",
        visitor,
        place=PEOPLE,
        message=here.say(f"person.changes.{changed}.done") if changed in (NEW, *CHANGES) else ended,
        person=person,
        steps=[
            *await _applications(here, pairs),
            *(await mentor_steps(here, wanted) if applies and shown.why_not == "" else ()),
        ],
        apply=_apply(here) if applies else None,
        entered=changed == NEW and wanted is None,
        entry=here.entry,
        line=_line(here),
        gone=_gone(here),
        lapsed=_lapsed(here),
        why_not=shown.why_not,
        changing=[shown.link(name) for name in _IN_THE_LIST if shown.offers(name)],
        reach=[*shown.contact()],
        regions=[*shown.regions()],
        memberships=[*shown.memberships()],
        add_membership=shown.one("membership"),
        mentor=[*shown.mentor(taken)],
        change_mentor=shown.one("mentor"),
        seats=[*shown.seats()],
        conflicts=[*shown.conflicts()],
        declare=shown.one("conflict"),
        pairs=[_pair_fact(row, person, here.dates) for row in pairs],
        access=await access_shown(here, may_end=shown.why_not == ""),
        new_key=new_key,
        changes=_changes(history, here.dates) if history else [],
    )


def _apply(here: Here) -> Link:
    """Return the way to an application of the person."""
    address = links.with_query("/applications/new", person=here.id)
    return Link(address, here.say("applications.new.title"), here.entry["name"])


async def _applications(here: Here, pairs: Sequence[Mapping[str, Any]]) -> Iterator[Next]:
    """Return the applications of the person that the rules would refuse, each with the task to decide about it."""
    own = {row["id"] for row in pairs if row["mentee"] == here.id and row["stage"] == "application"}
    kinds = (TaskKind.DECIDE_REFUSAL,)
    tasks = await here.office.reads.tasks.of_kinds(here.visitor.caller.sight, kinds) if own else ()
    return (
        Next(
            what=here.say("person.application_waits"),
            why=with_words(task, here.dates.language, programs())["words"],
            kind="soon",
            acts=(Link(links.task(task["id"]), here.say("today.act.decide_refusal")),),
        )
        for task in tasks
        if task["subject"] in own
    )


async def _why_not(here: Here) -> str | None:
    """Return why the visitor may not change the entry; empty if so, and None for somebody who changes none."""
    caller = here.visitor.caller
    if not {*caller.roles} & {Role.COORDINATOR, Role.ADMIN}:
        return None
    try:
        await writer_about(here.office.facts, caller, here.id)
    except Problem as problem:
        return refusal(problem, here.visitor.language)
    return ""


class _Shown:
    """What an entry says as facts, each with the ways to change it where the visitor may."""

    def __init__(self, here: Here, why_not: str | None, pair: str) -> None:
        self._here, self.why_not, self._pair = here, why_not, pair

    def offers(self, name: str) -> bool:
        """Return whether a change is offered: to this visitor, and for what the entry says."""
        change, entry = CHANGES[name], self._here.entry
        counts = not (change.of_counting and entry.get("alias_of"))
        return self.why_not == "" and counts and change.offered(self._here)

    def link(self, name: str, record: Record | None = None, about: str = "") -> Link:
        """Return the way to the form of a change."""
        change = CHANGES[name]
        named = name_of_record(change.about, record) if record else ""
        path = links.with_query(change_link(self._here, name, self._pair), record=named)
        makes = name == MENTOR and not self._here.entry.get("mentor")
        text = make_mentor(self._here) if makes else self._here.say(f"person.changes.{name}.link")
        return Link(path, text, about)

    def one(self, name: str) -> Link | None:
        """Return the way to a form if it is offered."""
        return self.link(name) if self.offers(name) else None

    def _acts(self, names: Sequence[str], record: Record | None, about: str) -> list[Link]:
        return [self.link(name, record, about) for name in names if self.offers(name)]

    def contact(self) -> Iterator[Fact]:
        """Yield how to reach the person, and by what the office knows who it is."""
        here, say, entry = self._here, self._here.say, self._here.entry
        if entry.get("email"):
            yield Fact(term=say("people.email"), text=entry["email"], href=f"mailto:{entry['email']}")
        if entry.get("phone"):
            yield Fact(term=say("people.phone"), text=str(entry["phone"]))
        yield Fact(term=say("people.language"), text=say(f"people.languages.{entry['language']}"))
        if keys := entry.get("keys"):
            acts = self._acts(["take-off-number"], None, "")
            yield Fact(term=say("person.numbers"), text=", ".join(keys), acts=acts)
        for field in ("supervisor", "alias_of"):
            if id := entry.get(field):
                href = links.person(id) if id in here.names else ""
                yield Fact(term=say(f"people.{field}"), text=here.name_of(id), href=href)
        for each in entry.get("same_person") or ():
            yield Fact(term=say("person.also"), text=each["name"], href=links.person(each["id"]))

    def regions(self) -> Iterator[Fact]:
        """Yield the regions of the person, the newest first."""
        here, kept = self._here, self._here.records("regions")
        names = ["correct-region", *(["withdraw-region"] if len(kept) > 1 else [])]
        for each in reversed(kept):
            name, since = here.region(each["region"]), here.dates.long(each["since"])
            text = here.say("people.from", first=since)
            yield Fact(term=name, text=text, acts=self._acts(names, each, f"{name}, {since}"))

    def memberships(self) -> Iterator[Fact]:
        """Yield the memberships, each with its ways to be ended and corrected."""
        for each in _newest_first(self._here.records("memberships")):
            name = self._here.classes.get(each["name"], each["name"])
            names = ["end-membership"] if not each.get("last") else []
            yield self._dated(each, name, [*names, "correct-membership", "withdraw-membership"])

    def seats(self) -> Iterator[Fact]:
        """Yield the times as contact of a region."""
        for each in _newest_first(self._here.records("seats")):
            yield self._dated(each, self._here.region(each["region"]), [])

    def _dated(self, record: Record, name: str, acts: Sequence[str]) -> Fact:
        """Return a dated record: what, from when to when, whether it holds today, and what can be done."""
        here, today = self._here, self._here.dates.today.isoformat()
        over, ahead = bool(record.get("last")) and record["last"] < today, record["first"] > today
        word = "over" if over else "ahead" if ahead else "now"
        days = here.days(record)
        return Fact(
            term=name,
            text=days,
            status=here.say(f"people.{word}"),
            kind="done" if word == "now" else "",
            acts=self._acts(acts, record, f"{name}, {days}"),
        )

    def mentor(self, taken: int) -> Iterator[Fact]:
        """Yield what is recorded of the person as a mentor."""
        here, record = self._here, self._here.entry.get("mentor")
        if not record:
            return
        places = here.say("people.taken_of", taken=taken, capacity=record["capacity"])
        yield Fact(term=here.say("people.places"), text=places)
        for field in MENTOR_DAYS:
            if record.get(field):
                yield Fact(term=here.say(f"people.{field}"), text=here.dates.long(record[field]))

    def conflicts(self) -> Iterator[Fact]:
        """Yield the conflicts of interest with other people."""
        here = self._here
        for each in here.records("conflicts"):
            name, known = here.name_of(each["other"]), each["other"] in here.names
            yield Fact(
                term=here.kind(each["kind"]),
                text=name,
                href=links.person(each["other"]) if known else "",
                acts=self._acts(["withdraw-conflict"], each, name),
            )


def _newest_first(records: Sequence[Record]) -> list[Record]:
    return sorted(records, key=lambda record: str(record["first"]), reverse=True)


def _line(here: Here) -> str:
    entry = here.entry
    said = (position_of(entry), district_of(entry), here.region(entry["region"]))
    return " · ".join(text for text in said if text)


def _gone(here: Here) -> str:
    words = (("withdrawn_on", "person.withdrawn"), ("died_on", "people.died"), ("left_on", "people.left"))
    for field, word in words:
        if day := here.entry.get(field):
            return here.say(word, day=here.dates.long(day))
    return ""


def _lapsed(here: Here) -> str:
    """Return in words that the memberships of a person are over; nothing where one holds, is ahead or is unknown."""
    held = here.records("memberships")
    lasts = [str(each.get("last") or "") for each in held]
    if not lasts or not all(lasts) or max(lasts) >= here.dates.today.isoformat():
        return ""
    return here.say("people.lapsed", day=here.dates.day(max(lasts)).words)


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
