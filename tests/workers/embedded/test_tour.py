"""The tour: its words in both languages, its strip in each state, and what a move of the clock caused."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api_gateway.pages import links
from api_gateway.pages.view import environment
from domain.languages import Language
from workers.embedded.clock_moves import BY_TIME
from workers.embedded.stack.data_folder import DataFolder
from workers.embedded.stack.mail_catcher import Caught
from workers.embedded.tour.effects import Effect, Effects, emails_between, of_the_office, tasks_between
from workers.embedded.tour.pages import way_back
from workers.embedded.tour.standing import DemoStanding, LastMove, newest
from workers.embedded.tour.steps import STEPS, People
from workers.embedded.tour.strip import TEMPLATES
from workers.embedded.tour.telling import TourDates, TourWords, tour_words

BEGINS = datetime(2027, 1, 4, 15, 30, tzinfo=UTC)
ENDED = BEGINS + timedelta(days=7)
ZONE = ZoneInfo("America/Chicago")
TASK = {
    "id": "t",
    "kind": "contact_pair",
    "subject": "p",
    "subject_kind": "relationship",
    "region": "north",
    "about": "",
    "why": "",
    "program": "masa",
    "mentee_name": "Robin Reyes",
    "mentor_name": "Sam Ortiz",
    "has_mentor": True,
    "payee_name": None,
    "person_name": "",
    "region_name": None,
    "amount_minor": None,
    "currency": None,
    "met_at": None,
    "now": ENDED,
    "closed_at": None,
    "due_at": None,
}


@pytest.fixture
def people(tmp_path: Path) -> People:
    return People(DataFolder(tmp_path))


def keys(words: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Yield the keys of all words."""
    for key, value in words.items():
        inside = f"{path}.{key}"
        yield from keys(value, inside) if isinstance(value, Mapping) else [inside]


def mail(number: int, at: datetime, to: str = "robin.reyes@example.org") -> Caught:
    return Caught(
        number=number,
        received=at.isoformat(),
        sender="office@example.org",
        recipients=(to,),
        subject=f"Subject {number}",
        message_id=f"<{number}>",
    )


def test_both_languages_have_the_same_words() -> None:
    english, spanish = (sorted(keys(tour_words(language))) for language in Language)
    assert english == spanish


@pytest.mark.parametrize("language", list(Language))
def test_every_step_and_everybody_of_the_staff_has_words(language: Language, people: People) -> None:
    tell = TourWords(language, {**people.names, "others": "16"})
    said = [tell(f"steps.{step}.{part}") for step in STEPS for part in ("title", "press", "look")]
    said += [tell(f"personas.{staff['key']}") for staff in people._samples.data["staff"]]
    said.append(tell("lead"))
    assert all(said)
    assert "Robin Reyes" in tell("lead")
    assert tell("worker.waits", count=1) != tell("worker.waits", count=2) != tell("worker.waits", count=0)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("standing", "has", "lacks"),
    [
        ({}, "", "disabled"),
        ({"cannot": "This server does not skip time."}, "disabled", ""),
        ({"worker": "down", "waiting": 2}, 'value="true"', 'value="false"'),
        ({"silent": True}, "role=", 'name="up"'),
    ],
)
def test_the_strip_shows_how_the_demo_stands(
    language: Language, people: People, standing: Mapping[str, Any], has: str, lacks: str
) -> None:
    shown = strip_of(language, people, DemoStanding(**{**STANDS, **standing}))
    assert has in shown
    assert not lacks or lacks not in shown
    assert 'data-changes="no"' in shown


def test_the_strip_says_that_the_clock_moves_and_its_buttons_do_nothing(people: People) -> None:
    move = LastMove(state="moving", why="", target=ENDED, ended=None, effects=None, twice=0)
    shown = strip_of(Language.EN, people, DemoStanding(**{**STANDS, "move": move}))
    assert "The clock is moving: Mon, Jan 4, 2027, 9:30 AM, until Jan 11." in shown.replace("\u202f", " ")
    assert shown.count("disabled") == len(BY_TIME) + 1
    assert '<noscript> <a href="/">Show this page as it is now</a></noscript>' in shown, "also without script"
    assert 'data-changes="yes"' in shown


@pytest.mark.parametrize("language", list(Language))
def test_the_step_of_the_pair_leads_to_both_mailboxes_and_to_an_own_page(
    language: Language, people: People
) -> None:
    shown = strip_of(language, people, DemoStanding(**STANDS), "door")
    for address in DOOR.values():
        assert f'href="{address}" target="_blank"' in shown
    assert people.addresses_of_tour == ["robin.reyes@example.org", "sam.ortiz@example.org"]
    assert shown.count("Robin Reyes") >= 2


