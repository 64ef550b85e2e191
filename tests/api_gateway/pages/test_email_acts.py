"""A coordinator sends an email now, holds it back or sends it again from the page of the pair."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio
from sqlalchemy import select, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from domain.actors import Role
from domain.ids import derive
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.reading import links, plain, section, text_of
from tests.api_gateway.pages.sample_office import MENTEES, REGION, NamedPair, fill

LATER = datetime(2031, 1, 6, 15, 0, tzinfo=UTC)
KEY = "0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A pair, and one of its emails that waits."""

    pair: str
    email: str


@pytest_asyncio.fixture
async def pair(client: Client, worker: Database) -> Waiting:
    """Record the sample office; return a pair of which one email waits until a day in 2031."""
    pairs: Mapping[str, NamedPair] = dict(zip(MENTEES, await fill(client, worker), strict=True))
    found = pairs["Ida Holm"]
    row = tables.notices.c
    values = {"status": "sent", "sent_at": datetime(2026, 1, 5, tzinfo=UTC), "code": ""}
    async with worker.transaction() as connection:
        await connection.execute(update(tables.notices).where(row.subject == found.id).values(values))
        newest = select(row.id).where(row.subject == found.id, row.person == found.mentor.id)
        id = await connection.scalar(newest.order_by(row.seq.desc(), row.id).limit(1))
        waits = {"status": "pending", "sent_at": None, "not_before": LATER, "kind": "welcome_mentor"}
        await connection.execute(update(tables.notices).where(row.id == id).values(waits))
    return Waiting(pair=found.id, email=str(id))


@pytest_asyncio.fixture
async def carla(pair: Waiting, sign_in: SignIn) -> Browser:
    """Sign in the coordinator of the sample office."""
    return await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))


async def row(client: Client, id: str) -> Any:
    async with client.office.database.transaction() as connection:
        return (await connection.execute(select(tables.notices).where(tables.notices.c.id == id))).one()


async def test_what_waits_is_sent_now_from_the_page_of_the_pair(
    client: Client, carla: Browser, pair: Waiting
) -> None:
    page = f"/relationships/{pair.pair}"
    here = f"/emails/{client.shown(pair.email)}"
    emails = section((await carla.get(f"{page}?whole=true")).text, "emails")
    assert {f"{here}/send-now", f"{here}/do-not-send"} <= {*links(emails)}
    assert f"{here}/send-again" not in links(emails)
    assert any(each.endswith("/send-again") for each in links(emails))
    asked = await carla.get(f"{here}/send-now")
    assert "Send this email now?" in text_of(asked.text)
    assert "2031" in text_of(asked.text)
    answer = await carla.post(f"{here}/send-now", {"key": KEY})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}#emails")
    assert (await row(client, pair.email)).not_before <= await client.office.clock.now()
    assert "going out soon" in plain(section((await carla.get(f"{page}?whole=true")).text, "emails"))
    assert client.engine.signals == [("outbox", "call")]


async def test_an_email_is_held_back_with_a_reason_and_what_left_meanwhile_is_said(
    client: Client, worker: Database, carla: Browser, pair: Waiting
) -> None:
    here = f"/emails/{client.shown(pair.email)}"
    bare = await carla.post(f"{here}/do-not-send", {"key": KEY})
    assert bare.status_code == 422
    assert "Choose why it should not be sent." in text_of(bare.text)
    answer = await carla.post(f"{here}/do-not-send", {"key": KEY, "why": "told_already"})
    assert answer.status_code == 303
    assert (await row(client, pair.email)).code == "held_back"
    emails = section((await carla.get(f"/relationships/{pair.pair}?whole=true")).text, "emails")
    assert "not sent: staff held it back" in plain(emails)
    late = await carla.post(f"{here}/send-now", {"key": "another key"})
    assert late.status_code == 409
    assert "This email is no longer waiting" in text_of(late.text)


async def test_nobody_else_finds_the_acts_or_gets_past_them(
    client: Client, pair: Waiting, sign_in: SignIn
) -> None:
    here = f"/emails/{client.shown(pair.email)}"
    page = f"/relationships/{pair.pair}?whole=true"
    others = {
        "auditor": (Role.AUDITOR, {}, 403),
        "administrator": (Role.ADMIN, {}, 403),
        "elsewhere": (Role.COORDINATOR, {"regions": ("r2",)}, 404),
    }
    for name, (role, options, status) in others.items():
        browser = await sign_in(name, role, **options)
        assert f"{here}/send-now" not in links((await browser.get(page)).text)
        assert (await browser.get(f"{here}/send-now")).status_code == status
        assert (await browser.post(f"{here}/send-now", {"key": KEY})).status_code == status
    assert (await row(client, pair.email)).status == "pending"


