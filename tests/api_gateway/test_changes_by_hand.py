"""Changes by hand are asked about where an import asks, and their answers say what was before and is now."""

from typing import Any

import pytest
from sqlalchemy import select

from activities.adapters.postgres import tables
from domain.people.told_changes import told_changes
from tests.api_gateway.conftest import Client
from tests.api_gateway.test_taking_back import ANN, BEN, entry, good, people, post

__all__ = ("people",)  # Ann and Ben are there for each test
BENS = f"{BEN[:6]}@post.example"


async def asked(client: Client, path: str, body: dict[str, Any]) -> tuple[str, str]:
    """Return code and words of a refusal."""
    answered = await post(client, path, body)
    assert answered.status_code == 409, answered.text
    return answered.json()["code"], answered.json()["detail"]


async def test_an_address_that_another_human_has_is_taken_once_it_is_confirmed(client: Client) -> None:
    path, body = f"people/{ANN}/change", {"email": BENS.upper()}
    code, detail = await asked(client, path, body)
    assert code == "address_of_another"
    assert (
        f"It is that of people/{BEN}. If it is right, send the same again with `confirmed` as true." in detail
    )
    assert (await entry(client, ANN))["email"] != BENS
    told = await good(client, path, {**body, "confirmed": True})
    assert told["changes"]["email"].startswith(f"{ANN[:6]}@post.example → ")


async def test_an_own_address_under_another_entry_is_no_question(client: Client) -> None:
    await good(client, f"people/{ANN}/same-as", {"other": BEN, "answer": "same"})
    await good(client, f"people/{ANN}/change", {"email": BENS})


async def test_a_position_that_nobody_has_is_a_question_that_names_those_nearly_like_it(
    client: Client,
) -> None:
    path = f"people/{ANN}/change"
    code, detail = await asked(client, path, {"role_title": "pricnipal"})
    assert code == "new_role_title"
    assert "It is written nearly like principal." in detail
    code, detail = await asked(client, path, {"role_title": "dean_of_students"})
    assert "nearly" not in detail
    told = await good(client, path, {"role_title": "dean_of_students", "confirmed": True})
    assert told["changes"] == {"role_title": "principal → dean_of_students"}
    await good(client, f"people/{BEN}/change", {"role_title": "dean_of_students"})


async def test_no_position_is_proposed_that_repeats_what_was_typed(client: Client) -> None:
    wrong = await post(client, f"people/{ANN}/change", {"role_title": "Dean of Studnets"})
    assert wrong.status_code == 422
    assert "dean_of_studnets" not in wrong.text
    assert "mentorflow list people" in wrong.text


async def test_a_membership_does_not_begin_decades_ahead_or_after_the_person_left(client: Client) -> None:
    path = f"people/{ANN}/memberships"
    body = {"membership": "active", "first": "2020-01-01"}
    told = await good(client, path, body)
    [(name, said)] = told["changes"].items()
    assert said == "none → active from 2020-01-01"
    record = name.removeprefix("membership ")
    slip = {**body, "first": "2051-01-01"}
    for here in (path, f"{path}/{record}/correct"):
        assert (await asked(client, here, slip))[0] == "membership_too_far_ahead"
    await good(client, f"people/{ANN}/left", {"day": "2026-06-30"})
    assert (await asked(client, f"{path}/{record}/correct", {**body, "first": "2026-07-01"}))[
        0
    ] == "person_has_left"
    corrected = await good(client, f"{path}/{record}/correct", {**body, "first": "2020-02-01"})
    assert corrected["changes"] == {name: "active from 2020-01-01 → active from 2020-02-01"}
    withdrawn = await good(client, f"{path}/{record}/withdraw", {})
    assert withdrawn["changes"] == {name: "active from 2020-02-01 → none"}


async def test_only_the_last_day_or_only_the_class_of_a_membership_is_corrected(client: Client) -> None:
    """`memberships/RECORD/correct` wanted the class and the first day even where only the last day was wrong."""
    path = f"people/{ANN}/memberships"
    told = await good(client, path, {"membership": "active", "first": "2020-01-01", "last": "2026-12-31"})
    [name] = told["changes"]
    correct = f"{path}/{name.removeprefix('membership ')}/correct"
    before = "active from 2020-01-01 to 2026-12-31"
    after = "active from 2020-01-01 to 2026-06-30"
    assert (await good(client, correct, {"last": "2026-06-30"}))["changes"] == {name: f"{before} → {after}"}
    retired = "retired from 2020-01-01 to 2026-06-30"
    assert (await good(client, correct, {"membership": "retired"}))["changes"] == {
        name: f"{after} → {retired}"
    }
    later = "retired from 2020-02-01 to 2026-06-30"
    assert (await good(client, correct, {"first": "2020-02-01"}))["changes"] == {name: f"{retired} → {later}"}
    assert (await good(client, correct, {"last": None}))["changes"] == {
        name: f"{later} → retired from 2020-02-01"
    }
    assert (await asked(client, correct, {"last": "2020-01-31"}))[0] == "membership_ends_before_it_begins"
    nothing = await post(client, correct, {})
    assert nothing.status_code == 422
    assert "Write what was wrong: membership (its class), first or last." in nothing.text


async def test_an_answer_says_whether_a_number_was_added_or_is_the_first(client: Client) -> None:
    """`people/ID/change {"key": "00730"}` said "00720 -> 00720, 00730", while every other field is replaced."""
    path = f"people/{BEN}/change"
    first = await good(client, path, {"key": "00720"})
    assert (first["number"], first["changes"]) == ("the first number of the person", {"keys": "none → 00720"})
    added = await good(client, path, {"key": "00730"})
    assert added["changes"] == {"keys": "00720 → 00720, 00730"}
    assert added["number"].startswith("added; it replaces none of the numbers that the person had.")
    assert "take-off-number" in added["number"]
    assert "number" not in await good(client, path, {"phone": "555 0101"})


async def test_what_was_before_is_shown_once_and_kept_nowhere_else(client: Client) -> None:
    sent = {"key": "one key", "json": {"phone": "555 0199"}}
    first = await client.send("coordinator", "POST", f"/v1/people/{ANN}/change", **sent)
    assert first.json()["changes"] == {"phone": "none → 555 0199"}
    again = await client.send("coordinator", "POST", f"/v1/people/{ANN}/change", **sent)
    assert again.json() == {"person": ANN}
    assert again.headers["idempotency-replayed"] == "true"
    async with client.office.database.transaction() as connection:
        kept = (await connection.scalars(select(tables.commands.c.answer))).all()
    assert "555 0199" not in str(kept)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"phone": "1"}, {}, {"phone": "1 → none"}),
        ({"name": "A"}, {"name": "A"}, {}),
        ({}, {"mentor": {"capacity": 2}}, {"mentor": "none → capacity 2"}),
        (
            {"seats": [{"record": 1, "region": "r1", "first": "2026-01-01"}]},
            {"seats": [{"record": 1, "region": "r1", "first": "2026-01-01", "last": "2026-02-01"}]},
            {"seat 1": "r1 from 2026-01-01 → r1 from 2026-01-01 to 2026-02-01"},
        ),
    ],
)
def test_a_change_is_told_field_by_field(before: Any, after: Any, said: dict[str, str]) -> None:
    assert told_changes(before, after) == said
