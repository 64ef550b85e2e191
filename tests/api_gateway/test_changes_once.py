"""Each kind of change about a person reaches the run that it concerns once, whatever dies on the way (C17)."""

import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog import SqlBacklog
from activities.ports.workflows import Sent
from domain.actors import SYSTEM
from domain.failed_notices import HearNotice
from domain.ids import derive
from domain.messages import Command
from domain.notices import NoticeKind, Outcome
from domain.rules.canonical_json import rules_from_text, rules_text
from domain.tasks import TaskKind
from domain.workflow_contracts import RelationshipStart, workflow_id
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, roster
from tests.api_gateway.openings import record_command
from tests.api_gateway.test_person_changes import Killed, Runs, chores

HELD = "key,membership,first,last\n"
PAIR = GOOD["people"].replace(",r1,ann\n", ",r1,\n")  # nobody mentors whom they supervise
BRINGS = Callable[[Client, RelationshipStart, str], Awaitable[Any]]
"""Brings a change into the office: client, the run that it concerns, and the mentor of that run."""


def listed(**lists: str) -> BRINGS:
    """Return a change that a list brings."""

    async def bring(client: Client, start: RelationshipStart, mentor: str) -> Any:
        return await roster(client, start.term, lists, key="change")

    return bring


def sent(path: str, **body: Any) -> BRINGS:
    """Return a change that somebody sends; words in braces stand for the people of the run."""

    async def bring(client: Client, start: RelationshipStart, mentor: str) -> Any:
        people = {"mentee": start.mentee, "mentor": mentor}
        filled = {
            name: value.format(**people) if isinstance(value, str) else value for name, value in body.items()
        }
        return await client.send("admin", "POST", f"/v1/{path.format(**people)}", key="change", json=filled)

    return bring


@dataclass(frozen=True, slots=True)
class Change:
    """A change, whether it meets a matched pair or a proposal, and the event that must follow once."""

    bring: BRINGS
    follows: str
    matched: bool = True


LOOK = "PersonToLookAt"
CHANGES: Mapping[str, Change] = {
    "lapse": Change(listed(memberships=HELD + "ben,active,2020-01-01,2026-07-31\n"), LOOK),
    "other class": Change(
        listed(memberships=HELD + "ben,active,2020-01-01,2026-07-31\nben,retired,2026-08-01,\n"), LOOK
    ),
    "dates of the mentor": Change(sent("mentors", person="{mentor}", trained_on=None), LOOK, matched=False),
    "address": Change(
        listed(people=PAIR.replace("ann@example.org", "ann@new.example")),
        "AddressCorrected",
        matched=False,
    ),
    "left": Change(sent("people/{mentor}/left", day="2026-08-01"), LOOK),
    "died": Change(sent("people/{mentor}/died", day="2026-08-01"), LOOK),
}


class Interrupted(Runs):
    """The way to running relationships that fails once."""

    def __init__(self, client: Client, failure: BaseException | None) -> None:
        super().__init__(client)
        self._failure = failure

    async def update(self, id: str, command: Command) -> Sent:
        """Fail the first time, then decide."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        return await super().update(id, command)


async def open_run(client: Client, change: Change) -> tuple[RelationshipStart, str]:
    """Open a run whose program asks its mentors for training, with a proposal or a matched pair; return its mentor."""
    await roster(client, await open_term(client), {**GOOD, "people": PAIR})
    start = client.engine.started[-1]
    rules = rules_from_text(start.rules_text)
    trained = replace(rules, matching=replace(rules.matching, mentor_training_required=True))
    start = replace(start, rules_text=rules_text(trained))
    client.engine.started[-1] = start
    id = workflow_id("relationship", start.relationship)
    decide = client.engine.deciding[id] = partial(record_command, client.engine.database, start)
    path = f"/v1/relationships/{start.relationship}"
    people = (await client.send("admin", "GET", "/v1/people")).json()["data"]
    mentor = next(row["id"] for row in people if row["name"] == "Ann A")
    steps = [("propose-match", {"mentor": mentor}), ("confirm-match", {"money_region": "r1"})]
    for step, body in steps if change.matched else steps[:1]:
        answer = await client.send("coordinator", "POST", f"{path}/{step}", key=step, json=body)
        assert answer.status_code == 200, answer.text
    notice = derive("notice", "to an old address")
    await decide(
        HearNotice(
            id=derive("heard", notice),
            actor=SYSTEM,
            notice=notice,
            kind=NoticeKind.MATCH_PROPOSED,
            person=mentor,
            outcome=Outcome.REFUSED,
            code="smtp_550",
        )
    )
    return start, mentor


async def events(client: Client, start: RelationshipStart) -> Counter[str]:
    path = f"/v1/relationships/{start.relationship}/history"
    found = (await client.send("coordinator", "GET", path)).json()["data"]
    return Counter(event["type"] for event in found)


async def tasks(client: Client) -> int:
    """Return how many tasks about a person were ever opened."""
    row = tables.tasks.c
    wanted = select(func.count()).where(row.kind == TaskKind.LOOK_AT_PERSON.value)
    async with client.office.database.transaction() as connection:
        return int(await connection.scalar(wanted) or 0)


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize(
    "death", ["nothing", "before the run is told", "run away", "after the run has decided"]
)
async def test_a_change_reaches_the_run_that_it_concerns_exactly_once(
    client: Client, what: str, death: str
) -> None:
    change = CHANGES[what]
    start, mentor = await open_run(client, change)
    assert (await change.bring(client, start, mentor)).is_success
    failures = {"before the run is told": KeyboardInterrupt(), "run away": ConnectionError("away")}
    runs = Interrupted(client, failures.get(death))
    dies = death in ("before the run is told", "after the run has decided")
    kind = Killed if death == "after the run has decided" else SqlBacklog
    with pytest.raises(KeyboardInterrupt) if dies else contextlib.nullcontext():
        await chores(client, runs, kind).deliver_changes()
    for _ in range(3):
        await chores(client, runs).deliver_changes()
    happened = await events(client, start)
    assert (happened["PersonChangeHeard"], happened[change.follows]) == (1, 1)
    assert await tasks(client) == (1 if change.follows == LOOK else 0)
    assert {id for id, _ in runs.told} == {workflow_id("relationship", start.relationship)}
    assert (await chores(client, runs).deliver_changes()).count == 0
