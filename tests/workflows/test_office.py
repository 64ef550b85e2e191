"""The real worker on PostgreSQL, Temporal and a mail catcher, under the demo's clock."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from temporalio.client import Client

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.starts import relationship_start
from activities.adapters.postgres.open_work import SqlOpenWork
from activities.adapters.postgres.writes.person_entries import changing
from domain.actors import Actor, Role
from domain.codec import to_plain
from domain.ids import derive
from domain.payments.orders.approval import ApproveStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import ConfirmSettled
from domain.payments.state import Obligation
from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.recognition import AnswerContinuation, RecognizeMentor
from domain.relationship.stages.survey import SubmitSurvey
from domain.rules.canonical_json import rules_digest, rules_text
from domain.workflow_contracts import OUTBOX, RelationshipStart, workflow_id
from tests.conftest import PROGRAM, unavailable
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, document, person
from tests.workflows.pairs import Pair
from workers.assembly import assembled
from workers.audit.replay import replay
from workers.embedded.clock import DemoClock, NotAtRest, demo_clock
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.temporal import connect
from workers.time_skipping import Skipper


def staff(name: str) -> Actor:
    """Return an actor of the payment staff."""
    return Actor(id=person(name), role=Role.PAYMENT_STAFF)


START = datetime(2027, 8, 2, 16, 0, tzinfo=UTC)


class House:
    """Running office with the demo's clock at the start of a school year."""

    def __init__(self, office: OfficeProcesses, database: Database, client: Client, clock: DemoClock) -> None:
        self.office = office
        self.database = database
        self.client = client
        self.clock = clock

    async def application(self) -> RelationshipStart:
        """Write the reference data of one pair and its application, as the gateway does; return the start."""
        rules = load_programs()[PROGRAM].rules
        text = rules_text(rules)
        term, application = secrets.token_hex(16), secrets.token_hex(16)
        first = START.date()
        people = [
            {
                "id": who.id,
                "name": f"Sam {who.id[:6]}",
                "email": f"{who.id[:8]}@people.example",
                "role_title": "superintendent",
                "district": "Sample",
                "region": "r3",
                "association": rules.program,
            }
            for who in (MENTEE, MENTOR, COORDINATOR)
        ]
        classes = {MENTEE.id: "active", MENTOR.id: "active", COORDINATOR.id: "active"}
        rows = [
            (tables.people, people),
            (
                tables.memberships,
                [{"person": id, "class": kind, "first": first} for id, kind in classes.items()],
            ),
            (
                tables.regions,
                [{"code": "r3", "name": "Region 3", "program": rules.program, "association": rules.program}],
            ),
            (tables.program_regions, [{"program": rules.program, "region": "r3"}]),
            (tables.region_contacts, [{"region": "r3", "person": COORDINATOR.id, "first": first}]),
            (
                tables.rule_sets,
                [
                    {
                        "digest": rules_digest(text),
                        "program": rules.program,
                        "version": rules.version,
                        "region": "",
                        "text": text,
                    }
                ],
            ),
            (
                tables.terms,
                [
                    {
                        "id": term,
                        "program": rules.program,
                        "name": term[:6],
                        "first": first,
                        "last": first + timedelta(days=330),
                        "version": rules.version,
                    }
                ],
            ),
            (tables.mentors, [{"person": MENTOR.id, "capacity": 5, "trained_on": first}]),
            (
                tables.applications,
                [
                    {
                        "id": application,
                        "person": MENTEE.id,
                        "program": rules.program,
                        "term": term,
                        "region": "r3",
                        "reason": rules.eligibility.reasons[0],
                        "first_year": True,
                        "applied_on": first,
                        "relationship": secrets.token_hex(16),
                        "actor": to_plain(MENTEE),
                    }
                ],
            ),
        ]
        command, known = derive("people", application), [who["id"] for who in people]
        async with self.database.transaction() as connection:
            async with changing(connection, known, actor=COORDINATOR, command=command):
                members = select(tables.memberships.c.person).where(tables.memberships.c.person.in_(known))
                are_members = await connection.scalar(members.limit(1)) is not None
                for table, values in rows:
                    if table is not tables.memberships or not are_members:
                        await connection.execute(insert(table).values(values).on_conflict_do_nothing())
            start = await relationship_start(connection, application)
        assert start is not None
        return start

    async def count(self, status: str) -> int:
        """Return how many notices have a status."""
        async with self.database.transaction() as connection:
            found = select(func.count()).where(tables.notices.c.status == status)
            return int(await connection.scalar(found) or 0)

    async def sent(self) -> Counter[str]:
        """Return how many emails of each kind were sent."""
        async with self.database.transaction() as connection:
            row = tables.notices.c
            return Counter(await connection.scalars(select(row.kind).where(row.status == "sent")))

    async def status(self, notice: str) -> str:
        """Return the status of a notice."""
        async with self.database.transaction() as connection:
            row = tables.notices.c
            return str(await connection.scalar(select(row.status).where(row.id == notice)))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house() -> AsyncIterator[House]:
    """Yield an office with its workers in this process."""
    try:
        async with OfficeProcesses.temporary(workers=False, gateway=False) as office:
            database = Database(office.settings.database_url("migrator"))
            client = await connect(office.settings, offset=SqlClock(database).offset)
            async with (
                assembled(office.settings, "relationships"),
                assembled(office.settings, "payments"),
                demo_clock(office.settings) as clock,
            ):
                yield House(office, database, client, clock)
            await database.close()
    except StartFailed as obstacle:
        unavailable(obstacle)


