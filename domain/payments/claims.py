"""Claims on an obligation, and what becomes of it apart from its orders: its commands, events and their data."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.actors import Role
from domain.journal import Event
from domain.messages import Command
from domain.rules.program import TermDates


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One relationship's claim. The mentee is unknown where the withdrawal came before the claim."""

    id: str
    relationship: str
    mentee: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddClaim(Command):
    """A relationship claims the stipend; the first claim opens the obligation. A repeat changes nothing."""

    roles: ClassVar = (Role.SYSTEM,)

    claim: str
    relationship: str
    mentee: str
    mentor: str
    program: str
    term: str
    term_dates: TermDates
    kind: str
    unit: str
    region: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawClaim(Command):
    """A relationship claims nothing any more."""

    roles: ClassVar = (Role.SYSTEM,)

    claim: str
    relationship: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationAccrued(Event):
    """Money is owed: for what, how much under which rules, to which region, due when. Frozen from here on."""

    program: str
    term: str
    kind: str
    unit: str
    mentor: str
    region: str
    amount_minor: int
    currency: str
    rules_version: str
    zone: str
    due_at: datetime
    closes_at: datetime
    checks_members: bool
    survives_early_end: bool
    evidence: tuple[str, ...] = ()
    proven: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAdded(Event):
    """A relationship stands behind the obligation."""

    claim: str
    relationship: str
    mentee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWithdrawn(Event):
    """A relationship stands behind it no longer."""

    claim: str
    relationship: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationDue(Event):
    """The day has come: payment staff prepare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationCanceled(Event):
    """Nobody claims it any more; ``order`` is the attempt that is voided with it."""

    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationReopened(Event):
    """A new claim came after it was canceled: the same amount is owed again."""

    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationClosed(Event):
    """Nothing more is listened for."""


COMMANDS: tuple[type[Command], ...] = (AddClaim, WithdrawClaim)
EVENTS: tuple[type[Event], ...] = (
    ObligationAccrued,
    ClaimAdded,
    ClaimWithdrawn,
    ObligationDue,
    ObligationCanceled,
    ObligationReopened,
    ObligationClosed,
)
