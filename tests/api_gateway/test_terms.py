"""Terms in regions over the API: routes from commands, documents of answers, who sees what, and their start."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.journal import SqlRecords
from api_gateway.http.command_bodies import body_of
from domain.actors import Role
from domain.associations import Association
from domain.ids import derive, term_region_id
from domain.rules.intake import TermDates
from domain.rules.program import Rules
from domain.term.log_checks import RecordLogCheck
from domain.visibility import sight_of
from tests.activities.postgres.test_term_journal import a_year
from tests.api_gateway.conftest import Client, open_term
from tests.domain.builders import MENTOR
from tests.domain.term.term_case import TermCase
from workers.settings import ProcessRole as Login

TERM = derive("term", "sample")
STATE = sight_of("state", (Role.COORDINATOR,), Association(regions=("r3",)))
HERE = f"/v1/terms/{TERM}/regions/r1"
SUBJECT = term_region_id(TERM, "r1")
ANSWERS = {
    "mentor": "Sam Ortiz",
    "district_school": "Lakeside School",
    "month": "september",
    "mentees": [{"name": "Robin Reyes"}],
    "times": ["lunch"],
    "support": "the page on contracts",
    "site_visited": True,
    "coordinator_contact": False,
}
SCALES = ("practice", "leadership", "expertise", "introductions", "transition", "colleague", "less_alone")
SURVEY = dict.fromkeys((*SCALES, "safe", "would_mentor"), 4) | {"quote_consent": False}
CHECK = {
    "period": "2026-10-01",
    "relationships": ["c" * 32],
    "evidence": ["logs_read"],
    "findings": [{"relationship": "c" * 32, "code": "no_meeting_logged"}],
}


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the term rules with a survey of the contacts and a monthly record."""
    programs = load_programs()
    one, other = programs["masa"].rules, programs["nea_esp"].rules
    record = other.form("monthly_record")
    assert record is not None
    both = replace(one, forms=(*one.forms, record), form_digests={**one.form_digests, **other.form_digests})

    async def found(_: CommandFacts, __: str) -> Rules:
        return both

    monkeypatch.setattr(CommandFacts, "rules", found)


async def test_answers_that_do_not_fit_are_refused_field_by_field(client: Client) -> None:
    body = {"month": "2026-09", "answers": {**ANSWERS, "support": "x\u202ey", "times": ["at night"]}}
    answer = await client.send("mentee", "POST", f"{HERE}/submit-monthly-record", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "answers_do_not_fit")
    assert {error["path"].partition("[")[0] for error in answer.json()["errors"]} == {"support", "times"}
    assert await documents(client) == []


async def documents(client: Client) -> list[Any]:
    async with client.office.database.transaction() as connection:
        return list(await connection.execute(select(tables.documents)))


async def test_a_monthly_record_is_a_document_and_a_command_to_the_term_of_the_region(client: Client) -> None:
    body = {"month": "2026-09", "answers": ANSWERS}
    answer = await client.send("mentee", "POST", f"{HERE}/submit-monthly-record", json=body)
    assert answer.status_code == 200, answer.text
    [(workflow, name, command)] = client.engine.sent
    assert (workflow, name) == (f"term/{SUBJECT}", "SubmitMonthlyRecord")
    assert command.actor.role is Role.PARTICIPANT
    [kept] = await documents(client)
    assert (kept.form, kept.privacy, kept.person) == ("monthly_record", "c2o", derive("p", "mentee"))
    assert (command.answers.doc, command.answers.commit) == (kept.id, kept.commit)
    assert json.loads(bytes(kept.payload)[32:]) == ANSWERS
    stored = str(command)
    assert "contracts" not in stored


async def test_a_record_that_staff_enter_is_the_mentors_document(client: Client) -> None:
    """C27."""
    mentor = derive("p", "mentee")
    body = {"month": "2026-09", "answers": ANSWERS, "acting_for": mentor, "reason": "by_email"}
    answer = await client.send("coordinator", "POST", f"{HERE}/submit-monthly-record", json=body)
    assert answer.status_code == 200, answer.text
    [(_, _, command)] = client.engine.sent
    assert (command.actor.acting_for, command.actor.reason, command.actor.role.value) == (
        mentor,
        "by_email",
        "coordinator",
    )
    [kept] = await documents(client)
    assert kept.person == mentor


async def test_answers_for_a_term_are_deleted_when_their_sender_is_refused(client: Client) -> None:
    client.engine.refuse("not_a_mentor_of_term")
    body = {"month": "2026-09", "answers": ANSWERS}
    answer = await client.send("mentee", "POST", f"{HERE}/submit-monthly-record", json=body)
    assert (answer.status_code, await documents(client)) == (403, [])


