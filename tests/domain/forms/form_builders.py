"""Forms of the sample program: how it uses them, their documents, and rules that ask for them."""

from dataclasses import replace
from typing import Any

from domain.forms.model import Filler
from domain.journal import Document
from domain.rules.form_uses import DueAfter, FormUse
from domain.rules.ladder import Audience, Rung, StepKind
from domain.rules.program import Rules
from tests.domain.builders import RULES, document


def use(form: str, by: Filler, stage: str, **other: Any) -> FormUse:
    """Return how the sample program uses a form."""
    fields = {"version": "3", "required": True, "after": DueAfter.MEETING, "due_days": 7, "archived": False}
    return FormUse(form=form, by=by, stage=stage, cites=("ours",), **{**fields, **other})


def paper(form: str, name: str = "") -> Document:
    """Return a staged document of a form."""
    return replace(document(form + name), form=form)


LADDER = (
    Rung(after_days=0, step=StepKind.REMIND, to=Audience.LATE),
    Rung(after_days=7, step=StepKind.ESCALATE, to=Audience.COORDINATOR),
)
CLOSES = 40


def asking(*forms: FormUse) -> Rules:
    """Return the sample rules with these forms, and with the closing surveys asked for after an early ending."""
    surveys = (
        use("ask_mentor", Filler.MENTOR, "survey", audience="mentor", early_end_days=14),
        use("ask_mentee", Filler.MENTEE, "survey", audience="mentee", early_end_days=14),
    )
    return replace(
        RULES,
        forms=(*forms, *surveys),
        ladders={**RULES.ladders, "form": LADDER},
        endings=replace(RULES.endings, forms_close_days=CLOSES),
    )
