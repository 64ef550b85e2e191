"""What a phone asks in place of bare fields: days as "today" and "yesterday", lengths of meetings as a few usual ones.

What comes back is turned into what the form of the act takes, so that both are checked in the same way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from api_gateway.door.acts import OwnAct, started
from api_gateway.door.in_the_way import InTheWay
from api_gateway.door.own_address import own_address
from api_gateway.door.records import proposed_in
from api_gateway.pages.acts.offered import attempt
from api_gateway.pages.acts.parts import Control, FormPart
from api_gateway.pages.acts.posted import DAY, HOUR, Typed
from api_gateway.pages.acts.words import refusal_of
from domain.codec import to_plain
from domain.relationship.parts.meetings import Meeting
from domain.relationship.stages.meetings.corrections import CorrectMeeting
from domain.relationship.stages.meetings.dispute import ConfirmMeeting, DisputeMeeting
from domain.relationship.state import Relationship

TODAY, YESTERDAY, OTHER = "today", "yesterday", "other"
PAST: Final = ("began_at", "contacted_on", "done_on", "held_on", "referred_on")
"""Fields whose day is mostly today or yesterday."""
MEETINGS: Final = (
    "LogMeeting", "LogGroupMeeting", "CorrectMeeting", "BookObservation", "MoveObservation", "RequestCover",
)  # fmt: skip
"""The acts whose minutes are the length of an hour that two people spend, offered as a few usual ones."""
_USUAL: Final = (30, 60)
"""Lengths of a meeting in minutes that are offered besides the agreed one and that of the last meeting."""
TIME: Final = f"began_at.{HOUR}"
"""The time at which a meeting began."""
_WHEN: Final = ".when"
_LENGTH: Final = "minutes.usual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcuts:
    """What is offered in place of typing: lengths in minutes; and which choices are in the form as it is opened."""

    minutes: tuple[int, ...]
    typed: Mapping[str, list[str]]


def shortcuts_of(act: OwnAct) -> Shortcuts:
    """Return the shortcuts of a form, with what is known or most likely before anything is typed."""
    state = act.shown.subject.state
    if not isinstance(state, Relationship):
        return Shortcuts(minutes=(), typed=act.start)
    log = [met for met in state.meetings.log if met.stands and met.minutes]
    last = max(log, key=lambda met: met.began_at, default=None)
    agreed = state.agreement.terms.minutes if state.agreement.terms is not None else 0
    known = _known(act, state)
    likely = int(known.get("minutes") or (last.minutes if last else agreed) or _USUAL[-1])
    typed = dict(act.start) or started(act, known)
    if act.kind.__name__ in MEETINGS and any(part.name == "minutes" for part in act.parts):
        typed |= {_LENGTH: [str(likely)]}
        typed.pop("minutes", None)
    for part in act.parts:
        typed |= _day_of(part, known)
    if act.kind.__name__ in ("LogMeeting", "LogGroupMeeting") and last is not None:
        usual = _as_last_time(act, last)
        typed |= {name: usual[name] for name in usual if not known or name not in typed}
    typed |= {name: value for name, value in _only_choice(act).items() if name not in typed}
    return Shortcuts(minutes=tuple(sorted({*_USUAL, likely} | ({agreed} - {0}))), typed=typed)


def _day_of(part: FormPart, known: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return which of the days of a field is chosen: today, unless another one is known."""
    if part.name not in PAST or part.control not in (Control.DAY, Control.INSTANT):
        return {}
    return {part.name + _WHEN: [OTHER if known.get(part.name) else TODAY]}


def _as_last_time(act: OwnAct, last: Meeting) -> dict[str, list[str]]:
    """Return the hour and the way of the last meeting: many pairs meet at the same hour.

    The day is chosen each time, so that nobody records a meeting that never was by pressing buttons.
    """
    hour = f"{last.began_at.astimezone(act.shown.subject.rules.calendar.zone):%H:%M}"
    return {f"began_at.{HOUR}": [hour], "mode": [last.mode], "began_at" + _WHEN: [""]}


def _only_choice(act: OwnAct) -> dict[str, list[str]]:
    """Return what is chosen because there is one record to choose."""
    return {
        part.name: [act.offers[part.offers][0].value]
        for part in act.parts
        if part.control is Control.CHOICE and part.required and part.offers.startswith("records:")
        if len(act.offers.get(part.offers, ())) == 1
    }


