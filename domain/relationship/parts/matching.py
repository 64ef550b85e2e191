"""The proposals of a mentor, as the state keeps them."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.codec import LATER


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The mentor named for this mentee, the slot that is claimed, and what prevents the match.

    ``accepted_at`` says when the mentor accepted; None for one who has not answered, which prevents nothing.
    """

    number: int
    mentor: str
    mentor_region: str
    slot: int
    slot_id: str
    conflicts: tuple[str, ...] = ()
    waived_by: str = ""
    proposed_by: str
    consult: bool = False
    consulted: str = ""
    accepted_at: datetime | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What was learned before the match, and the proposals so far."""

    contacted: bool = False
    needs: tuple[str, ...] = ()
    preferences: tuple[str, ...] = ()
    proposals: int = 0
    proposal: Proposal | None = None
    money_region: str = ""
