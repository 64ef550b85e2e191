"""What a program file may not say about rhythm, logs, observations, cover and slots; each fault has a path and line."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from activities.adapters.files.program_files import ProgramFileError, read_file
from activities.adapters.files.toml_lines import lines_of
from domain.relationship.stages.meetings.slots import openings
from domain.rules.meetings import RhythmSource
from domain.rules.program import Rules

FILE = Path(__file__).parent / "programs" / "on_completion.toml"
TEXT = FILE.read_text()
LADDER = TEXT[TEXT.index("observation = [") : TEXT.index("]\n", TEXT.index("observation = [")) + 2]
COST = 'cost = "none"\n'
NO_OBSERVATIONS = TEXT[TEXT.index("booked_by") : TEXT.index("[cover]")]
CONTRADICTIONS = [
    ('rhythm_source = "region"', 'rhythm_source = "signed"', "meetings.rhythm"),
    ('rhythm_source = "region"', 'rhythm_source = "program"', "overridable[9]"),
    ('rhythm_source = "region"', 'rhythm_source = "moon"', "meetings.rhythm_source"),
    ('    "meetings.rhythm",\n', "", "meetings.rhythm_source"),
    ('rhythm = { every = 3, unit = "weeks" }\nnext', "next", "meetings.rhythm"),
    (
        'rhythm = { every = 3, unit = "weeks" }\nnext',
        'rhythm = { every = 0, unit = "weeks" }\nnext',
        "meetings.rhythm.every",
    ),
    (
        'rhythm = { every = 3, unit = "weeks" }\nnext',
        'rhythm = { every = -2, unit = "weeks" }\nnext',
        "meetings.rhythm.every",
    ),
    (
        'rhythm = { every = 3, unit = "weeks" }\nnext',
        'rhythm = { every = 4, unit = "weeks" }\nnext',
        "meetings.rhythm",
    ),
    (
        'rhythm = { every = 3, unit = "weeks" }\nnext',
        'rhythm = { every = 1, unit = "weeks" }\nnext',
        "agreement.suggested_rhythm",
    ),
    (
        'first_meeting_only = ["entry_plan"]',
        'first_meeting_only = ["golf"]',
        "meetings.first_meeting_only[0]",
    ),
    ("quick_logs = true", 'quick_logs = "yes"', "meetings.quick_logs"),
    ("next_date_required = false\n", "", "meetings.next_date_required"),
    ("required = 2", "required = 0", "observations.required"),
    ("required = 2", "required = -1", "observations.required"),
    ('booked_by = "coordinator"', 'booked_by = "none"', "observations.needs_cover"),
    ('booked_by = "coordinator"', 'booked_by = "none"', "observations.shortest_minutes"),
    ("shortest_minutes = 20\n", "", "observations.shortest_minutes"),
    ("shortest_minutes = 20", "shortest_minutes = 0", "observations.shortest_minutes"),
    ("longest_minutes = 90", "longest_minutes = 10", "observations.longest_minutes"),
    ("due_days_before_end = 30\n", "", "observations.due_days_before_end"),
    ("due_days_before_end = 30", "due_days_before_end = 0", "observations.due_days_before_end"),
    ("minutes_per_pair = 360", "minutes_per_pair = 39", "cover.minutes_per_pair"),
    ("minutes_per_pair = 360", "minutes_per_pair = -1", "cover.minutes_per_pair"),
    ("minutes_per_pair = 360", "minutes_per_pair = 0", "cover.approver"),
    ('approver = "coordinator"', 'approver = "none"', "cover.approver"),
    (COST, "", "cover.cost"),
    (COST, 'cost = "monthly"\n', "cover.cost"),
    (COST, 'cost = "hourly"\n', "cover.cents_per_hour"),
    (COST, 'cost = "none"\ncents_per_hour = 2500\n', "cover.cents_per_hour"),
    (COST, 'cost = "hourly"\ncents_per_hour = 0\n', "cover.cents_per_hour"),
    (COST, 'cost = "hourly"\ncents_per_hour = 100001\n', "cover.cents_per_hour"),
    (
        f'minutes_per_pair = 360\napprover = "coordinator"\n{COST}',
        'minutes_per_pair = 0\napprover = "none"\ncost = "hourly"\ncents_per_hour = 2500\n',
        "cover.cost",
    ),
    ('weekday = "wednesday", begins', "begins", "schedule.slots[0]"),
    ('weekday = "wednesday"', 'weekday = "someday"', "schedule.slots[0].weekday"),
    ("on = 2026-08-20", 'on = 2026-08-20, weekday = "friday"', "schedule.slots[1]"),
    ("on = 2026-08-20", "on = 2026-12-25", "schedule.slots[1].on"),
    ("begins = 13:30:00, minutes = 60", "begins = 13:30:00, minutes = 0", "schedule.slots[0].minutes"),
    ("begins = 13:30:00", 'begins = "half past one"', "schedule.slots[0].begins"),
    ('code = "orientation"', 'code = "early_release"', "schedule.slots[1]"),
    ('early_release = "early release"\n', "", "labels.early_release"),
    ('places = ["school", "online"]', "places = []", "schedule.places"),
    (LADDER, "", "ladders.observation"),
    (NO_OBSERVATIONS, 'booked_by = "none"\nrequired = 0\nneeds_cover = false\n\n', "ladders.observation"),
]


@pytest.mark.parametrize(("old", "new", "path"), CONTRADICTIONS)
def test_a_contradiction_is_refused_with_its_path_and_line(
    old: str, new: str, path: str, tmp_path: Path
) -> None:
    assert old in TEXT
    changed = TEXT.replace(old, new, 1)
    file = tmp_path / "program.toml"
    file.write_text(changed)
    with pytest.raises(ProgramFileError) as raised:
        read_file(file)
    lines = lines_of(changed)
    near = [path[:end] for end in range(len(path), 0, -1) if path[:end] in lines]
    found = {fault.path: fault for fault in raised.value.faults}
    assert path in found, list(found)
    assert found[path].line == (lines[near[0]] if near else 1)
    assert len(found[path].problem) > 10


def rules(text: str, tmp_path: Path, region: str = "") -> Rules:
    file = tmp_path / "program.toml"
    file.write_text(text)
    return read_file(file).rules_for(region)


def test_a_region_writes_its_own_rhythm_and_slots_within_the_program(tmp_path: Path) -> None:
    own = '[regions.r3.meetings]\nrhythm = { every = 2, unit = "weeks" }\n'
    here = rules(f"{TEXT}\n{own}", tmp_path, "r3")
    assert (here.meetings.rhythm_source, here.meetings.rhythm and here.meetings.rhythm.every) == (
        RhythmSource.REGION,
        2,
    )
    with pytest.raises(ProgramFileError, match=r"regions\.r3\.meetings\.rhythm: slower"):
        rules(f"{TEXT}\n{own.replace('every = 2', 'every = 9')}", tmp_path)


def test_slots_fall_on_open_days_only(tmp_path: Path) -> None:
    here = read_file(FILE).rules
    first, last = here.calendar.breaks[-1].first, here.calendar.breaks[-1].last
    assert openings(here, first, last) == ()
    found = openings(here, first.replace(month=10, day=1), first.replace(month=10, day=31))
    assert {each.on.weekday() for each in found} == {2}
    assert {each.starts_at.astimezone(here.calendar.zone).hour for each in found} == {13}


def test_a_rhythm_that_falls_only_in_breaks_is_refused(tmp_path: Path) -> None:
    start = TEXT.index("breaks = [")
    end = TEXT.index("\n]\n", start)
    first = date(2025, 1, 1)
    spans = [(first + timedelta(days=100 * n), first + timedelta(days=100 * n + 99)) for n in range(12)]
    closed = "\n".join(f'    {{ name = "b{n}", first = {a}, last = {b} }},' for n, (a, b) in enumerate(spans))
    with pytest.raises(ProgramFileError, match="falls only in breaks"):
        rules(TEXT[:start] + "breaks = [\n" + closed + TEXT[end:], tmp_path)


def test_a_year_in_which_no_meeting_could_ever_be_late_is_refused(tmp_path: Path) -> None:
    start = TEXT.index("breaks = [")
    end = TEXT.index("\n]\n", start)
    spans = [("2025-07-25", "2025-10-31"), ("2025-11-01", "2026-02-01"), ("2026-02-02", "2026-05-10")]
    spans += [("2026-05-11", "2026-07-31"), ("2027-03-22", "2027-03-26"), ("2028-03-22", "2028-03-26")]
    closed = "\n".join(f'    {{ name = "winter", first = {a}, last = {b} }},' for a, b in spans)
    problem = "agreement.slowest_rhythm: no meeting is ever due in the year 2025-0"
    with pytest.raises(ProgramFileError, match=problem):
        rules(TEXT[:start] + "breaks = [\n" + closed + TEXT[end:], tmp_path)
    slow = TEXT.replace("slowest_rhythm = { every = 3", "slowest_rhythm = { every = 70", 1)
    assert slow != TEXT
    with pytest.raises(ProgramFileError, match=problem.removesuffix("2025-0")):
        rules(slow, tmp_path)
