"""The demo's mailbox: takes every email over SMTP, keeps it in a folder, and shows it on a small read-only page.

    python -m workers.embedded.stack.mail_catcher --port 2525 --http-port 8025 --folder mails

A mailbox can be made to refuse: an address whose local part begins with `refuse-`, or that is in `refuse.txt` of the
folder (one on each line, read again for each email), is answered 550, as a real server answers for one that is gone.
"""

from __future__ import annotations

import asyncio
import html
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Annotated, Final

import typer
import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from workers.embedded.stack.ports import HOST

REFUSED_PREFIX: Final = "refuse-"
_BIGGEST: Final = 10 * 1024 * 1024  # bytes of one email
_HEADERS: Final = {
    # An email is untrusted text: it may style itself, and do nothing else.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """One email as the index knows it."""

    number: int
    received: str  # ISO instant: the email's own date, which is the office's time
    sender: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    name: str = ""  # of the sender, as the email says it


class Mailbox:
    """The folder of emails: one `.eml` file each, and `index.jsonl` with one line each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index = folder / "index.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        self._count = len(self.all())

    def keep(self, content: bytes, sender: str, recipients: tuple[str, ...]) -> Caught:
        """Store one email. The file is written before the index names it."""
        parsed = message_from_bytes(content, policy=modern)
        self._count += 1
        mail = Caught(
            number=self._count,
            received=_date_of(parsed),
            sender=sender,
            recipients=recipients,
            subject=str(parsed.get("Subject", "")),
            message_id=str(parsed.get("Message-ID", "")),
            name=parseaddr(str(parsed.get("From", "")))[0],
        )
        self._file(mail.number).write_bytes(content)
        with self._index.open("a") as index:
            index.write(json.dumps(asdict(mail)) + "\n")
        return mail

    def all(self) -> list[Caught]:
        """Return every email, in the order of arrival."""
        if not self._index.exists():
            return []
        lines = [json.loads(line) for line in self._index.read_text().splitlines() if line]
        return [Caught(**line | {"recipients": tuple(line["recipients"])}) for line in lines]

    def read(self, number: int) -> EmailMessage | None:
        """Return one email, parsed."""
        file = self._file(number)
        return message_from_bytes(file.read_bytes(), policy=modern) if file.is_file() else None

    def raw(self, number: int) -> bytes | None:
        """Return one email as it arrived."""
        file = self._file(number)
        return file.read_bytes() if file.is_file() else None

    def refuses(self, address: str) -> bool:
        """Return whether this recipient's mailbox refuses."""
        if address.lower().startswith(REFUSED_PREFIX):
            return True
        listed = self._folder / "refuse.txt"
        return listed.exists() and address.lower() in {
            line.strip().lower() for line in listed.read_text().splitlines()
        }

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:06d}.eml"


def _date_of(email: EmailMessage) -> str:
    """Return the instant that an email names as its own; the machine's if it names none."""
    try:
        at = parsedate_to_datetime(str(email.get("Date", "")))
    except ValueError:
        at = datetime.now(UTC)
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


