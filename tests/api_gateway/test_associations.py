"""Rights end at the association: its staff see nothing of another one's people, pairs and money, and change nothing.

Everything that the tests of visibility set up is of the first program's association. The readers here are of another.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx2 as httpx
import pytest

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from api_gateway.app import create_app
from api_gateway.services.programs import programs_of
from domain.actors import Role
from domain.associations import Association
from domain.ids import derive, term_region_id
from domain.tasks import TaskKind
from domain.visibility import OPERATOR, sight_of
from tests.api_gateway.conftest import PROGRAM, Client, open_term
from tests.api_gateway.recorded import RecordedPair, recorded_pair
from tests.api_gateway.test_examples import operations
from tests.api_gateway.test_visibility import NOW, OF_MENTEE, OWED, SEALED, TERM, arrange, put
from tests.domain.builders import MENTEE, MENTOR

MINE = load_programs()[PROGRAM].association
OTHER = next(file for file in load_programs().values() if file.association != MINE)
STAFF = {
    "far state office": (Role.COORDINATOR,),
    "far payment staff": (Role.PAYMENT_STAFF,),
    "far auditor": (Role.AUDITOR,),
    "far administrator": (Role.ADMIN,),
}
PERSON, SECOND, GRANT = "8" * 32, "6" * 32, "7" * 32
OPENED = "2e" * 16
"""A term whose row in region r3 has the id that its address gives."""
PERSONAL = ("/people/me", "/commands/{key}", "/calendar/")
"""Routes about the caller alone."""
FILES = (
    "/v1/exports",
    "/v1/problems",
    "/v1/health",
    "/v1/docs",
    "/v1/openapi.json",
)
"""Routes that show the caller's own lists, and words."""


async def office_of_two(client: Client, pair: RecordedPair) -> Mapping[str, str]:
    """Set up both associations; return what stands in an address for each parameter."""
    await arrange(client, pair)
    someone = {"language": "en", "created_at": NOW}
    of_other = {"association": OTHER.association, "program": OTHER.program, "created_at": NOW}
    far = {"region": "far", "association": OTHER.association}
    opened = {"id": term_region_id(OPENED, "r3"), "first": NOW.date(), "last": NOW.date()}
    row = {"subject_kind": "S", "closed_at": None, "opened_at": NOW, "region": "", "role": "admin"}
    await put(
        client,
        (tables.people, {"id": SECOND, "salt": "6" * 32, **someone}),
        (tables.regions, {"code": "far", "name": "Far", **of_other}),
        (tables.term_regions, {**opened, "term": OPENED, "opened_at": NOW, "closes_at": NOW}),
        (tables.tasks, {"id": "1d" * 16, "kind": "correct_program", "about": PROGRAM, **row}),
        (tables.tasks, {"id": "2d" * 16, "kind": "fix_address", "about": PERSON, **row}),
        *((tables.people, {"id": derive("far", name), "salt": "5" * 32, **someone, **far}) for name in STAFF),
    )
    for name, roles in STAFF.items():
        await client.token_of(name, derive("far", name), roles)
    seat = {"person": PERSON, "first": "2026-01-01"}
    assert (await client.send("admin", "POST", "/v1/regions/r1/contacts", json=seat)).status_code == 201
    files = {"people": ("p.csv", b"key,name\nk1,Ann\n", "text/csv")}
    proposed = await client.send("admin", "POST", "/v1/imports", key="import", files=files)
    assert proposed.status_code == 201, proposed.text
    return {
        "relationships": pair.case.id,
        "obligations": OWED,
        "term-regions": TERM,
        "group-meetings": pair.case.id,
        "person": PERSON,
        "grant": GRANT,
        "id": proposed.json()["id"],
        "program": PROGRAM,
        "term": OPENED,
        "region": "r3",
        "code": "r1",
        "record": "1",
        "document": OF_MENTEE,
        "case": pair.case.state.complaints[0].id,
        "scan": SEALED[0],
        "form": "mentee_exit",
        "kind": "people",
    }


