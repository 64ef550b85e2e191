"""An office in the middle of its program year: pairs at every stage of a shipped program, as runs record them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from activities.ports.journal import JournalRecord
from domain.actors import Actor, Role, StaffReason
from domain.calendar import Rhythm, RhythmUnit
from domain.ids import derive
from domain.journal import FIRST_ENGINE, Event, Kind, RulesInForce
from domain.notices import SendNotice
from domain.projection_rows import changed
from domain.recording import Decision, StreamIdentity, chain
from domain.relationship.effects import effects
from domain.relationship.evolve import evolve
from domain.relationship.facts import Facts
from domain.relationship.projection import rows
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.agreement.signing import SignAgreement
from domain.relationship.stages.application.opening import OpenRelationship
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.state import Relationship, new
from domain.rules.agreement_text import Terms
from domain.rules.canonical_json import rules_digest, rules_text
from domain.rules.intake import TermDates
from tests.api_gateway.conftest import MINE, PROGRAM, Client
from tests.conftest import NOW
from tests.domain.builders import Case

RULES: Final = load_programs()[PROGRAM].rules
DIGEST: Final = rules_digest(rules_text(RULES))
REGION: Final = "r1"
MADE: Final = NOW
"""When rows were made that no event tells of."""
TERM: Final = TermDates(first=date(NOW.year, 8, 1), last=date(NOW.year + 1, 6, 30))
"""The term in which the present day of the tests' office is, if that is in the autumn."""
COORDINATOR: Final = Actor(id=derive("p", "Carla Jensen"), role=Role.COORDINATOR, regions=(REGION,))
TERMS: Final = Terms(
    ground_rules=("confidential",),
    rhythm=Rhythm(every=1, unit=RhythmUnit.MONTHS),
    modes=("in_person", "video"),
    face_to_face=1,
    minutes=60,
)
MENTEES: Final = [
    "Robin Reyes",
    "Kim Dao",
    "Ana Ruiz",
    "Olaf Berg",
    "Marta Lind",
    "Jo Park",
    "Theo Hall",
    "Ruth Mills",
    "Ida Holm",
    "Sara Cole",
    "Lena Falk",
    "Amy Chu",
    "Uma Patel",
    "Vic Moss",
    "Gil Ames",
    "Nora Bell",
    "Zoe Hart",
    "Pia Rask",
    "Kit Wong",
    "Roy Finn",
    "Bea Lowe",
    "Mia Gray",
    "María José Ñáñez",
    "Lu Xi",
]
MENTORS: Final = [
    "Sam Ortiz",
    "Lee Novak",
    "Dina Sund",
    "Ines Vega",
    "Nils Aas",
    "Paul Eck",
    "Max Weber",
    "Otto Reis",
    "Hal Dorn",
    "Ben Stone",
    "Eva Lang",
    "Rosa Pint",
]


