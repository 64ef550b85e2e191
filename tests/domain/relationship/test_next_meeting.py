"""The next meeting in both calendars: one identity while it moves, a new one once it is over, none at the end."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from domain.actors import Actor
from domain.notices import NoticeKind as Kind
from domain.notices import SendNotice
from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.invitation import Invitation, Occasion, invitation_of
from domain.relationship.parts.plan import PlanRow
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.meetings.observations import (
    BookObservation,
    CancelObservation,
    MoveObservation,
)
from domain.relationship.stages.meetings.plan import PlanMeetings
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, Case
from tests.domain.rules_variants import RICH

FIRST, SECOND_DAY, THIRD = date(2026, 8, 19), date(2026, 8, 26), date(2026, 9, 9)
INVITING = (Kind.MEETING_PLANNED, Kind.MEETING_MOVED, Kind.MEETING_WITHDRAWN, Kind.OBSERVATION_CHANGED)


def row(on: date, mode: str = "phone") -> PlanRow:
    return PlanRow(on=on, begins=time(15, 0), minutes=60, place="online", mode=mode)


class Mailbox:
    """The invitation that each command puts into both calendars, with the kind of its notice."""

    def __init__(self) -> None:
        self.case = Case(rules=RICH).signed()
        self._seen = len(self.case.effects)

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
        assert invitation.sequence == self.case.state.applied_seq
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
