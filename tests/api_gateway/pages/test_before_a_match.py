"""Before a mentor is proposed and a match confirmed, the page says what it begins, and what the office still owes."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest_asyncio
from sqlalchemy import insert

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.journal import SqlRecords
from domain.actors import Role
from domain.ids import derive
from domain.relationship.stages.matching.acceptance import AcceptMatch
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.tasks import TaskKind
from tests.api_gateway.conftest import MINE, Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.reading import links, plain, section, text_of
from tests.api_gateway.pages.sample_office import COORDINATOR, REGION, NamedPair, fill
from tests.conftest import NOW

Stored = Callable[[NamedPair], Awaitable[NamedPair]]


@pytest_asyncio.fixture
async def stored(client: Client, worker: Database) -> Stored:
    """Record the office with a mentor, and return what records one more pair, whose mentee nobody has talked with."""
    await fill(client, worker, [1])
    entry = {"region": REGION, "association": MINE, "created_at": NOW, "email": "nia@district.example"}
    blank = {"role_title": "", "district": ""}
    async with client.office.database.transaction() as connection:
        row = {"id": derive("person", "Nia Low"), "name": "Nia Low", **entry, **blank}
        await connection.execute(insert(tables.people).values(**row))

    async def store(pair: NamedPair) -> NamedPair:
        await pair.store(SqlRecords(worker))
        return pair

    return store


@pytest_asyncio.fixture
async def carla(stored: Stored, sign_in: SignIn) -> Browser:
    """Sign in the coordinator of the region."""
    return await sign_in("Carla Jensen", Role.COORDINATOR, regions=(REGION,))


def proposed() -> NamedPair:
    """Return a pair with a proposed mentor, asked on the day before yesterday."""
    pair = NamedPair("Nia Low", "Lee Novak", NOW - timedelta(days=5), 2).applied()
    pair.days(3)
    pair.do(ProposeMatch, COORDINATOR, mentor=pair.mentor.id)
    return pair


def matched() -> NamedPair:
    """Return the same pair, matched yesterday."""
    pair = proposed()
    pair.days(1)
    pair.do(ConfirmMatch, COORDINATOR)
    return pair


def notes(page: str) -> list[str]:
    """Return what stands before the button of a form."""
    return [plain(each.partition("</p>")[0]) for each in page.split('<p class="before-act">')[1:]]


async def test_a_proposal_says_that_the_talk_is_not_recorded_and_leads_to_its_form(
    carla: Browser, stored: Stored, client: Client
) -> None:
    pair = NamedPair("Nia Low", "Lee Novak", NOW - timedelta(days=3)).applied()
    await stored(pair)
    async with client.office.database.transaction() as connection:
        row = {"person": pair.mentor.id, "capacity": 5}
        await connection.execute(insert(tables.mentors).values(**row))
        held = {pair.mentor.id: "retired", pair.mentee.id: "active"}
        rows = [{"person": id, "class": name, "first": date(2020, 1, 1)} for id, name in held.items()]
        await connection.execute(insert(tables.memberships), rows)
    form = f"/relationships/{pair.id}/acts/propose-match"
    page = (await carla.get(form)).text
    assert page.count("The mentor is asked by email at once, and the match then has to be confirmed.") == 1
    assert "<bdi>Nia Low – no mentor yet</bdi>" in (await carla.get(f"/relationships/{pair.id}")).text
    back = form.replace("/", "%2F")
    assert f"/relationships/{pair.id}/acts/record-pre-match-contact?back={back}" in links(page)


async def test_a_confirmation_says_who_was_asked_which_talk_it_drops_and_what_money_it_claims(
    carla: Browser, stored: Stored, client: Client
) -> None:
    pair = await stored(proposed())
    page = (await carla.get(f"/relationships/{pair.id}/acts/confirm-match")).text
    assert notes(page) == [
        "Lee Novak was asked on Saturday, December 5, 2026 and has not answered. You can confirm the match without "
        "an answer. Lee Novak can decline as long as nobody has confirmed it.",
        "It is to be confirmed by Monday, December 14, 2026.",
        "The talk with Nia Low is not recorded yet. The email of the acceptance promised it. Confirming closes this "
        "task, and the talk can no longer be recorded. Record the talk with the mentee",
        "Confirming also claims 500.00 USD (Mentor stipend), due on Wednesday, January 6, 2027. Claimed means that it "
        "is owed under the rules and that nothing is paid yet: payment staff prepare it next, and somebody else of "
        "them approves it.",
    ]
    assert 'name="money_region"' not in page, "both are of one region: there is nothing to choose"
    [task] = [each for each in pair.state.tasks if each.kind is TaskKind.CONFIRM_MATCH]
    assert len(notes((await carla.get(f"/tasks/{client.shown(task.id)}")).text)) == 4


async def test_what_staff_read_about_a_match_says_that_the_mentor_has_accepted_and_when(
    carla: Browser, stored: Stored, client: Client
) -> None:
    case = proposed()
    case.days(1)
    case.do(AcceptMatch, case.mentor)
    pair = await stored(case)
    proposal = pair.state.open_proposal
    assert proposal is not None
    assert proposal.accepted_at is not None
    at = proposal.accepted_at.astimezone(pair.rules.calendar.zone)
    day = f"{at:%B} {at.day}, {at.year}"
    page = (await carla.get(f"/relationships/{pair.id}/acts/confirm-match")).text
    assert notes(page)[0] == (
        f"Lee Novak was asked on Saturday, December 5, 2026 and accepted on {at:%A}, {day}. Lee Novak can still "
        "decline as long as nobody has confirmed it."
    )
    [task] = [each for each in pair.state.tasks if each.kind is TaskKind.CONFIRM_MATCH]
    facts = plain(section((await carla.get(f"/tasks/{client.shown(task.id)}")).text, "facts"))
    assert f"Lee Novak accepted it on {day}." in facts
    text = text_of((await carla.get(f"/relationships/{pair.id}")).text)
    assert "Nia Low with Lee Novak, who has accepted the proposal" in text
    assert f"Lee Novak accepted it on {day}." in text
    assert "Lee Novak accepted the proposal." in text
    today = text_of((await carla.get("/")).text)
    assert "the mentor has accepted" in today
    assert "Lee Novak accepted the proposal." in today


async def test_once_the_match_is_confirmed_the_story_tells_that_the_talk_was_not_recorded(
    carla: Browser, stored: Stored, client: Client
) -> None:
    pair = await stored(matched())
    page = (await carla.get(f"/relationships/{pair.id}")).text
    told = "The match with Lee Novak was confirmed. The office's talk with the mentee was not recorded before it."
    assert told in text_of(page)
    talked = (await carla.get(f"/relationships/{derive('relationship', 'Kim Dao')}?whole=true")).text
    assert "was confirmed." in text_of(talked)
    assert "was not recorded before it" not in text_of(talked)


async def test_the_page_after_a_confirmation_says_first_what_the_pair_waits_for(
    carla: Browser, stored: Stored, client: Client
) -> None:
    pair = await stored(matched())
    [task] = [each for each in pair.state.tasks if each.kind is TaskKind.CONFIRM_MATCH]
    page = (await carla.get(f"/?done=confirm-match&after={client.shown(task.id)}")).text
    told = plain(page[page.index('<p class="told"') :].partition("</p>")[0])
    assert told == (
        "Nia Low with Lee Novak The match is confirmed. Both are told by email. "
        "This pair now waits for: first contact, due Dec 16."
    )
