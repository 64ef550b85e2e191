"""A change about a person reaches each open stream once, also after a kill before the delivery is recorded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog import SqlBacklog
from activities.adapters.postgres.clock import SqlClock
from activities.housekeeping import HousekeepingActivities
from activities.ports.workflows import Answer, Sent
from domain.messages import Command
from domain.person_changes import HearPersonChange, begins_everywhere
from domain.workflow_contracts import RelationshipStart, workflow_id
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.openings import record_command
from tests.api_gateway.test_api import GOOD, roster
from tests.domain.builders import START
from workers.assembly import COMMANDS


class Runs:
    """The way to running relationships: each decides a command once, as its workflow does."""

    def __init__(self, client: Client, now: datetime = START) -> None:
        self.client = client
        self.now = now
        self.told: list[tuple[str, Command]] = []
        self.unreachable: set[str] = set()

    async def update(self, id: str, command: Command) -> Sent:
        """Decide a command; one that was decided before is answered again."""
        if id in self.unreachable:
            raise ConnectionError(id)
        known = {told.id for _, told in self.told}
        self.told.append((id, command))
        start = self._start(id)
        if command.id in known or start is None:
            return Sent(answer=Answer.GONE if start is None else Answer.TAKEN)
        receipt = await record_command(self.client.engine.database, start, command, self.now)
        return Sent(answer=Answer.TAKEN, receipt=receipt)

    def _start(self, id: str) -> RelationshipStart | None:
        started = (each for each in self.client.engine.started if isinstance(each, RelationshipStart))
        return next((each for each in started if workflow_id("relationship", each.relationship) == id), None)

    async def start(self, *_: Any, **__: Any) -> None:
        """Start nothing."""

    async def signal(self, id: str, name: str) -> bool:
        """Signal nobody."""
        return False


class Killed(SqlBacklog):
    """A backlog whose process dies before it can record a delivery."""

    async def heard_change(self, change: int, stream: str) -> None:
        """Die."""
        raise KeyboardInterrupt


class At:
    """A clock of the office that stands still."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    async def now(self) -> datetime:
        """Return the instant."""
        return self._now


def backlog(client: Client, kind: type[SqlBacklog] = SqlBacklog, now: datetime | None = None) -> SqlBacklog:
    clock = SqlClock(client.engine.database) if now is None else At(now)
    return kind(client.engine.database, clock, COMMANDS)


def chores(client: Client, runs: Runs, kind: type[SqlBacklog] = SqlBacklog) -> HousekeepingActivities:
    now = None if runs.now == START else runs.now
    return HousekeepingActivities(backlog(client, kind, now), runs, runs)


async def applied(client: Client) -> tuple[str, str]:
    """Import an applicant without a membership; return the person and the relationship."""
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"], "applications": GOOD["applications"]})
    start = client.engine.started[-1]
    return start.mentee, start.relationship


async def joins(client: Client, person: str, key: str = "joins") -> None:
    body = {"membership": "active", "first": "2020-01-01"}
    answer = await client.send("admin", "POST", f"/v1/people/{person}/memberships", key=key, json=body)
    assert answer.status_code == 201, answer.text


async def stage(client: Client, relationship: str) -> str:
    answer = await client.send("coordinator", "GET", f"/v1/relationships/{relationship}")
    return str(answer.json()["stage"])


async def test_a_membership_that_is_recorded_later_accepts_the_application_without_a_person(
    client: Client,
) -> None:
    """C11: applications on Monday, memberships on Tuesday."""
    person, relationship = await applied(client)
    assert await stage(client, relationship) == "application"
    before = len(client.engine.rounds)
    await joins(client, person)
    assert client.engine.rounds[before:] == ["housekeeping"], "a round begins at once"
    runs = Runs(client)
    assert (await chores(client, runs).deliver_changes()).count == 1
    [(id, command)] = runs.told
    assert id == workflow_id("relationship", relationship)
    assert isinstance(command, HearPersonChange)
    assert await stage(client, relationship) == "matching"
    assert (await chores(client, runs).deliver_changes()).count == 0
    assert len(runs.told) == 1


