"""The state of a relationship as its journal has it, and the rules in force: what a check before a command asks of."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters import tables
from domain.journal import decode
from domain.messages import Stamp
from domain.program import Rules, TermDates
from domain.program_file import rules_from_text
from domain.relationship import CATALOG, Relationship, evolve, new


async def relationship_state(connection: AsyncConnection, id: str) -> tuple[Relationship, Rules] | None:
    """The fold of all recorded events and the rules of the last one; None where the office does not know them."""
    row = tables.events.c
    wanted = select(row.bytes).where(row.stream == id, row.kind == "R").order_by(row.seq)
    envelopes = [decode(bytes(encoded)) for encoded in (await connection.scalars(wanted)).all()]
    if not envelopes:
        return None
    first, in_force = envelopes[0], envelopes[-1].rules
    terms, sets = tables.terms.c, tables.rule_sets.c
    dates = (
        await connection.execute(select(terms.first, terms.last).where(terms.id == first.body["term"]))
    ).first()
    text = await connection.scalar(
        select(sets.text).where(sets.digest == (in_force.digest if in_force is not None else ""))
    )
    if dates is None or text is None:
        return None
    rules, applied_on = rules_from_text(text), date.fromisoformat(first.body["applied_on"])
    state = new(
        id=id,
        mentee=first.body["mentee"],
        program=first.body["program"],
        term=first.body["term"],
        term_dates=rules.intake.course(applied_on, TermDates(first=dates[0], last=dates[1])),
        region=first.body["region"],
        now=first.decided_at,
    )
    for envelope in envelopes:
        stamp = Stamp(seq=envelope.seq, at=envelope.decided_at, actor=envelope.actor)
        state = evolve(state, CATALOG.read(envelope), stamp)
    return state, rules
