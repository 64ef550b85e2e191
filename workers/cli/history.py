"""`mentorflow history`: who did what under which rule, or the state at a moment."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from workers.cli.request import Url, request
from workers.settings import load_settings

commands = typer.Typer()


@commands.command()
def history(
    relationship: str,
    at: Annotated[str, typer.Option(help="An instant with its offset: show the state at that moment.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    token: Annotated[str, typer.Option(help="Read over the API with this token, as its person may.")] = "",
    url: Url = "",
    of_term: Annotated[
        bool, typer.Option("--term", help="Over the API: the id is that of a term in a region.")
    ] = False,
    of_money: Annotated[
        bool, typer.Option("--obligation", help="Over the API: the id is that of an obligation.")
    ] = False,
) -> None:
    """Show who did what under which rule, or the state at a moment; without a token from the stack's own journal.

    There the id may be that of a relationship, of an obligation, or of a term in a region.
    """
    moment = _moment(at) if at else None
    found: Mapping[str, Any]
    if token:
        kind = "term-regions" if of_term else "obligations" if of_money else "relationships"
        path = f"/v1/{kind}/{relationship}/history"
        found = request("GET", path, token, url, params={"at": at} if at else {})
    else:
        found = asyncio.run(_history(relationship, moment))
    if not found:
        typer.echo("no such stream, or nothing had happened by then", err=True)
        raise typer.Exit(1)
    if as_json or at:
        typer.echo(json.dumps(found, indent=2))
        return
    for event in found["data"]:
        rules, actor = event.get("rules", {}), event["actor"]
        typer.echo(
            f"{event['seq']:>4}  {event['decided_at'][:16].replace('T', ' ')}  {event['type']:<26}"
            f"{actor['role']:<14}{actor['id'][:8]}  {rules.get('set', '')} {rules.get('version', '')}"
            f"  {' '.join(event.get('why', []))}"
        )


def _moment(text: str) -> datetime:
    with contextlib.suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment
    raise typer.BadParameter("write an instant with its offset, such as 2026-11-02T15:00:00-06:00")


async def _history(relationship: str, at: datetime | None) -> dict[str, Any]:
    """The events of a stream, or its state at a moment; empty where there is none."""
    from activities.adapters.postgres.database import Database
    from activities.adapters.postgres.reads.history import HistoryReads
    from api_gateway.services.history import history_body
    from domain.visibility import OPERATOR

    database = Database(load_settings().database_url("gateway"), size=1)
    try:
        found = await HistoryReads(database).stream(OPERATOR, relationship)
    finally:
        await database.close()
    if found is None or not found.events:
        return {}
    shown = history_body(found, at)
    return {} if at is not None and shown["state"] is None else shown
