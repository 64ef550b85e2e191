"""The README's walk through one pair, pasted into a new shell beside a running office."""

import asyncio
import os
import re
import shlex
import shutil
import sys
from pathlib import Path

from tests.conftest import office_at_ten, unavailable
from workers.audit.replay import replay
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.settings import REPOSITORY

README = (REPOSITORY / "README.md").read_text()
MINUTES = 12
SOURCE = ("activities", "api_gateway", "deploy", "domain", "workers", "workflows")


def blocks(heading: str) -> list[str]:
    """Return the shell blocks of one section of the README."""
    _, _, section = README.partition(f"\n## {heading}\n")
    return re.findall(r"^```sh\n(.*?)^```", section.partition("\n## ")[0], re.MULTILINE | re.DOTALL)


def beside(office: OfficeProcesses, folder: Path) -> Path:
    """Lay out a folder as the checkout of a running demo.

    It holds a copy of this source, because commands look for the demo's settings in the checkout that they run from,
    and this checkout may have a demo of its own.
    """
    for room in SOURCE:
        shutil.copytree(REPOSITORY / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(
        REPOSITORY / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__", "histories")
    )
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    runs = {"python": "", "mentorflow": " -m workers"}
    for name, module in runs.items():
        command = f'PYTHONPATH={shlex.quote(str(folder))} exec {shlex.quote(sys.executable)}{module} "$@"'
        (programs / name).write_text(f"#!/bin/sh\n{command}\n")
        (programs / name).chmod(0o700)
    (folder / ".mentorflow").mkdir()
    (folder / ".mentorflow" / "settings.env").symlink_to(office.data.settings_file)
    return folder


async def pasted(folder: Path, *script: str, status: int = 0) -> str:
    """Run blocks in one new shell that stops at the first line that fails; return what it printed.

    The shell has no setting of ours: its commands find the running demo by themselves.
    """
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    shell = await asyncio.create_subprocess_exec(
        *("bash", "--norc", "-euo", "pipefail", "-c", "".join(script)),
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        printed, _ = await asyncio.wait_for(shell.communicate(), timeout=MINUTES * 60)
    finally:
        if shell.returncode is None:
            shell.kill()
            await shell.wait()
    text = printed.decode()
    assert shell.returncode == status, text
    return text


async def test_every_line_of_the_readme_works_beside_a_running_office(tmp_path: Path) -> None:
    walk = blocks("One pair, from application to recognition")
    _, lines = blocks("Two commands")
    assert len(walk) == 9
    try:
        async with office_at_ten() as office:
            folder = beside(office, tmp_path)
            printed = await pasted(folder, *walk, 'echo "$PAIR"\n')
            assert "stage: matching" in printed
            assert "Letter of Understanding" in printed
            assert "Approves own order" in printed
            assert "Ruth Olsen" in printed
            assert "refused, as it should be" in printed
            assert printed.count("\ncompleted\n") == 1
            assert "The relationship is complete." in printed
            assert "The agreement is signed by one side.\n" in printed
            (relationship,) = re.findall(r"^relationships/(\w+)$", printed, re.MULTILINE)
            report = await replay(office.settings, relationship)
            assert report.ok, report.faults
            for line in lines.splitlines():
                differ = " diff " in line  # like diff, it exits with 1 if two programs differ
                assert await pasted(folder, line, status=1 if differ else 0) or ">" in line
    except StartFailed as obstacle:
        unavailable(obstacle)
