"""Staff see which links an email carried and what became of each, send new ones, and end a person's ways in."""

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from domain.actors import Role
from domain.ids import derive
from domain.notices import NoticeKind
from domain.relationship.stages.meetings.log import LogMeeting
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.codes import Codes, enter
from tests.api_gateway.door.conftest import Mail, Visit, address_of, path_in
from tests.api_gateway.door.test_links import LOGGED, MEETING
from tests.api_gateway.pages.conftest import Browser, signed_in
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.api_gateway.test_tokens import events
from tests.api_gateway.test_visibility import put
from tests.domain.builders import MENTEE, MENTOR

KEY = "0123456789abcdef"


@pytest_asyncio.fixture
async def carla(pair: LivePair, client: Client) -> Browser:
    """Return the browser of the coordinator of the pair's region."""
    return await signed_in(client, "Carla Jensen", Role.COORDINATOR, regions=(pair.state.region,))


async def sent_notice(client: Client, pair: LivePair, person: str) -> str:
    """Have an email about the pair to a person be sent; return its id."""
    id = derive("notice of", person)
    row = {"id": id, "kind": "reminder", "subject": pair.id, "person": person, "region": "", "data": MEETING}
    sent = {"status": "sent", "code": "", "created_at": pair.now, "sent_at": pair.now - timedelta(hours=1)}
    await put(client, (tables.notices, {**row, **sent}))
    return id


