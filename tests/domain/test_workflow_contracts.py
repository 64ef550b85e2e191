"""What workflows start with: the order of the fields is part of what stored histories hold."""

from dataclasses import fields

import pytest

from domain.workflow_contracts import ObligationStart, RelationshipStart, TermStart

SHARED = "origin rules_text rules_digest rules_version opening engine state head handled history_limit named_engine"
NAMES = {
    RelationshipStart: "relationship mentee program term term_dates region",
    ObligationStart: "obligation program",
    TermStart: "id program",
}
ADDED = {RelationshipStart: " facts_in_task"}
"""What was added after histories had been stored: it stands last, and is left out where it is not set."""


@pytest.mark.parametrize("start", NAMES, ids=lambda start: start.__name__)
def test_a_start_names_its_stream_first_and_then_says_what_all_streams_share(start: type) -> None:
    assert [field.name for field in fields(start)] == f"{NAMES[start]} {SHARED}{ADDED.get(start, '')}".split()
