"""Who may see what: the table of rights as data, and ``Sight``, which holds the rights of one person or process.

Every read for a reader takes a ``Sight``, and only this file makes one. A right comes from an office (a role and its
regions) or from a relation to the record: one of the pair, writer, decider. A relation can also close a class of data,
and then no office opens it: a person who is one of a pair remains one of it, also as an administrator.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, Final

from domain.actors import Role, limited_by_regions
from domain.associations import Association
from domain.journal import Envelope
from domain.notices import NoticeKind
from domain.tasks import TaskKind


class Data(StrEnum):
    """The classes of data that the office keeps about people."""

    FACTS = "facts"
    """A relationship's dates, states and counts, meetings, cover and claims; which forms are in, but no answers."""
    AGREEMENT = "agreement"
    """The text, clauses and signatures of an agreement."""
    PARTNER = "partner"
    """How the other one of a pair is reached, as the email of the match says it."""
    TASKS = "tasks"
    NOTICES = "notices"
    """What was sent to whom, whether it went out, and its words as sent."""
    MONEY = "money"
    """Obligations and payment orders with their tasks, notices, history, and the names of those whom they concern."""
    TERM = "term"
    """A term in a region: its deadlines and history, monthly records, log checks, surveys of the region."""
    PEOPLE = "people"
    """Names, addresses, districts."""
    MENTORS = "mentors"
    """How many mentees each mentor can take, since when the mentor is trained, and how many places are taken."""
    HISTORY = "history"
    """The events of a relationship, of its side stream, and of a person's entry: who did what under which rule."""
    CHAIN = "chain"
    """The numbers and hashes of the journal."""
    ONE_SIDE = "one_side"
    """What one of the pair still owes, and which of them has answered a survey."""
    CONFIDENTIAL = "confidential"
    """Requests for a change and complaints: events, tasks, notices and cases."""
    ANSWERS = "answers"
    """Answers that a form marks for the program's staff or its archive."""
    PAIR_ANSWERS = "pair_answers"
    """Answers that a form marks for the pair."""
    OWN_WRITING = "own_writing"
    """What the reader wrote or sent: answers, drafts, commands, a private reason, and the status of a complaint."""
    DECISION_PAPERS = "decision_papers"
    """The sealed statement of a complaint and the sealed text of a special application."""
    DISCLOSURES = "disclosures"
    """The fact that a legally required disclosure was made: four fields with fixed values."""
    RESULTS = "results"
    """Survey results of groups that are large enough to show."""
    REFERENCE = "reference"
    """Programs with their codes and forms, terms, regions and their contacts: those of the association."""
    TOKENS = "tokens"
    """Whose the tokens are, with the name, and their roles, regions and days; a secret is shown to nobody."""
    GRANTS = "grants"
    """Who holds which role in which regions, with the name, from when to when, who gave it and who confirmed it."""


class Reach(IntEnum):
    """How far a right goes: to no record, to the reader's own, to those of the reader's regions, or to all.

    All are those of the reader's association; a process, and whoever works on the machine, sees the whole office.
    """

    NONE = 0
    OWN = 1
    REGIONS = 2
    EVERYTHING = 3


class Who(StrEnum):
    """Who reads: an office, a relation to the record, or a process."""

    COORDINATOR = "coordinator"
    """A coordinator of named regions."""
    STATE_OFFICE = "state_office"
    """A coordinator of the whole association."""
    PAYMENT_STAFF = "payment_staff"
    AUDITOR = "auditor"
    ADMIN = "admin"
    PARTICIPANT = "participant"
    """A person without an office; what a mentor or mentee sees comes from a relation."""
    OF_PAIR = "of_pair"
    PROPOSED_MENTOR = "proposed_mentor"
    ONESELF = "oneself"
    """The person whom a row is about: who gets a notice, owes a record, or has the address."""
    WRITER = "writer"
    DECIDER = "decider"
    """The person who took on a case or a special application."""
    ACCUSED = "accused"
    """The person whom a complaint is about."""
    MAILER = "mailer"
    AUDIT = "audit"
    """The process that checks journal, projections and stored runs."""
    OPERATOR = "operator"
    """A person who works on the machine itself, without a token."""


_OFFICE: Final = (
    Data.FACTS,
    Data.AGREEMENT,
    Data.TASKS,
    Data.NOTICES,
    Data.MONEY,
    Data.TERM,
    Data.PEOPLE,
    Data.MENTORS,
    Data.HISTORY,
    Data.ONE_SIDE,
    Data.CONFIDENTIAL,
    Data.ANSWERS,
)
_JOURNAL: Final = (
    Data.FACTS,
    Data.TASKS,
    Data.MONEY,
    Data.TERM,
    Data.HISTORY,
    Data.CHAIN,
    Data.ONE_SIDE,
    Data.CONFIDENTIAL,
    Data.REFERENCE,
)


