"""What opens something stands in no log line, answer, header, history or table: a link, a token, an address's secret.

The same holds for the code of an email, and for the cookies of an opened link and of a session, which only the header
that gives them to the browser has. The process of the emails writes into the same log here.

A new kind of secret of the door is one more line in ``used``.
"""

import io
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx2 as httpx
import pytest

from activities.adapters.postgres.database import Database
from domain.actors import Role
from domain.codec import to_plain
from domain.notices import NoticeKind
from tests.api_gateway.confidential import whole_database
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.codes import Codes
from tests.api_gateway.door.conftest import Mail, Visit, address_of, path_in
from tests.api_gateway.door.test_links import LOGGED, MEETING
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.domain.builders import MENTOR
from workers.logs import configure_logs


class Kept:
    """Every answer that came back, with its headers but the one that gives a cookie to the browser whose it is."""

    def __init__(self) -> None:
        self.text = ""

    def add(self, answer: httpx.Response) -> httpx.Response:
        """Keep an answer."""
        headers = [each for each in answer.headers.multi_items() if each[0].lower() != "set-cookie"]
        self.text += f"{answer.status_code} {headers!r} {answer.text}"
        return answer


@contextmanager
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Yield what the process of the door writes as its log, at the lowest level."""
    written, root = io.StringIO(), logging.getLogger()
    handlers, level = list(root.handlers), root.level
    monkeypatch.setattr("sys.stderr", written)
    configure_logs("DEBUG", console=False, process="door")
    try:
        yield written
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        configure_logs("WARNING", console=False)


async def signed_in(codes: Codes, transport: httpx.ASGITransport, kept: Kept) -> Mapping[str, str]:
    """Sign in with a code, and read every page of oneself; return the code and the cookies by name."""
    visit, address = Visit(transport), address_of(MENTOR.id)
    asking = form_to(kept.add(await visit.get("/code")).text, "/code")
    kept.add(await visit.post("/code", asking.filled(address=address)))
    await codes.work()
    digits, browser = codes.digits.replace(" ", ""), dict(visit.http.cookies)
    form = form_to(kept.add(await visit.get("/code/check")).text, "/code/check")
    kept.add(await visit.post("/code/check", form.filled(code=f"{(int(digits) + 1) % 10**8:08d}")))
    kept.add(await visit.post("/code/check", {**form.filled(code=digits), "csrf": "another"}))
    kept.add(await visit.get(f"/code/check?code={digits}"))
    kept.add(await visit.post("/code/check", form.filled(code=codes.digits)))
    session = {name: value for name, value in visit.http.cookies.items() if name not in browser}
    assert len(session) == 1, visit.http.cookies
    for path in ("/my", "/my/download", "/my/download.json", "/my/contact", "/my/calendar", "/my/nothing"):
        kept.add(await visit.get(path))
    own = (await visit.get("/my")).text
    kept.add(await visit.post("/my/sign-out", form_to(own, "/my/sign-out").filled()))
    return {"code": digits, "code as it is written": codes.digits, **browser, **session}


async def used(client: Client, mail: Mail, visit: Visit, kept: Kept) -> Mapping[str, str]:
    """Use every secret that opens something at the door, rightly and wrongly; return them by name."""
    tokens = await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING)
    link, another = tokens["LogMeeting"], "another" + tokens["LogMeeting"][7:]
    for shown in (f"/t?token={link}", f"/t/{link}", f"/t/{link}/done", f"/{link}", f"/v1/{link}"):
        kept.add(await visit.get(shown))
    kept.add(await visit.post("/t", {"token": link}, **{"Sec-Fetch-Site": "cross-site"}))
    kept.add(await visit.post("/t", {"token": another}))
    kept.add(await visit.open(link))
    kept.add(await visit.send(link, **LOGGED))
    kept.add(await visit.open(link))
    opened = {name: value for name, value in visit.http.cookies.items() if "task-" in name}
    assert opened
    await client.token_of("mentor", MENTOR.id, (Role.PARTICIPANT,))
    api = client._tokens["mentor"]
    made = await client.send("mentor", "POST", "/v1/people/me/calendar-address", key="address")
    assert made.status_code == 201, made.text
    calendar = made.json()["address"].rsplit("/", 1)[-1].removesuffix(".ics")
    for http in (client.door.http, client.http):
        for method, path in (
            ("GET", "/v1/people/me"),
            ("POST", "/v1/people/me/digest"),
            ("GET", f"/v1/{api}"),
        ):
            kept.add(await client.ask(http, "mentor", method, path, json={"rhythm": "mondays"}))
        kept.add(await http.get(f"/v1/people/me?token={api}"))
    kept.add(await client.get(made.json()["address"]))
    client.engine.raises = RuntimeError(f"fault with {link}")
    again = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    page = await visit.open(again)
    form = form_to(page.text, path_in(page.text))
    kept.add(await visit.post(form.action, form.filled(**LOGGED)))
    return {
        "link": link,
        "link of a failed form": again,
        "token": api,
        "calendar": calendar,
        "wrong": another,
        **opened,
    }


async def test_no_secret_is_in_a_log_an_answer_a_history_or_a_table(
    client: Client,
    pair: LivePair,
    mail: Mail,
    visit: Visit,
    worker: Database,
    transport: httpx.ASGITransport,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = Kept()
    with logged(monkeypatch) as log:
        codes = Codes(client, worker)
        secrets = {**await used(client, mail, visit, kept), **await signed_in(codes, transport, kept)}
    lines = log.getvalue()
    assert "request not done" in lines or "request failed" in lines or "request refused" in lines
    histories = json.dumps([to_plain(command) for _, _, command in client.engine.sent], default=str)
    assert histories != "[]"
    rows = await whole_database(client)
    places: dict[str, Any] = {"log": lines, "answers": kept.text, "histories": histories, "database": rows}
    for name, secret in secrets.items():
        # Of a token of the API, its secret part.
        parts = secret.split("_")[2:] if name == "token" else [secret]
        for place, text in places.items():
            assert parts[-1] not in text, (name, place)
