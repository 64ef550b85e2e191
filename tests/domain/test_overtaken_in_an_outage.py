"""What becomes untrue while an email waits for a night, a weekend, or three days without a mail server."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.notices import NoticeKind as Kind
from domain.overtaken import LaterRow, NoticeStanding, Why, overtaken, standing, takes_back

NOW = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)
PERSON = {"person": "m", "side": "mentor", "region": ""}
Row = tuple[str, dict[str, Any]]


def why(kind: Kind, known: dict[str, str], *rows: Row, now: datetime = NOW) -> Why | None:
    return overtaken(
        kind, {**PERSON, **known}, [LaterRow(name=name, fields=body) for name, body in rows], now
    )


def stands(kind: Kind, data: dict[str, str], *rows: Row) -> NoticeStanding:
    later = [LaterRow(name=name, fields=body) for name, body in rows]
    return standing(kind, data, {**PERSON, **data}, later, NOW)


def test_of_two_reminders_of_one_thing_only_the_last_leaves() -> None:
    known, again = {"about": "meeting", "rung": "1"}, ("reminder", {"about": "meeting", "rung": "2"})
    assert why(Kind.REMINDER, known, again) is Why.LATER_EMAIL
    assert why(Kind.REMINDER, known, ("reminder", {"about": "survey"})) is None
    form = {"about": "form", "forms": "plan"}
    assert why(Kind.REMINDER, form, ("reminder", {"about": "form", "forms": "other"})) is None
    assert why(Kind.REMINDER, form, ("reminder", form)) is Why.LATER_EMAIL
    month = {"about": "monthly_record", "key": "2026-10"}
    assert why(Kind.MONTHLY_RECORD_DUE, month, ("monthly_record_due", month)) is Why.LATER_EMAIL
    assert why(Kind.MONTHLY_RECORD_DUE, month, ("monthly_record_due", {**month, "key": "2026-11"})) is None
    asked = {"about": "survey", "key": "administrator"}
    assert why(Kind.TERM_SURVEY_OPEN, asked, ("term_survey_due", asked)) is Why.LATER_EMAIL
    assert why(Kind.SURVEY_OPEN, {}, ("reminder", {"about": "survey"})) is Why.LATER_EMAIL
    assert why(Kind.SURVEY_OPEN, {}, ("reminder", {"about": "form"})) is None


@pytest.mark.parametrize(
    "row",
    [
        ("RelationshipResumed", {"timers": []}),
        ("AgreementInForce", {"version": 2}),
        ("MeetingCorrected", {"meeting": "x", "timers": [{"subject": "meeting"}]}),
        ("MeetingResolved", {"meeting": "x", "timers": [{"subject": "meeting"}]}),
        ("MeetingWithdrawn", {"meeting": "x", "timers": [{"subject": "meeting"}]}),
    ],
)
def test_a_reminder_of_a_meeting_is_no_news_once_another_day_counts_for_it(row: Row) -> None:
    assert why(Kind.REMINDER, {"about": "meeting"}, row) is Why.CHANGED


def test_a_correction_that_moves_no_deadline_leaves_the_reminder() -> None:
    corrected = ("MeetingCorrected", {"meeting": "x", "timers": []})
    assert why(Kind.REMINDER, {"about": "meeting"}, corrected) is None


def test_who_is_sent_the_agreement_to_sign_is_not_also_reminded_of_it() -> None:
    assert why(Kind.REMINDER, {"about": "agreement"}, ("agreement_to_sign", {"version": "1"})) is (
        Why.LATER_EMAIL
    )


def test_an_email_for_several_forms_names_those_that_are_still_owed() -> None:
    data = {"forms": "plan,pledge,goals", "due": "2027-01-20T15:00:00Z", "over": "no"}
    one, two = ("FormSubmitted", {"form": "pledge"}), ("FormsLapsed", {"forms": ["plan"]})
    assert stands(Kind.FORMS_ASKED, data) == NoticeStanding(why=None, data=data)
    assert stands(Kind.FORMS_ASKED, data, one) == NoticeStanding(
        why=None, data={**data, "forms": "plan,goals"}
    )
    assert stands(Kind.FORMS_ASKED, data, one, two).data["forms"] == "goals"
    rest = ("SurveySubmitted", {"form": "goals", "by": "mentor"})
    assert stands(Kind.FORMS_ASKED, data, one, two, rest).why is Why.DONE
    assert stands(Kind.FORMS_ASKED, data, ("RelationshipPaused", {})).why is Why.PAUSED
    assert stands(Kind.MATCH_PROPOSED, {}, one) == NoticeStanding(why=None, data={})


def test_a_closing_survey_that_was_answered_is_no_form_to_remind_of() -> None:
    known = {"about": "form", "forms": "ask_mentee"}
    answered = ("SurveySubmitted", {"form": "ask_mentee", "by": "mentee"})
    assert why(Kind.REMINDER, known, answered) is Why.DONE
    assert why(Kind.REMINDER, known, ("RelationshipPaused", {})) is Why.PAUSED


@pytest.mark.parametrize("event", ["RecordConfirmed", "RecordContradicted", "RecordStands"])
def test_who_has_answered_for_a_monthly_record_is_not_asked_whether_it_is_right(event: str) -> None:
    known = {"entry": "SubmitMonthlyRecord", "month": "2026-10", "mentor": "m"}
    assert why(Kind.ACTED_FOR_YOU, known, (event, {"mentor": "m", "month": "2026-10"})) is Why.DONE
    assert why(Kind.ACTED_FOR_YOU, known, (event, {"mentor": "m", "month": "2026-11"})) is None
    assert why(Kind.ACTED_FOR_YOU, known, (event, {"mentor": "n", "month": "2026-10"})) is None


def test_who_is_asked_about_an_entry_is_not_asked_once_it_says_something_else() -> None:
    met = {"act": "a", "entry": "LogMeeting", "subject": "x"}
    assert why(Kind.ACTED_FOR_YOU, met, ("MeetingWithdrawn", {"meeting": "x"})) is Why.CHANGED
    assert why(Kind.ACTED_FOR_YOU, met, ("MeetingWithdrawn", {"meeting": "y"})) is None
    signed = {"act": "a", "entry": "SignAgreement", "subject": "1"}
    assert why(Kind.ACTED_FOR_YOU, signed, ("AgreementDrafted", {"version": 2})) is Why.CHANGED
    assert why(Kind.ACTED_FOR_YOU, met, ("AgreementDrafted", {"version": 2})) is None


def test_a_meeting_that_the_person_contradicted_is_not_to_be_confirmed_by_the_partner() -> None:
    said_no = ("StaffActContradicted", {"act": "a", "subject": "x"})
    assert why(Kind.MEETING_TO_CONFIRM, {"meeting": "x"}, said_no) is Why.CHANGED
    assert why(Kind.MEETING_TO_CONFIRM, {"meeting": "y"}, said_no) is None


def test_a_record_that_was_contradicted_is_owed_again_and_another_mentors_is_not() -> None:
    known = {"about": "monthly_record", "key": "2026-10"}
    entered = ("MonthlyRecordSubmitted", {"mentor": "m", "month": "2026-10", "document": "d"})
    said_no = ("RecordContradicted", {"mentor": "m", "month": "2026-10", "document": "d"})
    of_another = ("RecordContradicted", {"mentor": "n", "month": "2026-10", "document": "e"})
    assert why(Kind.MONTHLY_RECORD_DUE, known, entered, of_another) is Why.DONE
    assert why(Kind.MONTHLY_RECORD_DUE, known, entered, said_no) is None


@pytest.mark.parametrize(
    "row",
    [
        ("CoverGivenBack", {"request": "r", "by": "mentor"}),
        ("ObservationMoved", {"observation": "o"}),
        ("ObservationCanceled", {"observation": "o"}),
        ("MeetingsPlanned", {"withdrawn": ["other", "o"]}),
        ("RelationshipEnded", {}),
    ],
)
def test_cover_for_an_hour_that_is_no_more_is_not_told_of(row: Row) -> None:
    known = {"request": "r", "subject": "o", "starts_at": "2027-01-20T15:00:00.000000Z"}
    assert why(Kind.COVER_DECIDED, known) is None
    assert why(Kind.COVER_DECIDED, known, row) is not None
    assert why(Kind.COVER_DECIDED, {**known, "starts_at": "2027-01-10T15:00:00.000000Z"}) is Why.OVER


def test_a_receipt_for_a_complaint_is_no_news_once_that_complaint_is_closed() -> None:
    known = {"complaint": "c", "due": "2027-01-20T15:00:00.000000Z"}
    assert why(Kind.COMPLAINT_RECEIVED, known, ("ComplaintClosed", {"complaint": "other"})) is None
    assert why(Kind.COMPLAINT_RECEIVED, known, ("ComplaintClosed", {"complaint": "c"})) is Why.DONE
    assert why(Kind.COMPLAINT_RECEIVED, known, ("RelationshipEnded", {})) is Why.OVER


def test_that_the_search_goes_on_is_no_news_once_a_mentor_is_proposed_or_it_was_said_again() -> None:
    proposed, declined = ("MatchProposed", {"mentor": "x"}), ("MatchDeclined", {"mentor": "x"})
    assert why(Kind.STILL_LOOKING, {}) is None
    assert why(Kind.STILL_LOOKING, {}, proposed) is Why.DONE
    assert why(Kind.STILL_LOOKING, {}, proposed, declined) is None
    assert why(Kind.STILL_LOOKING, {}, proposed, declined, proposed) is Why.DONE
    assert why(Kind.STILL_LOOKING, {}, ("still_looking", {})) is Why.LATER_EMAIL
    assert why(Kind.STILL_LOOKING, {}, ("RelationshipEnded", {})) is Why.OVER
    assert why(Kind.STILL_LOOKING, {}, ("RelationshipPaused", {})) is Why.PAUSED


def test_a_plan_without_an_hour_is_no_news_once_its_day_has_passed_everywhere() -> None:
    known = {"uid": "u", "on": "2027-01-10"}
    late = datetime(2027, 1, 11, 11, 59, tzinfo=UTC)
    assert why(Kind.MEETING_PLANNED, known, now=late) is None, "it is still the 10th somewhere"
    assert why(Kind.MEETING_PLANNED, known, now=datetime(2027, 1, 11, 12, 0, tzinfo=UTC)) is Why.OVER


@pytest.mark.parametrize(("change", "found"), [("booked", Why.OVER), ("moved", Why.OVER), ("canceled", None)])
def test_after_an_end_only_the_canceled_observation_is_told_of(change: str, found: Why | None) -> None:
    known = {"uid": "u", "change": change, "starts_at": "2027-01-20T15:00:00.000000Z"}
    assert why(Kind.OBSERVATION_CHANGED, known, ("RelationshipEnded", {})) is found


def test_an_observation_of_which_nobody_heard_is_not_called_off() -> None:
    assert takes_back(Kind.OBSERVATION_CHANGED, {"change": "canceled"}) == (Kind.OBSERVATION_CHANGED,)
    assert takes_back(Kind.OBSERVATION_CHANGED, {"change": "moved"}) == ()
    assert takes_back(Kind.MATCH_CALLED_OFF, {}) == (Kind.MATCH_PROPOSED,)
    assert takes_back(Kind.REMINDER, {}) == ()


def test_who_has_a_mentor_is_not_told_that_one_is_looked_for() -> None:
    assert why(Kind.APPLICATION_ACCEPTED, {}, ("welcome_mentee", {})) is Why.LATER_EMAIL


@pytest.mark.parametrize("kind", [Kind.AGREEMENT_NEXT, Kind.SURVEY_OPEN, Kind.AGREEMENT_TO_SIGN])
def test_during_a_pause_nothing_is_asked_of_the_pair(kind: Kind) -> None:
    assert why(kind, {}, ("RelationshipPaused", {})) is Why.PAUSED
    assert why(kind, {}, ("RelationshipPaused", {}), ("RelationshipResumed", {})) is None
