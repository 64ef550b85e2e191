"""What a kind of stream gives to the shell: the domain's pure functions, with their look-ups and effects."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.journal import Event
    from domain.messages import Command, Stamp
    from domain.projection_rows import Row
    from domain.workflow_contracts import RULE_VIOLATION

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider(Generic[S]):
    """The functions that the shell calls, for one kind of stream."""

    decide: Callable[[S, Command, datetime, Any], tuple[Event, ...]]
    evolve: Callable[[S, Event, Stamp], S]
    next_due: Callable[[S], datetime | None]
    overdue: Callable[[S, datetime, Any], tuple[Event, ...]]
    effects: Callable[[S, S, Event, Stamp], tuple[Any, ...]]
    rows: Callable[[S], tuple[Row, ...]]
    stage: Callable[[S], str]
    ended: Callable[[S], bool]
    gather: Callable[[S, Command, datetime], Awaitable[Any]]
    act: Callable[[Any], Awaitable[Command | None]]
    adopted: Callable[[tuple[Event, ...], Any], None] = lambda events, facts: None
    """Called with a command's events, and the facts it was decided on, once they are recorded."""
    gather_due: Callable[[S, datetime], Awaitable[Any]] | None = None
    """Looks up the facts for a deadline, for streams whose deadlines cannot be decided from the state alone."""


def refusal(code: str, field: str = "") -> ApplicationError:
    """Return a broken rule as the failure of an update: the one translation of ``RuleViolation``."""
    return ApplicationError(code, code, field, type=RULE_VIOLATION, non_retryable=True)
