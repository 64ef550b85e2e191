"""What leaves is kept, with the headers that the mail server got; what does not leave is not."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from activities.adapters.files.program_files import load_programs
from activities.adapters.mail.smtp import SmtpMailer
from activities.adapters.mail.wording import MailWords
from activities.keeping_mailer import KeepingMailer
from activities.ports.notices import Email, MailUnavailable, SentHeaders
from domain.notices import NoticeKind as Kind
from tests.activities.mail.rendered import CONTACT, MENTEE, OTHER_CONTACT, notice_of
from workers.embedded.stack.mail_catcher import Mailbox, serve
from workers.embedded.stack.ports import pick

NOW = datetime(2027, 8, 2, 14, 0, 0, 250000, tzinfo=UTC)
WORDS = MailWords(load_programs(), "http://office")


@dataclass
class Memory:
    """Kept emails in memory."""

    kept: list[tuple[Email, SentHeaders]] = field(default_factory=list)

    async def keep(self, email: Email, headers: SentHeaders) -> None:
        self.kept.append((email, headers))


class NoLinks:
    """Links of emails that have none."""

    async def keep(self, email: Email) -> None:
        raise AssertionError(email.links)


@pytest.fixture
def smtp_port() -> int:
    return pick()


@pytest_asyncio.fixture
async def mailbox(tmp_path: Path, smtp_port: int) -> AsyncIterator[Mailbox]:
    async with serve(tmp_path / "mails", smtp_port, pick()) as box:
        yield box


def keeping(port: int) -> tuple[KeepingMailer, Memory]:
    memory = Memory()
    server = SmtpMailer(host="127.0.0.1", port=port, sender="office@example.org", names=str, starttls=False)
    return KeepingMailer(server, memory, NoLinks()), memory


async def test_what_a_mail_server_took_is_kept_with_its_headers(smtp_port: int, mailbox: Mailbox) -> None:
    mailer, memory = keeping(smtp_port)
    [email] = WORDS.emails(notice_of(Kind.SURVEY_OPEN))
    assert (await mailer.send(replace(email, at=NOW))).refused == ""
    [(kept, headers)] = memory.kept
    arrived = mailbox.read(1)
    assert arrived is not None
    assert (headers.sender, headers.reply_to) == (arrived["From"], arrived["Reply-To"])
    assert (headers.to, headers.message_id) == (arrived["To"], arrived["Message-ID"])
    assert headers.sender == "MASA Mentor Program <office@example.org>"
    assert headers.reply_to == "Ann Berg <ann@example.org>"
    assert headers.at == NOW
    assert kept.copy.wording == email.wording
    assert (kept.copy.email, kept.copy.scope) == (
        notice_of(Kind.SURVEY_OPEN).id,
        notice_of(Kind.SURVEY_OPEN).about,
    )


async def test_whom_nobody_can_write_to_is_not_among_the_readers_of_the_copy(
    smtp_port: int, mailbox: Mailbox
) -> None:
    mailer, memory = keeping(smtp_port)
    other = replace(OTHER_CONTACT, email="nöra@post.example")
    [email] = WORDS.emails(notice_of(Kind.TASK_FOR_REGION, to=(CONTACT, other), about="meeting"))
    await mailer.send(replace(email, at=NOW))
    assert [headers.to for _, headers in memory.kept] == ["Ann Berg <ann@example.org>"]
    assert memory.kept[0][1].reply_to == "", "the office answers"


async def test_what_was_refused_is_not_kept(smtp_port: int, mailbox: Mailbox) -> None:
    mailer, memory = keeping(smtp_port)
    for address in ("refuse-sam@example.org", "no address"):
        [email] = WORDS.emails(notice_of(Kind.SURVEY_OPEN, to=(replace(MENTEE, email=address),)))
        assert (await mailer.send(replace(email, at=NOW))).refused
    assert memory.kept == []
    assert mailbox.all() == []


async def test_what_no_server_took_is_not_kept(smtp_port: int) -> None:
    mailer, memory = keeping(smtp_port)
    [email] = WORDS.emails(notice_of(Kind.SURVEY_OPEN))
    with pytest.raises(MailUnavailable):
        await mailer.send(replace(email, at=NOW))
    assert memory.kept == []
