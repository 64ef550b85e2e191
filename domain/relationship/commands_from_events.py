"""From the journal back to what was asked: the command that an event begins, and the facts that its decision held.

A decision is all the events of one command. Its first event names the command and holds its inputs; what was looked up
for it stands in the same events.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from itertools import product
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain import failed_notices
from domain.ids import derive
from domain.journal import Document, Envelope, Event
from domain.messages import Command
from domain.relationship import forms_owed
from domain.relationship.any_stage import (
    complaint,
    ending,
    forms_submitted,
    helpers,
    reminders,
    rules_version,
)
from domain.relationship.facts import Facts
from domain.relationship.parts.meetings import MeetingKind
from domain.relationship.parts.plan import PlanRow
from domain.relationship.rooms import EVENTS
from domain.relationship.stages import application, contact, recognition, stipend, survey
from domain.relationship.stages.agreement import signing
from domain.relationship.stages.matching import consultation
from domain.relationship.stages.matching import proposal as matching
from domain.relationship.stages.meetings import cover, groups, observations, plan, stage
from domain.relationship.stages.meetings.log import MeetingLogged, MeetingResolved
from domain.relationship.state import Relationship
from domain.rules.program import Rules


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision as the journal has it: the state before, its events and their documents, the id of its command."""

    state: Relationship
    events: tuple[Event, ...]
    documents: tuple[Document, ...]
    command: str
    at: datetime
    zone: ZoneInfo

    @property
    def first(self) -> Any:
        """The event that begins it."""
        return self.events[0]

    def document(self, name: str) -> Document:
        """A document that an event names; where its envelope does not describe it, its id alone."""
        known = next((each for each in self.documents if each.doc == name), None)
        return known or Document(doc=name, form="", privacy="", ver=0, commit="")


