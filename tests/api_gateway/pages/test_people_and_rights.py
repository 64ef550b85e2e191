"""People and rights on a page: requests are decided, roles given, confirmed and ended, people signed out."""

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from activities.adapters.postgres import tables
from domain.actors import Role
from tests.api_gateway.conftest import MINE, Client, add_far_region
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.reading import text_of
from tests.api_gateway.test_tokens import events

PAGE = "/admin/people-and-rights"
ISSUER = "https://login.example.org"
KEY = "0123456789abcdef"


async def ask(
    client: Client, subject: str, association: str = MINE, name: str = "Jo <i>Blake", email: str = ""
) -> str:
    """Have somebody who is known to nobody sign in; return the id of the request."""
    writes = client.office.writes.sign_in
    await writes.ask(ISSUER, subject, name=name, email=email, association=association)
    table = tables.sign_in_requests.c
    async with client.office.database.transaction() as connection:
        return str(await connection.scalar(select(table.id).where(table.subject == subject)))


async def grants_of(client: Client, person: str) -> list[Any]:
    async with client.office.database.transaction() as connection:
        wanted = select(tables.grants).where(tables.grants.c.person == person)
        return list(await connection.execute(wanted.order_by(tables.grants.c.created_at)))


def sent(text: str) -> list[str]:
    """Return the addresses to which the forms of a page go."""
    return re.findall(r'<form[^>]* method="post" action="([^"]+)"', text)


async def give(browser: Browser, person: str, key: str = KEY, **values: Any) -> Any:
    return await browser.post(f"{PAGE}/give", {"person": person, "key": key, **values})


async def test_a_request_is_tied_to_a_person_once(client: Client, sign_in: SignIn) -> None:
    eva, jo = await sign_in("Eva", Role.ADMIN), await sign_in("Jo Blake", email="jo@example.org")
    id = await ask(client, "jo", email="jo@example.org")
    assert "Jo &lt;i&gt;Blake" in (await eva.get(PAGE)).text
    page = await eva.get(f"{PAGE}/requests/{id}")
    assert jo.person in page.text, "the people with this address are shown first"
    assert eva.person not in page.text
    assert jo.person in (await eva.get(f"{PAGE}/requests/{id}?q=Blake")).text
    for _ in range(2):
        tied = await eva.post(f"{PAGE}/requests/{id}/tie", {"person": jo.person, "key": KEY})
        assert (tied.status_code, tied.headers["location"]) == (303, f"{PAGE}?done=tied")
    tie = await client.office.writes.sign_in.tied(ISSUER, "jo")
    assert tie is not None
    assert tie.person == jo.person
    [event] = await events(client, "SignInTied")
    assert (event.actor.id, event.body) == (eva.person, {"person": jo.person, "sign_in": tie.id})
    assert "Jo &lt;i&gt;" not in (await eva.get(PAGE)).text
    again = await eva.post(f"{PAGE}/requests/{id}/tie", {"person": eva.person, "key": KEY + "2"})
    assert again.status_code == 409
    assert (await eva.get(f"{PAGE}/requests/{id}")).status_code == 404


async def test_a_refused_request_may_be_tied_later(client: Client, sign_in: SignIn) -> None:
    eva, jo = await sign_in("Eva", Role.ADMIN), await sign_in("Jo Blake")
    id = await ask(client, "jo")
    assert (await eva.post(f"{PAGE}/requests/{id}/refuse", {"key": KEY})).status_code == 303
    asked = await client.office.writes.sign_in.ask(ISSUER, "jo", name="Jo", email="")
    assert asked.refused
    assert "Nobody is asking" in (await eva.get(PAGE)).text
    assert (await eva.post(f"{PAGE}/requests/{id}/refuse", {"key": KEY + "2"})).status_code == 409
    page = await eva.get(f"{PAGE}/requests/{id}")
    assert f"{PAGE}/requests/{id}/refuse" not in sent(page.text)
    tied = await eva.post(f"{PAGE}/requests/{id}/tie", {"person": jo.person, "key": KEY + "3"})
    assert tied.status_code == 303


