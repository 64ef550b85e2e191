"""Whatever is logged wrong and put right: what counts equals a record that never knew the mistake (C25)."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.actors import Actor
from domain.errors import RuleViolation
from domain.ids import derive
from domain.messages import Command
from domain.relationship.parts.plan import PlanRow
from domain.relationship.stages.meetings.completion import counting
from domain.relationship.stages.meetings.corrections import CorrectMeeting, WithdrawMeeting
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting, ResolveMeeting
from domain.relationship.stages.meetings.groups import LogGroupMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.meetings.plan import PlanMeetings
from domain.relationship.state import Relationship
from domain.rules.program import DeadlineKind
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, Case
from tests.domain.relationship.steps import at
from tests.domain.rules_variants import RICH

FIRST = date(2026, 8, 4)
NOW = date(2026, 8, 28)
RULES = replace(RICH, meetings=replace(RICH.meetings, first_meeting_only=()))
GROUP = derive("group", "of corrections")
DAYS = st.integers(0, 12)
HOURS = st.sampled_from((9, 12, 15, 18))
MODES = st.sampled_from(("in_person", "phone", "video"))
TOPICS = st.sampled_from(((), ("budget",), ("entry_plan", "budget")))
BACK = st.none() | st.integers(0, 11)


@dataclass
class Said:
    """What the two say about one meeting by now, in the order of the first logs. A coordinator logs for a group."""

    by: Actor
    began_at: datetime
    minutes: int
    mode: str
    topics: tuple[str, ...]
    last: Actor
    status: str = "logged"
    next_on: date | None = None
    proposed: tuple[Actor, dict[str, Any] | None, str] | None = None

    def answerer(self) -> Actor:
        """Return who answers: the side that has not said what is said now."""
        last = self.proposed[0] if self.proposed else self.by
        return MENTOR if last is MENTEE else MENTEE


def planned_pair() -> Case:
    """Return a pair with a plan for some days, on a later day on which all of them are past."""
    case = Case(rules=RULES).signed()
    hour = {"begins": time(15, 0), "minutes": 60, "place": "school"}
    rows = tuple(PlanRow(on=FIRST + timedelta(days=days), **hour) for days in (1, 3, 6, 9))
    case.do(PlanMeetings, MENTEE, rows=rows)
    case.wait_until(at(NOW))
    return case


@dataclass
class Model:
    """The meetings as everybody says by now; ``told`` is a pair that logs them so at once and corrects nothing."""

    said: list[Said] = field(default_factory=list)

    def told(self) -> Relationship:
        """Return the state of the pair that never knew a mistake."""
        case = planned_pair()
        for each in self.said:
            if each.status in ("withdrawn", "struck"):
                continue
            log = {name: getattr(each, name) for name in ("began_at", "minutes", "mode", "topics", "next_on")}
            if each.by is COORDINATOR:
                log["group"] = GROUP
            case.do(LogGroupMeeting if each.by is COORDINATOR else LogMeeting, each.by, **log, another=True)
            if each.status == "confirmed":
                case.do(
                    ConfirmMeeting,
                    MENTOR if each.by is MENTEE else MENTEE,
                    meeting=case.state.meetings.log[-1].id,
                )
        return case.state


def shown(state: Relationship) -> dict[str, Any]:
    """Return all that is counted from the logs, without their ids and versions."""
    logs = state.meetings.standing
    timer = next(each for each in state.timers if each.subject is DeadlineKind.MEETING)
    facts = ("began_at", "minutes", "mode", "topics", "logged_by", "status", "face_to_face")
    return {
        "logs": [tuple(getattr(met, name) for name in facts) for met in logs if met.status != "disputed"],
        "counted": len(counting(state.meetings, RULES)),
        "minutes": sum(met.minutes for met in logs),
        "rows": [row.status for row in state.schedule.planned],
        "due": timer.due,
        "next": (state.meetings.next_on, state.meetings.last_day(RULES)),
        "ahead": state.appointment.on if state.appointment and state.appointment.on > NOW else None,
        "stage": state.stage,
    }


class Corrections(RuleBasedStateMachine):
    """Logs, corrections, withdrawals and answers in any order, and beside them what everybody says by now."""

    def __init__(self) -> None:
        super().__init__()
        self.case, self.model = planned_pair(), Model()

    @initialize(days=DAYS)
    def begin(self, days: int) -> None:
        self.log(MENTOR, days, 9, 45, "phone", (), None)

    def attempt(self, kind: type[Command], actor: Actor, /, **fields: Any) -> bool:
        try:
            self.case.do(kind, actor, **fields)
        except RuleViolation:
            return False
        return True

    @rule(
        actor=st.sampled_from((MENTEE, MENTOR)),
        days=DAYS,
        hour=HOURS,
        minutes=st.sampled_from((30, 45)),
        mode=MODES,
        topics=TOPICS,
        ahead=st.none() | st.integers(3, 40),
    )
    def log(
        self, actor: Actor, days: int, hour: int, minutes: int, mode: str, topics: Any, ahead: int | None
    ) -> None:
        said = {"began_at": at(FIRST + timedelta(days=days), hour), "minutes": minutes, "mode": mode}
        next_on = None if ahead is None else NOW + timedelta(days=ahead)
        more = {"topics": topics, "next_on": next_on}
        if self.attempt(LogMeeting, actor, **said, **more, another=True):
            self.model.said.append(Said(by=actor, last=actor, **said, **more))

    @rule(days=DAYS, hour=HOURS, mode=MODES, topics=TOPICS)
    def log_for_a_group(self, days: int, hour: int, mode: str, topics: Any) -> None:
        said = {"began_at": at(FIRST + timedelta(days=days), hour), "minutes": 45, "mode": mode}
        said |= {"topics": topics}
        if self.attempt(LogGroupMeeting, COORDINATOR, group=GROUP, **said, another=True):
            self.model.said.append(Said(by=COORDINATOR, last=COORDINATOR, **said))

    def chosen(self, index: int) -> tuple[Said, Any]:
        index %= len(self.model.said)
        return self.model.said[index], self.case.state.meetings.log[index]

    @rule(
        index=st.integers(0, 9),
        actor=st.sampled_from((MENTEE, MENTOR, COORDINATOR)),
        days=st.none() | DAYS,
        hour=HOURS,
        minutes=st.none() | st.sampled_from((30, 45)),
        mode=st.none() | MODES,
        topics=st.none() | TOPICS,
    )
    def correct(
        self, index: int, actor: Actor, days: Any, hour: int, minutes: Any, mode: Any, topics: Any
    ) -> None:
        began_at = None if days is None else at(FIRST + timedelta(days=days), hour)
        given = {"began_at": began_at, "minutes": minutes, "mode": mode, "topics": topics}
        given = {name: value for name, value in given.items() if value is not None}
        said, met = self.chosen(index)
        reason = "seen" if actor is COORDINATOR else ""
        same = all(getattr(said, name) == value for name, value in given.items())
        if not self.attempt(CorrectMeeting, actor, meeting=met.id, **given, another=True, reason=reason):
            return
        if same:
            assert said.proposed is not None
            said.status, said.proposed = said.proposed[2], None
        else:
            self.hear(said, actor, given)

    @rule(index=st.integers(0, 9), actor=st.sampled_from((MENTEE, MENTOR, COORDINATOR)))
    def withdraw(self, index: int, actor: Actor) -> None:
        said, met = self.chosen(index)
        reason = "seen" if actor is COORDINATOR else ""
        if self.attempt(WithdrawMeeting, actor, meeting=met.id, reason=reason):
            self.hear(said, actor, None)

    def hear(self, said: Said, actor: Actor, given: dict[str, Any] | None) -> None:
        """Note what an accepted correction means: it applies, or it waits for the other side."""
        was = said.proposed[2] if said.proposed else said.status
        if actor is COORDINATOR or (actor is said.last and was != "confirmed"):
            decided = actor is COORDINATOR and said.status == "disputed"
            self.say(said, actor, given, "confirmed" if decided else "logged")
        else:
            said.status, said.proposed = "logged", (actor, given, was)

    def say(self, said: Said, actor: Actor, given: dict[str, Any] | None, status: str) -> None:
        for name, value in (given or {}).items():
            setattr(said, name, value)
        said.status, said.proposed, said.last = "withdrawn" if given is None else status, None, actor

    @rule(index=st.integers(0, 9), agree=st.booleans())
    def answer(self, index: int, agree: bool) -> None:
        said, met = self.chosen(index)
        kind, more = (ConfirmMeeting, {}) if agree else (DisputeMeeting, {"reason": "no_show"})
        if not self.attempt(kind, said.answerer(), meeting=met.id, version=met.to_answer, **more):
            return
        if not agree:
            said.status = "disputed"
        elif said.proposed:
            self.say(said, said.proposed[0], said.proposed[1], "confirmed")
        else:
            said.status = "confirmed"

    @precondition(lambda self: any(said.status == "disputed" for said in self.model.said))
    @rule(stands=st.booleans())
    def resolve(self, stands: bool) -> None:
        index = next(n for n, said in enumerate(self.model.said) if said.status == "disputed")
        said, met = self.chosen(index)
        assert self.attempt(ResolveMeeting, COORDINATOR, meeting=met.id, stands=stands, reason="seen")
        said.status, said.proposed = "confirmed" if stands else "struck", None

    @invariant()
    def what_counts_is_what_everybody_says_by_now(self) -> None:
        told = shown(self.model.told())
        counts = shown(self.case.state)
        disputed = [said for said in self.model.said if said.status == "disputed"]
        if disputed:
            told = {**told, "logs": counts["logs"], "counted": counts["counted"]}
        assert counts == told

    @invariant()
    def every_version_stays_on_record(self) -> None:
        for met in self.case.state.meetings.log:
            statuses = [each.status for each in met.known_versions]
            assert statuses.count("current") == 1
            assert statuses.count("proposed") <= 1
            assert [each.number for each in met.known_versions] == list(range(1, len(statuses) + 1))
        corrected = [
            event for event in self.case.events if hasattr(event, "version") and hasattr(event, "by")
        ]
        kept = sum(len(met.versions or ()) for met in self.case.state.meetings.log)
        assert kept <= len(corrected) + len(self.case.state.meetings.log)

    @invariant()
    def the_fold_equals_the_state(self) -> None:
        assert self.case.refold() == self.case.state == self.case.through_codec()


TestCorrections = Corrections.TestCase
TestCorrections.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
