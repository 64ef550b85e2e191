"""An email that only a person can help is a task: an address after the end, words that are missing, a mail server."""

from __future__ import annotations

import pytest

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.notice_rows import NoticeRecords
from activities.adapters.postgres.outbox import SqlOutbox
from domain.actors import Role
from domain.ids import derive
from domain.notices import NoticeKind
from tests.api_gateway.conftest import Client
from tests.api_gateway.person_change_runs import backlog
from tests.api_gateway.test_person_changes import _refused, applied, changed, refused_notice


async def listed(client: Client, reader: str, path: str = "/v1/tasks") -> list[tuple[str, str, str]]:
    """Return kind, subject and outcome of the tasks that a reader sees."""
    found = (await client.send(reader, "GET", path)).json()["data"]
    return [(task["kind"], task["about"], task["outcome"]) for task in found]


async def refused_after_the_end(client: Client, kind: str, code: str) -> str:
    """Refuse an application, and then an email about it for good; return the person."""
    person, relationship = await applied(client)
    await _refused(client, client.engine.started[-1])
    await refused_notice(client, relationship, kind, code, person=person)
    records, outbox = (
        NoticeRecords(client.engine.database, client.office.clock),
        SqlOutbox(client.engine.database),
    )
    await records.mark_refused(derive(kind, code), code)
    for refusal in await outbox.untold(10):
        await outbox.told(refusal, ended=True)
    return person


async def test_c17_an_address_that_refuses_an_email_after_the_end_is_a_task_of_the_region(
    client: Client,
) -> None:
    person = await refused_after_the_end(client, "application_refused", "smtp_550")
    await client.token("elsewhere", Role.COORDINATOR, regions=("r2",))
    assert ("fix_address", person, "") in await listed(client, "coordinator")
    assert await listed(client, "elsewhere") == []
    await changed(client, person, "address")
    assert await backlog(client).reopen_refused() == 1
    assert ("fix_address", person, "corrected") in await listed(client, "coordinator", "/v1/tasks?open=false")
    assert ("fix_address", person, "") not in await listed(client, "coordinator")


@pytest.mark.parametrize(("kind", "code"), [("reminder", "smtp_550"), ("application_refused", "left")])
async def test_c17_what_no_longer_matters_or_has_no_reader_any_more_asks_nobody(
    client: Client, kind: str, code: str
) -> None:
    person = await refused_after_the_end(client, kind, code)
    assert ("fix_address", person, "") not in await listed(client, "coordinator")


async def test_c24_an_email_that_cannot_be_worded_is_one_task_until_the_software_is_another(
    client: Client, worker: Database
) -> None:
    records = NoticeRecords(worker, client.office.clock)
    for notice in ("a" * 32, "b" * 32):
        await records.park_unworded(notice, NoticeKind.COVER_DECIDED)
    assert await listed(client, "admin") == [("correct_words", "cover_decided", "")]
    assert await listed(client, "coordinator") == []
    await records.words_back()
    assert await listed(client, "admin") == []
    assert await listed(client, "admin", "/v1/tasks?open=false") == [
        ("correct_words", "cover_decided", "tried_again")
    ]


async def test_c71_a_mail_server_that_refuses_the_office_is_one_task_until_it_takes_an_email(
    client: Client, worker: Database
) -> None:
    records = NoticeRecords(worker, client.office.clock)
    for _ in range(3):
        await records.mail_refused("smtp_554")
    [task] = (await client.send("admin", "GET", "/v1/tasks")).json()["data"]
    assert task["kind"] == "correct_mail"
    assert "smtp_554" in task["words"]
    await records.mail_taken()
    assert await listed(client, "admin") == []
