"""Roles as pages show them: their words, where and when they hold, and who gave and confirmed them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from api_gateway.pages.dates import Dates, When
from api_gateway.pages.words import Say
from domain.people.grants import GrantState

_KINDS: Final = {GrantState.LIVE: "done", GrantState.WAITS: "soon"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGrant:
    """A role of somebody, ready to print. ``waits`` says that a second person is to confirm it."""

    id: str
    stands: str
    person: str
    name: str
    role: str
    where: str
    first: When
    days: str
    state: str
    kind: str
    by: str
    waits: bool
    over: bool


def grant_shown(row: Mapping[str, Any], say: Say, dates: Dates, regions: Mapping[str, str]) -> ShownGrant:
    """Return a grant's row ready to print; ``regions`` names the regions."""
    state = GrantState(row["state"])
    days = [say("rights.from", day=dates.long(row["first"]))]
    if row["last"]:
        days.append(say("rights.until", day=dates.long(row["last"])))
    by = [who_did(row, "given_by", say)]
    if row["confirmed_by"]:
        by.append(say("rights.confirmed_by", name=who_did(row, "confirmed_by", say)))
    return ShownGrant(
        id=row["id"],
        stands=row["stands"] or row["person"],
        person=row["person"],
        name=row["name"] or say("parts.unseen"),
        role=say(f"rights.roles.{row['role']}"),
        where=", ".join(regions.get(code, code) for code in row["regions"]) or say("rights.everywhere"),
        first=dates.day(row["first"]),
        days=" ".join(days),
        state=say(f"rights.states.{state.value}"),
        kind=_KINDS.get(state, ""),
        by=", ".join(by),
        waits=state is GrantState.WAITS,
        over=state is GrantState.OVER,
    )


def who_did(row: Mapping[str, Any], column: str, say: Say) -> str:
    """Return who did something about a grant or a sign-in; whoever works on the machine has no id."""
    at_machine = not row[column].strip("0")
    return row[f"{column}_name"] or (say("rights.at_the_machine") if at_machine else say("parts.unseen"))
