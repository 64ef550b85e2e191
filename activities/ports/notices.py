"""What sending notices needs from the outside world: their rows, their wording, and the mail server."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Protocol

from activities.errors import Unavailable
from domain.languages import Language
from domain.notices import NoticeKind
from domain.relationship.invitation import Invitation
from domain.sending_hours import Rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person whom an email addresses or names. This data leaves the database for an email and goes nowhere else.

    ``language`` is the code of the language that the person reads; ``phone`` is empty if it is not known. From
    ``gone_on`` on, the day of leaving or of death, nobody writes to the person.
    """

    id: str
    name: str
    email: str
    phone: str = ""
    language: str = Language.EN.value
    gone_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeToSend:
    """A notice with everything that its wording may use.

    ``about`` is the relationship or obligation, ``region`` the code of the relationship's region (of the payee for an
    obligation) and ``contacts`` its active contacts. ``to`` is empty if no person can be written to, and ``gone`` says
    that this is because they left or died; ``to_region`` is
    the code of the region if the notice goes to the contacts of one. ``regions`` has the names of regions by code;
    ``agreement`` is the exact text of the version that the notice is about, ``digest`` its digest, which is signed;
    ``place`` is the code of the kind of place of the planned meeting that it is about, if the plan names one;
    ``due`` is the day by which the reader has to do what it asks, where its data do not say it; ``unwritten``: it is
    about an agreement that nobody has written yet; ``version`` is that of the agreement that staff wrote for the
    reader, and ``to_sign`` says that the reader still has to sign the version of an entry of staff;
    ``effective_from`` is when the version takes effect, both having signed, unless one of them objects;
    ``points`` and ``points_on`` are the points of the first meeting that staff entered, and their day;
    ``planned`` are the meetings that they planned for the pair;
    ``contacted_on`` and ``contact_mode`` are day and way of the first contact that staff entered;
    ``met_minutes`` and ``met_mode`` are length and way of the meeting that was logged, if it is about one.
    ``continues``: the relationship continues an earlier one with another partner. ``over``: it has ended by now.
    ``rank`` is its class in the outbox, ``deferred_since`` when a mail server first asked to try its reader later.
    ``worded_at`` is when its words are made: a day before it is over by then. ``again`` is the number of the attempt of
    one that has left before and that staff send again, else 0.
    """

    id: str
    kind: NoticeKind
    status: str
    data: Mapping[str, str]
    to: tuple[Person, ...]
    gone: bool = False
    to_region: str = ""
    about: str = ""
    program: str = ""
    region: str = ""
    mentor: Person | None = None
    mentee: Person | None = None
    continues: bool = False
    over: bool = False
    contacts: tuple[Person, ...] = ()
    regions: Mapping[str, str] = field(default_factory=dict)
    agreement: str = ""
    digest: str = ""
    place: str = ""
    due: date | None = None
    unwritten: bool = False
    version: str = ""
    to_sign: bool = False
    effective_from: datetime | None = None
    points: tuple[str, ...] = ()
    points_on: date | None = None
    planned: tuple[datetime, ...] = ()
    contacted_on: date | None = None
    contact_mode: str = ""
    met_minutes: int = 0
    met_mode: str = ""
    rank: Rank = Rank.BY_DAY
    deferred_since: datetime | None = None
    worded_at: datetime | None = None
    again: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of one email, in one language. ``calendar`` is the text of an invitation: a title, then the rest."""

    subject: str
    text: str
    html: str
    calendar: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailCopy:
    """What is kept of an email that leaves: its words, with a name in place of each secret.

    ``email`` is the id of the notice or digest, ``scope`` the stream or the person with whose texts it is sealed.
    """

    email: str
    scope: str
    wording: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarInvite:
    """What an email puts into the calendars of its readers: the plan, the pair, and where they meet, if it is known."""

    invitation: Invitation
    attendees: tuple[Person, ...]
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedLink:
    """What is kept of a link in an email: the hash of its token, and what it is the right to.

    ``address`` is the digest of the address to which it goes, ``partner`` the other of the pair.
    """

    hash: str
    notice: str
    person: str
    act: str
    subject: str
    address: str
    chosen: Mapping[str, str] = field(default_factory=dict)
    partner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """One email to send: a stable id, recipients, words and their language, and an invitation, if any.

    ``copy`` is what is kept of it once it has left.
    ``sender_name`` is the program's name. Answers go to ``reply_to``, else to the office, from whose address it comes.
    ``at`` is its date, in the office's time; None takes the machine's. ``links`` are the links in it.
    """

    id: str
    to: tuple[Person, ...]
    wording: Wording
    copy: EmailCopy
    language: str = Language.EN.value
    invite: CalendarInvite | None = None
    sender_name: str = ""
    reply_to: Person | None = None
    at: datetime | None = None
    links: tuple[IssuedLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentHeaders:
    """From whom an email came, who answers it, to whom it went, its Message-ID and its date, as its headers said."""

    sender: str
    reply_to: str
    to: str
    message_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """The answer of the mail server: ``refused`` is a code if it will never accept this email, else empty.

    ``headers`` are those of an email that it took.
    """

    refused: str = ""
    headers: SentHeaders | None = None


NO_CONNECTION: Final = "no_connection"
"""The code of an email for which no mail server answered."""


class MailUnavailable(Unavailable):
    """The mail server cannot be reached, asks us to try later, or refuses the office itself; ``code`` says which.

    If ``refuses_office``, it will refuse every email until somebody changes something; if ``of_reader``, it takes
    other emails, and asks to try this reader later.
    """

    def __init__(self, code: str, *, refuses_office: bool = False, of_reader: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.refuses_office = refuses_office
        self.of_reader = of_reader


class UnknownWording(Exception):
    """No program file that can be used has the program that a notice is about, so its words are unknown."""


class NoticeStore(Protocol):
    """The rows of notices."""

    async def to_send(self, notice: str) -> NoticeToSend | None:
        """Return the notice with names and addresses as they are now, or None if there is no such row."""
        ...

    async def all_to_send(self, wanted: Collection[str]) -> Mapping[str, NoticeToSend]:
        """Return notices by their ids, with names and addresses as they are now."""
        ...

    async def mark_sent(self, notice: str, at: datetime) -> None:
        """Record that the mail server accepted it."""
        ...

    async def mark_refused(self, notice: str, code: str) -> None:
        """Record that it can never be delivered in its present form, and that its stream must hear of it."""
        ...

    async def mark_overtaken(self, notice: str, why: str) -> None:
        """Record that it is not sent, since it no longer holds, and that its stream must hear of it."""
        ...

    async def reopen(self, notice: str) -> None:
        """Let a refused notice wait again, as one more attempt; any other one stays as it is."""
        ...

    async def mark_parked(self, notice: str, code: str) -> None:
        """Record that it waits until email works again; a notice that was sent stays sent."""
        ...

    async def mark_deferred(self, notice: str, code: str, at: datetime) -> None:
        """Record that its reader's mail server asks to try later, and since when it does."""
        ...

    async def park_unworded(self, notice: str, kind: NoticeKind) -> None:
        """Record that it waits until there are words for it, and open the one task for its kind."""
        ...

    async def words_back(self) -> None:
        """Close the tasks about words, and let what they were about wait again: the software is another one now."""
        ...

    async def mail_refused(self, code: str) -> None:
        """Open the one task about a mail server that refuses the office."""
        ...

    async def mail_taken(self) -> None:
        """Close that task: a mail server took an email."""
        ...

    async def park_with_program(self, notice: str, program: str) -> None:
        """Record that it waits until its program's file can be used, and open the one task for that program."""
        ...

    async def programs_back(self, usable: Collection[str]) -> None:
        """Close the tasks of programs that can be used, and let their emails wait like any other, however new."""
        ...


class NoticeWords(Protocol):
    """The wording of notices."""

    @property
    def programs(self) -> Collection[str]:
        """The ids of the programs whose words are known."""
        ...

    def emails(self, notice: NoticeToSend) -> tuple[Email, ...]:
        """Return the emails of a notice, one for each language that its readers read; raise ``UnknownWording``."""
        ...


class Mailer(Protocol):
    """The way to a mail server."""

    async def send(self, email: Email) -> SendResult:
        """Send an email, so that the reader sees it at most once; raise ``MailUnavailable``."""
        ...

    async def rest(self) -> None:
        """Let go of what is kept for the next email: none follows for a while."""
        ...


class IssuedLinks(Protocol):
    """The links of emails."""

    async def keep(self, email: Email) -> None:
        """Keep the links of an email that is about to leave; one that is there already stays as it is."""
        ...


class KeptEmails(Protocol):
    """The sealed copies of emails that left."""

    async def keep(self, email: Email, headers: SentHeaders) -> None:
        """Keep the copy of an email that a mail server took; the same sending again changes nothing."""
        ...
