"""The agreement over HTTP: the text word for word, its digest, its signatures, and who may see it."""

import hashlib
from dataclasses import replace

import pytest
from sqlalchemy import insert

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.notice_rows import NoticeRecords
from activities.adapters.postgres.reads.agreement import TextLost, text_of, versions
from domain.ids import derive
from domain.notices import NoticeKind
from domain.relationship.calendar_feed import deadlines
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.agreement.signing import SignAgreement
from domain.rules.agreement_text import Text
from domain.rules.program import DeadlineKind
from domain.visibility import participant
from tests.api_gateway.conftest import Client
from tests.api_gateway.recorded import recorded_pair
from tests.domain.builders import MENTEE, MENTOR, RULES, TERM, TERMS


async def test_the_text_is_shown_with_its_digest_and_signatures(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        read = (await client.send("the mentee", "GET", f"{pair.path}/agreement")).json()
        assert hashlib.sha256(read["text"].encode()).hexdigest() == read["digest"] == pair.case.digest()
        assert (read["version"], read["status"], read["signatures"]) == (1, "draft", [])
        assert read["languages"] == ["en", "es"]
        await pair.sign(MENTEE, "es")
        await pair.sign(MENTOR)
        signed = (await client.send("the mentor", "GET", f"{pair.path}/agreement")).json()
        assert signed["status"] == "in_force"
        assert [(each["side"], each["person"]) for each in signed["signatures"]] == [
            ("mentee", MENTEE.id),
            ("mentor", MENTOR.id),
        ]
        spanish = (await client.send("the mentee", "GET", f"{pair.path}/agreement?language=es")).json()
        assert spanish["text"].startswith("es: letter title")
        assert spanish["digest"] == signed["signatures"][0]["digest"] != signed["digest"]
        assert [kept["document"] for kept in signed["kept"]] == ["application", "attendance_record"]
        found = (await client.send("the mentee", "GET", pair.path)).json()
        assert found["kept"] == "application,attendance_record"


async def test_each_version_can_be_read_and_says_what_became_of_it(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        await pair.do(DraftAgreement, MENTEE, terms=TERMS)
        await pair.sign(MENTEE)
        await pair.sign(MENTOR)
        await pair.do(DraftAgreement, MENTEE, terms=replace(TERMS, left_out=("mentor_prepared",)))
        states = [
            (await client.send("the mentee", "GET", f"{pair.path}/agreement?version={number}")).json()[
                "status"
            ]
            for number in (1, 2, 3)
        ]
        assert states == ["superseded", "in_force", "draft"]
        await pair.sign(MENTOR)
        await pair.sign(MENTEE)
        second = (await client.send("the mentee", "GET", f"{pair.path}/agreement?version=2")).json()
        assert second["status"] == "replaced"
        assert (
            second["text"]
            != (await client.send("the mentee", "GET", f"{pair.path}/agreement")).json()["text"]
        )


async def test_what_is_not_there_is_404_with_a_code(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        for query, code in (("version=2", "unknown_version"), ("language=fr", "unknown_language")):
            answer = await client.send("the mentee", "GET", f"{pair.path}/agreement?{query}")
            assert (answer.status_code, answer.json()["code"]) == (404, code)
        strange = await client.send("the mentee", "GET", f"{pair.path}/agreement?version=0")
        assert strange.status_code == 422
        elsewhere = await client.send("elsewhere", "GET", f"{pair.path}/agreement")
        assert elsewhere.status_code == 404
        nobody = await client.send("mentee", "GET", f"{pair.path}/agreement")
        assert nobody.status_code == 404


async def test_a_text_that_differs_from_the_draft_is_not_shown(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        async with client.office.database.transaction() as connection:
            [drafted] = await versions(participant(MENTEE.id), connection, pair.case.id)
            assert (await text_of(connection, drafted, "en")).startswith("letter title")
            for changed in (
                {"texts": (Text(language="en", digest="0" * 64),)},
                {"terms": replace(TERMS, minutes=61)},
                {"rules": "f" * 64},
                {"clauses": replace(drafted.clauses, layout=2)},
            ):
                with pytest.raises(TextLost):
                    await text_of(connection, replace(drafted, **changed), "en")


async def test_the_partner_gets_the_text_and_its_digest_by_email(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        notice = derive(
            "notice", pair.case.id, str(pair.head.seq), NoticeKind.AGREEMENT_TO_SIGN.value, MENTEE.id
        )
        to_send = await NoticeRecords(client.office.database, client.office.clock).to_send(notice)
        assert to_send is not None
        assert (to_send.kind, to_send.digest) == (NoticeKind.AGREEMENT_TO_SIGN, pair.case.digest())
        assert hashlib.sha256(to_send.agreement.encode()).hexdigest() == to_send.digest


async def test_a_signature_sends_version_and_digest(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        path = f"{pair.path}/sign-agreement"
        missing = await client.send("the mentee", "POST", path, json={"version": 1})
        assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (422, "/digest")
        body = {"version": 1, "digest": pair.case.digest()}
        assert (await client.send("the mentee", "POST", path, key="2", json=body)).status_code == 200
        [(_, _, command)] = client.engine.sent
        assert isinstance(command, SignAgreement)
        assert (command.version, command.digest) == (1, pair.case.digest())


DRAFT = {
    "ground_rules": ["confidential"],
    "rhythm": {"every": 1, "unit": "months"},
    "modes": ["phone", "in_person"],
    "face_to_face": 1,
    "minutes": 60,
}


async def test_a_draft_reaches_the_workflow_as_it_was_written(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        body = {"terms": {**DRAFT, "left_out": ["mentor_prepared"]}}
        answer = await client.send("the mentor", "POST", f"{pair.path}/draft-agreement", json=body)
        assert answer.status_code == 200, answer.text
        [(_, _, command)] = client.engine.sent
        assert isinstance(command, DraftAgreement)
        terms = replace(
            TERMS, ground_rules=("confidential",), modes=("phone", "in_person"), left_out=("mentor_prepared",)
        )
        assert command.terms == terms


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"goals": ["lead a school"]}, "/terms/goals"),  # goals belong to the pair and are not accepted here
        ({"minutes": "60"}, "/terms/minutes"),
        ({"face_to_face": True}, "/terms/face_to_face"),
        ({"ground_rules": ["We never lie."]}, "/terms/ground_rules/0"),
        ({"rhythm": {"every": 1, "unit": "years"}}, "/terms/rhythm/unit"),
        ({"rhythm": {"every": 1, "unit": "weeks", "day": "monday"}}, "/terms/rhythm/day"),
    ],
)
async def test_terms_in_the_wrong_form_are_refused_with_their_field(
    client: Client, change: dict[str, object], pointer: str
) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        body = {"terms": {**DRAFT, **change}}
        answer = await client.send("the mentor", "POST", f"{pair.path}/draft-agreement", json=body)
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
        assert client.engine.sent == []


async def test_an_email_says_by_when_to_sign_and_whether_anything_is_written(
    client: Client, worker: Database
) -> None:
    """Both follow from the journal when it leaves: its data, which runs of every engine record, do not have them."""
    term = {"program": "sample", "name": "t", "first": TERM.first, "last": TERM.last, "version": "1"}
    async with recorded_pair(client) as pair:
        records = NoticeRecords(worker, client.office.clock)
        await pair.in_touch()
        reminder = {"kind": "reminder", "subject": pair.case.id, "seq": 1, "person": MENTEE.id, "region": ""}
        row = {"id": derive("a reminder"), "data": {"about": "agreement", "rung": "1"}, **reminder}
        async with worker.transaction() as connection:
            await connection.execute(insert(tables.notices).values(row))
        async with client.office.database.transaction() as connection:
            await connection.execute(insert(tables.terms).values(id=pair.case.state.term, **term))
        [due] = [
            each.day
            for each in deadlines(pair.case.state, MENTEE.id, RULES.calendar)
            if each.subject is DeadlineKind.AGREEMENT
        ]
        asked = await records.to_send(row["id"])
        assert asked is not None
        assert (asked.due, asked.unwritten) == (due, True)
        await pair.do(DraftAgreement, MENTOR, terms=TERMS)
        signs = derive("notice", pair.case.id, str(pair.head.seq), "agreement_to_sign", MENTEE.id)
        for id in (row["id"], signs):
            asked = await records.to_send(id)
            assert asked is not None
            assert (asked.due, asked.unwritten) == (due, False)
