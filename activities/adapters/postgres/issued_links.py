"""The links of emails, written by the worker when an email leaves."""

from datetime import UTC, datetime

from sqlalchemy.dialects.postgresql import insert

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.ports.notices import Email
from domain.ids import derive
from domain.task_links import LIFE


class SqlIssuedLinks:
    """The ``IssuedLinks`` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, email: Email) -> None:
        """Keep the links of an email that is about to leave; one that is there already stays as it is."""
        at = email.at or datetime.now(UTC)
        rows = [
            {
                "id": derive("task link", each.hash),
                "hash": each.hash,
                "notice": each.notice,
                "person": each.person,
                "act": each.act,
                "subject": each.subject,
                "chosen": dict(each.chosen),
                "partner": each.partner,
                "address": each.address,
                "sent_at": at,
                "expires_at": at + LIFE,
            }
            for each in email.links
        ]
        async with self._database.one_statement() as connection:
            await connection.execute(insert(tables.task_links).on_conflict_do_nothing(), rows)
