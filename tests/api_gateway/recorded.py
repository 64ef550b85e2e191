"""A relationship in the gateway's database, recorded as its workflow would record it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from sqlalchemy import insert

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from activities.ports.journal import JournalRecord
from domain.actors import Actor, Role
from domain.ids import derive
from domain.journal import Head, Kind, RulesInForce
from domain.messages import Command
from domain.notices import SendNotice
from domain.projection_rows import changed
from domain.recording import Decision, StreamIdentity, chain
from domain.relationship import decider
from domain.relationship.effects import effects
from domain.relationship.evolve import evolve
from domain.relationship.projection import rows
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.agreement.signing import SignAgreement
from domain.relationship.stages.application.opening import OpenRelationship
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.rules.canonical_json import rules_digest, rules_text
from tests.api_gateway.conftest import Client
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, TERM, TERMS, Case

DIGEST = rules_digest(rules_text(RULES))


class RecordedPair:
    """Pair that is recorded command by command, by the worker's role."""

    def __init__(self, records: SqlRecords, name: str = "one") -> None:
        self.records = records
        self.case = Case()
        self.case.id = derive("relationship", name)
        self.case.state = self.case.empty()
        self.head = Head()
        self.path = f"/v1/relationships/{self.case.id}"
        self.subject = StreamIdentity(
            origin="test/1",
            stream=self.case.id,
            kind=Kind.RELATIONSHIP,
            rel=self.case.id,
            rules=RulesInForce(set="sample", version="1", digest=DIGEST),
        )

    async def do(self, kind: type[Command], actor: Actor, /, **fields: Any) -> None:
        """Decide one command and record the result."""
        case = self.case
        command = kind(id=case.command_id(), actor=actor, **fields)
        asked = decider.question(case.state, command, case.now, case.rules)
        decided = decider.decide(case.state, command, case.now, case.rules, case.facts if asked else None)
        batch = chain(
            case.state,
            self.head,
            decided,
            subject=self.subject,
            decision=Decision(command=command.id, actor=actor, at=case.now),
            evolve=evolve,
            effects=effects,
        )
        notices = tuple(effect.notice for effect in batch.effects if isinstance(effect, SendNotice))
        record = JournalRecord(
            workflow=f"relationship/{case.id}",
            run="r",
            stream=case.id,
            command=command.id,
            events=batch.texts,
            rows=changed(rows(case.state) if self.head.seq else (), rows(batch.state)),
            notices=notices,
        )
        await self.records.record(record)
        case.state, self.head = batch.state, batch.head

    async def drafted(self) -> "RecordedPair":
        """Record a confirmed pair with a first draft of its agreement."""
        await self.in_touch()
        await self.do(DraftAgreement, MENTOR, terms=TERMS)
        return self

    async def in_touch(self) -> None:
        """Record a confirmed pair that has been in touch."""
        opening = {"application": derive("application", self.case.id), "reason": "new_to_role"}
        await self.do(OpenRelationship, MENTEE, applied_on=TERM.first, **opening)
        await self.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
        await self.do(ConfirmMatch, COORDINATOR)
        await self.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")

    async def sign(self, actor: Actor, language: str = "en") -> None:
        """Sign the draft for one side, in its wording in a language."""
        version = self.case.state.agreement.versions
        await self.do(SignAgreement, actor, version=version, digest=self.case.digest(language))

    async def signed(self) -> "RecordedPair":
        """Record a pair whose agreement is in force."""
        await self.drafted()
        await self.sign(MENTEE, "es")
        await self.sign(MENTOR)
        return self


@asynccontextmanager
async def recorded_pair(client: Client) -> AsyncIterator[RecordedPair]:
    """Yield a pair to record; the office has its rules, and everybody involved has a token."""
    people = {
        "the mentee": (MENTEE.id, (Role.PARTICIPANT,), ()),
        "the mentor": (MENTOR.id, (Role.PARTICIPANT,), ()),
        "mentor and coordinator": (MENTOR.id, (Role.COORDINATOR, Role.PARTICIPANT), ("r3",)),
        "the coordinator": (COORDINATOR.id, (Role.COORDINATOR,), ("r3",)),
    }
    for name, (person, roles, regions) in people.items():
        await client.token_of(name, person, roles, regions)
    async with client.office.database.transaction() as connection:
        await connection.execute(
            insert(tables.rule_sets).values(
                digest=DIGEST, program="sample", version="1", region="", text=rules_text(RULES)
            )
        )
    database = Database(client.office.settings.database_url("worker"), size=2)
    try:
        yield RecordedPair(SqlRecords(database))
    finally:
        await database.close()
