"""The API: who may use it, what it requires, what it answers, and what is stored."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import create_async_engine
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.base import AlreadyThere
from activities.adapters.postgres.writes.rule_sets import RuleText
from api_gateway.api.commands import sent_by_people
from api_gateway.app import create_app
from api_gateway.http.auth import OPEN, TokenFirst, declared_roles, demand_declarations, routes_of
from api_gateway.http.command_bodies import body_of, command_from
from domain.actors import SYSTEM, Actor, Role
from domain.ids import derive
from domain.journal import decode
from domain.messages import Command
from domain.payments import obligation
from domain.relationship.rooms import COMMANDS
from domain.relationship.stages.survey import SubmitSurvey
from domain.rules.canonical_json import rules_digest, rules_text
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, roster

PAIR = "c" * 32
LOG = f"/v1/relationships/{PAIR}/log-meeting"
MEETING = {"began_at": "2026-11-02T15:00:00-06:00", "minutes": 45, "mode": "phone", "topics": ["budget"]}
NAMES = {
    Role.COORDINATOR: "coordinator",
    Role.PAYMENT_STAFF: "payment",
    Role.AUDITOR: "auditor",
    Role.ADMIN: "admin",
    Role.PARTICIPANT: "mentee",
}


async def side_codes(client: Client) -> list[str]:
    """Return the codes of all recorded refusals."""
    async with client.office.database.transaction() as connection:
        found = await connection.scalars(
            select(tables.events.c.bytes)
            .where(tables.events.c.type == "CommandRefused")
            .order_by(tables.events.c.seq)
        )
        return [decode(bytes(encoded)).body["code"] for encoded in found]


async def test_a_command_reaches_its_workflow_once_with_the_resolved_actor(client: Client) -> None:
    first = await client.send("mentee", "POST", LOG, json=MEETING)
    again = await client.send("mentee", "POST", LOG, json=MEETING)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    [(workflow, name, command)] = client.engine.sent
    assert (workflow, name) == (f"relationship/{PAIR}", "LogMeeting")
    assert command.actor.role is Role.PARTICIPANT
    assert command.id == first.json()["command"]


async def test_the_same_key_with_other_content_is_refused(client: Client) -> None:
    await client.send("mentee", "POST", LOG, json=MEETING)
    other = await client.send("mentee", "POST", LOG, json={**MEETING, "minutes": 46})
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert len(client.engine.sent) == 1


async def test_the_same_key_of_two_people_is_two_commands(client: Client) -> None:
    await client.token("mentor", Role.PARTICIPANT)
    await client.send("mentee", "POST", LOG, json=MEETING)
    await client.send("mentor", "POST", LOG, json=MEETING)
    assert len({command.id for _, _, command in client.engine.sent}) == 2


@pytest.mark.parametrize(
    ("code", "status", "told"),
    [
        ("meeting_before_agreement", 409, "meeting_before_agreement"),
        ("not_a_participant", 403, "not_a_participant"),
        ("approves_own_order", 403, "approves_own_order"),
        ("other_region", 404, "not_found"),
    ],
)
async def test_a_broken_rule_is_a_problem_with_its_code_and_is_recorded(
    client: Client, code: str, status: int, told: str
) -> None:
    client.engine.refuse(code, "began_at")
    answer = await client.send("mentee", "POST", LOG, json=MEETING)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (status, told)
    client.engine.raises = None
    again = await client.send("mentee", "POST", LOG, json=MEETING)
    assert (again.status_code, again.json()["code"]) == (status, told)
    assert again.headers["idempotency-replayed"] == "true"
    assert await side_codes(client) == [code]


async def test_an_unavailable_engine_is_503_and_the_same_key_succeeds_later(client: Client) -> None:
    client.engine.raises = RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
    answer = await client.send("mentee", "POST", LOG, json=MEETING)
    assert (answer.status_code, answer.json()["code"]) == (503, "engine_unavailable")
    assert answer.headers["retry-after"]
    client.engine.raises = None
    assert (await client.send("mentee", "POST", LOG, json=MEETING)).status_code == 200
    assert await side_codes(client) == []


async def test_an_unavailable_database_is_503(client: Client) -> None:
    database = client.door.made.office.database
    await database.close()
    working, url = database.engine, database.engine.url.set(port=1)
    database.engine = create_async_engine(url, connect_args={"timeout": 1})
    try:
        answer = await client.send("mentee", "POST", LOG, json=MEETING)
    finally:
        database.engine = working
    assert (answer.status_code, answer.headers.get("retry-after")) == (503, "2")
    assert (await client.send("mentee", "POST", LOG, json=MEETING)).status_code == 200


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"minutes": False}, "/minutes"),
        ({"minutes": "45"}, "/minutes"),
        ({"mode": "a b"}, "/mode"),
        ({"extra": 1}, "/extra"),
        ({"began_at": "yesterday"}, "/began_at"),
        ({"began_at": "2026-11-02T15:00:00"}, "/began_at"),
        ({"topics": ["Budget talk"]}, "/topics/0"),
    ],
)
async def test_input_in_the_wrong_form_is_422_with_a_pointer(
    client: Client, change: dict[str, Any], pointer: str
) -> None:
    answer = await client.send("mentee", "POST", LOG, json={**MEETING, **change})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert client.engine.sent == []


async def test_a_body_that_cannot_be_parsed_or_has_no_key_is_400_and_a_large_one_413(
    client: Client,
) -> None:
    bad = await client.send("mentee", "POST", LOG, content=b"{", headers={"content-type": "application/json"})
    assert (bad.status_code, bad.json()["code"]) == (400, "not_json")
    bare = await client.send("mentee", "POST", LOG, key="", json=MEETING)
    assert (bare.status_code, bare.json()["code"]) == (400, "idempotency_key_missing")
    huge = await client.send("mentee", "POST", LOG, content=b" " * (1024 * 1024 + 1))
    assert (huge.status_code, huge.json()["code"]) == (413, "too_large")
    missing = await client.send("mentee", "GET", "/v1/nowhere")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    wrong = await client.send("mentee", "PUT", LOG, json=MEETING)
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")


async def test_a_missing_an_expired_and_a_forged_token_are_401(client: Client) -> None:
    forged = (await client.token("forger", Role.ADMIN))[:-1] + "~"
    await client.token("late", Role.ADMIN, days=-1)
    for answer in (
        await client.send("", "GET", "/v1/tasks"),
        await client.send("late", "GET", "/v1/tasks"),
        await client.send("", "GET", "/v1/tasks", headers={"Authorization": f"Bearer {forged}"}),
    ):
        assert answer.status_code == 401
        assert "Authorization: Bearer" in answer.json()["for_programs"]
        assert answer.headers["www-authenticate"].startswith("Bearer")


def every_route(app: FastAPI) -> list[Any]:
    """Return the routes of the API that ask for a token."""
    return [
        route
        for route in routes_of(app.routes)
        if isinstance(route, TokenFirst) and getattr(route, "path", "") not in OPEN
    ]


async def test_each_route_lets_its_roles_pass_and_nobody_else(client: Client) -> None:
    """Check every route with every role; a 403 means the role and nothing else."""
    cells = 0
    for route in every_route(create_app(client.office)):
        roles = declared_roles(route)
        assert roles, route.path
        path = "/v1" + route.path.removeprefix("/v1").replace("{subject}", PAIR)
        path = path.replace("{code}", "r1").replace("{person}", "d" * 32)
        for role, name in NAMES.items():
            for method in route.methods - {"HEAD"}:
                answer = await client.send(name, method, path, key=f"{name}{cells}", json={})
                refused = answer.status_code == 403 and answer.json()["code"] == "role_not_allowed"
                assert refused == (role not in roles), (method, path, name, answer.text)
                cells += 1
    assert cells > 200


async def test_a_command_by_the_wrong_role_is_recorded(client: Client) -> None:
    refused = await client.send("auditor", "POST", LOG, json=MEETING)
    assert (refused.status_code, refused.json()["code"]) == (403, "role_not_allowed")
    assert await side_codes(client) == ["role_not_allowed"]


async def test_a_route_without_a_role_stops_the_start() -> None:
    app = FastAPI(docs_url=None, openapi_url=None, redoc_url=None)

    @app.get("/v1/open-door")
    async def open_door() -> None: ...

    with pytest.raises(RuntimeError, match="open-door"):
        demand_declarations(app)


async def test_every_command_that_people_send_has_a_route_and_a_description(client: Client) -> None:
    schema = (await client.http.get("/v1/openapi.json")).json()
    operations = {op["operationId"]: op for path in schema["paths"].values() for op in path.values()}
    kinds = {"relationships": COMMANDS, "obligations": obligation.COMMANDS}
    for subject, commands in kinds.items():
        for kind in commands:
            name = "".join(f"_{c.lower()}" if c.isupper() else c for c in kind.__name__).lstrip("_")
            sent_otherwise = ("open_relationship", "log_group_meeting")
            by_people = set(kind.roles) != {Role.SYSTEM} and name not in sent_otherwise
            assert (f"{subject}.{name}" in operations) == by_people, name
            if by_people:
                assert operations[f"{subject}.{name}"]["description"]


@pytest.mark.parametrize("kind", [*COMMANDS, *obligation.COMMANDS], ids=lambda kind: kind.__name__)
def test_the_api_accepts_the_example_of_each_body(kind: type[Command]) -> None:
    if not sent_by_people(kind):
        return
    model = body_of(kind)
    [example] = model.model_json_schema()["examples"]
    assert set(kind.example) <= set(model.model_fields)
    body = model.model_validate_json(json.dumps(example))
    if kind is not SubmitSurvey:
        assert command_from(kind, body, id="a" * 32, actor=SYSTEM).id == "a" * 32


async def test_the_documents_show_every_route_and_load_nothing_from_third_parties(client: Client) -> None:
    shown = await client.http.get("/v1/docs")
    assert shown.status_code == 200
    schema = (await client.http.get("/v1/openapi.json")).json()
    for path, operations in schema["paths"].items():
        assert path in shown.text
        for operation in operations.values():
            assert f'id="{operation["operationId"]}"' in shown.text
            assert operation.get("x-roles") or path in OPEN
    assert "://" not in shown.text
    assert "<script" not in shown.text
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")


async def test_lists_are_paged_and_refuse_an_invalid_cursor(client: Client) -> None:
    for number in range(5):
        body = {
            "name": f"P {number}",
            "email": f"p{number}@example.org",
            "role_title": "principal",
            "region": "r1",
        }
        answer = await client.send("admin", "POST", "/v1/people", key=f"person-{number}", json=body)
        assert answer.status_code == 201, answer.text
    seen: list[str] = []
    after = ""
    while True:
        page = (
            await client.send("coordinator", "GET", "/v1/people", params={"limit": 2, "after": after})
        ).json()
        seen += [row["id"] for row in page["data"]]
        after = page["next"]
        if not page["has_more"]:
            break
    assert len(seen) == len(set(seen)) == 5
    assert (await client.send("elsewhere", "GET", "/v1/people")).json()["data"] == []
    bad = await client.send("admin", "GET", "/v1/people", params={"after": "x"})
    assert (bad.status_code, bad.json()["code"]) == (400, "bad_cursor")
    assert (await client.send("admin", "GET", "/v1/people", params={"limit": 0})).status_code == 422


async def test_unknown_program_term_region_and_person_are_named(client: Client) -> None:
    term = await open_term(client)
    program = {"program": "nowhere", "name": "x", "first": "2026-08-01", "last": "2027-06-30"}
    person = {"name": "A", "email": "a@example.org", "role_title": "principal", "region": "r9"}
    unknown = {"person": "e" * 32, "term": term, "reason": "new_to_role", "applied_on": "2026-08-03"}
    for path, body, code in (
        ("/v1/terms", program, "unknown_program"),
        ("/v1/people", person, "unknown_region"),
        ("/v1/applications", unknown, "unknown_person"),
        ("/v1/mentors", {"person": "e" * 32}, "unknown_person"),
    ):
        answer = await client.send("admin", "POST", path, key=path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    again = await client.send(
        "admin", "POST", "/v1/regions", key="again", json={"code": "r1", "name": "R", "program": "masa"}
    )
    assert (again.status_code, again.json()["code"]) == (409, "region_exists")


async def test_one_version_never_has_two_sets_of_rules(client: Client) -> None:
    await open_term(client)
    program = load_programs()["masa"]
    changed = replace(program, rules=replace(program.rules, ending_reasons=("moved",)))
    text = rules_text(changed.rules)
    rule = RuleText(region="", digest=rules_digest(text), text=text)
    with pytest.raises(AlreadyThere, match="rules"):
        await client.office.writes.terms.open_term(
            id=derive("term", "other"),
            program="masa",
            name="other",
            first=date(2030, 8, 1),
            last=date(2031, 6, 30),
            version=program.version,
            rules=[rule],
            actor=Actor(id=derive("p", "admin"), role=Role.ADMIN),
            command=derive("command", "other"),
        )
    async with client.office.database.transaction() as connection:
        named = select(func.count()).where(tables.terms.c.name == "other")
        kept = await connection.scalar(named)
    assert kept == 0, "all or nothing"


async def test_people_apply_only_for_themselves_and_only_once(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, {name: GOOD[name] for name in ("people", "memberships")})
    async with client.office.database.transaction() as connection:
        ben = await connection.scalar(select(tables.people.c.id).where(tables.people.c.name == "Ben B"))
    body = {"person": ben, "term": term, "reason": "new_to_role", "applied_on": "2026-08-03"}
    stranger = await client.send("mentee", "POST", "/v1/applications", json=body)
    assert (stranger.status_code, stranger.json()["code"]) == (403, "not_your_application")
    elsewhere = await client.send("elsewhere", "POST", "/v1/applications", json=body)
    assert elsewhere.status_code == 404
    for _ in range(2):
        made = await client.send("coordinator", "POST", "/v1/applications", json=body)
        assert made.status_code == 201
    assert len({start.relationship for start in client.engine.started}) == 1
