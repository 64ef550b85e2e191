"""Surveys over the API: answers by side, results of a term, and a survey after an early ending."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert, text

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from domain.actors import Role
from domain.codec import instant_text
from domain.ids import derive
from tests.api_gateway import invented
from tests.api_gateway.conftest import Client
from tests.api_gateway.form_pairs import PROGRAM, Pair, people, sample_rules, survey
from tests.api_gateway.test_bad_input import _blank
from tests.conftest import set_clock

LATE = datetime(2027, 7, 2, tzinfo=UTC)


@pytest_asyncio.fixture
async def surveyed(client: Client, worker: Database) -> Pair:
    await people(client)
    case = Pair(client, worker, sample_rules())
    case.surveyed()
    return await case.stored()


async def test_a_survey_is_checked_against_the_form_of_its_side_and_read_only_by_its_writer(
    client: Client, surveyed: Pair
) -> None:
    path = f"/v1/relationships/{surveyed.id}"
    wrong = {"answers": survey("mentee", stay=6, quote_consent="yes")}
    answer = await client.send("mia", "POST", f"{path}/submit-survey", json=wrong)
    assert answer.status_code == 422
    assert {(error["path"], error["code"]) for error in answer.json()["errors"]} == {
        ("stay", "out_of_range"),
        ("quote_consent", "wrong_type"),
    }
    done = await client.send(
        "mia", "POST", f"{path}/submit-survey", key="2", json={"answers": survey("mentee")}
    )
    assert done.status_code == 200, done.text
    [filed] = surveyed.state.filed
    assert (filed.form, filed.by) == ("ese_survey_mentee", "mentee")
    where = f"{path}/documents/{filed.document}"
    assert (await client.send("mia", "GET", where)).json()["answers"]["stay"] == 4
    for name in ("mo", "contact", "office", "admin"):
        refused = await client.send(name, "GET", where)
        assert (refused.status_code, refused.json()["code"]) == (403, "only_in_aggregate"), name


async def answered(client: Client, term: str, region: str, number: int, answers: dict[str, Any]) -> None:
    """Insert the rows of an answered survey, without the events that the journal's triggers require."""
    owner = Database(client.office.settings.database_url("migrator"), size=1)
    at = datetime(2027, 6, 1, tzinfo=UTC)
    pair_id, document = derive("pair", region, str(number)), derive("answer", region, str(number))
    rows: dict[Any, dict[str, Any]] = {
        tables.relationships: {
            "id": pair_id,
            "term": term,
            "region": region,
            "opened_at": at,
            "stage_since": at,
        },
        tables.forms: {
            "id": document,
            "relationship": pair_id,
            "form": "ese_survey_mentee",
            "submitted_at": at,
        },
        tables.documents: {"id": document, "payload": bytes(32) + json.dumps(answers).encode(), "salt": b""},
    }
    async with owner.transaction() as connection:
        for table, values in rows.items():
            if table is not tables.documents:
                await connection.execute(text(f"alter table {table.fullname} disable trigger user"))
            blank = {c.name: _blank(c) for c in table.c if not c.nullable and c.name != "created_at"}
            await connection.execute(insert(table).values({**blank, **values}))
    await owner.close()


