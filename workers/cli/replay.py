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
        typer.Argument(
            help="Id of a relationship, obligation, term in a region or person, or its first 8 digits."
        ),
    ] = "",
    every: Annotated[
        bool, typer.Option("--all", help="Every relationship, obligation, term and person.")
    ] = False,
) -> None:
    """Check journal, tables and workflow histories against each other; exit with 1 if a check fails."""
    if bool(id) == every:
        raise typer.BadParameter(
            "name a relationship, an obligation, a term in a region or a person, or write --all"
        )
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
    people = "1 person" if report.people == 1 else f"{report.people} people"
    typer.echo(
        ", ".join([*(f"{count} {noun}{'s' * (count != 1)}" for noun, count in counts.items()), people])
    )
    for line in report.lines():
        typer.echo(line)
    raise typer.Exit(0 if report.ok else 1)
