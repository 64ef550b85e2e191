"""What goes out after an event is recorded: notices, claims on obligations, the start of a successor.

An effect is started only when its record has succeeded, and is safe to repeat: its key follows from the event.
"""

from dataclasses import dataclass

from domain.actors import Side
from domain.codec import instant_text
from domain.forms.model import Filler
from domain.journal import Event
from domain.messages import Stamp
from domain.notices import Notice, NoticeKind, SendNotice, notice
from domain.relationship.any_stage.complaint import ComplaintClosed
from domain.relationship.any_stage.ending import (
    ChangeAnswered,
    PartnerChanged,
    RelationshipEnded,
    RelationshipPaused,
    RelationshipResumed,
)
from domain.relationship.any_stage.reminders import Escalated, NudgeDue
from domain.relationship.forms_owed import FormsAsked
from domain.relationship.invitation import Invitation, Occasion, invitation_uid
from domain.relationship.next_meeting import invitation_after
from domain.relationship.parts.meetings import MeetingKind
from domain.relationship.stages.agreement.signing import AgreementDrafted, AgreementInForce
from domain.relationship.stages.application import (
    ApplicationAccepted,
    ApplicationReceived,
    ApplicationRefused,
)
from domain.relationship.stages.contact import FirstContactMade, RegionContactHeard
from domain.relationship.stages.matching.proposal import MatchConfirmed, MatchDeclined, MatchProposed
from domain.relationship.stages.meetings.cover import CoverDecided
from domain.relationship.stages.meetings.log import MeetingLogged
from domain.relationship.stages.meetings.observations import (
    ObservationBooked,
    ObservationCanceled,
    ObservationMoved,
)
from domain.relationship.stages.meetings.stage import MeetingDisputed, MeetingsCompleted
from domain.relationship.stages.recognition import MentorRecognized
from domain.relationship.stages.stipend import StipendClaimed
from domain.relationship.state import Relationship
from domain.rules.ladder import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverClaim:
    """Tell the obligation of this relationship's claim; starts the obligation where it does not run yet."""

    claim: str
    obligation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawClaim:
    """Tell the obligation that this relationship claims nothing any more."""

    claim: str
    obligation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSuccessor:
    """Start the relationship that continues this one with another mentor."""

    predecessor: str
    successor: str


Effect = SendNotice | DeliverClaim | WithdrawClaim | StartSuccessor


def effects(before: Relationship, after: Relationship, event: Event, stamp: Stamp) -> tuple[Effect, ...]:
    """The effects of one event that led from ``before`` to ``after``, in the order in which they start."""
    said = (*_notices(before, after, event, stamp), *_appointment(before, after, stamp))
    mails = tuple(SendNotice(notice=mail) for mail in said)
    if isinstance(event, StipendClaimed):
        return (DeliverClaim(claim=event.claim, obligation=event.obligation), *mails)
    withdrawn = tuple(
        WithdrawClaim(claim=claim.id, obligation=claim.obligation)
        for claim, old in zip(after.claims, before.claims, strict=False)
        if claim.withdrawn and not old.withdrawn
    )
    if isinstance(event, PartnerChanged):
        return (StartSuccessor(predecessor=after.id, successor=event.successor), *withdrawn, *mails)
    return (*withdrawn, *mails)


def _appointment(before: Relationship, after: Relationship, stamp: Stamp) -> tuple[Notice, ...]:
    """Invitations of both to their next meeting, where an event has planned, moved or withdrawn it."""
    found = invitation_after(before, after, stamp)
    if found is None:
        return ()
    kind, invitation = found
    people = (after.mentor, after.mentee)
    return tuple(notice(after.id, stamp.seq, kind, person=person, **invitation.data) for person in people)


