"""A form as a browser posts it, and the body that the API takes: each is made from the other.

What a person typed is kept as it came, by the path of its control (``terms.rhythm.every``, ``rows.0.on``,
``began_at.day``), so that a form that comes back shows it again. A value that does not fit is passed on as it is: the
strict model of the command says what is wrong with it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from api_gateway.pages.acts.parts import Control, FormPart

Typed = Mapping[str, Sequence[str]]
"""What is in the controls of a form, by their paths."""
DAY: Final = "day"
HOUR: Final = "time"
YES: Final = "yes"
NO: Final = "no"
MOST_ROWS: Final = 60
_WHOLE: Final = re.compile(r"-?[0-9]{1,9}")
_ROW: Final = re.compile(r"[0-9]{1,2}")


def typed_of(items: Iterable[tuple[str, Any]]) -> dict[str, list[str]]:
    """Return the texts of a posted form by path; files are left out."""
    typed: dict[str, list[str]] = {}
    for name, value in items:
        if isinstance(value, str):
            typed.setdefault(name, []).append(value)
    return typed


def body_from(parts: Sequence[FormPart], typed: Typed, zone: str) -> dict[str, Any]:
    """Return the body of a command from what was typed; what is empty is left out."""
    return _group(parts, typed, "", ZoneInfo(zone))


def rows_typed(part: FormPart, typed: Typed, path: str) -> int:
    """Return how many rows of a table were typed or shown: at least as many as the part wants."""
    beginning = f"{path}."
    numbers = [
        int(number)
        for name in typed
        if name.startswith(beginning) and _ROW.fullmatch(number := name[len(beginning) :].partition(".")[0])
    ]
    return min(max([part.least_rows, *(number + 1 for number in numbers if number < MOST_ROWS)]), MOST_ROWS)


def _group(parts: Sequence[FormPart], typed: Typed, above: str, zone: ZoneInfo) -> dict[str, Any]:
    found = {part.name: _value(part, typed, f"{above}{part.name}", zone) for part in parts}
    return {name: value for name, value in found.items() if value is not None}


def _value(part: FormPart, typed: Typed, path: str, zone: ZoneInfo) -> Any:
    """Return the value of one part; None if nothing was typed."""
    match part.control:
        case Control.GROUP:
            return _group(part.parts, typed, f"{path}.", zone)
        case Control.ROWS:
            rows = [
                _group(part.parts, typed, f"{path}.{row}.", zone)
                for row in range(rows_typed(part, typed, path))
            ]
            kept = [row for row in rows if row]
            return kept if kept or part.required else None
        case Control.CHOICES:
            chosen = [value for value in typed.get(path, ()) if value]
            return chosen if chosen or part.required else None
        case Control.INSTANT:
            return _instant(_text(typed, f"{path}.{DAY}"), _text(typed, f"{path}.{HOUR}"), zone)
    text = _text(typed, path, lines=part.control is Control.LONG_TEXT)
    if not text:
        return None
    if part.control is Control.YES_NO:
        return {YES: True, NO: False}.get(text, text)
    if part.control is Control.CHECK:
        return True if text == YES else text
    if part.control is Control.NUMBER or part.number:
        return whole(text)
    return text


def whole(text: str) -> int | str:
    """Return the whole number that a text is; any other text as it is, which the model then refuses."""
    return int(text) if _WHOLE.fullmatch(text) else text


def _text(typed: Typed, path: str, *, lines: bool = False) -> str:
    text = next(iter(typed.get(path, ())), "")
    return text.replace("\r\n", "\n").strip() if lines else text.strip()


def _instant(day: str, hour: str, zone: ZoneInfo) -> str | None:
    """Return the instant of a day and an hour in a zone; as typed if they are not, which the model then refuses."""
    if not day and not hour:
        return None
    try:
        local = datetime.combine(date.fromisoformat(day), time.fromisoformat(hour))
    except ValueError:
        return f"{day} {hour}".strip()
    return local.replace(tzinfo=zone).isoformat()


def typed_from(parts: Sequence[FormPart], body: Mapping[str, Any], zone: str) -> dict[str, list[str]]:
    """Return what is in the controls of a form that shows a body."""
    typed: dict[str, list[str]] = {}
    _show(parts, body, "", ZoneInfo(zone), typed)
    return typed


def _show(
    parts: Sequence[FormPart],
    body: Mapping[str, Any],
    above: str,
    zone: ZoneInfo,
    typed: dict[str, list[str]],
) -> None:
    for part in parts:
        path, value = f"{above}{part.name}", body.get(part.name)
        if value is None or value == "":
            continue
        match part.control:
            case Control.GROUP:
                _show(part.parts, value, f"{path}.", zone, typed)
            case Control.ROWS:
                for number, row in enumerate(value):
                    _show(part.parts, row, f"{path}.{number}.", zone, typed)
            case Control.CHOICES:
                typed[path] = [str(each) for each in value]
            case Control.INSTANT:
                local = datetime.fromisoformat(value).astimezone(zone)
                typed[f"{path}.{DAY}"] = [local.date().isoformat()]
                typed[f"{path}.{HOUR}"] = [local.strftime("%H:%M")]
            case Control.YES_NO | Control.CHECK:
                typed[path] = [YES if value else NO]
            case _:
                typed[path] = [str(value)]
