"""What the login of mentors and mentees reads and writes: every table, every column, as nobody, as oneself, as another.

The cells stand in `participant_login.toml`, written by hand. A table without a row there fails, and none is left out.
"""

import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from activities.adapters.postgres.database import ActsFor
from domain.ids import derive
from tests.conftest import NOW, FreshDatabase
from workers.settings import Settings

TABLE: Final[Mapping[str, Mapping[str, Any]]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").with_stem("participant_login").read_text(encoding="utf-8")
)
ME, OTHER = "a" * 32, "b" * 32
ALIAS: Final = "c" * 32
IDENTITIES: Final[Mapping[str, ActsFor]] = {
    "nobody": ActsFor(),
    "me": ActsFor(person=ME),
    "me under another entry": ActsFor(person=ALIAS, aliases=(ME,)),
    "the proof of mine": ActsFor(proof=f"proof of {ME}"),
    "a stranger": ActsFor(person="d" * 32, proof="proof of nothing"),
}
SEES: Final[Mapping[str, tuple[str, ...]]] = {
    "none": (),
    "all": tuple(IDENTITIES),
    "own": ("me", "me under another entry"),
    "proof": ("the proof of mine",),
    "own or proof": ("me", "me under another entry", "the proof of mine"),
    "person or proof": ("me", "the proof of mine"),
}
"""Who of the identities sees a row of mine, by the word of the table."""
_SAY: Final = text(
    "select set_config('mentorflow.person', :person, true), set_config('mentorflow.people', :people, true), "
    "set_config('mentorflow.proof', :proof, true)"
)
_REFUSED: Final = (
    "permission denied",
    "row-level security",
    "does not write this event",
    "cannot update column",
    "cannot insert into column",
)
_EVENTS_LIMITED: Final = "alter table journal.events enable always trigger limit_participant"
_NOT_SYSTEM: Final = "not in ('pg_catalog', 'information_schema')"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, with its type."""

    name: str
    type: str
    written: bool


@dataclass(frozen=True, slots=True)
class Fence:
    """The database: its columns by table, and a way in as each login."""

    participant: AsyncEngine
    columns: Mapping[str, tuple[Column, ...]]
    views: tuple[str, ...]
    settings: Settings

    @asynccontextmanager
    async def acting(self, acts_for: ActsFor) -> AsyncIterator[AsyncConnection]:
        """Yield a connection of the participant process that acts for somebody; nothing of it stays."""
        async with self.participant.connect() as connection:
            await connection.execute(_SAY, acts_for.settings)
            yield connection
            await connection.rollback()

    async def tried(self, acts_for: ActsFor, statement: str, **values: Any) -> int | str:
        """Return how many rows a statement reaches, or ``refused``."""
        async with self.acting(acts_for) as connection:
            try:
                found = await connection.execute(text(statement), values)
            except DBAPIError as error:
                if not any(words in str(error) for words in _REFUSED):
                    raise
                return "refused"
            return len(found.all()) if found.returns_rows else int(found.rowcount)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def fence(fresh_database: FreshDatabase) -> AsyncIterator[Fence]:
    """Yield a database with a row of mine and one of another's in each table, and without rules on what rows say."""
    async with fresh_database() as settings:
        owner = create_async_engine(settings.database_url("migrator"))
        async with owner.connect() as connection:
            columns = await _columns(connection)
            await _without_rules(connection)
            for table in await _tables(connection, "pg_tables", "tablename"):
                for person in (ME, OTHER):
                    values = _values(table, columns[table], person)
                    await connection.execute(text(_row(table, columns[table])), values)
            await connection.execute(text(_EVENTS_LIMITED))
            await connection.commit()
            views = await _tables(connection, "pg_views", "viewname")
        await owner.dispose()
        participant = create_async_engine(settings.database_url("participant"))
        yield Fence(participant, columns, tuple(views), settings)
        await participant.dispose()


async def _tables(connection: AsyncConnection, catalog: str, name: str) -> list[str]:
    found = await connection.scalars(
        text(f"select schemaname || '.' || {name} from {catalog} where schemaname {_NOT_SYSTEM} order by 1")  # noqa: S608 - names of the catalog
    )
    return list(found)


