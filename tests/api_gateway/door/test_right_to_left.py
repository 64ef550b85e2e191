"""A name that is written from right to left stays apart from its sentence: on pages, in titles, emails and subjects."""

from dataclasses import replace
from typing import Final

import pytest
from sqlalchemy import update

from activities.adapters.files.locales import isolated
from activities.adapters.files.program_files import load_programs
from activities.adapters.mail.wording import MailWords
from activities.adapters.postgres import tables
from api_gateway.door.own_address import own_address, own_agreement_address
from domain.languages import Language
from domain.notices import NoticeKind
from tests.activities.mail.rendered import MENTOR as MENTOR_OF_EMAIL
from tests.activities.mail.rendered import notice_of
from tests.api_gateway.conftest import Client
from tests.api_gateway.door.conftest import OwnForms
from tests.api_gateway.pages.live import LivePair
from tests.domain.builders import MENTEE, MENTOR

NAME: Final = "نور حداد"
APART: Final = f"\u2068{NAME}\u2069"


def test_only_a_text_that_runs_from_right_to_left_is_set_apart_and_only_once() -> None:
    assert isolated(NAME) == APART
    assert isolated(APART) == APART
    assert isolated("דנה לוי") == "\u2068דנה לוי\u2069"
    for text in ("Ruth Olsen", "Søren Ñandú", "李明", "", "12:30 p. m."):
        assert isolated(text) == text


@pytest.mark.parametrize("language", Language)
def test_an_email_sets_such_a_name_apart_in_subject_text_and_html(language: Language) -> None:
    words = MailWords(load_programs(), "https://office.example.org")
    notice = replace(
        notice_of(NoticeKind.REMINDER, about="first_contact", rung="1"),
        mentor=replace(MENTOR_OF_EMAIL, name=NAME),
    )
    wording = words.render(notice, language.value)
    for part in (wording.subject, wording.text, wording.html):
        assert APART in part
        assert part.count(NAME) == part.count(APART)


async def test_every_page_that_names_the_partner_sets_such_a_name_apart(
    pair: LivePair, own: OwnForms, client: Client
) -> None:
    async with client.office.database.transaction() as connection:
        row = tables.people
        await connection.execute(update(row).where(row.c.id == MENTOR.id).values(name=NAME))
    browser = await own.browser(MENTEE)
    for path in (
        "/my",
        f"/my/more/{pair.id}",
        own_agreement_address(pair.id),
        own_address("LogMeeting", pair.id),
        own_address("OpenComplaint", pair.id),
    ):
        page = (await browser.get(path)).text
        named = page.count(APART) + page.count(f"<bdi>{NAME}</bdi>")
        assert 0 < named == page.count(NAME), path
