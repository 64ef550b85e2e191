"""C14: an office on a Sunday at 23:00: what waits, until when, and what leaves at once."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest_asyncio

from activities.adapters.files.program_files import load_programs
from domain.calendar import DAY
from tests.conftest import PROGRAM, office_at_ten, unavailable
from tests.e2e.people import Api, furnished, person
from workers.embedded.clock import demo_clock
from workers.embedded.stack.mail_catcher import Mailbox
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.supervisor import OfficeProcesses
from workers.embedded.waiting_emails import in_words, office_hour

CALENDAR = load_programs()[PROGRAM].rules.calendar


def sunday_night(now: datetime) -> datetime:
    """Return the next Sunday at 23:00 whose Monday is a working day."""
    day = CALENDAR.local_date(now)
    while day.weekday() != 6 or CALENDAR.at(day, time(23)) < now or not CALENDAR.working(day + DAY):
        day += DAY
    return CALENDAR.at(day, time(23))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office() -> AsyncIterator[tuple[OfficeProcesses, Api]]:
    """Yield an office on a Sunday night, with the present term."""
    try:
        async with office_at_ten(first_hour=sunday_night) as office:
            api = await furnished(office, PROGRAM)
            yield office, api
            await api.close()
    except StartFailed as obstacle:
        unavailable(obstacle)


def left(office: OfficeProcesses) -> list[tuple[str, str]]:
    """Return to whom and in which hour emails went, in the order of the mailbox."""
    mailbox = Mailbox(office.data.mails)
    found = []
    for number, email in enumerate(mailbox.all(), start=1):
        message = mailbox.read(number)
        assert message is not None
        at = parsedate_to_datetime(message["Date"]).astimezone(CALENDAR.zone)
        found.append((email.recipients[0], f"{at:%a %H}"))
    return found


async def waiting(api: Api) -> list[tuple[str, str]]:
    """Return the kinds of the emails that wait, with the hour at which each may leave."""
    rows: list[dict[str, Any]] = (await api.get("auditor", "notices", status="pending"))["data"]
    hours = [datetime.fromisoformat(row["not_before"]).astimezone(CALENDAR.zone) for row in rows]
    return [(row["kind"], f"{hour:%a %H:%M}") for row, hour in zip(rows, hours, strict=True)]


async def test_on_a_sunday_night_only_the_answer_to_ones_own_act_leaves(
    office: tuple[OfficeProcesses, Api],
) -> None:
    stack, api = office
    today = await api.today()
    assert today.weekday() == 6
    dates = {"first": str(today - timedelta(days=60)), "last": str(today + timedelta(days=250))}
    term = (await api.done("admin", "terms", {"program": PROGRAM, "name": "now", **dates}))["term"]
    application = {
        "person": person("mentee"),
        "term": term,
        "reason": "new_to_role",
        "applied_on": str(today),
    }
    opened = await api.done("mentee", "applications", application)
    subject = f"relationships/{opened['relationship']}"
    await api.until("coordinator", subject, stage="matching")
    await api.done("coordinator", f"{subject}/propose-match", {"mentor": person("mentor")})
    async with demo_clock(stack.settings) as clock:
        await clock.rest()
        assert {address for address, _ in left(stack)} == {"mentee@example.org"}
        assert {hour for _, hour in left(stack)} == {"Sun 23"}
        assert ("match_proposed", "Mon 07:00") in await waiting(api)
        assert {hour for _, hour in await waiting(api)} == {"Mon 07:00"}

        count, monday = len(await waiting(api)), today + DAY
        said = (await office_hour(stack.settings, CALENDAR.zone))["Emails"]
        assert said == in_words(count, *[CALENDAR.at(monday, time(7))] * 2, CALENDAR.zone)

        at_once = len(left(stack))
        await clock.move_to(CALENDAR.at(monday, time(6, 50)))
        assert len(left(stack)) == at_once
        await clock.move_to(CALENDAR.at(monday, time(8)))
        assert await waiting(api) == []
        assert ("mentor@example.org", "Mon 07") in left(stack)
        assert {hour for _, hour in left(stack)} == {"Sun 23", "Mon 07"}
    await words_are_kept(stack, api)


async def words_are_kept(office: OfficeProcesses, api: Api) -> None:
    """Check that the words of each email can be read as they arrived, but for its links, and who read them."""
    mailbox, rows = Mailbox(office.data.mails), await api.every("auditor", "notices")
    arrived = {}
    for number in range(1, len(mailbox.all()) + 1):
        message = mailbox.read(number)
        assert message is not None
        body = message.get_body(("plain",))
        assert body is not None
        headers = (str(message[name] or "") for name in ("From", "Reply-To", "To", "Subject"))
        text = re.sub(r"http\S+/t#\S+", "[personal link]", body.get_content().replace("\r\n", "\n"))
        arrived[message["Message-ID"]] = (*headers, text)
    kept, sent = {}, [row for row in rows if row["status"] == "sent"]
    for row in sent:
        for each in (await api.get("auditor", f"notices/{row['id']}/words"))["emails"]:
            words = tuple(each[name] for name in ("from", "reply_to", "to", "subject", "text"))
            kept[each["message_id"]] = words
    assert kept == arrived
    assert len(kept) == len(sent) == 2
    side = await api.get("auditor", f"relationships/{sent[0]['subject']}/side-history")
    assert [each["type"] for each in side["data"]] == ["EmailRead"] * len(sent)
