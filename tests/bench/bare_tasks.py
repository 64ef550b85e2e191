"""A bare endpoint that returns the rows of a coordinator's tasks: nothing but ASGI, asyncpg and JSON.

``python -m tests.bench.bare_tasks PORT URL REGION`` serves it; whoever started it ends it.
"""

import json
import sys
from datetime import datetime
from typing import Any

import asyncpg
import uvicorn

_ROWS = """
    select task.*, mentee.name as mentee_name, mentor.name as mentor_name
    from office.tasks as task
    left join office.relationships as pair on pair.id = task.subject
    left join office.people as mentee on mentee.id = pair.mentee
    left join office.people as mentor on mentor.id = pair.mentor
    where task.region = $1 and task.role = 'coordinator' and task.closed_at is null
    order by coalesce(task.due_at, task.opened_at), task.kind, task.subject, task.about, task.id limit 51
"""


class Bare:
    """The application: one pool, one statement, one answer."""

    def __init__(self, url: str, region: str) -> None:
        self._url, self._region = url, region
        self._pool: asyncpg.Pool | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        if self._pool is None:
            self._pool = await asyncpg.create_pool(self._url, min_size=2, max_size=10)
        found = await self._pool.fetch(_ROWS, self._region)
        body = json.dumps({"data": [dict(row) for row in found[:50]]}, default=_plain).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)


if __name__ == "__main__":
    uvicorn.run(
        Bare(sys.argv[2], sys.argv[3]),
        port=int(sys.argv[1]),
        log_level="warning",
        lifespan="off",
        access_log=False,
    )
