"""One email of each kind to invented people, with every subject that reminders and tasks can be about."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from activities.ports.notices import NoticeToSend, Person
from domain.acting_for import STAFF_ACTS
from domain.ids import derive
from domain.notices import NoticeKind as Kind
from domain.relationship.invitation import Invitation, Occasion, invitation_uid
from domain.rules.agreement_text import clauses_of, compose, digest
from domain.rules.checks.ladders import ACTS_ITSELF
from domain.rules.program import DeadlineKind
from domain.visibility import pair_sees
from tests.domain.builders import RULES, TERMS, WORDS

DUE = "2027-09-03T14:00:00.000000Z"
PLANNED_AT = datetime(2027, 9, 3, 14, 0, tzinfo=UTC)
PLANNED = Invitation(
    uid=invitation_uid(derive("relationship"), derive("plan")),
    sequence=20,
    stamped_at=datetime(2027, 8, 2, 14, 0, tzinfo=UTC),
    occasion=Occasion.MEETING,
    starts_at=PLANNED_AT,
    minutes=60,
    mode="video",
)
SUBJECTS = tuple(subject for subject in DeadlineKind if subject not in ACTS_ITSELF)
PAIR_SUBJECTS = (
    DeadlineKind.FIRST_CONTACT,
    DeadlineKind.AGREEMENT,
    DeadlineKind.MEETING,
    DeadlineKind.OBSERVATION,
    DeadlineKind.SURVEY,
    DeadlineKind.FORM,
)
_BEFORE_THE_MATCH = (
    Kind.APPLICATION_RECEIVED,
    Kind.APPLICATION_REFUSED,
    Kind.APPLICATION_ACCEPTED,
    Kind.STILL_LOOKING,
    Kind.MATCH_PROPOSED,
    Kind.MATCH_CALLED_OFF,
)
_TO_MENTOR = (Kind.MATCH_PROPOSED, Kind.MATCH_CALLED_OFF, Kind.WELCOME_MENTOR, Kind.MENTOR_THANKED)
_TO_REGION = (
    Kind.MATCH_ACROSS_REGIONS,
    Kind.COVER_FELL_AWAY,
    Kind.STIPEND_SENT,
    Kind.STIPEND_DENIED,
    Kind.STIPEND_RETURNED,
    Kind.LOG_CHECK_DUE,
    Kind.TERM_TASK,
)
_OF_TERM = (
    Kind.MONTHLY_RECORD_DUE,
    Kind.LOG_CHECK_DUE,
    Kind.TERM_SURVEY_OPEN,
    Kind.TERM_SURVEY_DUE,
    Kind.TERM_TASK,
)


def person(name: str) -> Person:
    """Return an invented person."""
    return Person(id=derive("person", name), name=name, email=f"{name.split()[0].lower()}@example.org")


MENTOR = person("Ruth Olsen")
MENTEE = person("Sam <Lee> & Söhne")
CONTACT = person("Ann Berg")
OTHER_CONTACT = person("Tom Ek")
AGREEMENT = compose(WORDS["en"], 2, TERMS, clauses_of(RULES, ()))
_DUE_BY_STATE = (Kind.AGREEMENT_TO_SIGN, Kind.REMINDER)
"""Kinds whose day is looked up when they leave."""
_WITH_AGREEMENT = (Kind.AGREEMENT_TO_SIGN, Kind.AGREEMENT_IN_FORCE)
OBSERVED = replace(PLANNED, occasion=Occasion.OBSERVATION, minutes=45, mode="")
OWED = {"forms": "masa_survey_mentee"}
CORRECTED = {
    "meeting": derive("meeting"),
    "version": "2",
    "began_at": DUE,
    "was": DUE,
    "minutes": "45",
    "mode": "video",
}
_DATA: dict[Kind, dict[str, str]] = {
    Kind.APPLICATION_REFUSED: {"reason": "not_a_member"},
    Kind.WELCOME_MENTEE: {"mentor": MENTOR.id, "due": DUE},
    Kind.WELCOME_MENTOR: {"mentee": MENTEE.id, "due": DUE},
    Kind.MATCH_ACROSS_REGIONS: {"mentor": MENTOR.id, "money_region": "r4"},
    Kind.AGREEMENT_NEXT: {"due": DUE},
    Kind.AGREEMENT_TO_SIGN: {"version": "2"},
    Kind.AGREEMENT_IN_FORCE: {"version": "2"},
    Kind.MEETING_TO_CONFIRM: {"meeting": derive("meeting"), "began_at": DUE},
    Kind.MEETING_DISPUTED: {"meeting": derive("meeting")},
    Kind.MEETING_RESOLVED: {"meeting": derive("meeting"), "began_at": DUE, "stands": "yes"},
    Kind.MEETING_CORRECTED: CORRECTED,
    Kind.CORRECTION_PROPOSED: CORRECTED,
    Kind.CHANGE_ANSWERED: {"answer": "goes_on"},
    Kind.COMPLAINT_RECEIVED: {"due": DUE, "statement": "yes"},
    Kind.MEETING_PLANNED: PLANNED.data,
    Kind.MEETING_MOVED: replace(PLANNED, sequence=21, starts_at=PLANNED_AT + timedelta(days=7)).data,
    Kind.MEETING_WITHDRAWN: replace(PLANNED, sequence=22, cancelled=True).data,
    Kind.OBSERVATION_CHANGED: {"change": "booked", **OBSERVED.data},
    Kind.COVER_DECIDED: {"outcome": "approved", "minutes": "45", "starts_at": DUE, "left": "75"},
    Kind.COVER_FELL_AWAY: {"starts_at": DUE},
    Kind.SURVEY_OPEN: {"due": DUE},
    Kind.FORMS_ASKED: {"forms": "masa_survey_mentee", "due": DUE, "over": "yes"},
    Kind.MENTOR_THANKED: {"recognition": "certificate"},
    Kind.CONTINUE_AS_COLLEAGUES: {"due": DUE},
    Kind.ACTED_FOR_YOU: {
        "act": derive("act"),
        "entry": "LogMeeting",
        "said": "by_phone",
        "began_at": DUE,
        "until": DUE,
    },
    Kind.ACTED_FOR_PARTNER: {"entry": "SignAgreement", "said": "on_paper", "version": "2"},
}


def notice_of(kind: Kind, *, to: tuple[Person, ...] | None = None, **data: str) -> NoticeToSend:
    """Return an email of one kind, as the store would return it."""
    about = data.get("about", "")
    to_region = kind in (*_TO_REGION, Kind.TASK_FOR_REGION) or (
        kind is Kind.REMINDER and about not in [subject.value for subject in PAIR_SUBJECTS]
    )
    to_region = to_region or (kind in _OF_TERM and data.get("key") in ("contact", "district"))
    if to is None:
        to = (CONTACT, OTHER_CONTACT) if to_region else ((MENTOR if kind in _TO_MENTOR else MENTEE),)
    return NoticeToSend(
        id=derive("notice", kind.value, about, *(f"{name}={said}" for name, said in sorted(data.items()))),
        kind=kind,
        status="pending",
        data=_DATA.get(kind, {}) | (OWED if about == DeadlineKind.FORM.value else {}) | data,
        to=to,
        to_region="r3" if to_region else "",
        about=derive("relationship"),
        program="masa",
        region="r3",
        mentor=None if kind in (*_BEFORE_THE_MATCH, *_OF_TERM) else MENTOR,
        mentee=None if kind in _OF_TERM else MENTEE,
        contacts=(CONTACT,),
        regions={"r3": "Region 3", "r4": "Region 4"},
        agreement=AGREEMENT if kind in _WITH_AGREEMENT else "",
        digest=digest(AGREEMENT) if kind in _WITH_AGREEMENT else "",
        due=None if to_region or about == "meeting" or kind not in _DUE_BY_STATE else date(2027, 9, 3),
    )


def sparse(each: NoticeToSend) -> NoticeToSend:
    """Return the email with the least data: no contact, no telephone, and no partner where there may be none."""
    alone = each.kind in (Kind.RELATIONSHIP_ENDED, Kind.RELATIONSHIP_PAUSED, Kind.RELATIONSHIP_RESUMED)
    day = {"starts_at": "", "minutes": "0", "on": "2027-09-03", "mode": ""}
    data = {**each.data, **(day if each.data.get("occasion") == Occasion.MEETING else {})}
    return replace(each, data=data, contacts=(), mentor=None if alone else each.mentor)


def rich(each: NoticeToSend) -> NoticeToSend:
    """Return the email with all that it may contain: telephones, contacts, amount, reason and the last rung."""
    more = {Kind.STIPEND_SENT: {"amount_minor": "123450", "currency": "USD", "region": "r3"}}
    more |= {kind: {"reason": "illness"} for kind in (Kind.STIPEND_DENIED, Kind.STIPEND_RETURNED)}
    more |= {Kind.REMINDER: {"rung": "3"}, Kind.APPLICATION_REFUSED: {"reason": "illness"}}

    def with_phone(who: Person | None) -> Person | None:
        return replace(who, phone="+1 612 555 0147") if who else None

    contacts = tuple(replace(contact, phone="612-555-0199") for contact in (CONTACT, OTHER_CONTACT))
    pair = {"mentor": with_phone(each.mentor), "mentee": with_phone(each.mentee)}
    place = "at_a_distance" if each.data.get("occasion") == Occasion.MEETING else ""
    return replace(
        each, data={**each.data, **more.get(each.kind, {})}, contacts=contacts, place=place, **pair
    )


def _of_term(kind: Kind) -> Iterator[NoticeToSend]:
    """Yield a term's emails, first and later ones, for each month, period and audience they can be about."""
    days = {"since": DUE, "due": DUE, "missing": "3"}
    keys = {Kind.MONTHLY_RECORD_DUE: ("2026-09",), Kind.LOG_CHECK_DUE: ("2026-10-01",)}
    for key in keys.get(kind, ("contact", "administrator", "district")):
        for rung in ("0", "1", "2"):
            yield notice_of(kind, about="survey", key=key, rung=rung, **days)
    if kind is Kind.TERM_TASK:
        yield notice_of(kind, about="monthly_record", key="2026-09", rung="3", **days)
        yield notice_of(kind, about="log_check", key="2026-10-01", rung="3", **days)


