"""Forms as data: what a form asks, and what is wrong with the answers to it.

A form belongs to no relationship here: who may hand it in, and when, is a program's and a stage room's matter. Answers
are plain values as JSON has them (text, whole numbers, true and false, lists, tables); nothing in them is ever part of
an event. Each fault has the key path of an answer and a stable code, and never repeats what was written.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from domain.codec import FLAT
from domain.hidden_signs import hidden_sign
from domain.languages import Language
from domain.visibility import Privacy

LANGUAGES: Final = tuple(language.value for language in Language)
LONGEST_TEXT: Final = 200
LONGEST_LONG_TEXT: Final = 4000
MOST_ROWS: Final = 60
LARGEST_NUMBER: Final = 10_000_000
SCALE: Final = (1, 5)


class FieldType(StrEnum):
    """What kind of answer a field takes."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    NUMBER = "number"
    AMOUNT = "amount"
    CHOICE = "choice"
    CHOICES = "choices"
    CODES = "codes"
    YES_NO = "yes_no"
    ACCEPT = "accept"
    SCALE = "scale"
    PHONE = "phone"
    EMAIL = "email"
    ROWS = "rows"


class Filler(StrEnum):
    """Who fills a form; ``program`` is one that the office itself writes."""

    MENTOR = "mentor"
    MENTEE = "mentee"
    APPLICANT = "applicant"
    COORDINATOR = "coordinator"
    CONTACT = "contact"
    ADMINISTRATOR = "administrator"
    DISTRICT = "district"
    REFERENCE_WRITER = "reference_writer"
    OTHER = "other"
    PROGRAM = "program"


Words = Mapping[str, str]
"""The same words in each language, by its code; English is always there."""


def words_in(words: Words, language: str) -> str:
    """Return the words in a language; the English ones where that language is missing."""
    return words.get(language) or words[Language.EN]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer of a choice, by its code. In a form file its words are next to the code."""

    code: str
    words: Words = dataclass_field(metadata=FLAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyWith:
    """A field that is asked only where another field's answer is, or holds, a value; then it is required."""

    field: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form.

    ``aim`` is the program's aim that the answer speaks of; ``codes_of`` names a list of the program's rules that the
    answer's codes come from; ``ours`` marks a field that no source gives. Columns of a table have its privacy class.
    """

    key: str
    type: FieldType
    label: Words
    privacy: Privacy = Privacy.PUBLIC
    required: bool = False
    help: Words | None = None
    aim: str = ""
    max_chars: int = 0
    least: int = 0
    most: int = 0
    options: tuple[Option, ...] = ()
    codes_of: str = ""
    columns: tuple["Field", ...] = ()
    only_with: OnlyWith | None = None
    ours: bool = False

    @property
    def limit(self) -> int:
        """The most characters of a text; what a field does not say is the most there is."""
        return self.max_chars or (LONGEST_LONG_TEXT if self.type is FieldType.LONG_TEXT else LONGEST_TEXT)

    @property
    def most_rows(self) -> int:
        """The most rows of a table."""
        return self.most or MOST_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One version of a form. ``catalog`` is its number in the catalog of forms; ``archivable`` is the star (NEA-50).

    ``scale`` has the words for 1 to 5. A ``sealed`` form is part of an application and read by one person alone.
    """

    id: str
    version: str
    catalog: str
    title: Words
    intro: Words
    filled_by: tuple[Filler, ...]
    stage: str
    archivable: bool
    cites: tuple[str, ...]
    fields: tuple[Field, ...]
    scale: tuple[Words, ...] = ()
    sealed: bool = False
    ours: bool = False

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of its title, which are those of all its words."""
        return tuple(code for code in LANGUAGES if code == Language.EN or code in self.title)

    @property
    def key(self) -> tuple[str, str]:
        """Id and version, by which a program names it."""
        return self.id, self.version

    def field(self, key: str) -> Field | None:
        """The field of that key."""
        return next((each for each in self.fields if each.key == key), None)

    @property
    def private(self) -> bool:
        """Whether a field belongs to the pair or to its writer alone."""
        return any(each.privacy in (Privacy.PAIR, Privacy.WRITER) for each in self.fields)


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """One thing wrong with answers: the key path of the answer, and a stable code."""

    path: str
    code: str


# U+061C, U+200E and U+200F turn a direction without a visible sign, like the embeddings and isolates.
_BIDIRECTIONAL: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufff0-\ufffb\ufffe\uffff\ufdd0-\ufdef\U000e0000-\U000e007f]"
)
_CONTROL_IN_LINES: Final = re.compile(_CONTROL.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CODE: Final = re.compile(r"[a-z0-9_]{1,64}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PHONE: Final = re.compile(r"\+?[0-9(][0-9 ().\-/x]{5,28}[0-9]")
_EMAIL: Final = re.compile(
    r"[^\s@<>\",;:\\()\[\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,180}[A-Za-z0-9])?\.[A-Za-z]{2,24}"
)
_TEXTS: Final = (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.PHONE, FieldType.EMAIL)
_LISTS: Final[Mapping[str, Sequence[str]]] = {}


def text_code(text: str, *, most: int, lines: bool = False) -> str:
    """The code of the first thing that is wrong with a text, or an empty one.

    ``lines`` allows line feeds. A text must be in composed form (NFC), so that equal words have equal bytes.
    """
    if _SURROGATE.search(text):
        return "lone_surrogate"
    if len(text) > most:
        return "too_long"
    if _BIDIRECTIONAL.search(text):
        return "bidirectional"
    if (_CONTROL_IN_LINES if lines else _CONTROL).search(text):
        return "control_character"
    return "" if unicodedata.is_normalized("NFC", text) else "not_normalized"


def text_problem(text: str, *, most: int, lines: bool = False) -> str:
    """What is wrong with a text of a program or form file, in words that tell what to write; empty where nothing is."""
    code = text_code(text, most=most, lines=lines)
    if code == "too_long":
        return f"too long; write at most {most} characters"
    if code == "not_normalized":
        return "accents are characters of their own; write composed letters (NFC)"
    code = code.replace("_", " ") or hidden_sign(text, lines=lines)
    return f"{code}: a character that nobody sees; write the text without it" if code else ""


def normalized(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers with texts composed (NFC) and outer blanks gone; all else, and what is too long, stays as it is."""
    return {key: _composed(form.field(key), value) for key, value in answers.items()}


