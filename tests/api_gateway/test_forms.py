"""Forms over the API: what they ask, drafts, who may write and read, and what is refused field by field."""

import json
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.errors import Unavailable
from domain.actors import Role
from domain.journal import decode
from tests.api_gateway import invented
from tests.api_gateway.conftest import Client, reader_of
from tests.api_gateway.form_pairs import PROGRAM, Pair, people, sample_rules, survey
from tests.api_gateway.test_api import side_codes
from tests.domain.builders import COORDINATOR, FACTS, MENTEE, MENTOR

SCHEDULE = {"meetings": [{"on": "2026-09-01", "at": "15:00", "place": "Room 4"}]}


@pytest_asyncio.fixture
async def pair(client: Client, worker: Database) -> Pair:
    await people(client)
    case = Pair(client, worker, sample_rules())
    case.signed()
    return await case.stored()


async def test_a_program_lists_its_forms_in_the_requested_language(client: Client) -> None:
    reader = await reader_of(client, PROGRAM)
    listed = await client.send(reader, "GET", f"/v1/programs/{PROGRAM}/forms")
    uses = {each["form"]: each for each in listed.json()["data"]}
    assert set(uses) == {use.form for use in load_programs()[PROGRAM].rules.forms}
    path = f"/v1/programs/{PROGRAM}/forms/meeting_schedule"
    english = await client.send(reader, "GET", path)
    spanish = await client.send(reader, "GET", path, headers={"Accept-Language": "fr, es-MX;q=0.8, en;q=0.5"})
    asked = await client.send(reader, "GET", f"{path}?language=es", headers={"Accept-Language": "en"})
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
        (f"/v1/programs/{PROGRAM}/forms/meeting_schedule?version=9", 422, "unknown_filter"),
        (f"/v1/programs/{PROGRAM}/forms?language=fr", 422, "unknown_language"),
    ],
)
async def test_something_unknown_is_refused_with_a_code(
    client: Client, path: str, status: int, code: str
) -> None:
    answer = await client.send(await reader_of(client, PROGRAM), "GET", path)
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
        patched.setattr(client.door.made.office.intake, "claim", away)
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
        ("mentee", {"form": "meeting_schedule", "answers": SCHEDULE}, 404, "not_found"),
        ("mo", {"form": "none", "answers": {}}, 409, "unknown_form"),
        ("mo", {"form": "ese_district_report", "answers": {}}, 403, "form_of_the_other_side"),
        ("mo", {"form": "ese_survey_mentor", "answers": survey("mentor")}, 409, "survey_is_its_own_command"),
    ]
    for number, (name, body, status, code) in enumerate(asked):
        answer = await client.send(name, "POST", path, key=str(number), json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (name, body)
    unseen = {"elsewhere": "other_region", "mentee": "not_a_participant"}
    told = [unseen.get(name, code) for name, _, _, code in asked]
    assert await side_codes(client) == told


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


async def test_circumstances_with_hidden_characters_are_refused(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invented, "MINE", load_programs()[PROGRAM].association)
    region = {"code": "own", "name": "Own", "program": PROGRAM}
    assert (await client.send("admin", "POST", "/v1/regions", key="own", json=region)).status_code == 201
    monkeypatch.setattr(invented, "INVENTED", ("own",))
    body = {"name": "A", "email": "a@example.org", "role_title": "principal", "region": "own"}
    person = (await client.send("admin", "POST", "/v1/people", key="p", json=body)).json()["person"]
    term = {"program": PROGRAM, "name": "t", "first": "2026-09-01", "last": "2027-06-30"}
    made = (await client.send("admin", "POST", "/v1/terms", key="t", json=term)).json()["term"]
    asked = {"person": person, "term": made, "reason": "new_hire", "applied_on": "2026-09-02"}
    answer = await client.send(
        "admin", "POST", "/v1/applications", key="a", json={**asked, "circumstances": "ill\u202e"}
    )
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "bidirectional")
