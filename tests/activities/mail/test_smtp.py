"""What a mail server's refusal means: that of a reader's mailbox, or that of the office itself."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from aiosmtpd.smtp import SMTP, Envelope, Session
from structlog.testing import capture_logs

from activities.adapters.mail.smtp import SmtpMailer
from domain.notices import NoticeKind as Kind
from domain.notices import Outcome
from tests.activities.mail.rendered import MENTEE, notice_of
from tests.activities.test_sending import sending
from workers.embedded.stack.ports import HOST, pick


@dataclass
class Server:
    """A mail server that gives these answers; empty ones accept."""

    mailer: SmtpMailer
    at_data: str = ""
    at_rcpt: str = ""
    peers: list[object] = field(default_factory=list)
    took: list[str] = field(default_factory=list)
    hangs_up: bool = False

    async def handle_RCPT(
        self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self.at_rcpt:
            envelope.rcpt_tos.append(address)
        return self.at_rcpt or "250 OK"

    async def handle_DATA(self, smtp: SMTP, session: Session, envelope: Envelope) -> str:
        self.peers.append(session.peer)
        if self.hangs_up:
            smtp.transport.close()
        elif not self.at_data:
            self.took += envelope.rcpt_tos
        return self.at_data or "250 OK"


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    """Yield a mail server that runs, with the office's way to it."""
    port = pick()
    made = Server(SmtpMailer(host=HOST, port=port, sender="office@example.org", names=str, starttls=False))
    listening = await asyncio.get_running_loop().create_server(
        lambda: SMTP(made, timeout=_PATIENCE), HOST, port
    )
    yield made
    await made.mailer.rest()
    listening.close()


_PATIENCE = 0.5
"""Seconds after which the server hangs up on who says nothing."""


OURS = [
    ("554 5.7.1 Message rejected as spam", ""),
    ("550 5.7.26 This mail is unauthenticated", ""),
    ("550 Sender verify failed", ""),
    ("553 5.1.8 Bad sender's mailbox address", ""),
    ("", "554 5.7.1 Client host blocked"),
    ("", "550 5.1.8 Sender address rejected: Domain not found"),
]
THEIRS = [
    ("550 5.1.1 User unknown", ""),
    ("552 5.2.2 Mailbox full", ""),
    ("", "550 No such user"),
    ("", "550 5.1.10 Recipient not found"),
]


@pytest.mark.parametrize(("at_data", "at_rcpt"), OURS)
async def test_a_refusal_of_our_own_address_or_text_is_an_outage_and_an_alarm(
    server: Server, at_data: str, at_rcpt: str
) -> None:
    """C71: no reader's address is wrong, and nothing is lost once the server takes us again."""
    server.at_data, server.at_rcpt = at_data, at_rcpt
    each = notice_of(Kind.SURVEY_OPEN, to=(MENTEE,))
    made, store = sending(server.mailer, each)
    code = f"smtp_{(at_data or at_rcpt)[:3]}"
    with capture_logs() as lines:
        assert await made.send(each) is Outcome.PARKED
    assert store.office_tasks == {code}
    assert (store.notices[each.id].status, store.codes[each.id]) == ("parked", code)
    assert [(line["event"], line["log_level"], line["code"]) for line in lines] == [
        ("mail server refuses the office", "error", code)
    ]
    server.at_data = server.at_rcpt = ""
    assert await made.send(each) is Outcome.SENT


@pytest.mark.parametrize(("at_data", "at_rcpt"), THEIRS)
async def test_a_refusal_that_names_the_mailbox_is_the_readers_also_after_the_text(
    server: Server, at_data: str, at_rcpt: str
) -> None:
    """C71."""
    server.at_data, server.at_rcpt = at_data, at_rcpt
    each = notice_of(Kind.SURVEY_OPEN, to=(MENTEE,))
    made, store = sending(server.mailer, each)
    assert await made.send(each) is Outcome.REFUSED
    assert store.codes[each.id] == f"smtp_{(at_data or at_rcpt)[:3]}"


@pytest.mark.parametrize(
    ("at_data", "at_rcpt", "outcome"),
    [
        ("", "452 4.2.2 Mailbox full", Outcome.WAITING),
        ("", "451 4.7.1 Greylisted", Outcome.WAITING),
        ("451 4.3.0 Try later", "", Outcome.PARKED),
    ],
)
async def test_a_mailbox_that_asks_to_try_later_is_no_outage_of_the_mail_server(
    server: Server, at_data: str, at_rcpt: str, outcome: Outcome
) -> None:
    server.at_data, server.at_rcpt = at_data, at_rcpt
    each = notice_of(Kind.SURVEY_OPEN, to=(MENTEE,))
    made, store = sending(server.mailer, each)
    assert await made.send(each) is outcome
    assert (store.notices[each.id].deferred_since is None) is (outcome is Outcome.PARKED)
    server.at_data = server.at_rcpt = ""
    assert await made.send(each) is Outcome.SENT


async def test_emails_of_a_round_leave_over_one_connection_and_refusals_do_not_end_it(server: Server) -> None:
    each = notice_of(Kind.SURVEY_OPEN, to=(MENTEE,))
    made, _ = sending(server.mailer, each)
    for at_data, at_rcpt, outcome in (
        ("", "", Outcome.SENT),
        ("", "550 5.1.1 User unknown", Outcome.REFUSED),
        ("550 5.1.1 User unknown", "", Outcome.REFUSED),
        ("", "", Outcome.SENT),
    ):
        server.at_data, server.at_rcpt = at_data, at_rcpt
        assert await made.send(each) is outcome
    assert (len(server.peers), len({*map(str, server.peers)})) == (3, 1)
    await made.rest()
    assert await made.send(each) is Outcome.SENT
    assert len({*map(str, server.peers)}) == 2, "after a rest, a new one"
    assert server.took == [MENTEE.email] * 3


async def test_a_connection_that_the_server_has_closed_is_replaced_and_the_email_leaves_once(
    server: Server,
) -> None:
    each = notice_of(Kind.SURVEY_OPEN, to=(MENTEE,))
    made, _ = sending(server.mailer, each)
    assert await made.send(each) is Outcome.SENT
    await asyncio.sleep(2 * _PATIENCE)
    assert await made.send(each) is Outcome.SENT
    assert (server.took, len({*map(str, server.peers)})) == ([MENTEE.email] * 2, 2)


async def test_after_a_connection_that_broke_in_the_middle_of_an_email_the_next_one_has_its_own(
    server: Server,
) -> None:
    each = notice_of(Kind.SURVEY_OPEN, to=(MENTEE,))
    made, store = sending(server.mailer, each)
    server.hangs_up = True
    assert await made.send(each) is Outcome.PARKED
    assert store.codes[each.id] == "no_connection"
    server.hangs_up = False
    assert await made.send(each) is Outcome.SENT
    assert server.took == [MENTEE.email]
