"""A form as whoever fills it reads it: in one language, with the limits of each field and the words of each code."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.forms.model import Field, FieldType, Form, number_range, words_in

Say = Callable[[str], str]
_WRITTEN = (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.PHONE, FieldType.EMAIL)


def describe_form(form: Form, language: str, lists: Mapping[str, Sequence[str]], say: Say) -> dict[str, Any]:
    """A form as plain values. ``lists`` has the program's code lists, ``say`` the program's words for a code."""
    described: dict[str, Any] = {
        "form": form.id,
        "version": form.version,
        "catalog": form.catalog,
        "language": language,
        "title": words_in(form.title, language),
        "intro": words_in(form.intro, language),
        "filled_by": [filler.value for filler in form.filled_by],
        "stage": form.stage,
        "archivable": form.archivable,
        "cites": list(form.cites),
        "fields": [_describe_field(field, language, lists, say, ours=form.ours) for field in form.fields],
    }
    if form.scale:
        described["scale"] = [words_in(words, language) for words in form.scale]
    return described


def _describe_field(
    field: Field, language: str, lists: Mapping[str, Sequence[str]], say: Say, *, ours: bool
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "key": field.key,
        "type": field.type.value,
        "label": words_in(field.label, language),
        "required": field.required or field.only_with is not None,
        "privacy": field.privacy.value,
        "ours": ours or field.ours,
    }
    if field.help is not None:
        described["help"] = words_in(field.help, language)
    if field.aim:
        described["aim"] = field.aim
    if field.only_with is not None:
        described["only_with"] = {"field": field.only_with.field, "value": field.only_with.value}
    if field.type in _WRITTEN:
        described["max_chars"] = field.limit
    if field.type in (FieldType.NUMBER, FieldType.AMOUNT, FieldType.SCALE):
        described["least"], described["most"] = number_range(field)
    if field.type in (FieldType.CHOICES, FieldType.CODES, FieldType.ROWS):
        described["least"] = field.least
        if field.most or field.type is FieldType.ROWS:
            described["most"] = field.most_rows
    if field.options:
        words = ((option.code, words_in(option.words, language)) for option in field.options)
        described["options"] = [{"code": code, "label": label} for code, label in words]
    if field.codes_of:
        codes = lists.get(field.codes_of, ())
        described["options"] = [{"code": code, "label": say(code)} for code in codes]
    if field.columns:
        described["columns"] = [
            _describe_field(column, language, lists, say, ours=ours) for column in field.columns
        ]
    return described
