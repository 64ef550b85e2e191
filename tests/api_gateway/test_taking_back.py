"""What was written about a person by mistake is taken back: numbers, regions, two humans in one, whole entries."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any

import pytest_asyncio
from sqlalchemy import insert, select

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from api_gateway.services.event_sentences import sentences
from domain.actors import Role
from domain.ids import derive
from domain.languages import Language
from domain.visibility import AUDIT
from tests.api_gateway.conftest import Client, add_far_region, add_person
from tests.api_gateway.importing import PEOPLE, answer, propose, take_over
from tests.conftest import NOW
from workers.audit.person_streams import check_people

KEYS = count()
ANN, BEN = derive("p", "ann"), derive("p", "ben")
TODAY = NOW.date()


async def post(client: Client, path: str, body: Mapping[str, Any], who: str = "coordinator") -> Any:
    """Send a request under a key of its own."""
    return await client.send(who, "POST", f"/v1/{path}", key=f"key {next(KEYS)}", json=dict(body))


async def good(client: Client, path: str, body: Mapping[str, Any], who: str = "coordinator") -> Any:
    answered = await post(client, path, body, who)
    assert answered.status_code in (200, 201), answered.text
    return answered.json()


async def refused(
    client: Client, path: str, body: Mapping[str, Any], who: str = "coordinator"
) -> tuple[int, str]:
    answered = await post(client, path, body, who)
    return answered.status_code, answered.json()["code"]


async def entry(client: Client, person: str) -> dict[str, Any]:
    answered = await client.send("admin", "GET", f"/v1/people/{person}")
    assert answered.status_code == 200, answered.text
    found: dict[str, Any] = answered.json()
    return found


async def told(client: Client, person: str, language: Language = Language.EN) -> list[str]:
    """Return the sentences of a person's history."""
    found = (await client.send("admin", "GET", f"/v1/people/{person}/history")).json()
    shown = (found["data"], found["names"], load_programs(), language, "", found.get("records") or ())
    return [each.text for each in sentences(*shown)]


async def add(client: Client, id: str, **values: Any) -> None:
    await add_person(client, id, **{"name": "Ann Ash", "district": "D1", **values})


async def listed(client: Client, path: str = "people") -> list[str]:
    rows = (await client.send("admin", "GET", f"/v1/{path}")).json()["data"]
    return [str(row.get("id") or row.get("person")) for row in rows]


@pytest_asyncio.fixture(autouse=True)
async def people(client: Client) -> None:
    await add(client, ANN, key="M-1")
    await add(client, BEN, name="Ben Birch")


async def proven(client: Client) -> None:
    """Check that the streams of all people say what the tables hold."""
    tally = await check_people(client.office.database, AUDIT)
    assert tally is not None
    assert tally.faults == []


# Numbers


async def test_a_number_given_by_mistake_is_taken_off_and_may_belong_to_somebody_else(client: Client) -> None:
    await good(client, f"people/{ANN}/change", {"key": "M-9"})
    assert await refused(client, f"people/{BEN}/change", {"key": "M-9"}) == (409, "key_taken")
    body = {"key": "M-9", "reason": "mistyped"}
    assert await good(client, f"people/{ANN}/take-off-number", body) == {
        "person": ANN,
        "reason": "mistyped",
        "changes": {"keys": "M-1, M-9 → M-1"},
    }
    assert (await entry(client, ANN))["keys"] == ["M-1"]
    await good(client, f"people/{BEN}/change", {"key": "M-9"})
    assert (await entry(client, BEN))["keys"] == ["M-9"]
    await proven(client)


async def test_the_history_says_that_a_number_was_taken_off_why_and_what_that_corrects(
    client: Client,
) -> None:
    await good(client, f"people/{ANN}/change", {"key": "M-9"})
    await good(client, f"people/{ANN}/change", {"key": "M-10"})
    await good(client, f"people/{ANN}/take-off-number", {"key": "M-9", "reason": "other_person"})
    assert (await told(client, ANN))[-1] == (
        "a member number was corrected or ended. Changed: member numbers. Reason: it belongs to another person. "
        "It corrects event 2."
    )
    assert "es de otra persona" in (await told(client, ANN, Language.ES))[-1]
    async with client.office.database.transaction() as connection:
        [row] = (await connection.execute(select(tables.withdrawn_keys))).all()
    assert (row.person, row.key, row.reason) == (ANN, "M-9", "other_person")


