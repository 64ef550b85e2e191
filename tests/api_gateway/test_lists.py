"""Lists are searched by name and address and filtered, and show nobody whom the reader may not see."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from activities.adapters.postgres import tables
from domain.actors import Role
from domain.ids import derive, term_region_id
from domain.tasks import TaskKind
from tests.api_gateway.conftest import Client, add_person, open_term
from tests.api_gateway.importing import PEOPLE, roster
from tests.api_gateway.recorded import recorded_pair
from tests.api_gateway.test_people import person
from tests.api_gateway.test_visibility import put
from tests.conftest import NOW, PROGRAM
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR


async def names(client: Client, who: str, path: str, column: str = "name") -> list[Any]:
    answer = await client.send(who, "GET", f"/v1/{path}")
    assert answer.status_code == 200, answer.text
    return [row[column] for row in answer.json()["data"]]


async def some_people(client: Client) -> None:
    await person(client, "lopez", name="María López", email="maria@post.example")
    await person(
        client, "soren", name="Søren Olsen", email="s.olsen@post.example", role_title="superintendent"
    )
    await person(client, "olsen", name="Ruth OLSEN", email="ruth_o@post.example", region="r2")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=lopez", ["María López"]),
        ("q=LÓPEZ", ["María López"]),
        ("q=lo%CC%81pez%20maria", ["María López"]),
        ("q=maria@post", ["María López"]),
        ("q=soren", ["Søren Olsen"]),
        ("q=olsen", ["Søren Olsen", "Ruth OLSEN"]),
        ("q=olsen&region=r2", ["Ruth OLSEN"]),
        ("q=olsen&role=superintendent", ["Søren Olsen"]),
        ("q=h_o", ["Ruth OLSEN"]),
        ("q=h%25o", []),
        ("q=olsen%20maria", []),
        ("q=%20", ["María López", "Søren Olsen", "Ruth OLSEN"]),
        ("role=principal", ["María López", "Ruth OLSEN"]),
    ],
)
async def test_people_are_found_whatever_case_and_accents(
    client: Client, query: str, found: list[str]
) -> None:
    await some_people(client)
    assert await names(client, "admin", f"people?{query}") == found


@pytest.mark.parametrize("typed", ["d'angelo", "D’Angelo", "D`ANGELO", "dangelo", "o'brien d"])
async def test_people_are_found_whatever_apostrophe_is_typed(client: Client, typed: str) -> None:
    await person(client, "angelo", name="Rita D’Angelo O'Brien", email="rita@post.example")
    assert await names(client, "admin", f"people?q={quote(typed)}") == ["Rita D’Angelo O'Brien"]


_ONE_MENTOR = "key,capacity\nM-0712,2\n"


async def test_people_are_found_by_their_key(client: Client) -> None:
    term = await open_term(client)
    people = {"people": f"{PEOPLE}M-0712,Maria M,m@post.example,principal,D1,r1,\n", "mentors": _ONE_MENTOR}
    assert (await roster(client, term, people)).status_code == 200
    assert await names(client, "coordinator", "mentors", "keys") == [["M-0712"]]
    assert await names(client, "coordinator", "people?q=m-0712", "keys") == [["M-0712"]]
    assert await names(client, "elsewhere", "people?q=m-0712", "keys") == []


async def test_a_coordinator_finds_only_people_of_their_regions(client: Client) -> None:
    await some_people(client)
    assert await names(client, "coordinator", "people?q=olsen") == ["Søren Olsen"]
    assert await names(client, "elsewhere", "people?q=olsen") == ["Ruth OLSEN"]
    assert await names(client, "coordinator", "people?region=r2") == []
    assert (await client.send("payment", "GET", "/v1/people?q=olsen")).status_code == 403


async def test_people_and_mentors_have_the_membership_that_says_most_today(client: Client) -> None:
    """One in force counts before one that lapsed, and that before one ahead; it counts for every entry of a human."""
    await some_people(client)
    lopez, soren, olsen = (derive("p", name) for name in ("lopez", "soren", "olsen"))
    today = NOW.date()
    past, ahead = (today - timedelta(days=1)).isoformat(), (today + timedelta(days=1)).isoformat()
    for number, (who, kind, first, last) in enumerate(
        (
            (lopez, "active", "2015-01-01", "2016-12-31"),
            (lopez, "retired", "2020-01-01", past),
            (soren, "active", "2015-01-01", "2016-12-31"),
            (soren, "retired", "2020-01-01", today.isoformat()),
            (soren, "active", "2021-01-01", None),
            (olsen, "active", ahead, None),
        )
    ):
        body = {"membership": kind, "first": first, "last": last}
        made = await client.send(
            "admin", "POST", f"/v1/people/{who}/memberships", key=f"m{number}", json=body
        )
        assert made.status_code == 201, made.text
    shown = await names(client, "admin", "people", "membership")
    assert [
        (each["class"], each["last"], each["lapsed"], each["classes"], each["ahead"]) for each in shown
    ] == [
        ("retired", past, True, [], False),
        ("active", None, False, ["retired", "active"], False),
        ("active", None, False, [], True),
    ]
    body = {"person": lopez, "capacity": 2}
    assert (await client.send("admin", "POST", "/v1/mentors", key="mentor", json=body)).status_code == 201
    [held] = await names(client, "admin", "mentors", "membership")
    assert (held["class"], held["lapsed"]) == ("retired", True)
    same = {"other": soren, "answer": "same"}
    merged = await client.send("admin", "POST", f"/v1/people/{lopez}/same-as", key="same", json=same)
    assert merged.status_code == 200, merged.text
    assert [each["lapsed"] for each in await names(client, "admin", "people", "membership")] == [False] * 3


async def test_found_people_come_in_pages(client: Client) -> None:
    await some_people(client)
    first = (await client.send("admin", "GET", "/v1/people?q=olsen&limit=1")).json()
    rest = (await client.send("admin", "GET", f"/v1/people?q=olsen&limit=1&after={first['next']}")).json()
    assert [row["name"] for page in (first, rest) for row in page["data"]] == ["Søren Olsen", "Ruth OLSEN"]
    assert (first["has_more"], rest["has_more"]) == (True, False)


async def test_mentors_are_found_by_name_where_the_reader_may_see_names(client: Client) -> None:
    await some_people(client)
    for name in ("lopez", "olsen"):
        body = {"person": derive("p", name), "capacity": 2}
        assert (
            await client.send("admin", "POST", "/v1/mentors", key=f"m-{name}", json=body)
        ).status_code == 201
    assert await names(client, "admin", "mentors?q=maria") == ["María López"]
    assert await names(client, "coordinator", "mentors") == ["María López"]
    assert await names(client, "admin", "mentors?region=r2") == ["Ruth OLSEN"]
    assert await names(client, "payment", "mentors?limit=1") == [None]
    assert await names(client, "payment", "mentors?q=maria") == []


async def names_of_the_pair(client: Client) -> None:
    body = {"code": "r3", "name": "R3", "program": "masa"}
    await client.send("admin", "POST", "/v1/regions", key="r3", json=body)
    for who, name in ((MENTEE, "Ann Lee"), (MENTOR, "Bo Dahl")):
        await add_person(client, who.id, name=name, region="r3")


async def test_relationships_are_found_by_the_names_of_both_sides(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        await names_of_the_pair(client)
        for query, count in (
            ("q=dahl", 1),
            ("q=ann", 1),
            ("q=olsen", 0),
            ("region=r1", 0),
            ("stage=survey", 0),
        ):
            assert len(await names(client, "the coordinator", f"relationships?{query}", "id")) == count, query
        [row] = (await client.send("the coordinator", "GET", "/v1/relationships")).json()["data"]
        assert (row["mentee_name"], row["mentor_name"]) == ("Ann Lee", "Bo Dahl")


async def test_the_staff_of_a_pair_see_the_names_of_both_also_of_one_who_moved_away(client: Client) -> None:
    await client.token_of("r3 alone", COORDINATOR.id, (Role.COORDINATOR,), ("r3",))
    async with recorded_pair(client) as pair:
        await pair.drafted()
        await names_of_the_pair(client)
        known = (await client.send("admin", "GET", f"/v1/people/{MENTEE.id}")).json()
        move = {"region": "r1", "since": known["regions"][-1]["since"]}
        path = f"/v1/people/{MENTEE.id}/move"
        assert (await client.send("admin", "POST", path, key="move", json=move)).status_code == 200
        [row] = (await client.send("r3 alone", "GET", "/v1/relationships?q=ann")).json()["data"]
        assert (row["mentee_name"], row["mentor_name"]) == ("Ann Lee", "Bo Dahl")
        history = await client.send("r3 alone", "GET", f"/v1/relationships/{row['id']}/history")
        assert history.json()["names"][MENTEE.id] == "Ann Lee"
        assert (await client.send("r3 alone", "GET", f"/v1/people/{MENTEE.id}")).status_code == 404
        assert "Ann Lee" not in await names(client, "r3 alone", "people"), "only in the lists of the pair"


async def test_who_sees_a_relationship_but_no_names_finds_nothing_by_a_name(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        await names_of_the_pair(client)
        for who in ("payment", "the mentee"):
            [row] = (await client.send(who, "GET", "/v1/relationships")).json()["data"]
            assert row["mentor_name"] is None
            assert await names(client, who, "relationships?q=dahl", "id") == []
        assert await names(client, "the mentee", "relationships?q=ann", "mentee_name") == ["Ann Lee"]


async def overdue(client: Client, subject: str, kind: TaskKind, subject_kind: str, at: datetime) -> None:
    """Store an open task that was due at a moment, without the event that the journal's triggers require."""
    row = {
        "id": derive("task", subject, kind),
        "subject": subject,
        "subject_kind": subject_kind,
        "kind": kind,
    }
    await put(
        client, (tables.tasks, {**row, "region": "r3", "role": "coordinator", "opened_at": at, "due_at": at})
    )