def filled(path: str, known: Mapping[str, str]) -> str:
    """Return the address of a route for what the first association has."""
    subject = known.get("".join(path.split("/")[2:3]), "")
    return re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], subject), path)


def as_body(example: Any, known: Mapping[str, str]) -> Any:
    """Return the example of a body about people, terms and pairs of the first association."""
    named = {
        "person": PERSON,
        "other": SECOND,
        "supervisor": None,
        "term": OPENED,
        "region": "r1",
        "regions": ["r1"],
        "program": PROGRAM,
        "relationships": [known["relationships"], OWED],
        "mentor": MENTOR.id,
        "role": "coordinator",
    }
    fields = example if isinstance(example, dict) else {}
    return {
        name: value if isinstance(value, bool) else named.get(name, value) for name, value in fields.items()
    }


def of_first(known: Mapping[str, str]) -> set[str]:
    """Return what no answer to staff of the other association may hold."""
    ids = {known[name] for name in ("relationships", "case", "id")}
    return ids | {OWED, TERM, PERSON, SECOND, GRANT, MENTEE.id, MENTOR.id, OF_MENTEE, '"r1"', '"r3"'}


@pytest.fixture
def patient(client: Client) -> Client:
    """Return a client that may send any number of requests."""
    settings = client.office.settings.model_copy(update={"requests_per_minute": 10**6})
    app = create_app(replace(client.office, settings=settings))
    client.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=settings.public_url)
    return client


async def test_no_get_route_shows_staff_anything_of_another_association(patient: Client) -> None:
    async with recorded_pair(patient) as pair:
        known = await office_of_two(patient, pair)
        hidden, shown, wrong = of_first(known), set(), []
        for operation in operations(create_app(patient.office)):
            path = operation["path"]
            if operation["method"] != "GET" or any(each in path for each in PERSONAL):
                continue
            address = filled(path, known) + ("?open=false&own=false" if path == "/v1/tasks" else "")
            for name in (*STAFF, "admin"):
                answer = await patient.send(name, "GET", address)
                rest = answer.text.replace(address, "")
                found = {each for each in hidden if each in rest}
                if name == "admin":
                    shown |= found
                elif found or (answer.status_code == 200 and "{" in path and not path.startswith(FILES)):
                    wrong.append((name, path, answer.status_code, found))
        assert wrong == []
        assert shown >= hidden - {OF_MENTEE, known["case"]}, "an administrator of the association sees it"


async def test_no_staff_act_reaches_another_association(patient: Client) -> None:
    async with recorded_pair(patient) as pair:
        known = await office_of_two(patient, pair)
        answers: dict[str, set[int]] = {name: set() for name in STAFF}
        wrong, sent = [], len(patient.engine.sent)
        for number, operation in enumerate(operations(create_app(patient.office))):
            method, path = operation["method"], operation["path"]
            if method == "GET" or any(each in path for each in PERSONAL) or path == "/v1/imports":
                continue
            scan = {"files": {"file": ("scan.pdf", b"%PDF-1.4 %%EOF", "application/pdf")}}
            body = {"json": as_body(operation["example"], known)}
            options = {"headers": {"If-Match": '"0"'}} | (scan if path.endswith("/scans") else body)
            for name, roles in STAFF.items():
                if not {role.value for role in roles} & set(operation["roles"]):
                    continue  # refused to the role, wherever its person works
                answer = await patient.send(name, method, filled(path, known), key=f"{number}", **options)
                answers[name].add(answer.status_code)
                refused = answer.status_code in (403, 404) or "group_refused" in answer.text
                if not refused:
                    wrong.append((name, path, answer.text))
        assert wrong == []
        assert all(404 in codes for name, codes in answers.items() if name != "far auditor")
        assert len(patient.engine.sent) == sent


@pytest.mark.parametrize("path", ["end-relationship", "confirm-match"])
async def test_a_command_of_another_association_is_refused_like_one_about_nothing(
    client: Client, path: str
) -> None:
    async with recorded_pair(client) as pair:
        await office_of_two(client, pair)
        body = {"reason": "other_reason"} if path == "end-relationship" else {}
        there = await client.send("far state office", "POST", f"{pair.path}/{path}", key="1", json=body)
        here = await client.send("the coordinator", "POST", f"{pair.path}/{path}", key="2", json=body)
        assert (there.status_code, there.json()["code"]) == (404, "not_found")
        assert here.status_code == 200, here.text


