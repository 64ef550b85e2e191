"""Until when the two can object to what staff entered, where that is all that their stage waits for."""

from datetime import datetime

from domain.acting_for import Contradiction
from domain.actors import Side
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind


def objection_until(state: Relationship) -> datetime | None:
    """Return until when one of the two can object, if both have signed or answered and nothing else is open."""
    if state.ended:
        return None
    if state.agreement.draft and state.stage in ("agreement", "meetings"):
        done, kind = state.agreement.draft.signed_by, Contradiction.OPEN_SIGNATURE
        about = str(state.agreement.draft.version)
    elif state.stage == "survey":
        done, kind, about = state.survey.answered, Contradiction.SURVEY_TO_DRAFT, ""
    else:
        return None
    waits = {
        act.id
        for act in state.staff_acts
        if act.open and act.contradiction is kind and about in ("", act.subject)
    }
    until = [
        timer.due
        for timer in state.timers
        if timer.subject is DeadlineKind.CONTRADICTION and timer.about in waits
    ]
    return max(until, default=None) if set(done) == set(Side) else None
