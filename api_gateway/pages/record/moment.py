"""A relationship as it was at a moment: the fold of the events until then, as known then or as corrected since."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from activities.adapters.files.task_words import words
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.http.sessions import SessionFirst, StaffVisitor
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.parts import Fact
from api_gateway.pages.record import meetings_part, next_steps, timeline, what_holds
from api_gateway.pages.record.relationship_record import RelationshipRecord, read_record
from api_gateway.pages.view import page
from api_gateway.services.history import stages_entered, stream_state
from api_gateway.services.problem import Problem
from domain.actors import Role
from domain.languages import Language
from domain.payments.state import Obligation

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
_FIELD: Final = "%Y-%m-%dT%H:%M"
"""How a browser writes a day and an hour into a field."""


@router.get("/relationships/{subject}/at")
async def at_a_moment(
    request: Request,
    visitor: StaffVisitor,
    office: Parts,
    subject: Reference,
    moment: str = "",
    step: Annotated[int | None, Query(ge=1)] = None,
    corrected: bool = False,
) -> HTMLResponse:
    """Show a relationship as it was at a moment; without one, at its newest event. There is nothing to change.

    ``step`` is the place of the slider, counted in instants at which something happened. ``corrected`` shows the
    meetings until then as they are known now.
    """
    record = await read_record(office, visitor, subject)
    record = replace(
        record, dates=record.dates.named()
    )  # there are two presents here: the reader's and that of then
    if not record.told:
        raise Problem(404, "not_found")
    instants = sorted({each.decided_at for each, _ in record.history.events})
    asked, wrong = _moment(moment, record)
    if step is not None:
        asked, wrong = instants[min(step, len(instants)) - 1], False
    at = asked if asked is not None else instants[-1]
    money = await _money(office, visitor, record, at)
    then = _then(record, at, money)
    return page(
        request,
        "coordinator/moment.html",
        visitor,
        place=links.RELATIONSHIPS,
        record=record,
        title=what_holds.title_facts(then or record)["title"],
        when=record.dates.at(at),
        field=record.dates.local(at).strftime(_FIELD),
        wrong=wrong,
        corrected=corrected,
        audits=Role.AUDITOR in visitor.caller.roles,
        other=links.moment(record.id, at.isoformat(), corrected=not corrected),
        **_moves(record, instants, at, corrected=corrected),
        **_stood(then, record, at, corrected=corrected),
    )


def _moves(
    record: RelationshipRecord, instants: Sequence[datetime], at: datetime, *, corrected: bool
) -> dict[str, Any]:
    """Return the ways to other moments: the instants before and after, and the place of the slider among all."""
    place = bisect_right(instants, at)

    def to(number: int) -> str:
        there = 0 <= number < len(instants)
        return links.moment(record.id, instants[number].isoformat(), corrected=corrected) if there else ""

    return {"earlier": to(place - 2), "later": to(place), "step": max(place, 1), "steps": len(instants)}


def _stood(
    then: RelationshipRecord | None, now: RelationshipRecord, at: datetime, *, corrected: bool
) -> dict[str, Any]:
    """Return how everything stood at a moment. All of it comes from the record of then, and nothing from today's."""
    if then is None:
        return {"known": False}
    if corrected:
        then = _corrected(then, now, at)
    seen = replace(then, dates=now.dates)  # days that are over are named as the reader names them today
    return {
        "known": True,
        "last": timeline.entry(then.events[-1], timeline.story(seen), seen, cited=True),
        "stages": [*next_steps.stage_line(seen)],
        "facts": [*_facts(then)],
        "agreement": [*what_holds.agreement_facts(then)],
        "tasks": [*_tasks(then)],
        "deadlines": [*_deadlines(then)],
        "met": meetings_part.met_in_words(then),
        "not_counted": meetings_part.not_counted(then),
        "met_rows": meetings_part.met_rows(then),
    }


async def _money(
    office: Office, visitor: StaffVisitor, record: RelationshipRecord, at: datetime
) -> Sequence[Mapping[str, Any]]:
    """Return the money of a pair as its own events had it at a moment; what was not owed yet is left out."""
    found = []
    for owed in record.money:
        history = await office.reads.history.obligation(visitor.caller.sight, owed["id"])
        events = tuple(each for each in history.events if each[0].decided_at <= at) if history else ()
        if history and events:
            found.append(_owed(owed, stream_state(replace(history, events=events))))
    return found


