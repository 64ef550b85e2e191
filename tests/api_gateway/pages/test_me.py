"""The page of oneself: rights are shown, and language, digest, sign-ins and tokens are one's own to change."""

import re
from datetime import timedelta

from sqlalchemy import select

from activities.adapters.postgres import tables
from api_gateway.pages.own_forms import new_key
from domain.actors import Role
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn, signed_in
from tests.api_gateway.test_tokens import events
from tests.conftest import NOW

TOKEN = re.compile(r"mf_[0-9a-f]{16}_[\w-]+")
KEY = "0123456789abcdef"


async def make_token(browser: Browser, name: str = "sheet of the north", days: int = 7) -> str:
    """Make a token on the page; return it."""
    answer = await browser.post("/me/tokens", {"name": name, "days": str(days), "key": new_key()})
    assert answer.status_code == 200, answer.text
    [found] = TOKEN.findall(answer.text)
    return str(found)


async def test_the_page_shows_rights_in_words(sign_in: SignIn) -> None:
    ann = await sign_in("Ann", Role.COORDINATOR, Role.PAYMENT_STAFF, regions=("r1",))
    text = (await ann.get("/me")).text
    assert "Coordinator" in text
    assert "Payment staff" in text
    assert "R1" in text
    assert "from January 1, 2000" in text
    assert "confirmed by" in text
    assert ann.session not in text, "one's own sign-in here is ended by signing out"


async def test_language_and_digest_are_chosen_on_the_page(client: Client, sign_in: SignIn) -> None:
    ann = await sign_in("Ann", Role.COORDINATOR)
    for _ in range(2):
        answer = await ann.post("/me/language", {"language": "es", "key": KEY})
        assert (answer.status_code, answer.headers["location"]) == (303, "/me?done=language")
    page = await ann.get("/me?done=language")
    assert '<html lang="es">' in page.text
    assert "El idioma está guardado." in page.text
    await ann.post("/me/digest", {"rhythm": "mondays", "key": KEY + "1"})
    assert '<option value="mondays" selected>' in (await ann.get("/me")).text
    assert len(await events(client, "DigestChosen")) == 1
    assert (await ann.post("/me/language", {"language": "xx", "key": KEY})).status_code == 422
    assert "está" not in (await ann.get("/me?done=unheard")).text.split("<main")[1].split("<h1>")[0]


async def test_a_sign_in_at_another_browser_is_ended_here(client: Client, sign_in: SignIn) -> None:
    ann, other = await sign_in("Ann", Role.AUDITOR), await sign_in("Ann")
    eve = await sign_in("Eve", Role.AUDITOR)
    assert other.session in (await ann.get("/me")).text
    foreign = await ann.post(f"/me/sessions/{eve.session}/end", {"key": KEY + "2"})
    assert foreign.status_code == 404
    answer = await ann.post(f"/me/sessions/{other.session}/end", {"key": KEY})
    assert answer.headers["location"] == "/me?done=session"
    assert (await other.get("/me")).status_code == 303
    assert (await ann.get("/me")).status_code == 200
    assert (await eve.get("/me")).status_code == 200
    [ended] = await events(client, "SessionEnded")
    assert (ended.actor.id, ended.actor.auth) == (ann.person, "session")


async def test_a_token_is_made_shown_once_used_and_revoked(client: Client, sign_in: SignIn) -> None:
    ann = await sign_in("Ann", Role.COORDINATOR, regions=("r1",))
    token = await make_token(ann)
    page = await ann.get("/me")
    assert "sheet of the north" in page.text
    assert page.text.count(">never</td>") == 2, "this one and the one of the fixture"
    assert token.split("_")[2] not in page.text
    client._tokens["by page"] = token
    answer = await client.send("by page", "GET", "/v1/people")
    assert answer.status_code == 200
    assert (await ann.get("/me")).text.count(">never</td>") == 1
    id = token.split("_")[1]
    eve = await sign_in("Eve", Role.COORDINATOR)
    assert (await eve.post(f"/me/tokens/{id}/revoke")).status_code == 404
    answer = await ann.post(f"/me/tokens/{id}/revoke")
    assert answer.headers["location"] == "/me?done=token"
    assert (await client.send("by page", "GET", "/v1/people")).status_code == 401
    assert (await ann.post(f"/me/tokens/{id}/revoke")).status_code == 404
    made = [event for event in await events(client, "TokenIssued") if event.actor.id == ann.person]
    assert [event.actor.auth for event in made] == ["session"]
    async with client.office.database.transaction() as connection:
        row = (await connection.execute(select(tables.tokens).where(tables.tokens.c.id == id))).one()
    assert timedelta(days=6) < row.expires_at - NOW < timedelta(days=8)


async def test_a_token_has_a_name_and_lives_ninety_days_at_most(sign_in: SignIn) -> None:
    ann = await sign_in("Ann", Role.COORDINATOR)
    for sent in ({"name": "  ", "days": "7"}, {"name": "x", "days": "91"}, {"name": "a\x07b", "days": "7"}):
        answer = await ann.post("/me/tokens", sent | {"key": KEY})
        assert (answer.status_code, "Write what the token is for" in answer.text) == (422, True)
        assert 'href="#name"' in answer.text
    assert "<bdi>x</bdi>" not in (await ann.get("/me")).text


async def test_a_form_that_is_sent_again_makes_no_second_token(client: Client, sign_in: SignIn) -> None:
    ann = await sign_in("Ann", Role.COORDINATOR)
    sent = {"name": "sheet", "days": "7", "key": KEY}
    assert (await ann.post("/me/tokens", sent)).status_code == 200
    again = await ann.post("/me/tokens", sent)
    assert (again.status_code, "This form has made a token already" in again.text) == (409, True)
    assert (await ann.get("/me")).text.count("<bdi>sheet</bdi>") == 1
    eve = await sign_in("Eve", Role.COORDINATOR)
    assert (await eve.post("/me/tokens", sent)).status_code == 200, "a key is its sender's"


async def test_nobody_without_a_role_or_a_session_sees_the_page(client: Client) -> None:
    answer = await client.http.get("/me")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/me")
    nobody = await signed_in(client, "Ann", Role.AUDITOR)
    for path in ("/me/language", "/me/digest", "/me/tokens"):
        assert (await nobody.post(path, csrf="x")).status_code == 403
