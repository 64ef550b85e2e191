"""The ladder as data: steps after a due day, each with whom it addresses. How one is climbed stands in ``nudges``."""

from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """Whom a rung of a ladder addresses. ``coordinator`` as an audience of a reminder is a mail, not a task."""

    MENTOR = "mentor"
    MENTEE = "mentee"
    BOTH = "both"
    LATE = "late"
    COORDINATOR = "coordinator"


class StepKind(StrEnum):
    """A reminder goes to people; an escalation opens a coordinator's task (ESE-14)."""

    REMIND = "remind"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder: so many calendar days after the due day, to whom, in which form."""

    after_days: int
    step: StepKind
    to: Audience