async def test_a_list_with_a_number_that_was_taken_off_is_not_about_that_person(client: Client) -> None:
    row = PEOPLE + "M-1,Cleo Cedar,cleo@post.example,principal,D2,r1,\n"
    [question] = (await propose(client, "", {"people": row}, key="a")).json()["questions"]
    assert question["id"].startswith("other_person:")
    assert f"people/{ANN}/take-off-number" in question["problem"]
    await good(client, f"people/{ANN}/take-off-number", {"key": "M-1"})
    proposed = await answer(client, (await propose(client, "", {"people": row}, key="b")).json())
    assert proposed["questions"] == []
    await take_over(client, proposed)
    assert (await entry(client, ANN))["keys"] == []
    [cleo] = (await client.send("admin", "GET", "/v1/people?q=M-1")).json()["data"]
    assert cleo["name"] == "Cleo Cedar"


async def test_only_a_number_that_the_person_has_is_taken_off(client: Client) -> None:
    assert await refused(client, f"people/{BEN}/take-off-number", {"key": "M-1"}) == (404, "unknown_number")
    wrong = await post(client, f"people/{ANN}/take-off-number", {"key": "M-1", "reason": "because"})
    assert wrong.status_code == 422


async def test_a_number_that_a_merged_entry_has_is_taken_off_by_the_id_of_the_entry_that_stands(
    client: Client,
) -> None:
    """Bill (00721) was merged into William (00717); the list's question advises the command on William's id."""
    bill = derive("p", "bill")
    await add(client, bill, name="Bill Smith", key="00721")
    merged = await good(client, f"people/{ANN}/same-as", {"other": bill, "answer": "same"})
    stands = merged["stands"]
    row = PEOPLE + "00721,Cleo Cedar,cleo@post.example,principal,D2,r1,\n"
    [question] = (await propose(client, "", {"people": row}, key="a")).json()["questions"]
    assert f"people/{stands}/take-off-number" in question["problem"]
    answered = await good(client, f"people/{stands}/take-off-number", {"key": "00721"})
    assert answered == {"person": bill, "reason": "mistyped", "changes": {"keys": "00721 → none"}}
    again = (await propose(client, "", {"people": row}, key="b")).json()
    assert not [each for each in again["questions"] if each["id"].startswith("other_person:")]
    await proven(client)


# Two humans in one entry


async def test_one_entry_that_was_two_humans_is_separated(client: Client) -> None:
    """An import was answered ``same`` by mistake: number and membership of somebody else stand with Ann."""
    await good(client, f"people/{ANN}/change", {"key": "M-2"})
    await good(client, f"people/{ANN}/memberships", {"membership": "active", "first": "2020-01-01"})
    [held] = (await entry(client, ANN))["memberships"]
    other = derive("p", "other ann")
    await add(client, other)
    assert len((await client.send("admin", "GET", "/v1/people/doubles")).json()["data"]) == 1
    body = {"other": other, "keys": ["M-2"], "memberships": [held["record"]]}
    await good(client, f"people/{ANN}/separate", body)
    mine, others = await entry(client, ANN), await entry(client, other)
    assert (mine["keys"], mine["memberships"]) == (["M-1"], [])
    assert others["keys"] == ["M-2"]
    assert [(each["name"], each["first"], each.get("last")) for each in others["memberships"]] == [
        ("active", "2020-01-01", None)
    ]
    assert (await client.send("admin", "GET", "/v1/people/doubles")).json()["data"] == [], "they are two"
    assert (await told(client, ANN))[-1].startswith(
        "The entry was two people: what belongs to the other one is now in the entry of Ann Ash. "
        "Changed: member numbers, memberships. Reason: it belongs to another person."
    )
    assert (await told(client, other, Language.ES))[-1].startswith("La ficha era de dos personas")
    await proven(client)


async def test_a_separation_gives_the_mentors_record_and_refuses_what_does_not_fit(client: Client) -> None:
    await good(client, "mentors", {"person": ANN, "capacity": 3})
    path = f"people/{ANN}/separate"
    assert await refused(client, path, {"other": BEN, "keys": ["M-7"]}) == (404, "unknown_number")
    assert await refused(client, path, {"other": BEN, "memberships": [99]}) == (404, "unknown_record")
    assert await refused(client, path, {"other": ANN}) == (409, "double_of_oneself")
    await good(client, path, {"other": BEN, "mentor": True})
    assert "mentor" not in await entry(client, ANN)
    assert (await entry(client, BEN))["mentor"]["capacity"] == 3
    assert await refused(client, path, {"other": BEN, "mentor": True}) == (404, "unknown_mentor_record")
    await good(client, f"people/{ANN}/same-as", {"other": BEN, "answer": "same"})
    assert await refused(client, path, {"other": BEN, "keys": ["M-1"]}) == (409, "one_person_by_answer")
    await proven(client)


