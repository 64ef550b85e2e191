"""A form as a page shows it: each field with its words, its choices, what is in it, and what is wrong with it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from api_gateway.pages.acts import words as say
from api_gateway.pages.acts.parts import Choice, Control, FormPart
from api_gateway.pages.acts.posted import DAY, HOUR, NO, YES, Typed, rows_typed
from api_gateway.services.advice_words import names_codes
from api_gateway.services.problem import in_words, words_in
from domain.languages import Language

FEW: Final = 8
"""The most choices that are shown as buttons, one below the other; more are a list to open."""
_LINE: Final = 64
"""The most letters of choices that are next to each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActField:
    """One field of a form on a page. ``path`` is the name under which it is posted, ``id`` its place on the page.

    ``fields`` are those of a group, ``rows`` those of a table; ``as_list`` says that the choices are a list to open.
    ``named`` is the label of a field of a table with its row.
    """

    path: str
    id: str
    control: str
    label: str
    hint: str = ""
    required: bool = True
    choices: tuple[Choice, ...] = ()
    chosen: tuple[str, ...] = ()
    value: str = ""
    hour: str = ""
    error: str = ""
    as_list: bool = False
    named: str = ""
    fields: tuple["ActField", ...] = ()
    rows: tuple[tuple["ActField", ...], ...] = ()

    @property
    def in_a_line(self) -> bool:
        """Whether the choices are so short that they are next to each other."""
        return (
            not any(each.hint for each in self.choices)
            and sum(len(each.label) + 6 for each in self.choices) <= _LINE
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One line of the summary of errors: where the field is on the page, and what to do."""

    href: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActForm:
    """A form of one act: its words, its fields and what is wrong with it."""

    act: str
    title: str
    button: str
    leads: str
    fields: tuple[ActField, ...]
    wrong: tuple[Wrong, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether a field that must be filled in has nothing that can be chosen: then the form cannot be sent."""
        return any(
            each.required
            and each.control in (Control.CHOICE, Control.CHOICES)
            and all(choice.why_not for choice in each.choices)
            for each in self.fields
        )

    @property
    def has_file(self) -> bool:
        """Whether the form sends a file."""
        return any(each.control == Control.SCAN for each in self.fields)


_SEVERAL: Final = ("money_region",)
"""The fields that are asked only where there are several things to choose, and then one of them is needed."""
AFTER_A_REFUSAL: Final[Mapping[str, str]] = {"same_reference": "reference_used_before"}
"""The fields that answer a refusal, with its code."""
Faults = Mapping[str, str]
"""What is wrong, by the path of the value in the body: ``terms.minutes``; an empty path is the whole form."""
Offers = Mapping[str, Sequence[Choice]]
"""The choices of the fields, by what each part says it offers."""


def form_of(
    act: str,
    parts: Sequence[FormPart],
    offers: Offers,
    typed: Typed,
    faults: Faults,
    language: str,
    said: Mapping[str, str] | None = None,
) -> ActForm:
    """Return the form of an act with what was typed into it; ``said`` has other words than those for staff."""
    known, said = _Fields(act, offers, typed, faults, language), said or say.of_act(language, act)
    fields = tuple(known.field(part, part.name) for part in parts if known.asks(part))
    return ActForm(
        act=act,
        title=said["title"],
        button=said["button"],
        leads=said["leads"],
        fields=fields,
        wrong=wrong_of(fields, faults),
    )


def with_label(label: str, error: str) -> str:
    """Return what is wrong with a field after the name of the field, which may be a question."""
    return f"{label} {error}" if label.endswith("?") else f"{label}: {error}"


def fields_of(parts: Sequence[FormPart], typed: Typed, faults: Faults, language: str) -> tuple[ActField, ...]:
    """Return the fields of a form that is no command's; its parts bring their words along."""
    known = _Fields("", {}, typed, faults, language)
    return tuple(known.field(part, part.name) for part in parts)


def wrong_of(fields: Sequence[ActField], faults: Faults) -> tuple[Wrong, ...]:
    """Return the lines of the summary of what is wrong with a form."""
    return tuple(_wrong(fields, faults))


class _Fields:
    """The fields of one form, in one language."""

    def __init__(self, act: str, offers: Offers, typed: Typed, faults: Faults, language: str) -> None:
        self._act, self._offers, self._typed = act, offers, typed
        self._faults, self._language = faults, language

    def field(self, part: FormPart, path: str, label: str = "") -> ActField:
        """Return one field; ``label`` is that of a row's field, which names its row too."""
        name = part.label or self._words("fields", part)
        if part.name == "reason" and part.offers == "records:reason":
            name = say.of_field(self._language, "fields", "for-person", "reason")
        typed = self._typed.get(path, ())
        choices = self._choices(part)
        return ActField(
            path=path,
            id=id_of(path),
            control=self._control(part, choices).value,
            label=name,
            named=label.format(label=name) if label else "",
            hint=part.hint or self._words("hints", part),
            required=part.required or part.name in _SEVERAL,
            choices=self._with_none(part, choices, label),
            chosen=tuple(typed),
            value=next(iter(self._typed.get(f"{path}.{DAY}", ())), "")
            if part.control is Control.INSTANT
            else next(iter(typed), ""),
            hour=next(iter(self._typed.get(f"{path}.{HOUR}", ())), ""),
            error=self._faults.get(path, ""),
            as_list=part.control is Control.CHOICE and (len(choices) > FEW or bool(label)),
            fields=tuple(
                self.field(inner, f"{path}.{inner.name}") for inner in part.parts if self.asks(inner)
            )
            if part.control is Control.GROUP
            else (),
            rows=tuple(self._rows(part, path)) if part.control is Control.ROWS else (),
        )

    @staticmethod
    def _control(part: FormPart, choices: Sequence[Choice]) -> Control:
        """Return the control of a field; older rules that list no codes take any, which is typed."""
        typed = part.control is Control.CHOICE and part.required and part.offers.startswith("rules:")
        return Control.TEXT if typed and not choices else part.control

    def _with_none(self, part: FormPart, choices: tuple[Choice, ...], row: str) -> tuple[Choice, ...]:
        """Return choices with one for none of them, where buttons could else not be taken back."""
        buttons = part.control in (Control.CHOICE, Control.YES_NO) and len(choices) <= FEW and not row
        if part.required or not buttons or part.name in _SEVERAL or part.offers == "records:reason":
            return choices
        word = {Control.YES_NO: "not_said"}.get(part.control, "none")
        word = "none_acting_for" if part.name == "acting_for" else word
        return (*choices, Choice(value="", label=say.frame(self._language, word)))

    def asks(self, part: FormPart) -> bool:
        """Return whether a field is shown: one that may stay empty is not, if there is nothing to choose.

        What answers a refusal is shown once that refusal came.
        """
        if part.name in AFTER_A_REFUSAL:
            return part.name in self._typed
        chooses = part.control in (Control.CHOICE, Control.CHOICES)
        if part.name in _SEVERAL:
            return len(self._choices(part)) > 1
        return part.required or not chooses or bool(self._choices(part))

    def _rows(self, part: FormPart, path: str) -> Iterator[tuple[ActField, ...]]:
        for row in range(rows_typed(part, self._typed, path)):
            label = say.words(self._language)["frame"]["row_of"].replace("{number}", str(row + 1))
            yield tuple(
                self.field(inner, f"{path}.{row}.{inner.name}", label)
                for inner in part.parts
                if self.asks(inner)
            )

    def _words(self, section: str, part: FormPart) -> str:
        return say.of_field(self._language, section, self._act, part.name)

    def _choices(self, part: FormPart) -> tuple[Choice, ...]:
        if part.control is Control.YES_NO:
            return tuple(
                Choice(
                    value=value,
                    label=say.frame(self._language, value),
                    hint=self._words(f"leads_{value}", part),
                )
                for value in (YES, NO)
            )
        if part.control is Control.CHECK:
            return (Choice(value=YES, label=say.frame(self._language, YES)),)
        # Those that can be chosen stand first.
        offered = sorted(self._offers.get(part.offers, ()), key=lambda choice: bool(choice.why_not))
        return part.choices or tuple(offered)


def id_of(path: str) -> str:
    """Return the id of a field on the page."""
    return "f-" + path.replace(".", "-").replace("_", "-")


def _wrong(fields: Iterable[ActField], faults: Faults) -> Iterator[Wrong]:
    """Return the lines of the summary in the order of the fields; what is wrong with the whole form stands first."""
    if "" in faults:
        yield Wrong(href="", label="", text=faults[""])
    every = list(_every(fields))
    for field in every:
        if field.error:
            yield Wrong(href=_first_control(field), label=field.named or field.label, text=field.error)
    known = {field.path for field in every}
    for path, text in faults.items():
        if path and path not in known:
            yield Wrong(href="", label="", text=text)


def _every(fields: Iterable[ActField]) -> Iterator[ActField]:
    for field in fields:
        yield field
        yield from _every(field.fields)
        for row in field.rows:
            yield from _every(row)


def _first_control(field: ActField) -> str:
    """Return the place of the first control of a field, to which a link in the summary leads."""
    if field.rows:
        return _first_control(field.rows[0][0])
    return _first_control(field.fields[0]) if field.fields else field.id


def faults_of_model(error: ValidationError, parts: Sequence[FormPart], language: str) -> dict[str, str]:
    """Return what the strict model of a command found wrong, in words, by path."""
    found: dict[str, str] = {}
    for fault in error.errors(include_url=False):
        place = [str(part) for part in fault["loc"]]
        part = part_at(parts, place)
        code = str(fault["type"])
        path = ".".join(place)
        # One of several things to choose is named by its number; on the page the list is one field.
        if part is None and place and (part := part_at(parts, place[:-1])) is not None:
            path = ".".join(place[:-1])
        found.setdefault(path, _words(code, part, language, fault.get("ctx", {})))
    return found


def faults_of_problem(
    errors: Iterable[Mapping[str, str]], parts: Sequence[FormPart], language: str
) -> dict[str, str]:
    """Return the entries of ``errors`` of a refusal by path; each in our words where we have some."""
    known = say.words(language)["faults"]
    found: dict[str, str] = {}
    for entry in errors:
        place = [each for each in entry["pointer"].split("/") if each]
        while place and part_at(parts, place) is None:
            place.pop()
        code = entry["code"]
        if code == "missing" or code in known:
            text = _words(code, part_at(parts, place), language, {})
        else:
            text = _sentences(entry, language)
        found.setdefault(".".join(place), text)
    return found


def _sentences(entry: Mapping[str, str], language: str) -> str:
    """Return what an entry says, without the place in front of it, which the page shows itself."""
    # A page shows the choices by their labels; a list of codes says nothing there.
    codes = names_codes(entry["detail"])
    if (codes or language != Language.EN) and entry["code"] in words_in(language):
        again = say.choose_again(entry["code"], language)
        if again:
            return say.at_a_page(in_words(entry["code"], again, language))
        return say.refusal_of(entry["code"], language)
    place, colon, rest = entry["detail"].partition(": ")
    said = rest if colon and " " not in place.replace("entry ", "").replace(" of ", "") else entry["detail"]
    return say.at_a_page(said)


def part_at(parts: Sequence[FormPart], place: Sequence[str]) -> FormPart | None:
    """Return the part at a place in a body; None if the form has none there."""
    found: FormPart | None = None
    for name in place:
        if name.isdigit():
            if found is None or found.control is not Control.ROWS:
                return None
            continue
        found = next((part for part in parts if part.name == name), None)
        if found is None:
            return None
        parts = found.parts
    return found


def _words(code: str, part: FormPart | None, language: str, limits: Mapping[str, Any]) -> str:
    known = say.words(language)["faults"]
    if code == "missing" and part is not None:
        if part.control in (Control.CHOICE, Control.YES_NO, Control.CHECK):
            code = "missing_choice"
        elif part.control is Control.CHOICES:
            code = "missing_choices"
    if code == "value_error" and part is not None:
        code = _OF_CONTROL.get(part.control, "unfit")
    return str(known.get(code, known["unfit"])).format_map({"max_length": limits.get("max_length", "")})


_OF_CONTROL: Final = {
    Control.DAY: "date_type",
    Control.INSTANT: "datetime_type",
    Control.TIME: "time_type",
}
"""What our own checks of a value mean, by the control in which it was typed."""


def digest_of(shown: Any) -> str:
    """Return the digest of what a form shows beside its fields: another one means that something has changed."""
    return hashlib.sha256(json.dumps(shown, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
