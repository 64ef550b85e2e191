"""Forms over the API: what they ask, who may write and read, what is refused field by field, and survey results."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert, select, text
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.files.form_files import shipped_forms
from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.errors import Unavailable
from domain.actors import Role
from domain.codec import instant_text
from domain.forms.model import FieldType, Form
from domain.ids import derive
from domain.journal import decode
from tests.api_gateway.conftest import Client
from tests.api_gateway.form_pairs import PROGRAM, Pair, sample_rules
from tests.api_gateway.test_api import side_codes
from tests.api_gateway.test_bad_input import _blank
from tests.domain.builders import COORDINATOR, FACTS, MENTEE, MENTOR, STATE_OFFICE

SCHEDULE = {"meetings": [{"on": "2026-09-01", "at": "15:00", "place": "Room 4"}]}
LATE = datetime(2027, 7, 2, tzinfo=UTC)


def survey(side: str, **changed: Any) -> dict[str, Any]:
    """Return answers that fit the survey of a side."""
    use = load_programs()[PROGRAM].rules.survey_form(side)
    assert use is not None
    form: Form = shipped_forms()[use.form, use.version]
    rated = {field.key: 4 for field in form.fields if field.type is FieldType.SCALE}
    return {**rated, "most_helpful": "Meeting before school.", "quote_consent": True, **changed}


@pytest_asyncio.fixture
async def worker(client: Client) -> AsyncIterator[Database]:
    database = Database(client.office.settings.database_url("worker"), size=2)
    yield database
    await database.close()


async def people(client: Client) -> None:
    """Make tokens for the people of the sample pair."""
    for name, actor in (
        ("mia", MENTEE),
        ("mo", MENTOR),
        ("contact", COORDINATOR),
        ("office", STATE_OFFICE),
    ):
        regions = actor.regions
        token = await client.office.writes.tokens.make(
            actor.id, (actor.role,), regions, datetime.now(UTC) + timedelta(days=3000)
        )
        client._tokens[name] = token


@pytest_asyncio.fixture
async def pair(client: Client, worker: Database) -> Pair:
    await people(client)
    case = Pair(client, worker, sample_rules())
    case.signed()
    return await case.stored()


@pytest_asyncio.fixture
async def surveyed(client: Client, worker: Database) -> Pair:
    await people(client)
    case = Pair(client, worker, sample_rules())
    case.surveyed()
    return await case.stored()


async def test_a_program_lists_its_forms_in_the_requested_language(client: Client) -> None:
    listed = await client.send("mentee", "GET", f"/v1/programs/{PROGRAM}/forms")
    uses = {each["form"]: each for each in listed.json()["data"]}
    assert set(uses) == {use.form for use in load_programs()[PROGRAM].rules.forms}
    path = f"/v1/programs/{PROGRAM}/forms/meeting_schedule"
    english = await client.send("mentee", "GET", path)
    spanish = await client.send(
        "mentee", "GET", path, headers={"Accept-Language": "fr, es-MX;q=0.8, en;q=0.5"}
    )
    asked = await client.send("mentee", "GET", f"{path}?language=es", headers={"Accept-Language": "en"})
    assert (english.headers["content-language"], spanish.headers["content-language"]) == ("en", "es")
    assert english.json()["title"] == "Our schedule of meetings"
    assert spanish.json()["title"] == asked.json()["title"] == "Nuestro calendario de reuniones"
    [table] = asked.json()["fields"]
    assert [column["label"] for column in table["columns"]] == ["Fecha", "Hora", "Lugar"]
    assert table["privacy"] == "O"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/programs/none/forms", 404, "unknown_program"),
        (f"/v1/programs/{PROGRAM}/forms/none", 404, "unknown_form"),
        (f"/v1/programs/{PROGRAM}/forms/meeting_schedule?version=9", 404, "unknown_form"),
        (f"/v1/programs/{PROGRAM}/forms?language=fr", 422, "unknown_language"),
    ],
)
async def test_something_unknown_is_refused_with_a_code(
    client: Client, path: str, status: int, code: str
) -> None:
    answer = await client.send("mentee", "GET", path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_draft_is_saved_only_over_the_version_that_was_read(client: Client, pair: Pair) -> None:
    path = f"/v1/relationships/{pair.id}/forms/meeting_schedule"
    empty = await client.send("mo", "GET", path)
    assert (empty.headers["etag"], empty.json()["answers"]) == ('"0"', {})
    assert empty.json()["still_wanted"] == [{"path": "meetings", "code": "missing"}]
    body = {"answers": {"meetings": [{"on": "2026-09-01"}]}}
    without = await client.send("mo", "PUT", path, json=body)
    assert (without.status_code, without.json()["code"]) == (428, "if_match_missing")
    saved = await client.send("mo", "PUT", path, json=body, headers={"If-Match": '"0"'})
    assert (saved.status_code, saved.headers["etag"]) == (200, '"1"')
    lost = await client.send("mo", "PUT", path, json=body, headers={"If-Match": '"0"'})
    assert (lost.status_code, lost.headers["etag"], lost.json()) == (200, '"1"', saved.json())
    late = await client.send("mo", "PUT", path, json={"answers": {}}, headers={"If-Match": '"0"'})
    assert (late.status_code, late.json()["code"], late.headers["etag"]) == (412, "draft_changed", '"1"')
    again = await client.send("mo", "PUT", path, json={"answers": SCHEDULE}, headers={"If-Match": '"1"'})
    assert again.headers["etag"] == '"2"'
    before = await client.send("mo", "PUT", path, json=body, headers={"If-Match": '"0"'})
    assert (before.status_code, before.headers["etag"]) == (412, '"2"')  # no longer the last save
    assert (await client.send("mo", "GET", path)).json()["answers"] == SCHEDULE
    assert again.json()["still_wanted"] == []


async def test_a_draft_is_found_by_the_first_digits_of_its_relationship(client: Client, pair: Pair) -> None:
    path = f"/v1/relationships/{pair.id}/forms/meeting_schedule"
    await client.send("mo", "PUT", path, json={"answers": SCHEDULE}, headers={"If-Match": '"0"'})
    short = f"/v1/relationships/{pair.id[:8]}/forms/meeting_schedule"
    whole, found = await client.send("mo", "GET", path), await client.send("mo", "GET", short)
    assert (found.status_code, found.headers["etag"], found.json()) == (200, '"1"', whole.json())
    assert (await client.send("elsewhere", "GET", short)).status_code == 404
    write = await client.send("mo", "PUT", short, json={"answers": {}}, headers={"If-Match": '"1"'})
    assert (write.status_code, write.json()["code"]) == (422, "invalid")


async def test_a_draft_is_visible_only_to_its_writer_and_is_deleted_after_it_is_submitted(
    client: Client, pair: Pair
) -> None:
    path = f"/v1/relationships/{pair.id}/forms/meeting_schedule"
    await client.send("mo", "PUT", path, json={"answers": SCHEDULE}, headers={"If-Match": '"0"'})
    for name, status in (("mia", 403), ("contact", 403), ("elsewhere", 404)):
        assert (await client.send(name, "GET", path)).status_code == status
    done = await client.send(
        "mo", "POST", f"/v1/relationships/{pair.id}/submit-form", json={"form": "meeting_schedule"}
    )
    assert done.status_code == 200, done.text
    assert (await client.send("mo", "GET", path)).headers["etag"] == '"0"'
    again = await client.send(
        "mo", "POST", f"/v1/relationships/{pair.id}/submit-form", json={"form": "meeting_schedule"}
    )
    assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")


async def test_what_was_written_after_a_first_attempt_stays_a_draft(client: Client, pair: Pair) -> None:
    where = f"/v1/relationships/{pair.id}"
    path, body = f"{where}/forms/meeting_schedule", {"form": "meeting_schedule"}
    await client.send("mo", "PUT", path, json={"answers": SCHEDULE}, headers={"If-Match": '"0"'})
    client.engine.raises = RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
    assert (await client.send("mo", "POST", f"{where}/submit-form", json=body)).status_code == 503
    client.engine.raises = None
    better = {"meetings": [{"on": "2026-09-08"}]}
    await client.send("mo", "PUT", path, json={"answers": better}, headers={"If-Match": '"1"'})
    assert (await client.send("mo", "POST", f"{where}/submit-form", json=body)).status_code == 200
    submitted = await client.send("mo", "GET", f"{where}/documents/{pair.state.filed[0].document}")
    assert submitted.json()["answers"] == SCHEDULE  # the same key is the same attempt
    assert (await client.send("mo", "GET", path)).json()["answers"] == better


async def test_a_key_whose_document_was_kept_before_the_database_failed_accepts_no_other_answers(
    client: Client, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/v1/relationships/{pair.id}/submit-form"

    async def away(*_: Any, **__: Any) -> None:
        raise Unavailable("database")

    with monkeypatch.context() as patched:
        patched.setattr(client.office.intake, "claim", away)
        first = await client.send("mo", "POST", path, json={"form": "meeting_schedule", "answers": SCHEDULE})
    other = {"form": "meeting_schedule", "answers": {"meetings": [{"on": "2026-09-08"}]}}
    second = await client.send("mo", "POST", path, json=other)
    same = await client.send("mo", "POST", path, json={"form": "meeting_schedule", "answers": SCHEDULE})
    assert (first.status_code, second.status_code, same.status_code) == (503, 422, 200)
    assert second.json()["code"] == "key_reused"


async def test_the_journal_contains_only_the_commitment_to_a_submitted_form(
    client: Client, pair: Pair
) -> None:
    path = f"/v1/relationships/{pair.id}"
    body = {"form": "meeting_schedule", "answers": SCHEDULE}
    assert (await client.send("mo", "POST", f"{path}/submit-form", json=body)).status_code == 200
    async with client.office.database.transaction() as connection:
        encoded = await connection.scalar(
            select(tables.events.c.bytes).where(tables.events.c.type == "FormSubmitted")
        )
    assert b"Room 4" not in encoded
    envelope = decode(bytes(encoded))
    [kept] = envelope.docs
    assert (kept.form, kept.privacy, kept.ver) == ("meeting_schedule", "c2o", 1)
    assert envelope.body == {"form": "meeting_schedule", "version": "1", "by": "mentor", "document": kept.doc}
    listed = (await client.send("contact", "GET", f"{path}/forms")).json()["data"]
    [row] = next(each["filed"] for each in listed if each["form"] == "meeting_schedule")
    assert (row["id"], row["filled_by"], row["person"]) == (kept.doc, "mentor", MENTOR.id)


async def test_an_amendment_names_the_document_before_and_both_stay(client: Client, pair: Pair) -> None:
    path = f"/v1/relationships/{pair.id}"
    body = {"form": "meeting_schedule", "answers": SCHEDULE}
    await client.send("mo", "POST", f"{path}/submit-form", json=body)
    twice = await client.send("mo", "POST", f"{path}/submit-form", key="2", json=body)
    assert (twice.status_code, twice.json()["code"]) == (409, "already_submitted")
    first = pair.state.filed[0].document
    better = {"document": first, "answers": {"meetings": [{"on": "2026-09-08"}]}}
    assert (await client.send("mo", "POST", f"{path}/amend-form", key="3", json=better)).status_code == 200
    old, new = pair.state.filed
    assert (old.amended_by, new.amends) == (new.document, first)
    for kept, meeting in ((old, "2026-09-01"), (new, "2026-09-08")):
        read = await client.send("mo", "GET", f"{path}/documents/{kept.document}")
        assert read.json()["answers"]["meetings"][0]["on"] == meeting
    again = await client.send("mo", "POST", f"{path}/amend-form", key="4", json=better)
    assert (again.status_code, again.json()["code"]) == (409, "amended_before")
    other = await client.send("mia", "POST", f"{path}/amend-form", key="5", json=better)
    assert (other.status_code, other.json()["code"]) == (403, "form_of_the_other_side")


async def test_staff_of_the_region_read_what_is_operational_and_each_reading_is_recorded(
    client: Client, pair: Pair
) -> None:
    path = f"/v1/relationships/{pair.id}"
    await client.send(
        "mo", "POST", f"{path}/submit-form", json={"form": "meeting_schedule", "answers": SCHEDULE}
    )
    where = f"{path}/documents/{pair.state.filed[0].document}"
    assert (await client.send("contact", "GET", where)).json()["answers"] == SCHEDULE
    assert (await client.send("mo", "GET", where)).json()["answers"] == SCHEDULE
    assert (await client.send("mia", "GET", where)).json()["answers"] == {}  # operational, so not the pair's
    assert (await client.send("auditor", "GET", where)).json()["code"] == "not_the_writer"
    assert (await client.send("elsewhere", "GET", where)).status_code == 404
    async with client.office.database.transaction() as connection:
        found = await connection.scalars(
            select(tables.events.c.bytes)
            .where(tables.events.c.type == "DocumentRead")
            .order_by(tables.events.c.seq)
        )
        readers = [decode(bytes(encoded)).actor.id for encoded in found]
    assert readers == [COORDINATOR.id, MENTEE.id]


async def test_a_mentor_who_is_also_coordinator_submits_their_own_forms(client: Client, pair: Pair) -> None:
    await client.token_of("mo in office", MENTOR.id, (Role.COORDINATOR, Role.PARTICIPANT), ("r3",))
    body = {"form": "meeting_schedule", "answers": SCHEDULE}
    answer = await client.send("mo in office", "POST", f"/v1/relationships/{pair.id}/submit-form", json=body)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COORDINATOR])
async def test_nobody_reads_the_forms_of_the_partner_as_staff(client: Client, pair: Pair, role: Role) -> None:
    path = f"/v1/relationships/{pair.id}"
    body = {"form": "meeting_schedule", "answers": SCHEDULE}
    assert (await client.send("mo", "POST", f"{path}/submit-form", json=body)).status_code == 200
    await client.token_of("mia in office", MENTEE.id, (role,), ("r3",))  # a token of the office alone
    where = f"{path}/documents/{pair.state.filed[0].document}"
    answer = await client.send("mia in office", "GET", where)
    assert answer.json().get("answers", {}) == {}


async def test_a_region_is_told_what_it_could_do_differently(client: Client, worker: Database) -> None:
    await people(client)
    known = load_programs()["masa"].rules
    case = Pair(client, worker, replace(sample_rules(), forms=known.forms, form_digests=known.form_digests))
    case.signed()
    pair = await case.stored()
    path = f"/v1/relationships/{pair.id}"
    told = {"reachable": 4, "helped": 2, "wish": "More dates for all pairs."}
    body = {"form": "region_feedback_mentee", "answers": told}
    answer = await client.send("mia", "POST", f"{path}/submit-form", json=body)
    assert answer.status_code == 200, answer.text
    where = f"{path}/documents/{pair.state.filed[0].document}"
    assert (await client.send("contact", "GET", where)).json()["answers"] == told
    assert (await client.send("mo", "GET", where)).json()["answers"] == {}  # operational, so not his


async def test_a_form_of_another_relationship_is_refused(
    client: Client, worker: Database, pair: Pair
) -> None:
    path = f"/v1/relationships/{pair.id}"
    await client.send(
        "mo", "POST", f"{path}/submit-form", json={"form": "meeting_schedule", "answers": SCHEDULE}
    )
    first = pair.state.filed[0].document
    other = Pair(client, worker, sample_rules(version="2"), "two")
    other.facts = replace(FACTS, free_slot=2)  # the first place of the mentor is taken
    other.signed()
    await other.stored()
    elsewhere = f"/v1/relationships/{other.id}"
    assert (await client.send("mo", "GET", f"{elsewhere}/documents/{first}")).status_code == 404
    body = {"document": first, "answers": SCHEDULE}
    answer = await client.send("mo", "POST", f"{elsewhere}/amend-form", key="2", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "unknown_document")
    assert other.state.filed == ()
    assert (await side_codes(client))[-1] == "unknown_document"


@pytest.mark.parametrize(
    ("answers", "path", "code"),
    [
        ({}, "meetings", "missing"),
        ({"meetings": []}, "meetings", "missing"),
        ({**SCHEDULE, "what": 1}, "what", "unknown_field"),
        ({**SCHEDULE, "What is this?": 1}, "", "unknown_field"),
        ({"meetings": "tomorrow"}, "meetings", "wrong_type"),
        ({"meetings": [{"on": "tomorrow"}]}, "meetings[0].on", "not_a_date"),
        ({"meetings": [{"on": "2026-09-01", "place": "x" * 121}]}, "meetings[0].place", "too_long"),
        ({"meetings": [{"on": "2026-09-01", "place": "a\u202eb"}]}, "meetings[0].place", "bidirectional"),
        ({"meetings": [{"on": "2026-09-01", "place": "a\nb"}]}, "meetings[0].place", "control_character"),
        ({"meetings": [{"on": "2026-09-01", "place": "a\ud800b"}]}, "meetings[0].place", "lone_surrogate"),
        ({"meetings": [{"on": "2026-09-01"}] * 61}, "meetings", "too_many"),
    ],
)
async def test_answers_that_do_not_fit_are_reported_field_by_field(
    client: Client, pair: Pair, answers: dict[str, Any], path: str, code: str
) -> None:
    sent = json.dumps({"form": "meeting_schedule", "answers": answers}).encode()
    where = f"/v1/relationships/{pair.id}/submit-form"
    answer = await client.send(
        "mo", "POST", where, content=sent, headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "answers_do_not_fit"), answer.text
    [error] = answer.json()["errors"]
    assert (error["path"], error["code"]) == (path, code)
    assert pair.state.filed == ()
    async with client.office.database.transaction() as connection:
        assert (await connection.execute(select(tables.documents.c.id))).first() is None


async def test_who_may_submit_which_form_when_is_decided_and_recorded(client: Client, pair: Pair) -> None:
    path = f"/v1/relationships/{pair.id}/submit-form"
    asked = [
        ("mia", {"form": "meeting_schedule", "answers": SCHEDULE}, 403, "form_of_the_other_side"),
        ("contact", {"form": "meeting_schedule", "answers": SCHEDULE}, 403, "form_of_the_other_side"),
        ("elsewhere", {"form": "meeting_schedule", "answers": SCHEDULE}, 404, "not_found"),
        ("mentee", {"form": "meeting_schedule", "answers": SCHEDULE}, 403, "not_a_participant"),
        ("mo", {"form": "none", "answers": {}}, 409, "unknown_form"),
        ("mo", {"form": "ese_district_report", "answers": {}}, 403, "form_of_the_other_side"),
        ("mo", {"form": "ese_survey_mentor", "answers": survey("mentor")}, 409, "survey_is_its_own_command"),
    ]
    for number, (name, body, status, code) in enumerate(asked):
        answer = await client.send(name, "POST", path, key=str(number), json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (name, body)
    told = [code if code != "not_found" else "other_region" for _, _, _, code in asked]
    assert await side_codes(client) == told


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


async def test_a_form_whose_text_changed_without_a_new_version_accepts_no_answers(
    client: Client, worker: Database
) -> None:
    await people(client)
    other = Pair(client, worker, sample_rules(form_digests={"meeting_schedule": "0" * 64}))
    other.signed()
    await other.stored()
    body = {"form": "meeting_schedule", "answers": SCHEDULE}
    answer = await client.send("mo", "POST", f"/v1/relationships/{other.id}/submit-form", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "form_changed")


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


async def test_results_are_available_when_the_term_is_over_and_hide_small_regions(client: Client) -> None:
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
    owner = Database(client.office.settings.database_url("migrator"), size=1)
    async with owner.transaction() as connection:
        offset = int((LATE - datetime.now(UTC)).total_seconds())
        await connection.execute(insert(tables.clock).values(id=1, offset_seconds=offset))
    await owner.close()
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


async def test_circumstances_with_hidden_characters_are_refused(client: Client) -> None:
    body = {"name": "A", "email": "a@example.org", "role_title": "principal", "region": "r1"}
    person = (await client.send("admin", "POST", "/v1/people", key="p", json=body)).json()["person"]
    term = {"program": PROGRAM, "name": "t", "first": "2026-09-01", "last": "2027-06-30"}
    made = (await client.send("admin", "POST", "/v1/terms", key="t", json=term)).json()["term"]
    asked = {"person": person, "term": made, "reason": "new_hire", "applied_on": "2026-09-02"}
    answer = await client.send(
        "admin", "POST", "/v1/applications", key="a", json={**asked, "circumstances": "ill\u202e"}
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "bidirectional")


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
