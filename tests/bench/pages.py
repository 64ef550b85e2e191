"""Pages of an office of 20,000 relationships and 5,000 open tasks, each beside a bare page with the same rows.

The bare page runs the statements that ours sends, by asyncpg, and prints the same rows and links through one template
without macros. State at a moment stands beside the bare fold of the same events, read and decoded in the same way.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx2 as httpx
from sqlalchemy import event

from activities.adapters.postgres.database import Database
from domain.actors import Role
from tests.api_gateway.conftest import office_of
from tests.api_gateway.pages.conftest import Browser, signed_in
from tests.bench.bare_pages import written
from tests.bench.bulk import driver_url
from tests.bench.large_office import PAIRS, REGIONS, fill, pair_of
from workers.embedded.stack import ports
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.settings import ProcessRole

LIMIT: Final = 3.0
"""The greatest ratio of the p95 to that of the bare page, or of the bare fold."""
WARM: Final = 20
PAUSE: Final = timedelta(seconds=60 / 400).total_seconds()
"""Fewer requests than a person may send in a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a bare page prints of one statement: which one by words in it, links, columns, and how many rows."""

    of: tuple[str, ...]
    links: tuple[tuple[str, str, str], ...] = ()
    columns: tuple[str, ...] = ()
    most: int = 100
    events: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A page, who opens it, and what is measured beside it."""

    path: str
    who: str
    parts: tuple[Part, ...] = ()


_TASK: Final = (("/relationships/", "subject", "mentee_name"), ("/tasks/", "id", "kind"))
_PAIR: Final = (("/relationships/", "id", "mentee_name"), ("/relationships/", "id", "mentor_name"))
_OF_TASK: Final = ("mentor_name", "kind", "due_at", "opened_at", "met_at")
_TODAY: Final = (
    Part(of=("count(*) FILTER", "office.tasks"), columns=("late", "week", "later")),
    Part(of=("AS day", "LIMIT"), links=_TASK, columns=_OF_TASK),
    Part(of=("ORDER BY office.tasks.opened_at",), links=_TASK, columns=_OF_TASK, most=8),
    Part(of=("unconfirmed",), links=_PAIR, columns=("stage", "stage_since", "next_subject"), most=8),
    Part(of=("journal.events",), links=_PAIR, columns=("stage", "region_name"), most=8),
)
_LIST: Final = Part(
    of=("first_task",),
    links=_PAIR[:1],
    columns=("mentor_name", "stage", "stage_since", "region_name", "task_role", "task_kind", "task_due"),
    most=50,
)
_QUEUE: Final = Part(
    of=("mine", "LIMIT"),
    links=(("/payments/", "id", "payee_name"), ("/payments/", "id", "state")),
    columns=("due_at", "mentor_name", "amount_minor", "currency", "owed_state", "maker", "attempt"),
    most=50,
)
_RELATIONSHIP: Final = (
    Part(of=("journal.events", "ORDER BY"), columns=("type", "decided_at", "who"), most=24, events=True),
    Part(of=("office.tasks.subject =",), links=_TASK, columns=_OF_TASK),
    Part(
        of=("office.notices",),
        links=(("/emails/", "id", "kind"),),
        columns=("status", "sent_at", "created_at"),
        most=6,
    ),
)
PAGES: Final[Mapping[str, _Page]] = {
    "today": _Page(path="/", who="coordinator", parts=_TODAY),
    "list": _Page(path="/relationships", who="coordinator", parts=(_LIST,)),
    "relationship": _Page(path="/relationships/{pair}", who="coordinator", parts=_RELATIONSHIP),
    "queue": _Page(path="/payments", who="payment", parts=(_QUEUE,)),
    "today_of_all": _Page(path="/", who="state office", parts=_TODAY),
    "list_of_all": _Page(path="/relationships", who="state office", parts=(_LIST,)),
    "moment": _Page(path="/relationships/{long}/at", who="coordinator"),
}
_WHO: Final[Mapping[str, tuple[tuple[Role, ...], tuple[str, ...]]]] = {
    "coordinator": ((Role.COORDINATOR,), REGIONS[:1]),
    "state office": ((Role.COORDINATOR,), ()),
    "payment": ((Role.PAYMENT_STAFF,), ()),
}