class _Handler:
    """The handler that aiosmtpd calls at each step of an email."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_RCPT(
        self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._mailbox.refuses(address):
            return "550 5.1.1 Mailbox unavailable"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        self._mailbox.keep(content, envelope.mail_from or "", tuple(envelope.rcpt_tos))
        return "250 2.0.0 Kept"


class _Pages:
    """The handlers of the read-only pages."""

    def __init__(self, mailbox: Mailbox, office: str) -> None:
        self._mailbox = mailbox
        self._office = office

    def _page(self, title: str, body: str) -> HTMLResponse:
        back = f'<nav><a href="{_safe(self._office)}">Back to the tour</a></nav>' if self._office else ""
        return _page(title, body, back)

    async def index(self, request: Request) -> Response:
        wanted = request.query_params.get("to", "").lower()
        mails = [
            mail for mail in reversed(self._mailbox.all()) if wanted in " ".join(mail.recipients).lower()
        ]
        rows = "".join(
            f'<li><a href="/mails/{mail.number}" dir="auto">{_safe(mail.subject) or "(no subject)"}</a>'
            f'<span class="from"><bdi>{_safe(mail.name or mail.sender)}</bdi></span>'
            f'<span class="to">to {_safe(", ".join(mail.recipients))}</span>'
            f'<span class="when">{_hour(mail.received)}</span>'
            for mail in mails
        )
        field = f'<input type="search" name="to" value="{_safe(wanted)}">'
        search = f"<form><label>Recipient {field}</label> <button>Show</button></form>"
        listed = f'<ol class="mails" reversed>{rows}</ol>' if rows else "<p>No emails yet."
        return self._page("Mailbox of the demo", search + listed)

    async def listing(self, _: Request) -> Response:
        return JSONResponse([asdict(mail) for mail in self._mailbox.all()], headers=_HEADERS)

    async def one(self, request: Request) -> Response:
        number = request.path_params["number"]
        mail = self._mailbox.read(number)
        if mail is None:
            return _missing()
        text = mail.get_body(("plain",))
        alone = f' · <a href="/mails/{number}.html">The email alone</a>' if mail.get_body(("html",)) else ""
        links = f'<p><a href="/">All emails</a>{alone} · <a href="/mails/{number}.eml">Source</a>'
        head = "".join(
            f"<dt>{name}<dd dir=auto>{_safe(str(mail.get(name, '')))}"
            for name in ("From", "To", "Subject", "Date")
        )
        body = ""
        if mail.get_body(("html",)) is not None:
            sandbox = "allow-popups allow-popups-to-escape-sandbox"
            body = (
                f'<h2>HTML</h2><iframe sandbox="{sandbox}" title="HTML" src="/mails/{number}.html"></iframe>'
            )
        if text is not None:
            body += f"<h2>Text</h2><pre>{_link(_safe(text.get_content()))}</pre>"
        return self._page(str(mail.get("Subject", "")) or "Email", f"{links}<dl>{head}</dl>{body}")

    async def text(self, request: Request) -> Response:
        body = self._body(request, "plain")
        return _missing() if body is None else PlainTextResponse(body, headers=_HEADERS)

    async def html(self, request: Request) -> Response:
        body = self._body(request, "html")
        # A link in an email opens its own tab: the frame that shows the email must not navigate.
        return _missing() if body is None else HTMLResponse('<base target="_blank">' + body, headers=_HEADERS)

    async def source(self, request: Request) -> Response:
        content = self._mailbox.raw(request.path_params["number"])
        return _missing() if content is None else Response(content, media_type="text/plain", headers=_HEADERS)

    def _body(self, request: Request, kind: str) -> str | None:
        mail = self._mailbox.read(request.path_params["number"])
        part = None if mail is None else mail.get_body((kind,))
        return None if part is None else str(part.get_content())


def pages(mailbox: Mailbox, office: str = "") -> Starlette:
    """Return the read-only pages: `/` and `/mails.json`, `/mails/{number}` with `.txt`, `.html` and `.eml`.

    ``office`` is the address that they lead back to.
    """
    of = _Pages(mailbox, office)
    return Starlette(
        routes=[
            Route("/", of.index),
            Route("/mails.json", of.listing),
            Route("/mails/{number:int}", of.one),
            Route("/mails/{number:int}.txt", of.text),
            Route("/mails/{number:int}.html", of.html),
            Route("/mails/{number:int}.eml", of.source),
        ]
    )


@asynccontextmanager
async def serve(folder: Path, port: int, http_port: int, office: str = "") -> AsyncIterator[Mailbox]:
    """Receive emails and show them while the block runs."""
    mailbox = Mailbox(folder)
    loop = asyncio.get_running_loop()
    handler = _Handler(mailbox)
    smtp = await loop.create_server(
        lambda: SMTP(handler, hostname="mailbox.invalid", data_size_limit=_BIGGEST, enable_SMTPUTF8=True),
        HOST,
        port,
    )
    config = uvicorn.Config(
        pages(mailbox, office),
        host=HOST,
        port=http_port,
        log_level="warning",
        access_log=False,
        lifespan="off",
    )
    http = uvicorn.Server(config)
    task = asyncio.create_task(_without_signals(http))
    try:
        while not http.started and not task.done():  # noqa: ASYNC110 - uvicorn offers no event for it
            await asyncio.sleep(0.02)
        yield mailbox
    finally:
        http.should_exit = True
        smtp.close()
        await asyncio.gather(task, return_exceptions=True)


async def _without_signals(server: uvicorn.Server) -> None:
    """Serve without uvicorn's own signal handlers: this process has one way to stop, not two."""
    await server._serve()


