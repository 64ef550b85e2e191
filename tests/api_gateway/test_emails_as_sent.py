"""The words of emails as they were sent: sealed, read by who may see the matter, and each reading is an event."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from activities.adapters.keyring import Keyring, SealBroken
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.kept_emails import SqlKeptEmails, open_email
from activities.adapters.postgres.reads.kept_emails import SentEmail
from activities.ports.notices import Email, EmailCopy, SentHeaders, Wording
from api_gateway.services.kept_emails import words_as_sent
from domain.ids import s_stream
from tests.activities.mail.rendered import MENTEE as READER
from tests.api_gateway.confidential import SECRET, side_events, whole_database
from tests.api_gateway.conftest import Client
from tests.api_gateway.recorded import RecordedPair, recorded_pair
from tests.api_gateway.test_kept_data import places
from tests.api_gateway.test_visibility import OWED, READERS, arrange, change_pair, put
from tests.domain.builders import MENTEE, MENTOR

NOW = datetime(2026, 11, 2, 15, 30, tzinfo=UTC)
NOTICE = "b" * 32
SUBJECT = f"Please answer by Friday: {SECRET}"


async def left(
    client: Client,
    scope: str,
    *,
    id: str = NOTICE,
    at: datetime = NOW,
    subject: str = SUBJECT,
    language: str = "",
) -> None:
    """Keep an email as the worker does when one has left."""
    words = Wording(subject=subject, text="Dear Sam\n", html="<p>Dear Sam", calendar="Meeting")
    number = f"{id}.{language}" if language else id
    email = Email(
        id=number,
        to=(READER,),
        wording=words,
        copy=EmailCopy(email=id, scope=scope, wording=words),
        language=language or "en",
    )
    headers = SentHeaders(
        sender="Program <office@example.org>",
        reply_to="Ann Berg <ann@example.org>",
        to="Sam Lee <sam@example.org>",
        message_id=f"<{number}@example.org>",
        at=at,
    )
    await SqlKeptEmails(client.engine.database, keyring(client)).keep(email, headers)


def keyring(client: Client) -> Keyring:
    return Keyring(client.office.settings.key_file)


async def notice(client: Client, pair: RecordedPair, **values: Any) -> None:
    row = {"id": NOTICE, "subject": pair.case.id, "kind": "reminder", "person": MENTEE.id, "region": ""}
    await put(client, (tables.notices, {**row, "status": "sent", "data": {}, "created_at": NOW, **values}))


async def words(client: Client, name: str, path: str = "") -> tuple[int, Any]:
    path = path or f"notices/{client.shown(NOTICE)}"
    answer = await client.send(name, "GET", f"/v1/{path}/words")
    return answer.status_code, answer.json()


async def everybody(client: Client) -> None:
    for name, (person, roles, regions, _) in READERS.items():
        await client.token_of(name, person, roles, regions)


async def may_read(client: Client) -> set[str]:
    return {name for name in READERS if (await words(client, name))[0] == 200}


async def test_the_words_are_read_as_they_were_sent_and_each_reading_is_an_event(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        await notice(client, pair)
        await left(client, pair.case.id)
        for name in ("the coordinator", "the mentee"):
            assert await words(client, name) == (
                200,
                {
                    "id": client.shown(NOTICE),
                    "kind": "reminder",
                    "emails": [
                        {
                            "message_id": f"<{NOTICE}@example.org>",
                            "from": "Program <office@example.org>",
                            "reply_to": "Ann Berg <ann@example.org>",
                            "to": "Sam Lee <sam@example.org>",
                            "language": "en",
                            "subject": SUBJECT,
                            "text": "Dear Sam\n",
                            "html": "<p>Dear Sam",
                            "calendar": "Meeting",
                            "sent_at": "2026-11-02T15:30:00.000000Z",
                            "times": 1,
                            "earlier": [],
                        }
                    ],
                },
            )
        readings = [each for each in await side_events(client, pair) if each["type"] == "EmailRead"]
        assert [each["body"] for each in readings] == [{"email": NOTICE, "kind": "reminder"}] * 2
        assert [each["actor"]["role"] for each in readings] == ["coordinator", "participant"]
        shown = (await client.send("the coordinator", "GET", f"{pair.path}/side-history")).json()
        assert [each["type"] for each in shown["data"]] == ["EmailRead"] * 2
        assert shown["zone"] == "UTC", "the file of this program is not here"
        await change_pair(client, pair.case.id, program="masa")
        shown = (await client.send("the coordinator", "GET", f"{pair.path}/side-history")).json()
        assert shown["zone"] == "America/Chicago", "events beside a pair name no rules, so the pair does"


async def test_who_may_see_the_matter_may_read_the_words(client: Client) -> None:
    await everybody(client)
    by_office = {"coordinator here", "decider", "state office", "auditor", "administrator"}
    async with recorded_pair(client) as pair:
        await arrange(client, pair)
        await notice(client, pair)
        await left(client, pair.case.id)
        # Whoever is of the pair does not learn what was said to the other side, in no office.
        assert await may_read(client) == by_office | {"mentee", "accused administrator"}


async def opened_at(client: Client, pair: RecordedPair) -> int:
    """Return the number of the event that opened the case of a pair."""
    event = tables.events.c
    wanted = select(event.seq).where(event.stream == pair.case.id, event.type == "ComplaintOpened")
    async with client.office.database.transaction() as connection:
        return int((await connection.scalars(wanted)).one())


@pytest.mark.parametrize(
    ("kind", "accused"),
    [("change_answered", True), ("complaint_received", False), ("complaint_closed", False)],
)
async def test_what_is_confidential_is_read_by_its_reader_and_by_those_who_see_the_matter(
    client: Client, kind: str, accused: bool
) -> None:
    await everybody(client)
    async with recorded_pair(client) as pair:
        await arrange(client, pair)
        await notice(client, pair, kind=kind, seq=await opened_at(client, pair))
        await left(client, pair.case.id)
        readers = await may_read(client)
        assert {"mentee", "state office"} <= readers
        assert not readers & {"mentor", "mentor with every office", "payment staff", "coordinator elsewhere"}
        assert ("accused administrator" in readers) is accused
        side = (await client.send("accused administrator", "GET", f"{pair.path}/side-history")).json()["data"]
        read = [each for each in side if each["type"] == "EmailRead"]
        assert bool(read) is accused, "to the accused there is no trace of a case"


async def test_an_email_about_money_is_read_by_those_who_see_the_money(client: Client) -> None:
    await everybody(client)
    async with recorded_pair(client) as pair:
        await arrange(client, pair)
        await notice(client, pair, subject=OWED, kind="stipend_sent", person=MENTOR.id)
        await left(client, OWED)
        readers = await may_read(client)
        assert {"payment staff", "coordinator here", "auditor", "mentor"} <= readers
        assert not readers & {"mentee", "stranger", "coordinator elsewhere"}
        assert await installation_readings(client) == [{"email": NOTICE, "kind": "stipend_sent"}] * len(
            readers
        )


async def installation_readings(client: Client) -> list[Any]:
    """Return what the installation's stream says about readings."""
    event = tables.events.c
    async with client.office.database.transaction() as connection:
        origin = (await connection.scalars(select(tables.installation.c.origin))).one()
        wanted = select(event.bytes).where(event.stream == s_stream(origin), event.type == "EmailRead")
        return [
            json.loads(bytes(each))["body"] for each in await connection.scalars(wanted.order_by(event.seq))
        ]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("pending", "email_waits"),
        ("parked", "email_waits"),
        ("in_digest", "email_in_digest"),
        ("overtaken", "email_overtaken"),
        ("refused", "email_refused"),
        ("sent", "words_not_kept"),
    ],
)
async def test_an_email_that_never_left_says_why_it_has_no_words(
    client: Client, status: str, code: str
) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        await notice(client, pair, status=status)
        told, problem = await words(client, "the coordinator")
        assert (told, problem["code"]) == (404, code)
        assert (await words(client, "the mentor"))[1]["code"] == "not_found"
        assert [each for each in await side_events(client, pair) if each["type"] == "EmailRead"] == []


