"""The migration that removes bodies of stored answers that showed people, and dates answers about doubles."""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.actors import SYSTEM
from domain.ids import derive, h_stream
from domain.journal import FIRST_PREV, Cause, Envelope, Kind, encode, seal
from domain.people.identity import pair_of
from tests.activities.postgres.test_people_migration import owner, upgrade

__all__ = ["owner"]

KEPT = """
insert into office.commands (id, kind, subject, payload, fingerprint, actor, claimed_until, status, answer) values
    ('a', 'ProposeImport', '', '{}', '', '{}', '2026-10-01', 201, '{"id": "i", "rows": [{"after": "ann@a.example"}]}'),
    ('b', 'AnswerImport', '', '{}', '', '{}', '2026-10-01', 422, '{"code": "c", "errors": [{"detail": "Ann"}]}'),
    ('c', 'AnswerImport', '', '{}', '', '{}', '2026-10-01', null, null),
    ('d', 'AddPerson', '', '{}', '', '{}', '2026-10-01', 201, '{"person": "p"}')
"""


async def test_stored_answers_of_imports_keep_what_is_needed_to_read_them_again(
    owner: AsyncConnection,
) -> None:
    await owner.run_sync(upgrade, "0015")
    await owner.execute(text(KEPT))
    await owner.run_sync(upgrade, "0017")
    rows = await owner.execute(text("select answer from office.commands order by id"))
    assert [row.answer for row in rows] == [{"id": "i"}, {"code": "c"}, None, {"person": "p"}]


async def test_an_answer_about_doubles_gets_the_instant_of_its_event(
    owner: AsyncConnection,
) -> None:
    await owner.run_sync(upgrade, "0015")
    one, other = pair_of(derive("one"), derive("other"))
    instants = []
    for person, about in ((one, other), (other, one)):
        stream = h_stream(person)
        for seq, type in ((1, "PersonsKeptApart"), (2, "PersonMerged")):
            instants.append(await append(owner, stream, seq, type, about))
    await owner.execute(
        text(
            "insert into office.person_answers values ('one', :one, :other, 'same', 'p', '2026-10-01', '2026-01-01'),"
            " ('one', '0', '1', 'two', 'p', '2026-01-01T00:00:00Z', '2026-01-01')"
        ),
        {"one": one, "other": other},
    )
    await owner.run_sync(upgrade, "0017")
    rows = (await owner.execute(text("select answered_at from office.person_answers order by one"))).all()
    assert rows[0].answered_at.isoformat() == "2026-01-01T00:00:00+00:00", "no event, so the audit names it"
    assert rows[1].answered_at == instants[1], "the newest event in the stream of the first"


async def append(owner: AsyncConnection, stream: str, seq: int, type: str, about: str) -> datetime:
    """Append an event about two entries to a stream, and return its instant."""
    before = await owner.scalar(
        text("select hash from journal.events where stream = :s order by seq desc limit 1"), {"s": stream}
    )
    body = {"fields": [], "commit": "0" * 64, "other": about} | ({"stands": about} if seq == 2 else {})
    envelope = Envelope(
        type=type,
        origin="test/1",
        stream=stream,
        kind=Kind.PERSON,
        seq=seq,
        prev=before or FIRST_PREV,
        actor=SYSTEM,
        decided_at=datetime(2026, 3, seq, 12, 30, 1, 250_000, tzinfo=UTC),
        cause=Cause(command=derive(stream, str(seq))),
        body=body,
    )
    encoded = encode(envelope)
    row = {"s": stream, "q": seq, "t": type, "h": seal(encoded), "p": envelope.prev, "b": encoded}
    insert = "insert into journal.events (stream, seq, kind, type, hash, prev, bytes, command, step)"
    await owner.execute(text(f"{insert} values (:s, :q, 'H', :t, :h, :p, :b, :h, 0)"), row)
    return envelope.decided_at
