"""The choices that a program offers: the codes that commands take, each with its words, and the limits."""

from typing import Any

from fastapi import APIRouter

from api_gateway.http.accept_language import AnswerLanguage
from api_gateway.http.auth import Admin, Anybody, Readers, TokenFirst
from api_gateway.http.idempotency import Key, command_id, once
from api_gateway.http.office import Parts
from api_gateway.http.paging import whole_list
from api_gateway.http.path_ids import Reference
from api_gateway.services.known_codes import demand_region
from api_gateway.services.programs import (
    label_of,
    list_of_programs,
    program_of,
)
from api_gateway.services.visible import visible_relationship
from domain.rules.choices import choices, limits
from domain.rules.program import Rules

router = APIRouter(route_class=TokenFirst)


@router.get("/programs", operation_id="programs.list", tags=["programs"])
async def programs(office: Parts, caller: Readers) -> dict[str, Any]:
    """List the association's programs: whether terms open under each, and which stands aside for errors in its file.

    Who answers for all regions also reads each error, with its file and line.
    """
    elsewhere = await office.reads.terms.programs_elsewhere(caller.sight)
    return whole_list(list_of_programs(caller.association.code, elsewhere, with_faults=not caller.regions))


@router.post(
    "/programs/{name}/rules", status_code=201, operation_id="programs.keep_rules", tags=["reference"]
)
@once("KeepRules")
async def keep_rules(name: str, key: Key, office: Parts, caller: Admin) -> dict[str, str]:
    """Store the rules of a program's file as they are now, so that a relationship can be moved to this version."""
    return {
        "program": name,
        "version": await office.setting_up.keep_rules(caller, name, command_id(caller, key)),
    }


@router.get("/programs/{program}/codes", operation_id="programs.codes", tags=["programs"])
async def codes(
    program: str, office: Parts, caller: Anybody, language: AnswerLanguage, region: str = ""
) -> dict[str, Any]:
    """List the codes that commands take under the rules of a program, or of a region, with words and limits."""
    file = program_of(program, caller.association.code)
    await demand_region(office.reads.regions, caller, region)
    return _codes_of(file.rules_for(region) if region else file.rules, language)


@router.get("/relationships/{subject}/codes", operation_id="relationships.codes", tags=["relationships"])
async def codes_of_pair(
    subject: Reference, office: Parts, caller: Anybody, language: AnswerLanguage
) -> dict[str, Any]:
    """List the codes that commands to this relationship take, and the limits, under its own version of the rules."""
    subject = (await visible_relationship(office.reads, caller, subject))["id"]
    return _codes_of(await office.form_answers.rules_of(subject), language)


def _codes_of(rules: Rules, language: str) -> dict[str, Any]:
    def in_words(each: str) -> dict[str, str]:
        return {"code": each, "label": label_of(rules.program, each, language)}

    return {
        "program": rules.program,
        "version": rules.version,
        "codes": {path: [in_words(each) for each in listed] for path, listed in choices(rules).items()},
        "limits": limits(rules),
    }
