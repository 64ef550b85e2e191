"""`mentorflow export`: writes what the import reads."""

from __future__ import annotations

import csv
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from workers.cli.request import Token, Url, download
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
    token: Token,
    association: Annotated[str, typer.Option(help="Code of your association. It may be left out.")] = "",
    to: Annotated[Path | None, typer.Option(help="The file to write. Without it, the screen.")] = None,
    force: Annotated[bool, typer.Option(help="Replace the file if it is there already.")] = False,
    url: Url = "",
) -> None:
    """Write people, memberships or mentors as a list that the import reads back exactly.

    It holds the people of the regions that the token covers. Each export is noted in the journal.
    """
    if to is not None and (because := cannot_write(to)):
        raise typer.BadParameter(because, param_hint="--to")
    there = to is not None and to.exists()
    if there and not force:
        raise typer.BadParameter(f"{to} is there already; add --force to replace it", param_hint="--to")
    query = f"?association={association}" if association else ""
    content = download(f"/v1/exports/{kind.value}{query}", token, url)
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
