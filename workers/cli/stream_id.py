"""The relationship, obligation, term or person that an operator means by the first digits of its id."""

from __future__ import annotations

import re
from typing import Final

import typer

from workers.settings import ProcessRole, Settings

LEAST: Final = 8


def are_digits(text: str) -> bool:
    """Return whether a text can be the first digits of an id."""
    return re.fullmatch(rf"[0-9a-f]{{{LEAST},32}}", text) is not None


def demand_digits(digits: str) -> None:
    """Refuse what cannot be the first digits of an id."""
    if not are_digits(digits):
        raise typer.BadParameter(f"write an id, or at least {LEAST} of its first digits")


async def whole_id(settings: Settings, role: ProcessRole, digits: str) -> str:
    """Return the id that begins with some digits; empty if there is none.

    Raises:
        typer.BadParameter: These are not digits of an id, too few, or more than one id begins with them.
    """
    # Late: the database layer takes half a second to load, and `--help` needs none of it.
    from activities.adapters.postgres.database import Database
    from activities.adapters.postgres.reads.replay import SqlReplay
    from domain.visibility import OPERATOR

    demand_digits(digits)
    database = Database(settings.database_url(role), size=1)
    try:
        found = await SqlReplay(database).beginning(OPERATOR, digits)
    finally:
        await database.close()
    if len(found) > 1:
        raise typer.BadParameter(f"more than one id begins with {digits}: write more of its digits")
    return found[0] if found else ""
