"""Engines and transactions. Each adapter call is one transaction on the primary."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from activities.errors import Unavailable


class Database:
    """A pool of connections for one login role."""

    def __init__(self, url: str, *, size: int = 10) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=size,
            max_overflow=0,
            pool_timeout=2,
            connect_args={"timeout": 2, "command_timeout": 20},
            hide_parameters=True,
        )
        event.listen(self.engine.sync_engine, "checkout", _refuse_closed)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection in one transaction; raise ``Unavailable`` if the database does not answer."""
        with _unavailable():
            async with self.engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def one_statement(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection for one statement, which PostgreSQL makes a transaction by itself.

        This saves the two round trips of BEGIN and COMMIT. Raises ``Unavailable`` like ``transaction``.
        """
        with _unavailable():
            async with self.engine.connect() as connection:
                yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except (OSError, TimeoutError, InterfaceError, OperationalError) as error:
        raise Unavailable("database") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable("database") from error
        raise


def _refuse_closed(connection: Any, record: object, proxy: object) -> None:
    """Make the pool replace a connection that the server has closed, for example by a restart.

    The driver notices that by itself, so this costs no round trip. A connection that only looks open fails at its
    statement, with ``Unavailable``, and every caller tries again.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError("the server closed it")
