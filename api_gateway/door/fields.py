"""What a phone asks in place of bare fields: days as "today" and "yesterday", lengths as a few usual ones.

What comes back is turned into what the form of the act takes, so that both are checked in the same way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from api_gateway.door.acts import LinkedAct
from api_gateway.pages.acts.parts import Control
from api_gateway.pages.acts.posted import Typed
from domain.relationship.state import Relationship

TODAY, YESTERDAY, OTHER = "today", "yesterday", "other"
_USUAL: Final = (30, 60)
"""Lengths of a meeting in minutes that are offered besides the agreed one and that of the last meeting."""
_WHEN: Final = ".when"
_LENGTH: Final = "minutes.usual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcuts:
    """What is offered in place of typing: lengths in minutes; and which choices stand in the form as it is opened."""

    minutes: tuple[int, ...]
    typed: Mapping[str, list[str]]


def shortcuts_of(act: LinkedAct) -> Shortcuts:
    """Return the shortcuts of a form, with what is most likely chosen before anything is typed."""
    state, shown = act.act.about.shown.subject.state, act.act.about.shown
    assert isinstance(state, Relationship)  # noqa: S101 - a link is about a pair
    log = [met for met in state.meetings.log if met.stands and met.minutes]
    last = max(log, key=lambda met: met.began_at, default=None)
    agreed = state.agreement.terms.minutes if state.agreement.terms is not None else 0
    likely = last.minutes if last else agreed or _USUAL[-1]
    typed: dict[str, list[str]] = {}
    for part in act.parts:
        if part.control in (Control.DAY, Control.INSTANT) and part.required:
            typed[part.name + _WHEN] = [TODAY]
        if part.control is Control.INSTANT and last is not None:
            typed[f"{part.name}.time"] = [
                f"{last.began_at.astimezone(shown.subject.rules.calendar.zone):%H:%M}"
            ]
        if part.name == "minutes":
            typed[_LENGTH] = [str(likely)]
        if part.name == "mode" and last is not None:
            typed["mode"] = [last.mode]
    return Shortcuts(minutes=tuple(sorted({*_USUAL, likely} | ({agreed} - {0}))), typed=typed)


def without_shortcuts(act: LinkedAct, typed: Typed) -> dict[str, list[str]]:
    """Return what was typed, with days and lengths as the form of the act takes them."""
    rules, now = act.act.about.shown.subject.rules, act.act.about.shown.subject.now
    today = rules.calendar.local_date(now)
    plain = {name: list(values) for name, values in typed.items()}
    for part in act.parts:
        if part.control in (Control.DAY, Control.INSTANT) and part.required:
            path = part.name if part.control is Control.DAY else f"{part.name}.day"
            day = _day(next(iter(typed.get(part.name + _WHEN, ())), ""), today)
            if day is not None:
                plain[path] = [day.isoformat()]
    chosen = next(iter(typed.get(_LENGTH, ())), "")
    if chosen and chosen != OTHER:
        plain["minutes"] = [chosen]
    return plain


def _day(when: str, today: date) -> date | None:
    if when == TODAY:
        return today
    return today - timedelta(days=1) if when == YESTERDAY else None
