"""The office of the table of rights: the same things in one's own region, in another one and in another association."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import httpx2 as httpx
from fastapi import FastAPI
from sqlalchemy import insert, select, text, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from api_gateway.app import create_app, make_office
from api_gateway.http.sessions import cookie_name
from api_gateway.pages.coordinator.imports.columns import asked_about_columns
from api_gateway.services.scans import scan_content, scans_of
from domain.actors import Role
from domain.ids import derive
from domain.relationship.any_stage.complaint import OpenComplaint
from domain.relationship.any_stage.ending import EndRelationship
from domain.rules.canonical_json import rules_text
from domain.tasks import TaskKind
from tests.api_gateway.conftest import MINE, Client, FakeEngine, add_far_region, office_of
from tests.api_gateway.importing import answer, take_over
from tests.api_gateway.pages.conftest import Browser, left_over, signed_in
from tests.api_gateway.pages.sample_office import DIGEST, PROGRAM, RULES, TERM
from tests.api_gateway.rights.placed import (
    ACTORS,
    MONEY,
    NOBODY,
    OTHER,
    SCOPES,
    STATES,
    SURNAMES,
    PlacedMoney,
    PlacedPair,
    PlacedTerm,
    term_of,
)
from tests.api_gateway.test_emails_as_sent import left
from tests.api_gateway.test_examples import operations
from tests.api_gateway.test_visibility import change_pair, put
from tests.conftest import NOW, FreshDatabase
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.settings import ProcessRole, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The session of somebody: whose, its secret, its id, and the secret of its forms."""

    person: str
    token: str
    id: str
    csrf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Furnished:
    """A furnished database, what is in it by scope and state, and the sessions and tokens of everybody."""

    server: OfficeProcesses
    settings: Settings
    things: Mapping[tuple[str, str], Mapping[str, str]]
    sessions: Mapping[str, Session]
    tokens: Mapping[str, str]
    examples: Mapping[str, Any]
    app: FastAPI


@dataclass(kw_only=True)
class RightsOffice:
    """The office with its people, and its things by scope and state, under the names that addresses have for them."""

    client: Client
    furnished: Furnished
    browsers: dict[str, Browser]
    things: Mapping[tuple[str, str], Mapping[str, str]]

    def marks(self, scope: str) -> set[str]:
        """Return what shows that a list holds something of a scope."""
        found = {SURNAMES[scope]}
        for (of, _), things in self.things.items():
            if of == scope:
                found |= {things[name] for name in ("relationships", "obligations", "term-regions", "person")}
        return found


