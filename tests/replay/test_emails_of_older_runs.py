"""What runs of engine 1 still send goes through the outbox of today, as after an outage that lasted their whole life.

Emails to a region become lines of a digest; what a later fact of the run made untrue is not sent.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from domain.journal import Envelope, decode
from domain.notices import NoticeKind
from domain.overtaken import LaterRow, NoticeStanding, Why, standing, takes_back
from tests.activities.outbox_office import MONDAY, Office
from tests.domain.builders import MENTEE, MENTOR
from tests.replay import stored

SIDES = {MENTOR.id: "mentor", MENTEE.id: "mentee"}
BEFORE_THE_END = {"match_proposed", "welcome_mentee", "welcome_mentor", "application_received"}


@dataclass
class Recorded:
    """The events and notices that all runs of one scenario recorded."""

    events: list[Envelope] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)

    def standing(self, notice: dict[str, Any], now: datetime) -> NoticeStanding:
        """Return whether a notice still holds after all that was recorded."""
        cause = next(each for each in self.events if each.seq == notice["seq"])
        events = [
            LaterRow(name=each.type, fields=each.body) for each in self.events if each.seq > notice["seq"]
        ]
        reader = (notice["person"], notice["region"])
        later = [
            LaterRow(name=each["kind"], fields=each["data"])
            for each in self.notices
            if each["seq"] > notice["seq"] and (each["person"], each["region"]) == reader
        ]
        texts = {name: value for name, value in cause.body.items() if isinstance(value, str)}
        side = SIDES.get(notice["person"], "")
        known = {**texts, **notice["data"], "person": reader[0], "region": reader[1], "side": side}
        return standing(NoticeKind(notice["kind"]), notice["data"], known, [*events, *later], now)


def recorded(scenario: str) -> Recorded:
    found = Recorded()
    for path in stored.paths("engine-1"):
        if not path.name.startswith(f"{scenario}-"):
            continue
        for event in stored.read(path).events:
            scheduled = event.activity_task_scheduled_event_attributes
            if scheduled.activity_type.name == "record":
                batch = json.loads(scheduled.input.payloads[0].data)
                found.events += (decode(each.encode()) for each in batch["events"])
                found.notices += batch["notices"]
    return found


async def left_and_left_over(scenario: str) -> tuple[Counter[str], Office]:
    """Put all notices of a scenario into the outbox at once; return the kinds of those that leave."""
    runs, office = recorded(scenario), Office(MONDAY)
    now = max(each.decided_at for each in runs.events)
    for each in runs.notices:
        data = {"region": each["region"]} if each["region"] else {}
        kind, to_region = NoticeKind(each["kind"]), bool(each["region"])
        office.put(each["id"], kind, to_region=to_region, **{**each["data"], **data})
        earlier = [
            told["id"]
            for told in runs.notices
            if told["person"] == each["person"] and told["kind"] in takes_back(kind, each["data"])
        ]
        if earlier and earlier[-1] in office.outbox.untrue:
            office.outbox.untrue[each["id"]] = Why.NEVER_TOLD
        elif (why := runs.standing(each, now).why) is not None:
            office.outbox.untrue[each["id"]] = why
    while (await office.activities.send_due()).wait_seconds == 0.0:
        pass
    return Counter(office.store.notices[id].kind.value for id in office.server.took), office


@pytest.fixture(autouse=True)
def heartbeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temporalio.activity.heartbeat", lambda *_: None)


SCENARIOS = sorted({path.name.split("-")[0] for path in stored.paths("engine-1")})


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_no_email_of_an_older_run_goes_to_a_region_by_itself(scenario: str) -> None:
    left, office = await left_and_left_over(scenario)
    to_regions = {"task_for_region", "log_check_due", "term_task", "stipend_sent", "match_across_regions"}
    assert not to_regions & set(left)
    told = [each for each in office.store.notices.values() if "region" in each.data]
    assert all(each.status == "in_digest" for each in told)


@pytest.mark.parametrize(
    ("scenario", "kinds"),
    [
        ("application", {"application_received": 1}),
        ("matching", {"application_accepted": 1}),
        ("contact", {"welcome_mentee": 1, "welcome_mentor": 1, "reminder": 2}),
        ("agreement", {"welcome_mentee": 1, "welcome_mentor": 1, "reminder": 2}),
        ("completed", {"agreement_in_force": 2, "mentor_thanked": 1}),
        ("ended", {"agreement_in_force": 2, "relationship_ended": 2}),
        ("partner_changed", {"agreement_in_force": 2, "partner_changed": 2}),
        ("parted", {"agreement_in_force": 2, "relationship_ended": 2}),
        (
            "complained",
            {"agreement_in_force": 2, "change_answered": 1, "complaint_closed": 1, "relationship_ended": 2},
        ),
    ],
)
async def test_of_an_older_run_only_what_still_holds_leaves(scenario: str, kinds: dict[str, int]) -> None:
    left, _ = await left_and_left_over(scenario)
    assert left == Counter(kinds), "each at most once, and nothing that was done or is over"


@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_c16_nobody_is_thanked_twice_or_thanked_after_the_answer(scenario: str) -> None:
    left, _ = await left_and_left_over(scenario)
    assert left["mentor_thanked"] <= 1
    assert left["application_received"] + left["application_accepted"] <= 1
    if left["relationship_ended"] or left["partner_changed"]:
        assert not BEFORE_THE_END & set(left)
