"""What a program gives to choose from: the codes that commands take, each with its words, and the limits."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import APIRouter

from activities.adapters.files.program_files import ProgramFileError, load_programs
from api_gateway.api import Parts
from api_gateway.api.commands import Subject
from api_gateway.api.lists import visible
from api_gateway.http.accept_language import Spoken
from api_gateway.http.auth import Anybody
from api_gateway.http.problems import Problem
from api_gateway.services.form_answers import rules_of
from domain.rules.choices import choices, limits
from domain.rules.program import Rules
from domain.rules.program_file import ProgramFile

router = APIRouter()


@cache
def programs() -> Mapping[str, ProgramFile]:
    """The shipped programs, read once in a process like the forms that they name."""
    return load_programs()


def program_of(name: str) -> ProgramFile:
    """The program of that name; 404 for an unknown one."""
    return _known(programs(), name)


def program_now(name: str) -> ProgramFile:
    """The program of that name as its file says it now, for what the office keeps of it; 404 for an unknown one."""
    try:
        return _known(load_programs(), name)
    except ProgramFileError:
        raise Problem(409, "program_file_faulty", "mentorflow programs check names each fault.") from None


def _known(files: Mapping[str, ProgramFile], name: str) -> ProgramFile:
    found = files.get(name)
    if found is None:
        raise Problem(404, "unknown_program")
    return found


def label_of(program: str, code: str, language: str = "") -> str:
    """A program's words for a code; where its file is gone, the code reads as itself."""
    file = programs().get(program)
    return file.label(code, language) if file else code.replace("_", " ")


@router.get("/programs/{program}/codes", operation_id="programs.codes", tags=["programs"])
async def codes(program: str, caller: Anybody, language: Spoken, region: str = "") -> dict[str, Any]:
    """The codes that commands take under a program's rules, with their words, and the limits; a region's, if named."""
    file = program_of(program)
    return _shown(file.rules_for(region) if region else file.rules, language)


@router.get("/relationships/{subject}/codes", operation_id="relationships.codes", tags=["relationships"])
async def codes_of_pair(subject: Subject, office: Parts, caller: Anybody, language: Spoken) -> dict[str, Any]:
    """The codes that commands to this relationship take, and the limits, by the very rules that it runs under."""
    await visible(office, caller, subject)
    return _shown(await rules_of(office, subject), language)


def _shown(rules: Rules, language: str) -> dict[str, Any]:
    def told(each: str) -> dict[str, str]:
        return {"code": each, "label": label_of(rules.program, each, language)}

    return {
        "program": rules.program,
        "version": rules.version,
        "codes": {path: [told(each) for each in listed] for path, listed in choices(rules).items()},
        "limits": limits(rules),
    }