Given = Callable[[Decided], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Led:
    """An event that begins a command. ``given`` has the command's fields that the event calls otherwise,
    from what the journal has of the decision.

    Where an event can begin several commands, ``when`` says by the event which one it was; the first that fits counts.
    """

    event: type[Event]
    command: type[Command]
    given: Given = lambda told: {}
    when: Callable[[Any], bool] = lambda event: True


def _opening(told: Decided) -> dict[str, Any]:
    name = next((getattr(event, "document", "") for event in told.events[1:]), "")
    return {"special_document": told.document(name) if told.first.special else None}


def _statement(told: Decided) -> dict[str, Any]:
    return {"statement": told.document(told.first.document) if told.first.document else None}


def _rows(told: Decided) -> dict[str, Any]:
    """The rows of a plan: a new row's id holds its place, and rows that stand fill the other places in their order."""
    gone = [each for event in told.events for each in getattr(event, "withdrawn", ())]
    new = {each.id: each for event in told.events for each in getattr(event, "planned", ())}
    kept = [row for row in told.state.schedule.planned if row.status == "planned" and row.id not in gone]
    standing = [row for row in kept if row.starts_at > told.at]
    places = range(len(new) + len(standing))
    ids = [derive("planned", told.state.id, told.command, str(number)) for number in places]
    rest = iter(standing)
    rows = [new[id] if id in new else next(rest) for id in ids]
    return {
        "rows": tuple(
            PlanRow(
                on=row.on,
                begins=row.starts_at.astimezone(told.zone).time(),
                minutes=row.minutes,
                place=row.place,
                mode=row.mode,
                slot=row.slot,
            )
            for row in rows
        )
    }


# The event with which each command begins, and so the way back from the journal to what was asked.
LEADING: Final[tuple[Led, ...]] = (
    Led(application.ApplicationReceived, application.OpenRelationship, _opening),
    Led(application.SpecialApplicationTaken, application.TakeSpecialApplication),
    Led(
        application.ApplicationAccepted,
        application.DecideSpecialApplication,
        lambda told: {"accept": True},
    ),
    Led(
        application.ApplicationRefused,
        application.DecideSpecialApplication,
        lambda told: {"accept": False},
    ),
    Led(matching.PreMatchContactRecorded, matching.RecordPreMatchContact),
    Led(matching.MatchProposed, matching.ProposeMatch),
    Led(consultation.ConsultationRecorded, consultation.RecordConsultation),
    Led(matching.ConflictWaived, matching.WaiveConflict),
    Led(matching.MatchDeclined, matching.DeclineMatch),
    Led(matching.MatchConfirmed, matching.ConfirmMatch),
    Led(contact.FirstContactMade, contact.ConfirmFirstContact),
    Led(contact.RegionContactHeard, contact.HearContact),
    Led(contact.ChecklistTicked, contact.TickChecklist),
    Led(signing.AgreementDrafted, signing.DraftAgreement),
    Led(signing.AgreementSigned, signing.SignAgreement),
    Led(MeetingLogged, groups.LogGroupMeeting, when=lambda event: bool(event.group)),
    Led(
        MeetingLogged,
        stage.LogQuickMeeting,
        lambda told: {"held_on": told.first.began_at.astimezone(told.zone).date()},
        lambda event: event.kind is MeetingKind.QUICK,
    ),
    Led(MeetingLogged, stage.LogMeeting),
    Led(groups.GroupMeetingRefused, groups.HearGroupRefusal),
    Led(stage.ReferralNoted, stage.NoteReferral),
    Led(plan.MeetingsPlanned, plan.PlanMeetings, _rows),
    Led(observations.ObservationBooked, observations.BookObservation),
    Led(observations.ObservationMoved, observations.MoveObservation),
    Led(observations.ObservationCanceled, observations.CancelObservation),
    Led(observations.ObservationDone, observations.ReportObservation),
    Led(cover.CoverRequested, cover.RequestCover),
    Led(cover.CoverDecided, cover.DecideCover, lambda told: {"approve": told.first.approved}),
    Led(cover.CoverUsed, cover.UseCover),
    Led(cover.CoverGivenBack, cover.GiveBackCover),
    Led(stage.MeetingConfirmed, stage.ConfirmMeeting),
    Led(stage.MeetingDisputed, stage.DisputeMeeting),
    Led(MeetingResolved, stage.ResolveMeeting),
    Led(stage.ObstacleRecorded, stage.RecordObstacle),
    Led(stage.MeetingsCompleted, stage.DecideCompletion),
    Led(
        survey.SurveySubmitted,
        survey.SubmitSurvey,
        lambda told: {"answers": told.document(told.first.document)},
    ),
    Led(stipend.ObligationHeard, stipend.HearObligation),
    Led(recognition.MentorRecognized, recognition.RecognizeMentor),
    Led(recognition.ContinuationAnswered, recognition.AnswerContinuation),
    Led(ending.RelationshipEnded, ending.EndRelationship),
    Led(ending.PartnerChanged, ending.ChangePartner),
    Led(ending.RelationshipPaused, ending.PauseRelationship),
    Led(ending.RelationshipResumed, ending.ResumeRelationship),
    Led(ending.ChangeAsked, ending.AskForChange),
    Led(ending.ChangeAnswered, ending.AnswerChange),
    Led(complaint.ComplaintOpened, complaint.OpenComplaint, _statement),
    Led(complaint.ComplaintTaken, complaint.TakeComplaint),
    Led(complaint.ComplaintDecided, complaint.DecideComplaint),
    Led(
        complaint.ComplaintReturned,
        complaint.SecondComplaint,
        lambda told: {"agree": False},
    ),
    Led(
        complaint.ComplaintClosed,
        complaint.SecondComplaint,
        lambda told: {"agree": True},
    ),
    Led(
        forms_submitted.FormSubmitted,
        forms_submitted.SubmitForm,
        lambda told: {"answers": told.document(told.first.document)},
        when=lambda event: not event.amends,
    ),
    Led(
        forms_submitted.FormSubmitted,
        forms_submitted.AmendForm,
        lambda told: {
            "document": told.first.amends,
            "answers": told.document(told.first.document),
        },
    ),
    Led(helpers.HelperNamed, helpers.NameHelper),
    Led(helpers.HelperAnswered, helpers.AnswerHelper),
    Led(
        rules_version.RulesMoved,
        rules_version.MoveRules,
        lambda told: {"rules_version": told.first.version},
    ),
    Led(failed_notices.NoticeFailed, failed_notices.HearNotice),
)
# These begin no command: each follows from another event of its decision, or from a deadline.
FOLLOWING: Final[tuple[type[Event], ...]] = (
    application.SpecialApplicationOpened,
    signing.AgreementInForce,
    stage.CompletionAsked,
    observations.ObservationsAsked,
    cover.CoverAllotted,
    survey.SurveyClosed,
    stipend.StipendClaimed,
    stipend.StipendStagePassed,
    recognition.RelationshipCompleted,
    forms_owed.FormsAsked,
    forms_owed.FormsLapsed,
    reminders.NudgeDue,
    reminders.Escalated,
)
_BY_EVENT: Final = {kind: tuple(led for led in LEADING if led.event is kind) for kind in EVENTS}
_FAR = date(9000, 1, 1)  # training that has not run out
_OWN = ("id", "actor")


def command_of(
    state: Relationship, events: tuple[Event, ...], envelopes: tuple[Envelope, ...], zone: ZoneInfo
) -> Command:
    """The command that led from a state to these events; raises ``KeyError`` where the first begins none.

    ``zone`` is that of the program: what was asked as a local day or hour stands as an instant in the journal.
    """
    documents = tuple(document for envelope in envelopes for document in envelope.docs)
    led = next((led for led in _BY_EVENT.get(type(events[0]), ()) if led.when(events[0])), None)
    if led is None:
        raise KeyError(type(events[0]).__name__)
    told = Decided(state, events, documents, envelopes[0].cause.command, envelopes[0].decided_at, zone)
    given = led.given(told)
    same = [each.name for each in fields(events[0])]
    for each in fields(led.command):
        if each.name in same and each.name not in given and each.name not in _OWN:
            given[each.name] = getattr(events[0], each.name)
    return led.command(id=envelopes[0].cause.command, actor=envelopes[0].actor, **given)


def facts_of(
    state: Relationship, command: Command, events: tuple[Event, ...], rules: Rules, draft: Rules
) -> tuple[Facts | None, tuple[str, ...]]:
    """The facts that the events hold, and the names of those that the draft asks for and they do not hold.

    ``rules`` are those of the decision: a fact without which they would have refused was true.
    """
    match command:
        case matching.ProposeMatch():
            return _of_proposal(state, command, events[0], rules, draft)
        case matching.ConfirmMatch():
            proposal = state.matching.proposal
            mentor = proposal.mentor if proposal else ""
            return Facts(memberships=_members(state.mentee, mentor, events[0])), ()
        case application.OpenRelationship() | application.DecideSpecialApplication():
            membership = next((held for event in events if (held := getattr(event, "membership", ""))), "")
            return Facts(memberships={state.mentee: membership} if membership else {}), ()
    return None, ()


def _of_proposal(
    state: Relationship, command: matching.ProposeMatch, event: Event, rules: Rules, draft: Rules
) -> tuple[Facts, tuple[str, ...]]:
    assert isinstance(event, matching.MatchProposed)  # noqa: S101 - the event that begins this command
    then, now = rules.matching, draft.matching
    facts = Facts(
        memberships=_members(state.mentee, command.mentor, event),
        mentor_known=True,
        mentor_region=event.mentor_region,
        mentor_trained=then.mentor_training_required,
        mentor_same_role=bool(then.fallback_reasons) and not command.fallback,
        mentor_trained_on=_FAR,
        mentor_since=event.mentor_since,
        mentor_credential_until=event.credential_until,
        free_slot=event.slot,
        conflicts=event.conflicts,
    )
    wanted = {
        "mentor_trained": now.mentor_training_required and not facts.mentor_trained,
        "mentor_same_role": bool(now.fallback_reasons) and not (facts.mentor_same_role or command.fallback),
        "mentor_trained_on": now.mentor_training_required
        and _shorter(now.training_valid_years, then.training_valid_years),
        "mentor_until": _shorter(now.mentor_away_years, then.mentor_away_years),
        "mentor_since": bool(now.mentor_years) and not then.mentor_years,
        "conflicts": any(kind not in then.conflict_kinds for kind in now.conflict_kinds),
    }
    return facts, tuple(name for name, missing in wanted.items() if missing)


def _shorter(years: int, than: int) -> bool:
    """Whether a span of years asks for more than another one; 0 asks for nothing."""
    return years > 0 and (than == 0 or years < than)


def _members(mentee: str, mentor: str, event: Event) -> dict[str, str]:
    assert isinstance(event, matching.MatchProposed | matching.MatchConfirmed)  # noqa: S101 - those that look up both
    both = {mentee: event.mentee_membership, mentor: event.mentor_membership}
    return {person: membership for person, membership in both.items() if membership}


def possible(facts: Facts, unknown: tuple[str, ...], draft: Rules) -> Iterator[Facts]:
    """The facts as they may have been: once for each way in which the unknown ones can have come out."""
    values: dict[str, tuple[Any, ...]] = {
        "mentor_trained": (True, False),
        "mentor_same_role": (True, False),
        "mentor_trained_on": (_FAR, None),
        "mentor_until": (None, date.min),
        "mentor_since": (date.min, None),
        "conflicts": (facts.conflicts, draft.matching.conflict_kinds),
    }
    for chosen in product(*(values[name] for name in unknown)):
        yield replace(facts, **dict(zip(unknown, chosen, strict=True)))
