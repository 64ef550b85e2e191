"""The timeline of a pair: who confirmed a payment, in the page's word, and only reminders that can still be due."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api_gateway.pages.dates import Dates
from api_gateway.pages.record.timeline import ahead, entry, story
from domain.actors import Side
from domain.rules.program import DeadlineKind

NOW = datetime(2026, 8, 1, 15, tzinfo=UTC)
OWED = "a" * 32


def record(language: str, **more: Any) -> Any:
    """Return as much of a relationship's record as its timeline reads."""
    dates = Dates(language, ZoneInfo("America/Chicago"), NOW)
    return SimpleNamespace(
        dates=dates, say=dates.say, rungs_left=lambda timer: (), names={}, file=None, **more
    )


def heard(state: str) -> dict[str, Any]:
    """Return the event by which a relationship hears of its money."""
    body = {"obligation": OWED, "state": state}
    actor = {"id": "", "role": "system", "regions": ()}
    return {
        "type": "ObligationHeard",
        "body": body,
        "decided_at": NOW.isoformat(),
        "actor": actor,
        "rules": None,
        "seq": 1,
    }


@pytest.mark.parametrize(
    ("language", "text", "who"),
    [
        ("en", "The payment is now: paid.", "Ruth Mills, payment staff"),
        ("es", "El pago está ahora: pagado.", "Ruth Mills, personal de pagos"),
    ],
)
def test_the_timeline_names_who_confirmed_a_payment(language: str, text: str, who: str) -> None:
    row = {
        "id": OWED,
        "order_state": "settled",
        "order_settled_at": NOW.isoformat(),
        "confirmer_name": "Ruth Mills",
    }
    found = record(language, money=[row])
    told = entry(heard("settled"), story(found), found, cited=False)
    assert (told.text, told.small) == (text, who)


def test_a_step_of_another_order_names_nobody() -> None:
    later = (NOW + timedelta(days=3)).isoformat()
    row = {"id": OWED, "order_state": "sent", "order_sent_at": later, "sender_name": "Ruth Mills"}
    found = record("en", money=[row])
    told = entry(heard("sent"), story(found), found, cited=False)
    assert (told.text, told.small) == ("The payment is now: sent.", "payment staff")


@pytest.mark.parametrize(
    ("answered", "shown"), [((), 1), ((Side.MENTEE,), 1), ((Side.MENTEE, Side.MENTOR), 0)]
)
def test_nobody_is_reminded_of_a_survey_that_both_have_answered(
    answered: tuple[Side, ...], shown: int
) -> None:
    at = NOW + timedelta(days=25)
    timers = [SimpleNamespace(subject=DeadlineKind.SURVEY, about="", next_at=at)]
    survey = SimpleNamespace(answered=answered)
    state = SimpleNamespace(ended=False, pause=None, timers=timers, survey=survey, owed=())
    assert sum(len(day.entries) for day in ahead(record("en", state=state))) == shown
