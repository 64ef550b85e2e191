"""What has become of a link of an email, and why it opens nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.link_states import AFTER_THE_END, LinkNow, LinkState, link_state
from domain.task_links import address_digest

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
LINK = LinkNow(
    act="LogMeeting",
    person="mentor",
    partner="mentee",
    address=address_digest("sam@example.org"),
    expires_at=NOW + timedelta(days=30),
    used_at=None,
    revoked_at=None,
    email="sam@example.org",
    pair="pair",
    mentee="mentee",
    mentor="mentor",
    proposed_mentor="",
    ended_at=None,
)


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, LinkState.ALIVE),
        ({"used_at": NOW, "revoked_at": NOW}, LinkState.USED),
        ({"revoked_at": NOW}, LinkState.ENDED),
        ({"expires_at": NOW}, LinkState.EXPIRED),
        ({"email": "other@example.org"}, LinkState.OTHER_ADDRESS),
        ({"ended_at": NOW}, LinkState.PAIR_OVER),
        ({"mentor": "another"}, LinkState.OTHER_PAIR),
        ({"person": "mentee", "partner": "gone"}, LinkState.OTHER_PAIR),
        ({"mentor": "", "proposed_mentor": "mentor"}, LinkState.ALIVE),
        ({"person": "mentor again"}, LinkState.OTHER_PAIR),
        ({"person": "mentor again", "entries": ("mentor", "mentor again")}, LinkState.ALIVE),
        ({"person": "mentor again", "entries": ("mentor again", "somebody")}, LinkState.OTHER_PAIR),
        ({"pair": None, "mentor": None, "mentee": None}, LinkState.ALIVE),
        ({"act": min(AFTER_THE_END), "ended_at": NOW}, LinkState.ALIVE),
    ],
)
def test_a_link_is_alive_or_says_why_not(changed: dict[str, object], state: LinkState) -> None:
    assert link_state(replace(LINK, **changed), NOW) is state
