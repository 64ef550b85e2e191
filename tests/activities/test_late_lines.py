"""What is late in a digest is late on the page of Today: work on money by the day of the money."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from activities.adapters.files.program_files import load_programs
from activities.adapters.files.task_words import with_words
from activities.adapters.mail.digest_words import MailDigests
from activities.digests import line_of
from domain.digests import Digest
from domain.languages import Language
from domain.tasks import due_of
from tests.activities.mail.test_kept_copies import digests

NOW = datetime(2027, 1, 12, 15, tzinfo=UTC)
OPENED = (NOW - timedelta(days=3)).isoformat()


@pytest.mark.parametrize(
    ("due", "owed", "late", "away"),
    [
        (None, -20, True, -3),
        (None, 1, False, 1),
        (-1, -20, True, -1),
        (2, None, False, 2),
        (None, None, False, None),
    ],
)
def test_a_line_is_late_by_its_own_day_or_by_that_of_its_money_but_not_before_it_was_opened(
    due: int | None, owed: int | None, late: bool, away: int | None
) -> None:
    days = {
        name: days if days is None else (NOW + timedelta(days=days)).isoformat()
        for name, days in (("due_at", due), ("owed_due", owed))
    }
    task = {"id": "m", "kind": "prepare_stipend", "opened_at": OPENED, **days}
    line = line_of(task, load_programs()["masa"].rules.calendar, NOW.date())
    assert line.late(NOW.date()) is late
    assert (line.due and (line.due - NOW.date()).days) == away
    assert bool(due_of(task)) is (away is not None)


@pytest.mark.parametrize(("language", "words"), [("en", "3 days late"), ("es", "3 días de retraso")])
def test_a_list_says_how_late_work_on_money_is(language: str, words: str) -> None:
    blank = dict.fromkeys(("why", "about", "role", "region", "region_name", "person_name"), "")
    task = {
        **blank,
        "kind": "prepare_stipend",
        "program": "masa",
        "subject_kind": "obligation",
        "due_at": None,
        "owed_due": (NOW - timedelta(days=20)).isoformat(),
        "opened_at": OPENED,
        "now": NOW,
        "amount_minor": 50000,
        "currency": "USD",
        "mentor_name": "Sam Ortiz",
        "payee_name": "Northern Region",
    }
    assert with_words(task, language, load_programs())["due"] == words


@pytest.mark.parametrize(
    ("language", "words"), [(Language.EN, "3 days late"), (Language.ES, "3 días de retraso")]
)
def test_the_email_of_a_list_says_how_late_work_on_money_is(language: Language, words: str) -> None:
    whole, _ = digests(language)
    money = {"owed_due": (NOW - timedelta(days=20)).isoformat(), "opened_at": OPENED, "now": NOW}
    tasks = {id: {**task, **money} for id, task in whole.tasks.items()}
    late = replace(whole.digest.waiting[0], due=NOW.date() - timedelta(days=3))
    told = replace(whole, tasks=tasks, digest=Digest(day=NOW.date(), late=(late,)))
    wording = MailDigests(load_programs(), "https://office.example.org").email(told).wording
    assert words in wording.text
    assert words in wording.html
