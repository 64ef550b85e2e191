"""The history of a person says which membership, seat, mentor's record or conflict each event is about."""

from itertools import count
from typing import Any

import pytest_asyncio

from activities.adapters.files.program_files import load_programs
from api_gateway.services.event_sentences import sentences
from domain.actors import Role
from domain.languages import Language
from domain.visibility import OPERATOR
from tests.api_gateway.conftest import Client, add_person
from tests.conftest import PROGRAM

ANN, BEN, COY = "a1" * 16, "b2" * 16, "c3" * 16
FAMILY, CONTRACT, *_ = load_programs()[PROGRAM].rules.matching.conflict_kinds
KEYS = count()


@pytest_asyncio.fixture(autouse=True)
async def people(client: Client) -> None:
    for id, name in ((ANN, "Ann"), (BEN, "Ben"), (COY, "Coy")):
        await add_person(client, id, name=name, email=f"{name}@post.example")


async def good(client: Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.send("admin", "POST", f"/v1/{path}", key=f"key {next(KEYS)}", json=body)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def history(client: Client, who: str, person: str = ANN) -> dict[str, Any]:
    found: dict[str, Any] = (await client.send(who, "GET", f"/v1/people/{person}/history")).json()
    return found


def told(found: dict[str, Any], language: Language = Language.EN) -> list[str]:
    """Return the sentences about records: what follows the names of the fields and the events."""
    said = sentences(found["data"], found["names"], {}, language, records=found["records"])
    return [each.text for each in said]


async def test_each_event_says_which_membership_it_is_about_and_the_newest_what_it_says_today(
    client: Client,
) -> None:
    path = f"people/{ANN}/memberships"
    await good(client, path, {"membership": "retired", "first": "2010-07-01", "last": "2015-06-30"})
    await good(client, path, {"membership": "active", "first": "2020-07-01"})
    entry = (await client.send("admin", "GET", f"/v1/people/{ANN}")).json()
    old, new = (each["record"] for each in entry["memberships"])
    await good(client, f"{path}/{new}/correct", {"membership": "active", "first": "2021-07-01", "last": None})
    await good(client, f"{path}/{old}/withdraw", {})
    found = await history(client, "coordinator")
    assert found["records"] == [
        {
            "record": f"membership/{old}",
            "class": "retired",
            "first": "2010-07-01",
            "last": "2015-06-30",
            "withdrawn": True,
            "events": [2, 5],
        },
        {
            "record": f"membership/{new}",
            "class": "active",
            "first": "2021-07-01",
            "last": None,
            "withdrawn": False,
            "events": [3, 4],
        },
    ]
    assert told(found)[1:] == [
        f"The entry was changed: memberships. Membership {old}, which event 5 changed later.",
        f"The entry was changed: memberships. Membership {new}, which event 4 changed later.",
        f"membership {new} was corrected or ended. Changed: memberships. It corrects event 3. "
        f"Membership {new}: active, from 2021-07-01.",
        f"membership {old} was corrected or ended. Changed: memberships. It corrects event 2. "
        f"Membership {old}, which no longer counts: retired, from 2010-07-01 to 2015-06-30.",
    ]
    assert told(found, Language.ES)[3].endswith(f" Membresía {new}: active, desde el 2021-07-01.")


async def test_a_mentors_record_and_a_seat_are_told(client: Client) -> None:
    await good(client, "mentors", {"person": ANN, "capacity": 2})
    await good(client, "mentors", {"person": ANN, "capacity": 1, "trained_on": "2026-01-10"})
    await good(client, "regions/r1/contacts", {"person": ANN, "first": "2024-01-01", "last": "2024-06-30"})
    found = await history(client, "coordinator")
    [seat] = [each["record"] for each in found["records"] if each["record"].startswith("seat/")]
    assert told(found)[1:] == [
        "The entry was changed: mentor. The mentor's record, which event 3 changed later.",
        "the mentor's record was corrected or ended. Changed: mentor. It corrects event 2. "
        "The mentor's record: places for 1, trained on 2026-01-10.",
        f"The entry was changed: seats as contact. Seat {seat.partition('/')[2]} as contact of r1: "
        "from 2024-01-01 to 2024-06-30.",
    ]


async def test_a_conflict_is_told_with_the_other_and_its_kind_in_both_histories(client: Client) -> None:
    for other, kind in ((BEN, FAMILY), (BEN, CONTRACT), (COY, FAMILY)):
        await good(client, "conflicts", {"person": ANN, "other": other, "kind": kind})
    await good(client, "conflicts/withdraw", {"person": BEN, "other": ANN, "kind": FAMILY})
    found = await history(client, "coordinator")
    about = [(each["other"], each["kind"], each["events"]) for each in found["records"]]
    assert about == [(BEN, FAMILY, [2, 5]), (BEN, CONTRACT, [3]), (COY, FAMILY, [4])]
    words = told(found)
    assert (
        words[1] == f"The entry was changed: conflicts of interest. Conflict of interest with Ben: {FAMILY}."
    )
    assert words[4].endswith(f"It corrects event 2. Conflict of interest with Ben: {FAMILY}.")
    of_ben = (await history(client, "coordinator", BEN))["records"]
    assert [(each["other"], each["kind"], each["events"]) for each in of_ben] == [
        (ANN, FAMILY, [2, 4]),
        (ANN, CONTRACT, [3]),
    ]


async def test_whoever_does_not_see_the_entry_reads_no_values(client: Client) -> None:
    await good(client, f"people/{ANN}/memberships", {"membership": "active", "first": "2020-07-01"})
    seen = await client.office.reads.history.person(OPERATOR, ANN)
    assert seen is not None
    assert (len(seen.events), seen.records) == (2, None)
    await client.token("stranger", Role.COORDINATOR, regions=("r2",))
    answer = await client.send("stranger", "GET", f"/v1/people/{ANN}/history")
    assert answer.status_code == 404
