"""Notices: what the office tells whom. Here are the kinds and the recipients; an adapter has the texts.

A notice holds ids, codes and dates. Names and addresses are looked up when it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from domain.digests import ToldWhen
from domain.ids import derive


class NoticeKind(StrEnum):
    """Each kind of message that the office sends; each has a folder with subject, text and HTML."""

    APPLICATION_RECEIVED = "application_received"
    APPLICATION_REFUSED = "application_refused"
    APPLICATION_ACCEPTED = "application_accepted"
    STILL_LOOKING = "still_looking"
    MATCH_PROPOSED = "match_proposed"
    MATCH_CALLED_OFF = "match_called_off"
    WELCOME_MENTEE = "welcome_mentee"
    WELCOME_MENTOR = "welcome_mentor"
    MATCH_ACROSS_REGIONS = "match_across_regions"
    CONTACT_CHANGED = "contact_changed"
    AGREEMENT_NEXT = "agreement_next"
    AGREEMENT_TO_SIGN = "agreement_to_sign"
    AGREEMENT_IN_FORCE = "agreement_in_force"
    MEETING_TO_CONFIRM = "meeting_to_confirm"
    MEETING_DISPUTED = "meeting_disputed"
    MEETING_RESOLVED = "meeting_resolved"
    MEETING_CORRECTED = "meeting_corrected"
    CORRECTION_PROPOSED = "correction_proposed"
    MEETING_PLANNED = "meeting_planned"
    MEETING_MOVED = "meeting_moved"
    MEETING_WITHDRAWN = "meeting_withdrawn"
    OBSERVATION_CHANGED = "observation_changed"
    COVER_DECIDED = "cover_decided"
    COVER_FELL_AWAY = "cover_fell_away"
    REMINDER = "reminder"
    TASK_FOR_REGION = "task_for_region"
    SURVEY_OPEN = "survey_open"
    FORMS_ASKED = "forms_asked"
    MENTOR_THANKED = "mentor_thanked"
    CONTINUE_AS_COLLEAGUES = "continue_as_colleagues"
    RELATIONSHIP_COMPLETED = "relationship_completed"
    RELATIONSHIP_ENDED = "relationship_ended"
    PARTNER_CHANGED = "partner_changed"
    CHANGE_ANSWERED = "change_answered"
    COMPLAINT_RECEIVED = "complaint_received"
    COMPLAINT_CLOSED = "complaint_closed"
    RELATIONSHIP_PAUSED = "relationship_paused"
    RELATIONSHIP_RESUMED = "relationship_resumed"
    STIPEND_SENT = "stipend_sent"
    STIPEND_DENIED = "stipend_denied"
    STIPEND_RETURNED = "stipend_returned"
    MONTHLY_RECORD_DUE = "monthly_record_due"
    LOG_CHECK_DUE = "log_check_due"
    TERM_SURVEY_OPEN = "term_survey_open"
    TERM_SURVEY_DUE = "term_survey_due"
    TERM_TASK = "term_task"
    ACTED_FOR_YOU = "acted_for_you"
    ACTED_FOR_PARTNER = "acted_for_partner"


class Hours(StrEnum):
    """At which hours a kind of notice may leave, unless it answers its reader's own act: that leaves at once.

    ``by_day``: 07:00 to 20:00 on weekdays that are no holidays. ``mornings``: from 09:00 on working days outside school
    breaks. ``staff_mornings``: from 09:00 on weekdays that are no holidays.
    """

    BY_DAY = "by_day"
    MORNINGS = "mornings"
    STAFF_MORNINGS = "staff_mornings"


HOURS: Final[Mapping[NoticeKind, Hours]] = {
    NoticeKind.APPLICATION_RECEIVED: Hours.BY_DAY,
    NoticeKind.APPLICATION_REFUSED: Hours.BY_DAY,
    NoticeKind.APPLICATION_ACCEPTED: Hours.BY_DAY,
    NoticeKind.STILL_LOOKING: Hours.MORNINGS,
    NoticeKind.MATCH_PROPOSED: Hours.BY_DAY,
    NoticeKind.MATCH_CALLED_OFF: Hours.BY_DAY,
    NoticeKind.WELCOME_MENTEE: Hours.BY_DAY,
    NoticeKind.WELCOME_MENTOR: Hours.BY_DAY,
    NoticeKind.MATCH_ACROSS_REGIONS: Hours.BY_DAY,
    NoticeKind.CONTACT_CHANGED: Hours.BY_DAY,
    NoticeKind.AGREEMENT_NEXT: Hours.BY_DAY,
    NoticeKind.AGREEMENT_TO_SIGN: Hours.BY_DAY,
    NoticeKind.AGREEMENT_IN_FORCE: Hours.BY_DAY,
    NoticeKind.MEETING_TO_CONFIRM: Hours.BY_DAY,
    NoticeKind.MEETING_DISPUTED: Hours.BY_DAY,
    NoticeKind.MEETING_RESOLVED: Hours.BY_DAY,
    NoticeKind.MEETING_CORRECTED: Hours.BY_DAY,
    NoticeKind.CORRECTION_PROPOSED: Hours.BY_DAY,
    NoticeKind.MEETING_PLANNED: Hours.BY_DAY,
    NoticeKind.MEETING_MOVED: Hours.BY_DAY,
    NoticeKind.MEETING_WITHDRAWN: Hours.BY_DAY,
    NoticeKind.OBSERVATION_CHANGED: Hours.BY_DAY,
    NoticeKind.COVER_DECIDED: Hours.BY_DAY,
    NoticeKind.COVER_FELL_AWAY: Hours.STAFF_MORNINGS,
    NoticeKind.REMINDER: Hours.MORNINGS,
    NoticeKind.TASK_FOR_REGION: Hours.STAFF_MORNINGS,
    NoticeKind.SURVEY_OPEN: Hours.MORNINGS,
    NoticeKind.FORMS_ASKED: Hours.MORNINGS,
    NoticeKind.MENTOR_THANKED: Hours.BY_DAY,
    NoticeKind.CONTINUE_AS_COLLEAGUES: Hours.BY_DAY,
    NoticeKind.RELATIONSHIP_COMPLETED: Hours.BY_DAY,
    NoticeKind.RELATIONSHIP_ENDED: Hours.BY_DAY,
    NoticeKind.PARTNER_CHANGED: Hours.BY_DAY,
    NoticeKind.CHANGE_ANSWERED: Hours.BY_DAY,
    NoticeKind.COMPLAINT_RECEIVED: Hours.BY_DAY,
    NoticeKind.COMPLAINT_CLOSED: Hours.BY_DAY,
    NoticeKind.RELATIONSHIP_PAUSED: Hours.BY_DAY,
    NoticeKind.RELATIONSHIP_RESUMED: Hours.BY_DAY,
    NoticeKind.STIPEND_SENT: Hours.BY_DAY,
    NoticeKind.STIPEND_DENIED: Hours.BY_DAY,
    NoticeKind.STIPEND_RETURNED: Hours.BY_DAY,
    NoticeKind.MONTHLY_RECORD_DUE: Hours.MORNINGS,
    NoticeKind.LOG_CHECK_DUE: Hours.STAFF_MORNINGS,
    NoticeKind.TERM_SURVEY_OPEN: Hours.STAFF_MORNINGS,
    NoticeKind.TERM_SURVEY_DUE: Hours.STAFF_MORNINGS,
    NoticeKind.TERM_TASK: Hours.STAFF_MORNINGS,
    NoticeKind.ACTED_FOR_YOU: Hours.BY_DAY,
    NoticeKind.ACTED_FOR_PARTNER: Hours.BY_DAY,
}
"""The hours of each kind. Codes, and answers to one's own act, wait for no hour."""