def _reach(how_far: Reach, *data: Data) -> dict[Data, Reach]:
    return dict.fromkeys(data, how_far)


RIGHTS: Final[Mapping[Who, Mapping[Data, Reach]]] = MappingProxyType(
    {
        Who.COORDINATOR: {**_reach(Reach.REGIONS, *_OFFICE), **_reach(Reach.EVERYTHING, Data.REFERENCE)},
        # The state office confirms grants of roles about money.
        Who.STATE_OFFICE: _reach(Reach.EVERYTHING, *_OFFICE, Data.RESULTS, Data.REFERENCE, Data.GRANTS),
        Who.PAYMENT_STAFF: _reach(
            Reach.EVERYTHING,
            Data.FACTS,
            Data.MONEY,
            Data.TERM,
            Data.MENTORS,
            Data.ONE_SIDE,  # a missing exit form holds back a claim
            Data.REFERENCE,
            Data.GRANTS,
        ),
        Who.AUDITOR: _reach(
            Reach.EVERYTHING,
            *(data for data in _OFFICE if data is not Data.ANSWERS),
            Data.CHAIN,
            Data.DISCLOSURES,
            Data.RESULTS,
            Data.REFERENCE,
            Data.GRANTS,
        ),
        Who.ADMIN: _reach(
            Reach.EVERYTHING,
            *_OFFICE,
            Data.CHAIN,
            Data.DISCLOSURES,
            Data.RESULTS,
            Data.REFERENCE,
            Data.TOKENS,
            Data.GRANTS,
        ),
        Who.PARTICIPANT: _reach(Reach.EVERYTHING, Data.REFERENCE),
        Who.OF_PAIR: _reach(
            Reach.OWN, Data.FACTS, Data.AGREEMENT, Data.PARTNER, Data.TASKS, Data.PAIR_ANSWERS
        ),
        Who.PROPOSED_MENTOR: _reach(Reach.OWN, Data.FACTS, Data.TASKS),
        Who.ONESELF: _reach(Reach.OWN, Data.NOTICES, Data.TERM, Data.PEOPLE, Data.GRANTS),
        Who.WRITER: _reach(Reach.OWN, Data.OWN_WRITING),
        Who.DECIDER: _reach(Reach.OWN, Data.DECISION_PAPERS),
        Who.ACCUSED: {},
        Who.MAILER: _reach(
            Reach.EVERYTHING,
            Data.FACTS,
            Data.NOTICES,
            Data.MONEY,
            Data.TERM,
            Data.PEOPLE,
            Data.CONFIDENTIAL,
            Data.REFERENCE,
        ),
        Who.AUDIT: _reach(Reach.EVERYTHING, *_JOURNAL, Data.GRANTS),
        Who.OPERATOR: _reach(Reach.EVERYTHING, *_JOURNAL, Data.TOKENS, Data.GRANTS),
    }
)
"""What each kind of reader may see, and how far. A class of data that a row does not name is closed to that reader."""

CLOSED: Final[Mapping[Who, frozenset[Data]]] = MappingProxyType(
    {
        Who.OF_PAIR: frozenset(
            (Data.HISTORY, Data.CHAIN, Data.ONE_SIDE, Data.CONFIDENTIAL, Data.ANSWERS, Data.DISCLOSURES)
        ),
        Who.ACCUSED: frozenset((Data.CHAIN, Data.CONFIDENTIAL, Data.OWN_WRITING, Data.DECISION_PAPERS)),
    }
)
"""What a relation to a record closes to a person, whatever that person's offices are.

A partner does not learn who asked or complained, or what the other still owes. To the person whom a complaint is
about it must look as if nothing had happened, so a gap in the numbers must not show it either.
"""
READS: Final = {who: frozenset(row) - CLOSED.get(who, frozenset()) for who, row in RIGHTS.items()}
"""What each kind of reader can read of any record at all, to say so in words."""

