"""A scenario that does not fit its program is named before the year starts; how long a year is, the program says."""

import asyncio
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from activities.adapters.files.program_files import SHIPPED, ProgramFiles, load_programs, read_file
from domain.rules.program_file import not_executed
from workers.embedded.year.faults import scenario_faults
from workers.embedded.year.report import YearReport
from workers.embedded.year.run import play_years
from workers.embedded.year.scenario import FOLDER, Scenario, scenarios

MASA = FOLDER / "masa.toml"


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Scenario:
    """Return a copy of a scenario, with pieces of its file replaced."""
    text = MASA.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "masa.toml").write_text(text)
    shutil.copytree(MASA.with_suffix(""), tmp_path / "masa", dirs_exist_ok=True)
    return Scenario(tmp_path / "masa.toml")


@pytest.mark.parametrize("scenario", scenarios(12), ids=lambda each: each.program)
def test_every_shipped_scenario_fits_its_program(scenario: Scenario) -> None:
    assert list(scenario_faults(scenario)) == []


def test_c51_reasons_that_a_program_does_not_know_are_named_before_the_year_starts(tmp_path: Path) -> None:
    copied = changed(tmp_path, ('program = "masa"', 'program = "mass"'))
    found = list(scenario_faults(copied))
    assert found
    reason = 'reason = "'
    first = next(fault for fault in found if ".body.reason: " in fault)
    path, line = first.partition(":")[0], int(first.split(":")[1])
    assert path == str(copied.path)
    assert reason in copied.path.read_text().splitlines()[line - 1]
    assert " is not in this program; " in first
    said: list[str] = []
    held = asyncio.run(play_years((copied,), seed=1, report=None, keep=False, say=said.append))
    assert not held
    assert said[0] == f"  NO  {found[0]}", "the first cause comes first, and no office has started"
    assert said[-1] == f"  NO  and {len(found) - 10} more"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("\ngrid_days =", "\ngird_days =", "gird_days: unknown key; did you mean grid_days?"),
        (
            "{ day = 93, days = 3 }",
            "{ day = 93, dais = 3 }",
            "mail_outage.dais: unknown key; did you mean days?",
        ),
        ('do = "log-meeting"', 'do = "log-meting"', "do: unknown command; did you mean log-meeting?"),
        ("outcome = ", "outcom = ", "].outcom: unknown key; did you mean outcome?"),
        (', who = "mentee", do', ', woh = "mentee", do', "].woh: unknown key; did you mean who?"),
    ],
)
def test_c48_a_misspelled_key_of_a_scenario_is_answered_with_the_right_one(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert any(fault in line for line in scenario_faults(changed(tmp_path, (old, new))))


def test_c51_a_reason_in_the_roster_is_checked_too(tmp_path: Path) -> None:
    copied = changed(tmp_path)
    roster = tmp_path / "masa" / "applications.csv"
    lines = roster.read_text().splitlines()
    known = load_programs()["masa"].rules.eligibility.reasons[0]
    at = next(number for number, line in enumerate(lines) if known in line)
    lines[at] = lines[at].replace(known, "no_such_reason")
    roster.write_text("\n".join(lines))
    [fault] = scenario_faults(Scenario(copied.path))
    assert fault.startswith(
        f"{roster}:{at + 1}: reason: no_such_reason is not in this program; write one of "
    )


def test_c51_a_program_that_stands_aside_is_named_with_its_fault(tmp_path: Path) -> None:
    scenario = changed(tmp_path)
    files = ProgramFiles(usable={}, aside={})
    assert "masa cannot be played; write one of" in next(scenario_faults(scenario, files))


def test_c51_the_report_names_the_first_cause_and_the_money_that_is_not_executed() -> None:
    file = next(each for each in load_programs().values() if not_executed(each)[0][0].startswith("money"))
    what = [words for where, words in not_executed(file) if where.startswith("money")]
    report = YearReport(program=file.program, seed=1, money_not_executed=what, faults=["one", "two"])
    lines = report.lines()
    assert [line for line in lines if line.startswith("not executed yet")] == [
        f"not executed yet  {each}" for each in what
    ]
    assert lines[-4:] == ["first cause       one", "NO  one", "NO  two", "does not hold"]


def test_c50_a_program_of_24_months_has_a_year_and_tokens_of_its_length(tmp_path: Path) -> None:
    opsoa = next(each for each in scenarios() if each.program == "opsoa")
    file = tmp_path / "opsoa.toml"
    text = (SHIPPED / "opsoa.toml").read_text()
    file.write_text(text.replace("course_months = 12", "course_months = 24"))
    start = date(2026, 9, 1)
    short = opsoa.length(start)
    assert opsoa.term(start).last == date(2027, 8, 31)
    opsoa.program_file = read_file(file)
    last_course_ends = date(2029, 8, 30)  # of somebody who applies on the last day of the term
    assert start + opsoa.length(start) >= last_course_ends + timedelta(days=365)
    assert opsoa.length(start) - short == timedelta(days=365)


@pytest.mark.parametrize("scenario", scenarios(1), ids=lambda each: each.program)
def test_a_year_begins_and_ends_as_the_program_says(scenario: Scenario) -> None:
    cycle = scenario.program_file.frame.cycle
    start = scenario.start_after(date(2026, 10, 15))
    assert f"{start:%m-%d}" == cycle.first
    assert scenario.start_before(date(2026, 10, 15)) == start.replace(year=start.year - 1)
    assert f"{scenario.term(start).last:%m-%d}" == cycle.last