async def test_c17_an_email_that_was_sent_again_shows_the_newest_words_how_often_and_earlier_ones_that_differ(
    client: Client,
) -> None:
    hour = timedelta(hours=1)
    async with recorded_pair(client) as pair:
        await pair.signed()
        await notice(client, pair)
        here = pair.case.id
        await left(client, here, subject="First words")
        await left(client, here, subject="First words", at=NOW + hour)
        await left(client, here, subject="Newest words", at=NOW + 2 * hour)
        await left(client, here, subject="Newest words", at=NOW + 2 * hour)  # the same sending, repeated
        await left(client, here, subject="En español", language="es", at=NOW - hour)
        _, found = await words(client, "the coordinator")
        newest, other = found["emails"]
        assert (newest["subject"], newest["times"]) == ("Newest words", 3)
        assert newest["sent_at"] == "2026-11-02T17:30:00.000000Z"
        assert [(each["subject"], each["sent_at"][11:16]) for each in newest["earlier"]] == [
            ("First words", "16:30")
        ]
        assert (other["subject"], other["language"], other["times"]) == ("En español", "es", 1)
        assert len([each for each in await side_events(client, pair) if each["type"] == "EmailRead"]) == 1


async def test_the_words_are_sealed_with_the_key_of_the_pairs_sealed_texts(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        await notice(client, pair)
        await left(client, pair.case.id)
        assert SECRET not in await whole_database(client)
        assert await places(client, SECRET, "sam@example.org", "Dear Sam") == set()
        async with client.office.database.transaction() as connection:
            row = (await connection.execute(select(tables.kept_emails))).one()
        opened = keyring(client).open(
            bytes(row.payload), key_name=row.key_name, scope=pair.case.id, privacy="c2s", record=row.id
        )
        assert json.loads(opened)["subject"] == SUBJECT
        assert open_email(keyring(client), row)["subject"] == SUBJECT
        with pytest.raises(SealBroken):
            keyring(client).open(
                bytes(row.payload), key_name=row.key_name, scope="0" * 32, privacy="c2s", record=row.id
            )
        gone = keyring(client)
        gone._keys.clear()
        with pytest.raises(SealBroken):
            open_email(gone, row)


async def test_the_worker_adds_words_and_reads_none(client: Client, worker: Database) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with worker.transaction() as connection:
            await connection.execute(text("select payload from documents.kept_emails"))
    with pytest.raises(DBAPIError, match="permission denied"):
        async with client.office.database.transaction() as connection:
            await connection.execute(text("delete from documents.kept_emails"))


async def test_c15_a_digest_is_read_by_its_reader_alone(client: Client) -> None:
    await everybody(client)
    own = READERS["coordinator here"][0]
    row = {"id": NOTICE, "person": own, "day": NOW.date(), "task": "", "lines": [], "planned_at": NOW}
    silent = {**row, "id": "c" * 32, "day": NOW.date() - timedelta(days=1), "status": "silent"}
    waiting = {**row, "id": "d" * 32, "day": NOW.date() + timedelta(days=1), "status": "pending"}
    await put(client, *((tables.digests, each) for each in ({**row, "status": "sent"}, silent, waiting)))
    await left(client, own)
    path = f"digests/{client.shown(NOTICE)}"
    readers = {name for name in READERS if (await words(client, name, path))[0] == 200}
    assert readers == {"coordinator here"}
    assert (await words(client, "coordinator here", path))[1]["emails"][0]["subject"] == SUBJECT
    assert await installation_readings(client) == [{"email": NOTICE, "kind": "digest"}] * 2
    assert (await words(client, "coordinator here", f"digests/{client.shown('d' * 32)}"))[1][
        "code"
    ] == "email_waits"
    listed = (await client.send("coordinator here", "GET", "/v1/digests")).json()["data"]
    assert [(each["id"], each["status"]) for each in listed] == [
        (client.shown(NOTICE), "sent"),
        (client.shown("d" * 32), "pending"),
    ]
    assert (await client.send("administrator", "GET", "/v1/digests")).json()["data"] == []


async def test_a_list_of_emails_names_their_readers_and_has_no_words(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.signed()
        known = {"id": MENTEE.id, "name": "Sam Lee", "language": "en", "created_at": NOW, "salt": "8" * 32}
        await put(client, (tables.people, known))
        await notice(client, pair)
        await left(client, pair.case.id)
        answer = await client.send("the coordinator", "GET", "/v1/notices?limit=100&status=sent")
        [row] = [each for each in answer.json()["data"] if each["id"] == client.shown(NOTICE)]
        assert row["person_name"] == "Sam Lee"
        assert SECRET not in answer.text


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), min_size=1, max_size=8))
def test_however_often_emails_leave_each_version_is_shown_once_and_each_time_is_counted(
    sendings: list[tuple[str, str]],
) -> None:
    left_at = tuple(
        {"message_id": id, "text": words, "sent_at": f"2026-11-02T15:{minute:02}"}
        for minute, (id, words) in reversed(list(enumerate(sendings)))
    )
    found = words_as_sent(SentEmail(id="n", kind="reminder", status="sent", sendings=left_at))["emails"]
    assert [each["message_id"] for each in found] == list(dict.fromkeys(id for id, _ in reversed(sendings)))
    for each in found:
        texts = [words for id, words in reversed(sendings) if id == each["message_id"]]
        assert each["times"] == len(texts)
        assert [each["text"], *(earlier["text"] for earlier in each["earlier"])] == list(dict.fromkeys(texts))
