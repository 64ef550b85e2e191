"""A term in one region on the real server, through a school year of skipped time, with fakes as ports."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from domain.rules.intake import TermDates
from domain.rules.program import Rules
from domain.rules.term import month_end, months_between
from domain.term.duties import Matter, SurveyAudience
from domain.term.facts import TermFacts, TermQuestion
from domain.term.log_checks import RecordLogCheck
from domain.term.monthly_records import AmendMonthlyRecord, SubmitMonthlyRecord
from domain.term.region_surveys import SubmitTermSurvey
from domain.term.state import Term
from domain.workflow_contracts import TERM_WORKFLOW, TermStart, workflow_id
from tests.domain.builders import COORDINATOR, MENTOR
from tests.domain.term.term_case import (
    CONTACT,
    OTHER_PAIR,
    PAIR,
    SECOND_MENTOR,
    TERM_RULES,
    WHO,
    answers,
    opening,
    term_start,
)
from tests.workflows.fakes import FakeJournal, FakeNotices, FakeOffice
from tests.workflows.pairs import Pair, today, until
from workers.assembly import activities_of
from workers.audit.histories import replay_run
from workers.audit.replay import recorded_texts, runs_of
from workers.temporal import start_once
from workflows.term import TermWorkflow

MENTORS = (MENTOR.id, SECOND_MENTOR.id)


class FakeTermFacts:
    """Facts that the test sets; the same mentors owe every month. ``away`` is how many calls fail before an answer."""

    def __init__(self) -> None:
        self.facts = WHO
        self.mentors = MENTORS
        self.asked: list[TermQuestion] = []
        self.away = 0

    @activity.defn
    async def gather_term_facts(self, question: TermQuestion) -> TermFacts:
        """Return what the test set."""
        if self.away:
            self.away -= 1
            raise ApplicationError("away", type="Unavailable", non_retryable=True)
        self.asked.append(question)
        return replace(self.facts, mentors=dict.fromkeys(question.months, self.mentors))


@asynccontextmanager
async def term_workers(
    client: Client, office: FakeOffice, facts: FakeTermFacts, queue: str
) -> AsyncIterator[None]:
    """Run the workers of terms and of notices, with fakes as ports."""
    activities = [
        method for fake in (FakeJournal(office), facts, FakeNotices(office)) for method in activities_of(fake)
    ]
    async with (
        Worker(client, task_queue=queue, workflows=[TermWorkflow], activities=activities),
        Worker(client, task_queue="notices", activities=activities),
    ):
        yield


class Region(Pair):
    """Term in one region on the real server, driven through skipped time."""

    def __init__(self, client: Client, start: TermStart, queue: str) -> None:
        self.client, self.queue = client, queue
        self.start: Any = start
        self.id = workflow_id("term", start.id)
        self.skipper = TimeSkipper(client)
        self.ended = False

    async def begin(self) -> Region:
        """Start the workflow and await its opening."""
        await start_once(self.client, TERM_WORKFLOW, self.id, self.start, queue=self.queue)
        await self.send(self.start.opening)
        return self

    async def term(self) -> Term:
        """Return the term's own state."""
        found: Term = await self.state(Term)
        return found

    async def go_to(self, instant: datetime) -> None:
        """Let time pass until an instant."""
        await self.days((instant - await self.now()) / timedelta(days=1))

    async def months(self) -> list[str]:
        """Return the months whose records are owed in this term."""
        return [duty.key for duty in (await self.term()).duties if duty.matter is Matter.MONTHLY_RECORD]

    async def after(self, matter: Matter, key: str, days: int) -> None:
        """Let time pass until a number of days after a duty's due date."""
        duty = (await self.term()).duty(matter, key)
        assert duty is not None
        await self.go_to(duty.due + timedelta(days=days))


def term_of(rules: Rules = TERM_RULES, history_limit: int = 0) -> TermStart:
    """Return the start of a term of ten whole months that all count, from the first day of next month."""
    assert rules.monthly_record is not None
    every = tuple(f"{month:02}" for month in range(1, 13))
    rules = replace(rules, monthly_record=replace(rules.monthly_record, months=every))
    first = month_end(today())
    dates = TermDates(
        first=first, last=months_between(first, first + timedelta(days=320))[10] - timedelta(days=1)
    )
    return term_start(rules, opening(dates, term_id=secrets.token_hex(16)), history_limit)


LOOKED_AT = {"relationships": (PAIR, OTHER_PAIR), "evidence": ("logs_read",)}