async def test_another_association_s_request_and_people_do_not_exist(client: Client, sign_in: SignIn) -> None:
    far = await add_far_region(client)
    eva, abe = await sign_in("Eva", Role.ADMIN), await sign_in("Abe", Role.ADMIN, association=far)
    mine, unplaced = await ask(client, "jo"), await ask(client, "nowhere", association="", name="Unplaced")
    assert "Jo &lt;i&gt;" not in (await abe.get(PAGE)).text
    for text in ((await abe.get(PAGE)).text, (await eva.get(PAGE)).text):
        assert "Unplaced" not in text
    assert (await abe.get(f"{PAGE}/requests/{mine}")).status_code == 404
    for browser, id, person in (
        (abe, mine, abe.person),
        (eva, unplaced, eva.person),
        (eva, mine, abe.person),
        (eva, "0" * 32, eva.person),
    ):
        answer = await browser.post(f"{PAGE}/requests/{id}/tie", {"person": person, "key": KEY + id[:3]})
        assert answer.status_code == 404
        answer = await browser.post(f"{PAGE}/requests/{id}/refuse", {"key": KEY + "r" + id[:3]})
        assert answer.status_code == (404 if id != mine or browser is abe else 303)
    assert abe.person not in (await eva.get(PAGE)).text
    assert (await eva.get(f"{PAGE}/give?person={abe.person}")).status_code == 404
    assert (await give(eva, abe.person, role="auditor")).status_code == 404
    signed_out = await eva.post(f"{PAGE}/sign-ins/{abe.person}/end", {"key": KEY})
    assert signed_out.status_code == 404
    [grant] = await grants_of(client, abe.person)
    assert (await eva.post(f"{PAGE}/grants/{grant.id}/end", {"key": KEY})).status_code == 404
    assert (await abe.get("/me")).status_code == 200


async def test_a_role_is_given_and_ended(client: Client, sign_in: SignIn) -> None:
    eva, jo = await sign_in("Eva", Role.ADMIN), await sign_in("Jo Blake")
    found = await eva.get(f"{PAGE}/give?q=Blake")
    assert f"{PAGE}/give?person={jo.person}" in found.text
    form = await eva.get(f"{PAGE}/give?person={jo.person}")
    assert "Give Jo Blake a role" in form.text
    for _ in range(2):
        given = await give(eva, jo.person, role="coordinator", regions=["r1", "r2"])
        assert given.headers["location"] == f"{PAGE}?done=given"
    [grant] = await grants_of(client, jo.person)
    assert (grant.role, grant.regions, grant.given_by) == ("coordinator", "r1,r2", eva.person)
    assert (await jo.get("/me")).status_code == 200
    page = await eva.get(PAGE)
    assert f"{PAGE}/grants/{grant.id}/end" in sent(page.text)
    ended = await eva.post(f"{PAGE}/grants/{grant.id}/end", {"key": KEY + "e"})
    assert ended.headers["location"] == f"{PAGE}?done=ended"
    refused = await jo.get("/me")
    assert (refused.status_code, "no longer have a role in the office" in refused.text) == (403, True)
    assert (await jo.post("/sign-out")).status_code == 303, "whoever has no role can still sign out"


@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("auditor", "The role is given."),
        (
            "payment_staff",
            "The role is given. It involves money, so it waits until a second person confirms it.",
        ),
    ],
)
async def test_only_a_role_about_money_is_said_to_wait(sign_in: SignIn, role: str, told: str) -> None:
    eva, jo = await sign_in("Eva", Role.ADMIN), await sign_in("Jo Blake")
    given = await give(eva, jo.person, role=role)
    page = text_of((await eva.get(given.headers["location"])).text)
    assert page.startswith(f"{told} "), page
    assert ("It involves money" in page) is (role == "payment_staff")


async def test_a_form_that_does_not_fit_comes_back_with_what_was_typed(
    client: Client, sign_in: SignIn
) -> None:
    eva, jo = await sign_in("Eva", Role.ADMIN), await sign_in("Jo Blake")
    answer = await give(eva, jo.person, role="", first="2026-02-30", regions=["r2"])
    assert answer.status_code == 422
    assert 'href="#role"' in answer.text
    assert 'href="#first"' in answer.text
    assert 'value="2026-02-30"' in answer.text
    assert re.search(r'value="r2" checked', answer.text)
    past = await give(eva, jo.person, role="auditor", first="2000-01-01", key=KEY + "p")
    assert (past.status_code, "There is a problem" in past.text) == (409, True)
    own = await give(eva, eva.person, role="auditor", key=KEY + "o")
    assert (own.status_code, "You cannot give a role to yourself" in own.text) == (403, True)
    assert await grants_of(client, jo.person) == []


