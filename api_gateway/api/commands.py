"""One route per command, made from the command classes: ``POST /v1/relationships/{id}/log-meeting``."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Request, Response
from pydantic import BaseModel

from api_gateway.api import Key, Parts, answered, command_id, printed
from api_gateway.auth import Caller, allowed
from api_gateway.form_documents import settled, staged
from api_gateway.schemas import body_of, kebab, made, sealed_texts
from domain import obligation, relationship
from domain.actors import Actor, Role
from domain.ids import derive
from domain.messages import Command, Receipt
from domain.stages.application import OpenRelationship

router = APIRouter()
Subject = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


def asked_by_people(kind: type[Command]) -> bool:
    """Whether a command is for people; the others are sent by workflows and by the start."""
    return kind is not OpenRelationship and set(kind.roles) != {Role.SYSTEM}


def route(subject_kind: str, kind: type[Command]) -> Callable[..., Awaitable[Any]]:
    """The endpoint of one command."""
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
        actor = caller.acting(kind.roles)
        values: dict[str, Any] = {"id": command, "actor": actor}
        values |= await staged(office, kind, subject, body, command, caller, actor)
        for name, text in sealed_texts(kind, body).items():
            values[name] = await seal(office, name, text, command, subject, caller) if text else None
        answer = await office.mentoring.send(
            subject_kind, subject, made(kind, body, **values), await printed(request)
        )
        if aside := getattr(body, kind.aside, "") if kind.aside else "":
            await keep_aside(office, kind.aside, aside, command, subject, actor)
        await settled(office, subject, values.get("answers"), caller)
        return answered(response, answer)

    annotations = endpoint.__annotations__
    annotations["body"] = Annotated[model, Body()]
    annotations["caller"] = Annotated[Caller, Depends(allowed(*kind.roles))]
    endpoint.__doc__ = kind.__doc__
    return endpoint


async def seal(office: Any, name: str, text: str, command: str, subject: str, caller: Caller) -> Any:
    """A command's own text as a sealed document; who may open it is said where it is read."""
    return await office.documents.keep(
        {name: text},
        id=derive("document", command),
        scope=subject,
        person=caller.person,
        form=name,
        privacy="c2s",
    )


async def keep_aside(office: Any, name: str, text: str, command: str, subject: str, writer: Actor) -> None:
    """A text beside a command that succeeded: sealed for its writer, and in no event but that there is one."""
    await office.documents.add_sealed(
        {name: text},
        id=derive("document", command),
        scope=derive(name, subject),
        writer=writer,
        relationship=subject,
    )


def add_commands(subject_kind: str, kinds: tuple[type[Command], ...]) -> None:
    """Add the routes of a kind of subject."""
    for kind in kinds:
        if asked_by_people(kind):
            router.add_api_route(
                f"/{subject_kind}s/{{subject}}/{kebab(kind.__name__)}",
                route(subject_kind, kind),
                methods=["POST"],
                response_model=Receipt,
                operation_id=f"{subject_kind}s.{kebab(kind.__name__).replace('-', '_')}",
                tags=[f"{subject_kind}s"],
            )


add_commands("relationship", relationship.COMMANDS)
add_commands("obligation", obligation.COMMANDS)
