"""The auditors' pages: the verdict of the last check, and the button that has a worker check now."""

import csv
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from sqlalchemy import text
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.night_checks import SqlNightChecks
from activities.ports.night_checks import CheckedPart
from api_gateway.pages import links as links_to
from api_gateway.pages.audit.search import SHOWN
from api_gateway.pages.dates import Dates
from api_gateway.services.programs import zone_of
from api_gateway.services.verdict import CheckAnswer, NamedFault, WhyUnknown, replies
from domain.actors import Role
from domain.ids import derive
from domain.night_checks import JournalFault
from tests.api_gateway.conftest import MINE, Client
from tests.api_gateway.pages.conftest import Browser, SignIn
from tests.api_gateway.pages.reading import links, rows, section, text_of
from tests.api_gateway.pages.sample_office import MENTEES, NamedPair, fill
from tests.api_gateway.pages.statements import counted
from tests.conftest import NOW
from workers.audit import replay
from workers.audit.code_version import code_version
from workers.audit.nightly import JournalParts

CODE = "1.0+abc"
FORGED = 3
"""The number of the event that is forged."""


@pytest_asyncio.fixture
async def pairs(client: Client, worker: Database) -> Mapping[str, NamedPair]:
    """Record three pairs of the sample office and return them by the name of the mentee."""
    numbers = [MENTEES.index(name) for name in ("Ida Holm", "Ana Ruiz")]
    return dict(zip(("Ida Holm", "Ana Ruiz"), await fill(client, worker, numbers), strict=True))


@pytest_asyncio.fixture
async def owner(client: Client) -> AsyncIterator[Database]:
    """Yield the database as its owner reaches it."""
    database = Database(client.office.settings.database_url("migrator"), size=1)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def jonas(sign_in: SignIn) -> Browser:
    """Sign in an auditor."""
    return await sign_in("Jonas Weil", Role.AUDITOR)


class Forgetful:
    """An engine that keeps no history any more."""

    def get_workflow_handle(self, id: str, **_: Any) -> "Forgetful":
        return self

    async def fetch_history(self) -> None:
        raise RPCError("gone", RPCStatusCode.NOT_FOUND, b"")


async def check(worker: Database, night: str, code: str = CODE) -> None:
    """Check the whole journal, as a worker does at night."""
    records, parts = SqlNightChecks(worker, code), JournalParts(worker, cast(Any, Forgetful()), rest=0.0)
    await records.begin(derive(night))
    place, counts, faults = "", Counter[str](), list[JournalFault]()
    while True:
        part = await parts.part(place)
        counts.update(part.counts)
        faults += part.faults
        place = part.next
        if not place:
            break
    await records.end(derive(night), CheckedPart(next="", counts=counts, faults=tuple(faults)))


async def forge(owner: Database, pair: NamedPair) -> None:
    """Change an event by hand, past triggers and constraints, as only the owner of the database can."""
    change = (
        "update journal.events set bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '\"coordinator\"', "
        "'\"admin\"'), 'UTF8') where stream = :stream and seq = :seq"
    )
    async with owner.transaction() as connection:
        await connection.execute(text("alter table journal.events disable trigger user"))
        await connection.execute(text("alter table journal.events drop constraint event_sealed"))
        await connection.execute(text(change), {"stream": pair.id, "seq": FORGED})
        await connection.execute(text("alter table journal.events enable trigger user"))


def answers(page: str) -> list[str]:
    """Return what the page answers, question by question."""
    return [text_of(section(page, f"answer-{number}")) for number in (1, 2, 3)]


