"""The shell around a stream of decisions: what relationship and obligation do alike.

Two shapes of handler and no third: ask, record, adopt, answer; with a look-up of facts before the decision where the
domain wants some. One lock orders all decisions of a run. An effect starts only after its record has succeeded.

Everything that can change what a condition sees is set by code that a history event drives: a rejected update leaves
no event, so nothing here depends on one.
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
    from domain.workflow_contracts import PARKED, REPEATED, RULE_VIOLATION, TRY_AGAIN

from workflows.decider import Decider, refusal
from workflows.options import EFFECT, RECORD

S = TypeVar("S")
_OPEN_AGAIN = 60  # seconds until an opening is tried again whose facts were out of reach
_EFFECT_TIME = timedelta(seconds=5)
"""How long a run at its limit makes callers wait for the effects that run, so that it can continue as new."""
_DRAIN_SHARE = 4  # a stage border is a good moment to continue as new once a quarter of the limit is used


class Shell(Generic[S]):
    """The lock, the state, its chain, the effects that run, and the one timer of a workflow run."""

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
    ) -> None:
        self.decider = decider
        self.subject = subject
        self.state = state
        self.head = head
        self.opening = opening
        self.parked = False
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
        """Whether the stream has come to its end."""
        return self.decider.ended(self.state)

    @property
    def handled(self) -> tuple[Handled, ...]:
        """The last commands that were carried out, the oldest first."""
        return tuple(self._handled.values())

    # What the main loop says

    async def open(self) -> None:
        """Carry out the opening command, if nothing has done so yet; a broken rule ends the run as failed."""
        while self.head.seq == 0 and not self.parked:
            try:
                async with self._lock:
                    await self._open()
            except ApplicationError as error:
                if error.type == RULE_VIOLATION:
                    raise
                await workflow.sleep(_OPEN_AGAIN)

    async def next_deadline(self) -> None:
        """Wait for the next deadline and act on it; returns early where a nearer one, or the end, comes first."""
        armed = None if self.parked else self.decider.next_due(self.state)
        if armed is not None and armed <= workflow.now():
            await self._act_on_deadline(armed)
            return
        try:
            await workflow.wait_condition(
                lambda: self._leaving or self._nearer(armed),
                timeout=None if armed is None else armed - workflow.now(),
            )
            self._raise_bug()
        except TimeoutError:
            assert armed is not None  # noqa: S101 - without a deadline there is no timeout
            await self._act_on_deadline(armed)

    async def finished(self) -> bool:
        """Whether this run is over: at the end, or to continue as new, with no handler and no effect left."""
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

    # What validators and handlers say

    def check(self, command: Command) -> None:
        """Refuse what can be refused at once; a refusal here leaves no history."""
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
        """Decide again, after an operator has looked."""
        self.parked = False

    def start_effects(self, effects: tuple[Any, ...]) -> None:
        """Start effects as tasks that the run keeps and awaits before it ends."""
        for effect in effects:
            self._started += 1
            self._started_at = workflow.now()
            self._running[self._started] = asyncio.create_task(self._act(self._started, effect))
            self._draining = False

    # How it is done

    @property
    def _leaving(self) -> bool:
        return self.ended or self._draining or self._bug is not None

    def _raise_bug(self) -> None:
        """Fail the workflow task, again and again, until the code is mended: a lost effect must not go unseen."""
        if self._bug is not None:
            raise self._bug

    def _nearer(self, armed: datetime | None) -> bool:
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
        return Decision(command=command, actor=actor, at=at, workflow=info.workflow_id, run=info.run_id)

    async def _act_on_deadline(self, armed: datetime) -> None:
        try:
            async with self._lock:
                now = workflow.now()
                due = self.decider.next_due(self.state)
                if due is None or due > now:
                    return  # a command that came first moved the deadline: the timer is lazy
                facts = None
                if self.decider.gather_due is not None:
                    facts = await self.decider.gather_due(self.state, now)
                await self._pass_deadline(armed, now, facts)
        except ActivityError:
            # The facts are out of reach and nothing is decided: the deadline stands, and is acted on a little later.
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
        """Record events in one transaction, then adopt them and start what follows; on a refusal nothing changes."""
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
            notices=tuple(
                effect.notice
                for effect in batch.effects
                if isinstance(getattr(effect, "notice", None), Notice)
            ),
        )
        try:
            recorded = await workflow.execute_activity_method(JournalActivities.record, record, **RECORD)
        except ActivityError as error:
            await self._park("record_refused")
            raise ApplicationError("the journal refused", type=PARKED, non_retryable=True) from error
        if recorded.refused:
            raise refusal(recorded.refused)
        staged = self.decider.stage(batch.state) != self.decider.stage(self.state)
        self.state, self.head, self._recorded_rows = batch.state, batch.head, after
        self.start_effects(batch.effects)
        self._consider_leaving(at_border=staged)

    def _rows(self) -> tuple[Row, ...]:
        """Return the rows as they were last recorded; kept, since making them is most of the work of a command."""
        if self._recorded_rows is None:
            self._recorded_rows = self.decider.rows(self.state) if self.head.seq else ()
        return self._recorded_rows

    def _consider_leaving(self, *, at_border: bool = False) -> None:
        if self._running or self.parked or self.ended:
            return
        info = workflow.info()
        length = info.get_current_history_length()
        limit = self._history_limit
        used_up = self._used_up() or (at_border and 0 < limit <= length * _DRAIN_SHARE)
        if info.is_continue_as_new_suggested() or used_up:
            self._draining = True

    def _used_up(self) -> bool:
        return 0 < self._history_limit <= workflow.info().get_current_history_length()

    def _waits_for_effects(self) -> bool:
        """Whether a run at its limit has effects that will soon be done. Only a validator may ask: it leaves no event.

        Without this, commands that follow each other quickly always find an effect running, and the run grows.
        """
        if not self._running or self._started_at is None or not self._used_up():
            return False
        return workflow.now() - self._started_at < _EFFECT_TIME

    async def _act(self, number: int, effect: Any) -> None:
        try:
            heard = await self.decider.act(effect)
            if heard is not None and not self.ended:
                await self.perform(heard)
        except (ActivityError, ApplicationError):
            # Housekeeping does it again; what was told to nobody is not lost, since the record stands.
            workflow.logger.warning("effect given up", extra={"kind": type(effect).__name__})
        except Exception as bug:
            self._bug = bug
            return
        # Not in a "finally": that would also run when a cached run is thrown away, outside of any workflow.
        del self._running[number]
        self._consider_leaving()

    async def _park(self, code: str) -> None:
        """Stop deciding: what the journal holds is not what this run knows. An operator looks (AUDIT)."""
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
