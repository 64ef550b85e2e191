"""The last email to a pair, sent again: asked about once more, then done, with what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request, Response

from activities.adapters.files.task_words import code_in_words
from api_gateway.http.office import Parts
from api_gateway.http.own_path import own_path
from api_gateway.http.path_ids import Subject
from api_gateway.http.sessions import SessionFirst, Visitor, visitor_with
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts.words import refusal
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.own_forms import FormKey, command_of, done, new_key
from api_gateway.pages.people import pair_shown
from api_gateway.pages.record.email_acts import acts_now
from api_gateway.pages.view import page
from api_gateway.services.problem import Problem
from api_gateway.services.visible import visible_relationship
from domain.actors import Role
from domain.ids import derive
from domain.languages import Language
from domain.staff_on_emails import EmailAct
from domain.visibility import CONFIDENTIAL_NOTICES

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
CoordinatorVisitor = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR))]
_LOOKED_AT: Final = 50
"""How many of the newest emails about a pair are looked at."""
_TOGETHER: Final = timedelta(minutes=10)
"""Emails of one kind to both sides that left within this time are one reminder."""
REMIND: Final = "remind"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastEmails:
    """The last emails to a pair: none, one, or the same one to both sides."""

    pair: Mapping[str, Any]
    emails: Sequence[Mapping[str, Any]]
    may: Sequence[Mapping[str, Any]]
    """Those of them that the visitor can send again now."""


@router.get("/relationships/{subject}/remind", operation_id="pages.relationships.remind.form")
async def ask(
    request: Request, visitor: CoordinatorVisitor, office: Parts, subject: Subject, back: str = ""
) -> Response:
    """Show the last email to a pair, and ask whether it is to be sent again."""
    found = await _last(office, visitor, subject)
    return await _asking(request, office, visitor, found, back)


@router.post("/relationships/{subject}/remind", operation_id="pages.relationships.remind")
async def do(
    request: Request,
    visitor: CoordinatorVisitor,
    office: Parts,
    subject: Subject,
    key: FormKey,
    back: Annotated[str, Form()] = "",
    email: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Send the emails again that the page showed, and go back to where it was asked."""
    found = await _last(office, visitor, subject)
    shown = [row for row in found.emails if row["id"] in (email or ())]
    wrong = []
    for row in shown:
        command = derive("remind", command_of(visitor, key), row["id"])
        try:
            await office.staff_on_emails.act(visitor.caller, row["id"], EmailAct.SEND_AGAIN, command)
        except Problem as problem:
            if problem.status != 409:
                raise
            wrong.append(f"{row['person_name']}: {refusal(problem, visitor.language)}")
    if wrong or not shown:
        return await _asking(request, office, visitor, found, back, wrong=wrong, status=409)
    return done(own_path(back) or links.relationship(subject), REMIND)


async def _last(office: Office, visitor: Visitor, subject: str) -> LastEmails:
    pair = await visible_relationship(office.reads, visitor.caller, subject)
    if {*visitor.caller.ids} & {pair["mentee"], pair["mentor"]}:
        raise Problem(403, "on_the_pair")
    rows = await office.reads.notices.of_subject(visitor.caller.sight, subject, _LOOKED_AT)
    sides = {pair["mentee"], pair["mentor"]} - {""}
    of_pair = [row for row in rows if row["person"] in sides and row["kind"] not in CONFIDENTIAL_NOTICES]
    left = [row for row in of_pair if row["sent_at"] and row["status"] == "sent"]
    newest = max(left, key=lambda row: str(row["sent_at"]), default=None)
    same = [row for row in left if newest is not None and _is_same(row, newest)]
    emails = list({row["person"]: row for row in reversed(same)}.values())
    now = await office.clock.now()
    may = [row for row in emails if EmailAct.SEND_AGAIN in acts_now(row, pair["region"], visitor.caller, now)]
    return LastEmails(pair=pair, emails=emails, may=may)


def _is_same(row: Mapping[str, Any], newest: Mapping[str, Any]) -> bool:
    """Return whether an email is the newest one, or the same to the other side."""
    apart = datetime.fromisoformat(newest["sent_at"]) - datetime.fromisoformat(row["sent_at"])
    return row["kind"] == newest["kind"] and row["data"] == newest["data"] and apart <= _TOGETHER


async def _asking(
    request: Request,
    office: Office,
    visitor: Visitor,
    found: LastEmails,
    back: str,
    *,
    wrong: Sequence[str] = (),
    status: int = 200,
) -> Response:
    dates = await dates_of(office, visitor)
    ids = {row["id"] for row in found.may}
    return page(
        request,
        "coordinator/remind.html",
        visitor,
        status=status,
        place=links.RELATIONSHIPS,
        pair=pair_shown(found.pair, dates.say),
        action=links.remind(found.pair["id"]),
        back=own_path(back) or links.relationship(found.pair["id"]),
        emails=[
            {
                "id": row["id"],
                "to": row["person_name"] or dates.say("parts.unseen"),
                "what": code_in_words(row["kind"], Language(visitor.language)),
                "left": dates.at(row["sent_at"]),
                "may": row["id"] in ids,
            }
            for row in found.emails
        ],
        possible=bool(ids),
        errors=[{"text": text, "field": ""} for text in wrong],
        new_key=new_key,
    )
