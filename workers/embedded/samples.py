"""Sample people for the demo: the roster of every scenario, loaded through the API as the simulated year loads it.

Ids and keys are derived from the roster's own keys, so an interrupted start can be repeated and nothing is added twice.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.embedded.year.driver import Driver, Unexpected, midnight
from workers.embedded.year.scenario import scenarios
from workers.settings import ProcessRole

TOKEN_DAYS: Final = 1200


async def load_samples(office: OfficeProcesses) -> None:
    """Load every scenario's people for the current term, and write the tokens to the file that the card names."""
    if office.data.tokens_file.is_file():
        return
    database = Database(office.settings.database_url(ProcessRole.GATEWAY), size=1)
    try:
        now = await SqlClock(database).now()
    finally:
        await database.close()
    tokens: dict[str, Any] = {}
    usable = load_programs()
    for scenario in scenarios():
        if scenario.program not in usable:
            continue  # it stands aside, as the console says
        driver = Driver(office, scenario)
        start = scenario.start_before(now.date())
        until = max(now + timedelta(days=TOKEN_DAYS), midnight(start) + scenario.length(start))
        try:
            await driver.furnish(start, until)
        except Unexpected as refused:
            raise StartFailed(f"The sample data were refused: {refused}") from None
        finally:
            await driver.close()
        people = {key: {"person": driver.person(key), "token": token} for key, token in driver.tokens.items()}
        tokens[scenario.program] = {"term": driver.term, "people": people}
    office.data.tokens_file.touch(mode=0o600)
    office.data.tokens_file.write_text(json.dumps(tokens, indent=2) + "\n")