async def test_a_role_about_money_waits_for_a_second_person(client: Client, sign_in: SignIn) -> None:
    eva, jo = await sign_in("Eva", Role.ADMIN), await sign_in("Jo Blake")
    state, north = (
        await sign_in("Kim", Role.COORDINATOR),
        await sign_in("Pia", Role.COORDINATOR, regions=("r1",)),
    )
    await give(eva, jo.person, role="payment_staff")
    [grant] = await grants_of(client, jo.person)
    confirm = f"{PAGE}/grants/{grant.id}/confirm"
    own = await eva.get(PAGE)
    assert "Somebody else confirms it" in own.text
    assert confirm not in sent(own.text)
    assert (await eva.post(confirm, {"key": KEY})).status_code == 403
    assert f'href="{PAGE}"' in (await state.get("/")).text, "who may confirm finds the page from every other"
    assert f'href="{PAGE}"' not in (await north.get("/")).text
    page = await state.get(PAGE)
    assert sent(page.text)[1:] == [confirm], "besides signing out"
    assert "Asking for access" not in page.text
    assert (await north.get(PAGE)).status_code == 403
    assert (await jo.get("/me")).status_code == 403
    answer = await state.post(confirm, {"key": KEY})
    assert answer.headers["location"] == f"{PAGE}?done=confirmed"
    assert (await jo.get("/me")).status_code == 200


async def test_a_person_is_signed_out_everywhere(client: Client, sign_in: SignIn) -> None:
    eva = await sign_in("Eva", Role.ADMIN)
    jo, again = await sign_in("Jo Blake", Role.AUDITOR), await sign_in("Jo Blake")
    end = f"{PAGE}/sign-ins/{jo.person}/end"
    assert sent((await eva.get(PAGE)).text).count(end) == 1
    assert (await eva.post(end, {"key": KEY})).headers["location"] == f"{PAGE}?done=signed_out"
    for browser in (jo, again):
        assert (await browser.get("/me")).headers["location"] == "/sign-in?next=/me"
    assert (await eva.get("/me")).status_code == 200
    [event] = await events(client, "SessionsEnded")
    assert event.body == {"person": jo.person}


async def test_the_page_is_for_administrators_and_who_confirms(client: Client, sign_in: SignIn) -> None:
    auditor, jo = await sign_in("Ada", Role.AUDITOR), await sign_in("Jo Blake", Role.PAYMENT_STAFF)
    assert (await auditor.get(PAGE)).status_code == 403
    assert (await jo.get(PAGE)).status_code == 200
    for path in ("give", f"requests/{'0' * 32}"):
        assert (await jo.get(f"{PAGE}/{path}")).status_code == 403
    assert (await give(jo, jo.person, role="admin")).status_code == 403
    assert (await jo.post(f"{PAGE}/sign-ins/{auditor.person}/end", {"key": KEY})).status_code == 403
    async with client.office.database.transaction() as connection:
        renamed = update(tables.people).where(tables.people.c.id == jo.person).values(language="es")
        await connection.execute(renamed)
    assert "Personas y funciones" in (await jo.get(PAGE)).text


async def test_nobody_gives_oneself_a_role_or_confirms_it_from_a_region(
    client: Client, sign_in: SignIn
) -> None:
    eva, jo = await sign_in("Eva", Role.ADMIN), await sign_in("Jo Blake")
    assert (await give(eva, eva.person, key=KEY + "e", role="payment_staff")).status_code == 403
    assert (await give(eva, jo.person, role="payment_staff")).status_code == 303
    [grant] = await grants_of(client, jo.person)
    for name, role, regions, status in (
        (
            "Rita",
            Role.COORDINATOR,
            ("r1",),
            404,
        ),  # who serves a region does not learn that there is such a grant
        ("Jo Blake", Role.AUDITOR, (), 403),
        ("Eva", Role.ADMIN, (), 403),
    ):
        browser = await sign_in(name, role, regions=regions)
        answer = await browser.post(f"{PAGE}/grants/{grant.id}/confirm", {"key": KEY + name[:2]})
        assert answer.status_code == status, (name, answer.text)
    waiting = (await grants_of(client, jo.person))[0]
    assert not waiting.confirmed_by


