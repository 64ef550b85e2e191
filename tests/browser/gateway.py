"""The real gateway on a port of this machine, over a database with recorded pairs, people and payments."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from activities.adapters.postgres.database import Database
from api_gateway.app import create_app
from domain.actors import Role
from tests.api_gateway.conftest import Client, office_of
from tests.api_gateway.pages.conftest import signed_in
from workers.embedded.stack import ports
from workers.settings import Settings

ISSUER = "https://login.example.org"


class Served:
    """An office behind its gateway, and the people who are signed in to it."""

    def __init__(self, client: Client, app: FastAPI, url: str, worker: Database, payments: Database) -> None:
        self.client, self.app, self.url, self.worker, self.payments = client, app, url, worker, payments
        self.things: dict[str, str] = {}
        """Ids of what is in the office, by what the table of pages calls it."""
        self._cookies: dict[str, dict[str, str]] = {}
        self.people: dict[str, str] = {}

    async def sign_in(self, name: str, *roles: Role, **options: Any) -> dict[str, str]:
        """Return the cookie of a person who has these roles and is signed in; the same one for the same name."""
        if name not in self._cookies:
            browser = await signed_in(self.client, name, *roles, **options)
            self._cookies[name] = dict(browser.http.cookies)
            self.people[name] = browser.person
            await browser.http.aclose()
        return self._cookies[name]

    def forget(self, name: str) -> None:
        """Have the next sign-in of a person begin another session."""
        self._cookies.pop(name, None)


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[Served]:
    """Yield an office whose gateway listens on a port."""
    port = ports.pick()
    url = f"http://{ports.HOST}:{port}"
    named = {
        "public_url": url,
        "cookie_prefix": "none",
        "requests_per_minute": 6000,
        "sign_in_issuer": ISSUER,
        "sign_in_client": "office",
        "sign_in_client_secret": SecretStr("of the tests"),
        "cookie_secret": SecretStr("0123456789abcdef0123456789abcdef"),
    }
    async with office_of(settings.model_copy(update=named)) as client:
        office = client.office
        worker = Database(office.settings.database_url("worker"), size=2)
        payments = Database(office.settings.database_url("payments"), size=2)
        app = create_app(office)
        try:
            async with listening(app, port):
                yield Served(client, app, url, worker, payments)
        finally:
            await worker.close()
            await payments.close()


@asynccontextmanager
async def listening(app: FastAPI, port: int) -> AsyncIterator[None]:
    """Serve an application on a port of this machine while the block runs."""
    server = uvicorn.Server(
        uvicorn.Config(app, host=ports.HOST, port=port, log_config=None, timeout_graceful_shutdown=1)
    )
    serving = asyncio.create_task(server._serve())  # without uvicorn's own signal handlers
    try:
        while not server.started:
            await asyncio.sleep(0.01)
            if serving.done():
                await serving
        yield
    finally:
        server.should_exit = True
        await serving