@pytest.mark.slow
async def test_a_year_on_the_real_stack_can_be_replayed_and_folded_and_is_complete(house: House) -> None:
    await house.clock.move_to(START)
    pair = Pair(house.client, await house.application(), "relationships")
    await pair.signed()
    for _ in range(12):
        await house.clock.move_to(await house.clock.now() + timedelta(days=25))
        if (await pair.state()).stage != "meetings":
            break
        await pair.meet()
    [claim] = (await pair.state()).claims
    money = Pair(house.client, pair.start, "payments")
    money.id = workflow_id("obligation", claim.obligation)
    owed = await money.state(Obligation)
    await money.do(PrepareStipend, staff("maker"), evidence=owed.evidence)
    await money.do(ApproveStipend, staff("checker"))
    await money.do(EnterReference, staff("sender"), reference="check-1001")
    await money.do(ConfirmSettled, staff("clerk"))
    await house.clock.rest()
    assert (await pair.state()).claims[0].heard == "settled"
    for who in (MENTEE, MENTOR):
        form = load_programs()[PROGRAM].rules.survey_form("mentee" if who is MENTEE else "mentor")
        assert form is not None
        answers = replace(document("survey"), doc=secrets.token_hex(16), form=form.form)
        await pair.do(SubmitSurvey, who, answers=answers)
    await pair.do(RecognizeMentor, COORDINATOR, kind="letter")
    await pair.do(AnswerContinuation, MENTEE, go_on=True)
    await pair.do(AnswerContinuation, MENTOR, go_on=True)
    ended = await pair.handle.result()
    assert ended["outcome"] == "completed"
    await house.clock.rest()
    await house.clock.move_to(await house.clock.now() + timedelta(days=4))  # past a weekend and a holiday
    await house.clock.rest()
    assert await house.count("pending") == 0
    assert await house.sent() >= Counter(
        {
            "welcome_mentee": 1,
            "welcome_mentor": 1,
            "agreement_in_force": 2,
            "survey_open": 2,
            "mentor_thanked": 1,
        }
    )
    assert await house.count("overtaken") > 10, "the pair acts within the second in which it is asked to"
    report = await replay(house.office.settings)
    assert report.faults == ()
    assert (report.relationships, report.obligations) == (1, 1)
    assert report.compared > 20


