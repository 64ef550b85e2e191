"""The list of tasks of a coordinator in an office of 20,000 relationships, beside a bare endpoint with the same rows.

Pairs are folded from their commands, some at each stage, and written in bulk with ids of their own.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import httpx2 as httpx

from activities.adapters.postgres import tables
from domain.actors import Role
from domain.relationship.any_stage.change_request import AskForChange
from domain.relationship.projection import rows
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from tests.bench.bulk import Rows, copies, driver_url, write
from tests.bench.rosters import associations, with_regions
from tests.domain.builders import MENTEE, Case
from workers.embedded.stack import ports
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.settings import ProcessRole

PAIRS: Final = 20_000
REGIONS: Final = 10
LIMIT: Final = 5.0
"""The greatest ratio of the p95 to that of the bare endpoint."""
WARM: Final = 20
_STEPS: Final[tuple[tuple[str, int], ...]] = (("apply", 30), ("matched", 45), ("met", 60), ("signed", 80))


def folded() -> Iterator[Case]:
    """Yield pairs that stand at several stages, each with tasks of its own."""
    for days in range(5):
        for stage, waited in _STEPS:
            case = Case()
            if stage == "met":
                case.matched()
                case.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
            else:
                getattr(case, stage)()
            if days % 2 and case.state.can_change_partner:
                case.do(AskForChange, MENTEE)
            case.days(waited + days)
            yield case


async def fill(url: str, regions: list[str]) -> None:
    """Write 20,000 pairs with their people and tasks."""
    kept: Rows = {}
    association, program = next(iter(associations().items()))
    created = datetime.now(UTC)  # the machine's clock: any instant will do
    here = {"program": program, "association": association, "created_at": created}
    kept[tables.regions] = [{"code": code, "name": code, **here} for code in regions]
    shown = [rows(case.state) for case in folded()]
    for number in range(PAIRS):
        for table, values in copies(number, shown[number % len(shown)], regions[number % len(regions)]):
            kept.setdefault(table, []).append(values)
    await write(url, kept)


async def figures(samples: int = 200) -> dict[str, Any]:
    """Return the p95 of both in milliseconds, the ratio, and whether the limit is kept.

    ``min_ratio`` compares the fastest answers, which other load on the machine disturbs least; it has no limit.
    """
    async with OfficeProcesses.temporary(workers=False, mail=False) as office:
        api = await with_regions(office)
        settings = office.settings
        regions = [f"bench_{number}" for number in range(REGIONS)]
        await fill(settings.database_url(ProcessRole.MIGRATOR), regions)
        token = await api.give_token("one region", [Role.COORDINATOR], regions[:1])
        await api.close()
        port = ports.pick()
        database = driver_url(settings.database_url(ProcessRole.GATEWAY))
        command = (sys.executable, "-m", "tests.bench.bare_tasks", str(port), database, regions[0])
        bare = await asyncio.create_subprocess_exec(*command)
        try:
            taken = await _take(
                f"http://{ports.HOST}:{port}/", f"{office.gateway_url}/v1/tasks", token, samples
            )
        finally:
            bare.terminate()
            await bare.wait()
    floor, ours = (statistics.quantiles(each, n=20)[-1] for each in taken)
    middle = [statistics.median(each) for each in taken]
    return {
        "tasks_list": {
            "samples": samples,
            "floor_p95_ms": round(floor, 2),
            "p95_ms": round(ours, 2),
            "floor_p50_ms": round(middle[0], 2),
            "p50_ms": round(middle[1], 2),
            "min_ratio": round(min(taken[1]) / min(taken[0]), 2),
            "ratio": round(ours / floor, 2),
            "limit": LIMIT,
            "ratio_kept": ours <= floor * LIMIT,
        }
    }


async def _take(bare: str, ours: str, token: str, samples: int) -> tuple[list[float], list[float]]:
    """Take samples of both in turn, so that other load on the machine affects both equally."""
    taken: tuple[list[float], list[float]] = ([], [])
    pause = timedelta(seconds=60 / 500).total_seconds()  # fewer than a person may send in a minute
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=30) as http:

        async def one(url: str) -> int:
            answer = await http.get(url)
            answer.raise_for_status()
            return len(answer.json()["data"])

        await _until_it_answers(lambda: one(bare))
        for number in range(samples + WARM):
            for url, into in ((bare, taken[0]), (ours, taken[1])):
                begun = time.perf_counter()
                rows_found = await one(url)
                spent = (time.perf_counter() - begun) * 1000
                if rows_found != 50:
                    raise RuntimeError(f"{url}: {rows_found} rows instead of 50")
                if number >= WARM:
                    into.append(spent)
            await asyncio.sleep(pause)
    return taken


async def _until_it_answers(ask: Callable[[], Awaitable[int]]) -> None:
    for _ in range(200):
        try:
            await ask()
        except httpx.HTTPError:
            await asyncio.sleep(0.1)
        else:
            return
    raise RuntimeError("the bare endpoint does not answer")