STANDS: Mapping[str, Any] = {
    "now": BEGINS,
    "zone": ZONE,
    "worker": "up",
    "pair": "0" * 32,
    "complete": True,
}


DOOR = {to: f"http://127.0.0.1/{to}" for to in ("mentee", "mentor", "my")}


def strip_of(language: Language, people: People, standing: DemoStanding, step: str = "month") -> str:
    """Return the strip of a step."""
    return (
        environment(language, TEMPLATES)
        .get_template("strip.html")
        .render(
            tell=TourWords(language, people.names),
            standing=standing,
            dates=TourDates(language, ZONE, BEGINS),
            number=STEPS.index(step) + 1,
            count=len(STEPS),
            step=step,
            moves=[each.value for each in BY_TIME],
            mailbox="http://127.0.0.1",
            door=DOOR,
            links=links,
            me="",
            back="/",
            path="/demo",
        )
    )


def test_emails_of_a_move_are_those_after_its_beginning_and_have_names() -> None:
    mails = [
        mail(1, BEGINS),
        mail(2, BEGINS + timedelta(seconds=1)),
        mail(3, ENDED),
        mail(4, ENDED + timedelta(1)),
    ]
    found = list(emails_between(mails, {"robin.reyes@example.org": "Robin Reyes"}, BEGINS, ENDED))
    assert [(each.who, each.what, each.link) for each in found] == [
        ("Robin Reyes", "Subject 2", "/mails/2"),
        ("Robin Reyes", "Subject 3", "/mails/3"),
    ]
    assert [each["number"] for each in newest(mails, {}, 2)] == [4, 3]


def test_a_task_of_a_move_was_opened_or_became_late_on_the_way() -> None:
    on_the_way = (BEGINS + timedelta(days=2)).isoformat()
    before, after = (BEGINS - timedelta(days=9)).isoformat(), (ENDED + timedelta(days=9)).isoformat()
    rows = [
        {**TASK, "opened_at": before, "due_at": after},
        {**TASK, "opened_at": on_the_way},
        {**TASK, "opened_at": before, "due_at": on_the_way},
    ]
    found = [(each.who, each.what, each.late) for each in tasks_between(rows, BEGINS, ENDED, Language.EN)]
    assert found == [
        ("Robin Reyes with Sam Ortiz", "Contact a pair that does not meet", False),
        ("Robin Reyes with Sam Ortiz", "Contact a pair that does not meet (5 days late)", True),
    ]


def test_only_what_the_office_itself_decided_is_a_deadline() -> None:
    at = (BEGINS + timedelta(days=1)).isoformat()
    system, person = ({"id": "x", "role": role} for role in ("system", "coordinator"))
    nudge = {"subject": "meeting", "rung": 1, "about": "", "to": "both", "next_at": None}
    events = [
        {"seq": 1, "type": "NudgeDue", "decided_at": BEGINS.isoformat(), "actor": system, "body": nudge},
        {"seq": 2, "type": "NudgeDue", "decided_at": at, "actor": system, "body": nudge},
        {"seq": 3, "type": "RelationshipResumed", "decided_at": at, "actor": person, "body": {}},
    ]
    body = {"data": events, "names": {}, "zone": "America/Chicago"}
    (found,) = of_the_office(body, "Robin Reyes with Sam Ortiz", BEGINS, ENDED, Language.EN)
    assert (found.who, found.what) == (
        "Robin Reyes with Sam Ortiz",
        "A reminder to both about the next meeting was due.",
    )


def test_what_happened_to_the_tours_pair_comes_first(people: People) -> None:
    others, own = (Effect(at=BEGINS, who=who, what="") for who in ("Mia Gray", "Robin Reyes with Sam Ortiz"))
    found = Effects(deadlines=[others, own], tasks=[], emails=[others]).first(people.of_tour)
    assert list(found.deadlines) == [own, others]


@pytest.mark.parametrize(
    ("back", "path"),
    [
        ("/relationships?stage=survey", "/relationships?stage=survey"),
        ("https://example.org", "/demo"),
        ("//example.org", "/demo"),
        ("/\\example.org", "/demo"),
        ("/a\nb", "/demo"),
    ],
)
def test_a_button_comes_back_to_a_page_of_this_office_only(back: str, path: str) -> None:
    assert way_back(back) == path
