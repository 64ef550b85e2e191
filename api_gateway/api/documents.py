"""Documents: what was handed in, as far as its reader may see it."""

from typing import Any

from fastapi import APIRouter

from activities.adapters.files.form_files import shipped_forms
from api_gateway.http.auth import Anybody
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.services.form_answers import seat_of
from api_gateway.services.problem import Problem
from api_gateway.services.visible import visible_relationship
from domain.actors import Role
from domain.forms.model import Filler, seen_by

router = APIRouter(tags=["forms"])


@router.get("/relationships/{subject}/documents/{document}", operation_id="relationships.document")
async def document(subject: Subject, document: str, office: Parts, caller: Anybody) -> dict[str, Any]:
    """What was handed in, as far as the reader may see it: the writer all, staff of the region what is not private.

    Answers to a survey are read by nobody but their writer; others see results.
    """
    found = await visible_relationship(office.views, caller, subject)
    filed = [row for row in await office.forms.filed(subject) if row["id"] == document]
    if not filed:
        raise Problem(404, "not_found")
    row = filed[0]
    writer, seat = row["person"] == caller.person, seat_of(caller, found)
    in_pair = seat in (Filler.MENTOR, Filler.MENTEE)
    staff = seat is Filler.COORDINATOR or (Role.ADMIN in caller.roles and not in_pair)
    use = (await office.form_answers.rules_of(subject)).form(row["form"])
    definition = shipped_forms().get((row["form"], row["version"]))
    if definition is None:
        raise Problem(404, "unknown_form")
    counted = bool(use.audience) if use is not None else bool(definition.scale)
    if not writer and (counted or not (staff or seat)):
        raise Problem(403, "only_in_aggregate" if counted else "not_the_writer")
    reader = None if writer else caller.acting((Role.COORDINATOR, Role.ADMIN, Role.PARTICIPANT))
    content = await office.documents.read(document, relationship=subject, reader=reader)
    if content is None:
        raise Problem(404, "not_found")
    seen = seen_by(definition, content, writer=writer, in_pair=in_pair, staff=staff)
    return {**row, "answers": seen}
