"""In whatever order people log, confirm and contradict: what counts is what a plain model counts (C27)."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.actors import Actor
from domain.errors import RuleViolation
from domain.messages import Command
from domain.relationship.any_stage.staff_acts import ConfirmStaffAct, ContradictStaffAct
from domain.relationship.stages.meetings.completion import counting
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting, ResolveMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from tests.domain.builders import MENTEE, MENTOR, SECOND, Case
from tests.domain.relationship.any_stage.test_staff_acts import ENTERED, acting
from tests.domain.relationship.steps import log, whole

STEPS = (
    "log",
    "log for",
    "right",
    "wrong",
    "partner confirms",
    "partner disputes",
    "stands",
    "struck",
    "wait",
)


@dataclass
class Said:
    """What was said about one meeting, in a model that knows no status."""

    by_staff: bool
    supported: bool = False
    doubted: bool = False
    struck: bool = False

    @property
    def counts(self) -> bool:
        """Whether it counts: nobody doubts it, and it is not the word of staff alone."""
        return not self.doubted and not self.struck and (self.supported or not self.by_staff)


def accepted(case: Case, kind: type[Command], actor: Actor, **fields: object) -> bool:
    """Return whether the rules accept a command."""
    try:
        case.do(kind, actor, **fields)
    except RuleViolation:
        return False
    return True


def step(case: Case, model: dict[str, Said], doing: str, number: int) -> None:
    """Take one step with the case and with the model."""
    if doing in ("log", "log for"):
        case.now += timedelta(hours=2)
        by_staff = doing == "log for"
        if accepted(case, LogMeeting, acting() if by_staff else MENTOR, **log(case)):
            model[case.state.meetings.log[-1].id] = Said(by_staff=by_staff)
        return
    if doing == "wait":
        case.days(3)
        for act in case.state.staff_acts:
            if act.status == "stands":
                model[act.subject].supported = True
        return
    if not model:
        return
    meeting = sorted(model)[number % len(model)]
    act_id = next((act.id for act in case.state.staff_acts if act.subject == meeting), "")
    said = model[meeting]
    if doing == "right" and accepted(case, ConfirmStaffAct, MENTOR, act=act_id):
        said.supported = True
    elif doing == "wrong" and accepted(case, ContradictStaffAct, MENTOR, act=act_id):
        said.doubted = True
    elif doing == "partner confirms" and accepted(case, ConfirmMeeting, MENTEE, meeting=meeting):
        said.supported = True
    elif doing == "partner disputes" and accepted(
        case, DisputeMeeting, MENTEE, meeting=meeting, reason="no_show"
    ):
        said.doubted = True
    elif doing in ("stands", "struck"):
        decision = {"meeting": meeting, "stands": doing == "stands", "reason": "seen"}
        if accepted(case, ResolveMeeting, SECOND, **decision):
            said.doubted, said.supported, said.struck = False, True, doing == "struck"


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), max_size=25))
def test_what_counts_is_what_a_model_without_any_status_counts(steps: list[tuple[str, int]]) -> None:
    case = Case(ENTERED).signed()
    case.days(1)
    model: dict[str, Said] = {}
    for doing, number in steps:
        step(case, model, doing, number)
        counted = {meeting.id for meeting in counting(case.state.meetings, case.rules)}
        assert counted == {meeting for meeting, said in model.items() if said.counts}, doing
    doubted = {meeting for meeting, said in model.items() if said.doubted}
    asked = {task.subject for task in case.state.tasks if task.open and task.kind.value == "resolve_meeting"}
    assert asked == {meeting for meeting in doubted if not model[meeting].struck}
    whole(case)
