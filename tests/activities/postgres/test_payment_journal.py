"""Obligations and orders in PostgreSQL: the tables enforce again what the rules decide first."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.payments import SqlPaymentFacts
from activities.adapters.postgres.journal import SqlRecords
from activities.adapters.postgres.reads.history import HistoryReads
from activities.adapters.postgres.tables import PROJECTIONS_MONEY
from activities.ports.journal import JournalRecord
from domain.actors import Role
from domain.associations import Association
from domain.ids import derive
from domain.journal import Event, Head, Kind, RulesInForce
from domain.payments import obligation
from domain.payments.effects import effects
from domain.payments.facts import PaymentQuestion
from domain.payments.orders.approval import ApproveStipend
from domain.payments.orders.bank_reference import EnterReference
from domain.payments.orders.late_news import ConfirmResolution, ProposeResolution, RecordArrived
from domain.payments.orders.preparation import PrepareStipend
from domain.payments.orders.settlement import RecordFailed
from domain.payments.projection import obligation_rows
from domain.payments.state import Resolution
from domain.recording import Decision, StreamIdentity, chain
from domain.visibility import OPERATOR, sight_of
from tests.conftest import FreshDatabase
from tests.domain.builders import MENTEE, MENTOR
from tests.domain.payments.payment_case import APPROVER, MAKER, THIRD, Payment
from workers.settings import Settings


@pytest_asyncio.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[tuple[Settings, Database]]:
    async with fresh_database() as settings:
        pool = Database(settings.database_url("payments"), size=2)
        yield settings, pool
        await pool.close()


@pytest_asyncio.fixture
async def owner(database: tuple[Settings, Database]) -> AsyncIterator[AsyncEngine]:
    """Yield an engine of the owner of the tables, who may do anything that the tables do not refuse."""
    engine = create_async_engine(database[0].database_url("migrator"))
    yield engine
    await engine.dispose()


def record_of(payment: Payment) -> JournalRecord:
    """Return everything that happened to an obligation as one record."""
    events: tuple[Event, ...] = tuple(payment.events)
    batch = chain(
        payment.empty(),
        Head(),
        events,
        subject=StreamIdentity(
            origin="test/1",
            stream=payment.id,
            kind=Kind.OBLIGATION,
            rel=None,
            rules=RulesInForce(set="sample", version="1", digest="a" * 64),
        ),
        decision=Decision(command=derive("all"), actor=payment.stamps[-1].actor, at=payment.now),
        evolve=obligation.evolve,
        effects=effects,
    )
    return JournalRecord(
        workflow="obligation/x",
        run="r",
        stream=payment.id,
        command=derive("all"),
        events=batch.texts,
        rows=obligation_rows(payment.state),
    )


async def test_the_payments_worker_writes_an_obligation_with_its_orders(
    database: tuple[Settings, Database],
) -> None:
    _, pool = database
    payment = Payment().settled()
    record = record_of(payment)
    records = SqlRecords(pool, PROJECTIONS_MONEY)
    first = await records.record(record)
    assert await records.record(record) == first, "the same record again changes nothing"
    async with pool.transaction() as connection:
        order = (await connection.execute(text("select * from money.orders"))).one()
        owed = (await connection.execute(text("select * from money.obligations"))).one()
    assert (owed.amount_minor, owed.standing, owed.attempts) == (50000, "settled", 1)
    assert (order.state, order.reference) == ("settled", "BANK-1")
    assert len({order.maker, order.approver, order.sender} - {None, ""}) == 3
    assert order.confirmer == order.approver


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ("approver = maker", "order_approver"),
        ("approver = mentor", "order_approver_not_paid"),
        ("approver = null", "order_approved_by"),
        ("approver = ''", "order_approved_by"),
        ("state = 'held', held_from = 'approved', approver = null", "order_approved_by"),
        ("maker = null", "maker"),
        ("maker = ''", "order_approver"),
        ("sender = approver, confirmer = 'x'", "order_sender"),
        ("sender = maker", "order_sender_has_not_made_it"),
        ("sender = null", "order_sent_by"),
        ("confirmer = maker", "order_confirmer"),
        ("confirmer = sender", "order_confirmer"),
        ("confirmer = null", "order_confirmed_by"),
        ("amount_minor = 0", "order_amount"),
        ("state = 'paid'", "order_state"),
    ],
)
async def test_the_table_refuses_what_no_rule_may_let_through(
    database: tuple[Settings, Database], owner: AsyncEngine, change: str, check: str
) -> None:
    """C33 among them: who made an order does not send it."""
    await SqlRecords(database[1], PROJECTIONS_MONEY).record(record_of(Payment().settled()))
    with pytest.raises(DBAPIError, match=check):
        async with owner.begin() as connection:
            await connection.execute(text(f"update money.orders set {change}"))  # noqa: S608 - listed above


async def test_one_obligation_has_one_live_order(
    database: tuple[Settings, Database], owner: AsyncEngine
) -> None:
    await SqlRecords(database[1], PROJECTIONS_MONEY).record(record_of(Payment().settled()))
    columns = [c.name for c in PROJECTIONS_MONEY["orders"].columns if c.name not in ("id", "attempt")]
    names = ", ".join(columns)
    with pytest.raises(DBAPIError, match="order_live_once"):
        async with owner.begin() as connection:
            await connection.execute(
                text(
                    f"insert into money.orders (id, attempt, {names})"  # noqa: S608 - names of our own columns
                    f" select 'b', 2, {names} from money.orders"
                )
            )


async def test_no_row_changes_without_its_event(
    database: tuple[Settings, Database], owner: AsyncEngine
) -> None:
    await SqlRecords(database[1], PROJECTIONS_MONEY).record(record_of(Payment().prepared()))
    for statement in (
        "update money.orders set reference = 'other'",
        "update money.obligations set region = 'r4'",
        "delete from money.orders",
    ):
        with pytest.raises(DBAPIError, match=r"names no event|never deleted"):
            async with owner.begin() as connection:
                await connection.execute(text(statement))


async def test_facts_are_those_of_the_local_day(
    database: tuple[Settings, Database], owner: AsyncEngine
) -> None:
    async with owner.begin() as connection:
        await connection.execute(
            text(
                "insert into office.memberships (person, class, first, last) values"
                " (:mentor, 'retired', '2025-01-01', null), (:mentee, 'active', '2025-01-01', '2026-06-30')"
            ),
            {"mentor": MENTOR.id, "mentee": MENTEE.id},
        )
        await connection.execute(
            text(
                "insert into office.region_contacts (region, person, first, last) values"
                " ('r3', 'now', '2025-01-01', null), ('r3', 'then', '2025-01-01', '2026-01-01'),"
                " ('r4', 'elsewhere', '2025-01-01', null)"
            )
        )
    reader = SqlPaymentFacts(database[1])
    for zone, members in (
        ("America/Chicago", {MENTOR.id: "retired", MENTEE.id: "active"}),  # still 30 June there
        ("UTC", {MENTOR.id: "retired"}),
    ):
        question = PaymentQuestion(
            as_of=datetime(2026, 7, 1, 3, 0, tzinfo=UTC),
            zone=zone,
            persons=(MENTOR.id, MENTEE.id),
            region="r3",
        )
        facts = await reader.payment_facts(question)
        assert facts.memberships == members
        assert facts.contacts == ("now",)


async def test_c30_a_reference_of_one_payee_and_day_is_free_and_any_other_is_named(
    database: tuple[Settings, Database],
) -> None:
    payment = Payment().approved()
    payment.do(EnterReference, THIRD, reference="Check #1042")
    await SqlRecords(database[1], PROJECTIONS_MONEY).record(record_of(payment))
    sent = payment.now  # midnight in UTC, so the evening before in Minnesota
    reader, order = SqlPaymentFacts(database[1]), payment.state.orders[0].id
    usual = PaymentQuestion(
        as_of=sent,
        zone="America/Chicago",
        persons=(),
        region="r3",
        compared=(),
        obligation="other",
        reference="check 1042",
    )
    for question, found in (
        (usual, ()),
        (replace(usual, region="r4"), (order,)),
        (replace(usual, as_of=sent + timedelta(days=1)), (order,)),
        (replace(usual, obligation=payment.id), (order,)),
        (replace(usual, region="r4", reference="Check 1043"), ()),
    ):
        assert (await reader.payment_facts(question)).same_reference == found
    assert (await reader.payment_facts(replace(usual, reference=None))).same_reference is None


async def test_c29_an_order_that_was_paid_twice_stands_beside_the_live_one_until_two_have_resolved_it(
    database: tuple[Settings, Database], owner: AsyncEngine
) -> None:
    payment = Payment().sent()
    first = payment.state.orders[0].id
    payment.do(RecordFailed, APPROVER, reason="refused")
    payment.do(PrepareStipend, MAKER)
    payment.do(ApproveStipend, THIRD)
    payment.do(EnterReference, APPROVER, reference="BANK-2")
    payment.do(RecordArrived, APPROVER, order=first)
    payment.facts = replace(payment.facts, counts=True)
    counted = {"order": first, "resolution": Resolution.COUNTED_FOR_OTHER}
    payment.do(ProposeResolution, MAKER, **counted, counted_for="other")
    payment.do(ConfirmResolution, THIRD, **counted)
    await SqlRecords(database[1], PROJECTIONS_MONEY).record(record_of(payment))
    async with owner.begin() as connection:
        states = await connection.execute(text("select state from money.orders order by attempt"))
        assert list(states.scalars()) == ["settled_twice", "sent"]
    reader = SqlPaymentFacts(database[1])
    asked = PaymentQuestion(
        as_of=payment.now,
        zone="UTC",
        persons=(),
        region="r3",
        compared=(),
        obligation="other",
        reference="BANK-9",
    )
    assert (await reader.payment_facts(asked)).counted == ("BANK-1",)
    asked = replace(asked, obligation=payment.id, reference=None, counted_for=payment.id)
    assert (await reader.payment_facts(asked)).counts is False, "money does not pay itself"
    with pytest.raises(DBAPIError, match="order_resolver"):
        async with owner.begin() as connection:
            await connection.execute(
                text("update money.orders set resolved_by = proposed_by where state = 'settled_twice'")
            )


async def test_payment_staff_read_the_names_of_those_whom_they_pay_and_who_acted(
    database: tuple[Settings, Database], owner: AsyncEngine
) -> None:
    payment = Payment().settled()
    await SqlRecords(database[1], PROJECTIONS_MONEY).record(record_of(payment))
    known = {MENTOR.id: "Ann Mentor", payment.stamps[-1].actor.id: "Ben Staff", MENTEE.id: "Cay Mentee"}
    async with owner.begin() as connection:
        await connection.execute(text("alter table office.people disable trigger user"))
        for id, name in known.items():
            row = {"id": id, "association": "x", "name": name, "email": f"{id}@post.example", "region": "r9"}
            row |= {"role_title": "teacher", "district": "-", "phone": "", "language": "en", "salt": "0" * 32}
            await connection.execute(insert(tables.people).values(row))
    reads = HistoryReads(Database(database[0].database_url("gateway"), size=1))
    here = Association(regions=("r3", "r9"))
    found = await reads.obligation(sight_of("s" * 32, (Role.PAYMENT_STAFF,), here), payment.id)
    assert found is not None
    assert {*found.names.values()} == {"Ann Mentor", "Ben Staff"}, "not the mentee, whom they do not see"
    told = await reads.obligation(OPERATOR, payment.id)
    assert told is not None
    assert told.names == {}
