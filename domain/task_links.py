"""Which acts an email asks a mentor or mentee to do, so that it can have a link for each.

An act is the name of a command. ``chosen`` has what the form of the act is about, such as one meeting. Each kind of
notice says what it asks of its reader, or why it asks nothing.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from domain.notices import NoticeKind

LIFE: Final = timedelta(days=30)
"""How long a link lives at most, in the office's time."""


def token_hash(token: str) -> str:
    """Return what is kept of the token of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def address_digest(email: str) -> str:
    """Return what is kept of the address to which a link went, to tell whether it is still its reader's."""
    return hashlib.sha256(email.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAct:
    """One act that an email asks for, and what it is about."""

    act: str
    chosen: Mapping[str, str] = field(default_factory=dict)


Asked = tuple[AskedAct, ...] | str
"""The acts that a notice asks for, the first one first; or why it asks nothing that a form could answer."""


def acts_asked(kind: NoticeKind, data: Mapping[str, str]) -> tuple[AskedAct, ...]:
    """Return the acts for which a notice to one person has a link, the one that it asks for first."""
    asked = asked_by(kind, data)
    return () if isinstance(asked, str) else asked


def asked_by(kind: NoticeKind, data: Mapping[str, str]) -> Asked:
    """Return what a notice asks of one person, or why it asks nothing."""
    asks = ASKS[kind]
    return asks if isinstance(asks, str) else asks(data)


def _acts(*acts: str, **chosen: str) -> tuple[AskedAct, ...]:
    return tuple(AskedAct(act=act, chosen=chosen) for act in acts)


def _always(*acts: str) -> Callable[[Mapping[str, str]], Asked]:
    return lambda _: _acts(*acts)


def _meeting(data: Mapping[str, str]) -> Asked:
    return _acts("ConfirmMeeting", "DisputeMeeting", meeting=data["meeting"])


def _corrected(data: Mapping[str, str]) -> Asked:
    if "withdrawn" in data:
        return _acts("LogMeeting")
    return TO_STAFF if "by" in data else _meeting(data)


def _each_form(data: Mapping[str, str]) -> tuple[AskedAct, ...]:
    forms = [form for form in data.get("forms", "").split(",") if form]
    return tuple(AskedAct(act="SubmitForm", chosen={"form": form}) for form in forms)


def _reminder(data: Mapping[str, str]) -> Asked:
    about = data.get("about", "")
    if about == "agreement" and UNWRITTEN in data:
        return _acts("DraftAgreement")
    return _each_form(data) if about == "form" else _acts(*_OF_SUBJECT.get(about, ())) or OF_STAFF


def _observation(data: Mapping[str, str]) -> Asked:
    if data.get("change") == "canceled":
        return "It only says that the observation takes no place."
    return _acts("RequestCover", "MoveObservation", "ReportObservation")


def _cover(data: Mapping[str, str]) -> Asked:
    return _acts("UseCover") if data.get("outcome") == "approved" else _acts("MoveObservation")


def _month(act: str) -> Callable[[Mapping[str, str]], Asked]:
    return lambda data: _acts(act, month=data["key"])


def _entered(data: Mapping[str, str]) -> Asked:
    if data["entry"] == "SubmitMonthlyRecord":
        return _acts("ContradictMonthlyRecord", month=data["since"][:7])
    wrong = _acts("ContradictStaffAct", act=data["act"])
    return (*_acts("SignAgreement"), *wrong) if TO_SIGN in data else wrong


def _entered_for_partner(data: Mapping[str, str]) -> Asked:
    return _acts("SignAgreement", "DraftAgreement") if TO_SIGN in data else OF_PARTNER


def _audience(data: Mapping[str, str]) -> Asked:
    return _acts("SubmitTermSurvey", audience=data["key"])


UNWRITTEN: Final = "unwritten"
"""What is known of an agreement when an email leaves, besides the notice's data: nobody has written it yet."""
TO_SIGN: Final = "to_sign"
"""What is known when an email about an entry of staff leaves: its reader still has to sign the version it is about."""
OF_PARTNER: Final = "It is the partner's own word: whoever sees it differently replies to the email."
NEWS: Final = "It tells what has happened, and asks for nothing."
TO_STAFF: Final = "Whoever disagrees replies to the email: a coordinator decides."
OF_STAFF: Final = "It goes to staff, whose emails lead to their pages."
_OF_SUBJECT: Final[Mapping[str, tuple[str, ...]]] = {
    "first_contact": ("ConfirmFirstContact",),
    "agreement": ("SignAgreement", "DraftAgreement"),
    "meeting": ("LogMeeting", "PlanMeetings"),
    "observation": ("BookObservation", "RequestCover", "ReportObservation"),
    "survey": ("SubmitSurvey",),
}
ASKS: Final[Mapping[NoticeKind, Callable[[Mapping[str, str]], Asked] | str]] = {
    NoticeKind.APPLICATION_RECEIVED: NEWS,
    NoticeKind.APPLICATION_REFUSED: "Whoever sees a mistake replies to the email: staff correct applications.",
    NoticeKind.APPLICATION_ACCEPTED: NEWS,
    NoticeKind.STILL_LOOKING: "Wishes that have changed are told by a reply.",
    NoticeKind.MATCH_PROPOSED: _always("AcceptMatch", "DeclineMatch"),
    NoticeKind.MATCH_CALLED_OFF: NEWS,
    NoticeKind.WELCOME_MENTEE: _always("ConfirmFirstContact"),
    NoticeKind.WELCOME_MENTOR: _always("ConfirmFirstContact"),
    NoticeKind.MATCH_ACROSS_REGIONS: OF_STAFF,
    NoticeKind.CONTACT_CHANGED: NEWS,
    NoticeKind.AGREEMENT_NEXT: _always("DraftAgreement"),
    NoticeKind.AGREEMENT_TO_SIGN: _always("SignAgreement", "DraftAgreement"),
    NoticeKind.AGREEMENT_IN_FORCE: "Meetings are recorded once they have taken place: a later email asks for that.",
    NoticeKind.MEETING_TO_CONFIRM: _meeting,
    NoticeKind.MEETING_DISPUTED: TO_STAFF,
    NoticeKind.MEETING_RESOLVED: NEWS,
    NoticeKind.MEETING_CORRECTED: _corrected,
    NoticeKind.CORRECTION_PROPOSED: _meeting,
    NoticeKind.MEETING_PLANNED: _always("PlanMeetings"),
    NoticeKind.MEETING_MOVED: NEWS,
    NoticeKind.MEETING_WITHDRAWN: _always("PlanMeetings"),
    NoticeKind.OBSERVATION_CHANGED: _observation,
    NoticeKind.COVER_DECIDED: _cover,
    NoticeKind.COVER_FELL_AWAY: OF_STAFF,
    NoticeKind.REMINDER: _reminder,
    NoticeKind.TASK_FOR_REGION: OF_STAFF,
    NoticeKind.SURVEY_OPEN: _always("SubmitSurvey"),
    NoticeKind.FORMS_ASKED: _each_form,
    NoticeKind.MENTOR_THANKED: NEWS,
    NoticeKind.CONTINUE_AS_COLLEAGUES: _always("AnswerContinuation"),
    NoticeKind.RELATIONSHIP_COMPLETED: NEWS,
    NoticeKind.RELATIONSHIP_ENDED: NEWS,
    NoticeKind.PARTNER_CHANGED: NEWS,
    NoticeKind.CHANGE_ANSWERED: _always("AskForChange"),
    NoticeKind.COMPLAINT_RECEIVED: NEWS,
    NoticeKind.COMPLAINT_CLOSED: "Whoever wants to know more replies: the one who handled it answers.",
    NoticeKind.RELATIONSHIP_PAUSED: _always("ResumeRelationship"),
    NoticeKind.RELATIONSHIP_RESUMED: NEWS,
    NoticeKind.STIPEND_SENT: NEWS,
    NoticeKind.STIPEND_DENIED: "Whoever knows more replies to the email: payment staff decide about money.",
    NoticeKind.STIPEND_RETURNED: OF_STAFF,
    NoticeKind.MONTHLY_RECORD_DUE: _month("SubmitMonthlyRecord"),
    NoticeKind.LOG_CHECK_DUE: OF_STAFF,
    NoticeKind.TERM_SURVEY_OPEN: _audience,
    NoticeKind.TERM_SURVEY_DUE: _audience,
    NoticeKind.TERM_TASK: OF_STAFF,
    NoticeKind.ACTED_FOR_YOU: _entered,
    NoticeKind.ACTED_FOR_PARTNER: _entered_for_partner,
}
"""What each kind of notice asks of the one person to whom it goes."""
LINKED_ACTS: Final = frozenset(
    (
        "AcceptMatch", "AnswerContinuation", "AskForChange", "BookObservation", "ConfirmFirstContact",
        "ConfirmMeeting", "ContradictMonthlyRecord", "ContradictStaffAct", "DeclineMatch", "DisputeMeeting",
        "DraftAgreement", "LogMeeting", "MoveObservation", "PlanMeetings", "ReportObservation", "RequestCover",
        "ResumeRelationship", "SignAgreement", "SubmitForm", "SubmitMonthlyRecord", "SubmitSurvey",
        "SubmitTermSurvey", "UseCover",
    )
)  # fmt: skip
"""Every act for which there is a link."""
NEEDS_CODE: Final = frozenset(("SignAgreement", "DraftAgreement"))
"""The linked acts whose forms show the agreement's text or bind its reader: their links lead to a sign-in code."""
