"""What a pair owes is entered for it from its page: the very form opens, for the one who owes it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api_gateway.pages.dates import Dates
from api_gateway.pages.record.meetings_part import counting_later
from api_gateway.pages.record.next_steps import waiting
from domain.acting_for import Contradiction
from domain.actors import Side
from domain.forms.model import Filler
from domain.relationship.deadlines import Timer
from domain.rules.program import DeadlineKind
from tests.api_gateway.pages.sample_office import RULES
from tests.domain.builders import MENTEE, MENTOR

NOW = datetime(2026, 8, 1, 15, tzinfo=UTC)
PAIR = "c" * 32


def record(timer: Timer, *owing: Filler) -> Any:
    """Return as much of a relationship's record as the page reads to say for whom it waits."""
    dates = Dates("en", ZoneInfo("America/Chicago"), NOW)
    state = SimpleNamespace(
        ended=None,
        pause=None,
        stage="meetings",
        stage_since=NOW - timedelta(days=40),
        timers=(timer,),
        agreement=SimpleNamespace(draft=None),
        survey=SimpleNamespace(answered=(Side.MENTEE,)),
        recognition=SimpleNamespace(answered=()),
        owed=tuple(SimpleNamespace(form=timer.about, by=by) for by in owing),
        staff_acts=(),
        meetings=SimpleNamespace(standing=()),
        mentee=MENTEE.id,
        mentor=MENTOR.id,
    )
    return SimpleNamespace(
        id=PAIR,
        dates=dates,
        say=dates.say,
        state=state,
        mentee="Robin Reyes",
        mentor="Sam Ortiz",
        file=SimpleNamespace(rules=SimpleNamespace(contradict_days=14)),
        row={"region": "r1", "mentee": MENTEE.id, "mentor": MENTOR.id},
        visitor=SimpleNamespace(caller=SimpleNamespace(ids=("x",), coordinates=lambda region: True)),
        sees=lambda data: True,
        rungs_left=lambda timer: RULES.ladder(timer.subject)[timer.rung :],
    )


def due(subject: DeadlineKind, about: str = "") -> Timer:
    """Return a deadline that is due in a week."""
    return Timer(subject=subject, due=NOW + timedelta(days=7), next_at=NOW, about=about)


@pytest.mark.parametrize(
    ("timer", "owing", "query"),
    [
        (
            due(DeadlineKind.FORM, "exit_mentee"),
            (Filler.MENTEE,),
            f"submit-form?form=exit_mentee&acting_for={MENTEE.id}&reason=by_phone",
        ),
        (
            due(DeadlineKind.FORM, "exit_mentor"),
            (Filler.MENTOR,),
            f"submit-form?form=exit_mentor&acting_for={MENTOR.id}&reason=by_phone",
        ),
        (due(DeadlineKind.SURVEY), (), f"submit-survey?acting_for={MENTOR.id}"),
        (due(DeadlineKind.MEETING), (), "log-meeting"),
    ],
)
def test_the_form_that_is_owed_opens_for_the_one_who_owes_it(
    timer: Timer, owing: tuple[Filler, ...], query: str
) -> None:
    shown = waiting(record(timer, *owing))
    assert shown is not None
    assert [each.href for each in shown.acts] == [f"/relationships/{PAIR}/acts/{query}"]
    assert shown.acts[0].text == "Enter it for them"


def test_it_says_what_really_happens_if_nobody_acts() -> None:
    reminded = "Sam Ortiz is reminded by email; if that does not help, you get a task."
    both = "Both are reminded by email; if that does not help, you get a task."
    closing = "No answer means no: on that day the mentoring is completed."
    for timer, says in (
        (due(DeadlineKind.SURVEY), reminded),
        (due(DeadlineKind.FIRST_CONTACT), both),
        (due(DeadlineKind.CLOSING), closing),
    ):
        shown = waiting(record(timer))
        assert shown is not None
        assert says in shown.why, timer.subject
    last = len(RULES.ladder(DeadlineKind.SURVEY)) - 1
    late = waiting(record(replace(due(DeadlineKind.SURVEY), rung=last)))
    assert late is not None
    assert "reminded" not in late.why
    assert "you get a task" in late.why
    closed = waiting(record(due(DeadlineKind.CLOSING)))
    assert closed is not None
    assert "reminded" not in closed.why
    assert closed.acts == (), "only the two can answer"


def test_an_agreement_that_nobody_has_written_is_written_first() -> None:
    shown = waiting(record(due(DeadlineKind.AGREEMENT)))
    assert shown is not None
    assert shown.what.endswith("agreement to be written, then signed")
    [link] = shown.acts
    assert (link.text, link.href) == (
        "Write it for them; then they sign",
        f"/relationships/{PAIR}/acts/draft-agreement",
    )


def test_a_meeting_that_staff_entered_says_from_when_it_counts() -> None:
    made = record(due(DeadlineKind.MEETING))
    made.name = {MENTOR.id: "Sam Ortiz"}.get
    made.file.rules.meetings = RULES.meetings
    made.state.meetings = SimpleNamespace(log=(), standing=())
    until = datetime(2026, 8, 15, 5, tzinfo=UTC)
    kind = Contradiction.DISPUTED_MEETING
    made.state.staff_acts = (SimpleNamespace(open=True, contradiction=kind, until=until, person=MENTOR.id),)
    assert RULES.meetings.unconfirmed_counts
    assert [*counting_later(made)] == [
        "1 meeting counts on Aug 15 unless Sam Ortiz says that it is not right."
    ]