async def test_the_last_email_to_a_pair_is_sent_again_from_a_row(
    client: Client, worker: Database, carla: Browser, pair: Waiting
) -> None:
    rows = links((await carla.get("/relationships")).text)
    remind = next(each for each in rows if "/remind" in each)
    assert "back=" in remind
    here = f"/relationships/{pair.pair}/remind"
    asked = await carla.get(f"{here}?back=/")
    assert "Send the last email again?" in text_of(asked.text)
    assert "Ida Holm" in text_of(asked.text)
    form = form_to(asked.text, here)
    done = await carla.post(here, form.filled())
    assert (done.status_code, done.headers["location"]) == (303, "/?done=remind")
    for email in form.values["email"]:
        assert (await row(client, client.office.ids.inner(email))).status == "pending"
    assert "The email is being sent again." in text_of((await carla.get("/?done=remind")).text)
    elsewhere = await carla.post(here, {**form.filled(), "key": "another key 12", "back": "//elsewhere"})
    assert elsewhere.status_code == 409, "it is on its way already"


async def test_nobody_is_reminded_by_others_or_before_an_email_has_left(
    client: Client, worker: Database, carla: Browser, pair: Waiting, sign_in: SignIn
) -> None:
    here = f"/relationships/{pair.pair}/remind"
    async with worker.transaction() as connection:
        of_pair = tables.notices.c.subject == pair.pair
        just_now = await client.office.clock.now()
        await connection.execute(
            update(tables.notices).where(of_pair).values(status="sent", sent_at=just_now)
        )
    assert "It cannot be sent again now" in text_of((await carla.get(here)).text)
    async with worker.transaction() as connection:
        gone = {"status": "overtaken", "sent_at": None, "code": "over"}
        await connection.execute(update(tables.notices).where(of_pair).values(**gone))
    assert "No email has been sent to this pair yet." in text_of((await carla.get(here)).text)
    assert (await (await sign_in("Ada", Role.AUDITOR)).get(here)).status_code == 403
    elsa = await sign_in("Elsa", Role.COORDINATOR, regions=("r2",))
    assert (await elsa.get(here)).status_code == 404
    assert "/remind" not in (await (await sign_in("Ada", Role.AUDITOR)).get("/relationships")).text


async def test_a_refusal_is_in_the_language_of_the_page(
    client: Client, pair: Waiting, sign_in: SignIn
) -> None:
    ines = await sign_in("Ines", Role.COORDINATOR, regions=(REGION,), language="es")
    here = f"/emails/{client.shown(pair.email)}"
    await ines.post(f"{here}/send-now", {"key": KEY})
    await ines.post(f"{here}/do-not-send", {"key": "another key", "why": "told_already"})
    late = await ines.post(f"{here}/send-now", {"key": "a third key"})
    assert late.status_code == 409
    assert "Este correo ya no está en espera" in text_of(late.text)
    ada = await sign_in("Ada", Role.AUDITOR, language="es")
    refused = await ada.get(f"{here}/send-now")
    assert (refused.status_code, "Su función no lo permite." in text_of(refused.text)) == (403, True)


async def test_a_coordinator_of_the_pair_s_two_leaves_its_emails_to_others(
    client: Client, worker: Database, pair: Waiting, sign_in: SignIn
) -> None:
    """Hal is the mentor, and by another entry a coordinator of the region."""
    hal = await sign_in(
        "Hal of the region", Role.COORDINATOR, regions=(REGION,), alias_of=derive("person", "Hal Dorn")
    )
    table = tables.notices.c
    async with worker.transaction() as connection:
        partner = select(table.id).where(
            table.subject == pair.pair, table.person == derive("person", "Ida Holm")
        )
        hers = str(await connection.scalar(partner.limit(1)))
        waits = {"status": "pending", "sent_at": None, "not_before": LATER}
        await connection.execute(update(tables.notices).where(table.id == hers).values(waits))
    partners = f"/emails/{client.shown(hers)}"
    for act in ("send-now", "do-not-send", "send-again"):
        assert (await hal.get(f"{partners}/{act}")).status_code == 404
        answer = await hal.post(f"{partners}/{act}", {"key": f"{KEY}{act}", "why": "told_already"})
        assert answer.status_code == 404
    assert (await hal.get(partners)).status_code == 404
    own = await hal.post(
        f"/emails/{client.shown(pair.email)}/do-not-send", {"key": KEY, "why": "told_already"}
    )
    assert own.status_code == 409
    assert {(await row(client, id)).status for id in (hers, pair.email)} == {"pending"}
