"""What a mentor, or who is asked by a survey of the region, does in a term, of which a person sees own rows alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from activities.adapters.files.locales import written_day
from api_gateway.door.acts import OwnAct, sent_by_participants, started
from api_gateway.door.office import Door
from api_gateway.door.proofs import Asked
from api_gateway.door.questions import own_document, questions_of
from api_gateway.pages.acts.parts import takes_answers
from api_gateway.pages.acts.records import Shown
from api_gateway.pages.acts.subject import SubjectNow
from api_gateway.services.caller import Caller
from api_gateway.services.form_answers import MONTHLY_RECORD
from api_gateway.services.problem import Problem
from api_gateway.services.programs import programs
from domain.ids import term_region_id
from domain.languages import Language
from domain.rules.form_uses import FormUse
from domain.rules.program import Rules
from domain.term import decider
from domain.term.monthly_records import AmendMonthlyRecord, SubmitMonthlyRecord
from domain.term.region_surveys import SubmitTermSurvey
from domain.term.state import Term

OF_TERM: Final = sent_by_participants(decider.COMMANDS)
"""The acts of a term that have a form here, by the names of their commands."""
_MONTH: Final = {Language.EN: "MMMM y", Language.ES: "MMMM 'de' y"}


async def term_act(door: Door, asked: Asked) -> OwnAct:
    """Return an act of a term as it stands now; 404 if its person is asked for nothing there."""
    kind, caller = OF_TERM[asked.act], asked.visitor.caller
    rules, now = await door.office.facts.rules(asked.subject), await door.office.clock.now()
    if rules is None:
        raise Problem(404, "not_found")
    surveyed = kind is SubmitTermSurvey
    row = await (_own_survey if surveyed else _own_record)(door, asked, caller)
    state = await _own_term(door, caller, asked.subject, row, now)
    subject = SubjectNow(kind="term", id=asked.subject, state=state, rules=rules, now=now)
    shown = Shown(subject=subject, row=row, caller=caller, language=asked.visitor.language)
    month = str(row.get("month", ""))
    made = OwnAct(
        asked=asked,
        kind=kind,
        subject_kind="term",
        shown=shown,
        parts=(),
        offers={},
        possible=_possible(asked.act, row),
        program=programs()[rules.program].wording_in(shown.language).program,
        fixed={"audience": row["audience"]} if surveyed else {"month": month},
        card=() if surveyed else (_month_words(month, shown.language),),
    )
    return await _with_questions(door, made, rules) if takes_answers(kind) else made


async def _own_record(door: Door, asked: Asked, caller: Caller) -> Mapping[str, Any]:
    """Return the person's record of the month that a form is about."""
    month = asked.chosen.get("month", "")
    page = await door.office.reads.term_regions.monthly_records(caller.sight, limit=100)
    return _own(page.rows, asked.subject, month=month)


async def _own_survey(door: Door, asked: Asked, caller: Caller) -> Mapping[str, Any]:
    page = await door.office.reads.term_regions.surveys(caller.sight, limit=100)
    return _own(page.rows, asked.subject, audience=asked.chosen.get("audience", ""))


def _own(rows: tuple[Mapping[str, Any], ...], subject: str, **named: str) -> Mapping[str, Any]:
    """Return the row of a term in a region with these values; 404 if the person has none."""
    for row in rows:
        here = term_region_id(row["term"], row["region"]) == subject
        if here and all(row[name] == value for name, value in named.items()):
            return row
    raise Problem(404, "not_found")


async def _own_term(door: Door, caller: Caller, id: str, row: Mapping[str, Any], now: datetime) -> Term:
    """Return the term of a row without anything that other people did in it."""
    found = await door.office.reads.terms.one(caller.sight, row["term"])
    if found is None:
        raise Problem(404, "not_found")
    return Term(
        id=id,
        program=row["program"],
        term=row["term"],
        region=row["region"],
        first=date.fromisoformat(found["first"]),
        last=date.fromisoformat(found["last"]),
        opened_at=now,
        closes_at=now,
    )


def _possible(act: str, row: Mapping[str, Any]) -> bool:
    """Return whether an act fits how the person's own row stands; the rest the term itself decides."""
    owed = row["status"] in ("owed", "open")
    return owed if act in (SubmitMonthlyRecord.__name__, SubmitTermSurvey.__name__) else not owed


def _month_words(month: str, language: str) -> str:
    said = Language(language)
    words = written_day(date.fromisoformat(f"{month}-01"), _MONTH[said], said)
    return words[:1].upper() + words[1:]


async def _with_questions(door: Door, act: OwnAct, rules: Rules) -> OwnAct:
    use = _use(act, rules)
    part, title = questions_of(act.shown, use) if use else (None, "")
    if part is None:
        return replace(act, possible=False)
    assert use is not None  # noqa: S101 - a part is that of a form
    made = replace(act, parts=(part,), card=(*act.card, title), form=use.form)
    document = str(act.shown.row.get("document", ""))
    if act.kind is AmendMonthlyRecord and document:
        before = await own_document(door.office, act.caller, document)
        return replace(made, start=started(made, {"answers": before}))
    return made


def _use(act: OwnAct, rules: Rules) -> FormUse | None:
    if act.kind is SubmitTermSurvey:
        return rules.survey_form(str(act.fixed["audience"]))
    return rules.form(MONTHLY_RECORD)
