"""The schedule of a pair: hours that its district keeps free, kinds of place, and what is planned (ESE-8, -11)."""

from typing import Any

from fastapi import APIRouter

from api_gateway.http.auth import Anybody
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.services.problem import Problem
from api_gateway.services.programs import label_of
from api_gateway.services.visible import visible_relationship
from domain.codec import instant_text
from domain.relationship.stages.meetings.plan import openings

router = APIRouter()


@router.get(
    "/relationships/{subject}/schedule", operation_id="relationships.schedule", tags=["relationships"]
)
async def schedule(subject: Subject, office: Parts, caller: Anybody) -> dict[str, Any]:
    """A blank schedule to fill in with `plan-meetings`, and the rows that are in it.

    A row that is past and not logged is `not_logged`: no breach by itself, since only the rhythm says what is late.
    """
    await visible_relationship(office.reads, caller, subject)
    known = await office.reads.schedule.of(caller.sight, subject)
    if known is None:
        raise Problem(404, "not_found")
    state, rules, now = known
    today, end = rules.calendar.local_date(now), rules.calendar.local_date(state.meetings_end(rules))
    return {
        "from": today.isoformat(),
        "to": end.isoformat(),
        "next_on": state.meetings.next_on.isoformat() if state.meetings.next_on else None,
        "next_topics": list(state.meetings.next_topics),
        "slots": [
            {
                "code": each.code,
                "label": label_of(rules.program, each.code),
                "on": each.on.isoformat(),
                "starts_at": instant_text(each.starts_at),
                "minutes": each.minutes,
            }
            for each in openings(rules, today, end)
        ],
        "places": [{"code": code, "label": label_of(rules.program, code)} for code in rules.schedule.places],
        "planned": [
            {
                "id": each.id,
                "on": each.on.isoformat(),
                "starts_at": instant_text(each.starts_at),
                "minutes": each.minutes,
                "place": each.place,
                "mode": each.mode,
                "slot": each.slot,
                "status": "not_logged" if each.status == "planned" and each.starts_at < now else each.status,
            }
            for each in state.schedule.planned
        ],
    }