async def test_a_list_is_exported_and_imported_for_the_own_association_alone(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await office_of_two(client, pair)
        other = await client.send("far state office", "GET", f"/v1/exports/people?association={MINE}")
        assert (other.status_code, other.json()["code"]) == (404, "unknown_association")
        own = await client.send("far state office", "GET", "/v1/exports/people")
        assert own.status_code == 200
        files = {"people": ("p.csv", b"key,name\nk1,Ann\n", "text/csv")}
        sent = await client.send(
            "far administrator", "POST", "/v1/imports", key="i", data={"association": MINE}, files=files
        )
        assert (sent.status_code, sent.json()["code"]) == (404, "unknown_association")


async def test_a_task_of_the_office_itself_is_for_whom_it_concerns(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await office_of_two(client, pair)
        row = {"subject_kind": "S", "closed_at": None, "opened_at": NOW, "region": "", "role": "admin"}
        await put(client, (tables.tasks, {"id": "3d" * 16, "kind": TaskKind.CORRECT_MAIL, **row}))
        own, office = client.shown("1d" * 16), client.shown("3d" * 16)
        for name, seen in (("admin", {own, office}), ("far administrator", {office})):
            listed = (await client.send(name, "GET", "/v1/tasks")).json()["data"]
            assert {task["id"] for task in listed} >= seen
            assert (own in {task["id"] for task in listed}) is (own in seen)


async def test_terms_programs_codes_and_forms_are_those_of_the_own_association(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await office_of_two(client, pair)
        term = await open_term(client)
        for name, program, terms in (("admin", PROGRAM, {term}), ("far administrator", OTHER.program, set())):
            listed = (await client.send(name, "GET", "/v1/terms")).json()["data"]
            assert {row["id"] for row in listed} >= terms
            assert {row["program"] for row in listed} <= set(
                programs_of(load_programs()[program].association)
            )
            known = (await client.send(name, "GET", "/v1/programs")).json()["data"]
            assert [row["program"] for row in known] == programs_of(load_programs()[program].association)
        for path in ("codes", "forms", "forms/mentee_exit"):
            answer = await client.send("far administrator", "GET", f"/v1/programs/{PROGRAM}/{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_program")
            assert PROGRAM not in answer.json()["detail"]
        filtered = await client.send("far administrator", "GET", f"/v1/term-regions?term={term}")
        assert (filtered.status_code, term in filtered.json()["detail"]) == (422, False)


async def test_a_program_that_stands_aside_is_shown_to_its_own_association(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await office_of_two(client, pair)
        reads = client.office.reads.terms
        mine = await reads.programs_elsewhere(sight_of(PERSON, (Role.ADMIN,), Association(code=MINE)))
        other = await reads.programs_elsewhere(
            sight_of(PERSON, (Role.ADMIN,), Association(code=OTHER.association))
        )
        assert (PROGRAM in mine, PROGRAM in other) == (False, True)
        assert await reads.programs_elsewhere(OPERATOR) == frozenset()


async def test_a_list_with_a_region_of_another_association_is_refused_like_one_with_a_region_of_nobody(
    client: Client,
) -> None:
    async with recorded_pair(client) as pair:
        await office_of_two(client, pair)
        said = []
        for code in ("far", "fax"):
            rows = f"key,name,email,role_title,district,region\nk9,Ann,ann@post.example,principal,D,{code}\n"
            files = {"people": ("p.csv", rows.encode(), "text/csv")}
            sent = await client.send("the coordinator", "POST", "/v1/imports", key=code, files=files)
            assert sent.status_code == 201, sent.text
            said.append([{**each, "cell": ""} for each in sent.json()["refused"]])
        assert said[0] == said[1]
        [refusal] = said[0]
        assert (refusal["code"], refusal["problem"]) == (
            "unknown_region",
            "The association has no such region. Write one that you serve.",
        )
