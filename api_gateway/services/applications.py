"""Applications: stored with their sealed text, then opened as relationships."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from activities.adapters.postgres.document_settlement import document_of
from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.reads.terms import TermReads
from activities.adapters.postgres.writes.applications import ApplicationWrites, InFuture, NewApplication
from activities.adapters.postgres.writes.documents import Documents
from api_gateway.services.caller import Caller
from api_gateway.services.input_words import text_error
from api_gateway.services.known_codes import known_terms
from api_gateway.services.own_changes import OwnChanges, left
from api_gateway.services.problem import RETRY_AFTER, Problem, broken_rule
from api_gateway.services.send_command import CommandAnswer
from api_gateway.services.start_workflows import WorkflowStarter
from domain.actors import Actor
from domain.codec import to_plain
from domain.errors import RuleViolation
from domain.forms.model import LONGEST_LONG_TEXT, text_code
from domain.journal import Document
from domain.relationship.stages.application.opening import APPLICANTS, region_of_application

_STATED = ("person", "term", "reason", "first_year", "applied_on", "areas", "special_document")
"""What of an application is left to the gateway; it finds the rest by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationForm:
    """What an applicant states. A text in ``circumstances`` makes it a special application.

    ``special_document`` is such a text that was sealed before.
    """

    person: str
    term: str
    reason: str
    first_year: bool
    applied_on: date
    areas: Sequence[str]
    circumstances: str
    special_document: str = ""


class Applications:
    """The intake of applications."""

    def __init__(
        self,
        facts: CommandFacts,
        terms: TermReads,
        documents: Documents,
        applications: ApplicationWrites,
        starter: WorkflowStarter,
    ) -> None:
        self._facts = facts
        self._terms = terms
        self._documents = documents
        self._applications = applications
        self._starter = starter

    async def apply(self, form: ApplicationForm, *, caller: Caller, command: str) -> CommandAnswer:
        """Store an application and open its relationship: 201 if it is recorded, 202 if that takes longer."""
        caller = caller.standing((form.person,))
        actor = caller.acting(APPLICANTS)
        try:
            region = region_of_application(actor, form.person, await self._region_of(caller, form.person))
        except RuleViolation as broken:
            if broken.forbidden:
                raise broken_rule(broken.code) from None
            raise Problem(404, "unknown_person") from None
        term = await self._terms.one(caller.sight, form.term)
        if term is None:
            raise Problem(404, "unknown_term", await known_terms(self._terms, caller))
        new = _new(form, region, term, command)
        attempt = await self._applications.next_attempt(new)
        document = await self._keep_circumstances(form, attempt.application, command)
        new = replace(new, special_document=document.doc if document else None)
        return await self._open(new, caller, actor)

    async def _open(self, new: NewApplication, caller: Caller, actor: Actor) -> CommandAnswer:
        """Add an application that may be made, and start its relationship."""
        try:
            attempt = await self._applications.add_application(new, actor=actor)
        except InFuture:
            raise broken_rule("applied_in_future", "applied_on") from None
        _, recorded = await self._starter.open_relationships([attempt.application])
        body = {"application": attempt.application, "relationship": attempt.relationship}
        return CommandAnswer(body=body, status=201 if recorded else 202)

    async def _region_of(self, caller: Caller, person: str) -> str | None:
        """Return the region of a person; None for one whom the caller's association does not know."""
        own = await self._facts.association_of(person) == caller.association.code
        return await self._facts.region_of(person) if own else None

    async def _keep_circumstances(
        self, form: ApplicationForm, application: str, command: str
    ) -> Document | None:
        """Seal the text of a special application; take one that the applicant has sealed for this very application."""
        if form.special_document:
            if form.special_document != document_of(command):
                raise Problem(404, "not_found")
            return await self._documents.kept(form.special_document)
        if code := text_code(form.circumstances, most=LONGEST_LONG_TEXT, lines=True):
            wrong = text_error("circumstances", code, LONGEST_LONG_TEXT)
            raise Problem(422, "answers_do_not_fit", errors=[wrong])
        if not form.circumstances:
            return None
        return await self._documents.keep(
            {"circumstances": form.circumstances},
            id=document_of(command),
            scope=application,
            person=form.person,
            form="M2",
            privacy="c2s",
        )


class LeftApplications(Applications):
    """The intake of applications by the door: what is to be added and started is left to the gateway."""

    def __init__(self, *parts: Any, own: OwnChanges) -> None:
        super().__init__(*parts)
        self._own = own

    async def apply(self, form: ApplicationForm, *, caller: Caller, command: str) -> CommandAnswer:
        """Check an application, seal its text, and have the gateway add it."""
        return await super().apply(form, caller=caller, command=left(command))

    async def _open(self, new: NewApplication, caller: Caller, actor: Actor) -> CommandAnswer:
        values = {name: value for name, value in to_plain(new).items() if name in _STATED}
        body = await self._own.make(caller, "OwnApplication", values, new.command)
        if body is None:
            raise Problem(503, "database_unavailable", headers={"Retry-After": RETRY_AFTER})
        return CommandAnswer(body=dict(body["made"]), status=int(body["status"]))


class LeftApplicationsMade:
    """The applications that the door left, as the gateway adds them: with every check once more."""

    def __init__(self, applications: Applications) -> None:
        self._applications = applications

    async def make(
        self, caller: Caller, kind: str, values: Mapping[str, Any], command: str
    ) -> Mapping[str, Any]:
        """Add an application of the caller's own."""
        stated = {**values, "applied_on": date.fromisoformat(values["applied_on"]), "circumstances": ""}
        stated["special_document"] = values["special_document"] or ""
        answer = await self._applications.apply(ApplicationForm(**stated), caller=caller, command=command)
        return {"made": answer.body, "status": answer.status}


def _new(form: ApplicationForm, region: str, term: Mapping[str, Any], command: str) -> NewApplication:
    return NewApplication(
        person=form.person,
        program=term["program"],
        term=form.term,
        region=region,
        reason=form.reason,
        first_year=form.first_year,
        applied_on=form.applied_on,
        areas=tuple(dict.fromkeys(form.areas)),
        command=command,
    )
