"""`mentorflow scan`: sends the scan of a signed paper to the API, and saves one that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workers.cli.request import Token, Url, download, request

commands = typer.Typer()


@commands.command()
def scan(
    relationship: Annotated[str, typer.Argument(help="The id of the relationship.")],
    token: Token = "",
    send: Annotated[Path | None, typer.Option(help="A PDF, JPEG or PNG to send, 10 MiB at most.")] = None,
    save: Annotated[str, typer.Option(help="The id of a scan to save.")] = "",
    into: Annotated[Path | None, typer.Option(help="The file to save it into.")] = None,
    url: Url = "",
) -> None:
    """Send the scan of a signed paper and print its id, or save one that is kept."""
    path = f"/v1/relationships/{relationship}/scans"
    if send is not None:
        if not send.is_file():
            raise typer.BadParameter(f"there is no file {send}")
        typer.echo(request("POST", path, token, url, files={"file": (send.name, send.read_bytes())})["scan"])
    elif save and into is not None:
        into.write_bytes(download(f"{path}/{save}", token, url)[0])
        typer.echo(f"saved into {into}")
    else:
        raise typer.BadParameter("name a file to --send, or a scan to --save and a file for --into")
