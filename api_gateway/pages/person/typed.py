"""What is in the form of a change, and the body of the API that it makes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from activities.adapters.files.roster.cells import as_code
from api_gateway.pages import links
from api_gateway.pages.acts.form import ActForm, Faults, fields_of, wrong_of
from api_gateway.pages.acts.parts import Control, FormPart
from api_gateway.pages.acts.posted import Typed, body_from
from api_gateway.pages.acts.sending import Embedded
from api_gateway.pages.person.change import OpenedForm
from api_gateway.pages.person.form_parts import FormWording
from api_gateway.pages.person.here import Here
from api_gateway.pages.person.record_changes import MENTOR
from api_gateway.pages.words import Say

_AS_CODES: Final = ("role_title",)
"""What people write in words and the office keeps as a code, as lists do."""


def first_values(asked: OpenedForm) -> dict[str, list[str]]:
    """Return what is in the controls before anything is typed."""
    values = asked.change.now(asked)
    return {name: [value] if isinstance(value, str) else [*value] for name, value in values.items()}


def body_of(asked: OpenedForm, typed: Typed) -> dict[str, Any]:
    """Return the body of a change from what was typed: an optional day or number that is empty is none."""
    parts, change = asked.change.parts(asked), asked.change
    at_first = first_values(asked) if change.only_changed else {}
    found: dict[str, Any] = {}
    for part in parts:
        value = _value(part, typed, str(asked.here.dates.zone))
        if change.only_changed and [value or ""] == _as_sent(part.name, at_first):
            continue
        if value is None and part.control in (Control.DAY, Control.NUMBER) and not part.required:
            found[part.name] = None
        elif value is not None or change.only_changed:
            found[part.name] = "" if value is None else value
    return found | dict(change.fixed(asked))


def _as_sent(name: str, shown: Typed) -> list[str]:
    """Return what was in a control as it would be sent."""
    return [as_code(each) if name in _AS_CODES and each else each for each in shown.get(name, ())]


def _value(part: FormPart, typed: Typed, zone: str) -> Any:
    value = body_from((part,), typed, zone).get(part.name)
    if part.name in _AS_CODES and isinstance(value, str):
        return as_code(value)
    if part.number and isinstance(value, list):
        return [int(each) if each.isdigit() else each for each in value]
    return value


def form_shown(asked: OpenedForm, typed: Typed, faults: Faults, hidden: Mapping[str, str]) -> Embedded:
    """Return the form of a change as a template shows it."""
    parts, action = asked.change.parts(asked), f"{links.person(asked.here.id)}/change/{asked.name}"
    shown = embedded(asked, parts, typed, faults, action=action, hidden=hidden)
    if asked.name != MENTOR or asked.here.entry.get("mentor"):
        return shown
    say, name = asked.say, asked.here.entry["name"]
    made = replace(
        shown.form,
        title=make_mentor(asked.here),
        leads=say("person.changes.mentor.make_lead", name=name),
        button=say("person.changes.mentor.make_button"),
    )
    return replace(shown, form=made)


def make_mentor(here: Here) -> str:
    """Return what the form of a mentor's record is called for somebody who has none: it makes a mentor."""
    return here.say("person.changes.mentor.make", name=here.entry["name"])


def embedded(
    asked: FormWording,
    parts: Sequence[FormPart],
    typed: Typed,
    faults: Faults,
    *,
    action: str,
    hidden: Mapping[str, str],
) -> Embedded:
    """Return a form about a person as a template shows it, with the words of its name."""
    say, name = asked.say, asked.name
    fields = fields_of(parts, typed, faults, say.language)
    form = ActForm(
        act=name,
        title=say(f"person.changes.{name}.title"),
        button=say(f"person.changes.{name}.button"),
        leads=say(f"person.changes.{name}.lead"),
        fields=fields,
        wrong=wrong_of(fields, faults),
    )
    return Embedded(
        form=form,
        action=action,
        hidden=hidden,
        zone="",
        first_step=False,
        possible=True,
        why_not="",
    )


def in_own_words(say: Say, typed: Typed, faults: Faults) -> dict[str, str]:
    """Return faults with our words for texts that do not fit; of a whole form only the days can be out of order."""
    found = {}
    for path, text in faults.items():
        own = f"person.wrong.{path}"
        filled = any(each.strip() for each in typed.get(path, ()))
        found[path] = say(own) if filled and say.has(own) else text if path else say("person.days_in_order")
    return found
