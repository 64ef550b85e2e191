"""An office from before some migrations, on which a test runs them."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from workers.embedded.stack.supervisor import OfficeProcesses
from workers.migrate import MIGRATIONS


@asynccontextmanager
async def office_from_before(
    server: OfficeProcesses, revision: str, content: str
) -> AsyncIterator[AsyncConnection]:
    """Yield a connection as owner to a database at a revision, with what the statements in ``content`` write."""
    name = f"test_{secrets.token_hex(6)}"
    postgres = server.postgres
    maker = await postgres.connect("postgres")
    await maker.execute(f"create database {name} owner migrator")
    settings = server.settings.model_copy(update={"database_name": name})
    engine = create_async_engine(settings.database_url("migrator"))
    async with engine.connect() as connection:
        await connection.execute(text("create schema office"))
        await connection.run_sync(upgrade, revision)
        for statement in content.strip().removesuffix(";").split(";\n"):
            await connection.execute(text(statement))
        await connection.commit()
        yield connection
    await engine.dispose()
    await postgres.drop_database(name)
    await maker.close()


def upgrade(connection: Connection, revision: str) -> None:
    """Run the migrations up to a revision."""
    config = Config(str(MIGRATIONS / "alembic.ini"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
