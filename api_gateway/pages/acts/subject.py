"""What a command is about, as it stands: the state folded from the events that a person sees, and its rules.

With it the gateway asks the domain's own ``decide`` whether an act is possible now, as it does for a group's log, so
that a page and a workflow can disagree only if something comes in between.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from activities.adapters.postgres.reads.history import History
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.history import relationship_state, stream_state
from api_gateway.services.shown_events import with_shown_tasks
from domain.errors import RuleViolation
from domain.journal import engine_of
from domain.messages import Command
from domain.payments import obligation
from domain.payments.facts import PaymentFacts, PaymentQuestion
from domain.payments.state import Obligation
from domain.relationship import decider as relationship
from domain.relationship.state import Relationship
from domain.rules.program import Rules
from domain.term import decider as term
from domain.term.state import Term

State = Relationship | Obligation | Term
_DECIDERS: Final[Mapping[str, Any]] = {
    "relationship": relationship,
    "obligation": obligation,
    "term": term,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectNow:
    """A relationship, an obligation or a term in a region at this moment, with the rules of its next decision.

    ``facts`` are those that the person who looks would be decided by, of money only. ``names`` are those of the people
    in the events whom the person sees, by id.
    """

    kind: str
    id: str
    state: State
    rules: Rules
    now: datetime
    facts: PaymentFacts | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def why_not(self, command: Command) -> RuleViolation | None:
        """Return why a command would be refused now; None if nothing that is known here is against it."""
        try:
            if isinstance(self.state, Obligation):
                obligation.decide(self.state, command, self.now, self.rules, self.facts)
            else:
                _DECIDERS[self.kind].decide(self.state, command, self.now, self.rules)
        except RuleViolation as broken:
            return broken
        return None


async def subject_now(office: Office, caller: Caller, kind: str, id: str) -> SubjectNow | None:
    """Return what a command is about, for somebody who sees it; None for anybody else.

    Nothing that the person may not see is in the state: what follows from it tells nothing about that.
    """
    history = await _history(office, caller, kind, id)
    if history is None or not history.events:
        return None
    rules, now = await office.facts.rules(id), await office.clock.now()
    if rules is None:
        return None
    state = with_shown_tasks(_folded(kind, history), office.ids)
    facts = None
    if isinstance(state, Obligation):
        facts = await _facts(office, caller, state, now)
    return SubjectNow(kind=kind, id=id, state=state, rules=rules, now=now, facts=facts, names=history.names)


def pair_now(office: Office, history: History, rules: Rules, now: datetime) -> SubjectNow:
    """Return a pair as it stands by a history that was read already, with its rules."""
    state = with_shown_tasks(_folded("relationship", history), office.ids)
    return SubjectNow(
        kind="relationship", id=state.id, state=state, rules=rules, now=now, names=history.names
    )


async def _history(office: Office, caller: Caller, kind: str, id: str) -> History | None:
    reads = office.reads.history
    match kind:
        case "relationship":
            return await reads.course(caller.sight, id)
        case "obligation":
            return await reads.obligation(caller.sight, id)
    return await reads.term_region(caller.sight, id)


def _folded(kind: str, history: History) -> State:
    state: State = relationship_state(history) if kind == "relationship" else stream_state(history)
    return replace(state, engine=engine_of(envelope for envelope, _ in history.events))


async def _facts(office: Office, caller: Caller, state: Obligation, now: datetime) -> PaymentFacts:
    """Return the facts by which every command about this money would be decided for the caller."""
    acted = {
        person
        for order in state.orders
        for person in (
            order.maker,
            order.approver,
            order.sender,
            order.confirmer,
            order.twice.proposed_by if order.twice else "",
        )
        if person
    }
    asked = PaymentQuestion(
        as_of=now,
        zone=state.zone,
        persons=state.members,
        region=state.region,
        compared=tuple(sorted({caller.person, *acted, *state.members})),
        obligation=state.id,
    )
    return await office.facts.of_payment(asked)
