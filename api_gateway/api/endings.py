"""What few may read of a relationship: complaints, private reasons, and legally required disclosures.

None of the texts is in an event. A disclosure has four closed fields and no place for a text (AUDIT 4.4).
"""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from activities.adapters.postgres.reads.complaints import complaint, complaints
from activities.adapters.postgres.reads.rules import rules_in_force
from api_gateway.api import Key, Parts, command_id
from api_gateway.api.applications import Code, Id
from api_gateway.api.commands import Subject
from api_gateway.api.lists import demand_outside, visible
from api_gateway.http.auth import Anybody, Caller, Disclosers, Office, Supervisors
from api_gateway.http.command_bodies import Day
from api_gateway.http.problems import Problem, broken_rule
from api_gateway.services.quiet import READ_STATEMENT
from domain.actors import Role
from domain.ids import derive
from domain.relationship.any_stage.ending import EndRelationship

router = APIRouter()


@router.get(
    "/relationships/{subject}/complaints", operation_id="relationships.complaints", tags=["relationships"]
)
async def list_complaints(subject: Subject, office: Parts, caller: Anybody) -> dict[str, Any]:
    """Cases of complaint: all for the office but those about the caller, for the pair only those that it opened."""
    found = await visible(office, caller, subject)
    async with office.database.transaction() as connection:
        cases = tuple(
            case for case in await complaints(connection, subject) if case["against"] != caller.person
        )
    in_pair = caller.person in (found["mentee"], found["mentor"])
    if in_pair or not caller.sees_quiet_of(found["region"]):
        shown = ("id", "about", "against", "status", "opened_at", "closed_at")
        cases = tuple(
            {name: case[name] for name in shown} for case in cases if case["opened_by"] == caller.person
        )
    return {"data": list(cases), "next": None, "has_more": False}


@router.get(
    "/relationships/{subject}/complaints/{case}/statement",
    operation_id="relationships.complaint_statement",
    tags=["relationships"],
)
async def statement(subject: Subject, case: Id, office: Parts, caller: Office) -> Any:
    """The sealed statement, for the one person who took the case; each reading is an event."""
    await visible(office, caller, subject)
    async with office.database.transaction() as connection:
        found = await complaint(connection, subject, case)
    if found is None or not found["document"] or found["against"] == caller.person:
        raise Problem(404, "not_found")
    if found["taken_by"] != caller.person:
        await office.intake.refuse(
            command=secrets.token_hex(16),
            kind=READ_STATEMENT,
            code="not_the_decider",
            actor=caller.acting((Role.COORDINATOR, Role.ADMIN)),
            subject=subject,
        )
        raise Problem(403, "not_the_decider")
    reader = caller.acting((Role.COORDINATOR, Role.ADMIN))
    return await office.documents.read_sealed(found["document"], reader=reader, relationship=subject)


@router.get(
    "/relationships/{subject}/private-reason",
    operation_id="relationships.private_reason",
    tags=["relationships"],
)
async def private_reason(subject: Subject, office: Parts, caller: Anybody) -> Any:
    """The private reason that the caller wrote down when ending the relationship; nobody else can read it."""
    await visible(office, caller, subject)
    found = await office.documents.sealed_in(derive(EndRelationship.aside, subject), person=caller.person)
    if not found:
        raise Problem(404, "not_found")
    reader = caller.acting(caller.roles)
    return await office.documents.read_sealed(found[-1], reader=reader, relationship=subject)


class Disclosure(BaseModel):
    """A disclosure that law required: kind, day, office, by whom. It has no field for what was said."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"kind": "abuse", "disclosed_on": "2026-11-02", "office": "police", "by": "mentor"}]
        },
    )

    kind: Code
    disclosed_on: Day
    office: Code
    by: Annotated[Literal["mentor", "mentee", "coordinator"], Field()]


@router.post(
    "/relationships/{subject}/disclosures",
    status_code=201,
    operation_id="relationships.record_disclosure",
    tags=["relationships"],
)
async def record_disclosure(
    subject: Subject, body: Disclosure, key: Key, office: Parts, caller: Disclosers
) -> dict[str, str]:
    """Note that a legally required disclosure was made. Only an administrator and an auditor can list it."""
    found = await visible(office, caller, subject)
    _demand_discloser(body, caller, found)
    await _demand_known(body, office, subject, found)
    record = derive("disclosure", command_id(caller, key))  # no command has this document: it is none's aside
    await office.documents.add_sealed(
        body.model_dump(mode="json"),
        id=record,
        scope=_scope(subject),
        writer=caller.acting((Role.COORDINATOR, Role.PARTICIPANT)),
        relationship=subject,
    )
    return {"record": record}


def _demand_discloser(body: Disclosure, caller: Caller, found: Mapping[str, Any]) -> None:
    """A side records its own disclosure; a coordinator who is not of the pair those of anybody."""
    sides = {found["mentor"]: "mentor", found["mentee"]: "mentee"}
    if caller.person in sides:
        if body.by != sides[caller.person]:
            raise broken_rule("not_your_disclosure", "by")
    elif not caller.coordinates(found["region"]):
        raise Problem(403, "not_a_participant")
    elif body.by == "mentor" and not found["mentor"]:
        raise broken_rule("no_partner", "by")


async def _demand_known(body: Disclosure, office: Any, subject: str, found: Mapping[str, Any]) -> None:
    async with office.database.transaction() as connection:
        rules = await rules_in_force(connection, subject)
    if rules is None:
        raise Problem(409, "not_open")
    if body.kind not in rules.agreement.legal_exceptions:
        raise broken_rule("unknown_disclosure", "kind")
    if body.office not in rules.agreement.disclosure_offices:
        raise broken_rule("unknown_office", "office")
    today = rules.calendar.local_date(await office.clock.now())
    if body.disclosed_on > today:
        raise broken_rule("disclosure_in_future", "disclosed_on")
    if body.disclosed_on.isoformat() < found["opened_at"][:10]:
        raise broken_rule("disclosure_before_opening", "disclosed_on")


@router.get(
    "/relationships/{subject}/disclosures", operation_id="relationships.disclosures", tags=["relationships"]
)
async def disclosures(subject: Subject, office: Parts, caller: Supervisors) -> dict[str, Any]:
    """Disclosures that were recorded, each with its four fields; each reading is an event. Not for one of the pair."""
    demand_outside(caller, await visible(office, caller, subject))
    reader = caller.acting((Role.ADMIN, Role.AUDITOR))
    records = await office.documents.sealed_in(_scope(subject))
    data = [
        {"record": record, **await office.documents.read_sealed(record, reader=reader, relationship=subject)}
        for record in records
    ]
    return {"data": data, "next": None, "has_more": False}


def _scope(subject: str) -> str:
    """Where a relationship's disclosures are kept; the name tells nothing to a reader of the table."""
    return derive("disclosures", subject)
