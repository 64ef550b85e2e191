"""One story of a pair, told in an office with a case and in one without; and all that one person can fetch there.

The two offices have the same people, pairs, hours and commands. What is fetched is made comparable by `comparable`,
which names all that may differ.
"""

import base64
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

import httpx2 as httpx
from fastapi.routing import APIRoute
from sqlalchemy import insert, select

from activities.adapters.files.program_files import calendars_of_associations, load_programs
from activities.adapters.mail.digest_words import MailDigests
from activities.adapters.mail.message import message_of
from activities.adapters.mail.wording import MailWords
from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.digests import SqlDigests
from activities.adapters.postgres.journal import SqlRecords
from activities.adapters.postgres.notice_rows import NoticeRecords
from activities.digests import Digests
from activities.ports.notices import Email, SendResult, SentHeaders
from api_gateway.http.auth import of_api, of_static, routes_of
from api_gateway.http.sessions import OPEN_PAGES, SessionFirst
from api_gateway.pages.acts.parts import ACTS
from api_gateway.pages.person.changes import CHANGES
from domain.actors import Actor, Role
from domain.ids import derive, is_id
from domain.relationship.any_stage.change_request import AskForChange
from domain.relationship.any_stage.complaint import (
    DecideComplaint,
    OpenComplaint,
    SecondComplaint,
    TakeComplaint,
)
from domain.relationship.parts.complaint import ComplaintDecision
from domain.relationship.parts.plan import PlanRow
from domain.relationship.stages.meetings.dispute import DisputeMeeting
from domain.relationship.stages.meetings.plan import PlanMeetings
from domain.relationship.state import Relationship
from domain.workflow_contracts import RELATIONSHIP_ENGINE
from tests.api_gateway.conftest import MINE, Client, office_of
from tests.api_gateway.pages.conftest import Browser, signed_in
from tests.api_gateway.pages.sample_office import REGION, RULES, NamedPair, fill
from tests.conftest import NOW, FreshDatabase
from tests.domain.builders import document

OTHER: Final = Actor(id=derive("p", "Yara Voss"), role=Role.COORDINATOR, regions=(REGION,))
STATE_OFFICE: Final = Actor(id=derive("p", "Stan Orr"), role=Role.COORDINATOR)
NOTHING: Final = derive("nothing")
STAFF: Final = {
    "coordinator": ("Carla Jensen", (Role.COORDINATOR,), (REGION,)),
    "payment": ("Priya Nair", (Role.PAYMENT_STAFF,), ()),
}
READERS: Final = ("mentor", "mentee", *STAFF)
"""Whom a case may be about: the two of the pair, their coordinator, and payment staff."""
QUERIES: Final[Mapping[str, Sequence[str]]] = {
    "/v1/tasks": ("open=false&own=false",),
    "/v1/relationships": ("late=true",),
    "/relationships": ("sort=next", "late=true"),
    "/": ("later=true",),
    "/payments": ("step=all",),
    "/payments.csv": ("step=all",),
}
"""More ways in which a list is asked for."""


class ToldPair(NamedPair):
    """A pair that decides in the newest way, as its first event says."""

    def empty(self) -> Relationship:
        """Return the state before the first event."""
        return replace(super().empty(), engine=RELATIONSHIP_ENGINE)


@dataclass
class Told:
    """What was told in one office: its pair, and the case, if there is one."""

    client: Client
    worker: Database
    pair: ToldPair
    tokens: dict[str, str] = field(default_factory=dict)
    browsers: dict[str, Browser] = field(default_factory=dict)
    known: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)
    """Each answer as it came, by reader and address, and each email."""

    @property
    def case(self) -> str:
        """Return the id of the case; without one, an id that nothing has."""
        return self.pair.state.complaints[0].id if self.pair.state.complaints else NOTHING

    @property
    def people(self) -> dict[str, str]:
        """Return the id of each reader."""
        own = {"mentor": self.pair.mentor.id, "mentee": self.pair.mentee.id}
        return own | {who: derive("p", name) for who, (name, _, _) in STAFF.items()}


