"""One route per command, made from the command classes: ``POST /v1/relationships/{id}/log-meeting``."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Path, Request, Response
from pydantic import BaseModel

from activities.adapters.postgres.writes.documents import SEALED, SEALED_FORM
from api_gateway.api import Key, Parts, answered, command_id, printed
from api_gateway.http.auth import Caller, allowed
from api_gateway.http.command_bodies import body_of, kebab, made, sealed_texts
from api_gateway.http.problems import Problem
from api_gateway.services.form_answers import asked, rules_of, settled, staged
from domain.actors import Role
from domain.ids import derive, term_region_id
from domain.journal import Document
from domain.messages import Command, Receipt
from domain.payments import obligation
from domain.relationship.rooms import COMMANDS
from domain.relationship.stages.application import OpenRelationship
from domain.relationship.stages.meetings.groups import LogGroupMeeting
from domain.term import decider as term
from domain.term.messages import AmendMonthlyRecord, SubmitMonthlyRecord, SubmitTermSurvey

router = APIRouter()
Subject = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
MONTHLY_RECORD: Final = "monthly_record"
OF_TERM: Final = (SubmitMonthlyRecord, AmendMonthlyRecord, SubmitTermSurvey)
"""Commands of a term that hand over answers to a form."""


async def term_subject(
    term: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")],
    region: Annotated[str, Path(pattern=r"^[a-z0-9_]{1,32}$")],
) -> str:
    """The stream of a term in a region, from the path."""
    return term_region_id(term, region)


TermSubject = Annotated[str, Depends(term_subject)]


async def kept_answers(
    office: Any, kind: type[Command], body: Any, *, subject: str, person: str, command: str
) -> Document:
    """The answers of a term's command, held against the program's form and kept as a document."""
    rules = await rules_of(office, subject)
    survey = kind is SubmitTermSurvey
    use = rules.survey_form(body.audience.value) if survey else rules.form(MONTHLY_RECORD)
    if use is None:
        raise Problem(404, "unknown_form")
    kept: Document = await office.documents.keep(
        asked(rules, use.form).demand(body.model_dump()["answers"]),
        id=derive("document", command),
        scope=subject if survey else derive(use.form, subject, body.month, person),
        person=person,
        form=use.form,
        privacy="c2a" if survey else "c2o",  # operational: the signed list alone can make it more (K1)
    )
    return kept


def asked_by_people(kind: type[Command]) -> bool:
    """Whether a command has a route of its own; others are sent by workflows, by the start, or for a whole group."""
    return kind not in (OpenRelationship, LogGroupMeeting) and set(kind.roles) != {Role.SYSTEM}


def route(
    subject_kind: str, kind: type[Command], subject_from: Any = Subject
) -> Callable[..., Awaitable[Any]]:
    """The endpoint of one command; ``subject_from`` says where in the path its subject stands."""
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
        actor = caller.acting(await _roles_here(office, kind, caller, subject))
        values: dict[str, Any] = {"id": command, "actor": actor}
        if kind in OF_TERM:
            values["answers"] = await kept_answers(
                office, kind, body, subject=subject, person=caller.person, command=command
            )
        else:
            values |= await staged(office, kind, subject, body, command, caller, actor)
        for name, text in sealed_texts(kind, body).items():
            values[name] = await seal(office, name, text, command, subject, caller) if text else None
        if aside := getattr(body, kind.aside, "") if kind.aside else "":
            await keep_aside(office, kind.aside, aside, command, subject, caller)
        answer = await office.mentoring.send(
            subject_kind, subject, made(kind, body, **values), await printed(request)
        )
        await settled(office, subject, body, values.get("answers"), caller)
        return answered(response, answer)

    annotations = endpoint.__annotations__
    annotations["subject"] = subject_from
    annotations["body"] = Annotated[model, Body()]
    annotations["caller"] = Annotated[Caller, Depends(allowed(*kind.roles))]
    endpoint.__doc__ = kind.__doc__
    return endpoint


async def _roles_here(office: Any, kind: type[Command], caller: Caller, subject: str) -> tuple[Role, ...]:
    """The roles in which a caller may send a command: who is of the pair acts as that side, coordinator or not."""
    both = {Role.COORDINATOR, Role.PARTICIPANT}
    if both <= set(kind.roles) and both <= set(caller.roles):
        pair = await office.forms.pair(subject)
        if pair is not None and caller.person in (pair["mentee"], pair["mentor"]):
            return (Role.PARTICIPANT,)
    return kind.roles


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


async def keep_aside(office: Any, name: str, text: str, command: str, subject: str, caller: Caller) -> None:
    """A text beside a command: sealed for its writer, and in no event but that there is one.

    It is kept before the command is sent, so that it is not lost with this process; whoever stores the answer, the
    gateway or housekeeping, notes it in the side stream, or removes it where the command was refused.
    """
    await office.documents.keep(
        {name: text},
        id=derive("document", command),
        scope=derive(name, subject),
        person=caller.person,
        form=SEALED_FORM,
        privacy=SEALED[0],
    )


def add_commands(
    subject_kind: str, kinds: tuple[type[Command], ...], path: str = "", subject_from: Any = Subject
) -> None:
    """Add the routes of a kind of subject, below its own id or below ``path``."""
    for kind in kinds:
        if asked_by_people(kind):
            router.add_api_route(
                f"{path or f'/{subject_kind}s/{{subject}}'}/{kebab(kind.__name__)}",
                route(subject_kind, kind, subject_from),
                methods=["POST"],
                response_model=Receipt,
                operation_id=f"{subject_kind}s.{kebab(kind.__name__).replace('-', '_')}",
                tags=[f"{subject_kind}s"],
            )


add_commands("relationship", COMMANDS)
add_commands("obligation", obligation.COMMANDS)
add_commands("term", term.COMMANDS, "/terms/{term}/regions/{region}", TermSubject)
