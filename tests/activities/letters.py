"""One letter of every kind, with every subject that reminders and tasks can be about, for invented people."""

from collections.abc import Iterator

from activities.ports_notices import Letter, Person
from domain.ids import derive
from domain.letter import clauses_of, compose, digest
from domain.notices import NoticeKind as Kind
from domain.program import Subject
from tests.domain.builders import RULES, TERMS, WORDS

DUE = "2027-09-03T14:00:00.000000Z"
SUBJECTS = tuple(
    subject
    for subject in Subject
    if subject not in (Subject.COMPLETION, Subject.SURVEY_CLOSE, Subject.CLOSING)
)
PAIR_SUBJECTS = (
    Subject.FIRST_CONTACT,
    Subject.AGREEMENT,
    Subject.MEETING,
    Subject.OBSERVATION,
    Subject.SURVEY,
)
_BEFORE_THE_MATCH = (
    Kind.APPLICATION_RECEIVED,
    Kind.APPLICATION_REFUSED,
    Kind.APPLICATION_ACCEPTED,
    Kind.MATCH_PROPOSED,
    Kind.MATCH_CALLED_OFF,
)
_TO_MENTOR = (Kind.MATCH_PROPOSED, Kind.MATCH_CALLED_OFF, Kind.WELCOME_MENTOR, Kind.MENTOR_THANKED)
_TO_REGION = (Kind.MATCH_ACROSS_REGIONS, Kind.STIPEND_SENT, Kind.STIPEND_DENIED, Kind.STIPEND_RETURNED)


def person(name: str) -> Person:
    """An invented person."""
    return Person(id=derive("person", name), name=name, email=f"{name.split()[0].lower()}@example.org")


MENTOR = person("Ruth Olsen")
MENTEE = person("Sam <Lee> & Söhne")
CONTACT = person("Ann Berg")
OTHER_CONTACT = person("Tom Ek")
AGREEMENT = compose(WORDS["en"], 2, TERMS, clauses_of(RULES, ()))
_WITH_AGREEMENT = (Kind.AGREEMENT_TO_SIGN, Kind.AGREEMENT_IN_FORCE)
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
    Kind.CHANGE_ANSWERED: {"answer": "goes_on"},
    Kind.OBSERVATION_CHANGED: {"change": "booked", "starts_at": DUE, "minutes": "45"},
    Kind.COVER_DECIDED: {"outcome": "approved", "minutes": "45", "starts_at": DUE, "left": "75"},
    Kind.SURVEY_OPEN: {"due": DUE},
    Kind.MENTOR_THANKED: {"recognition": "certificate"},
    Kind.CONTINUE_AS_COLLEAGUES: {"due": DUE},
}


def letter(kind: Kind, *, to: tuple[Person, ...] | None = None, **data: str) -> Letter:
    """A letter of one kind, as the store would give it."""
    about = data.get("about", "")
    to_region = kind in (*_TO_REGION, Kind.TASK_FOR_REGION) or (
        kind is Kind.REMINDER and about not in [subject.value for subject in PAIR_SUBJECTS]
    )
    if to is None:
        to = (CONTACT, OTHER_CONTACT) if to_region else ((MENTOR if kind in _TO_MENTOR else MENTEE),)
    return Letter(
        id=derive("notice", kind.value, about, *(f"{name}={said}" for name, said in sorted(data.items()))),
        kind=kind,
        status="pending",
        data=_DATA.get(kind, {}) | data,
        to=to,
        to_region="r3" if to_region else "",
        about=derive("relationship"),
        program="masa",
        region="r3",
        mentor=None if kind in _BEFORE_THE_MATCH else MENTOR,
        mentee=MENTEE,
        contacts=(CONTACT,),
        regions={"r3": "Region 3", "r4": "Region 4"},
        agreement=AGREEMENT if kind in _WITH_AGREEMENT else "",
        digest=digest(AGREEMENT) if kind in _WITH_AGREEMENT else "",
    )


def every_letter() -> Iterator[Letter]:
    """Every kind, and for reminders and tasks every subject."""
    for kind in Kind:
        if kind is Kind.REMINDER:
            yield from (letter(kind, about=subject.value, rung="2") for subject in SUBJECTS)
        elif kind is Kind.TASK_FOR_REGION:
            yield from (letter(kind, about=subject.value) for subject in SUBJECTS)
        else:
            yield letter(kind)
    yield letter(Kind.MEETING_TO_CONFIRM, log="quick")
    yield letter(Kind.MEETING_TO_CONFIRM, log="group")
    yield letter(Kind.MEETING_TO_CONFIRM, log="group", by="coordinator")
    yield letter(Kind.OBSERVATION_CHANGED, change="moved")
    yield letter(Kind.OBSERVATION_CHANGED, change="canceled")
    yield letter(Kind.COVER_DECIDED, outcome="refused")
