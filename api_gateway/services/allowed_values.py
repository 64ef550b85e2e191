"""The values that a program allows in a field of a command: what a refusal of an unknown code names."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from api_gateway.services.advice_words import Advice
from api_gateway.services.input_words import sentence
from api_gateway.services.problem import error_at, one_of
from domain.messages import Command
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.meetings.corrections import CorrectMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.meetings.plan import PlanMeetings
from domain.rules.choices import choices
from domain.rules.program import Rules

_MARK: Final = "@"
"""How a command's example begins a text that stands for a list of the rules, such as ``@meetings.modes``."""

_OF_MEETINGS: Final = (LogMeeting, CorrectMeeting, PlanMeetings, DraftAgreement)
"""Commands whose minutes are those of a meeting."""


def advice_of(kind: type[Command], code: str, field: str, rules: Rules) -> str:
    """Return what to write in a field instead, if the rules say which codes or minutes it takes; else nothing."""
    if code == "minutes_out_of_range" and kind in _OF_MEETINGS:
        shortest, longest = rules.meetings.shortest_minutes, rules.meetings.longest_minutes
        return Advice("minutes", shortest=shortest, longest=longest)
    asks_for_a_code = code.startswith("unknown_") or code.endswith("_missing")
    allowed = allowed_values(kind, field, rules) if asks_for_a_code else ()
    return one_of(allowed) if allowed else ""


def values_not_known(
    marked: Any, sent: Any, rules: Rules, parts: tuple[str | int, ...] = ()
) -> list[dict[str, str]]:
    """Return an entry of ``errors`` for each value that is in the place of a code and that the rules do not have.

    ``marked`` is the example of what was sent, with its marks; values that are empty or of another type are left alone.
    """
    if isinstance(marked, Mapping) and isinstance(sent, Mapping):
        pairs: Iterable[tuple[str | int, Any, Any]] = [
            (name, of, sent[name]) for name, of in marked.items() if name in sent
        ]
    elif isinstance(marked, (list, tuple)) and marked and isinstance(sent, (list, tuple)):
        pairs = [(number, marked[0], value) for number, value in enumerate(sent)]
    else:
        known = (
            choices(rules).get(marked[1:], ()) if isinstance(marked, str) and marked.startswith(_MARK) else ()
        )
        if not known or not isinstance(sent, str) or sent in ("", *known):
            return []
        return [
            error_at(parts, "not_in_program", sentence("values", "not_in_program", allowed=", ".join(known)))
        ]
    return [each for name, of, value in pairs for each in values_not_known(of, value, rules, (*parts, name))]


def allowed_values(kind: type[Command], field: str, rules: Rules) -> tuple[str, ...]:
    """Return the codes that the rules allow in a field of a command; none if the field takes no code of the rules."""
    value: Any = kind.example
    for name in field.split("."):
        if not name.isdigit():
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, list):
            value = value[0] if value else None
    if not isinstance(value, str) or not value.startswith(_MARK):
        return ()
    return choices(rules).get(value.removeprefix(_MARK), ())
