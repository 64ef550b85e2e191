"""A merge is told from both sides, and the entry that counts no more is not changed."""

from typing import Any

import pytest

from api_gateway.services.event_sentences import sentences
from api_gateway.services.programs import programs
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD
from tests.api_gateway.test_api import roster
from tests.api_gateway.test_taking_back import ANN, BEN, entry, good, people, post

__all__ = ("people",)  # Ann and Ben are there for each test
MERGED = {"other": BEN, "answer": "same"}


async def test_the_entry_that_counts_shows_numbers_and_addresses_of_the_other(client: Client) -> None:
    await good(client, f"people/{BEN}/change", {"key": "M-2"})
    assert "same_person" not in await entry(client, ANN)
    await good(client, f"people/{ANN}/same-as", MERGED)
    assert (await entry(client, ANN))["same_person"] == [
        {
            "id": BEN,
            "keys": ["M-2"],
            "name": "Ben Birch",
            "email": f"{BEN[:6]}@post.example",
            "region": "r1",
            "phone": "",
        }
    ]
    assert (await entry(client, BEN))["alias_of"] == ANN


async def test_the_history_of_a_merge_tells_from_which_day_the_two_are_one_and_are_two(
    client: Client,
) -> None:
    await good(client, f"people/{ANN}/same-as", MERGED)
    await good(client, f"people/{ANN}/same-as", {**MERGED, "answer": "two"})
    history = (await client.send("admin", "GET", f"/v1/people/{ANN}/history")).json()
    *_, merged, apart = sentences(history["data"], history["names"], programs(), zone=history["zone"])
    day = merged.at[:10]
    assert merged.text == (
        f"Ben Birch is the same person: from {day} on, the two count as one, and Ann Ash is the entry that counts."
    )
    assert apart.text == f"Ben Birch is another person: from {apart.at[:10]} on, the two count as two people."


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("change", {"phone": "555 0100"}),
        ("move", {"region": "r1", "since": "2026-01-01"}),
        ("left", {"day": "2026-01-01"}),
        ("died", {"day": "2026-01-01"}),
        ("memberships", {"membership": "active", "first": "2026-01-01"}),
    ],
)
async def test_the_entry_that_counts_no_more_is_not_changed(client: Client, route: str, body: Any) -> None:
    await good(client, f"people/{ANN}/same-as", MERGED)
    refused = await post(client, f"people/{BEN}/{route}", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "another_entry_counts")
    assert f"Send this to people/{ANN}, or say first that they are two" in refused.json()["detail"]


async def test_a_mentors_record_belongs_to_the_entry_that_counts(client: Client) -> None:
    await good(client, f"people/{ANN}/same-as", MERGED)
    refused = await post(client, "mentors", {"person": BEN, "capacity": 2})
    assert refused.json()["code"] == "another_entry_counts"


async def test_what_was_recorded_wrongly_under_it_is_still_corrected(client: Client) -> None:
    await good(client, f"people/{BEN}/memberships", {"membership": "active", "first": "2026-01-01"})
    [held] = (await entry(client, BEN))["memberships"]
    await good(client, f"people/{ANN}/same-as", MERGED)
    await good(client, f"people/{BEN}/memberships/{held['record']}/withdraw", {})
    await good(client, f"people/{ANN}/same-as", {**MERGED, "answer": "two"})
    await good(client, f"people/{BEN}/change", {"phone": "555 0100"})


async def test_a_merge_says_which_applications_are_decided_anew(client: Client) -> None:
    """An applicant without a membership was accepted at once by a merge, and nothing said so."""
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"], "applications": GOOD["applications"]})
    start = client.engine.started[-1]
    told = await good(client, f"people/{ANN}/same-as", {"other": start.mentee, "answer": "same"})
    assert told["applications"] == (
        "The facts are looked up again for each application of this person that waits, and one that they allow is "
        f"accepted at once, with an email: relationships/{start.relationship}"
    )
    assert "applications" not in await good(client, f"people/{ANN}/same-as", MERGED | {"answer": "two"})
