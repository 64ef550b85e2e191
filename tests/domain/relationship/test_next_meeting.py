"""The next meeting in both calendars: one identity while it moves, a new one once it is over, none at the end."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from domain.actors import Actor
from domain.notices import NoticeKind as Kind
from domain.notices import SendNotice
from domain.relationship.any_stage.change_request import AskForChange
from domain.relationship.any_stage.complaint import OpenComplaint, TakeComplaint
from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.invitation import COUNTS_CHANGES, Invitation, Occasion, invitation_of
from domain.relationship.parts.plan import PlanRow
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.meetings.observations import (
    BookObservation,
    CancelObservation,
    MoveObservation,
)
from domain.relationship.stages.meetings.plan import PlanMeetings
from domain.workflow_contracts import RELATIONSHIP_ENGINE
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, Case
from tests.domain.rules_variants import RICH

FIRST, SECOND_DAY, THIRD = date(2026, 8, 19), date(2026, 8, 26), date(2026, 9, 9)
INVITING = (Kind.MEETING_PLANNED, Kind.MEETING_MOVED, Kind.MEETING_WITHDRAWN, Kind.OBSERVATION_CHANGED)


def row(on: date, mode: str = "phone") -> PlanRow:
    return PlanRow(on=on, begins=time(15, 0), minutes=60, place="online", mode=mode)


class Mailbox:
    """The invitation that each command puts into both calendars, with the kind of its notice."""

    def __init__(self, engine: int = RELATIONSHIP_ENGINE) -> None:
        self.case = Case(rules=RICH, engine=engine).signed()
        self._seen = len(self.case.effects)
        self._changes: dict[str, int] = {}

    def plan(self, *days: date) -> tuple[Kind, Invitation] | None:
        self.case.do(PlanMeetings, MENTEE, rows=tuple(row(day) for day in days))
        return self.new()

    def log(self, day: date, next_on: date | None = None) -> tuple[Kind, Invitation] | None:
        began = datetime.combine(day, time(20, 0), tzinfo=UTC)
        self.case.wait_until(max(self.case.now, began + timedelta(hours=2)))
        self._seen = len(self.case.effects)
        more = {} if next_on is None else {"next_on": next_on}
        self.case.do(LogMeeting, MENTOR, began_at=began, minutes=60, mode="phone", topics=("budget",), **more)
        return self.new()

    def new(self) -> tuple[Kind, Invitation] | None:
        sent = self.case.effects[self._seen :]
        self._seen = len(self.case.effects)
        notices = [
            each.notice for each in sent if isinstance(each, SendNotice) and each.notice.kind in INVITING
        ]
        if not notices:
            return None
        assert [notice.person for notice in notices] == [MENTOR.id, MENTEE.id]
        found = {notice.kind: invitation_of(notice.data) for notice in notices}
        [(kind, invitation)] = found.items()
        assert invitation is not None
        counted = self._changes.get(invitation.uid, -1) + 1
        own = self.case.engine >= COUNTS_CHANGES
        assert invitation.sequence == (counted if own else self.case.state.applied_seq)
        self._changes[invitation.uid] = counted
        assert invitation.stamped_at == self.case.now
        return kind, invitation


def test_only_the_nearest_row_of_a_plan_gets_an_invitation_with_its_hour() -> None:
    mailbox = Mailbox()
    found = mailbox.plan(SECOND_DAY, FIRST)
    assert found is not None
    kind, invitation = found
    assert kind is Kind.MEETING_PLANNED
    assert invitation.starts_at == RICH.calendar.at(FIRST, time(15, 0))
    assert (invitation.minutes, invitation.mode, invitation.occasion) == (60, "phone", Occasion.MEETING)


def test_a_row_that_replaces_it_moves_the_same_entry_with_a_higher_number() -> None:
    mailbox = Mailbox()
    planned, moved = mailbox.plan(FIRST), mailbox.plan(SECOND_DAY)
    assert planned is not None
    assert moved is not None
    assert moved[0] is Kind.MEETING_MOVED
    assert moved[1].uid == planned[1].uid
    assert moved[1].sequence > planned[1].sequence
    assert moved[1].starts_at == RICH.calendar.at(SECOND_DAY, time(15, 0))


def test_an_empty_plan_withdraws_the_invitation() -> None:
    mailbox = Mailbox()
    planned, gone = mailbox.plan(FIRST), mailbox.plan()
    assert planned is not None
    assert gone is not None
    assert (gone[0], gone[1].cancelled, gone[1].uid) == (Kind.MEETING_WITHDRAWN, True, planned[1].uid)
    assert mailbox.case.state.appointment is None


def test_a_change_to_a_later_row_sends_nothing() -> None:
    mailbox = Mailbox()
    mailbox.plan(FIRST, SECOND_DAY)
    assert mailbox.plan(FIRST, THIRD) is None


def test_after_a_meeting_the_next_row_is_a_new_entry() -> None:
    mailbox = Mailbox()
    planned = mailbox.plan(FIRST, SECOND_DAY)
    following = mailbox.log(FIRST)
    assert planned is not None
    assert following is not None
    assert following[0] is Kind.MEETING_PLANNED
    assert following[1].uid != planned[1].uid
    assert following[1].starts_at == RICH.calendar.at(SECOND_DAY, time(15, 0))


def test_a_meeting_in_between_leaves_the_planned_one_alone() -> None:
    mailbox = Mailbox()
    mailbox.plan(THIRD)
    assert mailbox.log(date(2026, 8, 12)) is None


def test_the_day_that_a_log_names_is_a_whole_day_and_moves_as_one_entry() -> None:
    mailbox = Mailbox()
    planned = mailbox.log(date(2026, 8, 12), next_on=FIRST)
    assert planned is not None
    assert (planned[0], planned[1].on, planned[1].starts_at) == (Kind.MEETING_PLANNED, FIRST, None)
    moved = mailbox.log(date(2026, 8, 13), next_on=SECOND_DAY)
    assert moved is not None
    assert (moved[0], moved[1].uid, moved[1].on) == (Kind.MEETING_MOVED, planned[1].uid, SECOND_DAY)
    another = mailbox.log(SECOND_DAY, next_on=THIRD)
    assert another is not None
    assert (another[0], another[1].on) == (Kind.MEETING_PLANNED, THIRD)
    assert another[1].uid != planned[1].uid


def test_the_end_of_a_pair_withdraws_its_next_meeting() -> None:
    mailbox = Mailbox()
    planned = mailbox.plan(FIRST)
    mailbox.case.do(EndRelationship, MENTEE, reason=RICH.ending_reasons[0])
    gone = mailbox.new()
    assert planned is not None
    assert gone is not None
    assert (gone[0], gone[1].uid) == (Kind.MEETING_WITHDRAWN, planned[1].uid)


def test_a_pause_sends_nothing_about_planned_meetings() -> None:
    mailbox = Mailbox()
    mailbox.plan(FIRST)
    mailbox.case.do(PauseRelationship, COORDINATOR, reason=RICH.pause_reasons[0])
    mailbox.case.do(ResumeRelationship, COORDINATOR)
    assert mailbox.new() is None
    assert mailbox.case.refold() == mailbox.case.state == mailbox.case.through_codec()


@pytest.mark.parametrize("booker", [MENTOR, MENTEE])
def test_an_observation_has_an_entry_of_its_own_in_both_calendars(booker: Actor) -> None:
    mailbox = Mailbox()
    case, hour = mailbox.case, RICH.calendar.at(THIRD, time(10, 0))
    booked = case.do(BookObservation, booker, starts_at=hour, minutes=45)[0]
    first = mailbox.new()
    case.do(
        MoveObservation,
        booker,
        observation=booked.observation,
        starts_at=hour + timedelta(hours=1),
        minutes=45,
    )
    second = mailbox.new()
    case.do(
        CancelObservation,
        booker,
        observation=booked.observation,
        reason=RICH.meetings.obstacles[0],
    )
    third = mailbox.new()
    assert first is not None
    assert second is not None
    assert third is not None
    assert len({each[1].uid for each in (first, second, third)}) == 1
    assert first[1].sequence < second[1].sequence < third[1].sequence
    assert [each[1].cancelled for each in (first, second, third)] == [False, False, True]
    assert {each[1].occasion for each in (first, second, third)} == {Occasion.OBSERVATION}
    assert case.state.appointment is None


@pytest.mark.parametrize("engine", [5, 6])
def test_a_case_neither_moves_a_plan_nor_counts_as_its_change(engine: int) -> None:
    """C58: before engine 6, an event of which the pair never hears sent the invitation to the next row."""
    told = {case: moved_past_an_hour(engine, case=case) for case in (False, True)}
    if engine >= COUNTS_CHANGES:
        assert (
            told[True]
            == told[False]
            == [("meeting_planned", 0), ("meeting_planned", 0), ("meeting_moved", 1)]
        )
    else:
        assert [kind for kind, _ in told[True]] == [kind for kind, _ in told[False]]
        assert told[True] != told[False]


def moved_past_an_hour(engine: int, *, case: bool) -> list[tuple[str, int]]:
    """Plan two rows, let the first hour pass, perhaps open a case, log the meeting, and move the second row."""
    mailbox = Mailbox(engine)
    found = [mailbox.plan(FIRST, SECOND_DAY)]
    office = mailbox.case
    office.wait_until(RICH.calendar.at(FIRST, time(16, 0)))
    if case:
        office.do(OpenComplaint, MENTEE, about="conduct", against=MENTOR.id)
        found.append(mailbox.new())
        office.do(TakeComplaint, COORDINATOR, complaint=office.state.complaints[0].id)
        office.do(AskForChange, MENTEE)
    found.append(mailbox.log(FIRST))
    found.append(mailbox.plan(THIRD))
    assert office.refold() == office.state
    appointment, again = office.state.appointment, office.refold().appointment
    assert appointment is not None
    assert again is not None
    assert appointment.change == again.change
    return [(each[0].value, each[1].sequence) for each in found if each]


def test_a_plan_that_was_sent_under_an_earlier_engine_keeps_its_identity_and_goes_on_from_its_last_number() -> (
    None
):
    mailbox = Mailbox(engine=5)
    [kind, planned] = mailbox.plan(FIRST, SECOND_DAY) or ()
    assert (kind, planned.sequence) == (Kind.MEETING_PLANNED, mailbox.case.state.applied_seq)
    mailbox.case.raise_engine(6)
    mailbox.case.do(OpenComplaint, MENTEE, about="conduct", against=MENTOR.id)
    mailbox.case.do(PlanMeetings, MENTEE, rows=(row(SECOND_DAY),))
    change = mailbox.case.state.appointment
    assert change is not None
    assert (change.uid, change.change and change.change.sequence) == (planned.uid, planned.sequence + 1)
    assert mailbox.case.refold() == mailbox.case.state


def test_a_run_that_did_not_keep_the_last_number_goes_on_above_every_number_of_an_event() -> None:
    case = Case(rules=RICH, engine=5).signed()
    case.do(PlanMeetings, MENTEE, rows=(row(FIRST), row(SECOND_DAY)))
    assert case.state.appointment is not None
    case.state = replace(case.state, engine=6, appointment=replace(case.state.appointment, change=None))
    seen = len(case.effects)
    case.do(PlanMeetings, MENTEE, rows=(row(SECOND_DAY),))
    [moved, _] = [each.notice.data for each in case.effects[seen:] if isinstance(each, SendNotice)]
    assert moved["sequence"] == "1000001"
