"""The demo as a visitor finds it: its people, its clock, and a worker that stops just before a reminder."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2 as httpx
import pytest_asyncio

from activities.adapters.postgres.database import Database
from domain.payments.state import OrderState
from domain.relationship.state import STAGES
from tests.conftest import unavailable
from workers.embedded.control import Running, Supervisor
from workers.embedded.running import demo
from workers.embedded.samples.loading import read_progress
from workers.embedded.stack.data_folder import DataFolder
from workers.embedded.stack.mail_catcher import Mailbox
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.progress import silent
from workers.embedded.year.door_visits import DoorVisits
from workers.settings import ProcessRole

OWN = {"Sec-Fetch-Site": "same-origin"}
PAIR = ("robin.reyes@example.org", "sam.ortiz@example.org")
SECONDS = 90


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running() -> AsyncIterator[Running]:
    """Yield a demo whose tour is ready; its other pairs are still being loaded."""
    folder = DataFolder.temporary()
    try:
        async with demo(folder, silent, published=False, throwaway=True) as running:
            yield running
    except StartFailed as obstacle:
        unavailable(obstacle)
    finally:
        await asyncio.to_thread(folder.remove)


class Visitor:
    """Somebody at a browser, and the sample people at the API."""

    def __init__(self, running: Running) -> None:
        self.http = httpx.AsyncClient(base_url=running.office.gateway_url, timeout=60)
        self.door_url = running.office.door_url
        self.supervisor = Supervisor(running.office.data)
        self.mailbox = Mailbox(running.office.data.mails)
        self.people = json.loads(running.office.data.tokens_file.read_text())["masa"]["people"]

    def token(self, key: str) -> dict[str, str]:
        """Return the header of one of the sample people."""
        return {"Authorization": f"Bearer {self.people[key]['token']}"}

    async def page(self) -> str:
        """Return the words of the tour's page."""
        answer = await self.http.get("/demo")
        assert answer.status_code == 200, answer.text
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())

    async def press(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of the tour."""
        return await self.http.post(f"/demo/{path}", data=fields, headers=OWN)

    async def until(self, **wanted: Any) -> dict[str, Any]:
        """Wait until the demo is in a state."""
        state: dict[str, Any] = {}
        for _ in range(SECONDS * 5):
            state = await self.supervisor.state()
            if all(state[key] == value for key, value in wanted.items()):
                return state
            await asyncio.sleep(0.2)
        raise AssertionError(f"{wanted} never came: {state}")

    async def arrived(self) -> dict[str, Any]:
        """Wait until the clock has arrived, and return the move."""
        for _ in range(SECONDS * 5):
            move = (await self.supervisor.state())["move"]
            if move["state"] in ("done", "failed"):
                return dict(move)
            await asyncio.sleep(0.2)
        raise AssertionError(f"the clock never arrived: {move}")

    async def every(self, noun: str, who: str) -> list[dict[str, Any]]:
        """Return the first hundred entries of a list."""
        answer = await self.http.get(f"/v1/{noun}", params={"limit": 100}, headers=self.token(who))
        assert answer.status_code == 200, answer.text
        return list(answer.json()["data"])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def visitor(running: Running) -> AsyncIterator[Visitor]:
    """Yield a visitor of the demo."""
    visitor = Visitor(running)
    yield visitor
    await visitor.http.aclose()


async def test_the_tour_is_ready_before_the_other_pairs_and_each_state_has_one(visitor: Visitor) -> None:
    assert "Robin Reyes" in await visitor.page()
    state = await visitor.until(complete=True)
    assert state["done"] == state["acts"]
    pairs = await visitor.every("relationships", "auditor")
    assert {pair["stage"] for pair in pairs} == set(STAGES)
    assert "completed" in {pair["outcome"] for pair in pairs}
    owed = await visitor.every("obligations", "auditor")
    orders: set[str] = set()
    for each in owed:
        answer = await visitor.http.get(f"/v1/obligations/{each['id']}", headers=visitor.token("auditor"))
        orders |= {order["state"] for order in answer.json()["orders"]}
    assert orders == {each.value for each in OrderState}
    assert {"accrued", "due"} <= {each["state"] for each in owed}
    tasks = await visitor.every("tasks", "state_office")
    assert any("late" in task["due"] for task in tasks)


async def test_nothing_is_loaded_twice(visitor: Visitor, running: Running) -> None:
    await visitor.until(complete=True)
    kept = read_progress(running.office.data)
    assert kept is not None
    assert (kept.complete, kept.failed, len(set(kept.done))) == (True, [], kept.acts)


async def test_one_click_signs_in_as_one_of_the_staff_and_the_strip_stands_on_every_page(
    visitor: Visitor, running: Running
) -> None:
    async with httpx.AsyncClient(
        base_url=running.office.gateway_url, follow_redirects=True, timeout=60
    ) as browser:
        pair = (await visitor.supervisor.state())["tour"]
        opened = await browser.get(
            "/demo/as", params={"key": "coordinator_north", "to": f"/relationships/{pair}", "step": "2"}
        )
        assert (opened.status_code, opened.url.path) == (200, f"/relationships/{pair}")
        assert "Pia Rask" in opened.text
        assert "Step 2 of 6" in opened.text
        assert "Robin Reyes" in opened.text
        today = await browser.post("/demo/step", data={"number": "0", "back": "/"}, headers=OWN)
        assert (today.status_code, today.url.path) == (200, "/")
        assert "Step 2 of 6" not in today.text
        other = await browser.get("/demo/as", params={"key": "auditor", "to": "/", "step": "6"})
        assert "Marta Lind" in other.text
        assert "You are Marta Lind" in other.text


async def test_what_is_due_while_the_worker_is_stopped_waits_and_comes_once(visitor: Visitor) -> None:
    await visitor.until(complete=True, worker="up")
    before = len(visitor.mailbox.all())
    assert (await visitor.http.post("/demo/clock", data={"step": "day"})).status_code == 403
    assert (await visitor.press("clock", step="reminder")).status_code == 303
    await visitor.until(worker="down")
    shown = await visitor.page()
    assert "The worker is stopped" in shown
    assert "The clock is moving" in shown

    second = await visitor.press("clock", step="day")
    assert second.status_code == 409
    assert "The clock is already being moved" in second.text

    sent = asyncio.create_task(_log_meeting(visitor))
    for _ in range(50):
        if "1 command is waiting" in await visitor.page():
            break
        await asyncio.sleep(0.2)
    else:
        raise AssertionError("no command waits")
    assert not [mail for mail in visitor.mailbox.all()[before:] if mail.recipients[0] in PAIR]

    assert (await visitor.press("worker", up="true")).status_code == 303
    move = await visitor.arrived()
    assert (move["state"], move["why"]) == ("done", "")
    answer = await sent
    if answer.status_code == 503:
        answer = await _log_meeting(visitor)
    assert answer.status_code == 200, answer.text
    reminders = [mail.recipients[0] for mail in visitor.mailbox.all()[before:] if mail.recipients[0] in PAIR]
    assert sorted(reminders) == sorted(PAIR)
    ids = [mail.message_id for mail in visitor.mailbox.all()]
    assert len(set(ids)) == len(ids)
    shown = await visitor.page()
    assert "A reminder to both about the next meeting was due." in shown
    assert "No email was sent twice." in shown
    assert "The worker is running." in shown


async def test_a_month_without_a_meeting_ends_in_a_task_which_the_two_settle_from_their_mailboxes(
    visitor: Visitor, running: Running
) -> None:
    await visitor.until(complete=True, worker="up")
    pair = (await visitor.supervisor.state())["tour"]
    assert (await visitor.press("clock", step="month")).status_code == 303
    assert (await visitor.arrived())["why"] == ""
    assert [task["kind"] for task in await _tasks_of(visitor, pair)] == ["contact_pair"]

    database = Database(running.office.settings.database_url(ProcessRole.MIGRATOR), size=1)
    door = DoorVisits(visitor.door_url, visitor.mailbox, database, ZoneInfo("America/Chicago"))
    try:
        now = datetime.fromisoformat((await visitor.http.get("/v1/health")).json()["now"])
        began = (now - timedelta(days=1)).replace(hour=20, minute=0, second=0, microsecond=0)
        met = {"began_at": began.isoformat(), "minutes": 45, "mode": "phone", "topics": ["budget"]}
        path = f"relationships/{pair}"
        before = len(visitor.mailbox.all())
        assert await door.done(visitor.people["robin"]["person"], f"{path}/log-meeting", met)
        for _ in range(100):
            if PAIR[1] in [mail.recipients[0] for mail in visitor.mailbox.all()[before:]]:
                break
            await asyncio.sleep(0.2)
        meeting = (await _pair(visitor, pair))["meetings"][-1]["id"]
        assert await door.done(
            visitor.people["sam"]["person"], f"{path}/confirm-meeting", {"meeting": meeting}
        )
        assert {*door.used.by_link} == {"LogMeeting", "ConfirmMeeting"}
    finally:
        await door.close()
        await database.close()
    assert (await _pair(visitor, pair))["meetings"][-1]["status"] == "confirmed"
    assert await _tasks_of(visitor, pair) == []


async def test_each_of_three_sees_the_steps_of_the_payment_that_are_theirs_and_it_is_paid(
    visitor: Visitor,
) -> None:
    sam = visitor.people["sam"]["person"]
    [owed] = [each for each in await visitor.every("obligations", "auditor") if each["mentor"] == sam]
    steps = (
        ("maker", "prepare-stipend", {"evidence": ["match_confirmed"]}, ()),
        ("approver", "approve-stipend", {}, ("maker",)),
        (
            "sender",
            "enter-reference",
            {"reference": "Check #1100", "same_reference": True},
            ("maker", "approver"),
        ),
        ("approver", "confirm-settled", {}, ("maker", "sender")),
    )
    for who, step, body, not_theirs in steps:
        page = await _as(visitor, who, f"/payments/{owed['id']}", 5)
        act = f"/payments/{owed['id']}/acts/{step}"
        assert act in page, f"{who} is offered {step}"
        for other in not_theirs:
            assert act not in await _as(visitor, other, f"/payments/{owed['id']}", 5), f"{other}: {step}"
        kept = {"Idempotency-Key": f"tour-{step}", **visitor.token(who)}
        answer = await visitor.http.post(f"/v1/obligations/{owed['id']}/{step}", json=body, headers=kept)
        assert answer.status_code == 200, answer.text
    found = await visitor.http.get(f"/v1/obligations/{owed['id']}", headers=visitor.token("auditor"))
    assert [order["state"] for order in found.json()["orders"]] == ["settled"]


async def test_on_the_last_page_the_auditor_looks_back_and_checks_now(visitor: Visitor) -> None:
    pair = (await visitor.supervisor.state())["tour"]
    now = await _as(visitor, "auditor", f"/relationships/{pair}", 6)
    assert "Step 6 of 6" in now
    assert f"/relationships/{pair}/verdict" in now
    then = await _as(visitor, "auditor", f"/relationships/{pair}/at?moment=2027-01-11T15:00", 6)
    assert "January 11, 2027" in then


async def _as(visitor: Visitor, key: str, to: str, step: int) -> str:
    """Return the page that one click as one of the staff opens."""
    base = str(visitor.http.base_url)
    async with httpx.AsyncClient(base_url=base, follow_redirects=True, timeout=60) as browser:
        opened = await browser.get("/demo/as", params={"key": key, "to": to, "step": str(step)})
        assert opened.status_code == 200, opened.text
        return opened.text


async def _pair(visitor: Visitor, pair: str) -> dict[str, Any]:
    answer = await visitor.http.get(f"/v1/relationships/{pair}", headers=visitor.token("auditor"))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def _tasks_of(visitor: Visitor, pair: str) -> list[dict[str, Any]]:
    """Return the open tasks about a pair, as the region's coordinator has them."""
    return [each for each in await visitor.every("tasks", "coordinator_north") if each["subject"] == pair]


async def _log_meeting(visitor: Visitor) -> httpx.Response:
    """Log a meeting of another pair, under one key."""
    kept = {"Idempotency-Key": "while-it-is-down", **visitor.token("cleo")}
    subject = next(
        pair["id"]
        for pair in await visitor.every("relationships", "auditor")
        if pair["mentee"] == visitor.people["cleo"]["person"]
    )
    now = datetime.fromisoformat((await visitor.http.get("/v1/health")).json()["now"])
    began = (now - timedelta(days=2)).replace(hour=14, minute=0, second=0, microsecond=0)
    body = {"began_at": began.isoformat(), "minutes": 30, "mode": "phone", "topics": ["budget"]}
    address = f"{visitor.door_url}/v1/relationships/{subject}/log-meeting"
    return await visitor.http.post(address, json=body, headers=kept)
