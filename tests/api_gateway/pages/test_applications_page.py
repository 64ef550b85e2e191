"""Applications as a page: what is to be decided and why, and who waits for a mentor."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
import pytest_asyncio
from sqlalchemy import insert, select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from domain.actors import Role
from domain.ids import derive, x_stream
from domain.journal import Document
from domain.relationship.stages.application.opening import OpenRelationship
from domain.relationship.stages.application.refusal import AskFactsAgain, RefuseApplication
from domain.relationship.stages.application.special import TakeSpecialApplication
from domain.tasks import TaskKind
from tests.api_gateway.conftest import MINE, Client, add_person
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.reading import links, plain, rows, section, text_of
from tests.api_gateway.pages.sample_office import COORDINATOR, MENTEES, REGION, NamedPair, fill
from tests.api_gateway.pages.statements import counted
from tests.conftest import NOW


@pytest_asyncio.fixture
async def pairs(client: Client, worker: Database) -> Mapping[str, NamedPair]:
    """Record the sample office, one who is no member, and one whom a coordinator refused."""
    found = dict(zip(MENTEES, await fill(client, worker), strict=True))
    for name in ("Nia Low", "Rex Orr"):
        stranger = NamedPair(name, "Sam Ortiz", NOW)
        stranger.facts = replace(stranger.facts, memberships={})
        stranger.applied()
        if name == "Rex Orr":
            stranger.do(RefuseApplication, COORDINATOR)
        await stranger.store(SqlRecords(worker))
        found[name] = stranger
    return found


@pytest_asyncio.fixture
async def carla(pairs: Mapping[str, NamedPair], sign_in: SignIn) -> Browser:
    """Sign in the coordinator of the sample office."""
    return await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))


async def test_an_application_to_decide_says_what_would_be_refused_and_why(carla: Browser) -> None:
    page = (await carla.get("/applications")).text
    (row,) = rows(section(page, "decide"))
    assert "Decide an application that the rules refuse" in row
    assert "no membership of a kind that the program requires" in row
    assert text_of(page).startswith(
        "Applications Enter an application 1 to decide , 6 are waiting for a mentor."
    )


async def test_who_waits_for_a_mentor_stands_by_the_length_of_the_wait(carla: Browser) -> None:
    page = (await carla.get("/applications")).text
    waiting = rows(section(page, "waiting"))
    assert waiting[0].startswith("12 days late Bea Lowe R1 Waiting for a mentor")
    assert not any("Vic Moss" in row for row in waiting)
    assert all(link.startswith("/relationships/") for link in links(section(page, "waiting")))


async def test_a_day_beside_choose_is_that_of_the_choice_and_not_of_another_task(
    carla: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    call, choice = pairs["Theo Hall"].state.tasks
    assert (call.kind, choice.kind) == (TaskKind.CONTACT_MENTEE, TaskKind.PROPOSE_MENTOR)
    assert call.due_at
    assert choice.due_at
    assert call.due_at < NOW < choice.due_at, "the call is late, the choice is not"
    [row] = [
        row for row in rows(section((await carla.get("/applications")).text, "waiting")) if "Theo Hall" in row
    ]
    assert row.startswith("Dec 14 Theo Hall R1 Waiting for a mentor")
    assert row.endswith("Choose Theo Hall")


async def test_a_refused_application_says_why(carla: Browser, pairs: Mapping[str, NamedPair]) -> None:
    (row,) = rows(section((await carla.get("/applications")).text, "refused"))
    assert "Refused: no membership of a kind that the program requires" in row


async def test_the_page_takes_six_statements_at_most(carla: Browser, client: Client) -> None:
    with counted(client.office.database) as sent:
        await carla.get("/applications")
    assert len(sent) <= 6, sent


@pytest.mark.parametrize(
    ("membership", "result"),
    [
        ({}, "It would still be refused: no membership of a kind that the program requires."),
        ("active", "The application is accepted now."),
    ],
)
async def test_after_the_facts_were_looked_up_again_the_page_says_what_they_say(
    client: Client, worker: Database, sign_in: SignIn, membership: object, result: str
) -> None:
    await fill(client, worker, range(1))
    stranger = NamedPair("Nia Low", "Sam Ortiz", NOW)
    row = dict.fromkeys(("email", "role_title", "district"), "") | {"region": REGION, "association": MINE}
    async with client.office.database.transaction() as connection:
        await connection.execute(
            insert(tables.people).values(id=stranger.mentee.id, name="Nia Low", created_at=NOW, **row)
        )
    stranger.facts = replace(stranger.facts, memberships={})
    stranger.applied()
    task = stranger.state.tasks[-1].id
    if membership:
        stranger.facts = replace(stranger.facts, memberships={stranger.mentee.id: "active"})
    stranger.do(AskFactsAgain, COORDINATOR)
    await stranger.store(SqlRecords(worker))
    carla = await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))
    page = (await carla.get(f"/?done=ask-facts-again&after={client.shown(task)}")).text
    told = page[page.index('<p class="told"') :].partition("</p>")[0]
    assert "Nia Low" in plain(told)
    assert f"The facts were looked up again. {result}" in plain(told)


async def test_a_special_application_waits_for_the_state_office_on_every_page(
    client: Client, worker: Database, pairs: Mapping[str, NamedPair], carla: Browser
) -> None:
    pair = NamedPair("Kit Low", "Sam Ortiz", NOW)
    given = {"application": derive("application", pair.id), "reason": "new_to_role"}
    text = Document(doc=derive("document", pair.id), form="", privacy="", ver=1, commit="0" * 64)
    pair.do(OpenRelationship, pair.mentee, applied_on=NOW.date(), special_document=text, **given)
    await pair.store(SqlRecords(worker))
    (task,) = pair.state.tasks
    assert task.kind == "decide_special_application"
    today = await carla.get("/?waiting=true")
    assert any("waiting for the state office" in row for row in rows(section(today.text, "waiting")))
    decide = rows(section((await carla.get("/applications")).text, "decide"))
    assert any("Decide a special application · waiting for the state office" in row for row in decide)
    listed = text_of((await carla.get("/relationships?stage=application")).text)
    assert "The state office Decide a special application" in listed
    page = text_of((await carla.get(f"/tasks/{client.shown(task.id)}")).text)
    assert "This is waiting for the state office. You can read it here." in page
    assert "For the state office" in page
    assert "somebody asks for an exception to the rules and says why" in page


async def test_whoever_takes_a_special_application_reads_its_text_from_the_task_and_from_the_pair(
    client: Client, worker: Database, pairs: Mapping[str, NamedPair], sign_in: SignIn
) -> None:
    pair = NamedPair("Kit Low", "Sam Ortiz", NOW)
    stella = await sign_in("Stella Orr", Role.COORDINATOR)
    decider = replace(COORDINATOR, id=stella.person, regions=())
    given = {"application": derive("application", pair.id), "reason": "new_to_role"}
    text = await client.office.documents.keep(
        {"circumstances": "I had to move.\nThen I was ill."},
        id=derive("document", pair.id),
        scope=given["application"],
        person=pair.mentee.id,
        form="M2",
        privacy="c2s",
    )
    pair.do(OpenRelationship, pair.mentee, applied_on=NOW.date(), special_document=text, **given)
    await pair.store(SqlRecords(worker))
    (task,) = pair.state.tasks
    address = f"/relationships/{pair.id}/special-application"
    before = (await stella.get(f"/tasks/{client.shown(task.id)}")).text
    assert "Whoever takes the application can read its text." in text_of(before)
    assert address not in links(before)
    assert (await stella.get(address)).status_code == 403
    pair.do(TakeSpecialApplication, decider)
    await pair.store(SqlRecords(worker))
    for path in (f"/tasks/{client.shown(task.id)}", f"/relationships/{pair.id}"):
        assert address in links((await stella.get(path)).text), path
    read = text_of((await stella.get(address)).text)
    assert "I had to move. Then I was ill." in read
    assert "It is recorded that you read it." in read
    event = tables.events.c
    wanted = select(event.type).where(event.stream == x_stream(pair.id)).order_by(event.seq)
    async with client.office.database.transaction() as connection:
        assert list(await connection.scalars(wanted)) == ["CommandRefused", "SealedRecordRead"]


async def test_the_page_of_a_person_says_which_application_waits(
    client: Client, carla: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    stranger = pairs["Nia Low"]
    await add_person(client, stranger.mentee.id, name="Nia Low", region=REGION)
    page = (await carla.get(f"/people/{stranger.mentee.id}")).text
    assert (
        "An application is waiting for a decision Under the rules the application would be refused"
        in text_of(page)
    )