async def test_an_account_of_payment_staff_waits_for_a_second_person(client: Client, sign_in: SignIn) -> None:
    eva, jo = await sign_in("Eva", Role.ADMIN), await sign_in("Jo Blake", Role.PAYMENT_STAFF)
    kim = await sign_in("Kim", Role.COORDINATOR)
    id = await ask(client, "jo", email="jo@example.org")
    tied = await eva.post(f"{PAGE}/requests/{id}/tie", {"person": jo.person, "key": KEY})
    assert tied.headers["location"] == f"{PAGE}?done=tied_waits"
    assert "somebody else must confirm the account" in (await eva.get(f"{PAGE}?done=tied_waits")).text
    tie = await client.office.writes.sign_in.tied(ISSUER, "jo")
    assert tie is not None
    assert tie.waits
    [event] = await events(client, "SignInWaits")
    assert event.body == {"person": jo.person, "sign_in": tie.id}
    confirm, end = (f"{PAGE}/accounts/{tie.id}/{act}" for act in ("confirm", "end"))
    for browser, offered in ((eva, [end]), (jo, []), (kim, [confirm])):
        page = await browser.get(PAGE)
        assert "jo@example.org" in page.text
        assert [each for each in sent(page.text) if "/accounts/" in each and each != end] == [
            each for each in offered if each != end
        ]
        assert (end in sent(page.text)) is (browser is eva)
    assert (await eva.post(confirm, {"key": KEY})).status_code == 403
    assert (await jo.post(confirm, {"key": KEY})).status_code == 403
    assert (await kim.post(end, {"key": KEY})).status_code == 403
    for _ in range(2):
        answer = await kim.post(confirm, {"key": KEY})
        assert answer.headers["location"] == f"{PAGE}?done=account_confirmed"
    assert (await kim.post(confirm, {"key": KEY + "2"})).status_code == 409
    tie = await client.office.writes.sign_in.tied(ISSUER, "jo")
    assert tie is not None
    assert not tie.waits
    [event] = await events(client, "SignInConfirmed")
    assert (event.actor.id, event.body) == (kim.person, {"person": jo.person, "sign_in": tie.id})


async def test_who_confirms_a_role_about_money_sees_the_accounts_of_its_person(
    client: Client, sign_in: SignIn
) -> None:
    eva, jo, kim = (
        await sign_in("Eva", Role.ADMIN),
        await sign_in("Jo Blake"),
        await sign_in("Kim", Role.ADMIN),
    )
    await give(eva, jo.person, role="payment_staff")
    assert "Nobody signs in as this person yet" in (await kim.get(PAGE)).text
    [grant] = await grants_of(client, jo.person)
    await eva.post(f"{PAGE}/grants/{grant.id}/end", {"key": KEY + "end"})
    id = await ask(client, "jo", email="own@example.org")
    tied = await eva.post(f"{PAGE}/requests/{id}/tie", {"person": jo.person, "key": KEY})
    assert tied.headers["location"] == f"{PAGE}?done=tied", "the role about money is over"
    await give(eva, jo.person, key=KEY + "again", role="payment_staff")
    text = re.sub(r"<[^>]+>|\s+", " ", (await kim.get(PAGE)).text)
    assert re.search(r"Signs in with\s+Jo &lt;i&gt;Blake, own@example.org\s+\( *connected by Eva", text), text


async def test_an_account_is_taken_off_at_once_and_can_be_tied_to_somebody_else(
    client: Client, sign_in: SignIn
) -> None:
    eva, jo = await sign_in("Eva", Role.ADMIN), await sign_in("Jo Blake", Role.AUDITOR)
    id = await ask(client, "jo")
    await eva.post(f"{PAGE}/requests/{id}/tie", {"person": jo.person, "key": KEY})
    tie = await client.office.writes.sign_in.tied(ISSUER, "jo")
    assert tie is not None
    token = await client.office.writes.sessions.begin(jo.person, tie.id)
    assert await client.office.sessions.visitor(token) is not None
    end = f"{PAGE}/accounts/{tie.id}/end"
    assert end in sent((await eva.get(PAGE)).text)
    assert (await eva.post(end, {"key": KEY})).headers["location"] == f"{PAGE}?done=account_ended"
    assert await client.office.sessions.visitor(token) is None
    assert await client.office.writes.sessions.begin(jo.person, tie.id) == ""
    assert await client.office.writes.sign_in.tied(ISSUER, "jo") is None
    assert (await eva.post(end, {"key": KEY + "2"})).status_code == 404
    assert (await client.office.writes.sign_in.ask(ISSUER, "jo", name="Jo", email="")).refused
    again = await eva.post(f"{PAGE}/requests/{id}/tie", {"person": eva.person, "key": KEY + "3"})
    assert again.status_code == 303
    assert [event.body["sign_in"] for event in await events(client, "SignInUntied")] == [tie.id]
