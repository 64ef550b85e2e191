"""An office with things in every state, for the tests of the table of rights."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.api_gateway.rights.office import Furnished, RightsOffice, furnished_office, rights_office
from tests.conftest import FreshDatabase
from workers.embedded.stack.supervisor import OfficeProcesses


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def furnished(
    database_server: OfficeProcesses, fresh_database: FreshDatabase
) -> AsyncIterator[Furnished]:
    """Yield what is in the office."""
    async with furnished_office(database_server, fresh_database) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def read(furnished: Furnished) -> AsyncIterator[RightsOffice]:
    """Yield the office that nothing changes."""
    async with rights_office(furnished) as office:
        yield office
