"""How long the outbox waits between two rounds."""

from datetime import timedelta

import pytest

from activities.outbox import OutboxRound
from workflows.outbox import AWAY, wait_after


@pytest.mark.parametrize(
    ("away", "seconds", "waits"),
    [
        (False, None, None),
        (False, 0.5, timedelta(seconds=0.5)),
        (False, 3600.0, timedelta(hours=1)),
        (True, None, AWAY),
        (True, 3600.0, AWAY),
        (True, 0.5, timedelta(seconds=0.5)),
    ],
)
def test_what_becomes_due_while_the_mail_server_is_away_is_looked_at_when_it_does(
    away: bool, seconds: float | None, waits: timedelta | None
) -> None:
    done = OutboxRound(sent=0, refused=0, wait_seconds=seconds, away=away)
    assert wait_after(done) == waits


def test_a_round_that_failed_is_repeated_a_minute_later() -> None:
    assert wait_after(None) == AWAY