async def test_before_the_first_check_every_answer_is_that_it_cannot_tell(
    jonas: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    for path in ("/audit", f"/relationships/{pairs['Ida Holm'].id}/verdict"):
        page = await jonas.get(path)
        assert page.status_code == 200, page.text
        assert [each.count("cannot tell No check has ended yet.") for each in answers(page.text)] == [1, 1, 1]


async def test_a_forged_row_is_red_after_the_check_and_named_by_its_first_event(
    jonas: Browser,
    pairs: Mapping[str, NamedPair],
    worker: Database,
    owner: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replay, "_SETTLED", 0.0)
    pair, whole = pairs["Ida Holm"], pairs["Ana Ruiz"]
    await check(worker, "before")
    chain, fold, decisions = answers((await jonas.get(f"/relationships/{pair.id}/verdict")).text)
    assert (chain.split()[:2], fold.split()[:2]) == (["Chain", "intact"], ["Tables", "intact"])
    assert decisions.startswith("Decisions cannot tell The engine no longer keeps the history")

    await forge(owner, pair)
    await check(worker, "after")
    page = (await jonas.get(f"/relationships/{pair.id}/verdict")).text
    chain, fold, decisions = answers(page)
    assert chain.startswith("Chain not intact")
    assert f"first event in question: {FORGED}" in chain
    assert fold.startswith("Tables cannot tell The chain is broken")
    assert decisions.startswith("Decisions cannot tell The chain is broken")
    assert f"Version of the code {CODE}" in text_of(page)
    assert "Since then 0 more events" in text_of(page)
    [event] = links(section(page, "answer-1"))
    address, _, number = event.partition("#")
    assert f'id="{number}"' in (await jonas.get(address)).text
    assert answers((await jonas.get(f"/relationships/{whole.id}/verdict")).text)[0].startswith("Chain intact")

    file = (await jonas.get(f"/relationships/{pair.id}/verdict.csv")).content.decode("utf-8-sig")
    assert [line.split(",")[:2] for line in file.splitlines()[1:4]] == [
        ["Chain", "not intact"],
        ["Tables", "cannot tell"],
        ["Decisions", "cannot tell"],
    ]
    assert f"first event in question: {FORGED}" in (await jonas.get("/audit.csv")).text
    office = (await jonas.get("/audit")).text
    assert f"/relationships/{pair.id}/verdict" in links(section(office, "answer-1"))
    assert f"first event in question: {FORGED}" in answers(office)[0]
    assert "2 relationships" in text_of(office)


async def test_the_full_history_is_one_list_with_numbers_hashes_refusals_and_emails(
    jonas: Browser, client: Client, pairs: Mapping[str, NamedPair], sign_in: SignIn
) -> None:
    pair = pairs["Ida Holm"]
    refused = await client.send(
        "auditor", "POST", f"/v1/relationships/{pair.id}/end-relationship", json={"reason": "other"}
    )
    assert refused.status_code == 403
    path = f"/relationships/{pair.id}/history"
    answer = await jonas.get(path)
    assert answer.status_code == 200, answer.text
    page, told = answer.text, text_of(answer.text)
    assert pair.head.hash in page
    assert all(f'id="event-{number}"' in page for number in range(1, pair.head.seq + 1))
    assert "An attempt was refused" in told
    assert " Email " in told
    assert "it was on another day · MASA" in told, "a reason is said in the words of the program"
    file = await jonas.get(f"{path}.csv")
    read = list(csv.DictReader(file.content.decode("utf-8-sig").splitlines()))
    assert len(read) == page.count("<tr") - 1
    assert {row["Hash"] for row in read if row["Hash"]} >= {pair.head.hash}
    assert path in links((await jonas.get(f"/relationships/{pair.id}")).text)
    acts = (await jonas.get(f"/relationships/{pair.id}?depth=acts&whole=true")).text
    timeline = text_of(section(acts, "history"))
    assert "An attempt was refused" in timeline
    assert "Email ·" in timeline
    told = await jonas.get(f"/relationships/{pair.id}/timeline.csv?depth=acts")
    lines = list(csv.DictReader(told.content.decode("utf-8-sig").splitlines()))
    assert all(line["What"] in timeline for line in lines)
    assert len(lines) == len(read), "each row of the full depth is an act, too"
    story = (await jonas.get(f"/relationships/{pair.id}/timeline.csv")).content.decode("utf-8-sig")
    assert 3 < len(story.splitlines()) < len(lines)
    other = await sign_in("Somebody", Role.ADMIN)
    assert "An attempt was refused" not in (await other.get(f"/relationships/{pair.id}?depth=acts")).text
    assert [(await other.get(each)).status_code for each in (path, f"{path}.csv")] == [403, 403]
    assert path not in links((await other.get(f"/relationships/{pair.id}")).text)


async def test_what_came_after_the_check_is_counted(
    jonas: Browser, client: Client, worker: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "_SETTLED", 0.0)
    await check(worker, "one")
    [pair] = await fill(client, worker, [0])
    page = text_of((await jonas.get(f"/relationships/{pair.id}/verdict")).text)
    assert f"Since then {pair.head.seq} more events" in page
    assert page.count("There was nothing to check yet when the last check began.") == 3


async def test_check_now_has_a_worker_check_and_says_that_it_runs(
    jonas: Browser, client: Client, worker: Database, pairs: Mapping[str, NamedPair]
) -> None:
    path = f"/relationships/{pairs['Ida Holm'].id}/verdict"
    for action, back in (("/audit/check", "/audit"), (path, path)):
        answer = await jonas.post(action)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{back}?done=checking")
        assert "The records are being checked" in (await jonas.get(answer.headers["location"])).text
    assert client.engine.checks == ["night-check-now"] * 2
    client.engine.checking = False
    await SqlNightChecks(worker).begin(derive("now"))
    for page in ("/audit", path):
        assert "A check has been running since" in text_of((await jonas.get(page)).text)
    assert (await jonas.post(f"/relationships/{derive('nobody')}/verdict")).status_code == 404
    assert (await jonas.get(f"/relationships/{derive('nobody')}/verdict")).status_code == 404


async def test_a_check_that_was_asked_for_is_told_until_it_has_ended(
    jonas: Browser, client: Client, pairs: Mapping[str, NamedPair]
) -> None:
    path = f"/relationships/{pairs['Ida Holm'].id}/verdict"
    assert "It is not finished yet" not in (await jonas.get("/audit")).text
    asked = await client.office.clock.now() - timedelta(minutes=4)
    client.engine.asked_at = asked - await client.office.clock.offset()
    await jonas.post("/audit/check")
    at = Dates("en", ZoneInfo(zone_of(MINE)), NOW).at(asked).words
    for page in ("/audit", path):
        shown = (await jonas.get(page)).text
        assert f"A check was asked for: {at}. It is not finished yet." in text_of(shown)
        assert f'hx-get="{page}" hx-trigger="every 15s"' in shown
        assert '<noscript><meta http-equiv="refresh" content="15"></noscript>' in shown
    client.engine.checking = False
    for page in ("/audit", path):
        shown = (await jonas.get(page)).text
        assert "It is not finished yet" not in shown
        assert "hx-trigger" not in shown
        assert 'http-equiv="refresh"' not in shown


async def test_without_the_engine_check_now_says_so(jonas: Browser, client: Client) -> None:
    client.engine.raises = RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
    assert (await jonas.post("/audit/check")).status_code == 503


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PAYMENT_STAFF, Role.ADMIN])
async def test_only_auditors_see_verdicts_and_check(
    sign_in: SignIn, client: Client, pairs: Mapping[str, NamedPair], role: Role
) -> None:
    other = await sign_in("Somebody Else", role)
    path = f"/relationships/{pairs['Ida Holm'].id}/verdict"
    found = [(await other.get("/audit")).status_code, (await other.get(path)).status_code]
    found += [(await other.post("/audit/check")).status_code, (await other.post(path)).status_code]
    assert found == [403, 403, 403, 403]
    assert client.engine.checks == []


