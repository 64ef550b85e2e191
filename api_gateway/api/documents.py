"""Documents: what was submitted, as far as the reader may see it."""

from typing import Any

from fastapi import APIRouter

from activities.adapters.files.form_files import shipped_forms
from api_gateway.http.auth import Anybody, TokenFirst
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.services.problem import Problem
from api_gateway.services.visible import visible_relationship
from domain.actors import Role
from domain.forms.model import seen_by
from domain.visibility import Data, of_form

router = APIRouter(route_class=TokenFirst, tags=["forms"])


@router.get("/relationships/{subject}/documents/{document}", operation_id="relationships.document")
async def document(subject: Reference, document: str, office: Parts, caller: Anybody) -> dict[str, Any]:
    """Return what was submitted: all of it to its writer, and what is not private to staff of the region.

    Only the writer can read answers to a survey; others see results.
    """
    found = await visible_relationship(office.reads, caller, subject)
    subject = found["id"]
    filed = await office.reads.relationships.forms(caller.sight, subject)
    row = next((each for each in filed if each["id"] == document), None)
    if row is None:
        raise Problem(404, "not_found")
    use = (await office.form_answers.rules_of(subject)).form(row["form"])
    definition = shipped_forms().get((row["form"], row["version"]))
    if definition is None:
        raise Problem(404, "unknown_form")
    counted = bool(use.audience) if use is not None else bool(definition.scale)
    record = of_form(found, row["person"], counted=counted)
    if not caller.sight.opens(record):
        raise Problem(403, "only_in_aggregate" if counted else "not_the_writer")
    writer = caller.sight.sees(Data.OWN_WRITING, record)
    reader = caller.acting(caller.roles if writer else (Role.COORDINATOR, Role.ADMIN, Role.PARTICIPANT))
    content = await office.reads.documents.answers(caller.sight, subject, document, reader, counted=counted)
    if content is None:
        raise Problem(404, "not_found")
    return {**row, "answers": seen_by(definition, content, caller.sight.readable(record))}
