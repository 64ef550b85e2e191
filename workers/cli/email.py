"""`mentorflow email`: shows the words of an email as they were sent, through the API."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import typer

from workers.cli.request import Token, Url, request

commands = typer.Typer()
_HEADERS: Final = {
    "From": "from",
    "To": "to",
    "Reply-To": "reply_to",
    "Subject": "subject",
    "Message-ID": "message_id",
}


@commands.command()
def email(
    id: Annotated[str, typer.Argument(help="Id of an email, as `list emails` or `list digests` shows it.")],
    token: Token = "",
    html: Annotated[bool, typer.Option("--html", help="Print the HTML instead of the text.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    url: Url = "",
) -> None:
    """Show the words of an email as they were sent. That you read it is recorded.

    Where the email had a personal link, the address of a calendar or a code, its name is in brackets.
    """
    found: Mapping[str, Any] = {}
    for noun, otherwise in (("notices", "not_found"), ("digests", "")):
        found = request("GET", f"/v1/{noun}/{id}/words", token, url, or_problem=otherwise)
        if "emails" in found:
            break
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in found["emails"]:
        for line in _lines(each, "html" if html else "text"):
            typer.echo(line)


def _lines(email: Mapping[str, Any], body: str) -> Iterator[str]:
    """Yield an email as lines, and after it each earlier version whose words differ."""
    if email["times"] > 1:
        yield f"sent {email['times']} times, the last time with these words"
    yield from _version(email, body)
    for earlier in email["earlier"]:
        yield "before that, with other words"
        yield from _version(earlier, body)


def _version(words: Mapping[str, str], body: str) -> Iterator[str]:
    yield from (f"{name}: {words[field]}" for name, field in _HEADERS.items() if words[field])
    yield f"Sent: {datetime.fromisoformat(words['sent_at']):%Y-%m-%d %H:%M} UTC"
    yield ""
    yield words[body]
    if words["calendar"]:
        yield f"In the calendar: {words['calendar']}\n"
