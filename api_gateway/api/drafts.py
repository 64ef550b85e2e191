"""Drafts: what a person has written in a form so far, saved over the version that the person has read."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Header, Response

from api_gateway.http.auth import Anybody, TokenFirst
from api_gateway.http.fields import Answers, StrictBody
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference, Subject
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.form_answers import FormInUse, form_in_use, seat_of
from api_gateway.services.problem import Problem
from api_gateway.services.visible import visible_relationship

router = APIRouter(route_class=TokenFirst, tags=["forms"])


class Draft(StrictBody):
    """What is written so far. Answers may be missing; those that are given must fit."""

    example: ClassVar = {"answers": "@answers.form"}

    answers: Answers


@router.get("/relationships/{subject}/forms/{form}", operation_id="relationships.read_draft")
async def read_draft(
    subject: Reference, form: str, response: Response, office: Parts, caller: Anybody
) -> dict[str, Any]:
    """Return the caller's own draft of a form, with its version as ``ETag``; version 0 if nothing was saved."""
    subject, question, caller = await _own(office, caller, subject, form)
    draft = await office.form_answers.draft(caller, subject, form)
    return _draft_body(response, question, draft.ver, draft.answers)


@router.put("/relationships/{subject}/forms/{form}", operation_id="relationships.save_draft")
async def save_draft(
    subject: Subject,
    form: str,
    body: Draft,
    response: Response,
    office: Parts,
    caller: Anybody,
    if_match: Annotated[str, Header()] = "",
) -> dict[str, Any]:
    """Save the caller's draft over the version that ``If-Match`` names (``"0"`` for a new one).

    The last save may be repeated: the same answers over the same version get the same answer as the first time.
    """
    _, question, caller = await _own(office, caller, subject, form)
    if not if_match:
        raise Problem(428, "if_match_missing")
    seen = re.fullmatch(r'"(\d{1,9})"', if_match)
    answers = question.demand(body.answers, draft=True)
    saved = None
    if seen is not None:
        saved = await office.drafts.save(
            answers,
            relationship=subject,
            form=form,
            version=question.form.version,
            person=caller.person,
            seen=int(seen[1]),
        )
    if saved is None:
        current = await office.reads.drafts.own(caller.sight, subject, form)
        raise Problem(412, "draft_changed", headers={"ETag": f'"{current.ver}"'})
    return _draft_body(response, question, saved, answers)


async def _own(office: Office, caller: Caller, subject: str, form: str) -> tuple[str, FormInUse, Caller]:
    """Return a pair's id, its form if the caller fills it in, and the caller under the id that is in the pair.

    404 for an unknown pair, 403 for a form of someone else.
    """
    found = await visible_relationship(office.reads, caller, subject)
    question = form_in_use(await office.form_answers.rules_of(found["id"]), form)
    if question.use.by is not seat_of(caller, found):
        raise Problem(403, "form_of_the_other_side")
    return found["id"], question, caller.standing((found["mentee"], found["mentor"]))


def _draft_body(
    response: Response, question: FormInUse, ver: int, answers: Mapping[str, Any]
) -> dict[str, Any]:
    response.headers["ETag"] = f'"{ver}"'
    left = [{"path": fault.path, "code": fault.code} for fault in question.faults(answers)]
    return {
        "form": question.use.form,
        "version": question.form.version,
        "ver": ver,
        "answers": dict(answers),
        "still_wanted": left,
    }
