"""Where an embedded stack keeps what must outlive it: database files, Temporal's file, emails, passwords, logs.

Usually `.mentorflow/` in the repository. PostgreSQL refuses to run as root, so for root the data is outside the home
folder, where PostgreSQL's own system user can reach it. The mode of a folder that we did not make is never changed, and
`.mentorflow/` then has only the settings file for the commands.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import secrets
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from workers.embedded.stack.process import StartFailed
from workers.file_words import unwritable
from workers.settings import PREFIX, REPOSITORY

_MARK: Final = "this-is-a-mentorflow-data-folder"


def is_root() -> bool:
    """Return whether this process runs as root."""
    return os.geteuid() == 0


def default_folder(name: str = "demo") -> Path:
    """Return the data folder of this repository's demo."""
    if not is_root():
        return REPOSITORY / ".mentorflow" / name
    place = hashlib.sha256(str(REPOSITORY).encode()).hexdigest()[:12]
    return Path("/var/lib/mentorflow") / f"{place}-{name}"


def cache_folder() -> Path:
    """Return the per-user cache, which contains the Temporal server that was built once."""
    if named := os.environ.get(f"{PREFIX}CACHE"):
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "mentorflow"


class DataFolder:
    """One data folder, and the small files in it that say how its stack is set up."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.logs = self.path / "logs"
        self.mails = self.path / "mails"
        self.settings_file = self.path / "settings.env"
        self.key_file = self.path / "keyring.json"
        self.tokens_file = self.path / "demo-tokens.txt"
        self.pid_file = self.path / "supervisor.pid"
        self._secrets = self.path / "secrets.json"
        self._ports = self.path / "ports.json"

    @property
    def is_default(self) -> bool:
        """Whether this is the folder of this repository's own demo."""
        return self.path == default_folder()

    @property
    def demo(self) -> str:
        """The command that means this folder's demo, to which options are added."""
        return "./deploy/demo" if self.is_default else f"./deploy/demo --data {shlex.quote(str(self.path))}"

    @classmethod
    def temporary(cls) -> DataFolder:
        """Make a data folder for a test. Others may only pass through the folder; its files keep their modes."""
        path = Path(tempfile.mkdtemp(prefix="mentorflow-"))
        folder = cls(path)
        folder.prepare()
        return folder

    def prepare(self) -> None:
        """Create the folder and what must be in it before anything starts.

        Raises:
            StartFailed: It cannot be written.
        """
        try:
            self._make()
        except OSError as fault:
            raise StartFailed(f"The data folder cannot be used: {unwritable(self.path, fault)}.") from None

    def _make(self) -> None:
        for parent in reversed(self.path.parents):
            if not parent.exists():
                parent.mkdir(mode=0o755, exist_ok=True)
        self.path.mkdir(mode=0o700, exist_ok=True)
        (self.path / _MARK).touch(mode=0o600)
        if is_root():
            # PostgreSQL's user passes through to its own folder and can list nothing here.
            self.path.chmod(0o711)
        for folder in (self.logs, self.mails):
            folder.mkdir(mode=0o700, exist_ok=True)
        if not self.key_file.exists():
            key = base64.b64encode(secrets.token_bytes(32)).decode()
            write_private(self.key_file, json.dumps({"current": "k1", "keys": {"k1": key}}), mode=0o400)

    def remove(self) -> None:
        """Remove everything; refuse a folder that is not one of ours."""
        if not self.path.exists():
            return
        if not (self.path / _MARK).exists():
            raise StartFailed(
                f"{self.path} was not made by mentorflow; remove it yourself if that is what you want."
            )
        shutil.rmtree(self.path)

    def secret(self, name: str) -> str:
        """Return a random password, made at first use and kept."""
        known: dict[str, str] = json.loads(self._secrets.read_text()) if self._secrets.exists() else {}
        if name not in known:
            known[name] = secrets.token_hex(24)
            write_private(self._secrets, json.dumps(known))
        return known[name]

    @property
    def ports(self) -> dict[str, int]:
        """The ports of the last start."""
        known: dict[str, int] = json.loads(self._ports.read_text()) if self._ports.exists() else {}
        return known

    @ports.setter
    def ports(self, ports: Mapping[str, int]) -> None:
        write_private(self._ports, json.dumps(dict(ports)))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for one supervisor.

        Raises:
            StartFailed: Another one holds it.
        """
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise StartFailed(
                    f"A demo is already running on {self.path} (process {self.running_pid() or 'unknown'}). "
                    f"Stop it with {self.demo} --stop."
                ) from None
            write_private(self.pid_file, str(os.getpid()))
            try:
                yield
            finally:
                self.pid_file.unlink(missing_ok=True)
        finally:
            os.close(descriptor)

    def running_pid(self) -> int | None:
        """Return the process id of this folder's supervisor. The lock decides: an id left by a crash means nothing."""
        if not self.pid_file.exists():
            return None
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return int(self.pid_file.read_text())
        else:
            return None
        finally:
            os.close(descriptor)


def write_private(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)


def write_settings(path: Path, values: Mapping[str, object]) -> None:
    """Write a settings file with the names of `workers.settings`."""
    lines = ["# Written by the embedded stack at each start. It contains passwords: keep it private."]
    lines += [f"{PREFIX}{name.upper()}={value}" for name, value in values.items()]
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_private(path, "\n".join(lines) + "\n")
