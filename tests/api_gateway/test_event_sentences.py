"""Histories in sentences: every event type has a sentence in every language, which names only fields of its event."""

import re
from dataclasses import fields
from typing import Any

import pytest

from activities.adapters.files.program_files import load_programs
from activities.adapters.files.task_words import code_words
from api_gateway.services.event_sentences import sentences, words
from domain.codec import to_plain
from domain.journal import decode
from domain.languages import Language
from domain.payments import obligation
from domain.people.events import EVENTS as PERSON_EVENTS
from domain.people.grants import EVENTS as GRANT_EVENTS
from domain.relationship.rooms import EVENTS as RELATIONSHIP_EVENTS
from domain.term import decider as term
from tests.replay.stored import paths, read
from workers.audit.replay import recorded_texts

TYPES = {
    event.__name__: event
    for event in (*RELATIONSHIP_EVENTS, *obligation.EVENTS, *term.EVENTS, *PERSON_EVENTS, *GRANT_EVENTS)
}
MENTOR, MENTEE, STAFF = "a" * 32, "b" * 32, "c" * 32
PROGRAMS = load_programs()
NAMES = {MENTOR: "Ann Mentor", MENTEE: "Ben Mentee"}
SIDE_EVENTS = (
    "CommandRefused",
    "DocumentRead",
    "EmailRead",
    "EmailHurried",
    "EmailHeldBack",
    "EmailRepeated",
    "SealedRecordAdded",
    "SealedRecordRead",
    "Parked",
    "TokenIssued",
    "TokenRevoked",
    "OfficeTaskOpened",
    "OfficeTaskClosed",
    "CalendarAddressMade",
    "CalendarAddressRevoked",
    "DoorAccessEnded",
    "DigestChosen",
    "InvitationMade",
    "SessionEnded",
    "SessionsEnded",
    "SignInRefused",
    "SignInConfirmed",
    "SignInTied",
    "SignInUntied",
    "SignInWaits",
    "JournalChecked",
    "FaultLookedInto",
    "RunStartedAgain",
)
"""The events of side streams, which no workflow decides and no catalog lists."""


def event(type: str, role: str = "coordinator", **body: Any) -> dict[str, Any]:
    return {
        "seq": 7,
        "type": type,
        "actor": {"id": STAFF, "role": role},
        "decided_at": "2026-08-15T14:00:00Z",
        "rules": {"set": "masa", "version": "2026.3", "digest": "d"},
        "body": body,
    }


def line(*events: dict[str, Any], language: Language = Language.EN) -> str:
    return list(sentences(events, NAMES, PROGRAMS, language))[-1].line


@pytest.mark.parametrize("language", Language)
def test_every_event_type_has_a_sentence(language: Language) -> None:
    assert set(words(language)["events"]) == {*TYPES, *SIDE_EVENTS}


@pytest.mark.parametrize("language", Language)
def test_a_sentence_names_no_field_that_its_event_does_not_have(language: Language) -> None:
    for name, template in words(language)["events"].items():
        if name in TYPES:
            known = {each.name for each in fields(TYPES[name])} | {"amount", "decided_on"}
            assert set(re.findall(r"\{(\w+)", template)) <= known, name
        assert template[0].isupper() or template[0] in "{[", name
        assert template.endswith((".", "]", "|}")), name


def test_both_languages_have_the_same_words_around_the_sentences() -> None:
    english, spanish = words(Language.EN), words(Language.ES)
    assert set(english["frame"]) == set(spanish["frame"])
    assert set(code_words(Language.EN)) == set(code_words(Language.ES))


def test_a_line_shows_number_local_time_actor_what_and_the_citation_of_the_rule() -> None:
    assert line(event("MatchConfirmed", mentor=MENTOR)) == (
        "   7  2026-08-15 09:00  cccccccc (coordinator): The match with Ann Mentor was confirmed.  "
        "[MASA-7, MASA-8, MASA-9, MASA-10, MASA-13, MASA-14, MASA-15, MASA-16, MASA-27]"
    )


def test_a_code_is_shown_in_the_programs_words_and_the_office_acts_by_itself() -> None:
    ended = line(event("RelationshipEnded", reason="left_state"))
    assert "The relationship was ended early: left the state." in ended
    assert "[MASA-25, MASA-27, ours]" in ended
    reminded = line(event("NudgeDue", "system", subject="first_contact", rung=1, to="both"))
    assert "  the office: A reminder to both about the first contact was due." in reminded
    rung = line(event("NudgeDue", "system", subject="match", rung=1, to="coordinator"))
    assert "A reminder to the coordinator about a match was due." in rung
    assert "  la oficina: Tocaba un recordatorio a ambas personas sobre el primer contacto." in line(
        event("NudgeDue", "system", subject="first_contact", rung=1, to="both"), language=Language.ES
    )


def test_the_sides_are_persons_in_spanish() -> None:
    signed = line(event("AgreementSigned", "participant", by="mentee", version=1), language=Language.ES)
    assert "La persona mentoreada firmó la versión 1 del acuerdo." in signed
    asked = line(event("ChangeAnswered", side="mentor", answer="x"), language=Language.ES)
    assert "Se respondió a la persona mentora que pidió un cambio" in asked


def test_amounts_are_shown_with_their_currency_and_the_rule_of_their_kind() -> None:
    owed = event(
        "ObligationAccrued",
        "system",
        kind="mentor_stipend",
        amount_minor=150000,
        currency="USD",
        mentor=MENTOR,
        region="r1",
        due_at="2027-01-05T12:00:00Z",
    )
    shown = line(owed)
    assert "1,500.00 USD is owed to r1 for Ann Mentor: mentor stipend, due on 2027-01-05 06:00." in shown
    assert "[MASA-7, MASA-10, MASA-17, MASA-18, K6, K7, K8, K11]" in shown
    approved = line(owed, event("OrderApproved", order="d" * 32))
    assert "Order dddddddd was approved.  [MASA-7," in approved


def test_a_field_that_an_event_does_not_have_is_left_out() -> None:
    meeting = {"began_at": "2026-09-01T20:00:00Z", "minutes": 45, "mode": "phone"}
    assert line(event("MeetingLogged", **meeting)).endswith(
        "A meeting was logged: 2026-09-01 15:00, 45 minutes, by phone.  [MASA-21, MASA-31, MASA-32, ESE-14]"
    )
    full = line(event("MeetingLogged", **meeting, topics=["budget", "staff"], next_on="2026-10-01"))
    assert "Topics: budget and finance, leading staff. Next meeting: 2026-10-01." in full


def test_an_event_under_another_version_of_the_rules_cites_nothing() -> None:
    other = event("MatchConfirmed", mentor=MENTOR)
    other["rules"]["version"] = "2019.1"
    assert line(other).endswith("The match with Ann Mentor was confirmed.")


def test_every_event_of_the_stored_histories_reads_as_one_line() -> None:
    streams: dict[str, list[dict[str, Any]]] = {}
    for history in map(read, paths()):
        for text in recorded_texts(history):
            envelope = decode(text.encode("ascii"))
            streams.setdefault(envelope.stream, []).append(to_plain(envelope))
    assert len({each["type"] for events in streams.values() for each in events}) > 40
    for events in streams.values():
        for sentence in sentences(events, {}, PROGRAMS):
            assert "\n" not in sentence.line
            assert not re.search(r"[{}\[\]]|None|\b[0-9a-f]{32}\b", sentence.text), sentence.text
