"""Sign-in codes as the door handles them: one is asked for, tried, and used for a session. All in real time.

The door knows no digits. The worker makes and sends them (``../sign_in_codes.py``), and leaves a hash over the
browser's secret and the digits, with which a try is compared.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Date, and_, cast, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import OFFSET
from activities.adapters.postgres.database import ACTS_FOR, ActsFor, Database
from activities.adapters.postgres.writes.door_sessions import begin_session
from domain.sign_in_codes import LIFE, TRIES, proof_of

_CODE: Final = tables.sign_in_codes.c


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxOwner:
    """Somebody whose mailbox a code went to."""

    person: str
    name: str
    language: str


class SignInCodeWrites:
    """The writes of codes; each is for the browser whose proof the process holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, row: "NewCode") -> None:
        """Have a code sent to a mailbox, whoever it belongs to; the worker finds out whether anybody has it."""
        if row.person:
            mailbox: Any = (
                select(func.office.mailbox_digest(tables.people.c.email_plain))
                .where(tables.people.c.id == row.person)
                .scalar_subquery()
            )
        else:
            mailbox = func.office.mailbox_digest(func.office.plain_text(row.address))
        values = {
            "id": secrets.token_hex(16),
            "browser": row.browser,
            "bound": row.bound,
            "person": row.person,
            "network": row.network,
            "language": row.language,
            "mailbox": mailbox,
        }
        async with self._database.one_statement() as connection:
            await connection.execute(insert(tables.sign_in_codes).values(**values))

    async def tries_left(self, browser: str) -> int | None:
        """Return how often the code that a browser asked for can still be typed; None if it is over.

        It is counted in the same way for an address that nobody has.
        """
        left = select(TRIES - _CODE.tries).where(_CODE.browser == browser, _CODE.right_at.is_(None), *_open())
        async with self._database.one_statement() as connection:
            found = await connection.scalar(left)
        return None if found is None else int(found)

    async def attempt(self, browser: str, bound: str, digits: str) -> bool:
        """Count a try of a code, and return whether the digits are right; after too many they never are."""
        async with self._database.transaction() as connection:
            tried = (
                update(tables.sign_in_codes)
                .where(_CODE.browser == browser, _CODE.right_at.is_(None), _CODE.tries < TRIES, *_open())
                .values(tries=_CODE.tries + 1)
                .returning(_CODE.id, _CODE.proof)
            )
            row = (await connection.execute(tried)).first()
            if row is None or not secrets.compare_digest(row.proof, proof_of(bound, digits)):
                return False
            right = update(tables.sign_in_codes).where(_CODE.id == row.id).values(right_at=func.now())
            await connection.execute(right)
        return True

    async def masked(self, person: str) -> str:
        """Return the address of a person as a page may show it: its first letter and what follows the @."""
        async with self._database.one_statement() as connection:
            email = await connection.scalar(select(tables.people.c.email).where(tables.people.c.id == person))
        name, _, host = (email or "").rpartition("@")
        return f"{name[:1]}•••@{host}" if name else ""

    async def whose(self, browser: str) -> tuple[MailboxOwner, ...]:
        """Return the people of the mailbox of a code that was typed right; none for any other."""
        async with self._database.one_statement() as connection:
            return await _people(connection, browser)

    async def begin(self, browser: str, person: str) -> str:
        """Use a right code up for a session of one of the people of its mailbox; return its token, empty for none."""
        ACTS_FOR.set(ActsFor(person=person, proof=browser))
        async with self._database.transaction() as connection:
            here = {each.person: each for each in await _people(connection, browser)}
            if person not in here:
                return ""
            used = (
                update(tables.sign_in_codes)
                .where(_CODE.browser == browser, _CODE.right_at.is_not(None), *_open())
                .values(used_at=func.now())
                .returning(_CODE.id)
            )
            if await connection.scalar(used) is None:
                return ""
            return await begin_session(connection, person, here[person].language)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCode:
    """A code as a browser asks for it: by an address, or for the person whose link it has opened."""

    browser: str
    bound: str
    network: str
    language: str
    address: str = ""
    person: str = ""


def takes_part() -> Any:
    """Return the condition of an entry that somebody signs in as, who is here.

    It is one of a pair, also a mentor who is only proposed; who has applied; who is a mentor without a pair; or who is
    asked for a survey of a term, as those are to whom mentees report.
    """
    person, pair = tables.people.c, tables.relationships.c
    applied, mentor, survey = tables.applications.c, tables.mentors.c, tables.term_surveys.c
    entry = tables.people.alias("entry")
    human = func.coalesce(person.alias_of, person.id)
    own = (
        select(entry.c.id)
        .where(or_(entry.c.id == human, entry.c.alias_of == human))
        .correlate(tables.people)
        .scalar_subquery()
    )
    of_pair = select(pair.id).where(
        or_(*(of.in_(own) for of in (pair.mentee, pair.mentor, pair.proposed_mentor)))
    )
    alone = (
        select(applied.id).where(applied.person.in_(own)),
        select(mentor.person).where(mentor.person.in_(own)),
        select(survey.id).where(survey.owner.in_(own)),
    )
    today = cast(func.now() + func.make_interval(0, 0, 0, 0, 0, 0, func.coalesce(OFFSET, 0)), Date)
    here = (day.is_(None) | (day > today) for day in (person.left_on, person.died_on))
    return and_(or_(of_pair.exists(), *(each.exists() for each in alone)), *here)


def _open() -> tuple[Any, ...]:
    """Return the conditions of a code that is not used up and not over."""
    return _CODE.used_at.is_(None), _CODE.asked_at > func.now() - timedelta(seconds=LIFE.total_seconds())


async def _people(connection: AsyncConnection, browser: str) -> tuple[MailboxOwner, ...]:
    """Return who can sign in by a right code, each human once, in the order of their names."""
    person = tables.people.c
    statement = (
        select(person.id, person.alias_of, person.name, person.language)
        .join_from(
            tables.sign_in_codes,
            tables.people,
            func.office.mailbox_digest(person.email_plain) == _CODE.mailbox,
        )
        .where(_CODE.browser == browser, _CODE.right_at.is_not(None), *_open())
        .where(or_(_CODE.person == "", _CODE.person == person.id), takes_part())
        .order_by(person.name, person.alias_of.nulls_first(), person.id)
    )
    found: dict[str, MailboxOwner] = {}
    for row in await connection.execute(statement):
        id = row.alias_of or row.id
        found.setdefault(id, MailboxOwner(person=id, name=row.name, language=row.language))
    return tuple(found.values())
