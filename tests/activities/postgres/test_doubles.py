"""Doubles: who counts as one in the database, the answers, and the entry that stands for both."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Executable, insert, select, update
from sqlalchemy.exc import IntegrityError

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.entries import entries_of
from activities.adapters.postgres.facts.same_as import humans, same_as
from activities.adapters.postgres.reads.doubles import DoubleReads
from activities.adapters.postgres.writes import OfficeWrites
from activities.adapters.postgres.writes.base import Unknown
from activities.adapters.postgres.writes.doubles import OtherAnswer, TwoAssociations
from domain.actors import Role
from domain.associations import Association
from domain.ids import derive, h_stream
from domain.journal import decode
from domain.people.identity import Verdict
from domain.visibility import sight_of
from tests.activities.postgres.entries import ADMIN, row
from tests.conftest import FreshDatabase

ANN, BEN, CYD, FAR = (derive(name) for name in ("ann", "ben", "cyd", "far"))


class Office:
    """The writes of one office, and what its database says of people."""

    def __init__(self, pool: Database, owner: Database) -> None:
        self.pool, self.owner = pool, owner
        self.writes = OfficeWrites(pool)
        self.count = 0

    async def add(self, *people: dict[str, Any]) -> None:
        for each in people:
            await self.writes.people.add_people([each], actor=ADMIN, command=derive("add", each["id"]))

    async def answer(self, one: str, other: str, verdict: Verdict) -> str:
        self.count += 1
        return await self.writes.doubles.answer(
            one, other, verdict, actor=ADMIN, command=derive("answer", str(self.count))
        )

    async def past_the_writers(self, statement: Executable) -> None:
        async with self.owner.transaction() as connection:
            await connection.execute(statement)

    async def aliases(self) -> dict[str, str]:
        person = tables.people.c
        async with self.pool.transaction() as connection:
            found = await connection.execute(
                select(person.id, person.alias_of).where(person.alias_of.is_not(None))
            )
            return {one.id: one.alias_of for one in found}

    async def same_as(self, people: list[str]) -> dict[str, list[str]]:
        async with self.pool.one_statement() as connection:
            found = await connection.scalar(select(same_as(humans("people"))), {"people": people})
        return found or {}

    async def types(self, person: str) -> list[str]:
        event = tables.events.c
        wanted = select(event.type).where(event.stream == h_stream(person)).order_by(event.seq)
        async with self.pool.transaction() as connection:
            return list(await connection.scalars(wanted))


@pytest_asyncio.fixture
async def office(fresh_database: FreshDatabase) -> AsyncIterator[Office]:
    async with fresh_database() as settings:
        pool, owner = (Database(settings.database_url(role), size=4) for role in ("gateway", "migrator"))
        office = Office(pool, owner)
        for code, association in (("north", "one"), ("far", "two")):
            await office.writes.regions.add_region(
                code, code, f"p_{association}", association, actor=ADMIN, command=derive(code)
            )
        yield office
        await pool.close()
        await owner.close()


MAILBOX = {"email": "couple@post.example"}


async def test_two_with_one_mailbox_count_as_one_until_somebody_answers(office: Office) -> None:
    """C4: a couple may share a mailbox, and a person says so."""
    await office.add(row(ANN, **MAILBOX), row(BEN, **MAILBOX), row(CYD))
    assert await office.same_as([ANN, BEN, CYD]) == {ANN: [BEN], BEN: [ANN]}
    await office.answer(ANN, BEN, Verdict.TWO)
    assert await office.same_as([ANN, BEN, CYD]) == {}


async def test_two_with_one_name_count_as_one_where_a_district_is_missing(office: Office) -> None:
    """What the list of doubles asks about counts as one until somebody answers."""
    await office.add(row(ANN, name="Bo Berg"), row(BEN, name="bo berg", district="-"))
    await office.add(row(CYD, name="Bo Berg", district="Hill"))
    assert await office.same_as([ANN]) == {ANN: sorted([BEN, CYD])}
    await office.answer(BEN, CYD, Verdict.TWO)
    assert await office.same_as([ANN, CYD]) == {ANN: [BEN]}
    sight = sight_of(ADMIN.id, (Role.ADMIN,), Association(code="one", regions=("north",)))
    [asked] = (await DoubleReads(office.pool).page(sight)).rows
    assert {asked["one"]["id"], asked["other"]["id"]} == {ANN, BEN}
    assert asked["reasons"] == ["same_name_in_region"]


async def test_an_entry_hears_of_its_name_in_its_region_where_a_district_is_missing(office: Office) -> None:
    async def heard() -> list[str]:
        row = tables.person_changes.c
        wanted = select(row.person).where(row.kind == "same_as").order_by(row.id)
        async with office.pool.transaction() as connection:
            return list(await connection.scalars(wanted))

    people = office.writes.people
    await office.writes.regions.add_region(
        "central", "Central", "p_one", "one", actor=ADMIN, command=derive("central")
    )
    await office.add(row(ANN, name="N B"), row(BEN, name="n b", district="Hill"))
    assert await heard() == [], "two districts are two people"
    await people.change(BEN, {"district": "-"}, actor=ADMIN, command=derive("1"))
    assert await heard() == [BEN, ANN]
    today = (await SqlClock(office.pool).now()).date()
    await people.move(BEN, "central", today, actor=ADMIN, command=derive("2"))
    assert (await heard())[2:] == [BEN, ANN], "they are alike no longer"


async def test_people_of_two_associations_are_never_compared_and_never_one(office: Office) -> None:
    await office.add(row(ANN, **MAILBOX), row(FAR, **MAILBOX, region="far"))
    assert await office.same_as([ANN, FAR]) == {}
    with pytest.raises(TwoAssociations):
        await office.answer(ANN, FAR, Verdict.SAME)


async def test_the_database_itself_keeps_two_associations_apart(office: Office) -> None:
    """Whoever gets past the writers: no alias and no answer goes from one association to the other."""
    await office.add(row(ANN), row(BEN), row(FAR, region="far"))
    person, answer = tables.people, tables.person_answers
    given = {"answer": "same", "answered_by": ADMIN.id, "answered_at": datetime(2026, 1, 1, tzinfo=UTC)}
    one, other = sorted((ANN, FAR))
    across = (
        person.update().where(person.c.id == FAR).values(alias_of=ANN),
        person.update().where(person.c.id == BEN).values(alias_of=derive("nobody")),
        insert(person).values(
            **(
                row(CYD, region="far")
                | {"association": "two", "alias_of": ANN, "created_at": given["answered_at"]}
            )
        ),
        insert(answer).values(association="one", one=one, other=other, since=date(2026, 1, 1), **given),
    )
    for statement in across:
        with pytest.raises(IntegrityError, match="association"):
            await office.past_the_writers(statement)
    assert await office.answer(BEN, ANN, Verdict.SAME) == ANN
    for moved in (ANN, BEN):
        to_two = person.update().where(person.c.id == moved).values(association="two")
        with pytest.raises(IntegrityError, match="association"):
            await office.past_the_writers(to_two)
    assert await office.aliases() == {BEN: ANN}


async def test_the_same_human_keeps_the_older_entry_and_no_stream_is_rewritten(office: Office) -> None:
    await office.add(row(ANN), row(BEN))
    assert await office.answer(BEN, ANN, Verdict.SAME) == ANN
    assert await office.aliases() == {BEN: ANN}
    assert await office.same_as([BEN]) == {BEN: [ANN]}
    assert await office.types(ANN) == await office.types(BEN) == ["PersonAdded", "PersonMerged"]
    async with office.pool.transaction() as connection:
        event = tables.events.c
        merged = await connection.scalars(select(event.bytes).where(event.type == "PersonMerged"))
        told = [decode(bytes(each)).body for each in merged]
        assert {(each["other"], each["stands"]) for each in told} == {(BEN, ANN), (ANN, ANN)}
        kept = await entries_of(connection, [BEN])
        assert kept[BEN].entry.alias_of == ANN
        change = tables.person_changes.c
        heard = (await connection.execute(select(change.person, change.kind))).all()
    assert sorted(tuple(each) for each in heard) == sorted([(ANN, "same_as"), (BEN, "same_as")])


async def test_two_humans_ends_a_wrong_answer_from_that_day_on(office: Office) -> None:
    await office.add(row(ANN), row(BEN))
    await office.answer(ANN, BEN, Verdict.SAME)
    assert await office.answer(ANN, BEN, Verdict.TWO) == ANN
    assert await office.aliases() == {}
    assert await office.same_as([ANN, BEN]) == {}
    assert (await office.types(BEN))[-2:] == ["PersonMerged", "PersonsKeptApart"]


async def test_three_entries_of_one_human_stand_under_the_oldest(office: Office) -> None:
    await office.add(row(ANN), row(BEN), row(CYD))
    await office.answer(BEN, CYD, Verdict.SAME)
    assert await office.aliases() == {CYD: BEN}
    await office.answer(CYD, ANN, Verdict.SAME)
    assert await office.aliases() == {BEN: ANN, CYD: ANN}
    assert await office.types(BEN) == ["PersonAdded", "PersonMerged", "PersonChanged"]


async def test_an_answer_that_another_one_denies_is_refused_and_stores_nothing(office: Office) -> None:
    await office.add(row(ANN), row(BEN), row(CYD))
    await office.answer(ANN, BEN, Verdict.SAME)
    await office.answer(BEN, CYD, Verdict.SAME)
    with pytest.raises(OtherAnswer):
        await office.answer(ANN, CYD, Verdict.TWO)
    assert await office.aliases() == {BEN: ANN, CYD: ANN}
    await office.answer(BEN, CYD, Verdict.TWO)
    assert await office.aliases() == {BEN: ANN}
    with pytest.raises(OtherAnswer):
        await office.answer(ANN, CYD, Verdict.SAME)


async def test_an_answer_about_nobody_is_refused(office: Office) -> None:
    await office.add(row(ANN))
    with pytest.raises(Unknown):
        await office.answer(ANN, BEN, Verdict.SAME)


async def test_a_repeated_answer_changes_nothing(office: Office) -> None:
    await office.add(row(ANN), row(BEN))
    for _ in range(2):
        office.count = 0
        assert await office.answer(ANN, BEN, Verdict.SAME) == ANN
    assert await office.types(ANN) == ["PersonAdded", "PersonMerged"]


# What the database refuses


ORDER = {
    "stream": derive("order"),
    "applied_seq": 1,
    "obligation": derive("o"),
    "attempt": 1,
    "amount_minor": 1,
    "currency": "USD",
    "region": "north",
    "hash": "h",
    "replaces": "",
    "evidence": "",
    "reference": "",
    "reason": "",
    "prepared_at": datetime(2026, 10, 1, tzinfo=UTC),
}
HANDS = {
    "maker": CYD,
    "approver": derive("2"),
    "sender": derive("3"),
    "confirmer": derive("4"),
    "mentor": derive("5"),
}


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        ("maker", "approver", "order_approver_is_another_human"),
        ("approver", "mentor", "order_approver_is_not_paid"),
        ("sender", "approver", "order_sender_is_another_human"),
        ("sender", "maker", "order_sender_has_not_made_it"),
        ("confirmer", "maker", "order_confirmer_is_another_human"),
        ("confirmer", "sender", "order_confirmer_is_another_human"),
    ],
)
async def test_four_people_on_an_order_count_by_human(
    office: Office, one: str, other: str, says: str
) -> None:
    """C33, C60: one human with two entries does not prepare, approve, send and settle."""
    await office.add(row(ANN, **MAILBOX), row(BEN, **MAILBOX))
    wrong = {**HANDS, one: ANN, other: BEN}
    with pytest.raises(IntegrityError, match=says):
        await put_order(office, wrong)


async def put_order(office: Office, hands: dict[str, str]) -> None:
    """Write an order; the deferred check that an event names it is not reached."""
    async with office.owner.transaction() as connection:
        await connection.execute(
            insert(tables.orders).values(**ORDER, **hands, id=derive("order"), state="draft")
        )
        await connection.rollback()


async def test_a_sent_order_ends_although_its_approver_and_maker_count_as_one_since(office: Office) -> None:
    """C60: a write is checked for the people whom it enters."""
    await office.add(row(ANN, **MAILBOX), row(BEN))
    hands = {**HANDS, "maker": ANN, "approver": BEN}
    async with office.owner.transaction() as connection:
        await connection.execute(
            insert(tables.orders).values(
                **ORDER, **{**hands, "confirmer": None}, id=derive("order"), state="sent"
            )
        )
        person, order = tables.people, tables.orders
        await connection.execute(update(person).where(person.c.id == BEN).values(**MAILBOX))
        ended = update(order).where(order.c.id == derive("order"))
        await connection.execute(ended.values(confirmer=HANDS["confirmer"], state="settled"))
        with pytest.raises(IntegrityError, match="order_confirmer_is_another_human"):
            await connection.execute(ended.values(confirmer=BEN))
        await connection.rollback()


async def test_four_strangers_may_stand_on_an_order(office: Office) -> None:
    await office.add(row(ANN, **MAILBOX), row(BEN, **MAILBOX))
    await put_order(office, HANDS)
    await office.answer(ANN, BEN, Verdict.TWO)
    await put_order(office, {**HANDS, "maker": ANN, "approver": BEN})


async def test_a_mentor_with_two_entries_takes_a_place_once(office: Office) -> None:
    """C60, C1: places count by human."""
    await office.add(row(ANN, **MAILBOX), row(BEN, **MAILBOX))
    with pytest.raises(IntegrityError, match="slot_taken_once"):
        await take(office, ANN, BEN)
    await office.answer(ANN, BEN, Verdict.TWO)
    await take(office, ANN, BEN)


async def take(office: Office, *mentors: str) -> None:
    """Let mentors take their first places; the deferred check that an event names each is not reached."""
    async with office.owner.transaction() as connection:
        for mentor in mentors:
            await connection.execute(
                insert(tables.slots).values(
                    id=derive("slot", mentor),
                    stream=derive("s"),
                    applied_seq=1,
                    mentor=mentor,
                    number=1,
                    relationship=derive("r"),
                    taken_at=datetime(2026, 10, 1, tzinfo=UTC),
                )
            )
        await connection.rollback()
