"""`mentorflow note` and `mentorflow notes`: a coordinator's own notes on a pair, through the API."""

from __future__ import annotations

from typing import Annotated

import typer

from workers.cli.request import Token, Url, request

commands = typer.Typer()
Pair = Annotated[str, typer.Argument(help="The id of the relationship.")]


@commands.command()
def note(
    pair: Pair,
    text: Annotated[str, typer.Argument(help="What to remember. The pair never sees it.")],
    on: Annotated[
        str, typer.Option(help="The day to look again, such as 2026-11-02; a task appears on that day.")
    ],
    token: Token = "",
    url: Url = "",
) -> None:
    """Write a note on a pair, with a day to look again."""
    body = {"text": text, "look_on": on}
    request("POST", f"/v1/relationships/{pair}/write-note", token, url, json=body)
    typer.echo(f"The note is saved. It is on your list on {on}, or on the first working day after it.")


@commands.command()
def notes(pair: Pair, token: Token, url: Url = "") -> None:
    """Show the notes of the staff on a pair, the oldest first."""
    found = request("GET", f"/v1/relationships/{pair}/notes", token, url)["data"]
    for each in found:
        written = f"{each['written_at'][:10]}  {each['written_by'] or 'somebody else'}"
        typer.echo(f"{written}, look again on {each['look_on']}: {each['text']}")
    if not found:
        typer.echo("There is no note on this pair.")
