"""`mentorflow tasks`: lists a person's own open tasks, late first, and how to do each, through the API."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any, Final

import typer

from workers.cli.request import Token, Url, request

commands = typer.Typer()
_VARIABLE: Final = "MENTORFLOW_TOKEN"


@commands.command()
def tasks(
    token: Token = "",
    url: Url = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Also what only others can do, if you may see it.")
    ] = False,
    language: Annotated[str, typer.Option(help="en or es.")] = "en",
) -> None:
    """List your open tasks, late first: who each is about, by when, what to do, and the command that does it."""
    after, shown = "", 0
    while True:
        params = {"after": after, "language": language, "own": str(not everything).lower()}
        page = request("GET", "/v1/tasks", token, url, params={k: v for k, v in params.items() if v})
        for task in page["data"]:
            _show(task)
            shown += 1
        after = page["next"] or ""
        if not after:
            break
    if not shown:
        typer.echo("You have no open task.")
    elif _VARIABLE not in os.environ:  # noqa: TID251 - whether the lines can be copied as they are
        typer.echo("\nThese commands take your token from MENTORFLOW_TOKEN, or after --token.")


def _show(task: dict[str, Any]) -> None:
    typer.echo(f"\n{task['name']} – {task['who']} ({task['due']}; {task['since']})")
    typer.echo(f"  {task['words']}")
    for act in task["acts"]:
        typer.echo(f"    {act['line'].replace('mentorflow', _called(), 1)}")


def _called() -> str:
    """Return how this command was called, so that a line can be copied."""
    return sys.argv[0] if os.path.basename(sys.argv[0]) == "mentorflow" else "mentorflow"
