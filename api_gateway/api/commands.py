"""One route per command, generated from the command classes: ``POST /v1/relationships/{id}/log-meeting``."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import BaseModel

from api_gateway.http.auth import Anybody, TokenFirst, allowed
from api_gateway.http.carry_out import COMMANDS, SentCommand, carry_out, senders, sent_by_people
from api_gateway.http.command_bodies import body_of, kebab
from api_gateway.http.idempotency import Key, answer_body, command_id, request_fingerprint
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject, TermSubject
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from api_gateway.services.receipts import ShownReceipt
from domain.messages import Command

router = APIRouter(route_class=TokenFirst)


@router.get("/commands/{key}", operation_id="commands.get", tags=["office"])
async def command(key: str, office: Parts, caller: Anybody) -> Mapping[str, Any]:
    """Return the status of the command that the caller sent under this Idempotency-Key."""
    found = await office.reads.commands.one(caller.sight, command_id(caller, key))
    if found is None:
        raise Problem(404, "not_found")
    return {**found, "answer": office.receipts.shown(found["answer"] or {}) or None}


def route(
    subject_kind: str, kind: type[Command], subject_from: Any = Subject
) -> Callable[..., Awaitable[Any]]:
    """Return the endpoint of one command; ``subject_from`` says where in the path its subject is."""
    model = body_of(kind)

    async def endpoint(
        subject: Subject,
        body: BaseModel,
        request: Request,
        response: Response,
        key: Key,
        office: Parts,
        caller: Caller,
    ) -> Any:
        sent = SentCommand(
            kind=kind,
            subject_kind=subject_kind,
            subject=subject,
            body=body,
            command=command_id(caller, key),
            print_=await request_fingerprint(request),
        )
        return answer_body(response, await carry_out(office, caller, sent))

    annotations = endpoint.__annotations__
    annotations["subject"] = subject_from
    annotations["body"] = Annotated[model, Body()]
    annotations["caller"] = Annotated[Caller, Depends(allowed(*senders(kind)))]
    endpoint.__doc__ = kind.__doc__
    return endpoint


def add_commands(subject_kind: str, path: str = "", subject_from: Any = Subject) -> None:
    """Add the routes for one kind of subject, under its own id or under ``path``."""
    for kind in COMMANDS[subject_kind]:
        if sent_by_people(kind):
            router.add_api_route(
                f"{path or f'/{subject_kind}s/{{subject}}'}/{kebab(kind.__name__)}",
                route(subject_kind, kind, subject_from),
                methods=["POST"],
                response_model=ShownReceipt,
                operation_id=f"{subject_kind}s.{kebab(kind.__name__).replace('-', '_')}",
                tags=[f"{subject_kind}s"],
            )


add_commands("relationship")
add_commands("obligation")
add_commands("term", "/terms/{term}/regions/{region}", TermSubject)
