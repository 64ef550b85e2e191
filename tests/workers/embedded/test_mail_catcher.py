"""The mail catcher stores and shows every email, and refuses email to mailboxes that are set to refuse."""

import contextlib
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx2
import pytest
import pytest_asyncio

from workers.embedded.stack import ports
from workers.embedded.stack.mail_catcher import serve


@pytest_asyncio.fixture
async def catcher(tmp_path: Path) -> AsyncIterator[tuple[int, str]]:
    """Yield the SMTP port of a running catcher and the address of its pages."""
    smtp, http = ports.assign(["smtp", "http"], {}).values()
    async with serve(tmp_path, smtp, http):
        yield smtp, f"http://{ports.HOST}:{http}"


def mail(to: str = "mentor@example.org") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "office@example.org", to, "Näxt <meeting>"
    message.set_content("Please open https://office.example/m/abc today.\n")
    message.add_alternative(
        "<p>Please open <a href='https://office.example/m/abc'>the page</a>.", subtype="html"
    )
    return message


async def send(message: EmailMessage, port: int) -> None:
    # Sending by hand closes the connection before the test ends, even if the server refused.
    client = aiosmtplib.SMTP(hostname=ports.HOST, port=port, start_tls=False)
    await client.connect()
    try:
        await client.send_message(message)
    finally:
        with contextlib.suppress(aiosmtplib.SMTPException):
            await client.quit()


async def read(url: str) -> httpx2.Response:
    async with httpx2.AsyncClient(trust_env=False) as http:
        return await http.get(url)


async def test_an_email_is_stored_listed_and_shown(catcher: tuple[int, str], tmp_path: Path) -> None:
    port, url = catcher
    await send(mail(), port)
    listed = (await read(f"{url}/mails.json")).json()
    assert [(entry["subject"], entry["recipients"]) for entry in listed] == [
        ("Näxt <meeting>", ["mentor@example.org"])
    ]
    assert "Näxt &lt;meeting&gt;" in (await read(url)).text
    dated = mail()
    dated["Date"] = "Mon, 30 Nov 2026 10:00:00 -0600"
    await send(dated, port)
    listed = (await read(f"{url}/mails.json")).json()
    assert listed[1]["received"] == "2026-11-30T16:00:00.000+00:00", "the office's time"
    assert '<a href="https://office.example/m/abc"' in (await read(f"{url}/mails/1")).text
    assert "open https://office.example" in (await read(f"{url}/mails/1.txt")).text
    assert "the page" in (await read(f"{url}/mails/1.html")).text
    assert b"Subject:" in (tmp_path / "000001.eml").read_bytes()


async def test_the_list_names_sender_subject_and_day_in_lines_that_fit_a_phone(
    catcher: tuple[int, str],
) -> None:
    port, url = catcher
    named = mail()
    named.replace_header("From", "Mentor Program <office@example.org>")
    named["Date"] = "Mon, 30 Nov 2026 10:00:00 -0600"
    await send(named, port)
    page = (await read(url)).text
    line = page.partition('<ol class="mails"')[2]
    assert "<bdi>Mentor Program</bdi>" in line
    assert "to mentor@example.org" in line
    assert "Mon 2026-11-30 16:00 UTC" in line
    assert "<table" not in page  # whose columns would have to be scrolled sideways
    assert 'content="width=device-width"' in page
    assert '<a href="/mails/1.html">The email alone</a>' in (await read(f"{url}/mails/1")).text


async def test_an_email_that_does_not_exist_is_not_found(catcher: tuple[int, str]) -> None:
    assert (await read(f"{catcher[1]}/mails/9")).status_code == 404


@pytest.mark.parametrize("address", ["refuse-anna@example.org", "gone@example.org"])
async def test_a_refusing_mailbox_answers_550(catcher: tuple[int, str], tmp_path: Path, address: str) -> None:
    port, url = catcher
    (tmp_path / "refuse.txt").write_text("gone@example.org\n")
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await send(mail(address), port)
    assert refused.value.recipients[0].code == 550
    assert (await read(f"{url}/mails.json")).json() == []


async def test_a_page_may_run_no_script(catcher: tuple[int, str]) -> None:
    assert (await read(catcher[1])).headers["content-security-policy"].startswith("default-src 'none'")


async def test_emails_are_still_there_after_a_restart(tmp_path: Path) -> None:
    for number in (1, 2):
        smtp, http = ports.assign(["smtp", "http"], {}).values()
        async with serve(tmp_path, smtp, http) as mailbox:
            await send(mail(), smtp)
            assert [entry.number for entry in mailbox.all()] == list(range(1, number + 1))
