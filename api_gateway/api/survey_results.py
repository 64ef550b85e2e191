"""Results of surveys, in groups large enough to show."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api_gateway.http.accept_language import AnswerLanguage
from api_gateway.http.auth import TokenFirst, allowed
from api_gateway.http.office import Parts
from api_gateway.services.caller import Caller
from api_gateway.services.form_answers import shipped_form
from api_gateway.services.problem import Problem
from api_gateway.services.programs import own_program
from domain.actors import Role
from domain.forms.model import words_in
from domain.forms.survey_results import WHOLE, Counted, ItemResult, SurveyAnswers, results
from domain.rules.form_uses import FormUse
from domain.rules.program import Rules
from domain.rules.program_file import ProgramFile
from domain.visibility import Data

router = APIRouter(route_class=TokenFirst, tags=["forms"])
Counters = Annotated[Caller, Depends(allowed(Role.COORDINATOR, Role.ADMIN, Role.AUDITOR))]
Code = Annotated[str, Query(pattern=r"^[a-z0-9_]{1,64}$")]


@router.get("/programs/{program}/terms/{term}/survey-results", operation_id="programs.survey_results")
async def survey_results(
    program: str, term: str, audience: Code, office: Parts, caller: Counters, language: AnswerLanguage
) -> dict[str, Any]:
    """Return the results of one survey, for the state office: by item and by aim, as a whole and by region.

    Groups with fewer answers than the program says are hidden, and others with them, so that none can be computed.
    Results are shown once no mentoring of the term can still go on, because a growing result reveals the last answer.
    """
    if not caller.sight.sees(Data.RESULTS):
        raise Problem(403, "state_office_only")
    file = await own_program(office.facts, caller.association.code, program)
    found = await office.reads.surveys.term(program, term)
    if found is None:
        raise Problem(404, "unknown_term")
    rules: Rules = found.rules
    use = rules.survey_form(audience)
    if use is None:
        raise Problem(404, "unknown_audience")
    last = rules.answers_end(found.dates, audience)
    until = rules.calendar.end_of(last)
    if await office.clock.now() < until:
        raise Problem(409, "results_not_ready", f"Ask again after {last.isoformat()}.")
    answers = await office.reads.surveys.answers(caller.sight, term, use.form, until)
    return results_body(file, rules, use, answers, found.regions, language)


def results_body(
    file: ProgramFile,
    rules: Rules,
    use: FormUse,
    answers: tuple[SurveyAnswers, ...],
    regions: tuple[str, ...],
    language: str,
) -> dict[str, Any]:
    """Return results as the API shows them; ``null`` stands for a group that is hidden."""
    definition, least = shipped_form(use), rules.survey.small_group
    counted = results(definition, answers, regions, least)
    every = tuple(dict.fromkeys((*regions, *(answer.group for answer in answers))))
    labels = {field.key: words_in(field.label, language) for field in definition.fields}
    aims = {code: words_in(words, language) for code, words in file.frame.aims.items()}
    asked_for = {field.key: field.aim for field in definition.fields}

    def item_body(item: ItemResult, words: Mapping[str, str]) -> dict[str, Any]:
        groups = {each.group: _group_body(each) for each in item.shown}
        return {
            "key": item.key,
            "label": words.get(item.key, item.key),
            "whole": groups.get(WHOLE),
            "regions": {region: groups.get(region) for region in every},
        }

    return {
        "program": file.program,
        "audience": use.audience,
        "form": use.form,
        "version": use.version,
        "small_group": least,
        "responses": counted.responses,
        "items": [{**item_body(item, labels), "aim": asked_for[item.key] or None} for item in counted.items],
        "aims": [item_body(item, aims) for item in counted.aims],
        "quotes": list(counted.quotes),
    }


def _group_body(counted: Counted) -> dict[str, Any]:
    shown: dict[str, Any] = {"count": counted.count, "spread": dict(counted.spread)}
    if counted.mean_hundredths is not None:
        shown["mean"] = counted.mean_hundredths / 100
    return shown
