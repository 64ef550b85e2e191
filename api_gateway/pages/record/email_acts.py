"""What a coordinator does about one email: each act is asked about once more before it is done."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from activities.adapters.files.task_words import code_in_words, code_words
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject
from api_gateway.http.sessions import SessionFirst, Visitor, visitor_with
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts.words import refusal
from api_gateway.pages.coordinator.today import dates_of
from api_gateway.pages.own_forms import FormKey, command_of, new_key
from api_gateway.pages.parts import Link
from api_gateway.pages.view import page
from api_gateway.pages.words import Say
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from domain.actors import Role
from domain.languages import Language
from domain.notices import NoticeKind
from domain.staff_on_emails import EmailAct, EmailNow, WhyHeldBack, possible

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
CoordinatorVisitor = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR))]
OnPage = Annotated[str, Path(pattern="^(send-now|do-not-send|send-again)$")]
_REASONS: Final = [each.value for each in WhyHeldBack]


@router.get("/emails/{notice}/{act}")
async def ask(
    request: Request, visitor: CoordinatorVisitor, office: Parts, notice: Subject, act: OnPage
) -> Response:
    """Ask whether an act about an email is meant, and say what it leads to."""
    return await _question(request, visitor, office, notice, act)


@router.post("/emails/{notice}/{act}")
async def do(
    request: Request,
    visitor: CoordinatorVisitor,
    office: Parts,
    key: FormKey,
    notice: Subject,
    act: OnPage,
    why: Annotated[WhyHeldBack | None, Form()] = None,
) -> Response:
    """Do it, and go back to the pair; what has changed meanwhile is said on the same page."""
    asked = _act(act)
    if asked is EmailAct.DO_NOT_SEND and why is None:
        wrong = {"text": Say(Language(visitor.language))("papers.acts.no_reason"), "field": "why"}
        return await _question(request, visitor, office, notice, act, wrong, 422)
    row = await _row(office, visitor, notice)
    try:
        await office.staff_on_emails.act(visitor.caller, notice, asked, command_of(visitor, key), why)
    except Problem as problem:
        if problem.status != 409:
            raise
        wrong = {"text": refusal(problem, visitor.language), "field": ""}
        return await _question(request, visitor, office, notice, act, wrong, 409)
    return RedirectResponse(_back(row), status_code=303)


def email_acts(
    row: Mapping[str, Any], region: str, caller: Caller, now: datetime, say: Say
) -> Iterator[Link]:
    """Yield what a caller can do about an email of a matter in a region, each with the page that asks."""
    for act in acts_now(row, region, caller, now):
        name = act.value.replace("_", "-")
        yield Link(f"{links.email(row['id'])}/{name}", say(f"papers.acts.{act.value}"))


def acts_now(row: Mapping[str, Any], region: str, caller: Caller, now: datetime) -> tuple[EmailAct, ...]:
    """Return what a caller can do about an email of a matter in a region now."""
    if Role.COORDINATOR not in caller.roles:
        return ()
    sent_at = datetime.fromisoformat(row["sent_at"]) if row["sent_at"] else None
    email = EmailNow(
        kind=NoticeKind(row["kind"]),
        person=row["person"],
        region=region,
        of_money=False,
        status=row["status"],
        code=row["code"],
        sent_at=sent_at,
    )
    return possible(email, caller.acting((Role.COORDINATOR,)), caller.ids, now)


async def _question(
    request: Request,
    visitor: Visitor,
    office: Office,
    notice: str,
    act: str,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    row = await _row(office, visitor, notice)
    dates = await dates_of(office, visitor)
    words = code_words(Language(visitor.language))
    return page(
        request,
        "coordinator/email_act.html",
        visitor,
        status=status,
        place=links.RELATIONSHIPS,
        errors=[wrong] if wrong else [],
        act=_act(act).value,
        action=f"{links.email(notice)}/{act}",
        to=row["person_name"] or dates.say("parts.unseen"),
        what=code_in_words(row["kind"], Language(visitor.language)),
        waits=dates.at(row["not_before"]) if row["status"] == "pending" and row["not_before"] else None,
        left=dates.at(row["sent_at"]) if row["sent_at"] else None,
        reasons=[(each, words[each]) for each in _REASONS],
        new_key=new_key,
        back=_back(row),
    )


async def _row(office: Office, visitor: Visitor, notice: str) -> Mapping[str, Any]:
    row = await office.reads.notices.one(visitor.caller.sight, notice)
    if row is None:
        raise Problem(404, "not_found")
    return row


def _act(act: str) -> EmailAct:
    return EmailAct(act.replace("-", "_"))


def _back(row: Mapping[str, Any]) -> str:
    """Return the part of the pair's page with its emails; today's page for an email about no pair."""
    return f"{links.relationship(row['relationship'])}#emails" if row["relationship"] else links.TODAY
