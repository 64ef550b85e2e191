"""The relationship workflow on the real server, with time skipped and fakes as ports."""

from __future__ import annotations

import pytest
from temporalio.client import Client

from domain.actors import SYSTEM
from domain.stages.recognition import AnswerContinuation, RecognizeMentor
from domain.stages.stipend import HearObligation
from domain.stages.survey import SubmitSurvey
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, document
from tests.workflows.fakes import FakeOffice
from tests.workflows.pairs import Pair, start_of, today, workers


async def a_year(pair: Pair, office: FakeOffice) -> None:
    """From the application to the farewell, with a missed month and its nudges."""
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
