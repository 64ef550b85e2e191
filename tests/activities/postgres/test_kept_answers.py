"""The migration that removes the bodies of stored answers that showed people."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.activities.postgres.test_people_migration import owner, upgrade

__all__ = ["owner"]

KEPT = """
insert into office.commands (id, kind, subject, payload, fingerprint, actor, claimed_until, status, answer) values
    ('a', 'ProposeImport', '', '{}', '', '{}', now(), 201, '{"id": "i", "rows": [{"after": "ann@post.example"}]}'),
    ('b', 'AnswerImport', '', '{}', '', '{}', now(), 422, '{"code": "c", "errors": [{"detail": "Ann"}]}'),
    ('c', 'AnswerImport', '', '{}', '', '{}', now(), null, null),
    ('d', 'AddPerson', '', '{}', '', '{}', now(), 201, '{"person": "p"}')
"""


async def test_stored_answers_of_imports_keep_what_is_needed_to_read_them_again(
    owner: AsyncConnection,
) -> None:
    await owner.run_sync(upgrade, "0015")
    await owner.execute(text(KEPT))
    await owner.run_sync(upgrade, "0017")
    rows = await owner.execute(text("select answer from office.commands order by id"))
    assert [row.answer for row in rows] == [{"id": "i"}, {"code": "c"}, None, {"person": "p"}]
