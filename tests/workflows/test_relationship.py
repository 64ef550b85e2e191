"""The relationship workflow on the real server, with time skipped and fakes as ports."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from activities.notices import NoticeOutcome
from domain.actors import SYSTEM
from domain.failed_notices import HearNotice
from domain.ids import derive
from domain.notices import NoticeKind, Outcome
from domain.relationship.any_stage.ending import ChangePartner, EndRelationship
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.recognition import AnswerContinuation, RecognizeMentor
from domain.relationship.stages.stipend import HearObligation
from domain.relationship.stages.survey import SubmitSurvey
from domain.tasks import TaskKind
from domain.workflow_contracts import workflow_id
from tests.domain.builders import COORDINATOR, FACTS, MENTEE, MENTOR, document
from tests.domain.forms.form_builders import CLOSES, asking, paper
from tests.workflows.fakes import FakeOffice
from tests.workflows.pairs import Pair, start_of, today, until, workers


async def a_year(pair: Pair, office: FakeOffice) -> None:
    """Drive the pair from the application to the end, with a missed month and its reminders."""
    await pair.signed()
    claim = pair.start.relationship
    for month in range(9):
        await pair.days(29 if month != 4 else 58)
        stage = office.types(claim)[-1]
        if stage == "MeetingsCompleted":
            break
        await pair.meet()
    await pair.days(120)
    state = await pair.state()
    obligation = state.claims[0].obligation
    await pair.do(HearObligation, SYSTEM, obligation=obligation, state="sent")
    for person in (MENTEE, MENTOR):
        if (await pair.state()).stage == "survey":
            await pair.do(SubmitSurvey, person, answers=document("survey"))
    await pair.do(RecognizeMentor, COORDINATOR, kind="letter")
    await pair.do(AnswerContinuation, MENTEE, go_on=True)
    await pair.do(AnswerContinuation, MENTOR, go_on=True)


@pytest.mark.parametrize("cache", [100, 1])
async def test_a_year_goes_from_application_to_recognition(
    client: Client, office: FakeOffice, queue: str, cache: int
) -> None:
    async with workers(client, office, queue, cache=cache):
        pair = Pair(client, start_of(first=today()), queue)
        await a_year(pair, office)
        ended = await pair.handle.result()
    assert ended["outcome"] == "completed"
    types = office.types(pair.start.relationship)
    assert types[0] == "ApplicationReceived"
    assert types[-1] == "RelationshipCompleted"
    assert "NudgeDue" in types
    assert office.head(pair.start.relationship).seq == ended["seq"] == len(types)


async def events_at_rest(pair: Pair) -> int:
    """Return how many events a run has once what its last command caused has happened."""
    before, now = -1, len((await pair.handle.fetch_history()).events)
    while now != before:
        await asyncio.sleep(0.5)
        before, now = now, len((await pair.handle.fetch_history()).events)
    return now


async def test_a_refused_command_leaves_no_history(client: Client, office: FakeOffice, queue: str) -> None:
    async with workers(client, office, queue):
        pair = Pair(client, start_of(first=today()), queue)
        await pair.apply()
        before = await events_at_rest(pair)
        assert await pair.refused(ProposeMatch, MENTEE, mentor=MENTOR.id) == "role_not_allowed"
        assert await pair.refused(ConfirmMatch, COORDINATOR) == "no_proposal"
        history = await pair.handle.fetch_history()
        updates = [e for e in history.events if "UPDATE" in EventType.Name(e.event_type)]
        assert len(updates) == 2  # the opening, accepted and completed
        assert len(history.events) - before < 12
        await pair.handle.terminate()


async def test_facts_may_refuse_a_command_after_acceptance_and_leave_no_event(
    client: Client, office: FakeOffice, queue: str
) -> None:
    async with workers(client, office, queue):
        pair = Pair(client, start_of(first=today()), queue)
        await pair.apply()
        office.facts = replace(FACTS, free_slot=0)
        assert await pair.refused(ProposeMatch, COORDINATOR, mentor=MENTOR.id) == "mentor_full"
        assert office.types(pair.start.relationship) == ["ApplicationReceived", "ApplicationAccepted"]
        await pair.handle.terminate()


async def test_a_place_that_another_stream_took_meanwhile_is_refused_and_changes_nothing(
    client: Client, office: FakeOffice, queue: str
) -> None:
    async with workers(client, office, queue):
        pair = Pair(client, start_of(first=today()), queue)
        await pair.apply()
        office.refuse = "slot_taken"
        assert await pair.refused(ProposeMatch, COORDINATOR, mentor=MENTOR.id) == "slot_taken"
        office.refuse = ""
        await pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
        assert office.types(pair.start.relationship)[-1] == "MatchProposed"
        await pair.handle.terminate()


async def test_a_command_is_carried_out_once_even_across_runs(
    client: Client, office: FakeOffice, queue: str
) -> None:
    async with workers(client, office, queue):
        pair = Pair(client, start_of(first=today(), history_limit=30), queue)
        await pair.apply()
        first = await pair.handle.describe()
        command = parked(1)
        receipt = await pair.send(command)
        for number in range(2, 12):
            await pair.send(parked(number))
        assert (await pair.handle.describe()).run_id != first.run_id
        length = len(office.types(pair.start.relationship))
        assert await pair.send(command) == receipt
        assert len(office.types(pair.start.relationship)) == length
        await pair.handle.terminate()


async def test_no_command_is_lost_while_runs_continue_as_new(
    client: Client, office: FakeOffice, queue: str
) -> None:
    async with workers(client, office, queue):
        pair = Pair(client, start_of(first=today(), history_limit=60), queue)
        await pair.apply()
        receipts = await asyncio.gather(*(pair.send(parked(number)) for number in range(60)))
        recorded = office.types(pair.start.relationship).count("NoticeFailed")
        assert recorded == 60
        assert len({receipt.seq for receipt in receipts}) == 60
        await pair.handle.terminate()


async def test_a_fork_parks_the_relationship_until_an_operator_unparks_it(
    client: Client, office: FakeOffice, queue: str
) -> None:
    async with workers(client, office, queue):
        pair = Pair(client, start_of(first=today()), queue)
        await pair.apply()
        stream = office.streams[pair.start.relationship]
        stream.append(stream[-1])
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
        assert isinstance(failed.value.cause, ApplicationError)
        assert failed.value.cause.type == "Parked"
        assert [report.code for report in office.parked] == ["record_refused"]
        assert await pair.handle.query("parked")
        stream.pop()
        await pair.handle.signal("unpark")
        assert not await pair.handle.query("parked")
        await pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
        await pair.handle.terminate()


async def test_a_run_that_stopped_before_it_was_open_opens_once_it_is_started_again(
    client: Client, office: FakeOffice, queue: str
) -> None:
    """C66: its record was refused, and nothing but its opening is left to decide."""
    async with workers(client, office, queue):
        pair = Pair(client, start_of(first=today()), queue)
        other = Pair(client, start_of(first=today()), queue)
        await other.apply()
        stream = office.streams.setdefault(pair.start.relationship, [])
        stream.append(office.streams[other.start.relationship][0])
        with pytest.raises(WorkflowUpdateFailedError):
            await pair.apply()
        await until(lambda: len(office.parked) == 1)
        await pair.days(0.1)  # longer than it waits for facts that it could not reach
        stream.clear()
        await pair.handle.signal("unpark")
        await until(lambda: office.types(pair.start.relationship)[:1] == ["ApplicationReceived"])
        for each in (pair, other):
            await each.handle.terminate()


async def test_a_refused_notice_becomes_an_event_and_a_task(
    client: Client, office: FakeOffice, queue: str
) -> None:
    office.outcome = NoticeOutcome(outcome=Outcome.REFUSED, code="no_such_mailbox")
    async with workers(client, office, queue):
        pair = Pair(client, start_of(first=today()), queue)
        await pair.apply()
        await until(lambda: office.types(pair.start.relationship).count("NoticeFailed") == 2)
        kinds = [task.kind for task in (await pair.state()).tasks if task.open]
        assert kinds.count(TaskKind.FIX_ADDRESS) == 1
        await pair.handle.terminate()


async def test_a_change_of_partner_starts_the_successor(
    client: Client, office: FakeOffice, queue: str
) -> None:
    async with workers(client, office, queue):
        pair = await Pair(client, start_of(first=today()), queue).signed()
        await pair.do(ChangePartner, MENTEE, reason="no_fault")
        ended = await pair.handle.result()
    assert ended["outcome"] == "partner_changed"
    [(id, start)] = [found for found in office.started if found[0].startswith("relationship")]
    assert id == workflow_id("relationship", start.relationship)
    assert start.opening.predecessor == pair.start.relationship
    assert start.opening.predecessor_head == office.head(pair.start.relationship).hash


def parked(number: int) -> HearNotice:
    """Return a command that may be sent any number of times."""
    return HearNotice(
        id=derive("test", str(number), secrets.token_hex(8)),
        actor=SYSTEM,
        notice=derive("notice", str(number)),
        kind=NoticeKind.REMINDER,
        outcome=Outcome.PARKED,
        code="unavailable",
    )


@pytest.mark.parametrize("cache", [100, 1])
async def test_a_run_stays_open_for_the_last_forms_of_a_pair_that_ended(
    client: Client, office: FakeOffice, queue: str, cache: int
) -> None:
    async with workers(client, office, queue, cache=cache):
        pair = Pair(client, start_of(asking(), first=today()), queue)
        await pair.signed()
        await pair.do(EndRelationship, MENTEE, reason="moved")
        await pair.do(SubmitSurvey, MENTEE, answers=paper("ask_mentee"))
        assert await pair.refused(EndRelationship, MENTOR, reason="moved") == "relationship_ended"
        assert (await pair.state()).ended
        await pair.days(CLOSES + 10)
        ended = await pair.handle.result()
    assert (ended["outcome"], ended["reason"]) == ("ended", "moved")
    types = office.types(pair.start.relationship)
    after = types[types.index("RelationshipEnded") + 1 :]
    assert after == ["FormsAsked", "SurveySubmitted", "NudgeDue", "Escalated", "FormsLapsed"]
