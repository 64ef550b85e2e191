"""What all reads share: rows as JSON values, pages with a cursor, and the database."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_

from activities.adapters.postgres.database import Database
from activities.adapters.shown_ids import AS_THEY_ARE, Ids
from domain.codec import instant_text

LIMIT: Final = 100
_ID: Final = re.compile(r"[\x21-\x7e]{1,128}")
"""What a cursor can name: all ids of rows are of such signs."""

_TEXT: Final = re.compile(r"[\x20-\x7e]{0,200}")
"""What is in a cursor between instant and id: codes and ids."""

_OF_JOURNAL: Final = ("applied_seq", "seq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows, and the cursor for the rest, if any."""

    rows: tuple[Mapping[str, Any], ...]
    next: str = ""


class BadCursor(ValueError):
    """A cursor that this office did not issue."""


class Reads:
    """The base class of the reads of one noun.

    ``ids`` says how its readers see the ids of tasks and emails; a process of the office sees them as they are.
    """

    def __init__(self, database: Database, ids: Ids = AS_THEY_ARE) -> None:
        self._database = database
        self._names = ids

    def _shown(self, row: Mapping[Any, Any]) -> dict[str, Any]:
        """Return the row of a task or an email as JSON values, with its id as the reader sees it."""
        made = plain(row)
        return {**made, "id": self._names.shown(made["id"])}

    async def _one(self, statement: Select[Any]) -> Mapping[str, Any] | None:
        async with self._database.one_statement() as connection:
            row = (await connection.execute(statement)).first()
            return None if row is None else plain(row._mapping)

    async def _all(self, statement: Select[Any]) -> tuple[Mapping[str, Any], ...]:
        async with self._database.one_statement() as connection:
            return tuple(plain(row._mapping) for row in await connection.execute(statement))

    async def _ids(
        self, id: ColumnElement[str], seen: ColumnElement[bool], beginning: str
    ) -> tuple[str, ...]:
        wanted = select(id).where(id.startswith(beginning, autoescape=True), seen).order_by(id).limit(2)
        async with self._database.one_statement() as connection:
            return tuple((await connection.scalars(wanted)).all())

    async def _page(
        self,
        statement: Select[Any],
        at: ColumnElement[Any],
        id: ColumnElement[Any],
        after: str,
        limit: int,
        *,
        shown: bool = False,
        then: tuple[ColumnElement[Any], ...] = (),
    ) -> Page:
        """Return the rows after a cursor, in a stable order with the id as the last tie-breaker.

        With ``shown``, rows and cursor have the ids of tasks or emails as the reader sees them. Such an id counts
        events, so the order of two of them would tell something; ``then`` are texts of the rows that come before it.
        """
        ids = self._names if shown else AS_THEY_ARE
        if after:
            last_at, *values, named = _read_cursor(after, len(then))
            place = tuple_(*then, id) > tuple_(*values, ids.inner(named))
            last = datetime.fromisoformat(last_at)
            statement = statement.where(or_(at > last, and_(at == last, place)))
        async with self._database.one_statement() as connection:
            found = list(await connection.execute(statement.order_by(at, *then, id).limit(limit + 1)))
        rows = tuple((self._shown if shown else plain)(row._mapping) for row in found[:limit])
        if len(found) <= limit:
            return Page(rows=rows)
        end = found[limit - 1]._mapping
        between = [end[column] for column in then]
        return Page(rows=rows, next=_cursor(instant_text(end[at]), *between, ids.shown(end[id])))


def plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row as JSON values, without its numbers in the journal: they tell of events that are hidden (C58)."""
    return {str(name): plain_value(value) for name, value in row.items() if name not in _OF_JOURNAL}


def plain_value(value: Any) -> Any:
    """Return a column's value as a JSON value."""
    if isinstance(value, datetime):
        return instant_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _cursor(*place: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read_cursor(text: str, between: int) -> tuple[str, ...]:
    """Return the place that a cursor names; raise ``BadCursor`` for one that ``_cursor`` does not write."""
    try:
        at, *values, id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        place = (instant_text(datetime.fromisoformat(at)), *(str(value) for value in values), str(id))
        known = len(values) == between and all(_TEXT.fullmatch(value) for value in values)
        if not known or not _ID.fullmatch(id) or _cursor(*place) != text:
            raise BadCursor
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise BadCursor from error
    return place
