"""One route per command, generated from the command classes: ``POST /v1/relationships/{id}/log-meeting``."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import BaseModel

from api_gateway.http.acting import roles_here, standing_in
from api_gateway.http.auth import Anybody, TokenFirst, allowed
from api_gateway.http.command_bodies import FOR_A_PERSON, body_of, command_from, kebab, sealed_texts
from api_gateway.http.idempotency import Key, answer_body, command_id, request_fingerprint
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Subject, TermSubject
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.form_answers import Submission
from api_gateway.services.problem import Problem, broken_rule
from api_gateway.services.receipts import ShownReceipt
from api_gateway.services.scans import demand_scan
from api_gateway.services.sealed_texts import keep_aside, seal
from api_gateway.services.writer import demand_named, demand_subject
from domain.actors import Actor, Role
from domain.messages import By, Command
from domain.payments import obligation
from domain.relationship.rooms import COMMANDS
from domain.relationship.stages.application.opening import OpenRelationship
from domain.relationship.stages.meetings.groups import LogGroupMeeting
from domain.term import decider as term

router = APIRouter(route_class=TokenFirst)


@router.get("/commands/{key}", operation_id="commands.get", tags=["office"])
async def command(key: str, office: Parts, caller: Anybody) -> Mapping[str, Any]:
    """Return the status of the command that the caller sent under this Idempotency-Key."""
    found = await office.reads.commands.one(caller.sight, command_id(caller, key))
    if found is None:
        raise Problem(404, "not_found")
    return {**found, "answer": office.receipts.shown(found["answer"] or {}) or None}


def sent_by_people(kind: type[Command]) -> bool:
    """Return whether a command has its own route; others are sent by workflows, at the start, or for a whole group."""
    return kind not in (OpenRelationship, LogGroupMeeting) and set(kind.roles) != {Role.SYSTEM}


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
        command = command_id(caller, key)
        caller = await standing_in(office, caller, subject)
        actor = await _actor(office, kind, caller, subject, body, command)
        sent = Submission(kind=kind, subject=subject, body=body, command=command, caller=caller, actor=actor)
        await _demand_here(office, sent)
        await demand_scan(office.documents, subject, getattr(body, "scan", None))
        documents = await _documents_of(office, sent)
        whole = command_from(kind, body, id=command, actor=actor, **documents)
        answer = await office.sender.send(subject_kind, subject, whole, await request_fingerprint(request))
        await office.form_answers.forget_draft(sent, documents.get("answers"))
        return answer_body(response, answer)

    annotations = endpoint.__annotations__
    annotations["subject"] = subject_from
    annotations["body"] = Annotated[model, Body()]
    annotations["caller"] = Annotated[Caller, Depends(allowed(*senders(kind)))]
    endpoint.__doc__ = kind.__doc__
    return endpoint


async def _documents_of(office: Office, sent: Submission) -> dict[str, Any]:
    """Keep the documents that come with a command: answers, sealed texts, and a text kept beside it."""
    kind, body = sent.kind, sent.body
    kept: dict[str, Any] = dict(await office.form_answers.keep(sent))
    for name, text in sealed_texts(kind, body).items():
        kept[name] = await seal(office.documents, name, text, sent) if text else None
    if aside := getattr(body, kind.aside, "") if kind.aside else "":
        await keep_aside(office.documents, kind.aside, aside, sent)
    return kept


def senders(kind: type[Command]) -> tuple[Role, ...]:
    """Return the roles in which a command may be sent: those of its class, and staff who act for a person."""
    staff = (Role.COORDINATOR,) if kind.by is By.OWN_OR_STAFF else ()
    return tuple(dict.fromkeys((*kind.roles, *staff)))


async def _actor(
    office: Office, kind: type[Command], caller: Caller, subject: str, body: BaseModel, command: str
) -> Actor:
    """Return who acts: the caller in their own name, or staff for the person whom the body names."""
    if kind.by is not By.OWN_OR_STAFF:
        return caller.acting(await roles_here(office, kind, caller, subject))
    person, reason = (getattr(body, name) for name in FOR_A_PERSON)
    if person:
        return caller.acting_for(person, reason)
    if reason:
        raise broken_rule("acting_for_missing", "acting_for")
    try:
        return caller.acting(await roles_here(office, kind, caller, subject))
    except Problem as problem:
        staff = caller.acting((Role.COORDINATOR,))
        await office.intake.refuse(
            command=command, kind=kind.__name__, code=problem.recorded, actor=staff, subject=subject
        )
        raise


async def _demand_here(office: Office, sent: Submission) -> None:
    """Refuse what is about another association, or names somebody of it, and record the attempt.

    A repeated request gets its first answer, whatever has changed since.
    """
    try:
        await demand_subject(office.facts, sent.caller, sent.subject)
        await demand_named(office.facts, sent.caller, sent.kind, sent.body)
    except Problem as problem:
        if await office.intake.knows(sent.command):
            return
        await office.intake.refuse(
            command=sent.command,
            kind=sent.kind.__name__,
            code=problem.recorded,
            actor=sent.actor,
            subject=sent.subject,
        )
        raise


def add_commands(
    subject_kind: str, kinds: tuple[type[Command], ...], path: str = "", subject_from: Any = Subject
) -> None:
    """Add the routes for one kind of subject, under its own id or under ``path``."""
    for kind in kinds:
        if sent_by_people(kind):
            router.add_api_route(
                f"{path or f'/{subject_kind}s/{{subject}}'}/{kebab(kind.__name__)}",
                route(subject_kind, kind, subject_from),
                methods=["POST"],
                response_model=ShownReceipt,
                operation_id=f"{subject_kind}s.{kebab(kind.__name__).replace('-', '_')}",
                tags=[f"{subject_kind}s"],
            )


add_commands("relationship", COMMANDS)
add_commands("obligation", obligation.COMMANDS)
add_commands("term", term.COMMANDS, "/terms/{term}/regions/{region}", TermSubject)
