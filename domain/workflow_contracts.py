"""The names by which processes call each other, and what they pass at the start.

A sender needs only this module and the command: the gateway never imports a workflow. A test compares these names,
and the types behind them, with the registered handlers.
"""

from dataclasses import dataclass, field
from typing import Final

from domain.codec import LATER
from domain.journal import Head
from domain.messages import Command, Handled
from domain.payments.claims import AddClaim
from domain.relationship.stages.application.opening import OpenRelationship
from domain.rules.intake import TermDates
from domain.term.opening import OpenTerm

RELATIONSHIP_WORKFLOW: Final = "RelationshipWorkflow"
OBLIGATION_WORKFLOW: Final = "ObligationWorkflow"
TERM_WORKFLOW: Final = "TermWorkflow"
HOUSEKEEPING_WORKFLOW: Final = "HousekeepingWorkflow"
OPERATION_WORKFLOW: Final = "OperationWorkflow"
OUTBOX_WORKFLOW: Final = "OutboxWorkflow"
NIGHT_CHECK_WORKFLOW: Final = "NightCheckWorkflow"

HOUSEKEEPING_SCHEDULE: Final = "housekeeping"
NIGHT_CHECK_SCHEDULE: Final = "night-check"
OUTBOX: Final = "outbox"
"""The id of the one workflow that sends emails."""

RELATIONSHIPS: Final = "relationships"
NOTICES: Final = "notices"
DOCUMENTS: Final = "documents"
PAYMENTS: Final = "payments"
CHECKS: Final = "checks"
"""The queue of the nightly check, whose worker does one part at a time."""

RULE_VIOLATION: Final = "RuleViolation"
"""The failure type of a broken rule; its details are code and field."""
TRY_AGAIN: Final = "TryAgain"
"""The failure type of a command that came at a bad moment: send it again with the same id."""
PARKED: Final = "Parked"
"""The failure type of a command to a workflow whose events could not be recorded: it waits for an operator."""
RELATIONSHIP_ENGINE: Final = 7
"""The newest way in which relationships decide; the code that starts one sets it, older runs are raised to it."""
OBLIGATION_ENGINE: Final = 4
"""The newest way in which obligations decide."""
TERM_ENGINE: Final = 1
"""The newest way in which terms in a region decide."""


def workflow_id(kind: str, id: str) -> str:
    """Return the id of a workflow: ``relationship/<id>``, ``obligation/<id>``, ``term/<id>``, ``operation/<id>``."""
    return f"{kind}/{id}"


# Stored histories depend on the order of the fields: first what names the stream, then what all kinds share. The
# classes have no slots, because Python cannot join two bases with slots.


@dataclass(frozen=True, kw_only=True)
class StreamStart:
    """What every stream starts with, and what it passes on when it continues as new.

    ``rules_text`` is the canonical text that decides. ``state`` is the state's canonical text, None at the first start.
    ``history_limit`` is the number of Temporal events after which the run continues as new (0: the server decides).
    ``engine`` says in which way the run decides, ``named_engine`` which one the journal names last (None: the first).
    """

    origin: str
    rules_text: str
    rules_digest: str
    rules_version: str
    opening: Command
    engine: int = 1
    state: str | None = None
    head: Head = field(default_factory=Head)
    handled: tuple[Handled, ...] = ()
    history_limit: int = 0
    named_engine: int | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, kw_only=True)
class _RelationshipName:
    relationship: str
    mentee: str
    program: str
    term: str
    term_dates: TermDates
    region: str


@dataclass(frozen=True, kw_only=True)
class _ObligationName:
    obligation: str
    program: str


@dataclass(frozen=True, kw_only=True)
class _TermName:
    id: str
    program: str


@dataclass(frozen=True, kw_only=True)
class RelationshipStart(StreamStart, _RelationshipName):
    """What a relationship starts with: who applies, for which term and region, under which rules.

    With ``facts_in_task`` its facts are looked up within the workflow task that decides; None: by an activity of their
    own, as runs from before do.
    """

    opening: OpenRelationship
    facts_in_task: bool | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, kw_only=True)
class ObligationStart(StreamStart, _ObligationName):
    """What an obligation starts with: its first claim, and the rules under which the amount is frozen."""

    opening: AddClaim


@dataclass(frozen=True, kw_only=True)
class TermStart(StreamStart, _TermName):
    """What a term in one region starts with: the rules it follows, and its opening."""

    opening: OpenTerm


@dataclass(frozen=True, kw_only=True)
class OperationStart:
    """What an operation starts with: its row, which names the applications whose relationships it starts."""

    operation: str
