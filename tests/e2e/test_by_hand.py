"""A relationship driven by hand over HTTP, while its worker dies as in a power cut."""

import asyncio

from domain.ids import derive
from tests.conftest import office_at_ten, unavailable
from tests.e2e.people import TERM, furnished, person
from workers.audit.replay import replay
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses

PROGRAM = "masa"


async def test_a_worker_killed_in_the_middle_loses_nothing() -> None:
    try:
        async with office_at_ten() as office:
            await _drive(office)
    except StartFailed as obstacle:
        unavailable(obstacle)


async def _drive(office: OfficeProcesses) -> None:
    api = await furnished(office, PROGRAM)
    try:
        term = (await api.done("admin", "terms", TERM | {"program": PROGRAM}))["term"]
        application = {
            "person": person("mentee"),
            "term": term,
            "reason": "new_to_role",
            "applied_on": "2026-07-01",
        }
        subject = (await api.done("mentee", "applications", application))["relationship"]
        own = f"relationships/{subject}"
        await api.until("auditor", own, stage="matching")
        first = office.worker_pid()

        body = {"mentor": person("mentor")}
        sent = asyncio.create_task(api.post("coordinator", f"{own}/propose-match", body, key="once"))
        await office.kill_worker()
        answer = await sent
        for _ in range(60):
            if answer.is_success:
                break
            assert answer.status_code in (409, 503), answer.text
            await asyncio.sleep(0.5)
            answer = await api.post("coordinator", f"{own}/propose-match", body, key="once")
        assert answer.is_success, answer.text
        again = await api.done("coordinator", f"{own}/propose-match", body, key="once")
        assert again == answer.json()
        assert office.worker_pid() not in (None, first)

        await api.done("second", f"{own}/confirm-match", {"money_region": "r1"})
        found = await api.until("auditor", own, stage="contact", mentor=person("mentor"))
        assert found["id"] == derive("relationship", derive("application", person("mentee"), term))
        history = await api.get("auditor", f"{own}/history")
        types = [event["type"] for event in history["data"]]
        assert types.count("MatchProposed") == types.count("MatchConfirmed") == 1
        report = await replay(office.settings, subject)
        assert report.ok, report.faults
        assert report.runs >= 1
        assert report.compared > 0
    finally:
        await api.close()
