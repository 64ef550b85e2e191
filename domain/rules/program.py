"""A program as data: what a program file says, and the part of it that decides about one relationship.

Every field is required unless it has a default here. What a source document leaves open has no default, so a file
must choose. An adapter reads the file: it turns TOML into plain values and finds the line of a fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from domain.calendar import Calendar, Rhythm
from domain.rules.form_uses import FormUse
from domain.rules.intake import IntakeRules, TermDates
from domain.rules.ladder import Rung
from domain.rules.meetings import CoverRules, ObservationRules, RhythmSource, ScheduleRules
from domain.rules.money import MoneyRule, OrderReasons
from domain.rules.term import (
    REGION_AUDIENCES,
    LogCheckRules,
    MonthlyRecordRules,
    RegionContactRules,
    TermSurveyRules,
    TermSurveys,
)

LAST_MINUTE: Final = time(23, 59)
"""Until when on the last day a person can contradict staff, so that the whole day named in the email counts."""


class DeadlineKind(StrEnum):
    """What a deadline is about, in the order of the stages."""

    SPECIAL_DECISION = "special_decision"
    REFUSAL = "refusal"
    PRE_MATCH_CONTACT = "pre_match_contact"
    MATCH = "match"
    STILL_LOOKING = "still_looking"
    CONFIRMATION = "confirmation"
    FIRST_CONTACT = "first_contact"
    AGREEMENT = "agreement"
    MEETING = "meeting"
    FOLLOW_UP = "follow_up"
    OBSERVATION = "observation"
    COMPLETION = "completion"
    SURVEY = "survey"
    SURVEY_CLOSE = "survey_close"
    RECOGNITION = "recognition"
    CLOSING = "closing"
    FORM = "form"
    FORMS_CLOSE = "forms_close"
    PAUSE = "pause"
    LOOK_AGAIN = "look_again"
    CONTRADICTION = "contradiction"


class Signatures(StrEnum):
    """How an agreement is signed: by each side alone, or also on a paper that staff enter with its scan."""

    OWN_ONLY = "own_only"
    ON_PAPER_TOO = "on_paper_too"


class Refusals(StrEnum):
    """Who refuses an application that the rules do not accept: a person, or the rules in the same second."""

    BY_PERSON = "by_person"
    AT_ONCE = "at_once"


class Appeal(StrEnum):
    """What a refused applicant can do: apply again for the same term, or nothing until the next term."""

    NEW_APPLICATION = "new_application"
    NONE = "none"


class Lapse(StrEnum):
    """What happens to an order that was not sent yet when a membership lapses."""

    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityRules:
    """Who may be mentored (MASA-5, -6): membership classes, accepted reasons, special applications.

    Without classes, no membership is required. ``areas`` are the kinds of work that the program serves (NEA-9,
    MASS-3); if there are any, an application names at least one. ``special_reasons`` are the reasons that a decision
    on an exception can give. ``refusal_days`` are the days in which a person decides on a proposed refusal.
    """

    mentee_classes: tuple[str, ...]
    areas: tuple[str, ...]
    reasons: tuple[str, ...]
    first_year_only: bool
    special_applications: bool
    special_decision_days: int
    special_reasons: tuple[str, ...]
    refusal_days: int | None = None


class Consultation(StrEnum):
    """Whether a person outside is asked about the mentor before the match is confirmed (OPSOA-8), without a veto."""

    NONE = "none"
    BEFORE_CONFIRMATION = "before_confirmation"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingRules:
    """How pairs are made (MASA-8 to -16, -27).

    ``mentor_years`` are the full years of service that a mentor needs (NEA-17), ``mentor_away_years`` the years after
    the end of service in which a person may still mentor. Training is valid for ``training_valid_years``. Each is 0 if
    there is no requirement. A required credential must be valid on the day of the match (NEA-18). An applicant who
    waits for a mentor is told each ``still_looking_weeks`` that the search goes on; None if never.
    """

    pre_match_contact_days: int
    pre_match_contact_required: bool
    match_days: int
    decline_reasons: tuple[str, ...]
    confirmation_days: int
    mentor_classes: tuple[str, ...]
    mentor_training_required: bool
    training_valid_years: int
    mentor_years: int
    mentor_away_years: int
    mentor_credential_required: bool
    consultation: Consultation
    consultation_answers: tuple[str, ...]
    cross_region: bool
    fallback_reasons: tuple[str, ...]
    conflict_kinds: tuple[str, ...]
    conflicts_waivable: bool
    waiver_reasons: tuple[str, ...]
    needs: tuple[str, ...]
    preferences: tuple[str, ...]
    still_looking_weeks: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRules:
    """The first contact after confirmation (MASA-26), and the checklist of a first meeting (MASA-20, NEA-46)."""

    first_contact_days: int
    modes: tuple[str, ...]
    checklist: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRules:
    """What the pair signs (MASA-30, -31, NEA-26 to -28, -42): what it decides itself, and what every Letter says.

    ``editable`` holds codes of sections, pledges and kept documents that a pair may leave out (NEA-33); all others
    are in every Letter. ``kept_documents`` lists what the program keeps: nothing else can be archived.
    """

    sign_days: int
    ground_rules: tuple[str, ...]
    slowest_rhythm: Rhythm
    suggested_rhythm: Rhythm
    text_version: str
    time_pledge: bool
    sections: tuple[str, ...]
    pledges_mentor: tuple[str, ...]
    pledges_mentee: tuple[str, ...]
    legal_exceptions: tuple[str, ...]
    disclosure_offices: tuple[str, ...]
    kept_documents: tuple[str, ...]
    notices_of_purpose: tuple[str, ...]
    hold_harmless: bool
    editable: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRules:
    """What counts as a meeting, and how many are enough (MASA-31, -32).

    ``rhythm`` is set if the program or region sets it; else the signed one applies. A quick log has no minutes.
    """

    modes: tuple[str, ...]
    face_to_face_modes: tuple[str, ...]
    topics: tuple[str, ...]
    first_meeting_only: tuple[str, ...]
    rhythm_source: RhythmSource
    rhythm: Rhythm | None = None
    next_date_required: bool
    quick_logs: bool
    group_logs: bool
    referrals: bool
    obstacles: tuple[str, ...]
    dispute_reasons: tuple[str, ...]
    resolve_reasons: tuple[str, ...]
    completion_reasons: tuple[str, ...]
    shortest_minutes: int
    longest_minutes: int
    minimum: int
    minimum_face_to_face: int
    unconfirmed_counts: bool
    follow_up_days: int
    completion_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRules:
    """The closing survey of the pair (MASA-23): how many days before the end of the term it opens, and for how long.

    Results of fewer than ``small_group`` people are never shown (NEA-54, K4); a file must choose the number.
    """

    opens_days_before_end: int
    due_days: int
    closes_days: int
    small_group: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionRules:
    """Recognition of the mentor, and what comes next (MASA-24, -25)."""

    kinds: tuple[str, ...]
    recognize_days: int
    closing_days: int


class KeptAfter(StrEnum):
    """The day from which the time that a document is kept counts."""

    ENDED = "ended"
    SELECTION_DECIDED = "selection_decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFor:
    """How long a kind of document is kept: ``days`` after the day that ``after`` names (NEA-31)."""

    after: KeptAfter
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRules:
    """How long documents are kept (NEA-31); ``documents`` has every kind of the program, by code."""

    documents: Mapping[str, KeptFor]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingRules:
    """How a request for a change and a complaint are handled (NEA-25, -32, -36); days count from the request.

    Forms that are asked for after the end of a relationship are accepted for ``forms_close_days`` after it (NEA-43,
    OPSOA-15); 0 if there are none.
    """

    forms_close_days: int
    change_days: int
    change_answers: tuple[str, ...]
    complaint_kinds: tuple[str, ...]
    complaint_days: int
    complaint_needs_second: bool
    second_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything that decisions about one relationship need: a program's file with its region's overrides applied.

    ``letter_words`` is not a table of the file: it has the labels of the Letter by language, as both sides sign them.
    ``form_digests`` is not a table of the file: it says which text each form has, so a form that was changed without a
    new version makes different rules. ``refusals``, ``refusal_appeal`` and ``membership_lapse`` are None in the texts
    of earlier versions, which then decide as they did: refusals at once and for the whole term, and orders that are
    checked only at their own steps. Every file says them. Without ``order_reasons``, an order takes any code as a
    reason; a program that pays has them. ``contradict_days`` are the days in which a person can contradict what staff
    entered for that person; without them staff enter nothing for anybody. Without ``signatures`` each side signs alone.
    """

    program: str
    version: str
    calendar: Calendar
    intake: IntakeRules
    eligibility: EligibilityRules
    matching: MatchingRules
    contact: ContactRules
    agreement: AgreementRules
    meetings: MeetingRules
    observations: ObservationRules
    cover: CoverRules
    schedule: ScheduleRules
    survey: SurveyRules
    recognition: RecognitionRules
    endings: EndingRules
    ending_reasons: tuple[str, ...]
    pause_reasons: tuple[str, ...]
    retention: RetentionRules
    ladders: Mapping[str, tuple[Rung, ...]]
    money: tuple[MoneyRule, ...]
    letter_words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    monthly_record: MonthlyRecordRules | None = None
    log_check: LogCheckRules | None = None
    region_contact: RegionContactRules | None = None
    term_surveys: TermSurveys | None = None
    forms: tuple[FormUse, ...] = ()
    form_digests: Mapping[str, str] = field(default_factory=dict)
    refusals: Refusals | None = None
    refusal_appeal: Appeal | None = None
    membership_lapse: Lapse | None = None
    order_reasons: OrderReasons | None = None
    signatures: Signatures | None = None
    contradict_days: int | None = None

    @property
    def signed_on_paper(self) -> bool:
        """Whether staff may enter a signature on paper for the person who signed."""
        return self.signatures is Signatures.ON_PAPER_TOO

    def contradict_until(self, now: datetime) -> datetime | None:
        """Return until when a person can contradict what staff enter now; None if staff enter nothing for anybody."""
        if self.contradict_days is None:
            return None
        last = self.calendar.local_date(
            self.calendar.after(self.calendar.local_date(now), self.contradict_days)
        )
        return self.calendar.at(last, LAST_MINUTE)

    @property
    def refused_by_person(self) -> bool:
        """Whether a person decides on an application that the rules do not accept."""
        return self.refusals is Refusals.BY_PERSON

    @property
    def may_apply_again(self) -> bool:
        """Whether a refused person may apply again for the same term."""
        return self.refusal_appeal is Appeal.NEW_APPLICATION

    def form(self, id: str) -> FormUse | None:
        """Return how the program uses a form, or None if it does not use it."""
        return next((use for use in self.forms if use.form == id), None)

    def survey_form(self, audience: str) -> FormUse | None:
        """Return the survey of an audience, such as ``mentor``."""
        return next((use for use in self.forms if use.audience == audience), None)

    def region_surveys(self) -> tuple[tuple[str, TermSurveyRules], ...]:
        """Return the surveys that a region answers in each term, each with its audience, in a fixed order."""
        return self.term_surveys.by_audience() if self.term_surveys else ()

    def answers_end(self, term: TermDates, audience: str = "") -> date:
        """Return the last day on which a survey of a term can be answered; later answers count in no result.

        For the pair it is the last day on which mentoring in the term can take place, or on which an answer after an
        early ending is accepted. An audience that is asked once for its region may have longer.
        """
        last = self.intake.course(term.last, term).last
        if audience not in REGION_AUDIENCES and any(use.early_end_days for use in self.forms):
            last = self.calendar.local_date(self.calendar.after(last, self.endings.forms_close_days))
        survey = getattr(self.term_surveys, audience, None) if audience in REGION_AUDIENCES else None
        if survey is None:
            return last
        opens = term.last - timedelta(days=survey.opens_days_before_end)
        return max(last, opens + timedelta(days=survey.closes_days))

    def ladder(self, subject: DeadlineKind) -> tuple[Rung, ...]:
        """Return the rungs for a subject, in order of days; empty if the program has none."""
        return self.ladders.get(subject.value, ())

    def rhythm(self, signed: Rhythm) -> Rhythm:
        """Return the rhythm that decides what is overdue: the program's or region's if set, else the signed one."""
        return self.meetings.rhythm or signed
