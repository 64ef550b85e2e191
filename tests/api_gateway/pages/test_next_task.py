"""Where an act on a task leads: to its next step or the next task of the same pair first, and only else to another."""

from datetime import timedelta

import pytest

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from api_gateway.pages.acts.following import next_task
from api_gateway.services.caller import caller_of
from domain.actors import Role
from domain.ids import derive
from domain.journal import Document
from domain.messages import Command
from domain.relationship.stages.application.opening import OpenRelationship
from domain.relationship.stages.application.special import DecideSpecialApplication, TakeSpecialApplication
from domain.tasks import TaskKind
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.conftest import SignIn
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import REGION as ITS_REGION
from tests.api_gateway.pages.live import live_pair
from tests.api_gateway.pages.reading import plain, text_of
from tests.api_gateway.pages.sample_office import MENTEES, REGION, NamedPair, fill
from tests.conftest import NOW


async def test_after_an_act_the_next_task_of_the_same_pair_comes_and_only_then_another(
    client: Client, worker: Database, sign_in: SignIn
) -> None:
    pair = await live_pair(client, worker)
    await NamedPair("Kit Low", "Lee Novak", NOW - timedelta(days=40)).applied().store(SqlRecords(worker))
    carla = await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION, ITS_REGION))
    first = next(task for task in pair.state.tasks if task.kind == TaskKind.CONTACT_MENTEE)
    path = f"/relationships/{pair.id}/acts/record-pre-match-contact"
    form = form_to((await carla.get(f"/tasks/{client.shown(first.id)}")).text, path)
    typed = form.filled(contacted_on=pair.now.date().isoformat(), needs=["budget"])
    sent = await carla.post(path, typed)
    assert sent.status_code == 303, sent.text
    others = {f"/tasks/{client.shown(task.id)}" for task in pair.state.tasks if task.open}
    assert sent.headers["location"].partition("?")[0] in others, "the same pair"
    page = (await carla.get(sent.headers["location"])).text
    told = page[page.index('<p class="told"') :].partition("</p>")[0]
    assert plain(told) == "Robin Reyes – no mentor yet The talk with the mentee is recorded."
    assert "This task is about" not in text_of(page)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "This task is about: "), ("es", "Esta tarea trata de: ")]
)
async def test_the_form_of_another_pair_begins_with_whose_it_is(
    client: Client, worker: Database, sign_in: SignIn, language: str, words: str
) -> None:
    pairs = dict(zip(MENTEES, await fill(client, worker), strict=True))
    cora = await sign_in("Cora Bell", Role.COORDINATOR, regions=(REGION,), language=language)
    last, following = (client.shown(pairs[name].state.tasks[-1].id) for name in ("Robin Reyes", "Ida Holm"))
    page = (await cora.get(f"/tasks/{following}?done=record-pre-match-contact&after={last}")).text
    head = plain(page[page.index('<p class="whose"') :].partition("</p>")[0])
    assert head.startswith(f"{words}Ida Holm ")
    assert head.endswith("Hal Dorn")
    assert page.index('<p class="whose"') < page.index("<form", page.index("<main"))


@pytest.mark.parametrize("sent", [TakeSpecialApplication, DecideSpecialApplication])
async def test_who_took_a_special_application_goes_on_to_decide_it(
    client: Client, worker: Database, sign_in: SignIn, sent: type[Command]
) -> None:
    await fill(client, worker, range(3))
    pair = NamedPair("Kit Low", "Sam Ortiz", NOW)
    given = {"application": derive("application", pair.id), "reason": "new_to_role"}
    text = Document(doc=derive("document", pair.id), form="", privacy="", ver=1, commit="0" * 64)
    pair.do(OpenRelationship, pair.mentee, applied_on=NOW.date(), special_document=text, **given)
    await pair.store(SqlRecords(worker))
    [task] = [client.shown(each.id) for each in pair.state.tasks]
    pia = await sign_in("Pia Moss", Role.COORDINATOR)
    holder = await client.office.sessions.visitor(next(iter(pia.http.cookies.values())))
    assert holder is not None
    following = await next_task(client.office, caller_of(holder.holder).sight, task, sent)
    assert (following == task) is (sent is TakeSpecialApplication)
    assert following, "another task is there"