def said(text: str) -> str:
    """Return the words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.partition("<main")[2]))


async def test_the_page_of_a_pair_says_what_became_of_each_link(
    pair: LivePair, mail: Mail, visit: Visit, client: Client, carla: Browser
) -> None:
    notice = await sent_notice(client, pair, MENTOR.id)
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, id=notice, **MEETING))["LogMeeting"]
    page = await carla.get(f"/relationships/{pair.id}?whole=true")
    assert re.search(
        r"“Record your meeting” : not used yet, open until \w+", said(page.text).replace(":", " :")
    )
    assert token not in page.text
    await visit.send(token, **LOGGED)
    assert "“Record your meeting”: used today" in said(
        (await carla.get(f"/relationships/{pair.id}?whole=true")).text
    )
    form = form_to(page.text, f"/emails/{client.shown(notice)}/send-again")
    again = await carla.post(form.action, form.filled())
    assert again.headers["location"] == f"/relationships/{pair.id}#emails", "one click sends it again"


async def test_a_link_whose_act_was_done_another_way_says_so(
    pair: LivePair, mail: Mail, client: Client, carla: Browser
) -> None:
    notice = await sent_notice(client, pair, MENTOR.id)
    await mail.tokens(NoticeKind.REMINDER, MENTOR, id=notice, **MEETING)
    for days, who, told in (
        (3, MENTEE, "not used yet, open until"),
        (2, MENTOR, "done another way today"),
    ):
        began = pair.now - timedelta(days=days)
        pair.do(LogMeeting, who, began_at=began, minutes=30, mode="video", topics=("budget",))
        await pair.at(pair.now + timedelta(minutes=5))
        page = (await carla.get(f"/relationships/{pair.id}?whole=true")).text
        assert f"“Record your meeting”: {told}" in said(page)


async def test_an_act_that_crossed_with_its_email_was_done_another_way_also_once_the_link_has_expired(
    pair: LivePair, mail: Mail, client: Client, worker: Database, carla: Browser
) -> None:
    notice = await sent_notice(client, pair, MENTOR.id)
    await mail.tokens(NoticeKind.REMINDER, MENTOR, id=notice, **MEETING)
    pair.do(
        LogMeeting,
        MENTOR,
        began_at=pair.now - timedelta(days=2),
        minutes=30,
        mode="video",
        topics=("budget",),
    )
    done = pair.now
    async with worker.transaction() as connection:
        left = update(tables.notices).where(tables.notices.c.id == notice)
        await connection.execute(left.values(sent_at=done + timedelta(seconds=1)))
    await pair.at(done + timedelta(days=70))
    page = (await carla.get(f"/relationships/{pair.id}?whole=true")).text
    assert "“Record your meeting”: done another way on" in said(page)


@pytest.mark.parametrize(
    ("kind", "data", "name", "closed"),
    [
        (NoticeKind.MATCH_PROPOSED, {}, "Accept this match", True),
        (NoticeKind.MATCH_PROPOSED, {}, "Decline this match", True),
        (NoticeKind.REMINDER, {"about": "first_contact"}, "Record your first contact", True),
        (NoticeKind.REMINDER, MEETING, "Record your meeting", False),
        (NoticeKind.REMINDER, {"about": "survey"}, "Answer the survey", False),
    ],
)
async def test_a_link_whose_act_is_closed_says_so_and_one_that_comes_later_does_not(
    pair: LivePair,
    mail: Mail,
    client: Client,
    carla: Browser,
    kind: NoticeKind,
    data: Mapping[str, str],
    name: str,
    closed: bool,
) -> None:
    notice = await sent_notice(client, pair, MENTOR.id)
    await mail.tokens(kind, MENTOR, id=notice, **data)
    page = (await carla.get(f"/relationships/{pair.id}?whole=true")).text
    told = "not used; this can no longer be done" if closed else "not used yet, open until"
    assert f"“{name}”: {told}" in said(page)
    offered = f'action="/emails/{client.shown(notice)}/send-again"' in page
    assert offered is not closed, "where nothing can be done, no new link is offered by one click"


async def test_an_email_that_staff_send_again_has_a_link_that_lives(
    pair: LivePair, mail: Mail, visit: Visit, client: Client, carla: Browser
) -> None:
    notice = await sent_notice(client, pair, MENTOR.id)
    once = (await mail.tokens(NoticeKind.REMINDER, MENTOR, id=notice, **MEETING))["LogMeeting"]
    same = (await mail.tokens(NoticeKind.REMINDER, MENTOR, id=notice, **MEETING))["LogMeeting"]
    assert same == once, "a second attempt of the worker has the same link"
    ended = await carla.post(f"/people/{MENTOR.id}/end-access", {"key": KEY})
    assert ended.headers["location"] == f"/people/{MENTOR.id}?changed=ended"
    assert "ended by the office today" in said((await carla.get(f"/relationships/{pair.id}?whole=true")).text)
    assert (await visit.open(once)).status_code == 404
    new = (await mail.tokens(NoticeKind.REMINDER, MENTOR, id=notice, attempt=1, **MEETING))["LogMeeting"]
    assert new != once
    await visit.send(new, **LOGGED)
    text = said((await carla.get(f"/relationships/{pair.id}?whole=true")).text)
    assert text.index("“Record your meeting”: used today") < text.index(
        "“Record your meeting”: ended by the office"
    )


async def test_links_and_sessions_of_a_person_end_by_one_button(
    pair: LivePair, mail: Mail, visit: Visit, client: Client, worker: Database, carla: Browser
) -> None:
    notice = await sent_notice(client, pair, MENTOR.id)
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, id=notice, **MEETING))["LogMeeting"]
    partner = await mail.tokens(NoticeKind.REMINDER, MENTEE, **MEETING)
    opened = (await visit.open(token)).text  # in a browser, not sent yet
    form = form_to(opened, path_in(opened))
    other = Visit(visit.http._transport)
    assert await enter(other, Codes(client, worker), address_of(MENTOR.id)) == "/my"
    text = said((await carla.get(f"/people/{MENTOR.id}")).text)
    assert "Links in emails 2 open" in text
    assert "End all of them" in text
    assert "Signed in in 1 browser last used" in text
    for _ in range(2):
        ended = await carla.post(f"/people/{MENTOR.id}/end-access", {"key": KEY})
        assert ended.status_code == 303
    page = said((await carla.get(ended.headers["location"])).text)
    assert "All links and sessions of this person have ended" in page
    assert "Links in emails none open" in page
    assert "Signed in no " in page
    assert "End all of them" not in page, "nothing is open"
    assert (await other.get("/my")).status_code == 303
    late = await visit.post(form.action, form.filled(**LOGGED))
    assert late.status_code == 404
    assert pair.state.meetings.log == ()
    assert (await Visit(visit.http._transport).open(partner["LogMeeting"])).status_code == 200
    [event] = await events(client, "DoorAccessEnded")
    assert (event.actor.id, event.body) == (carla.person, {"person": MENTOR.id})


async def test_only_those_who_change_the_entry_end_its_access(
    pair: LivePair, mail: Mail, client: Client, carla: Browser
) -> None:
    notice = await sent_notice(client, pair, MENTOR.id)
    await mail.tokens(NoticeKind.REMINDER, MENTOR, id=notice, **MEETING)
    far = await signed_in(client, "Elsa", Role.COORDINATOR, regions=("r9",))
    ada = await signed_in(client, "Ada", Role.AUDITOR)
    assert (await far.post(f"/people/{MENTOR.id}/end-access", {"key": KEY})).status_code == 404
    assert (await ada.post(f"/people/{MENTOR.id}/end-access", {"key": KEY})).status_code == 403
    shown = (await ada.get(f"/people/{MENTOR.id}")).text
    assert "Links in emails 2 open" in said(shown)
    assert "/end-access" not in shown
    assert await events(client, "DoorAccessEnded") == []
