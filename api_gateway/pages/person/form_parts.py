"""The fields of the forms about a person, with their words."""

from collections.abc import Mapping
from typing import Protocol

from activities.adapters.files.task_words import code_words
from api_gateway.pages.acts.parts import Choice, Control, FormPart
from api_gateway.pages.words import Say
from domain.languages import Language
from domain.people.corrections import Mistake


class FormWording(Protocol):
    """A form by its name in words, in the language of a visitor."""

    @property
    def say(self) -> Say:
        """The words of pages."""

    @property
    def name(self) -> str:
        """The name of the form."""


def text(
    asked: FormWording, name: str, control: Control = Control.TEXT, *, required: bool = True
) -> FormPart:
    """Return a field that is typed."""
    label, hint = words_of(asked.say, asked.name, name)
    return FormPart(name=name, control=control, required=required, label=label, hint=hint)


def chosen(
    asked: FormWording,
    name: str,
    choices: Mapping[str, str],
    control: Control = Control.CHOICE,
    *,
    required: bool = True,
) -> FormPart:
    """Return a field of which one value is chosen, or several."""
    label, hint = words_of(asked.say, asked.name, name)
    offered = tuple(Choice(value=value, label=words) for value, words in choices.items())
    return FormPart(name=name, control=control, required=required, label=label, hint=hint, choices=offered)


def reason_part(asked: FormWording) -> FormPart:
    """Return the field that says why something is taken back."""
    words = code_words(Language(asked.say.language))
    return chosen(asked, "reason", {each.value: words[each.value].capitalize() for each in Mistake})


def words_of(say: Say, change: str, name: str) -> tuple[str, str]:
    """Return the label and the hint of a field: those of the change, else those of the name."""
    label = f"person.changes.{change}.{name}"
    hint = f"person.changes.{change}.{name}_hint"
    common = f"person.hints.{name}"
    return (
        say(label if say.has(label) else f"person.fields.{name}"),
        say(hint) if say.has(hint) else say(common) if say.has(common) else "",
    )
