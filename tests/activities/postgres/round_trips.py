"""Counter for what is sent to a database: statements, and the BEGIN, COMMIT and ROLLBACK around them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, text

from activities.adapters.postgres.database import Database


class RoundTrips:
    """What the connections of a pool have sent, in order. What a connection sends only once is sent before counting."""

    def __init__(self, database: Database) -> None:
        self.sent: list[str] = []
        self._database = database
        event.listen(database.engine.sync_engine, "connect", self._listen)
        event.listen(database.engine.sync_engine, "before_cursor_execute", self._keep_statement)

    def _listen(self, connection: Any, record: object) -> None:
        connection.driver_connection.add_query_logger(self._keep_rest)

    def _keep_statement(self, connection: Any, cursor: Any, statement: str, *_: object) -> None:
        self.sent.append(statement)

    def _keep_rest(self, query: Any) -> None:
        """Keep what the driver logs apart from prepared statements: BEGIN, COMMIT and ROLLBACK."""
        self.sent.append(query.query)

    async def __aenter__(self) -> RoundTrips:
        """Start counting on new connections."""
        await self._database.engine.dispose()
        async with self._database.transaction() as connection:
            await connection.execute(text("select 1"))
        assert len(self.sent) == 3, self.sent
        self.sent.clear()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Do nothing: what was sent is in ``sent``."""
