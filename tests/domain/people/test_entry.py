"""Entries, the commitment to them, and the names of what changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from domain.people.entry import (
    Entry,
    Membership,
    MentorRecord,
    RegionSince,
    changed_fields,
    commitment,
    days_ahead,
    entry_text,
    kinds_of_change,
    read_entry,
)
from domain.people.events import CATALOG, EVENTS, PersonChanged
from domain.person_changes import ChangeKind, begins_everywhere, begun_everywhere

SALT = "5a" * 16
ENTRY = Entry(
    id="a" * 32,
    association="one",
    keys=("00712",),
    name="Berit Lund",
    email="berit@post.example",
    role_title="principal",
    district="Lake",
    region="north",
    regions=(RegionSince(region="north", since=date(2026, 8, 1)),),
    memberships=(Membership(record=1, name="active", first=date(2020, 7, 1)),),
    mentor=MentorRecord(capacity=2, trained_on=date(2026, 8, 1)),
)


def test_a_commitment_opens_with_the_entry_and_its_salt_alone() -> None:
    assert commitment(ENTRY, SALT) == commitment(replace(ENTRY), SALT)
    assert commitment(ENTRY, SALT) != commitment(ENTRY, "5b" * 16)
    assert commitment(ENTRY, SALT) != commitment(replace(ENTRY, phone="+1 218 555 0101"), SALT)


def test_the_text_of_an_entry_stays_as_it_is() -> None:
    """Stored commitments open with this text only."""
    assert entry_text(ENTRY) == (
        '{"association":"one","district":"Lake","email":"berit@post.example","id":"' + "a" * 32 + '",'
        '"keys":["00712"],"language":"en",'
        '"memberships":[{"first":"2020-07-01","name":"active","record":1}],'
        '"mentor":{"capacity":2,"trained_on":"2026-08-01"},'
        '"name":"Berit Lund","region":"north","regions":[{"region":"north","since":"2026-08-01"}],'
        '"role_title":"principal"}'
    )


def test_changed_fields_are_names_in_the_order_of_the_fields() -> None:
    changed = replace(ENTRY, phone="1", name="Berit Lund-Berg", left_on=date(2026, 9, 1))
    assert changed_fields(ENTRY, changed) == ("name", "phone", "left_on")
    assert changed_fields(ENTRY, ENTRY) == ()


def test_a_new_entry_names_what_it_says() -> None:
    assert "phone" not in changed_fields(None, ENTRY)
    assert {"keys", "name", "memberships", "mentor"} <= {*changed_fields(None, ENTRY)}


def test_an_entry_is_read_from_a_row() -> None:
    row = {
        "id": "a" * 32, "association": "one", "name": "Berit Lund", "email": "berit@post.example",
        "role_title": "principal", "district": "Lake", "region": "north", "supervisor": None, "phone": "",
        "language": "en", "left_on": None, "died_on": None, "alias_of": None, "salt": SALT, "keys": ["00712"],
        "regions": [["north", "2026-08-01"]], "memberships": [[1, "active", "2020-07-01", None]],
        "mentor": [2, "2026-08-01", None, None, None], "conflicts": None, "seats": None,
    }  # fmt: skip
    assert read_entry(row) == ENTRY


def test_a_conflict_that_both_declared_is_one() -> None:
    row = {
        field: getattr(ENTRY, field)
        for field in ("id", "association", "name", "email", "role_title", "district")
    }
    row |= {
        "region": "north",
        "keys": None,
        "regions": None,
        "memberships": None,
        "mentor": None,
        "seats": None,
    }
    entry = read_entry({**row, "conflicts": [["b", "kin"], ["b", "kin"], ["a", "kin"]]})
    assert [each.other for each in entry.conflicts] == ["a", "b"]


def test_events_of_a_person_have_no_value_of_the_entry() -> None:
    assert CATALOG.names() == tuple(each.__name__ for each in EVENTS)
    assert {name for each in EVENTS for name in each.__dataclass_fields__} == {
        "fields", "commit", "records", "corrects", "earlier", "other", "stands", "reason",
    }  # fmt: skip
    assert PersonChanged(commit="c").fields == ()


def test_a_change_that_can_make_two_entries_alike_is_said_beside_what_it_is_by_itself() -> None:
    assert kinds_of_change(["keys", "name", "district"]) == (ChangeKind.SAME_AS,)
    assert kinds_of_change(["email", "phone"]) == (ChangeKind.ADDRESS, ChangeKind.SAME_AS)


def test_days_ahead_are_first_days_and_the_days_after_last_ones() -> None:
    today = date(2026, 11, 29)
    dated = replace(
        ENTRY,
        memberships=(
            Membership(record=1, name="active", first=date(2020, 7, 1), last=date(2026, 12, 31)),
            Membership(record=2, name="retired", first=date(2027, 1, 1)),
            Membership(record=3, name="active", first=date(2027, 9, 1), last=date(9999, 12, 31)),
            Membership(record=4, name="active", first=date(2019, 9, 1), last=date(2026, 11, 28)),
        ),
        mentor=MentorRecord(
            capacity=1,
            trained_on=date(2026, 11, 29),
            serving_since=date(2026, 11, 30),
            serving_until=date(2027, 6, 30),
            credential_until=date(2026, 11, 29),
        ),
    )
    assert days_ahead(dated, today) == (
        (ChangeKind.MEMBERSHIP, date(2027, 1, 1)),
        (ChangeKind.MEMBERSHIP, date(2027, 9, 1)),
        (ChangeKind.MENTOR, date(2026, 11, 30)),
        (ChangeKind.MENTOR, date(2027, 7, 1)),
    )
    assert days_ahead(ENTRY, today) == ()


def test_a_day_has_begun_everywhere_at_noon_of_utc() -> None:
    day = date(2027, 1, 1)
    noon = begins_everywhere(day)
    assert noon == datetime(2027, 1, 1, 12, tzinfo=UTC)
    assert begun_everywhere(noon) == day
    assert begun_everywhere(noon - timedelta(seconds=1)) == date(2026, 12, 31)