def open_case(pair: ToldPair, accuser: Actor, against: str) -> None:
    """Have somebody complain about a person; the case is taken, decided and seconded, and one side asks for a change.

    No later command gets another id because of it, as those of people do not either.
    """
    before, about = pair.commands, RULES.endings.complaint_kinds[0]
    pair.commands = 1000
    pair.do(OpenComplaint, accuser, about=about, against=against, statement=document("statement"))
    case = pair.state.complaints[0].id
    decider = OTHER if accuser != OTHER and against != OTHER.id else STATE_OFFICE
    pair.do(TakeComplaint, decider, complaint=case)
    if accuser.role is Role.PARTICIPANT:
        pair.do(AskForChange, accuser)
    pair.commands = before


def close_case(pair: ToldPair) -> None:
    """Have the case decided, and seconded by somebody else."""
    before, case = pair.commands, pair.state.complaints[0]
    pair.commands = 2000
    by = next(each for each in (OTHER, STATE_OFFICE) if each.id == case.taken_by)
    pair.do(DecideComplaint, by, complaint=case.id, decision=ComplaintDecision.DISMISSED)
    if pair.state.complaints[0].status == "decided":
        second = Actor(id=derive("p", "Tess Lind"), role=Role.COORDINATOR)
        pair.do(SecondComplaint, second, complaint=case.id, agree=True)
    pair.commands = before


def story(accuser: str, against: str) -> ToldPair:
    """Return a pair in the middle of its year; without an accuser nobody complains.

    It plans three meetings. After the hour of the first one somebody complains, and only then the meeting is logged.
    """
    pair = ToldPair("Ida Holm", "Nils Aas", NOW - timedelta(days=118, minutes=90))
    pair.meeting(2)
    calendar = RULES.calendar
    days = [
        calendar.next_working(calendar.local_date(pair.now) + timedelta(days=each)) for each in (7, 40, 60)
    ]
    place = RULES.schedule.places[0]
    plan = tuple(PlanRow(on=day, begins=time(9, 0), minutes=60, place=place, mode="video") for day in days)
    pair.do(PlanMeetings, pair.mentee, rows=plan)
    pair.wait_until(calendar.at(days[0], time(12, 0)))
    people = {"mentor": pair.mentor, "mentee": pair.mentee, "another": OTHER}
    ids = {who: actor.id for who, actor in people.items()}
    ids |= {who: derive("p", name) for who, (name, _, _) in STAFF.items()}
    if accuser:
        open_case(pair, people[accuser], ids[against])
    pair.days(2)
    met = pair.meet(confirmed=False)
    pair.do(PlanMeetings, pair.mentor, rows=plan[2:])
    pair.days(1)
    pair.do(DisputeMeeting, pair.mentee, meeting=met, reason=RULES.meetings.dispute_reasons[0])
    if accuser:
        close_case(pair)
    pair.wait_until(NOW - timedelta(minutes=20))
    return pair


@asynccontextmanager
async def told(fresh: FreshDatabase, accuser: str = "", against: str = "") -> AsyncIterator[Told]:
    """Yield an office in which the story was told, with everybody signed in."""
    async with fresh() as settings, office_of(settings) as client:
        worker = Database(settings.database_url("worker"), size=2)
        try:
            await fill(client, worker, (1,))
            pair = story(accuser, against)
            await add_pair(client, pair)
            await pair.store(SqlRecords(worker))
            here = Told(client, worker, pair)
            for who in ("mentor", "mentee"):
                await client.token_of(who, here.people[who], (Role.PARTICIPANT,))
            for who, (name, roles, regions) in STAFF.items():
                here.browsers[who] = await signed_in(client, name, *roles, regions=regions)
                await client.token_of(who, here.people[who], roles, regions)
            yield here
        finally:
            await worker.close()


async def add_pair(client: Client, pair: ToldPair) -> None:
    """Add the two of a pair to the people of the region."""
    rows = [
        {
            "id": id,
            "name": name,
            "email": f"{name.split()[0].lower()}@district.example",
            "region": REGION,
            "association": MINE,
            "created_at": NOW,
            "role_title": "",
            "district": "",
        }
        for id, name in pair.names.items()
    ]
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.people), rows)


# What one person can fetch


async def everything(here: Told, who: str) -> dict[str, str]:
    """Return what a person gets from every address that can be read, as it can be compared."""
    found: dict[str, str] = {}
    for route in routes_of(here.client.http._transport.app.routes):
        if not isinstance(route, APIRoute) or "GET" not in route.methods or of_static(route.path):
            continue
        page = isinstance(route, SessionFirst) or route.path in OPEN_PAGES
        whole = route.path if page or of_api(route.path) else f"/v1{route.path}"
        if whole in OPEN_TO_ALL or (page and who not in here.browsers):
            continue  # mentor and mentee have no pages
        for number, path in enumerate(await addresses(here, who, whole)):
            answer = await fetched(here, who, path, api=not page)
            found[f"{whole} {number} {path.partition('?')[2]}"] = comparable(here, who, answer)
            found |= await further(here, who, path, answer)
    return found


