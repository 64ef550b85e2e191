"""A correction finds the event that it corrects, also among events from before records were named."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.actors import SYSTEM
from domain.journal import Cause, Envelope, Kind
from domain.people.corrections import changed_records, corrected_event, declaration, replaced_events
from domain.people.entry import Entry, Membership, RegionSince, Seat


def event(seq: int, type: str, *fields: str, command: str = "", **body: Any) -> Envelope:
    return Envelope(
        type=type,
        origin="o",
        stream="s",
        kind=Kind.PERSON,
        seq=seq,
        prev="p",
        actor=SYSTEM,
        decided_at=datetime(2026, 1, 1, tzinfo=UTC),
        cause=Cause(command=command or str(seq)),
        body={"fields": list(fields), "commit": "c", **body},
    )


STREAM = (
    event(1, "PersonOnRecord", "name", "memberships", "mentor", "conflicts"),
    event(2, "PersonChanged", "memberships", records=["membership/7"]),
    event(3, "PersonChanged", "mentor"),
    event(4, "PersonCorrected", "memberships", corrects="membership/5+membership/7"),
    event(5, "PersonMoved", "region", "memberships", records=["membership/9"]),
)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("membership/9", 5),
        ("membership/7", 4),
        ("membership/5", 4),
        ("membership/3", 1),
        ("mentor", 3),
        ("left_on", None),
        ("seat/1", None),
    ],
)
def test_the_newest_event_about_the_record_is_corrected(record: str, expected: int | None) -> None:
    assert corrected_event(STREAM, record) == expected


def test_a_conflict_of_before_came_with_the_first_event_and_a_later_one_under_a_shared_command() -> None:
    other = (event(1, "PersonAdded", "name"), event(2, "PersonChanged", "conflicts", command="x"))
    stream = (
        *STREAM,
        event(6, "PersonChanged", "conflicts", command="x"),
        event(7, "PersonChanged", "conflicts"),
    )
    assert declaration(stream, other, {"x", "7"}) == 6
    assert declaration(stream, other, {"7"}) == 1
    assert declaration(other, stream, {"x"}) == 2
    assert declaration(other, stream, {"y"}) is None


def test_records_that_are_new_or_other_than_before_are_named() -> None:
    day = date(2026, 1, 1)
    kept, dated = Membership(record=1, name="a", first=day), Membership(record=2, name="a", first=day)
    before = Entry(
        id="i",
        association="o",
        name="N",
        email="e",
        role_title="r",
        district="d",
        region="x",
        memberships=(kept, dated),
    )
    after = Entry(
        id="i",
        association="o",
        name="N",
        email="e",
        role_title="r",
        district="d",
        region="x",
        memberships=(kept, Membership(record=2, name="a", first=day, last=day)),
        seats=(Seat(record=1, region="x", first=day),),
    )
    assert changed_records(before, after) == ("membership/2", "seat/1")
    assert changed_records(None, before) == ("membership/1", "membership/2")
    assert changed_records(before, before) == ()


def test_a_change_replaces_what_earlier_events_said_and_not_what_it_only_adds_to() -> None:
    day = date(2026, 1, 1)
    north, south = RegionSince(region="north", since=day), RegionSince(region="south", since=date(2026, 5, 1))
    kept, dated = Membership(record=7, name="a", first=day), Membership(record=9, name="a", first=day)
    before = Entry(
        id="i",
        association="o",
        keys=("1",),
        name="N",
        email="e",
        role_title="r",
        district="d",
        region="north",
        regions=(north,),
        memberships=(kept, dated),
    )
    added = replace(before, phone="1", keys=("1", "2"), memberships=(kept, dated, replace(kept, record=10)))
    assert replaced_events(STREAM, before, added) == (), "nothing was there before"
    renamed = replace(before, name="M", memberships=(kept, replace(dated, last=day)))
    assert replaced_events(STREAM, before, renamed) == (1, 5)
    moved = replace(before, region="south", regions=(north, south))
    assert replaced_events(STREAM, before, moved) == (5,), "the last region, and no day of the earlier one"
