"""Exports: people, memberships and mentors as lists that the import reads back exactly."""

from fastapi import APIRouter, Response

from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.write import write_export
from api_gateway.http.auth import TokenFirst, Writers
from api_gateway.http.office import Parts
from api_gateway.services.associations import association_of
from api_gateway.services.problem import Problem
from api_gateway.services.writer import WRITERS

router = APIRouter(route_class=TokenFirst, tags=["imports"])
CSV = "text/csv"


@router.get(
    "/exports/{kind}",
    operation_id="exports.list",
    response_class=Response,
    responses={200: {"content": {CSV: {}}, "description": "A list, as POST /v1/imports reads it"}},
)
async def export_list(kind: RosterKind, office: Parts, caller: Writers, association: str = "") -> Response:
    """Return people, memberships or mentors of the caller's regions as a csv file. Each export is an event.

    ``association`` is that of the caller; another one is unknown.
    """
    reads = office.reads.exports
    actor = caller.acting(WRITERS)
    chosen = association_of(caller, association)
    of = {
        RosterKind.PEOPLE: reads.people,
        RosterKind.MEMBERSHIPS: reads.memberships,
        RosterKind.MENTORS: reads.mentors,
    }
    if kind not in of:
        raise Problem(404, "not_found")
    rows = await of[kind](caller.sight, chosen, actor)
    headers = {"Content-Disposition": f'attachment; filename="{kind.value}.csv"'}
    return Response(write_export(kind, rows), media_type=f"{CSV}; charset=utf-8", headers=headers)