def _known(act: OwnAct, state: Relationship) -> dict[str, Any]:
    """Return the body that a form begins with: what it is to correct, move, use or replace, as it stands."""
    fixed = act.fixed
    match act.kind.__name__:
        case "CorrectMeeting" if act.meeting is not None:
            body = to_plain(act.meeting.proposed or act.meeting)
            return {
                name: body[name]
                for name in ("began_at", "minutes", "mode", "topics", "place")
                if body.get(name)
            }
        case "LogMeeting":
            row = state.schedule.open(act.asked.chosen.get("planned", ""))
            over = row is not None and row.starts_at <= act.shown.subject.now
            body = to_plain(row) | {"began_at": row.starts_at.isoformat()} if row and over else {}
            return {name: body[name] for name in ("began_at", "minutes", "mode", "place") if body.get(name)}
        case "DraftAgreement":
            terms = state.agreement.draft.terms if state.agreement.draft else state.agreement.terms
            return {"terms": to_plain(terms) if terms else _suggested(act)}
        case "PlanMeetings":
            return {"rows": [*_planned(act, state)]}
        case "MoveObservation":
            booked = state.observations.open(str(fixed.get("observation", "")))
            return {"starts_at": booked.starts_at.isoformat(), "minutes": booked.minutes} if booked else {}
        case "RequestCover":
            hour = state.observations.open(str(fixed.get("subject", "")))
            return {"minutes": hour.minutes} if hour else {}
        case "UseCover":
            asked = [each for each in state.cover.requests if each.id == fixed.get("request")]
            return {"minutes": asked[0].minutes} if asked else {}
    return {}


def known_of(act: OwnAct) -> dict[str, Any]:
    """Return the body that the form of an act begins with."""
    state = act.shown.subject.state
    return _known(act, state) if isinstance(state, Relationship) else {}


def _suggested(act: OwnAct) -> dict[str, Any]:
    """Return the terms with which a first agreement begins: what the program suggests or demands, a usual length."""
    rules = act.shown.subject.rules
    terms = {"rhythm": to_plain(rules.agreement.suggested_rhythm), "minutes": _USUAL[-1]}
    return terms | {"face_to_face": rules.meetings.minimum_face_to_face}


def _planned(act: OwnAct, state: Relationship) -> Iterator[dict[str, Any]]:
    """Yield the rows of the plan that are still to come, as a form has them."""
    zone, now = act.shown.subject.rules.calendar.zone, act.shown.subject.now
    for row in state.schedule.planned:
        if row.status == "planned" and row.starts_at > now:
            begins = f"{row.starts_at.astimezone(zone):%H:%M}"
            yield {
                "on": row.on.isoformat(),
                "begins": begins,
                "minutes": row.minutes,
                "place": row.place,
                "mode": row.mode,
                "slot": row.slot,
            }


def still_to_come(
    act: OwnAct, typed: Typed, faults: Mapping[str, str]
) -> tuple[InTheWay | None, Mapping[str, str]]:
    """Return where a meeting still to come is planned, and the faults: that one is at the time if the day is today."""
    text = refusal_of("meeting_in_future", act.language)
    if text not in faults.values() or act.stands is None:
        return None, faults
    instead = act.stands.against(act.name, "meeting_in_future")
    plain, rules = without_shortcuts(act, typed), act.shown.subject.rules
    today = rules.calendar.local_date(act.shown.subject.now).isoformat()
    if faults.get("began_at") == text and plain.get(f"began_at.{DAY}") == [today]:
        faults = {(TIME if path == "began_at" else path): said for path, said in faults.items()}
    return instead, faults


def to_correct(act: OwnAct) -> str:
    """Return where a meeting is corrected instead of disputed; empty if its person cannot."""
    if act.kind is not DisputeMeeting or act.meeting is None or proposed_in(act.meeting) == "withdrawal":
        return ""
    allowed, chosen = act.shown.subject.rules.meetings, {"meeting": act.meeting.id}
    lengths = {allowed.shortest_minutes, allowed.longest_minutes} - {act.meeting.minutes}
    tried = (attempt(act.shown, CorrectMeeting, {**chosen, "minutes": each}) for each in lengths)
    return own_address("CorrectMeeting", act.asked.subject, chosen) if None in tried else ""


def to_dispute(act: OwnAct) -> str:
    """Return where a person who is signed in says that a meeting is not right; empty on the form of another act."""
    if act.kind is not ConfirmMeeting or act.meeting is None or act.asked.link is not None:
        return ""
    return own_address("DisputeMeeting", act.asked.subject, {"meeting": act.meeting.id})


def without_shortcuts(act: OwnAct, typed: Typed) -> dict[str, list[str]]:
    """Return what was typed, with days and lengths as the form of the act takes them."""
    rules, now = act.shown.subject.rules, act.shown.subject.now
    today = rules.calendar.local_date(now)
    plain = {name: list(values) for name, values in typed.items()}
    for part in act.parts:
        if part.name in PAST and part.control in (Control.DAY, Control.INSTANT):
            path = part.name if part.control is Control.DAY else f"{part.name}.{DAY}"
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