async def test_late_keeps_relationships_with_an_overdue_task_that_the_reader_sees(client: Client) -> None:
    async with recorded_pair(client) as pair:
        await pair.drafted()
        assert await names(client, "admin", "relationships?late=true", "id") == []
        yesterday = NOW - timedelta(days=1)
        await overdue(client, pair.case.id, TaskKind.HANDLE_COMPLAINT, "relationship", yesterday)
        assert await names(client, "the coordinator", "relationships?late=true", "id") == [pair.case.id]
        assert await names(client, "the mentee", "relationships?late=true", "id") == []
        assert await names(client, "the mentee", "relationships?late=false", "id") == [pair.case.id]


async def test_terms_are_found_by_name_and_kept_if_they_are_late(client: Client) -> None:
    term = await open_term(client)
    subject = {region: term_region_id(term, region) for region in ("r1", "r2")}
    now = NOW
    days = {"first": now.date(), "last": now.date(), "opened_at": now, "closes_at": now, "ended_at": None}
    common = {"term": term, "program": PROGRAM, "next_due": None, **days}
    for region, id in subject.items():
        await put(client, (tables.term_regions, {**common, "id": id, "region": region}))
    assert len(await names(client, "admin", "term-regions?q=T")) == 2
    assert await names(client, "admin", "term-regions?q=r2", "region") == ["r2"]
    assert await names(client, "admin", "term-regions?region=r1", "region") == ["r1"]
    assert await names(client, "admin", "term-regions?late=true", "region") == []
    await overdue(client, subject["r2"], TaskKind.NAME_CONTACT, "term", now - timedelta(days=1))
    assert await names(client, "admin", "term-regions?late=true", "region") == ["r2"]


