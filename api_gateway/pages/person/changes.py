"""All changes of a person by their names, and what one is asked about when somebody opens its form."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from api_gateway.http.sessions import Visitor
from api_gateway.office import Office
from api_gateway.pages.people import labels_of
from api_gateway.pages.person.change import FormAbout, OpenedForm, PersonForm
from api_gateway.pages.person.entry_changes import ENTRY_CHANGES
from api_gateway.pages.person.here import Here, Record, person_here
from api_gateway.pages.person.record_changes import MENTOR, RECORD_CHANGES
from api_gateway.services.member_codes import conflict_kinds, membership_classes
from api_gateway.services.mentors import mentors_program, usual_places
from api_gateway.services.problem import Problem

CHANGES: Final[Mapping[str, PersonForm]] = {each.name: each for each in (*ENTRY_CHANGES, *RECORD_CHANGES)}


async def asked_for(
    office: Office, visitor: Visitor, person: str, name: str, record: str, other: str
) -> OpenedForm:
    """Return a change of a person; 404 for an unknown change, person, record or other person."""
    change = CHANGES.get(name)
    if change is None:
        raise Problem(404, "not_found")
    here = await person_here(office, visitor, person)
    found = _record(here, change.about, record)
    if found is None:
        raise Problem(404, "unknown_record")
    return OpenedForm(
        here=here,
        change=change,
        record=found,
        other=await _other(here, other) if change.about is FormAbout.OTHER and other else {},
        choices=await _choices(here, found, name),
        usual_places=await _usual_places(here) if name == MENTOR else None,
    )


_FIELDS: Final = {
    FormAbout.MEMBERSHIP: "memberships",
    FormAbout.REGION: "regions",
    FormAbout.CONFLICT: "conflicts",
}


def _record(here: Here, about: FormAbout, named: str) -> Record | None:
    """Return the record that an address names; an empty one where the change is about none."""
    if about not in _FIELDS:
        return {}
    return next((each for each in here.records(_FIELDS[about]) if name_of_record(about, each) == named), None)


def name_of_record(about: FormAbout, record: Record) -> str:
    """Return how an address names a record of a person; nothing where there is none."""
    match about:
        case FormAbout.MEMBERSHIP:
            return str(record["record"])
        case FormAbout.REGION:
            return str(record["since"])
        case FormAbout.CONFLICT:
            return f"{record['other']}.{record['kind']}"
    return ""


async def _other(here: Here, other: str) -> Record:
    names = await here.office.reads.people.names(here.visitor.caller.sight, [other])
    if other not in names:
        raise Problem(404, "unknown_person")
    return {"id": other, "name": names[other]}


async def _usual_places(here: Here) -> int | None:
    """Return how many mentees the program of a person's region gives a mentor; None where it cannot be read."""
    with suppress(Problem):
        program = await mentors_program(here.office.facts, here.id, here.visitor.caller.association.code)
        return usual_places(program) if program else None
    return None


async def _choices(here: Here, record: Record, change: str) -> Mapping[str, Mapping[str, str]]:
    """Return the codes that the programs of a person's region know, where a change asks for one."""
    facts = here.office.facts
    if change in ("membership", "correct-membership"):
        codes = dict.fromkeys(
            (*await membership_classes(facts, here.id), *([record["name"]] if record else ()))
        )
        return {"membership": labels_of(codes, here.entry["association"], here.visitor.language)}
    if change == "conflict":
        return {"kind": {code: here.kind(code) for code in await conflict_kinds(facts, here.id)}}
    return {}
