"""Every page, for everybody, about things of one's own and of others, in each of their states, as the table says."""

import pytest

from tests.api_gateway.rights.office import Furnished, RightsOffice
from tests.api_gateway.rights.table import rows
from tests.api_gateway.rights.told import without_signing_in, wrong_answers

ROWS = rows()


@pytest.mark.parametrize("name", sorted(name for name in ROWS if "/v1/" not in name))
async def test_a_page_tells_everybody_what_the_table_says(
    read: RightsOffice, furnished: Furnished, name: str
) -> None:
    assert await wrong_answers(read, furnished, name) == []
    assert await without_signing_in(read, name) == "sign in"
