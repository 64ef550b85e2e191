"""`mentorflow replay`: the three checks that nothing is missing."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from workers.settings import load_settings

commands = typer.Typer()


@commands.command()
def replay(
    relationship: Annotated[str, typer.Argument()] = "",
    every: Annotated[bool, typer.Option("--all", help="Every relationship, obligation and term.")] = False,
) -> None:
    """Make the three checks: fold equals projection, chain whole, every run replays with equal inputs."""
    from workers.audit.replay import ALL
    from workers.audit.replay import replay as replayed

    if bool(relationship) == every:
        raise typer.BadParameter("name a relationship, an obligation or a term in a region, or say --all")
    report = asyncio.run(replayed(load_settings(), relationship or ALL))
    typer.echo(
        f"{report.relationships} relationships, {report.obligations} obligations, {report.terms} terms in regions, "
        f"{report.events} events"
    )
    typer.echo(f"{report.runs} runs replayed, {report.compared} inputs compared")
    for fault in report.faults:
        typer.echo(f"NO  {fault.check}: {fault.stream} {fault.code}")
    raise typer.Exit(0 if report.ok else 1)
