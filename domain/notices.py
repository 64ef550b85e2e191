"""Notices: what the office tells whom. Here are the kinds and the recipients; an adapter has the texts.

A notice holds ids, codes and dates. Names and addresses are looked up when it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.ids import derive


class NoticeKind(StrEnum):
    """Each kind of message that the office sends; each has a folder with subject, text and HTML."""

    APPLICATION_RECEIVED = "application_received"
    APPLICATION_REFUSED = "application_refused"
    APPLICATION_ACCEPTED = "application_accepted"
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
    MEETING_CORRECTED = "meeting_corrected"
    CORRECTION_PROPOSED = "correction_proposed"
    MEETING_PLANNED = "meeting_planned"
    MEETING_MOVED = "meeting_moved"
    MEETING_WITHDRAWN = "meeting_withdrawn"
    OBSERVATION_CHANGED = "observation_changed"
    COVER_DECIDED = "cover_decided"
    REMINDER = "reminder"
    TASK_FOR_REGION = "task_for_region"
    SURVEY_OPEN = "survey_open"
    FORMS_ASKED = "forms_asked"
    MENTOR_THANKED = "mentor_thanked"
    CONTINUE_AS_COLLEAGUES = "continue_as_colleagues"
    RELATIONSHIP_ENDED = "relationship_ended"
    PARTNER_CHANGED = "partner_changed"
    CHANGE_ANSWERED = "change_answered"
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
    """How sending ended: accepted, refused by the other side for good, or parked because nothing answered."""

    SENT = "sent"
    REFUSED = "refused"
    PARKED = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNotice:
    """An effect: email one notice, whose row is already written."""

    notice: Notice