async def test_a_kill_before_the_delivery_is_recorded_repeats_the_same_command(client: Client) -> None:
    person, relationship = await applied(client)
    await joins(client, person)
    runs = Runs(client)
    with pytest.raises(KeyboardInterrupt):
        await chores(client, runs, Killed).deliver_changes()
    assert await stage(client, relationship) == "matching", "the decision was recorded"
    await chores(client, runs).deliver_changes()
    first, second = runs.told
    assert first == second
    history = await client.send("coordinator", "GET", f"/v1/relationships/{relationship}/history")
    types = [event["type"] for event in history.json()["data"]]
    assert types.count("FactsAskedAgain") == types.count("ApplicationAccepted") == 1


async def test_a_run_that_cannot_answer_does_not_keep_the_news_from_others(client: Client) -> None:
    person, relationship = await applied(client)
    await joins(client, person)
    runs = Runs(client)
    runs.unreachable = {workflow_id("relationship", relationship)}
    await chores(client, runs).deliver_changes()
    assert await backlog(client).undelivered_changes(9) != ()
    async with client.office.database.transaction() as connection:
        change = {"person": person, "kind": "membership", "day": date(2026, 9, 1)}
        await connection.execute(tables.person_changes.insert().values(**change))
    [untried, failed] = await backlog(client).undelivered_changes(9)
    assert untried.change > failed.change, "what failed waits behind what was never tried"
    runs.unreachable = set()
    await chores(client, runs).deliver_changes()
    assert await stage(client, relationship) == "matching"


async def test_a_change_reaches_only_streams_of_that_person_that_knew_another_state(client: Client) -> None:
    person, relationship = await applied(client)
    people = await client.send("admin", "GET", "/v1/people")
    ann = next(row["id"] for row in people.json()["data"] if row["name"] == "Ann A")
    await joins(client, ann, key="ann")
    assert await backlog(client).undelivered_changes(9) == ()
    await joins(client, person)
    [found] = await backlog(client).undelivered_changes(9)
    assert (found.person, found.stream) == (person, relationship)


async def test_a_change_of_the_entry_that_stands_reaches_the_stream_that_names_its_alias(
    client: Client,
) -> None:
    """C60, C11: after a merge, an import writes to the entry that stands for both."""
    person, relationship = await applied(client)
    people = await client.send("admin", "GET", "/v1/people")
    ann = next(row["id"] for row in people.json()["data"] if row["name"] == "Ann A")
    async with client.office.database.transaction() as connection:
        row = tables.people
        await connection.execute(update(row).where(row.c.id == person).values(alias_of=ann))
    await joins(client, ann)
    [found] = await backlog(client).undelivered_changes(9)
    assert (found.person, found.stream) == (person, relationship), "under the id that the stream knows"
    await chores(client, Runs(client)).deliver_changes()
    assert await stage(client, relationship) == "matching"
    assert await backlog(client).undelivered_changes(9) == ()


async def test_a_withdrawn_day_of_leaving_is_never_delivered_as_leaving(client: Client) -> None:
    person, _ = await applied(client)

    async def kinds(day: date | None) -> list[str]:
        async with client.office.database.transaction() as connection:
            change = {"person": person, "kind": "left", "day": date(2026, 9, 1)}
            row = tables.people
            await connection.execute(tables.person_changes.insert().values(**change))
            await connection.execute(update(row).where(row.c.id == person).values(left_on=day))
        return [each.kind.value for each in await backlog(client).undelivered_changes(9)]

    assert await kinds(date(2026, 9, 1)) == ["left"]
    assert await kinds(None) == ["back", "back"]


# Days that lie ahead


def in_days(count: int) -> date:
    return datetime.now(UTC).date() + timedelta(days=count)


