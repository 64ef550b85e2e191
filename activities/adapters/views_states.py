"""The state of a relationship as its journal has it, and the rules in force: what a check before a command asks of."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters import tables
from domain.journal import Envelope, decode
from domain.messages import Stamp
from domain.program import Rules, TermDates
from domain.program_file import rules_from_text
from domain.relationship import CATALOG, Relationship, evolve, new
from domain.stages.moving import in_force


async def relationship_state(connection: AsyncConnection, id: str) -> tuple[Relationship, Rules] | None:
    """The fold of all recorded events and the rules in force after them; None where the office does not know them."""
    row = tables.events.c
    wanted = select(row.bytes).where(row.stream == id, row.kind == "R").order_by(row.seq)
    envelopes = [decode(bytes(encoded)) for encoded in (await connection.scalars(wanted)).all()]
    if not envelopes:
        return None
    first = envelopes[0]
    dates, rules = await course_of(connection, first), await _rules(connection, in_force(envelopes[-1]))
    if dates is None or rules is None:
        return None
    state = new(
        id=id,
        mentee=first.body["mentee"],
        program=first.body["program"],
        term=first.body["term"],
        term_dates=dates,
        region=first.body["region"],
        now=first.decided_at,
    )
    for envelope in envelopes:
        stamp = Stamp(seq=envelope.seq, at=envelope.decided_at, actor=envelope.actor)
        state = evolve(state, CATALOG.read(envelope), stamp)
    return state, rules


async def course_of(connection: AsyncConnection, first: Envelope) -> TermDates | None:
    """The dates of one mentee's mentoring, by the rules of the first event; None where term or rules are unknown."""
    terms = tables.terms.c
    found = await connection.execute(select(terms.first, terms.last).where(terms.id == first.body["term"]))
    dates, rules = found.first(), await _rules(connection, in_force(first))
    if dates is None or rules is None:
        return None
    applied_on = date.fromisoformat(first.body["applied_on"])
    return rules.intake.course(applied_on, TermDates(first=dates[0], last=dates[1]))


async def _rules(connection: AsyncConnection, digest: str) -> Rules | None:
    sets = tables.rule_sets.c
    text = await connection.scalar(select(sets.text).where(sets.digest == digest))
    return None if text is None else rules_from_text(text)
