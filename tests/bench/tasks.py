"""The list of tasks of a coordinator in an office of 20,000 relationships, beside a bare endpoint with the same rows.

Pairs are folded from their commands, some at each stage, and written in bulk with ids of their own.
"""

import asyncio
import re
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import asyncpg
import httpx2 as httpx

from activities.adapters.postgres import tables
from domain.actors import Role
from domain.ids import derive
from domain.projection_rows import Row
from domain.relationship.any_stage.change_request import AskForChange
from domain.relationship.projection import rows
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
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
_ID: Final = re.compile(r"\b[0-9a-f]{32}\b")
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


def _typed(table: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row as its columns have them."""

    def value(name: str, given: Any) -> Any:
        kind = table.c[name].type.python_type
        if kind in (datetime, date) and isinstance(given, str):
            return kind.fromisoformat(given)
        return given

    return {name: value(name, given) for name, given in values.items()}


def copies(number: int, shown: tuple[Row, ...], region: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield the rows of one pair with ids of its own, in a region, and the two people."""

    def own(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return _ID.sub(lambda found: derive(found[0], str(number)), value)

    for row in shown:
        table = tables.PROJECTIONS[row.table]
        values = {name: own(value) for name, value in row.values.items()}
        if "region" in values:
            values["region"] = region
        if row.table == "relationships":
            for side in ("mentee", "mentor"):
                if id := values[side]:
                    yield tables.people, _person(id, f"{side.title()} {number}", region)
        yield table, {"id": own(row.key), "stream": own(row.key), "applied_seq": 1, **_typed(table, values)}


def _person(id: str, name: str, region: str) -> dict[str, Any]:
    of = next(iter(associations()))
    given = {"id": id, "name": name, "region": region, "association": of, "language": "en", "salt": id}
    blank = {each.name: "" for each in tables.people.c if not each.nullable and each.server_default is None}
    return {**blank, **given, "created_at": datetime.now(UTC)}


async def fill(url: str, regions: list[str]) -> None:
    """Write 20,000 pairs with their people and tasks, without the events that the triggers require."""
    connection = await asyncpg.connect(url)
    kept: dict[str, list[dict[str, Any]]] = {}
    association, program = next(iter(associations().items()))
    here = {"program": program, "association": association, "created_at": datetime.now(UTC)}
    kept[tables.regions.fullname] = [{"code": code, "name": code, **here} for code in regions]
    shown = [rows(case.state) for case in folded()]
    for number in range(PAIRS):
        for table, values in copies(number, shown[number % len(shown)], regions[number % len(regions)]):
            kept.setdefault(table.fullname, []).append(values)
    for name, records in kept.items():
        columns = list(dict.fromkeys(column for record in records for column in record))
        await connection.execute(f"alter table {name} disable trigger user")
        schema, _, table_name = name.partition(".")
        await connection.copy_records_to_table(
            table_name,
            schema_name=schema,
            columns=columns,
            records=[tuple(record.get(column) for column in columns) for record in records],
        )
        await connection.execute(f"alter table {name} enable trigger user")
        await connection.execute(f"analyze {name}")
    await connection.close()


async def figures(samples: int = 200) -> dict[str, Any]:
    """Return the p95 of both in milliseconds, the ratio, and whether the limit is kept.

    ``min_ratio`` compares the fastest answers, which other load on the machine disturbs least; it has no limit.
    """
    async with OfficeProcesses.temporary(workers=False, mail=False) as office:
        api = await with_regions(office)
        settings = office.settings
        regions = [f"bench_{number}" for number in range(REGIONS)]
        await fill(_plain(settings.database_url(ProcessRole.MIGRATOR)), regions)
        token = await api.give_token("one region", [Role.COORDINATOR], regions[:1])
        await api.close()
        port = ports.pick()
        database = _plain(settings.database_url(ProcessRole.GATEWAY))
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


def _plain(url: str) -> str:
    return url.replace("+asyncpg", "")


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
