"""The administrators' first page: what answers, what waits, and how the association is set up."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from api_gateway.services.health import Health
from domain.actors import Role
from domain.associations import Association
from domain.visibility import sight_of
from domain.workflow_contracts import PAYMENTS
from tests.api_gateway.conftest import MINE, Client, add_far_region
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.conftest import NOW, PROGRAM

KEY = "0123456789abcdef"
TERM = {"program": PROGRAM, "name": "2026-27", "first": "2026-08-01", "last": "2027-06-30"}


async def rows(client: Client, table: Any) -> list[Any]:
    async with client.office.database.transaction() as connection:
        return list(await connection.execute(select(table)))


async def post(browser: Browser, path: str, **values: str) -> Any:
    return await browser.post(f"/admin/{path}", {"key": KEY, **values})


async def test_the_page_says_what_answers_and_what_waits(client: Client, sign_in: SignIn) -> None:
    eva = await sign_in("Eva", Role.ADMIN)
    client.engine.workflow_service.away.add(PAYMENTS)
    text = (await eva.get("/admin")).text
    found = dict(re.findall(r"<dt>([^<]+)</dt><dd><span class=\"tag (\w+)\"", text))
    assert found == {
        "Database": "done",
        "Engine": "done",
        "Worker of relationships": "done",
        "Worker of payments": "late",
        "Mail server": "late",
    }
    assert "stuck" not in text
    assert load_programs()[PROGRAM].title in text


async def test_what_waits_long_is_stuck(client: Client, sign_in: SignIn) -> None:
    eva = await sign_in("Eva", Role.ADMIN)
    await client.send(
        "admin", "POST", "/v1/regions", key="again", json={"code": "r5", "name": "R5", "program": PROGRAM}
    )
    async with client.office.database.transaction() as connection:
        last = tables.commands.c.kind == "AddRegion"
        long_ago = NOW - timedelta(hours=3)
        unanswered = update(tables.commands).where(last).values(answered_at=None, created_at=long_ago)
        await connection.execute(unanswered)
    waits = await client.office.reads.health.waiting(sight(Role.ADMIN), NOW)
    assert {row["queue"]: row["count"] for row in waits}["commands"] >= 1
    assert "stuck" in (await eva.get("/admin")).text


def sight(role: Role) -> Any:
    """Return what somebody of the whole association sees."""
    return sight_of("e" * 32, (role,), Association(code=MINE, regions=()), ())


async def test_only_an_administrator_is_told_what_waits(client: Client) -> None:
    for role in (Role.COORDINATOR, Role.AUDITOR, Role.PAYMENT_STAFF):
        assert await client.office.reads.health.waiting(sight(role), NOW) == ()


async def test_a_part_that_does_not_answer_is_said(client: Client) -> None:
    class Silent:
        """A frontend that is not there."""

        async def describe_task_queue(self, request: Any) -> Any:
            raise OSError("not there")

    class Away:
        """A client of it."""

        workflow_service = Silent()

    looked = await Health(Away(), client.office.clock, client.office.settings).parts()
    assert {each.part: each.ok for each in looked if each.part != "mail"} == {
        "database": True,
        "engine": False,
        "worker_relationships": False,
        "worker_payments": False,
    }


async def test_regions_and_terms_are_set_up_by_forms(client: Client, sign_in: SignIn) -> None:
    eva = await sign_in("Eva", Role.ADMIN)
    for _ in range(2):
        added = await post(eva, "regions", code="West", name="Western Region", program=PROGRAM)
        assert added.headers["location"] == "/admin?done=region"
    assert {row.code for row in await rows(client, tables.regions)} == {"r1", "r2", "west"}
    opened = await post(eva, "terms", **TERM)
    assert opened.headers["location"] == "/admin?done=term"
    [term] = await rows(client, tables.terms)
    assert (term.program, term.name) == (PROGRAM, "2026-27")
    text = (await eva.get("/admin?done=term")).text
    assert "Western Region" in text
    assert "2026-27" in text
    assert "The term is open." in text
    assert "no contact" in text


@pytest.mark.parametrize(
    ("path", "sent", "said", "status"),
    [
        (
            "regions",
            {"code": "No good", "name": "x", "program": PROGRAM},
            "Write a code of small letters",
            422,
        ),
        ("regions", {"code": "ok", "name": " ", "program": PROGRAM}, "Write the name of the region", 422),
        ("regions", {"code": "r1", "name": "Again", "program": PROGRAM}, "There is a problem", 409),
        ("regions", {"code": "ok", "name": "x", "program": "nothing"}, "There is a problem", 404),
        ("terms", TERM | {"name": ""}, "Write the name of the term", 422),
        ("terms", TERM | {"first": "soon"}, "Choose a day that exists", 422),
        ("terms", TERM | {"last": "2026-07-01"}, "There is a problem", 422),
    ],
)
async def test_a_form_that_does_not_fit_keeps_what_was_typed(
    sign_in: SignIn, path: str, sent: dict[str, str], said: str, status: int
) -> None:
    eva = await sign_in("Eva", Role.ADMIN)
    answer = await post(eva, path, **sent)
    assert (answer.status_code, said in answer.text) == (status, True)
    assert re.search(r'<details class="adds" open>', answer.text)
    typed = sent["name"].strip() or sent["program"]
    assert f'value="{typed}"' in answer.text


async def test_a_contact_is_named_and_ends_today(client: Client, sign_in: SignIn) -> None:
    eva, pia = await sign_in("Eva", Role.ADMIN), await sign_in("Pia Rask", Role.COORDINATOR, regions=("r1",))
    page = await eva.get("/admin/regions/r1/seat?q=Rask")
    assert pia.person in page.text
    named = await post(eva, "regions/r1/seats", person=pia.person)
    assert named.headers["location"] == "/admin?done=seat"
    [seat] = await rows(client, tables.region_contacts)
    assert (seat.region, seat.person, seat.last) == ("r1", pia.person, None)
    assert "Pia Rask" in (await eva.get("/admin")).text
    ended = await post(eva, f"regions/r1/seats/{seat.id}/end")
    assert ended.headers["location"] == "/admin?done=seat_ended"
    [seat] = await rows(client, tables.region_contacts)
    assert seat.last == NOW.date()


async def test_another_association_is_not_set_up_from_here(client: Client, sign_in: SignIn) -> None:
    await add_far_region(client)
    eva = await sign_in("Eva", Role.ADMIN)
    assert "Far" not in (await eva.get("/admin")).text
    assert (await eva.get("/admin/regions/far/seat")).status_code == 404
    assert (await post(eva, "regions/far/seats", person=eva.person)).status_code == 404
    assert (await post(eva, "regions/far/seats/1/end")).status_code == 404


async def test_the_pages_are_for_administrators(sign_in: SignIn) -> None:
    for role in (Role.COORDINATOR, Role.AUDITOR, Role.PAYMENT_STAFF):
        somebody = await sign_in(role.value, role)
        for path in ("/admin", "/admin/regions/r1/seat"):
            assert (await somebody.get(path)).status_code == 403
        for path in ("regions", "terms", "regions/r1/seats", "regions/r1/seats/1/end"):
            assert (await post(somebody, path)).status_code == 403
