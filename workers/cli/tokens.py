"""`mentorflow token`: makes a token for the API, lists the tokens, and revokes one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer

from workers.cli.table import Row, table
from workers.operator import account
from workers.settings import ProcessRole as Login
from workers.settings import load_settings

if TYPE_CHECKING:
    from activities.adapters.postgres.database import Database
    from domain.actors import Actor

T = TypeVar("T")
DAYS: Final = 90
"""The most days that a token made here is valid."""
As = Annotated[
    str,
    typer.Option("--as", help="Id of the person who types this, in addition to the machine account."),
]
commands = typer.Typer(invoke_without_command=True)


@commands.callback()
def token(
    context: typer.Context,
    person: Annotated[str, typer.Option(help="Id of the person, 32 hex digits.")] = "",
    role: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this role of the person, or participant. Without it, all roles that the person has now."
        ),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=DAYS, help="How many days the token is valid.")] = 30,
    by: As = "",
) -> None:
    """Make a token for the API and print it, shown only once; or list and revoke tokens.

    A token holds no role of its own: it stands for roles that the person was given with `mentorflow grant`, and for
    each only until it ends. A participant needs none. `mentorflow list people` shows ids. The journal keeps who made
    the token: the account of this machine, and with --as a person.
    """
    if context.invoked_subcommand is not None:
        return
    # Late: `--help` needs none of it.
    from activities.adapters.postgres.clock import SqlClock
    from activities.adapters.postgres.writes.tokens import NoGrant, TokenWrites
    from domain.actors import STAFF_ROLES, Role
    from domain.ids import is_id

    known = [role.value for role in (*STAFF_ROLES, Role.PARTICIPANT)]
    if not person:
        raise typer.BadParameter("name a person with --person, or write list or revoke")
    if not is_id(person):
        raise typer.BadParameter("the id of a person is 32 hex digits; mentorflow list people shows it")
    if not set(role or ()) <= set(known):
        raise typer.BadParameter(f"a role is one of {', '.join(known)}")
    roles = tuple(Role(name) for name in dict.fromkeys(role or ()))
    operator = operator_of(by)

    async def make(database: Database) -> str:
        until = await SqlClock(database).now() + timedelta(days=days)
        return await TokenWrites(database, operator).issue(person, roles, until)

    try:
        made = in_office(make)
    except NoGrant as missing:
        typer.echo(
            f"this person does not have the role {missing} now, so no token can stand for it; mentorflow grants "
            "shows who has which role and what waits for a confirmation, and mentorflow grant gives one",
            err=True,
        )
        raise typer.Exit(1) from None
    typer.echo(made)


@commands.command("list")
def list_tokens(
    role: Annotated[str, typer.Option(help="Only those that are valid and have this role.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List all tokens: whose they are, for which current roles, and until when. No secret is shown."""
    from activities.adapters.postgres.clock import SqlClock
    from activities.adapters.postgres.reads.tokens import TokenReads
    from domain.codec import instant_text
    from domain.visibility import OPERATOR

    async def read(database: Database) -> tuple[tuple[Row, ...], str]:
        now = await SqlClock(database).now()
        return await TokenReads(database).every(OPERATOR, now), instant_text(now)

    rows, now = in_office(read)

    def state(row: Row) -> str:
        if row["revoked_at"]:
            return f"revoked {row['revoked_at'][:10]}"
        if row["expires_at"] <= now:
            return "expired"
        return "valid" if row["roles"] else "role ended"

    if role:
        rows = tuple(row for row in rows if role in row["roles"] and state(row) == "valid")
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    columns: dict[str, Callable[[Row], Any]] = {
        "token": lambda row: row["id"],
        "person": lambda row: row["name"] or f"nobody of the office ({row['person']})",
        "roles": lambda row: " ".join(row["roles"]),
        "regions": lambda row: " ".join(row["regions"]) or "all",
        "made": lambda row: row["created_at"][:10],
        "ends": lambda row: row["expires_at"][:10],
        "state": state,
        "made by": lambda row: row["made_by"],
        "revoked by": lambda row: row["revoked_by"],
    }
    for line in table(columns, rows):
        typer.echo(line)


@commands.command()
def revoke(id: Annotated[str, typer.Argument(help="Id of a token, as list shows it.")], by: As = "") -> None:
    """Revoke a token at once. The journal keeps who did."""
    from activities.adapters.postgres.writes.tokens import TokenWrites

    operator = operator_of(by)

    async def end(database: Database) -> None:
        await TokenWrites(database, operator).revoke(id)

    in_office(end)
    typer.echo(f"token {id} is revoked")


def operator_of(person: str) -> Actor:
    """Return who types a command on this machine; ``person`` is who that says to be."""
    from domain.actors import machine_operator
    from domain.ids import is_id

    if person and not is_id(person):
        raise typer.BadParameter(
            "--as takes the id of a person, 32 hex digits; mentorflow list people shows it"
        )
    return machine_operator(account(), person)


def in_office(work: Callable[[Database], Awaitable[T]]) -> T:
    """Return the result of some work in the office's database; say in words what does not exist, and exit with 1."""
    from activities.adapters.postgres.database import Database
    from activities.adapters.postgres.writes.base import Unknown
    from activities.errors import Unavailable

    async def done() -> T:
        database = Database(load_settings().database_url(Login.GATEWAY), size=1)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(done())
    except Unknown as missing:
        typer.echo(_MISSING[str(missing)], err=True)
    except Unavailable:
        typer.echo("the database does not answer; start the office, or ask mentorflow doctor", err=True)
    raise typer.Exit(1)


_MISSING: Final = {
    "person": "the office has nobody with this id; mentorflow list people shows everybody",
    "as": "the office has nobody with the id after --as; mentorflow list people shows everybody",
    "region": "the office has no such region; mentorflow show regions shows their codes",
    "token": "there is no token with this id; mentorflow token list shows them",
}
