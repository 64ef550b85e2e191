"""JSON in place of a form changes nothing at the door, also with the secret of the form and a valid session."""

from collections.abc import Mapping
from typing import Any

import httpx2 as httpx

from api_gateway.http.csrf import FIELD, HEADER
from domain.notices import NoticeKind
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import Mail, OwnForms, Visit, path_in
from tests.api_gateway.door.test_links import LOGGED, MEETING
from tests.api_gateway.pages.forms_in_page import form_to
from tests.api_gateway.pages.live import LivePair
from tests.domain.builders import MENTEE, MENTOR

TYPED = {name: value for name, value in LOGGED.items() if name != "first_name"}


async def as_json(visit: Visit, path: str, filled: Mapping[str, Any]) -> httpx.Response:
    """Send what a form sends as JSON, with its secret where a script has it."""
    headers = {"Sec-Fetch-Site": "same-origin", HEADER: filled[FIELD]}
    return await visit.http.post(path, json=filled, headers=headers)


async def test_json_changes_nothing_by_a_link(
    pair: LivePair, mail: Mail, visit: Visit, client: Client
) -> None:
    token = (await mail.tokens(NoticeKind.REMINDER, MENTOR, **MEETING))["LogMeeting"]
    page = await visit.open(token)
    form = form_to(page.text, path_in(page.text))
    answer = await as_json(visit, form.action, form.filled(**LOGGED))
    assert 400 <= answer.status_code < 500, answer.text
    assert client.engine.sent == []
    assert pair.state.meetings.log == ()
    await visit.send(token, **LOGGED)
    assert len(pair.state.meetings.log) == 1


async def test_json_changes_nothing_in_a_session(pair: LivePair, own: OwnForms, client: Client) -> None:
    form = await own.form(MENTEE, "LogMeeting", pair.id)
    visit = await own.browser(MENTEE)
    answer = await as_json(visit, form.action, form.filled(**TYPED))
    assert 400 <= answer.status_code < 500, answer.text
    assert client.engine.sent == []
    assert pair.state.meetings.log == ()
    assert (await own.post(MENTEE, form, **TYPED)).status_code == 303
    assert len(pair.state.meetings.log) == 1
