"""`mentorflow admin invite` prints an address by which the first administrator signs in to pages."""

import re

import pytest
from typer.testing import CliRunner

from workers.__main__ import app
from workers.settings import Settings

FIRST = ["admin", "first", "--name", "Eva Lind", "--email", "eva@example.org", "--association", "masa"]
PROVIDER = {
    "sign_in_issuer": "https://login.example.org",
    "sign_in_client": "office",
    "sign_in_client_secret": "s" * 20,
    "cookie_secret": "c" * 32,
}


def settle(monkeypatch: pytest.MonkeyPatch, settings: Settings, **changed: str) -> None:
    """Let commands use these settings."""
    own = Settings.model_validate({**settings.model_dump(), **changed})
    for module in ("workers.cli.tokens", "workers.settings"):
        monkeypatch.setattr(f"{module}.load_settings", lambda: own)


def test_the_first_administrator_is_invited(postgres: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch, postgres, **PROVIDER)
    made = CliRunner().invoke(app, FIRST)
    assert made.exit_code == 0, made.output
    [person] = re.findall(r"is the person ([0-9a-f]{32})", made.stderr)
    invited = CliRunner().invoke(app, ["admin", "invite", person])
    assert invited.exit_code == 0, invited.output
    address = re.escape(postgres.public_url) + r"/sign-in\?invitation=[\w-]{43}\n"
    assert re.fullmatch(address, invited.stdout)
    assert "within three days" in invited.stderr
    nobody = CliRunner().invoke(app, ["admin", "invite", "e" * 32])
    assert (nobody.exit_code, "nobody with this id" in nobody.stderr) == (1, True)


def test_without_a_provider_nobody_is_invited(postgres: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch, postgres)
    invited = CliRunner().invoke(app, ["admin", "invite", "e" * 32])
    assert (invited.exit_code, "MENTORFLOW_SIGN_IN_ISSUER" in invited.stderr) == (1, True)
