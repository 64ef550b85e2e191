"""A refusal for want of a membership: it names the kinds that the program requires, and leads to the person."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from activities.adapters.postgres.database import Database
from domain.actors import Role
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import SignIn
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import REGION, live_pair
from tests.api_gateway.pages.reading import links, text_of
from tests.domain.builders import MENTOR


@pytest_asyncio.fixture
async def worker(client: Client) -> AsyncIterator[Database]:
    database = Database(client.office.settings.database_url("worker"), size=2)
    yield database
    await database.close()


@pytest.mark.parametrize(
    ("language", "words", "link"),
    [
        (
            "en",
            "The program requires one of these memberships: Active member, Retired.",
            "Open the person's memberships",
        ),
        (
            "es",
            "El programa exige una de estas membresías: Miembro en activo, Se jubiló.",
            "Abrir las membresías de la persona",
        ),
    ],
)
async def test_who_is_refused_a_proposal_reads_the_kinds_and_finds_the_person(
    client: Client, worker: Database, sign_in: SignIn, language: str, words: str, link: str
) -> None:
    pair = await live_pair(client, worker)
    cora = await sign_in("Cora Bell", Role.COORDINATOR, regions=(REGION,), language=language)
    path = f"/relationships/{pair.id}/acts/propose-match"
    form = form_to((await cora.get(path)).text, path)
    pair.facts = replace(pair.facts, memberships={})
    refused = await cora.post(path, form.filled(mentor=MENTOR.id))
    assert refused.status_code == 409
    text = text_of(refused.text)
    assert text.count(words) == 1, text
    assert f"/people/{MENTOR.id}?pair={pair.id}" in links(refused.text), "the page leads back to the pair"
    assert link in text