# An entry made by mistake


async def test_an_entry_made_by_mistake_is_withdrawn_and_nothing_shows_it(client: Client) -> None:
    twice = derive("p", "twice")
    await add(client, twice, key="M-3")
    await good(client, f"people/{twice}/memberships", {"membership": "active", "first": "2020-01-01"})
    await good(client, "mentors", {"person": twice, "capacity": 3})
    await good(client, f"people/{twice}/withdraw", {"reason": "entered_twice"})
    assert twice not in await listed(client)
    assert twice not in await listed(client, "mentors")
    assert (await client.send("admin", "GET", "/v1/people/doubles")).json()["data"] == []
    exported = (await client.send("admin", "GET", "/v1/exports/people")).text
    assert "M-3" not in exported
    kept = await entry(client, twice)
    assert (kept["keys"], kept["memberships"], kept["withdrawn_on"]) == ([], [], TODAY.isoformat())
    assert kept["mentor"]["capacity"] == 0
    assert (
        "Reason: it was entered twice. Membership 1, which no longer counts"
        in (await told(client, twice))[-1]
    )
    assert await refused(client, f"people/{twice}/change", {"phone": "555 0100"}) == (409, "entry_withdrawn")
    assert await refused(client, f"people/{ANN}/change", {"supervisor": twice}) == (404, "unknown_supervisor")
    await proven(client)


async def test_a_withdrawal_without_a_reason_is_refused_in_words_and_nothing_happens(client: Client) -> None:
    """`mentorflow send people/ID/withdraw` without a body went at once, and there was no way back."""
    for path in (f"people/{ANN}/withdraw", f"people/{ANN}/regions/{TODAY}/withdraw"):
        answered = await post(client, path, {})
        assert answered.status_code == 422, answered.text
        [error] = answered.json()["errors"]
        assert error["pointer"] == "/reason"
        for code in ("mistyped", "other_person", "entered_twice", "never_was"):
            assert code in error["detail"]
    assert (await entry(client, ANN))["keys"] == ["M-1"]
    assert "withdrawn_on" not in await entry(client, ANN)


async def test_a_list_asks_again_about_whoever_was_withdrawn(client: Client) -> None:
    await good(client, f"people/{ANN}/withdraw", {"reason": "never_was"})
    row = PEOPLE + f"M-1,Ann Ash,{ANN[:6]}@post.example,principal,D1,r1,\n"
    proposed = await answer(client, (await propose(client, "", {"people": row})).json())
    assert proposed["questions"] == []
    await take_over(client, proposed)
    [again] = (await client.send("admin", "GET", "/v1/people?q=M-1")).json()["data"]
    assert again["id"] != ANN
    assert await listed(client, "people?q=Ann") == [again["id"]]


async def test_an_entry_that_something_names_is_not_withdrawn(client: Client) -> None:
    await good(client, f"people/{ANN}/change", {"supervisor": BEN})
    answered = await post(client, f"people/{BEN}/withdraw", {"reason": "never_was"})
    assert (answered.status_code, answered.json()["code"]) == (409, "person_in_use")
    assert "used as somebody's supervisor" in answered.json()["detail"]
    async with client.office.database.transaction() as connection:
        row = {"id": derive("a"), "person": ANN, "program": "p", "term": "t", "region": "r1", "reason": "x"}
        row |= {"first_year": True, "applied_on": TODAY, "relationship": derive("r"), "actor": {}}
        await connection.execute(insert(tables.applications).values(row))
    answered = await post(client, f"people/{ANN}/withdraw", {"reason": "never_was"})
    assert "used as an application" in answered.json()["detail"]


# Regions


async def regions(client: Client, person: str = ANN) -> list[tuple[str, str]]:
    return [(each["region"], each["since"]) for each in (await entry(client, person))["regions"]]


