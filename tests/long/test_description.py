"""Schemathesis sends what it can think of to the whole API, and compares each answer with the API's own description."""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest

from domain.actors import STAFF_ROLES, Role
from tests.conftest import PROGRAM as SAMPLE
from tests.conftest import office_at_ten
from tests.e2e.people import furnished
from workers.settings import REPOSITORY

PROGRAM = REPOSITORY / ".mentorflow" / "schemathesis" / "bin" / "schemathesis"
HERE = Path(__file__).parent
SECONDS = 180


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
        *("--config-file", str(HERE / "schemathesis.toml"), "run", url),
        *("--checks", "all", "--max-time", str(SECONDS), "--generation-database", "none"),
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(HERE),
            "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
            "API_TOKEN": token,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return "" if process.returncode == 0 else said.decode()
