"""How notices read: one folder for each kind under ``mail/``, with subject, text and html. No words stand here.

A word that a template uses and a letter does not have is an error, never a blank in somebody's mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from textwrap import wrap
from typing import Any, Final
from zoneinfo import ZoneInfo

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from activities.ports_notices import Letter, UnknownWording, Wording
from domain.program_file import ProgramFile

FOLDER: Final = Path(__file__).resolve().parent / "mail"
WIDTH: Final = 76  # characters of a line of text


class MailWords:
    """Words letters with the templates and with the names that each program gives to things."""

    def __init__(self, programs: Mapping[str, ProgramFile], office: str) -> None:
        self._programs = programs
        self._office = office
        self._inline = CSSInliner(load_remote_stylesheets=False)
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=select_autoescape(enabled_extensions=("html",), default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"money": _money}

    def render(self, letter: Letter) -> Wording:
        """The words of a letter.

        Raises:
            UnknownWording: No program file holds the letter's program.
        """
        program = self._programs.get(letter.program)
        if program is None:
            raise UnknownWording(letter.program)
        words = self._words(letter, program)
        subject = " ".join(self._fill(letter, "subject.txt", words).split())
        words["subject"] = subject
        text = self._fill(letter, "text.txt", words)
        html = self._inline.inline(self._fill(letter, "html.html", words))
        return Wording(subject=subject, text=_laid_out(text), html=html)

    def _fill(self, letter: Letter, file: str, words: Mapping[str, Any]) -> str:
        return self._templates.get_template(f"{letter.kind.value}/{file}").render(words)

    def _words(self, letter: Letter, program: ProgramFile) -> dict[str, Any]:
        """All that a template may use. A partner is there once the two are a pair."""
        me = letter.to[0].id if len(letter.to) == 1 else ""
        pair = (letter.mentor, letter.mentee)
        partner = None
        if letter.mentor is not None and me in (person.id for person in pair if person):
            partner = next((person for person in pair if person and person.id != me), None)
        zone = program.rules.calendar.zone
        return {
            "kind": letter.kind.value,
            "to": letter.to,
            "to_region": letter.to_region,
            "data": {key: _told(value, zone) for key, value in letter.data.items()},
            "program": program.wording,
            "rules": program.rules,
            "label": program.label,
            "mentor": letter.mentor,
            "mentee": letter.mentee,
            "partner": partner,
            "me_is_mentee": letter.mentee is not None and me == letter.mentee.id,
            "contacts": letter.contacts,
            "region": letter.regions.get(letter.region, letter.region),
            "notice_region": letter.regions.get(letter.to_region, letter.to_region),
            "regions": letter.regions,
            "agreement": letter.agreement,
            "digest": letter.digest,
            "office": self._office,
            "reference": letter.about[:12],
        }


@dataclass(frozen=True, slots=True)
class _Instant:
    """An instant of a notice that templates show as a day or as a moment, in the program's time zone."""

    local: datetime

    @property
    def day(self) -> str:
        """Such as: Tuesday, August 3, 2027."""
        return f"{self.local:%A, %B} {self.local.day}, {self.local.year}"

    @property
    def month(self) -> str:
        """Such as: September 2026."""
        return f"{self.local:%B %Y}"

    @property
    def moment(self) -> str:
        """Such as: Tuesday, August 3, 2027, 3:05 PM CDT."""
        hour = self.local.hour % 12 or 12
        return f"{self.day}, {hour}:{self.local:%M %p %Z}"


def _told(value: str, zone: ZoneInfo) -> str | _Instant:
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return value
    return value if instant.tzinfo is None else _Instant(instant.astimezone(zone))


def _money(data: Mapping[str, Any]) -> str:
    """An amount of cents with its currency, such as: 500.00 USD."""
    cents = int(data["amount_minor"])
    return f"{cents // 100:,}.{cents % 100:02d} {data['currency']}"


def _laid_out(text: str) -> str:
    """Text with lines of mail's usual length, and without the empty lines that conditions leave behind.

    Templates have one line for each paragraph; an indented line is kept as it is.
    """
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            further = "  " if line.startswith("- ") else ""
            whole = line.startswith(" ") or len(line) <= WIDTH
            lines.extend([line.rstrip()] if whole else _wrapped(line, further))
    return "\n".join(lines) + "\n"


def _wrapped(line: str, further: str) -> list[str]:
    return wrap(line, WIDTH, subsequent_indent=further, break_long_words=False, break_on_hyphens=False)
