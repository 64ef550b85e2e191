"""The links in emails to one of a pair: named in words, the same when sent again, and never kept."""

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest

from activities.adapters.files.program_files import load_programs
from activities.adapters.keyring import Keyring
from activities.adapters.mail.task_links import TaskLinks
from activities.adapters.mail.wording import MailWords
from activities.ports.notices import Email, NoticeToSend
from domain.languages import Language
from domain.notices import NoticeKind as Kind
from domain.relationship.rooms import COMMANDS
from domain.task_links import LINKED_ACTS, acts_asked, token_hash
from tests.activities.mail.rendered import MENTEE, MENTOR, every_notice

DOOR = "https://door.example.org"
ASKING = (
    Kind.REMINDER,
    Kind.MEETING_TO_CONFIRM,
    Kind.MEETING_CORRECTED,
    Kind.WELCOME_MENTEE,
    Kind.WELCOME_MENTOR,
)
NOTICES = [each for each in every_notice() if each.to in ((MENTOR,), (MENTEE,))]
LINKED = [each for each in NOTICES if acts_asked(each.kind, each.data)]
NAMES = [f"{each.kind.value}-{each.data.get('about', '')}-{each.to[0].name[:4]}" for each in LINKED]


@pytest.fixture
def words(tmp_path: Path) -> MailWords:
    file = tmp_path / "keys.json"
    key = base64.b64encode(b"k" * 32).decode()
    file.write_text(json.dumps({"current": "one", "keys": {"one": key}}))
    return MailWords(load_programs(), "https://office.example.org", TaskLinks(Keyring(file), DOOR))


def email_of(words: MailWords, notice: NoticeToSend, language: Language = Language.EN) -> Email:
    to = tuple(replace(person, language=language.value) for person in notice.to)
    [email] = words.emails(replace(notice, to=to))
    return email


def tokens(email: Email) -> list[str]:
    return [part.split()[0] for part in email.wording.text.split(f"{DOOR}/t#")[1:]]


def test_the_kinds_that_ask_for_a_meeting_or_a_first_contact_have_links() -> None:
    assert {each.kind for each in LINKED} == {*ASKING}
    assert {act.act for each in LINKED for act in acts_asked(each.kind, each.data)} == LINKED_ACTS
    assert {kind.__name__ for kind in COMMANDS} >= LINKED_ACTS


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("notice", LINKED, ids=NAMES)
def test_each_act_has_a_link_in_words_that_is_kept_by_its_name_alone(
    words: MailWords, notice: NoticeToSend, language: Language
) -> None:
    email = email_of(words, notice, language)
    asked = acts_asked(notice.kind, notice.data)
    assert [link.act for link in email.links] == [each.act for each in asked]
    sent = tokens(email)
    assert [token_hash(token) for token in sent] == [link.hash for link in email.links]
    for token in sent:
        assert f'href="{DOOR}/t#{token}"' in email.wording.html
    kept = email.copy.wording
    name = {Language.EN: "[personal link]", Language.ES: "[enlace personal]"}[language]
    for body in (kept.text, kept.html):
        assert name in body
        assert f"{DOOR}/t" not in body
        assert not any(token in body for token in sent)


def test_an_email_that_is_sent_again_has_the_same_link_and_one_to_another_address_has_not(
    words: MailWords,
) -> None:
    notice = LINKED[0]
    assert tokens(email_of(words, notice)) == tokens(email_of(words, replace(notice, again=2)))
    moved = replace(notice, to=(replace(notice.to[0], email="new@example.org"),))
    assert tokens(email_of(words, notice)) != tokens(email_of(words, moved))


def test_nobody_else_gets_a_link(words: MailWords) -> None:
    for notice in every_notice():
        if notice.to not in ((MENTOR,), (MENTEE,)):
            assert all(email.links == () for email in words.emails(notice))