async def test_the_day_of_a_region_is_corrected(client: Client) -> None:
    """An import wrote the day of the import; the person moved a month before."""
    earlier = (TODAY - timedelta(days=30)).isoformat()
    path = f"people/{ANN}/regions/{TODAY}/correct"
    assert await good(client, path, {"since": earlier}) == {
        "person": ANN,
        "region": "r1",
        "changes": {"regions": f"r1 since {TODAY} → r1 since {earlier}"},
    }
    assert await regions(client) == [("r1", earlier)]
    assert (await told(client, ANN))[-1] == (
        "a region was corrected or ended. Changed: regions with their days. Reason: it was mistyped. "
        "It corrects event 1."
    )
    tomorrow = {"since": (TODAY + timedelta(days=40)).isoformat()}
    assert await refused(client, f"people/{ANN}/regions/{earlier}/correct", tomorrow) == (
        409,
        "day_in_future",
    )
    await proven(client)


async def test_a_region_written_wrongly_is_corrected_and_is_no_move(client: Client) -> None:
    await client.token("state office", Role.COORDINATOR)
    path = f"people/{ANN}/regions/{TODAY}/correct"
    assert await good(client, path, {"region": "r2"}, "state office") == {
        "person": ANN,
        "region": "r2",
        "changes": {"region": "r1 → r2", "regions": f"r1 since {TODAY} → r2 since {TODAY}"},
    }
    assert await regions(client) == [("r2", TODAY.isoformat())]
    assert (await entry(client, ANN))["region"] == "r2"
    assert (await told(client, ANN))[-1].startswith("a region was corrected")
    assert await refused(client, path, {"region": "r2"}, "state office") == (409, "nothing_to_change")


async def test_a_move_that_was_none_is_withdrawn(client: Client) -> None:
    earlier = (TODAY - timedelta(days=30)).isoformat()
    await good(client, f"people/{ANN}/regions/{TODAY}/correct", {"since": earlier})
    await good(client, f"people/{ANN}/move", {"region": "r2", "since": TODAY.isoformat()}, "admin")
    moved = f"people/{ANN}/regions/{TODAY}"
    assert await refused(client, f"{moved}/correct", {"since": earlier}, "admin") == (409, "region_day_taken")
    assert await refused(client, f"{moved}/withdraw", {"reason": "never_was"}, "elsewhere") == (
        404,
        "not_found",
    ), "r1 is not theirs"
    assert (await good(client, f"{moved}/withdraw", {"reason": "never_was"}, "admin"))["changes"] == {
        "region": "r2 → r1",
        "regions": f"r1 since {earlier}, r2 since {TODAY} → r1 since {earlier}",
    }
    assert await regions(client) == [("r1", earlier)]
    assert "It corrects event 3." in (await told(client, ANN))[-1]
    assert await refused(client, f"{moved}/withdraw", {"reason": "never_was"}, "admin") == (
        404,
        "unknown_record",
    )
    assert await refused(client, f"people/{ANN}/regions/{earlier}/withdraw", {"reason": "never_was"}) == (
        409,
        "only_region",
    )
    await proven(client)
    await good(client, f"people/{ANN}/move", {"region": "r2", "since": TODAY.isoformat()}, "admin")
    assert await regions(client) == [("r1", earlier), ("r2", TODAY.isoformat())], (
        "the same day may come again"
    )


# Who may


ROUTES = {
    "take-off-number": {"key": "M-1"},
    "separate": {"other": BEN},
    "withdraw": {"reason": "never_was"},
    f"regions/{TODAY}/correct": {"since": "2026-01-01"},
    f"regions/{TODAY}/withdraw": {"reason": "never_was"},
}


async def test_a_coordinator_takes_back_what_is_of_own_regions_and_participants(client: Client) -> None:
    for route, body in ROUTES.items():
        path = f"people/{ANN}/{route}"
        assert await refused(client, path, body, "elsewhere") == (404, "unknown_person"), route
        assert await refused(client, path, body, "auditor") == (403, "role_not_allowed"), route
    await client.token_of("staff", ANN, (Role.PAYMENT_STAFF,))
    for route, body in ROUTES.items():
        assert await refused(client, f"people/{ANN}/{route}", body) == (403, "administrator_only"), route


async def test_people_of_another_association_are_unknown(client: Client) -> None:
    association = await add_far_region(client)
    far = derive("p", "far")
    texts = dict.fromkeys(("name", "email", "role_title", "district"), "x")
    async with client.office.database.transaction() as connection:
        row = {"id": far, "association": association, "region": "far", **texts}
        await connection.execute(insert(tables.people).values(row))
    for route, body in ROUTES.items():
        path = f"people/{far}/{route}"
        assert await refused(client, path, body, "admin") == (404, "unknown_person"), route
    assert await refused(client, f"people/{ANN}/separate", {"other": far}, "admin") == (404, "unknown_person")
