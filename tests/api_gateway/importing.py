"""Lists sent to the API in tests, as people send them: proposed, answered, taken over."""

from collections.abc import Mapping
from typing import Any

import httpx2 as httpx
from sqlalchemy import func, select

from activities.adapters.postgres import tables
from domain.ids import derive
from tests.api_gateway.conftest import Client

PEOPLE = "key,name,email,role_title,district,region,supervisor\n"
GOOD = {
    "people": PEOPLE
    + "ann,Ann A,ann@example.org,principal,D1,r1,\nben,Ben B,ben@example.org,principal,D1,r1,ann\n",
    "memberships": "key,membership,first,last\nann,active,2020-01-01,\nben,active,2020-01-01,2027-01-01\n",
    "mentors": "key,capacity,trained_on\nann,2,2025-01-01\n",
    "applications": "key,reason,first_year,applied_on\nben,new_to_role,yes,2026-08-03\n",
}
Files = Mapping[str, str | bytes]


async def propose(
    client: Client, term: str, files: Files, *, name: str = "admin", key: str = "roster", **data: str
) -> httpx.Response:
    """Send lists and return the answer."""
    sent = {
        part: (f"{part}.csv", text if isinstance(text, bytes) else text.encode())
        for part, text in files.items()
    }
    return await client.send(name, "POST", "/v1/imports", key=key, data={"term": term, **data}, files=sent)


async def answer(
    client: Client,
    proposal: Mapping[str, Any],
    answers: Mapping[str, str] | None = None,
    *,
    name: str = "admin",
) -> dict[str, Any]:
    """Answer some questions, and all others as the office proposes; return the proposal then."""
    found = dict(proposal)
    given = dict(answers or {})
    while asked := {
        each["id"]: given.get(each["id"], each["proposal"])
        for each in found["questions"]
        if not each["answer"]
    }:
        asked = {id: value for id, value in asked.items() if value}
        if not asked:
            break
        sent = await client.send(
            name,
            "POST",
            f"/v1/imports/{found['id']}/answers",
            key=derive("answers", found["id"], found["digest"], *sorted(asked)),
            json={"answers": asked},
        )
        assert sent.status_code == 200, sent.text
        found = sent.json()
    return found


async def take_over(
    client: Client, proposal: Mapping[str, Any], *, name: str = "admin", without: tuple[str, ...] = ()
) -> httpx.Response:
    """Take a proposal over, land it, and return the operation, or the refusal."""
    id, digest = proposal["id"], proposal["digest"]
    body = {"digest": digest, "without": list(without)}
    begun = await client.send(
        name, "POST", f"/v1/imports/{id}/take-over", key=f"take over {id} {digest} {without}", json=body
    )
    if begun.is_error:
        return begun
    while await client.office.take_overs.land_next():
        pass
    return await client.send(name, "GET", f"/v1/operations/{begun.json()['operation']}")


async def roster(
    client: Client, term: str, files: Files, *, name: str = "admin", key: str = "roster"
) -> httpx.Response:
    """Import lists as somebody who agrees with every proposed answer; return the operation, or the first refusal."""
    proposed = await propose(client, term, files, name=name, key=key)
    if proposed.is_error:
        return proposed
    return await take_over(client, await answer(client, proposed.json(), name=name), name=name)


async def counted(client: Client, *names: str) -> dict[str, int]:
    """Return how many rows some tables have."""
    async with client.office.database.transaction() as connection:
        return {
            name: await connection.scalar(select(func.count()).select_from(getattr(tables, name))) or 0
            for name in names
        }
