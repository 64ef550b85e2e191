"""A program of another association is unknown before anything is said of its file, its codes or its terms."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from activities.adapters.files.program_files import FileFault
from activities.adapters.postgres import tables
from api_gateway.http import examples
from api_gateway.services import programs as service
from domain.ids import derive
from tests.api_gateway.associations.two_associations import (
    ADMIN,
    AUDITOR,
    FAR,
    NOBODY,
    STATE,
    both_associations,
)
from tests.api_gateway.conftest import PROGRAM, Client, open_term
from tests.api_gateway.test_associations import GRANT
from tests.api_gateway.test_visibility import NOW, put

LISTS = {"people": ("p.csv", b"key,name\nk1,Ann\n", "text/csv")}


def stand_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the gateway find a fault in the file of the first association's program."""
    files = service.program_files()
    usable = {name: file for name, file in files.usable.items() if name != PROGRAM}
    fault = FileFault(file=f"{PROGRAM}.toml", line=7, path="", problem="no line")
    faulty = replace(files, usable=MappingProxyType(usable), aside=MappingProxyType({PROGRAM: (fault,)}))
    for module, name in ((service, "program_files"), (service, "read_programs"), (examples, "program_files")):
        monkeypatch.setattr(module, name, lambda *_: faulty)


async def test_a_term_of_a_faulty_program_of_another_association_takes_no_application_and_no_list(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        term = await open_term(client)
        stand_aside(monkeypatch)
        mentee = derive("far", "mentee")
        await put(client, (tables.people, {"id": mentee, **FAR}))
        applied = {"person": mentee, "term": term, "reason": "new_to_role", "applied_on": "2026-11-01"}
        answer = await office.send(STATE, "POST", "/v1/applications", json=applied)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_term")
        codes = []
        for id in (term, NOBODY):
            sent = await office.send(ADMIN, "POST", "/v1/imports", key=id, data={"term": id}, files=LISTS)
            codes.append((sent.status_code, sent.json()["code"]))
        assert codes == [(404, "unknown_term")] * 2
        own = await office.send("admin", "POST", "/v1/imports", key="o", data={"term": term}, files=LISTS)
        assert (own.status_code, own.json()["code"]) == (409, "program_file_faulty")


async def test_a_faulty_program_of_another_association_is_told_from_none_by_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        stand_aside(monkeypatch)
        term = {"program": "@", "name": "t", "first": "2026-08-01", "last": "2027-06-30"}
        for name, method, path, body in (
            (ADMIN, "POST", "/v1/terms", term),
            (ADMIN, "POST", "/v1/regions", {"code": "new", "name": "New", "program": "@"}),
            (ADMIN, "POST", "/v1/programs/@/rules", {}),
            (AUDITOR, "GET", f"/v1/programs/@/terms/{NOBODY}/survey-results?audience=mentor", None),
        ):
            assert await office.difference(name, method, path, PROGRAM, body, unknown="nothing") == ""
        own = await office.send("admin", "POST", f"/v1/programs/{PROGRAM}/rules", json={})
        assert (own.status_code, own.json()["code"]) == (409, "program_file_faulty")


async def test_a_wrong_body_tells_no_codes_of_another_association(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        term = await open_term(client)
        applied = {"person": derive("far", STATE), "term": "@", "reason": "no_such_reason", "applied_on": "x"}
        assert await office.difference(STATE, "POST", "/v1/applications", term, applied) == ""
        checked = {"period": 7, "relationships": [], "evidence": ["no_such_evidence"]}
        path = f"/v1/terms/{term}/regions/@/record-log-check"
        assert await office.difference(STATE, "POST", path, "r1", checked, unknown="r7") == ""


async def test_a_grant_shows_no_name_of_a_giver_of_another_association(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        giver = {"id": "c7" * 16, "name": "Secret Giver", **FAR}
        since = {"zone": "UTC", "first": NOW.date(), "created_at": NOW}
        given = {"id": "c8" * 16, "person": derive("p", "admin"), "role": "auditor", "given_by": "c7" * 16}
        someone = {"id": derive("p", "admin"), "name": "Ada", "language": "en", "created_at": NOW}
        await put(
            client,
            (tables.people, giver),
            (tables.people, {**giver, "id": "c6" * 16, "name": "Secret Confirmer"}),
            (tables.people, {**someone, "salt": "6" * 32}),
            (tables.grants, {**given, "confirmed_by": "c6" * 16, **since}),
        )
        shown = await office.send("admin", "GET", "/v1/grants?limit=100")
        grants = {row["id"]: row for row in shown.json()["data"]}
        assert GRANT in grants
        named = grants["c8" * 16]
        assert (named["given_by_name"], named["confirmed_by_name"]) == (None, None)


async def test_a_region_of_another_association_is_not_offered_for_use(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with both_associations(client, monkeypatch) as office:
        own = next(
            name for name, file in service.programs().items() if file.association == FAR["association"]
        )
        taken = await office.send(
            ADMIN, "POST", "/v1/regions", json={"code": "r1", "name": "Mine", "program": own}
        )
        assert (taken.status_code, taken.json()["code"]) == (409, "region_exists")
        assert "use the region that exists" not in taken.text
