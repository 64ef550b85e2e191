"""Engines and transactions. Each adapter call is one transaction on the primary."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
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
            pool_pre_ping=True,
            connect_args={"timeout": 2, "command_timeout": 20},
            hide_parameters=True,
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction; raises ``Unavailable`` where the database does not answer."""
        try:
            async with self.engine.begin() as connection:
                yield connection
        except (OSError, TimeoutError, InterfaceError, OperationalError) as error:
            raise Unavailable("database") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Unavailable("database") from error
            raise

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()
