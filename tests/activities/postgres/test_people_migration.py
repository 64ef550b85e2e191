"""The migration that gives people their streams, run over an office from before."""

from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres.facts.entries import entries_of
from domain.ids import derive, h_stream
from domain.journal import check_chain, decode
from domain.people.entry import commitment
from tests.activities.postgres.office_from_before import office_from_before, upgrade
from workers.embedded.stack.supervisor import OfficeProcesses

BEFORE = """
insert into office.installation (id, origin) values (1, 'test/1');
insert into office.regions (code, name, program) values ('north', 'North', 'one'), ('south', 'South', 'two');
insert into office.terms (id, program, name, first, last, version)
    values ('t', 'three', 't', '2026-08-01', '2027-06-30', '1');
insert into office.people (id, name, email, role_title, district, region, phone)
    select encode(sha256(n::text::bytea), 'hex'), 'N ' || n, n || '@post.example', 'principal', 'Lake',
        case when n % 2 = 0 then 'north' else 'south' end, '' from generate_series(1, 1203) n;
insert into office.memberships (person, class, first) select id, 'active', '2020-07-01' from office.people;
insert into office.mentors (person, capacity) select id, 2 from office.people order by id limit 10;
insert into office.conflicts (person, other, kind)
    select min(id), max(id), 'kin' from office.people union select max(id), min(id), 'kin' from office.people;
insert into office.region_contacts (region, person, first) select 'north', min(id), '2026-01-01' from office.people;
"""


@pytest_asyncio.fixture
async def owner(database_server: OfficeProcesses) -> AsyncIterator[AsyncConnection]:
    async with office_from_before(database_server, "0013", BEFORE) as connection:
        yield connection


async def test_everybody_from_before_gets_a_first_event_that_opens(owner: AsyncConnection) -> None:
    await owner.run_sync(upgrade, "0014")
    ids = list(await owner.scalars(text("select id from office.people")))
    assert len(ids) == 1203
    events = {
        row.stream: [(row.seq, row.hash, bytes(row.bytes))]
        for row in await owner.execute(text("select * from journal.events where kind = 'H'"))
    }
    assert events.keys() == {h_stream(id) for id in ids}
    await owner.run_sync(upgrade, "head")  # entries are read by the code of today
    for id, kept in (await entries_of(owner, ids)).items():
        entries = events[h_stream(id)]
        assert check_chain(entries)[1] is None
        first = decode(entries[0][2])
        assert first.type == "PersonOnRecord"
        assert first.body["commit"] == commitment(kept.entry, kept.salt)


async def test_each_program_is_an_association_and_serves_its_regions(owner: AsyncConnection) -> None:
    await owner.run_sync(upgrade, "0014")
    rows = await owner.execute(text("select program, association from office.programs order by program"))
    assert [tuple(row) for row in rows] == [("one", "one"), ("three", "three"), ("two", "two")]
    rows = await owner.execute(text("select program, region from office.program_regions order by program"))
    assert [tuple(row) for row in rows] == [("one", "north"), ("two", "south")]
    rows = await owner.execute(text("select distinct region, association from office.people order by 1"))
    assert [tuple(row) for row in rows] == [("north", "one"), ("south", "two")]


async def test_salts_differ_and_the_first_event_is_written_once(owner: AsyncConnection) -> None:
    await owner.run_sync(upgrade, "0014")
    salts = await owner.scalar(text("select count(distinct salt) from office.people"))
    assert salts == 1203
    await owner.execute(text("update office.alembic_version set version_num = '0014'"))
    from_before = derive(
        "on_record", h_stream(str(await owner.scalar(text("select min(id) from office.people"))))
    )
    assert (
        await owner.scalar(text("select count(*) from journal.events where command = :c"), {"c": from_before})
        == 1
    )


async def test_days_that_are_still_to_come_wait_since_before(owner: AsyncConnection) -> None:
    await owner.run_sync(upgrade, "0015")
    await owner.execute(text("insert into office.clock (id, offset_seconds) values (1, 86400 * 30)"))
    await owner.execute(text("update office.memberships set last = 'infinity'"))
    # the machine's clock: the migration looks at the days that are to come by the clock of the database
    dated = "update office.memberships set first = current_date + {}, last = current_date + {} where id = {}"
    for record, first, last in ((1, -9, 20), (2, 40, 50), (3, 60, 70)):
        await owner.execute(text(dated.format(first, last, record)))
    await owner.execute(text("update office.memberships set withdrawn_at = '2026-10-01' where id = 3"))
    # the machine's clock: as above
    credential = "update office.mentors set trained_on = current_date, credential_until = current_date + 60"
    await owner.execute(text(credential))
    await owner.run_sync(upgrade, "0016")
    # the machine's clock: as above
    ahead = "select kind, day - current_date, count(*) from office.person_changes where ahead"
    rows = await owner.execute(text(f"{ahead} group by 1, 2 order by 1, 2"))
    assert [tuple(row) for row in rows] == [("membership", 40, 1), ("membership", 51, 1), ("mentor", 61, 10)]
