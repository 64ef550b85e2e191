"""Sending notices, with a real mail server for the tests and a store in memory."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import pytest_asyncio

from activities.adapters.files.program_files import load_programs
from activities.adapters.mail.smtp import SmtpMailer
from activities.adapters.mail.wording import MailWords
from activities.ports.notices import Email, EmailCopy, MailUnavailable, NoticeToSend, Person, Wording
from activities.sending import Sending
from domain.failed_notices import NOT_WORDED, PROGRAM_ASIDE
from domain.notices import NoticeKind as Kind
from domain.notices import Outcome
from tests.activities.mail.rendered import CONTACT, MENTEE, OTHER_CONTACT, every_notice, notice_of
from workers.embedded.stack.mail_catcher import Mailbox, serve
from workers.embedded.stack.ports import pick

NOW = datetime(2027, 8, 2, 14, 0, tzinfo=UTC)


class StoppedClock:
    async def now(self) -> datetime:
        return NOW


@dataclass
class MemoryStore:
    """Store of notices in memory; a notice that was sent stays sent, as in the table."""

    notices: dict[str, NoticeToSend]
    codes: dict[str, str] = field(default_factory=dict)
    sent: dict[str, datetime] = field(default_factory=dict)
    aside: set[str] = field(default_factory=set)
    office_tasks: set[str] = field(default_factory=set)

    async def to_send(self, notice: str) -> NoticeToSend | None:
        return self.notices.get(notice)

    async def all_to_send(self, wanted: Collection[str]) -> dict[str, NoticeToSend]:
        return {each: self.notices[each] for each in wanted if each in self.notices}

    async def mark_sent(self, notice: str, at: datetime) -> None:
        self._mark(notice, "sent", "")
        self.sent[notice] = at

    async def mark_refused(self, notice: str, code: str) -> None:
        self._mark(notice, "refused", code)

    async def mark_overtaken(self, notice: str, why: str) -> None:
        self._mark(notice, "overtaken", why)

    async def reopen(self, notice: str) -> None:
        if self.notices[notice].status == "refused":
            self._mark(notice, "pending", "")

    async def mark_parked(self, notice: str, code: str) -> None:
        self._mark(notice, "parked", code)

    async def mark_deferred(self, notice: str, code: str, at: datetime) -> None:
        self._mark(notice, "parked", code)
        since = self.notices[notice].deferred_since or at
        self.notices[notice] = replace(self.notices[notice], deferred_since=since)

    async def park_unworded(self, notice: str, kind: Kind) -> None:
        self._mark(notice, "parked", NOT_WORDED)
        self.office_tasks.add(kind.value)

    async def words_back(self) -> None:
        for id in [each for each, code in self.codes.items() if code == NOT_WORDED]:
            self._mark(id, "pending", "")

    async def mail_refused(self, code: str) -> None:
        self.office_tasks.add(code)

    async def mail_taken(self) -> None:
        self.office_tasks -= {each for each in self.office_tasks if each.startswith("smtp_")}

    async def park_with_program(self, notice: str, program: str) -> None:
        self._mark(notice, "parked", PROGRAM_ASIDE)
        self.aside.add(program)

    async def programs_back(self, usable: Collection[str]) -> None:
        self.aside -= set(usable)

    def _mark(self, notice: str, status: str, code: str) -> None:
        self.notices[notice] = replace(self.notices[notice], status=status)
        self.codes[notice] = code


@pytest_asyncio.fixture
async def mailbox(tmp_path: Path, smtp_port: int) -> AsyncIterator[Mailbox]:
    async with serve(tmp_path / "mails", smtp_port, pick()) as box:
        yield box


@pytest.fixture
def smtp_port() -> int:
    return pick()


@pytest.fixture
def mailer(smtp_port: int) -> SmtpMailer:
    return SmtpMailer(
        host="127.0.0.1", port=smtp_port, sender="office@example.org", names=str, starttls=False
    )


def copy_of(wording: Wording) -> EmailCopy:
    return EmailCopy(email="n", scope="n", wording=wording)


def sending(mailer: SmtpMailer, *notices: NoticeToSend) -> tuple[Sending, MemoryStore]:
    store = MemoryStore({each.id: each for each in notices})
    return Sending(store, MailWords(load_programs(), "http://office"), mailer, StoppedClock()), store


async def test_an_email_arrives_with_text_html_and_the_headers_that_machines_read(
    mailer: SmtpMailer, mailbox: Mailbox
) -> None:
    each = notice_of(Kind.WELCOME_MENTEE)
    made, store = sending(mailer, each)
    assert await made.send(each) is Outcome.SENT
    email = mailbox.read(1)
    assert email is not None
    assert email["Message-ID"] == f"<{each.id}@example.org>"
    assert parsedate_to_datetime(email["Date"]) == NOW
    assert email["Auto-Submitted"] == "auto-generated"
    assert not [name for name in email if name.startswith("List-")]
    assert email["To"].addresses[0].display_name == MENTEE.name
    assert email.get_body(("plain",)) is not None
    assert email.get_body(("html",)) is not None
    assert store.notices[each.id].status == "sent"
    assert store.sent[each.id] == NOW


async def test_every_email_can_be_sent(mailer: SmtpMailer, mailbox: Mailbox) -> None:
    notices = tuple(every_notice())
    made, _ = sending(mailer, *notices)
    for each in notices:
        assert await made.send(each) is Outcome.SENT
    assert len(mailbox.all()) == len(notices)
    assert all(
        max(map(len, (mailbox.raw(n) or b"").split(b"\r\n"))) < 998 for n in range(1, len(notices) + 1)
    )


async def test_a_notice_that_was_sent_unnoticed_carries_the_same_message_id_again(
    mailer: SmtpMailer, mailbox: Mailbox
) -> None:
    each = notice_of(Kind.SURVEY_OPEN)
    made, store = sending(mailer, each)
    await made.send(each)
    store.notices[each.id] = each
    await made.send(each)
    assert len({email.message_id for email in mailbox.all()}) == 1


async def test_a_refusal_by_a_mailbox_is_a_code_and_is_not_tried_again(
    mailer: SmtpMailer, mailbox: Mailbox
) -> None:
    each = notice_of(Kind.SURVEY_OPEN, to=(replace(MENTEE, email="refuse-sam@example.org"),))
    made, store = sending(mailer, each)
    assert await made.send(each) is Outcome.REFUSED
    assert (store.notices[each.id].status, store.codes[each.id]) == ("refused", "smtp_550")
    assert mailbox.all() == []


async def test_c17_an_address_that_was_corrected_while_its_email_was_under_way_gets_it(
    mailer: SmtpMailer, mailbox: Mailbox
) -> None:
    read = notice_of(Kind.SURVEY_OPEN, to=(replace(MENTEE, email="refuse-sam@example.org"),))
    made, store = sending(mailer, read)
    store.notices[read.id] = replace(read, to=(replace(MENTEE, email="sam@example.org"),))
    assert await made.send(read) is Outcome.SENT
    assert [each.recipients for each in mailbox.all()] == [("sam@example.org",)]
    assert (store.notices[read.id].status, store.codes[read.id]) == ("sent", "")


async def test_nobody_writes_to_a_person_who_left(mailer: SmtpMailer, mailbox: Mailbox) -> None:
    each = replace(notice_of(Kind.SURVEY_OPEN, to=()), gone=True)
    made, store = sending(mailer, each)
    assert await made.send(each) is Outcome.REFUSED
    assert store.codes[each.id] == "left"
    assert mailbox.all() == []


async def test_a_region_is_told_if_one_of_its_contacts_can_be_reached(
    mailer: SmtpMailer, mailbox: Mailbox
) -> None:
    gone = replace(OTHER_CONTACT, email="refuse-tom@example.org")
    each = notice_of(Kind.TASK_FOR_REGION, to=(CONTACT, gone), about="meeting")
    made, _ = sending(mailer, each)
    assert await made.send(each) is Outcome.SENT
    assert mailbox.all()[0].recipients == (CONTACT.email,)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": ()}, "no_address"),
        ({"to": (replace(MENTEE, email="no address"),)}, "bad_address"),
        ({"to": (replace(MENTEE, email="sam@example.org\r\nBcc: all@example.org"),)}, "bad_address"),
        ({"program": ""}, "unknown_program"),
    ],
)
async def test_what_can_never_be_sent_is_refused_with_its_reason(
    change: dict[str, object], code: str, mailer: SmtpMailer, mailbox: Mailbox
) -> None:
    each = replace(notice_of(Kind.SURVEY_OPEN), **change)
    made, store = sending(mailer, each)
    assert await made.send(each) is Outcome.REFUSED
    assert store.codes[each.id] == code
    assert mailbox.all() == []


async def test_c18_an_address_is_sent_to_in_its_one_form(mailer: SmtpMailer, mailbox: Mailbox) -> None:
    other = replace(OTHER_CONTACT, email="nöra@post.example")
    each = notice_of(
        Kind.TASK_FOR_REGION, to=(replace(CONTACT, email="nora@bücher.example"), other), about="meeting"
    )
    made, _ = sending(mailer, each)
    assert await made.send(each) is Outcome.SENT
    assert mailbox.all()[0].recipients == ("nora@xn--bcher-kva.example",)
    assert b"\xc3" not in (mailbox.raw(1) or b"").partition(b"\r\n\r\n")[0]


async def test_without_a_mail_server_the_notice_waits_and_is_tried_again(
    mailer: SmtpMailer, tmp_path: Path, smtp_port: int
) -> None:
    each = notice_of(Kind.SURVEY_OPEN)
    made, store = sending(mailer, each)
    assert await made.send(each) is Outcome.PARKED
    assert (store.notices[each.id].status, store.codes[each.id]) == ("parked", "no_connection")
    async with serve(tmp_path / "mails", smtp_port, pick()):
        assert await made.send(each) is Outcome.SENT


async def test_a_line_break_in_a_name_adds_no_header(mailer: SmtpMailer, mailbox: Mailbox) -> None:
    sly = Person(id="p", name="Sam\r\nBcc: all@example.org", email="sam@example.org")
    wording = Wording(subject="Hello\r\nBcc: all@example.org", text="Hello\n", html="<p>Hello")
    await mailer.send(Email(id="n", to=(sly,), wording=wording, copy=copy_of(wording)))
    email = mailbox.read(1)
    assert email is not None
    assert email["Bcc"] is None


async def test_nothing_is_sent_unencrypted_where_encryption_is_required(
    mailbox: Mailbox, smtp_port: int
) -> None:
    careful = SmtpMailer(
        host="127.0.0.1", port=smtp_port, sender="office@example.org", names=str, starttls=True
    )
    wording = Wording(subject="s", text="t\n", html="<p>h")
    with pytest.raises(MailUnavailable):
        await careful.send(Email(id="n", to=(MENTEE,), wording=wording, copy=copy_of(wording)))
    assert mailbox.all() == []


async def test_c46_emails_of_a_program_that_stands_aside_wait_together_and_are_sent_once_it_is_back(
    mailer: SmtpMailer, mailbox: Mailbox
) -> None:
    first, second = notice_of(Kind.SURVEY_OPEN), notice_of(Kind.MENTOR_THANKED)
    store = MemoryStore({each.id: each for each in (first, second)})
    others = {name: file for name, file in load_programs().items() if name != first.program}
    without = Sending(store, MailWords(others, "http://office"), mailer, StoppedClock())
    for each in (first, second):
        assert await without.send(each) is Outcome.WAITING
        assert (store.notices[each.id].status, store.codes[each.id]) == ("parked", PROGRAM_ASIDE)
    assert (store.aside, mailbox.all()) == ({first.program}, [])
    again = Sending(store, MailWords(load_programs(), "http://office"), mailer, StoppedClock())
    for each in (first, second):
        assert await again.send(each) is Outcome.SENT
    assert len(mailbox.all()) == 2


class FaultyWords:
    """Wording that fails because of a fault of ours."""

    programs = ()

    def emails(self, notice: NoticeToSend) -> tuple[Email, ...]:
        raise LookupError(notice.kind)


async def test_a_notice_that_cannot_be_worded_is_parked_and_not_sent(mailer: SmtpMailer) -> None:
    each = notice_of(Kind.APPLICATION_RECEIVED)
    store = MemoryStore({each.id: each})
    made = Sending(store, FaultyWords(), mailer, StoppedClock())
    assert await made.send(each) is Outcome.WAITING
    assert (store.notices[each.id].status, store.codes[each.id]) == ("parked", "not_worded")
