"""The administrators' first page: what answers, what waits, and how the association is set up."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from activities.adapters.files.program_files import load_programs
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.office_tasks import open_office_task
from api_gateway.services.health import Health
from domain.actors import Role
from domain.associations import Association
from domain.tasks import TaskKind
from domain.visibility import sight_of
from domain.workflow_contracts import PAYMENTS
from tests.api_gateway.conftest import MINE, Client, FakeHandle, add_far_region
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
        "Worker for relationships": "done",
        "Worker for payments": "late",
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
            "Write a code of lowercase letters",
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


async def test_the_days_of_a_seat_are_chosen_corrected_and_the_seat_withdrawn(
    client: Client, sign_in: SignIn
) -> None:
    eva, pia = await sign_in("Eva", Role.ADMIN), await sign_in("Pia Rask", Role.COORDINATOR, regions=("r1",))
    chosen = (await eva.get(f"/admin/regions/r1/seat?person={pia.person}")).text
    assert "Pia Rask, contact of R1" in chosen
    wrong = await post(eva, "regions/r1/seats", person=pia.person, first="soon")
    assert (wrong.status_code, "Choose a day that exists" in wrong.text) == (422, True)
    await post(eva, "regions/r1/seats", person=pia.person, first="2026-01-05", last="2026-12-31")
    [seat] = await rows(client, tables.region_contacts)
    assert (seat.first, seat.last) == (date(2026, 1, 5), date(2026, 12, 31))
    here = f"regions/r1/seats/{seat.id}"
    assert 'value="2026-01-05"' in (await eva.get(f"/admin/{here}")).text
    early = await post(eva, f"{here}/correct", first="2026-02-01", last="2026-01-31")
    assert (early.status_code, "The last day is before the first." in early.text) == (422, True)
    none = await post(eva, f"{here}/correct", first="", last="")
    assert (none.status_code, "Choose a day that exists" in none.text) == (422, True)
    done = await post(eva, f"{here}/correct", first="2026-02-01", last="")
    assert done.headers["location"] == "/admin?done=seat_corrected"
    [seat] = await rows(client, tables.region_contacts)
    assert (seat.first, seat.last) == (date(2026, 2, 1), None)
    gone = await post(eva, f"{here}/withdraw")
    assert gone.headers["location"] == "/admin?done=seat_withdrawn"
    [seat] = await rows(client, tables.region_contacts)
    assert seat.withdrawn_at is not None
    assert (await eva.get(f"/admin/{here}")).status_code == 404


async def test_the_rules_of_a_program_are_kept_for_pairs_that_move_to_them(
    client: Client, sign_in: SignIn
) -> None:
    eva, version = await sign_in("Eva", Role.ADMIN), load_programs()[PROGRAM].version
    form = f'action="/admin/programs/{PROGRAM}/rules"'
    assert form in (await eva.get("/admin")).text
    kept = await post(eva, f"programs/{PROGRAM}/rules")
    assert kept.headers["location"] == "/admin?done=rules"
    assert await client.office.facts.versions_of(PROGRAM) == (version,)
    text = (await eva.get("/admin?done=rules")).text
    assert form not in text, "they are kept"
    assert "The rules are stored." in text
    unknown = await post(eva, "programs/nothing/rules")
    assert (unknown.status_code, "There is a problem" in unknown.text) == (404, True)


async def office_task(client: Client, kind: TaskKind, about: str) -> str:
    """Open a task of the office itself, as the nightly check does; return its id as people see it."""
    database = Database(client.office.settings.database_url("worker"), size=1)
    async with database.transaction() as connection:
        await open_office_task(connection, kind, about, Role.ADMIN)
    await database.close()
    async with client.office.database.transaction() as connection:
        id = await connection.scalar(select(tables.tasks.c.id).where(tables.tasks.c.about == about))
    return client.shown(str(id))


async def test_what_came_out_about_a_fault_is_said_on_a_page(client: Client, sign_in: SignIn) -> None:
    eva, ada = await sign_in("Eva", Role.ADMIN), await sign_in("Ada", Role.AUDITOR)
    task = await office_task(client, TaskKind.LOOK_INTO_FAULT, "a" * 32 + "/chain")
    assert f"/tasks/{task}" in (await eva.get("/admin")).text
    assert f"/tasks/{task}/look-into" in (await eva.get(f"/tasks/{task}")).text
    assert f"/tasks/{task}/look-into" not in (await ada.get(f"/tasks/{task}")).text
    assert (await ada.get(f"/tasks/{task}/look-into")).status_code == 403
    bare = await eva.post(f"/tasks/{task}/look-into", {"key": KEY})
    assert (bare.status_code, "Choose what you found" in bare.text) == (422, True)
    done = await eva.post(f"/tasks/{task}/look-into", {"key": KEY, "found": "explained"})
    assert (done.status_code, done.headers["location"]) == (303, f"/tasks/{task}")
    text = (await eva.get(f"/tasks/{task}")).text
    assert "explained" in text
    assert f"/tasks/{task}/look-into" not in text
    assert (await eva.get(f"/tasks/{task}/look-into")).status_code == 404


async def test_a_run_that_stopped_is_started_again_from_its_task(
    client: Client, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def query(_: FakeHandle, name: str, **__: Any) -> bool:
        return False

    monkeypatch.setattr(FakeHandle, "query", query, raising=False)
    eva = await sign_in("Eva", Role.ADMIN)
    task = await office_task(client, TaskKind.START_RUN_AGAIN, f"{'b' * 32}/relationship")
    form = f'action="/tasks/{task}/start-run-again"'
    assert form in (await eva.get(f"/tasks/{task}")).text
    done = await eva.post(f"/tasks/{task}/start-run-again", {"key": KEY})
    assert done.headers["location"] == f"/tasks/{task}"
    assert [name for _, name in client.engine.signals] == ["unpark"]
    assert form not in (await eva.get(f"/tasks/{task}")).text


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