async def test_results_are_available_when_the_term_is_over_and_hide_small_regions(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invented, "MINE", load_programs()[PROGRAM].association)
    await people(client)
    await client.token("auditor", Role.AUDITOR, days=3000)
    await client.token("regional", Role.COORDINATOR, regions=("r1",), days=3000)
    for code in ("r3", "r4"):
        body = {"code": code, "name": code, "program": PROGRAM}
        await client.send("admin", "POST", "/v1/regions", key=code, json=body)
    body = {"program": PROGRAM, "name": "t", "first": "2026-09-01", "last": "2027-06-30"}
    term = (await client.send("admin", "POST", "/v1/terms", key="t", json=body)).json()["term"]
    told = [("r1", 7, 5), ("r2", 6, 3), ("r3", 2, 1)]
    for region, count, rating in told:
        for number in range(count):
            said = {"time": rating, "most_helpful": f"Said in {region}.", "quote_consent": number == 0}
            await answered(client, term, region, number, survey("mentee", **said))
    path = f"/v1/programs/{PROGRAM}/terms/{term}/survey-results?audience=mentee"
    early = await client.send("office", "GET", path)
    assert (early.status_code, early.json()["code"]) == (409, "results_not_ready")
    await set_clock(client.office.settings, LATE)
    refused = await client.send("regional", "GET", path)
    assert (refused.status_code, refused.json()["code"]) == (403, "state_office_only")
    assert (await client.send("mia", "GET", path)).status_code == 403
    found = (await client.send("auditor", "GET", f"{path}&language=es")).json()
    assert (found["responses"], found["small_group"]) == (15, 5)
    item = next(each for each in found["items"] if each["key"] == "time")
    assert item["label"] == "Encontramos tiempo suficiente para reunirnos."
    assert item["whole"] == {"count": 15, "mean": 3.67, "spread": {"1": 2, "2": 0, "3": 6, "4": 0, "5": 7}}
    assert item["regions"]["r1"]["mean"] == 5.0
    assert item["regions"]["r2"] is None  # hidden with r3, which is too small
    assert item["regions"]["r3"] is None
    assert item["regions"]["r4"] == {"count": 0, "spread": dict.fromkeys("12345", 0)}
    aims = {each["key"]: each for each in found["aims"]}
    assert aims["time_to_meet"]["label"] == "Tiempo suficiente para reunirse"
    assert aims["time_to_meet"]["whole"]["count"] == 30
    assert found["quotes"] == ["Said in r1.", "Said in r2.", "Said in r3."]
    unknown = await client.send("office", "GET", path.replace("audience=mentee", "audience=nobody"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_audience")


async def test_a_closing_survey_is_still_accepted_after_an_early_ending(
    client: Client, worker: Database
) -> None:
    await people(client)
    rules = sample_rules()
    uses = tuple(
        replace(use, early_end_days=14) if use.audience in ("mentor", "mentee") else use
        for use in rules.forms
    )
    rules = replace(rules, forms=uses, endings=replace(rules.endings, forms_close_days=40))
    case = Pair(client, worker, rules)
    case.signed()
    await case.stored()
    path = f"/v1/relationships/{case.id}"
    ended = await client.send("mia", "POST", f"{path}/end-relationship", json={"reason": "moved"})
    assert ended.status_code == 200, ended.text
    assert (await client.send("mia", "GET", path)).json()["status"] == "ended"
    listed = {
        each["form"]: each for each in (await client.send("mia", "GET", f"{path}/forms")).json()["data"]
    }
    mine, other = listed["ese_survey_mentee"], listed["ese_survey_mentor"]
    assert (mine["owed"], mine["yours"], other["owed"], other["yours"]) == (True, True, False, False)
    assert other["due_at"] is None
    assert mine["due_at"] == instant_text(rules.calendar.after(rules.calendar.local_date(case.now), 14))
    assert not listed["meeting_schedule"]["owed"]
    calendar = (await client.send("mia", "GET", "/v1/people/me/calendar")).text.replace("\r\n ", "")
    assert "submit “How was your year with your mentor?”" in calendar
    assert "How was your year as a mentor?" not in calendar
    draft = {"answers": {"most_helpful": "The first talk."}}
    saved = await client.send(
        "mia", "PUT", f"{path}/forms/ese_survey_mentee", json=draft, headers={"If-Match": '"0"'}
    )
    assert saved.status_code == 200, saved.text
    case.days(30)  # both were reminded, and then a coordinator asked for each
    done = await client.send(
        "mia", "POST", f"{path}/submit-survey", key="late", json={"answers": survey("mentee")}
    )
    assert done.status_code == 200, done.text
    again = await client.send(
        "mia", "POST", f"{path}/submit-survey", key="again", json={"answers": survey("mentee")}
    )
    assert (again.status_code, again.json()["code"]) == (409, "relationship_ended")
    for name, waited, handed_in in (("mo", True, 0), ("contact", True, 1), ("mia", False, 1)):
        listed = {
            each["form"]: each for each in (await client.send(name, "GET", f"{path}/forms")).json()["data"]
        }
        assert (listed["ese_survey_mentee"]["owed"], listed["ese_survey_mentor"]["owed"]) == (False, waited)
        assert len(listed["ese_survey_mentee"]["filed"]) == handed_in, name
    for name, chased in (("mo", 0), ("contact", 2), ("mia", 0)):
        tasks = (await client.send(name, "GET", path)).json()["tasks"]
        assert len([task for task in tasks if task["kind"] == "chase_form"]) == chased, name
