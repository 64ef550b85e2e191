"""Fixtures of the workflow tests: the product's client, a fresh memory for the fakes, and a separate task queue."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.client import Client

from tests.workflows.fakes import FakeOffice
from tests.workflows.pairs import connected


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def client(temporal: str) -> AsyncIterator[Client]:
    """Yield the product's client on the shared server."""
    yield await connected(temporal)


@pytest.fixture
def office() -> FakeOffice:
    """Return a fresh memory for the fakes."""
    return FakeOffice()


@pytest.fixture
def queue() -> str:
    """Return a task queue for one test."""
    return f"test-{secrets.token_hex(4)}"
