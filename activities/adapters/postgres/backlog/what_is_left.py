"""Whether a round of housekeeping would find anything to do, asked in one statement."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, or_, select

from activities.adapters.postgres.backlog.claims import OVER, over_by, undelivered, undelivered_withdrawals
from activities.adapters.postgres.backlog.commands import unanswered
from activities.adapters.postgres.backlog.new_contacts import unannounced
from activities.adapters.postgres.backlog.part import TODAY
from activities.adapters.postgres.backlog.person_changes import refused_without_a_run, undelivered_changes
from activities.adapters.postgres.backlog.reachable_readers import corrected_for_digests, reached
from activities.adapters.postgres.backlog.starts import unstarted
from activities.adapters.postgres.facts.terms import DAY_OVER, without_a_workflow
from activities.adapters.postgres.parked_runs import stopped
from domain.person_changes import begun_everywhere
from domain.term.opening import latest_day_over


@cache
def anything_left() -> Select[Any]:
    """Return a select for one boolean, built once; it needs the ``left_values`` of the office's now.

    It may be true where a round finds nothing, as for a row that only a person can read; never the other way round.
    """
    chores: tuple[Select[Any], ...] = (
        unstarted(),
        without_a_workflow(),
        unanswered(),
        undelivered(),
        undelivered_withdrawals(),
        unannounced(),
        undelivered_changes(),
        refused_without_a_run(),
        corrected_for_digests(),
        reached(),
        stopped(),
    )
    wanted: Select[Any] = select(or_(*(chore.order_by(None).exists() for chore in chores)))
    return wanted


def left_values(now: datetime) -> dict[str, Any]:
    """Return the values of ``anything_left`` at an instant of the office."""
    return {
        OVER.key: over_by(now),
        TODAY.key: now.astimezone(UTC).date(),
        DAY_OVER.key: latest_day_over(now),
        "begun": begun_everywhere(now),
        "most": 1,
    }
