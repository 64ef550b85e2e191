"""How many SQL statements a request to the door takes, all of them counted: for whom it acts, the proof, the rows."""

from typing import Final

import pytest

from api_gateway.door.acts import OF_PAIR
from api_gateway.door.own_address import own_address
from domain.actors import Actor
from domain.notices import NoticeKind
from tests.api_gateway.door.conftest import Mail, OwnForms, Visit, path_in
from tests.api_gateway.door.test_my_page import met
from tests.api_gateway.door.test_saved_answers import in_survey
from tests.api_gateway.pages.live import LivePair
from tests.domain.builders import MENTEE, MENTOR

FORM: Final = 6
"""The most statements of a form."""
MY_PAGE: Final = 12
"""The most statements of My page."""


async def test_a_form_by_link_takes_six_statements_at_most(
    pair: LivePair, mail: Mail, visit: Visit, statements: list[str]
) -> None:
    tokens = await mail.tokens(NoticeKind.REMINDER, MENTOR, about="meeting", rung="1")
    answer = await visit.post("/t", {"token": tokens["LogMeeting"]})
    for first in (True, False):
        statements.clear()
        page = await visit.get(answer.headers["location"])
        assert path_in(page.text)
        assert 0 < len(statements) <= FORM, ("the rules are read once", first, "\n\n".join(statements))


async def test_a_survey_by_link_is_read_once(
    pair: LivePair, mail: Mail, visit: Visit, statements: list[str]
) -> None:
    await in_survey(pair)
    token = (await mail.tokens(NoticeKind.REMINDER, MENTEE, about="survey", rung="1"))["SubmitSurvey"]
    answer = await visit.post("/t", {"token": token})
    await visit.get(answer.headers["location"])  # the rules are read once
    statements.clear()
    page = await visit.get(answer.headers["location"])
    assert "answers.most_helpful" in page.text
    assert 0 < len(statements) <= FORM, "\n\n".join(statements)


@pytest.mark.parametrize("who", [MENTEE, MENTOR], ids=["mentee", "mentor"])
async def test_every_form_of_a_session_takes_six_statements_at_most(
    who: Actor, pair: LivePair, own: OwnForms, statements: list[str]
) -> None:
    meeting = await met(pair)
    browser = await own.browser(who)
    paths = [own_address(act, pair.id) for act in OF_PAIR]
    paths += [own_address("ConfirmMeeting", pair.id, {"meeting": meeting})]
    paths += [own_address("SubmitForm", pair.id, {"form": use.form}) for use in pair.rules.forms]
    paths += [f"/my/more/{pair.id}", f"/my/agreement/{pair.id}"]
    await browser.get(paths[0])
    for path in paths:
        statements.clear()
        await browser.get(path)
        assert 0 < len(statements) <= FORM, (path, "\n\n".join(statements))


@pytest.mark.parametrize("who", [MENTEE, MENTOR], ids=["mentee", "mentor"])
async def test_my_page_takes_twelve_statements_at_most(
    who: Actor, pair: LivePair, own: OwnForms, statements: list[str]
) -> None:
    await met(pair)
    browser = await own.browser(who)
    statements.clear()
    assert (await browser.get("/my")).status_code == 200
    assert 0 < len(statements) <= MY_PAGE, "\n\n".join(statements)
