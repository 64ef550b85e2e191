"""My page and a form of the door, each beside a bare page with the same rows, in an office of 20,000 relationships.

The bare page signs in as the door does, and runs the statements that ours sends in one transaction.
"""

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import httpx2 as httpx
from sqlalchemy import event, select
from temporalio.client import Client

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes.door_sessions import begin_session
from api_gateway.door.app import create_door, make_door
from api_gateway.door.own_address import own_address
from tests.bench.bare_pages import written
from tests.bench.bulk import driver_url
from tests.bench.large_office import PAIRS, fill, pair_of
from tests.bench.pages import Part, figure, printed
from workers.embedded.stack import ports
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.settings import ProcessRole, Settings

_FEW: Final = pair_of("Ida Holm", 80)
_LONG: Final = pair_of("Tova Long", PAIRS)
_PAIR: Final = Part(
    of=("office.relationships",),
    links=(("/my/agreement/", "id", "mentee_name"), ("/my/acts/log-meeting/", "id", "mentor_name")),
    columns=("stage", "stage_since", "opened_at", "next_due", "next_subject", "meetings_logged"),
)
_EVENTS: Final = Part(of=("journal.events",), columns=("type", "decided_at", "who", "body"), events=True)
_CONTACTS: Final = Part(of=("office.region_contacts",), columns=("name", "email", "phone"))
_MY: Final = (_PAIR, _EVENTS, _CONTACTS)
_FORM: Final = (_PAIR, _EVENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A page that the mentee of a pair opens, and what a bare page prints of its rows."""

    pair: str
    path: str
    parts: tuple[Part, ...]


PAGES: Final[Mapping[str, _Asked]] = {
    "my_page": _Asked(pair=_FEW, path="/my", parts=_MY),
    "my_page_of_two_years": _Asked(pair=_LONG, path="/my", parts=_MY),
    "form": _Asked(pair=_FEW, path=own_address("LogMeeting", _FEW), parts=_FORM),
    "form_of_two_years": _Asked(pair=_LONG, path=own_address("LogMeeting", _LONG), parts=_FORM),
}


async def figures(samples: int = 200) -> dict[str, Any]:
    """Return for each page its p95 and that of the floor in milliseconds, the ratio, and whether the limit is kept."""
    async with OfficeProcesses.temporary(workers=False, mail=False) as office:
        settings = office.settings
        await fill(settings.database_url(ProcessRole.MIGRATOR))
        cookies = {pair: await _signed_in(settings, pair) for pair in (_FEW, _LONG)}
        asked = await _statements(settings, cookies)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "pages.json"
            file.write_text(written(asked))
            port = ports.pick()
            url = driver_url(settings.database_url(ProcessRole.PARTICIPANT))
            bare = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.bench.bare_pages", str(port), url, str(file)
            )
            try:
                return {
                    name: await figure(
                        f"http://{ports.HOST}:{port}/{name}",
                        f"{office.door_url}{page.path}",
                        cookies[page.pair],
                        samples,
                        len(asked[name]["statements"]),
                    )
                    for name, page in PAGES.items()
                }
            finally:
                bare.terminate()
                await bare.wait()


async def _signed_in(settings: Settings, pair: str) -> dict[str, str]:
    """Return the cookie of a session of the mentee of a pair."""
    owner = Database(settings.database_url(ProcessRole.MIGRATOR), size=1)
    row = tables.relationships.c
    async with owner.transaction() as connection:
        mentee = await connection.scalar(select(row.mentee).where(row.id == pair))
        token = await begin_session(connection, str(mentee), "en")
    await owner.close()
    return {f"{settings.prefix_of_cookies}my": token}


async def _statements(settings: Settings, cookies: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return what each page asks the database the second time, and what the bare page prints of it."""
    door, sent = make_door(settings, cast(Client, _NoRuns())), list[tuple[str, list[Any]]]()

    def heard(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        sent.append((statement, [*values]))

    event.listen(door.office.database.engine.sync_engine, "before_cursor_execute", heard)
    found = {}
    for name, page in PAGES.items():
        transport = httpx.ASGITransport(app=create_door(door))
        async with httpx.AsyncClient(
            transport=transport, base_url=str(settings.door_url), cookies=dict(cookies[page.pair])
        ) as http:
            for _ in range(2):
                sent.clear()
                answer = await http.get(page.path)
        if answer.status_code != 200:
            raise RuntimeError(f"{page.path}: {answer.status_code}")
        asked = [*sent]
        found[name] = {
            "statements": asked,
            "parts": [*printed(asked, page.parts)],
            "folds": False,
            "together": True,
        }
    await door.office.database.close()
    return found


class _NoRuns:
    """There is no engine: nothing is sent."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a page reaches no run: {name}")
