"""The command line says in one line what is wrong."""

import pytest
from typer.testing import CliRunner

from workers.__main__ import app

PERSON = "a" * 32


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["token", "--person", "ann", "--role", "admin"], "32 hex digits"),
        (["token", "--person", PERSON, "--role", "system"], "a role is one of"),
        (["history", PERSON, "--at", "yesterday"], "with its offset"),
        (["history", PERSON, "--at", "2026-11-02T15:00:00"], "with its offset"),
        (["send", "people", "--token", "t", "--body", "{"], "not JSON"),
        (["replay"], "--all"),
    ],
)
def test_a_wrong_argument_is_named(arguments: list[str], told: str) -> None:
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == 2
    assert told in " ".join(ended.output.split())


def test_an_office_that_does_not_run_is_one_line() -> None:
    ended = CliRunner().invoke(app, ["tasks", "--token", "t", "--url", "http://127.0.0.1:1"])
    assert ended.exit_code == 1
    assert ended.output.startswith("no API answers at http://127.0.0.1:1")