async def fetched(here: Told, who: str, path: str, *, api: bool) -> httpx.Response:
    """Return what a person gets from an address, and keep it as it came."""
    answer = await (here.client.send(who, "GET", path) if api else here.browsers[who].get(path))
    here.raw[f"{who} {path}"] = f"{answer.headers} {answer.text}"
    return answer


async def further(here: Told, who: str, path: str, answer: httpx.Response) -> dict[str, str]:
    """Return the pages of a list of the API, of one row each."""
    found: dict[str, str] = {}
    if not of_api(path) or "json" not in answer.headers.get("content-type", ""):
        return found
    if '"has_more"' not in answer.text or answer.status_code != 200:
        return found
    after, number, sign = "", 0, "&" if "?" in path else "?"
    while number < 4:
        more = f"{path}{sign}limit=1" + (f"&after={after}" if after else "")
        page = await fetched(here, who, more, api=True)
        found[f"{path} page {number}"] = comparable(here, who, page)
        after, number = (page.json().get("next") or "") if page.status_code == 200 else "", number + 1
        if not after:
            break
    return found


async def addresses(here: Told, who: str, route: str) -> list[str]:
    """Return the addresses of a route: one for each thing of a kind that the person knows, and for an unknown one."""
    known = await things(here, who)
    if "/obligations/" in route or "/payments/" in route:
        known = known | {"subject": known["obligation"]}
    known = known | {"act": [*acts_in(route)]}
    paths, unknown = [route], route
    for name in re.findall(r"{(\w+)(?::\w+)?}", route):
        assert name in known, f"name what to put for {{{name}}} in {route}, so that it is compared"
        place = re.compile(rf"{{{name}(?::\w+)?}}")
        paths = [place.sub(value, path) for path in paths for value in known[name]]
        unknown = place.sub(NOTHING if name != "act" else "end-relationship", unknown)
    queries = ("", *QUERIES.get(route, ()))
    whole = [path + (f"?{query}" if query else "") for path in paths for query in queries]
    return whole if unknown == route else [*whole, unknown]


async def things(here: Told, who: str) -> dict[str, list[str]]:
    """Return what stands for each part of an address; what the person does not know is found in no list."""
    if who not in here.known:
        every = {
            "task": "/v1/tasks?open=false&own=false&limit=100",
            "notice": "/v1/notices?limit=100",
            "digest": "/v1/digests",
            "obligation": "/v1/obligations",
        }
        found = {name: [row["id"] for row in await listed(here, who, path)] for name, path in every.items()}
        here.known[who] = {
            **found,
            "subject": [here.pair.id],
            "case": [here.case],
            "person": [*here.people.values()],
            "program": [RULES.program],
            "term": [derive("term", "of the tests")],
            "region": [REGION],
            "change": [*CHANGES, "correct"],
            "record": ["1"],
            "code": [REGION],
            "form": [use.form for use in RULES.forms],
            "kind": ["people", "memberships"],
            **{
                name: [NOTHING]
                for name in ("document", "scan", "grant", "sign_in", "id", "operation", "asked", "key")
            },
            **{name: ["a" * 43] for name in ("secret", "receipt")},
        }
    return here.known[who]


def acts_in(route: str) -> Iterator[str]:
    """Yield the acts on what a route is about."""
    if route.startswith("/emails/"):
        yield from ("send-now", "do-not-send", "send-again")
    kinds = {"/relationships/": "relationship", "/payments/": "obligation", "/terms/": "term"}
    for beginning, kind in kinds.items():
        if route.startswith(beginning):
            yield from ACTS[kind]


async def listed(here: Told, who: str, path: str) -> list[Mapping[str, Any]]:
    answer = await here.client.send(who, "GET", path)
    return list(answer.json()["data"]) if answer.status_code == 200 else []


# What may differ