CONFIDENTIAL_TASKS: Final = (
    TaskKind.CONSIDER_CHANGE,
    TaskKind.HANDLE_COMPLAINT,
    TaskKind.SECOND_COMPLAINT,
    TaskKind.LOOK_AGAIN,
)
ONE_SIDE_TASKS: Final = (TaskKind.CHASE_FORM,)
CASE_NOTICES: Final = (NoticeKind.COMPLAINT_RECEIVED, NoticeKind.COMPLAINT_CLOSED)
CONFIDENTIAL_NOTICES: Final = (NoticeKind.CHANGE_ANSWERED, *CASE_NOTICES)
READ_STATEMENT: Final = "ReadStatement"
"""The kind under which the side stream records a refused reading of a statement."""
CASE_COMMANDS: Final = ("OpenComplaint", "TakeComplaint", "DecideComplaint", "SecondComplaint")
CASE_EVENTS: Final = (
    "ComplaintOpened",
    "ComplaintTaken",
    "ComplaintDecided",
    "ComplaintReturned",
    "ComplaintClosed",
)
_NAMES_A_CASE: Final = (READ_STATEMENT, *CASE_COMMANDS, *CASE_NOTICES)
"""Kinds of attempts and of emails in other events that show that there is a case."""
CONFIDENTIAL_EVENTS: Final = ("ChangeAsked", "ChangeAnswered", *CASE_EVENTS)


class Privacy(StrEnum):
    """Who may see an answer (REQUIREMENTS 6): archive, program staff, the pair, the writer, or everybody."""

    ARCHIVE = "A"
    OPERATIONAL = "O"
    PAIR = "P"
    WRITER = "W"
    PUBLIC = "N"


