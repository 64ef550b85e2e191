"""How the people are reached whom a task says to call or to write to: their phone numbers and addresses beside it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from api_gateway.office import Office
from api_gateway.pages.dates import Dates
from api_gateway.pages.parts import Fact
from domain.tasks import OF_SUBJECT, TaskKind
from domain.visibility import Sight

_OF_MENTEE: Final = frozenset({TaskKind.CONTACT_MENTEE})
_OF_PAIR: Final = frozenset(OF_SUBJECT.values()) | {TaskKind.RESOLVE_MEETING, TaskKind.CHECK_STAFF_ACT}


async def how_to_reach(office: Office, sight: Sight, task: Mapping[str, Any], dates: Dates) -> Sequence[Fact]:
    """Return how mentee and mentor are reached, as far as the reader sees it; nothing for a task that calls nobody."""
    sides = _sides(task)
    row = await office.reads.relationships.head(sight, task["subject"]) if sides else None
    if row is None:
        return ()
    return [
        Fact(
            term=dates.say("task.reach", who=row[f"{side}_name"]),
            text=row[f"{side}_phone"] or dates.say("task.no_phone"),
            small=row[f"{side}_email"] or "",
        )
        for side in sides
        if row[f"{side}_name"] and (row[f"{side}_phone"] or row[f"{side}_email"])
    ]


def _sides(task: Mapping[str, Any]) -> Sequence[str]:
    if task["subject_kind"] != "relationship":
        return ()
    if task["kind"] in _OF_MENTEE:
        return ("mentee",)
    return ("mentee", "mentor") if task["kind"] in _OF_PAIR else ()