def comparable(here: Told, who: str, answer: httpx.Response) -> str:
    """Return status, kind and text of an answer, without what may differ between two offices that tell one story.

    These are: secrets of the session and keys of forms, which are random; hours of these minutes, at which the answer,
    the session, a grant or a row was made; the number of a request; and ids, of which the order of appearance stays. A
    cursor is opened. A digest of what is shown, in a form and as a tag, says no more than what it is made of.
    """
    text = answer.text
    if who in here.browsers:
        text = text.replace(here.browsers[who].csrf, "CSRF")
    text = INSTANT.sub(_of_these_minutes, text)
    for pattern, instead in RANDOM:
        text = pattern.sub(instead, text)
    text = CURSOR.sub(_opened, text)
    headers = [f"{name}: {name in answer.headers}" for name in ("etag", "link")]
    kind = answer.headers.get("content-type", "")
    return "\n".join((str(answer.status_code), kind, *headers, in_order(text)))


def in_order(text: str) -> str:
    """Return a text in which each id is named by the order of its first appearance."""
    seen: dict[str, str] = {}
    return IDS.sub(lambda found: seen.setdefault(found[0], f"id-{len(seen) + 1}"), text)


def _of_these_minutes(found: re.Match[str]) -> str:
    """Return an instant, or a word for one at which the story was told or fetched, by the office's or our own clock."""
    own = datetime.now(UTC)  # the machine's clock: sessions and rows have its time
    at = datetime.fromisoformat(found[0])
    return "NOW" if min(abs(at - own), abs(at - NOW)) < timedelta(minutes=15) else found[0]


def _opened(found: re.Match[str]) -> str:
    at, *place = json.loads(base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4)))
    return f'"next":"{INSTANT.sub(_of_these_minutes, at)} {" ".join(place)}"'


IDS: Final = re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{16})\b")
CURSOR: Final = re.compile(r'"next":"([\w-]+)"')
INSTANT: Final = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
RANDOM: Final = (
    (re.compile(r'("instance":")[^"]*'), r"\1REQUEST"),
    (re.compile(r'(name="session-ends" content=")[^"]*'), r"\1LATER"),
    (re.compile(r'<time datetime="NOW" title="[^"]*">[^<]*'), "<time>NOW"),
)
OPEN_TO_ALL: Final = (
    "/v1/openapi.json",
    "/v1/docs",
    "/v1/problems",
    "/v1/problems/{code}",
    "/sign-in/start",
    "/sign-in/back",
)
"""What says nothing about anybody."""


# Emails


class Kept:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.emails: list[Email] = []

    async def send(self, email: Email) -> SendResult:
        """Keep an email."""
        self.emails.append(email)
        return SendResult(headers=SentHeaders(sender="", reply_to="", to="", message_id="", at=NOW))

    async def rest(self) -> None:
        """Do nothing."""


async def emails(here: Told, who: str) -> list[str]:
    """Return each email that a person gets as it leaves: of the pair, to the region, and the list of the morning."""
    row, person = tables.notices.c, here.people[who]
    to_region = [REGION] if who == "coordinator" else []
    wanted = (
        select(row.id).where((row.person == person) | row.region.in_(to_region)).order_by(row.seq, row.number)
    )
    async with here.worker.transaction() as connection:
        ids = (await connection.scalars(wanted)).all()
    programs, clock = load_programs(), SqlClock(here.worker)
    store, address = NoticeRecords(here.worker, clock), "https://office.example"
    words = MailWords(programs, address)
    found = [each for id in ids if (to := await store.to_send(id)) for each in words.emails(to)]
    mailer = Kept()
    digests = Digests(
        SqlDigests(here.worker),
        store,
        MailDigests(programs, address),
        mailer,
        clock,
        calendars_of_associations(programs),
    )
    await digests.planning.plan(await clock.now())
    await digests.send()
    found += [each for each in mailer.emails if each.to[0].id == person]
    name = here.client.office.ids.of_email
    made = (
        message_of(replace(each, at=NOW), sender="office@example.org", name=name(each.id)) for each in found
    )
    texts = [each.as_string() for each in made]
    here.raw |= {f"{who} email {number}": text for number, text in enumerate(texts)}
    return [in_order(BOUNDARY.sub("BOUNDARY", text)) for text in texts]


BOUNDARY: Final = re.compile(r"={15}\d+==")


async def inner_ids(here: Told) -> set[str]:
    """Return the ids of tasks, notices and emails that count events of the pair: nobody outside gets one."""
    async with here.worker.transaction() as connection:
        found = [
            *await connection.scalars(select(tables.tasks.c.id)),
            *await connection.scalars(select(tables.notices.c.id)),
        ]
    return {id for id in found if is_id(id)}
