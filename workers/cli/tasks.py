"""`mentorflow tasks`: lists open tasks, through the API."""

from __future__ import annotations

import typer

from workers.cli.request import Token, Url, request

commands = typer.Typer()


@commands.command()
def tasks(token: Token, url: Url = "") -> None:
    """List open tasks: what to do, why, and by when."""
    after = ""
    while True:
        page = request("GET", "/v1/tasks", token, url, params={"after": after} if after else {})
        for task in page["data"]:
            due = (task["due_at"] or "")[:10]
            typer.echo(
                f"{due:<12}{task['kind']:<28}{task['region']:<16}  {task['subject']}  {task['why']}".rstrip()
            )
            if "words" in task:
                typer.echo(f"{'':12}{task['words']}")
        after = page["next"] or ""
        if not after:
            return
