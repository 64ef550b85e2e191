"""A large import while the gateway and then the worker die as in a power cut: everything lands, each thing once."""

import asyncio
import csv
import io
from pathlib import Path
from typing import Any

import httpx2 as httpx
from sqlalchemy import func, select
from typer.testing import CliRunner

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes.imports import LAND
from domain.actors import Role
from tests.conftest import office_at_ten, unavailable
from tests.e2e.people import TERM, Api
from workers.__main__ import app
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses

PROGRAM = "masa"
PEOPLE = 400


async def test_an_import_survives_a_power_cut_of_the_gateway_and_of_the_worker(tmp_path: Path) -> None:
    try:
        async with office_at_ten() as office:
            await _import(office, tmp_path)
    except StartFailed as obstacle:
        unavailable(obstacle)


def _list(heading: str, rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([heading.split(","), *rows])
    return text.getvalue().encode()


def _files() -> list[tuple[str, tuple[str, bytes]]]:
    keys = [f"m{number}" for number in range(PEOPLE)]
    people = [[key, f"Member {key}", f"{key}@post.example", "principal", "Lake", "r1"] for key in keys]
    lists = {
        "people": _list("key,name,email,role_title,district,region", people),
        "memberships": _list("key,membership,first", [[key, "active", "2020-01-01"] for key in keys]),
        "applications": _list(
            "key,reason,first_year,applied_on", [[key, "new_to_role", "yes", "2026-07-01"] for key in keys]
        ),
    }
    return [(kind, (f"{kind}.csv", text)) for kind, text in lists.items()]


async def _import(office: OfficeProcesses, folder: Path) -> None:
    api = Api(office)
    try:
        token = await api.give_token("admin", [Role.ADMIN])
        await api.give_token("auditor", [Role.AUDITOR])
        await api.done("admin", "regions", {"code": "r1", "name": "R1", "program": PROGRAM})
        term = (await api.done("admin", "terms", TERM | {"program": PROGRAM}))["term"]
        proposal = await api.sent_files("admin", "imports", {"term": term}, _files())
        answers = {"answers": {"titles": "yes"}}
        ready = await api.done("admin", f"imports/{proposal['id']}/answers", answers)
        assert ready["counts"]["new"] == 3 * PEOPLE, ready["counts"]
        before = await _people(office)

        began = asyncio.get_running_loop().time()
        path, body = f"imports/{ready['id']}/take-over", {"digest": ready["digest"]}
        begun = await api.done("admin", path, body, key="take over")
        assert asyncio.get_running_loop().time() - began < 1
        await _until_landing(office)
        await office.kill_gateway()
        assert await _people(office) == before, "the gateway died in the middle"

        progress = await _in_the_middle(office, begun["operation"])
        await office.kill_worker()
        assert 0 < progress < PEOPLE, "the worker died in the middle"
        operation = await _until(api, begun["operation"], lambda found: found["state"] != "running")
        assert (operation["state"], operation["done"], operation["total"]) == ("done", PEOPLE, PEOPLE)

        assert await api.done("admin", path, body, key="take over") == begun
        await _each_exactly_once(office, before)
        found = await api.every("auditor", "relationships")
        assert len(found) == len({each["mentee"] for each in found}) == PEOPLE
        again = await api.sent_files("admin", "imports", {"term": term}, _files())
        assert again["counts"]["unchanged"] == 3 * PEOPLE, "no human twice"
        await asyncio.to_thread(_at_the_command_line, folder, token, office.gateway_url)
    finally:
        await api.close()


def _at_the_command_line(folder: Path, token: str, url: str) -> None:
    """Export, change a row, and import at the command line, as somebody at a terminal does."""
    to, office = folder / "people.csv", ["--token", token, "--url", url]
    exported = CliRunner().invoke(
        app, ["export", "people", "--association", PROGRAM, "--to", str(to), *office]
    )
    assert exported.exit_code == 0, exported.output
    arguments = ["import", str(folder), "--term", "2026-27", "--program", PROGRAM, *office]
    same = CliRunner().invoke(app, [*arguments, "--preview"])
    assert (same.exit_code, "Nothing new" in same.output) == (0, True), same.output
    to.write_bytes(to.read_bytes().replace(b"Member m7,", b"Mary Seven,"))
    changed = CliRunner().invoke(app, [*arguments, "--yes"])
    assert changed.exit_code == 0, changed.output
    assert "name Member m7 \u2192 Mary Seven" in changed.output
    assert "Done: 1 person changed." in changed.output


async def _until_landing(office: OfficeProcesses) -> None:
    """Wait until the gateway has begun to land the import, and no longer."""
    command = tables.commands.c
    # the machine's clock: the claim of a command is a few seconds by the clock of the database
    begun = select(func.count()).where(command.kind == LAND, command.claimed_until > func.now())
    database = Database(office.settings.database_url("migrator"), size=1)
    try:
        for _ in range(1000):
            async with database.transaction() as connection:
                if await connection.scalar(begun):
                    return
            await asyncio.sleep(0.005)
    finally:
        await database.close()
    raise AssertionError("the landing never began")


async def _people(office: OfficeProcesses) -> int:
    database = Database(office.settings.database_url("migrator"), size=1)
    try:
        async with database.transaction() as connection:
            return int(await connection.scalar(select(func.count()).select_from(tables.people)) or 0)
    finally:
        await database.close()


async def _in_the_middle(office: OfficeProcesses, operation: str) -> int:
    """Return how many relationships are recorded, as soon as one is; the table says so before the operation does."""
    database = Database(office.settings.database_url("migrator"), size=1)
    try:
        for _ in range(3000):
            async with database.transaction() as connection:
                running = await connection.scalar(
                    select(tables.operations.c.state).where(tables.operations.c.id == operation)
                )
                recorded = await connection.scalar(select(func.count()).select_from(tables.relationships))
            if recorded:
                assert running == "running"
                return int(recorded)
            await asyncio.sleep(0.02)
    finally:
        await database.close()
    raise AssertionError("the operation never began")


async def _each_exactly_once(office: OfficeProcesses, before: int) -> None:
    """Check that each application has one stream, opened once and decided once, and that its emails went out once."""
    database = Database(office.settings.database_url("migrator"), size=1)
    event = tables.events.c
    try:
        async with database.transaction() as connection:
            for type in ("ApplicationReceived", "ApplicationAccepted"):
                of_each = await connection.execute(
                    select(event.stream, func.count()).where(event.type == type).group_by(event.stream)
                )
                assert [row[1] for row in of_each] == [1] * PEOPLE, type
            added = select(func.count()).where(event.type == "PersonAdded")
            assert await connection.scalar(added) == before + PEOPLE
    finally:
        await database.close()


async def _until(api: Api, operation: str, is_so: Any) -> Any:
    """Read an operation until something is so, for at most two minutes, through a gateway that comes back."""
    for _ in range(600):
        try:
            found = await api.read("admin", f"operations/{operation}")
        except httpx.HTTPError:
            found = None
        if found is not None and found.is_success and is_so(found.json()):
            return found.json()
        await asyncio.sleep(0.2)
    raise AssertionError("the operation never came so far")
