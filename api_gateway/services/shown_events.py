"""Events and states as a reader gets them who does not see the journal's numbers (C58).

Their own numbers are left out, and what is derived from them has the form in which people see it elsewhere: ids of
tasks and emails, the command of a deadline. A plan's change and a run say how many events there are, so they are left
out as well.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

from activities.adapters.shown_ids import Ids
from domain.actors import Role
from domain.codec import to_plain
from domain.journal import Envelope
from domain.payments.state import Obligation
from domain.relationship.state import Relationship
from domain.term.state import Term

S = TypeVar("S", bound=Relationship | Obligation | Term)
_NAMED: Final = ("task", "notice", "email", "again", "with")
"""Fields of events that hold ids of tasks or emails: one, a list, or several with commas between them."""


def with_shown_tasks(state: S, ids: Ids) -> S:
    """Return a state whose tasks have their ids as people see them."""
    tasks = tuple(replace(each, id=ids.shown(each.id)) for each in state.tasks)
    return replace(state, tasks=tasks)


def shown_event(envelope: Envelope, number: int, ids: Ids) -> dict[str, Any]:
    """Return an event without hash, run and engine; its number is that among the events that are shown."""
    made: dict[str, Any] = to_plain(envelope)
    cause = {name: value for name, value in made["cause"].items() if name != "run"}
    if envelope.actor.role is Role.SYSTEM:
        cause["command"] = ids.shown(cause["command"])
    body = {name: _shown(value, ids) if name in _NAMED else value for name, value in made["body"].items()}
    kept = {name: value for name, value in made.items() if name not in ("prev", "engine")}
    return {**kept, "seq": number, "cause": cause, "body": body}


def shown_state(state: S, events: int, ids: Ids) -> dict[str, Any]:
    """Return a state that follows from a number of events that are shown."""
    made: dict[str, Any] = to_plain(with_shown_tasks(state, ids))
    made["applied_seq"] = events
    made.pop("engine", None)
    for each in made.get("refused_notices", ()):
        each["notice"] = ids.shown(each["notice"])
    if made.get("appointment"):
        made["appointment"] = _without(made["appointment"], "uid", "change")
    if "observations" in made:
        booked = [_without(each, "change") for each in made["observations"]["booked"]]
        made["observations"] = {**made["observations"], "booked": booked}
    return made


def _shown(value: Any, ids: Ids) -> Any:
    if isinstance(value, str):
        return ",".join(ids.shown(each) for each in value.split(","))
    return [ids.shown(each) for each in value] if isinstance(value, list | tuple) else value


def _without(value: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: each for name, each in value.items() if name not in names}
