"""A sign-in code: right in the asking browser only, five tries, ten minutes, and no word of whose an address is."""

import re
from datetime import date, timedelta
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import create_async_engine

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from api_gateway.door.own_address import own_address
from domain.notices import NoticeKind
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from domain.relationship.stages.matching.proposal import ProposeMatch
from tests.api_gateway.conftest import Client, add_person
from tests.api_gateway.door.codes import Codes, ask, enter, type_in
from tests.api_gateway.door.conftest import Mail, Visit, address_of
from tests.api_gateway.pages.forms_in_page import form_to, forms_in
from tests.api_gateway.pages.live import LivePair, live_pair
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR

MINE, OTHER = address_of(MENTOR.id), address_of(MENTEE.id)
STRANGER = "nobody@example.org"


@pytest.fixture
def codes(client: Client, worker: Database) -> Codes:
    """Return the worker that sends codes."""
    return Codes(client, worker)


async def owner(client: Client, statement: Any) -> None:
    """Run a statement as the owner of the tables."""
    engine = create_async_engine(client.office.settings.database_url("migrator"))
    async with engine.begin() as connection:
        await connection.execute(statement)
    await engine.dispose()


async def test_the_right_code_opens_my_page_and_the_page_that_was_wanted(
    pair: LivePair, visit: Visit, codes: Codes
) -> None:
    asked = await visit.get("/my")
    assert (asked.status_code, asked.headers["location"]) == (303, "/code")
    assert await enter(visit, codes, f"  {MINE.upper()} ") == "/my"
    assert [each.email for each in codes.sent[0].to] == [MINE]
    page = await visit.get("/my")
    assert page.status_code == 200
    assert "Sam" in page.text


async def test_only_a_path_of_my_page_is_where_a_code_leads(
    pair: LivePair, visit: Visit, codes: Codes
) -> None:
    for wanted in ("//evil.example", "https://evil.example", "/my/../t", "/mystery", "/my\\evil", "/t"):
        place = await ask(visit, MINE, httpx.QueryParams(next=wanted)["next"])
        assert place == "/code/check"
    assert await enter(visit, codes, MINE, "/my/download") == "/my/download"


async def test_five_wrong_codes_and_the_right_one_is_no_use(
    pair: LivePair, visit: Visit, codes: Codes
) -> None:
    place = await ask(visit, MINE)
    await codes.work()
    wrong = f"{(int(codes.digits.replace(' ', '')) + 1) % 10**8:08d}"
    for said in (
        "4 tries left",
        "3 tries left",
        "2 tries left",
        "one try left",
        "You have used all five tries",
    ):
        status, page = await type_in(visit, place, wrong)
        assert status == 422
        assert said in page
    status, page = await type_in(visit, place, codes.digits)
    assert (status, "You have used all five tries: ask for a new code" in page) == (422, True)
    assert 'name="code"' not in page
    assert (await visit.get("/my")).status_code == 303


async def test_four_wrong_codes_leave_the_right_one(pair: LivePair, visit: Visit, codes: Codes) -> None:
    place = await ask(visit, MINE)
    await codes.work()
    eight, none = "The code has eight digits", "Type the eight digits"
    for typed, said in (("12", eight), ("", none), ("abc", none), ("123456789", eight)):
        status, page = await type_in(visit, place, typed)
        assert (status, said in page) == (422, True)  # no code at all, so no try
    for _ in range(4):
        assert (await type_in(visit, place, "00000000"))[0] == 422
    assert (await type_in(visit, place, f" {codes.digits.replace(' ', '-')} "))[0] == 303


async def test_another_browser_gets_in_with_no_code(
    pair: LivePair, visit: Visit, codes: Codes, transport: httpx.ASGITransport
) -> None:
    place = await ask(visit, MINE)
    await codes.work()
    digits, thief = codes.digits, Visit(transport)
    assert (await thief.get(place)).headers["location"] == "/code"
    form = form_to((await visit.get(place)).text, "/code/check").filled(code=digits)
    assert (await thief.post("/code/check", form)).status_code == 403
    theirs = await ask(thief, MINE)
    assert (await type_in(thief, theirs, digits))[0] == 422
    assert (await thief.get("/my")).status_code == 303
    assert (await type_in(visit, place, digits))[0] == 303


