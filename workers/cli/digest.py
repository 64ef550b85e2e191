"""`mentorflow digest`: chooses how often the office sends the list of what waits."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.digests import DigestRhythm
from workers.cli.request import Token, Url, request

commands = typer.Typer()


@commands.command()
def digest(
    rhythm: Annotated[
        DigestRhythm,
        typer.Argument(help="daily: every day when there is something new. mondays: on Mondays."),
    ],
    token: Token = "",
    url: Url = "",
) -> None:
    """Choose how often the office sends you the list of what waits for you. What cannot wait comes at once."""
    chosen = request("POST", "/v1/people/me/digest", token, url, json={"rhythm": rhythm.value})
    typer.echo(f"the list of what is waiting for you comes {_WORDS[DigestRhythm(chosen['rhythm'])]}")


_WORDS = {DigestRhythm.DAILY: "every day that has news", DigestRhythm.MONDAYS: "on Mondays"}
