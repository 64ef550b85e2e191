"""The command behind `./deploy/demo`: running the demo, stopping it, starting over, and the simulated year."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Coroutine, Mapping
from pathlib import Path
from shlex import quote
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from activities.adapters.files.program_files import load_programs
from activities.adapters.files.toml import ProgramFileError
from workers.embedded.stack.data_folder import DataFolder, cache_folder
from workers.embedded.stack.ports import PortTaken
from workers.embedded.stack.process import StartFailed, alive
from workers.embedded.stack.progress import aloud
from workers.embedded.stack.supervisor import OfficeProcesses, data_folder
from workers.embedded.year.scenario import Scenario, scenarios
from workers.file_words import cannot_write
from workers.logs import configure_logs
from workers.settings import CHECKOUT, PREFIX


def main(
    year: Annotated[
        bool, typer.Option("--year", help="Run one simulated program year, print its report, and exit.")
    ] = False,
    program: Annotated[str | None, typer.Option(help="With --year: only this program.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="With --year: the year of each program, one after the other.")
    ] = False,
    seed: Annotated[int, typer.Option(help="With --year: the seed of everything that varies.")] = 1,
    relationships: Annotated[
        int | None, typer.Option(min=1, help="With --year: how many relationships.")
    ] = None,
    json: Annotated[
        Path | None, typer.Option(help="With --year: also write the report to this file as JSON.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="With --year: keep its data afterward.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Stop a demo that was started elsewhere.")] = False,
    reset: Annotated[
        bool, typer.Option("--reset", help="Delete the demo's data and start with an empty office.")
    ] = False,
    data: Annotated[
        Path | None, typer.Option(help="A data folder to use instead of this repository's own.")
    ] = None,
) -> None:
    """Run everything that mentorflow needs, on this machine alone, until Ctrl-C."""
    configure_logs("WARNING", process="supervisor")
    folder = data_folder(data)
    try:
        _demand_checkout()
        if stop:
            _stop(folder)
        elif year:
            _play_years(_select_scenarios(program, every, relationships), seed=seed, json=json, keep=keep)
        else:
            if reset:
                _reset(folder)
            _until_signal(_demo(folder))
    except (StartFailed, PortTaken, ProgramFileError) as obstacle:
        refusal = str(obstacle)
    except OSError as denied:
        if denied.filename is None:
            raise
        refusal = _no_access(denied)
    else:
        return
    typer.secho(refusal, err=True, fg=typer.colors.RED)
    raise typer.Exit(1)


def _no_access(denied: OSError) -> str:
    """Return one line about a place that this user may not write to, and what to do."""
    place = Path(str(denied.filename or "a folder"))
    advice = "Name another data folder with --data."
    if cache_folder() in (place, *place.parents) or place in cache_folder().parents:
        advice = f"Name another folder for what is built once with {PREFIX}CACHE."
    return f"{place} cannot be written ({denied.strerror}). {advice}"


def _demand_checkout() -> None:
    if not CHECKOUT:
        raise StartFailed("The demo is not part of an installed package: run ./deploy/demo in a checkout.")


def _select_scenarios(program: str | None, every: bool, relationships: int | None) -> tuple[Scenario, ...]:
    """Return the scenarios that were asked for: one program's, all, or the one that is shown first."""
    if program is not None and every:
        raise StartFailed("Write --program or --all, not both.")
    known = scenarios(relationships)
    if every:
        return known
    wanted = tuple(
        one for one in known if one.program == program or (program is None and one.data.get("shown_first"))
    )
    if not wanted:
        names = ", ".join(one.program for one in known)
        raise StartFailed(f"There is no scenario for the program {program}. Write one of {names}.")
    return wanted


def _play_years(wanted: tuple[Scenario, ...], *, seed: int, json: Path | None, keep: bool) -> None:
    """Run the years, and end the command with 0 if all checks hold."""
    from workers.embedded.year.run import play_years

    # The path is relative to where the command was typed.
    report = json.absolute() if json is not None else None
    if report is not None and (because := cannot_write(report)):
        raise StartFailed(f"The report cannot be written: {because}.")
    held = _until_signal(play_years(wanted, seed=seed, report=report, keep=keep, say=aloud))
    raise typer.Exit(0 if held else 1)


