"""What has become of a link of an email: whether it still opens its form, and if not, why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.relationship.rooms import COMMANDS
from domain.task_links import address_digest

AFTER_THE_END: Final = frozenset(kind.__name__ for kind in COMMANDS if kind.after_end)
"""The acts that stay possible once a relationship has ended, such as the survey that it still waits for."""


class LinkState(StrEnum):
    """What a link is now. Only one that is alive opens its form."""

    ALIVE = "alive"
    USED = "used"
    ENDED = "ended"
    EXPIRED = "expired"
    OTHER_ADDRESS = "other_address"
    PAIR_OVER = "pair_over"
    OTHER_PAIR = "other_pair"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkNow:
    """A link as it was issued, and what is known now of its person and its pair (None of a link about no pair).

    ``address`` is the digest of the address to which it went, ``email`` the person's current address. ``entries`` are
    all those of the person, who may be in the pair under another one than that to which the email went.
    """

    act: str
    person: str
    partner: str
    address: str
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    email: str
    pair: str | None
    mentee: str | None
    mentor: str | None
    proposed_mentor: str | None
    ended_at: datetime | None
    entries: tuple[str, ...] = ()


def link_state(link: LinkNow, now: datetime) -> LinkState:
    """Return what a link is: by what was done with it, its days, its address, and its pair."""
    people = {link.mentee, link.mentor, link.proposed_mentor}
    if link.used_at is not None:
        return LinkState.USED
    if link.revoked_at is not None:
        return LinkState.ENDED
    if link.expires_at <= now:
        return LinkState.EXPIRED
    if link.address != address_digest(link.email):
        return LinkState.OTHER_ADDRESS
    if link.pair is None:
        return LinkState.ALIVE
    if link.ended_at is not None and link.act not in AFTER_THE_END:
        return LinkState.PAIR_OVER  # some acts are possible after the end
    own = not people.isdisjoint((link.person, *link.entries))
    return LinkState.ALIVE if own and link.partner in {"", *people} else LinkState.OTHER_PAIR
