"""`mentorflow send`: sends one command to the API."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

import typer

from workers.cli.request import Token, Url, request

commands = typer.Typer()
_SHOWN: Final = 24
"""The most characters that are repeated of what stands before a fault."""


@commands.command()
def send(
    path: Annotated[str, typer.Argument(help="For example relationships/ID/log-meeting.")],
    token: Token,
    body: Annotated[str, typer.Option(help="The contents, as named values in curly brackets (JSON).")] = "{}",
    key: Annotated[str, typer.Option(hidden=True)] = "",
    url: Url = "",
) -> None:
    """Send a command to the API."""
    typer.echo(json.dumps(request("POST", f"/v1/{path}", token, url, key=key, json=_json(body))))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as broken:
        before = text[max(broken.pos - _SHOWN, 0) : broken.pos]
        place = f"at character {broken.pos + 1}" + (
            f", after {before}" if before.isprintable() and before else ""
        )
        raise typer.BadParameter(
            f"--body cannot be read {place}. Write named values in curly brackets, names and texts in double "
            """quotation marks, and all of it in single ones: --body '{"minutes": 60, "mode": "phone"}'"""
        ) from None
