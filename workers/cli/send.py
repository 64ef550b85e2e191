"""`mentorflow send`: sends one command to the API."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from workers.cli.request import Token, Url, request

commands = typer.Typer()


@commands.command()
def send(
    path: Annotated[str, typer.Argument(help="For example relationships/ID/log-meeting.")],
    token: Token,
    body: Annotated[str, typer.Option(help="The JSON body.")] = "{}",
    key: Annotated[str, typer.Option(help="Idempotency-Key. Without it, a new one.")] = "",
    url: Url = "",
) -> None:
    """Send a command to the API."""
    typer.echo(json.dumps(request("POST", f"/v1/{path}", token, url, key=key, json=_json(body))))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise typer.BadParameter("the body is not JSON") from None
