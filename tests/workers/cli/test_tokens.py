"""`mentorflow token` and `mentorflow admin first` say in words what a token cannot be made of."""

import pytest
from typer.testing import CliRunner

from workers.__main__ import app

NOBODY = "e" * 32


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["token"], "name a person with --person, or write list or revoke"),
        (["grant", "--token", "mf_x"], "name a person with --person and a role with --role"),
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
            ["admin", "first", "--name", "Eva", "--email", "e@x.org"],
            "one of ma_ese, masa, mass, nea_esp, opsoa",
        ),
        *(
            (["admin", "first", "--name", name, "--email", email, "--association", "masa"], words)
            for name, email, words in (
                (
                    "Eva",
                    "eva",
                    "--email: This is not an email address. It has no @. Write one such as",
                ),
                ("Eva", "eva@b", "--email: This is not an email address. After the @ a dot is missing."),
                (
                    "Eva",
                    "evä@post.example",
                    "--email: Before the @ this address has letters that not every",
                ),
                ("Eva", "eva@post.example, b@post.example", "Write one address here and nothing else"),
                ("#N/A", "eva@post.example", "--name: The spreadsheet could not compute this value."),
                (
                    "E\u200bva",
                    "eva@post.example",
                    "--name: There is a character here that nobody sees: U+200B",
                ),
                (" ", "eva@post.example", "write the name of the person with --name"),
            )
        ),
    ],
)
def test_what_a_token_cannot_be_made_of_is_said_before_anything_is_asked(
    words: list[str], expected: str
) -> None:
    """C61."""
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code == 2
    assert expected in " ".join(ended.output.replace("│", " ").split())
