"""Answers of earlier lists: shown with who gave them and when; another answer replaces one and leaves a record."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from activities.adapters.postgres import tables
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, PEOPLE, answer, propose, roster, take_over

CLASSES = "key,membership,first\nann,activ,2020-01-01\n"


async def held(client: Client) -> list[str]:
    """Return the classes that are held, the oldest record first."""
    async with client.office.database.transaction() as connection:
        row = tables.memberships.c
        return list(await connection.scalars(select(row["class"]).order_by(row.id)))


async def codes(client: Client) -> Any:
    """Return what is kept about words."""
    async with client.office.database.transaction() as connection:
        row = tables.column_maps.c
        return await connection.scalar(select(row.answers).where(row.file == "codes"))


# C10
async def test_a_wrong_answer_of_before_is_shown_and_another_one_replaces_it(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"]})
    first = (await propose(client, term, {"memberships": CLASSES}, key="1")).json()
    await take_over(client, await answer(client, first, {"class:activ": "other"}))
    assert await held(client) == ["activ"]
    again = (await propose(client, term, {"memberships": CLASSES}, key="2")).json()
    [kept] = again["kept"]
    assert (kept["id"], kept["answer"], kept["by"], kept["by_you"]) == (
        "class:activ",
        "other",
        derive("p", "admin"),
        True,
    )
    await client.token("state", Role.COORDINATOR)
    seen = await client.send("state", "GET", f"/v1/imports/{again['id']}")
    assert [each["by_you"] for each in seen.json()["kept"]] == [False]
    assert (kept["answers"][-1], again["counts"]["unchanged"]) == ("other", 1)
    path = f"/v1/imports/{again['id']}/answers"
    wrong = await client.send("admin", "POST", path, key="w", json={"answers": {"class:activ": "activ"}})
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "not_an_answer")
    sent = await client.send("admin", "POST", path, key="r", json={"answers": {"class:activ": "active"}})
    changed = sent.json()
    assert (changed["kept"], changed["counts"]["question"]) == ([], 1)
    second = changed["questions"][-1]
    assert [each["code"] for each in changed["questions"]] == [
        "unknown_membership_class",
        "second_memberships",
    ]
    changed = await answer(client, changed, {second["id"]: "both"})
    assert (await take_over(client, changed)).json()["state"] == "done"
    assert await held(client) == ["activ", "active"]
    found = (await codes(client))["class:activ"]
    assert (found["value"], found["by"]) == ("active", derive("p", "admin"))
    assert (found["before"]["value"], found["before"]["by"]) == ("other", derive("p", "admin"))
    async with client.office.database.transaction() as connection:
        row = tables.events.c
        events = list(await connection.scalars(select(row.seq).where(row.type == "KeptAnswersReplaced")))
    assert len(events) == 1
    later = (await propose(client, term, {"memberships": CLASSES}, key="3")).json()
    assert [(each["answer"], each["by"]) for each in later["kept"]] == [("active", derive("p", "admin"))]
    assert later["counts"]["unchanged"] == 1


async def test_what_headings_mean_may_be_answered_otherwise(client: Client) -> None:
    term = await open_term(client)
    people = "Member ID,Name,Email,Title,Region,Fax\nann,Ann A,ann@example.org,Principal,R1,218 555 0101\n"
    await roster(client, term, {"people": people})
    again = (await propose(client, term, {"people": people}, key="2")).json()
    [kept] = again["kept"]
    assert (kept["id"], kept["answer"], kept["code"]) == ("people.csv:people:columns", "yes", "columns")
    assert "Not read: “Fax”" in kept["problem"]
    path = f"/v1/imports/{again['id']}/answers"
    sent = await client.send("admin", "POST", path, key="r", json={"answers": {kept["id"]: "Fax = phone"}})
    assert sent.status_code == 200, sent.text
    [row] = sent.json()["rows"]
    assert row["changes"] == [{"field": "phone", "before": "", "after": "218 555 0101"}]
    await take_over(client, sent.json())
    third = (await propose(client, term, {"people": people}, key="3")).json()
    assert (third["counts"]["unchanged"], third["kept"][0]["answer"]) == (1, "Fax = phone")


async def test_the_order_of_dates_may_be_answered_otherwise(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"]})
    dates = "key,membership,first\nann,active,3/4/2020\n"
    first = (await propose(client, term, {"memberships": dates}, key="1")).json()
    id = "memberships.csv:memberships:date_order:first"
    await take_over(client, await answer(client, first, {id: "day_first"}))
    again = (await propose(client, term, {"memberships": dates}, key="2")).json()
    [kept] = again["kept"]
    assert (kept["id"], kept["answer"], kept["answers"]) == (id, "day_first", ["day_first", "month_first"])
    path = f"/v1/imports/{again['id']}/answers"
    sent = await client.send("admin", "POST", path, key="r", json={"answers": {id: "month_first"}})
    [row] = sent.json()["rows"]
    assert row["changes"][0] == {"field": "membership active from", "before": None, "after": "2020-03-04"}


async def test_a_kept_order_of_dates_is_asked_again_where_the_office_knows_the_days_otherwise(
    client: Client,
) -> None:
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"]})
    dates = "key,membership,first\nann,active,3/4/2020\n"
    first = (await propose(client, term, {"memberships": dates}, key="1")).json()
    id = "memberships.csv:memberships:date_order:first"
    await take_over(client, await answer(client, first, {id: "month_first"}))
    turned = "key,membership,first\nann,active,4/3/2020\n"
    again = (await propose(client, term, {"memberships": turned}, key="2")).json()
    [asked] = again["questions"]
    assert (asked["id"], asked["proposal"], asked["answer"], again["kept"]) == (id, "day_first", "", [])
    assert asked["problem"].startswith(
        "memberships.csv: For an earlier list with these headings the answer was that the month is first; this list "
        "speaks against it."
    )
    answered = await answer(client, again, {id: "day_first"})
    assert (answered["counts"]["new"], answered["counts"]["unchanged"]) == (0, 1)


async def test_an_answer_kept_before_answers_had_a_giver_is_that_of_whoever_confirmed(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"]})
    association = (await client.send("admin", "GET", "/v1/regions")).json()["data"][0]["association"]
    old = {
        "association": association,
        "file": "codes",
        "headings_digest": "codes",
        "map": {},
        "answers": {"class:activ": "active"},
        "confirmed_by": derive("p", "before"),
        "confirmed_at": datetime(2026, 5, 1, tzinfo=UTC),
    }
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.column_maps).values(old))
    found = (await propose(client, term, {"memberships": CLASSES}, key="1")).json()
    [kept] = found["kept"]
    assert (kept["answer"], kept["by"], kept["at"][:10]) == ("active", derive("p", "before"), "2026-05-01")
    assert (kept["by_name"], found["counts"]["new"]) == ("", 1)


async def test_who_rows_without_numbers_are_is_asked_once_and_not_every_month(client: Client) -> None:
    term = await open_term(client)
    heading = "name,email,role_title,district,region,phone\n"
    people = heading + "Ann A,ann@example.org,principal,D1,r1,\nBen B,ben@example.org,principal,D1,r1,\n"
    await roster(client, term, {"people": people})
    same = (await propose(client, term, {"people": people}, key="0")).json()
    assert (same["questions"], same["counts"]["unchanged"]) == ([], 2), "nothing new, so nothing is asked"
    for key, answered, asked in (("1", "each", True), ("2", "same", True), ("3", "", False)):
        found = (
            await propose(client, term, {"people": people.replace(",\n", f",555 010{key}\n")}, key=key)
        ).json()
        assert ["rows_without_number" in {each["id"] for each in found["questions"]}] == [asked]
        ready = await answer(client, found, {"rows_without_number": answered})
        if answered == "each":
            ready = await answer(client, ready, {each["id"]: "same" for each in ready["questions"]})
        assert ready["counts"]["changed"] == 2
        assert (await take_over(client, ready)).json()["state"] == "done"
    later = (await propose(client, term, {"people": people}, key="4")).json()
    assert later["counts"]["unchanged"] == 2, "a blank changes nothing"
    again = (await propose(client, term, {"people": people.replace(",\n", ",555 0199\n")}, key="5")).json()
    assert [(each["id"], each["answer"]) for each in again["kept"]] == [("rows_without_number", "same")]


# C8
async def test_an_exported_list_of_people_without_numbers_is_nothing_new(client: Client) -> None:
    term = await open_term(client)
    people = "name,email,role_title,district,region\nAnn A,ann@example.org,principal,D1,r1\n"
    await roster(client, term, {"people": people})
    association = (await client.send("admin", "GET", "/v1/regions")).json()["data"][0]["association"]
    exported = await client.send("admin", "GET", f"/v1/exports/people?association={association}", key="")
    assert exported.status_code == 200, exported.text
    again = (await propose(client, term, {"people": exported.content}, key="again")).json()
    assert (again["questions"], again["counts"]) == ([], dict.fromkeys(again["counts"], 0) | {"unchanged": 1})


async def test_that_somebody_stays_gone_is_answered_once_and_shown_in_later_lists(client: Client) -> None:
    """A monthly list that still has two who left asks about them in the first month alone."""
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"]})
    people = (await client.send("admin", "GET", "/v1/people")).json()["data"]
    for each in people:
        left = {"day": "2026-08-01"}
        await client.send("admin", "POST", f"/v1/people/{each['id']}/left", key=each["id"], json=left)
    lists = {"people": GOOD["people"].replace("D1", "Duluth")}
    first = (await propose(client, term, lists, key="1")).json()
    [question] = [each for each in first["questions"] if each["code"] == "people_who_left"]
    done = await take_over(client, await answer(client, first, {question["id"]: "leave"}))
    assert done.json()["state"] == "done"
    again = (await propose(client, term, lists, key="2")).json()
    assert ([each for each in again["questions"] if not each["answer"]], again["counts"]["unchanged"]) == (
        [],
        2,
    )
    [kept] = again["kept"]
    assert (kept["code"], kept["answer"], kept["by_you"]) == ("people_who_left", "leave", True)
    path = f"/v1/imports/{again['id']}/answers"
    sent = await client.send("admin", "POST", path, key="b", json={"answers": {kept["id"]: "back"}})
    back = sent.json()
    assert (back["kept"], back["counts"]["changed"]) == ([], 2)


async def test_a_slip_is_remembered_for_the_same_row_and_asked_about_where_it_says_something_else(
    client: Client,
) -> None:
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"]})
    row = "x1,Ann A,ann2@example.org,principal,D1,r1,\n"
    first = (await propose(client, term, {"people": PEOPLE + row}, key="1")).json()
    [question] = first["questions"]
    assert question["answers"] == ["same", "stays", "slip", "different"]
    await take_over(client, await answer(client, first, {question["id"]: "slip"}))
    again = (await propose(client, term, {"people": PEOPLE + row}, key="2")).json()
    assert (again["questions"], again["counts"]["unchanged"]) == ([], 1)
    assert [(each["id"], each["answer"]) for each in again["kept"]] == [(question["id"], "slip")]
    other = row.replace("Ann A", "Olga Brandt")
    asked = (await propose(client, term, {"people": PEOPLE + other}, key="3")).json()["questions"]
    assert [(each["code"], each["answer"]) for each in asked] == [("alike_people", "")]


async def test_that_the_office_is_right_about_a_name_is_remembered(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"]})
    row = "ann,Anna Berg,berg@example.org,principal,D1,r1,\n"
    first = (await propose(client, term, {"people": PEOPLE + row}, key="1")).json()
    [question] = first["questions"]
    await take_over(client, await answer(client, first, {question["id"]: "stays"}))
    again = (await propose(client, term, {"people": PEOPLE + row}, key="2")).json()
    assert (again["questions"], again["counts"]["unchanged"]) == ([], 1)
    assert [(each["code"], each["answer"]) for each in again["kept"]] == [("key_of_another_person", "stays")]
