"""What effects and housekeeping need from the outside world: the way to other workflows, and what was left undone."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from domain.messages import Command, Receipt
from domain.person_changes import ChangeKind
from domain.workflow_contracts import RelationshipStart, TermStart


class Answer(StrEnum):
    """How a message ended: accepted, refused by a rule (also when repeated), or sent to a workflow that is gone."""

    TAKEN = "taken"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The result of a message: the receipt if it was accepted, else the code of the rule that refused it."""

    answer: Answer
    code: str = ""
    receipt: Receipt | None = None


class Workflows(Protocol):
    """The way to other workflows."""

    async def start(self, workflow: str, id: str, start: Any, *, queue: str) -> None:
        """Start a workflow once; leave one that runs or has ended unchanged."""

    async def update(self, id: str, command: Command) -> Sent:
        """Send a command under its id and wait for the answer; raise if the other side cannot be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWithdrawal:
    """The withdrawal of a relationship's claim from an obligation."""

    claim: str
    relationship: str
    obligation: str


class Deliveries(Protocol):
    """Which claims were delivered, and what the database says about them."""

    async def withdrawn(self, claim: str) -> bool:
        """Return whether the relationship has withdrawn the claim."""

    async def standing(self, obligation: str) -> str:
        """Return the last state of an obligation in the words for a relationship; an empty text if there was none."""

    async def delivered(self, claim: str, act: str) -> None:
        """Record that an obligation has accepted a claim (``deliver``) or its withdrawal (``withdraw``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnannouncedContact:
    """A pair that does not know a contact of its region yet; ``seat`` is the id of the contact's appointment."""

    relationship: str
    seat: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeliveredChange:
    """A change about a person that an open stream has not heard of; ``workflow`` is the id of its workflow."""

    change: int
    stream: str
    workflow: str
    person: str
    kind: ChangeKind
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachableReader:
    """A reader whom emails of a stream reach again: a ``person``, or nobody for the contacts of a region.

    ``task`` still asks for a correction of the address; ``workflow`` is the id of the stream's workflow.
    """

    task: str
    workflow: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A command whose sender stopped before an answer was stored; ``workflow`` is the id of the workflow it is for."""

    workflow: str
    command: Command


class Backlog(Deliveries, Protocol):
    """What was left undone, as the database knows it."""

    async def unanswered(self, limit: int) -> tuple[Unanswered, ...]:
        """Return commands that were claimed, whose claim has expired, and that have no answer."""

    async def answer(self, command: str, sent: Sent) -> None:
        """Store how a command ended."""

    async def unstarted(self, limit: int) -> tuple[RelationshipStart, ...]:
        """Return the starts of applications whose relationship was never started."""

    async def unstarted_terms(self, limit: int) -> tuple[TermStart, ...]:
        """Return terms in regions that have no workflow yet, for example of a region made after the term."""

    async def started(self, relationship: str) -> None:
        """Record that a relationship was started."""

    async def undelivered(self, limit: int) -> tuple[str, ...]:
        """Return running relationships with a claim, or a withdrawal, that no obligation has accepted."""

    async def undelivered_withdrawals(self, limit: int) -> tuple[ClaimWithdrawal, ...]:
        """Return withdrawals that no obligation has accepted, of relationships that ended and cannot repeat them."""

    async def unannounced_contacts(self, limit: int) -> tuple[UnannouncedContact, ...]:
        """Return running pairs whose region named a contact after their welcome email, and who were not told."""

    async def undelivered_changes(self, limit: int) -> tuple[UndeliveredChange, ...]:
        """Return changes with the open streams that they concern and were not delivered to.

        What failed comes last, the longest ago first, so that it never keeps other changes from their streams.
        """

    async def heard_change(self, change: int, stream: str) -> None:
        """Record that a stream has heard of a change."""

    async def missed_change(self, change: int, stream: str) -> None:
        """Record that a stream could not be reached with a change."""

    async def reopen_refused(self) -> int:
        """Let emails that no run sends again wait again, if their reader's address was corrected; return how many."""

    async def digests_reach_again(self) -> int:
        """Close the tasks about addresses of readers of digests that were corrected since; return how many."""

    async def reachable_readers(self, limit: int) -> tuple[ReachableReader, ...]:
        """Return readers whom emails reach again and about whom a task still asks for a correction."""


class Signals(Protocol):
    """The way to tell a workflow something that needs no answer."""

    async def signal(self, id: str, name: str) -> bool:
        """Send a signal without an argument; return False if the workflow no longer runs."""