async def test_a_code_is_used_once(pair: LivePair, visit: Visit, codes: Codes) -> None:
    place = await ask(visit, MINE)
    await codes.work()
    form = form_to((await visit.get(place)).text, "/code/check").filled(code=codes.digits)
    cookies = dict(visit.http.cookies)
    assert (await visit.post("/code/check", form)).status_code == 303
    visit.http.cookies = httpx.Cookies(cookies)
    again = await visit.post("/code/check", form)
    assert (again.status_code, "This code has expired" in again.text) == (422, True)


async def test_a_code_lives_ten_minutes_of_real_time(
    pair: LivePair, visit: Visit, codes: Codes, client: Client
) -> None:
    row = tables.sign_in_codes.c
    for minutes, status in ((9, 303), (11, 422)):
        visit.http.cookies = httpx.Cookies()
        place = await ask(visit, MINE)
        await codes.work()
        ago = row.asked_at - text(f"interval '{minutes} minutes'")
        await owner(client, update(tables.sign_in_codes).values(asked_at=ago))
        answer = await type_in(visit, place, codes.digits)
        assert answer[0] == status
    assert "This code has expired: ask for a new one" in answer[1]


async def test_known_and_unknown_addresses_get_the_same_answers(
    pair: LivePair, visit: Visit, codes: Codes, transport: httpx.ASGITransport, client: Client
) -> None:
    answers = []
    for address, browser in ((MINE, visit), (STRANGER, Visit(transport))):
        form = form_to((await browser.get("/code")).text, "/code")
        sent = await browser.post("/code", form.filled(address=address))
        await codes.work()
        field = await browser.get(sent.headers["location"])
        tries = [await type_in(browser, sent.headers["location"], "00000000") for _ in range(6)]
        tries += [await type_in(browser, sent.headers["location"], typed) for typed in ("", "1")]
        pages = [sent.text, field.text, *(page for _, page in tries)]
        texts = [without_secret(page).replace(address, "the address") for page in pages]
        names = {name for name, _ in sent.headers.items()}
        statuses = [sent.status_code, *(status for status, _ in tries)]
        answers.append((statuses, sent.headers["location"], names, texts))
        await owner(
            client,
            update(tables.sign_in_codes).values(
                asked_at=tables.sign_in_codes.c.asked_at - text("interval '1 hour'")
            ),
        )
        late = await type_in(browser, sent.headers["location"], "00000000")
        answers[-1][-1].append(without_secret(late[1]).replace(address, "the address"))
        assert "This code has expired" in late[1]
    assert answers[0] == answers[1]
    assert [each.to[0].email for each in codes.sent] == [MINE]


@pytest.mark.parametrize(
    ("next", "said"),
    [
        ("/my", ""),
        ("/my/download", "takes you on to the page that you asked for"),
        (own_address("SignAgreement", "a" * 32), "takes you on to sign your agreement"),
        (own_address("SubmitSurvey", "a" * 32), "with the answers that you saved"),
        (own_address("LogMeeting", "a" * 32), "The code takes you on to your form."),
    ],
)
async def test_the_page_of_a_code_shows_the_typed_address_and_what_the_code_is_for(
    next: str, said: str, pair: LivePair, visit: Visit, transport: httpx.ASGITransport
) -> None:
    asked = (await visit.get(f"/code?next={next}")).text
    field = (await visit.get(await ask(visit, "sam.orti@example.org", next))).text
    assert "sam.orti@example.org" in field
    for page in (asked, field):
        assert said in page
        assert ("The code takes you on" in page) is bool(said)
    # What was typed is there to be corrected, in this browser alone.
    assert 'value="sam.orti@example.org"' in (await visit.get("/code")).text
    assert "sam.orti" not in (await Visit(transport).get("/code")).text


