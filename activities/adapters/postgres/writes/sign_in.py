"""Who may sign in: identities tied to people, requests of those who are tied to nobody, and invitations."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.facts.grants import counts_as, entries_of_human, grants_where
from activities.adapters.postgres.facts.sign_in import locked_tie, tie_of
from activities.adapters.postgres.facts.tokens import hashed
from activities.adapters.postgres.journal import append_side
from activities.adapters.postgres.writes.base import AlreadyThere, Unknown, Writes
from activities.adapters.postgres.writes.grants import lock_grants
from domain.actors import MACHINE_OPERATOR, Actor
from domain.ids import derive
from domain.people.sign_ins import Tie, demand_tie_may_be_confirmed, needs_second

INVITATION: Final = timedelta(days=3)
"""How long an invitation can be used, in real time."""
_REQUEST: Final = tables.sign_in_requests.c


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMade:
    """A request to be let in: whether it was refused, whose it is, and the secret by which its sender adds to it."""

    refused: bool
    association: str
    secret: str


class SignInWrites(Writes):
    """The writes about who may sign in."""

    async def tied(self, issuer: str, subject: str) -> Tie | None:
        """Return whose an identity is; None if it is tied to nobody."""
        async with self._database.one_statement() as connection:
            return await tie_of(connection, issuer, subject)

    async def ask(
        self, issuer: str, subject: str, *, name: str, email: str, association: str = ""
    ) -> RequestMade:
        """Record that somebody who is tied to nobody has signed in; a second time, the same request says so again."""
        secret, table = secrets.token_urlsafe(32), tables.sign_in_requests
        told = {"name": name, "email": email, "choice_hash": hashed(secret)}
        row = {"id": secrets.token_hex(16), "issuer": issuer, "subject": subject, "association": association}
        asked = insert_or(table).values(**row, **told)
        again = asked.on_conflict_do_update(
            constraint="request_once", set_=told | {"asked_at": func.now()}
        ).returning(table.c.state, table.c.association)
        async with self._database.transaction() as connection:
            found = (await connection.execute(again)).one()
        return RequestMade(refused=found.state == "refused", association=found.association, secret=secret)

    async def choose(self, secret: str, association: str) -> bool:
        """Send a request to an association, once, as its sender; return whether there is such a request."""
        own = _REQUEST.choice_hash == hashed(secret), _REQUEST.association == ""
        chosen = update(tables.sign_in_requests).where(*own).values(association=association)
        async with self._database.transaction() as connection:
            return (await connection.execute(chosen.returning(_REQUEST.id))).first() is not None

    async def tie(self, request: str, person: str, association: str, actor: Actor, command: str) -> bool:
        """Tie the identity of a request to a person of its association; return whether it waits for a second person.

        Raises:
            Unknown: The association has no such request.
            AlreadyThere: The identity is tied to somebody.
        """
        async with self._database.transaction() as connection:
            issuer, subject, state = await _request(connection, request, association)
            if await self._done(connection, command):
                tie = await tie_of(connection, issuer, subject)
                return tie is not None and tie.waits
            if state == "tied":
                raise AlreadyThere("sign_in_tied_already")
            tie = await _tie(connection, issuer, subject, person, actor.id)
            await _decide(connection, request, "tied", actor)
            await self._note(connection, *_told(tie), actor, command)
        return tie.waits

    async def confirm(self, id: str, *, actor: Actor, command: str) -> None:
        """Confirm a tie as a second person; raise ``Unknown`` if there is none."""
        table = tables.ties
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            tie = await _own_tie(connection, id)
            demand_tie_may_be_confirmed(tie, actor, await counts_as(connection, actor.id))
            confirmed = update(table).where(table.c.id == id)
            await connection.execute(confirmed.values(confirmed_by=actor.id, confirmed_at=func.now()))
            body = {"person": tie.person, "sign_in": id}
            await self._note(connection, "SignInConfirmed", body, actor, command)

    async def end(self, id: str, *, actor: Actor, command: str) -> None:
        """End a tie and its sessions at once; raise ``Unknown`` if there is none.

        A request for its identity counts as refused from then on, so that it can still be tied to somebody else.
        """
        table, session = tables.ties, tables.sessions
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            tie = await _own_tie(connection, id)
            ended = update(table).where(table.c.id == id).values(ended_at=func.now(), ended_by=actor.id)
            found = (await connection.execute(ended.returning(table.c.issuer, table.c.subject))).one()
            going_on = session.c.tie == id, session.c.ended_at.is_(None)
            await connection.execute(
                update(session).where(*going_on).values(ended_at=func.now(), ended_by=actor.id)
            )
            own = _REQUEST.issuer == found.issuer, _REQUEST.subject == found.subject
            refused = {"state": "refused", "decided_by": actor.id, "decided_at": func.now()}
            await connection.execute(update(tables.sign_in_requests).where(*own).values(**refused))
            body = {"person": tie.person, "sign_in": id}
            await self._note(connection, "SignInUntied", body, actor, command)

    async def refuse(self, request: str, association: str, actor: Actor, command: str) -> None:
        """Refuse a request. It can still be tied to a person later, if it was refused by mistake.

        Raises:
            Unknown: The association has no such request.
            AlreadyThere: It is decided.
        """
        async with self._database.transaction() as connection:
            if await self._done(connection, command):
                return
            _, _, state = await _request(connection, request, association)
            if state == "tied":
                raise AlreadyThere("sign_in_tied_already")
            if state == "refused":
                raise AlreadyThere("sign_in_refused_already")
            await _decide(connection, request, "refused", actor)
            await self._note(connection, "SignInRefused", {"request": request}, actor, command)

    async def let_in(self, issuer: str, subject: str, person: str) -> None:
        """Tie an identity to a person unless it is tied, for an office of invented people."""
        async with self._database.transaction() as connection:
            if await tie_of(connection, issuer, subject) is not None:
                return
            tie = await _tie(connection, issuer, subject, person, MACHINE_OPERATOR.id, invented=True)
            await append_side(
                connection,
                *_told(tie),
                command=derive("let in", tie.id),
                actor=MACHINE_OPERATOR,
                decided_at=await office_now(connection),
            )

    async def invite(self, person: str, operator: Actor = MACHINE_OPERATOR) -> str:
        """Invite a person; return the secret of the invitation, which is stored nowhere. An earlier one ends."""
        id, secret, table = secrets.token_hex(8), secrets.token_urlsafe(32), tables.invitations
        async with self._database.transaction() as connection:
            await self._require(connection, tables.people.c.id, person, "person")
            open_ones = table.c.person == person, table.c.used_at.is_(None), table.c.expires_at > func.now()
            await connection.execute(update(table).where(*open_ones).values(expires_at=func.now()))
            row = {"id": id, "hash": hashed(secret), "person": person, "made_by": operator.id}
            await connection.execute(insert(table).values(**row, expires_at=func.now() + INVITATION))
            now = await office_now(connection)
            await append_side(
                connection,
                "InvitationMade",
                {"person": person},
                command=derive("invitation", id),
                actor=operator,
                decided_at=now,
            )
        return secret

    async def accept(self, secret: str, issuer: str, subject: str) -> Tie | None:
        """Use an invitation: tie an identity to the person whom it invites; None if it cannot be used.

        An identity that is tied to somebody stays as it is.
        """
        table = tables.invitations
        async with self._database.transaction() as connection:
            usable = (
                table.c.hash == hashed(secret),
                table.c.used_at.is_(None),
                table.c.expires_at > func.now(),
            )
            used = update(table).where(*usable).values(used_at=func.now())
            found = (await connection.execute(used.returning(table.c.id, table.c.person))).first()
            if found is None:
                return None
            held = await tie_of(connection, issuer, subject)
            if held is not None:
                return held
            tie = await _tie(connection, issuer, subject, found.person, found.person)
            own = _REQUEST.issuer == issuer, _REQUEST.subject == subject
            settled = update(tables.sign_in_requests).where(*own)
            await connection.execute(
                settled.values(state="tied", decided_by=found.person, decided_at=func.now())
            )
            now = await office_now(connection)
            await append_side(
                connection,
                *_told(tie),
                command=derive("invitation", found.id, "used"),
                actor=MACHINE_OPERATOR,
                decided_at=now,
            )
        return tie


async def _request(connection: AsyncConnection, id: str, association: str) -> tuple[str, str, str]:
    """Return issuer, subject and state of a request of an association, which is locked."""
    wanted = select(_REQUEST.issuer, _REQUEST.subject, _REQUEST.state).where(
        _REQUEST.id == id, _REQUEST.association == association
    )
    found = (await connection.execute(wanted.with_for_update())).first()
    if found is None:
        raise Unknown("sign_in_request")
    return found.issuer, found.subject, found.state


async def _tie(
    connection: AsyncConnection, issuer: str, subject: str, person: str, by: str, *, invented: bool = False
) -> Tie:
    """Tie an identity to a person. Nobody is asked to confirm it in an office of ``invented`` people."""
    await lock_grants(connection)
    ids = await entries_of_human(connection, person)
    held = await grants_where(connection, tables.grants.c.person.in_(ids))
    second = not invented and needs_second(held, await office_now(connection))
    tie = Tie(id=secrets.token_hex(16), person=person, tied_by=by, second=second)
    row = {"id": tie.id, "issuer": issuer, "subject": subject, "person": person, "tied_by": by}
    await connection.execute(insert(tables.ties).values(**row, second=second))
    return tie


async def _own_tie(connection: AsyncConnection, id: str) -> Tie:
    """Return a tie that has not ended, which is locked."""
    tie = await locked_tie(connection, id)
    if tie is None:
        raise Unknown("sign_in")
    return tie


def _told(tie: Tie) -> tuple[str, dict[str, str]]:
    """Return type and body of the event of a new tie."""
    return "SignInWaits" if tie.waits else "SignInTied", {"person": tie.person, "sign_in": tie.id}


async def _decide(connection: AsyncConnection, request: str, state: str, actor: Actor) -> None:
    decided = update(tables.sign_in_requests).where(_REQUEST.id == request)
    await connection.execute(decided.values(state=state, decided_by=actor.id, decided_at=func.now()))
