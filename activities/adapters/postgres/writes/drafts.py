"""Drafts of forms: each belongs to its writer, and only a writer who has seen the current version may change it."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.database import Database
from domain.ids import derive


class Drafts:
    """The writes of drafts, one for each writer and form of a relationship."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(
        self,
        answers: Mapping[str, Any],
        *,
        relationship: str,
        form: str,
        version: str,
        person: str,
        seen: int,
    ) -> int | None:
        """Save a draft and return its new version, or None if the current version is not ``seen``.

        If the answer to the last save was lost, the same save again gets the same answer.
        """
        table = tables.drafts
        id = derive("draft", relationship, form, person)
        payload = json.dumps(answers, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        async with self._database.transaction() as connection:
            now = await office_now(connection)
            values = {"version": version, "ver": seen + 1, "payload": payload, "saved_at": now}
            if seen:
                changed = update(table).where(table.c.id == id, table.c.ver == seen).values(**values)
                done = await connection.execute(changed.returning(table.c.id))
            else:
                made = upsert(table).values(
                    id=id, relationship=relationship, form=form, person=person, **values
                )
                done = await connection.execute(made.on_conflict_do_nothing().returning(table.c.id))
            if done.first() is not None:
                return seen + 1
            stored = (await connection.execute(select(table).where(table.c.id == id))).first()
        written = (seen + 1, version, payload)
        repeated = stored is not None and (stored.ver, stored.version, bytes(stored.payload)) == written
        return seen + 1 if repeated else None

    async def discard(self, relationship: str, form: str, person: str) -> None:
        """Delete a draft because its form was submitted."""
        table = tables.drafts
        async with self._database.transaction() as connection:
            await connection.execute(
                delete(table).where(table.c.id == derive("draft", relationship, form, person))
            )