def _stop(folder: DataFolder) -> None:
    pid = folder.running_pid()
    if pid is None:
        aloud(f"No demo is running on {folder.path}.")
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    for second in range(90):
        if folder.running_pid() is None:
            aloud("Stopped.")
            return
        if second % 5 == 2:
            aloud(f"  waiting for process {pid} to stop")
        time.sleep(1)
    raise StartFailed(f"Process {pid} did not stop within 90 s. End it yourself.")


def _reset(folder: DataFolder) -> None:
    pid = folder.running_pid()
    if pid is not None and alive(pid):
        raise StartFailed(
            f"A demo is running on {folder.path} (process {pid}). Stop it first with {folder.demo} --stop."
        )
    folder.remove()


async def _demo(folder: DataFolder) -> bool:
    # Late: it loads the whole office, and `--help` and `--stop` need none of it.
    from workers.embedded.running import demo

    async with demo(folder, aloud, ready=_show_card):
        await asyncio.Event().wait()
    return True


async def _show_card(office: OfficeProcesses) -> None:
    aloud(f"\n{card(office, await _office_hour(office))}")


async def _office_hour(office: OfficeProcesses) -> Mapping[str, str]:
    from workers.embedded.samples.scenario import SampleOffice
    from workers.embedded.waiting_emails import office_hour

    file = load_programs().get(SampleOffice().program)
    return await office_hour(office.settings, file.rules.calendar.zone if file else ZoneInfo("UTC"))


def _until_signal(work: Coroutine[Any, Any, bool]) -> bool:
    """Run `work` until it ends, or until a signal cancels it so that it cleans up; return its result."""

    async def run() -> bool:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(name, task.cancel)
        try:
            return await task
        except asyncio.CancelledError:
            return False

    return asyncio.run(run())


def card(office: OfficeProcesses, hour: Mapping[str, str] | None = None) -> str:
    """Return what a person needs to know once everything is running; ``hour`` has the lines about its time."""
    url, demo = office.gateway_url, office.data.demo
    named = f"export {PREFIX}SETTINGS={quote(str(office.data.settings_file))}"
    beside = "" if office.data.is_default else f"{named}\n{' ' * 23}"
    lines = [
        ("Office", f"{url}/sign-in   (sign in as any of its staff by one click)"),
        ("API", f"{url}/v1"),
        ("API documents", f"{url}/v1/docs"),
        ("Mailbox", f"{office.mailbox_url}/   (every email that the office sends)"),
        ("Tokens", str(office.data.tokens_file)),
        ("Data and logs", str(office.data.path)),
    ]
    lines += (hour or {}).items()
    owners = {name: file.association for name, file in load_programs().items()}
    lines += [
        (
            "Administrator",
            f"in the tokens, {each.program} → people → admin: for the association {owners[each.program]}",
        )
        for each in scenarios()
        if each.program in owners
    ]
    width = max(len(name) for name, _ in lines)
    body = "\n".join(f"  {name:<{width}}  {value}" for name, value in lines)
    return (
        f"{url}/demo\n\nmentorflow is running, with invented people only. Open the address above: one pair's year, "
        f"with what to press\nand what to look at, the clock, the worker, the staff and the mailbox.\n\n{body}\n\n"
        f"  Commands beside it:  {beside}.venv/bin/mentorflow --help\n"
        "                       .venv/bin/mentorflow tasks --token TOKEN\n"
        "                       .venv/bin/mentorflow history RELATIONSHIP --token TOKEN\n"
        "                       .venv/bin/mentorflow replay --all\n"
        f"  Stop:                Ctrl-C here, or {demo} --stop elsewhere\n"
        f"  Start over:          {demo} --reset\n"
        "  A whole year:        ./deploy/demo --year\n"
    )


if __name__ == "__main__":
    command = typer.Typer(add_completion=False)
    command.command()(main)
    command(prog_name="./deploy/demo")
