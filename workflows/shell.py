"""The shell around a stream of decisions: what the kinds of stream do alike.

Every handler works in one way: ask, record, adopt, answer; before the decision it looks up facts if the domain needs
some. One lock puts all decisions of a run in order. An effect starts only after its record has succeeded.

Only code that a history event drives may change what a condition reads: a rejected update leaves no event, so nothing
here depends on one.
"""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.journal import JournalActivities, JournalRecord, ParkedReport
    from domain.actors import TIMER, Actor
    from domain.codec import instant_text
    from domain.errors import RuleViolation
    from domain.ids import derive
    from domain.journal import Event, Head
    from domain.messages import Command, Handled, Receipt
    from domain.notices import Notice
    from domain.projection_rows import Row, changed
    from domain.recording import Decision, StreamIdentity, chain, documents_in
    from domain.workflow_contracts import PARKED, RULE_VIOLATION, TRY_AGAIN
    from domain.workflow_limits import REPEATED

from workflows.decider import Decider, refusal
from workflows.options import EFFECT, RECORD

S = TypeVar("S")
_OPEN_AGAIN = 60  # seconds until an opening is retried whose facts could not be reached
_EFFECT_TIME = timedelta(seconds=5)
"""How long a run at its limit makes callers wait for running effects, so that it can continue as new."""
_DRAIN_SHARE = 4  # a change of stage is a good moment to continue as new once a quarter of the limit is used