async def test_money_is_late_from_its_day_until_it_is_finished(client: Client) -> None:
    await some_people(client)
    now = NOW
    owed = {
        "mentor": derive("p", "lopez"),
        "region": "r1",
        "amount_minor": 100,
        "state": "due",
        "ended_at": None,
    }
    owed |= {"accrued_at": now, "closes_at": now}
    for number, (due, finished) in enumerate(((-1, None), (-1, now), (1, None))):
        row = {"id": str(number) * 32, "due_at": now + timedelta(days=due), "finished_at": finished}
        await put(client, (tables.obligations, {**owed, **row}))
    assert await names(client, "payment", "obligations?late=true", "id") == ["0" * 32]
    assert len(await names(client, "payment", "obligations?region=r1", "id")) == 3
    assert await names(client, "payment", "obligations?region=r2", "id") == []
    assert await names(client, "admin", "obligations?q=maria&late=true", "mentor_name") == ["María López"]
    assert await names(client, "payment", "obligations?q=maria", "id") == []
    for who in ("payment", "admin"):
        assert await names(client, who, "obligations?late=true", "mentor_name") == ["María López"]
        assert await names(client, who, "obligations?late=true", "payee_name") == ["R1"]


async def test_payment_staff_see_who_is_paid_for_whom_and_on_which_evidence(client: Client) -> None:
    await some_people(client)
    now, owed, pair = NOW, "0" * 32, "a" * 32
    days = {"accrued_at": now, "due_at": now, "closes_at": now, "finished_at": None, "ended_at": None}
    money = {"id": owed, "mentor": derive("p", "lopez"), "region": "r1", "amount_minor": 100, "state": "due"}
    evidence = {"stage": "meetings", "agreement_version": 2, "meetings_logged": 3}
    await put(
        client,
        (tables.obligations, {**money, **days}),
        (
            tables.relationships,
            {"id": pair, "region": "r1", "opened_at": now, "stage_since": now, **evidence},
        ),
        (tables.claims, {"id": "b" * 32, "obligation": owed, "relationship": pair, "due_at": now}),
    )
    shown = (await client.send("payment", "GET", f"/v1/obligations/{owed}")).json()
    assert (shown["payee_name"], shown["mentor_name"]) == ("R1", "María López")
    assert evidence.items() <= shown["claims"][0].items()