def _hour(received: str) -> str:
    """Return an instant to the minute; the mailbox knows no office's time zone."""
    return f"{datetime.fromisoformat(received).astimezone(UTC):%a %Y-%m-%d %H:%M} UTC"


def _page(title: str, body: str, back: str) -> HTMLResponse:
    style = (
        ":root{color-scheme:light dark}body{font:.9375rem/1.45 system-ui,sans-serif;margin:0 auto;"
        "max-width:70rem;padding:1.5rem}h1{font-size:1.625rem;line-height:1.2;margin:.5rem 0 1rem}"
        "h2{font-size:1rem;margin:1.5rem 0 .5rem}a{color:light-dark(#0b5a7a,#8cc6e0)}nav{font-size:.875rem}"
        ".mails{list-style:none;margin:1rem 0 0;padding:0;border-top:1px solid #8885}"
        ".mails li{display:grid;grid-template-columns:minmax(0,1fr) 12rem 14rem 13rem;gap:2px 16px;"
        "padding:8px 0;border-bottom:1px solid #8885;overflow-wrap:anywhere}"
        ".mails span{color:light-dark(#55616f,#a8b3be);font-size:.875rem}.when{text-align:right;white-space:nowrap}"
        "pre{white-space:pre-wrap;overflow-wrap:anywhere;max-width:46rem}"
        "iframe{width:100%;min-height:34rem;border:1px solid #8885;border-radius:4px;background:#fff}"
        "dl{display:grid;grid-template-columns:5rem 1fr;gap:4px 12px}dt{color:light-dark(#55616f,#a8b3be)}"
        "dd{margin:0;overflow-wrap:anywhere}"
        "input,button{font:inherit;padding:4px 12px;border:1px solid #7d8894;border-radius:4px}"
        "@media(max-width:800px){body{padding:1rem}iframe{min-height:85vh}"
        ".mails li{grid-template-columns:minmax(0,1fr) auto;padding:4px 0 12px}"
        ".mails a{grid-column:1/-1;padding:10px 0 2px;font-weight:600}.mails .to{grid-column:1/-1;grid-row:3}"
        "label{display:block}input{width:100%;box-sizing:border-box;margin:4px 0 8px}"
        "input,button{min-height:44px}p>a{display:inline-block;padding:10px 0}}"
    )
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{_safe(title)}</title><style>{style}</style>{back}<h1>{_safe(title)}</h1>{body}",
        headers=_HEADERS,
    )


def _missing() -> Response:
    return PlainTextResponse("There is no such email.", status_code=404, headers=_HEADERS)


def _safe(text: str) -> str:
    return html.escape(text, quote=True)


def _link(escaped: str) -> str:
    """Turn the addresses in an email's text into links, so that people can follow them in the demo."""
    words = [
        f'<a href="{word}" rel="noreferrer">{word}</a>' if word.startswith(("http://", "https://")) else word
        for word in escaped.replace("\n", " \n ").split(" ")
    ]
    return " ".join(words).replace(" \n ", "\n")


def main(
    port: Annotated[int, typer.Option(help="Port that receives emails.")],
    http_port: Annotated[int, typer.Option(help="Port of the pages.")],
    folder: Annotated[Path, typer.Option(help="Folder that the emails are kept in.")],
    office: Annotated[str, typer.Option(help="Address that the pages lead back to.")] = "",
) -> None:
    """Receive emails and show them until stopped."""

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop.set)
        async with serve(folder, port, http_port, office):
            await stop.wait()

    asyncio.run(run())


if __name__ == "__main__":
    typer.run(main)