def _composed(field: Field | None, value: Any) -> Any:
    if field is None:
        return value
    if isinstance(value, str) and field.type in _TEXTS and len(value) <= 2 * field.limit:
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    if field.type is FieldType.ROWS and isinstance(value, list) and len(value) <= MOST_ROWS:
        columns = {column.key: column for column in field.columns}
        return [
            {key: _composed(columns.get(key), item) for key, item in row.items()}
            if isinstance(row, dict)
            else row
            for row in value
        ]
    return value


def answer_faults(
    form: Form,
    answers: Mapping[str, Any],
    *,
    lists: Mapping[str, Sequence[str]] = _LISTS,
    draft: bool = False,
) -> tuple[AnswerFault, ...]:
    """Everything that is wrong with answers, in the order of the fields; empty where they can be handed in.

    ``lists`` has the program's code lists by name for fields of type ``codes``. A ``draft`` may leave out anything.
    """
    return tuple(_faults(form, answers, lists, draft))


def _faults(
    form: Form, answers: Mapping[str, Any], lists: Mapping[str, Sequence[str]], draft: bool
) -> Iterator[AnswerFault]:
    known = {each.key for each in form.fields}
    for key in answers:
        if key not in known:
            yield AnswerFault(key if isinstance(key, str) and _CODE.fullmatch(key) else "", "unknown_field")
    for field in form.fields:
        wanted = field.only_with is None or _holds(answers.get(field.only_with.field), field.only_with.value)
        value = answers.get(field.key)
        if not wanted:
            if not _empty(value):
                yield AnswerFault(field.key, "not_asked")
        else:
            needed = field.required or field.only_with is not None
            yield from _field_faults(field, field.key, value, needed and not draft, lists, draft)


def _holds(answer: Any, value: str) -> bool:
    if isinstance(answer, bool):
        return value == ("yes" if answer else "no")
    return value in answer if isinstance(answer, list) else answer == value


def _empty(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and _blank(value))


def _blank(text: str) -> bool:
    """Whether a reader sees nothing: blanks, and signs of no width such as U+200B (category Cf)."""
    return all(sign.isspace() or unicodedata.category(sign) == "Cf" for sign in text)


