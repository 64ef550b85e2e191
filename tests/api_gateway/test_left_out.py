"""What a change leaves out stays as it is, and null clears it; what makes no sense is refused in words."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from activities.adapters.postgres import tables
from tests.api_gateway.conftest import Client
from tests.api_gateway.test_people import person


async def post(client: Client, path: str, status: int, **body: Any) -> Any:
    answer = await client.send("admin", "POST", f"/v1/{path}", key=f"{path}{body}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def entry(client: Client, someone: str) -> Any:
    return (await client.send("admin", "GET", f"/v1/people/{someone}")).json()


async def test_a_new_capacity_keeps_the_days_of_a_mentor(client: Client) -> None:
    someone = await person(client, "one")
    days = {"trained_on": "2026-01-05", "credential_until": "2029-06-30"}
    await post(client, "mentors", 201, person=someone, capacity=2, **days)
    assert (await post(client, "mentors", 201, person=someone, capacity=3))["capacity"] == 3
    mentor = (await entry(client, someone))["mentor"]
    assert {name: mentor[name] for name in ("capacity", *days)} == {"capacity": 3, **days}


async def test_a_new_day_keeps_the_capacity_of_a_mentor_and_null_clears_a_day(client: Client) -> None:
    someone = await person(client, "one")
    await post(client, "mentors", 201, person=someone, capacity=4, trained_on="2026-01-05")
    body = {"trained_on": None, "serving_since": "2026-02-01"}
    assert (await post(client, "mentors", 201, person=someone, **body))["capacity"] == 4
    mentor = (await entry(client, someone))["mentor"]
    assert (mentor["capacity"], mentor.get("trained_on"), mentor["serving_since"]) == (4, None, "2026-02-01")


@pytest.mark.parametrize("day", ["trained_on", "serving_since"])
async def test_a_day_of_training_or_service_that_lies_ahead_is_refused_at_first_and_as_a_correction(
    client: Client, day: str
) -> None:
    someone, ahead = await person(client, "one"), "2099-01-05"
    for known in ({}, {"capacity": 2, day: "2026-01-05"}):
        if known:
            await post(client, "mentors", 201, person=someone, **known)
        refused = await post(client, "mentors", 409, person=someone, capacity=3, **{day: ahead})
        assert (refused["code"], [each["pointer"] for each in refused["errors"]]) == (
            "day_in_future",
            [f"/{day}"],
        )
    mentor = (await entry(client, someone))["mentor"]
    assert (mentor["capacity"], mentor[day]) == (2, "2026-01-05")
    await post(client, "mentors", 201, person=someone, credential_until=ahead, serving_until=ahead)


async def test_a_last_day_of_service_before_the_first_is_refused(client: Client) -> None:
    someone = await person(client, "one")
    await post(client, "mentors", 201, person=someone, capacity=2, serving_since="2020-07-01")
    refused = await post(client, "mentors", 409, person=someone, serving_until="2019-06-30")
    assert refused["code"] == "service_ends_before_it_begins"
    assert "serving_until" not in (await entry(client, someone))["mentor"]
    await post(client, "mentors", 201, person=someone, serving_since="2018-07-01", serving_until="2019-06-30")


async def test_a_field_that_another_command_changes_is_named_with_it(client: Client) -> None:
    someone = await person(client, "one")
    refused = await post(client, f"people/{someone}/change", 422, region="r2")
    assert "mentorflow send people/PERSON/move" in refused["errors"][0]["detail"]


async def test_a_name_in_a_field_for_an_id_is_told_so_with_the_list_that_shows_the_ids(
    client: Client,
) -> None:
    path = f"/v1/relationships/{'0' * 32}/propose-match"
    body = {"mentor": "Carl Cedar"}
    refused = (await client.send("coordinator", "POST", path, key="carl", json=body)).json()
    [error] = [each for each in refused["errors"] if each["pointer"] == "/mentor"]
    assert "This is not an id; a name does not work here." in error["detail"]
    assert "`mentorflow list mentors` shows the ids." in error["detail"]


async def test_a_membership_that_ended_is_open_again_only_with_null(client: Client) -> None:
    someone = await person(client, "one")
    path, body = f"people/{someone}/memberships", {"membership": "active", "first": "2020-01-01"}
    await post(client, path, 201, **body, last="2025-12-31")
    await post(client, path, 201, **body)
    (kept,) = (await entry(client, someone))["memberships"]
    assert kept["last"] == "2025-12-31"
    await post(client, path, 201, **body, last=None)
    (opened,) = (await entry(client, someone))["memberships"]
    assert opened.get("last") is None


async def test_a_contact_whose_seat_ended_has_an_open_seat_only_with_null(client: Client) -> None:
    someone = await person(client, "one")
    path, body = "regions/r1/contacts", {"person": someone, "first": "2026-01-01"}
    await post(client, path, 201, **body, last="2026-06-30")
    await post(client, path, 201, **body | {"first": "2025-12-01"})
    (kept,) = (await entry(client, someone))["seats"]
    assert (kept["first"], kept["last"]) == ("2025-12-01", "2026-06-30")
    await post(client, path, 201, **body, last=None)
    (opened,) = (await entry(client, someone))["seats"]
    assert (opened["first"], opened.get("last")) == ("2025-12-01", None)


async def test_a_contact_named_without_a_last_day_joins_no_two_seats(client: Client) -> None:
    someone = await person(client, "one")
    path = "regions/r1/contacts"
    await post(client, path, 201, person=someone, first="2026-01-01", last="2026-03-31")
    await post(client, path, 201, person=someone, first="2026-07-01", last="2026-09-30")
    await post(client, path, 201, person=someone, first="2026-02-01")
    seats = [(seat["first"], seat["last"]) for seat in (await entry(client, someone))["seats"]]
    assert seats == [("2026-01-01", "2026-03-31"), ("2026-07-01", "2026-09-30")]


async def test_a_correction_keeps_the_last_day_that_it_leaves_out(client: Client) -> None:
    someone = await person(client, "one")
    path = f"people/{someone}/memberships"
    await post(client, path, 201, membership="active", first="2020-01-01", last="2025-12-31")
    (record,) = (await entry(client, someone))["memberships"]
    again = f"{path}/{record['record']}/correct"
    await post(client, again, 200, membership="active", first="2021-01-01")
    (kept,) = (await entry(client, someone))["memberships"]
    assert (kept["first"], kept["last"]) == ("2021-01-01", "2025-12-31")
    refused = await post(client, again, 409, membership="active", first="2026-01-01")
    assert refused["code"] == "membership_ends_before_it_begins"


async def test_a_correction_makes_no_second_record_of_one_membership(client: Client) -> None:
    someone = await person(client, "one")
    path = f"people/{someone}/memberships"
    await post(client, path, 201, membership="active", first="2020-01-01", last="2020-12-31")
    await post(client, path, 201, membership="active", first="2022-01-01")
    *_, second = (await entry(client, someone))["memberships"]
    body = {"membership": "active", "first": "2020-01-01"}
    refused = await post(client, f"{path}/{second['record']}/correct", 409, **body)
    assert refused["code"] == "membership_exists"
    assert "withdraw one of the two records" in refused["detail"]


async def test_nobody_is_their_own_supervisor_and_null_clears_the_supervisor(client: Client) -> None:
    boss = await person(client, "boss")
    someone = await person(client, "one", supervisor=boss)
    refused = await post(client, f"people/{someone}/change", 409, supervisor=someone)
    assert refused["code"] == "own_supervisor"
    await post(client, f"people/{someone}/change", 200, phone="555 0100")
    assert (await entry(client, someone))["supervisor"] == boss
    await post(client, f"people/{someone}/change", 200, supervisor=None)
    found = await entry(client, someone)
    assert (found.get("supervisor"), found["phone"]) == (None, "555 0100")


@pytest.mark.parametrize("field", ["key", "name", "email", "role_title", "district"])
async def test_what_each_entry_has_is_not_cleared(client: Client, field: str) -> None:
    refused = await post(client, f"people/{await person(client, 'one')}/change", 422, **{field: None})
    assert "leave the field out to keep the old one" in str(refused["errors"])


@pytest.mark.parametrize("day", ["1850-01-01", "2101-01-01"])
async def test_a_day_in_a_year_that_cannot_be_meant_is_refused(client: Client, day: str) -> None:
    refused = await post(client, f"people/{await person(client, 'one')}/died", 422, day=day)
    assert "is not from 1900 to 2100" in str(refused["errors"])


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("relationships?stage=banana", "application, matching, contact"),
        ("relationships?status=banana", "open, paused, ended"),
        ("obligations?state=banana", "accrued, due, settled, denied, canceled"),
    ],
)
async def test_an_unknown_filter_is_refused_with_the_known_values(
    client: Client, path: str, known: str
) -> None:
    answer = await client.send("admin", "GET", f"/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_filter")
    assert known in answer.json()["detail"]


async def test_a_second_open_membership_of_a_class_is_refused_with_what_to_do(client: Client) -> None:
    someone = await person(client, "one")
    path = f"people/{someone}/memberships"
    await post(client, path, 201, membership="active", first="2020-07-01")
    (held,) = (await entry(client, someone))["memberships"]
    for days in ({"first": "2020-01-01"}, {"first": "2021-01-01", "last": "2026-12-31"}):
        refused = await post(client, path, 409, membership="active", **days)
        assert refused["code"] == "membership_goes_on"
    assert (
        f"It goes on since 2020-07-01, and its record is {held['record']}. If it ended" in refused["detail"]
    )
    assert f"memberships/{held['record']}/correct" in refused["detail"]
    await post(client, path, 201, membership="active", first="2010-01-01", last="2015-06-30")
    await post(client, path, 201, membership="active", first="2020-07-01", last="2026-06-30")
    await post(client, path, 201, membership="active", first="2026-07-01")
    assert len((await entry(client, someone))["memberships"]) == 3


async def test_a_correction_makes_no_second_open_membership_of_a_class(client: Client) -> None:
    """C19: whatever is corrected, the last day, the first day, or the class."""
    someone = await person(client, "one")
    path = f"people/{someone}/memberships"
    for first, last in (("2010-01-01", "2015-06-30"), ("2016-01-01", None)):
        await post(client, path, 201, membership="active", first=first, last=last)
    await post(client, path, 201, membership="retired", first="2016-01-01")
    ended, goes_on, other = (each["record"] for each in (await entry(client, someone))["memberships"])
    open_again = {"membership": "active", "first": "2010-01-01", "last": None}
    refused = await post(client, f"{path}/{ended}/correct", 409, **open_again)
    assert refused["code"] == "membership_goes_on"
    assert f"memberships/{goes_on}/correct" in refused["detail"]
    assert (await post(client, path, 409, **open_again))["code"] == "membership_goes_on"
    another_class = {"membership": "active", "first": "2017-01-01"}
    assert (await post(client, f"{path}/{other}/correct", 409, **another_class))[
        "code"
    ] == "membership_goes_on"
    await post(
        client, f"{path}/{goes_on}/correct", 200, membership="active", first="2016-01-01", last="2020-06-30"
    )
    over_it = {**open_again, "first": "2010-02-01"}
    assert (await post(client, f"{path}/{ended}/correct", 409, **over_it))["code"] == "membership_overlaps"
    await post(client, f"{path}/{ended}/correct", 200, **{**over_it, "last": "2015-12-31"})


async def test_nothing_by_hand_makes_a_membership_overlap_an_ended_one_of_its_class(client: Client) -> None:
    """A new one, its class, its first day and its last day: each is refused in words with what to do."""
    someone = await person(client, "one")
    path = f"people/{someone}/memberships"
    for first, last in (("2010-01-01", "2012-06-30"), ("2014-01-01", "2016-06-30")):
        await post(client, path, 201, membership="active", first=first, last=last)
    await post(client, path, 201, membership="retired", first="2012-01-01", last="2014-06-30")
    first, second, retired = (each["record"] for each in (await entry(client, someone))["memberships"])
    days = {"membership": "active", "last": "2016-06-30"}
    for to, status, body in (
        (path, 409, {"membership": "active", "first": "2012-06-30", "last": "2013-01-01"}),
        (f"{path}/{second}/correct", 409, {**days, "first": "2012-06-30"}),
        (f"{path}/{retired}/correct", 409, {"membership": "active", "first": "2012-01-01"}),
        (f"people/{someone}/membership-end", 409, {"last": "2014-01-01", "record": first}),
        (f"people/{someone}/membership-end", 200, {"last": "2013-12-31", "record": first}),
        (f"{path}/{second}/correct", 200, {**days, "first": "2015-01-01"}),
    ):
        refused = await post(client, to, status, **body)
        if status == 409:
            assert refused["code"] == "membership_overlaps", body
    refused = await post(client, f"{path}/{second}/correct", 409, **days, first="2011-01-01")
    assert (
        f"That one is from 2010-01-01 to 2013-12-31, and its record is {first}. Choose days outside it"
        in refused["detail"]
    )


async def test_days_that_two_memberships_have_in_common_already_do_not_stand_in_the_way(
    client: Client,
) -> None:
    someone = await person(client, "one")
    async with client.office.database.transaction() as connection:
        rows = [("2010-01-01", "2012-06-30"), ("2012-01-01", "2014-06-30")]
        values = [
            {
                "person": someone,
                "class": "active",
                "first": date.fromisoformat(a),
                "last": date.fromisoformat(b),
            }
            for a, b in rows
        ]
        await connection.execute(insert(tables.memberships), values)
    one, _ = (each["record"] for each in (await entry(client, someone))["memberships"])
    correct = f"people/{someone}/memberships/{one}/correct"
    await post(client, correct, 200, membership="active", first="2010-01-01", last="2012-03-31")
    await post(client, correct, 200, membership="active", first="2010-01-01", last="2011-12-31")
    again = await post(client, correct, 409, membership="active", first="2010-01-01", last="2012-02-29")
    assert again["code"] == "membership_overlaps"


async def test_two_entries_with_open_memberships_of_a_class_are_one_human_once_one_of_them_is_put_right(
    client: Client,
) -> None:
    one, other = await person(client, "one"), await person(client, "other")
    for who, first in ((one, "2020-01-01"), (other, "2021-01-01")):
        await post(client, f"people/{who}/memberships", 201, membership="active", first=first)
    refused = await post(client, f"people/{one}/same-as", 409, other=other, answer="same")
    assert refused["code"] == "two_memberships_go_on"
    [held] = (await entry(client, other))["memberships"]
    withdraw = f"people/{other}/memberships/{held['record']}/withdraw"
    assert withdraw in refused["detail"]
    assert (await entry(client, other)).get("alias_of") is None, "nothing has changed"
    await post(client, withdraw, 200)
    answer = await client.send(
        "admin", "POST", f"/v1/people/{one}/same-as", key="again", json={"other": other, "answer": "same"}
    )
    assert (answer.status_code, answer.json()["stands"]) == (200, one)
    for who, code in ((other, "another_entry_counts"), (one, "membership_goes_on")):
        late = await post(client, f"people/{who}/memberships", 409, membership="active", first="2022-01-01")
        assert late["code"] == code


async def test_two_entries_with_the_same_membership_are_one_human_who_has_it_once(client: Client) -> None:
    one, other = await person(client, "one"), await person(client, "other")
    for who in (one, other):
        await post(client, f"people/{who}/memberships", 201, membership="active", first="2020-01-01")
    merged = await post(client, f"people/{one}/same-as", 200, other=other, answer="same")
    assert merged["stands"] == one
    assert [each["first"] for each in (await entry(client, one))["memberships"]] == ["2020-01-01"]
    assert (await entry(client, other))["memberships"] == []
    again = await post(client, f"people/{one}/memberships", 409, membership="active", first="2022-01-01")
    assert again["code"] == "membership_goes_on"
    await post(client, f"people/{one}/same-as", 200, other=other, answer="two")
    for who in (one, other):
        assert [each["first"] for each in (await entry(client, who))["memberships"]] == ["2020-01-01"]
    said = (await client.send("auditor", "GET", f"/v1/people/{other}/history")).json()
    last = [each["body"] for each in said["data"]][-2:]
    assert [each["fields"] for each in last] == [["memberships", "alias_of"]] * 2
    [held] = said["records"]
    assert (held["withdrawn"], held["events"]) == (False, [2, 3, 4]), "each event names the membership"


async def test_past_every_writer_the_database_takes_no_second_open_membership(client: Client) -> None:
    someone = await person(client, "one")
    path = f"people/{someone}/memberships"
    await post(client, path, 201, membership="active", first="2020-01-01")
    await post(client, path, 201, membership="active", first="2010-01-01", last="2015-06-30")
    held = tables.memberships
    again = {"person": someone, "class": "active", "first": date(2022, 1, 1)}
    reopened = held.update().where(held.c.person == someone).values(last=None)
    for statement in (held.insert().values(again), reopened):
        with pytest.raises(IntegrityError, match="a membership of this class goes on"):
            async with client.office.database.transaction() as connection:
                await connection.execute(statement)
