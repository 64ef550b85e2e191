"""What sending notices needs of the world: where they are kept, how they are worded, who carries them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from activities.errors import Unavailable
from domain.languages import Language
from domain.notices import NoticeKind
from domain.relationship.invitation import Invitation


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody whom a mail is for, or names. Leaves the database for a mail and goes nowhere else.

    ``language`` is the code of the one that the person reads; ``phone`` is empty where none is known.
    """

    id: str
    name: str
    email: str
    phone: str = ""
    language: str = Language.EN.value


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeToSend:
    """A notice with all that its wording may use.

    ``about`` is the relationship or obligation, ``region`` the code of the relationship's region (of the payee for an
    obligation) and ``contacts`` its active contacts. ``to`` is empty where nobody can be written to; ``to_region`` is
    the code of the region where it goes to the contacts of one. ``regions`` has the names of regions by code;
    ``agreement`` is the exact text of the version that the notice tells of, ``digest`` what is signed of it.
    """

    id: str
    kind: NoticeKind
    status: str
    data: Mapping[str, str]
    to: tuple[Person, ...]
    to_region: str = ""
    about: str = ""
    program: str = ""
    region: str = ""
    mentor: Person | None = None
    mentee: Person | None = None
    contacts: tuple[Person, ...] = ()
    regions: Mapping[str, str] = field(default_factory=dict)
    agreement: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of one mail, all in one language. ``calendar`` are those of an invitation: a title, then the rest."""

    subject: str
    text: str
    html: str
    calendar: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarInvite:
    """What a mail puts into the calendars of its readers: the plan, the program's time zone, the two of the pair."""

    invitation: Invitation
    zone: str
    attendees: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """One mail on its way: a stable id, recipients, words and their language, and what it invites to, if anything."""

    id: str
    to: tuple[Person, ...]
    wording: Wording
    language: str = Language.EN.value
    invite: CalendarInvite | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """What the mail server said: ``refused`` is a code where it will never take this mail, else empty."""

    refused: str = ""


class MailUnavailable(Unavailable):
    """The mail server cannot be reached or asks to come back later; ``code`` says which, for people to read."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UnknownWording(Exception):
    """No program file holds the program that a notice is about, so nobody knows its words."""


class NoticeStore(Protocol):
    """The rows of notices."""

    async def to_send(self, notice: str) -> NoticeToSend | None:
        """The notice with names and addresses as they are now, or None where there is no such row."""
        ...

    async def mark_sent(self, notice: str, at: datetime) -> None:
        """Note that the mail server took it."""
        ...

    async def mark_refused(self, notice: str, code: str) -> None:
        """Note that it can never be delivered as it is."""
        ...

    async def mark_parked(self, notice: str, code: str) -> None:
        """Note that it waits for the mail to work again; a notice that was sent stays sent."""
        ...

    async def waiting(self, older_than: timedelta, limit: int) -> tuple[str, ...]:
        """Ids of notices older than that, in real time, and neither sent nor refused; the oldest first."""
        ...


class NoticeWords(Protocol):
    """How a letter reads."""

    def emails(self, notice: NoticeToSend) -> tuple[Email, ...]:
        """The mails of a letter: one for each language that its readers read; raises ``UnknownWording``."""
        ...


class Mailer(Protocol):
    """Carries mail."""

    async def send(self, email: Email) -> SendResult:
        """Hand a mail over, at most once in the eyes of who reads it; raises ``MailUnavailable``."""
        ...