def _field_faults(
    field: Field, path: str, value: Any, needed: bool, lists: Mapping[str, Sequence[str]], draft: bool
) -> Iterator[AnswerFault]:
    if _empty(value) and not (isinstance(value, str) and value):
        if needed:
            yield AnswerFault(path, "missing")
    elif field.type is FieldType.ROWS:
        yield from _row_faults(field, path, value, lists, draft)
    elif field.type in (FieldType.CHOICES, FieldType.CODES):
        yield from _choice_faults(field, path, value, lists)
    elif code := _value_code(field, value):
        yield AnswerFault(path, code)
    elif needed and _empty(value):
        yield AnswerFault(path, "missing")


def _value_code(field: Field, value: Any) -> str:
    """The code of what is wrong with a single value, or an empty text."""
    match field.type:
        case FieldType.YES_NO | FieldType.ACCEPT:
            if not isinstance(value, bool):
                return "wrong_type"
            return "not_accepted" if field.type is FieldType.ACCEPT and not value else ""
        case FieldType.NUMBER | FieldType.AMOUNT | FieldType.SCALE:
            if isinstance(value, bool) or not isinstance(value, int):
                return "wrong_type"
            least, most = number_range(field)
            return "" if least <= value <= most else "out_of_range"
    if not isinstance(value, str):
        return "wrong_type"
    match field.type:
        case FieldType.CHOICE:
            return "" if value in (option.code for option in field.options) else "not_a_choice"
        case FieldType.DATE:
            return "" if _is_day(value) else "not_a_date"
    code = text_code(value, most=field.limit, lines=field.type is FieldType.LONG_TEXT)
    if code or not value.strip():
        return code
    if field.type is FieldType.PHONE and not (_PHONE.fullmatch(value) and sum(map(str.isdigit, value)) >= 7):
        return "not_a_phone"
    if field.type is FieldType.EMAIL and not _EMAIL.fullmatch(value):
        return "not_an_email"
    return ""


def number_range(field: Field) -> tuple[int, int]:
    """The least and the most that a number may be."""
    if field.type is FieldType.SCALE:
        return SCALE
    return field.least, field.most or LARGEST_NUMBER


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text)) and 1900 <= date.fromisoformat(text).year <= 2100
    except ValueError:
        return False


def _choice_faults(
    field: Field, path: str, value: Any, lists: Mapping[str, Sequence[str]]
) -> Iterator[AnswerFault]:
    if not isinstance(value, list):
        yield AnswerFault(path, "wrong_type")
        return
    allowed = tuple(option.code for option in field.options) or tuple(lists.get(field.codes_of, ()))
    if len(value) > len(allowed):
        yield AnswerFault(path, "too_many")
        return
    for number, code in enumerate(value):
        if not isinstance(code, str):
            yield AnswerFault(f"{path}[{number}]", "wrong_type")
        elif code not in allowed:
            yield AnswerFault(f"{path}[{number}]", "not_a_choice")
        elif code in value[:number]:
            yield AnswerFault(f"{path}[{number}]", "twice")
    if field.most and len(value) > field.most:
        yield AnswerFault(path, "too_many")
    if len(value) < field.least:
        yield AnswerFault(path, "too_few")


def _row_faults(
    field: Field, path: str, value: Any, lists: Mapping[str, Sequence[str]], draft: bool
) -> Iterator[AnswerFault]:
    if not isinstance(value, list):
        yield AnswerFault(path, "wrong_type")
        return
    if len(value) > field.most_rows:
        yield AnswerFault(path, "too_many")
        return
    if len(value) < field.least and not draft:
        yield AnswerFault(path, "too_few")
    columns = {column.key for column in field.columns}
    for number, row in enumerate(value):
        here = f"{path}[{number}]"
        if not isinstance(row, dict):
            yield AnswerFault(here, "wrong_type")
            continue
        if any(key not in columns for key in row):
            yield AnswerFault(here, "unknown_field")
        for column in field.columns:
            needed = column.required and not draft
            yield from _field_faults(
                column, f"{here}.{column.key}", row.get(column.key), needed, lists, draft
            )


def seen_by(form: Form, answers: Mapping[str, Any], readable: Collection[Privacy]) -> dict[str, Any]:
    """Return the answers of the privacy classes that a reader may see (REQUIREMENTS 6).

    Whether a reader gets the form at all is decided before: what one side says of the other goes to no other side.
    """
    return {
        field.key: answers[field.key]
        for field in form.fields
        if field.key in answers and field.privacy in readable
    }
