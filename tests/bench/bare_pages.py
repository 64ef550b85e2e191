"""Bare pages: nothing but ASGI, the same statements by asyncpg, and one template without macros.

``python -m tests.bench.bare_pages PORT URL FILE`` serves them; whoever started it ends it. The file names for each page
its statements with their values, and what it prints of which of them: links, and columns in words.
"""

import json
import sys
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg
import uvicorn
from jinja2 import Environment

from domain.journal import Envelope, decode
from domain.messages import Stamp
from domain.relationship.evolve import CATALOG, evolve, first_state
from domain.rules.intake import TermDates

_PAGE: Final = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>bare</title></head><body><main>
{% for part, rows in parts %}
<ul>
{% for row in rows %}
<li>
{% for path, column, words in part.links %}
<a href="{{ path }}{{ row[column] }}">{{ row[words] }}</a>
{% endfor %}
{% for column in part.columns %}
<span>{{ row[column] }}</span>
{% endfor %}
</li>
{% endfor %}
</ul>
{% endfor %}
</main></body></html>
"""
)
HEADERS: Final = [(b"content-type", b"text/html; charset=utf-8")]


class Bare:
    """The application: one pool, the statements of a page one after another, one answer."""

    def __init__(self, url: str, pages: dict[str, Any]) -> None:
        self._url, self._pages = url, pages
        self._pool: asyncpg.Pool | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        if self._pool is None:
            self._pool = await asyncpg.create_pool(self._url, min_size=2, max_size=10)
        page = self._pages[scope["path"].lstrip("/")]
        async with self._pool.acquire() as connection, _around(connection, page):
            found = [await connection.fetch(sql, *given) for sql, given in page["statements"]]
        body = _folded(found) if page["folds"] else _printed(found, page["parts"])
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": body.encode()})


def _around(connection: Any, page: dict[str, Any]) -> Any:
    """Return the transaction of a page whose statements say for whom they are; nothing for others."""
    return connection.transaction() if page.get("together") else nullcontext()


def _printed(found: list[list[Any]], parts: list[dict[str, Any]]) -> str:
    shown = []
    for part in parts:
        rows = found[part["statement"]]
        if part["events"]:
            rows = [json.loads(bytes(row["bytes"])) for row in rows]
            rows = [{**row, "who": row["actor"]["id"]} for row in rows[-part["most"] :]]
        shown.append((part, rows[: part["most"]]))
    return _PAGE.render(parts=shown)


def _folded(found: list[list[Any]]) -> str:
    """Return the newest stage, which takes the bare fold of the events."""
    rows = next(rows for rows in found if len(rows) > 1 and "bytes" in rows[0])
    events: list[Envelope] = [decode(bytes(row["bytes"])) for row in rows]
    day = events[0].decided_at.date()
    state = first_state(events[0], TermDates(first=day, last=day))
    for each in events:
        stamp = Stamp(seq=each.seq, at=each.decided_at, actor=each.actor)
        state = evolve(state, CATALOG.read(each), stamp)
    return str(state.stage)


def written(pages: dict[str, Any]) -> str:
    """Return pages as the text of a file, from which ``read`` makes them again."""
    return json.dumps(pages, default=_plain)


def _plain(value: Any) -> dict[str, Any]:
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    raise TypeError(type(value))


def read(text: str) -> dict[str, Any]:
    """Return the pages in a text."""

    def value(found: dict[str, Any]) -> Any:
        match [*found.items()]:
            case [("instant", at)]:
                return datetime.fromisoformat(at)
            case [("seconds", count)]:
                return timedelta(seconds=count)
            case [("day", day)]:
                return date.fromisoformat(day)
        return found

    pages: dict[str, Any] = json.loads(text, object_hook=value)
    return pages


if __name__ == "__main__":
    uvicorn.run(
        Bare(sys.argv[2], read(Path(sys.argv[3]).read_text())),
        port=int(sys.argv[1]),
        log_level="warning",
        lifespan="off",
        access_log=False,
    )
