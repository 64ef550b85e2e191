"""What a program file must not say of its forms, surveys and aims."""

import hashlib
import re
from collections.abc import Iterator, Mapping

from domain.codec import Fault
from domain.fault_citations import cite_faults
from domain.forms.file import AIMED, FORM_STAGES
from domain.forms.model import FieldType, Filler, Form, Words
from domain.rules.canonical_json import text_of
from domain.rules.checks.program import LONGEST_DAYS
from domain.rules.form_uses import ASKED_AFTER, FILERS, DueAfter, FormUse
from domain.rules.program import Rules, Subject

Forms = Mapping[tuple[str, str], Form]
STAGE_OF_FACT = {
    DueAfter.APPLIED: "application",
    DueAfter.MATCH_CONFIRMED: "contact",
    DueAfter.FIRST_CONTACT: "agreement",
    DueAfter.AGREEMENT_SIGNED: "meetings",
    DueAfter.SURVEY_OPENS: "survey",
}
"""The stage that a fact begins: a form that is owed from then on must be open by then."""
SMALLEST_GROUP, LARGEST_GROUP = 3, 100
PAIR = (Filler.MENTOR, Filler.MENTEE)
"""Whose closing survey is a stage of the relationship."""
_CODE = re.compile(r"[a-z0-9_]{1,64}")


def use_faults(rules: Rules, forms: Forms | None) -> Iterator[Fault]:
    """What is wrong with the forms that a program uses; ``forms`` are all there are, by id and version."""
    if not SMALLEST_GROUP <= rules.survey.small_group <= LARGEST_GROUP:
        what = f"missing; write a number from {SMALLEST_GROUP} to {LARGEST_GROUP}"
        yield Fault("survey.small_group", what if not rules.survey.small_group else what.partition("; ")[2])
    if not rules.forms:
        yield Fault("forms", "missing; write a table [[forms]] for each form that the program uses")
        return
    for number, use in enumerate(rules.forms):
        here = f"forms[{number}]"
        yield from _use_faults(here, use)
        for earlier in rules.forms[:number]:
            if use.form == earlier.form:
                what = "stands in two versions" if use.version != earlier.version else "stands twice"
                yield Fault(f"{here}.form", f"{use.form} {what}; write one")
            if use.audience and use.audience == earlier.audience:
                yield Fault(f"{here}.audience", f"{use.audience} has a survey already; one an audience")
        if forms is not None:
            yield from _held_against(here, use, forms, rules)
    yield from end_form_faults(rules)
    for side in PAIR:
        if rules.survey_form(side.value) is None:
            yield Fault("forms", f'no survey of the {side.value}; write one with audience = "{side.value}"')


def _use_faults(here: str, use: FormUse) -> Iterator[Fault]:
    if use.stage not in FORM_STAGES:
        yield Fault(f"{here}.stage", "unknown; write one of " + ", ".join(FORM_STAGES))
    if not 0 <= use.due_days <= LONGEST_DAYS:
        yield Fault(f"{here}.due_days", f"write a number of days from 0 to {LONGEST_DAYS}")
    if use.audience and not _CODE.fullmatch(use.audience):
        yield Fault(f"{here}.audience", "write a code of lower-case letters, digits and _, at most 64")
    if use.kept_as and not use.archived:
        yield Fault(f"{here}.kept_as", "the form is not archived; remove it")
    for side in PAIR:
        if use.audience == side.value and (use.by is not side or use.stage != "survey" or use.repeats):
            yield Fault(
                f"{here}.audience", f"is the closing survey; write by {side.value}, stage survey, once"
            )
    of_term = use.after is DueAfter.MONTH_ENDS or use.stage == "set_up"
    owed = use.required and use.by in FILERS and not use.audience and not of_term
    if owed and use.after not in ASKED_AFTER:
        known = ", ".join(each.value for each in ASKED_AFTER)
        yield Fault(
            f"{here}.after", f"nobody could be reminded of it; write one of {known}, or required = false"
        )
    if use.asked and use.by is Filler.MENTOR and use.after is DueAfter.APPLIED:
        yield Fault(f"{here}.after", "nobody is mentor then; write match_confirmed, or a later fact")
    if owed and use.repeats:
        yield Fault(f"{here}.repeats", "it is owed once; write false, or required = false")
    opens = STAGE_OF_FACT.get(use.after, "")
    if use.asked and opens and _place(use.stage) > _place(opens):
        yield Fault(
            f"{here}.stage",
            f"opens after the fact that it is due by, in {opens}; write that or an earlier one",
        )
    if use.asked and use.due_days < 1:
        yield Fault(f"{here}.due_days", "it is owed from that fact on; write at least 1")
    if not 0 <= use.early_end_days <= LONGEST_DAYS:
        yield Fault(f"{here}.early_end_days", f"write a number of days from 0 to {LONGEST_DAYS}")
    if use.early_end_days and use.audience not in [side.value for side in PAIR]:
        yield Fault(
            f"{here}.early_end_days", "only the closing surveys of the pair are asked then; remove it"
        )
    faults: list[Fault] = []
    cite_faults(f"{here}.cites", list(use.cites), faults)
    yield from faults


