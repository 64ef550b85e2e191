"""The words of emails as they were sent, sealed: written by the worker when one left, opened only by a read.

They are sealed under the key of what they are about, as its sealed texts are, and go when that key goes.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.dialects.postgresql import insert

from activities.adapters.keyring import Keyring
from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.writes.documents import SEALED
from activities.ports.notices import Email, SentHeaders
from domain.codec import instant_text
from domain.ids import derive

_CLASS: Final = SEALED[0]


class SqlKeptEmails:
    """The ``KeptEmails`` port. The role of the worker can add a copy, and can read none."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    async def keep(self, email: Email, headers: SentHeaders) -> None:
        """Keep the copy of an email that a mail server took."""
        copy, words = email.copy, email.copy.wording
        id = derive("kept email", email.id, instant_text(headers.at))
        content = {
            "message_id": headers.message_id,
            "from": headers.sender,
            "reply_to": headers.reply_to,
            "to": headers.to,
            "language": email.language,
            "subject": words.subject,
            "text": words.text,
            "html": words.html,
            "calendar": words.calendar,
        }
        encoded = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
        row = {
            "id": id,
            "email": copy.email,
            "scope": copy.scope,
            "payload": self._keyring.seal(encoded, scope=copy.scope, privacy=_CLASS, record=id),
            "key_name": self._keyring.current,
            "sent_at": headers.at,
        }
        async with self._database.one_statement() as connection:
            await connection.execute(insert(tables.kept_emails).values(row).on_conflict_do_nothing())


def open_email(keyring: Keyring, row: Any) -> Mapping[str, str]:
    """Return the words and headers in a row that a read has selected for its reader."""
    payload = keyring.open(
        bytes(row.payload), key_name=row.key_name, scope=row.scope, privacy=_CLASS, record=row.id
    )
    words: Mapping[str, str] = json.loads(payload)
    return words
