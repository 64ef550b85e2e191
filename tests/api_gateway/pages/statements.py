"""Counts the SQL statements of a page, without those that find the session and its rights."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from activities.adapters.postgres.database import Database

_OF_SESSION = ("office.sessions", "office.grants")


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Yield the statements that are sent meanwhile."""
    sent: list[str] = []

    def heard(_: Any, __: Any, statement: str, *___: Any) -> None:
        if not any(table in statement for table in _OF_SESSION):
            sent.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", heard)
    try:
        yield sent
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", heard)