def _owed(today: Mapping[str, Any], then: Obligation) -> Mapping[str, Any]:
    """Return the row of an amount owed with the values of its fold; the region keeps the name that it has today."""
    order = then.orders[-1] if then.orders else None
    values = ("state", "reference", "approved_at", "sent_at", "settled_at")
    named = today["payee_name"] if then.region == today["region"] else ""
    return {
        **today,
        "state": then.state,
        "region": then.region,
        "payee_name": named,
        "amount_minor": then.amount_minor,
        "currency": then.currency,
        "accrued_at": then.accrued_at,
        **{f"order_{value}": getattr(order, value, None) for value in values},
    }


def _moment(text: str, record: RelationshipRecord) -> tuple[datetime | None, bool]:
    """Return the moment that an address names, in the program's time where it says no other, and whether it is wrong.

    One that is to come is the present.
    """
    if not text:
        return None, False
    try:
        at = datetime.fromisoformat(text)
        local = (at if at.tzinfo else at.replace(tzinfo=record.dates.zone)).astimezone(record.dates.zone)
    except (ValueError, OverflowError):
        return None, True
    # A field has no seconds: it means the whole minute.
    whole = local.replace(second=59, microsecond=999_999) if len(text) <= len("2026-11-29T10:00") else local
    return min(whole, record.dates.now), False


def _then(
    record: RelationshipRecord, at: datetime, money: Sequence[Mapping[str, Any]]
) -> RelationshipRecord | None:
    """Return the record as it stood at a moment; None before its first event.

    Its row is of today: people keep their names. What was read as it is today (tasks, emails, pairs before and
    after) is not in it.
    """
    events = tuple(each for each in record.history.events if each[0].decided_at <= at)
    if not events:
        return None
    history = replace(record.history, events=events)
    state, entered = stages_entered(history)
    row = {**record.row, "mentor": state.mentor, "status": "ended" if state.ended else "open"}
    row["proposed_mentor"] = state.matching.proposal.mentor if state.matching.proposal else ""
    row["mentor_name"] = record.names.get(row["mentor"] or row["proposed_mentor"])
    then = replace(
        record, row=row, state=state, entered=entered, history=history, tasks=(), emails=(), others=()
    )
    return replace(then, money=money, dates=record.dates.seen_at(events[-1][0].decided_at))


def _corrected(then: RelationshipRecord, now: RelationshipRecord, at: datetime) -> RelationshipRecord:
    """Return the record with the meetings that took place until a moment as the records have them now."""
    log = tuple(each for each in now.state.meetings.log if each.began_at <= at)
    return replace(then, state=replace(then.state, meetings=replace(then.state.meetings, log=log)))


def _facts(then: RelationshipRecord) -> Iterator[Fact]:
    state, say, dates = then.state, then.say, then.dates
    status = "ended" if state.ended else "paused" if state.pause else "open"
    yield Fact(term=say("relationships.status"), text=say(f"relationships.states.{status}"))
    yield Fact(term=say("relationships.mentor"), text=then.mentor or say("parts.no_mentor"))
    yield Fact(
        term=say("relationships.stage"),
        text=say(f"relationships.stages.{state.stage}"),
        small=say("moment.since", day=dates.long(dates.local(state.stage_since).date())),
    )
    if rules := then.history.events[-1][0].rules:
        yield Fact(term=say("moment.rules"), text=f"{rules.set} {rules.version}", small=rules.digest[:12])
    yield from what_holds.money_facts(then)


def _tasks(then: RelationshipRecord) -> Iterator[str]:
    names = words(Language(then.dates.language))["name"]
    yield from (names[task.kind] for task in then.state.tasks if task.open)


def _deadlines(then: RelationshipRecord) -> Iterator[Fact]:
    for timer in sorted(then.state.timers, key=lambda each: (each.due, each.subject)):
        day = then.dates.due_by(timer.due)
        yield Fact(term=then.say(f"relationships.next.{timer.subject}"), text=then.dates.long(day))
