"""Engines and transactions. Each adapter call is one transaction on the primary."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from activities.errors import Unavailable

_EACH_ALONE = {"isolation_level": "AUTOCOMMIT"}


Connection = AsyncConnection
"""A connection inside a transaction: services pass it on and send nothing over it."""


class Database:
    """A pool of connections for one login role.

    The server may close connections at any time, for example at a restart. The pool replaces the ones that the driver
    knows to be closed. Of the others only the next statement shows it, so a first statement is sent again, once, on a
    new connection, if the first attempt cannot have had an effect. Any other failure is ``Unavailable``.
    """

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
        """Yield a connection in one transaction; raise ``Unavailable`` if the database does not answer.

        Its first statement may be sent again, because nothing was committed yet.
        """
        with _unavailable():
            async with _Transaction(self.engine) as connection:
                yield connection
                await connection.commit()

    @asynccontextmanager
    async def one_statement(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection for one statement, which PostgreSQL makes a transaction by itself.

        This saves the two round trips of BEGIN and COMMIT. Raises ``Unavailable`` like ``transaction``. Only a SELECT
        may be sent again: a write may have been committed although its answer was lost.
        """
        with _unavailable():
            async with _OneStatement(self.engine) as connection:
                yield await connection.execution_options(**_EACH_ALONE)

    @asynccontextmanager
    async def selects(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection for some SELECTs; each sees what was committed before it, as in a transaction of ours.

        This saves the same two round trips. Raises ``Unavailable`` like ``transaction``.
        """
        async with self.one_statement() as connection:
            yield connection

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActsFor:
    """For whom the participant process acts in a request, and the hash of the proof that the browser holds.

    ``aliases`` are other entries of the same human.
    """

    person: str = ""
    proof: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def settings(self) -> dict[str, str]:
        """What a transaction says: the person, all entries of that human, and the proof."""
        people = ",".join((self.person, *self.aliases)) if self.person else ""
        return {"person": self.person, "people": people, "proof": self.proof}


ACTS_FOR: ContextVar[ActsFor] = ContextVar("acts_for", default=ActsFor())  # noqa: B039 - it is frozen
_SAY: Final = text(
    "select set_config('mentorflow.person', :person, true), set_config('mentorflow.people', :people, true), "
    "set_config('mentorflow.proof', :proof, true)"
)


class ParticipantDatabase(Database):
    """The pool of the participant process: each transaction first says for whom it acts.

    The policies of its tables then show and take the rows of that person alone.
    """

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection in one transaction that acts for the person of the request."""
        acts_for = ACTS_FOR.get()
        async with super().transaction() as connection:
            await connection.execute(_SAY, acts_for.settings)
            yield connection

    @asynccontextmanager
    async def one_statement(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection for one statement; what it says of the person holds for a transaction only."""
        async with self.transaction() as connection:
            yield connection


class _Transaction(AsyncConnection):
    """A connection that sends its first statement again if the server had closed it."""

    _used = False

    async def execute(self, statement: Any, *values: Any, **options: Any) -> Any:
        """Execute a statement; ``scalar`` and ``scalars`` call this, too."""
        first, self._used = not self._used, True
        try:
            return await super().execute(statement, *values, **options)
        except DBAPIError as error:
            if not (first and error.connection_invalidated and self._has_no_effect(statement)):
                raise
        await self._reconnect()
        return await super().execute(statement, *values, **options)

    def _has_no_effect(self, statement: Any) -> bool:
        """Return whether a statement whose connection broke has changed nothing: the transaction was not committed."""
        return True

    async def _reconnect(self) -> None:
        await self.rollback()  # the next statement then takes a new connection from the pool


class _OneStatement(_Transaction):
    """The same without a transaction around the statement."""

    def _has_no_effect(self, statement: Any) -> bool:
        return bool(statement.is_select)

    async def _reconnect(self) -> None:
        await super()._reconnect()
        await self.execution_options(**_EACH_ALONE)


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except (OSError, TimeoutError, NoFreeConnection, InterfaceError, OperationalError) as error:
        raise Unavailable("database") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable("database") from error
        raise


def _refuse_closed(connection: Any, record: object, proxy: object) -> None:
    """Make the pool replace a connection that the server has closed, and all that are as old: they are closed, too.

    The driver notices that by itself, so this costs no round trip.
    """
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError("the server closed it")
