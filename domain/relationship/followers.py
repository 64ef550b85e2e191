"""What follows from a decision in other rooms: one table, asked in its order.

Each row sees the decision so far, including the events of the rows before it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.actors import Actor, Role
from domain.errors import RuleViolation
from domain.journal import Event
from domain.relationship import forms_owed
from domain.relationship.any_stage import ending
from domain.relationship.any_stage.complaint import ComplaintClosed
from domain.relationship.any_stage.reminders import Escalated
from domain.relationship.any_stage.staff_acts import StaffActConfirmed, StaffActStands
from domain.relationship.evolve import fold
from domain.relationship.parts.complaint import PARTING, ComplaintDecision
from domain.relationship.stages import stipend, survey
from domain.relationship.stages.agreement import signing
from domain.relationship.stages.matching.confirmation import MatchConfirmed
from domain.relationship.stages.meetings import completion_review, corrections, cover, observations
from domain.relationship.stages.meetings.completion import MeetingsCompleted
from domain.relationship.stages.meetings.completion_review import CompletionReviewed
from domain.relationship.state import Relationship
from domain.rules.money import Trigger
from domain.rules.program import DeadlineKind, Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A decision in progress: the state before it, its events so far, and the state after them."""

    before: Relationship
    events: tuple[Event, ...]
    after: Relationship
    now: datetime
    rules: Rules


Follower = Callable[[Step], tuple[Event, ...]]


def _end_of_pair(step: Step) -> tuple[Event, ...]:
    """Return the end of the pair if the decision on a complaint separates the two."""
    for event in step.events:
        if isinstance(event, ComplaintClosed) and event.decision in PARTING:
            change = event.decision is ComplaintDecision.PARTNER_CHANGED
            return (ending.end_of_pair(step.after, event.reason, Role.COORDINATOR.value, change=change),)
    return ()


def _after_staff_acts(step: Step) -> tuple[Event, ...]:
    """Return what waited until nobody can contradict staff: an agreement in force, a closed survey."""
    if not any(isinstance(event, StaffActConfirmed | StaffActStands) for event in step.events):
        return ()
    try:
        agreed = signing.in_force(step.after, step.now, step.rules)
    except RuleViolation:
        # No deadline may be refused: a coordinator helps the pair with another version.
        agreed = (Escalated(subject=DeadlineKind.AGREEMENT, rung=1),)
    return (*agreed, *survey.closing(step.after))


def _quota_and_cover(step: Step) -> tuple[Event, ...]:
    """Return the quota of observations and the cover allowance that begin with the first agreement in force."""
    if step.before.agreement.in_force or not step.after.agreement.in_force:
        return ()
    return (*observations.quota(step.after, step.now, step.rules), *cover.allowance(step.rules))


def _cover_not_needed(step: Step) -> tuple[Event, ...]:
    """Return the approved cover that the decision made needless."""
    return cover.fallen_away(step.before, step.after, step.now)


def _claims(step: Step) -> tuple[Event, ...]:
    """Return the claims on money that follow from a confirmed match or a completed year."""
    if any(isinstance(event, MatchConfirmed) for event in step.events):
        return stipend.claims_on(step.after, Trigger.ON_CONFIRMED, step.now, step.rules)
    enough = (MeetingsCompleted, CompletionReviewed)
    if any(isinstance(event, enough) and event.complete for event in step.events):
        return stipend.claims_on(step.after, Trigger.ON_COMPLETION, step.now, step.rules)
    return ()


def _review(step: Step) -> tuple[Event, ...]:
    """Return the question whether there were enough meetings, if logs were changed after their time was over."""
    changed = any(isinstance(event, corrections.EVENTS) for event in step.events)
    if not changed and step.after.engine < REVIEWS:
        return ()
    return completion_review.questioned(step.before, step.after, step.now, step.rules)


def _stipend_stage(step: Step) -> tuple[Event, ...]:
    """Return the event that completes the stipend stage if nothing in it is open."""
    if not step.events or step.after.ended:
        return ()
    return stipend.passing(step.after, step.now, step.rules)


def _forms(step: Step) -> tuple[Event, ...]:
    """Return the request for the forms that become due through the decision."""
    return forms_owed.request(step.before, step.after, step.events, step.now, step.rules)


REVIEWS: Final = 3
"""From this engine on, a strike or an answer after the time for meetings makes a coordinator review them."""
FOLLOWERS: Final[tuple[Follower, ...]] = (
    _end_of_pair,
    _after_staff_acts,
    _quota_and_cover,
    _cover_not_needed,
    _claims,
    _review,
    _stipend_stage,
    _forms,
)


def with_followers(
    state: Relationship, events: tuple[Event, ...], now: datetime, rules: Rules, actor: Actor
) -> tuple[Event, ...]:
    """Return the events of a decision and what follows from them."""
    after = fold(state, events, now, actor)
    for follower in FOLLOWERS:
        more = follower(Step(before=state, events=events, after=after, now=now, rules=rules))
        events, after = (*events, *more), fold(after, more, now, actor)
    return events
