"""What sending sign-in codes needs from the outside world: their rows, and their words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from activities.ports.notices import Email, Person
from activities.ports.secret import Secret


class CodeOutcome(StrEnum):
    """How a code ended that a browser asked for; the browser never learns it."""

    SENT = "sent"
    UNKNOWN = "unknown"
    """Nobody who takes part has this mailbox."""
    TOO_MANY = "too_many"
    """The mailbox or the network address has had its emails of this hour."""
    REFUSED = "refused"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeReader:
    """One of those whose mailbox a code goes to, and the association in which that person takes part."""

    person: Person
    association: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeToSend:
    """A code that a browser asked for, with whoever has the mailbox; nobody if it is unknown.

    ``bound`` is the half of the browser's secret to which the digits are bound; it is empty once they are. ``language``
    is that of the page. ``enough`` says that the mailbox or the network address has had its emails of this hour.
    """

    id: str
    bound: str
    language: str
    readers: tuple[CodeReader, ...]
    enough: bool


class SignInCodes(Protocol):
    """The rows of codes."""

    async def to_send(self) -> tuple[CodeToSend, ...]:
        """Return the codes that are not sent yet, the oldest first; what is too old is put aside."""
        ...

    async def bind(self, id: str, proof: str) -> None:
        """Keep what the digits of a code are compared with, and forget the secret of its browser."""
        ...

    async def done(self, id: str, outcome: CodeOutcome) -> None:
        """Record how a code ended."""
        ...


class CodeWords(Protocol):
    """The wording of emails with codes."""

    def email(self, code: CodeToSend, digits: Secret) -> Email:
        """Return the email of a code to the people of its mailbox."""
        ...
