"""What staff do about one email: send it now, do not send it, or send it again; and which emails they leave alone.

A coordinator of the region does it. Whether an email still holds is looked up when it leaves, as for every other.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.actors import Actor, Role, demand_coordinator, demand_role
from domain.errors import RuleViolation, demand
from domain.failed_notices import NOT_WORDED, PROGRAM_ASIDE
from domain.notices import NoticeKind, Outcome
from domain.visibility import CONFIDENTIAL_NOTICES

HELD_BACK: Final = "held_back"
"""The code of an email that staff did not let leave."""
BETWEEN: Final = timedelta(hours=1)
"""The least time between two sendings of one email."""
PROTECTS: Final = (
    NoticeKind.ACTED_FOR_YOU,
    NoticeKind.ACTED_FOR_PARTNER,
    NoticeKind.MEETING_TO_CONFIRM,
    NoticeKind.CORRECTION_PROPOSED,
)
"""Emails by which their reader learns what stands unless the reader says otherwise: nobody holds them back."""
WAITING: Final = ("pending", "parked")
FOR_A_PERSON: Final = (PROGRAM_ASIDE, NOT_WORDED)
"""The codes of emails that wait until somebody has put something right."""


class EmailAct(StrEnum):
    """What staff do about an email."""

    SEND_NOW = "send_now"
    DO_NOT_SEND = "do_not_send"
    SEND_AGAIN = "send_again"


class WhyHeldBack(StrEnum):
    """Why staff do not let an email leave."""

    TOLD_ALREADY = "told_already"
    WOULD_MISLEAD = "would_mislead"
    ASKED_NOT_TO = "asked_not_to"


EVENTS: Final = {
    EmailAct.SEND_NOW: "EmailHurried",
    EmailAct.DO_NOT_SEND: "EmailHeldBack",
    EmailAct.SEND_AGAIN: "EmailRepeated",
}
"""The events of the side stream, by act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailNow:
    """An email as its row is now.

    ``region`` is that of the matter; ``person`` is empty for the contacts of a region.
    """

    kind: NoticeKind
    person: str
    region: str
    of_money: bool
    status: str
    code: str
    sent_at: datetime | None


def demand_may(act: EmailAct, email: EmailNow, actor: Actor, own: Collection[str], now: datetime) -> None:
    """Refuse an act that is not the actor's, or that the email does not allow now; ``own`` are the actor's ids."""
    demand_role(actor, Role.COORDINATOR)
    demand(not email.of_money, "email_about_money")
    demand_coordinator(actor, email.region)
    demand(email.kind not in CONFIDENTIAL_NOTICES, "email_is_confidential")
    demand(email.person != "", "email_to_staff")
    demand(email.person not in own, "email_to_oneself")
    match act:
        case EmailAct.SEND_NOW:
            demand(email.status in WAITING, "email_not_waiting")
            demand(email.code not in FOR_A_PERSON, "email_waits_for_correction")
        case EmailAct.DO_NOT_SEND:
            demand(email.status in WAITING, "email_not_waiting")
            demand(email.kind not in PROTECTS, "email_protects_reader")
        case EmailAct.SEND_AGAIN:
            demand(_left(email) or _held_back(email), "email_not_sent")
            recently = email.sent_at is not None and now - email.sent_at < BETWEEN
            demand(not recently, "email_just_sent")


def possible(email: EmailNow, actor: Actor, own: Collection[str], now: datetime) -> tuple[EmailAct, ...]:
    """Return what an actor can do about an email now."""
    found = []
    for act in EmailAct:
        try:
            demand_may(act, email, actor, own, now)
        except RuleViolation:
            continue
        found.append(act)
    return tuple(found)


def _left(email: EmailNow) -> bool:
    return email.status == Outcome.SENT.value


def _held_back(email: EmailNow) -> bool:
    return email.status == Outcome.OVERTAKEN.value and email.code == HELD_BACK
