"""In the years of all programs, each act that an email asks for is done once by its link and once after a code."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from activities.adapters.postgres.database import Database
from domain.ids import term_region_id
from domain.task_links import LINKED_ACTS
from workers.embedded.stack.mail_catcher import Mailbox
from workers.embedded.year import run
from workers.embedded.year.door_visits import DoorVisits, UsedWays
from workers.embedded.year.scenario import scenarios

EVERY = tuple(sorted(LINKED_ACTS))
ALL = scenarios()
PAIR, TERM = "a" * 32, "b" * 32


def visits(elsewhere: UsedWays | None = None) -> DoorVisits:
    """Return the visits of a year that has no office."""
    made = cast("Database", None)
    return DoorVisits("http://door.invalid", Mailbox(Path("nowhere")), made, ZoneInfo("UTC"), elsewhere)


def played(monkeypatch: pytest.MonkeyPatch, count: int, **ways: set[str]) -> tuple[bool, list[str]]:
    """Play some years that used these ways at the door; return whether they hold, and what was said."""

    async def year(*given: Any, used: UsedWays, **others: Any) -> bool:
        used.add(UsedWays(**ways))
        return True

    said: list[str] = []
    monkeypatch.setattr(run, "play_year", year)
    monkeypatch.setattr(run, "scenario_faults", lambda _: iter(()))
    held = asyncio.run(run.play_years(ALL[:count], seed=1, report=None, keep=False, say=said.append))
    return held, said


def test_years_of_several_programs_hold_if_each_act_was_done_in_both_ways(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held, said = played(monkeypatch, len(ALL), by_link=set(EVERY), by_code=set(EVERY))
    assert held
    assert not [line for line in said if "never done" in line]


@pytest.mark.parametrize("name", EVERY)
def test_an_act_that_was_never_done_in_one_way_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    held, said = played(monkeypatch, len(ALL), by_link=set(EVERY) - {name}, by_code=set(EVERY))
    assert not held
    assert said[-1] == f"  NO  {name} was never done by the link of an email"
    held, said = played(monkeypatch, len(ALL), by_link=set(EVERY), by_code=set(EVERY) - {name})
    assert not held
    assert said[-1] == f"  NO  {name} was never done after a sign-in code"


def test_the_year_of_one_program_alone_need_not_have_every_act(monkeypatch: pytest.MonkeyPatch) -> None:
    held, said = played(monkeypatch, 1)
    assert held
    assert said == []


@pytest.mark.parametrize(
    ("path", "name", "subject"),
    [
        (f"relationships/{PAIR}/log-meeting", "LogMeeting", PAIR),
        (f"terms/{TERM}/regions/north/submit-monthly-record", "SubmitMonthlyRecord", "north"),
        (f"terms/{TERM}/regions/north/submit-term-survey", "SubmitTermSurvey", "north"),
        (f"terms/{TERM}/regions/north/contradict-monthly-record", "ContradictMonthlyRecord", "north"),
        (f"obligations/{PAIR}/log-meeting", "", ""),
        ("applications", "", ""),
        (f"people/{PAIR}/memberships", "", ""),
    ],
)
def test_the_acts_of_pairs_and_of_terms_go_through_the_door(
    monkeypatch: pytest.MonkeyPatch, path: str, name: str, subject: str
) -> None:
    taken: list[tuple[str, str]] = []

    async def visited(person: str, act: str, about: str, body: Mapping[str, Any]) -> bool:
        taken.append((act, about))
        return True

    year = visits()
    monkeypatch.setattr(year, "_visited", visited)
    assert asyncio.run(year.done("c" * 32, path, {})) is bool(name)
    here = term_region_id(TERM, subject) if subject == "north" else subject
    assert taken == ([(name, here)] if name else [])


@pytest.mark.parametrize(
    ("elsewhere", "token", "ways"),
    [
        (UsedWays(), "token", ["link", "code", "api"]),
        (UsedWays(), "", ["code", "api"]),
        (UsedWays(by_link={"DeclineMatch"}), "token", ["code", "link", "api"]),
        (UsedWays(by_code={"DeclineMatch"}), "token", ["link", "code", "api"]),
        (UsedWays({"DeclineMatch"}, {"DeclineMatch"}), "token", ["link", "code", "api"]),
    ],
)
def test_an_act_goes_first_in_the_way_that_no_other_year_has_used(
    monkeypatch: pytest.MonkeyPatch, elsewhere: UsedWays, token: str, ways: list[str]
) -> None:
    went: list[str] = []

    async def link(*given: Any) -> str:
        return token

    async def by_link(*given: Any) -> None:
        went.append("link")

    async def by_code(*given: Any) -> None:
        went.append("code")

    year = visits(elsewhere)
    monkeypatch.setattr(year, "_link", link)
    monkeypatch.setattr(year, "_by_link", by_link)
    monkeypatch.setattr(year, "_by_code", by_code)
    for _ in ways:
        done = asyncio.run(year.done("c" * 32, f"relationships/{PAIR}/decline-match", {}))
        if not done:
            went.append("api")
    assert went == ways
