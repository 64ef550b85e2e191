"""Digests that were not sent: a corrected address gets what still matters, and what has no words is a task (C17)."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from activities.adapters.mail.digest_words import MailDigests
from activities.adapters.postgres import tables
from activities.adapters.postgres.backlog import SqlBacklog
from activities.adapters.postgres.clock import SqlClock
from domain.ids import derive
from domain.tasks import TaskKind
from tests.activities.postgres import test_digests as digests
from tests.activities.postgres.test_digests import ANN, NINE, TOM, Office, grant, office, person, task

__all__ = ["office"]
EVA = derive("eva")


async def correct_address(office: Office, reader: str = ANN) -> int:
    """Correct the address of a reader, and have the office look at what waits for that."""
    await office.put(tables.person_changes, {"person": reader, "kind": "address", "day": date(2027, 1, 12)})
    return await SqlBacklog(office.worker, SqlClock(office.worker), {}).reopen_refused()


async def address_tasks(office: Office) -> list[tuple[str, str]]:
    row = tables.tasks.c
    found = await office.do(
        select(row.about, row.outcome).where(row.kind == TaskKind.FIX_ADDRESS.value).order_by(row.opened_at)
    )
    return [tuple(each) for each in found]


async def test_c17_a_digest_that_was_refused_leaves_in_its_morning_at_the_corrected_address(
    office: Office,
) -> None:
    await office.put(tables.grants, grant(ANN))
    await office.put(tables.tasks, task("done"), task("open"))
    office.server.refuses = "smtp_550"
    assert len(await office.at(NINE)) == 1
    assert await correct_address(office) == 1
    assert await address_tasks(office) == [(ANN, "corrected")]
    office.server.refuses = ""
    await office.change(tables.tasks, tables.tasks.delete().where(tables.tasks.c.id == "done"))
    [email] = await office.at(NINE + timedelta(hours=1))
    assert email.wording.text.count("\n- ") == 1, "what was done meanwhile is not in it"
    assert await office.at(NINE + timedelta(hours=2)) == []
    assert await correct_address(office) == 0, "nothing waits for a further correction"


async def test_c17_what_was_refused_and_is_corrected_in_the_afternoon_is_news_of_the_next_morning(
    office: Office,
) -> None:
    await office.put(tables.grants, grant(TOM))
    await office.put(tables.tasks, task("open"))
    office.server.refuses = "smtp_550"
    await office.at(NINE)
    await correct_address(office, TOM)
    office.server.refuses = ""
    assert await office.at(NINE + timedelta(hours=6)) == []
    [email] = await office.at(NINE + timedelta(days=1))
    assert email.wording.text.count("\n- ") == 1
    assert await address_tasks(office) == [(TOM, "corrected")]


async def test_a_second_wrong_address_of_a_reader_is_a_second_task(office: Office) -> None:
    await office.put(tables.people, person(EVA, "Eva Lind"))
    await office.put(tables.grants, grant(EVA))
    await office.put(tables.tasks, task("open"))
    office.server.refuses = "smtp_550"
    await office.at(NINE)
    await correct_address(office, EVA)
    await office.at(NINE + timedelta(hours=1))
    assert await address_tasks(office) == [(EVA, "corrected"), (EVA, "")]


async def test_a_digest_without_words_is_one_task_and_is_not_tried_again_that_morning(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.put(tables.grants, grant(ANN))
    await office.put(tables.tasks, task("open"))
    asked: list[datetime] = []

    class NoWords(MailDigests):
        def email(self, digest: object) -> object:
            asked.append(NINE)
            raise KeyError("a word that no template has")

    monkeypatch.setattr(digests, "MailDigests", NoWords)
    assert await office.at(NINE) == []
    assert await office.at(NINE + timedelta(hours=1)) == []
    row = tables.tasks.c
    found = await office.do(select(row.about, row.role).where(row.kind == TaskKind.CORRECT_WORDS.value))
    assert (found, len(asked)) == ([("digest", "admin")], 1)
