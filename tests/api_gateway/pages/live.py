"""A pair and its money behind the gateway: they answer what is sent to them and record what they decide."""

from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from activities.adapters.postgres.tables import PROJECTIONS_MONEY
from activities.ports.journal import JournalRecord
from domain.actors import SYSTEM, Actor
from domain.errors import RuleViolation
from domain.ids import derive
from domain.journal import Event, Head, Kind, RulesInForce
from domain.messages import Command, Receipt
from domain.payments import obligation
from domain.payments.effects import effects as money_effects
from domain.payments.projection import obligation_rows
from domain.projection_rows import changed
from domain.recording import Decision, StreamIdentity, chain
from domain.relationship import decider
from domain.rules.canonical_json import rules_digest, rules_text
from domain.rules.program import Rules
from tests.api_gateway.conftest import MINE, Client, broken
from tests.api_gateway.form_pairs import Pair
from tests.conftest import NOW, PROGRAM, set_clock
from tests.domain.builders import MENTEE, MENTOR
from tests.domain.payments.payment_case import DUE, Payment

NAMES = {MENTEE.id: "Robin Reyes", MENTOR.id: "Sam Ortiz"}
REGION = "r3"


def rules_of(program: str = PROGRAM, **parts: Any) -> Rules:
    """Return the rules of a shipped program."""
    return replace(load_programs()[program].rules, **parts)


class LivePair(Pair):
    """Pair under the rules of a shipped program, which looks up its facts, too."""

    def decided(self, command: Command) -> tuple[Event, ...]:
        """Return what a command decides, with the facts that it asks for once all else is right."""
        asked = decider.question(self.state, command, self.now, self.rules)
        without = super().decided(command)
        return (
            without
            if asked is None
            else decider.decide(self.state, command, self.now, self.rules, self.facts)
        )

    async def at(self, now: datetime) -> None:
        """Let time pass, for the pair and for the office."""
        self.wait_until(now)
        await self._write()
        await set_clock(self._client.office.settings, now)


class LiveMoney(Payment):
    """Obligation behind the gateway, which records each decision."""

    def __init__(self, client: Client, payments: Database, rules: Rules) -> None:
        super().__init__(rules)
        self._client, self._records = client, SqlRecords(payments, PROJECTIONS_MONEY)
        self._written: tuple[int, Any] = (0, ())
        self._recorded = Head()
        client.engine.deciding[f"obligation/{self.id}"] = self.answer

    async def answer(self, command: Command) -> Receipt:
        """Decide and record, as the workflow does."""
        given = {each.name: getattr(command, each.name) for each in fields(command)}
        actor, id = given.pop("actor"), given.pop("id")
        try:
            self.do(type(command), actor, **given)
        except RuleViolation as violation:
            refused = broken(violation.code, violation.field)
            raise refused from refused.cause
        await self.write(id, actor)
        seq, state = self.state.applied_seq, self.state.standing
        return Receipt(command=id, stream=self.id, seq=seq, hash=self._recorded.hash, state=state)

    async def write(self, command: str, actor: Actor) -> None:
        """Record what was decided since the last time."""
        number, before = self._written
        state = self._folded(self.events[:number])
        batch = chain(
            state,
            self._recorded,
            tuple(self.events[number:]),
            subject=StreamIdentity(
                origin="test/1", stream=self.id, kind=Kind.OBLIGATION, rel=None, rules=in_force(self.rules)
            ),
            decision=Decision(command=command, actor=actor, at=self.now),
            evolve=obligation.evolve,
            effects=money_effects,
        )
        rows = obligation_rows(batch.state)
        done = await self._records.record(
            JournalRecord(
                workflow=f"obligation/{self.id}",
                run="r",
                stream=self.id,
                command=command,
                events=batch.texts,
                rows=changed(before, rows),
            )
        )
        assert not done.refused, done.refused
        self._written, self._recorded = (len(self.events), rows), batch.head

    def _folded(self, events: list[Event]) -> Any:
        state = self.empty()
        for event, stamp in zip(events, self.stamps, strict=False):
            state = obligation.evolve(state, event, stamp)
        return state


def in_force(rules: Rules) -> RulesInForce:
    """Return how an event names its rules."""
    digest = rules_digest(rules_text(rules))
    return RulesInForce(set=rules.program, version=rules.version, digest=digest)


async def add_people(client: Client) -> None:
    """Add the two of the pair to the region of the tests, with names."""
    texts = dict.fromkeys(("role_title", "district"), "")
    async with client.office.database.transaction() as connection:
        for id, name in NAMES.items():
            email = f"{name.lower().replace(' ', '.')}@example.org"
            row = {
                "id": id,
                "name": name,
                "email": email,
                "association": MINE,
                "region": REGION,
                "created_at": NOW,
            }
            await connection.execute(insert(tables.people).values(**texts, **row))
        row = {"person": MENTOR.id, "capacity": 2}
        await connection.execute(insert(tables.mentors).values(**row))
        members = {MENTOR.id: "retired", MENTEE.id: "active"}
        rows = [{"person": id, "class": kind, "first": date(2020, 1, 1)} for id, kind in members.items()]
        await connection.execute(insert(tables.memberships), rows)
    await client.send(
        "admin",
        "POST",
        "/v1/regions",
        key=REGION,
        json={"code": REGION, "name": "Northern Region", "program": PROGRAM},
    )


async def live_pair(client: Client, worker: Database, **parts: Any) -> LivePair:
    """Return an application that has just arrived, with its people in the office."""
    await add_people(client)
    pair = LivePair(client, worker, rules_of(**parts))
    async with client.office.database.transaction() as connection:
        term = {"program": PROGRAM, "name": "2026", "first": pair.state.term_dates.first, "version": "1"}
        term |= {"id": derive("term", "2026"), "last": pair.state.term_dates.last}
        await connection.execute(insert(tables.terms).values(**term))
    pair.apply()
    await pair.stored()
    await set_clock(client.office.settings, pair.now)
    return pair


async def live_money(client: Client, payments: Database, **parts: Any) -> LiveMoney:
    """Return a stipend that has just become due, with the people of its pair in the office."""
    await add_people(client)
    money = LiveMoney(client, payments, rules_of(**parts))
    text = rules_text(money.rules)
    row = {"digest": rules_digest(text), "program": money.rules.program, "version": money.rules.version}
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.rule_sets).values(**row, region="", text=text))
    money.claim()
    money.wait_until(DUE)
    await money.write(derive("claim"), SYSTEM)
    await set_clock(client.office.settings, money.now)
    return money
