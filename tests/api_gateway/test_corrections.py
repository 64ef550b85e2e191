"""Corrections and ends: seats, conflicts, memberships, mentors' records, people; nothing is deleted."""

from itertools import count
from typing import Any

import pytest_asyncio
from sqlalchemy import func, select

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from api_gateway.services.event_sentences import sentences
from domain.actors import Actor, Role
from domain.ids import derive
from domain.languages import Language
from tests.api_gateway.conftest import Client, add_far_region, add_person, open_term
from tests.conftest import PROGRAM

KEYS, RULES = count(), load_programs()[PROGRAM].rules
ANN, BEN, COY = derive("p", "ann"), derive("p", "ben"), derive("p", "coy")


async def post(client: Client, path: str, body: dict[str, Any] | None = None, who: str = "admin") -> Any:
    """Send a request under a key of its own."""
    return await client.send(
        who, "POST", f"/v1/{path}", key=f"key {next(KEYS)}", json=body if body is not None else {}
    )


async def good(client: Client, path: str, body: dict[str, Any] | None = None, who: str = "admin") -> Any:
    answer = await post(client, path, body, who)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def entry(client: Client, person: str = ANN) -> dict[str, Any]:
    answer = await client.send("admin", "GET", f"/v1/people/{person}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def newest(client: Client, person: str = ANN) -> tuple[str, dict[str, Any]]:
    """Return type and body of the last event of a person."""
    told = (await client.send("auditor", "GET", f"/v1/people/{person}/history")).json()["data"]
    return told[-1]["type"], told[-1]["body"]


async def rows(client: Client, table: Any) -> int:
    async with client.office.database.transaction() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


@pytest_asyncio.fixture(autouse=True)
async def people(client: Client) -> None:
    await client.token("state office", Role.COORDINATOR)
    for id, name in ((ANN, "Ann"), (BEN, "Ben"), (COY, "Coy")):
        await add_person(client, id, name=name, email=f"{name}@post.example")


# Seats


async def seats(client: Client, code: str = "r1") -> list[tuple[int, str, str | None]]:
    regions = (await client.send("admin", "GET", "/v1/regions")).json()["data"]
    [here] = [each for each in regions if each["code"] == code]
    return [(seat["record"], seat["first"], seat["last"]) for seat in here["contacts"]]


async def name_contact(client: Client, first: str, last: str | None = None, who: str = "admin") -> Any:
    body = {"person": ANN, "first": first, "last": last}
    return await post(client, "regions/r1/contacts", body, who)


async def test_a_row_with_a_last_day_ends_the_seat_and_adds_none(client: Client) -> None:
    """C19: a seat ended by naming the contact again with a last day."""
    await name_contact(client, "2026-01-01")
    await name_contact(client, "2026-01-01", "2026-06-30")
    [(_, first, last)] = await seats(client)
    assert (first, last) == ("2026-01-01", "2026-06-30")


async def test_a_seat_is_ended_and_corrected_by_its_number(client: Client) -> None:
    await name_contact(client, "2026-01-01")
    [(record, _, _)] = await seats(client)
    await good(client, f"regions/r1/contacts/{record}/correct", {"last": "2026-06-30"}, "state office")
    assert await seats(client) == [(record, "2026-01-01", "2026-06-30")]
    kind, body = await newest(client)
    assert (kind, body["corrects"], body["fields"]) == ("PersonCorrected", f"seat/{record}", ["seats"])
    wrong = await post(client, f"regions/r1/contacts/{record}/correct", {"last": "2025-06-30"})
    assert wrong.json()["code"] == "ends_before_it_begins"


async def test_seats_that_overlap_become_one_and_others_stay_apart(client: Client) -> None:
    await name_contact(client, "2024-01-01", "2024-06-30")
    await name_contact(client, "2025-01-01", "2025-06-30")
    await name_contact(client, "2024-03-01", "2025-12-31")
    assert [each[1:] for each in await seats(client)] == [("2024-01-01", "2025-12-31")]
    await name_contact(client, "2026-02-01")
    assert [each[1:] for each in await seats(client)] == [
        ("2024-01-01", "2025-12-31"),
        ("2026-02-01", None),
    ]
    assert await rows(client, tables.region_contacts) == 3, "nothing is deleted"


async def test_a_seat_that_never_was_is_withdrawn_and_its_row_stays(client: Client) -> None:
    await name_contact(client, "2026-01-01")
    [(record, _, _)] = await seats(client)
    await good(client, f"regions/r1/contacts/{record}/withdraw")
    assert await seats(client) == []
    assert await rows(client, tables.region_contacts) == 1
    assert (await post(client, f"regions/r1/contacts/{record}/withdraw")).status_code == 404


async def test_only_the_state_office_touches_seats(client: Client) -> None:
    await name_contact(client, "2026-01-01")
    [(record, _, _)] = await seats(client)
    for act in ("correct", "withdraw"):
        body = {"last": None} if act == "correct" else {}
        refused = await post(client, f"regions/r1/contacts/{record}/{act}", body, "coordinator")
        assert refused.status_code == 403


# Memberships


async def date_membership(client: Client, first: str, last: str | None = None, name: str = "active") -> None:
    body = {"membership": name, "first": first, "last": last}
    await good(client, f"people/{ANN}/memberships", body, "coordinator")


async def memberships(client: Client) -> list[tuple[str, str | None]]:
    return [(each["first"], each.get("last")) for each in (await entry(client)).get("memberships", [])]


async def test_one_of_several_memberships_is_ended_corrected_and_withdrawn(client: Client) -> None:
    await date_membership(client, "2010-07-01", "2015-06-30")
    await date_membership(client, "2020-07-01")
    old, new = (each["record"] for each in (await entry(client))["memberships"])
    path = f"people/{ANN}/memberships"
    await good(client, f"people/{ANN}/membership-end", {"last": "2026-06-30", "record": new}, "coordinator")
    assert await memberships(client) == [("2010-07-01", "2015-06-30"), ("2020-07-01", "2026-06-30")]
    assert (await newest(client))[1]["corrects"] == f"membership/{new}"
    body = {"membership": "active", "first": "2011-07-01", "last": "2015-06-30"}
    await good(client, f"{path}/{old}/correct", body, "coordinator")
    assert (await memberships(client))[0] == ("2011-07-01", "2015-06-30")
    await good(client, f"{path}/{old}/withdraw", {}, "coordinator")
    assert await memberships(client) == [("2020-07-01", "2026-06-30")]
    assert await rows(client, tables.memberships) == 2, "nothing is deleted"
    assert (await post(client, f"{path}/{old}/withdraw")).json()["code"] == "unknown_record"
    assert (await post(client, f"people/{BEN}/memberships/{new}/withdraw")).status_code == 404


async def test_the_same_membership_with_a_last_day_is_the_same_membership(client: Client) -> None:
    """C5: the row is brought up to date."""
    await date_membership(client, "2020-07-01")
    await date_membership(client, "2020-07-01", "2026-06-30")
    assert await memberships(client) == [("2020-07-01", "2026-06-30")]


async def numbers(client: Client, person: str = ANN) -> list[tuple[str, list[int] | None]]:
    """Return what each event of a person's stream is, and which events it corrects."""
    path = f"/v1/people/{person}/history"
    told = (await client.send("auditor", "GET", path)).json()["data"]
    return [(each["type"], each["body"].get("earlier")) for each in told]


async def test_a_correction_names_the_event_that_it_corrects(client: Client) -> None:
    """C19: each correction finds the newest event about the very record, not about any of its kind."""
    await date_membership(client, "2010-07-01", "2015-06-30")  # 2
    await date_membership(client, "2020-07-01")  # 3
    old, new = (each["record"] for each in (await entry(client))["memberships"])
    path = f"people/{ANN}/memberships"
    body = {"membership": "active", "first": "2011-07-01", "last": "2015-06-30"}
    await good(client, f"{path}/{old}/correct", body, "coordinator")  # 4
    await good(client, f"{path}/{old}/withdraw", {}, "coordinator")  # 5
    await date_membership(client, "2020-07-01", "2027-06-30")  # 6, the same membership
    await good(client, f"people/{ANN}/membership-end", {"last": "2026-06-30", "record": new}, "coordinator")
    assert (await numbers(client))[1:] == [
        ("PersonChanged", None),
        ("PersonChanged", None),
        ("PersonCorrected", [2]),
        ("PersonCorrected", [4]),
        ("PersonCorrected", [3]),
        ("PersonCorrected", [6]),
    ]
    history = (await client.send("auditor", "GET", f"/v1/people/{ANN}/history")).json()["data"]
    told = [each.text for each in sentences(history, {}, {})]
    assert told[3] == f"membership {old} was corrected or ended. Changed: memberships. It corrects event 2."
    spanish = [each.text for each in sentences(history, {}, {}, Language.ES)]
    assert spanish[3].startswith(f"Se corrigió o terminó la membresía {old}.")
    assert spanish[3].endswith("Corrige el evento 2.")


async def test_the_end_of_all_open_memberships_corrects_the_events_of_each(client: Client) -> None:
    await date_membership(client, "2010-07-01", name="retired")
    await good(client, "mentors", {"person": ANN, "capacity": 2})
    await date_membership(client, "2020-07-01")
    await good(client, f"people/{ANN}/membership-end", {"last": "2026-06-30"}, "coordinator")
    assert (await numbers(client))[-1] == ("PersonCorrected", [2, 4])


async def test_a_seat_and_a_mentors_record_name_the_event_that_they_correct(client: Client) -> None:
    await name_contact(client, "2024-01-01", "2024-06-30")  # 2
    await name_contact(client, "2025-01-01", "2025-06-30")  # 3
    await good(client, "mentors", {"person": ANN, "capacity": 2})  # 4
    [first, second] = [record for record, _, _ in await seats(client)]
    await good(client, f"regions/r1/contacts/{first}/correct", {"last": "2024-07-31"})  # 5
    await name_contact(client, "2024-03-01", "2025-12-31")  # 6, makes the two one
    await good(client, "mentors", {"person": ANN, "capacity": 1})  # 7
    await good(client, "mentors", {"person": ANN, "capacity": 3})  # 8
    earlier = [each for _, each in (await numbers(client))[4:]]
    assert earlier == [[2], [3, 5], [4], [7]]
    assert second not in [record for record, _, _ in await seats(client)]


# Mentors and conflicts


async def test_the_withdrawal_of_a_conflict_names_its_own_declaration_in_both_streams(
    client: Client,
) -> None:
    family, contract, *_ = RULES.matching.conflict_kinds
    await good(client, "mentors", {"person": ANN, "capacity": 2})
    for kind in (family, contract):
        await good(client, "conflicts", {"person": ANN, "other": BEN, "kind": kind})
    await good(client, "conflicts", {"person": ANN, "other": COY, "kind": family})
    await good(client, "conflicts/withdraw", {"person": BEN, "other": ANN, "kind": family})
    assert (await numbers(client))[-1] == ("PersonCorrected", [3])
    assert (await numbers(client, BEN))[-1] == ("PersonCorrected", [2])
    await good(client, "conflicts/withdraw", {"person": ANN, "other": BEN, "kind": contract})
    assert (await numbers(client))[-1] == ("PersonCorrected", [4])
    await good(client, "conflicts", {"person": ANN, "other": BEN, "kind": family})
    await good(client, "conflicts/withdraw", {"person": ANN, "other": BEN, "kind": family})
    assert (await numbers(client))[-1] == ("PersonCorrected", [8])


async def test_a_mentors_record_set_again_corrects_it(client: Client) -> None:
    await good(client, "mentors", {"person": ANN, "capacity": 2})
    assert (await newest(client))[0] == "PersonChanged"
    await good(client, "mentors", {"person": ANN, "capacity": 1})
    assert await newest(client) == ("PersonCorrected", {**(await newest(client))[1], "corrects": "mentor"})
    assert (await entry(client))["mentor"] == {"capacity": 1}


async def test_a_conflict_is_withdrawn_for_both_and_can_be_declared_again(client: Client) -> None:
    body = {"person": ANN, "other": BEN, "kind": RULES.matching.conflict_kinds[0]}
    await good(client, "conflicts", body, "coordinator")
    assert [each["other"] for each in (await entry(client, BEN))["conflicts"]] == [ANN]
    await good(client, "conflicts/withdraw", {**body, "person": BEN, "other": ANN}, "coordinator")
    assert "conflicts" not in await entry(client) or (await entry(client))["conflicts"] == []
    assert (await newest(client, BEN))[0] == "PersonCorrected"
    assert await rows(client, tables.conflicts) == 1
    assert (await post(client, "conflicts/withdraw", body)).json()["code"] == "unknown_record"
    await good(client, "conflicts", body, "coordinator")
    assert len((await entry(client))["conflicts"]) == 1


# People


async def test_a_person_leaves_and_a_wrong_day_is_withdrawn(client: Client) -> None:
    await good(client, f"people/{ANN}/left", {"day": "2026-06-30"}, "coordinator")
    assert (await entry(client))["left_on"] == "2026-06-30"
    await good(client, f"people/{ANN}/left", {"day": None}, "coordinator")
    assert "left_on" not in await entry(client)
    assert (await newest(client))[1]["corrects"] == "left_on"
    await good(client, f"people/{ANN}/died", {"day": "2026-06-30"}, "coordinator")
    assert (await entry(client))["died_on"] == "2026-06-30"
    later = await post(client, f"people/{ANN}/left", {"day": "2099-01-01"})
    assert later.json()["code"] == "day_in_future"


async def test_who_ends_a_person_is_told_which_memberships_go_on_and_how_to_end_them(client: Client) -> None:
    assert await good(client, f"people/{ANN}/left", {"day": "2026-06-30"}) == {
        "person": ANN,
        "changes": {"left_on": "none → 2026-06-30"},
    }
    await good(client, f"people/{ANN}/left", {"day": None})
    await good(client, f"people/{ANN}/memberships", {"membership": "active", "first": "2020-01-01"})
    told = await good(client, f"people/{ANN}/left", {"day": "2026-06-30"})
    assert told["memberships"] == (
        "A membership of this person goes on after that day. To end it: mentorflow send "
        f'people/{ANN}/membership-end --body \'{{"last": "2026-06-30"}}\''
    )
    ended = await good(client, f"people/{ANN}/membership-end", {"last": "2026-06-30"})
    assert [*ended["changes"].values()] == ["active from 2020-01-01 → active from 2020-01-01 to 2026-06-30"]
    died = await good(client, f"people/{ANN}/died", {"day": "2026-06-30"})
    assert died == {"person": ANN, "changes": {"died_on": "none → 2026-06-30"}}


async def test_a_move_is_a_dated_fact_and_what_begins_later_begins_there(client: Client) -> None:
    """C1: one person who moved, with the day; new applications begin in the new region."""
    term = await open_term(client)
    today = (await client.office.clock.now()).date().isoformat()
    move = {"region": "r2", "since": today}
    early = await post(client, f"people/{ANN}/move", {**move, "since": "2026-03-01"})
    assert early.json()["code"] == "moved_later"
    assert (await post(client, f"people/{ANN}/move", move, "coordinator")).status_code in (403, 404)
    await good(client, f"people/{ANN}/move", move, "state office")
    found = await entry(client)
    assert found["region"] == "r2"
    assert found["regions"] == [{"region": "r2", "since": today}], "moved on the day of the first region"
    assert (await newest(client))[0] == "PersonMoved"
    body = {
        "person": ANN,
        "term": term,
        "reason": RULES.eligibility.reasons[0],
        "first_year": True,
        "applied_on": "2026-08-01",
    }
    opened = await good(client, "applications", body)
    async with client.office.database.transaction() as connection:
        table = tables.applications.c
        region = await connection.scalar(select(table.region).where(table.id == opened["application"]))
    assert region == "r2"


async def test_a_region_of_another_association_takes_nobody(client: Client) -> None:
    await add_far_region(client)
    refused = await post(client, f"people/{ANN}/move", {"region": "far", "since": "2026-03-01"})
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_region")


async def test_what_is_recorded_already_is_said_and_not_recorded_again(client: Client) -> None:
    today = (await client.office.clock.now()).date().isoformat()
    await good(client, f"people/{ANN}/change", {"phone": "218 555 0101", "key": "00712"})
    await good(client, f"people/{ANN}/left", {"day": "2026-06-30"})
    before = (await entry(client), await newest(client))
    for path, body in (
        ("change", {}),
        ("change", {"phone": "218 555 0101", "key": "00712", "name": "Ann"}),
        ("left", {"day": "2026-06-30"}),
        ("died", {"day": None}),
        ("move", {"region": "r1", "since": today}),
    ):
        again = await post(client, f"people/{ANN}/{path}", body)
        assert (again.status_code, again.json()["code"]) == (409, "nothing_to_change"), path
    assert (await entry(client), await newest(client)) == before


async def test_nobody_becomes_a_member_after_leaving(client: Client) -> None:
    membership = RULES.eligibility.mentee_classes[0]
    await good(client, f"people/{ANN}/left", {"day": "2026-06-30"})
    late = {"membership": membership, "first": "2026-07-01", "last": None}
    refused = await post(client, f"people/{ANN}/memberships", late)
    assert (refused.status_code, refused.json()["code"]) == (409, "person_has_left")
    await good(client, f"people/{ANN}/memberships", {**late, "first": "2026-06-30"})


async def test_fields_of_an_entry_are_changed_one_by_one(client: Client) -> None:
    await good(client, f"people/{ANN}/change", {"phone": "218 555 0101", "key": "00712"}, "coordinator")
    found = await entry(client)
    assert (found["phone"], found["keys"], found["name"]) == ("218 555 0101", ["00712"], "Ann")
    assert (await newest(client))[1]["fields"] == ["keys", "phone"]
    taken = await post(client, f"people/{BEN}/change", {"key": "00712"})
    assert (taken.status_code, taken.json()["code"]) == (409, "key_taken")
    assert "keys" not in await entry(client, BEN) or (await entry(client, BEN))["keys"] == []


async def test_a_person_is_added_with_a_number(client: Client) -> None:
    body = {
        "name": "Cyd",
        "email": "cyd@post.example",
        "role_title": "principal",
        "region": "r1",
        "key": "00712",
    }
    made = await good(client, "people", body)
    assert (await entry(client, made["person"]))["keys"] == ["00712"]
    again = await post(client, "people", {**body, "name": "Dan"})
    assert again.json()["code"] == "key_taken"


async def test_who_may_see_and_change_an_entry(client: Client) -> None:
    """C62, C4: a coordinator changes the participants of her own regions, and nobody of the staff."""
    assert (await client.send("elsewhere", "GET", f"/v1/people/{ANN}")).status_code == 404
    assert (await client.send("payment", "GET", f"/v1/people/{ANN}")).status_code == 403
    await client.token_of("ben", BEN, (Role.PAYMENT_STAFF,))
    for path, body in (
        ("change", {"phone": "218 555 0101"}),
        ("left", {"day": "2026-06-30"}),
        ("same-as", {"other": ANN, "answer": "two"}),
    ):
        refused = await post(client, f"people/{BEN}/{path}", body, "coordinator")
        assert (refused.status_code, refused.json()["code"]) == (403, "administrator_only"), path
        assert (await post(client, f"people/{ANN}/{path}", body, "elsewhere")).status_code in (404, 409)
    await good(client, f"people/{BEN}/change", {"phone": "218 555 0101"}, "admin")


async def test_a_second_program_of_the_association_is_given_a_region(client: Client) -> None:
    actor = Actor(id=derive("admin"), role=Role.ADMIN)
    await client.office.writes.regions.add_region(
        "r1", "R1", "second", PROGRAM, actor=actor, command=derive("second")
    )
    async with client.office.database.transaction() as connection:
        served = tables.program_regions.c
        found = await connection.scalars(select(served.program).where(served.region == "r1"))
    assert {*found} == {PROGRAM, "second"}
