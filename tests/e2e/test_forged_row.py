"""A row forged in the database is red after the button and after the nightly check, named by its first event."""

import asyncio
import re

import httpx2 as httpx
from sqlalchemy import text
from temporalio.client import Client

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes.sessions import SessionWrites
from api_gateway.http.csrf import FIELD
from api_gateway.http.sessions import cookie_name
from domain.ids import derive
from domain.workflow_contracts import NIGHT_CHECK_SCHEDULE
from tests.api_gateway.pages.reading import links, section, text_of
from tests.conftest import office_at_ten, unavailable
from tests.e2e.people import TERM, Api, furnished, person
from workers.audit.code_version import code_version
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.temporal import connect

PROGRAM = "masa"
FORGED = 2
"""The number of the event that is forged."""
FORGE = """
    update journal.events set bytes = convert_to(
        regexp_replace(convert_from(bytes, 'UTF8'), '"command":"[^"]*"', '"command":"' || md5('forged') || '"'), 'UTF8')
    where stream = :stream and seq = :seq
"""
"""It says that another command caused the event."""


async def test_a_forged_row_is_red_after_the_button_and_after_the_nights_check() -> None:
    try:
        async with office_at_ten() as office:
            api = await furnished(office, PROGRAM)
            try:
                await _forge_and_check(office, api)
            finally:
                await api.close()
    except StartFailed as obstacle:
        unavailable(obstacle)


async def _forge_and_check(office: OfficeProcesses, api: Api) -> None:
    pair = await _matched(api)
    async with await _auditor(office) as auditor:
        assert "No check has ended yet" in text_of((await auditor.get("/audit")).text)
        await _press(auditor, f"/relationships/{pair}/verdict")
        before = await _checked(api, 1)
        page = (await auditor.get(f"/relationships/{pair}/verdict")).text
        assert [_answer(page, number) for number in (1, 2, 3)] == [
            "Chain intact",
            "Tables intact",
            "Decisions intact",
        ]
        history = (await api.get("auditor", f"relationships/{pair}/history"))["data"]
        assert f"Up to event {len(history)} {history[-1]['hash']}" in text_of(page), text_of(page)
        assert f"Version of the code {code_version()}" in text_of(page)
        assert "Since then 0 more events" in text_of(page)
        assert before["begun_at"] < before["ended_at"]

        body = {"contacted_on": str(await api.today()), "mode": "phone"}
        await api.done("mentee", f"relationships/{pair}/confirm-first-contact", body)
        new = len((await api.get("auditor", f"relationships/{pair}/history"))["data"]) - len(history)
        assert new > 0
        page = (await auditor.get(f"/relationships/{pair}/verdict")).text
        assert f"Since then {new} more event" in text_of(page)

        await _forge(office, pair)
        client = await connect(office.settings)
        await _tonight(client)
        await _checked(api, 2)
        await _is_red(auditor, pair)
        await _press(auditor, "/audit/check")
        await _checked(api, 3)
        await _is_red(auditor, pair)
        office_page = (await auditor.get("/audit")).text
        assert f"/relationships/{pair}/verdict" in links(section(office_page, "answer-1"))
        file = (await auditor.get(f"/relationships/{pair}/verdict.csv")).content.decode("utf-8-sig")
        assert f"first event in question: {FORGED}" in file


async def _matched(api: Api) -> str:
    """Have a pair matched; return its id."""
    term = (await api.done("admin", "terms", TERM | {"program": PROGRAM}))["term"]
    application = {
        "person": person("mentee"),
        "term": term,
        "reason": "new_to_role",
        "applied_on": "2026-07-01",
    }
    pair = str((await api.done("mentee", "applications", application))["relationship"])
    await api.until("auditor", f"relationships/{pair}", stage="matching")
    await api.done("coordinator", f"relationships/{pair}/propose-match", {"mentor": person("mentor")})
    await api.done("second", f"relationships/{pair}/confirm-match", {"money_region": "r1"})
    await api.until("auditor", f"relationships/{pair}", stage="contact")
    return pair


async def _auditor(office: OfficeProcesses) -> httpx.AsyncClient:
    """Return the browser of an auditor who is signed in."""
    database = Database(office.settings.database_url("gateway"), size=1)
    token = await SessionWrites(database).begin(person("auditor"), derive("tie", "auditor"))
    await database.close()
    cookies = {cookie_name(office.settings): token}
    return httpx.AsyncClient(base_url=office.gateway_url, cookies=cookies, timeout=60)


async def _press(auditor: httpx.AsyncClient, action: str) -> None:
    """Press *Check now* on a page."""
    page = (await auditor.get(action.removesuffix("/check"))).text
    secret = re.search(rf'name="{FIELD}" value="([^"]+)"', page)
    assert secret is not None
    answer = await auditor.post(action, data={FIELD: secret[1]}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303, answer.text


async def _tonight(client: Client) -> None:
    """Let the schedule of the night begin its check."""
    await client.get_schedule_handle(NIGHT_CHECK_SCHEDULE).trigger()


async def _checked(api: Api, times: int) -> dict[str, str]:
    """Wait until a worker has ended so many checks, for at most a minute; return the newest."""
    for _ in range(240):
        checks = [each for each in (await api.get("auditor", "night-checks"))["data"] if each["ended_at"]]
        if len(checks) >= times:
            newest: dict[str, str] = checks[0]
            return newest
        await asyncio.sleep(0.25)
    raise AssertionError(f"no check number {times} has ended")


async def _forge(office: OfficeProcesses, pair: str) -> None:
    """Change an event past triggers and constraints, as only the owner of the database can."""
    owner = Database(office.settings.database_url("migrator"), size=1)
    async with owner.transaction() as connection:
        await connection.execute(text("alter table journal.events disable trigger user"))
        await connection.execute(text("alter table journal.events drop constraint event_sealed"))
        changed = await connection.execute(text(FORGE), {"stream": pair, "seq": FORGED})
        assert changed.rowcount == 1
        await connection.execute(text("alter table journal.events enable trigger user"))
    await owner.close()


async def _is_red(auditor: httpx.AsyncClient, pair: str) -> None:
    page = (await auditor.get(f"/relationships/{pair}/verdict")).text
    assert _answer(page, 1) == "Chain not intact"
    assert f"first event in question: {FORGED}" in text_of(section(page, "answer-1"))
    assert _answer(page, 2) == "Tables cannot tell"


def _answer(page: str, number: int) -> str:
    """Return the heading of an answer: what was asked, and what the check says."""
    heading = re.search(r"<h2[^>]*>.*?</h2>", section(page, f"answer-{number}"), re.DOTALL)
    assert heading is not None
    return text_of(heading[0])
