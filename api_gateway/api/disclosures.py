"""Disclosures that the law required: four closed fields and no free text (AUDIT 4.4)."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter
from pydantic import Field

from api_gateway.http.auth import Disclosers, Supervisors
from api_gateway.http.fields import Code, Day, StrictBody
from api_gateway.http.idempotency import Key, command_id
from api_gateway.http.office import Parts
from api_gateway.http.paging import whole_list
from api_gateway.http.path_ids import Reference, Subject
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem, broken_rule, one_of
from api_gateway.services.visible import demand_sight, visible_relationship
from domain.actors import Role
from domain.ids import derive
from domain.visibility import Data

router = APIRouter()


class Disclosure(StrictBody):
    """A disclosure that the law required: kind, day, office, by whom. It has no field for what was said."""

    example: ClassVar = {
        "kind": "@agreement.legal_exceptions",
        "office": "@agreement.disclosure_offices",
        "by": "mentor",
    }

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
    """Record that a legally required disclosure was made. Only administrators and auditors can list it."""
    found = await visible_relationship(office.reads, caller, subject)
    _demand_discloser(body, caller, found)
    await _demand_known(body, office, subject, found)
    record = derive("disclosure", command_id(caller, key))  # this document belongs to no command
    await office.documents.add_sealed(
        body.model_dump(mode="json"),
        id=record,
        scope=_scope(subject),
        writer=caller.acting((Role.COORDINATOR, Role.PARTICIPANT)),
        relationship=subject,
    )
    return {"record": record}


@router.get(
    "/relationships/{subject}/disclosures", operation_id="relationships.disclosures", tags=["relationships"]
)
async def disclosures(subject: Reference, office: Parts, caller: Supervisors) -> dict[str, Any]:
    """List recorded disclosures with their four fields; each reading is an event. Not for a person of the pair."""
    pair = await visible_relationship(office.reads, caller, subject)
    demand_sight(caller, pair, Data.DISCLOSURES)
    reader = caller.acting((Role.ADMIN, Role.AUDITOR))
    found = await office.reads.documents.disclosures(caller.sight, pair["id"], reader)
    return whole_list([{"record": record, **content} for record, content in found or ()])


def _demand_discloser(body: Disclosure, caller: Caller, found: Mapping[str, Any]) -> None:
    """Let a side record only its own disclosures, and a coordinator outside the pair those of anybody."""
    sides = {found["mentor"]: "mentor", found["mentee"]: "mentee"}
    if caller.person in sides:
        if body.by != sides[caller.person]:
            raise broken_rule("not_your_disclosure", "by")
    elif not caller.coordinates(found["region"]):
        raise Problem(403, "not_a_participant")
    elif body.by == "mentor" and not found["mentor"]:
        raise broken_rule("no_partner", "by")


async def _demand_known(body: Disclosure, office: Office, subject: str, found: Mapping[str, Any]) -> None:
    rules = await office.facts.rules(subject)
    if rules is None:
        raise Problem(409, "not_open")
    if body.kind not in rules.agreement.legal_exceptions:
        raise broken_rule("unknown_disclosure", "kind", one_of(rules.agreement.legal_exceptions))
    if body.office not in rules.agreement.disclosure_offices:
        raise broken_rule("unknown_office", "office", one_of(rules.agreement.disclosure_offices))
    today = rules.calendar.local_date(await office.clock.now())
    if body.disclosed_on > today:
        raise broken_rule("disclosure_in_future", "disclosed_on")
    if body.disclosed_on.isoformat() < found["opened_at"][:10]:
        raise broken_rule("disclosure_before_opening", "disclosed_on")


def _scope(subject: str) -> str:
    """Return the scope of a relationship's disclosures; it tells a reader of the table nothing."""
    return derive("disclosures", subject)