class Shell(Generic[S]):
    """The lock, the state, its hash chain, the running effects, and the one timer of a workflow run."""

    def __init__(
        self,
        decider: Decider[S],
        subject: StreamIdentity,
        *,
        state: S,
        head: Head,
        handled: tuple[Handled, ...],
        opening: Command,
        history_limit: int,
        engine: int,
        named_engine: int,
    ) -> None:
        self.decider = decider
        self.subject = subject
        self.state = state
        self.head = head
        self.opening = opening
        self.parked = False
        self.named_engine = named_engine
        self._engine = engine
        self._handled = {done.command: done for done in handled}
        self._history_limit = history_limit
        self._lock = asyncio.Lock()
        self._running: dict[int, asyncio.Task[None]] = {}
        self._started = 0
        self._started_at: datetime | None = None
        self._bug: Exception | None = None
        self._draining = False
        self._recorded_rows: tuple[Row, ...] | None = None

    @property
    def ended(self) -> bool:
        """Return whether the stream has ended."""
        return self.decider.ended(self.state)

    @property
    def handled(self) -> tuple[Handled, ...]:
        """Return the last commands that were carried out, the oldest first."""
        return tuple(self._handled.values())

    # What the main loop calls

    async def open(self) -> None:
        """Carry out the opening command unless that is done; a broken rule makes the run fail."""
        while self.head.seq == 0 and not self.parked:
            try:
                async with self._lock:
                    await self._open()
            except ApplicationError as error:
                if error.type == RULE_VIOLATION:
                    raise
                await workflow.sleep(_OPEN_AGAIN)

    async def next_deadline(self) -> None:
        """Wait for the next deadline and act on it; return early if an earlier one, or the end, comes first.

        A run that stopped before it was open, and was started again, opens.
        """
        if self._unopened:
            await self.open()
            return
        armed = None if self.parked else self.decider.next_due(self.state)
        if armed is not None and armed <= workflow.now():
            await self._act_on_deadline(armed)
            return
        try:
            await workflow.wait_condition(
                lambda: self._leaving or self._unopened or self._has_earlier_deadline(armed),
                timeout=None if armed is None else armed - workflow.now(),
            )
            self._raise_bug()
        except TimeoutError:
            assert armed is not None  # noqa: S101 - without a deadline there is no timeout
            await self._act_on_deadline(armed)

    async def finished(self) -> bool:
        """Return whether this run is over: ended or to continue as new, with no handler and no effect left."""
        if not self._leaving:
            return False
        await workflow.wait_condition(
            lambda: (
                not self._leaving
                or self._bug is not None
                or (not self._running and workflow.all_handlers_finished())
            )
        )
        self._raise_bug()
        return self._leaving

    # What validators and handlers call

    def check(self, command: Command) -> None:
        """Refuse a command that can be refused at once; a refusal here leaves no history."""
        if command.id in self._handled:
            return
        if self._draining or self._waits_for_effects():
            raise ApplicationError("continuing as new", type=TRY_AGAIN, non_retryable=True)
        if self.parked:
            raise ApplicationError("parked", type=PARKED, non_retryable=True)
        if self.head.seq == 0:
            return  # an update can come before the opening; the handler opens first, then decides
        try:
            self.decider.decide(self.state, command, workflow.now(), None)
        except RuleViolation as violation:
            raise refusal(violation.code, violation.field) from None

    async def perform(self, command: Command) -> Receipt:
        """Carry out a command once: decide, record, adopt, answer."""
        async with self._lock:
            await self._open()
            return await self._perform(command)

    def unpark(self) -> None:
        """Start deciding again after an operator has looked."""
        self.parked = False

    def start_effects(self, effects: tuple[Any, ...]) -> None:
        """Start effects as tasks that the run keeps and waits for before it ends."""
        for effect in effects:
            self._started += 1
            self._started_at = workflow.now()
            self._running[self._started] = asyncio.create_task(self._act(self._started, effect))
            self._draining = False

    # How it is done

    @property
    def _leaving(self) -> bool:
        return self.ended or self._draining or self._bug is not None

    @property
    def _unopened(self) -> bool:
        return self.head.seq == 0 and not self.parked

    def _raise_bug(self) -> None:
        """Fail the workflow task, again and again, until the code is corrected: a lost effect must not go unnoticed."""
        if self._bug is not None:
            raise self._bug

    def _has_earlier_deadline(self, armed: datetime | None) -> bool:
        due = None if self.parked else self.decider.next_due(self.state)
        return due is not None and (armed is None or due < armed)

    async def _open(self) -> None:
        if self.head.seq == 0:
            await self._perform(self.opening)

    async def _perform(self, command: Command) -> Receipt:
        if done := self._handled.get(command.id):
            return self._receipt(done)
        try:
            now = workflow.now()
            facts = await self.decider.gather(self.state, command, now)
            events = self.decider.decide(self.state, command, now, facts)
        except RuleViolation as violation:
            raise refusal(violation.code, violation.field) from None
        except ActivityError as error:
            raise ApplicationError("facts are out of reach", type=TRY_AGAIN, non_retryable=True) from error
        decision = self._decision(command.id, command.actor, now)
        await self._commit(events, decision, documents=command)
        self.decider.adopted(events, facts)
        done = Handled(
            command=command.id, seq=self.head.seq, hash=self.head.hash, state=self.decider.stage(self.state)
        )
        self._handled[command.id] = done
        while len(self._handled) > REPEATED:
            del self._handled[next(iter(self._handled))]
        return self._receipt(done)

    def _receipt(self, done: Handled) -> Receipt:
        return Receipt(
            command=done.command, stream=self.subject.stream, seq=done.seq, hash=done.hash, state=done.state
        )

    def _decision(self, command: str, actor: Actor, at: datetime) -> Decision:
        info = workflow.info()
        return Decision(
            command=command,
            actor=actor,
            at=at,
            workflow=info.workflow_id,
            run=info.run_id,
            engine=self._engine if self._engine > self.named_engine else None,
        )

    async def _act_on_deadline(self, armed: datetime) -> None:
        try:
            async with self._lock:
                now = workflow.now()
                due = self.decider.next_due(self.state)
                if due is None or due > now:
                    return  # a command came first and moved the deadline to later; the timer was not moved
                facts = None
                if self.decider.gather_due is not None:
                    facts = await self.decider.gather_due(self.state, now)
                await self._pass_deadline(armed, now, facts)
        except ActivityError:
            # The facts cannot be reached, so nothing is decided: the deadline stays, and the run tries again later.
            await workflow.sleep(_OPEN_AGAIN)

    async def _pass_deadline(self, armed: datetime, now: datetime, facts: Any) -> None:
        events = self.decider.overdue(self.state, now, facts)
        command = derive("deadline", self.subject.stream, str(self.head.seq + 1), instant_text(armed))
        try:
            await self._commit(events, self._decision(command, TIMER, now))
        except ApplicationError:
            await self._park("deadline_refused")

    async def _commit(
        self, events: tuple[Event, ...], decision: Decision, documents: Command | None = None
    ) -> None:
        """Record events in one transaction, then adopt them and start their effects; on a refusal nothing changes."""
        if not events:
            return
        if documents is not None:
            decision = replace(decision, documents=documents_in(documents))
        batch = chain(
            self.state,
            self.head,
            events,
            subject=self.subject,
            decision=decision,
            evolve=self.decider.evolve,
            effects=self.decider.effects,
        )
        before, after = self._rows(), self.decider.rows(batch.state)
        record = JournalRecord(
            workflow=decision.workflow,
            run=decision.run,
            stream=self.subject.stream,
            command=decision.command,
            events=batch.texts,
            rows=changed(before, after),
            notices=_notices_in(batch.effects),
        )
        try:
            recorded = await workflow.execute_activity_method(JournalActivities.record, record, **RECORD)
        except ActivityError as error:
            await self._park("record_refused")
            raise ApplicationError("the journal refused", type=PARKED, non_retryable=True) from error
        if recorded.refused:
            raise refusal(recorded.refused)
        stage_changed = self.decider.stage(batch.state) != self.decider.stage(self.state)
        self.state, self.head, self._recorded_rows = batch.state, batch.head, after
        self.named_engine = max(self.named_engine, self._engine)
        self.start_effects(batch.effects)
        self._consider_leaving(at_stage_change=stage_changed)

    def _rows(self) -> tuple[Row, ...]:
        """Return the rows as last recorded; they are kept because making them is most of the work of a command."""
        if self._recorded_rows is None:
            self._recorded_rows = self.decider.rows(self.state) if self.head.seq else ()
        return self._recorded_rows

    def _consider_leaving(self, *, at_stage_change: bool = False) -> None:
        if self._running or self.parked or self.ended:
            return
        info = workflow.info()
        length = info.get_current_history_length()
        limit = self._history_limit
        at_limit = self._at_limit() or (at_stage_change and 0 < limit <= length * _DRAIN_SHARE)
        if info.is_continue_as_new_suggested() or at_limit:
            self._draining = True

    def _at_limit(self) -> bool:
        return 0 < self._history_limit <= workflow.info().get_current_history_length()

    def _waits_for_effects(self) -> bool:
        """Return whether a run at its limit has effects that will soon be done.

        Only a validator may ask, because it leaves no event. Without this, commands in quick succession would always
        find an effect running, and the run would grow.
        """
        if not self._running or self._started_at is None or not self._at_limit():
            return False
        return workflow.now() - self._started_at < _EFFECT_TIME

    async def _act(self, number: int, effect: Any) -> None:
        try:
            command = await self.decider.act(effect)
            if command is not None and not self.ended:
                await self.perform(command)
        except (ActivityError, ApplicationError):
            # Housekeeping repeats it; nothing is lost, because the record exists.
            workflow.logger.warning("effect given up", extra={"kind": type(effect).__name__})
        except Exception as bug:
            self._bug = bug
            return
        # Not in a "finally": that would also run when a cached run is dropped, outside of any workflow.
        del self._running[number]
        self._consider_leaving()

    async def _park(self, code: str) -> None:
        """Stop deciding, because the journal differs from what this run knows. An operator must look (AUDIT)."""
        if self.parked:
            return
        self.parked = True
        report = ParkedReport(
            workflow=workflow.info().workflow_id, stream=self.subject.stream, seq=self.head.seq + 1, code=code
        )
        try:
            await workflow.execute_activity_method(JournalActivities.report_parked, report, **EFFECT)
        except ActivityError:
            workflow.logger.error("parked without a report")


def _notices_in(effects: tuple[Any, ...]) -> tuple[Notice, ...]:
    """Return the notices among effects."""
    return tuple(each.notice for each in effects if isinstance(getattr(each, "notice", None), Notice))
