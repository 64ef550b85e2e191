"""The answers of a submitted form in words: each with the question of the form, in the reader's language."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from activities.adapters.files.locales import day_in_words
from api_gateway.pages.acts.words import frame, of_code
from api_gateway.pages.parts import Fact
from domain.forms.model import Field, FieldType, Form, words_in
from domain.languages import Language


def answer_facts(form: Form, answers: Mapping[str, Any], program: str, language: str) -> Iterator[Fact]:
    """Yield each answer that was given, in the order of the form; a table is a line for each row."""
    for field in form.fields:
        value = answers.get(field.key)
        if value in (None, "", []):
            continue
        label = words_in(field.label, language)
        if field.type is FieldType.ROWS:
            for number, row in enumerate(value):
                told = (
                    _text(form, column, row.get(column.key), program, language) for column in field.columns
                )
                yield Fact(term=label if not number else "", text=" · ".join(text for text in told if text))
        else:
            yield Fact(term=label, text=_text(form, field, value, program, language))


def _text(form: Form, field: Field, value: Any, program: str, language: str) -> str:
    """Return one answer in words; nothing for none."""
    if value in (None, "", []):
        return ""
    match field.type:
        case FieldType.DATE:
            return day_in_words(date.fromisoformat(value), Language(language))
        case FieldType.YES_NO | FieldType.ACCEPT:
            return frame(language, "yes" if value else "no")
        case FieldType.CHOICE | FieldType.CHOICES | FieldType.CODES:
            words = {each.code: words_in(each.words, language) for each in field.options}
            codes = value if isinstance(value, list) else [value]
            return ", ".join(words.get(code) or of_code(language, program, code) for code in codes)
        case FieldType.SCALE:
            named = words_in(form.scale[int(value) - 1], language) if form.scale else ""
            return f"{value} – {named}" if named else str(value)
    return str(value)