async def figures(samples: int = 200) -> dict[str, Any]:
    """Return for each page its p95 and that of the floor in milliseconds, the ratio, and whether the limit is kept."""
    async with OfficeProcesses.temporary(workers=False, mail=False) as office:
        settings = office.settings
        async with office_of(settings) as client:
            await fill(settings.database_url(ProcessRole.MIGRATOR))
            browsers = {
                who: await signed_in(client, who, *roles, regions=regions)
                for who, (roles, regions) in _WHO.items()
            }
            asked = {
                name: await _asked(client.office.database, browsers, page) for name, page in PAGES.items()
            }
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "pages.json"
                file.write_text(written(asked))
                port = ports.pick()
                url = driver_url(settings.database_url(ProcessRole.GATEWAY))
                bare = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "tests.bench.bare_pages", str(port), url, str(file)
                )
                try:
                    return {
                        f"page_{name}": await figure(
                            f"http://{ports.HOST}:{port}/{name}",
                            f"{office.gateway_url}{_path(page)}",
                            dict(browsers[page.who].http.cookies),
                            samples,
                            len(asked[name]["statements"]),
                        )
                        for name, page in PAGES.items()
                    }
                finally:
                    bare.terminate()
                    await bare.wait()
                    for each in browsers.values():
                        await each.http.aclose()


def _path(page: _Page) -> str:
    """Return the address of a page: a pair in its fourth month, and one of two years."""
    return page.path.format(pair=pair_of("Ida Holm", _IN_FIRST_REGION), long=pair_of("Tova Long", PAIRS))


_IN_FIRST_REGION: Final = 80
"""The number of a copy of Ida Holm's pair in the first region: 8 more than a multiple of 24, and one of 10."""


async def _asked(database: Database, browsers: Mapping[str, Browser], page: _Page) -> dict[str, Any]:
    """Return what a page asks the database, and what the bare page prints of it."""
    sent: list[tuple[str, list[Any]]] = []

    def heard(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        sent.append((statement, [*values]))

    await browsers[page.who].get(_path(page))
    event.listen(database.engine.sync_engine, "before_cursor_execute", heard)
    try:
        answer = await browsers[page.who].get(_path(page))
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", heard)
    if answer.status_code != 200:
        raise RuntimeError(f"{page.path}: {answer.status_code}")
    return {"statements": sent, "parts": [*printed(sent, page.parts)], "folds": not page.parts}


def printed(sent: list[tuple[str, list[Any]]], parts: Sequence[Part]) -> Iterator[dict[str, Any]]:
    """Yield what a bare page prints of which statement."""
    for part in parts:
        at = next(number for number, (sql, _) in enumerate(sent) if all(words in sql for words in part.of))
        shown = {"links": part.links, "columns": part.columns, "most": part.most, "events": part.events}
        yield {"statement": at, **shown}


async def figure(
    bare: str, ours: str, cookies: Mapping[str, str], samples: int, statements: int
) -> dict[str, Any]:
    """Take samples of both in turn, so that other load on the machine affects both equally."""
    taken: tuple[list[float], list[float]] = ([], [])
    async with httpx.AsyncClient(cookies=dict(cookies), timeout=60) as http:
        await _until_it_answers(http, bare)
        for number in range(samples + WARM):
            for url, into in ((bare, taken[0]), (ours, taken[1])):
                begun = time.perf_counter()
                answer = await http.get(url)
                spent = (time.perf_counter() - begun) * 1000
                if answer.status_code != 200:
                    raise RuntimeError(f"{url}: {answer.status_code}")
                if number >= WARM:
                    into.append(spent)
            await asyncio.sleep(PAUSE)
    floor, page = (statistics.quantiles(each, n=20)[-1] for each in taken)
    middle = [statistics.median(each) for each in taken]
    return {
        "samples": samples,
        "statements": statements,
        "floor_p95_ms": round(floor, 2),
        "p95_ms": round(page, 2),
        "floor_p50_ms": round(middle[0], 2),
        "p50_ms": round(middle[1], 2),
        "min_ratio": round(min(taken[1]) / min(taken[0]), 2),
        "ratio": round(page / floor, 2),
        "limit": LIMIT,
        "ratio_kept": page <= floor * LIMIT,
    }


async def _until_it_answers(http: httpx.AsyncClient, url: str) -> None:
    for _ in range(200):
        try:
            await http.get(url)
        except httpx.HTTPError:
            await asyncio.sleep(0.1)
        else:
            return
    raise RuntimeError("the bare pages do not answer")