def _acted_for_people() -> Iterator[NoticeToSend]:
    """Yield the emails about each command that staff send for a person, to the person and to a partner who sees it."""
    more = {"act": derive("act"), "version": "2", "since": DUE, "forms": "masa_survey_mentee"}
    for number, (command, act) in enumerate(STAFF_ACTS.items()):
        said = act.reasons[number % len(act.reasons)].value
        yield notice_of(Kind.ACTED_FOR_YOU, entry=command, said=said, **more)
        if pair_sees(act.shows) and not act.partner_hears:
            yield notice_of(Kind.ACTED_FOR_PARTNER, entry=command, said=said, **more)
    day = date(2027, 9, 3)
    signed = notice_of(Kind.ACTED_FOR_PARTNER, entry="SignAgreement", said="on_paper", **more)
    yield replace(signed, to_sign=True, due=day)
    drafted = notice_of(Kind.ACTED_FOR_YOU, entry="DraftAgreement", said="by_phone", **more)
    text = {"agreement": AGREEMENT, "digest": digest(AGREEMENT), "version": "2"}
    yield replace(drafted, to_sign=True, due=day, **text)
    yield replace(drafted, **text)
    spoken = notice_of(Kind.ACTED_FOR_YOU, entry="ConfirmFirstContact", said="by_phone", **more)
    yield replace(spoken, contacted_on=day, contact_mode="phone")


