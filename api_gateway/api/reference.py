"""Reference data by route: regions and contacts, terms, people and memberships, mentors, conflicts."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Final, Self

import structlog
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, EmailStr, Field, Strict, model_validator

from activities.adapters.postgres.writes.reference import (
    PHONE,
    AlreadyThere,
    BeforeItBegan,
    RuleText,
    Unknown,
)
from api_gateway.api import Key, Parts, command_id
from api_gateway.api.applications import Code, Id
from api_gateway.api.programs import program_now
from api_gateway.api.terms import keep_terms
from api_gateway.http.auth import Admin, Caller, Office
from api_gateway.http.command_bodies import Day
from api_gateway.http.idempotency import once
from api_gateway.http.problems import Problem
from domain.actors import Actor, Role
from domain.ids import derive
from domain.languages import Language
from domain.rules.canonical_json import rules_digest, rules_text
from domain.rules.program_file import ProgramFile, open_to_terms

router = APIRouter()
_LOG: Final = structlog.stdlib.get_logger(__name__)
RegionCode = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]
Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f‪-‮⁦-⁩]*$")]
WRITERS = (Role.ADMIN, Role.COORDINATOR)


class Strictly(BaseModel):
    """A body without unknown fields."""

    model_config = ConfigDict(extra="forbid")


class Days(Strictly):
    """From a day, to a day or open."""

    first: Day
    last: Day | None = None

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """The last day is not before the first."""
        if self.last is not None and self.last < self.first:
            raise ValueError("the last day is before the first")
        return self


class NewRegion(Strictly):
    """A region of a program."""

    code: RegionCode
    name: Name
    program: Code


class NewContact(Days):
    """A contact of a region, for dated days."""

    person: Id


class NewTerm(Strictly):
    """One cycle of a program, under the program's present version."""

    program: Code
    name: Name
    first: Day
    last: Day


class NewPerson(Strictly):
    """A person. ``id`` may be chosen by the sender, so that an import can be repeated."""

    id: Id | None = None
    name: Name
    email: EmailStr
    role_title: Code
    district: Name = "-"
    region: RegionCode
    supervisor: Id | None = None
    phone: Annotated[str, Field(pattern=f"^({PHONE})?$")] = ""
    language: Language = Language.EN


class NewMembership(Days):
    """A membership, from a day, to a day or open."""

    membership: Code


class MembershipEnd(Strictly):
    """The last day of an open membership."""

    last: Day


class NewMentor(Strictly):
    """How many mentees a mentor can take, since when he is trained and serves, how long the credential is valid."""

    person: Id
    capacity: Annotated[int, Strict(), Field(ge=0, le=50)] | None = None
    trained_on: Day | None = None
    serving_since: Day | None = None
    serving_until: Day | None = None
    credential_until: Day | None = None


class NewConflict(Strictly):
    """A conflict of interest between two people."""

    person: Id
    other: Id
    kind: Code


def writer(caller: Caller, region: str | None) -> Actor:
    """The actor of a write; a coordinator writes within his regions."""
    actor = caller.acting(WRITERS)
    if region is not None and not actor.covers(region):
        raise Problem(404, "not_found")
    return actor


@router.post("/regions", status_code=201, operation_id="regions.create", tags=["reference"])
@once("AddRegion")
async def add_region(body: NewRegion, key: Key, office: Parts, caller: Admin) -> dict[str, str]:
    """Add a region."""
    program_now(body.program)
    try:
        await office.reference.add_region(
            body.code, body.name, body.program, actor=caller.acting(WRITERS), command=command_id(caller, key)
        )
    except AlreadyThere:
        raise Problem(409, "region_exists") from None
    await keep_terms(office, body.program)
    return {"code": body.code}


@router.post(
    "/regions/{code}/contacts", status_code=201, operation_id="regions.name_contact", tags=["reference"]
)
@once("NameContact")
async def add_contact(code: str, body: NewContact, key: Key, office: Parts, caller: Office) -> dict[str, str]:
    """Name a contact of a region (MASA-3)."""
    actor = writer(caller, code)
    try:
        await office.reference.add_contact(
            code, body.person, body.first, body.last, actor=actor, command=command_id(caller, key)
        )
    except Unknown as missing:
        raise Problem(404, f"unknown_{missing}") from None
    return {"region": code, "person": body.person}


@router.post("/terms", status_code=201, operation_id="terms.open", tags=["reference"])
@once("OpenTerm")
async def open_term(body: NewTerm, key: Key, office: Parts, caller: Admin) -> dict[str, str]:
    """Open a term: the rules of the program and of each region are frozen with it."""
    program = program_now(body.program)
    if not office.settings.demo and not open_to_terms(program):
        raise Problem(409, "rules_not_executed_yet")
    if body.last <= body.first:
        raise Problem(
            422, "term_ends_before_it_begins", errors=[{"pointer": "/last", "detail": "", "code": "order"}]
        )
    if not office.settings.demo and not program.rules.calendar.reaches(body.first, body.last):
        raise Problem(
            409, "calendar_too_short", "Write the holidays of these years into the program file first."
        )
    term = derive("term", body.program, body.name)
    try:
        await office.reference.open_term(
            id=term,
            program=body.program,
            name=body.name,
            first=body.first,
            last=body.last,
            version=program.version,
            rules=_rules_of(program),
            actor=caller.acting(WRITERS),
            command=command_id(caller, key),
        )
    except AlreadyThere as there:
        raise _changed(program) if str(there) == "rules" else Problem(409, "term_exists") from None
    await keep_terms(office, body.program)
    return {"term": term}


