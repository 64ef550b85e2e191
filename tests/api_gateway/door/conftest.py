"""The door on the database of an office: a pair that meets, the links of an email, and a browser that opens them."""

import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from datetime import date, timedelta
from typing import Any

import httpx2 as httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import event

from activities.adapters.keyring import Keyring
from activities.adapters.mail.task_links import TaskLinks
from activities.adapters.postgres.database import Database
from activities.adapters.postgres.issued_links import SqlIssuedLinks
from activities.ports.notices import Email, EmailCopy, NoticeToSend, Person, Wording
from api_gateway.door.app import create_door, make_door
from api_gateway.door.own_address import own_address
from domain.actors import Actor
from domain.ids import derive
from domain.languages import Language
from domain.notices import NoticeKind
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from domain.relationship.stages.matching.proposal import ProposeMatch
from tests.api_gateway.conftest import Client
from tests.api_gateway.pages.forms_in_page import PageForm, form_to
from tests.api_gateway.pages.live import NAMES, LivePair, live_pair
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, TERMS

DOOR = "http://door.example.org"
MANY = 1_000_000
"""More requests in a minute than any test sends; the limit has tests of its own."""


class Visit:
    """A browser at the door, with what came back for each request."""

    def __init__(self, transport: httpx.ASGITransport) -> None:
        self.http = httpx.AsyncClient(transport=transport, base_url=DOOR)

    async def get(self, path: str) -> httpx.Response:
        """Open a page; a redirect is not followed."""
        return await self.http.get(path)

    async def post(self, path: str, data: dict[str, Any], **headers: str) -> httpx.Response:
        """Send a form of the door."""
        own = {"Sec-Fetch-Site": "same-origin", **headers}
        return await self.http.post(path, data=data, headers=own)

    async def open(self, token: str) -> httpx.Response:
        """Open the link of an email, and return its form or what came in its place."""
        answer = await self.post("/t", {"token": token})
        return await self.get(answer.headers["location"]) if answer.status_code == 303 else answer

    async def send(self, token: str, status: int = 303, **given: Any) -> httpx.Response:
        """Open the link of an email, fill its form in, and send it."""
        page = await self.open(token)
        assert page.status_code == 200, page.text
        form = form_to(page.text, path_in(page.text))
        answer = await self.post(form.action, form.filled(**given))
        if answer.status_code == 200 and "form_checked" in answer.text:
            again = form_to(answer.text, form.action)
            answer = await self.post(form.action, {**again.filled(), "form_checked": "yes"})
        assert answer.status_code == status, answer.text
        return answer


def path_in(text: str) -> str:
    """Return the address of the form in a page."""
    found = re.search(r'action="(/t/[0-9a-f]{32})"', text)
    assert found is not None, text
    return found[1]


class OwnForms:
    """The forms of people who sign in with a code, each at a browser of their own."""

    def __init__(self, transport: httpx.ASGITransport, client: Client, worker: Database) -> None:
        self._transport, self._client, self._worker = transport, client, worker
        self._browsers: dict[str, Visit] = {}

    async def browser(self, who: Actor) -> Visit:
        """Return the browser of a person who is signed in."""
        from tests.api_gateway.door.codes import Codes, enter

        if who.id not in self._browsers:
            visit = Visit(self._transport)
            await enter(visit, Codes(self._client, self._worker), address_of(who.id))
            self._browsers[who.id] = visit
        return self._browsers[who.id]

    async def page(
        self, who: Actor, act: str, subject: str, /, status: int = 200, **chosen: str
    ) -> httpx.Response:
        """Open the form of an act."""
        answer = await (await self.browser(who)).get(own_address(act, subject, chosen))
        assert answer.status_code == status, answer.text
        return answer

    async def form(self, who: Actor, act: str, subject: str, /, **chosen: str) -> PageForm:
        """Return the form of an act as a browser has it."""
        page = await self.page(who, act, subject, **chosen)
        return form_to(page.text, own_address(act, subject, chosen))

    async def post(self, who: Actor, form: PageForm, **given: Any) -> httpx.Response:
        """Send a form as a person; ``form_`` names what its buttons send."""
        pressed = {name: given.pop(name) for name in [*given] if name.startswith("form_")}
        return await (await self.browser(who)).post(form.action, {**form.filled(**given), **pressed})

    async def send(
        self,
        who: Actor,
        act: str,
        subject: str,
        /,
        status: int = 303,
        chosen: Mapping[str, str] | None = None,
        **given: Any,
    ) -> httpx.Response:
        """Open the form of an act, fill it in, and send it; answers are checked once more before."""
        form = await self.form(who, act, subject, **(chosen or {}))
        answer = await self.post(who, form, **given)
        if answer.status_code == 200 and "form_checked" in answer.text:
            answer = await self.post(who, form_to(answer.text, form.action), form_checked="yes")
        assert answer.status_code == status, answer.text
        return answer

    async def follow(self, who: Actor, answer: httpx.Response) -> httpx.Response:
        """Open where an answer leads."""
        page = await (await self.browser(who)).get(answer.headers["location"])
        assert page.status_code == 200, page.text
        return page


