"""Record stored histories: `.venv/bin/python -m tests.replay.record [scenario …]`.

Use it only for a new engine number or a new scenario, because a stored history is a promise to runs that exist
somewhere. One scenario stops in each stage, and some end early.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import time, timedelta

from temporalio.client import Client

from activities.notices import NoticeOutcome
from domain.actors import SYSTEM, Actor, Side, StaffReason
from domain.ids import derive
from domain.notices import Outcome
from domain.person_changes import ChangeKind, HearPersonChange
from domain.relationship.any_stage.change_request import AnswerChange, AskForChange
from domain.relationship.any_stage.complaint import (
    DecideComplaint,
    OpenComplaint,
    SecondComplaint,
    TakeComplaint,
)
from domain.relationship.any_stage.ending import ChangePartner, EndRelationship
from domain.relationship.any_stage.notes import WriteNote
from domain.relationship.any_stage.pause import PauseRelationship, ResumeRelationship
from domain.relationship.any_stage.staff_acts import ContradictStaffAct
from domain.relationship.parts.complaint import ComplaintDecision
from domain.relationship.person_change import SettleChange
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.application.refusal import AskFactsAgain, RefuseApplication
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.decline import DeclineMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.meetings.corrections import CorrectMeeting, WithdrawMeeting
from domain.relationship.stages.meetings.cover import DecideCover, RequestCover
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, ResolveMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.meetings.observations import (
    BookObservation,
    CancelObservation,
    ReportObservation,
)
from domain.relationship.stages.recognition import AnswerContinuation, RecognizeMentor
from domain.relationship.stages.stipend import HearObligation
from domain.relationship.stages.survey import SubmitSurvey
from domain.rules.program import DeadlineKind
from domain.settled_tasks import SettleTask, TaskOutcome
from domain.tasks import TaskKind
from domain.workflow_contracts import RelationshipStart
from domain.workflow_limits import HISTORY_LIMIT
from tests.domain.builders import COORDINATOR, FACTS, MENTEE, MENTOR, RULES, SECOND, TERMS, document
from tests.domain.forms.form_builders import CLOSES, asking, paper
from tests.domain.rules_variants import BY_PERSON, RICH
from tests.replay import stored
from tests.replay.plans import planned
from tests.workflows.fakes import FakeOffice
from tests.workflows.pairs import Pair, connected, special, start_of, today, until, workers
from tests.workflows.test_obligation import Owed, both
from tests.workflows.test_term import FakeTermFacts, Region, school_year, term_of, term_workers
from workers.audit.replay import runs_of
from workers.embedded.stack.supervisor import OfficeProcesses
from workflows.obligation import ObligationWorkflow
from workflows.relationship import RelationshipWorkflow
from workflows.term import TermWorkflow

Scenario = Callable[[Pair], Awaitable[None]]


async def application(pair: Pair) -> None:
    """Record a special application that waits until its task is late."""
    await pair.apply()
    await pair.days(20)


async def matching(pair: Pair) -> None:
    """Record a declined proposal and a match that is late."""
    await pair.apply()
    await pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    await pair.do(DeclineMatch, MENTOR, reason="no_time")
    await pair.days(30)


async def contact(pair: Pair) -> None:
    """Record a confirmed pair without a first contact, up to the coordinator's task."""
    await pair.apply()
    await pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    await pair.do(ConfirmMatch, COORDINATOR)
    await pair.days(40)


async def agreement(pair: Pair) -> None:
    """Record a draft that one side has signed."""
    await contact(pair)
    local = RULES.calendar.local_date(await pair.now())
    await pair.do(ConfirmFirstContact, MENTEE, contacted_on=local, mode="phone")
    await pair.do(DraftAgreement, MENTOR, terms=TERMS)
    await pair.sign(MENTEE)
    await pair.days(20)


async def meetings(pair: Pair) -> None:
    """Record meetings with a gap that caused a reminder."""
    await pair.signed()
    for days in (25, 60, 25):
        await pair.days(days)
        await pair.meet()


async def survey(pair: Pair) -> None:
    """Record an open survey that one side has answered."""
    await meetings(pair)
    while (await pair.state()).stage == "meetings":
        await pair.days(30)
    await pair.do(SubmitSurvey, MENTEE, answers=document("mentee"))


async def stipend(pair: Pair) -> None:
    """Record a relationship in which everything is done except the payment."""
    await survey(pair)
    await pair.do(SubmitSurvey, MENTOR, answers=document("mentor"))


