"""Rules as the office keeps them: the ones that a digest names, and the ones in force for a relationship."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from domain.journal import decode
from domain.relationship.any_stage.rules_version import in_force
from domain.rules.canonical_json import rules_from_text
from domain.rules.program import Rules


async def text_under(connection: AsyncConnection, digest: str) -> str | None:
    """Return the canonical text of the rules with this digest; None if none is stored."""
    sets = tables.rule_sets.c
    text: str | None = await connection.scalar(select(sets.text).where(sets.digest == digest))
    return text


async def rules_under(connection: AsyncConnection, digest: str) -> Rules | None:
    """Return the rules with this digest; None if none are stored."""
    text = await text_under(connection, digest)
    return None if text is None else rules_from_text(text)


async def rules_in_force(connection: AsyncConnection, relationship: str) -> Rules | None:
    """Return the rules for a relationship's next decision; None if nothing was decided yet."""
    events = tables.events.c
    last = await connection.scalar(
        select(events.bytes).where(events.stream == relationship).order_by(events.seq.desc()).limit(1)
    )
    return None if last is None else await rules_under(connection, in_force(decode(bytes(last))))
