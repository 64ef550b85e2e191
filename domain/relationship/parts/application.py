"""The mentee's application, as the state keeps it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from domain.codec import LATER

NO_MEMBERSHIP: Final = "no_membership"
"""The code in a task for a person without a membership."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedRefusal:
    """What the rules would refuse for, and the class of membership that they found; a person decides."""

    reason: str
    membership: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the mentee applied with, and who decided on it. ``refusal`` waits for a person."""

    reason: str
    special: bool = False
    special_document: str = ""
    decider: str = ""
    accepted: bool = False
    areas: tuple[str, ...] = ()
    first_year: bool = True
    applied_on: date | None = None
    refusal: ProposedRefusal | None = None
    corrected: bool | None = field(default=None, metadata=LATER)
    """Whether a coordinator corrected what the mentee applied with."""