async def test_an_amendment_and_a_survey_are_separate_documents(client: Client) -> None:
    body = {"month": "2026-09", "answers": ANSWERS}
    await client.send("mentee", "POST", f"{HERE}/submit-monthly-record", key="1", json=body)
    await client.send("mentee", "POST", f"{HERE}/amend-monthly-record", key="2", json=body)
    survey = {"audience": "contact", "answers": SURVEY}
    answer = await client.send("coordinator", "POST", f"{HERE}/submit-term-survey", key="3", json=survey)
    assert answer.status_code == 200, answer.text
    forms = sorted((kept.form, kept.privacy) for kept in await documents(client))
    assert forms == [("masa_survey_contact", "c2a"), ("monthly_record", "c2o"), ("monthly_record", "c2o")]
    assert [name for _, name, _ in client.engine.sent][1:] == ["AmendMonthlyRecord", "SubmitTermSurvey"]


async def test_a_log_check_carries_its_evidence_and_findings(client: Client) -> None:
    answer = await client.send("coordinator", "POST", f"{HERE}/record-log-check", json=CHECK)
    assert answer.status_code == 200, answer.text
    [(_, _, command)] = client.engine.sent
    assert isinstance(command, RecordLogCheck)
    assert command.evidence == ("logs_read",)
    assert [(found.relationship, found.code) for found in command.findings] == [
        ("c" * 32, "no_meeting_logged")
    ]
    assert command.actor.regions == ("r1",)


@pytest.mark.parametrize(
    ("name", "path", "body", "status"),
    [
        ("coordinator", "submit-monthly-record", {"month": "2026-09", "answers": {}}, 403),
        ("auditor", "record-log-check", CHECK, 403),
        ("mentee", "record-log-check", CHECK, 403),
        ("", "record-log-check", CHECK, 401),
        ("mentee", "submit-monthly-record", {"month": "2026-09"}, 422),
        ("mentee", "submit-monthly-record", {"month": "two words", "answers": {}}, 422),
        ("mentee", "submit-monthly-record", {"month": "2026-09", "answers": {}, "extra": 1}, 422),
        ("mentee", "submit-monthly-record", {"month": "2026-09", "answers": {"a": None}}, 422),
        ("mentee", "submit-term-survey", {"audience": "teacher", "answers": {}}, 422),
        ("coordinator", "record-log-check", {**CHECK, "findings": [{"relationship": "c" * 32}]}, 422),
        (
            "coordinator",
            "record-log-check",
            {**CHECK, "findings": [{"relationship": "c" * 99, "code": "x"}]},
            422,
        ),
        (
            "coordinator",
            "record-log-check",
            {**CHECK, "findings": [{**CHECK["findings"][0], "words": "x"}]},
            422,
        ),
        ("coordinator", "record-log-check", {**CHECK, "evidence": "logs_read"}, 422),
    ],
)
async def test_a_body_in_the_wrong_form_or_from_the_wrong_role_reaches_no_workflow(
    client: Client, name: str, path: str, body: dict[str, Any], status: int
) -> None:
    answer = await client.send(name, "POST", f"{HERE}/{path}", json=body)
    assert answer.status_code == status, answer.text
    assert client.engine.sent == []
    assert await documents(client) == []


@pytest.mark.parametrize("path", ["/v1/terms/none/regions/r1/{}", f"/v1/terms/{TERM}/regions/R%201/{{}}"])
async def test_a_path_that_names_no_term_or_region_is_refused(client: Client, path: str) -> None:
    answer = await client.send("coordinator", "POST", path.format("record-log-check"), json=CHECK)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("not_a_mentor_of_term", 403),
        ("already_submitted", 409),
        ("month_not_open_yet", 409),
        ("other_region", 404),
    ],
)
async def test_a_broken_rule_of_a_term_is_a_problem_with_its_code(
    client: Client, code: str, status: int
) -> None:
    client.engine.refuse(code, "month")
    body = {"month": "2026-09", "answers": ANSWERS}
    answer = await client.send("mentee", "POST", f"{HERE}/submit-monthly-record", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, "not_found" if status == 404 else code)


