"""Steps and checks that tests of several rooms share."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from domain.actors import Actor
from domain.errors import RuleViolation
from domain.messages import Command
from domain.notices import SendNotice
from domain.relationship.stages.meetings.cover import DecideCover, RequestCover
from domain.relationship.stages.meetings.observations import BookObservation
from domain.rules.program import DeadlineKind
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, Case
from tests.domain.rules_variants import RICH


def refused(case: Case, code: str, kind: type[Command], actor: Actor, /, **fields: Any) -> str:
    before = case.state
    with pytest.raises(RuleViolation) as broken:
        case.do(kind, actor, **fields)
    assert broken.value.code == code
    assert case.state == before
    return broken.value.field


def rules_with(**meetings: Any) -> Any:
    return replace(RICH, meetings=replace(RICH.meetings, **meetings))


def at(day: date, hour: int = 10) -> datetime:
    return RULES.calendar.at(day, time(hour, 0))


def due(case: Case, subject: DeadlineKind = DeadlineKind.MEETING) -> date:
    timer = next(timer for timer in case.state.timers if timer.subject is subject)
    return RULES.calendar.local_date(timer.due - timedelta(seconds=1))


def whole(case: Case) -> None:
    assert case.refold() == case.state == case.through_codec()
    assert case.state.cover.left >= 0


def log(case: Case, **fields: Any) -> dict[str, Any]:
    began = case.now - timedelta(minutes=45)
    return {"began_at": began, "minutes": 45, "mode": "in_person", **fields}


def covered(case: Case, starts_at: datetime, minutes: int = 45) -> str:
    """Book an observation with approved cover; return its id."""
    case.do(BookObservation, MENTEE, starts_at=starts_at, minutes=minutes)
    observation = case.state.observations.booked[-1].id
    case.do(RequestCover, MENTOR, subject=observation, minutes=minutes)
    case.do(DecideCover, COORDINATOR, request=case.state.cover.requests[-1].id, approve=True)
    return observation


def is_notice(effect: Any, kind: str) -> bool:
    return isinstance(effect, SendNotice) and effect.notice.kind.value == kind