def _place(stage: str) -> int:
    """Where a stage comes in the order; an unknown one, which has a fault of its own, first."""
    return FORM_STAGES.index(stage) if stage in FORM_STAGES else 0


def end_form_faults(rules: Rules) -> Iterator[Fault]:
    """What is wrong with the time in which forms are taken once a relationship is over."""
    here, closes = "endings.forms_close_days", rules.endings.forms_close_days
    last = [use.early_end_days or use.due_days for use in rules.forms if use.asked_at_the_end]
    if not last:
        if closes:
            yield Fault(here, "no form is asked for after an end; write 0")
        return
    reminded = max((rung.after_days for rung in rules.ladder(Subject.FORM)), default=0)
    # A day that falls into a break is put off to its end, and a weekend may lie on either side.
    shut = max(((each.last - each.first).days + 5 for each in rules.calendar.breaks), default=0)
    least = max(last) + reminded + shut + 1
    if not least <= closes <= LONGEST_DAYS:
        what = f"the last form is due after {max(last)} days, its last reminder comes {reminded} later"
        off = f", and a break can put them off by {shut}" if shut else ""
        yield Fault(here, f"{what}{off}; write at least {least}, at most {LONGEST_DAYS}")


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
        yield Fault(f"{here}.by", f"the form is filled by {allowed}; write that")
    if use.asked and (form.sealed or form.private):
        yield Fault(f"{here}.required", "the form is kept elsewhere and never handed in; write false")
    if use.archived and not form.archivable:
        yield Fault(f"{here}.archived", "the form may not be archived; write false")
    if use.kept_as and use.kept_as not in rules.agreement.kept_documents:
        yield Fault(
            f"{here}.kept_as", "not on the list that both sign; write one of agreement.kept_documents"
        )
    of_pair = use.by in PAIR and form.stage != "set_up"
    if use.archived and of_pair and not use.kept_as:
        yield Fault(
            f"{here}.kept_as", "missing; write the line of agreement.kept_documents that it is kept as"
        )
    counted = any(field.type in AIMED for field in form.fields)
    if use.audience and not counted:
        yield Fault(f"{here}.audience", "the form has no answer that can be counted; remove it")
    for field in form.fields:
        if field.type is FieldType.CODES and not code_list(rules, field.codes_of):
            yield Fault(
                f"{here}.form", f"{field.key} asks for {field.codes_of}, which is no list of codes here"
            )


def code_list(rules: Rules, path: str) -> tuple[str, ...]:
    """The codes of a list of the rules, such as ``meetings.topics``; none where there is no such list."""
    value: object = rules
    for name in path.split("."):
        value = getattr(value, name, None)
    return value if isinstance(value, tuple) and all(isinstance(code, str) for code in value) else ()


def code_lists(rules: Rules, form: Form) -> dict[str, tuple[str, ...]]:
    """The lists of codes that a form's fields take their answers from."""
    columns = (column for field in form.fields for column in field.columns)
    named = (field.codes_of for field in (*form.fields, *columns) if field.codes_of)
    return {path: code_list(rules, path) for path in named}


def form_digest(form: Form) -> str:
    """What a form says, in 64 hex digits: the same version with another text is another form."""
    return hashlib.sha256(text_of(form).encode()).hexdigest()


def form_digests(rules: Rules, forms: Forms) -> dict[str, str]:
    """The digest of each form that a program uses."""
    return {use.form: form_digest(forms[use.form, use.version]) for use in rules.forms}


def aim_faults(rules: Rules, aims: Mapping[str, Words], forms: Forms | None) -> Iterator[Fault]:
    """What is wrong with the aims: no words, an aim that no survey asks about, a survey item of an unknown aim."""
    for code, words in aims.items():
        if not _CODE.fullmatch(code):
            yield Fault(f"aims.{code}", "write a code of lower-case letters, digits and _, at most 64")
        for language in ("en", "es"):
            if not words.read(language).strip():
                yield Fault(f"aims.{code}.{language}", "empty; write the words")
    if not aims:
        yield Fault("aims", "empty; write at least one aim")
    if forms is None:
        return
    asked: list[str] = []
    for number, use in enumerate(rules.forms):
        form = forms.get((use.form, use.version)) if use.audience else None
        named = [field.aim for field in form.fields if field.aim] if form else []
        asked += named
        for aim in dict.fromkeys(aim for aim in named if aim not in aims):
            yield Fault(f"forms[{number}].form", f"asks about the aim {aim}; add it to aims")
    for code in aims:
        if code not in asked:
            yield Fault(f"aims.{code}", "no survey asks about this aim; add an item, or remove the aim")