async def _columns(connection: AsyncConnection) -> dict[str, tuple[Column, ...]]:
    rows = await connection.execute(
        text(
            "select table_schema || '.' || table_name, column_name, udt_name,"  # noqa: S608 - our own words
            " is_generated = 'NEVER' and is_identity = 'NO' from information_schema.columns"
            f" where table_schema {_NOT_SYSTEM} order by 1, ordinal_position"
        )
    )
    found: dict[str, tuple[Column, ...]] = {}
    for table, name, type, written in rows:
        found[table] = (*found.get(table, ()), Column(name, type, written))
    return found


async def _without_rules(connection: AsyncConnection) -> None:
    """Take the triggers and constraints away: what is tried is who may write, not what a row may say."""
    for table in await _tables(connection, "pg_tables", "tablename"):
        await connection.execute(text(f"alter table {table} disable trigger user"))
        await connection.execute(text(f"truncate {table} cascade"))
    constraints = await connection.execute(
        text("select conrelid::regclass::text, conname from pg_constraint where contype in ('c', 'f', 'x')"
             " and conrelid <> 0 order by contype = 'c'")
    )  # fmt: skip
    for table, name in constraints.all():
        await connection.execute(text(f'alter table {table} drop constraint "{name}"'))


def _row(table: str, columns: tuple[Column, ...]) -> str:
    names = [each for each in columns if each.written]
    listed = ", ".join(f'"{each.name}"' for each in names)
    given = ", ".join(f"cast(:{each.name} as {_type(each)})" for each in names)
    return f"insert into {table} ({listed}) values ({given})"  # noqa: S608 - names of the catalog


def _type(column: Column) -> str:
    return f"{column.type[1:]}[]" if column.type.startswith("_") else column.type


def _values(table: str, columns: tuple[Column, ...], person: str) -> dict[str, Any]:
    """Return a value for each column: the owner's where a column says whose row it is, else any of its type."""
    owner = TABLE.get(table, {}).get("owner", "")
    found: dict[str, Any] = {}
    for column in (each for each in columns if each.written):
        number = int(person[0], 16) - 9
        found[column.name] = {
            "text": f"{column.name} of {person}", "jsonb": "{}", "json": "{}", "bool": False, "bytea": b"x",
            "int2": number, "int4": number, "int8": number, "numeric": number, "varchar": person[:20],
            "timestamptz": NOW, "date": NOW.date(), "interval": timedelta(hours=1),
        }.get(column.type, [])  # fmt: skip
        if column.name == owner:
            said = f'{{"id": "{person}", "role": "participant"}}'
            found[column.name] = said if column.type == "jsonb" else person
        if column.name in ("hash", "browser"):
            found[column.name] = f"proof of {person}"
    return found


def _mine(fence: Fence, table: str, person: str) -> tuple[str, dict[str, Any]]:
    """Return a condition that only the row of a person meets, by what the test wrote into it."""
    values, others = (_values(table, fence.columns[table], each) for each in (person, ALIAS))
    column = next(name for name, value in values.items() if value != others[name])
    kind = next(each.type for each in fence.columns[table] if each.name == column)
    return f'"{column}" = cast(:mine as {kind})', {"mine": values[column]}


def _readable(table: str) -> tuple[str, ...] | None:
    """Return the columns that are read, or None for all of them."""
    listed = TABLE[table].get("sees_columns")
    return tuple(listed) if listed is not None else None


def test_every_table_and_view_has_a_row_in_the_table_of_this_login(fence: Fence) -> None:
    assert sorted(TABLE) == sorted(fence.columns)
    for table, told in TABLE.items():
        names = {each.name for each in fence.columns[table]}
        assert told["sees"] in SEES, table
        assert {*told.get("changes", ()), *told.get("sees_columns", ())} <= names | {"*"}, table
        assert set(told) <= {"sees", "sees_columns", "adds", "changes", "removes", "owner", "why"}, table
        if {"adds", "changes", "removes"} & set(told):
            assert told["why"], f"{table} says why it is written"


@pytest.mark.parametrize("table", sorted(TABLE))
async def test_it_reads_what_the_table_says_and_nothing_else(fence: Fence, table: str) -> None:
    sees, listed = TABLE[table]["sees"], _readable(table)
    for column in fence.columns[table]:
        for name, acts_for in IDENTITIES.items():
            found = await fence.tried(acts_for, f'select "{column.name}" from {table}')  # noqa: S608 - names of the catalog
            granted = sees != "none" and (listed is None or column.name in listed)
            expected = {"all": 2}.get(sees, 1 if name in SEES[sees] else 0) if granted else "refused"
            assert found == expected, (column.name, name)


