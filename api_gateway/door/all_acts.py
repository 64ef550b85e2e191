"""The acts of a pair as a person looks for them: under a heading each, the rare and final ones last."""

from collections.abc import Mapping, Sequence
from typing import Final

from api_gateway.door.acts import OwnAct

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "meetings": (
        "LogMeeting", "LogGroupMeeting", "LogQuickMeeting", "PlanMeetings", "ConfirmMeeting", "DisputeMeeting",
        "CorrectMeeting", "WithdrawMeeting", "ConfirmFirstContact", "TickChecklist", "NoteReferral",
    ),
    "observations": (
        "BookObservation", "MoveObservation", "CancelObservation", "ReportObservation", "RequestCover", "UseCover",
        "GiveBackCover",
    ),
    "papers": (
        "SignAgreement", "DraftAgreement", "SubmitForm", "AmendForm", "SubmitSurvey", "AnswerContinuation",
        "AnswerHelper", "ConfirmStaffAct", "ContradictStaffAct",
    ),
    "else": (
        "AcceptMatch", "DeclineMatch", "AskForChange", "PauseRelationship", "ResumeRelationship", "ChangePartner",
        "EndRelationship", "OpenComplaint",
    ),
}  # fmt: skip
"""The acts under each heading, in their order; the headings have their words in ``my.more_headings``."""


def by_heading(acts: Sequence[OwnAct]) -> tuple[tuple[str, tuple[OwnAct, ...]], ...]:
    """Return acts under their headings; a heading without any is left out."""
    found = {act.name: act for act in acts}
    groups = (
        (head, tuple(found[name] for name in names if name in found)) for head, names in HEADINGS.items()
    )
    return tuple((head, group) for head, group in groups if group)