class Mail:
    """The emails of a pair: each call is one email that leaves, with its links kept."""

    def __init__(self, links: TaskLinks, issued: SqlIssuedLinks, pair: LivePair) -> None:
        self._links, self._issued, self.pair = links, issued, pair
        self.number, self.about = 0, pair.id

    @classmethod
    def of(cls, client: Client, worker: Database, pair: LivePair) -> "Mail":
        """Return the emails of a pair of an office."""
        links = TaskLinks(Keyring(client.office.settings.key_file), DOOR)
        return cls(links, SqlIssuedLinks(worker), pair)

    async def tokens(
        self, kind: NoticeKind, to: Actor, again: int = 0, id: str = "", attempt: int = 0, **data: str
    ) -> dict[str, str]:
        """Send an email to one of the pair; return the token of each of its links by its act.

        ``id`` is that of a notice in the table, and ``attempt`` says how often staff have sent it again.
        """
        self.number += 0 if again else 1
        people = {id: Person(id=id, name=name, email=address_of(id)) for id, name in NAMES.items()}
        notice = NoticeToSend(
            id=id or derive("notice", str(self.number)),
            again=attempt,
            kind=kind,
            status="pending",
            data=data,
            to=(people[to.id],),
            about=self.about,
            mentor=people[MENTOR.id],
            mentee=people[MENTEE.id],
        )
        ways = self._links.ways(notice, Language.EN)
        wording = Wording(subject="s", text="t", html="h")
        copy = EmailCopy(email=notice.id, scope=self.pair.id, wording=wording)
        email = Email(
            id=notice.id, to=notice.to, wording=wording, copy=copy, at=self.pair.now, links=ways.links
        )
        await self._issued.keep(email)
        said = [way["link"].said.partition("/t#")[2] for way in ways.shown]
        return {link.act: token for link, token in zip(ways.links, said, strict=True)}


def address_of(id: str) -> str:
    """Return the address of one of the pair."""
    return f"{NAMES[id].lower().replace(' ', '.')}@example.org"


@pytest_asyncio.fixture
async def pair(client: Client, worker: Database) -> LivePair:
    """Return a pair with an agreement in force."""
    return await meeting_pair(client, worker)


async def meeting_pair(client: Client, worker: Database, *, days: int = 20, **rules: Any) -> LivePair:
    """Return a pair of an office that has an agreement in force for some days; ``rules`` are changed ones."""
    made = await live_pair(client, worker, **rules)
    made.do(RecordPreMatchContact, COORDINATOR, contacted_on=date(2026, 8, 3), needs=("budget",))
    made.do(ProposeMatch, COORDINATOR, mentor=MENTOR.id)
    made.do(ConfirmMatch, COORDINATOR)
    made.do(ConfirmFirstContact, MENTEE, contacted_on=date(2026, 8, 3), mode="phone")
    made.do(DraftAgreement, MENTOR, terms=TERMS)
    made.sign(MENTEE)
    made.sign(MENTOR)
    await made.at(made.now + timedelta(days=days))
    return made


@pytest.fixture
def mail(client: Client, worker: Database, pair: LivePair) -> Mail:
    """Return the emails of the pair."""
    return Mail.of(client, worker, pair)


@pytest_asyncio.fixture
async def transport(client: Client) -> AsyncIterator[httpx.ASGITransport]:
    """Yield the door, which signs in to the database as the participant process does."""
    door = {"door_url": DOOR, "door_secret": SecretStr("d" * 40), "cookie_prefix": "none"}
    door |= {"requests_per_minute": MANY}
    made = make_door(client.office.settings.model_copy(update=door), client.engine)
    yield httpx.ASGITransport(app=create_door(made))
    await made.office.database.close()


@pytest.fixture
def own(transport: httpx.ASGITransport, client: Client, worker: Database) -> OwnForms:
    """Return the forms of people who sign in."""
    return OwnForms(transport, client, worker)


@pytest.fixture
def visit(transport: httpx.ASGITransport) -> Visit:
    """Return a browser at the door."""
    return Visit(transport)


@pytest_asyncio.fixture
async def statements(transport: Any) -> list[str]:
    """Return the statements that the door sends, as they are sent."""
    sent: list[str] = []
    engine = transport.app.state.door.office.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    return sent


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
