"""Every reason in a scenario is one of its program's, so no year fails because of an unlisted code."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from activities.adapters.files.program_files import load_programs
from domain.rules.choices import choices
from workers.embedded.year.scenario import Scenario, scenarios

LISTS = {
    "decide-special-application": "eligibility.special_reasons",
    "waive-conflict": "matching.waiver_reasons",
    "decline-match": "matching.decline_reasons",
    "dispute-meeting": "meetings.dispute_reasons",
    "resolve-meeting": "meetings.resolve_reasons",
    "decide-completion": "meetings.completion_reasons",
    "decide-cover": "cover.refusal_reasons",
    "end-relationship": "ending_reasons",
    "change-partner": "ending_reasons",
    "pause-relationship": "pause_reasons",
}


def acts(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every act of a scenario at any depth."""
    if isinstance(value, dict):
        if value.get("do") in LISTS:
            yield value
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from acts(each)


@pytest.mark.parametrize("scenario", scenarios(12), ids=lambda each: each.program)
def test_every_reason_of_a_scenario_is_one_of_its_program(scenario: Scenario) -> None:
    listed = choices(load_programs()[scenario.program].rules)
    found = list(acts(dict(scenario.data)))
    assert found
    for act in found:
        reason = act["body"].get("reason", "")
        assert reason in listed.get(LISTS[act["do"]], ()) or (act["do"] == "decide-cover" and not reason)
