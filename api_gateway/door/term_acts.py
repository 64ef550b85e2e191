"""What a mentor, or who is asked by a survey of the region, does in a term, of which a person sees own rows alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from activities.adapters.files.locales import month_in_words, opening
from activities.adapters.postgres.reads.own_terms import OwnTerm
from api_gateway.door.acts import OwnAct, sent_by_participants, started
from api_gateway.door.in_the_way import InTheWay
from api_gateway.door.office import Door
from api_gateway.door.own_address import EVERYTHING, own_address
from api_gateway.door.proofs import FormAsked
from api_gateway.door.questions import questions_of
from api_gateway.pages.acts.parts import takes_answers
from api_gateway.pages.acts.records import Shown
from api_gateway.pages.acts.subject import SubjectNow
from api_gateway.pages.words import Say
from api_gateway.services.form_answers import MONTHLY_RECORD
from api_gateway.services.problem import Problem
from api_gateway.services.programs import programs
from domain.languages import Language
from domain.rules.form_uses import FormUse
from domain.rules.program import Rules
from domain.term import decider
from domain.term.monthly_records import AmendMonthlyRecord, SubmitMonthlyRecord
from domain.term.region_surveys import SubmitTermSurvey
from domain.term.state import Term

OF_TERM: Final = sent_by_participants(decider.COMMANDS)
"""The acts of a term that have a form here, by the names of their commands."""


async def term_act(door: Door, asked: FormAsked) -> OwnAct:
    """Return an act of a term as it stands now; 404 if its person is asked for nothing there."""
    kind, caller = OF_TERM[asked.act], asked.visitor.caller
    surveyed, reads = kind is SubmitTermSurvey, door.office.reads.own_terms
    if surveyed:
        own = await reads.survey(caller.sight, asked.subject, asked.chosen.get("audience", ""))
    else:
        own = await reads.record(caller.sight, asked.subject, asked.chosen.get("month", ""))
    if own is None:
        raise Problem(404, "not_found")
    row, rules = own.row, own.rules
    subject = SubjectNow(
        kind="term", id=asked.subject, state=_own_term(asked.subject, own), rules=rules, now=own.now
    )
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
        in_the_way=_in_the_way(asked.act, asked.subject, own, shown),
        card=() if surveyed else (opening(month_in_words(month, Language(shown.language))),),
    )
    return _with_questions(made, own) if takes_answers(kind) else made


def _own_term(id: str, own: OwnTerm) -> Term:
    """Return the term of a row without anything that other people did in it."""
    row, now = own.row, own.now
    return Term(
        id=id,
        program=row["program"],
        term=row["term"],
        region=row["region"],
        first=own.first,
        last=own.last,
        opened_at=now,
        closes_at=now,
    )


def _possible(act: str, row: Mapping[str, Any]) -> bool:
    """Return whether an act fits how the person's own row stands; the rest the term itself decides.

    A record that staff entered is owed until it can no longer be contradicted.
    """
    owed = row["status"] in ("owed", "open")
    return not owed if act == AmendMonthlyRecord.__name__ else owed


def _in_the_way(act: str, subject: str, own: OwnTerm, shown: Shown) -> InTheWay | None:
    """Return on which day a record or survey was sent, or that a survey is closed; None while it can be sent."""
    say, row = Say(Language(shown.language)), own.row
    if act not in (SubmitMonthlyRecord.__name__, SubmitTermSurvey.__name__) or _possible(act, row):
        return None
    sent = row["answered_at" if act == SubmitTermSurvey.__name__ else "submitted_at"]
    if sent is None:
        return InTheWay(text=say("door.cannot.survey_closed"))
    day = shown.day(datetime.fromisoformat(sent) if isinstance(sent, str) else sent)
    text = say("door.cannot.sent", day=day)
    if act == SubmitTermSurvey.__name__:
        return InTheWay(text=text, href=EVERYTHING, link=say("door.over.look"))
    amend = AmendMonthlyRecord.__name__
    href = own_address(amend, subject, {"month": str(row["month"])})
    return InTheWay(text=text, href=href, link=say(f"door.acts.{amend}.title"))


def _with_questions(act: OwnAct, own: OwnTerm) -> OwnAct:
    use = _use(act, own.rules)
    asks = questions_of(act.shown, use) if use else None
    if use is None or asks is None:
        return replace(act, possible=False)
    made = replace(act, parts=(asks.part,), card=(*act.card, asks.title), intro=asks.intro, form=use.form)
    if act.kind is AmendMonthlyRecord and own.answers:
        return replace(made, start=started(made, {"answers": own.answers}))
    return made


def _use(act: OwnAct, rules: Rules) -> FormUse | None:
    if act.kind is SubmitTermSurvey:
        return rules.survey_form(str(act.fixed["audience"]))
    return rules.form(MONTHLY_RECORD)
