"""The source of the Temporal server: the machine's own, otherwise the cache, otherwise a single build."""

import sys
from pathlib import Path

import pytest

from workers.embedded.stack import temporal_program
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.temporal_program import find_program, go_toolchain, present_program


class Machine:
    """Machine with only a shell on PATH and an empty cache."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "bin"
        self.cache = folder / "cache"
        self.path.mkdir()

    def install(self, name: str, script: str) -> None:
        program = self.path / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path)
    monkeypatch.setenv("PATH", f"{machine.path}:/usr/bin:/bin")
    monkeypatch.setenv("MENTORFLOW_CACHE", str(machine.cache))
    # No download and no toolchain beside the interpreter: the tests use no network.
    monkeypatch.setattr(temporal_program, "DOWNLOAD_SECONDS", 0.0)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere" / "python"))
    return machine


def test_a_cli_that_is_new_enough_is_used(machine: Machine) -> None:
    machine.install("temporal", "echo temporal version 1.9.1 '(Server 1.32.0)'")
    program = present_program()
    assert program is not None
    assert program.is_cli


def test_a_cli_that_cannot_skip_time_is_ignored(machine: Machine) -> None:
    machine.install("temporal", "echo temporal version 1.8.0")
    assert present_program() is None


def test_a_built_server_in_the_cache_is_used(machine: Machine) -> None:
    server = machine.cache / f"temporal-server-{temporal_program.VERSION}" / "server"
    server.parent.mkdir(parents=True)
    server.touch(mode=0o755)
    program = present_program()
    assert program is not None
    assert program.path == server
    assert not program.is_cli


def test_a_go_that_is_too_old_is_ignored(machine: Machine) -> None:
    machine.install("go", "echo go version go1.26.7 linux/amd64")
    assert go_toolchain() is None


async def test_the_server_is_built_into_the_cache_once_and_says_so(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_download() -> None:
        return None

    monkeypatch.setattr(temporal_program, "_download", no_download)
    machine.install("go", '[ "$1" = version ] && echo go version go1.27.3 || { echo "$@" > $GOBIN/server; }')
    messages: list[str] = []
    program = await find_program(messages.append)
    assert (
        program.path.read_text()
        .strip()
        .endswith(f"go.temporal.io/server/cmd/server@v{temporal_program.VERSION}")
    )
    assert any("about six minutes" in line for line in messages)
    messages.clear()
    assert await find_program(messages.append) == program
    assert messages == []


async def test_a_build_that_fails_says_why_in_one_line(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_download() -> None:
        return None

    monkeypatch.setattr(temporal_program, "_download", no_download)
    machine.install(
        "go", '[ "$1" = version ] && echo go version go1.27.3 || { echo no network >&2; exit 1; }'
    )
    with pytest.raises(StartFailed, match="could not be built: no network") as failed:
        await find_program(lambda _: None)
    assert "\n" not in str(failed.value)
    assert present_program() is None


async def test_a_build_can_be_forbidden(machine: Machine) -> None:
    with pytest.raises(StartFailed, match=r"run \./deploy/demo once"):
        await find_program(lambda _: None, may_build=False)
