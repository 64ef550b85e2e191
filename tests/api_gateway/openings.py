"""The opening of a relationship as its workflow records it, for a stand-in that starts workflows."""

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.relationship import SqlFacts
from activities.adapters.postgres.journal import SqlRecords
from activities.ports.journal import JournalRecord
from domain.journal import Head, Kind, RulesInForce
from domain.projection_rows import changed
from domain.recording import Decision, StreamIdentity, chain
from domain.relationship import decider
from domain.relationship.effects import effects
from domain.relationship.evolve import evolve
from domain.relationship.projection import rows
from domain.relationship.state import new
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
    rules = rules_from_text(start.rules_text)
    question = decider.question(state, start.opening, NOW, rules)
    facts = await SqlFacts(database).facts(question) if question else None
    batch = chain(
        state,
        Head(),
        decider.decide(state, start.opening, NOW, rules, facts),
        subject=StreamIdentity(
            origin=start.origin,
            stream=start.relationship,
            kind=Kind.RELATIONSHIP,
            rel=start.relationship,
            rules=RulesInForce(set=start.program, version=start.rules_version, digest=start.rules_digest),
        ),
        decision=Decision(command=start.opening.id, actor=start.opening.actor, at=NOW),
        evolve=evolve,
        effects=effects,
    )
    record = JournalRecord(
        workflow=workflow_id("relationship", start.relationship),
        run="r",
        stream=start.relationship,
        command=start.opening.id,
        events=batch.texts,
        rows=changed((), rows(batch.state)),
        notices=(),
    )
    await SqlRecords(database).record(record)
