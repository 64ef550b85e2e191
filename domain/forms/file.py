"""A form from the plain values of its file, and everything that such a file must not say."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from domain.codec import CodecError, Fault, from_plain
from domain.fault_citations import cite_faults
from domain.fault_words import UNKNOWN_KEY, missing
from domain.forms.model import (
    LANGUAGES,
    LARGEST_NUMBER,
    LONGEST_LONG_TEXT,
    LONGEST_TEXT,
    MOST_ROWS,
    SCALE,
    Field,
    FieldType,
    Form,
    Words,
    text_problem,
)
from domain.visibility import Privacy

FORM_STAGES: Final = (
    "set_up",
    "application",
    "matching",
    "contact",
    "agreement",
    "meetings",
    "survey",
    "stipend",
    "recognition",
    "afterwards",
)
MOST_FIELDS: Final = 60
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_VERSION: Final = re.compile(r"[A-Za-z0-9._-]{1,16}")
_CATALOG: Final = re.compile(r"[A-Z][0-9]{1,2}[a-z]?")
_CHOSEN: Final = (FieldType.CHOICE, FieldType.CHOICES)
_MEASURED: Final = (FieldType.NUMBER, FieldType.AMOUNT, FieldType.CHOICES, FieldType.CODES, FieldType.ROWS)
_WRITTEN: Final = (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.PHONE, FieldType.EMAIL)
AIMED: Final = (FieldType.SCALE, FieldType.YES_NO, FieldType.CHOICE, FieldType.CHOICES)
"""Types whose answers can be counted, and so speak of an aim."""


def read_form(data: Mapping[str, Any]) -> Form:
    """A form from its file; raises ``CodecError`` with every fault and its key path."""
    faults: list[Fault] = []
    plain = dict(data)
    cite_faults("cites", plain.get("cites"), faults)
    faults.extend(_unclassed(plain.get("fields")))
    try:
        form = from_plain(Form, plain, strict=True)
    except CodecError as error:
        faults.extend(error.faults)
    else:
        faults.extend(_form_faults(form))
    if faults:
        raise CodecError(tuple(dict.fromkeys(faults)))
    return form


def _unclassed(fields: Any) -> Iterator[Fault]:
    """Fields without a privacy class; a column has that of its table."""
    for number, field in enumerate(fields if isinstance(fields, list) else ()):
        if isinstance(field, Mapping) and "privacy" not in field:
            yield Fault(f"fields[{number}].privacy", "missing; write A, O, P, W or N")


def _form_faults(form: Form) -> Iterator[Fault]:
    if not _CODE.fullmatch(form.id):
        yield Fault("id", "write a code of lower-case letters, digits and _, at most 64")
    if not _VERSION.fullmatch(form.version):
        yield Fault("version", "write letters, digits, dots and dashes, at most 16")
    if not _CATALOG.fullmatch(form.catalog):
        yield Fault("catalog", 'write the number in the catalog of forms, such as "F3"')
    if form.stage not in FORM_STAGES:
        yield Fault("stage", "unknown; write one of " + ", ".join(FORM_STAGES))
    if not form.filled_by:
        yield Fault("filled_by", "empty; write at least one")
    languages = form.languages
    yield from _word_faults("title", form.title, LONGEST_TEXT, languages)
    yield from _word_faults("intro", form.intro, LONGEST_LONG_TEXT, languages)
    if not 1 <= len(form.fields) <= MOST_FIELDS:
        yield Fault("fields", f"write 1 to {MOST_FIELDS} fields")
        return
    yield from _fields_faults(form.fields, "fields", languages)
    rated = any(field.type is FieldType.SCALE for field in form.fields)
    if rated != bool(form.scale) or len(form.scale) not in (0, SCALE[1]):
        yield Fault("scale", "write the words for 1 to 5" if rated else "nothing is rated; remove it")
    for number, words in enumerate(form.scale):
        yield from _word_faults(f"scale[{number}]", words, LONGEST_TEXT, languages)
    for number, field in enumerate(form.fields):
        if field.only_with is not None:
            yield from _condition_faults(form, field, f"fields[{number}].only_with", number)
    classes = [each.privacy for each in form.fields if each.privacy is not Privacy.PUBLIC]
    own = (Privacy.PAIR, Privacy.WRITER)
    if form.private and any(each not in own for each in classes):
        first = next(n for n, each in enumerate(form.fields) if each.privacy in own)
        yield Fault(
            f"fields[{first}].privacy", "belongs to the pair; move it to a form without A and O fields"
        )
    if form.archivable and Privacy.ARCHIVE not in classes:
        yield Fault("archivable", "no field is of class A; write false, or give a field that class")


def _fields_faults(fields: tuple[Field, ...], path: str, languages: Sequence[str]) -> Iterator[Fault]:
    before = set[str]()
    for number, field in enumerate(fields):
        here = f"{path}[{number}]"
        if not _CODE.fullmatch(field.key):
            yield Fault(f"{here}.key", "write a code of lower-case letters, digits and _, at most 64")
        if field.key in before:
            yield Fault(f"{here}.key", f"{field.key} stands twice; one field a key")
        before.add(field.key)
        yield from _word_faults(f"{here}.label", field.label, LONGEST_LONG_TEXT, languages)
        if field.help is not None:
            yield from _word_faults(f"{here}.help", field.help, LONGEST_LONG_TEXT, languages)
        yield from _limit_faults(field, here)
        yield from _option_faults(field, here, languages)
        if field.aim and not _CODE.fullmatch(field.aim):
            yield Fault(f"{here}.aim", "write the code of one of the program's aims")
        elif field.aim and field.type not in AIMED:
            yield Fault(f"{here}.aim", "this answer cannot be counted; remove it")
        if (field.type is FieldType.ROWS) != bool(field.columns):
            what = (
                "missing; write the columns" if not field.columns else "only rows have columns; remove them"
            )
            yield Fault(f"{here}.columns", what)
        for column, below in enumerate(field.columns):
            if below.columns or below.type is FieldType.ROWS:
                yield Fault(f"{here}.columns[{column}].type", "a table holds no table; write another type")
            if below.only_with is not None:
                yield Fault(f"{here}.columns[{column}].only_with", "a column is always asked; remove it")
        yield from _fields_faults(field.columns, f"{here}.columns", languages)


def _limit_faults(field: Field, here: str) -> Iterator[Fault]:
    longest = LONGEST_LONG_TEXT if field.type is FieldType.LONG_TEXT else LONGEST_TEXT
    if field.max_chars and field.type not in _WRITTEN:
        yield Fault(f"{here}.max_chars", "this is no text; remove it")
    elif not 0 <= field.max_chars <= longest:
        yield Fault(f"{here}.max_chars", f"write a number from 1 to {longest}")
    if (field.least or field.most) and field.type not in _MEASURED:
        yield Fault(f"{here}.most", "this answer has no size; remove least and most")
    highest = (
        MOST_ROWS if field.type in (FieldType.ROWS, FieldType.CHOICES, FieldType.CODES) else LARGEST_NUMBER
    )
    if not 0 <= field.least <= highest or not 0 <= field.most <= highest:
        yield Fault(f"{here}.most", f"write numbers from 0 to {highest}")
    elif field.most and field.most < field.least:
        yield Fault(f"{here}.most", "less than least; write at least that")
    if field.type is FieldType.NUMBER and not field.most:
        yield Fault(f"{here}.most", "missing; write the largest number that makes sense")


def _option_faults(field: Field, here: str, languages: Sequence[str]) -> Iterator[Fault]:
    if (field.type in _CHOSEN) != bool(field.options):
        what = (
            "missing; write the options" if field.type in _CHOSEN else "nothing is chosen here; remove them"
        )
        yield Fault(f"{here}.options", what)
    if (field.type is FieldType.CODES) != bool(field.codes_of):
        what = (
            "missing; write the list of codes" if not field.codes_of else "only codes have a list; remove it"
        )
        yield Fault(f"{here}.codes_of", what)
    before = set[str]()
    for number, option in enumerate(field.options):
        place = f"{here}.options[{number}]"
        if not _CODE.fullmatch(option.code):
            yield Fault(f"{place}.code", "write a code of lower-case letters, digits and _, at most 64")
        if option.code in before:
            yield Fault(f"{place}.code", f"{option.code} stands twice; one option a code")
        before.add(option.code)
        yield from _word_faults(place, option.words, LONGEST_TEXT, languages)


def _condition_faults(form: Form, field: Field, here: str, number: int) -> Iterator[Fault]:
    condition = field.only_with
    assert condition is not None  # noqa: S101 - asked for such fields only
    other = next((each for each in form.fields[:number] if each.key == condition.field), None)
    if other is None:
        yield Fault(f"{here}.field", "no field above has this key; write one that has")
    elif other.type is FieldType.YES_NO:
        if condition.value not in ("yes", "no"):
            yield Fault(f"{here}.value", "write yes or no")
    elif other.type not in _CHOSEN:
        yield Fault(f"{here}.field", "write a field that is chosen, or answered by yes or no")
    elif condition.value not in [option.code for option in other.options]:
        yield Fault(f"{here}.value", "no option of that field; write the code of one")


def _word_faults(path: str, words: Words, most: int, languages: Sequence[str]) -> Iterator[Fault]:
    """Return what is wrong with words that must be there in each of ``languages`` and in no other."""
    for language in words:
        if language not in LANGUAGES:
            yield Fault(f"{path}.{language}", UNKNOWN_KEY)
        elif language not in languages:
            yield Fault(f"{path}.{language}", "the title is not in this language; add it there, or remove it")
    for language in languages:
        text = words.get(language)
        if text is None:
            yield Fault(f"{path}.{language}", missing(str))
        elif not text.strip():
            yield Fault(f"{path}.{language}", "empty; write the words")
        elif problem := text_problem(text, most=most, lines=True):
            yield Fault(f"{path}.{language}", problem)