async def test_no_address_of_a_stranger_and_no_digit_is_stored(
    pair: LivePair, visit: Visit, codes: Codes, worker: Database
) -> None:
    await ask(visit, STRANGER)
    await ask(visit, MINE)
    await codes.work()
    async with worker.transaction() as connection:
        rows = (await connection.execute(select(tables.sign_in_codes))).all()
    stored = str(rows)
    assert {row.outcome for row in rows} == {"sent", "unknown"}
    assert {row.bound for row in rows} == {""}
    assert STRANGER not in stored
    assert MINE not in stored
    assert codes.digits.replace(" ", "") not in stored
    assert codes.digits not in codes.sent[0].copy.wording.text
    assert "[sign-in code]" in codes.sent[0].copy.wording.text
    assert codes.digits not in codes.sent[0].copy.wording.html


async def test_a_mailbox_gets_five_codes_an_hour(
    pair: LivePair, codes: Codes, transport: httpx.ASGITransport, client: Client
) -> None:
    for _ in range(7):
        await ask(Visit(transport), MINE)
        await codes.work()
    assert len(codes.sent) == 5
    await ask(Visit(transport), OTHER)
    await codes.work()
    assert len(codes.sent) == 6
    row = tables.sign_in_codes.c
    await owner(
        client, update(tables.sign_in_codes).values(asked_at=row.asked_at - text("interval '61 minutes'"))
    )
    await ask(Visit(transport), MINE)
    await codes.work()
    assert len(codes.sent) == 7


async def test_a_network_address_asks_for_twenty_codes_an_hour(
    pair: LivePair, codes: Codes, transport: httpx.ASGITransport, client: Client
) -> None:
    people = [f"{number:032x}" for number in range(1, 6)]
    for number, id in enumerate(people):
        await add_person(client, id, email=f"p{number}@example.org")
    await takes_part(client, people)
    for number in range(5):
        for _ in range(5):
            await ask(Visit(transport), f"p{number}@example.org")
            await codes.work()
    assert len(codes.sent) == 20


async def test_a_mail_server_that_is_away_gets_the_same_digits_later(
    pair: LivePair, visit: Visit, codes: Codes
) -> None:
    place = await ask(visit, MINE)
    codes.away = True
    assert await codes.work()
    codes.away = False
    assert not await codes.work()
    assert (await type_in(visit, place, codes.digits))[0] == 303


async def test_who_shares_a_mailbox_says_who_signs_in(
    pair: LivePair, visit: Visit, codes: Codes, client: Client
) -> None:
    person = tables.people.c
    async with client.office.database.transaction() as connection:
        await connection.execute(update(tables.people).where(person.id == MENTEE.id).values(email=MINE))
    assert await enter(visit, codes, MINE, "/my/download") == "/code/who?next=/my/download"
    assert len(codes.sent) == 1
    assert "Hello" not in codes.sent[0].wording.text
    assert (await visit.get("/my")).status_code == 303
    page = await visit.get("/code/who?next=/my/download")
    assert "Robin" in page.text
    assert "Reyes" not in page.text
    form = form_to(page.text, "/code/who")
    assert (await visit.post("/code/who", form.filled())).status_code == 422
    answer = await visit.post("/code/who", form.filled(who="1"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/my/download")
    assert "Robin" in (await visit.get("/my")).text


async def test_a_browser_with_an_opened_link_types_no_address(
    pair: LivePair, mail: Mail, visit: Visit, codes: Codes
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, about="meeting", rung="1"))["LogMeeting"]
    await visit.open(token)
    page = await visit.get("/code")
    assert "s•••@example.org" in page.text
    assert MINE not in page.text
    form = next(each for each in forms_to(page.text) if "address" not in each.asked)
    answer = await visit.post("/code", form.filled())
    await codes.work()
    assert [each.email for each in codes.sent[0].to] == [MINE]
    assert (await type_in(visit, answer.headers["location"], codes.digits)) == (303, "/my")


async def test_the_pages_of_a_code_speak_the_language_of_whose_link_was_opened(
    pair: LivePair, mail: Mail, visit: Visit, codes: Codes, client: Client
) -> None:
    async with client.office.database.transaction() as connection:
        person = tables.people.c
        await connection.execute(update(tables.people).where(person.id == MENTOR.id).values(language="es"))
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, about="meeting", rung="1"))["LogMeeting"]
    await visit.open(token)
    form = next(each for each in forms_to((await visit.get("/code")).text) if "address" not in each.asked)
    place = (await visit.post("/code", form.filled())).headers["location"]
    page = await visit.get(place)
    assert "s•••@example.org" in page.text
    assert '<html lang="es">' in page.text
    wrong = await type_in(visit, place, "1111 1111")
    assert (wrong[0], '<html lang="es">' in wrong[1]) == (422, True)
    await codes.work()
    assert (await type_in(visit, place, codes.digits)) == (303, "/my")


