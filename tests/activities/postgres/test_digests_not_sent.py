"""A digest for which there are no words is one task, and is not tried again in that morning."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from activities.adapters.mail.digest_words import MailDigests
from activities.adapters.postgres import tables
from activities.ports.digests import DigestToSend
from activities.ports.notices import Email
from domain.tasks import TaskKind
from tests.activities.postgres import test_digests as digests
from tests.activities.postgres.test_digests import ANN, NINE, Office, grant, office, task

__all__ = ["office"]


async def test_a_digest_without_words_is_one_task_and_is_not_tried_again_that_morning(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.put(tables.grants, grant(ANN))
    await office.put(tables.tasks, task("open"))
    asked: list[str] = []

    class NoWords(MailDigests):
        def email(self, digest: DigestToSend) -> Email:
            asked.append(digest.id)
            raise KeyError("a word that no template has")

    monkeypatch.setattr(digests, "MailDigests", NoWords)
    assert await office.at(NINE) == []
    assert await office.at(NINE + timedelta(hours=1)) == []
    row = tables.tasks.c
    found = await office.do(select(row.about, row.role).where(row.kind == TaskKind.CORRECT_WORDS.value))
    assert (found, len(asked)) == ([("digest", "admin")], 1)
