"""What the workflows of all streams share: state, rules, main loop, an operator's view, the start of the next run.

A stream is the journal of one relationship, one obligation, or one term in a region.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain import journal
    from domain.codec import text_of, value_of
    from domain.journal import FIRST_ENGINE, Kind
    from domain.recording import StreamIdentity
    from domain.rules.canonical_json import rules_of
    from domain.workflow_contracts import ObligationStart, RelationshipStart, TermStart
    from domain.workflow_limits import HISTORY_LIMIT

from workflows.decider import Decider
from workflows.shell import Shell

Start = TypeVar("Start", RelationshipStart, ObligationStart, TermStart)
S = TypeVar("S")


class StreamWorkflow(Generic[Start, S]):
    """A workflow that decides for one stream. A subclass adds its updates, its run method and its result."""

    ENGINE: ClassVar[int]
    """The newest way of deciding; raised when domain code changes a decision that running streams have made."""
    KIND: ClassVar[Kind]
    STATE: ClassVar[type[Any]]

    def __init__(self, start: Start) -> None:
        self.start: Start = start
        self.rules = rules_of(start.rules_digest, start.rules_text)
        state: Any = (
            self._first_state(workflow.now()) if start.state is None else value_of(self.STATE, start.state)
        )
        self.shell: Shell[S] = Shell(
            self._decider(),
            self._subject(),
            state=replace(state, engine=start.engine),
            head=start.head,
            handled=start.handled,
            opening=start.opening,
            history_limit=start.history_limit,
            engine=start.engine,
            named_engine=start.named_engine or FIRST_ENGINE,
        )

    async def run_to_end(self) -> None:
        """Open, then act on one deadline after another, until the end; continue as new when the history is long."""
        await self.shell.open()
        while not await self.shell.finished():
            await self.shell.next_deadline()
        if not self.shell.ended:
            workflow.continue_as_new(self.next_start())

    @workflow.signal
    def unpark(self) -> None:
        """Start deciding again after an operator has looked."""
        self.shell.unpark()

    @workflow.query(name="state")
    def state_text(self) -> str:
        """Return the state as canonical text, for operators; pages read projections instead."""
        return text_of(self.shell.state)

    @workflow.query(name="parked")
    def is_parked(self) -> bool:
        """Return whether this run has stopped deciding, because the journal refused its record."""
        return self.shell.parked

    # What a subclass defines

    def _stream(self) -> str:
        raise NotImplementedError

    def _decider(self) -> Decider[S]:
        raise NotImplementedError

    def _first_state(self, now: datetime) -> S:
        raise NotImplementedError

    # What all share

    def _subject(self) -> StreamIdentity:
        start, stream = self.start, self._stream()
        rules = journal.RulesInForce(
            set=start.program, version=start.rules_version, digest=start.rules_digest
        )
        return StreamIdentity(
            origin=start.origin,
            stream=stream,
            kind=self.KIND,
            rel=stream if self.KIND is Kind.RELATIONSHIP else None,
            rules=rules,
        )

    def next_start(self) -> Start:
        """Return the start of the next run; a start from before there was a history limit gets the limit here."""
        return replace(
            self.start,
            engine=max(self.start.engine, self.ENGINE),
            state=text_of(self.shell.state),
            head=self.shell.head,
            handled=self.shell.handled,
            history_limit=self.start.history_limit or HISTORY_LIMIT,
            named_engine=self.shell.named_engine if self.shell.named_engine > FIRST_ENGINE else None,
        )
