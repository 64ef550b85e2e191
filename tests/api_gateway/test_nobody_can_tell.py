"""C58: nobody whom a case is about can tell from anything that leaves the office that the case exists."""

from difflib import unified_diff

import pytest

from activities.adapters.postgres.journal import SqlRecords
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.sample_office import COORDINATOR
from tests.api_gateway.same_story import (
    IDS,
    OTHER,
    READERS,
    Told,
    comparable,
    emails,
    everything,
    inner_ids,
    open_case,
    told,
)
from tests.conftest import FreshDatabase

CASES = {
    ("mentee", "mentor"): ("mentor", "payment"),
    ("mentor", "mentee"): ("mentee", "payment"),
    ("another", "coordinator"): READERS,
    ("another", "payment"): ("mentor", "mentee", "payment"),
}
"""Who complains about whom, and who may not learn of it."""
_WITHOUT: dict[str, dict[str, str]] = {}


async def all_that(here: Told, who: str) -> dict[str, str]:
    """Return everything that a person gets, and check that no id in it counts events."""
    sent = await emails(here, who)
    found = {**await everything(here, who), **{f"email {number}": each for number, each in enumerate(sent)}}
    assert len(found) > 50
    counted = await inner_ids(here)
    assert counted
    leaks = {name: ids for name, text in here.raw.items() if (ids := counted & {*IDS.findall(text)})}
    assert leaks == {}, "these name what counts the events of a pair"
    return found


def difference(without: str, with_case: str) -> list[str]:
    """Return the lines that two texts do not share."""
    compared = unified_diff(without.split("\n"), with_case.split("\n"), n=0, lineterm="")
    return [line for line in compared if not line.startswith(("---", "+++", "@@"))]


async def without_a_case(fresh: FreshDatabase) -> dict[str, dict[str, str]]:
    """Return what everybody gets in an office without a case."""
    if not _WITHOUT:
        async with told(fresh) as here:
            _WITHOUT.update({who: await all_that(here, who) for who in READERS})
    return _WITHOUT


@pytest.mark.parametrize(("accuser", "against"), CASES, ids=lambda each: each)
async def test_whom_a_case_is_about_gets_the_same_with_it_and_without(
    fresh_database: FreshDatabase, accuser: str, against: str
) -> None:
    expected = await without_a_case(fresh_database)
    async with told(fresh_database, accuser, against) as here:
        for who in CASES[accuser, against]:
            found = await all_that(here, who)
            assert {*found} == {*expected[who]}
            telling = {name: difference(expected[who][name], text) for name, text in found.items()}
            assert {name: lines for name, lines in telling.items() if lines} == {}, f"{who} can tell"


async def feed(here: Told, who: str) -> str:
    """Return the calendar of one of the pair, as a calendar program fetches it from its secret address."""
    made = await here.client.send(who, "POST", "/v1/people/me/calendar-address", key="address")
    assert made.status_code == 201, made.text
    answer = await here.client.get(made.json()["address"])
    assert answer.status_code == 200, answer.text
    assert "BEGIN:VEVENT" in answer.text
    return comparable(here, who, answer)


async def test_the_calendar_at_its_secret_address_tells_nothing_of_a_case(
    fresh_database: FreshDatabase,
) -> None:
    about = {"mentor": "mentee", "mentee": "mentor"}
    async with told(fresh_database) as here:
        without = {who: await feed(here, who) for who in about}
    for who, accuser in about.items():
        async with told(fresh_database, accuser, who) as here:
            assert difference(without[who], await feed(here, who)) == [], f"{who} can tell"


async def sent_late(here: Told, *, case: bool, seen: bool) -> str:
    """Return what a coordinator gets who opens a form, and sends it after something has happened meanwhile."""
    browser, pair = here.browsers["coordinator"], here.pair
    path = f"/relationships/{pair.id}/acts/pause-relationship"
    form = form_to((await browser.get(path)).text, path)
    if case:
        open_case(pair, OTHER, COORDINATOR.id)
    if seen:
        pair.meet(confirmed=False)
    await pair.store(SqlRecords(here.worker))
    filled = form.filled(reason=form.choices["reason"][-1])
    answer = await browser.post(path, filled)
    assert answer.status_code == (409 if seen else 303), answer.text
    return comparable(here, "coordinator", answer) + answer.headers.get("location", "")


@pytest.mark.parametrize("seen", [False, True], ids=["nothing else happened", "something else happened"])
async def test_a_form_that_is_sent_late_tells_nothing_of_a_case(
    fresh_database: FreshDatabase, seen: bool
) -> None:
    answers = []
    for case in (False, True):
        async with told(fresh_database) as here:
            answers.append(await sent_late(here, case=case, seen=seen))
    assert answers[0] == answers[1]
