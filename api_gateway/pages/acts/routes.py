"""The pages of acts: for each subject what can be done now, and one form for each act."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject, TermSubject
from api_gateway.http.sessions import SessionFirst, Visitor, visitor_with
from api_gateway.pages.acts.about import about
from api_gateway.pages.acts.act import act_here
from api_gateway.pages.acts.listed import groups_of
from api_gateway.pages.acts.sending import opened, send
from api_gateway.pages.view import page
from domain.actors import Role

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
ActVisitor = Annotated[Visitor, Depends(visitor_with(Role.COORDINATOR, Role.PAYMENT_STAFF, Role.ADMIN))]
"""Those who may send a command at all; which of them sends which, the commands say."""


async def chosen_before(
    acting_for: str = "",
    meeting: str = "",
    observation: str = "",
    request: str = "",
    complaint: str = "",
    person: str = "",
    document: str = "",
    form: str = "",
    side: str = "",
    mentor: str = "",
    order: str = "",
    limit: str = "",
    period: str = "",
    relationships: str = "",
    month: str = "",
    audience: str = "",
    entry: str = "",
    about_task: str = "",
    reason: str = "",
) -> Mapping[str, list[str]]:
    """Return what an address chooses for a form that it opens: one of the subject's records, by its field."""
    named = {name: value for name, value in locals().items() if value}
    renamed = {"entry": "act", "about_task": "task"}
    return {renamed.get(name, name): [value] for name, value in named.items()}


ChosenBefore = Annotated[Mapping[str, list[str]], Depends(chosen_before)]


def _add(kind: str, path: str, subject_from: Any) -> None:
    """Add the pages of acts on one kind of subject."""

    async def listed(subject: str, request: Request, office: Parts, visitor: ActVisitor) -> Response:
        """Show everything that the visitor can do about a subject, and in words why not the rest."""
        here = await about(office, visitor, kind, subject)
        groups = await groups_of(office, here)
        return page(request, "acts/list.html", visitor, place=here.href, about=here, groups=groups)

    async def form(
        subject: str,
        act: str,
        request: Request,
        office: Parts,
        visitor: ActVisitor,
        chosen: ChosenBefore,
        task: str = "",
        back: str = "",
    ) -> Response:
        """Show the form of an act."""
        here = await act_here(office, visitor, kind, subject, act, chosen)
        return await opened(request, here, chosen, task=task, back=back)

    async def sent(subject: str, act: str, request: Request, office: Parts, visitor: ActVisitor) -> Response:
        """Carry out an act, and go on."""
        return await send(request, office, visitor, kind, subject, act)

    for endpoint in (listed, form, sent):
        endpoint.__annotations__["subject"] = subject_from
    router.add_api_route(f"{path}/acts", listed, methods=["GET"])
    router.add_api_route(f"{path}/acts/{{act}}", form, methods=["GET"])
    router.add_api_route(f"{path}/acts/{{act}}", sent, methods=["POST"])


_add("relationship", "/relationships/{subject}", Subject)
_add("obligation", "/payments/{subject}", Subject)
_add("term", "/terms/{term}/regions/{region}", TermSubject)