@router.post(
    "/programs/{name}/rules", status_code=201, operation_id="programs.keep_rules", tags=["reference"]
)
@once("KeepRules")
async def keep_rules(name: str, key: Key, office: Parts, caller: Admin) -> dict[str, str]:
    """Keep the rules of a program's file as they are now, so that a relationship can be moved to this version."""
    program = program_now(name)
    try:
        await office.reference.keep_rules(
            program=name,
            version=program.version,
            rules=_rules_of(program),
            actor=caller.acting(WRITERS),
            command=command_id(caller, key),
        )
    except AlreadyThere:
        raise _changed(program) from None
    return {"program": name, "version": program.version}


def _rules_of(program: ProgramFile) -> list[RuleText]:
    """The rules of a program, and of each region that sets some of its own, whether the office has it by now or not."""
    codes = ["", *sorted(program.frame.regions)]
    texts = {code: rules_text(program.rules_for(code) if code else program.rules) for code in codes}
    return [
        RuleText(region=code, digest=rules_digest(text), text=text)
        for code, text in texts.items()
        if not code or text != texts[""]
    ]


async def tell_changed_rules(office: Any, files: Iterable[ProgramFile]) -> None:
    """Name each program in the log whose file says something else than was kept under its version: it was edited."""
    for program in files:
        if not await office.reference.means(program.program, program.version, _rules_of(program)):
            _LOG.warning(
                "rules changed without a new version", program=program.program, version=program.version
            )


def _changed(program: ProgramFile) -> Problem:
    detail = f"Version {program.version} has meant other rules before; give the file a new version."
    return Problem(409, "rules_changed", detail)


@router.post("/people", status_code=201, operation_id="people.create", tags=["reference"])
@once("AddPerson")
async def add_person(body: NewPerson, key: Key, office: Parts, caller: Office) -> dict[str, str]:
    """Add a person."""
    actor = writer(caller, body.region)
    command = command_id(caller, key)
    row = {**body.model_dump(), "id": body.id or derive("person", command)}
    try:
        await office.reference.add_people([row], actor=actor, command=command)
    except AlreadyThere:
        raise Problem(409, "person_exists") from None
    except Unknown as missing:
        raise Problem(404, f"unknown_{missing}") from None
    return {"person": row["id"]}


@router.post(
    "/people/{person}/memberships", status_code=201, operation_id="people.date_membership", tags=["reference"]
)
@once("DateMembership")
async def add_membership(
    person: str, body: NewMembership, key: Key, office: Parts, caller: Office
) -> dict[str, str]:
    """Date a membership of a person."""
    actor = await writer_of(office, caller, person)
    await office.reference.add_membership(
        person, body.membership, body.first, body.last, actor=actor, command=command_id(caller, key)
    )
    return {"person": person}


@router.post("/people/{person}/membership-end", operation_id="people.end_membership", tags=["reference"])
@once("EndMembership")
async def end_membership(
    person: str, body: MembershipEnd, key: Key, office: Parts, caller: Office
) -> dict[str, str]:
    """End a person's open membership: it lapses after that day."""
    actor = await writer_of(office, caller, person)
    try:
        await office.reference.end_membership(person, body.last, actor=actor, command=command_id(caller, key))
    except BeforeItBegan:
        raise Problem(409, "membership_ends_before_it_begins") from None
    return {"person": person}


@router.post("/mentors", status_code=201, operation_id="mentors.set", tags=["reference"])
@once("SetMentor")
async def put_mentor(body: NewMentor, key: Key, office: Parts, caller: Office) -> dict[str, Any]:
    """Say that somebody can mentor, how many at a time, and since when trained."""
    actor = await writer_of(office, caller, body.person)
    capacity = body.capacity
    if capacity is None:
        person = await office.views.person(body.person)
        region = next((r for r in (await office.views.regions()).rows if r["code"] == person["region"]), None)
        capacity = program_now(region["program"]).mentor_capacity if region else 1
    await office.reference.put_mentor(
        body.person,
        capacity,
        body.trained_on,
        serving_since=body.serving_since,
        serving_until=body.serving_until,
        credential_until=body.credential_until,
        actor=actor,
        command=command_id(caller, key),
    )
    return {"person": body.person, "capacity": capacity}


@router.post("/conflicts", status_code=201, operation_id="conflicts.declare", tags=["reference"])
@once("DeclareConflict")
async def add_conflict(body: NewConflict, key: Key, office: Parts, caller: Office) -> dict[str, str]:
    """Declare a conflict of interest between two people (MASA-27)."""
    actor = await writer_of(office, caller, body.person)
    if body.person == body.other:
        raise Problem(409, "conflict_with_oneself")
    try:
        await office.reference.add_conflict(
            body.person, body.other, body.kind, actor=actor, command=command_id(caller, key)
        )
    except Unknown as missing:
        raise Problem(404, f"unknown_{missing}") from None
    return {"person": body.person, "other": body.other}


async def writer_of(office: Any, caller: Caller, person: str) -> Actor:
    """The actor of a write about a person; 404 for an unknown one and for one out of sight."""
    found = await office.views.person(person) if re.fullmatch(r"[0-9a-f]{32}", person) else None
    if found is None:
        raise Problem(404, "unknown_person")
    return writer(caller, found["region"])
