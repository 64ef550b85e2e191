"""What the doctor says about the nightly check."""

from datetime import UTC, datetime, timedelta
from typing import Any

from workers.cli.doctor import night_check

NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)


def ended(hours: float, *faults: dict[str, str], unnamed: int = 0) -> dict[str, Any]:
    at = (NOW - timedelta(hours=hours)).isoformat()
    counts = {"relationships": 40, "terms": 2, "people": 100, "events": 900}
    return {"ended_at": at, "counts": counts, "faults": list(faults), "unnamed": unnamed}


def test_an_office_whose_first_night_is_still_to_come_is_well() -> None:
    for checks in ((), ({"ended_at": None, "counts": {}, "faults": [], "unnamed": 0},)):
        found = night_check(checks, NOW, demo=False)
        assert (found.ok, found.found) == (True, "none has ended yet")


def test_the_last_check_that_ended_is_named_with_what_it_looked_at() -> None:
    running = {"ended_at": None, "counts": {}, "faults": [], "unnamed": 0}
    found = night_check((running, ended(6)), NOW, demo=False)
    assert (found.ok, found.found) == (True, "2026-11-03 03:00 UTC, 142 streams, no faults")


def test_a_fault_is_named_and_what_to_do_about_it() -> None:
    fault = {"stream": "ab12", "check": "projection", "code": "relationships_stage"}
    found = night_check((ended(6, fault), ended(30)), NOW, demo=False)
    assert (found.ok, found.found) == (False, "2026-11-03 03:00 UTC, 142 streams, 1 fault")
    assert found.todo.startswith("ab12 projection relationships_stage. See them with `mentorflow replay`")
    assert "4 faults" in night_check((ended(6, fault, unnamed=3),), NOW, demo=False).found


def test_two_nights_without_a_check_are_said_but_not_for_a_demo_whose_clock_jumps() -> None:
    assert not night_check((ended(51),), NOW, demo=False).ok
    assert night_check((ended(51),), NOW, demo=True).ok
