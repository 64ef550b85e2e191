"""Schemathesis sends what it can think of to the whole API, and compares each answer with the API's own description."""

import asyncio
import tempfile
from pathlib import Path

import pytest

from domain.actors import STAFF_ROLES, Role
from tests.conftest import PROGRAM as SAMPLE
from tests.conftest import office_at_ten
from tests.e2e.people import furnished
from workers.settings import REPOSITORY

PROGRAM = REPOSITORY / ".mentorflow" / "schemathesis" / "bin" / "schemathesis"
SECONDS = 180
SEED = 20261130


@pytest.mark.slow
async def test_the_api_answers_as_its_description_says() -> None:
    assert PROGRAM.exists(), "run ./deploy/test --long, which installs Schemathesis first"
    async with office_at_ten() as office:
        api = await furnished(office, SAMPLE)
        token = await api.give_token("everybody", [*STAFF_ROLES, Role.PARTICIPANT])
        await api.close()
        with tempfile.TemporaryDirectory() as folder:
            found = await _run(f"{office.gateway_url}/v1/openapi.json", token, Path(folder))
    assert found == "", found


async def _run(url: str, token: str, folder: Path) -> str:
    """Return what Schemathesis says is wrong; nothing if all checks hold."""
    process = await asyncio.create_subprocess_exec(
        str(PROGRAM),
        "run",
        url,
        *("--header", f"Authorization: Bearer {token}"),
        *("--checks", "all"),
        *("--max-time", str(SECONDS), "--seed", str(SEED), "--workers", "1"),
        *("--continue-on-failure", "--no-color", "--generation-database", "none", "--warnings", "off"),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return "" if process.returncode == 0 else said.decode()
