"""Examples of request bodies with the codes of a shipped program, as the API documentation shows them.

A command or body says in its ``example`` what its types do not say. A text that begins with ``@`` stands for what a
program's file says: ``@meetings.modes`` for a code of that list, ``@program``, ``@version``, ``@form`` for a form that
a side submits, ``@answers.survey`` for answers to a form. The first program that has all of them is the one shown.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import AwareDatetime

from activities.adapters.files.form_files import shipped_forms
from api_gateway.services.programs import program_files, programs
from domain.forms.model import Field, FieldType, Form, answer_faults
from domain.rules.choices import choices
from domain.rules.form_lists import code_lists
from domain.rules.form_uses import FILERS, DueAfter, FormUse
from domain.rules.program import Rules

ID: Final = "9f2c" * 8
"""An id that is not in use."""


def _submitted_form(rules: Rules) -> FormUse | None:
    """Return the first form that a side submits during a relationship."""
    return next(
        (
            use
            for use in rules.forms
            if use.by in FILERS
            and not use.audience
            and use.after is not DueAfter.MONTH_ENDS
            and not shipped_forms()[use.form, use.version].sealed
        ),
        None,
    )


_FORMS: Final[Mapping[str, Callable[[Rules], FormUse | None]]] = {
    "form": _submitted_form,
    "survey": lambda rules: rules.survey_form("mentee"),
    "monthly_record": lambda rules: rules.form("monthly_record"),
    "term_survey": lambda rules: rules.survey_form("contact"),
}


def value_of(kind: Any) -> Any:
    """Return a value that a field of that type can have."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind)).value
    by_type = {
        bool: True,
        int: 1,
        datetime: "2026-11-02T15:00:00-06:00",
        AwareDatetime: "2026-11-02T15:00:00-06:00",
        date: "2026-11-02",
        time: "15:30",
        str: ID,
    }
    kinds = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    plain = [get_args(each)[0] if get_origin(each) is Annotated else each for each in kinds]
    return next((by_type[each] for each in plain if each in by_type), [])


def in_program_terms(example: Mapping[str, Any]) -> dict[str, Any]:
    """Return an example in which each mark is replaced by what the first suitable program says.

    The marks stay if the only program that has them all stands aside.

    Raises:
        LookupError: No shipped program has all of them.
    """
    for file in programs().values():
        try:
            return {name: _resolve(value, file.rules) for name, value in example.items()}
        except LookupError:
            continue
    if program_files().aside:
        return dict(example)
    raise LookupError(f"no program has {', '.join(marks(example))}")


def in_terms_of(rules: Rules, value: Any) -> Any:
    """Return an example with each mark replaced by what these rules say; None if they do not say it."""
    try:
        return _resolve(value, rules)
    except LookupError:
        return None


def marks(value: Any) -> Iterator[str]:
    """Yield the marks in an example."""
    if isinstance(value, str) and value.startswith("@"):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from marks(each)
    elif isinstance(value, list):
        for each in value:
            yield from marks(each)


def _resolve(value: Any, rules: Rules) -> Any:
    if isinstance(value, Mapping):
        return {name: _resolve(each, rules) for name, each in value.items()}
    if isinstance(value, list):
        return [_resolve(each, rules) for each in value]
    return _value_for(value[1:], rules) if isinstance(value, str) and value.startswith("@") else value


def _value_for(mark: str, rules: Rules) -> Any:
    """Return what a program says for a mark."""
    if mark in ("program", "version"):
        return rules.program if mark == "program" else rules.version
    kind = mark.removeprefix("answers.")
    if kind not in _FORMS:
        return choices(rules)[mark][0]
    use = _FORMS[kind](rules)
    if use is None:
        raise LookupError(mark)
    form = shipped_forms()[use.form, use.version]
    return use.form if kind == mark else answers_to(form, rules)


def answers_to(form: Form, rules: Rules) -> dict[str, Any]:
    """Return answers to what a form requires, and to what it asks because of another answer."""
    lists, fields = code_lists(rules, form), {field.key: field for field in form.fields}
    answers: dict[str, Any] = {}
    while missing := {
        fault.path
        for fault in answer_faults(form, answers, lists=lists)
        if fault.code == "missing" and fault.path in fields.keys() - answers.keys()
    }:
        answers |= {key: _answer(field, lists) for key, field in fields.items() if key in missing}
    return answers


def _answer(field: Field, lists: Mapping[str, tuple[str, ...]]) -> Any:
    least = max(field.least, 1)
    codes = list(lists.get(field.codes_of, ())) or [option.code for option in field.options]
    match field.type:
        case FieldType.DATE:
            return "2026-11-02"
        case FieldType.NUMBER | FieldType.AMOUNT:
            return least
        case FieldType.CHOICE:
            return codes[0]
        case FieldType.CHOICES | FieldType.CODES:
            return codes[:least]
        case FieldType.YES_NO | FieldType.ACCEPT:
            return True
        case FieldType.SCALE:
            return 4
        case FieldType.PHONE:
            return "555 0100"
        case FieldType.EMAIL:
            return "somebody@example.org"
        case FieldType.ROWS:
            return [{column.key: _answer(column, lists) for column in field.columns}] * least
    return "Meeting in person."[: field.limit]
