"""Pairs of one mentor that are in the journal, and the office around them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from activities.ports.journal import JournalRecord
from domain.actors import Role
from domain.ids import derive
from domain.journal import Head, Kind, RulesInForce
from domain.recording import Decision, StreamIdentity, chain
from domain.relationship.any_stage.pause import PauseRelationship
from domain.relationship.any_stage.rules_version import MoveRules
from domain.relationship.effects import effects
from domain.relationship.evolve import evolve
from domain.relationship.projection import rows
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.rules.canonical_json import rules_digest, rules_text
from tests.api_gateway.conftest import Client
from tests.conftest import set_clock
from tests.domain.builders import COORDINATOR, FACTS, MENTEE, MENTOR, STATE_OFFICE, TERM, TERMS, Case
from tests.domain.rules_variants import RICH

GROUP = "/v1/group-meetings"
NOW = datetime(2026, 10, 15, 15, 0, tzinfo=UTC)
TERM_ID = derive("term", "2026")


class Pairs:
    """Pairs that are in the journal, and the office around them."""

    def __init__(self, client: Client, worker: Database) -> None:
        self.client, self.worker = client, worker
        self.ids: list[str] = []

    async def add(
        self,
        name: str,
        *,
        signed: bool = True,
        rules: Any = RICH,
        paused: bool = False,
        after: Any = None,
        then: Callable[[Case], None] | None = None,
    ) -> str:
        """Record a pair with an agreement since yesterday; with ``after``, its last event moves it to those rules.

        ``then`` is what the pair did after that.
        """
        place = replace(FACTS, free_slot=len(self.ids) + 1)
        case = Case(rules=rules, now=NOW - timedelta(days=1), facts=place)
        case.id = derive("relationship", name)
        case.state = case.empty()
        if signed:
            self._sign(case)
        else:
            case.apply()
        if paused:
            case.do(PauseRelationship, COORDINATOR, reason=rules.pause_reasons[0])
        if then is not None:
            then(case)
        if after is not None:
            case.facts = replace(place, rules_text=rules_text(after))
            case.do(MoveRules, STATE_OFFICE, rules_version=after.version, reason="new_rules")
            await self._keep(after)
        await self._keep(rules)
        digest = rules_digest(rules_text(rules))
        batch = chain(
            case.empty(),
            Head(),
            tuple(case.events),
            subject=StreamIdentity(
                origin="test/1",
                stream=case.id,
                kind=Kind.RELATIONSHIP,
                rel=case.id,
                rules=RulesInForce(set=rules.program, version=rules.version, digest=digest),
            ),
            decision=Decision(command=derive("c", name), actor=COORDINATOR, at=case.now),
            evolve=evolve,
            effects=effects,
        )
        record = JournalRecord(
            workflow=f"relationship/{case.id}",
            run="r",
            stream=case.id,
            command=derive("c", name),
            events=batch.texts,
            rows=rows(batch.state),
            notices=(),
        )
        recorded = await SqlRecords(self.worker).record(record)
        assert recorded.refused == ""
        self.ids.append(case.id)
        return case.id

    async def _keep(self, rules: Any) -> None:
        text_ = rules_text(rules)
        digest = rules_digest(text_)
        async with self.client.office.database.transaction() as connection:
            known = await connection.scalar(
                select(tables.rule_sets.c.digest).where(tables.rule_sets.c.digest == digest)
            )
            if known is None:
                row = {"program": rules.program, "version": rules.version, "region": "", "text": text_}
                await connection.execute(insert(tables.rule_sets).values(digest=digest, **row))

    @staticmethod
    def _sign(case: Case) -> None:
        today = case.rules.calendar.local_date(case.now)
        case.apply()
        case.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
        case.do(ConfirmMatch, COORDINATOR)
        case.do(ConfirmFirstContact, MENTEE, contacted_on=today, mode="phone")
        case.do(DraftAgreement, MENTOR, terms=TERMS)
        case.sign(MENTEE)
        case.sign(MENTOR)

    def log(self, **fields: Any) -> dict[str, Any]:
        """Return a log for all pairs of half an hour, one hour ago."""
        began = (NOW - timedelta(hours=1)).isoformat()
        return {"relationships": self.ids, "began_at": began, "minutes": 30, "mode": "in_person"} | fields

    async def send(self, body: dict[str, Any], who: str = "leader", key: str = "g") -> Any:
        """Send the log as a person."""
        return await self.client.send(who, "POST", GROUP, key=key, json=body)

    async def commands(self) -> dict[str, list[Any]]:
        """Return the command rows by kind."""
        found: dict[str, list[Any]] = {}
        async with self.client.office.database.transaction() as connection:
            order = tables.commands.c.subject
            for row in await connection.execute(select(tables.commands).order_by(order)):
                found.setdefault(row.kind, []).append(row)
        return found

    async def forget_claims(self) -> None:
        """Make all senders' claims on their commands expire."""
        past = update(tables.commands).values(claimed_until=NOW - timedelta(seconds=1))
        async with self.client.office.database.transaction() as connection:
            await connection.execute(past)


@asynccontextmanager
async def pairs_of_term(client: Client) -> AsyncIterator[Pairs]:
    """Yield an office without pairs on a day of the term, with tokens for the coordinator of r3 and the mentor."""
    office = client.office
    await set_clock(office.settings, NOW)
    async with office.database.transaction() as connection:
        term = {"program": "sample", "name": "t", "first": TERM.first, "last": TERM.last, "version": "1"}
        await connection.execute(insert(tables.terms).values(id=TERM_ID, **term))
    await client.token("leader", Role.COORDINATOR, regions=("r3",))
    await client.token_of("mentor", MENTOR.id, (Role.PARTICIPANT,))
    worker = Database(office.settings.database_url("worker"), size=2)
    yield Pairs(client, worker)
    await worker.close()
