"""An obligation: money that is owed once, from the first claim to the last attempt to pay it (MONEY 1).

This module passes a command to ``claims`` or to its file in ``orders/``, and an event to the module that made it.
``decide``, ``evolve``, ``next_due``, ``overdue`` and ``question`` have the same shape as those of a relationship.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from domain.actors import Actor, demand_role
from domain.errors import demand
from domain.failed_notices import (
    HearNotice,
    HearReachable,
    NoticeFailed,
    NoticeOvertaken,
    ReachableAgain,
    heard,
    reachable,
    with_task,
    without_task,
)
from domain.journal import Catalog, Event
from domain.messages import Command, Stamp
from domain.payments import claims
from domain.payments.claims import FINISHED, AddClaim, ObligationClosed, ObligationDue
from domain.payments.facts import (
    COMPARES_HUMANS,
    COMPARES_REFERENCES,
    HEARS_OF_DEPARTURES,
    PaymentFacts,
    PaymentQuestion,
)
from domain.payments.orders import (
    approval,
    bank_reference,
    departures,
    holds,
    late_news,
    limits,
    memberships,
    preparation,
    settlement,
    voiding,
)
from domain.payments.orders.separation_of_duties import THREE_PEOPLE, demand_outsider
from domain.payments.state import Obligation, Order
from domain.person_changes import HearPersonChange
from domain.rules.program import Rules
from domain.settled_tasks import SettleTask, TaskSettled, settled, without_settled

COMMANDS: tuple[type[Command], ...] = (
    *claims.COMMANDS,
    *preparation.COMMANDS,
    *approval.COMMANDS,
    *voiding.COMMANDS,
    *holds.COMMANDS,
    *bank_reference.COMMANDS,
    *settlement.COMMANDS,
    *late_news.COMMANDS,
    *memberships.COMMANDS,
    *limits.COMMANDS,
    HearNotice,
    HearReachable,
    HearPersonChange,
    SettleTask,
)
EVENTS: tuple[type[Event], ...] = (
    *claims.EVENTS,
    *preparation.EVENTS,
    *approval.EVENTS,
    *voiding.EVENTS,
    *holds.EVENTS,
    *bank_reference.EVENTS,
    *settlement.EVENTS,
    *late_news.EVENTS,
    *memberships.EVENTS,
    *limits.EVENTS,
    *departures.EVENTS,
    NoticeFailed,
    NoticeOvertaken,
    ReachableAgain,
    TaskSettled,
)
CATALOG = Catalog(*EVENTS)
BY_PEOPLE = (*bank_reference.COMMANDS, *settlement.COMMANDS, *late_news.COMMANDS)
"""Commands that need no facts but those about the humans who act on one order, from the second engine on."""
_BY_REASON: dict[
    type[Command], Callable[[Obligation, Command, Rules, PaymentFacts | None], tuple[Event, ...]]
] = {
    **dict.fromkeys(approval.COMMANDS, approval.decide),
    **dict.fromkeys(voiding.COMMANDS, voiding.decide),
    **dict.fromkeys(holds.COMMANDS, holds.decide),
    **dict.fromkeys(settlement.COMMANDS, settlement.decide),
}
"""What reads the program's lists of reasons."""
_DECIDE: dict[type[Command], Callable[[Obligation, Command, PaymentFacts | None], tuple[Event, ...]]] = {
    **dict.fromkeys(preparation.COMMANDS, preparation.decide),
    **dict.fromkeys(bank_reference.COMMANDS, bank_reference.decide),
    **dict.fromkeys(late_news.COMMANDS, late_news.decide),
    **dict.fromkeys(memberships.COMMANDS, memberships.decide),
    **dict.fromkeys(limits.COMMANDS, limits.decide),
}
_EVOLVE: dict[type[Event], Callable[[Obligation, Event, Stamp], Obligation]] = {
    **dict.fromkeys(claims.EVENTS, claims.evolve),
    **dict.fromkeys(preparation.EVENTS, preparation.evolve),
    **dict.fromkeys(approval.EVENTS, approval.evolve),
    **dict.fromkeys(voiding.EVENTS, voiding.evolve),
    **dict.fromkeys(holds.EVENTS, holds.evolve),
    **dict.fromkeys(bank_reference.EVENTS, bank_reference.evolve),
    **dict.fromkeys(settlement.EVENTS, settlement.evolve),
    **dict.fromkeys(late_news.EVENTS, late_news.evolve),
    **dict.fromkeys(memberships.EVENTS, memberships.evolve),
    **dict.fromkeys(limits.EVENTS, limits.evolve),
    **dict.fromkeys(departures.EVENTS, departures.evolve),
}


