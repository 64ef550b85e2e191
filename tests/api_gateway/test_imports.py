"""Imports over the API: a proposal first, questions, a take-over that lands once, and what it says when it cannot."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.postgres import tables
from activities.errors import Unavailable
from domain.actors import Role
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, PEOPLE, answer, counted, propose, roster, take_over
from tests.conftest import NOW


async def test_lists_are_a_proposal_first_and_land_when_they_are_taken_over(client: Client) -> None:
    term = await open_term(client)
    sent = await propose(client, term, GOOD)
    assert (sent.status_code, sent.headers["location"]) == (201, f"/v1/imports/{sent.json()['id']}")
    proposal = sent.json()
    assert proposal["counts"]["question"] == 6, "the role titles of a first list"
    assert (await counted(client, "people", "applications")) == {"people": 0, "applications": 0}
    early = await take_over(client, proposal)
    assert (early.status_code, early.json()["code"]) == (409, "questions_open")
    ready = await answer(client, proposal)
    assert ready["counts"] | {"new": 6} == ready["counts"]
    assert ready["follows"]["applications"] == {"accepted": 1, "waiting": 0, "refused": 0}
    assert (ready["follows"]["emails"], ready["follows"]["readers"]) == (2, 1)
    landed = await take_over(client, ready)
    assert (landed.status_code, landed.json()["state"], landed.json()["done"]) == (200, "done", 1)
    [start] = client.engine.started
    assert (start.region, start.opening.reason) == ("r1", "new_to_role")
    found = await counted(client, "people", "memberships", "mentors", "applications", "person_keys")
    assert found == {"people": 2, "memberships": 2, "mentors": 1, "applications": 1, "person_keys": 2}


# C8
async def test_the_same_lists_again_are_nothing_new(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, GOOD)
    again = (await propose(client, term, GOOD, key="again")).json()
    assert again["counts"] == dict.fromkeys(again["counts"], 0) | {"unchanged": 6}
    assert again["unchanged"]["people.csv"] == "2-3"
    before = await counted(client, "people", "memberships", "applications")
    landed = await take_over(client, again)
    assert (landed.json()["state"], landed.json()["total"]) == ("done", 0)
    assert await counted(client, "people", "memberships", "applications") == before
    assert len(client.engine.started) == 1


async def test_a_first_import_writes_one_event_for_each_person_and_none_for_who_did_not_change(
    client: Client,
) -> None:
    term = await open_term(client)
    await roster(client, term, GOOD)
    moved = {"people": GOOD["people"].replace("Ann A", "Ann Adams")}
    await roster(client, term, moved, key="second")
    async with client.office.database.transaction() as connection:
        types = await connection.scalars(
            select(tables.events.c.type).where(tables.events.c.kind == "H").order_by(tables.events.c.seq)
        )
        assert list(types) == ["PersonAdded", "PersonAdded", "PersonChanged"]


async def test_rows_that_are_refused_are_left_out_only_on_request(client: Client) -> None:
    term = await open_term(client)
    bad = {**GOOD, "people": GOOD["people"] + "cid,Cid C,cid@example.org,principal,D1,nowhere,\n"}
    ready = await answer(client, (await propose(client, term, bad)).json())
    [refused] = ready["refused"]
    assert (refused["code"], refused["rows"], refused["allowed"]) == ("unknown_region", [4], ["r1", "r2"])
    stopped = await take_over(client, ready)
    assert (stopped.status_code, stopped.json()["code"]) == (409, "rows_refused")
    landed = await take_over(client, ready, without=("refused",))
    assert landed.json()["state"] == "done"
    assert await counted(client, "people") == {"people": 2}


# C2
async def test_what_somebody_answers_makes_another_proposal_and_the_old_one_is_not_taken(
    client: Client,
) -> None:
    term = await open_term(client)
    await roster(client, term, GOOD)
    other = {"people": PEOPLE + "ANN,Ann A,ann@example.org,principal,D1,r1,\n"}
    proposal = (await propose(client, term, other, key="other")).json()
    [question] = proposal["questions"]
    assert question["rows"] == {"people.csv": [2]}
    same = await answer(client, proposal, {question["id"]: "same"})
    changed = await take_over(client, proposal)
    assert (changed.status_code, changed.json()["code"]) == (412, "proposal_changed")
    assert (await take_over(client, same)).json()["state"] == "done"
    assert await counted(client, "people", "person_keys") == {"people": 2, "person_keys": 3}


async def test_an_answer_that_no_question_takes_is_refused_with_what_it_takes(client: Client) -> None:
    term = await open_term(client)
    proposal = (await propose(client, term, GOOD)).json()
    path = f"/v1/imports/{proposal['id']}/answers"
    for key, answers, code in (
        ("a", {"titles": "perhaps"}, "not_an_answer"),
        ("b", {"nothing": "yes"}, "unknown_question"),
    ):
        sent = await client.send("admin", "POST", path, key=key, json={"answers": answers})
        assert (sent.status_code, sent.json()["errors"][0]["code"]) == (422, code)


async def test_what_changed_meanwhile_overtakes_an_import_and_nothing_lands(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, GOOD)
    lists = {
        "people": GOOD["people"].replace("Ben B", "Ben Berg") + "cid,Cid C,c@example.org,principal,D1,r1,\n"
    }
    proposal = (await propose(client, term, lists, key="late")).json()
    others = {"people": GOOD["people"].replace("Ben B", "Benjamin B")}
    assert (await roster(client, term, others, key="faster")).json()["state"] == "done"
    overtaken = (await take_over(client, proposal)).json()
    assert overtaken["state"] == "overtaken"
    assert [each["name"] for each in overtaken["overtaken_by"]] == ["Ben Berg"]
    assert await counted(client, "people") == {"people": 2}
    now = (await client.send("admin", "GET", f"/v1/imports/{proposal['id']}")).json()
    assert (now["state"], now["digest"] == proposal["digest"]) == ("proposed", False)
    assert (await take_over(client, now)).json()["state"] == "done"


async def test_two_imports_at_once_land_one_after_the_other(client: Client) -> None:
    term = await open_term(client)
    ready = [
        await answer(client, (await propose(client, term, GOOD, key=key)).json()) for key in ("one", "two")
    ]
    begun = [
        await client.send(
            "admin",
            "POST",
            f"/v1/imports/{each['id']}/take-over",
            key=each["id"],
            json={"digest": each["digest"]},
        )
        for each in ready
    ]
    await asyncio.gather(client.office.take_overs.land_next(), client.office.take_overs.land_next())
    states = []
    for each in begun:
        found = await client.send("admin", "GET", f"/v1/operations/{each.json()['operation']}")
        states.append(found.json()["state"])
    assert sorted(states) == ["done", "overtaken"]
    assert await counted(client, "people", "applications") == {"people": 2, "applications": 1}


async def test_a_take_over_that_was_left_undone_is_landed_later_and_once(client: Client) -> None:
    term = await open_term(client)
    ready = await answer(client, (await propose(client, term, GOOD)).json())
    client.engine.raises = RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
    body = {"digest": ready["digest"]}
    begun = await client.send("admin", "POST", f"/v1/imports/{ready['id']}/take-over", key="t", json=body)
    assert begun.status_code == 202
    with pytest.raises(Unavailable):
        await client.office.take_overs.land_next()
    assert await counted(client, "people") == {"people": 2}, "landed, and the start is left"
    client.engine.raises = None
    assert await client.office.take_overs.land_next()
    assert not await client.office.take_overs.land_next()
    found = (await client.send("admin", "GET", begun.headers["location"])).json()
    assert (found["state"], found["total"], found["done"]) == ("done", 1, 1)
    assert await counted(client, "people", "memberships") == {"people": 2, "memberships": 2}
    again = await client.send("admin", "POST", f"/v1/imports/{ready['id']}/take-over", key="t", json=body)
    assert (again.status_code, again.json()) == (202, begun.json())


async def test_the_files_of_an_import_are_sealed_and_go_when_it_has_landed_or_after_a_day(
    client: Client,
) -> None:
    term = await open_term(client)
    ready = await answer(client, (await propose(client, term, GOOD)).json())
    kept = (await propose(client, term, GOOD, key="kept")).json()
    async with client.office.database.transaction() as connection:
        row = (
            await connection.execute(select(tables.imports).where(tables.imports.c.id == kept["id"]))
        ).one()
    assert "Ann A" not in f"{row.files} {row.proposal}"
    await take_over(client, ready)
    async with client.office.database.transaction() as connection:
        await connection.execute(
            text("update office.imports set expires_at = '2026-01-01' where state = 'proposed'")
        )
    async with client.office.database.transaction() as connection:
        files = await connection.scalars(
            select(tables.imports.c.files).where(tables.imports.c.id == ready["id"])
        )
        assert files.one() == {}
    repeated = client.office.take_overs
    assert await repeated._rows.expire() == 1
    gone = (await client.send("admin", "GET", f"/v1/imports/{kept['id']}")).json()
    assert (gone["state"], "rows" in gone) == ("expired", False)
    late = await client.send(
        "admin", "POST", f"/v1/imports/{kept['id']}/answers", json={"answers": {"titles": "yes"}}
    )
    assert (late.status_code, late.json()["code"]) == (409, "import_expired")


async def test_an_import_is_seen_by_its_maker_the_state_office_and_administrators(client: Client) -> None:
    term = await open_term(client)
    await client.token("state", Role.COORDINATOR)
    proposal = (await propose(client, term, {"people": GOOD["people"]}, name="coordinator")).json()
    found: dict[str, Any] = {}
    for name in ("coordinator", "state", "admin", "elsewhere", "auditor"):
        found[name] = (await client.send(name, "GET", f"/v1/imports/{proposal['id']}")).status_code
    assert found == {"coordinator": 200, "state": 200, "admin": 200, "elsewhere": 404, "auditor": 403}
    hidden = (await client.send("elsewhere", "GET", f"/v1/imports/{proposal['id']}")).json()
    assert "No import of yours has this id." in hidden["detail"]


# C1, C62
async def test_a_coordinator_moves_nobody_out_of_another_region_and_no_staff(client: Client) -> None:
    term = await open_term(client)
    await client.token("state", Role.COORDINATOR)
    await roster(client, term, GOOD)
    people = {"people": GOOD["people"].replace("D1,r1,\n", "D1,r2,\n")}
    proposal = (await propose(client, term, people, name="coordinator", key="moves")).json()
    [question] = proposal["questions"]
    assert (question["code"], question["who"], question["yours"]) == ("move_of_person", "state_office", False)
    theirs = (await client.send("state", "GET", f"/v1/imports/{proposal['id']}")).json()
    assert [each["yours"] for each in theirs["questions"]] == [True]
    path = f"/v1/imports/{proposal['id']}/answers"
    own = await client.send("coordinator", "POST", path, key="x", json={"answers": {question["id"]: "yes"}})
    assert (own.status_code, own.json()["errors"][0]["code"]) == (422, "not_yours_to_answer")
    waiting = (await client.send("state", "GET", "/v1/imports")).json()["data"]
    assert [(each["id"], [asked["id"] for asked in each["questions"]]) for each in waiting] == [
        (proposal["id"], [question["id"]])
    ]
    assert waiting[0]["questions"][0]["about"] == question["about"] == ["region: r1 → r2"]
    mine = (await client.send("coordinator", "GET", "/v1/imports")).json()["data"]
    assert [each["questions"] for each in mine] == [[]]
    assert (await client.send("elsewhere", "GET", "/v1/imports")).json()["data"] == []
    ready = await answer(client, proposal, {question["id"]: "yes"}, name="state")
    assert ready["counts"]["moved"] == 1
    assert (await take_over(client, ready, name="coordinator")).json()["state"] == "done"
    async with client.office.database.transaction() as connection:
        regions = await connection.scalars(select(tables.people.c.region).order_by(tables.people.c.name))
        assert list(regions) == ["r2", "r1"]


# C62
async def test_what_a_row_changes_of_a_person_of_another_region_is_shown_to_who_answers_alone(
    client: Client,
) -> None:
    term = await open_term(client)
    await client.token("state", Role.COORDINATOR)
    await roster(client, term, GOOD)
    people = {"people": PEOPLE + "ben,Ben B,new@example.org,principal,D1,r2,\n"}
    mine = (await propose(client, term, people, name="elsewhere", key="moves")).json()
    theirs = (await client.send("state", "GET", f"/v1/imports/{mine['id']}")).json()
    [question] = theirs["questions"]
    assert question["about"] == ["email: ben@example.org → new@example.org", "region: r1 → r2"]
    assert theirs["rows"][0]["changes"] == [
        {"field": "email", "before": "ben@example.org", "after": "new@example.org"},
        {"field": "region", "before": "r1", "after": "r2"},
    ]
    assert (mine["questions"][0]["about"], mine["rows"][0]["changes"]) == ([], [])
    assert "ben@example.org" not in str(mine)


# C62
async def test_an_administrator_sees_what_a_coordinators_list_changes_about_staff(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, GOOD)
    async with client.office.database.transaction() as connection:
        person = tables.people.c
        ann = await connection.scalar(select(person.id).where(person.name == "Ann A"))
    await client.token_of("payer", ann or "", (Role.PAYMENT_STAFF,))
    people = {"people": PEOPLE + "ann,Ann A,thief@example.org,principal,D1,r1,\n"}
    mine = (await propose(client, term, people, name="coordinator", key="staff")).json()
    [waiting] = (await client.send("admin", "GET", "/v1/imports")).json()["data"]
    [question] = waiting["questions"]
    assert question["about"] == ["email: ann@example.org → thief@example.org"]
    ready = await answer(client, mine, {question["id"]: "yes"})
    assert ready["counts"]["changed"] == 1


# C5
async def test_a_complete_list_lapses_who_is_missing_on_a_persons_yes(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, GOOD)
    left = {"memberships": "key,membership,first,last\nann,active,2020-01-01,\n"}
    sent = await propose(client, term, left, key="monthly", complete_classes="active", complete_regions="r1")
    proposal = sent.json()
    [question] = proposal["questions"]
    assert (question["code"], question["never_by_itself"]) == ("many_members_missing", True)
    asked = await answer(client, proposal, {question["id"]: "yes"})
    lapse = asked["questions"][-1]
    today = date.fromisoformat(lapse["days"]["last"])
    assert abs(today - NOW.date()) <= timedelta(days=1), "no day ahead by the office's clock"
    assert lapse["days"]["first"] == "2020-01-01"
    path = f"/v1/imports/{proposal['id']}/answers"
    for key, day, words in (
        ("early", "2019-12-31", "2019-12-31 cannot be the last day: the membership begins on 2020-01-01"),
        ("late", f"{today + timedelta(days=1)}", f"a day after {today} is still ahead"),
        ("spelled", "6/7/2026", f"or a day from 2020-01-01 to {today}, written as 2020-01-01."),
    ):
        sent = await client.send("admin", "POST", path, key=key, json={"answers": {lapse["id"]: day}})
        assert (sent.status_code, sent.json()["errors"][0]["code"]) == (422, "not_an_answer")
        assert words in sent.json()["errors"][0]["detail"]
    ready = await answer(client, asked, {lapse["id"]: "2026-06-30"})
    assert (ready["counts"]["lapsed"], ready["counts"]["unchanged"]) == (1, 1)
    await take_over(client, ready)
    async with client.office.database.transaction() as connection:
        lasts = await connection.scalars(select(tables.memberships.c.last).order_by(tables.memberships.c.id))
        assert list(lasts) == [None, date(2026, 6, 30)]


async def test_a_complete_list_that_is_not_there_or_of_nobody_is_refused_in_words(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, GOOD)
    only = {"memberships": GOOD["memberships"]}
    for key, files, classes, regions, words in (
        (
            "a",
            only,
            "activ",
            "r1",
            ["“activ”, but there is no class of membership of that name. Known: active, "],
        ),
        ("b", only, "active", "r1,r9", ["“r9”, but there is no region of that name. Known: r1, r2."]),
        ("c", {"people": GOOD["people"]}, "active", "r1", ["None of the files is a list of memberships"]),
    ):
        sent = await propose(client, term, files, key=key, complete_classes=classes, complete_regions=regions)
        assert (sent.status_code, sent.json()["code"]) == (422, "complete_not_possible")
        for each, error in zip(words, sent.json()["errors"], strict=True):
            assert each in error["detail"]
    assert (await client.send("admin", "GET", "/v1/imports")).json()["data"] == []


async def test_nobody_is_missing_in_a_list_that_cannot_be_read(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, GOOD)
    broken = {"memberships": "membership,first\nactive,2020-01-01\n"}
    sent = await propose(client, term, broken, key="b", complete_classes="active", complete_regions="r1")
    assert [each["code"] for each in sent.json()["refused"]] == ["missing_column"]
    assert sent.json()["questions"] == []
    asked = {"memberships": "person,membership,first\nann,active,2020-01-01\n"}
    sent = await propose(client, term, asked, key="q", complete_classes="active", complete_regions="r1")
    assert [each["code"] for each in sent.json()["questions"]] == ["columns"]
    assert sent.json()["refused"] == []


# C10, C35
async def test_what_columns_and_codes_mean_is_remembered_by_association_and_kind_of_list(
    client: Client,
) -> None:
    term = await open_term(client)
    people = "Member ID,Full Name,E-mail Address,Job Title,Region\nann,Ann A,ann@example.org,Principal,R1\n"
    classes = "Member ID,Class,From\nann,activ,2020-01-01\n"
    first = (await propose(client, term, {"people": people, "memberships": classes})).json()
    asked = {each["code"] for each in first["questions"]}
    assert asked == {"columns", "role_titles", "unknown_membership_class"}
    assert [(each["outcome"], each["would"]) for each in first["rows"]] == [("question", "new")] * 2
    assert {"field": "email", "before": None, "after": "ann@example.org"} in first["rows"][0]["changes"]
    ready = await answer(client, first, {"class:activ": "active"})
    assert (await take_over(client, ready)).json()["state"] == "done"
    more = people + "ben,Ben B,ben@example.org,Principal,R1\n"
    again = (
        await propose(
            client, term, {"people": more, "memberships": classes + "ben,activ,2021-01-01\n"}, key="2"
        )
    ).json()
    assert again["questions"] == []
    assert again["counts"]["new"] == 2
    kept = {each["id"]: (each["answer"], bool(each["by"]), bool(each["at"])) for each in again["kept"]}
    assert kept == {
        "people.csv:people:columns": ("yes", True, True),
        "memberships.csv:memberships:columns": ("yes", True, True),
        "class:activ": ("active", True, True),
    }


# C45
async def test_an_association_alone_takes_lists_without_a_term_and_no_applications(client: Client) -> None:
    await open_term(client)
    association = (await client.send("admin", "GET", "/v1/regions")).json()["data"][0]["association"]
    none = await propose(client, "", {"people": GOOD["people"]}, key="none")
    assert (none.status_code, none.json()["association"]) == (201, association)
    both = await propose(client, "0" * 32, {"people": GOOD["people"]}, key="both", association=association)
    assert (both.status_code, both.json()["code"]) == (422, "term_or_association")
    own = await propose(client, "", {"people": GOOD["people"]}, name="coordinator", key="own")
    assert (own.status_code, own.json()["association"]) == (201, association)
    sent = {
        "people": ("people.csv", GOOD["people"].encode()),
        "applications": ("a.csv", GOOD["applications"].encode()),
    }
    made = await client.send(
        "admin", "POST", "/v1/imports", key="a", data={"association": association}, files=sent
    )
    ready = await answer(client, made.json())
    assert [each["code"] for each in ready["refused"]] == ["no_term"]
    assert (await take_over(client, ready, without=("refused",))).json()["people"] == 2


async def test_any_lists_are_taken_and_their_kind_is_found_out(client: Client) -> None:
    term = await open_term(client)
    sent = [
        ("files", ("list.csv", GOOD["people"].encode())),
        ("files", ("list.csv", GOOD["memberships"].encode())),
    ]
    made = await client.send("admin", "POST", "/v1/imports", key="a", data={"term": term}, files=sent)
    assert made.status_code == 201, made.text
    ready = await answer(client, made.json())
    assert ready["counts"]["new"] == 4, ready


async def test_a_number_of_the_list_of_people_is_known_to_the_other_lists(client: Client) -> None:
    """C2: only the mentors' list looks as if it had lost zeros, and the people's list shows that it has not."""
    term = await open_term(client)
    await roster(
        client,
        term,
        {
            "people": PEOPLE
            + "00712,Ann A,ann@example.org,principal,D1,r1,\n00105,Bo B,b@x.example,principal,D1,r1,\n"
        },
    )
    people = (
        PEOPLE + "00713,Cid C,cid@example.org,principal,D1,r1,\n106,Dan D,dan@example.org,principal,D1,r1,\n"
    )
    lists = {"people": people, "mentors": "key,capacity\n106,2\n712,1\n"}
    proposal = (await propose(client, term, lists, key="second")).json()
    assert [each["code"] for each in proposal["questions"]] == ["zeros_lost"]
    assert proposal["questions"][0]["rows"] == {"mentors.csv": [3]}
    ready = await answer(client, proposal)
    assert (ready["refused"], ready["counts"]["new"]) == ([], 4)
    assert (await take_over(client, ready)).json()["state"] == "done"