async def school_year(region: Region) -> None:
    """Submit ten monthly records of two mentors, one of them late; a late log check; and the contact's answer."""
    months = await region.months()
    checks = [duty for duty in (await region.term()).duties if duty.matter is Matter.LOG_CHECK]
    for number, month in enumerate(months):
        await region.after(Matter.MONTHLY_RECORD, month, -1)
        await region.do(SubmitMonthlyRecord, MENTOR, month=month, answers=answers(f"one {month}"))
        if number == 2:
            await region.after(Matter.MONTHLY_RECORD, month, 16)
            await region.do(SubmitMonthlyRecord, SECOND_MENTOR, month=month, answers=answers("late"))
            await region.do(AmendMonthlyRecord, SECOND_MENTOR, month=month, answers=answers("better"))
        else:
            await region.do(SubmitMonthlyRecord, SECOND_MENTOR, month=month, answers=answers(f"two {month}"))
        if number == 3:  # the first check is months late, in spite of all reminders
            await region.do(RecordLogCheck, COORDINATOR, period=checks[0].key, **LOOKED_AT)
        if number == 8:
            await region.do(
                SubmitTermSurvey, CONTACT, audience=SurveyAudience.CONTACT, answers=answers("contact")
            )


async def test_a_school_year_of_records_checks_and_surveys_ends_a_few_weeks_after_the_term(
    client: Client, office: FakeOffice, queue: str
) -> None:
    facts = FakeTermFacts()
    async with term_workers(client, office, facts, queue):
        region = await Region(client, term_of(), queue).begin()
        assert len(await region.months()) == 10
        await school_year(region)
        state = await region.term()
        assert len(state.records) == 20
        assert [record.version for record in state.records if record.amended_at] == [2]
        await region.days(200)
        end = await region.handle.result()
        assert (end["records"], end["checks"], end["answers"]) == (20, 1, 1)
        histories = await runs_of(client, region.id)
    types = office.types(region.start.id)
    assert types[0] == "TermOpened"
    assert types[-1] == "TermClosed"
    assert types.count("MonthlyRecordSubmitted") == 20
    assert types.count("DutyEscalated") >= 2
    assert office.head(region.start.id).seq == len(types)
    assert office.sent
    assert office.parked == []
    recorded = [text for history in histories for text in recorded_texts(history)]
    assert recorded == office.streams[region.start.id]
    for history in histories:
        replayed = await replay_run(history)
        assert replayed.fault == ""
        assert replayed.compared > 20


async def test_a_refused_record_leaves_no_event_and_says_why(
    client: Client, office: FakeOffice, queue: str
) -> None:
    facts = FakeTermFacts()
    async with term_workers(client, office, facts, queue):
        region = await Region(client, term_of(), queue).begin()
        month = (await region.months())[0]
        await region.after(Matter.MONTHLY_RECORD, month, -1)
        before = office.types(region.start.id)
        facts.facts = replace(WHO, mentors_in=())
        document = answers("x")
        assert (
            await region.refused(SubmitMonthlyRecord, MENTOR, month=month, answers=document)
            == "not_a_mentor_of_term"
        )
        later = (await region.months())[1]
        assert (
            await region.refused(SubmitMonthlyRecord, MENTOR, month=later, answers=document)
            == "month_not_open_yet"
        )
        assert office.types(region.start.id) == before
        await region.handle.terminate()


async def test_a_deadline_whose_facts_are_unavailable_is_handled_once_they_are_available(
    client: Client, office: FakeOffice, queue: str
) -> None:
    facts = FakeTermFacts()
    async with term_workers(client, office, facts, queue):
        region = await Region(client, term_of(), queue).begin()
        month = (await region.months())[0]
        facts.away = 2
        await region.after(Matter.MONTHLY_RECORD, month, 2)  # a day for the two minutes that the run waits
        await until(lambda: "DutyNudged" in office.types(region.start.id))
        assert facts.away == 0
        assert office.parked == []
        await region.handle.terminate()


async def test_a_term_that_continues_as_new_resumes_where_it_was(
    client: Client, office: FakeOffice, queue: str
) -> None:
    facts = FakeTermFacts()
    async with term_workers(client, office, facts, queue):
        region = await Region(client, term_of(history_limit=60), queue).begin()
        for month in (await region.months())[:3]:
            await region.after(Matter.MONTHLY_RECORD, month, 0)
            await region.do(SubmitMonthlyRecord, MENTOR, month=month, answers=answers(month))
        runs = await runs_of(client, region.id)
        assert len(runs) > 1
        assert len((await region.term()).records) == 3
        await region.handle.terminate()
    assert office.head(region.start.id).seq == len(office.types(region.start.id))


async def test_an_email_that_is_refused_becomes_a_task(
    client: Client, office: FakeOffice, queue: str
) -> None:
    facts = FakeTermFacts()
    office.outcome = replace(office.outcome, outcome=type(office.outcome.outcome).REFUSED, code="no_address")
    async with term_workers(client, office, facts, queue):
        region = await Region(client, term_of(), queue).begin()
        await region.after(Matter.MONTHLY_RECORD, (await region.months())[0], 1)
        await until(lambda: "NoticeFailed" in office.types(region.start.id))
        await asyncio.sleep(0.3)
        kinds = {task.kind.value for task in (await region.term()).tasks if task.open}
        assert "fix_address" in kinds
        await region.handle.terminate()