def every_notice() -> Iterator[NoticeToSend]:
    """Yield an email of every kind, and one for every subject of reminders and tasks."""
    for kind in Kind:
        if kind is Kind.REMINDER:
            yield from (notice_of(kind, about=subject.value, rung="2") for subject in SUBJECTS)
        elif kind in _OF_TERM:
            yield from _of_term(kind)
        elif kind is Kind.TASK_FOR_REGION:
            yield from (notice_of(kind, about=subject.value) for subject in (*SUBJECTS, DeadlineKind.PAUSE))
        else:
            yield notice_of(kind)
    yield notice_of(Kind.FORMS_ASKED, forms="mentee_application,registration", over="no")
    yield notice_of(Kind.REMINDER, about=DeadlineKind.FORM.value, forms="mentee_application", rung="1")
    for period in ("2026-10", "2026-10-16"):
        yield notice_of(Kind.REMINDER, about=DeadlineKind.MEETING.value, rung="1", period=period)
    yield replace(notice_of(Kind.REMINDER, about=DeadlineKind.AGREEMENT.value, rung="1"), unwritten=True)
    yield notice_of(Kind.MEETING_DISPUTED, began_at=DUE)
    yield notice_of(Kind.MEETING_RESOLVED, stands="no")
    yield notice_of(Kind.RELATIONSHIP_COMPLETED, colleagues="yes")
    yield notice_of(Kind.FORMS_ASKED, forms="mentee_application,registration", over="yes")
    yield notice_of(Kind.MEETING_TO_CONFIRM, log="quick")
    yield notice_of(Kind.MEETING_TO_CONFIRM, said="by_phone")
    yield notice_of(Kind.MEETING_TO_CONFIRM, said="by_email", log="quick")
    for kind in (Kind.MEETING_CORRECTED, Kind.CORRECTION_PROPOSED):
        yield notice_of(kind, withdrawn="yes")
        yield notice_of(kind, log="quick")
    yield notice_of(Kind.MEETING_CORRECTED, by="coordinator")
    yield notice_of(Kind.MEETING_TO_CONFIRM, log="group")
    yield notice_of(Kind.MEETING_TO_CONFIRM, log="group", by="coordinator")
    yield from _acted_for_people()
    for kind in (Kind.APPLICATION_RECEIVED, Kind.APPLICATION_ACCEPTED, Kind.STILL_LOOKING):
        yield replace(notice_of(kind), continues=True)
    yield notice_of(Kind.OBSERVATION_CHANGED, change="moved")
    yield notice_of(Kind.OBSERVATION_CHANGED, change="canceled")
    yield notice_of(Kind.COVER_DECIDED, outcome="refused")
