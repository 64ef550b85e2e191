"""`mentorflow token`: makes a token for the API."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated

import typer

from workers.settings import ProcessRole as Login
from workers.settings import load_settings

commands = typer.Typer()


@commands.command()
def token(
    person: Annotated[str, typer.Option(help="Id of the person, 32 hex digits.")],
    role: Annotated[
        list[str], typer.Option(help="coordinator, payment_staff, auditor, admin or participant.")
    ],
    region: Annotated[
        list[str] | None,
        typer.Option(help="Code of a region. Without one, the token is for the whole association."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=90, help="How many days the token is valid.")] = 30,
) -> None:
    """Make a token for the API and print it. It is shown only once."""
    # Late: the database layer takes half a second to load, and `--help` needs none of it.
    from activities.adapters.postgres.clock import SqlClock
    from activities.adapters.postgres.database import Database
    from activities.adapters.postgres.writes.commands import CommandIntake
    from domain.actors import Role
    from domain.ids import is_id

    given = {each.value for each in Role} - {Role.SYSTEM.value}
    if not is_id(person):
        raise typer.BadParameter("the id of a person is 32 hex digits")
    if not set(role) <= given:
        raise typer.BadParameter(f"a role is one of {', '.join(sorted(given))}")

    async def make() -> str:
        database = Database(load_settings().database_url(Login.GATEWAY), size=1)
        try:
            until = await SqlClock(database).now() + timedelta(days=days)
            return await CommandIntake(database).make_token(
                person, tuple(Role(name) for name in role), tuple(region or ()), until
            )
        finally:
            await database.close()

    typer.echo(asyncio.run(make()))