def _notices(before: Relationship, after: Relationship, event: Event, stamp: Stamp) -> tuple[Notice, ...]:
    """The notices of one event: to the mentee, to the mentor, or to the contacts of a region."""
    seq = stamp.seq

    def to(person: str, kind: NoticeKind, **data: str) -> Notice:
        return notice(after.id, seq, kind, person=person, **data)

    def both(kind: NoticeKind, **data: str) -> tuple[Notice, ...]:
        return tuple(to(person, kind, **data) for person in (after.mentor, after.mentee) if person)

    match event:
        case ApplicationReceived():
            return (to(after.mentee, NoticeKind.APPLICATION_RECEIVED),)
        case ApplicationRefused():
            return (to(after.mentee, NoticeKind.APPLICATION_REFUSED, reason=event.reason),)
        case ApplicationAccepted():
            return (to(after.mentee, NoticeKind.APPLICATION_ACCEPTED),)
        case MatchProposed():
            return (to(event.mentor, NoticeKind.MATCH_PROPOSED),)
        case MatchDeclined():
            return (to(event.mentor, NoticeKind.MATCH_CALLED_OFF),)
        case MatchConfirmed():
            return _welcome(after, event, seq)
        case RegionContactHeard():
            return both(NoticeKind.CONTACT_CHANGED, contact=event.contact)
        case FirstContactMade():
            return both(NoticeKind.AGREEMENT_NEXT, due=instant_text(event.timers[0].due))
        case AgreementDrafted():
            other = after.person_of(event.by.other)
            return (to(other, NoticeKind.AGREEMENT_TO_SIGN, version=str(event.version)),)
        case AgreementInForce():
            return both(NoticeKind.AGREEMENT_IN_FORCE, version=str(event.version))
        case MeetingLogged():
            return _to_confirm(after, event, seq)
        case MeetingDisputed():
            met = next(each for each in after.meetings.log if each.id == event.meeting)
            if met.logged_by is None:
                return ()  # a coordinator logged it for a group, and the task says that it is disputed
            other = after.person_of(event.by.other)
            return (to(other, NoticeKind.MEETING_DISPUTED, meeting=event.meeting),)
        case ObservationBooked() | ObservationMoved() | ObservationCanceled():
            return _observation(after, event, stamp)
        case CoverDecided():
            outcome = "approved" if event.approved else "refused"
            request = next(each for each in after.cover.requests if each.id == event.request)
            starts_at = instant_text(request.starts_at)
            return both(
                NoticeKind.COVER_DECIDED,
                outcome=outcome,
                minutes=str(request.minutes),
                starts_at=starts_at,
                left=str(after.cover.left),
            )
        case MeetingsCompleted():
            return both(NoticeKind.SURVEY_OPEN, due=instant_text(event.timers[0].due))
        case FormsAsked():
            return _asked(after, event, seq)
        case NudgeDue():
            return _reminders(after, event, seq)
        case Escalated():
            region, data = after.region, _about(event)
            return (notice(after.id, seq, NoticeKind.TASK_FOR_REGION, region=region, **data),)
        case MentorRecognized():
            thanks = to(after.mentor, NoticeKind.MENTOR_THANKED, recognition=event.kind)
            return (thanks, *both(NoticeKind.CONTINUE_AS_COLLEAGUES, due=instant_text(event.timers[0].due)))
        case RelationshipEnded():
            return both(NoticeKind.RELATIONSHIP_ENDED)
        case PartnerChanged():
            return both(NoticeKind.PARTNER_CHANGED)
        case ChangeAnswered():
            return (to(after.person_of(event.side), NoticeKind.CHANGE_ANSWERED, answer=event.answer),)
        case ComplaintClosed():
            return _complaint_closed(after, event, seq)
        case RelationshipPaused():
            return both(NoticeKind.RELATIONSHIP_PAUSED)
        case RelationshipResumed():
            return both(NoticeKind.RELATIONSHIP_RESUMED)
    return ()


def _to_confirm(after: Relationship, event: MeetingLogged, seq: int) -> tuple[Notice, ...]:
    """The question to the other side whether it was so; to both where a coordinator logged a group."""
    data = {"meeting": event.meeting, "began_at": instant_text(event.began_at)}
    if event.kind is not MeetingKind.SINGLE:
        data["log"] = event.kind.value
    if event.by is None:
        data["by"] = "coordinator"
    told = (after.mentor, after.mentee) if event.by is None else (after.person_of(event.by.other),)
    return tuple(
        notice(after.id, seq, NoticeKind.MEETING_TO_CONFIRM, person=person, **data) for person in told
    )