async def test_a_mentor_who_is_only_proposed_or_has_no_pair_yet_signs_in(
    client: Client, worker: Database, transport: httpx.ASGITransport, codes: Codes
) -> None:
    mentor, applied = tables.mentors.c.person == MENTOR.id, await live_pair(client, worker)
    visit = Visit(transport)
    assert await enter(visit, codes, MINE) == "/my"
    assert "You have no mentoring here yet" in (await visit.get("/my")).text
    await owner(client, delete(tables.mentors).where(mentor))
    visit = Visit(transport)
    await ask(visit, MINE)
    await codes.work()
    assert len(codes.sent) == 1
    applied.do(RecordPreMatchContact, COORDINATOR, contacted_on=date(2026, 8, 3), needs=("budget",))
    applied.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    await applied.at(applied.now + timedelta(hours=1))
    assert await enter(visit, codes, MINE) == "/my"
    assert "/my/acts/decline-match/" in (await visit.get("/my")).text


async def test_who_takes_no_part_or_has_left_gets_no_code(
    pair: LivePair, visit: Visit, codes: Codes, client: Client
) -> None:
    await add_person(client, "f" * 32, email="staff@example.org")
    await ask(visit, "staff@example.org")
    person = tables.people.c
    async with client.office.database.transaction() as connection:
        left = update(tables.people).where(person.id == MENTOR.id).values(left_on=pair.now.date())
        await connection.execute(left)
    await ask(visit, MINE)
    await codes.work()
    assert codes.sent == []


async def test_what_is_no_address_is_a_fault_of_the_field(pair: LivePair, visit: Visit) -> None:
    form = form_to((await visit.get("/code")).text, "/code")
    for typed in ("", "sam", "sam@", "a b@example.org", "x" * 300 + "@example.org"):
        answer = await visit.post("/code", form.filled(address=typed))
        assert answer.status_code == 422
        assert "Write an address such as" in answer.text


async def test_another_site_asks_for_no_code(pair: LivePair, visit: Visit, worker: Database) -> None:
    form = form_to((await visit.get("/code")).text, "/code").filled(address=MINE)
    answer = await visit.post("/code", form, **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    async with worker.transaction() as connection:
        assert (await connection.execute(select(tables.sign_in_codes.c.id))).all() == []


def without_secret(page: str) -> str:
    """Return a page without the secret of its form, which is another one in each browser."""
    return re.sub(r'name="csrf" value="[0-9a-f]+"', "", page)


def forms_to(page: str) -> list[Any]:
    """Return the forms of a page that ask for a code."""
    return [each for each in forms_in(page) if each.action == "/code"]


async def takes_part(client: Client, people: list[str]) -> None:
    """Have some people apply."""
    rows = [
        {
            "id": f"{number:032x}",
            "person": person,
            "program": "masa",
            "term": "t",
            "region": "r1",
            "reason": "new",
            "first_year": True,
            "applied_on": date(2026, 8, 1),
            "relationship": f"{number:032x}",
            "actor": {},
        }
        for number, person in enumerate(people)
    ]
    async with client.office.database.transaction() as connection:
        await connection.execute(tables.applications.insert(), rows)
