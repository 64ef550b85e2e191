"""Imports: files become a proposal, its questions are answered, and it is taken over."""

from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import Field

from activities.adapters.files.roster.columns import RosterKind
from api_gateway.http.auth import TokenFirst, Writers
from api_gateway.http.fields import Id, StrictBody
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.office import Office
from api_gateway.services.associations import association_of
from api_gateway.services.caller import Caller
from api_gateway.services.imports.file_names import names_of_files
from api_gateway.services.imports.proposals import NewImport
from api_gateway.services.problem import Problem
from api_gateway.services.send_command import CommandAnswer
from domain.people.proposal.lists import Complete

router = APIRouter(route_class=TokenFirst, tags=["imports"])
Codes = Annotated[str, Form(pattern=r"^[a-z0-9_, ]{0,2000}$")]


class ImportAnswers(StrictBody):
    """Answers to questions of a proposal, by the ids of the questions."""

    example: ClassVar = {"answers": {"titles": "yes"}}

    answers: Annotated[dict[str, Annotated[str, Field(max_length=2000)]], Field(max_length=2000)]


class TakeOverBody(StrictBody):
    """Which proposal, by its digest; ``without`` leaves out rows that are refused, or that wait for answers."""

    example: ClassVar = {"digest": "0" * 64, "without": []}

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    without: Annotated[list[Literal["refused", "questions"]], Field(default_factory=list, max_length=2)]


async def _as_it_is_now(office: Office, caller: Caller, id: str) -> dict[str, Any]:
    """Return an import again, for a request that is repeated."""
    return await office.proposals.one(caller, id)


@router.post("/imports", status_code=201, operation_id="imports.propose")
@once("ProposeImport", lambda made: f"/v1/imports/{made['id']}", again=_as_it_is_now)
async def propose_import(
    key: Key,
    office: Parts,
    caller: Writers,
    people: Annotated[UploadFile | None, File()] = None,
    memberships: Annotated[UploadFile | None, File()] = None,
    mentors: Annotated[UploadFile | None, File()] = None,
    applications: Annotated[UploadFile | None, File()] = None,
    files: Annotated[list[UploadFile], File(max_length=8)] = [],  # noqa: B006 - read by FastAPI, never changed
    term: Annotated[str, Form(pattern=r"^([0-9a-f]{32})?$")] = "",
    association: Annotated[str, Form(pattern=r"^[a-z0-9_]{0,64}$")] = "",
    complete_classes: Codes = "",
    complete_regions: Codes = "",
    preview: Annotated[bool, Form()] = False,
) -> Any:
    """Read lists (csv or xlsx) and propose what they would change. Nothing is stored but the sealed files.

    Name a ``term`` where people apply for it; without one it is about the caller's association, which may also be named
    by its code as ``association``. With ``complete_classes``, the memberships list
    holds everybody of these in ``complete_regions``, and who is missing is proposed as lapsed. Without
    ``complete_regions`` these are all regions of the association that the caller serves. A ``preview`` is not listed
    among the imports that wait, unless one of its questions is answered.
    """
    named = {"people": people, "memberships": memberships, "mentors": mentors, "applications": applications}
    sent = [
        (kind, file) for kind, file in [*named.items(), *(("", file) for file in files)] if file is not None
    ]
    content: dict[str, bytes] = {}
    kinds: dict[str, str] = {}
    for name, (kind, file) in zip(
        names_of_files([file.filename or kind or "list" for kind, file in sent]), sent, strict=True
    ):
        content[name] = await file.read()
        if kind:
            kinds[name] = RosterKind(kind).value
    if not content:
        raise Problem(422, "no_files")
    if term and association:
        raise Problem(422, "term_or_association")
    new = NewImport(
        content=content,
        kinds=kinds,
        term=term,
        association="" if term else association_of(caller, association),
        complete=_complete(complete_classes, complete_regions),
        preview=preview,
    )
    made = await office.import_work.propose(new, caller, command_id(caller, key))
    return CommandAnswer(body={"id": made.id}, status=201, text=made.text)


@router.get("/imports", operation_id="imports.waiting")
async def waiting_imports(office: Parts, caller: Writers) -> dict[str, Any]:
    """List imports that nobody has taken over, with the questions that the caller may answer."""
    return await office.proposals.waiting(caller)


@router.get("/imports/{id}", operation_id="imports.one")
async def one_import(id: Id, office: Parts, caller: Writers) -> dict[str, Any]:
    """Return what an import would do, as it was proposed last."""
    return await office.proposals.one(caller, id)


@router.post("/imports/{id}/answers", operation_id="imports.answer")
@once("AnswerImport", again=_as_it_is_now)
async def answer_import(id: Id, body: ImportAnswers, key: Key, office: Parts, caller: Writers) -> Any:
    """Answer questions of an import, and get the proposal that follows."""
    made = await office.import_work.answer(caller, id, body.answers)
    return CommandAnswer(body={"id": made.id}, text=made.text)


@router.post("/imports/{id}/take-over", status_code=202, operation_id="imports.take_over")
@once("TakeOverImport", lambda made: f"/v1/operations/{made['operation']}")
async def take_over_import(id: Id, body: TakeOverBody, key: Key, office: Parts, caller: Writers) -> Any:
    """Take over what a proposal says. The answer comes at once; the operation shows how far it is."""
    return await office.take_overs.begin(
        caller, id, digest=body.digest, without=body.without, command=command_id(caller, key)
    )


@router.post("/imports/{id}/discard", operation_id="imports.discard")
@once("DiscardImport")
async def discard_import(id: Id, key: Key, office: Parts, caller: Writers) -> Any:
    """Discard an import that nobody has taken over: its files and its answers are removed at once."""
    await office.proposals.discard(caller, id)
    return CommandAnswer(body={"id": id})


@router.get("/operations/{id}", operation_id="operations.one")
async def operation(id: Id, office: Parts, caller: Writers) -> dict[str, Any]:
    """Return how far an operation is."""
    return await office.take_overs.operation(caller, id)


def _complete(classes: str, regions: str) -> Complete | None:
    of_classes, of_regions = (
        tuple(filter(None, (code.strip() for code in text.split(",")))) for text in (classes, regions)
    )
    if of_regions and not of_classes:
        raise Problem(422, "complete_of_what")
    return Complete(classes=of_classes, regions=of_regions) if of_classes else None
