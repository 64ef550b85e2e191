"""`mentorflow export`: writes what the import reads."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from workers.cli.request import Token, Url, download, request
from workers.file_words import cannot_write, unwritable

commands = typer.Typer()


class Exported(StrEnum):
    """The lists that can be exported."""

    PEOPLE = "people"
    MEMBERSHIPS = "memberships"
    MENTORS = "mentors"


@commands.command("export")
def export_list(
    kind: Annotated[Exported, typer.Argument(help="Which list.")],
    token: Token = "",
    association: Annotated[str, typer.Option(help="Code of your association. It may be left out.")] = "",
    to: Annotated[Path | None, typer.Option(help="The file to write. Without it, the screen.")] = None,
    force: Annotated[bool, typer.Option(help="Replace the file if it already exists.")] = False,
    url: Url = "",
) -> None:
    """Write people, memberships or mentors as a list that the import reads back exactly.

    It holds the people of the regions that the token covers. Each export is noted in the journal.
    """
    if to is not None and (because := cannot_write(to)):
        raise typer.BadParameter(because, param_hint="--to")
    there = to is not None and to.exists()
    if there and not force:
        raise typer.BadParameter(f"{to} already exists; add --force to replace it", param_hint="--to")
    query = f"?association={association}" if association else ""
    content, headers = download(f"/v1/exports/{kind.value}{query}", token, url)
    if to is None:
        sys.stdout.buffer.write(content)
    else:
        try:
            to.write_bytes(content)
        except OSError as fault:
            raise typer.BadParameter(unwritable(to, fault), param_hint="--to") from None
        rows = max(len(list(csv.reader(content.decode("utf-8-sig").splitlines()))) - 1, 0)
        replaced = ", which replaces the file that was there" if there else ""
        typer.echo(f"Wrote {rows} {'row' if rows == 1 else 'rows'} to {to}{replaced}.")
    for line in _left_out(headers, token, url):
        typer.echo(line, err=True)


def _left_out(headers: Mapping[str, str], token: str, url: str) -> Iterator[str]:
    """Yield who is not in the list, because a row cannot say without a number whose it is, and what to do about it."""
    ids = [id for id in headers.get("Left-Out", "").split(",") if id]
    if not ids:
        return
    count = int(headers.get("Left-Out-Count", len(ids)))
    who = "1 person has" if count == 1 else f"{count} people have"
    yield (
        f"Not in the list: {who} no member number. A complete list does not end their memberships. Give each a number: "
        """mentorflow send people/ID/change --body '{"key": "NUMBER"}'"""
    )
    for id in ids:
        person = request("GET", f"/v1/people/{id}", token, url, or_nothing=(403, 404))
        yield f"  {person.get('name', '')} {id}".replace("   ", "  ")
    if count > len(ids):
        yield f"  and {count - len(ids)} more"
