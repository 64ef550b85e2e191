"""The parts of a form, made from the class of a command: one for each field that the API takes, and no others."""

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum, StrEnum
from typing import Any, Final

from api_gateway.http.carry_out import COMMANDS, senders, sent_by_people
from api_gateway.http.command_bodies import FOR_A_PERSON, SEALED_DOCUMENT, body_of, kebab, marked_example
from api_gateway.pages.acts import words as say
from domain.actors import Role
from domain.forms.model import Field, FieldType, Form, words_in
from domain.journal import Document
from domain.messages import By, Command
from domain.relationship.stages.agreement.signing import SignAgreement

STAFF: Final = (Role.COORDINATOR, Role.PAYMENT_STAFF, Role.ADMIN)
"""The roles in which somebody may send commands by a page."""


class Control(StrEnum):
    """What a person fills in."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DAY = "day"
    INSTANT = "instant"
    TIME = "time"
    MONTH = "month"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHECK = "check"
    CHOICE = "choice"
    CHOICES = "choices"
    GROUP = "group"
    ROWS = "rows"
    SCAN = "scan"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing to choose: what is sent, and the words for it; ``why_not`` says why it cannot be chosen now."""

    value: str
    label: str
    hint: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPart:
    """One field of a form, by its name in the body of the command.

    ``offers`` says where its choices come from: ``rules:meetings.modes``, ``enum:Side`` or ``records:meeting``. A
    field of a program's own form brings its ``label``, ``hint`` and ``choices`` along. ``number`` says that what is
    chosen or hidden is sent as a number, and ``alone`` that a list has one line of text for each entry.
    """

    name: str
    control: Control
    required: bool = True
    offers: str = ""
    number: bool = False
    parts: tuple["FormPart", ...] = ()
    least_rows: int = 1
    label: str = ""
    hint: str = ""
    choices: tuple[Choice, ...] = ()


ANSWERS: Final = "answers"
"""The field that holds the answers to a program's form."""
_HIDDEN: Final = {(SignAgreement.__name__, "version"), (SignAgreement.__name__, "digest")}
_MONTHS: Final = ("month",)
_SCANS: Final = ("scan",)
_CHECKS: Final = ("same_reference",)
_TEXTS: Final = {("MoveRules", "reason")}
_OF_RULES: Final[Mapping[tuple[str, str], str]] = {
    ("DecideComplaint", "reason"): "ending_reasons",
    ("LogMeeting", "next_topics"): "meetings.topics",
    ("LogGroupMeeting", "next_topics"): "meetings.topics",
    ("Terms", "left_out"): "agreement.editable",
    ("PlanRow", "mode"): "meetings.modes",
    ("Finding", "code"): "log_check.findings",
}
"""Lists of the rules that the example of a command does not mark."""
_PARTS: Final[dict[type[Command], tuple["FormPart", ...]]] = {}
_ROWS: Final[Mapping[str, int]] = {"PlanRow": 4, "Finding": 2}


def slug(kind: type[Command]) -> str:
    """Return the name of an act in an address: that of the command's route in the API."""
    return kebab(kind.__name__)


def _of_staff(kind: type[Command]) -> bool:
    return sent_by_people(kind) and bool({*senders(kind)} & {*STAFF})


ACTS: Final[Mapping[str, Mapping[str, type[Command]]]] = {
    subject: {slug(kind): kind for kind in kinds if _of_staff(kind)} for subject, kinds in COMMANDS.items()
}
"""Every command that staff may send, by the kind of its subject and its name in an address."""


def parts_of(kind: type[Command]) -> tuple[FormPart, ...]:
    """Return the parts of a command's form in the order in which a person fills them in; not its answers."""
    if kind not in _PARTS:
        _PARTS[kind] = _made(kind)
    return _PARTS[kind]


def _made(kind: type[Command]) -> tuple[FormPart, ...]:
    hints = typing.get_type_hints(kind, include_extras=True)
    example, model = marked_example(body_of(kind)), body_of(kind).model_fields
    own = [
        _part(kind.__name__, each.name, hints[each.name], example.get(each.name), required=_needed(each))
        for each in dataclasses.fields(kind)
        if each.name in model and hints[each.name] is not Document and each.name != ANSWERS
    ]
    if kind.texts:
        own = [
            dataclasses.replace(each, control=Control.TEXT, offers="") if each.name in kind.texts else each
            for each in own
        ]
    if kind.aside:
        own.append(FormPart(name=kind.aside, control=Control.LONG_TEXT, required=False))
    if kind.by is By.OWN_OR_STAFF:
        own = [*_for_a_person(kind), *own]
    return tuple(own)


def takes_answers(kind: type[Command]) -> bool:
    """Return whether a command comes with answers to a program's form."""
    return ANSWERS in body_of(kind).model_fields


def _for_a_person(kind: type[Command]) -> Iterator[FormPart]:
    """Return for whom staff send a command, and how that person told them."""
    needed = Role.COORDINATOR not in kind.roles
    for name in FOR_A_PERSON:
        offers = "records:reason" if name == "reason" else "records:acting_for"
        yield FormPart(name=name, control=Control.CHOICE, required=needed, offers=offers)


