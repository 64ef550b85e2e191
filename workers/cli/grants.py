"""`mentorflow grant`: gives, confirms and ends roles, through the API; `mentorflow grants` lists who has which."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

import typer

from workers.cli.request import Token, Url, request
from workers.cli.table import Row, table
from workers.cli.tokens import in_office

commands = typer.Typer(invoke_without_command=True)
listing = typer.Typer()
Grant = Annotated[str, typer.Argument(help="Id of the grant, as mentorflow grants shows it.")]


@commands.callback()
def grant(
    context: typer.Context,
    person: Annotated[str, typer.Option(help="Id of the person who gets the role, 32 hex digits.")] = "",
    role: Annotated[str, typer.Option(help="coordinator, payment_staff, auditor or admin.")] = "",
    region: Annotated[
        list[str] | None,
        typer.Option(help="Of a coordinator: code of a region. Without one, it is the whole association."),
    ] = None,
    first: Annotated[str, typer.Option(help="First day, such as 2026-12-01; today without it.")] = "",
    last: Annotated[str, typer.Option(help="Last day; without it the role has no end.")] = "",
    token: Token = "",
    url: Url = "",
) -> None:
    """Give a person a role, as an administrator; or confirm or end one.

    A role about money works only after a second person has confirmed it: another administrator, the state office or
    payment staff. `mentorflow token` then makes a token for it.
    """
    if context.invoked_subcommand is not None:
        return
    if not person or not role:
        raise typer.BadParameter(
            "name a person with --person and a role with --role, or write confirm or end"
        )
    days = {name: day for name, day in (("first", first), ("last", last)) if day}
    body = {"person": person, "role": role, "regions": region or [], **days}
    given = request("POST", "/v1/grants", token, url, json=body)
    if given["state"] == "waits_for_confirmation":
        typer.echo(f"a second person confirms it: mentorflow grant confirm {given['grant']}", err=True)
    typer.echo(given["grant"])


@commands.command()
def confirm(id: Grant, token: Token, url: Url = "") -> None:
    """Confirm a role about money, as a second person."""
    request("POST", f"/v1/grants/{id}/confirm", token, url)
    typer.echo(f"grant {id} is confirmed")


@commands.command()
def end(id: Grant, token: Token, url: Url = "") -> None:
    """End a role at once: its tokens are refused at the very next request."""
    request("POST", f"/v1/grants/{id}/end", token, url)
    typer.echo(f"grant {id} has ended")


@listing.command("grants")
def list_grants(
    token: Annotated[
        str | None,
        typer.Option(
            envvar="MENTORFLOW_TOKEN",
            help="Read through the API with this token: you see what its person may see.",
        ),
    ] = None,
    role: Annotated[str, typer.Option(help="Only this role, where it is live now.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    url: Url = "",
) -> None:
    """List who has which role, from when to when, who gave it and who confirmed it.

    Without a token it reads as the operator of this machine.
    """
    rows = _of_operator() if token is None else _seen_by_token(token, url)
    if role:
        rows = [row for row in rows if (row["role"], row["state"]) == (role, "live")]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    columns: dict[str, Callable[[Row], Any]] = {
        "person": lambda row: row["name"] or row["person"],
        "role": lambda row: row["role"],
        "regions": lambda row: " ".join(row["regions"]) or "all",
        "first day": lambda row: row["first"],
        "last day": lambda row: row["last"] or "no end",
        "state": lambda row: row["state"].replace("_", " "),
        "given by": lambda row: row["given_by_name"] or _at_machine(row["given_by"]),
        "confirmed by": lambda row: row["confirmed_by_name"] or _at_machine(row["confirmed_by"]),
        "grant": lambda row: row["id"],
    }
    for line in table(columns, rows):
        typer.echo(line)


def _seen_by_token(token: str, url: str) -> list[Row]:
    rows: list[Row] = []
    params = {"limit": "100"}
    while True:
        page = request("GET", "/v1/grants", token, url, params=params)
        rows += page["data"]
        if not page["next"]:
            return rows
        params["after"] = page["next"]


def _of_operator() -> list[Row]:
    # Late: `--help` needs none of it.
    from activities.adapters.postgres.clock import SqlClock
    from activities.adapters.postgres.database import Database
    from activities.adapters.postgres.reads.grants import GrantReads
    from domain.visibility import OPERATOR

    async def read(database: Database) -> list[Row]:
        now, after = await SqlClock(database).now(), ""
        rows: list[Row] = []
        while True:
            page = await GrantReads(database).page(OPERATOR, now, after=after, limit=100)
            rows += page.rows
            after = page.next
            if not after:
                return rows

    return in_office(read)


def _at_machine(id: str) -> str:
    """Return the operator of the machine by that name, and the id of anybody else."""
    return "the operator" if id and not id.strip("0") else id