async def test_opening_a_term_starts_it_in_each_region_and_a_later_region_gets_it_too(client: Client) -> None:
    term = await open_term(client)
    assert [(start.opening.term, start.opening.region) for start in client.engine.terms] == [
        (term, "r1"),
        (term, "r2"),
    ]
    program = client.engine.terms[0].program
    body = {"code": "r9", "name": "R9", "program": program}
    assert (await client.send("admin", "POST", "/v1/regions", key="r9", json=body)).status_code == 201
    assert [start.opening.region for start in client.engine.terms][-1] == "r9"
    assert {start.rules_digest for start in client.engine.terms} == {client.engine.terms[0].rules_digest}


async def test_a_term_opens_even_if_the_engine_is_unavailable(client: Client) -> None:
    client.engine.raises = RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
    assert await open_term(client)
    assert client.engine.terms == []


async def a_recorded_year(client: Client) -> TermCase:
    """Record a year of a term in region r3, as its workflow would."""
    pool = Database(client.office.settings.database_url(Login.WORKER), size=2)
    case = a_year()
    try:
        for record in case.records:
            await SqlRecords(pool).record(record)
    finally:
        await pool.close()
    return case


async def test_lists_show_coordinators_their_own_regions_and_mentors_their_own_records(
    client: Client,
) -> None:
    await a_recorded_year(client)
    await client.token("here", Role.COORDINATOR, regions=("r3",))
    for noun in ("term-regions", "monthly-records", "log-checks", "term-surveys"):
        for name, some in (("here", True), ("auditor", True), ("elsewhere", False)):
            answer = await client.send(name, "GET", f"/v1/{noun}")
            assert answer.status_code == 200, (noun, name)
            assert bool(answer.json()["data"]) is some, (noun, name)
    assert (await client.send("mentee", "GET", "/v1/log-checks")).status_code == 403
    assert (await client.send("mentee", "GET", "/v1/monthly-records")).json()["data"] == []
    page = (await client.send("here", "GET", "/v1/monthly-records?limit=1")).json()
    assert page["has_more"]
    following = (await client.send("here", "GET", f"/v1/monthly-records?limit=1&after={page['next']}")).json()
    assert following["data"][0]["id"] != page["data"][0]["id"]
    assert MENTOR.id in {row["mentor"] for row in (*page["data"], *following["data"])}


async def test_the_answer_for_a_region_counts_in_the_results_of_its_survey(client: Client) -> None:
    case = await a_recorded_year(client)
    (kept,) = case.state.answers
    await client.office.documents.keep(
        SURVEY,
        id=kept.document,
        scope=case.id,
        person=derive("p", "c"),
        form="masa_survey_contact",
        privacy="c2a",
    )
    until = case.now + timedelta(days=1)
    (found,) = await client.office.reads.surveys.answers(STATE, case.state.term, "masa_survey_contact", until)
    assert (found.group, found.answers) == ("r3", SURVEY)
    assert (
        await client.office.reads.surveys.answers(STATE, case.state.term, "masa_survey_mentor", until) == ()
    )
    before = case.now - timedelta(days=400)
    assert (
        await client.office.reads.surveys.answers(STATE, case.state.term, "masa_survey_contact", before) == ()
    )


def test_a_region_may_answer_after_the_last_mentoring_is_over() -> None:
    rules = load_programs()["ma_ese"].rules
    term = TermDates(first=date(2026, 9, 1), last=date(2027, 6, 30))
    assert rules.answers_end(term) == rules.answers_end(term, "mentee") == term.last
    assert rules.answers_end(term, "district") == date(2027, 7, 20)


async def test_one_term_in_a_region_has_its_tasks_its_history_and_its_state_at_a_moment(
    client: Client,
) -> None:
    case = await a_recorded_year(client)
    path = f"/v1/term-regions/{case.id}"
    found = await client.send("auditor", "GET", path)
    assert found.json()["region"] == "r3"
    assert found.json()["tasks"]
    again = await client.send("auditor", "GET", path, headers={"If-None-Match": found.headers["etag"]})
    assert again.status_code == 304
    history = (await client.send("auditor", "GET", f"{path}/history")).json()["data"]
    assert [event["type"] for event in history][:: len(history) - 1] == ["TermOpened", "TermClosed"]
    params = {"at": "2026-10-20T23:00:00Z"}
    state = (await client.send("auditor", "GET", f"{path}/history", params=params)).json()["state"]
    assert [record["version"] for record in state["records"]] == [2]
    assert (await client.send("elsewhere", "GET", path)).status_code == 404
    assert (await client.send("elsewhere", "GET", f"{path}/history")).status_code == 404


def test_the_body_of_a_log_check_names_its_fields() -> None:
    assert set(body_of(RecordLogCheck).model_fields) == {"period", "relationships", "evidence", "findings"}