async def furnish(client: Client) -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Fill an office with the same things in each scope; return their ids."""
    await add_far_region(client)
    worker = Database(client.office.settings.database_url("worker"), size=1)
    payments = Database(client.office.settings.database_url("payments"), size=1)
    await _rules(client)
    things: dict[tuple[str, str], Mapping[str, str]] = {}
    for scope in SCOPES:
        shared = await _of_scope(client, worker, scope)
        running = ""
        for state, money in zip(reversed(STATES), reversed(MONEY), strict=True):
            pair = PlacedPair(scope, state)
            case = await _pair(client, worker, pair, state)
            owed = await PlacedMoney(client, payments, pair, money).owed(MONEY[money])
            running = pair.id if state == "running" else running
            papers = {**await _papers(client, pair), "fault": await _fault(client, pair)}
            papers["sign_in"] = await _account(client, scope, state)
            things[scope, state] = {
                **shared, **papers, "relationships": pair.id, "obligations": owed, "payments": owed, "case": case,
                "person": pair.mentee.id, "mentor": pair.mentor.id,
            }  # fmt: skip
            if state == "running":
                await _logs(client, pair, shared)
    await worker.close()
    await payments.close()
    return things


async def _rules(client: Client) -> None:
    sample = PlacedTerm("own")
    stored = (
        {"digest": DIGEST, "program": RULES.program, "version": RULES.version, "text": rules_text(RULES)},
        {"digest": sample.digest, "program": "sample", "version": "1", "text": rules_text(sample.rules)},
    )
    async with client.office.database.transaction() as connection:
        for rules in stored:
            await connection.execute(insert(tables.rule_sets).values(**rules, region=""))


async def _of_scope(client: Client, worker: Database, scope: str) -> dict[str, str]:
    """Add the term, the people and the grant of a scope; return their names in addresses."""
    association = OTHER.association if scope == "far" else MINE
    program, surname = (OTHER.program if scope == "far" else PROGRAM), SURNAMES[scope]
    named = {
        **{derive("person", f"{state} {surname}"): f"{state} {surname}" for state in STATES},
        **{derive("mentor of money", scope, state): f"{state} paid {surname}" for state in MONEY},
        derive("person", f"Mia {surname}"): f"Mia {surname}",
        derive("p", f"coordinator of {scope}"): f"Carla {surname}",
        derive("staff", scope): f"Stan {surname}",
    }
    entry = {"role_title": "principal", "district": "-", "region": SCOPES[scope], "association": association}
    rows = [
        {"id": id, "name": name, "email": f"{id[:8]}@post.example", "created_at": NOW, **entry}
        for id, name in named.items()
    ]
    mentors = [id for id, name in named.items() if not name.startswith(("Mia", "Carla", "Stan"))]
    term = {"id": term_of(scope), "program": program, "name": f"year {surname}", "created_at": NOW}
    dates = {"first": TERM.first, "last": TERM.last, "version": RULES.version}
    member = {"person": derive("person", f"Mia {surname}"), "class": "active", "first": date(2020, 1, 1)}
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.people), rows)
        await connection.execute(insert(tables.terms).values(**term, **dates))
        await connection.execute(insert(tables.memberships).values(**member))
        for mentor in mentors:
            await connection.execute(insert(tables.mentors).values(person=mentor, capacity=2))
    case = PlacedTerm(scope).open()
    case.until(2026, 10, 20)
    for record in case.records:
        done = await SqlRecords(worker).record(record)
        assert not done.refused, done.refused
    await client.token_of(f"staff of {scope}", derive("staff", scope), (Role.AUDITOR,))
    async with client.office.database.transaction() as connection:
        held = tables.grants.c
        grant = await connection.scalar(select(held.id).where(held.person == derive("staff", scope)))
        dated = tables.memberships.c
        membership = await connection.scalar(select(dated.id).where(dated.person == member["person"]))
    return {
        **await _at_the_office(client, scope, association),
        "term": term_of(scope),
        "region": SCOPES[scope],
        "code": SCOPES[scope],
        "term-regions": case.id,
        **{noun: derive(noun, scope) for noun in ("group-meetings", "log-checks", "monthly-records")},
        "grant": str(grant),
        "membership": str(membership),
        "program": program,
        "name": program,
        "staff": derive("staff", scope),
        "contact": derive("p", f"coordinator of {scope}"),
    }


async def _at_the_office(client: Client, scope: str, association: str) -> dict[str, str]:
    """Propose a list, take another one over, and ask to be let in, in an association; return their ids."""
    sender = f"staff of {scope}"
    await client.token_of(sender, derive("staff", scope), (Role.ADMIN,))
    found = {}
    for name, noun, email in (("list", "id", "E-mail address"), ("landed", "landed", "email")):
        files = {"people": f"key,name,{email},role_title,district,region\n{scope}{name},Ann {name},"
                 f"{scope}{name}@post.example,principal,D1,{SCOPES[scope]}\n"}  # fmt: skip
        key = derive(scope, name)
        sent = {part: (f"{part}.csv", text.encode()) for part, text in files.items()}
        proposed = await client.send(sender, "POST", "/v1/imports", key=key, files=sent)
        assert proposed.status_code == 201, proposed.text
        found[noun] = str(proposed.json()["id"])
        if name == "list":
            found["question"] = next(asked_about_columns(proposed.json()))["id"]
    proposal = await answer(client, proposed.json(), name=sender)
    done = await take_over(client, proposal, name=sender, without=("questions",))
    assert done.status_code == 200, done.text
    await client.office.writes.sign_in.ask(
        "https://login.example.org",
        f"jo of {scope}",
        name="Jo",
        email="jo@example.org",
        association=association,
    )
    async with client.office.database.transaction() as connection:
        row = tables.sign_in_requests.c
        asked = await connection.scalar(select(row.id).where(row.subject == f"jo of {scope}"))
    named = {"person": derive("p", f"coordinator of {scope}"), "first": "2026-01-01"}
    path = f"/v1/regions/{SCOPES[scope]}/contacts"
    seated = await client.send(sender, "POST", path, key=derive(scope, "seat"), json=named)
    assert seated.status_code == 201, seated.text
    async with client.office.database.transaction() as connection:
        seat = tables.region_contacts.c
        record = await connection.scalar(select(seat.id).where(seat.person == named["person"]))
    return {**found, "operation": str(done.json()["id"]), "asked": str(asked), "seat": str(record)}


async def _pair(client: Client, worker: Database, pair: PlacedPair, state: str) -> str:
    """Record a pair as it is in a state; return its complaint, if it has one."""
    case = NOBODY
    if state == "applied":
        pair.applied()
    else:
        pair.meeting(2)
        kind = RULES.endings.complaint_kinds[0]
        pair.do(OpenComplaint, pair.mentee, about=kind, against=pair.mentor.id)
        case = pair.state.complaints[0].id
    if state == "ended":
        pair.do(EndRelationship, pair.mentee, reason=RULES.ending_reasons[0])
    pair.wait_until(NOW)
    await pair.store(SqlRecords(worker))
    return case


async def _papers(client: Client, pair: PlacedPair) -> dict[str, str]:
    """Keep a form, a scan and an email of a pair; return what addresses call them."""
    kept = client.office.documents
    document, scan = derive("document", pair.id), derive("scan", pair.id)
    form = {"relationship": pair.id, "form": "meeting_schedule", "version": "1", "submitted_at": NOW}
    person = pair.mentee.id
    await kept.keep({}, id=document, scope=pair.id, person=person, form="meeting_schedule", privacy="c2o")
    await put(client, (tables.forms, {"id": document, "person": person, **form}))
    content = scan_content(b"%PDF-1.4 %%EOF")
    await kept.add_sealed(content, id=scan, scope=scans_of(pair.id), writer=pair.here, relationship=pair.id)
    reason, special = derive("private reason", pair.id), derive("special", pair.id)
    for id, scope in (
        (reason, derive(EndRelationship.aside, pair.id)),
        (special, derive("special", pair.id)),
    ):
        await kept.add_sealed({"text": "t"}, id=id, scope=scope, writer=pair.mentee, relationship=pair.id)
    await change_pair(client, pair.id, special_document=special, decider=derive("p", "coordinator"))
    table, work = tables.notices, tables.tasks
    owner = Database(client.office.settings.database_url("worker"), size=1)
    async with owner.transaction() as connection:
        own = select(table.c.id).where(table.c.subject == pair.id, table.c.person == pair.mentee.id)
        notice = str(await connection.scalar(own.order_by(table.c.id).limit(1)))
        sent = update(table).where(table.c.id == notice)
        await connection.execute(sent.values(status="sent", sent_at=NOW - timedelta(days=30)))
        task = await connection.scalar(
            select(work.c.id).where(work.c.subject == pair.id, work.c.role == "coordinator").limit(1)
        )
    await owner.close()
    await left(client, pair.id, id=notice)
    named = {"command": pair.id, "state": "x", "stream": pair.id, "seq": 1, "hash": pair.head.hash}
    receipt = str(client.office.receipts.shown(named)["receipt"])
    shown = {"notice": client.shown(notice), "task": client.shown(str(task))}
    return {"document": document, "scan": scan, "receipt": receipt, **shown}


async def _fault(client: Client, pair: PlacedPair) -> str:
    """Ask administrators about a fault that the nightly check found in the history of a pair; return the task."""
    id = derive("task", "fault", pair.id)
    asked = {"kind": TaskKind.LOOK_INTO_FAULT.value, "about": f"{pair.id}/chain", "why": "check_chain,x"}
    row = {"subject_kind": "S", "subject": "", "region": "", "role": "admin"}
    times = {"opened_at": NOW, "closed_at": None}
    await put(client, (tables.tasks, {"id": id, **asked, **row, **times}))
    return client.shown(id)


async def _account(client: Client, scope: str, state: str) -> str:
    """Tie an account to one of the staff of a scope so that it waits for a second person; return its id."""
    id = derive("account", scope, state)
    tied = {"issuer": "https://login.example.org", "subject": id, "tied_by": NOBODY, "second": True}
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.ties).values(id=id, person=derive("staff", scope), **tied))
    return id


async def _logs(client: Client, pair: PlacedPair, ids: Mapping[str, str]) -> None:
    """Make a meeting of a pair that of a group, and keep a check of logs and a monthly record."""
    place = {"program": pair.rules.program, "term": term_of(pair.scope), "region": pair.region}
    check = {"period": "2026-10-30", "checked_by": pair.here.id, "checked_at": NOW, "relationships": pair.id}
    handed_in = {"status": "submitted", "document": "d", "version": 1, "late": False, "month": "2026-10"}
    days = {"due_at": NOW, "submitted_at": NOW, "amended_at": None}
    await put(
        client,
        (tables.log_checks, {"id": ids["log-checks"], "evidence": "logs_read", **place, **check}),
        (
            tables.monthly_records,
            {"id": ids["monthly-records"], "mentor": pair.mentor.id, **place, **handed_in, **days},
        ),
    )
    met = tables.meetings
    first = select(met.c.id).where(met.c.relationship == pair.id).order_by(met.c.id).limit(1)
    owner = Database(client.office.settings.database_url("migrator"), size=1)
    async with owner.transaction() as connection:
        await connection.execute(text(f"alter table {met.fullname} disable trigger user"))
        together = update(met).where(met.c.id == first.scalar_subquery())
        await connection.execute(together.values(group_id=ids["group-meetings"]))
    await owner.close()


async def let_in(client: Client) -> dict[str, Session]:
    """Let everybody in, with a token and a session; return the sessions."""
    sessions = {}
    for name, (roles, regions) in ACTORS.items():
        person = derive("person", f"Mia {SURNAMES['own']}") if name == "mentee" else derive("p", name)
        if Role.PARTICIPANT not in roles:
            browser = await signed_in(client, name, *roles, regions=regions)
            token = str(browser.http.cookies.get(cookie_name(client.office.settings)))
            await browser.http.aclose()
        else:
            if name == "stranger":
                await _add_stranger(client, person)
            await client.token_of(name, person, roles, regions)
            token = await left_over(client, person)
        found = await client.office.sessions.visitor(token)
        assert found is not None, name
        sessions[name] = Session(person=person, token=token, id=found.id, csrf=found.csrf)
    return sessions


async def _add_stranger(client: Client, person: str) -> None:
    texts = dict.fromkeys(("name", "email", "role_title", "district", "region"), "")
    row = {"id": person, "association": MINE, "created_at": NOW}
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.people).values(**texts, **row))


@asynccontextmanager
async def furnished_office(
    server: OfficeProcesses, fresh_database: FreshDatabase
) -> AsyncIterator[Furnished]:
    """Yield what is in the office, in a database to which nobody is connected, so that it can be copied."""
    async with fresh_database() as settings:
        settings = settings.model_copy(update={"requests_per_minute": 10**6})
        async with office_of(settings) as client:
            things = await furnish(client)
            sessions = await let_in(client)
            tokens = dict(client._tokens)
            app = create_app(client.office)
            described = operations(app)
            examples = {f"{each['method']} {each['path']}": each["example"] for each in described}
        yield Furnished(
            server=server,
            settings=settings,
            things=things,
            sessions=sessions,
            tokens=tokens,
            examples=examples,
            app=app,
        )


@asynccontextmanager
async def rights_office(furnished: Furnished) -> AsyncIterator[RightsOffice]:
    """Yield an office of its own with everything that was furnished. Its gateway knows what the database holds."""
    postgres, name = furnished.server.postgres, f"rights_{secrets.token_hex(6)}"
    connection = await postgres.connect("postgres")
    await connection.execute(
        f"create database {name} template {furnished.settings.database_name} "
        f"owner {ProcessRole.MIGRATOR} strategy file_copy"
    )
    await connection.close()
    settings = furnished.settings.model_copy(update={"database_name": name})
    engine = FakeEngine(Database(settings.database_url("worker"), size=1))
    office = make_office(settings, cast(Any, engine))
    app, before = furnished.app, furnished.app.state.office
    app.state.office = office  # to make an application takes as long as a hundred requests
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=settings.public_url) as http:
        client = Client(http, office, engine)
        client._tokens.update(furnished.tokens)
        client.participants |= {name for name, (roles, _) in ACTORS.items() if Role.PARTICIPANT in roles}
        client.invents = False
        browsers = {actor: _browser(client, actor, found) for actor, found in furnished.sessions.items()}
        yield RightsOffice(client=client, furnished=furnished, browsers=browsers, things=furnished.things)
        for browser in browsers.values():
            await browser.http.aclose()
    app.state.office = before
    await client.close()
    await office.database.close()
    await engine.database.close()
    await postgres.drop_database(name)


def _browser(client: Client, name: str, session: Session) -> Browser:
    settings = client.office.settings
    http = httpx.AsyncClient(transport=client.http._transport, base_url=settings.public_url)
    http.cookies.set(cookie_name(settings), session.token, domain=http.base_url.host)
    return Browser(http, session.person, name, session.id, session.csrf)
