"""`mentorflow import`: sends a roster to the API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from workers.cli.request import Token, Url, request

commands = typer.Typer()


@commands.command("import")
def import_roster(
    folder: Annotated[Path, typer.Argument(help="The folder with the files.")],
    term: Annotated[str, typer.Argument(help="Id of the term that the applications are for.")],
    token: Token,
    key: Annotated[str, typer.Option(help="Idempotency-Key. Without it, a new one.")] = "",
    url: Url = "",
) -> None:
    """Import a roster: people.csv, memberships.csv, mentors.csv and applications.csv in a folder."""
    names = ("people", "memberships", "mentors", "applications")
    files = {
        name: (folder / f"{name}.csv").read_bytes() for name in names if (folder / f"{name}.csv").is_file()
    }
    sent = {name: (f"{name}.csv", content, "text/csv") for name, content in files.items()}
    answer = request("POST", "/v1/imports/roster", token, url, key=key, data={"term": term}, files=sent)
    typer.echo(json.dumps(answer))
