"""Forms: what a program asks, drafts, what was handed in, and results of surveys in groups large enough to show."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, ConfigDict

from activities.adapters.files.form_files import shipped_forms
from api_gateway.api import Parts
from api_gateway.api.commands import Subject
from api_gateway.api.lists import folded, visible
from api_gateway.api.programs import program_of
from api_gateway.http.accept_language import Spoken
from api_gateway.http.auth import Anybody, Caller, allowed
from api_gateway.http.command_bodies import Answers
from api_gateway.http.problems import Problem
from api_gateway.services.form_answers import Asked, asked, rules_of, seat_of, standing_draft
from domain.actors import Role
from domain.codec import instant_text
from domain.forms.display import shown_form
from domain.forms.model import Filler, Form, seen_by
from domain.forms.survey_results import WHOLE, Answer, Counted, ItemResult, results
from domain.rules.form_lists import code_lists, shown_use
from domain.rules.form_uses import FILERS, PAIR, DueAfter, FormUse
from domain.rules.program import Rules
from domain.rules.program_file import ProgramFile

router = APIRouter()
Counters = Annotated[Caller, Depends(allowed(Role.COORDINATOR, Role.ADMIN, Role.AUDITOR))]
Code = Annotated[str, Query(pattern=r"^[a-z0-9_]{1,64}$")]


class Draft(BaseModel):
    """What is written so far; answers may be missing, and those that are there must fit."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"answers": {"most_helpful": "Meeting in person."}}]}
    )

    answers: Answers


@router.get("/programs/{program}/forms", operation_id="programs.forms", tags=["forms"])
async def forms(program: str, caller: Anybody, language: Spoken) -> dict[str, Any]:
    """The forms that a program uses: who fills each, from which stage on, and when it is due."""
    file = program_of(program)
    return {"data": [shown_use(use, _definition(use), language) for use in file.rules.forms]}


@router.get("/programs/{program}/forms/{form}", operation_id="programs.form", tags=["forms"])
async def form(
    program: str, form: str, caller: Anybody, language: Spoken, version: str = ""
) -> dict[str, Any]:
    """One form, field by field, in one language; with ``version`` one that a running relationship still has."""
    file = program_of(program)
    use = file.rules.form(form)
    found = shipped_forms().get((form, version or (use.version if use else "")))
    if use is None or found is None:
        raise Problem(404, "unknown_form")
    shown = shown_form(found, language, code_lists(file.rules, found), _words(file, language))
    return {**shown, "use": shown_use(use, found, language)}


@router.get("/relationships/{subject}/forms", operation_id="relationships.forms", tags=["forms"])
async def forms_of_pair(subject: Subject, office: Parts, caller: Anybody, language: Spoken) -> dict[str, Any]:
    """The forms of a relationship: what there is to fill, and what was handed in, without a word of it.

    ``owed`` says that a form is waited for, ``due_at`` by when; the day of one that is late and not reminded of any
    more is gone. Of the pair nobody sees what another still owes, nor whether the other has answered a survey.
    """
    found = await visible(office, caller, subject)
    rules = await rules_of(office, subject)
    filed = await office.forms.filed(subject)
    seat = seat_of(caller, found)
    state = await folded(office.views, [envelope for envelope, _ in await office.views.history(subject)])
    due = {timer.about: instant_text(timer.due) for timer in state.timers if timer.about}
    owed = [each.form for each in state.owed]
    listed = []
    for use in (use for use in rules.forms if use.by in FILERS):
        hidden = seat in PAIR and use.by is not seat
        told = [row for row in filed if row["form"] == use.form and not (hidden and use.audience)]
        line = shown_use(use, _definition(use), language)
        waited = {
            "owed": use.form in owed and not hidden,
            "due_at": None if hidden else due.get(use.form),
        }
        listed.append({**line, **waited, "yours": use.by is seat, "command": _command(use), "filed": told})
    return {"data": listed}


@router.get("/relationships/{subject}/forms/{form}", operation_id="relationships.read_draft", tags=["forms"])
async def read_draft(
    subject: Subject, form: str, response: Response, office: Parts, caller: Anybody
) -> dict[str, Any]:
    """The caller's own draft of a form, with its version as ``ETag``; version 0 where nothing was saved."""
    question = await _own(office, caller, subject, form)
    draft = await standing_draft(office, subject, form, caller.person)
    return _shown_draft(response, question, draft.ver, draft.answers)


@router.put("/relationships/{subject}/forms/{form}", operation_id="relationships.save_draft", tags=["forms"])
async def save_draft(
    subject: Subject,
    form: str,
    body: Draft,
    response: Response,
    office: Parts,
    caller: Anybody,
    if_match: Annotated[str, Header()] = "",
) -> dict[str, Any]:
    """Save the caller's draft over the version that ``If-Match`` names (``"0"`` for a new one).

    The last save may be repeated: the same answers over the same version are answered as the first time.
    """
    question = await _own(office, caller, subject, form)
    if not if_match:
        raise Problem(428, "if_match_missing", "Send the version that you have seen as If-Match.")
    seen = re.fullmatch(r'"(\d{1,9})"', if_match)
    answers = question.demand(body.answers, draft=True)
    saved = None
    if seen is not None:
        saved = await office.drafts.save(
            answers,
            relationship=subject,
            form=form,
            version=question.form.version,
            person=caller.person,
            seen=int(seen[1]),
        )
    if saved is None:
        standing = await office.drafts.read(subject, form, caller.person)
        raise Problem(412, "draft_changed", headers={"ETag": f'"{standing.ver}"'})
    return _shown_draft(response, question, saved, answers)