class NamedPair(Case):
    """A pair of people with names, in the middle of the year: it keeps what its run would record, with its emails."""

    def __init__(self, mentee: str, mentor: str, begins: datetime, slot: int = 1) -> None:
        self.mentee = Actor(id=derive("person", mentee), role=Role.PARTICIPANT)
        self.mentor = Actor(id=derive("person", mentor), role=Role.PARTICIPANT)
        self.names = {self.mentee.id: mentee, self.mentor.id: mentor}
        self._begins = begins
        facts = Facts(
            memberships={self.mentee.id: "active", self.mentor.id: "retired"},
            contacts=(COORDINATOR.id,),
            mentor_known=True,
            mentor_region=REGION,
            mentor_trained=True,
            mentor_same_role=True,
            free_slot=slot,
        )
        super().__init__(RULES, begins, facts)
        self.id = derive("relationship", mentee)
        self.state = self.empty()
        self._records: list[JournalRecord] = []
        self.decided: dict[str, datetime] = {}
        self._subject = StreamIdentity(
            origin="test/1",
            stream=self.id,
            kind=Kind.RELATIONSHIP,
            rel=self.id,
            rules=RulesInForce(set=RULES.program, version=RULES.version, digest=DIGEST),
        )

    def empty(self) -> Relationship:
        """Return the state before the first event."""
        return new(
            id=derive("relationship", self.names[self.mentee.id]),
            mentee=self.mentee.id,
            program=RULES.program,
            term=derive("term", "of the tests"),
            term_dates=TERM,
            region=REGION,
            now=self._begins,
        )

    def command_id(self) -> str:
        """Return a new command id, which no other pair has."""
        self.commands += 1
        return derive("command", self.id, str(self.commands))

    def fold(self, events: tuple[Event, ...], actor: Actor) -> None:
        """Chain the events, and keep the record that the workflow would write."""
        named = self.state.engine if self.state.engine > FIRST_ENGINE and not self.head.seq else None
        decision = Decision(
            command=derive("decision", self.id, str(self.head.seq)), actor=actor, at=self.now, engine=named
        )
        batch = chain(
            self.state,
            self.head,
            events,
            subject=self._subject,
            decision=decision,
            evolve=evolve,
            effects=effects,
        )
        before = rows(self.state) if self.head.seq else ()
        record = JournalRecord(
            workflow=f"relationship/{self.id}",
            run="r",
            stream=self.id,
            command=decision.command,
            events=batch.texts,
            rows=changed(before, rows(batch.state)),
            notices=tuple(each.notice for each in batch.effects if isinstance(each, SendNotice)),
        )
        self._records.append(record)
        self.decided |= {type(event).__name__: self.now for event in events}
        self.state, self.head = batch.state, batch.head

    def applied(self) -> "NamedPair":
        """Apply for the program."""
        opening = {"application": derive("application", self.id), "reason": "new_to_role"}
        self.do(OpenRelationship, self.mentee, applied_on=self.now.date(), **opening)
        return self

    def called(self) -> "NamedPair":
        """Apply, and be called."""
        self.applied().days(2)
        self.do(RecordPreMatchContact, COORDINATOR, contacted_on=self.now.date(), needs=("budget",))
        return self

    def proposed(self) -> "NamedPair":
        """Have a mentor proposed."""
        self.called().days(2)
        self.do(ProposeMatch, COORDINATOR, mentor=self.mentor.id)
        return self

    def matched(self) -> "NamedPair":
        """Be matched."""
        self.proposed().days(1)
        self.do(ConfirmMatch, COORDINATOR)
        return self

    def in_contact(self) -> "NamedPair":
        """Be in touch."""
        self.matched().days(4)
        self.do(ConfirmFirstContact, self.mentee, contacted_on=self.now.date(), mode="phone")
        return self

    def drafted(self) -> "NamedPair":
        """Have an agreement that one of the two has signed."""
        self.in_contact().days(3)
        self.do(DraftAgreement, self.mentor, terms=TERMS)
        self.sign(self.mentee)
        return self

    def signed(self) -> "NamedPair":
        """Have an agreement in force."""
        self.drafted().days(1)
        self.sign(self.mentor)
        return self

    def sign(self, actor: Actor, language: str = "en") -> None:
        """Sign the draft for one side."""
        self.do(SignAgreement, actor, version=self.state.agreement.versions, digest=self.digest(language))

    def meet(self, confirmed: bool = True, mode: str = "in_person", minutes: int = 60) -> str:
        """Log a meeting that has just ended; return its id."""
        began = self.now - timedelta(minutes=minutes)
        self.do(LogMeeting, self.mentor, began_at=began, minutes=minutes, mode=mode, topics=("budget",))
        meeting = self.state.meetings.log[-1].id
        if confirmed:
            self.do(ConfirmMeeting, self.mentee, meeting=meeting)
        return meeting

    def meeting(self, times: int, every: int = 28) -> "NamedPair":
        """Sign, and meet some times."""
        self.signed()
        for number in range(times):
            self.days(every)
            self.meet(mode=("in_person", "video")[number % 2])
        return self

    async def store(self, records: SqlRecords) -> None:
        """Write everything up to now."""
        for record in self._records:
            done = await records.record(record)
            assert not done.refused, done.refused
        self._records.clear()


