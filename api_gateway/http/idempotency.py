"""Writes of the gateway itself, done once each: the same key gets the first answer, or is refused with new content.

No workflow answers the id of such a write once, so its command row is kept here, as ``send_command`` keeps it for
commands. A request that ends between the write and its answer is done again under the same key, and each write of
``OfficeWrites`` leaves alone what the same command has already done.
"""

import contextlib
import functools
import hashlib
import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Protocol

from fastapi import Depends, Header, Request, Response

from activities.adapters.postgres.writes.commands import CommandIntake
from activities.errors import Unavailable
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem, writes_as_problems
from api_gateway.services.send_command import CommandAnswer, fingerprint, given_before
from domain.actors import Actor
from domain.ids import derive

_RECORDED: Final = (403, 404, 409)
"""Refusals that are recorded in the journal; input of the wrong form is not."""
_FORMS: Final = ("multipart/", "application/x-www-form-urlencoded")
"""How the types of content begin whose body is read as a form."""
ACCEPTED: Final[dict[int | str, dict[str, Any]]] = {
    202: {
        "description": "Stored, and will be done soon: the same body and Location, which may still answer 404"
    }
}
"""What a route that starts something answers while the start is not recorded yet."""
Endpoint = Callable[..., Awaitable[Any]]


class Again(Protocol):
    """What reads the body of an answer again, by the id that the body has."""

    def __call__(self, office: Office, caller: Caller, id: str) -> Awaitable[Any]:
        """Return the body as it is by now."""


async def idempotency_key(idempotency_key: Annotated[str, Header()] = "") -> str:
    """Return the client's key; it is required wherever something changes."""
    if not idempotency_key:
        raise Problem(400, "idempotency_key_missing")
    if len(idempotency_key) > 200:
        raise Problem(400, "idempotency_key_too_long")
    return idempotency_key


Key = Annotated[str, Depends(idempotency_key)]


def made_soon(body: Any, done: object, *, status: int = 200) -> CommandAnswer:
    """Return the answer to a change that another process makes: 202 if it is not made yet."""
    return CommandAnswer(body=body, status=202 if done is None else status)


def command_id(caller: Caller, key: str) -> str:
    """Return the id of the command that a person's key stands for."""
    return derive("command", caller.person, key)


async def request_fingerprint(request: Request) -> str:
    """Return the fingerprint of a request."""
    return fingerprint_of(request, await request.body())


def fingerprint_of(request: Request, body: bytes) -> str:
    """Return the fingerprint of a request whose content is ``body``."""
    key = request.headers.get("idempotency-key", "")
    return fingerprint(key, request.method, request.url.path, body)


def answer_body(response: Response, answer: CommandAnswer) -> Any:
    """Return the body of an answer, and mark one that was given before."""
    response.status_code = answer.status
    if answer.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    if answer.text:
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        return Response(answer.text, answer.status, headers, media_type="application/json")
    return answer.body


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """What of an answer is stored: only its id, or all but some parts."""

    only_id: bool
    without: Sequence[str]

    def of(self, body: Any) -> Any:
        """Return what is stored of a body."""
        if self.only_id:
            return {"id": body["id"]}
        if not self.without:
            return body
        return {name: value for name, value in body.items() if name not in self.without}


def once(
    kind: str,
    location: Callable[[Any], str] | None = None,
    *,
    again: Again | None = None,
    shown_once: Sequence[str] = (),
) -> Callable[[Endpoint], Endpoint]:
    """Make a route with ``key``, ``office`` and ``caller`` do its work once per person and key.

    ``location`` makes the address of what the answer is about; a repeated answer has it too. A route whose status
    depends on the outcome of its work returns a ``CommandAnswer``, any other returns its body. A route whose answer
    shows what the office knows about people gives ``again``: only the id of such an answer is stored. Of the parts of
    an answer that are ``shown_once`` nothing is stored, and a repeated answer is without them.
    """

    def wrap(endpoint: Endpoint) -> Endpoint:
        @functools.wraps(endpoint)
        async def route(request: Request, response: Response, **values: Any) -> Any:
            office: Office = values["office"]
            caller: Caller = values["caller"]
            command = command_id(caller, values["key"])
            actor = Actor(id=caller.person, role=caller.roles[0], regions=caller.regions)
            claimed = await office.intake.claim(
                command,
                kind=kind,
                subject="",
                payload={},
                fingerprint=await _fingerprint(request),
                actor=actor,
            )
            answer = given_before(claimed)
            if answer is None:
                status = request.scope["route"].status_code or 200
                stored = _Stored(only_id=again is not None, without=shown_once)
                answer = await _first(endpoint, values, command, kind, actor, status, stored)
            elif again is not None:
                answer = replace(answer, body=await again(office, caller, answer.body["id"]))
            if location is not None:
                response.headers["Location"] = location(answer.body)
            return answer_body(response, answer)

        _declare(route, endpoint)
        return route

    return wrap


def _declare(route: Endpoint, endpoint: Endpoint) -> None:
    """Give a route the parameters of its endpoint, and the request and response."""
    signature = inspect.signature(endpoint)
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=of)
        for name, of in (("request", Request), ("response", Response))
    ]
    named = [part.replace(kind=inspect.Parameter.KEYWORD_ONLY) for part in signature.parameters.values()]
    route.__signature__ = signature.replace(parameters=[*added, *named])  # type: ignore[attr-defined]  # read by FastAPI


async def _first(
    endpoint: Endpoint,
    values: dict[str, Any],
    command: str,
    kind: str,
    actor: Actor,
    status: int,
    stored: _Stored,
) -> CommandAnswer:
    office: Office = values["office"]
    intake = office.intake
    try:
        async with intake.renewed(command):
            with writes_as_problems():
                body = await endpoint(**values)
    except Problem as problem:
        # What does not fit is named by the values that would, and these may be names of people.
        if problem.status >= 500 or (stored.only_id and problem.errors):
            await intake.release(command)
            raise
        await intake.answer(command, problem.status, problem.body())
        await record_refused(intake, problem, command, kind, actor)
        raise
    except Exception:
        with contextlib.suppress(Unavailable):
            await intake.release(command)
        raise
    answer = body if isinstance(body, CommandAnswer) else CommandAnswer(body=body, status=status)
    await intake.answer(command, answer.status, stored.of(answer.body))
    return answer


async def record_refused(
    intake: CommandIntake, problem: Problem, command: str, kind: str, actor: Actor
) -> None:
    """Record in the journal that a write was refused, whether it came by the API or by a form."""
    if problem.status in _RECORDED:
        await intake.refuse(command=command, kind=kind, code=problem.recorded, actor=actor, subject="")


async def _fingerprint(request: Request) -> str:
    """Return the fingerprint of a request; of a form, that of its contents, because boundaries differ each time."""
    if not request.headers.get("content-type", "").startswith(_FORMS):
        return await request_fingerprint(request)
    hashes = []
    for name, part in sorted((await request.form()).multi_items(), key=lambda item: item[0]):
        content = part.encode() if isinstance(part, str) else await part.read()
        if not isinstance(part, str):
            await part.seek(0)
        hashes.append(f"{name}={hashlib.sha256(content).hexdigest()}")
    return fingerprint_of(request, "\n".join(hashes).encode())