async def test_one_search_finds_relationships_people_and_money(
    jonas: Browser, pairs: Mapping[str, NamedPair]
) -> None:
    pair = pairs["Ida Holm"]
    page = (await jonas.get("/audit/search?q=holm")).text
    assert links(section(page, "pairs")) == [links_to.relationship(pair.id)]
    assert links(section(page, "people")) == [links_to.person(pair.mentee.id)]
    assert section(page, "money") == ""
    assert "1 match." in section(page, "people")
    empty = (await jonas.get("/audit/search?q=+")).text
    assert "Write what you are looking for" in text_of(empty)
    nothing = text_of((await jonas.get("/audit/search?q=nobody%3Cb%3E")).text)
    assert "Nothing matches “nobody<b>”" in nothing
    assert links_to.with_query("/audit/search") in links(empty), "it has a place in the head"


async def test_a_search_that_finds_too_much_says_how_much_and_where_all_of_it_is(
    jonas: Browser, client: Client, worker: Database
) -> None:
    await fill(client, worker, range(12))
    with counted(client.office.database) as statements:
        page = (await jonas.get("/audit/search?q=a")).text
    people = section(page, "people")
    assert len(rows(people)) == SHOWN
    assert "The first 10 of" in people
    assert "/people?q=a" in links(people)
    assert len(statements) <= 5, statements


async def test_only_auditors_search_everything(sign_in: SignIn) -> None:
    other = await sign_in("Somebody Else", Role.ADMIN)
    assert (await other.get("/audit/search?q=holm")).status_code == 403


async def test_the_page_speaks_spanish(sign_in: SignIn) -> None:
    lucia = await sign_in("Lucía", Role.AUDITOR, language="es")
    assert "Comprobar ahora" in (await lucia.get("/audit")).text


def test_faults_that_are_not_named_make_a_pass_impossible_to_tell() -> None:
    one = NamedFault(stream="s", check="projection", code="relationships_stage")
    found = [*replies({"unnamed": 1}, [one])]
    assert [(each.answer, each.why) for each in found] == [
        (CheckAnswer.CANNOT_TELL, WhyUnknown.UNNAMED),
        (CheckAnswer.FAILS, None),
        (CheckAnswer.CANNOT_TELL, WhyUnknown.UNNAMED),
    ]


def test_the_version_of_the_code_is_the_same_until_the_code_changes() -> None:
    release, digest = code_version().split("+")
    assert (release, len(digest), code_version()) == ("0.1.0", 12, f"{release}+{digest}")
