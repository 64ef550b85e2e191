"""A disclosure that the law required: its four closed fields, and how it is recorded, by the API and by a page."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from api_gateway.http.fields import Code, Day, StrictBody
from api_gateway.office import Office
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem, broken_rule, one_of
from api_gateway.services.visible import visible_relationship
from domain.actors import Role
from domain.errors import RuleViolation
from domain.ids import derive
from domain.relationship.any_stage.disclosures import demand_discloser, demand_disclosure


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


async def disclose(office: Office, caller: Caller, subject: str, body: Disclosure, command: str) -> str:
    """Record that a legally required disclosure was made, and return the id of the sealed record."""
    found = await visible_relationship(office.reads, caller, subject)
    await _demand_disclosure(body, office, caller, found)
    record = derive("disclosure", command)  # this document belongs to no command
    await office.documents.add_sealed(
        body.model_dump(mode="json"),
        id=record,
        scope=_scope(subject),
        writer=caller.acting((Role.COORDINATOR, Role.PARTICIPANT)),
        relationship=subject,
    )
    return record


async def _demand_disclosure(
    body: Disclosure, office: Office, caller: Caller, found: Mapping[str, Any]
) -> None:
    serves = caller.coordinates(found["region"])
    here = caller.standing((found["mentor"], found["mentee"])).person
    demand_discloser(body.by, here, found["mentor"], found["mentee"], coordinates=serves)
    rules = await office.facts.rules(found["id"])
    if rules is None:
        raise Problem(409, "not_open")
    known = {
        "unknown_disclosure": rules.agreement.legal_exceptions,
        "unknown_office": rules.agreement.disclosure_offices,
    }
    try:
        demand_disclosure(
            body.kind,
            body.office,
            body.disclosed_on,
            rules,
            opened_on=date.fromisoformat(found["opened_at"][:10]),
            today=rules.calendar.local_date(await office.clock.now()),
        )
    except RuleViolation as broken:
        allowed = known.get(broken.code, ())
        raise broken_rule(broken.code, broken.field, one_of(allowed) if allowed else "") from None


def _scope(subject: str) -> str:
    """Return the scope of a relationship's disclosures; it tells a reader of the table nothing."""
    return derive("disclosures", subject)
