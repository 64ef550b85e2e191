"""People who are signed in: a session of the real office, and a browser with its cookie."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2 as httpx
import pytest_asyncio
from sqlalchemy import insert, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.tokens import hashed
from api_gateway.http.csrf import FIELD
from api_gateway.http.sessions import cookie_name
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.conftest import MINE, Client
from tests.conftest import NOW

SignIn = Callable[..., Awaitable["Browser"]]


class Browser:
    """A person at a browser: it has the cookie of a session, and sends what a browser sends along with a form."""

    def __init__(self, http: httpx.AsyncClient, person: str, name: str, session: str, csrf: str) -> None:
        self.http, self.person, self.name, self.session, self.csrf = http, person, name, session, csrf

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """Open a page; a redirect is not followed."""
        return await self.http.get(path, **options)

    async def post(
        self, path: str, data: dict[str, Any] | None = None, *, csrf: str | None = None, **options: Any
    ) -> httpx.Response:
        """Send a form from a page of the office, with the secret of the session."""
        sent = {FIELD: self.csrf if csrf is None else csrf, **(data or {})}
        headers = {"Sec-Fetch-Site": "same-origin", **options.pop("headers", {})}
        return await self.http.post(path, data=sent, headers=headers, **options)


async def signed_in(
    client: Client, name: str, *roles: Role, regions: tuple[str, ...] = (), language: str = "en", **entry: str
) -> Browser:
    """Give a person of that name these roles, sign that person in, and return the browser."""
    office, person = client.office, derive("p", name)
    texts = dict.fromkeys(("email", "role_title", "district", "region"), "") | {"association": MINE} | entry
    row = {"id": person, "name": name, "created_at": NOW, "language": language, **texts}
    async with office.database.transaction() as connection:
        if await connection.scalar(select(tables.people.c.id).where(tables.people.c.id == person)) is None:
            await connection.execute(insert(tables.people).values(**row))
    if roles:
        await client.token_of(name, person, roles, regions)
    token = await office.writes.sessions.begin(person, derive("tie", name))
    token = token or await left_over(client, person)
    found = await office.sessions.visitor(token)
    assert found is not None
    http = httpx.AsyncClient(transport=client.http._transport, base_url=office.settings.public_url)
    http.cookies.set(cookie_name(office.settings), token, domain=http.base_url.host)
    return Browser(http, person, name, found.id, found.csrf)


async def left_over(client: Client, person: str) -> str:
    """Begin a session of somebody without a role, as it is left when the last one has ended; return its token."""
    token = derive("token", person)
    row = {"id": token[:16], "hash": hashed(token), "csrf": derive("csrf", person), "person": person}
    async with client.office.database.transaction() as connection:
        await connection.execute(insert(tables.sessions).values(**row, tie="", rights=""))
    return token


@pytest_asyncio.fixture
async def sign_in(client: Client) -> SignIn:
    """Return a function that signs a person in: `await sign_in("ann", Role.COORDINATOR, regions=("r1",))`."""

    async def browser(name: str, *roles: Role, **options: Any) -> Browser:
        return await signed_in(client, name, *roles, **options)

    return browser
