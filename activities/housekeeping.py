"""What the office repeats after an interruption: commands, starts, claims, notices, contacts.

Each chore asks a port what was left undone, does it under the same ids as before, and returns how much there was. To
repeat a chore changes nothing.
"""

from dataclasses import dataclass

from temporalio import activity

from activities.cross_workflow import withdraw
from activities.ports.workflows import Backlog, Signals, Workflows
from domain.actors import SYSTEM
from domain.failed_notices import HearReachable
from domain.ids import derive
from domain.person_changes import HearPersonChange
from domain.relationship.stages.contact.first_contact import HearContact
from domain.workflow_contracts import RELATIONSHIP_WORKFLOW, RELATIONSHIPS, TERM_WORKFLOW, workflow_id

AT_ONCE = 100
"""The most items of a kind in one round; the next round does the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The number of items that were repeated."""

    count: int


class HousekeepingActivities:
    """The chores of the housekeeping schedule."""

    def __init__(self, backlog: Backlog, workflows: Workflows, signals: Signals) -> None:
        self._backlog = backlog
        self._workflows = workflows
        self._signals = signals

    @activity.defn
    async def start_unstarted(self) -> Done:
        """Start the relationships of stored applications, and the terms, whose workflow was never started."""
        left = await self._backlog.unstarted(AT_ONCE)
        for start in left:
            id = workflow_id("relationship", start.relationship)
            await self._workflows.start(RELATIONSHIP_WORKFLOW, id, start, queue=RELATIONSHIPS)
            await self._backlog.started(start.relationship)
        terms = await self._backlog.unstarted_terms(AT_ONCE)
        for term in terms:
            await self._workflows.start(
                TERM_WORKFLOW, workflow_id("term", term.id), term, queue=RELATIONSHIPS
            )
        return Done(count=len(left) + len(terms))

    @activity.defn
    async def send_unanswered(self) -> Done:
        """Send unanswered commands again under their ids, and store the answers."""
        left = await self._backlog.unanswered(AT_ONCE)
        for command in left:
            sent = await self._workflows.update(command.workflow, command.command)
            await self._backlog.answer(command.command.id, sent)
        return Done(count=len(left))

    @activity.defn
    async def deliver_undelivered(self) -> Done:
        """Ask relationships to deliver their claims again; for those that have ended, deliver their withdrawals."""
        left = await self._backlog.undelivered(AT_ONCE)
        for relationship in left:
            await self._signals.signal(workflow_id("relationship", relationship), "deliver_again")
        withdrawals = await self._backlog.undelivered_withdrawals(AT_ONCE)
        for withdrawal in withdrawals:
            await withdraw(self._workflows, self._backlog, withdrawal)
        return Done(count=len(left) + len(withdrawals))

    @activity.defn
    async def announce_contacts(self) -> Done:
        """Tell running pairs about contacts whom their region has named since their welcome email (MASA-28)."""
        left = await self._backlog.unannounced_contacts(AT_ONCE)
        for pair in left:
            command = HearContact(
                id=derive("contact", pair.relationship, pair.seat), actor=SYSTEM, contact=pair.contact
            )
            await self._workflows.update(workflow_id("relationship", pair.relationship), command)
            await self._backlog.delivered(pair.relationship, pair.seat)
        return Done(count=len(left))

    @activity.defn
    async def deliver_changes(self) -> Done:
        """Tell open streams about changes of their people, each once; send again what no run does.

        The command's id is derived from change and stream, so a repeat after a kill is answered and decided once.
        """
        left = await self._backlog.undelivered_changes(AT_ONCE)
        for each in left:
            command = HearPersonChange(
                id=derive("change", str(each.change), each.stream),
                actor=SYSTEM,
                person=each.person,
                kind=each.kind,
                day=each.day,
            )
            try:
                await self._workflows.update(each.workflow, command)
            except Exception:
                activity.logger.warning("change not delivered", extra={"stream": each.stream})
                await self._backlog.missed_change(each.change, each.stream)
                continue
            await self._backlog.heard_change(each.change, each.stream)
        reopened = await self._backlog.reopen_refused()
        return Done(count=len(left) + reopened + await self._tell_reachable())

    async def _tell_reachable(self) -> int:
        """Tell streams whose emails reach their reader again, which closes the task about the address."""
        closed = await self._backlog.digests_reach_again()
        left = await self._backlog.reachable_readers(AT_ONCE)
        for each in left:
            command = HearReachable(id=derive("reachable", each.task), actor=SYSTEM, person=each.person)
            try:
                await self._workflows.update(each.workflow, command)
            except Exception:
                activity.logger.warning("correction not delivered", extra={"workflow": each.workflow})
        return len(left) + closed
