"""The landing of imports beside other writes: what fails, what waits, what is kept of two at once, and what stays."""

import asyncio
import contextlib
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import ActivityEnvironment

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import SqlClock
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.operations import SqlOperations
from activities.adapters.postgres.writes.landing import land
from activities.errors import Unavailable
from activities.operations import OperationActivities, StartRelationshipsInput
from api_gateway.services.event_sentences import sentences
from domain.actors import Actor, Role
from domain.people.proposal.outcomes import ImportWrites
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, PEOPLE, answer, counted, propose, roster, take_over


async def begin(client: Client, ready: dict[str, Any]) -> str:
    """Begin a take-over and return the path of its operation."""
    path, body = f"/v1/imports/{ready['id']}/take-over", {"digest": ready["digest"]}
    begun = await client.send("admin", "POST", path, key=ready["digest"] + ready["id"], json=body)
    assert begun.status_code == 202, begun.text
    return begun.headers["location"]


async def test_a_take_over_that_cannot_be_written_fails_once_and_the_next_one_lands(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    term = await open_term(client)
    ready = [await answer(client, (await propose(client, term, GOOD, key=key)).json()) for key in ("1", "2")]
    paths = [await begin(client, each) for each in ready]

    async def twice(connection: Any, writes: ImportWrites, **options: Any) -> Any:
        [first, *others] = writes.people
        doubled = replace(first, keys=(*first.keys, *first.keys))
        return await land(connection, replace(writes, people=(doubled, *others)), **options)

    with monkeypatch.context() as broken:
        broken.setattr("api_gateway.services.imports.landing.land", twice)
        assert await client.office.take_overs.land_next()
    assert await client.office.take_overs.land_next()
    assert not await client.office.take_overs.land_next()
    failed, done = [(await client.send("admin", "GET", path)).json() for path in paths]
    assert (failed["state"], failed["failed_because"]) == ("failed", "breaks_a_rule_of_the_database")
    assert (done["state"], done["failed_because"]) == ("done", "")
    again = (await client.send("admin", "GET", f"/v1/imports/{ready[0]['id']}")).json()
    assert again["state"] == "proposed"
    assert await counted(client, "people") == {"people": 2}


async def test_a_take_over_that_is_tried_again_waits_behind_the_others(client: Client) -> None:
    term = await open_term(client)
    ready = await answer(client, (await propose(client, term, GOOD, key="1")).json())
    other = {"people": PEOPLE + "cid,Cid C,cid@example.org,principal,D1,r1,\n"}
    second = await answer(client, (await propose(client, term, other, key="2")).json())
    first_path, second_path = await begin(client, ready), await begin(client, second)
    client.engine.raises = RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
    with pytest.raises(Unavailable):
        await client.office.take_overs.land_next()
    with contextlib.suppress(Unavailable):
        await client.office.take_overs.land_next()
    states = [(await client.send("admin", "GET", path)).json()["state"] for path in (first_path, second_path)]
    assert states[0] == "running"
    assert states[1] in ("done", "overtaken")


async def test_one_new_number_in_two_files_lands(client: Client) -> None:
    term = await open_term(client)
    row = "k1,Kim K,kim@example.org,principal,D1,r1,\n"
    sent = [("files", (name, (PEOPLE + row).encode())) for name in ("north.csv", "south.csv")]
    made = await client.send("admin", "POST", "/v1/imports", key="a", data={"term": term}, files=sent)
    ready = await answer(client, made.json())
    assert not [each for each in ready["questions"] if each["code"] == "alike_people"], (
        "the rows say the same"
    )
    assert (await take_over(client, ready)).json()["state"] == "done"
    assert await counted(client, "people", "person_keys") == {"people": 1, "person_keys": 1}


async def test_all_who_share_a_mailbox_are_kept_apart_pair_by_pair(client: Client) -> None:
    term = await open_term(client)
    rows = "".join(f"s{number},Name {number},school@example.org,principal,D1,r1,\n" for number in range(5))
    ready = await answer(client, (await propose(client, term, {"people": PEOPLE + rows})).json())
    assert (await take_over(client, ready)).json()["state"] == "done"
    assert await counted(client, "people", "person_answers") == {"people": 5, "person_answers": 10}
    async with client.office.database.transaction() as connection:
        event = tables.events.c
        of_each = await connection.execute(
            select(event.stream, func.count()).where(event.type == "PersonsKeptApart").group_by(event.stream)
        )
        assert [row[1] for row in of_each] == [4] * 5


async def test_two_answers_at_once_are_both_kept(client: Client) -> None:
    term = await open_term(client)
    lists = {**GOOD, "memberships": GOOD["memberships"].replace("ben,active", "ben,activ")}
    proposal = (await propose(client, term, lists)).json()
    path = f"/v1/imports/{proposal['id']}/answers"
    given = ({"titles": "yes"}, {"class:activ": "active"})
    sent = await asyncio.gather(
        *(client.send("admin", "POST", path, key=f"{each}", json={"answers": each}) for each in given)
    )
    assert [each.status_code for each in sent] == [200, 200]
    now = (await client.send("admin", "GET", f"/v1/imports/{proposal['id']}")).json()
    assert {each["id"]: each["answer"] for each in now["questions"]} == {
        "titles": "yes",
        "class:activ": "active",
    }
    assert (await take_over(client, now)).json()["state"] == "done"


async def test_what_codes_mean_is_added_to_what_another_import_has_kept(client: Client) -> None:
    rows = client.office.take_overs._rows
    own = {"association": "acme", "file": "codes", "headings_digest": "codes", "map": {}}
    actor = Actor(id="a" * 32, role=Role.ADMIN)
    async with client.office.database.transaction() as connection:
        for number, answers in enumerate(({"class:a": "active"}, {"class:b": "retired"})):
            given = {id: {"value": value, "by": actor.id} for id, value in answers.items()}
            await rows.keep_column_maps_in(connection, [{**own, "answers": given}], actor, f"c{number}")
    [kept] = await rows.column_maps("acme")
    assert {id: each["value"] for id, each in kept["answers"].items()} == {
        "class:a": "active",
        "class:b": "retired",
    }


async def test_what_stays_of_an_import_holds_no_name_and_no_address(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, GOOD)
    lists = {"people": GOOD["people"].replace("Ben B", "Ben Berg")}
    proposal = (await propose(client, term, lists, key="late")).json()
    await roster(client, term, {"people": GOOD["people"].replace("Ben B", "Benjamin B")}, key="faster")
    overtaken = (await take_over(client, proposal)).json()
    [change] = overtaken["overtaken_by"][0]["changes"]
    assert (change["field"], change["before"], change["after"]) == ("name", "Benjamin B", "Ben Berg")
    async with client.office.database.transaction() as connection:
        results = list(await connection.scalars(select(tables.operations.c.result)))
        answers = await connection.scalars(
            select(tables.imports.c.answers).where(tables.imports.c.state == "landed")
        )
        assert set(map(str, answers)) == {"{}"}
    assert "Ben" not in f"{results}"
    [place] = next(each["overtaken_by"] for each in results if "overtaken_by" in each)
    assert (place["file"], place["row"], place["fields"]) == ("people.csv", 3, ["name"])


async def test_an_application_waits_until_an_import_has_landed(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, GOOD)
    async with client.office.database.transaction() as connection:
        person = await connection.scalar(select(tables.people.c.id).where(tables.people.c.name == "Ann A"))
    form = {
        "person": person,
        "term": term,
        "reason": "new_to_role",
        "first_year": True,
        "applied_on": "2026-08-03",
    }
    async with client.office.take_overs._rows.landing():
        sent = asyncio.create_task(client.send("admin", "POST", "/v1/applications", json=form))
        await asyncio.sleep(0.5)
        assert not sent.done()
        assert await counted(client, "applications") == {"applications": 1}
    assert (await sent).status_code in (201, 202)


async def test_a_take_over_counts_the_people_whose_own_rows_changed(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, GOOD)
    lists = {
        "people": PEOPLE + "ann,Ann Lund,ann@example.org,principal,D1,r1,\n",
        "memberships": "key,membership,first,last\nben,active,2020-01-01,2027-06-30\n",
    }
    proposal = (await propose(client, term, lists, key="more")).json()
    changed = [row["kind"] for row in proposal["rows"] if row["outcome"] == "changed"]
    assert changed == ["people", "memberships"]
    done = (await take_over(client, proposal)).json()
    assert (done["people"], done["changed_people"]) == (0, 1)


class Lost:
    """Runs of relationships of which each fails at once, by a rule."""

    async def start(self, workflow: str, id: str, start: Any, *, queue: str) -> None:
        """Start nothing."""

    async def failure(self, id: str) -> str:
        """Return the rule."""
        return "already_applied"


@pytest.mark.parametrize(
    ("unreadable", "code", "words"),
    [
        (False, "already_applied", "This person already has an application for this term."),
        (True, "unreadable_application", "This version of the software cannot read the application"),
    ],
)
async def test_an_application_that_can_never_be_opened_ends_the_operation_which_names_its_row(
    client: Client, monkeypatch: pytest.MonkeyPatch, *, unreadable: bool, code: str, words: str
) -> None:
    async def run(operation: str) -> None:
        if unreadable:
            owner = Database(client.office.settings.database_url("migrator"), size=1)
            async with owner.transaction() as connection:
                await connection.execute(update(tables.applications).values(actor={}))
            await owner.close()
        rows = SqlOperations(client.engine.database, SqlClock(client.engine.database))
        work = OperationActivities(rows, Lost(), patience=1, after_failure=0)
        start = StartRelationshipsInput(operation=operation)
        assert (await ActivityEnvironment().run(work.start_relationships, start)).lost == 1

    monkeypatch.setattr(client.engine, "_run_operation", run)
    ended = (await roster(client, await open_term(client), GOOD)).json()
    assert (ended["state"], ended["total"], ended["done"], ended["people"]) == ("incomplete", 1, 0, 2)
    [lost] = ended["not_opened"]
    assert (lost["file"], lost["row"], lost["code"]) == ("applications.csv", 2, code)
    assert words in lost["problem"]
    assert ended["ended_at"] is not None


async def test_what_a_list_changes_names_the_events_whose_values_it_replaces(client: Client) -> None:
    """C19: an import is a correction, too; a new value replaces nothing."""
    term = await open_term(client)
    await roster(client, term, GOOD, key="first")
    people = (await client.send("admin", "GET", "/v1/people")).json()["data"]
    ben = next(row["id"] for row in people if row["name"] == "Ben B")
    path = f"/v1/people/{ben}/history"
    before = len((await client.send("auditor", "GET", path)).json()["data"])
    head, _, row = GOOD["people"].splitlines()
    told = {
        "people": f"{head.replace('supervisor', 'phone')}\n{row.replace('D1', 'D2').replace('ann', '218 555 0101')}\n",
        "memberships": "key,membership,first,last\nben,active,2020-01-01,2026-12-31\n",
    }
    ended = await roster(client, term, told, key="second")
    assert ended.json()["state"] == "done", ended.text
    history = (await client.send("auditor", "GET", path)).json()["data"]
    [event] = history[before:]
    assert (event["type"], event["body"]["earlier"]) == ("PersonChanged", [1]), "the phone is new"
    told_again = list(sentences(history, {}, {}))[before].text
    assert told_again.endswith("It replaces what event 1 said.")
