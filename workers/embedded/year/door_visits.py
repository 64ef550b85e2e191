"""Acts that mentors and mentees do at the door, as a person does: by the link of an email, or after a sign-in code.

In each year one act of each kind is done by a link that is in the mailbox, and one after a code; what follows goes
over the API. Where a year has one such act alone, it goes the way that no other year has used for its kind.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx2 as httpx
from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.ports.sign_in_codes import CodeOutcome
from api_gateway.door.own_acts import BY_ADDRESS
from api_gateway.door.own_address import own_address
from domain.ids import term_region_id
from domain.task_links import LINKED_ACTS, token_hash
from workers.embedded.stack.mail_catcher import Mailbox
from workers.embedded.stack.supervisor import NO_TLS
from workers.embedded.year.page_forms import NotInForm, PageForm, form_to, forms_in

_LINK: Final = re.compile(r"/t#([A-Za-z0-9_-]{20,100})")
_CODE: Final = re.compile(r"^\s*(\d{4}) ?(\d{4})\s*$", re.MULTILINE)
_PATIENCE: Final = 30.0
"""Seconds of real time until the email with a code is there."""
_LOOKS_AGAIN: Final = 0.02
_FROM_HERE: Final = {"Sec-Fetch-Site": "same-origin"}
_CHOSEN: Final = (
    "meeting",
    "observation",
    "request",
    "subject",
    "document",
    "form",
    "month",
    "audience",
    "act",
)
"""What an act is about besides its pair, as the address of its form says it."""


class MailboxRefuses(RuntimeError):
    """The mail server takes nothing for an address, so no code comes to it."""


class NotAtDoor(RuntimeError):
    """The door did not take an act that it must take."""


@dataclass(slots=True)
class UsedWays:
    """The kinds of acts that were done at the door: by the link of an email, and after a sign-in code."""

    by_link: set[str] = field(default_factory=set)
    by_code: set[str] = field(default_factory=set)

    def add(self, other: UsedWays) -> None:
        """Add what was done elsewhere."""
        self.by_link |= other.by_link
        self.by_code |= other.by_code

    def missing(self) -> Iterator[str]:
        """Yield each kind of act that an email asks for and that was never done in one of the two ways."""
        for name in sorted(LINKED_ACTS):
            if name not in self.by_link:
                yield f"{name} was never done by the link of an email"
            if name not in self.by_code:
                yield f"{name} was never done after a sign-in code"


class DoorVisits:
    """The browsers of the people of a year, and the ways that they have used.

    ``elsewhere`` has the ways of the years before.
    """

    def __init__(
        self,
        door: str,
        mailbox: Mailbox,
        database: Database,
        zone: ZoneInfo,
        elsewhere: UsedWays | None = None,
    ) -> None:
        self._door, self._mailbox, self._database, self._zone = door, mailbox, database, zone
        self._browsers: dict[str, httpx.AsyncClient] = {}
        self._tokens: dict[str, str] = {}
        self._read = 0
        self._elsewhere = elsewhere or UsedWays()
        self.used = UsedWays()

    async def close(self) -> None:
        """Close all browsers."""
        for browser in self._browsers.values():
            await browser.aclose()

    async def done(self, person: str, path: str, body: Mapping[str, Any]) -> bool:
        """Do an act of the API at the door, if one of its kind is still to be done there; return whether it was done.

        Raises:
            NotAtDoor: The door did not take it.
        """
        about, _, address = path.rpartition("/")
        name, subject = BY_ADDRESS.get(address, ""), _subject(about)
        try:
            return bool(name and subject) and await self._visited(person, name, subject, body)
        except MailboxRefuses:
            return False  # who gets no email says it in another way

    async def _visited(self, person: str, name: str, subject: str, body: Mapping[str, Any]) -> bool:
        """Do an act by a link or after a code, if it was not done in that way yet; return whether it was done."""
        token = ""
        if name in LINKED_ACTS and name not in self.used.by_link:
            token = await self._link(person, name, subject, body)
        if token and not self._code_first(name):
            await self._by_link(person, name, token, body)
            self.used.by_link.add(name)
            return True
        if name not in self.used.by_code:
            await self._by_code(person, name, subject, body)
            self.used.by_code.add(name)
            return True
        return False

    def _code_first(self, name: str) -> bool:
        """Return whether an act that has a link goes after a code, since other years have only used the link."""
        others = self._elsewhere
        return name not in self.used.by_code and name in others.by_link and name not in others.by_code

    async def _by_link(self, person: str, name: str, token: str, body: Mapping[str, Any]) -> None:
        browser = self._browser(person)
        answer = await browser.post("/t", data={"token": token}, headers=_FROM_HERE)
        page = await browser.get(_to(answer, name))
        if page.status_code == 303 and page.headers["location"].startswith("/code"):
            await self._enter(person)
            page = await browser.get(_to(answer, name))
        if page.status_code == 303:
            page = await browser.get(page.headers["location"])
        await self._filled(browser, name, page, body, await self._name(person))

    async def _by_code(self, person: str, name: str, subject: str, body: Mapping[str, Any]) -> None:
        browser = await self._signed_in(person)
        chosen = {field: str(body[field]) for field in _CHOSEN if isinstance(body.get(field), str)}
        page = await browser.get(own_address(name, subject, chosen))
        await self._filled(browser, name, page, body, await self._name(person))

    async def _filled(
        self, browser: httpx.AsyncClient, name: str, page: httpx.Response, body: Mapping[str, Any], who: str
    ) -> None:
        """Fill the form of a page in, and send it; answers are checked once more before."""
        if page.status_code != 200:
            raise NotAtDoor(f"{name}: {page.status_code} at {page.url}")
        found = [
            each for each in forms_in(page.text) if "first_name" in each.asked or "form_key" in each.values
        ]
        if len(found) != 1:
            raise NotAtDoor(
                f"{name}: {len(found)} forms at {page.url}: {_faults(page.text) or _words(page.text)}"
            )
        [form] = found
        given = dict(_typed(form, body, self._zone))
        if "first_name" in form.asked:
            given["first_name"] = [who if name == "SignAgreement" else who.split()[0]]
        answer = await browser.post(form.action, data=_sent(form, given), headers=_FROM_HERE)
        if answer.status_code == 200 and "form_checked" in answer.text:
            checked = form_to(answer.text, form.action)
            sent = {**checked.filled(), "form_checked": "yes"}
            answer = await browser.post(form.action, data=sent, headers=_FROM_HERE)
        if answer.status_code != 303:
            raise NotAtDoor(f"{name}: {answer.status_code} {_faults(answer.text)} for {given}")
        done = await browser.get(answer.headers["location"])
        if done.status_code != 200:
            raise NotAtDoor(f"{name}: {done.status_code} at {done.url}")

    async def _signed_in(self, person: str) -> httpx.AsyncClient:
        browser = self._browser(person)
        if (await browser.get("/my")).status_code != 200:
            await self._enter(person)
        return browser

    async def _enter(self, person: str) -> None:
        """Ask for a code, read it in the mailbox, and type it in."""
        browser, address = self._browser(person), await self._of(person, "email")
        before = {each.number for each in self._mailbox.all()}
        asked = await browser.post("/code", data={"address": address, "next": "/my"}, headers=_FROM_HERE)
        page = await browser.get(_to(asked, "sign-in code"))
        form = form_to(page.text, "/code/check")
        digits = await self._digits(address, before)
        sent = form.filled(code=digits)
        answer = await browser.post("/code/check", data=sent, headers=_FROM_HERE)
        if answer.status_code == 303 and answer.headers["location"].startswith("/code/who"):
            raise NotAtDoor(f"{address} is the mailbox of several people")
        if (await browser.get("/my")).status_code != 200:
            raise NotAtDoor(f"the code for {address} opened nothing: {answer.status_code}")

    async def _digits(self, address: str, before: Collection[int]) -> str:
        """Return the code of the email that comes to an address.

        Raises:
            MailboxRefuses: The mail server does not take it.
            NotAtDoor: The office sends none.
        """
        async with asyncio.timeout(_PATIENCE):
            while True:
                mine = (each.number for each in self._mailbox.all() if address in each.recipients)
                for number in mine:
                    if number not in before and (found := _CODE.search(self._text(number))):
                        return found[1] + found[2]
                outcome = await self._outcome()
                if outcome == CodeOutcome.REFUSED:
                    raise MailboxRefuses(address)
                if outcome not in ("", CodeOutcome.SENT):
                    raise NotAtDoor(f"no code comes to {address}: {outcome}")
                await asyncio.sleep(_LOOKS_AGAIN)

    async def _outcome(self) -> str:
        """Return how the code ended that was asked for last; empty while it waits."""
        row = tables.sign_in_codes.c
        async with self._database.one_statement() as connection:
            wanted = select(row.outcome).order_by(row.asked_at.desc()).limit(1)
            return str(await connection.scalar(wanted) or "")

    async def _link(self, person: str, act: str, subject: str, body: Mapping[str, Any]) -> str:
        """Return the token of a living link for just this act, if its email is in the mailbox."""
        for mail in self._mailbox.all()[self._read :]:
            self._tokens |= {token_hash(token): token for token in _LINK.findall(self._text(mail.number))}
            self._read += 1
        row = tables.task_links.c
        wanted = (
            select(row.hash, row.chosen)
            .where(row.person == person, row.act == act, row.subject == subject)
            .where(row.used_at.is_(None), row.revoked_at.is_(None))
            .order_by(row.sent_at.desc())
        )
        async with self._database.one_statement() as connection:
            rows = (await connection.execute(wanted)).all()
        for found in rows:
            meant = all(body.get(name) == value for name, value in found.chosen.items())
            if meant and found.hash in self._tokens:
                return self._tokens[found.hash]
        return ""

    async def _name(self, person: str) -> str:
        return await self._of(person, "name")

    async def _of(self, person: str, column: str) -> str:
        row = tables.people.c
        async with self._database.one_statement() as connection:
            return str(await connection.scalar(select(row[column]).where(row.id == person)))

    def _browser(self, person: str) -> httpx.AsyncClient:
        if person not in self._browsers:
            self._browsers[person] = httpx.AsyncClient(base_url=self._door, timeout=60, verify=NO_TLS)
        return self._browsers[person]

    def _text(self, number: int) -> str:
        message = self._mailbox.read(number)
        part = None if message is None else message.get_body(("plain",))
        return "" if part is None else str(part.get_content())


def _subject(about: str) -> str:
    """Return whose act an address of the API is: a pair, or a term in a region; empty for anything else."""
    match about.split("/"):
        case ["relationships", pair]:
            return pair
        case ["terms", term, "regions", region]:
            return term_region_id(term, region)
    return ""


def _to(answer: httpx.Response, what: str) -> str:
    if answer.status_code != 303:
        raise NotAtDoor(f"{what}: {answer.status_code} instead of the next page")
    return str(answer.headers["location"])


def _typed(form: PageForm, body: Mapping[str, Any], zone: ZoneInfo) -> Iterator[tuple[str, list[str]]]:
    """Yield what is in the fields of a form that has the values of a body; fields that it lacks are fixed there."""
    for path, value in _leaves(body, ""):
        if f"{path}.day" in form.asked:
            local = datetime.fromisoformat(str(value)).astimezone(zone)
            yield f"{path}.day", [local.date().isoformat()]
            yield f"{path}.time", [f"{local:%H:%M}"]
        elif path in form.asked or _is_row(form, path):
            yield path, [_shown(each) for each in (value if isinstance(value, list) else [value])]
        if f"{path}.when" in form.asked:
            yield f"{path}.when", ["other"]
        if f"{path}.usual" in form.asked:
            yield f"{path}.usual", ["other"]


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield the values of a body with their paths."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for number, part in enumerate(value):
            yield from _leaves(part, f"{path}.{number}")
    elif value is not None:
        yield path, value


def _is_row(form: PageForm, path: str) -> bool:
    """Return whether a path is one more row of a table of the form, which a browser gets by a button."""
    above, number, field = (
        path.rpartition(".")[0].rpartition(".")[0],
        path.split(".")[-2:][0],
        path.split(".")[-1],
    )
    return number.isdigit() and f"{above}.0.{field}" in form.asked


def _shown(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _sent(form: PageForm, given: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return what a browser sends: what is in the form, with what was typed."""
    for name, values in given.items():
        offered = form.choices.get(name, values)
        if not set(values) <= set(offered):
            raise NotInForm(f"{name} offers {offered}, not {values}")
    return {**form.values, **given}


def _words(text: str) -> str:
    """Return what the main part of a page says."""
    main = text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", f"<main{main}").split())[:300]


def _faults(text: str) -> str:
    """Return the texts of the errors of a page."""
    found = re.findall(r'govuk-error-message[^>]*>(.*?)</p>|role="alert"[^>]*>(.*?)</div>', text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>|\s+", " ", "".join(each)) for each in found).strip()
