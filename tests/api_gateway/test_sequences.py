"""Lists one after another over the API, as Hypothesis draws them: the tables equal a plain model, each human once.

C1, C2, C6, C8: moves, numbers in other spellings, blanks, and the same lists again.
"""

import csv
import io
from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from activities.adapters.postgres import tables
from tests.api_gateway.conftest import Client, office_of, open_term
from tests.api_gateway.importing import answer, propose, take_over
from tests.conftest import PROGRAM, FreshDatabase
from tests.domain.people.proposal.humans import IMPORTS, Asked, Import, Model, truth

Lists = Mapping[str, list[dict[str, Any]]]


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.generate],  # each example is an office of its own: to make a failure smaller takes minutes
)
@given(st.lists(IMPORTS, min_size=1, max_size=4))
async def test_lists_one_after_another_leave_the_tables_as_a_plain_model_has_them(
    fresh_database: FreshDatabase, sequence: list[Import]
) -> None:
    async with fresh_database() as settings, office_of(settings) as client:
        term = await open_term(client)
        for code in ("north", "central"):
            body = {"code": code, "name": code.title(), "program": PROGRAM}
            await client.send("admin", "POST", "/v1/regions", key=code, json=body)
        model = Model()
        for number, drawn in enumerate(sequence):
            given_lists = drawn.lists()
            proposal = await settled(client, term, drawn, f"{number}")
            left_out = {name for each in asked(given_lists, proposal) for name in each.names}
            assert (proposal["refused"], bool(left_out) and drawn.answers) == ([], False)
            assert await landed(client, proposal, left_out) == "done"
            model.take(drawn, left_out)
            tables_then = await known(client)
            assert tables_then == as_known(model)
            again = await settled(client, term, drawn, f"{number} again")
            counts = again["counts"]
            assert counts == dict.fromkeys(counts, 0) | {
                "unchanged": counts["unchanged"],
                "question": counts["question"] if left_out else 0,
            }
            assert await landed(client, again, left_out) == "done"
            assert await known(client) == tables_then, "repeating changes nothing"
        started = [start.relationship for start in client.engine.started]
        assert len(started) == len({*started}) == len(model.applied), (
            "one application of one human for a term"
        )
        await nobody_is_there_twice(client)


async def nobody_is_there_twice(client: Client) -> None:
    """Check that the office itself finds no double among its entries that nobody has been asked about."""
    doubles = (await client.send("admin", "GET", "/v1/people/doubles")).json()["data"]
    assert doubles == []


async def settled(client: Client, term: str, drawn: Import, key: str) -> dict[str, Any]:
    """Propose lists and answer as somebody who knows the humans, all questions or all but those about who is who."""
    lists = drawn.lists()
    sent = await propose(client, term, {kind: text(rows) for kind, rows in lists.items()}, key=key)
    assert sent.status_code == 201, sent.text
    proposal: dict[str, Any] = sent.json()
    for _ in range(5):
        wanted = [each for each in asked(lists, proposal) if drawn.answers or not each.is_who]
        if not wanted:
            return proposal
        proposal = await answered(client, proposal, truth(await names(client), wanted))
    raise AssertionError("questions without end")


async def answered(client: Client, proposal: dict[str, Any], answers: dict[str, str]) -> dict[str, Any]:
    """Give these answers and no others."""
    only = [each for each in proposal["questions"] if each["id"] in answers]
    return await answer(client, {**proposal, "questions": only}, answers)


async def landed(client: Client, proposal: dict[str, Any], left_out: set[str]) -> str:
    """Take a proposal over, without its open questions if there are any; return how the operation ended."""
    operation = await take_over(client, proposal, without=("questions",) if left_out else ())
    assert operation.status_code == 200, operation.text
    return str(operation.json()["state"])


def asked(lists: Lists, proposal: Mapping[str, Any]) -> list[Asked]:
    """Return the open questions with the names in their rows; the first row below a heading is 2."""
    people = lists.get("people", [])
    return [
        Asked(
            each["id"],
            tuple(each["answers"]),
            tuple(str(people[row - 2]["name"]) for row in each["rows"].get("people.csv", ())),
        )
        for each in proposal["questions"]
        if not each["answer"]
    ]


def text(rows: list[dict[str, Any]]) -> str:
    """Return rows as a file."""
    columns = dict.fromkeys(name for row in rows for name in row)
    written = io.StringIO()
    writer = csv.DictWriter(written, tuple(columns))
    writer.writeheader()
    writer.writerows({name: "yes" if value is True else value for name, value in row.items()} for row in rows)
    return written.getvalue()


async def names(client: Client) -> dict[str, str]:
    """Return the name of each entry by its id, its address and its numbers."""
    person, key = tables.people.c, tables.person_keys.c
    async with client.office.database.transaction() as connection:
        entries = (await connection.execute(select(person.id, person.name, person.email))).all()
        keys = await connection.execute(
            select(key.key, person.name).join_from(tables.person_keys, tables.people, person.id == key.person)
        )
        found = {mark: row.name for row in entries for mark in (row.id, row.email)}
        return found | {row[0]: row[1] for row in keys}


def as_known(model: Model) -> dict[str, Any]:
    """Return a model in the shape of ``known``."""
    return {
        "people": sorted(
            (name, *(each[it] for it in ("email", "region", "phone"))) for name, each in model.people.items()
        ),
        "memberships": sorted(
            (name, held, str(last)) for name, each in model.memberships.items() for held, last in each.items()
        ),
        "mentors": sorted(model.capacity.items()),
        "applications": sorted(model.applied),
    }


async def known(client: Client) -> dict[str, Any]:
    """Return what the tables say about people, each human by name; an entry that is there twice is two rows."""
    person, held = tables.people.c, tables.memberships.c
    mentor, application = tables.mentors.c, tables.applications.c
    people = select(person.name, person.email, person.region, person.phone).where(person.name.like("Human %"))
    of = {
        "memberships": select(person.name, held["class"], held.last).join_from(
            tables.people, tables.memberships, held.person == person.id
        ),
        "mentors": select(person.name, mentor.capacity).join_from(
            tables.people, tables.mentors, mentor.person == person.id
        ),
        "applications": select(person.name).join_from(
            tables.people, tables.applications, application.person == person.id
        ),
    }
    async with client.office.database.transaction() as connection:
        found: dict[str, Any] = {"people": sorted(tuple(row) for row in await connection.execute(people))}
        for name, wanted in of.items():
            rows = [tuple(row) for row in await connection.execute(wanted)]
            found[name] = sorted(rows)
    found["memberships"] = sorted(
        (name, of_class, str(last)) for name, of_class, last in found["memberships"]
    )
    found["applications"] = [name for (name,) in found["applications"]]
    return found
