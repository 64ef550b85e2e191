"""A refused person applies again for the same term; dates that cannot be are refused at once."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from activities.adapters.postgres import tables
from domain.ids import derive
from domain.workflow_contracts import workflow_id
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, answer, propose, roster
from tests.api_gateway.openings import record_command
from tests.conftest import PROGRAM


async def stranger(client: Client) -> tuple[str, str]:
    """Import a person without a membership, and return term and person."""
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"]})
    async with client.office.database.transaction() as connection:
        ben = await connection.scalar(select(tables.people.c.id).where(tables.people.c.name == "Ben B"))
    return term, str(ben)


async def apply(client: Client, term: str, person: str, key: str, **given: Any) -> Any:
    body = {"person": person, "term": term, "reason": "new_to_role", "applied_on": "2026-08-03"}
    return await client.send("coordinator", "POST", "/v1/applications", key=key, json={**body, **given})


async def refuse(client: Client) -> None:
    """Refuse the application that was opened last, as a coordinator does."""
    start = client.engine.started[-1]
    id = workflow_id("relationship", start.relationship)
    client.engine.deciding[id] = partial(record_command, client.engine.database, start)
    path = f"/v1/relationships/{start.relationship}/refuse-application"
    answer = await client.send("coordinator", "POST", path, key=f"refuse {id}", json={})
    assert answer.status_code == 200, answer.text


async def test_a_refused_person_applies_again_and_the_two_are_linked(client: Client) -> None:
    """C12: a refused person is not locked out for the term."""
    term, ben = await stranger(client)
    first = (await apply(client, term, ben, "one")).json()
    assert first["application"] == derive("application", ben, term)
    again = await apply(client, term, ben, "two", reason="new_to_role_in_state")
    assert (again.status_code, again.json()["code"]) == (409, "already_applied"), "not refused yet"
    await refuse(client)
    second = (await apply(client, term, ben, "three")).json()
    assert second["application"] == derive("application", ben, term, "2")
    assert second["relationship"] != first["relationship"]
    start = client.engine.started[-1]
    assert (start.relationship, start.opening.earlier) == (second["relationship"], first["relationship"])
    shown = await client.send("coordinator", "GET", f"/v1/relationships/{second['relationship']}")
    assert shown.json()["earlier"] == first["relationship"]
    repeated = await apply(client, term, ben, "three")
    assert repeated.json() == second
    async with client.office.database.transaction() as connection:
        row = tables.applications.c
        stored = (await connection.execute(select(row.attempt).order_by(row.attempt))).scalars().all()
    assert stored == [1, 2]


async def test_the_same_roster_after_a_refusal_is_no_new_application(client: Client) -> None:
    term = await open_term(client)
    files = {"people": GOOD["people"], "applications": GOOD["applications"]}
    await roster(client, term, files)
    await refuse(client)
    await roster(client, term, files, key="again")
    async with client.office.database.transaction() as connection:
        stored = (await connection.execute(select(tables.applications.c.attempt))).scalars().all()
    assert stored == [1]
    later = {**files, "applications": files["applications"].replace("2026-08-03", "2026-09-01")}
    await roster(client, term, later, key="later")
    assert client.engine.started[-1].opening.earlier == client.engine.started[0].relationship


async def test_one_human_with_two_entries_applies_once_a_term(client: Client) -> None:
    term, ben = await stranger(client)
    twin = {"name": "Benno B", "email": "BEN@example.org", "role_title": "principal", "district": "D9"}
    made = await client.send("coordinator", "POST", "/v1/people", json={**twin, "region": "r1"})
    assert made.status_code == 201, made.text
    first = await apply(client, term, ben, "one")
    assert first.status_code == 201
    second = await apply(client, term, made.json()["person"], "two")
    assert (second.status_code, second.json()["code"]) == (409, "already_applied")
    await refuse(client)
    third = await apply(client, term, made.json()["person"], "three")
    assert third.status_code == 201, "what was refused does not count"


async def two_entries(client: Client, said: str) -> tuple[str, str, str]:
    """Return term and two entries of which somebody said that they are the ``same`` human, or nobody said anything."""
    term, ben = await stranger(client)
    twin = {"name": "Benno B", "email": "BEN@example.org", "role_title": "principal", "district": "D9"}
    made = await client.send(
        "coordinator", "POST", "/v1/people", json={**twin, "region": "r1", "key": "benno"}
    )
    benno = made.json()["person"]
    if said:
        path, body = f"/v1/people/{ben}/same-as", {"other": benno, "answer": said}
        merged = await client.send("admin", "POST", path, key="same", json=body)
        assert merged.json()["stands"] == ben
    return term, ben, benno


async def test_a_refusal_under_an_alias_makes_the_next_application_the_second(client: Client) -> None:
    """C12, C60: the attempt is the human's, not the entry's."""
    term, ben, benno = await two_entries(client, "same")
    first = (await apply(client, term, benno, "one")).json()
    running = await apply(client, term, ben, "two")
    assert (running.status_code, running.json()["code"]) == (409, "already_applied")
    assert "already has an application for this term" in running.json()["detail"]
    await refuse(client)
    second = (await apply(client, term, ben, "three")).json()
    assert second["application"] == derive("application", ben, term, "2")
    start = client.engine.started[-1]
    assert (start.mentee, start.opening.earlier) == (ben, first["relationship"])
    assert (await apply(client, term, ben, "three")).json() == second
    third = await apply(client, term, benno, "four")
    assert (third.status_code, third.json()["code"]) == (409, "already_applied")
    await refuse(client)
    fourth = (await apply(client, term, benno, "five")).json()
    assert fourth["application"] == derive("application", benno, term, "3")
    assert client.engine.started[-1].opening.earlier == second["relationship"]


async def test_an_entry_that_is_only_alike_counts_for_the_attempt_and_is_not_linked(client: Client) -> None:
    term, ben, benno = await two_entries(client, "")
    await apply(client, term, benno, "one")
    await refuse(client)
    second = (await apply(client, term, ben, "two")).json()
    assert second["application"] == derive("application", ben, term, "2")
    assert client.engine.started[-1].opening.earlier is None


async def test_a_list_counts_the_applications_of_an_alias(client: Client) -> None:
    term, ben, benno = await two_entries(client, "same")
    first = (await apply(client, term, benno, "one")).json()
    files = {"applications": GOOD["applications"].replace("2026-08-03", "2026-08-04")}
    proposal = (await propose(client, term, files, key="running")).json()
    [refused] = proposal["refused"]
    assert (refused["code"], refused["rows"]) == ("already_applied", [2])
    assert "applied for the term on 2026-08-03" in refused["problem"]
    await refuse(client)
    await roster(client, term, files, key="refused")
    start = client.engine.started[-1]
    assert (start.mentee, start.opening.earlier) == (ben, first["relationship"])
    assert start.opening.application == derive("application", ben, term, "2")


async def test_a_task_says_in_words_why_and_on_which_facts(client: Client) -> None:
    term, ben = await stranger(client)
    await apply(client, term, ben, "one")
    listed = await client.send("coordinator", "GET", "/v1/tasks")
    [task] = [each for each in listed.json()["data"] if each["kind"] == "decide_refusal"]
    assert task["why"] == "not_a_member,no_membership"
    assert task["words"] == (
        "Under the rules the application would be refused: no membership of a kind that the program requires. "
        "Membership found: none. Refuse it, or correct what is wrong and ask for the facts again. "
        "Only the state office can accept it anyway, as a special application: an exception to the rules."
    )
    spanish = await client.send("coordinator", "GET", "/v1/tasks?language=es")
    assert "ninguna membresía" in spanish.json()["data"][0]["words"]


@pytest.mark.parametrize(("day", "status"), [("2096-12-20", 409), ("2026-07-01", 201)])
async def test_an_application_after_today_is_refused_and_an_early_one_is_not(
    client: Client, day: str, status: int
) -> None:
    """C13: a date that cannot be."""
    term, ben = await stranger(client)
    answer = await apply(client, term, ben, "one", applied_on=day)
    assert answer.status_code == status
    if status == 409:
        assert answer.json()["code"] == "applied_in_future"
        assert answer.json()["errors"][0]["pointer"] == "/applied_on"
        assert client.engine.started == []


async def test_a_roster_names_the_line_of_an_application_after_today(client: Client) -> None:
    term = await open_term(client)
    late = GOOD["applications"].replace("2026-08-03", "2096-12-20")
    proposal = await answer(client, (await propose(client, term, {**GOOD, "applications": late})).json())
    [refused] = proposal["refused"]
    assert (refused["file"], refused["rows"], refused["code"]) == (
        "applications.csv",
        [2],
        "applied_in_future",
    )


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [("2026-08-01", "2027-06-30", 409), ("2027-06-30", "2028-06-29", 409), ("2027-07-01", "2028-06-30", 201)],
)
async def test_terms_of_one_program_share_no_day(client: Client, first: str, last: str, status: int) -> None:
    """C13: a second term that overlaps."""
    await open_term(client)
    body = {"program": PROGRAM, "name": "other", "first": first, "last": last}
    answer = await client.send("admin", "POST", "/v1/terms", key="other", json=body)
    assert answer.status_code == status, answer.text
    if status == 409:
        assert answer.json()["code"] == "term_overlaps"
        assert "2026-08-01 to 2027-06-30" in answer.json()["detail"]