def question(state: Obligation, command: Command, now: datetime) -> PaymentQuestion | None:
    """Return what to look up before a command can be decided, or None."""
    compares = state.engine >= COMPARES_HUMANS and isinstance(command, BY_PEOPLE)
    if not (command.needs_facts or compares) or state.applied_seq == 0:
        return None
    asked = PaymentQuestion(as_of=now, zone=state.zone, persons=state.members, region=state.region)
    if state.engine < COMPARES_HUMANS:
        return asked
    acted = (command.actor.id, *state.members)
    if state.order is not None:
        acted = (*acted, state.order.maker, state.order.approver, state.order.sender)
        if isinstance(command, (HearPersonChange, *limits.COMMANDS)):
            acted = (*acted, state.order.confirmer)
    if state.engine >= THREE_PEOPLE and (last := state.came_back) is not None:
        acted = (*acted, last.maker, last.approver, last.confirmer)
    compared = tuple(dict.fromkeys(person for person in acted if person))
    reference = command.reference if isinstance(command, bank_reference.EnterReference) else None
    earlier = state.named(command.order) if isinstance(command, late_news.AboutEarlier) else None
    if earlier is not None:
        proposer = earlier.twice.proposed_by if earlier.twice else ""
        compared = tuple(
            dict.fromkeys((*compared, earlier.maker, earlier.sender, *filter(None, (proposer,))))
        )
    return replace(
        asked,
        compared=compared,
        obligation=state.id,
        reference=reference if state.engine >= COMPARES_REFERENCES else None,
        counted_for=_counted_for(command, earlier),
        departures=True if state.engine >= HEARS_OF_DEPARTURES else None,
    )


def _counted_for(command: Command, earlier: Order | None) -> str | None:
    """Return the other money that is to be paid by what was paid twice, if the command is about such."""
    if isinstance(command, late_news.ProposeResolution):
        return command.counted_for or None
    if isinstance(command, late_news.ConfirmResolution) and earlier is not None and earlier.twice:
        return earlier.twice.counted_for or None
    return None


def decide(
    state: Obligation, command: Command, now: datetime, rules: Rules, facts: PaymentFacts | None = None
) -> tuple[Event, ...]:
    """Return the events of a command; raises ``RuleViolation``.

    Commands that need facts may be passed without them. Then what can be refused is refused, and an empty tuple means
    that the rest depends on facts. An empty tuple with facts, or for a repeated claim, means that nothing changes.
    """
    demand(not state.ended, "obligation_ended")
    demand_role(command.actor, *command.roles)
    demand(state.applied_seq > 0 or isinstance(command, AddClaim), "not_open")
    if isinstance(command, claims.COMMANDS):
        return claims.decide(state, command, rules)
    if isinstance(command, HearNotice):
        return (heard(command),)
    if isinstance(command, HearReachable):
        return reachable(state.tasks, command)
    if isinstance(command, SettleTask):
        return (settled(state.tasks, command, state.region),)
    if isinstance(command, HearPersonChange):
        return (
            *memberships.on_change(state, command, rules, facts),
            *holds.on_change(state, command, facts),
            *limits.on_change(state, command, facts),
            *departures.on_change(state, command, facts),
        )
    demand_outsider(state, command.actor, facts)
    if type(command) in _BY_REASON:
        events = _BY_REASON[type(command)](state, command, rules, facts)
    else:
        events = _DECIDE[type(command)](state, command, facts)
    if facts is None and state.engine >= COMPARES_HUMANS and isinstance(command, BY_PEOPLE):
        return ()  # which entries are one human depends on facts
    after = fold(state, events, now, command.actor)
    if after.state == "due" and not after.live_claims and not after.survives_early_end:
        return (*events, *claims.canceled(after))
    return events


def fold(state: Obligation, events: Iterable[Event], now: datetime, actor: Actor) -> Obligation:
    """Return the state after events from one decision."""
    for event in events:
        state = evolve(state, event, Stamp(seq=state.applied_seq + 1, at=now, actor=actor))
    return state


def evolve(state: Obligation, event: Event, stamp: Stamp) -> Obligation:
    """Return the state after one event. Workflow, projection check and auditor all use this function."""
    if isinstance(event, NoticeFailed):
        after = replace(state, tasks=with_task(state.tasks, state.id, event, stamp))
    elif isinstance(event, NoticeOvertaken):
        after = state
    elif isinstance(event, ReachableAgain):
        after = replace(state, tasks=without_task(state.tasks, event, stamp))
    elif isinstance(event, TaskSettled):
        after = replace(state, tasks=without_settled(state.tasks, event, stamp))
    else:
        after = _EVOLVE[type(event)](state, event, stamp)
    return replace(after, applied_seq=stamp.seq)


def next_due(state: Obligation) -> datetime | None:
    """Return when the money is due, or when a finished obligation closes; None while it waits for people."""
    if state.ended or state.applied_seq == 0 or state.paid_twice is not None:
        return None
    if state.state == "accrued":
        return state.due_at
    return state.closes_at if state.state in FINISHED else None


def overdue(state: Obligation, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return the events of deadlines that ``now`` has passed; after them ``next_due`` is later than ``now``."""
    due = next_due(state)
    if due is None or due > now:
        return ()
    return (ObligationDue() if state.state == "accrued" else ObligationClosed(),)