TO_STAFF: Final[Mapping[NoticeKind, ToldWhen]] = {
    NoticeKind.MATCH_ACROSS_REGIONS: ToldWhen.DIGEST,
    NoticeKind.COVER_FELL_AWAY: ToldWhen.AT_ONCE_IF_SOON,
    NoticeKind.REMINDER: ToldWhen.DIGEST,
    NoticeKind.TASK_FOR_REGION: ToldWhen.DIGEST,
    NoticeKind.STIPEND_SENT: ToldWhen.DIGEST,
    NoticeKind.STIPEND_DENIED: ToldWhen.DIGEST,
    NoticeKind.STIPEND_RETURNED: ToldWhen.AT_ONCE,
    NoticeKind.LOG_CHECK_DUE: ToldWhen.DIGEST,
    NoticeKind.TERM_SURVEY_OPEN: ToldWhen.DIGEST,
    NoticeKind.TERM_SURVEY_DUE: ToldWhen.DIGEST,
    NoticeKind.TERM_TASK: ToldWhen.DIGEST,
}
"""How the contacts of a region hear of each kind that goes to them: no email of its own leaves for one of a digest.

One that is told at once if it is about something that begins soon names the hour: ``starts_at``.
"""

HAS_TASK: Final = frozenset(
    (
        NoticeKind.REMINDER,
        NoticeKind.TASK_FOR_REGION,
        NoticeKind.LOG_CHECK_DUE,
        NoticeKind.TERM_TASK,
    )
)
"""Kinds about work that is open as a task: the task is the line of the digest, and for the others the notice is."""


FACTS: Final = frozenset(
    (
        NoticeKind.MATCH_ACROSS_REGIONS,
        NoticeKind.COVER_FELL_AWAY,
        NoticeKind.STIPEND_SENT,
        NoticeKind.STIPEND_DENIED,
    )
)
"""Kinds that ask staff for nothing: the digest says once that it happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to one person, or to all active contacts of a region. ``data`` holds ids, codes and instants.

    ``subject`` is the stream that it is about, ``seq`` the event that caused it. The id is derived from both.
    """

    id: str
    kind: NoticeKind
    subject: str
    seq: int
    person: str = ""
    region: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


def notice(
    stream: str, seq: int, kind: NoticeKind, *, person: str = "", region: str = "", **data: str
) -> Notice:
    """Return the notice that an event causes for one recipient."""
    return Notice(
        id=derive("notice", stream, str(seq), kind.value, person or region),
        kind=kind,
        subject=stream,
        seq=seq,
        person=person,
        region=region,
        data=data,
    )


class Outcome(StrEnum):
    """How sending ended: accepted, refused by the other side for good, or parked because nothing answered.

    ``waiting``: it is in the outbox, which sends it at its hour and tells the stream only if it does not leave.
    ``overtaken``: what it says did not hold any more when it could leave, so it was not sent.
    """

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    PARKED = "parked"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNotice:
    """An effect: email one notice, whose row is already written."""

    notice: Notice
