"""`mentorflow replay`: checks that nothing is missing from the journal and nothing in it was changed."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from workers.cli.stream_id import whole_id
from workers.settings import ProcessRole, load_settings

commands = typer.Typer()


@commands.command()
def replay(
    id: Annotated[
        str,
        typer.Argument(help="Id of a relationship, obligation or term in a region, or its first 8 digits."),
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="Every relationship, obligation and term.")] = False,
) -> None:
    """Check journal, tables and workflow histories against each other; exit with 1 if a check fails."""
    if bool(id) == every:
        raise typer.BadParameter("name a relationship, an obligation or a term in a region, or write --all")
    # Late: the checks need all workflows, and `--help` needs none.
    from domain.visibility import OPERATOR
    from workers.audit.replay import ALL, Report
    from workers.audit.replay import replay as check

    settings = load_settings()

    async def checked() -> Report:
        which = ALL if every else await whole_id(settings, ProcessRole.MIGRATOR, id)
        return await check(settings, which or id, sight=OPERATOR)

    report = asyncio.run(checked())
    counts = {
        "relationship": report.relationships,
        "obligation": report.obligations,
        "term": report.terms,
    }
    typer.echo(", ".join(f"{count} {noun}{'s' * (count != 1)}" for noun, count in counts.items()))
    for line in report.lines():
        typer.echo(line)
    raise typer.Exit(0 if report.ok else 1)
