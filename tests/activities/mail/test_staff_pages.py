"""A20: an email to staff leads to the page of its matter, which opens through sign-in."""

import base64
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from activities.adapters.files.program_files import load_programs
from activities.adapters.keyring import Keyring
from activities.adapters.mail.digest_words import MailDigests
from activities.adapters.mail.staff_pages import notice_page, task_page
from activities.adapters.mail.task_links import TaskLinks
from activities.adapters.mail.wording import MailWords
from api_gateway.pages import links
from domain.languages import Language
from domain.notices import TO_STAFF, NoticeKind
from tests.activities.mail.rendered import every_notice, rich
from tests.activities.mail.test_kept_copies import digests

OFFICE = "https://office.example.org"
PAIR = "9f2c" * 8


def test_the_addresses_are_those_of_the_pages() -> None:
    assert task_page(OFFICE, PAIR) == OFFICE + links.task(PAIR)
    assert task_page(f"{OFFICE}/", PAIR) == OFFICE + links.task(PAIR)
    assert notice_page(OFFICE, NoticeKind.COVER_FELL_AWAY, PAIR) == OFFICE + links.relationship(PAIR)
    assert notice_page(OFFICE, NoticeKind.STIPEND_RETURNED, PAIR) == OFFICE + links.payment(PAIR)
    assert notice_page(OFFICE, NoticeKind.TERM_TASK, PAIR) == OFFICE, "a term has no page of its own"


@pytest.mark.parametrize("language", Language)
def test_each_line_of_a_digest_leads_to_its_page(language: Language) -> None:
    for digest in digests(language):
        wording = MailDigests(load_programs(), OFFICE).email(digest).wording
        pages = [task_page(OFFICE, id) for id in digest.tasks]
        if not digest.urgent:
            pages += [notice_page(OFFICE, each.kind, each.about) for each in digest.notices.values()]
        assert all(page != OFFICE for page in pages)
        led = re.findall(r'<a class="who"[^>]*href="([^"]*)"', wording.html)
        assert sorted(led) == sorted(map(str, pages))
        assert [line.strip() for line in wording.text.splitlines() if line.strip() in pages] == led


@pytest.mark.parametrize("language", Language)
def test_a_single_email_to_staff_has_one_button_which_leads_to_its_page(
    language: Language, tmp_path: Path
) -> None:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"current": "one", "keys": {"one": base64.b64encode(b"k" * 32).decode()}}))
    keyring = Keyring(file)
    words = MailWords(load_programs(), OFFICE, TaskLinks(keyring, "https://door.example.org"))
    told = [rich(each) for each in every_notice() if each.to_region]
    assert {each.kind for each in told} == {*TO_STAFF}
    for notice in told:
        here = replace(notice, to=tuple(replace(who, language=language.value) for who in notice.to))
        for email in words.emails(here):
            page = str(notice_page(OFFICE, notice.kind, notice.about))
            assert len(re.findall(rf'<a class="way first"[^>]*href="{page}"', email.wording.html)) == 1
            assert f"    {page}" in email.wording.text
