"""What can be done about each kind of task: its acts, as data.

An act names a command of the task's own stream, a route of the API, or a line for the machine of the office. A test
finds a kind that no act closes, and an act that nobody can reach.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.actors import Role
from domain.tasks import ABOUT_STREAMS, TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAct:
    """One way to get on with a task.

    Exactly one of ``command`` (the name of a command of the stream), ``route`` (method and path, with columns of the
    task in braces) and ``line`` (a command line on the machine of the office) is set. ``given`` names the field that
    holds what the task is about, ``task_in`` the one that holds the task's own id. ``statewide`` means that only the
    state office may do it. ``first`` means that it only begins the work: another act closes the task. ``fields`` are
    those that the body of a route must have. ``by`` is the only role that may do it, if others have the task on their
    lists, too. ``by_why`` names the field that a command most likely changes for a reason of the task, and under
    an empty reason for every other; it is for a command whose fields may all be left out.
    """

    command: str = ""
    route: str = ""
    line: str = ""
    given: str = ""
    task_in: str = ""
    statewide: bool = False
    first: bool = False
    fields: tuple[str, ...] = ()
    by: Role | None = None
    by_why: tuple[tuple[str, str], ...] = ()


SETTLE: Final = TaskAct(command="SettleTask", task_in="task")
POSTPONE: Final = TaskAct(command="PostponeTask", task_in="task")
BY_HAND: Final = (SETTLE, POSTPONE)
"""The acts on a task that a person ends, since nothing that the office could see ends it."""


def _commands(*names: str) -> tuple[TaskAct, ...]:
    return tuple(TaskAct(command=name) for name in names)


ACTS: Final[Mapping[TaskKind, tuple[TaskAct, ...]]] = MappingProxyType(
    {
        TaskKind.DECIDE_SPECIAL_APPLICATION: (
            TaskAct(command="TakeSpecialApplication", statewide=True, first=True),
            TaskAct(command="DecideSpecialApplication", statewide=True),
        ),
        TaskKind.DECIDE_REFUSAL: (
            TaskAct(command="RefuseApplication"),
            TaskAct(command="AcceptAsSpecial", statewide=True),
            TaskAct(command="AskFactsAgain"),
            TaskAct(
                command="CorrectApplication",
                by_why=(
                    ("not_first_year", "first_year"),
                    ("not_new_to_role", "reason"),
                    ("not_in_served_area", "areas"),
                    ("", "applied_on"),
                ),
            ),
        ),
        TaskKind.CONTACT_MENTEE: _commands("RecordPreMatchContact"),
        TaskKind.PROPOSE_MENTOR: _commands("ProposeMatch"),
        TaskKind.WAIVE_CONFLICT: _commands("WaiveConflict", "DeclineMatch"),
        TaskKind.CONSULT: _commands("RecordConsultation"),
        TaskKind.CONFIRM_MATCH: _commands("ConfirmMatch", "DeclineMatch"),
        TaskKind.HELP_FIRST_CONTACT: (POSTPONE, TaskAct(command="EndRelationship")),
        TaskKind.HELP_AGREEMENT: (POSTPONE, TaskAct(command="EndRelationship")),
        TaskKind.CONTACT_PAIR: _commands("RecordObstacle"),
        TaskKind.FOLLOW_UP_PAIR: _commands("RecordObstacle"),
        TaskKind.RESOLVE_MEETING: (TaskAct(command="ResolveMeeting", given="meeting"),),
        TaskKind.CHECK_GROUP_MEETING: BY_HAND,
        TaskKind.CHECK_STAFF_ACT: (TaskAct(command="SettleStaffAct", given="act"),),
        TaskKind.ARRANGE_OBSERVATION: BY_HAND,
        TaskKind.DECIDE_COVER: (TaskAct(command="DecideCover", given="request"),),
        TaskKind.DECIDE_COMPLETION: _commands("DecideCompletion"),
        TaskKind.REVIEW_COMPLETION: _commands("ReviewCompletion"),
        TaskKind.CHASE_SURVEY: BY_HAND,
        TaskKind.FILL_FORM: (TaskAct(command="SubmitForm", given="form"),),
        TaskKind.CHASE_FORM: BY_HAND,
        TaskKind.RECOGNIZE_MENTOR: _commands("RecognizeMentor"),
        TaskKind.RESUME_OR_END: _commands("ResumeRelationship", "EndRelationship"),
        TaskKind.CONSIDER_CHANGE: (
            TaskAct(command="AnswerChange", given="side"),
            TaskAct(command="ChangePartner"),
        ),
        TaskKind.HANDLE_COMPLAINT: (
            TaskAct(command="TakeComplaint", given="complaint", first=True),
            TaskAct(command="DecideComplaint", given="complaint"),
        ),
        TaskKind.SECOND_COMPLAINT: (TaskAct(command="SecondComplaint", given="complaint"),),
        TaskKind.FIX_ADDRESS: (
            TaskAct(route="POST people/{about}/change", first=True, fields=("email",)),
            SETTLE,
        ),
        TaskKind.LOOK_AT_PERSON: (TaskAct(command="SettleChange", given="person"),),
        TaskKind.LOOK_AGAIN: (TaskAct(route="GET relationships/{subject}/notes", first=True), *BY_HAND),
        TaskKind.PREPARE_STIPEND: _commands("PrepareStipend"),
        TaskKind.APPROVE_STIPEND: _commands("ApproveStipend", "DenyStipend"),
        TaskKind.SEND_STIPEND: _commands("EnterReference", "VoidOrder"),
        TaskKind.CONFIRM_SETTLEMENT: _commands("ConfirmSettled", "RecordFailed", "RecordReturned"),
        TaskKind.CHECK_MEMBERSHIP: _commands("LiftHold", "DenyStipend"),
        TaskKind.CHECK_ONE_HUMAN: (
            TaskAct(command="SettleLimit", given="limit"),
            *_commands("LiftHold", "VoidOrder", "DenyStipend"),
        ),
        TaskKind.CHECK_DEPARTURE: (
            TaskAct(command="PrepareStipend", first=True),
            *_commands("LiftHold", "DenyStipend"),
        ),
        TaskKind.RESOLVE_RETURN: _commands("PrepareStipend"),
        TaskKind.RESOLVE_PAID_TWICE: (TaskAct(command="ProposeResolution", given="order"),),
        TaskKind.CONFIRM_RESOLUTION: (
            TaskAct(command="ConfirmResolution", given="order"),
            TaskAct(command="ProposeResolution", given="order"),
        ),
        TaskKind.CHASE_MONTHLY_RECORD: (SETTLE,),
        TaskKind.CHECK_LOGS: (TaskAct(command="RecordLogCheck", given="period"),),
        TaskKind.FOLLOW_UP_LOGS: (TaskAct(command="RecordLogCheck", given="relationships"),),
        TaskKind.CHASE_TERM_SURVEY: (SETTLE,),
        TaskKind.NAME_CONTACT: (TaskAct(route="POST regions/{region}/contacts", fields=("person", "first")),),
        TaskKind.CORRECT_PROGRAM: (TaskAct(line="mentorflow doctor"),),
        TaskKind.CORRECT_WORDS: (TaskAct(line="mentorflow doctor"),),
        TaskKind.CORRECT_MAIL: (TaskAct(line="mentorflow doctor"),),
        TaskKind.LOOK_INTO_FAULT: (
            TaskAct(line="mentorflow doctor", first=True),
            TaskAct(route="POST tasks/{id}/look-into", fields=("found",), by=Role.ADMIN),
        ),
        TaskKind.START_RUN_AGAIN: (TaskAct(route="POST tasks/{id}/start-run-again", by=Role.ADMIN),),
    }
)
"""The acts of each kind, in the order in which a person would try them."""
SETTLED_BY_HAND: Final = frozenset(kind for kind, acts in ACTS.items() if SETTLE in acts)
PUT_OFF_BY_HAND: Final = frozenset(kind for kind, acts in ACTS.items() if POSTPONE in acts)
"""Some of these can only be put off: without the task, nothing would move the pair on any longer."""
STATE_OFFICE_ONLY: Final = frozenset(
    kind for kind, acts in ACTS.items() if all(act.statewide for act in acts)
)
"""The kinds that a coordinator of a region can do nothing about."""
OF_STATE_OFFICE_TOO: Final = frozenset((TaskKind.CORRECT_PROGRAM,))
"""The tasks of administrators that the state office has on its list, too."""
OF_AUDITORS_TOO: Final = frozenset(ABOUT_STREAMS)
"""The tasks of administrators of which auditors are told, too. These are all that auditors get emails for."""
