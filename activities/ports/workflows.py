"""What effects and housekeeping need of the world: the way to other workflows, and what was left undone."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from domain.messages import Command, Receipt
from domain.workflow_contracts import RelationshipStart, TermStart


class Answer(StrEnum):
    """How a message ended: taken, refused by a rule (which repeats may cause), or nobody is there any more."""

    TAKEN = "taken"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came of a message: the receipt where it was taken, else the code of the rule that refused it."""

    answer: Answer
    code: str = ""
    receipt: Receipt | None = None


class Workflows(Protocol):
    """The way to other workflows."""

    async def start(self, workflow: str, id: str, start: Any, *, queue: str) -> None:
        """Start a workflow once; one that runs, or has ended, is left as it is."""

    async def update(self, id: str, command: Command) -> Sent:
        """Send a command under its id and await the answer; raises where the other side is out of reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWithdrawal:
    """A relationship claims nothing of an obligation any more."""

    claim: str
    relationship: str
    obligation: str


class Deliveries(Protocol):
    """What claims were told to whom, and what the database holds of them."""

    async def withdrawn(self, claim: str) -> bool:
        """Whether the relationship has withdrawn the claim."""

    async def standing(self, obligation: str) -> str:
        """The last state of an obligation as a relationship hears it; an empty text where there was none."""

    async def delivered(self, claim: str, act: str) -> None:
        """Note that an obligation has taken a claim (``deliver``), or its withdrawal (``withdraw``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnannouncedContact:
    """A pair that does not know of a contact of its region yet; ``seat`` is the naming of that person."""

    relationship: str
    seat: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A command whose sender went away before an answer was stored; ``workflow`` is the id of whom it is for."""

    workflow: str
    command: Command


class Backlog(Deliveries, Protocol):
    """What was left undone, as the database knows it."""

    async def unanswered(self, limit: int) -> tuple[Unanswered, ...]:
        """Commands that were claimed, whose claim ran out, and that have no answer."""

    async def answer(self, command: str, sent: Sent) -> None:
        """Store how a command ended."""

    async def unstarted(self, limit: int) -> tuple[RelationshipStart, ...]:
        """Applications whose relationship was never started."""

    async def unstarted_terms(self, limit: int) -> tuple[TermStart, ...]:
        """Terms in regions that no workflow keeps yet, as that of a region made after the term."""

    async def started(self, relationship: str) -> None:
        """Note that a relationship was started."""

    async def undelivered(self, limit: int) -> tuple[str, ...]:
        """Running relationships with a claim that no obligation has taken, or whose withdrawal none has heard."""

    async def undelivered_withdrawals(self, limit: int) -> tuple[ClaimWithdrawal, ...]:
        """Withdrawals that no obligation has heard, of relationships that are over and cannot repeat them."""

    async def unannounced_contacts(self, limit: int) -> tuple[UnannouncedContact, ...]:
        """Running pairs whose region has named a contact since their welcome letter, and who were not told."""


class Signals(Protocol):
    """The way to tell a workflow something that wants no answer."""

    async def signal(self, id: str, name: str) -> bool:
        """Send a signal without an argument; False where nobody is there any more."""