@pytest.mark.parametrize("table", sorted(TABLE))
async def test_it_changes_no_column_of_anybody_elses(fence: Fence, table: str) -> None:
    if table in fence.views:
        return await _unwritable_view(fence, table)
    told, me = TABLE[table], IDENTITIES["me"]
    changes = told.get("changes", ())
    names = [each.name for each in fence.columns[table] if each.written]
    condition, mine = _mine(fence, table, ME)
    _, theirs = _mine(fence, table, OTHER)
    for column in names:
        said = f'update {table} set "{column}" = "{column}" where {condition}'  # noqa: S608 - names of the catalog
        allowed = "*" in changes or column in changes
        shown = told["sees"] == "proof"
        acting = IDENTITIES["the proof of mine"] if shown else me
        assert await fence.tried(acting, said, **mine) == (1 if allowed else "refused"), column
        for name, acts_for in IDENTITIES.items():
            others = await fence.tried(acts_for, said, **theirs)
            assert others == (0 if allowed else "refused"), (column, name)
        for name in ("nobody", "a stranger"):
            assert await fence.tried(IDENTITIES[name], said, **mine) == (0 if allowed else "refused"), column
    if told.get("owner") in changes or "*" in changes:
        values = _values(table, fence.columns[table], OTHER)
        kind = next(each.type for each in fence.columns[table] if each.name == told["owner"])
        given = f'update {table} set "{told["owner"]}" = cast(:other as {kind}) where {condition}'  # noqa: S608 - names of the catalog
        assert await fence.tried(me, given, other=values[told["owner"]], **mine) == "refused"


async def _unwritable_view(fence: Fence, table: str) -> None:
    for column in fence.columns[table]:
        said = f'update {table} set "{column.name}" = "{column.name}"'  # noqa: S608 - names of the catalog
        assert await fence.tried(IDENTITIES["me"], said) == "refused"


@pytest.mark.parametrize("table", sorted(TABLE))
async def test_it_adds_and_removes_rows_of_its_own_person_alone(fence: Fence, table: str) -> None:
    told = TABLE[table]
    columns = fence.columns[table]
    for name, acts_for in IDENTITIES.items():
        own = name in SEES["own"]
        for person in (ME, OTHER):
            values = _values(table, columns, person)
            values |= {
                key: f"new {value}"
                for key, value in values.items()
                if isinstance(value, str) and key not in (told.get("owner"), "browser") and person in value
            }
            added = await fence.tried(acts_for, _row(table, columns), **values)
            allowed = person == ME and name in SEES[told.get("adds", "none")]
            assert added == (1 if allowed else "refused"), (name, person)
            if table in fence.views:
                continue
            condition, one = _mine(fence, table, person)
            removed = await fence.tried(acts_for, f"delete from {table} where {condition}", **one)  # noqa: S608 - names of the catalog
            expected = (1 if own and person == ME else 0) if told.get("removes") == "own" else "refused"
            assert removed == expected, (name, person)
    if table not in fence.views:
        assert await fence.tried(IDENTITIES["me"], f"truncate {table}") == "refused"


@pytest.mark.parametrize("of", ["id of {}", "scans"])
async def test_it_reads_the_papers_of_its_own_pairs_and_of_no_other(fence: Fence, of: str) -> None:
    """What the partner handed in, and the scans of what was signed: whose pair it is, and nobody else."""
    owner = create_async_engine(fence.settings.database_url("migrator"))
    table = "documents.documents"
    async with owner.begin() as connection:
        for person in (ME, OTHER):
            pair = f"id of {person}"
            scope = derive("scans", pair) if of == "scans" else of.format(person)
            values = _values(table, fence.columns[table], "e" * 32)
            values |= {"id": f"paper {of} {person}", "scope": scope}
            await connection.execute(text(_row(table, fence.columns[table])), values)
    for name, acts_for in IDENTITIES.items():
        for person in (ME, OTHER):
            found = await fence.tried(
                acts_for, "select id from documents.documents where id = :id", id=f"paper {of} {person}"
            )
            assert found == (1 if person == ME and name in SEES["own"] else 0), (name, person)
            removed = await fence.tried(
                acts_for, "delete from documents.documents where id = :id", id=f"paper {of} {person}"
            )
            assert removed == 0, "it is the partner's"
    async with owner.begin() as connection:
        await connection.execute(text("delete from documents.documents where id like 'paper %'"))
    await owner.dispose()
