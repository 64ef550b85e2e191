"""`mentorflow show`: reads one thing from the API."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from workers.cli.answer_lines import lines
from workers.cli.member_numbers import with_id
from workers.cli.request import Token, Url, request

commands = typer.Typer()


@commands.command()
def show(
    path: Annotated[str, typer.Argument(help="For example relationships/ID, or tasks?open=false.")],
    token: Token = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    url: Url = "",
) -> None:
    """Read from the API and print the answer, each value with its name."""
    answer = request("GET", f"/v1/{with_id(path, token, url)}", token, url)
    for line in [json.dumps(answer, ensure_ascii=False)] if as_json else lines(answer):
        typer.echo(line)