@router.get(
    "/relationships/{subject}/documents/{document}", operation_id="relationships.document", tags=["forms"]
)
async def document(subject: Subject, document: str, office: Parts, caller: Anybody) -> dict[str, Any]:
    """What was handed in, as far as the reader may see it: the writer all, staff of the region what is not private.

    Answers to a survey are read by nobody but their writer; others see results.
    """
    found = await visible(office, caller, subject)
    filed = [row for row in await office.forms.filed(subject) if row["id"] == document]
    if not filed:
        raise Problem(404, "not_found")
    row = filed[0]
    writer, seat = row["person"] == caller.person, seat_of(caller, found)
    in_pair = seat in (Filler.MENTOR, Filler.MENTEE)
    staff = seat is Filler.COORDINATOR or (Role.ADMIN in caller.roles and not in_pair)
    use = (await rules_of(office, subject)).form(row["form"])
    definition = shipped_forms().get((row["form"], row["version"]))
    if definition is None:
        raise Problem(404, "unknown_form")
    counted = bool(use.audience) if use is not None else bool(definition.scale)
    if not writer and (counted or not (staff or seat)):
        raise Problem(403, "only_in_aggregate" if counted else "not_the_writer")
    reader = None if writer else caller.acting((Role.COORDINATOR, Role.ADMIN, Role.PARTICIPANT))
    content = await office.documents.read(document, relationship=subject, reader=reader)
    if content is None:
        raise Problem(404, "not_found")
    seen = seen_by(definition, content, writer=writer, in_pair=in_pair, staff=staff)
    return {**row, "answers": seen}


@router.get(
    "/programs/{program}/terms/{term}/survey-results", operation_id="programs.survey_results", tags=["forms"]
)
async def survey_results(
    program: str, term: str, audience: Code, office: Parts, caller: Counters, language: Spoken
) -> dict[str, Any]:
    """Results of one survey, for the state office: by item and by aim, as a whole and by region.

    Groups with fewer answers than the program says are hidden, and others with them, so that none can be computed.
    They stand once no mentoring of the term can be going on any more: a result that grows tells the last answer.
    """
    if (
        Role.COORDINATOR in caller.roles
        and caller.regions
        and not {Role.ADMIN, Role.AUDITOR} & set(caller.roles)
    ):
        raise Problem(403, "state_office_only")
    file = program_of(program)
    found = await office.forms.survey_term(program, term)
    if found is None:
        raise Problem(404, "unknown_term")
    rules: Rules = found.rules
    use = rules.survey_form(audience)
    if use is None:
        raise Problem(404, "unknown_audience")
    last = rules.answers_end(found.dates, audience)
    until = rules.calendar.end_of(last)
    if await office.clock.now() < until:
        raise Problem(409, "results_not_ready", f"They stand after {last.isoformat()}.")
    answers = await office.forms.answers(term, use.form, until)
    return shown_results(file, rules, use, answers, found.regions, language)


def shown_results(
    file: ProgramFile,
    rules: Rules,
    use: FormUse,
    answers: tuple[Answer, ...],
    regions: tuple[str, ...],
    language: str,
) -> dict[str, Any]:
    """Results as the API tells them; ``null`` stands for a group that is hidden."""
    definition, least = _definition(use), rules.survey.small_group
    counted = results(definition, answers, regions, least)
    every = tuple(dict.fromkeys((*regions, *(answer.group for answer in answers))))
    labels = {field.key: field.label.read(language) for field in definition.fields}
    aims = {code: words.read(language) for code, words in file.frame.aims.items()}
    asked_for = {field.key: field.aim for field in definition.fields}

    def told(item: ItemResult, words: Mapping[str, str]) -> dict[str, Any]:
        groups = {each.group: _shown_group(each) for each in item.shown}
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
        "items": [{**told(item, labels), "aim": asked_for[item.key] or None} for item in counted.items],
        "aims": [told(item, aims) for item in counted.aims],
        "quotes": list(counted.quotes),
    }


def _shown_group(counted: Counted) -> dict[str, Any]:
    shown: dict[str, Any] = {"count": counted.count, "spread": dict(counted.spread)}
    if counted.mean_hundredths is not None:
        shown["mean"] = counted.mean_hundredths / 100
    return shown


async def _own(office: Any, caller: Caller, subject: str, form: str) -> Asked:
    """A form that the caller fills himself; 404 for an unknown one, 403 for another's."""
    found = await visible(office, caller, subject)
    question = asked(await rules_of(office, subject), form)
    if question.use.by is not seat_of(caller, found):
        raise Problem(403, "form_of_the_other_side")
    return question


def _shown_draft(response: Response, question: Asked, ver: int, answers: Mapping[str, Any]) -> dict[str, Any]:
    response.headers["ETag"] = f'"{ver}"'
    left = [{"path": fault.path, "code": fault.code} for fault in question.faults(answers)]
    return {
        "form": question.use.form,
        "version": question.form.version,
        "ver": ver,
        "answers": dict(answers),
        "still_wanted": left,
    }


def _command(use: FormUse) -> str | None:
    """The command that takes the form; None for one that comes with the application or belongs to a month."""
    if _definition(use).sealed or use.after is DueAfter.MONTH_ENDS:
        return None
    return "submit-survey" if use.audience else "submit-form"


def _definition(use: FormUse) -> Form:
    return shipped_forms()[use.form, use.version]


def _words(file: ProgramFile, language: str) -> Callable[[str], str]:
    return lambda code: file.label(code, language)
