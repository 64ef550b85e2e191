"""A relationship as it was at a moment: the fold of the events until then, as known then or as corrected since."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from activities.adapters.files.task_words import words
from activities.adapters.postgres.reads.history import Sealed
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.http.sessions import SessionFirst, StaffVisitor
from api_gateway.pages import links
from api_gateway.pages.dates import Dates
from api_gateway.pages.parts import Fact
from api_gateway.pages.record import meetings_part, next_steps, timeline, what_holds
from api_gateway.pages.record.relationship_record import RelationshipRecord, read_record
from api_gateway.pages.view import page
from api_gateway.services.history import stages_entered
from api_gateway.services.problem import Problem
from domain.actors import Role
from domain.languages import Language

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
    if not record.told:
        raise Problem(404, "not_found")
    instants = sorted({each.decided_at for each, _ in record.history.events})
    asked, wrong = _moment(moment, record)
    if step is not None:
        asked, wrong = instants[min(step, len(instants)) - 1], False
    at = asked if asked is not None else instants[-1]
    return page(
        request,
        "coordinator/moment.html",
        visitor,
        place=links.RELATIONSHIPS,
        record=record,
        title=what_holds.title_facts(record)["title"],
        when=record.dates.at(at),
        field=record.dates.local(at).strftime(_FIELD),
        wrong=wrong,
        corrected=corrected,
        audits=Role.AUDITOR in visitor.caller.roles,
        other=links.moment(record.id, at.isoformat(), corrected=not corrected),
        **_moves(record, instants, at, corrected=corrected),
        **_stood(record, at, corrected=corrected),
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


def _stood(record: RelationshipRecord, at: datetime, *, corrected: bool) -> dict[str, Any]:
    """Return how everything stood at a moment."""
    before = [each for each in record.history.events if each[0].decided_at <= at]
    then = _then(record, before) if before else None
    if then is not None and corrected:
        then = _corrected(then, record, at)
    last = record.events[len(before) - 1] if before else None
    return {
        "known": then is not None,
        "last": timeline.entry(last, timeline.story(record), record, cited=True) if last else None,
        "stages": [*next_steps.stage_line(replace(then, dates=record.dates))] if then else (),
        "facts": [*_facts(then)] if then else (),
        "agreement": [*what_holds.agreement_facts(then)] if then else (),
        "tasks": [*_tasks(then)] if then else (),
        "deadlines": [*_deadlines(then)] if then else (),
        "met": meetings_part.met_in_words(then) if then else "",
        "met_rows": meetings_part.met_rows(then) if then else (),
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


def _then(record: RelationshipRecord, events: Sequence[Sealed]) -> RelationshipRecord:
    """Return the record as it stood after some of its events. Its row is of today: people keep their names."""
    history = replace(record.history, events=tuple(events))
    state, entered = stages_entered(history)
    now = history.events[-1][0].decided_at
    row = {**record.row, "mentor": state.mentor, "status": "ended" if state.ended else "open"}
    row["proposed_mentor"] = state.matching.proposal.mentor if state.matching.proposal else ""
    row["mentor_name"] = record.names.get(row["mentor"] or row["proposed_mentor"])
    dates = Dates(record.dates.language, record.dates.zone, now)
    return replace(record, row=row, state=state, entered=entered, history=history, dates=dates)


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
    for claim in state.claims:
        heard = "withdrawn" if claim.withdrawn else claim.heard
        yield Fact(term=then.label(claim.kind).capitalize(), text=what_holds.money_word(heard, say))


def _tasks(then: RelationshipRecord) -> Iterator[str]:
    names = words(Language(then.dates.language))["name"]
    yield from (names[task.kind] for task in then.state.tasks if task.open)


def _deadlines(then: RelationshipRecord) -> Iterator[Fact]:
    for timer in sorted(then.state.timers, key=lambda each: (each.due, each.subject)):
        day = then.dates.due_by(timer.due)
        yield Fact(term=then.say(f"relationships.next.{timer.subject}"), text=then.dates.long(day))
