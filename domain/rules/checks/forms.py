"""Faults in a table `forms` of a program file."""

from collections.abc import Collection, Iterator

from domain.codec import Fault
from domain.fault_citations import cite_faults
from domain.forms.file import AIMED, FORM_STAGES
from domain.forms.model import FieldType, Filler
from domain.rules.checks.codes import CODE
from domain.rules.checks.values import LONGEST_DAYS
from domain.rules.form_lists import Forms, code_list
from domain.rules.form_uses import DEADLINE_FACTS, FILERS, PAIR, DueAfter, FormUse
from domain.rules.program import Rules

STAGE_OF_FACT = {
    DueAfter.APPLIED: "application",
    DueAfter.MATCH_CONFIRMED: "contact",
    DueAfter.FIRST_CONTACT: "agreement",
    DueAfter.AGREEMENT_SIGNED: "meetings",
    DueAfter.SURVEY_OPENS: "survey",
}
"""The stage that a fact begins: a form that is owed from that fact on must be open by then."""


def faults(rules: Rules, forms: Forms | None) -> Iterator[Fault]:
    """Return what is wrong with the forms that a program uses; ``forms`` are all existing forms, by id and version."""
    if not rules.forms:
        yield Fault("forms", "missing; write a table [[forms]] for each form that the program uses")
        return
    for number, use in enumerate(rules.forms):
        here = f"forms[{number}]"
        yield from _use_faults(here, use)
        for earlier in rules.forms[:number]:
            if use.form == earlier.form:
                what = "appears in two versions" if use.version != earlier.version else "appears twice"
                yield Fault(f"{here}.form", f"{use.form} {what}; write one")
            if use.audience and use.audience == earlier.audience:
                yield Fault(
                    f"{here}.audience", f"{use.audience} already has a survey; write one for each audience"
                )
        if forms is not None:
            yield from _held_against(here, use, forms, rules)
    for side in PAIR:
        if rules.survey_form(side.value) is None:
            yield Fault("forms", f'no survey of the {side.value}; write one with audience = "{side.value}"')


def _use_faults(here: str, use: FormUse) -> Iterator[Fault]:
    if use.stage not in FORM_STAGES:
        yield Fault(f"{here}.stage", "unknown; write one of " + ", ".join(FORM_STAGES))
    if not 0 <= use.due_days <= LONGEST_DAYS:
        yield Fault(f"{here}.due_days", f"write a number of days from 0 to {LONGEST_DAYS}")
    if use.audience and not CODE.fullmatch(use.audience):
        yield Fault(f"{here}.audience", "write a code of lower-case letters, digits and _, at most 64")
    if use.kept_as and not use.archived:
        yield Fault(f"{here}.kept_as", "the form is not archived; remove it")
    for side in PAIR:
        if use.audience == side.value and (use.by is not side or use.stage != "survey" or use.repeats):
            yield Fault(
                f"{here}.audience", f"this is the closing survey; write by {side.value}, stage survey, once"
            )
    yield from _due_faults(here, use)
    if not 0 <= use.early_end_days <= LONGEST_DAYS:
        yield Fault(f"{here}.early_end_days", f"write a number of days from 0 to {LONGEST_DAYS}")
    if use.early_end_days and use.audience not in [side.value for side in PAIR]:
        yield Fault(
            f"{here}.early_end_days", "only the closing surveys of the pair are asked for then; remove it"
        )
    faults: list[Fault] = []
    cite_faults(f"{here}.cites", list(use.cites), faults)
    yield from faults


def _due_faults(here: str, use: FormUse) -> Iterator[Fault]:
    """Return what is wrong with the fact from which a form's day counts, and with that day."""
    of_term = use.after is DueAfter.MONTH_ENDS or use.stage == "set_up"
    owed = use.required and use.by in FILERS and not use.audience and not of_term
    if owed and use.after not in DEADLINE_FACTS:
        known = ", ".join(each.value for each in DEADLINE_FACTS)
        yield Fault(
            f"{here}.after", f"nobody can be reminded of it; write one of {known}, or required = false"
        )
    if use.has_deadline and use.by is Filler.MENTOR and use.after is DueAfter.APPLIED:
        yield Fault(f"{here}.after", "there is no mentor then; write match_confirmed, or a later fact")
    if owed and use.repeats:
        yield Fault(f"{here}.repeats", "it is owed once; write false, or required = false")
    opens = STAGE_OF_FACT.get(use.after, "")
    if use.has_deadline and opens and _place(use.stage) > _place(opens):
        yield Fault(
            f"{here}.stage",
            f"opens after its fact, which is in {opens}; write that stage or an earlier one",
        )
    if use.has_deadline and use.due_days < 1:
        yield Fault(f"{here}.due_days", "it is owed from that fact on; write at least 1")


def _place(stage: str) -> int:
    """Return the place of a stage in the order; an unknown one, which has its own fault, comes first."""
    return FORM_STAGES.index(stage) if stage in FORM_STAGES else 0


def _held_against(here: str, use: FormUse, forms: Forms, rules: Rules) -> Iterator[Fault]:
    form = forms.get((use.form, use.version))
    if form is None:
        versions = [version for id, version in forms if id == use.form]
        if versions:
            yield Fault(f"{here}.version", "there is no such version; write one of " + ", ".join(versions))
        else:
            yield Fault(f"{here}.form", "there is no such form; write its id, or add its file")
        return
    if use.by not in form.filled_by:
        allowed = ", ".join(each.value for each in form.filled_by)
        yield Fault(f"{here}.by", f"the form is filled in by {allowed}; write that")
    if use.has_deadline and (form.sealed or form.private):
        yield Fault(f"{here}.required", "the form is kept elsewhere and never submitted; write false")
    if use.archived and not form.archivable:
        yield Fault(f"{here}.archived", "the form may not be archived; write false")
    if use.kept_as and use.kept_as not in rules.agreement.kept_documents:
        yield Fault(
            f"{here}.kept_as", "not on the list that both sign; write one of agreement.kept_documents"
        )
    of_pair = use.by in PAIR and form.stage != "set_up"
    if use.archived and of_pair and not use.kept_as:
        yield Fault(f"{here}.kept_as", "missing; write the line of agreement.kept_documents for it")
    counted = any(field.type in AIMED for field in form.fields)
    if use.audience and not counted:
        yield Fault(f"{here}.audience", "the form has no answer that can be counted; remove it")
    for field in form.fields:
        if field.type is FieldType.CODES and not code_list(rules, field.codes_of):
            yield Fault(
                f"{here}.form", f"{field.key} asks for {field.codes_of}, which is not a list of codes here"
            )


def language_faults(rules: Rules, forms: Forms | None, languages: Collection[str]) -> Iterator[Fault]:
    """Return forms that lack words in a language that the program offers."""
    for number, use in enumerate(rules.forms):
        form = (forms or {}).get((use.form, use.version))
        missing = [code for code in languages if form is not None and code not in form.languages]
        if missing:
            what = f"has no words in {', '.join(missing)}; add them in a new version of the form"
            yield Fault(f"forms[{number}].form", what)
