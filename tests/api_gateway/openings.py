"""The decisions of a relationship as its workflow records them, for a stand-in that starts workflows."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.relationship import SqlFacts
from activities.adapters.postgres.facts.states import relationship_state
from activities.adapters.postgres.journal import SqlRecords
from activities.ports.journal import JournalRecord
from domain.journal import Head, Kind, RulesInForce
from domain.messages import Command, Receipt
from domain.projection_rows import changed
from domain.recording import Decision, StreamIdentity, chain
from domain.relationship import decider
from domain.relationship.effects import effects
from domain.relationship.evolve import evolve
from domain.relationship.projection import rows
from domain.relationship.state import Relationship, new
from domain.rules.canonical_json import rules_from_text
from domain.workflow_contracts import RelationshipStart, workflow_id
from tests.domain.builders import START as NOW


async def record_opening(database: Database, start: RelationshipStart) -> None:
    """Decide the opening of a relationship and record the result; a second start changes nothing."""
    async with database.transaction() as connection:
        if await connection.scalar(select(tables.relationships.c.id).filter_by(id=start.relationship)):
            return
    state = new(
        id=start.relationship,
        mentee=start.mentee,
        program=start.program,
        term=start.term,
        term_dates=start.term_dates,
        region=start.region,
        now=NOW,
    )
    await _decide(database, start, replace(state, engine=start.engine), Head(), start.opening)


async def record_command(
    database: Database, start: RelationshipStart, command: Command, now: datetime = NOW
) -> Receipt:
    """Decide a further command of a relationship and record the result, as its workflow does."""
    async with database.transaction() as connection:
        known = await relationship_state(connection, start.relationship)
        heads = tables.heads.c
        found = select(heads.seq, heads.hash).where(heads.stream == start.relationship)
        seq, hash = (await connection.execute(found)).one()
    assert known is not None
    head, stage = await _decide(database, start, known[0], Head(seq=seq, hash=hash), command, now)
    return Receipt(command=command.id, stream=start.relationship, seq=head.seq, hash=head.hash, state=stage)


async def _decide(
    database: Database,
    start: RelationshipStart,
    state: Relationship,
    head: Head,
    command: Command,
    now: datetime = NOW,
) -> tuple[Head, str]:
    rules = rules_from_text(start.rules_text)
    question = decider.question(state, command, now, rules)
    facts = await SqlFacts(database).facts(question) if question else None
    events = decider.decide(state, command, now, rules, facts)
    if not events:
        return head, state.stage
    batch = chain(
        state,
        head,
        events,
        subject=StreamIdentity(
            origin=start.origin,
            stream=start.relationship,
            kind=Kind.RELATIONSHIP,
            rel=start.relationship,
            rules=RulesInForce(set=start.program, version=start.rules_version, digest=start.rules_digest),
        ),
        decision=Decision(command=command.id, actor=command.actor, at=now),
        evolve=evolve,
        effects=effects,
    )
    record = JournalRecord(
        workflow=workflow_id("relationship", start.relationship),
        run="r",
        stream=start.relationship,
        command=command.id,
        events=batch.texts,
        rows=changed(rows(state) if head.seq else (), rows(batch.state)),
        notices=(),
    )
    await SqlRecords(database).record(record)
    return batch.head, batch.state.stage
