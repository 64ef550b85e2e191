"""Staff sign in at a provider: the code flow with PKCE, who is let in, and who is not."""

import base64
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from sqlalchemy import func, select, update

from activities.adapters.postgres import tables
from api_gateway.http.provider import UNDER_WAY, Provider, path_after
from api_gateway.http.sessions import cookie_name
from domain.actors import Role
from tests.api_gateway.conftest import MINE, Client, office_of
from tests.api_gateway.pages.conftest import Browser, signed_in
from tests.conftest import FreshDatabase
from workers.embedded.identity_provider.app import IdentityProvider
from workers.embedded.identity_provider.personas import DemoIdentity

ISSUER = "http://127.0.0.1:9"
SECRET = "the-secret-of-the-client"
CLIENT = "mentorflow"
ANN = DemoIdentity(key="ann", name="Ann Lee", email="ann@example.org", what="", group="")
EVE = DemoIdentity(key="eve", name="Eve <b>\u202e", email="eve@example.org", what="", group="")


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


class AtProvider:
    """An office with a provider, and a stranger's browser."""

    def __init__(self, client: Client, provider: IdentityProvider) -> None:
        self.client = client
        self.transport = httpx.ASGITransport(app=provider.app())
        self.app.state.provider = Provider(client.office.settings, self.transport)
        self.at_provider = httpx.AsyncClient(transport=self.transport, base_url=ISSUER)

    @property
    def app(self) -> Any:
        """The application of the office."""
        return self.client.http._transport.app

    def browser(self) -> httpx.AsyncClient:
        """Return a browser without any cookie."""
        settings = self.client.office.settings
        return httpx.AsyncClient(transport=self.client.http._transport, base_url=settings.public_url)

    async def leave(self, browser: httpx.AsyncClient, path: str = "/sign-in/start") -> str:
        """Begin a sign-in; return the address at the provider."""
        answer = await browser.get(path)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["location"])

    async def click(self, address: str, who: str) -> str:
        """Be somebody at the provider; return the address that the browser is sent back to."""
        answer = await self.at_provider.get(f"{address}&login_hint={who}")
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    async def sign_in(
        self, browser: httpx.AsyncClient, who: str, path: str = "/sign-in/start"
    ) -> httpx.Response:
        """Sign somebody in."""
        return await browser.get(await self.click(await self.leave(browser, path), who))


@pytest_asyncio.fixture
async def door(fresh_database: FreshDatabase) -> AsyncIterator[AtProvider]:
    """Yield an office whose staff sign in at a provider on this machine."""
    async with fresh_database() as settings:
        changed = {
            "sign_in_issuer": ISSUER,
            "sign_in_client": CLIENT,
            "sign_in_client_secret": SECRET,
            "cookie_secret": "c" * 32,
        }
        own = type(settings).model_validate({**settings.model_dump(), **changed})
        provider = IdentityProvider(
            issuer=ISSUER,
            client=CLIENT,
            secret=SECRET,
            back=f"{own.public_url}/sign-in/back",
            people=lambda: (ANN, EVE),
        )
        async with office_of(own) as client:
            yield AtProvider(client, provider)


async def known(door: AtProvider, *roles: Role) -> Browser:
    """Make Ann a person of the office who is tied to her identity."""
    ann = await signed_in(door.client, "ann", *(roles or (Role.COORDINATOR,)))
    await door.client.office.writes.sign_in.let_in(ISSUER, ANN.key, ann.person)
    return ann


async def rows(door: AtProvider, table: Any) -> Sequence[Any]:
    async with door.client.office.database.transaction() as connection:
        return (await connection.execute(select(table))).all()


async def test_the_code_flow_has_state_nonce_and_pkce(door: AtProvider) -> None:
    browser = door.browser()
    address = await door.leave(browser)
    sent = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{ISSUER}/authorize?")
    assert (sent["response_type"], sent["code_challenge_method"]) == ("code", "S256")
    assert sent["redirect_uri"] == f"{door.client.office.settings.public_url}/sign-in/back"
    assert min(len(sent[name]) for name in ("state", "nonce", "code_challenge")) >= 20
    assert set(sent["scope"].split()) == {"openid", "profile", "email"}


