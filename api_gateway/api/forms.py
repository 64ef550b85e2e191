"""Forms: what a program asks, and what one relationship has to fill in and has submitted."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter

from activities.adapters.files.form_files import shipped_forms
from api_gateway.http.accept_language import AnswerLanguage
from api_gateway.http.auth import Anybody, TokenFirst
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.services.form_answers import seat_of, shipped_form
from api_gateway.services.history import relationship_state
from api_gateway.services.known_codes import demand_known
from api_gateway.services.problem import Problem, one_of
from api_gateway.services.programs import program_of
from api_gateway.services.visible import visible_relationship
from domain.codec import instant_text
from domain.forms.display import describe_form
from domain.rules.form_lists import code_lists, describe_use
from domain.rules.form_uses import FILERS, DueAfter, FormUse
from domain.rules.program_file import ProgramFile
from domain.visibility import Data, of_pair

router = APIRouter(route_class=TokenFirst, tags=["forms"])


@router.get("/programs/{program}/forms", operation_id="programs.forms")
async def forms(program: str, caller: Anybody, language: AnswerLanguage) -> dict[str, Any]:
    """List the forms that a program uses: who fills in each, from which stage on, and when it is due."""
    file = program_of(program, caller.association.code)
    return {"data": [describe_use(use, shipped_form(use), language) for use in file.rules.forms]}


@router.get("/programs/{program}/forms/{form}", operation_id="programs.form")
async def form(
    program: str, form: str, caller: Anybody, language: AnswerLanguage, version: str = ""
) -> dict[str, Any]:
    """Return one form, field by field, in one language; ``version`` names one that a relationship still uses."""
    file = program_of(program, caller.association.code)
    use = file.rules.form(form)
    if use is not None:
        demand_known("version", version, sorted(known for key, known in shipped_forms() if key == form))
    found = shipped_forms().get((form, version or (use.version if use else "")))
    if use is None or found is None:
        raise Problem(404, "unknown_form", one_of([each.form for each in file.rules.forms]))
    shown = describe_form(found, language, code_lists(file.rules, found), _words(file, language))
    return {**shown, "use": describe_use(use, found, language)}


@router.get("/relationships/{subject}/forms", operation_id="relationships.forms")
async def forms_of_pair(
    subject: Reference, office: Parts, caller: Anybody, language: AnswerLanguage
) -> dict[str, Any]:
    """List the forms of a relationship: what there is to fill in, and what was submitted, without the answers.

    ``owed`` says that a form is expected, ``due_at`` by when. A late form has no day once reminders for it have ended.
    Nobody in the pair sees what the other still owes, or whether the other has answered a survey.
    """
    found = await visible_relationship(office.reads, caller, subject)
    subject = found["id"]
    rules = await office.form_answers.rules_of(subject)
    filed = await office.reads.relationships.forms(caller.sight, subject)
    seat, sees_both = seat_of(caller, found), caller.sight.sees(Data.ONE_SIDE, of_pair(found))
    history = await office.reads.history.course(caller.sight, subject)
    if history is None:
        raise Problem(404, "not_found")
    state = relationship_state(history)
    due = {timer.about: instant_text(timer.due) for timer in state.timers if timer.about}
    owed = [each.form for each in state.owed]

    def line(use: FormUse) -> dict[str, Any]:
        hidden = use.by is not seat and not sees_both
        return {
            **describe_use(use, shipped_form(use), language),
            "owed": use.form in owed and not hidden,
            "due_at": None if hidden else due.get(use.form),
            "yours": use.by is seat,
            "command": _command_for(use),
            "filed": [row for row in filed if row["form"] == use.form and not (hidden and use.audience)],
        }

    return {"data": [line(use) for use in rules.forms if use.by in FILERS]}


def _command_for(use: FormUse) -> str | None:
    """Return the command that submits the form; None for one that comes with the application or belongs to a month."""
    if shipped_form(use).sealed or use.after is DueAfter.MONTH_ENDS:
        return None
    return "submit-survey" if use.audience else "submit-form"


def _words(file: ProgramFile, language: str) -> Callable[[str], str]:
    return lambda code: file.label(code, language)
