"""One roster with 2,000 applications: how long the answer takes, and until all are decided.

There is no floor: the figure is compared with another commit, measured in the same hour on the same machine.
"""

import asyncio
import time
from typing import Any

from domain.actors import Role
from tests.bench.rosters import agreed, memberships, people, text_of
from tests.conftest import PROGRAM, office_at_ten
from tests.e2e.people import TERM, Api

APPLICATIONS = 2_000
LIMIT_S = 1.0
"""The most seconds that the answer to a take-over may take."""
_REGION = "r1"
_PAUSE = 0.5


async def figures(count: int = APPLICATIONS) -> dict[str, Any]:
    """Return the seconds until the answer and until every relationship is recorded, which decides its application."""
    async with office_at_ten() as office:
        api = Api(office)
        await api.patient(600)
        await api.give_token("admin", [Role.ADMIN])
        await api.done("admin", "regions", {"code": _REGION, "name": "R1", "program": PROGRAM})
        term = (await api.done("admin", "terms", TERM | {"program": PROGRAM}))["term"]
        rows = people(count, _REGION)
        asked = [
            {"key": row["key"], "reason": "new_to_role", "first_year": "yes", "applied_on": "2026-07-01"}
            for row in rows
        ]
        texts = {
            "people": text_of("people", rows),
            "memberships": text_of("memberships", memberships(rows)),
            "applications": text_of("applications", asked),
        }
        sent = [(kind, (f"{kind}.csv", text)) for kind, text in texts.items()]
        ready = await agreed(api, await api.sent_files("admin", "imports", {"term": term}, sent))
        begun = time.perf_counter()
        taken = await api.done("admin", f"imports/{ready['id']}/take-over", {"digest": ready["digest"]})
        answered = time.perf_counter() - begun
        while (  # noqa: ASYNC110 - the operation ends in another process
            found := await api.get("admin", f"operations/{taken['operation']}")
        )["state"] == "running":
            await asyncio.sleep(_PAUSE)
        decided = time.perf_counter() - begun
        await api.close()
    if (found["state"], found["done"]) != ("done", count):
        raise RuntimeError(f"not what was to be measured: {found}")
    return {
        "applications": {
            "count": count,
            "answer_s": round(answered, 2),
            "limit": LIMIT_S,
            "answer_kept": answered <= LIMIT_S,
            "decided_s": round(decided, 1),
        }
    }
