"""The ladder as data: the steps after a due day, each with its audience.

``relationship/any_stage/reminders`` climbs the ladders of a relationship, ``term/duties`` those of a term.
"""

from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """Who gets a rung of a ladder. A reminder to ``coordinator`` is an email, not a task."""

    MENTOR = "mentor"
    MENTEE = "mentee"
    BOTH = "both"
    LATE = "late"
    COORDINATOR = "coordinator"


class StepKind(StrEnum):
    """The kind of a rung: a reminder goes to people; an escalation opens a coordinator's task (ESE-14)."""

    REMIND = "remind"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder: how many calendar days after the due day it comes, what it does, and who gets it."""

    after_days: int
    step: StepKind
    to: Audience
