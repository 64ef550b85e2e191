"""A small but whole year on the real stack, compared with its report."""

import json
from pathlib import Path

from tests.conftest import office_at_ten, unavailable
from workers.embedded.stack.process import StartFailed
from workers.embedded.stack.progress import silent
from workers.embedded.year.run import run_year
from workers.embedded.year.scenario import scenarios


async def test_a_year_with_twelve_relationships_agrees_with_its_report(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    scenario = next(each for each in scenarios(12) if each.data.get("shown_first"))
    try:
        async with office_at_ten() as office:
            held = await run_year(office, scenario, seed=7, report=file, say=silent)
    except StartFailed as obstacle:
        unavailable(obstacle)
    report = json.loads(file.read_text())
    assert report["faults"] == []
    assert held
    assert sum(report["relationships"].values()) >= 13
    assert report["runs_replayed"] >= 13
    assert report["inputs_compared"] > 100
    assert all(
        sums["owed"] == sums["paid"] + sums["dropped"] + sums["held"] for sums in report["stipends"].values()
    )
    assert report["escalations"] > 0
    assert report["nudges"] > 0