async def test_housekeeping_starts_what_nobody_started_and_sends_what_nobody_answered(house: House) -> None:
    await house.clock.move_to(START)
    start = await house.application()
    command = ProposeMatch(id=secrets.token_hex(16), actor=COORDINATOR, mentor=MENTOR.id)
    # the machine's clock: rows are written by the clock of the database
    long_ago = datetime.now(UTC) - timedelta(minutes=10)
    async with house.database.transaction() as connection:
        row = tables.applications
        await connection.execute(
            update(row).where(row.c.id == start.opening.application).values(created_at=long_ago)
        )
    work = SqlOpenWork(house.database, SqlClock(house.database))
    assert await work.housekeeping_needed(), "an application that was not started"
    await house.client.execute_workflow(
        "HousekeepingWorkflow", id=f"housekeeping-{secrets.token_hex(4)}", task_queue="relationships"
    )
    pair = Pair(house.client, start, "relationships")
    receipt = await pair.send(start.opening)
    assert receipt.stream == start.relationship
    await house.clock.rest()
    assert not await work.housekeeping_needed(), "all is done"
    async with house.database.transaction() as connection:
        await connection.execute(
            insert(tables.commands).values(
                id=command.id,
                kind="ProposeMatch",
                subject=start.relationship,
                payload={"mentor": MENTOR.id},
                fingerprint="f",
                actor=to_plain(COORDINATOR),
                claimed_until=long_ago,
            )
        )
    assert await work.housekeeping_needed(), "a command without an answer"
    done = await house.client.execute_workflow(
        "HousekeepingWorkflow", id=f"housekeeping-{secrets.token_hex(4)}", task_queue="relationships"
    )
    assert done["answered"] == 1
    assert (await pair.state()).matching.proposal is not None
    async with house.database.transaction() as connection:
        row = tables.commands
        answered = (await connection.execute(select(row).where(row.c.id == command.id))).one()
    assert answered.answered_at is not None
    report = await replay(house.office.settings)
    assert report.faults == ()
    assert report.relationships >= 1
    await pair.handle.terminate()


async def test_the_clock_learns_from_the_database_what_is_pending(house: House) -> None:
    await house.clock.move_to(START)
    start = await house.application()
    work = SqlOpenWork(house.database, SqlClock(house.database))
    assert await work.open_work() == 1, "an application without its relationship"
    async with demo_clock(house.office.settings, seconds=0.5) as impatient:
        with pytest.raises(NotAtRest, match=r"this is still open: application [0-9a-f]{32} since "):
            await impatient.rest()
    pair = Pair(house.client, start, "relationships")
    await pair.apply()
    await house.clock.rest()
    assert await work.open_work() == 0
    assert pair.id in await work.open_runs()
    assert (await work.recorded())[pair.id] >= 1
    later = await house.clock.move_to(await house.clock.now() + timedelta(days=1))
    assert abs(later - await pair.now()) < timedelta(seconds=30)
    await pair.do(EndRelationship, COORDINATOR, reason="left_role")
    await house.clock.rest()
    assert pair.id not in await work.open_runs()


async def write_email(house: House, id: str, subject: str, at: datetime) -> None:
    """Write an email as a record does, whose process died before it called the outbox."""
    row = {
        "id": id,
        "kind": "match_proposed",
        "subject": subject,
        "seq": 1,
        "person": MENTOR.id,
        "region": "",
    }
    async with house.database.transaction() as connection:
        await connection.execute(insert(tables.notices).values(**row, data={}, created_at=at))


async def test_an_email_whose_call_was_lost_leaves_at_the_next_round_of_housekeeping(house: House) -> None:
    await house.clock.move_to(START)
    start = await house.application()
    pair = Pair(house.client, start, "relationships")
    await pair.apply()
    await house.clock.rest()
    outbox, skipper = house.client.get_workflow_handle(OUTBOX), Skipper(house.client)
    for lost, ended in (("a" * 32, False), ("b" * 32, True)):
        if ended:
            while await skipper.busy(OUTBOX):  # noqa: ASYNC110 - what it has begun is finished even after its end
                await asyncio.sleep(0.1)
            await outbox.terminate()
        await write_email(house, lost, start.relationship, await house.clock.now())
        if ended:  # one that runs may also wake for another email
            await asyncio.sleep(1)
            assert await house.status(lost) == "pending", "nobody has called the outbox"
        await house.client.execute_workflow(
            "HousekeepingWorkflow", id=f"housekeeping-{secrets.token_hex(4)}", task_queue="relationships"
        )
        for _ in range(100):
            if await house.status(lost) == "sent":
                break
            await asyncio.sleep(0.1)
        assert await house.status(lost) == "sent"
    await pair.handle.terminate()
