"""The streams of people: each write of a person appends one event, and its commitment opens with the entry."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.facts.entries import entries_of
from activities.adapters.postgres.writes import OfficeWrites
from activities.adapters.postgres.writes.person_entries import changing
from domain.ids import derive, h_stream
from domain.journal import Envelope, check_chain, decode
from domain.people.entry import commitment
from domain.people.events import CATALOG, EntryEvent, PersonCorrected
from domain.people.identity import Features, Verdict, pair_of, plain_key, plain_text, same_as
from tests.activities.postgres.entries import ADMIN, row, with_north
from tests.conftest import FreshDatabase

ANN, BEN = derive("ann"), derive("ben")


@pytest_asyncio.fixture
async def pool(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    async with with_north(fresh_database) as pool:
        yield pool


async def stream(pool: Database, person: str) -> list[Envelope]:
    event = tables.events.c
    wanted = (
        select(event.seq, event.hash, event.bytes).where(event.stream == h_stream(person)).order_by(event.seq)
    )
    async with pool.transaction() as connection:
        found = [(seq, hash, bytes(encoded)) for seq, hash, encoded in await connection.execute(wanted)]
    assert check_chain(found)[1] is None
    return [decode(encoded) for _, _, encoded in found]


async def opens(pool: Database, person: str) -> bool:
    """Return whether the newest commitment opens with the entry of today and its salt."""
    async with pool.transaction() as connection:
        kept = (await entries_of(connection, [person]))[person]
    newest = CATALOG.read((await stream(pool, person))[-1])
    assert isinstance(newest, EntryEvent)
    return newest.commit == commitment(kept.entry, kept.salt)


async def test_every_writer_of_a_person_appends_one_event(pool: Database) -> None:
    writes = OfficeWrites(pool)
    await writes.people.add_people([row(ANN), row(BEN)], actor=ADMIN, command=derive("1"))
    await writes.people.choose_language(ANN, "es", actor=ADMIN, command=derive("2"))
    await writes.memberships.add_membership(
        ANN, "active", date(2020, 7, 1), None, actor=ADMIN, command=derive("3")
    )
    await writes.memberships.end_membership(ANN, date(2026, 6, 30), actor=ADMIN, command=derive("4"))
    await writes.mentors.put_mentor(
        ANN, {"capacity": 2}, usual=1, today=date(2026, 8, 1), actor=ADMIN, command=derive("5")
    )
    await writes.conflicts.add_conflict(ANN, BEN, "kin", actor=ADMIN, command=derive("6"))
    await writes.region_contacts.add_contact(
        "north", ANN, date(2026, 1, 1), None, actor=ADMIN, command=derive("7")
    )
    told = [(each.type, each.body["fields"]) for each in await stream(pool, ANN)]
    assert told[0][0] == "PersonAdded"
    assert told[1:] == [
        ("PersonChanged", ["language"]),
        ("PersonChanged", ["memberships"]),
        ("PersonCorrected", ["memberships"]),
        ("PersonChanged", ["mentor"]),
        ("PersonChanged", ["conflicts"]),
        ("PersonChanged", ["seats"]),
    ]
    assert [each.body["fields"] for each in await stream(pool, BEN)][1:] == [["conflicts"]]
    assert await opens(pool, ANN)
    assert await opens(pool, BEN)


async def test_a_repeated_command_appends_nothing(pool: Database) -> None:
    writes = OfficeWrites(pool)
    await writes.people.add_people([row(ANN)], actor=ADMIN, command=derive("1"))
    for capacity in (2, 3):
        await writes.mentors.put_mentor(
            ANN,
            {"capacity": capacity},
            usual=1,
            today=date(2026, 8, 1),
            actor=ADMIN,
            command=derive(str(capacity)),
        )
    for capacity in (2, 3):
        await writes.mentors.put_mentor(
            ANN,
            {"capacity": capacity},
            usual=1,
            today=date(2026, 8, 1),
            actor=ADMIN,
            command=derive(str(capacity)),
        )
    assert [each.type for each in await stream(pool, ANN)] == [
        "PersonAdded",
        "PersonChanged",
        "PersonCorrected",
    ]


async def test_a_write_that_changes_nothing_appends_nothing(pool: Database) -> None:
    writes = OfficeWrites(pool)
    await writes.people.add_people([row(ANN)], actor=ADMIN, command=derive("1"))
    await writes.people.choose_language(ANN, "en", actor=ADMIN, command=derive("2"))
    assert len(await stream(pool, ANN)) == 1


async def test_no_event_has_a_value_of_the_entry(pool: Database) -> None:
    """C9: an auditor sees whose data changed when and by whom; nobody sees the data in the journal."""
    writes = OfficeWrites(pool)
    secret = row(ANN, name="Dina Sund", email="dina@post.example", phone="218 555 0101")
    await writes.people.add_people([secret], actor=ADMIN, command=derive("1"))
    await writes.memberships.add_membership(
        ANN, "retired", date(2020, 7, 1), None, actor=ADMIN, command=derive("2")
    )
    for each in await stream(pool, ANN):
        assert each.actor == ADMIN
        # The letters of a hash are chance.
        text = json.dumps({name: value for name, value in each.body.items() if name != "commit"}).lower()
        assert not any(word in text for word in ("dina", "555", "retired", "2020", "lake", "north"))


async def test_a_change_in_the_table_alone_does_not_open(pool: Database) -> None:
    await OfficeWrites(pool).people.add_people([row(ANN)], actor=ADMIN, command=derive("1"))
    async with pool.transaction() as connection:
        await connection.execute(update(tables.people).where(tables.people.c.id == ANN).values(phone="9"))
    assert not await opens(pool, ANN)


async def test_what_open_streams_must_hear_of_is_kept_as_rows(pool: Database) -> None:
    writes = OfficeWrites(pool)
    await writes.people.add_people([row(ANN)], actor=ADMIN, command=derive("1"))
    await writes.mentors.put_mentor(
        ANN, {"capacity": 2}, usual=1, today=date(2026, 8, 1), actor=ADMIN, command=derive("2")
    )
    async with (
        pool.transaction() as connection,
        changing(connection, [ANN], actor=ADMIN, command=derive("3")),
    ):
        await connection.execute(
            update(tables.people).where(tables.people.c.id == ANN).values(phone="9", left_on=date(2026, 9, 1))
        )
    async with pool.transaction() as connection:
        kinds = list(
            await connection.scalars(
                select(tables.person_changes.c.kind).order_by(tables.person_changes.c.id)
            )
        )
    assert kinds == ["mentor", "left"]


async def test_a_writer_can_say_what_it_corrects(pool: Database) -> None:
    await OfficeWrites(pool).people.add_people([row(ANN)], actor=ADMIN, command=derive("1"))
    async with (
        pool.transaction() as connection,
        changing(
            connection,
            [ANN],
            actor=ADMIN,
            command=derive("2"),
            event=lambda change: PersonCorrected(
                fields=change.fields, commit=change.commit, corrects="mentor"
            ),
        ),
    ):
        await connection.execute(insert(tables.mentors).values(person=ANN, capacity=1))
    assert (await stream(pool, ANN))[-1].body["corrects"] == "mentor"


async def test_thousands_are_appended_in_one_transaction(pool: Database) -> None:
    people = [row(derive(str(number))) for number in range(2_500)]
    await OfficeWrites(pool).people.add_people(people, actor=ADMIN, command=derive("many"))
    async with pool.transaction() as connection:
        heads = tables.heads.c
        assert await connection.scalar(select(func.count()).where(heads.kind == "H")) == 2_500
    assert await opens(pool, people[-1]["id"])


@pytest.mark.parametrize("role", ["worker", "payments"])
async def test_only_the_gateway_writes_the_streams_of_people(
    fresh_database: FreshDatabase, role: str
) -> None:
    async with fresh_database() as settings:
        gateway, other = (Database(settings.database_url(each), size=1) for each in ("gateway", role))
        writes = OfficeWrites(gateway)
        await writes.regions.add_region("north", "North", "p", "one", actor=ADMIN, command=derive("r"))
        await writes.people.add_people([row(ANN)], actor=ADMIN, command=derive("1"))
        event = tables.events
        async with gateway.transaction() as connection:
            kept = (await connection.execute(select(event).where(event.c.kind == "H"))).mappings().one()
        columns = {name: kept[name] for name in kept if name not in ("recorded_at", "xid")}
        with pytest.raises(DBAPIError, match="writes no stream of kind H"):
            async with other.transaction() as connection:
                await connection.execute(insert(event).values(columns))
        await gateway.close()
        await other.close()


TEXTS = st.text(st.sampled_from("aÄ ß\u00a00.1bD"), max_size=6)


@hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(TEXTS, min_size=20, max_size=40))
async def test_the_database_compares_as_the_rules_do(pool: Database, texts: list[str]) -> None:
    async with pool.transaction() as connection:
        for each in texts:
            found = (
                await connection.execute(
                    select(
                        func.office.plain_text(each),
                        func.office.plain_key(each.strip().replace("\u00a0", "")),
                    )
                )
            ).one()
            assert found == (plain_text(each), plain_key(each.strip().replace("\u00a0", "")))


FEATURES = st.builds(
    Features,
    association=st.sampled_from(("one", "two")),
    keys=st.lists(st.sampled_from(("712", "00712", "d1b", "D1B", "x9")), max_size=1).map(tuple),
    name=st.sampled_from(("Ann A", "ann  a", "Bo B", "Cy C")),
    email=st.sampled_from(("a@post.example", "A@post.example", "b@post.example", "c@post.example")),
    district=st.sampled_from(("Lake", "lake", "Hill", "-")),
    region=st.sampled_from(("north", "south")),
)


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    people=st.lists(FEATURES, min_size=2, max_size=6),
    answered=st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 5)), st.sampled_from(Verdict), max_size=3
    ),
)
async def test_the_database_counts_as_one_whom_the_rules_count_as_one(
    pool: Database, people: list[Features], answered: dict[tuple[int, int], Verdict]
) -> None:
    known = {derive("same", str(number)): each for number, each in enumerate(people)}
    ids = list(known)
    answers = {
        pair_of(ids[one], ids[other]): verdict
        for (one, other), verdict in answered.items()
        if one != other
        and max(one, other) < len(ids)
        and people[one].association == people[other].association
    }
    taken: set[tuple[str, str]] = set()
    async with pool.transaction() as connection:
        for table in (tables.people, tables.person_keys, tables.person_answers):
            assert await connection.scalar(select(func.count()).select_from(table)) == 0
        for id, each in known.items():
            compared = ("name", "email", "district", "region", "association")
            values = {name: getattr(each, name) for name in compared}
            await connection.execute(insert(tables.people).values(row(id, **values)))
            for key in each.keys:
                if (each.association, key) not in taken:
                    taken.add((each.association, key))
                    values = {"association": each.association, "key": key, "person": id}
                    await connection.execute(insert(tables.person_keys).values(values))
        for (one, other), verdict in answers.items():
            await connection.execute(
                insert(tables.person_answers).values(
                    association=known[one].association,
                    one=one,
                    other=other,
                    answer=verdict.value,
                    answered_by=ADMIN.id,
                    answered_at=datetime(2026, 1, 1, tzinfo=UTC),
                    since=date(2026, 1, 1),
                )
            )
        keys = await connection.execute(select(tables.person_keys.c.person, tables.person_keys.c.key))
        held = dict([tuple(each) for each in keys])
        found = await connection.execute(
            select(text("person, other")).select_from(func.office.same_as(ids).alias("s"))
        )
        pairs = {(person, other) for person, other in found}
        await connection.rollback()
    having = {
        id: Features(
            association=each.association,
            keys=(held[id],) if id in held else (),
            name=each.name,
            email=each.email,
            district=each.district,
            region=each.region,
        )
        for id, each in known.items()
    }
    expected = {
        (one, other) for group in same_as(having, answers) for one in group for other in group if one != other
    }
    assert pairs == expected


async def test_a_move_keeps_the_regions_of_before_with_their_days(pool: Database) -> None:
    """C1: a person who moves stays one person."""
    writes = OfficeWrites(pool)
    await writes.regions.add_region("central", "Central", "p", "one", actor=ADMIN, command=derive("c"))
    await writes.people.add_people([row(ANN)], actor=ADMIN, command=derive("1"))
    async with pool.transaction() as connection:
        await connection.execute(update(tables.person_regions).values(since=date(2026, 1, 1)))
    await writes.people.move(ANN, "central", date(2026, 9, 1), actor=ADMIN, command=derive("2"))
    async with pool.transaction() as connection:
        kept = (await entries_of(connection, [ANN]))[ANN].entry
    assert [(each.region, each.since) for each in kept.regions] == [
        ("north", date(2026, 1, 1)),
        ("central", date(2026, 9, 1)),
    ]
    assert kept.region == "central"
    moved = (await stream(pool, ANN))[-1]
    assert (moved.type, moved.body["fields"]) == ("PersonMoved", ["region", "regions"])
    assert await opens(pool, ANN)


async def heard(pool: Database) -> list[tuple[str, str, date, bool]]:
    """Return the changes that streams are to hear of and forget them, without their ids."""
    row = tables.person_changes.c
    async with pool.transaction() as connection:
        found = await connection.execute(select(row.person, row.kind, row.day, row.ahead).order_by(row.id))
        return [tuple(each) for each in found]


async def test_each_day_that_is_still_to_come_waits_once(pool: Database) -> None:
    writes, today = OfficeWrites(pool), (await SqlClock(pool).now()).date()
    soon, later = today + timedelta(days=10), today + timedelta(days=40)
    await writes.people.add_people([row(ANN)], actor=ADMIN, command=derive("1"))
    assert await heard(pool) == []
    for number, last in enumerate((soon, later, soon)):
        await writes.memberships.add_membership(
            ANN, "active", date(2020, 7, 1), last, actor=ADMIN, command=derive("m", str(number))
        )
    found = await heard(pool)
    assert [each for each in found if not each[3]] == [(ANN, "membership", today, False)] * 3
    day = timedelta(days=1)
    assert [each for each in found if each[3]] == [
        (ANN, "membership", soon + day, True),
        (ANN, "membership", later + day, True),
    ]
