"""The take-over of 10,000 people with memberships, beside COPY of what a reader that only reads has found.

Both write into the same tables with the triggers on. Each sample is another association, so each begins with nobody.
"""

import asyncio
import secrets
from datetime import UTC, datetime
from typing import Any

import asyncpg

from activities.adapters.postgres.journal import entry_of
from domain.actors import Actor, Role
from domain.ids import h_stream
from domain.journal import FIRST_PREV, Cause, Envelope, Kind, encode
from tests.bench.rosters import (
    REGION,
    agreed,
    associations,
    memberships,
    parsed,
    people,
    proposed,
    ratio_of,
    seconds,
    text_of,
    with_regions,
)
from tests.e2e.people import Api
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.settings import ProcessRole

ROWS = 10_000
LIMIT = 3.0
"""The greatest ratio to the floor."""
_PAUSE = 0.05


async def figures(samples: int = 3) -> dict[str, Any]:
    """Return seconds, the ratio to the floor, and whether the limit is kept."""
    floor: list[float] = []
    taken: list[float] = []
    async with OfficeProcesses.temporary(workers=False, mail=False) as office:
        api = await with_regions(office)
        url = office.settings.database_url(ProcessRole.GATEWAY).replace("+asyncpg", "")
        connection = await asyncpg.connect(url)
        origin = await connection.fetchval("select origin from office.installation")
        for association in [*associations()][:samples]:
            await api.give_token("admin", [Role.ADMIN], of=association)
            rows = people(ROWS, REGION.format(association))
            files = {
                "people": text_of("people", rows),
                "memberships": text_of("memberships", memberships(rows)),
            }
            with seconds(floor):
                await _copy(connection, f"floor_{association}", origin, files)
            ready = await agreed(api, await proposed(api, {"association": association}, files))
            with seconds(taken):
                operation = await land(api, ready)
            if (operation["people"], operation["counts"]["new"]) != (ROWS, 2 * ROWS):
                raise RuntimeError(f"not what was to be measured: {operation}")
        await connection.close()
        await api.close()
    return {"take_over": ratio_of(floor, taken, LIMIT)}


async def land(api: Api, ready: Any) -> Any:
    """Take over a proposal, and return its operation when it has ended."""
    begun = await api.done("admin", f"imports/{ready['id']}/take-over", {"digest": ready["digest"]})
    while (  # noqa: ASYNC110 - the operation ends in another process
        found := await api.get("admin", f"operations/{begun['operation']}")
    )["state"] == "running":
        await asyncio.sleep(_PAUSE)
    if found["state"] != "done":
        raise RuntimeError(f"the import did not land: {found}")
    return found


async def _copy(
    connection: asyncpg.Connection, association: str, origin: str, files: dict[str, bytes]
) -> None:
    """Write people, memberships and one event a person."""
    now = datetime.now(UTC)  # the machine's clock: any instant will do
    actor = Actor(id=secrets.token_hex(16), role=Role.ADMIN)
    ids: dict[str, str] = {}
    found: list[tuple[Any, ...]] = []
    for key, name, email, title, district, region, _, phone, language in parsed(files["people"]):
        ids[key] = secrets.token_hex(16)
        found.append((ids[key], association, name, email, title, district, region, phone, language))
    held = [(ids[key], name, first) for key, name, first in parsed(files["memberships"])]
    events = [_event(id, origin, actor, now) for id in ids.values()]
    async with connection.transaction():
        columns = (
            "id",
            "association",
            "name",
            "email",
            "role_title",
            "district",
            "region",
            "phone",
            "language",
        )
        await _into(connection, "office", "people", columns, found)
        await _into(connection, "office", "memberships", ("person", "class", "first"), held)
        await _into(connection, "journal", "events", [*events[0]], [tuple(each.values()) for each in events])


def _event(person: str, origin: str, actor: Actor, now: datetime) -> dict[str, Any]:
    envelope = Envelope(
        type="PersonAdded",
        origin=origin,
        stream=h_stream(person),
        kind=Kind.PERSON,
        seq=1,
        prev=FIRST_PREV,
        actor=actor,
        decided_at=now,
        cause=Cause(command=secrets.token_hex(16)),
        body={"fields": ["name", "email"], "commit": secrets.token_hex(32)},
    )
    return entry_of(encode(envelope).decode("ascii"))


async def _into(
    connection: asyncpg.Connection, schema: str, table: str, columns: Any, rows: list[tuple[Any, ...]]
) -> None:
    await connection.copy_records_to_table(table, schema_name=schema, columns=columns, records=rows)
