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
        # Late: a text that can be read needs no words.
        from api_gateway.services.input_words import json_words

        raise typer.BadParameter(
            f"--body cannot be read. {json_words(text, broken.pos, broken.msg)} All of it stands in single quotation "
            """marks: --body '{"minutes": 60, "mode": "phone"}'"""
        ) from None
