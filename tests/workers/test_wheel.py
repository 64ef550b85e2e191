"""The wheel, installed in its own environment without a checkout, has everything that an office needs."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import unavailable
from workers.embedded.stack.process import StartFailed, clean_environment
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.settings import PREFIX, REPOSITORY, Settings

PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
TRAVELING = {
    "deploy/migrations": "workers/migrations",
    "activities/adapters/mail/templates": "activities/adapters/mail/templates",
    "domain/programs": "domain/programs",
    "api_gateway/words": "api_gateway/words",
    "api_gateway/templates": "api_gateway/templates",
    "api_gateway/static": "api_gateway/static",
}
"""Folders of files other than Python, and their places in the wheel."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from this checkout without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ("wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir")
    subprocess.run([*PIP, *build, str(folder), str(REPOSITORY)], check=True)
    (built,) = folder.glob("*.whl")
    return built


def files(folder: str) -> set[str]:
    """Return the paths of all files below a folder of the checkout, without Python's cache files."""
    root = REPOSITORY / folder
    return {
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_contains_migrations_emails_words_programs_forms_and_the_license(wheel: Path) -> None:
    """C75."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        for here, there in TRAVELING.items():
            assert {f"{there}/{name}" for name in files(here)} <= names, here
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        (license,) = (name for name in names if name.endswith("licenses/deploy/LICENSE"))
        assert "License-Expression: Apache-2.0\n" in archive.read(metadata).decode()
        assert archive.read(license) == (REPOSITORY / "deploy" / "LICENSE").read_bytes()
    assert not any(name.startswith(("tests/", "deploy/")) or "__pycache__" in name for name in names)


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the path of `mentorflow` in a fresh environment with the locked production packages and the wheel."""
    place = tmp_path_factory.mktemp("production") / "venv"
    venv.create(place, with_pip=False, symlinks=True)
    # The tests' own pip installs into it; no module of the tests' environment is visible there.
    install = (*PIP, "--python", str(place / "bin" / "python"), "install", "--quiet", "--no-compile")
    lock = REPOSITORY / "deploy" / "lock" / "production.txt"
    subprocess.run([*install, "--no-deps", "--require-hashes", "--requirement", str(lock)], check=True)
    subprocess.run([*install, "--no-index", "--no-deps", str(wheel)], check=True)
    subprocess.run([*PIP, "--python", str(place / "bin" / "python"), "check"], check=True)
    return str(place / "bin" / "mentorflow")


def run(command: str, folder: Path, *arguments: str, settings: Settings | None = None) -> tuple[int, str]:
    """Run a command outside the checkout; return its exit code and everything that it prints."""
    values: dict[str, str] = {}
    if settings is not None:
        plain = settings.model_dump(exclude_none=True, exclude={"demo", "origin"})
        values = {
            f"{PREFIX}{name.upper()}": getattr(value, "get_secret_value", lambda value=value: str(value))()
            for name, value in plain.items()
        }
        values[f"{PREFIX}ORIGIN"] = "wheel.example"
    ended = subprocess.run(
        [command, *arguments],
        env={name: value for name, value in clean_environment(**values).items() if name != "PYTHONPATH"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.slow
async def test_an_installed_wheel_migrates_a_fresh_database_and_reports_what_is_missing(
    command: str, tmp_path: Path
) -> None:
    try:
        async with OfficeProcesses.temporary(
            workers=False, gateway=False, mail=False, temporal=False, migrated=False
        ) as office:
            settings = office.settings
            assert run(command, tmp_path, "migrate", settings=settings) == (0, "")
            connection = await office.postgres.connect(settings.database_name)
            assert await connection.fetchval("select origin from office.installation") == "wheel.example"
            newest = max(name for name in files("deploy/migrations/versions") if name.endswith(".py"))
            assert await connection.fetchval("select version_num from office.alembic_version") == newest[:4]
            await connection.close()
            code, checked = run(command, tmp_path, "doctor", settings=settings)
            assert code == 1
            assert "ok  Settings: complete\n" in checked
            assert "ok  Database as gateway: signs in\n" in checked
            assert "NO  Temporal: " in checked
            assert "NO  Gateway: " in checked
            assert "Start it, or correct MENTORFLOW_TEMPORAL_ADDRESS." in checked
            assert "for the demo" not in checked
    except StartFailed as obstacle:
        unavailable(obstacle)


@pytest.mark.slow
def test_an_installed_wheel_reports_in_a_sentence_what_needs_settings_or_a_checkout(
    command: str, tmp_path: Path
) -> None:
    code, checked = run(command, tmp_path, "doctor")
    assert code == 1
    assert "NO  Settings: Settings are missing: MENTORFLOW_DATABASE_HOST" in checked
    assert "deploy/demo" not in checked
    code, printed = run(command, tmp_path, "programs", "coverage")
    assert code == 2
    assert "run the command in a checkout" in " ".join(printed.split())
    code, printed = run(str(Path(command).parent / "python"), tmp_path, "-m", "workers.embedded", "--year")
    assert code == 1
    assert "run ./deploy/demo in a checkout" in " ".join(printed.split())
    assert run(command, tmp_path, "programs", "check")[0] == 0
    assert "special_application" in run(command, tmp_path, "forms", "list", "masa")[1]
