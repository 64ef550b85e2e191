"""All rooms of a relationship, and which room a command or an event belongs to."""

from domain.journal import Event
from domain.messages import Command
from domain.relationship import forms_owed, person_change
from domain.relationship.any_stage import (
    change_request,
    complaint,
    ending,
    failed_notice,
    forms_submitted,
    helpers,
    notes,
    pause,
    reminders,
    rules_version,
    staff_acts,
)
from domain.relationship.room import Room
from domain.relationship.stages import recognition, stipend, survey
from domain.relationship.stages.agreement import drafting, signing
from domain.relationship.stages.application import opening, refusal, special
from domain.relationship.stages.contact import checklist, first_contact
from domain.relationship.stages.matching import (
    acceptance,
    confirmation,
    conflicts,
    consultation,
    decline,
    needs_conversation,
    proposal,
    still_looking,
)
from domain.relationship.stages.meetings import (
    completion,
    completion_review,
    corrections,
    cover,
    dispute,
    follow_up,
    groups,
    log,
    observations,
    plan,
    referral,
)

ROOMS: tuple[Room, ...] = (
    opening.ROOM,
    special.ROOM,
    refusal.ROOM,
    needs_conversation.ROOM,
    proposal.ROOM,
    conflicts.ROOM,
    acceptance.ROOM,
    decline.ROOM,
    still_looking.ROOM,
    confirmation.ROOM,
    consultation.ROOM,
    first_contact.ROOM,
    checklist.ROOM,
    drafting.ROOM,
    signing.ROOM,
    log.ROOM,
    dispute.ROOM,
    corrections.ROOM,
    follow_up.ROOM,
    completion.ROOM,
    completion_review.ROOM,
    referral.ROOM,
    groups.ROOM,
    plan.ROOM,
    observations.ROOM,
    cover.ROOM,
    survey.ROOM,
    stipend.ROOM,
    recognition.ROOM,
    ending.ROOM,
    change_request.ROOM,
    pause.ROOM,
    helpers.ROOM,
    rules_version.ROOM,
    complaint.ROOM,
    forms_owed.ROOM,
    person_change.ROOM,
    forms_submitted.ROOM,
    reminders.ROOM,
    failed_notice.ROOM,
    staff_acts.ROOM,
    notes.ROOM,
)
COMMANDS: tuple[type[Command], ...] = tuple(kind for room in ROOMS for kind in room.commands)
EVENTS: tuple[type[Event], ...] = tuple(kind for room in ROOMS for kind in room.events)
ROOM_OF_COMMAND = {kind: room for room in ROOMS for kind in room.commands}
ROOM_OF_EVENT = {kind: room for room in ROOMS for kind in room.events}
