"""The links in emails to one of a pair: named in words, the same when sent again, and never kept."""

import base64
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from activities.adapters.files.form_files import form_title
from activities.adapters.files.program_files import load_programs
from activities.adapters.keyring import Keyring
from activities.adapters.mail.task_links import TaskLinks
from activities.adapters.mail.wording import MailWords
from activities.ports.notices import Email, NoticeToSend
from api_gateway.door.acts import sent_by_participants
from domain.languages import Language
from domain.notices import NoticeKind as Kind
from domain.relationship.rooms import COMMANDS
from domain.task_links import ASKS, LINKED_ACTS, NEEDS_CODE, acts_asked, asked_by, token_hash
from domain.term import decider
from tests.activities.mail.rendered import every_notice

DOOR = "https://door.example.org"
NOTICES = [each for each in every_notice() if len(each.to) == 1 and not each.to_region]
LINKED = [each for each in NOTICES if acts_asked(each.kind, each.data)]
QUIET = [each for each in NOTICES if not acts_asked(each.kind, each.data)]
ASKING = re.compile(r"\bplease (?!reply\b|turn to\b|tell us\b|check\b)", re.IGNORECASE)
"""How an email asks for something that a reply does not answer."""


def name_of(notice: NoticeToSend) -> str:
    about = ",".join(notice.data.get(name, "") for name in ("about", "key", "entry", "change", "outcome"))
    return f"{notice.kind.value}-{about}-{notice.to[0].name[:4]}"


ASKED_OF_TERM = sent_by_participants(decider.COMMANDS)


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


def test_every_kind_says_what_it_asks_for_or_why_for_nothing() -> None:
    assert ASKS.keys() == {*Kind}
    for kind, asks in ASKS.items():
        assert not isinstance(asks, str) or asks.endswith("."), kind
    for notice in NOTICES:
        asked = asked_by(notice.kind, notice.data)
        assert asked, name_of(notice)
        assert not isinstance(asked, str) or asked.endswith("."), name_of(notice)


def test_every_linked_act_is_asked_for_and_is_one_of_a_participant() -> None:
    of_term = {*ASKED_OF_TERM}
    assert {act.act for each in LINKED for act in acts_asked(each.kind, each.data)} == LINKED_ACTS
    assert {*sent_by_participants(COMMANDS)} | of_term >= LINKED_ACTS
    assert NEEDS_CODE <= LINKED_ACTS


@pytest.mark.parametrize("notice", NOTICES, ids=name_of)
def test_the_foot_names_the_readers_own_page_and_to_staff_the_office(
    words: MailWords, notice: NoticeToSend
) -> None:
    [email, *_] = words.emails(notice)
    there, elsewhere = f"{DOOR}/my", "https://office.example.org"
    if notice.to_region:
        there, elsewhere = elsewhere, there
    named = there if notice.to_region else f"Your own page: {there}"
    assert email.wording.text.rstrip().endswith(f"· {named}")
    for text in (email.wording.text, email.wording.html, email.wording.calendar):
        assert elsewhere not in text


@pytest.mark.parametrize("notice", QUIET, ids=name_of)
def test_an_email_without_a_link_asks_for_nothing_but_a_reply(words: MailWords, notice: NoticeToSend) -> None:
    email = email_of(words, notice)
    assert not tokens(email)
    assert not ASKING.search(" ".join(email.wording.text.split())), email.wording.text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("notice", LINKED, ids=name_of)
def test_each_act_has_a_link_in_words_that_is_kept_by_its_name_alone(
    words: MailWords, notice: NoticeToSend, language: Language
) -> None:
    email = email_of(words, notice, language)
    asked = acts_asked(notice.kind, notice.data)
    assert [link.act for link in email.links] == [each.act for each in asked]
    assert len({link.hash for link in email.links}) == len(asked)
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


def test_an_email_under_its_message_id_has_the_same_link_and_one_sent_again_by_staff_or_elsewhere_has_not(
    words: MailWords,
) -> None:
    notice = LINKED[0]
    once, again = (replace(notice, again=number) for number in (0, 1))
    for each in (once, again):
        assert tokens(email_of(words, each)) == tokens(email_of(words, each))
        assert email_of(words, each).id == email_of(words, each).id
    assert email_of(words, once).id != email_of(words, again).id
    assert not {*tokens(email_of(words, once))} & {*tokens(email_of(words, again))}
    moved = replace(notice, to=(replace(notice.to[0], email="new@example.org"),))
    assert tokens(email_of(words, notice)) != tokens(email_of(words, moved))


def test_links_to_several_forms_are_several_and_named_by_the_forms(words: MailWords) -> None:
    two = next(each for each in LINKED if each.kind is Kind.FORMS_ASKED and "," in each.data["forms"])
    for language in Language:
        email = email_of(words, two, language)
        assert len({*tokens(email)}) == 2
        for form in two.data["forms"].split(","):
            assert form_title(form, language.value) in email.wording.text


def test_staff_get_no_link_of_the_door(words: MailWords) -> None:
    for notice in every_notice():
        if notice.to_region:
            assert all(email.links == () for email in words.emails(notice)), notice.kind