def _needed(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _part(owner: str, name: str, kind: Any, example: Any, *, required: bool) -> FormPart:
    """Return the part for one field of a command, or of a value inside it."""
    if kind == SEALED_DOCUMENT:
        return FormPart(name=name, control=Control.LONG_TEXT, required=False)
    kind, optional = _unless_left_out(kind)
    needed = required and not optional
    if (owner, name) in _HIDDEN:
        return FormPart(name=name, control=Control.HIDDEN, number=kind is int)
    if name in _SCANS:
        return FormPart(name=name, control=Control.SCAN)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return FormPart(name=name, control=Control.CHOICE, required=needed, offers=f"enum:{kind.__name__}")
    if kind == tuple[str, ...]:
        return FormPart(
            name=name,
            control=Control.CHOICES,
            required=required and not optional,
            offers=_offers(owner, name, example[0] if example else None),
        )
    if typing.get_origin(kind) is tuple:
        row = typing.get_args(kind)[0]
        inner = _inner(row, example[0] if example else {})
        return FormPart(
            name=name,
            control=Control.ROWS,
            required=needed,
            parts=inner,
            least_rows=_ROWS.get(row.__name__, 1),
        )
    if dataclasses.is_dataclass(kind):
        return FormPart(name=name, control=Control.GROUP, required=needed, parts=_inner(kind, example or {}))
    if kind is str:
        if name in _MONTHS:
            return FormPart(name=name, control=Control.MONTH, required=needed)
        if (owner, name) in _TEXTS:
            return FormPart(name=name, control=Control.TEXT, required=needed)
        return FormPart(
            name=name, control=Control.CHOICE, required=needed, offers=_offers(owner, name, example)
        )
    simple = {date: Control.DAY, datetime: Control.INSTANT, time: Control.TIME, int: Control.NUMBER}
    if kind is bool:
        control = Control.CHECK if name in _CHECKS else Control.YES_NO
        return FormPart(name=name, control=control, required=needed)
    return FormPart(name=name, control=simple[kind], required=needed)


def _inner(kind: Any, example: Mapping[str, Any]) -> tuple[FormPart, ...]:
    hints = typing.get_type_hints(kind)
    return tuple(
        _part(kind.__name__, each.name, hints[each.name], example.get(each.name), required=_needed(each))
        for each in dataclasses.fields(kind)
    )


def _unless_left_out(kind: Any) -> tuple[Any, bool]:
    """Return the type of a field, and whether it may be left out."""
    if typing.get_origin(kind) is not types.UnionType:
        return kind, False
    given = [each for each in typing.get_args(kind) if each is not types.NoneType]
    return given[0], True


def _offers(owner: str, name: str, example: Any) -> str:
    """Return where the choices of a field come from: a list of the rules if its example marks one, else records."""
    if listed := _OF_RULES.get((owner, name)):
        return f"rules:{listed}"
    if isinstance(example, str) and example.startswith("@") and example[1:] not in ("version", "form"):
        return f"rules:{example[1:]}"
    return f"records:{name}"


def answer_parts(form: Form, lists: Mapping[str, tuple[Choice, ...]], language: str) -> FormPart:
    """Return the part for the answers to a program's form, in the words of the form.

    ``lists`` has the choices for the codes that its fields take from the program's rules.
    """
    inner = tuple(_answer_part(form, field, lists, language) for field in form.fields)
    return FormPart(name=ANSWERS, control=Control.GROUP, parts=inner, label=words_in(form.title, language))


_OF_FIELD: Final[Mapping[FieldType, Control]] = {
    FieldType.TEXT: Control.TEXT,
    FieldType.PHONE: Control.TEXT,
    FieldType.EMAIL: Control.TEXT,
    FieldType.LONG_TEXT: Control.LONG_TEXT,
    FieldType.DATE: Control.DAY,
    FieldType.NUMBER: Control.NUMBER,
    FieldType.AMOUNT: Control.NUMBER,
    FieldType.CHOICE: Control.CHOICE,
    FieldType.SCALE: Control.CHOICE,
    FieldType.CHOICES: Control.CHOICES,
    FieldType.CODES: Control.CHOICES,
    FieldType.YES_NO: Control.YES_NO,
    FieldType.ACCEPT: Control.CHECK,
    FieldType.ROWS: Control.ROWS,
}


def _only_if(form: Form, field: Field, language: str) -> str:
    """Return in words to which answer of another question a question belongs; nothing for one that all are asked.

    Of the other question, what stands before its question mark, without what is said about choosing.
    """
    only = field.only_with
    other = next((each for each in form.fields if only is not None and each.key == only.field), None)
    if only is None or other is None:
        return ""
    said = {option.code: words_in(option.words, language) for option in other.options}
    yes_no = {name: say.frame(language, name) for name in ("yes", "no")}
    answer = said.get(only.value) or yes_no.get(only.value, only.value)
    question, mark, _ = words_in(other.label, language).partition("?")
    return say.frame(language, "only_if", answer=answer, question=f"{question}{mark}".removesuffix("."))


def _answer_part(
    form: Form, field: Field, lists: Mapping[str, tuple[Choice, ...]], language: str
) -> FormPart:
    options = tuple(Choice(value=each.code, label=words_in(each.words, language)) for each in field.options)
    if field.type is FieldType.SCALE:
        options = tuple(
            Choice(value=str(number), label=f"{number} – {words_in(words, language)}")
            for number, words in enumerate(form.scale, 1)
        ) or tuple(Choice(value=str(number), label=str(number)) for number in range(1, 6))
    return FormPart(
        name=field.key,
        control=_OF_FIELD[field.type],
        required=field.required,
        number=field.type is FieldType.SCALE,
        label=words_in(field.label, language),
        hint=words_in(field.help, language) if field.help else _only_if(form, field, language),
        choices=options or lists.get(field.codes_of, ()),
        parts=tuple(_answer_part(form, column, lists, language) for column in field.columns),
        least_rows=max(field.least, 2),
    )
