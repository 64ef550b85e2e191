"""Every email as it is sent and as it is kept: where a secret is said, the kept copy has its name."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from activities.adapters.files.program_files import load_programs
from activities.adapters.mail.digest_words import MailDigests
from activities.adapters.mail.rendering import Fill, Templates
from activities.adapters.mail.wording import MailWords
from activities.ports.digests import DigestReader, DigestToSend
from activities.ports.notices import Email, NoticeToSend, Wording
from activities.ports.secret import Secret, SecretKind
from domain.actors import Role
from domain.digests import Digest, DigestLine
from domain.ids import derive
from domain.languages import Language
from domain.notices import NoticeKind as Kind
from domain.tasks import TaskKind
from domain.visibility import sight_of
from tests.activities.mail.rendered import CONTACT, every_notice, notice_of, rich, sparse

PROGRAMS = load_programs()
OFFICE = "https://office.example.org"
TOLD = f"{OFFICE}/d/q7Zk-3vX_9aLwT0pRb5cYh2m"
LINK = Secret(kind=SecretKind.LINK, said=TOLD)
NOTICES = [made(each) for each in every_notice() for made in (rich, sparse)]
NAMES = {
    SecretKind.LINK: {"en": "[personal link]", "es": "[enlace personal]"},
    SecretKind.CALENDAR_ADDRESS: {"en": "[address of your calendar]", "es": "[dirección de su calendario]"},
    SecretKind.CODE: {"en": "[sign-in code]", "es": "[código de acceso]"},
}
SECRETS = re.compile(
    r"mf_\w+|/calendar/|\.ics\b|(?:token|key|code|secret)=|\b\d{6}\b"
    r"|https?://(?!office\.example\.org(?:/(?:tasks|relationships|payments)/\w+)?(?![\w/]))\S*|(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{24,}",
)
"""Tokens, codes, addresses of calendars, and any address but the office's own and its pages behind sign-in."""


def in_language(each: NoticeToSend, language: Language) -> NoticeToSend:
    return replace(each, to=tuple(replace(person, language=language.value) for person in each.to))


def digests(language: Language) -> Iterator[DigestToSend]:
    """Yield a digest with a task and the notice of a region, and one of what cannot wait."""
    reader = DigestReader(
        person=replace(CONTACT, language=language.value),
        association="masa",
        sight=sight_of(CONTACT.id, (Role.COORDINATOR,), ("r3",)),
    )
    day, told = date(2027, 1, 12), notice_of(Kind.MATCH_ACROSS_REGIONS)
    task = {
        "id": "t",
        "kind": TaskKind.CHECK_LOGS.value,
        "program": "masa",
        "why": "",
        "about": "",
        "due_at": None,
    }
    task |= {
        "now": datetime(2027, 1, 12, 15, tzinfo=UTC),
        "opened_at": "2027-01-09T15:00:00Z",
        "subject": "t",
    }
    names = ("mentee_name", "mentor_name", "payee_name", "region_name", "person_name")
    task |= dict.fromkeys(names)
    task |= {"region": "r3", "subject_kind": "term", "has_mentor": False, "day": day}
    lines = (
        DigestLine(id="t", names=(), what="check_logs", since=date(2027, 1, 9)),
        DigestLine(id=told.id, names=(), what=told.kind.value, since=date(2027, 1, 9)),
    )
    whole = DigestToSend(
        id=derive("digest"),
        reader=reader,
        digest=Digest(day=day, waiting=lines),
        tasks={"t": task},
        notices={told.id: told},
    )
    yield whole
    yield replace(whole, urgent=True, digest=Digest(day=day, waiting=lines[:1]))


def all_emails(office: str | Secret, language: Language) -> Iterator[Email]:
    words, lists = MailWords(PROGRAMS, office), MailDigests(PROGRAMS, office)
    for each in NOTICES:
        yield from words.emails(in_language(each, language))
    yield from (lists.email(each) for each in digests(language))


def parts(wording: Wording) -> str:
    return "\n".join((wording.subject, wording.text, wording.html, wording.calendar))


@pytest.mark.parametrize("language", Language)
def test_every_email_says_a_secret_to_its_reader_and_names_it_in_its_copy(language: Language) -> None:
    """Each kind shows the office's address: here it is a secret, and so each kind goes through both faces."""
    emails = list(all_emails(LINK, language))
    assert len(emails) > 2 * len(Kind)
    for each in emails:
        sent, kept = parts(each.wording), parts(each.copy.wording)
        assert each.language == language.value
        assert TOLD in sent
        assert TOLD not in kept
        assert NAMES[SecretKind.LINK][language.value] in kept
        assert NAMES[SecretKind.LINK][language.value] not in sent
        assert bool(each.copy.wording.calendar) is bool(each.wording.calendar)
        assert each.copy.wording.subject == each.wording.subject


@pytest.mark.parametrize("language", Language)
def test_c23_no_copy_has_a_token_a_code_or_an_address_with_a_secret(language: Language) -> None:
    for each in all_emails(OFFICE, language):
        assert each.copy.wording == each.wording, "no email of today says a secret"
        words = each.copy.wording
        for said in (words.subject, words.text, words.calendar, *re.findall(r'href="([^"]*)"', words.html)):
            assert SECRETS.findall(said) == [], said


@pytest.mark.parametrize(
    "told", [TOLD, "mf_3f9a_x", f"{OFFICE}/v1/calendar/a.ics", "Your code is 482913.", "a?token=1", "aB3" * 9]
)
def test_the_search_finds_what_a_secret_looks_like(told: str) -> None:
    assert SECRETS.search(told)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", SecretKind)
def test_each_kind_of_secret_has_a_name_in_every_language(
    kind: SecretKind, language: Language, tmp_path: Path
) -> None:
    secret = Secret(kind=kind, said="<&>/482913")
    (tmp_path / "line.html").write_text('<html><body><a href="{{ it }}">{{ it }}</a></body></html>')
    (tmp_path / "line.txt").write_text("{{ it }} {{ other }}")

    def render(fill: Fill) -> Wording:
        return Wording(subject="", text=fill("line.txt"), html=fill("line.html"))

    words: dict[str, Any] = {"it": secret, "other": "a"}
    sent, kept = Templates(tmp_path).both(words, language, render)
    assert sent.text == "<&>/482913 a"
    assert "&lt;&amp;&gt;/482913" in sent.html
    assert kept.text == f"{NAMES[kind][language.value]} a"
    assert kept.html.count(NAMES[kind][language.value]) == 2
    assert "482913" not in kept.text + kept.html


def test_a_secret_that_a_template_joins_with_other_text_is_not_said(tmp_path: Path) -> None:
    """As text a secret is its kind: whoever forgets how to say it says too little, never too much."""
    (tmp_path / "line.txt").write_text("{{ 'open ' ~ it }}, {{ it|upper }}, {{ [it] }}")
    sent, kept = Templates(tmp_path).both(
        {"it": LINK}, Language.EN, lambda fill: Wording(subject="", text=fill("line.txt"), html="")
    )
    for each in (sent.text, kept.text, str(LINK), repr(LINK), f"{LINK}"):
        assert TOLD not in each
