"""The state of a relationship from its journal, and the rules in force, for checks before a command."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.rules import rules_under
from domain.journal import Envelope, decode, engine_of, fold
from domain.relationship.any_stage.rules_version import in_force
from domain.relationship.evolve import CATALOG, evolve, first_state
from domain.relationship.state import Relationship
from domain.rules.intake import TermDates
from domain.rules.program import Rules


async def relationship_state(connection: AsyncConnection, id: str) -> tuple[Relationship, Rules] | None:
    """Return the fold of all recorded events and the rules in force after them; None if events or rules are unknown."""
    row = tables.events.c
    wanted = select(row.bytes).where(row.stream == id, row.kind == "R").order_by(row.seq)
    envelopes = [decode(bytes(encoded)) for encoded in (await connection.scalars(wanted)).all()]
    if not envelopes:
        return None
    first = envelopes[0]
    dates, rules = await course_of(connection, first), await rules_under(connection, in_force(envelopes[-1]))
    if dates is None or rules is None:
        return None
    state = fold(first_state(first, dates), envelopes, CATALOG, evolve)
    return replace(state, engine=engine_of(envelopes)), rules


async def course_of(connection: AsyncConnection, first: Envelope) -> TermDates | None:
    """Return the dates of one mentee's mentoring by the rules of the first event; None if term or rules are unknown."""
    terms = tables.terms.c
    found = await connection.execute(select(terms.first, terms.last).where(terms.id == first.body["term"]))
    dates, rules = found.first(), await rules_under(connection, in_force(first))
    if dates is None or rules is None:
        return None
    applied_on = date.fromisoformat(first.body["applied_on"])
    return rules.intake.course(applied_on, TermDates(first=dates[0], last=dates[1]))
