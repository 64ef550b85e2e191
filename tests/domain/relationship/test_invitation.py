"""An invitation is codes and instants: a notice's data carries it unchanged, and each change has a higher number."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.ids import derive
from domain.relationship.invitation import Invitation, Occasion, invitation_of, invitation_uid

PLAN = Invitation(
    uid=invitation_uid(derive("pair"), derive("plan")),
    sequence=12,
    stamped_at=datetime(2026, 9, 1, 14, 0, tzinfo=UTC),
    occasion=Occasion.MEETING,
    starts_at=datetime(2026, 10, 5, 20, 0, tzinfo=UTC),
    minutes=45,
    mode="in_person",
)


@pytest.mark.parametrize(
    "each",
    [
        PLAN,
        replace(PLAN, starts_at=None, minutes=0, on=date(2026, 10, 5), mode=""),
        replace(PLAN, cancelled=True, sequence=13),
    ],
)
def test_the_data_of_a_notice_carries_an_invitation(each: Invitation) -> None:
    assert invitation_of(each.data) == each


def test_a_notice_without_a_plan_invites_to_nothing() -> None:
    assert invitation_of({"due": "2026-10-05T20:00:00.000000Z"}) is None


def test_one_plan_of_one_pair_has_one_identity() -> None:
    assert invitation_uid(derive("pair"), derive("plan")) == PLAN.uid
    assert (
        len({PLAN.uid, invitation_uid(derive("pair"), "2"), invitation_uid(derive("other"), derive("plan"))})
        == 3
    )


@pytest.mark.parametrize("field", ["sequence", "minutes"])
def test_an_invitation_counts_from_zero(field: str) -> None:
    with pytest.raises(ValueError, match="counts from 0"):
        replace(PLAN, **{field: -1})


@pytest.mark.parametrize(
    "change", [{"starts_at": None}, {"on": date(2026, 10, 5)}, {"starts_at": None, "on": date(2026, 10, 5)}]
)
def test_an_invitation_has_an_hour_or_a_day(change: dict[str, date | None]) -> None:
    with pytest.raises(ValueError, match="an hour and minutes, or a day and neither"):
        replace(PLAN, **change)
