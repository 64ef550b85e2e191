"""What goes out after an event is recorded: notices, claims on obligations, the start of a successor.

An effect is started only when its record has succeeded, and is safe to repeat: its key follows from the event.
"""

from dataclasses import dataclass

from domain.journal import Event
from domain.messages import Stamp
from domain.notices import Notice, SendNotice
from domain.relationship import notice_to
from domain.relationship.any_stage.ending import PartnerChanged
from domain.relationship.next_meeting import invitation_after
from domain.relationship.rooms import ROOM_OF_EVENT
from domain.relationship.stages.stipend import StipendClaimed
from domain.relationship.state import Relationship


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverClaim:
    """Tell the obligation of this relationship's claim; starts the obligation where it does not run yet."""

    claim: str
    obligation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverWithdrawal:
    """Tell the obligation that this relationship claims nothing any more."""

    claim: str
    obligation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSuccessor:
    """Start the relationship that continues this one with another mentor."""

    predecessor: str
    successor: str


Effect = SendNotice | DeliverClaim | DeliverWithdrawal | StartSuccessor


def effects(before: Relationship, after: Relationship, event: Event, stamp: Stamp) -> tuple[Effect, ...]:
    """Return the effects of one event that led from ``before`` to ``after``, in the order in which they start."""
    said = (*ROOM_OF_EVENT[type(event)].notices(after, event, stamp), *_invitations(before, after, stamp))
    mails = tuple(SendNotice(notice=mail) for mail in said)
    if isinstance(event, StipendClaimed):
        return (DeliverClaim(claim=event.claim, obligation=event.obligation), *mails)
    withdrawn = tuple(
        DeliverWithdrawal(claim=claim.id, obligation=claim.obligation)
        for claim, old in zip(after.claims, before.claims, strict=False)
        if claim.withdrawn and not old.withdrawn
    )
    if isinstance(event, PartnerChanged):
        return (StartSuccessor(predecessor=after.id, successor=event.successor), *withdrawn, *mails)
    return (*withdrawn, *mails)


def _invitations(before: Relationship, after: Relationship, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the invitations of both to their next meeting, where an event has planned, moved or withdrawn it."""
    change = invitation_after(before, after, stamp)
    if change is None:
        return ()
    kind, invitation = change
    return notice_to.pair(after, stamp, kind, **invitation.data)
