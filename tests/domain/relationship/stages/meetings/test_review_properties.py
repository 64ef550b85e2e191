"""Corrections after the time for meetings: once reviewed, it is as if the logs had always been right (C25)."""

from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.relationship.stages.meetings.completion import DecideCompletion
from domain.relationship.stages.meetings.completion_review import ReviewCompletion
from domain.relationship.stages.meetings.corrections import CorrectMeeting, WithdrawMeeting
from domain.relationship.stages.meetings.dispute import ConfirmMeeting
from tests.domain.builders import COORDINATOR, MENTEE, Case
from tests.domain.relationship.stages.meetings.test_completion_review import PAID, over, task

MODES = st.sampled_from(("in_person", "phone"))


@dataclass
class Met:
    """A meeting as everybody says by now; what nobody confirmed since its correction does not count here."""

    id: str
    mode: str
    confirmed: bool = True
    withdrawn: bool = False

    @property
    def counts(self) -> bool:
        """Whether it counts."""
        return self.confirmed and not self.withdrawn


def decided(modes: list[str]) -> tuple[Case, list[str]]:
    """Return a pair after its meetings in these modes; too few are decided by a coordinator as they are."""
    case, met = over(*modes)
    if case.state.stage == "meetings":
        case.do(DecideCompletion, COORDINATOR, complete=False, reason="too_few")
    return case, met


def outcome(case: Case) -> tuple[bool | None, int, list[str]]:
    """Return what was decided, how much money is claimed on it, and what a coordinator still has to look at."""
    claims = [claim for claim in case.state.claims if not claim.withdrawn]
    todo = [kind for kind in case.open_tasks() if kind in ("review_completion", "decide_completion")]
    return case.state.meetings.complete, len(claims), todo


class Reviews(RuleBasedStateMachine):
    """Corrections after the time for meetings, answers and reviews, beside the meetings as they turned out."""

    @initialize(modes=st.lists(MODES, min_size=1, max_size=4))
    def begin(self, modes: list[str]) -> None:
        self.case, ids = decided(modes)
        self.met = [Met(id=id, mode=mode) for id, mode in zip(ids, modes, strict=True)]

    def standing(self) -> list[Met]:
        return [each for each in self.met if not each.withdrawn]

    def enough(self) -> bool:
        counting = [each for each in self.met if each.counts]
        return len(counting) >= PAID.meetings.minimum and any(each.mode == "in_person" for each in counting)

    @rule(place=st.integers(0, 3), mode=MODES)
    def correct(self, place: int, mode: str) -> None:
        standing = self.standing()
        met = standing[place % len(standing)] if standing else None
        if met is None or met.mode == mode:
            return
        self.case.do(CorrectMeeting, COORDINATOR, meeting=met.id, mode=mode, reason="seen")
        met.mode, met.confirmed = mode, False

    @precondition(lambda self: self.standing())
    @rule(place=st.integers(0, 3))
    def withdraw(self, place: int) -> None:
        met = self.standing()[place % len(self.standing())]
        self.case.do(WithdrawMeeting, COORDINATOR, meeting=met.id, reason="seen")
        met.withdrawn = True

    @precondition(lambda self: any(not each.confirmed for each in self.standing()))
    @rule()
    def confirm(self) -> None:
        met = next(each for each in self.standing() if not each.confirmed)
        found = self.case.state.meetings.find(met.id)
        assert found is not None
        self.case.do(ConfirmMeeting, MENTEE, meeting=met.id, version=found.to_answer)
        met.confirmed = True

    @precondition(lambda self: task(self.case) is not None)
    @rule()
    def review(self) -> None:
        enough = self.enough()
        reason = "enough" if enough else "too_few"
        self.case.do(ReviewCompletion, COORDINATOR, complete=enough, reason=reason)

    @invariant()
    def a_coordinator_is_asked_exactly_while_the_logs_say_otherwise(self) -> None:
        asked = task(self.case) is not None
        assert asked == (self.case.state.meetings.complete != self.enough())

    @invariant()
    def once_nothing_is_asked_it_is_as_if_the_logs_had_always_been_right(self) -> None:
        if task(self.case) is None:
            told, _ = decided([each.mode for each in self.met if each.counts])
            assert outcome(self.case) == outcome(told)

    @invariant()
    def the_fold_equals_the_state(self) -> None:
        assert self.case.refold() == self.case.state == self.case.through_codec()


Reviews.TestCase.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
TestReviews = Reviews.TestCase
