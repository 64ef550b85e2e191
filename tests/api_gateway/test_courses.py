"""A mentoring course of its own length is shown with its own dates, not with those of the association's year."""

from dataclasses import replace
from datetime import date

import pytest

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from domain.actors import Role
from domain.ids import derive
from domain.journal import RulesInForce
from domain.rules.canonical_json import rules_digest, rules_text
from tests.activities.postgres.test_journal import Stream
from tests.api_gateway.conftest import Client
from tests.api_gateway.test_visibility import NOW, put


async def with_staff_of(client: Client, association: str) -> None:
    """Let the administrator and the auditor of the test be people of an association."""
    for name, role in (("admin", Role.ADMIN), ("auditor", Role.AUDITOR)):
        person = derive(association, name)
        someone = {
            "id": person,
            "association": association,
            "region": "",
            "salt": "5" * 32,
            "created_at": NOW,
        }
        await put(client, (tables.people, {**someone, "language": "en"}))
        await client.token_of(name, person, (role,))


@pytest.mark.parametrize(
    ("program", "last"),
    [("masa", date(2027, 6, 30)), ("opsoa", date(2027, 7, 31))],
    ids=lambda each: str(each),
)
async def test_the_state_at_a_moment_has_the_dates_of_the_mentees_own_course(
    client: Client, program: str, last: date
) -> None:
    await with_staff_of(client, load_programs()[program].association)
    region = {"code": "r3", "name": "R3", "program": program}
    await client.send("admin", "POST", "/v1/regions", key="r3", json=region)
    body = {"program": program, "name": "t", "first": "2026-08-01", "last": "2027-06-30"}
    term = (await client.send("admin", "POST", "/v1/terms", key="term", json=body)).json()["term"]
    text = rules_text(load_programs()[program].rules)
    stream = Stream(program)
    stream.case.state = replace(stream.case.state, program=program, term=term)
    stream.subject = replace(
        stream.subject, rules=RulesInForce(set=program, version="2026.3", digest=rules_digest(text))
    )
    worker = Database(client.office.settings.database_url("worker"), size=2)
    try:
        await SqlRecords(worker).record(stream.opening())
    finally:
        await worker.close()
    where = f"/v1/relationships/{stream.case.id}/history"
    told = await client.send("auditor", "GET", where, params={"at": stream.case.now.isoformat()})
    assert told.status_code == 200, told.text
    assert told.json()["state"]["term_dates"]["last"] == last.isoformat()
    told = await client.send("auditor", "GET", where, params={"at": "2090-01-01T00:00:00Z"})
    assert (told.status_code, told.json()["code"]) == (422, "moment_to_come")
