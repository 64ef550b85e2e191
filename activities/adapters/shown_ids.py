"""The ids that leave the office in place of those that follow from a place in the journal (C58).

The id of a task, a notice or an email is derived from the number of the event that made it. Whoever knows its other
parts could try numbers until one fits, and so count events that nobody shows. What people, mail servers and calendars
get is a keyed digest of it instead. It is one block of a cipher, so the office finds the id without looking for it.
"""

from typing import Final, Protocol

from domain.ids import is_id

_SCOPE: Final = "ids"


class BlockKeys(Protocol):
    """The keys of the installation, as a cipher of one block."""

    def block(self, content: bytes, *, scope: str) -> bytes:
        """Return the block of 16 bytes that stands for another one."""

    def block_of(self, block: bytes, *, scope: str) -> bytes:
        """Return the block of 16 bytes for which ``block`` stands."""


class Ids(Protocol):
    """How ids are shown to a reader, and what a shown one means."""

    def shown(self, id: str) -> str:
        """Return an id as people see it."""

    def inner(self, shown: str) -> str:
        """Return the id that people see as ``shown``."""


class ShownIds:
    """Ids as people outside see them. A text that has not the form of an id stays as it is."""

    def __init__(self, keys: BlockKeys) -> None:
        self._keys = keys

    def shown(self, id: str) -> str:
        """Return an id as people see it."""
        return self._keys.block(bytes.fromhex(id), scope=_SCOPE).hex() if is_id(id) else id

    def inner(self, shown: str) -> str:
        """Return the id that people see as ``shown``; one that was never shown becomes an id that nothing has."""
        return self._keys.block_of(bytes.fromhex(shown), scope=_SCOPE).hex() if is_id(shown) else shown

    def inner_of_email(self, message_id: str) -> str:
        """Return the id of the row for which an email with this Message-ID was sent."""
        return self.inner(message_id.strip("<>").partition("@")[0].partition(".")[0])

    def of_email(self, id: str) -> str:
        """Return the name of an email for mail servers; number of the sending and language follow as in the id."""
        notice, dot, rest = id.partition(".")
        return f"{self.shown(notice)}{dot}{rest}"


class InnerIds:
    """Ids as they are, for the office's own processes."""

    def shown(self, id: str) -> str:
        """Return the id."""
        return id

    def inner(self, shown: str) -> str:
        """Return the id."""
        return shown


AS_THEY_ARE: Final = InnerIds()
