"""Emails that no longer hold: before one leaves, its reason is looked up again.

Each kind of notice names the rows that make it untrue: later events of its stream, and later notices to its reader. A
test finds a kind without such rows and without a reason why it stays true.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Any, Final

from domain import tasks
from domain.notices import NoticeKind


class Why(StrEnum):
    """Why an email was no longer sent."""

    DONE = "done_meanwhile"
    CHANGED = "changed_meanwhile"
    OVER = "over_meanwhile"
    PAUSED = "paused_meanwhile"
    LATER_EMAIL = "later_email_says_it"
    NEVER_TOLD = "reader_never_heard_of_it"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterRow:
    """A row that came after a notice: ``name`` is the type of an event or the kind of a notice to the same reader."""

    name: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class UntrueBy:
    """A later row that makes a notice untrue.

    ``same`` names fields of the row that must have the value of one of the notice's own: a name in its data or in the
    event that caused it, or ``person``, ``side`` (of the reader in the pair) or ``region``. A list must contain that
    value. ``when`` has values of the row's fields, ``given`` values of the notice's own; ``names`` is a field that must
    not be empty. ``unless`` is the name of a still later row that undoes this one: one with the same value in
    ``undoes``, or any, if that is empty.
    """

    name: str
    why: Why
    same: Mapping[str, str] = field(default_factory=dict)
    when: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    names: str = ""
    unless: str = ""
    undoes: str = ""

    def made_untrue(self, known: Mapping[str, str], rows: tuple[LaterRow, ...]) -> bool:
        """Return whether rows, in order, make a notice with these values untrue."""
        if any(known.get(name) != value for name, value in self.given.items()):
            return False
        left: list[Any] = []
        for row in rows:
            about = row.fields.get(self.undoes)
            if row.name == self.name and self._fits(known, row):
                left.append(about)
            elif row.name == self.unless:
                left = [each for each in left if each != about]
        return bool(left)

    def _fits(self, known: Mapping[str, str], row: LaterRow) -> bool:
        if self.names and not row.fields.get(self.names):
            return False
        same = (_says(row.fields.get(name), known.get(own, "")) for name, own in self.same.items())
        return all(chain(same, (_says(row.fields.get(name), value) for name, value in self.when.items())))


@dataclass(frozen=True, slots=True)
class StaysTrue:
    """A kind that nothing later makes untrue, with the reason in words."""

    because: str


def _says(value: Any, wanted: str) -> bool:
    values = value if isinstance(value, list | tuple) else (value,)
    return bool(wanted) and wanted in map(str, values)


def _each(why: Why, *names: str, **same: str) -> tuple[UntrueBy, ...]:
    return tuple(UntrueBy(name=name, why=why, same=same) for name in names)


def _about(subject: str, *causes: UntrueBy) -> tuple[UntrueBy, ...]:
    return tuple(replace(each, given={"about": subject}) for each in causes)


ENDS: Final = _each(Why.OVER, "RelationshipEnded", "PartnerChanged", "RelationshipCompleted")
_PAUSE: Final = (UntrueBy(name="RelationshipPaused", why=Why.PAUSED, unless="RelationshipResumed"),)
_FORM: Final = (
    *_each(Why.DONE, "FormSubmitted", "SurveySubmitted", form="forms"),
    *_each(Why.OVER, "FormsLapsed", forms="forms"),
    *_each(Why.CHANGED, "RulesMoved", forms_gone="forms"),
    *_PAUSE,
)
_RESTARTS: Final = (
    *_each(Why.CHANGED, "AgreementInForce", "RelationshipResumed"),
    UntrueBy(name="MeetingCorrected", why=Why.CHANGED, names="timers"),
    UntrueBy(name="MeetingWithdrawn", why=Why.CHANGED, names="timers"),
    UntrueBy(name="MeetingResolved", why=Why.CHANGED, names="timers"),
)
"""From there on another day counts for the next meeting, and its reminders begin again."""
_MEETING_DONE: Final = (
    UntrueBy(name="MeetingLogged", why=Why.DONE, unless="MeetingWithdrawn", undoes="meeting"),
)
_ANSWERED_BY_READER: Final = _each(
    Why.DONE, "MeetingConfirmed", "MeetingDisputed", meeting="meeting", by="side"
)
_MEETING_CHANGED: Final = (
    *_each(Why.CHANGED, "MeetingCorrected", "MeetingWithdrawn", "MeetingResolved", meeting="meeting"),
    *_each(Why.CHANGED, "StaffActContradicted", subject="meeting"),
)
_PLAN_CHANGED: Final = _each(
    Why.LATER_EMAIL, NoticeKind.MEETING_MOVED.value, NoticeKind.MEETING_WITHDRAWN.value, uid="uid"
)

OF_SUBJECT: Final[Mapping[str, tuple[UntrueBy, ...]]] = {
    "special_decision": _each(Why.DONE, "ApplicationAccepted", "ApplicationRefused"),
    "refusal": _each(Why.DONE, "ApplicationAccepted", "ApplicationRefused", "SpecialApplicationOpened"),
    "pre_match_contact": _each(Why.DONE, "PreMatchContactRecorded"),
    "match": _each(Why.DONE, "MatchProposed"),
    "confirmation": (
        *_each(Why.DONE, "MatchConfirmed"),
        *_each(Why.CHANGED, "MatchDeclined"),
    ),
    "first_contact": _each(Why.DONE, "FirstContactMade"),
    "agreement": (
        *_each(Why.DONE, "AgreementInForce"),
        *_each(Why.DONE, "AgreementSigned", by="side"),
        *_each(Why.LATER_EMAIL, NoticeKind.AGREEMENT_TO_SIGN.value),
    ),
    "meeting": (*_MEETING_DONE, *_RESTARTS, *_each(Why.OVER, "CompletionAsked", "MeetingsCompleted")),
    "follow_up": (*_MEETING_DONE, *_each(Why.OVER, "CompletionAsked", "MeetingsCompleted")),
    "observation": (UntrueBy(name="ObservationDone", why=Why.DONE, when={"left": "0"}),),
    "survey": (*_each(Why.DONE, "SurveySubmitted", by="side"), *_each(Why.OVER, "SurveyClosed")),
    "recognition": _each(Why.DONE, "MentorRecognized"),
    "form": _FORM,
    "pause": _each(Why.DONE, "RelationshipResumed"),
}
"""What makes a reminder or a task about a deadline untrue, beside the end or a pause of the relationship."""
_STOPS: Final = {"form": (), "pause": ENDS}
"""What else makes them untrue, if it is not both: forms are owed after an end as well."""
_AGAIN: Final = {"about": "about", "forms": "forms"}


def _reminders() -> tuple[UntrueBy, ...]:
    found: tuple[UntrueBy, ...] = ()
    for subject, causes in OF_SUBJECT.items():
        same = _AGAIN if subject == "form" else {"about": "about"}
        again = _each(Why.LATER_EMAIL, NoticeKind.REMINDER.value, **same)
        found += _about(subject, *causes, *again, *_STOPS.get(subject, (*ENDS, *_PAUSE)))
    return found


def _tasks_settled() -> tuple[UntrueBy, ...]:
    """Return that a person ended the task that an email tells of."""
    return tuple(
        UntrueBy(name="TaskSettled", why=Why.DONE, when={"kind": kind.value}, given={"about": subject})
        for subject, kind in tasks.OF_SUBJECT.items()
    )


_RECORD: Final = {"mentor": "person", "month": "month"}
_DUTY_OVER: Final = (
    *_each(Why.OVER, "DutySettled", matter="about", key="key"),
    *_each(Why.OVER, "TermClosed"),
)
_TERM_SURVEY: Final = (
    *_each(Why.DONE, "TermSurveySubmitted", audience="key", owner="person"),
    *_each(Why.DONE, "TermSurveySubmitted", audience="key", owner="region"),
    *_each(Why.LATER_EMAIL, NoticeKind.TERM_SURVEY_DUE.value, about="about", key="key"),
    *_DUTY_OVER,
)

OVERTAKEN_BY: Final[Mapping[NoticeKind, tuple[UntrueBy, ...] | StaysTrue]] = {
    NoticeKind.APPLICATION_RECEIVED: (
        *_each(
            Why.LATER_EMAIL,
            NoticeKind.APPLICATION_ACCEPTED.value,
            NoticeKind.APPLICATION_REFUSED.value,
        ),
        *ENDS,
    ),
    NoticeKind.APPLICATION_REFUSED: StaysTrue("a refusal is final, and the applicant must learn of it"),
    NoticeKind.APPLICATION_ACCEPTED: (*_each(Why.LATER_EMAIL, NoticeKind.WELCOME_MENTEE.value), *ENDS),
    NoticeKind.STILL_LOOKING: (
        UntrueBy(name="MatchProposed", why=Why.DONE, unless="MatchDeclined"),
        *_each(Why.LATER_EMAIL, NoticeKind.STILL_LOOKING.value),
        *_PAUSE,
        *ENDS,
    ),
    NoticeKind.MATCH_PROPOSED: (
        *_each(Why.CHANGED, "MatchDeclined", mentor="person"),
        *_each(Why.DONE, "MatchAccepted", mentor="person"),
        *_each(Why.DONE, "MatchConfirmed"),
        *ENDS,
    ),
    NoticeKind.MATCH_CALLED_OFF: _each(Why.CHANGED, "MatchProposed", mentor="person"),
    NoticeKind.WELCOME_MENTEE: ENDS,
    NoticeKind.WELCOME_MENTOR: ENDS,
    NoticeKind.MATCH_ACROSS_REGIONS: ENDS,
    NoticeKind.CONTACT_CHANGED: (*_each(Why.CHANGED, "RegionContactHeard"), *ENDS),
    NoticeKind.AGREEMENT_NEXT: (*_each(Why.DONE, "AgreementDrafted", "AgreementInForce"), *_PAUSE, *ENDS),
    NoticeKind.AGREEMENT_TO_SIGN: (
        *_each(Why.DONE, "AgreementSigned", by="side", version="version"),
        *_each(Why.DONE, "AgreementInForce", version="version"),
        *_each(Why.CHANGED, "AgreementDrafted"),
        *_PAUSE,
        *ENDS,
    ),
    NoticeKind.AGREEMENT_IN_FORCE: StaysTrue("it holds the text that both signed, which they keep"),
    NoticeKind.MEETING_TO_CONFIRM: (*_ANSWERED_BY_READER, *_MEETING_CHANGED, *ENDS),
    NoticeKind.MEETING_DISPUTED: (*_MEETING_CHANGED, *ENDS),
    NoticeKind.MEETING_RESOLVED: (
        *_each(Why.CHANGED, "MeetingCorrected", "MeetingWithdrawn", meeting="meeting"),
        *ENDS,
    ),
    NoticeKind.MEETING_CORRECTED: (*_ANSWERED_BY_READER, *_MEETING_CHANGED, *ENDS),
    NoticeKind.CORRECTION_PROPOSED: (
        *_ANSWERED_BY_READER,
        *_MEETING_CHANGED,
        *_each(Why.CHANGED, "CorrectionTakenBack", "CorrectionProposed", meeting="meeting"),
        *ENDS,
    ),
    NoticeKind.MEETING_PLANNED: (*_PLAN_CHANGED, *ENDS),
    NoticeKind.MEETING_MOVED: (*_PLAN_CHANGED, *ENDS),
    NoticeKind.MEETING_WITHDRAWN: StaysTrue("an entry in the reader's calendar must go"),
    NoticeKind.OBSERVATION_CHANGED: (
        *_each(Why.LATER_EMAIL, NoticeKind.OBSERVATION_CHANGED.value, uid="uid"),
        *(replace(each, given={"change": change}) for change in ("booked", "moved") for each in ENDS),
    ),
    NoticeKind.COVER_DECIDED: (
        *_each(Why.CHANGED, "CoverGivenBack", request="request"),
        *_each(Why.CHANGED, "ObservationMoved", "ObservationCanceled", observation="subject"),
        *_each(Why.CHANGED, "MeetingsPlanned", withdrawn="subject"),
        *ENDS,
    ),
    NoticeKind.COVER_FELL_AWAY: StaysTrue("the person who was to stand in must learn that nobody is needed"),
    NoticeKind.REMINDER: _reminders(),
    NoticeKind.TASK_FOR_REGION: (*_reminders(), *_tasks_settled()),
    NoticeKind.SURVEY_OPEN: (
        *_each(Why.DONE, "SurveySubmitted", by="side"),
        *_each(Why.OVER, "SurveyClosed"),
        UntrueBy(name=NoticeKind.REMINDER.value, why=Why.LATER_EMAIL, when={"about": "survey"}),
        *_PAUSE,
        *ENDS,
    ),
    NoticeKind.FORMS_ASKED: _FORM,
    NoticeKind.MENTOR_THANKED: StaysTrue("thanks for what was done"),
    NoticeKind.CONTINUE_AS_COLLEAGUES: (*_each(Why.DONE, "ContinuationAnswered", by="side"), *ENDS),
    NoticeKind.RELATIONSHIP_COMPLETED: StaysTrue("an end is final"),
    NoticeKind.RELATIONSHIP_ENDED: StaysTrue("an end is final"),
    NoticeKind.PARTNER_CHANGED: StaysTrue("an end is final"),
    NoticeKind.CHANGE_ANSWERED: StaysTrue("an answer to a request that the reader made"),
    NoticeKind.COMPLAINT_RECEIVED: (*_each(Why.DONE, "ComplaintClosed", complaint="complaint"), *ENDS),
    NoticeKind.COMPLAINT_CLOSED: StaysTrue("an answer to a complaint that the reader made"),
    NoticeKind.RELATIONSHIP_PAUSED: (*_each(Why.CHANGED, "RelationshipResumed"), *ENDS),
    NoticeKind.RELATIONSHIP_RESUMED: (*_each(Why.CHANGED, "RelationshipPaused"), *ENDS),
    NoticeKind.STIPEND_SENT: _each(Why.CHANGED, "OrderFailed", "OrderReturned", "OrderVoided"),
    NoticeKind.STIPEND_DENIED: _each(Why.CHANGED, "OrderApproved", "OrderSent", "ObligationCanceled"),
    NoticeKind.STIPEND_RETURNED: _each(Why.CHANGED, "OrderSent", "OrderArrived"),
    NoticeKind.MONTHLY_RECORD_DUE: (
        UntrueBy(
            name="MonthlyRecordSubmitted",
            why=Why.DONE,
            same={"mentor": "person", "month": "key"},
            unless="RecordContradicted",
            undoes="document",
        ),
        *_each(Why.LATER_EMAIL, NoticeKind.MONTHLY_RECORD_DUE.value, about="about", key="key"),
        *_DUTY_OVER,
    ),
    NoticeKind.LOG_CHECK_DUE: _DUTY_OVER,
    NoticeKind.TERM_SURVEY_OPEN: _TERM_SURVEY,
    NoticeKind.TERM_SURVEY_DUE: _TERM_SURVEY,
    NoticeKind.TERM_TASK: _DUTY_OVER,
    NoticeKind.ACTED_FOR_YOU: (
        *_each(
            Why.DONE,
            "StaffActConfirmed",
            "StaffActContradicted",
            "StaffActStands",
            "StaffActSettled",
            act="act",
        ),
        *_each(Why.CHANGED, "MeetingCorrected", "MeetingWithdrawn", "MeetingResolved", meeting="subject"),
        UntrueBy(name="AgreementDrafted", why=Why.CHANGED, given={"entry": "SignAgreement"}),
        *_each(Why.DONE, "RecordConfirmed", "RecordContradicted", "RecordStands", **_RECORD),
    ),
    NoticeKind.ACTED_FOR_PARTNER: _each(Why.CHANGED, "StaffActContradicted", act="act"),
}
"""For each kind the later rows that make it untrue, or why it stays true."""


ASKS_ACTIVE: Final = frozenset((NoticeKind.MONTHLY_RECORD_DUE,))
"""Kinds that only a mentor is sent who has a pair that is neither paused nor ended: other streams have these rows."""


TAKES_BACK: Final[Mapping[NoticeKind, tuple[NoticeKind, ...]]] = {
    NoticeKind.MATCH_CALLED_OFF: (NoticeKind.MATCH_PROPOSED,),
    NoticeKind.MEETING_WITHDRAWN: (NoticeKind.MEETING_PLANNED, NoticeKind.MEETING_MOVED),
    NoticeKind.RELATIONSHIP_RESUMED: (NoticeKind.RELATIONSHIP_PAUSED,),
    NoticeKind.OBSERVATION_CHANGED: (NoticeKind.OBSERVATION_CHANGED,),
}
"""Kinds that take back what an earlier email to the same reader said: if that one was overtaken, it is no news."""


def takes_back(kind: NoticeKind, data: Mapping[str, str]) -> tuple[NoticeKind, ...]:
    """Return the kinds of earlier emails that a notice takes back; of observations, one that is called off does."""
    if kind is NoticeKind.OBSERVATION_CHANGED and data.get("change") != "canceled":
        return ()
    return TAKES_BACK.get(kind, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStanding:
    """How a notice stands when it could leave: why it no longer holds, or its data without what is done.

    One that does not wait any more was held back by staff meanwhile.
    """

    why: Why | None
    data: Mapping[str, str]
    waits: bool = True


def standing(
    kind: NoticeKind,
    data: Mapping[str, str],
    known: Mapping[str, str],
    rows: Iterable[LaterRow],
    now: datetime,
) -> NoticeStanding:
    """Return whether a notice still holds. One that asks for several forms holds for those that are still owed.

    ``known`` is as in ``overtaken``.
    """
    later, forms = tuple(rows), data.get("forms", "").split(",")
    found = [(form, overtaken(kind, {**known, "forms": form}, later, now)) for form in forms]
    left = [form for form, why in found if why is None]
    if not left:
        return NoticeStanding(why=found[-1][1], data=data)
    return NoticeStanding(
        why=None, data=data if len(left) == len(forms) else {**data, "forms": ",".join(left)}
    )


def names_of(kind: NoticeKind) -> frozenset[str]:
    """Return the names of all rows that matter for whether a notice still holds."""
    causes = OVERTAKEN_BY[kind]
    rows = () if isinstance(causes, StaysTrue) else causes
    return frozenset(name for each in rows for name in (each.name, each.unless) if name)


def overtaken(
    kind: NoticeKind, known: Mapping[str, str], rows: Iterable[LaterRow], now: datetime
) -> Why | None:
    """Return why a notice no longer holds, or None if it does.

    ``known`` has its data, the event that caused it, and its reader as ``person``, ``side`` and ``region``; ``rows``
    came later, in order. A plan whose hour or day has passed is no news.
    """
    later = tuple(rows)
    causes = OVERTAKEN_BY[kind]
    if isinstance(causes, StaysTrue):
        return None
    if kind in _PLANS and _has_passed(known, now):
        return Why.OVER
    return next((each.why for each in causes if each.made_untrue(known, later)), None)


def _has_passed(known: Mapping[str, str], now: datetime) -> bool:
    """Return whether the hour of a plan has passed, or its day in every time zone."""
    if starts := known.get("starts_at", ""):
        return datetime.fromisoformat(starts) <= now
    return bool(on := known.get("on", "")) and date.fromisoformat(on) < (now - _WEST).date()


_PLANS: Final = (
    NoticeKind.MEETING_PLANNED,
    NoticeKind.MEETING_MOVED,
    NoticeKind.OBSERVATION_CHANGED,
    NoticeKind.COVER_DECIDED,
)
_WEST: Final = timedelta(hours=12)