_PRIVACY: Final[Mapping[Privacy, tuple[Data, ...]]] = MappingProxyType(
    {
        Privacy.ARCHIVE: (Data.ANSWERS, Data.OWN_WRITING),
        Privacy.OPERATIONAL: (Data.ANSWERS, Data.OWN_WRITING),
        Privacy.PAIR: (Data.PAIR_ANSWERS, Data.OWN_WRITING),
        Privacy.WRITER: (Data.OWN_WRITING,),
    }
)
"""The classes of data that open an answer; one is enough. A public answer is open to every reader."""
_WRITTEN: Final = (Data.ANSWERS, Data.PAIR_ANSWERS, Data.OWN_WRITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What decides who sees a record: the region that it belongs to, and people by their relation to it.

    ``withheld`` are classes of data that nobody sees here.
    """

    region: str = ""
    people: Mapping[Who, Collection[str]] = field(default_factory=dict)
    withheld: frozenset[Data] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one person or process may see.

    ``regions`` are those of a coordinator's office. ``aliases`` are other ids under which the same human is in
    records; what concerns one of them concerns the person. No office of a person goes beyond the ``association``; only
    a process has none, and sees the whole office.
    """

    person: str = ""
    aliases: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    regions: tuple[str, ...] = ()
    everywhere: frozenset[Data] = frozenset()
    in_regions: frozenset[Data] = frozenset()
    association: Association | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids of the reader; none for a process."""
        return (self.person, *self.aliases) if self.person else ()

    def relations(self, record: Record) -> tuple[Who, ...]:
        """Return the relations of the reader to a record."""
        return tuple(who for who, people in record.people.items() if any(id in people for id in self.ids))

    def closed(self, data: Data, record: Record) -> bool:
        """Return whether a class of data of a record is closed to the reader, whatever the reader's offices are."""
        return data in record.withheld or any(data in CLOSED.get(who, ()) for who in self.relations(record))

    def sees(self, data: Data, record: Record | None = None) -> bool:
        """Return whether the reader may see a class of data of a record; without one, of any record at all."""
        if data in self.everywhere and record is None:
            return True
        if record is None or self.closed(data, record):
            return False
        here = self.association is None or record.region in self.association.regions
        if here and (data in self.everywhere or (data in self.in_regions and record.region in self.regions)):
            return True
        return any(data in RIGHTS[who] for who in self.relations(record))

    def opens(self, record: Record) -> bool:
        """Return whether the reader may open a submitted form."""
        return any(self.sees(data, record) for data in _WRITTEN)

    def readable(self, record: Record) -> frozenset[Privacy]:
        """Return the privacy classes of a form's answers that the reader may see."""
        opened = [each for each in Privacy if any(self.sees(data, record) for data in _PRIVACY.get(each, ()))]
        return frozenset((Privacy.PUBLIC, *opened))


def sight_of(
    person: str,
    roles: Iterable[Role],
    association: Association,
    regions: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
) -> Sight:
    """Make the sight of a person of an association; a coordinator without regions is its state office."""
    held = tuple(roles)
    offices = [_office(role, regions) for role in held if role in _OFFICES]
    return Sight(
        person=person,
        aliases=aliases,
        roles=held,
        regions=regions if limited_by_regions(held) else (),
        everywhere=_with(Reach.EVERYTHING, *offices),
        in_regions=_with(Reach.REGIONS, *offices),
        association=association,
    )


def pair_sees(data: Data) -> bool:
    """Return whether both of a pair see a class of data of their relationship, whoever of them it is about."""
    return data in RIGHTS[Who.OF_PAIR] and data not in CLOSED[Who.OF_PAIR]


def participant(person: str) -> Sight:
    """Make the sight of a person as mentor or mentee, whatever offices that person has."""
    return sight_of(person, (Role.PARTICIPANT,), Association())


_OFFICES: Final = {
    Role.COORDINATOR: Who.STATE_OFFICE,
    Role.PAYMENT_STAFF: Who.PAYMENT_STAFF,
    Role.AUDITOR: Who.AUDITOR,
    Role.ADMIN: Who.ADMIN,
    Role.PARTICIPANT: Who.PARTICIPANT,
}


def _office(role: Role, regions: tuple[str, ...]) -> Who:
    return Who.COORDINATOR if role is Role.COORDINATOR and regions else _OFFICES[role]


def _with(how_far: Reach, *offices: Who) -> frozenset[Data]:
    return frozenset(data for who in offices for data, reach in RIGHTS[who].items() if reach is how_far)


MAILER: Final = Sight(everywhere=_with(Reach.EVERYTHING, Who.MAILER))
"""The process that sends every notice, with the names in it. The text of an agreement needs its reader's sight."""
AUDIT: Final = Sight(everywhere=_with(Reach.EVERYTHING, Who.AUDIT))
OPERATOR: Final = Sight(everywhere=_with(Reach.EVERYTHING, Who.OPERATOR))


def of_pair(row: Mapping[str, Any]) -> Record:
    """Make the record of a relationship from its row."""
    people = {
        Who.OF_PAIR: (row["mentee"], row["mentor"]),
        Who.PROPOSED_MENTOR: (row.get("proposed_mentor", ""),),
        Who.DECIDER: (row.get("decider", ""),),
    }
    return Record(region=row["region"], people=people)


def of_case(pair: Mapping[str, Any], case: Mapping[str, Any]) -> Record:
    """Make the record of a complaint case from the row of its relationship and its own row."""
    people = {
        Who.OF_PAIR: (pair["mentee"], pair["mentor"]),
        Who.WRITER: (case["opened_by"],),
        Who.DECIDER: (case["taken_by"],),
        Who.ACCUSED: (case["against"],),
    }
    return Record(region=pair["region"], people=people)


def of_form(pair: Mapping[str, Any], writer: str, *, counted: bool = False) -> Record:
    """Make the record of a submitted form; if ``counted``, others see its answers only in results."""
    return Record(
        region=pair["region"],
        people={Who.OF_PAIR: (pair["mentee"], pair["mentor"]), Who.WRITER: (writer,)},
        withheld=frozenset((Data.ANSWERS, Data.PAIR_ANSWERS)) if counted else frozenset(),
    )


OWN_CASE: Final = ("id", "about", "against", "status", "opened_at", "closed_at")
"""The fields of a case that the person who opened it sees, without any other right to it."""


def visible_case(sight: Sight, pair: Mapping[str, Any], case: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what the reader may see of a case, or None if that is nothing."""
    record = of_case(pair, case)
    if sight.sees(Data.CONFIDENTIAL, record):
        return case
    return {name: case[name] for name in OWN_CASE} if sight.sees(Data.OWN_WRITING, record) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSight:
    """What a reader sees of the events of one relationship; ``chain`` says whether it includes numbers and hashes."""

    chain: bool
    hides: Callable[[Envelope], bool]


def event_sight(sight: Sight, pair: Mapping[str, Any], cases: Collection[Mapping[str, Any]]) -> EventSight:
    """Return what a reader sees of the events of a relationship with these complaint cases.

    A reader who may not see confidential matters there gets none of their events. Others get the events of all cases
    except those about themselves: to the accused it looks as if nothing had happened. A refused attempt, or an email,
    does not say which case it was about, so only who sees the chain gets those.
    """
    record = of_pair(pair)
    hidden = [case for case in cases if Who.ACCUSED in sight.relations(of_case(pair, case))]
    ids = {case["id"] for case in hidden}
    documents = {case["document"] for case in hidden if case["document"]}
    confidential = sight.sees(Data.CONFIDENTIAL, record)
    chain = sight.sees(Data.CHAIN, record) and not hidden

    def hides(envelope: Envelope) -> bool:
        if not confidential:
            return envelope.type in CONFIDENTIAL_EVENTS
        if envelope.type in CASE_EVENTS:
            return envelope.body["complaint"] in ids
        body = envelope.body
        return (not chain and body.get("kind") in _NAMES_A_CASE) or body.get("document") in documents

    return EventSight(chain=chain, hides=hides)
