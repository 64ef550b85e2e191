"""A month of a dozen pairs on the demo's clock, as ``mentorflow clock --days 30`` plays it.

A third waits for a mentor, a third has one and does not call, and a third has agreed to meet every two weeks and does
not. So pairs are reminded, tasks open and become late, and the coordinator gets digests.
"""

import asyncio
import os
import re
import sys
import time
from datetime import timedelta
from typing import Any, Final

from tests.conftest import PROGRAM, office_at_ten
from tests.e2e.people import AGREED, Api, furnished, pair, person
from workers.embedded.stack.mail_catcher import Mailbox
from workers.embedded.stack.supervisor import OfficeProcesses

PAIRS: Final = 12
STAGES: Final = ("matching", "contact", "meetings")
EVERY_TWO_WEEKS: Final = {**AGREED, "rhythm": {"every": 2, "unit": "weeks"}}
DAYS: Final = 30
LIMIT_S: Final = 30.0
"""The most seconds that the month may take on the machine of the figures."""


async def figures() -> dict[str, Any]:
    """Return the seconds that the month takes, what left meanwhile, and whether the limit is kept."""
    async with office_at_ten() as office:
        api = await furnished(office, PROGRAM)
        now = await api.now()
        dates = {
            "first": str((now - timedelta(days=60)).date()),
            "last": str((now + timedelta(days=250)).date()),
        }
        term = (await api.done("admin", "terms", {"program": PROGRAM, "name": "bench", **dates}))["term"]
        await api.done("admin", "mentors", {"person": person("mentor"), "capacity": PAIRS})
        for number in range(PAIRS):
            await _set_up(
                api, await pair(api, term, number, signed=False), f"bench{number}", STAGES[number % 3]
            )
        mails = Mailbox(office.data.mails)
        before = len(mails.all())
        begun = time.perf_counter()
        shown = await _clock(office)
        taken = time.perf_counter() - begun
        passed, sent = await api.now() - now, len(mails.all()) - before
        await api.close()
    if passed < timedelta(days=DAYS) or not sent or "Days" not in shown:
        raise RuntimeError(f"not what was to be measured: {passed}, {sent} emails, shown: {shown}")
    return {
        "month": {
            "pairs": PAIRS,
            "emails": sent,
            "taken_s": round(taken, 1),
            "limit_s": LIMIT_S,
            "limit_kept": taken <= LIMIT_S,
        }
    }


async def _set_up(api: Api, subject: str, mentee: str, stage: str) -> None:
    """Lead a pair from matching to a stage."""
    if stage == "matching":
        return
    await api.done("coordinator", f"{subject}/propose-match", {"mentor": person("mentor")})
    await api.done("coordinator", f"{subject}/confirm-match", {})
    if stage == "contact":
        return
    called = {"contacted_on": str(await api.today()), "mode": "phone"}
    await api.done(mentee, f"{subject}/confirm-first-contact", called)
    await api.done(mentee, f"{subject}/draft-agreement", {"terms": EVERY_TWO_WEEKS})
    digest = (await api.get(mentee, f"{subject}/agreement"))["digest"]
    for side in (mentee, "mentor"):
        await api.done(side, f"{subject}/sign-agreement", {"version": 1, "digest": digest})


async def _clock(office: OfficeProcesses) -> str:
    """Play the month with the command that people type; return what it shows beside its answer."""
    command = (sys.executable, "-m", "workers", "clock", "--days", str(DAYS))
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, "MENTORFLOW_SETTINGS": str(office.data.settings_file)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, shown = await process.communicate()
    if process.returncode or not re.match(rb"\d{4}-\d{2}-\d{2}T", told):
        raise RuntimeError(f"the clock did not move: {shown.decode()}")
    return shown.decode()