def _journeys() -> tuple[tuple[str, int, dict[str, Any]], ...]:
    """Return how each pair of the office got to where it is: its last step, when it began in days ago, and more."""
    return (
        ("meeting", 121, {"times": 2}),
        ("drafted", 40, {}),
        ("applied", 3, {}),
        ("matched", 20, {}),
        ("called", 9, {}),
        ("meeting", 118, {"times": 3}),
        ("applied", 16, {}),
        ("proposed", 6, {}),
        ("meeting", 119, {"times": 3, "last": "disputed"}),
        ("applied", 1, {}),
        ("meeting", 110, {"times": 3, "last": "unconfirmed"}),
        ("signed", 19, {}),
        ("in_contact", 15, {}),
        ("proposed", 13, {}),
        ("meeting", 117, {"times": 3}),
        ("drafted", 20, {}),
        ("in_contact", 61, {}),
        ("meeting", 119, {"times": 1}),
        ("meeting", 95, {"times": 2, "last": "unconfirmed"}),
        ("matched", 8, {}),
        ("called", 33, {}),
        ("signed", 33, {}),
        ("matched", 6, {}),
        ("applied", 0, {}),
    )


def journey(number: int) -> NamedPair:
    """Return a pair of the office as it stands today."""
    step, ago, more = _journeys()[number % len(_journeys())]
    mentee = MENTEES[number % len(MENTEES)] + (
        "" if number < len(MENTEES) else f" {number // len(MENTEES) + 1}"
    )
    pair = NamedPair(
        mentee,
        MENTORS[number % len(MENTORS)],
        NOW - timedelta(days=ago, minutes=90 + number),
        1 + number // len(MENTORS),
    )
    last = more.pop("last", "")
    getattr(pair, step)(**more)
    if last:
        pair.wait_until(NOW - timedelta(days=1, minutes=number))
        met = pair.meet(confirmed=False)
        if last == "disputed":
            pair.do(DisputeMeeting, pair.mentee, meeting=met, reason="other_day")
    if pair.now < NOW:
        pair.wait_until(NOW)
    return pair


def _term() -> dict[str, Any]:
    """Return the row of the term that the pairs are in."""
    made = {"created_at": MADE, "version": RULES.version, "name": "of the tests"}
    return {
        "id": derive("term", "of the tests"),
        "program": PROGRAM,
        "first": TERM.first,
        "last": TERM.last,
        **made,
    }


async def fill(
    client: Client, worker: Database, numbers: Collection[int] = range(len(MENTEES))
) -> list[NamedPair]:
    """Record the pairs of the office with their people; return them."""
    pairs = [journey(number) for number in numbers]
    names = {COORDINATOR.id: "Carla Jensen"}
    for pair in pairs:
        names |= pair.names
    blank = dict.fromkeys(("role_title", "district"), "")
    people = [
        {
            "id": id,
            "name": name,
            "email": f"{name.split()[0].lower()}@district.example",
            "region": REGION,
            "association": MINE,
            "created_at": MADE,
            **blank,
        }
        for id, name in names.items()
    ]
    rules = {"digest": DIGEST, "program": RULES.program, "version": RULES.version, "region": ""}
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.rule_sets).values(**rules, text=rules_text(RULES)))
        await connection.execute(insert(tables.people), people)
        await connection.execute(insert(tables.terms).values(**_term()))
    records = SqlRecords(worker)
    for pair in pairs:
        await pair.store(records)
    return pairs


async def signed_on_paper(client: Client, worker: Database) -> NamedPair:
    """Record a pair for whose two a coordinator entered signatures on paper, to which they can still object."""
    pair = NamedPair("Nia Low", "Lee Park", NOW - timedelta(days=16)).in_contact()
    people = [
        {"id": id, "name": name, "region": REGION, "association": MINE, "created_at": NOW}
        | dict.fromkeys(("email", "role_title", "district"), "")
        for id, name in pair.names.items()
    ]
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.people), people)
    pair.do(DraftAgreement, pair.mentor, terms=TERMS)
    for person in (pair.mentee.id, pair.mentor.id):
        staff = replace(COORDINATOR, acting_for=person, reason=StaffReason.ON_PAPER)
        version = pair.state.agreement.versions
        pair.do(SignAgreement, staff, version=version, digest=pair.digest("en"), scan="0" * 32)
    await pair.store(SqlRecords(worker))
    return pair
