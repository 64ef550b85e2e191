"""`mentorflow calendar`: makes the address of one's own calendar, or revokes it."""

from __future__ import annotations

from typing import Annotated

import typer

from workers.cli.request import Token, Url, request

commands = typer.Typer()
_PATH = "/v1/people/me/calendar-address"


@commands.command()
def calendar(
    token: Token = "",
    revoke: Annotated[bool, typer.Option("--revoke", help="Revoke the address instead.")] = False,
    url: Url = "",
) -> None:
    """Make an address at which a calendar program reads your calendar. It is shown only once; an older one ends."""
    if revoke:
        request("DELETE", _PATH, token, url)
        typer.echo("The address of your calendar is revoked.")
        return
    typer.echo(request("POST", _PATH, token, url)["address"])
