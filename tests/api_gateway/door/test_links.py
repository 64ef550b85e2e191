"""A link of an email: opening changes nothing, one submission uses it up, and what it is no right to stays closed."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2 as httpx
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import create_async_engine

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from domain.notices import NoticeKind
from domain.relationship.stages.meetings.corrections import WithdrawMeeting
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import Mail, Visit, hash_of, path_in
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.conftest import set_clock
from tests.domain.builders import MENTEE, MENTOR

MEETING = {"about": "meeting", "rung": "1"}
LOGGED = {
    "began_at__when": "yesterday",
    "began_at__time": "15:00",
    "minutes__usual": "60",
    "mode": "in_person",
    "topics": ["budget"],
    "first_name": "sam",
}


async def test_a_mentor_records_a_meeting_by_the_link_and_the_event_says_so(
    pair: LivePair, mail: Mail, visit: Visit, client: Client
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    page = await visit.open(token)
    assert "Record your meeting with Robin Reyes" in page.text
    answer = await visit.send(token, **LOGGED)
    done = await visit.get(answer.headers["location"])
    assert done.status_code == 200
    assert "Your meeting is recorded" in done.text
    [met] = pair.state.meetings.log
    assert (met.minutes, met.mode, met.topics) == (60, "in_person", ("budget",))
    [(_, _, command)] = client.engine.sent
    assert (command.actor.id, command.actor.auth) == (MENTOR.id, "task_link")


async def test_the_mentee_confirms_the_meeting_of_the_link_and_no_other(
    pair: LivePair, mail: Mail, visit: Visit
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    await visit.send(token, **LOGGED)
    meeting = pair.state.meetings.log[0].id
    tokens = await mail.tokens(NoticeKind.MEETING_TO_CONFIRM, MENTEE, meeting=meeting)
    page = await visit.open(tokens["ConfirmMeeting"])
    assert "1 hour" in page.text or "60 minutes" in page.text
    await visit.send(tokens["ConfirmMeeting"], first_name="Robin")
    assert pair.state.meetings.log[0].status == "confirmed"
    # A link whose act was done another way still opens, and says that it is not possible now.
    later = await mail.tokens(NoticeKind.MEETING_TO_CONFIRM, MENTEE, meeting=meeting)
    other = await visit.open(later["ConfirmMeeting"])
    assert "You have already confirmed it, on " in other.text


async def test_opening_a_link_changes_no_row(
    pair: LivePair, mail: Mail, visit: Visit, worker: Database
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    before = await _rows(worker)
    for _ in range(3):
        assert (await visit.get("/t")).status_code == 200
        assert (await visit.open(token)).status_code == 200
    assert await _rows(worker) == before


async def test_a_machine_that_presses_every_button_sends_nothing(
    pair: LivePair, mail: Mail, visit: Visit, client: Client
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    bare = await visit.send(token, status=422)
    assert "Your first name: Type your first name." in bare.text
    other = await visit.send(token, status=422, **{**LOGGED, "first_name": "test"})
    assert "not for somebody with that name" in other.text
    assert "Sam" not in bare.text + other.text
    assert client.engine.sent == []
    await visit.send(token, **LOGGED)


async def test_unknown_used_expired_and_revoked_links_look_alike(
    pair: LivePair, mail: Mail, visit: Visit, client: Client, transport: httpx.ASGITransport
) -> None:
    tokens = [(await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"] for _ in range(3)]
    await visit.send(tokens[0], **LOGGED)
    await _set(client, tokens[1], revoked_at=pair.now)
    await _set(client, tokens[2], expires_at=tables.task_links.c.sent_at)
    stranger = Visit(transport)
    answers = [await stranger.open(token) for token in (*tokens, "x" * 43, "", "short")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


async def test_the_browser_that_sent_a_form_sees_what_was_done_when_its_link_is_opened_again(
    pair: LivePair, mail: Mail, visit: Visit, transport: httpx.ASGITransport
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    await visit.send(token, **LOGGED)
    again = await visit.open(token)
    assert (again.status_code, "Your meeting is recorded" in again.text) == (200, True)
    assert (await Visit(transport).open(token)).status_code == 404


async def test_a_link_lives_thirty_days_of_the_office(
    pair: LivePair, mail: Mail, visit: Visit, client: Client
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    await set_clock(client.office.settings, pair.now + timedelta(days=29))
    assert (await visit.open(token)).status_code == 200
    await set_clock(client.office.settings, pair.now + timedelta(days=31))
    assert (await visit.open(token)).status_code == 404


async def test_a_changed_address_kills_a_link_and_a_later_email_does_not(
    pair: LivePair, mail: Mail, visit: Visit, client: Client
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    again = await mail.tokens(NoticeKind.REMINDER, MENTOR, again=1, **MEETING)
    assert again["LogMeeting"] == token
    later = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    assert later != token
    assert (await visit.open(token)).status_code == 200
    person = tables.people.c
    async with client.office.database.transaction() as connection:
        await connection.execute(
            update(tables.people).where(person.id == MENTOR.id).values(email="new@example.org")
        )
    assert (await visit.open(token)).status_code == 404


async def test_many_submissions_at_once_are_one(
    mail: Mail, client: Client, transport: httpx.ASGITransport
) -> None:
    for _ in range(3):
        await fifty_at_once(mail, client, transport)


async def fifty_at_once(mail: Mail, client: Client, transport: httpx.ASGITransport) -> None:
    """Send the form of a new link from fifty browsers at once; exactly one is accepted, and then taken back."""
    pair, before = mail.pair, len(client.engine.sent)
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    browsers = [Visit(transport) for _ in range(50)]
    pages = [await each.open(token) for each in browsers]
    forms = [form_to(page.text, path_in(page.text)) for page in pages]
    left = [*zip(browsers, forms, strict=True)]
    while left:
        sent = await asyncio.gather(*(each.post(form.action, form.filled(**LOGGED)) for each, form in left))
        # A machine that has too much to do says so; whoever is told so sends the same form again.
        assert {answer.status_code for answer in sent} <= {303, 503}
        left = [one for one, answer in zip(left, sent, strict=True) if answer.status_code == 503]
    [met] = [each for each in pair.state.meetings.log if each.stands]
    assert len({command.id for _, _, command in client.engine.sent[before:]}) == 1
    assert (await Visit(transport).open(token)).status_code == 404
    pair.do(WithdrawMeeting, MENTOR, meeting=met.id)
    await pair.at(pair.now)


async def test_a_refused_submission_gives_the_link_back(
    pair: LivePair, mail: Mail, visit: Visit, client: Client
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    early = {**LOGGED, "began_at__when": "other", "began_at__day": "2020-01-01"}
    refused = await visit.send(token, status=409, **early)
    assert 'value="2020-01-01"' in refused.text
    row = tables.task_links.c
    async with client.office.database.transaction() as connection:
        of_act = select(row.used_at, row.used_by).where(row.act == "LogMeeting")
        assert (await connection.execute(of_act)).one() == (None, "")
    await visit.send(token, **LOGGED)


async def test_a_form_from_another_site_or_browser_is_refused(
    pair: LivePair, mail: Mail, visit: Visit, transport: httpx.ASGITransport
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    page = await visit.open(token)
    form = form_to(page.text, path_in(page.text))
    sent = form.filled(**LOGGED)
    foreign = await visit.post(form.action, sent, **{"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert (await Visit(transport).post(form.action, sent)).status_code == 404
    assert (await visit.post("/t", {"token": token}, **{"Sec-Fetch-Site": "cross-site"})).status_code == 403


async def test_no_answer_and_no_row_has_the_token(
    pair: LivePair, mail: Mail, visit: Visit, worker: Database
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    page = await visit.open(token)
    answer = await visit.send(token, **LOGGED)
    assert token not in page.text + str(answer.headers)
    assert token not in str(await _rows(worker))


async def _rows(worker: Database) -> list[str]:
    """Return what stands in the tables that a link could change."""
    async with worker.transaction() as connection:
        return [
            str((await connection.execute(select(table).order_by(*table.primary_key))).all())
            for table in (tables.task_links, tables.commands, tables.events)
        ]


async def _set(client: Client, token: str, **change: Any) -> None:
    engine = create_async_engine(client.office.settings.database_url("migrator"))
    async with engine.begin() as connection:
        links = tables.task_links
        await connection.execute(update(links).where(links.c.hash == hash_of(token)).values(**change))
    await engine.dispose()
