"""The effects of an event of a term: emails to people who owe something, and to the contacts of the region."""

from domain.journal import Event
from domain.messages import Stamp
from domain.notices import SendNotice
from domain.term import reminders, staff_acts
from domain.term.state import Term


def effects(before: Term, after: Term, event: Event, stamp: Stamp) -> tuple[SendNotice, ...]:
    """Return the effects of one event, which changed ``before`` into ``after``, in the order in which they start."""
    told = (*reminders.notices(after, event, stamp.seq), *staff_acts.notices(after, event, stamp.seq))
    return tuple(SendNotice(notice=each) for each in told)
