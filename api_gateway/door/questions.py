"""The questions of a program's form in an act of a mentor or mentee, and the answers that there are already."""

from collections.abc import Mapping
from dataclasses import dataclass

from activities.adapters.files.form_files import form_title, shipped_forms
from api_gateway.pages.acts.parts import Choice, FormPart, answer_parts
from api_gateway.pages.acts.records import Shown
from domain.forms.model import words_in
from domain.messages import Command
from domain.relationship.any_stage.forms_submitted import AmendForm, SubmitForm
from domain.relationship.stages.survey import SubmitSurvey
from domain.relationship.state import Relationship
from domain.rules.form_lists import code_lists
from domain.rules.form_uses import FormUse


def use_of(
    shown: Shown, state: Relationship, kind: type[Command], chosen: Mapping[str, str]
) -> FormUse | None:
    """Return the form that an act is about; None while it is not chosen, or if the program has none."""
    rules = shown.subject.rules
    if kind is SubmitForm:
        return rules.form(chosen.get("form", ""))
    if kind is SubmitSurvey:
        return rules.survey_form("mentor" if shown.caller.person == state.mentor else "mentee")
    if kind is AmendForm:
        document = chosen.get("document", "")
        filed = next((each for each in state.filed if each.document == document), None)
        return rules.form(filed.form) if filed else None
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """The questions of a form in the reader's language, with its title and what is above them."""

    part: FormPart
    title: str
    intro: str


def questions_of(shown: Shown, use: FormUse) -> Questions | None:
    """Return the questions of a form; None if its file is none of those that the office has."""
    rules, found = shown.subject.rules, shipped_forms().get((use.form, use.version))
    if found is None:
        return None
    lists = {
        path: tuple(Choice(value=code, label=shown.code(code)) for code in codes)
        for path, codes in code_lists(rules, found).items()
    }
    return Questions(
        part=answer_parts(found, lists, shown.language),
        title=form_title(use.form, shown.language),
        intro=words_in(found.intro, shown.language) if found.intro else "",
    )
