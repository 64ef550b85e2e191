"""The one form in which an answer to a question about lists is kept, wherever it was written."""

from collections.abc import Collection

from activities.adapters.files.roster.dates import only_day
from domain.people.proposal.questions import Days, answer_of


def in_form(value: str, allowed: Collection[str], days: Days | None) -> str:
    """Return y as yes, and a day as 2026-10-31 however it was written; what answers nothing stays as it is."""
    if days is not None and (day := only_day(value)) is not None:
        return day.isoformat()
    return answer_of(value, allowed, days) or value
