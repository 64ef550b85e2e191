"""What the office knows about people stands in the tables of people, and nowhere else in clear."""

from typing import Any

from sqlalchemy import func, select, text, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, answer, propose, take_over
from tests.conftest import NOW

ADDRESS, TWIN, PHONE = "ben.kept@post.example", "cat.kept@post.example", "555 0199"
PEOPLE = "key,name,email,role_title,district,region,supervisor,phone\n"
FIRST = {
    **GOOD,
    "people": PEOPLE
    + f"ann,Ann A,ann@example.org,principal,D1,r1,,\nben,Ben B,{ADDRESS},principal,D1,r1,ann,{PHONE}\n",
}
SECOND = {
    "people": PEOPLE
    + f"cat,Cat C,{TWIN},principal,D1,r1,,{PHONE}\ndan,Dan D,{TWIN},principal,D2,r1,,\n"
    + f"eva,Ben B,{ADDRESS},principal,D1,r1,,\n"
}


async def places(client: Client, *values: str) -> set[str]:
    """Return each column of the whole database that holds one of the values in clear."""
    owner = Database(client.office.settings.database_url("migrator"), size=1)
    columns = text(
        "select c.table_schema, c.table_name, c.column_name, c.data_type from information_schema.columns c"
        " join information_schema.tables t using (table_schema, table_name)"
        " where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')"
    )
    found = set()
    async with owner.transaction() as connection:
        all_columns = (await connection.execute(columns)).all()
        for schema, table, column, kind in all_columns:
            place = f'"{column}"::text' if kind != "bytea" else f"encode(\"{column}\", 'escape')"
            holds = " or ".join(f"position(:v{number} in {place}) > 0" for number in range(len(values)))
            holding = text(f'select count(*) from "{schema}"."{table}" where {holds}')  # noqa: S608 - names of the schema
            if await connection.scalar(holding, {f"v{n}": value for n, value in enumerate(values)}):
                found.add(f"{schema}.{table}.{column}")
    await owner.close()
    assert len(all_columns) > 300, "all tables were looked at"
    return found


KNOWN = {"office.people.email", "office.people.email_plain", "office.people.phone"}


async def test_an_import_leaves_addresses_and_phones_in_the_tables_of_people_alone(client: Client) -> None:
    """Stored answers of the routes of imports kept them in clear and for ever."""
    term = await open_term(client)
    proposed = await propose(client, term, FIRST)
    assert PHONE in proposed.text
    assert await places(client, ADDRESS, PHONE) == set(), "a proposal is sealed"
    answered = await answer(client, proposed.json())
    assert await places(client, ADDRESS, PHONE) == set(), "so it is after an answer"
    assert (await take_over(client, answered)).json()["state"] == "done"
    assert await places(client, ADDRESS, PHONE) == KNOWN


async def test_an_import_that_nobody_took_over_leaves_nothing(client: Client) -> None:
    term = await open_term(client)
    await take_over(client, await answer(client, (await propose(client, term, FIRST)).json()))
    proposed = (await propose(client, term, SECOND, key="second")).json()
    [double] = [each for each in proposed["questions"] if ADDRESS in each["problem"]]
    given = {double["id"]: "nobody"}
    path = f"/v1/imports/{proposed['id']}/answers"
    refused = await client.send("admin", "POST", path, key="wrong", json={"answers": given})
    assert refused.status_code == 422
    await answer(client, proposed, {double["id"]: "same"})
    async with client.office.database.transaction() as connection:
        await connection.execute(update(tables.imports).values(expires_at=NOW))
    assert await client.office.take_overs._rows.expire() == 1
    assert await places(client, TWIN) == set()
    assert await places(client, ADDRESS, PHONE) == KNOWN


async def test_other_writes_about_people_leave_them_in_the_tables_of_people_alone(client: Client) -> None:
    body = {"name": "Ben B", "email": ADDRESS, "role_title": "principal", "region": "r1", "phone": PHONE}
    made = await client.send("admin", "POST", "/v1/people", key="add", json=body)
    path = f"/v1/people/{made.json()['person']}"
    changed = await client.send("admin", "POST", f"{path}/change", key="change", json={"phone": "555 0198"})
    assert changed.status_code == 200
    assert (
        await client.send("admin", "GET", "/v1/exports/people", params={"association": "masa"})
    ).is_success
    assert await places(client, ADDRESS, "555 0198") == KNOWN
    assert await places(client, PHONE) == set()


async def test_no_secret_of_a_token_is_stored(client: Client) -> None:
    _, id, secret = client._tokens["admin"].split("_")
    assert await places(client, secret) == set()
    assert "office.tokens.id" in await places(client, id)


async def stored(client: Client, kind: str) -> Any:
    row = tables.commands.c
    async with client.office.database.transaction() as connection:
        return await connection.scalar(select(row.answer).where(row.kind == kind))


async def test_a_repeated_request_reads_the_import_again(client: Client) -> None:
    term = await open_term(client)
    first = await propose(client, term, FIRST)
    assert await stored(client, "ProposeImport") == {"id": first.json()["id"]}
    again = await propose(client, term, FIRST)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    path, body = f"/v1/imports/{first.json()['id']}/answers", {"answers": {"titles": "yes"}}
    answered = await client.send("admin", "POST", path, key="titles", json=body)
    repeated = await client.send("admin", "POST", path, key="titles", json=body)
    assert (repeated.status_code, repeated.json()) == (200, answered.json())
    assert repeated.headers["Idempotency-Replayed"] == "true"
    await take_over(client, await answer(client, answered.json()))
    landed = await propose(client, term, FIRST)
    assert (landed.status_code, landed.json()["state"], "rows" in landed.json()) == (201, "landed", False)


async def test_a_repeated_answer_that_does_not_fit_is_refused_again(client: Client) -> None:
    term = await open_term(client)
    id = (await propose(client, term, FIRST)).json()["id"]
    body = {"answers": {"titles": "maybe"}}
    for _ in range(2):
        refused = await client.send("admin", "POST", f"/v1/imports/{id}/answers", key="a", json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, "answers_not_taken")
    async with client.office.database.transaction() as connection:
        assert (
            await connection.scalar(select(func.count()).where(tables.commands.c.kind == "AnswerImport")) == 1
        )
    assert await stored(client, "AnswerImport") is None
