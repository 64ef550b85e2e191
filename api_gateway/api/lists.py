"""What people may see: lists with cursors, one relationship, its history, its state at a moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from activities.adapters.postgres.reads.lists import Page, Scope, Views
from api_gateway.api import Parts, command_id
from api_gateway.api.commands import Subject
from api_gateway.http.auth import Anybody, Caller, Readers, Staff
from api_gateway.http.problems import Problem
from api_gateway.services.quiet import WHOLE, Reader, reader_of
from domain.codec import to_plain
from domain.ids import x_stream
from domain.journal import Envelope, Kind, fold
from domain.payments import obligation as obligation_stream
from domain.relationship.evolve import CATALOG, evolve, first_state
from domain.relationship.state import Relationship
from domain.term import decider as term_stream

router = APIRouter()
Limit = Annotated[int, Query(ge=1, le=100)]


def scope(caller: Caller) -> Scope:
    """What a caller may see, from roles and regions."""
    return Scope(
        person=caller.person,
        everything=caller.sees_all,
        regions=caller.sees_regions,
        quiet=caller.sees_quiet,
    )


def shown(page: Page, response: Response, path: str) -> dict[str, Any]:
    """A page as the API answers it, with a link to the next one."""
    if page.next:
        response.headers["Link"] = f'<{path}?after={page.next}>; rel="next"'
    return {"data": list(page.rows), "next": page.next or None, "has_more": bool(page.next)}


@router.get("/relationships", operation_id="relationships.list", tags=["relationships"])
async def relationships(
    response: Response,
    office: Parts,
    caller: Anybody,
    after: str = "",
    limit: Limit = 50,
    status: str = "",
    stage: str = "",
) -> dict[str, Any]:
    """Relationships that the caller may see, in the order in which they were opened."""
    page = await office.views.relationships(
        scope(caller), after=after, limit=limit, status=status, stage=stage
    )
    return shown(page, response, "/v1/relationships")


@router.get("/relationships/{subject}", operation_id="relationships.get", tags=["relationships"])
async def relationship(
    subject: Subject, request: Request, response: Response, office: Parts, caller: Anybody
) -> Any:
    """One relationship with its meetings, claims and tasks."""
    return tagged(request, response, await visible(office, caller, subject))


def tagged(request: Request, response: Response, found: Mapping[str, Any]) -> Any:
    """A single thing with its version as a strong ``ETag``; 304 for a reader who has that version."""
    parts = [row for value in found.values() if isinstance(value, list) for row in value]
    version = max(row["applied_seq"] for row in (found, *parts) if row.get("stream") == found["stream"])
    tag = f'"{version}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return found


async def visible(office: Any, caller: Caller, subject: str) -> Mapping[str, Any]:
    """A relationship that the caller may see; 404 for any other."""
    found: Mapping[str, Any] | None = await office.views.relationship(scope(caller), subject)
    if found is None:
        raise Problem(404, "not_found")
    return found


def demand_outside(caller: Caller, found: Mapping[str, Any]) -> None:
    """Refuse somebody of the pair, whatever the caller's office: who asked or complained stays unknown there."""
    if caller.person in (found["mentee"], found["mentor"]):
        raise Problem(403, "own_relationship")


def demand_quiet(caller: Caller, found: Mapping[str, Any]) -> None:
    """Refuse whoever may not know of quiet matters: somebody of the pair, and whoever is here for the money alone."""
    demand_outside(caller, found)
    if not caller.sees_quiet_of(found["region"]):
        raise Problem(403, "role_not_allowed")


@router.get("/relationships/{subject}/history", operation_id="relationships.history", tags=["relationships"])
async def history(
    subject: Subject, office: Parts, caller: Readers, at: datetime | None = None
) -> dict[str, Any]:
    """Who did what under which rule; with ``at`` the state at that moment, folded from the events before it.

    Administrators and auditors read it with its hashes, for the chain is checked by them.
    """
    demand_quiet(caller, await visible(office, caller, subject))
    return await told(office, subject, at, await reader_of(office, caller, subject))


async def told(
    office: Any, stream: str, at: datetime | None = None, reader: Reader = WHOLE
) -> dict[str, Any]:
    """The events of a stream as somebody reads them; with ``at`` the state at that moment."""
    events = reader.shown(await office.views.history(stream))
    if at is not None:
        if at.tzinfo is None:
            raise Problem(422, "time_without_offset")
        return {"at": at.isoformat(), "state": await state_at(office.views, events, at, reader)}
    return {"data": reader.entries(events)}


# Streams whose first event says everything that the fold begins with.
_FOLDS: Final = {Kind.OBLIGATION: obligation_stream, Kind.TERM: term_stream}