async def recognition(pair: Pair) -> None:
    """Record a payment that was sent and a mentor who is not thanked in time."""
    await stipend(pair)
    claim = (await pair.state()).claims[0]
    await pair.do(HearObligation, SYSTEM, obligation=claim.obligation, state="sent")
    await pair.days(25)


async def completed(pair: Pair) -> None:
    """Record a whole relationship up to its completion."""
    await recognition(pair)
    await pair.do(RecognizeMentor, COORDINATOR, kind="letter")
    await pair.do(AnswerContinuation, MENTEE, go_on=True)
    await pair.do(AnswerContinuation, MENTOR, go_on=True)
    await pair.handle.result()


async def ended(pair: Pair) -> None:
    """Record a pause and an early end."""
    await pair.signed()
    await pair.do(PauseRelationship, COORDINATOR, reason="leave")
    await pair.days(30)
    await pair.do(ResumeRelationship, COORDINATOR)
    await pair.do(EndRelationship, COORDINATOR, reason="moved")
    await pair.handle.result()


async def partner_changed(pair: Pair) -> None:
    """Record a change of partner."""
    await pair.signed()
    await pair.do(ChangePartner, MENTEE, reason="no_fault")
    await pair.handle.result()


async def complained(pair: Pair) -> None:
    """Record a request for a change that is answered, and a complaint for which two people end the pair."""
    await pair.signed()
    await pair.do(AskForChange, MENTEE)
    await pair.do(AnswerChange, COORDINATOR, side=Side.MENTEE, answer="talked_it_over")
    await pair.do(OpenComplaint, MENTEE, about="conduct", against=MENTOR.id, statement=document("statement"))
    case = (await pair.state()).complaints[0].id
    await pair.do(TakeComplaint, COORDINATOR, complaint=case)
    await pair.days(3)
    decided = {"decision": ComplaintDecision.ENDED, "reason": "no_fault"}
    await pair.do(DecideComplaint, COORDINATOR, complaint=case, **decided)
    await pair.do(SecondComplaint, SECOND, complaint=case, agree=True)
    await pair.handle.result()


async def parted(pair: Pair) -> None:
    """Record an early end, after which one of the two still answers the survey."""
    await pair.signed()
    await pair.do(EndRelationship, MENTEE, reason="moved")
    await pair.do(SubmitSurvey, MENTEE, answers=paper("ask_mentee"))
    await pair.days(CLOSES + 10)
    await pair.handle.result()


async def long(pair: Pair) -> None:
    """Record a pair that meets so often that its run reaches the history limit and continues in another run."""
    await pair.signed()
    await pair.days(20)
    began = await pair.now() - timedelta(days=10)
    for number in range(45):
        at = began + timedelta(hours=3 * number)
        await pair.do(LogMeeting, MENTOR, began_at=at, minutes=20, mode="phone")


async def refusal(pair: Pair) -> None:
    """Record a proposed refusal whose facts are asked again, that is late, and that a person decides."""
    pair.office.facts = STRANGER
    await pair.apply()
    await pair.do(AskFactsAgain, COORDINATOR)
    await pair.days(20)
    await pair.do(RefuseApplication, COORDINATOR)
    await pair.handle.result()


async def person_changed(pair: Pair) -> None:
    """Record changes that reach a pair: a membership that arrives and lapses, and an address that is corrected."""
    pair.office.facts = STRANGER
    await pair.apply()
    pair.office.facts = FACTS
    await hear(pair, MENTEE, ChangeKind.MEMBERSHIP)
    await pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    pair.office.facts = replace(FACTS, memberships={MENTEE.id: "active"})
    await hear(pair, MENTOR, ChangeKind.MEMBERSHIP)
    pair.office.facts = FACTS
    await hear(pair, MENTOR, ChangeKind.MEMBERSHIP)
    pair.office.outcome = NoticeOutcome(outcome=Outcome.REFUSED, code="smtp_550")
    await pair.do(ConfirmMatch, COORDINATOR)
    await asyncio.sleep(0.5)
    pair.office.outcome = NoticeOutcome(outcome=Outcome.SENT)
    await hear(pair, MENTEE, ChangeKind.ADDRESS)
    pair.office.facts = STRANGER
    await hear(pair, MENTEE, ChangeKind.MEMBERSHIP)
    await hear(pair, MENTOR, ChangeKind.LEFT)
    await pair.do(SettleChange, COORDINATOR, person=MENTOR.id)


