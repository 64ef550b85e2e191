"""What a mentor or mentee must do and by when, and what the two have planned: their part of a personal calendar."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain.actors import Side
from domain.calendar import Calendar
from domain.relationship.invitation import Invitation, Occasion, PlanChange, invitation_uid
from domain.relationship.parts.plan import PlannedMeeting
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind, Rules

# The pair's own deadlines. All others are the region's work or belong to a stage.
OF_THE_PAIR = (
    DeadlineKind.FIRST_CONTACT,
    DeadlineKind.AGREEMENT,
    DeadlineKind.MEETING,
    DeadlineKind.OBSERVATION,
    DeadlineKind.SURVEY,
    DeadlineKind.CLOSING,
    DeadlineKind.FORM,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One thing to do by the end of a day in the program's calendar."""

    subject: DeadlineKind
    day: date
    about: str = ""


def deadlines(state: Relationship, person: str, calendar: Calendar) -> Iterator[Deadline]:
    """Yield the open deadlines of a mentor or mentee; none for anybody else, and none during a pause."""
    if state.pause or person not in (state.mentor, state.mentee):
        return
    answered = [state.person_of(side) for side in state.survey.answered]
    own = Side.MENTOR if person == state.mentor else Side.MENTEE
    owed = [each.form for each in state.owed if each.by.value == own.value]
    for timer in state.timers:
        if timer.subject not in OF_THE_PAIR or (timer.subject is DeadlineKind.SURVEY and person in answered):
            continue
        if timer.subject is DeadlineKind.FORM and timer.about not in owed:
            continue
        # A deadline at midnight belongs to the day that has just ended.
        day = calendar.local_date(timer.due - timedelta(seconds=1))
        yield Deadline(subject=timer.subject, day=day, about=timer.about)


def overdue(
    state: Relationship, person: str, now: datetime, rules: Rules
) -> Iterator[tuple[DeadlineKind, str]]:
    """Yield what a mentor or mentee still has to do although its last reminder is over, so that no deadline runs.

    Each with what it is about, as a deadline says it; none for anybody else, and none during a pause.
    """
    if state.pause or person not in (state.mentor, state.mentee):
        return
    own = Side.MENTOR if person == state.mentor else Side.MENTEE
    running = [(timer.subject, timer.about) for timer in state.timers]
    for subject in () if state.ended else _asked_in_stage(state, own, now, rules):
        if (subject, "") not in running:
            yield subject, ""
    for each in state.owed:
        if each.by.value == own.value and (DeadlineKind.FORM, each.form) not in running:
            yield DeadlineKind.FORM, each.form


def _asked_in_stage(state: Relationship, own: Side, now: datetime, rules: Rules) -> Iterator[DeadlineKind]:
    """Yield what the stage asks of a side until it is done."""
    match state.stage:
        case "contact":
            yield DeadlineKind.FIRST_CONTACT
        case "agreement":
            yield DeadlineKind.AGREEMENT
        case "meetings" if now < state.meetings_end(rules):
            yield DeadlineKind.MEETING
            if state.observations.done < state.observations.required:
                yield DeadlineKind.OBSERVATION
        case "survey" if own not in state.survey.answered:
            yield DeadlineKind.SURVEY


def unrecorded(state: Relationship, now: datetime) -> tuple[PlannedMeeting, ...]:
    """Return the planned meetings that are over and that nobody has recorded, the earliest first.

    None before a meeting that stands, and none once the pair has planned anew: it knows then what came of them.
    """
    if state.stage != "meetings" or state.ended or state.pause:
        return ()
    latest = max((met.began_at for met in state.meetings.standing), default=state.meetings_since)
    rows = state.schedule.planned
    over = (
        row
        for row in rows
        if row.status == "planned" and row.starts_at + timedelta(minutes=row.minutes) <= now
        if row.starts_at > latest
        if not any(each.planned_at is not None and each.planned_at > row.starts_at for each in rows)
    )
    return tuple(sorted(over, key=lambda row: (row.starts_at, row.id)))


def told_at(state: Relationship) -> datetime:
    """Return when a pair last heard of something, which is all that its calendar may say about a change (C58)."""
    return state.told_at or state.stage_since


def invitations(state: Relationship, person: str, now: datetime) -> Iterator[Invitation]:
    """Yield what is planned and still to come: the next meeting as both were invited, other rows, and observations."""
    if state.ended or person not in (state.mentor, state.mentee):
        return
    following = state.appointment
    if following is not None:
        places = {each.id: each.place for each in state.schedule.planned}
        change = following.change or _first(told_at(state))
        yield replace(following.invitation(change), place=places.get(following.row, ""))
    for row in state.schedule.planned:
        if row.status == "planned" and row.starts_at > now and not (following and following.row == row.id):
            yield Invitation(
                uid=invitation_uid(state.id, row.id),
                sequence=0,
                stamped_at=row.planned_at or told_at(state),
                occasion=Occasion.MEETING,
                starts_at=row.starts_at,
                minutes=row.minutes,
                mode=row.mode,
                place=row.place,
            )
    for booked in state.observations.booked:
        if booked.status == "booked" and booked.starts_at > now:
            change = booked.change or _first(told_at(state))
            yield Invitation(
                uid=invitation_uid(state.id, booked.id),
                sequence=change.sequence,
                stamped_at=change.at,
                occasion=Occasion.OBSERVATION,
                starts_at=booked.starts_at,
                minutes=booked.minutes,
            )


def _first(at: datetime) -> PlanChange:
    return PlanChange(sequence=0, at=at)
