"""The heavy work of imports: reading lists, comparing them with the office, and landing what was proposed.

``ImportsHere`` does it. A gateway has a process beside it do it (``ImportProcess``), so that no request waits.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from activities.adapters.postgres.writes.imports import ImportRows, TakeOver
from api_gateway.services.caller import Caller
from api_gateway.services.imports.landing import land_import
from api_gateway.services.imports.proposals import NewImport, Proposals


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalText:
    """A proposal as JSON text, with the id of its import."""

    id: str
    text: bytes


class ImportWork(Protocol):
    """Whoever does the heavy work of imports."""

    async def start(self) -> None:
        """Get ready, so that the first work does not wait for it."""

    async def stop(self) -> None:
        """End work that is going on; what has not landed is landed later."""

    async def propose(self, new: NewImport, caller: Caller, command: str) -> ProposalText:
        """Keep files and propose what they would change."""

    async def answer(self, caller: Caller, id: str, answers: Mapping[str, str]) -> ProposalText:
        """Answer questions of an import and propose again."""

    async def land(self, take_over: TakeOver) -> bool:
        """Land an import; return False if nothing was left to do."""


class ImportsHere:
    """The work of imports in this process."""

    def __init__(self, rows: ImportRows, proposals: Proposals) -> None:
        self._rows = rows
        self._proposals = proposals

    async def start(self) -> None:
        """Get ready: there is nothing to do."""

    async def stop(self) -> None:
        """End: there is nothing to do."""

    async def propose(self, new: NewImport, caller: Caller, command: str) -> ProposalText:
        """Keep files and propose what they would change."""
        return _as_text(await self._proposals.begin(new, caller=caller, command=command))

    async def answer(self, caller: Caller, id: str, answers: Mapping[str, str]) -> ProposalText:
        """Answer questions of an import and propose again."""
        return _as_text(await self._proposals.answer(caller, id, answers))

    async def land(self, take_over: TakeOver) -> bool:
        """Land an import; return False if nothing was left to do."""
        return await land_import(self._rows, self._proposals, take_over)


def _as_text(body: Mapping[str, Any]) -> ProposalText:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return ProposalText(id=body["id"], text=text)