async def test_somebody_known_comes_in_and_back_to_the_page(door: AtProvider) -> None:
    ann, browser = await known(door), door.browser()
    answer = await door.sign_in(browser, "ann", "/sign-in/start?next=/relationships%3Fq%3Dlee")
    assert (answer.status_code, answer.headers["location"]) == (303, "/relationships?q=lee")
    cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith("mentorflow="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    found = await door.client.office.sessions.visitor(
        browser.cookies[cookie_name(door.client.office.settings)]
    )
    assert found is not None
    assert found.holder.person == ann.person
    assert "mentorflow-sign-in" not in browser.cookies, "nothing of the way there is kept"


async def test_who_signs_in_again_has_a_new_session_and_the_former_one_is_over(door: AtProvider) -> None:
    await known(door)
    browser = door.browser()
    name = cookie_name(door.client.office.settings)
    await door.sign_in(browser, "ann")
    first = browser.cookies[name]
    await door.sign_in(browser, "ann")
    assert browser.cookies[name] != first
    assert await door.client.office.sessions.visitor(first) is None


async def test_a_stranger_becomes_one_request_and_chooses_the_association(door: AtProvider) -> None:
    browser = door.browser()
    answer = await door.sign_in(browser, "eve")
    assert answer.status_code == 403
    assert "does not know this account" in answer.text
    assert cookie_name(door.client.office.settings) not in browser.cookies
    choice = answer.text.split('name="choice" value="')[1].split('"')[0]
    wrong = {"choice": choice, "association": "nowhere"}
    own = {"Sec-Fetch-Site": "same-origin"}
    assert (await browser.post("/sign-in/association", data=wrong, headers=own)).status_code == 404
    sent = {"choice": choice, "association": MINE}
    assert (await browser.post("/sign-in/association", data=sent)).status_code == 403, "from elsewhere"
    asked = await browser.post("/sign-in/association", data=sent, headers=own)
    assert (asked.status_code, "administrator has been asked" in asked.text) == (403, True)
    [row] = await rows(door, tables.sign_in_requests)
    assert (row.issuer, row.subject, row.association, row.state) == (ISSUER, "eve", MINE, "open")
    assert (row.name, row.email) == ("Eve <b>", "eve@example.org"), "what cannot be seen is left out"
    again = await door.sign_in(door.browser(), "eve")
    assert 'name="choice"' not in again.text
    assert len(await rows(door, tables.sign_in_requests)) == 1


async def test_who_has_no_role_any_more_is_told_so(door: AtProvider) -> None:
    ann = await known(door)
    async with door.client.office.database.transaction() as connection:
        ended = update(tables.grants).where(tables.grants.c.person == ann.person)
        await connection.execute(ended.values(ended_at=func.now()))  # the machine's clock: when is no matter
    answer = await door.sign_in(door.browser(), "ann")
    assert (answer.status_code, "You have no role in the office" in answer.text) == (403, True)


async def test_an_account_of_payment_staff_opens_nothing_before_a_second_person_confirmed_it(
    door: AtProvider,
) -> None:
    ann, eva = (
        await signed_in(door.client, "ann", Role.PAYMENT_STAFF),
        await signed_in(door.client, "eva", Role.ADMIN),
    )
    secret = await door.client.office.writes.sign_in.invite(ann.person)
    answer = await door.sign_in(door.browser(), "ann", f"/sign-in/start?invitation={secret}")
    assert (answer.status_code, "is waiting for a second person" in answer.text) == (403, True)
    [tie] = await rows(door, tables.ties)
    answer = await door.sign_in(door.browser(), "ann")
    assert (answer.status_code, "set-cookie" in answer.headers and "session" in str(answer.headers)) == (
        403,
        False,
    )
    confirm = f"/admin/people-and-rights/accounts/{tie.id}/confirm"
    assert (await eva.post(confirm, {"key": "0123456789abcdef"})).status_code == 303
    answer = await door.sign_in(door.browser(), "ann")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_an_invitation_ties_the_first_identity_that_uses_it_once(door: AtProvider) -> None:
    ann = await signed_in(door.client, "ann", Role.ADMIN)
    writes = door.client.office.writes.sign_in
    former = await writes.invite(ann.person)
    secret = await writes.invite(ann.person)
    page = await door.browser().get(f"/sign-in?invitation={secret}")
    assert f"/sign-in/start?invitation={secret}" in page.text
    ended = await door.sign_in(door.browser(), "ann", f"/sign-in/start?invitation={former}")
    assert (ended.status_code, "invitation cannot be used" in ended.text) == (403, True)
    assert await rows(door, tables.ties) == []
    answer = await door.sign_in(door.browser(), "ann", f"/sign-in/start?invitation={secret}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    [tie] = await rows(door, tables.ties)
    assert (tie.issuer, tie.subject, tie.person) == (ISSUER, "ann", ann.person)
    late = await door.sign_in(door.browser(), "eve", f"/sign-in/start?invitation={secret}")
    assert late.status_code == 403
    assert len(await rows(door, tables.ties)) == 1


async def test_an_invitation_ends_after_three_days(door: AtProvider) -> None:
    ann = await signed_in(door.client, "ann", Role.ADMIN)
    secret = await door.client.office.writes.sign_in.invite(ann.person)
    async with door.client.office.database.transaction() as connection:
        past = func.now()  # the machine's clock: an invitation is counted in real time
        await connection.execute(update(tables.invitations).values(expires_at=past))
    answer = await door.sign_in(door.browser(), "ann", f"/sign-in/start?invitation={secret}")
    assert answer.status_code == 403


async def test_an_answer_belongs_to_the_browser_that_asked_and_is_used_once(door: AtProvider) -> None:
    await known(door)
    browser, other = door.browser(), door.browser()
    back = await door.click(await door.leave(browser), "ann")
    stolen = await other.get(back)
    assert (stolen.status_code, "sign-in did not work" in stolen.text) == (400, True)
    assert (await browser.get(back)).status_code == 303
    assert (await browser.get(back)).status_code == 400
    assert (await browser.get("/sign-in/back?error=access_denied&state=x")).status_code == 400
    assert (await browser.get("/sign-in/back")).status_code == 400


async def test_an_answer_of_another_issuer_is_refused(door: AtProvider) -> None:
    await known(door)
    browser = door.browser()
    back = await door.click(await door.leave(browser), "ann")
    assert (await browser.get(f"{back.split('&iss=')[0]}&iss=https://evil.example")).status_code == 400


async def test_the_cookie_of_a_sign_in_under_way_lives_ten_minutes(door: AtProvider) -> None:
    answer = await door.browser().get("/sign-in/start")
    [cookie] = answer.headers.get_list("set-cookie")
    assert cookie.startswith("mentorflow-sign-in=")
    assert f"Max-Age={UNDER_WAY}" in cookie
    assert "httponly" in cookie
    assert UNDER_WAY == 600
    for path in ("/sign-in", "/signed-out", "/"):
        assert "set-cookie" not in (await door.browser().get(path)).headers


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": 7},
        {"exp": 1},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
    ids=str,
)
async def test_a_token_that_is_not_for_us_is_refused(
    door: AtProvider, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    await known(door)
    browser, back = door.browser(), ""
    signed = jwt.encode

    def encode(header: Any, claims: dict[str, Any], key: Any) -> str:
        claims = {name: value for name, value in (claims | change).items() if value is not None}
        return signed(header, claims, key)

    monkeypatch.setattr(jwt, "encode", encode)
    back = await door.click(await door.leave(browser), "ann")
    assert (await browser.get(back)).status_code == 400


@pytest.mark.parametrize("how", ["none", "HS256", "other key"])
async def test_a_token_that_is_signed_otherwise_is_refused(
    door: AtProvider, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    await known(door)
    browser = door.browser()
    signed = jwt.encode

    def encode(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
        if how == "other key":
            return signed(header, claims, ECKey.generate_key("P-256"))
        if how == "HS256":
            shared = OctKey.import_key(SECRET)
            return signed({"alg": "HS256", "kid": header["kid"]}, claims, shared, algorithms=["HS256"])
        parts = ({"alg": "none", "kid": header["kid"]}, claims)
        return (
            ".".join(
                base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in parts
            )
            + "."
        )

    monkeypatch.setattr(jwt, "encode", encode)
    back = await door.click(await door.leave(browser), "ann")
    assert (await browser.get(back)).status_code == 400


async def test_a_sign_in_shows_the_method_that_the_office_demands(door: AtProvider) -> None:
    await known(door)
    own = door.client.office.settings.model_copy(update={"sign_in_methods": "mfa, hwk"})
    door.app.state.provider = Provider(own, door.transport)
    assert (await door.sign_in(door.browser(), "ann")).status_code == 400
    weak = own.model_copy(update={"sign_in_methods": ""})
    door.app.state.provider = Provider(weak, door.transport)
    assert (await door.sign_in(door.browser(), "ann")).status_code == 303


async def test_a_provider_that_does_not_answer_is_said_in_words(door: AtProvider) -> None:
    async def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there")

    door.app.state.provider = Provider(door.client.office.settings, httpx.MockTransport(nobody))
    answer = await door.browser().get("/sign-in/start")
    assert (answer.status_code, "cannot be reached" in answer.text) == (503, True)
    assert (await door.browser().get("/signed-out")).status_code == 200


async def test_a_provider_that_names_another_issuer_is_not_used(door: AtProvider) -> None:
    other = door.client.office.settings.model_copy(update={"sign_in_issuer": f"{ISSUER}/tenant"})

    async def renamed(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"issuer": ISSUER})

    door.app.state.provider = Provider(other, httpx.MockTransport(renamed))
    assert (await door.browser().get("/sign-in/start")).status_code == 503


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/relationships?late=yes", "/relationships?late=yes"),
        ("", "/"),
        ("relationships", "/"),
        ("//evil.example", "/"),
        ("//[", "/"),
        ("//evil\u2100.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("/sign-in", "/"),
        ("/sign-in/start", "/"),
    ],
)
def test_the_way_back_is_a_path_of_the_office(address: str, path: str) -> None:
    assert path_after(address) == path


async def test_without_a_provider_the_page_says_what_to_set(client: Client) -> None:
    page = await client.http.get("/sign-in", headers={"Accept-Language": "es"})
    assert page.status_code == 200
    assert "MENTORFLOW_SIGN_IN_ISSUER" in page.text
    assert 'lang="es"' in page.text
    assert (await client.http.get("/sign-in/start")).status_code == 404
    assert (await client.http.get("/sign-in/back")).status_code == 404
    assert (await client.http.get("/v1/health")).status_code == 200


async def test_the_provider_of_the_demo_asks_for_proof(door: AtProvider) -> None:
    """A code is exchanged once, by the client that it was made for, with the verifier of its challenge."""
    back = await door.click(await door.leave(door.browser()), "ann")
    code = parse_qs(urlsplit(back).query)["code"][0]
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": f"{door.client.office.settings.public_url}/sign-in/back",
        "code_verifier": "wrong" * 10,
    }
    stranger = await door.at_provider.post("/token", data=sent, auth=(CLIENT, "wrong"))
    assert stranger.status_code == 401
    for _ in range(2):
        wrong = await door.at_provider.post("/token", data=sent, auth=(CLIENT, SECRET))
        assert (wrong.status_code, wrong.json()) == (400, {"error": "invalid_grant"})
    elsewhere = {"client_id": CLIENT, "redirect_uri": "https://evil.example"}
    assert (await door.at_provider.get("/authorize", params=elsewhere)).status_code == 400
    address = await door.leave(door.browser())
    plain = address.replace("code_challenge_method=S256", "code_challenge_method=plain")
    assert (await door.at_provider.get(plain)).status_code == 400
    people = await door.at_provider.get(address)
    assert "Eve &lt;b&gt;" in people.text
