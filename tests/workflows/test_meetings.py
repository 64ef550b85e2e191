"""Meetings and corrections (C25) on the real server: each command passes the converter and is recorded."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from temporalio.client import Client

from domain.actors import SYSTEM
from domain.ids import derive
from domain.relationship.parts.plan import PlanRow
from domain.relationship.stages.contact.checklist import TickChecklist
from domain.relationship.stages.meetings.corrections import CorrectMeeting, WithdrawMeeting
from domain.relationship.stages.meetings.cover import DecideCover, RequestCover, UseCover
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting
from domain.relationship.stages.meetings.groups import HearGroupRefusal, LogGroupMeeting
from domain.relationship.stages.meetings.log import LogMeeting, LogQuickMeeting
from domain.relationship.stages.meetings.observations import (
    BookObservation,
    MoveObservation,
    ReportObservation,
)
from domain.relationship.stages.meetings.plan import PlanMeetings
from domain.relationship.stages.meetings.referral import NoteReferral
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR
from tests.domain.rules_variants import RICH
from tests.workflows.fakes import FakeOffice
from tests.workflows.pairs import Pair, start_of, today, workers
from workers.audit.histories import replay_run
from workers.audit.replay import runs_of

CALENDAR = RICH.calendar


async def test_plans_notes_groups_observations_and_cover_pass_the_converter_and_survive_continue_as_new(
    client: Client, office: FakeOffice, queue: str
) -> None:
    async with workers(client, office, queue):
        # With so small a limit, the run continues as new again and again, with all of this in its state.
        pair = await Pair(client, start_of(RICH, first=today(), history_limit=60), queue).signed()
        now = await pair.now()
        day = CALENDAR.next_working(CALENDAR.local_date(now) + timedelta(days=3))
        hour: datetime = CALENDAR.at(day)
        await pair.do(TickChecklist, MENTEE, items=("needs", "ways"), done_on=CALENDAR.local_date(now))
        await pair.do(NoteReferral, MENTOR, referred_on=CALENDAR.local_date(now))
        row = PlanRow(on=day, begins=time(15, 30), minutes=30, place="school")
        await pair.do(PlanMeetings, MENTEE, rows=(row,))
        await pair.do(BookObservation, MENTEE, starts_at=hour + timedelta(hours=1), minutes=45)
        observation = (await pair.state()).observations.booked[0].id
        await pair.do(MoveObservation, MENTOR, observation=observation, starts_at=hour, minutes=45)
        await pair.do(RequestCover, MENTOR, subject=observation, minutes=60)
        request = (await pair.state()).cover.requests[0].id
        await pair.do(DecideCover, COORDINATOR, request=request, approve=True)
        assert await pair.refused(RequestCover, MENTEE, subject=observation, minutes=60) == (
            "cover_already_requested"
        )
        await pair.days((hour - now).total_seconds() / 86400 + 0.5)
        await pair.do(ReportObservation, MENTEE, observation=observation)
        await pair.do(UseCover, MENTEE, request=request, minutes=40)
        began = await pair.now() - timedelta(hours=1)
        group = derive("group")
        log = {"began_at": began, "minutes": 30, "mode": "in_person"}
        await pair.do(LogGroupMeeting, COORDINATOR, group=group, **log)
        assert await pair.refused(LogMeeting, MENTOR, **log) == "meeting_already_logged"
        await pair.do(HearGroupRefusal, SYSTEM, group=derive("other"), code="meeting_already_logged")
        held_on = CALENDAR.local_date(await pair.now())
        await pair.do(LogQuickMeeting, MENTEE, held_on=held_on, topics=("budget",))
        state = await pair.state()
        await pair.handle.terminate()
    assert [met.kind.value for met in state.meetings.log] == ["group", "quick"]
    assert state.meetings.log[0].group == group
    assert [row.status for row in state.schedule.planned] == ["kept"]
    assert (state.observations.done, state.cover.left) == (1, 80)
    assert state.contact.checklist_done_on is not None
    assert office.head(pair.start.relationship).seq == state.applied_seq
    shown = [row for record in office.records for row in record.rows if row.table == "cover_requests"]
    assert [row.values["status"] for row in shown] == ["asked", "approved", "used"]


async def test_a_running_pair_corrects_proposes_agrees_and_withdraws_and_its_tables_follow(
    client: Client, office: FakeOffice, queue: str
) -> None:
    async with workers(client, office, queue):
        # With so small a limit, versions and open proposals pass into the next run again and again.
        pair = await Pair(client, start_of(RICH, first=today(), history_limit=60), queue).signed()
        await pair.days(9)
        now = await pair.now()
        log = {"minutes": 30, "mode": "phone"}
        for days in (6, 3):
            await pair.do(LogMeeting, MENTOR, began_at=now - timedelta(days=days), **log)
        first, second = (met.id for met in (await pair.state()).meetings.log)
        earlier = now - timedelta(days=7)
        await pair.do(CorrectMeeting, MENTOR, meeting=first, began_at=earlier, minutes=45, topics=("budget",))
        assert await pair.refused(ConfirmMeeting, MENTEE, meeting=first) == "meeting_was_corrected"
        await pair.do(ConfirmMeeting, MENTEE, meeting=first, version=2)
        await pair.do(CorrectMeeting, MENTOR, meeting=first, mode="in_person")
        waiting = (await pair.state()).meetings.find(first)
        assert (waiting.status, waiting.mode, waiting.to_answer) == ("logged", "phone", 3)
        await pair.do(ConfirmMeeting, MENTEE, meeting=first, version=3)
        await pair.do(DisputeMeeting, MENTEE, meeting=second, reason="no_show")
        await pair.do(WithdrawMeeting, MENTOR, meeting=second)
        other = now - timedelta(days=7, hours=-4)
        assert await pair.refused(LogMeeting, MENTEE, began_at=other, **log) == "same_meeting"
        await pair.do(LogMeeting, MENTEE, began_at=other, **log, another=True)
        await pair.do(CorrectMeeting, COORDINATOR, meeting=first, place="school", reason="seen")
        state = await pair.state()
        await pair.handle.terminate()
        runs = await runs_of(client, pair.id)
    assert len(runs) > 1
    assert [(await replay_run(run)).fault for run in runs] == [""] * len(runs)
    assert [met.status for met in state.meetings.log] == ["logged", "withdrawn", "logged"]
    known = state.meetings.log[0]
    assert (known.began_at, known.minutes, known.mode, known.place) == (earlier, 45, "in_person", "school")
    assert [task.outcome for task in state.tasks if task.kind == "resolve_meeting"] == ["withdrawn"]
    assert office.head(pair.start.relationship).seq == state.applied_seq
    newest = {
        row.key: row.values
        for record in office.records
        for row in record.rows
        if row.table == "meeting_versions"
    }
    assert sorted((row["meeting"] == first, row["number"], row["status"]) for row in newest.values()) == [
        (False, 1, "earlier"),
        (False, 2, "current"),
        (True, 1, "earlier"),
        (True, 2, "earlier"),
        (True, 3, "earlier"),
        (True, 4, "current"),
    ]
