"""The simulated year: the demo clock moves from act to act and from deadline to deadline until nothing is left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import httpx2 as httpx

from domain.actors import Side
from domain.rules.program_file import not_executed
from workers.audit.replay import runs_of
from workers.embedded.clock import DemoClock, demo_clock
from workers.embedded.stack.data_folder import DataFolder
from workers.embedded.stack.mail_catcher import Mailbox
from workers.embedded.stack.progress import Say
from workers.embedded.stack.supervisor import OfficeProcesses, StackOptions
from workers.embedded.year.door_visits import UsedWays
from workers.embedded.year.driver import Driver, Unexpected, midnight
from workers.embedded.year.emails.checks import email_faults
from workers.embedded.year.emails.records import read_records
from workers.embedded.year.faults import scenario_faults
from workers.embedded.year.report import YearReport, count, measure, prove, streams
from workers.embedded.year.scenario import Act, Scenario

_PROGRESS_EVERY: Final = 5.0
_MOST_SHOWN: Final = 10
"""The most faults of the scenarios that are shown before a year."""


async def play_years(
    wanted: tuple[Scenario, ...], *, seed: int, report: Path | None, keep: bool, say: Say
) -> bool:
    """Run each program's year in an office of its own, one after the other; return whether all checks hold.

    Nothing starts if a scenario does not fit its program: every act would fail for the same few causes.
    """
    if wrong := [fault for scenario in wanted for fault in scenario_faults(scenario)]:
        for fault in wrong[:_MOST_SHOWN]:
            say(f"  NO  {fault}")
        if len(wrong) > _MOST_SHOWN:
            say(f"  NO  and {len(wrong) - _MOST_SHOWN} more")
        return False
    held, used = [], UsedWays()
    for scenario in wanted:
        named = report.with_suffix(f".{scenario.program}.json") if report and len(wanted) > 1 else report
        held.append(await play_year(scenario, seed=seed, report=named, keep=keep, say=say, used=used))
    if len(wanted) == 1:
        return all(held)
    for scenario, holds in zip(wanted, held, strict=True):
        say(f"{scenario.program:<12} {'holds' if holds else 'DOES NOT HOLD'}")
    missing = list(used.missing())
    for fault in missing:
        say(f"  NO  {fault}")
    return all(held) and not missing


async def play_year(
    scenario: Scenario,
    *,
    seed: int,
    report: Path | None,
    keep: bool,
    say: Say,
    used: UsedWays | None = None,
) -> bool:
    """Run one scenario in an office of its own, and delete its data unless ``keep``; return whether all checks hold.

    The ways that are used at the door are added to ``used``, which has those of the years before.
    """
    folder = DataFolder.temporary()
    office = OfficeProcesses(folder, StackOptions(throwaway=True, say=say))
    try:
        await office.start()
        return await run_year(office, scenario, seed=seed, report=report, say=say, used=used)
    finally:
        await office.stop()
        if keep:
            say(f"The year's data stays in {folder.path}.")
        else:
            await asyncio.to_thread(folder.remove)


async def run_year(
    office: OfficeProcesses,
    scenario: Scenario,
    *,
    seed: int,
    report: Path | None,
    say: Say,
    used: UsedWays | None = None,
) -> bool:
    """Run one scenario and print its report, also if the year breaks off; return whether all checks hold."""
    waits = [what for where, what in not_executed(scenario.program_file) if where.startswith("money")]
    result = YearReport(program=scenario.program, seed=seed, money_not_executed=waits)
    began = time.monotonic()
    async with demo_clock(office.settings) as clock:
        try:
            await _year(office, scenario, clock, result, say, UsedWays() if used is None else used)
        except (Unexpected, httpx.HTTPError) as fault:
            result.faults.append(f"the year broke off: {fault or type(fault).__name__}")
        await clock.check_journal()
    await count(office.settings, result)
    calendar = scenario.program_file.rules.calendar
    result.faults += email_faults(await read_records(office.settings, Mailbox(office.data.mails)), calendar)
    await _measure_runs(office, result)
    await prove(office.settings, result)
    result.seconds = round(time.monotonic() - began, 1)
    for line in result.lines():
        say(line)
    if report is not None:
        result.write(report)
    return result.ok


async def _year(
    office: OfficeProcesses,
    scenario: Scenario,
    clock: DemoClock,
    result: YearReport,
    say: Say,
    used: UsedWays,
) -> None:
    start = scenario.start_after((await clock.now()).date())
    longest = scenario.length(start)
    await clock.move_to(midnight(start))
    driver = Driver(office, scenario, used)
    try:
        await driver.furnish(start, midnight(start) + longest + timedelta(days=30))
        await clock.rest()
        acts, outage = scenario.acts(start, result.seed), _outage(office, scenario, clock, start)
        shown_at = time.monotonic()
        while True:
            due = await clock.next_due()
            instants = [
                *([due] if due else []),
                *(act.at for act in acts[:1]),
                *(instant for instant, _ in outage[:1]),
            ]
            if not instants:
                break
            now = await clock.move_to(min(instants))
            result.moves += 1
            if now > midnight(start) + longest:
                result.faults.append(f"the year did not end within {longest.days} days")
                break
            if acts and acts[0].at <= now:
                while acts and acts[0].at <= now:
                    await _do(acts.pop(0), driver, clock, result, say)
                await clock.rest()
            while outage and outage[0][0] <= now:
                await outage.pop(0)[1]()
            if time.monotonic() - shown_at > _PROGRESS_EVERY:
                shown_at = time.monotonic()
                say(f"  {now:%Y-%m-%d}  {result.acts} acts, {len(acts)} to come, {len(result.faults)} faults")
        await _check_outcomes(driver, scenario, result)
        await _read_results(driver, scenario, clock, result)
    finally:
        here = driver.visits.used
        result.by_link, result.by_code = sorted(here.by_link), sorted(here.by_code)
        used.add(here)
        await driver.close()


def _outage(
    office: OfficeProcesses, scenario: Scenario, clock: DemoClock, start: date
) -> list[tuple[datetime, Callable[[], Awaitable[None]]]]:
    """Return what happens to the mail server when: it stops, and days later it is back; nothing in most scenarios."""

    async def back() -> None:
        await office.start_mail()
        await clock.mail_is_back()

    hours = scenario.outage(start)
    return [] if hours is None else [(hours[0], office.stop_mail), (hours[1], back)]


async def _do(act: Act, driver: Driver, clock: DemoClock, result: YearReport, say: Say) -> None:
    """Do one act and count it; add a fault if it goes differently from what the scenario says."""
    result.acts += 1
    result.refused += bool(act.refused)
    try:
        await driver.act(act)
        if not act.path.startswith("relationships"):
            await clock.rest()  # what it started has a row before anyone asks for it
    except Unexpected as unexpected:
        result.faults.append(f"act: {unexpected}")
        say(f"  NO  {unexpected}")


async def _check_outcomes(driver: Driver, scenario: Scenario, result: YearReport) -> None:
    for fate in scenario.fates:
        found = await driver.relationship(fate)
        if found["outcome"] != fate.outcome:
            result.faults.append(
                f"outcome: {fate.key} is {found['outcome'] or found['stage']}, expected {fate.outcome}"
            )


async def _read_results(driver: Driver, scenario: Scenario, clock: DemoClock, result: YearReport) -> None:
    """Read the results once no more answers can come; their counts are compared with the tables later."""
    over = scenario.program_file.rules.answers_end(scenario.term(driver.start))
    await clock.move_to(max(await clock.now(), midnight(over) + timedelta(days=1)))
    for side in Side:
        try:
            found = await driver.results(side.value)
        except Unexpected as unexpected:
            result.faults.append(str(unexpected))
            continue
        result.surveys[found["form"]] = {
            "responses": found["responses"],
            "small_group": found["small_group"],
            "aims": {aim["key"]: aim["whole"]["mean"] for aim in found["aims"] if aim["whole"]},
            "quotes": len(found["quotes"]),
        }


async def _measure_runs(office: OfficeProcesses, result: YearReport) -> None:
    """Compare each run of each relationship and term with the design's budget of events."""
    client = await office.client()
    for id in await streams(office.settings, "relationship", "term"):
        for history in await runs_of(client, id):
            measure(id, history, result)
