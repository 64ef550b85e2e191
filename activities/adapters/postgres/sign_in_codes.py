"""The rows of sign-in codes as the worker handles them: whose mailbox each is, how many were sent, how each ended.

Everything is counted in the database's own time, which no demo moves.
"""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Connection, Database
from activities.adapters.postgres.writes.sign_in_codes import takes_part
from activities.ports.notices import Person
from activities.ports.sign_in_codes import CodeOutcome, CodeReader, CodeToSend
from domain.sign_in_codes import A_MAILBOX, A_NETWORK, LIFE, WITHIN

_CODE: Final = tables.sign_in_codes.c
_KEPT: Final = timedelta(days=1)
"""How long the row of a code stays."""
_AT_ONCE: Final = 50


class SqlSignInCodes:
    """The ``SignInCodes`` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def to_send(self) -> tuple[CodeToSend, ...]:
        """Return the codes that are not sent yet, the oldest first; what is too old is put aside."""
        table, waiting = tables.sign_in_codes, _CODE.done_at.is_(None)
        async with self._database.transaction() as connection:
            if not (await connection.scalar(select(_CODE.id).where(waiting).limit(1))):
                return ()
            await connection.execute(delete(table).where(_CODE.asked_at < func.now() - _KEPT))
            late = update(table).where(waiting, _CODE.asked_at < func.now() - LIFE)
            await connection.execute(late.values(done_at=func.now(), outcome=CodeOutcome.LATE, bound=""))
            rows = await connection.execute(
                select(table).where(waiting).order_by(_CODE.asked_at, _CODE.id).limit(_AT_ONCE)
            )
            return tuple([await _code(connection, row) for row in rows.all()])

    async def bind(self, id: str, proof: str) -> None:
        """Keep what the digits of a code are compared with, and forget the secret of its browser."""
        await self._set(id, proof=proof, bound="")

    async def done(self, id: str, outcome: CodeOutcome) -> None:
        """Record how a code ended."""
        await self._set(id, done_at=func.now(), outcome=outcome.value, bound="")

    async def _set(self, id: str, **values: Any) -> None:
        async with self._database.one_statement() as connection:
            await connection.execute(update(tables.sign_in_codes).where(_CODE.id == id).values(**values))


async def _code(connection: Connection, row: Any) -> CodeToSend:
    person = tables.people.c
    readers = await connection.execute(
        select(person.id, person.name, person.email, person.language, person.association)
        .where(func.office.mailbox_digest(person.email_plain) == row.mailbox, takes_part())
        .where(or_(row.person == "", person.id == row.person))
        .order_by(person.name, person.id)
    )
    return CodeToSend(
        id=row.id,
        bound=row.bound,
        language=row.language,
        readers=tuple(
            CodeReader(
                person=Person(id=each.id, name=each.name, email=each.email, language=each.language),
                association=each.association,
            )
            for each in readers
        ),
        enough=await _sent(connection, _CODE.mailbox == row.mailbox) >= A_MAILBOX
        or await _sent(connection, _CODE.network == row.network) >= A_NETWORK,
    )


async def _sent(connection: Connection, of: ColumnElement[bool]) -> int:
    """Return how many emails with codes have left within the hour."""
    recent = _CODE.asked_at > func.now() - WITHIN
    wanted = select(func.count()).where(of, recent, _CODE.outcome == CodeOutcome.SENT)
    return int(await connection.scalar(wanted) or 0)
