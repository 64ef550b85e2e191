"""What a list of 100,000 people adds to the memory of the gateway and the process beside it: csv, then xlsx."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.bench.rosters import KINDS, REGION, Rows, associations, people, text_of, with_regions
from tests.e2e.people import Api
from workers.embedded.stack.supervisor import OfficeProcesses

ROWS = 100_000
LIMIT_MB = 256
"""The most that such a list may add."""
_PAUSE = 0.05


async def figures() -> dict[str, Any]:
    """Return the most memory that each kind of file adds, in an office of its own, and whether the limit is kept."""
    association = next(iter(associations()))
    rows = people(ROWS, REGION.format(association))
    files = {"people.csv": text_of("people", rows), "people.xlsx": await asyncio.to_thread(_workbook, rows)}
    added = {name.rpartition(".")[2]: await _added(association, name, raw) for name, raw in files.items()}
    kept = all(each <= LIMIT_MB for each in added.values())
    sizes = {f"{kind}_mb": size for kind, size in added.items()}
    return {"memory": {**sizes, "limit": LIMIT_MB, "limit_kept": kept}}


async def _added(association: str, name: str, raw: bytes) -> int:
    async with OfficeProcesses.temporary(workers=False, mail=False) as office:
        api = await with_regions(office)
        await api.patient(600)
        gateway = office.gateway_pid() or 0
        await _propose(
            api, association, "small.csv", text_of("people", people(1, REGION.format(association)))
        )
        before = greatest = _size(gateway)
        doing = asyncio.create_task(_propose(api, association, name, raw))
        while not doing.done():
            greatest = max(greatest, _size(gateway))
            await asyncio.sleep(_PAUSE)
        await doing
        await api.close()
    return (greatest - before) // 1024


async def _propose(api: Api, association: str, name: str, raw: bytes) -> None:
    found = await api.sent_files("admin", "imports", {"association": association}, [("people", (name, raw))])
    if not found["counts"]["question"]:
        raise RuntimeError(f"not what was to be measured: {found['counts']}")


def _size(pid: int) -> int:
    """Return the memory of a process and of those that it started, in kilobytes, each shared page by its share."""
    process = Path(f"/proc/{pid}")
    own = next(
        line for line in (process / "smaps_rollup").read_text().splitlines() if line.startswith("Pss:")
    )
    children = (process / "task" / str(pid) / "children").read_text().split()
    return int(own.split()[1]) + sum(_size(int(child)) for child in children)


def _workbook(rows: Rows) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        book = xlsxwriter.Workbook(file.name, {"constant_memory": True})
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, KINDS["people"])
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, list(row.values()))
        book.close()
        return Path(file.name).read_bytes()
