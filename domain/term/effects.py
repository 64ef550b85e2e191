"""The effects of an event of a term: emails to people who owe something, and to the contacts of the region."""

from domain.codec import instant_text
from domain.journal import Event
from domain.messages import Stamp
from domain.notices import Notice, NoticeKind, SendNotice, notice
from domain.term.duties import Duty, Matter
from domain.term.messages import DutyEscalated, DutyNudged, DutyOpened
from domain.term.state import Term

_KINDS = {
    Matter.MONTHLY_RECORD: NoticeKind.MONTHLY_RECORD_DUE,
    Matter.LOG_CHECK: NoticeKind.LOG_CHECK_DUE,
    Matter.SURVEY: NoticeKind.TERM_SURVEY_DUE,
}


def effects(before: Term, after: Term, event: Event, stamp: Stamp) -> tuple[SendNotice, ...]:
    """Return the effects of one event, which changed ``before`` into ``after``, in the order in which they start."""
    return tuple(SendNotice(notice=each) for each in _notices(after, event, stamp.seq))


def _notices(after: Term, event: Event, seq: int) -> tuple[Notice, ...]:
    if not isinstance(event, DutyOpened | DutyNudged | DutyEscalated):
        return ()
    duty = after.duty(event.matter, event.key)
    assert duty is not None  # noqa: S101 - the event is one of the duty's own
    data = {"about": duty.matter.value, "key": duty.key, **_days(duty)}
    match event:
        case DutyOpened():
            kind = NoticeKind.TERM_SURVEY_OPEN if duty.matter is Matter.SURVEY else _KINDS[duty.matter]
            return _to(after, seq, kind, _people(after, duty), rung="0", **data)
        case DutyNudged():
            return _to(after, seq, _KINDS[duty.matter], event.people, rung=str(event.rung), **data)
        case DutyEscalated():
            missing = str(event.missing)
            return (
                notice(after.id, seq, NoticeKind.TERM_TASK, region=after.region, missing=missing, **data),
            )


def _days(duty: Duty) -> dict[str, str]:
    return {"since": instant_text(duty.opens_at), "due": instant_text(duty.due)}


def _people(after: Term, duty: Duty) -> tuple[str, ...]:
    """Return the people of a duty; empty if the region owes it."""
    return () if after.region in duty.owing else duty.owing


def _to(after: Term, seq: int, kind: NoticeKind, people: tuple[str, ...], **data: str) -> tuple[Notice, ...]:
    if not people:
        return (notice(after.id, seq, kind, region=after.region, **data),)
    return tuple(notice(after.id, seq, kind, person=person, **data) for person in people)
