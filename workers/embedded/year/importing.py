"""The lists of a scenario as a coordinator would import them: proposed, answered, taken over, and waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

PAUSE = 0.2
Send = Callable[..., Awaitable[Any]]
"""Sends a request: method, path, and what else httpx takes; returns the content of a successful answer."""


class NotImported(RuntimeError):
    """An import that was not taken over; the text says why."""


async def import_lists(
    send: Send, files: Mapping[str, bytes], *, term: str, known: Mapping[str, str]
) -> None:
    """Import the lists of a scenario, and wait until all relationships that they open are recorded.

    A question gets its answer in ``known``, else the one that the office proposes; a lapse is never among them.

    Raises:
        NotImported: A row is refused, a question has no proposed answer, or the office changed meanwhile.
    """
    sent = {name: (f"{name}.csv", text, "text/csv") for name, text in files.items()}
    proposal = await send("POST", "imports", data={"term": term}, files=sent)
    path = f"imports/{proposal['id']}"
    while open_ones := [each for each in proposal["questions"] if not each["answer"]]:
        answers = {each["id"]: known.get(each["id"], each["proposal"]) for each in open_ones}
        unclear = [
            each["problem"] for each in open_ones if not answers[each["id"]] or each["never_by_itself"]
        ]
        if unclear:
            raise NotImported("; ".join(unclear))
        proposal = await send("POST", f"{path}/answers", json={"answers": answers})
    if proposal["refused"]:
        raise NotImported(
            "; ".join(f"{each['file']} {each['rows']}: {each['problem']}" for each in proposal["refused"])
        )
    begun = await send("POST", f"{path}/take-over", json={"digest": proposal["digest"]})
    while True:
        operation = await send("GET", f"operations/{begun['operation']}")
        if operation["state"] != "running":
            break
        await asyncio.sleep(PAUSE)
    if operation["state"] != "done":
        why = operation["failed_because"] or operation["overtaken_by"] or operation["not_opened"]
        raise NotImported(f"the import ended {operation['state']}: {why}")
