"""An email whose reason no longer holds is found by the rows that came after it."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest

from domain import tasks
from domain.journal import Event
from domain.notices import NoticeKind
from domain.overtaken import OF_SUBJECT, OVERTAKEN_BY, LaterRow, StaysTrue, UntrueBy, Why, overtaken
from domain.payments.obligation import EVENTS as OF_MONEY
from domain.relationship.rooms import EVENTS as OF_PAIR
from domain.rules.checks.ladders import ACTS_ITSELF
from domain.rules.program import DeadlineKind
from domain.term.decider import EVENTS as OF_TERM

NOW = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)
TYPES: dict[str, type[Event]] = {each.__name__: each for each in (*OF_PAIR, *OF_MONEY, *OF_TERM)}
CAUSES = [(kind, each) for kind, by in OVERTAKEN_BY.items() if not isinstance(by, StaysTrue) for each in by]


def why(kind: NoticeKind, known: dict[str, str], *rows: tuple[str, dict[str, Any]]) -> Why | None:
    return overtaken(kind, known, [LaterRow(name=name, fields=fields) for name, fields in rows], NOW)


def test_each_kind_says_what_makes_it_untrue_or_why_it_stays_true() -> None:
    assert set(OVERTAKEN_BY) == set(NoticeKind)
    assert all(by.because if isinstance(by, StaysTrue) else by for by in OVERTAKEN_BY.values())


def test_each_deadline_that_reminds_or_opens_a_task_says_what_makes_that_untrue() -> None:
    reminds = {each.value for each in DeadlineKind if each not in ACTS_ITSELF}
    assert set(OF_SUBJECT) == reminds | set(tasks.OF_SUBJECT)


@pytest.mark.parametrize(("kind", "by"), CAUSES)
def test_each_cause_is_an_event_with_these_fields_or_a_later_notice(kind: NoticeKind, by: UntrueBy) -> None:
    if by.name in set(NoticeKind):
        assert {*by.same.values(), *by.same, *by.when} <= {"uid", "about", "forms", "key"}
        return
    known = {each.name for each in fields(TYPES[by.name])}
    assert {*by.same, *by.when, *filter(None, (by.names, by.undoes))} <= known
    if by.unless:
        undone = {each.name for each in fields(TYPES[by.unless])}
        assert not by.undoes or by.undoes in undone


def test_a_reminder_of_a_meeting_is_overtaken_by_a_log() -> None:
    known = {"about": "meeting", "rung": "1", "person": "m", "side": "mentor", "region": ""}
    logged = ("MeetingLogged", {"meeting": "x"})
    assert why(NoticeKind.REMINDER, known) is None
    assert why(NoticeKind.REMINDER, known, logged) is Why.DONE
    withdrawn = ("MeetingWithdrawn", {"meeting": "x", "timers": []})
    assert why(NoticeKind.REMINDER, known, logged, withdrawn) is None
    another = ("MeetingWithdrawn", {"meeting": "y", "timers": []})
    assert why(NoticeKind.REMINDER, known, logged, another) is Why.DONE, "the log of x stands"
    assert why(NoticeKind.REMINDER, {**known, "about": "agreement"}, logged) is None


def test_a_reminder_waits_out_no_pause_but_holds_after_it() -> None:
    known = {"about": "agreement", "person": "m", "side": "mentor"}
    paused, resumed = ("RelationshipPaused", {}), ("RelationshipResumed", {})
    assert why(NoticeKind.REMINDER, known, paused) is Why.PAUSED
    assert why(NoticeKind.REMINDER, known, paused, resumed) is None
    assert why(NoticeKind.TASK_FOR_REGION, {"about": "pause"}, paused, resumed) is Why.DONE


def test_a_form_is_owed_after_the_end_until_it_is_submitted() -> None:
    known = {"about": "form", "forms": "plan", "person": "m", "side": "mentor"}
    assert why(NoticeKind.REMINDER, known, ("RelationshipEnded", {})) is None
    assert why(NoticeKind.REMINDER, known, ("FormSubmitted", {"form": "other"})) is None
    assert why(NoticeKind.REMINDER, known, ("FormSubmitted", {"form": "plan"})) is Why.DONE
    assert why(NoticeKind.REMINDER, known, ("FormsLapsed", {"forms": ["other", "plan"]})) is Why.OVER


def test_to_sign_is_overtaken_by_the_readers_own_signature_a_new_version_an_end_and_a_pause() -> None:
    known = {"version": "1", "person": "m", "side": "mentor"}
    kind = NoticeKind.AGREEMENT_TO_SIGN
    assert why(kind, known, ("AgreementSigned", {"by": "mentee", "version": 1})) is None
    assert why(kind, known, ("AgreementSigned", {"by": "mentor", "version": 1})) is Why.DONE
    assert why(kind, known, ("AgreementDrafted", {"version": 2})) is Why.CHANGED
    assert why(kind, known, ("RelationshipEnded", {})) is Why.OVER
    assert why(kind, known, ("RelationshipPaused", {})) is Why.PAUSED


@pytest.mark.parametrize(
    ("event", "found"),
    [
        (("MeetingConfirmed", {"meeting": "x", "by": "mentee"}), Why.DONE),
        (("MeetingConfirmed", {"meeting": "x", "by": "mentor"}), None),
        (("MeetingConfirmed", {"meeting": "y", "by": "mentee"}), None),
        (("MeetingWithdrawn", {"meeting": "x", "by": "mentor"}), Why.CHANGED),
        (("MeetingCorrected", {"meeting": "x", "by": "mentor"}), Why.CHANGED),
    ],
)
def test_to_confirm_is_overtaken_by_an_answer_of_its_reader_and_by_a_change_of_that_meeting(
    event: tuple[str, dict[str, Any]], found: Why | None
) -> None:
    known = {"meeting": "x", "person": "e", "side": "mentee"}
    assert why(NoticeKind.MEETING_TO_CONFIRM, known, event) is found


def test_a_proposal_is_overtaken_when_it_is_declined() -> None:
    known = {"person": "m"}
    assert why(NoticeKind.MATCH_PROPOSED, known, ("MatchDeclined", {"mentor": "m"})) is Why.CHANGED
    assert why(NoticeKind.MATCH_PROPOSED, known, ("MatchDeclined", {"mentor": "other"})) is None


def test_a_proposal_is_overtaken_when_its_reader_has_accepted_it() -> None:
    known = {"person": "m"}
    assert why(NoticeKind.MATCH_PROPOSED, known, ("MatchAccepted", {"mentor": "m"})) is Why.DONE
    assert why(NoticeKind.MATCH_PROPOSED, known, ("MatchAccepted", {"mentor": "other"})) is None


def test_c16_we_have_your_application_is_overtaken_by_the_email_that_says_accepted() -> None:
    accepted, event = ("application_accepted", {}), ("ApplicationAccepted", {"reason": "first_year"})
    assert why(NoticeKind.APPLICATION_RECEIVED, {}, event) is None
    assert why(NoticeKind.APPLICATION_RECEIVED, {}, event, accepted) is Why.LATER_EMAIL


def test_of_one_plan_only_the_last_invitation_leaves_and_none_after_its_hour() -> None:
    known = {"uid": "u", "starts_at": "2027-01-12T15:00:00.000000Z"}
    assert why(NoticeKind.MEETING_PLANNED, known) is None
    assert why(NoticeKind.MEETING_PLANNED, known, ("meeting_moved", {"uid": "u"})) is Why.LATER_EMAIL
    assert why(NoticeKind.MEETING_PLANNED, known, ("meeting_moved", {"uid": "other"})) is None
    assert why(NoticeKind.MEETING_PLANNED, {**known, "starts_at": "2027-01-11T15:00:00.000000Z"}) is Why.OVER


def test_money_that_failed_was_not_sent() -> None:
    assert why(NoticeKind.STIPEND_SENT, {}, ("OrderFailed", {"order": "o"})) is Why.CHANGED


def test_a_task_that_a_person_has_ended_is_not_told_of() -> None:
    ended = ("TaskSettled", {"task": "t", "kind": "help_agreement"})
    assert why(NoticeKind.TASK_FOR_REGION, {"about": "agreement"}, ended) is Why.DONE
    assert why(NoticeKind.TASK_FOR_REGION, {"about": "meeting"}, ended) is None


def test_a_mentor_who_has_written_the_monthly_record_is_not_asked_for_it() -> None:
    known = {"about": "monthly_record", "key": "2026-10", "person": "m", "region": ""}
    written = ("MonthlyRecordSubmitted", {"mentor": "m", "month": "2026-10"})
    assert why(NoticeKind.MONTHLY_RECORD_DUE, known, written) is Why.DONE
    assert why(NoticeKind.MONTHLY_RECORD_DUE, {**known, "person": "n"}, written) is None
    settled = ("DutySettled", {"matter": "monthly_record", "key": "2026-10"})
    assert why(NoticeKind.MONTHLY_RECORD_DUE, {**known, "person": "n"}, settled) is Why.OVER
