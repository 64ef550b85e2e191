"""What goes out after an event is recorded: notices, claims on obligations, the start of a successor.

An effect starts only after its event is recorded. It is safe to repeat, because its key is derived from the event.
"""

from dataclasses import dataclass

from domain.journal import Event
from domain.messages import Stamp
from domain.notices import Notice, SendNotice
from domain.relationship import notice_to
from domain.relationship.any_stage.ending import PartnerChanged
from domain.relationship.any_stage.failed_notice import AddressCorrected, ReaderBack
from domain.relationship.next_meeting import invitation_after
from domain.relationship.parts.failed_notices import RefusedNotice
from domain.relationship.rooms import ROOM_OF_EVENT
from domain.relationship.stages.stipend import StipendClaimed
from domain.relationship.state import Relationship


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverClaim:
    """A message that tells an obligation of this relationship's claim; it starts one that is not running."""

    claim: str
    obligation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverWithdrawal:
    """A message that tells the obligation that this relationship no longer claims anything."""

    claim: str
    obligation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSuccessor:
    """The start of the relationship that continues this one with another mentor."""

    predecessor: str
    successor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAgain:
    """An email that did not reach its reader, to be sent after a correction."""

    refused: RefusedNotice


Effect = SendNotice | SendAgain | DeliverClaim | DeliverWithdrawal | StartSuccessor


def effects(before: Relationship, after: Relationship, event: Event, stamp: Stamp) -> tuple[Effect, ...]:
    """Return the effects of one event that changed ``before`` into ``after``, in the order in which they start."""
    to_send = (*ROOM_OF_EVENT[type(event)].notices(after, event, stamp), *_invitations(before, after, stamp))
    emails = tuple(SendNotice(notice=each) for each in to_send)
    if isinstance(event, StipendClaimed):
        return (DeliverClaim(claim=event.claim, obligation=event.obligation), *emails)
    withdrawn = tuple(
        DeliverWithdrawal(claim=claim.id, obligation=claim.obligation)
        for claim, old in zip(after.claims, before.claims, strict=False)
        if claim.withdrawn and not old.withdrawn
    )
    if isinstance(event, AddressCorrected | ReaderBack):
        return tuple(SendAgain(refused=each) for each in before.refused_notices if each.notice in event.again)
    if isinstance(event, PartnerChanged):
        return (StartSuccessor(predecessor=after.id, successor=event.successor), *withdrawn, *emails)
    return (*withdrawn, *emails)


def _invitations(before: Relationship, after: Relationship, stamp: Stamp) -> tuple[Notice, ...]:
    """Return the invitations for both to their next meeting if an event planned, moved or withdrew it."""
    change = invitation_after(before, after, stamp)
    if change is None:
        return ()
    kind, invitation = change
    return notice_to.pair(after, stamp, kind, **invitation.data)