async def state_at(
    views: Views, events: tuple[tuple[Envelope, str], ...], at: datetime, reader: Reader = WHOLE
) -> Any:
    """The fold of all events that were decided by then; None before the first."""
    before = [envelope for envelope, _ in events if envelope.decided_at <= at]
    if not before:
        return None
    if (stream := _FOLDS.get(before[0].kind)) is not None:
        start = stream.new(id=before[0].stream, now=before[0].decided_at)
        return to_plain(fold(start, before, stream.CATALOG, stream.evolve))
    return to_plain(reader.state(await folded(views, before), len(before)))


async def folded(views: Views, before: Sequence[Envelope]) -> Relationship:
    """The fold of the first events of a relationship; there is at least one."""
    start = first_state(before[0], await views.course(before[0]))
    return fold(start, before, CATALOG, evolve)


@router.get(
    "/relationships/{subject}/side-history", operation_id="relationships.side_history", tags=["relationships"]
)
async def side_history(subject: Subject, office: Parts, caller: Readers) -> dict[str, Any]:
    """Refusals, readings and parkings beside a relationship."""
    demand_quiet(caller, await visible(office, caller, subject))
    return await told(office, x_stream(subject), reader=await reader_of(office, caller, subject))


@router.get("/obligations", operation_id="obligations.list", tags=["obligations"])
async def obligations(
    response: Response, office: Parts, caller: Staff, after: str = "", limit: Limit = 50, state: str = ""
) -> dict[str, Any]:
    """Money owed, in the order in which it falls due."""
    page = await office.views.obligations(scope(caller), after=after, limit=limit, state=state)
    return shown(page, response, "/v1/obligations")


@router.get("/obligations/{subject}", operation_id="obligations.get", tags=["obligations"])
async def obligation(
    subject: Subject, request: Request, response: Response, office: Parts, caller: Staff
) -> Any:
    """One obligation with its orders, claims and tasks."""
    return tagged(request, response, await owed(office, caller, subject))


async def owed(office: Any, caller: Caller, subject: str) -> Mapping[str, Any]:
    """An obligation that the caller may see; 404 for any other."""
    found: Mapping[str, Any] | None = await office.views.obligation(scope(caller), subject)
    if found is None:
        raise Problem(404, "not_found")
    return found


@router.get("/obligations/{subject}/history", operation_id="obligations.history", tags=["obligations"])
async def obligation_history(
    subject: Subject, office: Parts, caller: Staff, at: datetime | None = None
) -> dict[str, Any]:
    """Who did what with this money; with ``at`` the state at that moment."""
    await owed(office, caller, subject)
    return await told(office, subject, at)


@router.get("/tasks", operation_id="tasks.list", tags=["tasks"])
async def tasks(
    response: Response, office: Parts, caller: Staff, after: str = "", limit: Limit = 50, open: bool = True
) -> dict[str, Any]:
    """Work for staff, the oldest first: why it is here, and by when."""
    page = await office.views.tasks(scope(caller), after=after, limit=limit, open=open)
    return shown(page, response, "/v1/tasks")


@router.get("/notices", operation_id="notices.list", tags=["notices"])
async def notices(
    response: Response, office: Parts, caller: Staff, after: str = "", limit: Limit = 50, status: str = ""
) -> dict[str, Any]:
    """What was said to whom, and whether it went out."""
    page = await office.views.notices(scope(caller), after=after, limit=limit, status=status)
    return shown(page, response, "/v1/notices")


@router.get("/people", operation_id="people.list", tags=["reference"])
async def people(
    response: Response, office: Parts, caller: Readers, after: str = "", limit: Limit = 50
) -> dict[str, Any]:
    """People of the caller's regions."""
    page = await office.views.people(scope(caller), after=after, limit=limit)
    return shown(page, response, "/v1/people")


@router.get("/terms", operation_id="terms.list", tags=["reference"])
async def terms(response: Response, office: Parts, caller: Anybody) -> dict[str, Any]:
    """All terms."""
    return shown(await office.views.terms(), response, "/v1/terms")


@router.get("/regions", operation_id="regions.list", tags=["reference"])
async def regions(response: Response, office: Parts, caller: Anybody) -> dict[str, Any]:
    """All regions with their contacts."""
    return shown(await office.views.regions(), response, "/v1/regions")


@router.get("/commands/{key}", operation_id="commands.get", tags=["office"])
async def command(key: str, office: Parts, caller: Anybody) -> Mapping[str, Any]:
    """How far the command is that the caller sent under this Idempotency-Key."""
    found: Mapping[str, Any] | None = await office.views.command(command_id(caller, key))
    if found is None:
        raise Problem(404, "not_found")
    return found


@router.get("/mentors", operation_id="mentors.list", tags=["reference"])
async def mentors(response: Response, office: Parts, caller: Staff) -> dict[str, Any]:
    """Mentors with capacity and places taken."""
    return shown(await office.views.mentors(scope(caller)), response, "/v1/mentors")