async def member(client: Client, person: str, first: date, last: date | None = None, key: str = "m") -> None:
    body = {"membership": "active", "first": first.isoformat(), "last": last and last.isoformat()}
    answer = await client.send("admin", "POST", f"/v1/people/{person}/memberships", key=key, json=body)
    assert answer.status_code == 201, answer.text


async def waiting(client: Client, now: datetime) -> list[tuple[str, date]]:
    found = await backlog(client, now=now).undelivered_changes(9)
    return [(each.kind.value, each.day) for each in found]


async def test_a_membership_that_begins_later_accepts_the_application_on_its_first_day(
    client: Client,
) -> None:
    """C11: what begins on a day is heard of when that day has begun everywhere."""
    person, relationship = await applied(client)
    first = in_days(10)
    await member(client, person, first)
    now = Runs(client)
    assert (await chores(client, now).deliver_changes()).count == 1, "at once, for the office's records"
    assert await stage(client, relationship) == "application"
    noon = begins_everywhere(first)
    early = Runs(client, noon - timedelta(minutes=1))
    assert (await chores(client, early).deliver_changes()).count == 0
    on_the_day = Runs(client, noon)
    assert (await chores(client, on_the_day).deliver_changes()).count == 1
    assert await stage(client, relationship) == "matching"
    assert (await chores(client, on_the_day).deliver_changes()).count == 0


async def test_a_kill_on_the_day_repeats_the_same_command(client: Client) -> None:
    """C11: also on a day that was still to come."""
    person, relationship = await applied(client)
    await member(client, person, in_days(10))
    await chores(client, Runs(client)).deliver_changes()
    runs = Runs(client, begins_everywhere(in_days(10)))
    with pytest.raises(KeyboardInterrupt):
        await chores(client, runs, Killed).deliver_changes()
    assert await stage(client, relationship) == "matching"
    await chores(client, runs).deliver_changes()
    first, second = runs.told
    assert first == second


async def test_a_last_day_is_heard_of_the_day_after_and_a_corrected_one_no_more(client: Client) -> None:
    """C5: a last day that is still to come, and is then corrected."""
    person, _ = await applied(client)
    first, wrong, right = date(2020, 1, 1), in_days(5), in_days(20)
    await member(client, person, first, wrong, key="1")
    await chores(client, Runs(client)).deliver_changes()
    late = begins_everywhere(in_days(40))
    day = timedelta(days=1)
    assert await waiting(client, late) == [("membership", wrong + day)]
    await member(client, person, first, right, key="2")
    await chores(client, Runs(client)).deliver_changes()
    assert await waiting(client, late) == [("membership", right + day)]
    await member(client, person, first, None, key="3")
    await chores(client, Runs(client)).deliver_changes()
    assert await waiting(client, late) == []
    await member(client, person, first, wrong, key="4")
    await chores(client, Runs(client)).deliver_changes()
    assert await waiting(client, late) == [("membership", wrong + day)], "the day waits once"


async def test_a_stream_that_began_after_a_day_does_not_hear_of_it(client: Client) -> None:
    person, _ = await applied(client)
    began, after = START.date(), START.date() + timedelta(days=1)
    assert begins_everywhere(began) < START < begins_everywhere(after)
    await member(client, person, began, began)
    await chores(client, Runs(client)).deliver_changes()
    async with client.office.database.transaction() as connection:
        for day in (began, after):
            change = {"person": person, "kind": "membership", "day": day, "ahead": True}
            await connection.execute(tables.person_changes.insert().values(**change))
    assert await waiting(client, datetime.now(UTC)) == [("membership", after)]


async def test_the_day_after_a_credential_has_expired_is_heard_of(client: Client) -> None:
    person, _ = await applied(client)
    until = in_days(3)
    body = {"person": person, "capacity": 1, "credential_until": until.isoformat()}
    answer = await client.send("admin", "POST", "/v1/mentors", key="mentor", json=body)
    assert answer.status_code in (200, 201), answer.text
    await chores(client, Runs(client)).deliver_changes()
    late = begins_everywhere(in_days(40))
    assert await waiting(client, late) == [("mentor", until + timedelta(days=1))]
