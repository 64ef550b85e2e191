"""The scenario of plans in calendars: what moves them, and what must not."""

from __future__ import annotations

from datetime import time, timedelta

from domain.ids import derive
from domain.relationship.any_stage.complaint import OpenComplaint, TakeComplaint
from domain.relationship.parts.plan import PlanRow
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.meetings.observations import (
    BookObservation,
    CancelObservation,
    MoveObservation,
)
from domain.relationship.stages.meetings.plan import PlanMeetings
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, document
from tests.workflows.pairs import Pair


async def planned(pair: Pair) -> None:
    """Record a plan whose hour passes, a complaint after it, a row that moves, and the hours of an observation."""
    await pair.signed()
    calendar = RULES.calendar
    first = calendar.next_working(calendar.local_date(await pair.now()) + timedelta(days=7))
    days = [first]
    for _ in range(2):
        days.append(calendar.next_working(days[-1] + timedelta(days=14)))
    more = {"begins": time(15, 0), "minutes": 60, "place": "online", "mode": "phone"}
    rows = tuple(PlanRow(on=day, **more) for day in days)
    await pair.do(PlanMeetings, MENTEE, rows=rows)
    await pair.days((calendar.at(first, time(17, 0)) - await pair.now()) / timedelta(days=1))
    await pair.do(OpenComplaint, MENTEE, about="conduct", against=MENTOR.id, statement=document("statement"))
    case = (await pair.state()).complaints[0].id
    await pair.do(TakeComplaint, COORDINATOR, complaint=case)
    log = {"began_at": calendar.at(first, time(15, 0)), "minutes": 60, "mode": "phone", "topics": ("budget",)}
    await pair.do(LogMeeting, MENTOR, **log)
    await pair.do(PlanMeetings, MENTOR, rows=rows[2:])
    hour = {"starts_at": calendar.at(days[2], time(10, 0)), "minutes": 45}
    booked = await pair.do(BookObservation, MENTOR, **hour)
    observation = derive("observation", booked.stream, booked.command)
    await pair.do(MoveObservation, MENTOR, observation=observation, **{**hour, "minutes": 60})
    await pair.do(CancelObservation, MENTEE, observation=observation, reason="time_conflict")
    await pair.do(PlanMeetings, MENTOR, rows=())
