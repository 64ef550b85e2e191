"""A relationship in the journal, decided by the domain and written by the worker's role, without Temporal."""

from dataclasses import replace
from typing import Any

from sqlalchemy import insert

from activities.adapters.files.form_files import shipped_forms
from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from activities.ports.journal import JournalRecord
from domain.actors import Actor
from domain.errors import RuleViolation
from domain.forms.model import FieldType, Form
from domain.ids import derive
from domain.journal import Event, Kind
from domain.journal import RulesInForce as RulesInForce
from domain.messages import Command, Receipt
from domain.projection_rows import changed
from domain.recording import Decision, StreamIdentity, chain, documents_in
from domain.relationship import decider
from domain.relationship.effects import effects
from domain.relationship.evolve import evolve
from domain.relationship.projection import rows
from domain.rules.canonical_json import rules_digest, rules_text
from domain.rules.program import Rules
from tests.api_gateway.conftest import Client, broken
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, STATE_OFFICE, Case

PROGRAM = min(load_programs())


def sample_rules(**parts: Any) -> Rules:
    """Return the sample rules with the forms of the first shipped program."""
    shipped = load_programs()[PROGRAM].rules
    survey = replace(RULES.survey, small_group=shipped.survey.small_group)
    return replace(RULES, **{"program": PROGRAM, "forms": shipped.forms, "survey": survey, **parts})


class Pair(Case):
    """Relationship behind the gateway: it answers what is sent to it and records what it decides."""

    def __init__(self, client: Client, worker: Database, rules: Rules, name: str = "one") -> None:
        super().__init__(rules)
        self.id = derive("relationship", name)
        self.state = self.empty()
        self._client = client
        self._records = SqlRecords(worker)
        self._pending: list[JournalRecord] = []
        self._command: Command | None = None
        digest = rules_digest(rules_text(rules))
        in_force = RulesInForce(set=rules.program, version=rules.version, digest=digest)
        self._subject = StreamIdentity(
            origin="test/1", stream=self.id, kind=Kind.RELATIONSHIP, rel=self.id, rules=in_force
        )
        client.engine.deciding[f"relationship/{self.id}"] = self.answer

    def fold(self, events: tuple[Event, ...], actor: Actor) -> None:
        """Chain the events and keep the record that the workflow would write."""
        command = self._command
        decision = Decision(
            command=command.id if command else derive("command", self.id, str(self.head.seq)),
            actor=actor,
            at=self.now,
            documents=documents_in(command) if command else (),
        )
        batch = chain(
            self.state,
            self.head,
            events,
            subject=self._subject,
            decision=decision,
            evolve=evolve,
            effects=effects,
        )
        before = rows(self.state) if self.head.seq else ()
        record = JournalRecord(
            workflow=f"relationship/{self.id}",
            run="r",
            stream=self.id,
            command=decision.command,
            events=batch.texts,
            rows=changed(before, rows(batch.state)),
            notices=(),
        )
        self._pending.append(record)
        self.state, self.head = batch.state, batch.head

    async def stored(self) -> "Pair":
        """Write what the case has decided so far, and the rules it used."""
        text = rules_text(self.rules)
        row = {"digest": rules_digest(text), "program": self.rules.program, "version": self.rules.version}
        async with self._client.office.database.transaction() as connection:
            await connection.execute(insert(tables.rule_sets).values(**row, region="", text=text))
        await self._write()
        return self

    def decided(self, command: Command) -> tuple[Event, ...]:
        """Return what a command decides; raise ``RuleViolation`` if it is refused."""
        return decider.decide(self.state, command, self.now, self.rules)

    async def answer(self, command: Command) -> Receipt:
        """Decide and record, as the workflow does."""
        try:
            events = self.decided(command)
        except RuleViolation as violation:
            refused = broken(violation.code, violation.field)
            raise refused from refused.cause
        self._command = command
        self.fold(events, command.actor)
        self._command = None
        await self._write()
        seq, hash, stage = self.head.seq, self.head.hash, self.state.stage
        return Receipt(command=command.id, stream=self.id, seq=seq, hash=hash, state=stage)

    async def _write(self) -> None:
        while self._pending:
            done = await self._records.record(self._pending.pop(0))
            assert not done.refused, done.refused


def survey(side: str, **changed: Any) -> dict[str, Any]:
    """Return answers that fit the survey of a side."""
    use = load_programs()[PROGRAM].rules.survey_form(side)
    assert use is not None
    form: Form = shipped_forms()[use.form, use.version]
    rated = {field.key: 4 for field in form.fields if field.type is FieldType.SCALE}
    return {**rated, "most_helpful": "Meeting before school.", "quote_consent": True, **changed}


async def people(client: Client) -> None:
    """Make tokens for the people of the sample pair."""
    for name, actor in (
        ("mia", MENTEE),
        ("mo", MENTOR),
        ("contact", COORDINATOR),
        ("office", STATE_OFFICE),
    ):
        await client.token_of(name, actor.id, (actor.role,), actor.regions, days=3000)