async def facts_in_task(pair: Pair) -> None:
    """Record a proposal and a confirmation whose facts are looked up within the workflow task that decides."""
    await pair.apply()
    await pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    await pair.do(ConfirmMatch, COORDINATOR)


async def corrected(pair: Pair) -> None:
    """Record logs that are corrected, agreed on, withdrawn and logged again on one day, one of them late."""
    await pair.signed()
    await pair.days(60)
    log = {"minutes": 30, "mode": "phone"}
    began = await pair.now() - timedelta(days=20)
    first = await pair.do(LogMeeting, MENTOR, began_at=began, **log)
    meeting = derive("meeting", first.stream, first.command)
    await pair.do(CorrectMeeting, MENTOR, meeting=meeting, minutes=45)
    await pair.do(ConfirmMeeting, MENTEE, meeting=meeting, version=2)
    await pair.do(CorrectMeeting, MENTOR, meeting=meeting, mode="in_person")
    await pair.do(ConfirmMeeting, MENTEE, meeting=meeting, version=3)
    again = await pair.do(LogMeeting, MENTEE, began_at=began + timedelta(hours=4), another=True, **log)
    await pair.do(WithdrawMeeting, MENTEE, meeting=derive("meeting", again.stream, again.command))
    await pair.do(CorrectMeeting, COORDINATOR, meeting=meeting, minutes=50, reason="seen")
    await pair.days(40)


async def entered(pair: Pair) -> None:
    """Record what staff entered for people: one meeting is contradicted, another stands; and a note with its task."""
    by_phone = replace(COORDINATOR, acting_for=MENTOR.id, reason=StaffReason.BY_PHONE)
    await pair.signed()
    await pair.days(1)
    for hours in (5, 3):
        began = await pair.now() - timedelta(hours=hours)
        await pair.do(LogMeeting, by_phone, began_at=began, minutes=45, mode="phone")
    wrong = (await pair.state()).staff_acts[0]
    await pair.do(ContradictStaffAct, MENTOR, act=wrong.id)
    await pair.do(ResolveMeeting, SECOND, meeting=wrong.subject, stands=False, reason="seen")
    look_on = RULES.calendar.local_date(await pair.now()) + timedelta(days=20)
    await pair.do(WriteNote, COORDINATOR, text=document("note"), look_on=look_on)
    await pair.days(60)  # past the winter break
    noted = next(
        task for task in (await pair.state()).tasks if task.kind is TaskKind.LOOK_AGAIN and task.open
    )
    await pair.do(SettleTask, COORDINATOR, task=noted.id, outcome=TaskOutcome.DONE)


async def caught_up(pair: Pair) -> None:
    """Record an observation that is reported on the morning on which two were due, and its reminders after that."""
    await pair.signed()
    calendar = RULES.calendar
    day = calendar.next_working(calendar.local_date(await pair.now()) + timedelta(days=2))
    booked = await pair.do(BookObservation, MENTOR, starts_at=calendar.at(day), minutes=45)
    timers = (await pair.state()).timers
    due = next(timer.due for timer in timers if timer.subject is DeadlineKind.OBSERVATION)
    early = calendar.at(calendar.local_date(due), time(7, 0))
    await pair.days((early - await pair.now()) / timedelta(days=1))
    observation = derive("observation", booked.stream, booked.command)
    await pair.do(ReportObservation, MENTEE, observation=observation)
    await pair.days(12)


async def waited(pair: Pair) -> None:
    """Record an applicant who is told twice that the search goes on, a declined proposal, and one more such email."""
    await pair.apply()
    await pair.days(60)
    await pair.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    await pair.do(DeclineMatch, MENTOR, reason="no_time")
    await pair.days(35)


async def cover_gone(pair: Pair) -> None:
    """Record approved cover that falls away: one hour is canceled, and with the other the pair ends."""
    await pair.signed()
    calendar = RULES.calendar
    first = calendar.next_working(calendar.local_date(await pair.now()) + timedelta(days=7))
    hours = []
    for day in (first, calendar.next_working(first + timedelta(days=1))):
        booked = await pair.do(BookObservation, MENTOR, starts_at=calendar.at(day), minutes=45)
        hours.append(derive("observation", booked.stream, booked.command))
        asked = await pair.do(RequestCover, MENTEE, subject=hours[-1], minutes=45)
        request = derive("cover", asked.stream, asked.command)
        await pair.do(DecideCover, COORDINATOR, request=request, approve=True)
    await pair.do(CancelObservation, MENTEE, observation=hours[0], reason="time_conflict")
    await pair.do(EndRelationship, COORDINATOR, reason="moved")
    await pair.handle.result()


