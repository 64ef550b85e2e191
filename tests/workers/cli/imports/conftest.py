"""`mentorflow import` against an office that a test makes."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.workers.cli.imports.office import Office, Run
from workers.__main__ import app
from workers.cli.imports import asking, command


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs the command against an office."""
    (tmp_path / "people.csv").write_text("key,name\n")
    monkeypatch.setattr(command, "PAUSE", 0)

    def run_it(office: Office, *options: str, typed: str | None = None) -> Result:
        monkeypatch.setattr(asking, "request", office.request)
        monkeypatch.setattr(command, "is_terminal", lambda: typed is not None)
        arguments = ["import", str(tmp_path), "--token", "t", "--term", "2026-27", *options]
        return CliRunner().invoke(app, arguments, input=typed)

    return run_it


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that goes on with an import."""
    monkeypatch.setattr(command, "PAUSE", 0)

    def run_it(office: Office, *options: str, typed: str | None = None) -> Result:
        monkeypatch.setattr(asking, "request", office.request)
        monkeypatch.setattr(command, "is_terminal", lambda: typed is not None)
        return CliRunner().invoke(app, ["import", "--token", "t", "--continue", *options], input=typed)

    return run_it
