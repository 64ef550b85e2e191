"""`mentorflow show`: reads one thing from the API."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from workers.cli.request import Token, Url, request

commands = typer.Typer()


@commands.command()
def show(
    path: Annotated[str, typer.Argument(help="For example relationships/ID, or tasks?open=false.")],
    token: Token,
    url: Url = "",
) -> None:
    """Read from the API and print the answer as JSON."""
    typer.echo(json.dumps(request("GET", f"/v1/{path}", token, url), ensure_ascii=False))
