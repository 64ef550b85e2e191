"""Migrations: upgrades the database to the newest one, one process at a time, and names the installation."""

import asyncio
import secrets
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from activities.errors import Unavailable
from workers.settings import CHECKOUT, REPOSITORY, Settings

MIGRATIONS: Final = REPOSITORY / "deploy" / "migrations" if CHECKOUT else Path(__file__).parent / "migrations"
"""Where the migrations are: in ``deploy/`` of a checkout, or beside this file in an installed wheel."""
_LOCK: Final = 7_305_021_947  # any number; every process that migrates uses the same one


async def migrate(settings: Settings) -> None:
    """Run all migrations that are missing, then write the origin if there is none yet.

    A production installation names its origin in the settings; demo and tests get ``demo/`` and 16 random hex digits.
    """
    engine = create_async_engine(settings.database_url("migrator"), poolclass=NullPool)
    origin = settings.origin or f"demo/{secrets.token_hex(8)}"
    try:
        async with engine.connect() as connection:
            await connection.execute(text("select pg_advisory_lock(:key)"), {"key": _LOCK})
            await connection.commit()
            try:
                await connection.execute(text("create schema if not exists office"))
                await connection.commit()
                await connection.run_sync(_upgrade)
                await connection.commit()
                insert = (
                    "insert into office.installation (id, origin) values (1, :origin) on conflict do nothing"
                )
                await connection.execute(text(insert), {"origin": origin})
                await connection.commit()
            finally:
                await connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _LOCK})
                await connection.commit()
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    config = Config(str(MIGRATIONS / "alembic.ini"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def main(settings: Settings) -> None:
    """Run the command ``mentorflow migrate``."""
    try:
        asyncio.run(migrate(settings))
    except OSError:  # what the driver raises for a server that it does not reach
        raise Unavailable("database") from None
