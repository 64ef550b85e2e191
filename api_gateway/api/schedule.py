"""The schedule of a pair: hours that its district keeps free, kinds of place, and what is planned (ESE-8, -11)."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter

from api_gateway.http.auth import Anybody, TokenFirst
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.services.problem import Problem
from api_gateway.services.programs import label_of
from api_gateway.services.visible import visible_relationship
from domain.codec import instant_text
from domain.relationship.parts.plan import PlannedMeeting
from domain.relationship.stages.meetings.slots import Opening, openings
from domain.relationship.state import Relationship
from domain.rules.program import Rules

router = APIRouter(route_class=TokenFirst)


@router.get(
    "/relationships/{subject}/schedule", operation_id="relationships.schedule", tags=["relationships"]
)
async def schedule(subject: Reference, office: Parts, caller: Anybody) -> dict[str, Any]:
    """Return the free hours to fill with `plan-meetings`, and the rows that are already planned.

    A past row without a log is `not_logged`. That is no breach by itself: only the rhythm says what is late.
    """
    subject = (await visible_relationship(office.reads, caller, subject))["id"]
    known = await office.reads.schedule.of(caller.sight, subject)
    if known is None:
        raise Problem(404, "not_found")
    return _schedule_body(*known)


def _schedule_body(state: Relationship, rules: Rules, now: datetime) -> dict[str, Any]:
    today, end = rules.calendar.local_date(now), rules.calendar.local_date(state.meetings_end(rules))
    return {
        "from": today.isoformat(),
        "to": end.isoformat(),
        "next_on": state.meetings.next_on.isoformat() if state.meetings.next_on else None,
        "next_topics": list(state.meetings.next_topics),
        "slots": [_slot(each, rules) for each in openings(rules, today, end)],
        "places": [{"code": code, "label": label_of(rules.program, code)} for code in rules.schedule.places],
        "planned": [_row(each, now) for each in state.schedule.planned],
    }


def _slot(slot: Opening, rules: Rules) -> dict[str, Any]:
    """Return an hour that the district keeps free."""
    return {
        "code": slot.code,
        "label": label_of(rules.program, slot.code),
        "on": slot.on.isoformat(),
        "starts_at": instant_text(slot.starts_at),
        "minutes": slot.minutes,
    }


def _row(row: PlannedMeeting, now: datetime) -> dict[str, Any]:
    """Return a planned meeting as the API shows it."""
    return {
        "id": row.id,
        "on": row.on.isoformat(),
        "starts_at": instant_text(row.starts_at),
        "minutes": row.minutes,
        "place": row.place,
        "mode": row.mode,
        "slot": row.slot,
        "status": row.status_at(now),
    }
