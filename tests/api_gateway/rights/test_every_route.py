"""Every route of the API, for everybody, about one's own and others' things in each state, as the table says."""

import re
from typing import Any

import pytest

from api_gateway.http.auth import OPEN
from api_gateway.http.sessions import OPEN_PAGES
from api_gateway.pages.acts.parts import ACTS
from tests.api_gateway.rights.asking import routes
from tests.api_gateway.rights.office import Furnished, RightsOffice
from tests.api_gateway.rights.table import TABLE, rows
from tests.api_gateway.rights.told import without_signing_in, wrong_answers

ROWS = rows()
OPEN_ROUTES = {*OPEN, *OPEN_PAGES}


@pytest.mark.parametrize("name", sorted(name for name in ROWS if "/v1/" in name))
async def test_a_route_tells_everybody_what_the_table_says(
    read: RightsOffice, furnished: Furnished, name: str
) -> None:
    assert await wrong_answers(read, furnished, name) == []
    assert await without_signing_in(read, name) == "sign in"


async def test_every_route_has_a_row_and_every_row_a_route(read: RightsOffice) -> None:
    """Untested cells: 0. A route that is not in `routes.toml` fails here."""
    there = {each.name for each in routes(read.furnished.app) if each.path not in OPEN_ROUTES}
    acts = {f"{method} {group['page']}/{{act}}" for group in TABLE["act_pages"] for method in ("GET", "POST")}
    named = {name for name in ROWS if not re.search(r"\}/acts/[a-z-]+$", name) or name.startswith("POST /v1")}
    assert acts <= there
    assert named == there - acts
    for group in TABLE["act_pages"]:
        listed = {name for name in ROWS if name.startswith(f"GET {group['page']}/")}
        assert listed == {f"GET {group['page']}/{act}" for act in ACTS[group["subject"]]}


def test_the_words_of_the_table_are_known() -> None:
    known: set[Any] = {"-", "none", "open", "blank", "all", "region", "own", "self", "region:no"}
    used = {word.removeprefix("no:") for row in ROWS.values() for word in row.values()}
    assert used <= known