def _observation(
    after: Relationship, event: ObservationBooked | ObservationMoved | ObservationCanceled, stamp: Stamp
) -> tuple[Notice, ...]:
    """Word of an observation's hour to both, whoever set it: it brings the entry for their calendars."""
    change = {ObservationBooked: "booked", ObservationMoved: "moved", ObservationCanceled: "canceled"}
    found = next(each for each in after.observations.booked if each.id == event.observation)
    invitation = Invitation(
        uid=invitation_uid(after.id, found.id),
        sequence=stamp.seq,
        stamped_at=stamp.at,
        occasion=Occasion.OBSERVATION,
        starts_at=found.starts_at,
        minutes=found.minutes,
        cancelled=isinstance(event, ObservationCanceled),
    )
    people = (after.mentor, after.mentee)
    return tuple(
        notice(
            after.id,
            stamp.seq,
            NoticeKind.OBSERVATION_CHANGED,
            person=person,
            change=change[type(event)],
            **invitation.data,
        )
        for person in people
    )


def _welcome(after: Relationship, event: MatchConfirmed, seq: int) -> tuple[Notice, ...]:
    """Letters to both, and word to the mentor's region where it is another one (MASA-10, -28)."""
    due = instant_text(event.timers[0].due)
    letters = (
        notice(after.id, seq, NoticeKind.WELCOME_MENTEE, person=after.mentee, mentor=event.mentor, due=due),
        notice(after.id, seq, NoticeKind.WELCOME_MENTOR, person=event.mentor, mentee=after.mentee, due=due),
    )
    if event.mentor_region == after.region:
        return letters
    across = tuple(
        notice(
            after.id,
            seq,
            NoticeKind.MATCH_ACROSS_REGIONS,
            region=region,
            mentor=event.mentor,
            money_region=event.money_region,
        )
        for region in (after.region, event.mentor_region)
    )
    return (*letters, *across)


def _complaint_closed(after: Relationship, event: ComplaintClosed, seq: int) -> tuple[Notice, ...]:
    """Word to the side that complained; what was decided is said only by what follows from it."""
    case = next(case for case in after.complaints if case.id == event.complaint)
    if case.opened_by not in (after.mentor, after.mentee):
        return ()
    return (notice(after.id, seq, NoticeKind.COMPLAINT_CLOSED, person=case.opened_by),)


def _asked(after: Relationship, event: FormsAsked, seq: int) -> tuple[Notice, ...]:
    """Word of forms to those of the pair who owe one; the office has a task."""
    letters = []
    for side in Side:
        forms = [each.form for each in event.forms if each.by.value == side.value]
        if forms:
            due = min(timer.due for timer in event.timers if timer.about in forms)
            data = {
                "forms": ",".join(forms),
                "due": instant_text(due),
                "over": "yes" if after.ended else "no",
            }
            letters.append(
                notice(after.id, seq, NoticeKind.FORMS_ASKED, person=after.person_of(side), **data)
            )
    return tuple(letters)


def _about(event: NudgeDue | Escalated) -> dict[str, str]:
    """What a reminder or a task is about; of a form, which one."""
    about = {"about": event.subject.value}
    return {**about, "forms": event.about} if event.about else about


def _reminders(after: Relationship, event: NudgeDue, seq: int) -> tuple[Notice, ...]:
    """A reminder to those whom the rung addresses and who still owe something."""
    data = {**_about(event), "rung": str(event.rung)}
    owed = next((each.by for each in after.owed if each.form == event.about), None)
    if event.to is Audience.COORDINATOR or owed is Filler.COORDINATOR:
        return (notice(after.id, seq, NoticeKind.REMINDER, region=after.region, **data),)
    sides: tuple[Side, ...]
    match event.to:
        case Audience.MENTOR:
            sides = (Side.MENTOR,)
        case Audience.MENTEE:
            sides = (Side.MENTEE,)
        case Audience.LATE if owed is not None:
            sides = (Side(owed.value),)
        case Audience.LATE:
            sides = tuple(side for side in Side if side not in after.survey.answered)
        case _:
            sides = (Side.MENTOR, Side.MENTEE)
    people = (after.person_of(side) for side in sides)
    return tuple(
        notice(after.id, seq, NoticeKind.REMINDER, person=person, **data) for person in people if person
    )
