"""`mentorflow token` and `mentorflow admin first` say in words what a token cannot be made of."""

import pytest
from typer.testing import CliRunner

from workers.__main__ import app

NOBODY = "e" * 32


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["token"], "name a person with --person and a role with --role"),
        (["token", "--person", "ann", "--role", "admin"], "mentorflow list people shows it"),
        (
            ["token", "--person", NOBODY, "--role", "auditor", "--as", "eva"],
            "--as takes the id of a person, 32 hex digits",
        ),
        (["token", "revoke", "x", "--as", "eva"], "mentorflow list people shows it"),
        (
            ["token", "--person", NOBODY, "--role", "boss"],
            "a role is one of coordinator, payment_staff, auditor",
        ),
        (
            ["token", "--person", NOBODY, "--role", "payment_staff", "--region", "r1"],
            "--region means nothing for payment_staff: only a coordinator has regions",
        ),
        (
            ["admin", "first", "--name", "Eva", "--email", "e@x.org"],
            "one of ma_ese, masa, mass, nea_esp, opsoa",
        ),
        (["admin", "first", "--name", "Eva", "--email", "eva", "--association", "masa"], "ann@example.org"),
    ],
)
def test_what_a_token_cannot_be_made_of_is_said_before_anything_is_asked(
    words: list[str], expected: str
) -> None:
    """C61: a region means something only for a coordinator."""
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code == 2
    assert expected in " ".join(ended.output.replace("│", " ").split())
