"""Money in a program file: what is owed, why, to whom, how much and when."""

from dataclasses import dataclass
from enum import StrEnum


class Shared(StrEnum):
    """What two mentors of one mentee get: each the whole amount, or one amount between them."""

    FULL = "full"
    SPLIT = "split"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installment:
    """A part of an amount in percent, due on a day of the year (``MM-DD``) or at a milestone (a code)."""

    percent: int
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """What logged time is worth from ``from_minutes`` on: a fixed amount, or an amount for each hour.

    ``trained_minor`` replaces the fixed amount for a mentor with training; 0 means no difference.
    """

    from_minutes: int
    amount_minor: int = 0
    per_hour_minor: int = 0
    trained_minor: int = 0


class Trigger(StrEnum):
    """The fact that makes money due. The first two are executed; the others load as "not executed yet"."""

    ON_CONFIRMED = "on_confirmed"
    ON_COMPLETION = "on_completion"
    ON_LIST_ACCEPTED = "on_list_accepted"
    ON_AGREEMENT = "on_agreement"
    ON_SURVEY = "on_survey"
    ON_WINDOW_CLOSE = "on_window_close"
    ON_ENROLLMENT = "on_enrollment"
    INSTALLMENTS = "installments"


class MoneyUnit(StrEnum):
    """The unit for which one amount is owed (K7: a program must choose)."""

    PER_MENTOR_PER_YEAR = "per_mentor_per_year"
    PER_RELATIONSHIP = "per_relationship"
    PER_PARTICIPANT = "per_participant"
    PER_HOUR = "per_hour"
    PER_MEETING = "per_meeting"
    POOL_SHARE = "pool_share"


class Direction(StrEnum):
    """The direction of the money, from the association's point of view."""

    OUT = "out"
    SHARE = "share"
    IN = "in"
    IN_KIND = "in_kind"


class MoneyRegion(StrEnum):
    """The region that gets the money of a cross-region pair (K11)."""

    MENTOR_REGION = "mentor_region"
    MENTEE_REGION = "mentee_region"
    CHOSEN_AT_CONFIRM = "chosen_at_confirm"


class MembershipCheck(StrEnum):
    """When both people must be members (MASA-7)."""

    NONE = "none"
    AT_MATCH = "at_match"
    AT_DUE = "at_due"
    BOTH = "both"


class EarlyEnd(StrEnum):
    """What an early ending does to an obligation that was not sent."""

    NONE = "none"
    FULL = "full"
    PRORATA = "prorata"
    RECOVER = "recover"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReasons:
    """The reasons that payment staff can give for what they do with an order, or what the bank did with it."""

    denied: tuple[str, ...]
    voided: tuple[str, ...]
    hold_lifted: tuple[str, ...]
    failed: tuple[str, ...]
    returned: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyRule:
    """One thing owed: why, to whom, how much, when. ``amount_minor`` is in the minor unit of ``currency``.

    The last fields describe amounts of more than one figure: parts with their days, tiers of logged time, a pool to
    divide, another rate for further mentees, what two mentors of one mentee get, and the last day (``MM-DD``) for
    claims.
    """

    kind: str
    direction: Direction
    currency: str
    payer_of_record: str
    payee_kind: str
    unit: MoneyUnit
    amount_minor: int
    trigger: Trigger
    due_days: int
    evidence: tuple[str, ...]
    membership_check: MembershipCheck
    proration_late_start: str
    proration_early_end: str
    money_region: MoneyRegion
    early_end: EarlyEnd
    rail: str
    cites: tuple[str, ...]
    installments: tuple[Installment, ...] = ()
    tiers: tuple[Tier, ...] = ()
    pool_minor: int = 0
    second_mentee_minor: int = 0
    two_mentors: Shared = Shared.FULL
    closes: str = ""

    @property
    def plain(self) -> bool:
        """Whether the rule is one fixed amount and nothing more."""
        shaped = self.installments or self.tiers or self.pool_minor or self.second_mentee_minor or self.closes
        return not shaped and self.two_mentors is Shared.FULL

    @property
    def executed(self) -> bool:
        """Whether this version of the software can carry out the rule; other rules count as not due."""
        return (
            self.plain
            and self.direction is Direction.OUT
            and self.trigger in (Trigger.ON_CONFIRMED, Trigger.ON_COMPLETION)
            and self.unit in (MoneyUnit.PER_MENTOR_PER_YEAR, MoneyUnit.PER_RELATIONSHIP)
            and self.payee_kind == "region"
            and self.rail == "manual"
            and self.proration_late_start == self.proration_early_end == "none"
            and self.early_end in (EarlyEnd.NONE, EarlyEnd.FULL)
        )
