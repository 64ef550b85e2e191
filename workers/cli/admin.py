"""`mentorflow admin`: the first administrator of an association, and an invitation to sign in to pages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from workers.cli.tokens import DAYS, As, in_office, operator_of

if TYPE_CHECKING:
    from activities.adapters.postgres.database import Database

commands = typer.Typer(no_args_is_help=True, help="Administrators of the office.")


@commands.callback()
def admin() -> None:
    """Administrators of the office."""


@commands.command()
def first(
    name: Annotated[str, typer.Option(help="Name of the person.")],
    email: Annotated[str, typer.Option(help="Email address of the person.")],
    association: Annotated[
        str, typer.Option(help="Code of the person's association, as its program file names it.")
    ] = "",
    region: Annotated[str, typer.Option(help="Code of a region, if the office has one already.")] = "",
    days: Annotated[int, typer.Option(min=1, max=DAYS, help="How many days the token is valid.")] = 30,
) -> None:
    """Make the first administrator, and print the token, shown only once.

    This works while nobody is an administrator of the association. The token creates its regions, people and terms, and
    gives roles; who else needs a token becomes a person of the office first.
    """
    # Late: `--help` needs none of it.
    from activities.adapters.files.program_files import load_programs
    from activities.adapters.files.roster.cells import BadCell
    from activities.adapters.mail.addresses import BadAddress
    from activities.adapters.postgres.clock import SqlClock
    from activities.adapters.postgres.writes.base import AlreadyThere
    from activities.adapters.postgres.writes.tokens import TokenWrites, entry_of_first

    known = sorted({file.association for file in load_programs().values()})
    if association not in known and (association or not region):
        raise typer.BadParameter(f"name an association with --association, one of {', '.join(known)}")
    if not name.strip():
        raise typer.BadParameter("write the name of the person with --name")
    try:
        entry = entry_of_first(name, email, region)
    except BadCell as bad:
        raise typer.BadParameter(f"--name: {bad.problem}") from None
    except BadAddress as bad:
        raise typer.BadParameter(f"--email: {bad.problem}") from None

    operator = operator_of("")

    async def make(database: Database) -> tuple[str, str]:
        until = await SqlClock(database).now() + timedelta(days=days)
        return await TokenWrites(database, operator).first_administrator(entry, association, until)

    try:
        person, token = in_office(make)
    except AlreadyThere:
        typer.echo(
            "the association has an administrator already; mentorflow grants shows who, and that person gives others a "
            "role",
            err=True,
        )
        raise typer.Exit(1) from None
    typer.echo(f"{name} is the person {person}; the token below is shown only this once", err=True)
    typer.echo(token)


@commands.command()
def invite(
    person: Annotated[
        str, typer.Argument(help="Id of the person, as `admin first` or list people prints it.")
    ],
    by: As = "",
) -> None:
    """Invite a person to sign in to pages, and print the address to open, shown only once.

    Whoever opens it and signs in within three days is that person from then on, so send it to nobody else.
    """
    from activities.adapters.postgres.writes.sign_in import SignInWrites
    from workers.settings import load_settings

    operator, settings = operator_of(by), load_settings()
    if settings.sign_in_issuer is None:
        typer.echo("sign-in is not set up: set MENTORFLOW_SIGN_IN_ISSUER and what goes with it", err=True)
        raise typer.Exit(1)

    async def make(database: Database) -> str:
        return await SignInWrites(database).invite(person, operator)

    secret = in_office(make)
    typer.echo("open this address within three days; it works once", err=True)
    typer.echo(f"{settings.public_url}/sign-in?invitation={secret}")