async def hear(pair: Pair, person: Actor, kind: ChangeKind) -> None:
    """Deliver a change about a person."""
    day = RULES.calendar.local_date(await pair.now())
    await pair.do(HearPersonChange, SYSTEM, person=person.id, kind=kind, day=day)


LIMITS = {"completed": 150, "long": HISTORY_LIMIT}
"""The scenarios that also continue as new, with the number of events after which they do. The others are short."""

SCENARIOS: tuple[Scenario, ...] = (
    application,
    matching,
    contact,
    agreement,
    meetings,
    survey,
    stipend,
    recognition,
    completed,
    ended,
    partner_changed,
    complained,
    parted,
    long,
    refusal,
    person_changed,
    facts_in_task,
    corrected,
    entered,
    caught_up,
    waited,
    cover_gone,
    planned,
)
STRANGER = replace(FACTS, memberships={})
"""The facts about two people of whom nobody is a member."""


def start_for(name: str) -> RelationshipStart:
    """Return the start of a scenario."""
    of_scenario = {
        "parted": asking(),
        "refusal": BY_PERSON,
        "person_changed": BY_PERSON,
        "entered": replace(RULES, contradict_days=7),
        "caught_up": replace(RICH, observations=replace(RICH.observations, needs_cover=False)),
        "waited": replace(RULES, matching=replace(RULES.matching, still_looking_weeks=4)),
        "cover_gone": RICH,
        "planned": RICH,
    }
    rules = of_scenario.get(name, RULES)
    start = start_of(rules, first=today(), history_limit=LIMITS.get(name, 0))
    return special(start) if name == "application" else start


async def record(client: Client, scenario: Scenario) -> None:
    """Run one scenario and store its runs."""
    name = scenario.__name__
    office, queue = FakeOffice(), f"record-{secrets.token_hex(4)}"
    async with workers(client, office, queue):
        pair = Pair(client, start_for(name), queue, office)
        await scenario(pair)
        await asyncio.sleep(0.5)  # emails that are being sent arrive
        histories = await runs_of(client, pair.id)
    stored.write(name, RelationshipWorkflow.ENGINE, histories)
    sys.stdout.write(f"{name}: {[len(history.events) for history in histories]} events\n")


async def record_obligation(client: Client, name: str, *, paid: bool) -> None:
    """Run a claim to its payment, or to its withdrawal, and store the obligation's runs."""
    office, queue = FakeOffice(), f"record-{secrets.token_hex(4)}"
    async with both(client, office, queue):
        pair = await Pair(client, start_of(first=today()), queue).signed()
        owed = Owed(pair)
        await until(lambda: "ClaimAdded" in office.types(owed.id))
        if paid:
            await owed.money.days(45)
            await owed.pay()
            await owed.money.days(500)
        else:
            await pair.do(EndRelationship, COORDINATOR, reason="moved")
            await until(lambda: office.types(owed.id)[-1] == "ObligationCanceled")
        await asyncio.sleep(0.5)
        histories = await runs_of(client, owed.money.id)
    stored.write(name, ObligationWorkflow.ENGINE, histories)
    sys.stdout.write(f"{name}: {[len(history.events) for history in histories]} events\n")


async def record_term(client: Client) -> None:
    """Run a term in a region through its year, until it accepts nothing more, and store its runs."""
    office, queue = FakeOffice(), f"record-{secrets.token_hex(4)}"
    async with term_workers(client, office, FakeTermFacts(), queue):
        region = await Region(client, term_of(history_limit=600), queue).begin()
        await school_year(region)
        await region.days(200)
        await region.handle.result()
        histories = await runs_of(client, region.id)
    stored.write("term_year", TermWorkflow.ENGINE, histories)
    sys.stdout.write(f"term_year: {[len(history.events) for history in histories]} events\n")


async def main(only: tuple[str, ...]) -> None:
    """Run all scenarios on a server of their own."""
    async with OfficeProcesses.temporary(workers=False, gateway=False, mail=False) as office:
        client = await connected(office.settings.temporal_address)
        for scenario in SCENARIOS:
            if not only or scenario.__name__ in only:
                await record(client, scenario)
        for name, paid in (("obligation_paid", True), ("obligation_canceled", False)):
            if not only or name in only:
                await record_obligation(client, name, paid=paid)
        if not only or "term_year" in only:
            await record_term(client)


if __name__ == "__main__":
    asyncio.run(main(tuple(sys.argv[1:])))
