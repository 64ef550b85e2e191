"""What the tables show of a state: rows as a pure function, so that the fold can be compared with the database.

A record writes the rows that changed. The writer adds ``stream`` and ``applied_seq``; they are not values here.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from domain.ids import derive
from domain.projection_rows import CORRECTED, Row, row, task_row
from domain.relationship.deadlines import drop
from domain.relationship.decider import next_timer
from domain.relationship.parts.application import Application
from domain.relationship.parts.complaint import Complaint
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind


def rows(state: Relationship) -> tuple[Row, ...]:
    """Return all rows of one relationship, in a fixed order."""
    return (
        _relationship(state),
        *(_meeting(state, number) for number in range(len(state.meetings.log))),
        *_meeting_versions(state),
        *_planned_meetings(state),
        *_observations(state),
        *_cover_requests(state),
        *_marks(state),
        *(task_row(task, state.id, state.region, "relationship") for task in state.tasks),
        *_slots(state),
        *_claims(state),
        *(_complaint(case, state.id) for case in state.complaints),
        *_helpers(state),
        *_forms(state),
        *_staff_acts(state),
        *_notes(state),
    )


def _relationship(state: Relationship) -> Row:
    # The pair reads this row, and learns nothing of the notes of the staff.
    timer = next_timer(replace(state, timers=drop(state.timers, DeadlineKind.LOOK_AGAIN)))
    draft = state.agreement.draft
    return row(
        "relationships",
        state.id,
        program=state.program,
        term=state.term,
        region=state.region,
        application=state.application_id,
        mentee=state.mentee,
        mentor=state.mentor,
        proposed_mentor=state.matching.proposal.mentor if state.matching.proposal else "",
        stage=state.stage,
        stage_since=state.stage_since,
        status="ended" if state.ended else "paused" if state.pause else "open",
        outcome=state.outcome,
        outcome_reason=state.outcome_reason,
        opened_at=state.opened_at,
        ended_at=state.ended_at,
        special=state.application.special,
        decider=state.application.decider,
        special_document=state.application.special_document,
        money_region=state.matching.money_region,
        agreement_version=state.agreement.in_force,
        draft_version=draft.version if draft else 0,
        kept=tuple(kept.document for kept in state.agreement.kept),
        meetings_logged=len(state.meetings.log),
        next_on=state.meetings.next_on,
        next_topics=state.meetings.next_topics,
        checklist_done_on=state.contact.checklist_done_on,
        observations_required=state.observations.required,
        observations_done=state.observations.done,
        cover_allotted=state.cover.allotted,
        cover_left=state.cover.left,
        predecessor=state.predecessor,
        successor=state.successor,
        earlier=state.earlier,
        **_corrected(state.application),
        next_due=timer.next_at if timer else None,
        next_subject=timer.subject if timer else "",
    )


def _corrected(applied: Application) -> dict[str, Any]:
    """Return what an application says since it was corrected; nothing of one that stands as it came."""
    if not applied.corrected:
        return dict.fromkeys(CORRECTED)
    return {
        "corrected_reason": applied.reason,
        "corrected_first_year": applied.first_year,
        "corrected_applied_on": applied.applied_on,
        "corrected_areas": applied.areas,
    }


def _meeting(state: Relationship, number: int) -> Row:
    met = state.meetings.log[number]
    return row(
        "meetings",
        met.id,
        relationship=state.id,
        began_at=met.began_at,
        minutes=met.minutes,
        mode=met.mode,
        topics=met.topics,
        logged_by=met.logged_by or "coordinator",
        status=met.status,
        kind=met.kind,
        group_id=met.group,
        place=met.place,
        planned=met.planned,
        face_to_face=met.face_to_face,
        version=None if met.versions is None else met.to_answer,
    )


def _meeting_versions(state: Relationship) -> Iterator[Row]:
    """Yield the rows of all that was said about meetings that somebody has corrected."""
    for met in state.meetings.log:
        for each in met.versions or ():
            yield row(
                "meeting_versions",
                derive("meeting-version", met.id, str(each.number)),
                relationship=state.id,
                meeting=met.id,
                number=each.number,
                status=each.status,
                began_at=each.began_at,
                minutes=each.minutes,
                mode=each.mode,
                topics=each.topics,
                place=each.place,
                face_to_face=each.face_to_face,
                withdrawn=each.withdrawn,
                said_by=each.by,
                said_at=each.at,
                reason=each.reason,
            )


def _planned_meetings(state: Relationship) -> Iterator[Row]:
    """Yield the rows of planned meetings, future and past."""
    for each in state.schedule.planned:
        yield row(
            "planned_meetings",
            each.id,
            relationship=state.id,
            starts_at=each.starts_at,
            minutes=each.minutes,
            place=each.place,
            mode=each.mode,
            slot=each.slot,
            status=each.status,
        )


def _observations(state: Relationship) -> Iterator[Row]:
    """Yield the rows of booked observations, future and past."""
    for each in state.observations.booked:
        yield row(
            "observations",
            each.id,
            relationship=state.id,
            starts_at=each.starts_at,
            minutes=each.minutes,
            status=each.status,
            booked_by=each.booked_by,
        )


def _cover_requests(state: Relationship) -> Iterator[Row]:
    """Yield the rows of the cover for meetings and observations, future and past."""
    for each in state.cover.requests:
        yield row(
            "cover_requests",
            each.id,
            relationship=state.id,
            about=each.subject,
            starts_at=each.starts_at,
            minutes=each.minutes,
            status=each.status,
            used=each.used,
            cost=each.cost,
            asked_by=each.asked_by,
        )


def _slots(state: Relationship) -> Iterator[Row]:
    for slot in state.slots:
        yield row(
            "slots",
            slot.id,
            relationship=state.id,
            mentor=slot.mentor,
            number=slot.number,
            taken_at=slot.taken_at,
            released_at=slot.released_at,
        )


def _claims(state: Relationship) -> Iterator[Row]:
    for claim in state.claims:
        yield row(
            "claims",
            claim.id,
            relationship=state.id,
            obligation=claim.obligation,
            kind=claim.kind,
            unit=claim.unit,
            mentor=claim.mentor,
            region=claim.region,
            due_at=claim.due_at,
            heard=claim.heard,
            withdrawn=claim.withdrawn,
        )


def _helpers(state: Relationship) -> Iterator[Row]:
    for helper in state.helpers:
        yield row(
            "helpers",
            derive("helper", state.id, helper.person),
            relationship=state.id,
            person=helper.person,
            topic=helper.topic,
            status=helper.status,
            named_at=helper.named_at,
            answered_at=helper.answered_at,
        )


def _forms(state: Relationship) -> Iterator[Row]:
    for each in state.filed:
        yield row(
            "forms",
            each.document,
            relationship=state.id,
            form=each.form,
            version=each.version,
            filled_by=each.by,
            person=each.person,
            submitted_at=each.at,
            amends=each.amends,
            amended_by=each.amended_by,
            standing=each.standing,
        )


def _staff_acts(state: Relationship) -> Iterator[Row]:
    """Yield the rows of what staff entered for people; a pause moves the day until which the person can answer."""
    running = {
        timer.about: timer.due for timer in state.timers if timer.subject is DeadlineKind.CONTRADICTION
    }
    for act in state.staff_acts:
        yield row(
            "staff_acts",
            act.id,
            relationship=state.id,
            command=act.command,
            contradiction=act.contradiction,
            about=act.subject,
            person=act.person,
            acted_by=act.acted_by,
            reason=act.reason,
            acted_at=act.at,
            until=running.get(act.id, act.until),
            status=act.status,
            answered_at=act.answered_at,
        )


def _notes(state: Relationship) -> Iterator[Row]:
    for note in state.notes:
        yield row(
            "notes",
            note.id,
            relationship=state.id,
            document=note.document,
            person=note.by,
            written_at=note.written_at,
            look_on=note.look_on,
        )


def _marks(state: Relationship) -> tuple[Row, ...]:
    """Return the rows of what was done and when, and nothing else: items of the checklist, and referrals."""
    done = [("checklist", each.item, each.on, each.by.value) for each in state.contact.ticked]
    done += [("referral", "", day, "mentor") for day in state.meetings.referred_on]
    return tuple(
        row(
            "marks",
            derive("mark", state.id, kind, code or day.isoformat()),
            relationship=state.id,
            kind=kind,
            code=code,
            noted_on=day,
            noted_by=by,
        )
        for kind, code, day, by in done
    )


def _complaint(case: Complaint, relationship: str) -> Row:
    return row(
        "complaints",
        case.id,
        relationship=relationship,
        about=case.about,
        against=case.against,
        opened_by=case.opened_by,
        document=case.document,
        status=case.status,
        taken_by=case.taken_by,
        decision=case.decision,
        reason=case.reason,
        decided_by=case.decided_by,
        seconded_by=case.seconded_by,
        opened_at=case.opened_at,
        due_at=case.due_at,
        closed_at=case.closed_at,
    )
