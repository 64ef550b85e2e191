"""The proposal of a list of 10,000 people against an office that knows 10,000, beside a reader that only reads.

A tenth of the rows changes something, and a tenth has a number that is spelled alike. While proposals are made,
somebody asks for tasks all the time; between them, too.
"""

import asyncio
import statistics
from typing import Any

import asyncpg

from tests.bench.rosters import (
    REGION,
    agreed,
    associations,
    parsed,
    people,
    proposed,
    ratio_of,
    seconds,
    text_of,
    with_regions,
)
from tests.bench.take_over import land
from tests.e2e.people import Api
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.settings import ProcessRole

ROWS = 10_000
LIMIT = 2.5
"""The greatest ratio of a proposal to the floor."""
TASKS_LIMIT = 2.0
"""The greatest ratio of the p95 of tasks while proposals are made to that while none is."""
PAUSE = 0.02
"""Seconds between two looks at the tasks."""
_KNOWN = """
    select person.*,
        (select array_agg(key.key) from office.person_keys as key where key.person = person.id) as keys,
        (select array_agg(array[class, first::text, last::text])
            from office.memberships as held where held.person = person.id) as held
    from office.people as person where association = $1
"""


async def figures(samples: int = 5) -> dict[str, Any]:
    """Return seconds and ratios, and whether the limits are kept."""
    association = next(iter(associations()))
    rows = people(ROWS, REGION.format(association))
    floor: list[float] = []
    taken: list[float] = []
    alone: list[float] = []
    beside: list[float] = []
    async with OfficeProcesses.temporary(workers=False, mail=False) as office:
        api = await with_regions(office)
        data = {"association": association}
        await land(api, await agreed(api, await proposed(api, data, {"people": text_of("people", rows)})))
        raw = text_of("people", map(_spoiled, range(ROWS), rows))
        url = office.settings.database_url(ProcessRole.GATEWAY).replace("+asyncpg", "")
        connection = await asyncpg.connect(url)
        for _ in range(samples):
            with seconds(floor):
                _ = [*parsed(raw)]
                await connection.fetch(_KNOWN, association)
            await _beside(api, alone, asyncio.sleep(1))
            with seconds(taken):
                found = await _beside(api, beside, proposed(api, data, {"people": raw}))
        await connection.close()
        await api.close()
    counts = found["counts"]
    if counts["changed"] != ROWS // 10 or counts["question"] != ROWS // 10:
        raise RuntimeError(f"not what was to be measured: {counts}")
    return {"proposal": ratio_of(floor, taken, LIMIT), "tasks_beside": _tasks(alone, beside)}


def _spoiled(number: int, row: dict[str, str]) -> dict[str, str]:
    if number % 10 == 3:
        return {**row, "phone": "(218) 555-9999 ext. 1"}
    return {**row, "key": f"m{row['key'][1:]}"} if number % 10 == 7 else row


async def _beside(api: Api, into: list[float], act: Any) -> Any:
    """Carry out an act, and add the seconds that each look at the tasks takes until it is done."""
    doing = asyncio.ensure_future(act)
    while not doing.done():
        with seconds(into):
            await api.get("coordinator", "tasks")
        await asyncio.sleep(PAUSE)
    return await doing


def _tasks(alone: list[float], beside: list[float]) -> dict[str, Any]:
    one, other = (statistics.quantiles(each, n=20)[-1] * 1000 for each in (alone, beside))
    return {
        "samples": len(beside),
        "alone_p95_ms": round(one, 1),
        "beside_p95_ms": round(other, 1),
        "ratio": round(other / one, 2),
        "limit": TASKS_LIMIT,
        "ratio_kept": other <= one * TASKS_LIMIT,
    }
