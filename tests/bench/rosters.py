"""Lists of invented people for the figures of imports, and what every figure of them needs: an API, and the floor."""

import csv
import io
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from email_validator import validate_email

from api_gateway.services.programs import programs
from domain.actors import Role
from tests.e2e.people import Api
from workers.embedded.stack.supervisor import OfficeProcesses

REGION = "bench_{}"
"""The region of an association."""
_PEOPLE = ("key", "name", "email", "role_title", "district", "region", "supervisor", "phone", "language")
_MEMBERSHIPS = ("key", "membership", "first")
_APPLICATIONS = ("key", "reason", "first_year", "applied_on")
KINDS = {"people": _PEOPLE, "memberships": _MEMBERSHIPS, "applications": _APPLICATIONS}
Rows = list[dict[str, str]]


def associations() -> dict[str, str]:
    """Return a program of each association."""
    return {file.association: name for name, file in programs().items()}


def people(count: int, region: str) -> Rows:
    """Return the rows of so many people, who have as many domains and supervisors as in a real list."""
    return [
        {
            "key": f"M{number:06d}",
            "name": f"Person Nr {number}",
            "email": f"person{number}@post{number % 50}.example",
            "role_title": "principal",
            "district": f"District {number % 300}",
            "region": region,
            "supervisor": f"M{number // 20:06d}" if number >= 20 else "",
            "phone": f"(218) 555-{number % 10_000:04d}",
            "language": "en",
        }
        for number in range(count)
    ]


def memberships(rows: Rows) -> Rows:
    """Return a membership for each of these people."""
    return [{"key": row["key"], "membership": "active", "first": "2020-01-01"} for row in rows]


def text_of(kind: str, rows: Iterable[dict[str, str]]) -> bytes:
    """Return rows as a csv file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, KINDS[kind])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def parsed(raw: bytes) -> Iterator[list[Any]]:
    """Yield what ``csv``, ``date`` and ``email-validator`` make of a file, and nothing more: the floor of a reader."""
    rows = csv.reader(io.StringIO(raw.decode(), newline=""))
    heading = next(rows)
    email = heading.index("email") if "email" in heading else None
    days = [at for at, name in enumerate(heading) if name in ("first", "last")]
    for cells in rows:
        values: list[Any] = [*cells]
        if email is not None:
            values[email] = validate_email(
                cells[email], check_deliverability=False, test_environment=True
            ).normalized
        for at in days:
            values[at] = date.fromisoformat(cells[at]) if cells[at] else None
        yield values


async def with_regions(office: OfficeProcesses) -> Api:
    """Give each association of an office an administrator and a region, and the first one a coordinator.

    The administrator who acts afterwards is the first association's.
    """
    api = Api(office)
    api.association = next(iter(associations()))
    for association, program in associations().items():
        await api.give_token("admin", [Role.ADMIN], of=association)
        region = {"code": REGION.format(association), "name": association, "program": program}
        await api.done("admin", "regions", region)
    await api.give_token("admin", [Role.ADMIN])
    await api.give_token("coordinator", [Role.COORDINATOR], [REGION.format(api.association)])
    return api


async def proposed(api: Api, data: dict[str, str], files: dict[str, bytes]) -> Any:
    """Send lists and return the proposal."""
    sent = [(kind, (f"{kind}.csv", text)) for kind, text in files.items()]
    return await api.sent_files("admin", "imports", data, sent)


async def agreed(api: Api, proposal: Any) -> Any:
    """Answer all questions of a proposal as it proposes; return the proposal then."""
    answers = {each["id"]: each["proposal"] for each in proposal["questions"] if not each["answer"]}
    if not answers:
        return proposal
    return await api.done("admin", f"imports/{proposal['id']}/answers", {"answers": answers})


def ratio_of(floor: list[float], taken: list[float], limit: float) -> dict[str, Any]:
    """Return the best of several samples, because other load on the machine only ever adds."""
    ratio = min(taken) / min(floor)
    return {
        "floor_s": round(min(floor), 2),
        "taken_s": round(min(taken), 2),
        "ratio": round(ratio, 2),
        "limit": limit,
        "ratio_kept": ratio <= limit,
    }


@contextmanager
def seconds(into: list[float]) -> Iterator[None]:
    """Add the seconds that a block takes."""
    begun = time.perf_counter()
    yield
    into.append(time.perf_counter() - begun)
