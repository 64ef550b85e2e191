"""What a program's rules say about its forms: the lists of codes to choose from, and which text each form has."""

from collections.abc import Mapping
from typing import Any

from domain.forms.model import Form, words_in
from domain.forms.version import form_digest
from domain.rules.form_uses import FormUse
from domain.rules.program import Rules

Forms = Mapping[tuple[str, str], Form]


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


def form_digests(rules: Rules, forms: Forms) -> dict[str, str]:
    """The digest of each form that a program uses."""
    return {use.form: form_digest(forms[use.form, use.version]) for use in rules.forms}


def describe_use(use: FormUse, form: Form, language: str) -> dict[str, Any]:
    """How a program uses a form, in one line."""
    return {
        "form": use.form,
        "version": use.version,
        "catalog": form.catalog,
        "title": words_in(form.title, language),
        "by": use.by.value,
        "stage": use.stage,
        "required": use.required,
        "after": use.after.value,
        "due_days": use.due_days,
        "early_end_days": use.early_end_days or None,
        "repeats": use.repeats,
        "archived": use.archived,
        "kept_as": use.kept_as or None,
        "audience": use.audience or None,
    }
