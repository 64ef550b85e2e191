"""Exports: people, memberships and mentors as lists that the import reads back exactly."""

from typing import Final

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
LEFT_OUT: Final = "Left-Out"
LEFT_OUT_COUNT: Final = "Left-Out-Count"
MOST_NAMED: Final = 50
"""The most ids in one header."""


@router.get(
    "/exports/{kind}",
    operation_id="exports.list",
    response_class=Response,
    responses={200: {"content": {CSV: {}}, "description": "A list, as POST /v1/imports reads it"}},
)
async def export_list(kind: RosterKind, office: Parts, caller: Writers, association: str = "") -> Response:
    """Return people, memberships or mentors of the caller's regions as a csv file. Each export is an event.

    ``association`` is that of the caller; another one is unknown. Memberships and mentors of people without a member
    number are not in the list: the header ``Left-Out-Count`` says how many people that are, and ``Left-Out`` has the
    ids of the first 50.
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
    export = await of[kind](caller.sight, chosen, actor)
    headers = {"Content-Disposition": f'attachment; filename="{kind.value}.csv"'}
    if export.left_out:
        headers |= {
            LEFT_OUT: ",".join(export.left_out[:MOST_NAMED]),
            LEFT_OUT_COUNT: str(len(export.left_out)),
        }
    return Response(write_export(kind, export.rows), media_type=f"{CSV}; charset=utf-8", headers=headers)
