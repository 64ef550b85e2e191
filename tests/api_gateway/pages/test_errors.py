"""What a browser is shown when a page cannot be shown."""

import pytest

from api_gateway.pages import static
from domain.actors import Role
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import SignIn


async def test_an_unknown_address_is_a_page_and_one_of_the_api_is_a_problem(client: Client) -> None:
    page = await client.http.get("/nowhere", headers={"Accept-Language": "es"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "Aquí no hay nada" in page.text
    assert 'href="/"' in page.text
    problem = await client.http.get("/v1/nowhere")
    assert problem.headers["content-type"] == "application/problem+json"


async def test_a_page_for_another_role_says_so_in_the_frame_of_the_office(sign_in: SignIn) -> None:
    participant = await sign_in("mia", Role.PARTICIPANT)
    page = await participant.get("/relationships")
    assert page.status_code == 403
    assert "You may not do this" in page.text
    assert '<a class="act" href="/">Go to today</a>' in page.text


async def test_sheets_and_scripts_may_be_kept_under_the_present_digest_alone(client: Client) -> None:
    for name, file in static.static_files().items():
        answer = await client.http.get(static.address(name))
        assert answer.content == file.body
        assert answer.headers["content-type"] == file.type
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        older = await client.http.get(f"/static/000000000000/{name}")
        assert older.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("name", ["own/unknown.css", "own/../../app.py", "vendor/stamp", ""])
async def test_nothing_else_is_served(client: Client, name: str) -> None:
    assert (await client.http.get(f"/static/{static.present_digest()}/{name}")).status_code == 404
