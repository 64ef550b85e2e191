"""The wording of notices: one folder for each kind in ``templates/``, with subject, text and html. None is in code.

The folder itself is English; each further language has a folder inside it. A word that a template uses but a notice
does not have is an error, never a blank in an email. Days, times and amounts are written as usual in the language.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from textwrap import wrap
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from jinja2 import pass_context
from jinja2.runtime import Context

from activities.adapters.files.form_files import form_title
from activities.adapters.files.locales import (
    LOCALES,
    amount_in_words,
    and_name,
    day_in_words,
    moment_in_words,
    opening,
    time_in_words,
)
from activities.adapters.mail.recipients import Recipients, answers_to, first_language, recipients_of
from activities.adapters.mail.rendering import Fill, Templates
from activities.adapters.mail.staff_pages import page_shown
from activities.adapters.mail.task_links import NO_WAYS, TaskLinks, Ways
from activities.ports.notices import (
    CalendarInvite,
    Email,
    EmailCopy,
    NoticeToSend,
    UnknownWording,
    Wording,
)
from activities.ports.secret import Secret
from domain.languages import Language, language_for
from domain.relationship.invitation import invitation_of
from domain.rules.program_file import ProgramFile
from domain.sending_hours import Rank

FOLDER: Final = Path(__file__).resolve().parent / "templates"
WIDTH: Final = 76  # characters of a line of text
_MONTH: Final = re.compile(r"\d{4}-\d{2}")
_TWO_STOPS: Final = re.compile(r"(?<!\.)\.\.(?!\.)")

_JUST_BEGUN: Final = 5
"""For so many days no reminder asks for the meeting of a month."""


class MailWords:
    """Turns notices into emails, with the templates and the names that each program uses."""

    def __init__(
        self, programs: Mapping[str, ProgramFile], office: str | Secret, links: TaskLinks | None = None
    ) -> None:
        self._programs = programs
        self._office = office
        self._links = links
        self._templates = Templates(FOLDER, money=_money, time=_time, opening=opening, y=and_name)

    @property
    def programs(self) -> Collection[str]:
        """The ids of the programs whose words are known."""
        return self._programs.keys()

    def emails(self, notice: NoticeToSend) -> tuple[Email, ...]:
        """Return the emails of a notice, one for each language of its readers (``recipients.py``).

        Raises:
            UnknownWording: No program file holds the notice's program.
        """
        program = self._program(notice)
        return tuple(self._email(notice, program, each) for each in recipients_of(notice, program))

    def render(self, notice: NoticeToSend, language: str = "") -> Wording:
        """Return the words of a notice in ``language``, or in the language of its first reader.

        Raises:
            UnknownWording: No program file holds the notice's program.
        """
        program = self._program(notice)
        wanted = language_for(language, program.languages) if language else first_language(notice, program)
        sent, _ = self._render(notice, program, wanted, _frame(notice, self._ways(notice, wanted)))
        return sent

    def _program(self, notice: NoticeToSend) -> ProgramFile:
        program = self._programs.get(notice.program)
        if program is None:
            raise UnknownWording(notice.program)
        return program

    def _email(self, notice: NoticeToSend, program: ProgramFile, recipients: Recipients) -> Email:
        language, notice_here = recipients.language, replace(notice, to=recipients.people)
        ways = self._ways(notice_here, language)
        sent, kept = self._render(notice_here, program, language, _frame(notice, ways))
        return Email(
            id=recipients.email,
            to=recipients.people,
            wording=sent,
            copy=EmailCopy(email=notice.id, scope=notice.about, wording=kept),
            language=language.value,
            invite=_invite(notice, program, language),
            sender_name=program.wording_in(language.value).program,
            reply_to=answers_to(notice),
            links=ways.links,
        )

    def _ways(self, notice: NoticeToSend, language: Language) -> Ways:
        """Return the links of an email: for staff to the page of its matter; without the door there are none."""
        if self._links is None:
            return NO_WAYS
        if notice.to_region:
            return Ways(shown=(page_shown(self._office, notice.kind, notice.about, language),))
        return self._links.ways(notice, language)

    def _render(
        self, notice: NoticeToSend, program: ProgramFile, language: Language, frame: Mapping[str, Any]
    ) -> tuple[Wording, Wording]:
        """Return the words to send and those to keep."""
        folder = notice.kind.value if language is Language.EN else f"{notice.kind.value}/{language.value}"
        invites = invitation_of(notice.data) is not None

        def wording(fill: Fill) -> Wording:
            def said(file: str, **more: str) -> str:
                # A name or a time that ends with a period also ends the sentence.
                return _TWO_STOPS.sub(".", fill(f"{folder}/{file}", **more))

            subject = " ".join(said("subject.txt").split())
            return Wording(
                subject=subject,
                text=_lay_out(said("text.txt", subject=subject)),
                html=said("html.html", subject=subject),
                calendar=said("calendar.txt", subject=subject).strip() if invites else "",
            )

        words = {**self._words(notice, program, language), **frame}
        return self._templates.both(words, language, wording)

    def _words(self, notice: NoticeToSend, program: ProgramFile, language: Language) -> dict[str, Any]:
        """Return everything that a template may use. There is a partner once the two are a pair."""
        me = notice.to[0].id if len(notice.to) == 1 else ""
        pair = (notice.mentor, notice.mentee)
        partner = None
        if notice.mentor is not None and me in (person.id for person in pair if person):
            partner = next((person for person in pair if person and person.id != me), None)
        zone = program.rules.calendar.zone
        return {
            "kind": notice.kind.value,
            "language": language,
            "to": notice.to,
            "reader": notice.to[0].name if len(notice.to) == 1 else "",
            "to_region": notice.to_region,
            "data": _shown_data(notice, zone, language),
            "due": _due(notice, zone, language),
            "unwritten": notice.unwritten,
            "program": program.wording_in(language.value),
            "rules": program.rules,
            "label": partial(program.label, language=language.value),
            "mentor": notice.mentor,
            "mentee": notice.mentee,
            "partner": partner,
            "me_is_mentee": notice.mentee is not None and me == notice.mentee.id,
            "continues": notice.continues,
            "over": notice.over or notice.data.get("over") == "yes",
            "own_act": notice.rank is Rank.AT_ONCE,
            "contacts": notice.contacts,
            "region": notice.regions.get(notice.region, notice.region),
            "notice_region": notice.regions.get(notice.to_region, notice.to_region),
            "regions": notice.regions,
            "agreement": notice.agreement,
            "version": notice.version,
            "to_sign": notice.to_sign,
            "effective": _instant(notice.effective_from, zone, language) if notice.effective_from else None,
            "points": [program.label(each, language.value) for each in notice.points],
            "points_on": _day(notice.points_on, language),
            "planned": [_instant(each, zone, language) for each in notice.planned],
            "contact": _contact(notice, program, language),
            "digest": notice.digest,
            "forms": _forms(notice, program, language),
            "met": _met(notice, program, language),
            "plan": _plan(notice, program, language),
            "office": self._links.own_page if self._links and not notice.to_region else self._office,
            "own_page": self._links is not None and not notice.to_region,
            "reference": notice.about[:12],
        }


def _frame(notice: NoticeToSend, ways: Ways) -> dict[str, Any]:
    """Return what the layout adds to the words of an email; ``notice`` has the readers of all its emails."""
    return {"answers": answers_to(notice), "ways": ways.shown}


def _forms(notice: NoticeToSend, program: ProgramFile, language: Language) -> tuple[dict[str, Any], ...]:
    """Return the title of each form that a notice is about, and whether its answers are only counted."""
    ids = [id for id in notice.data.get("forms", "").split(",") if id]
    used = {use.form: use for use in program.rules.forms}
    return tuple(
        {"title": form_title(id, language.value), "counted": id in used and bool(used[id].audience)}
        for id in ids
    )


def _due(notice: NoticeToSend, zone: ZoneInfo, language: Language) -> "_Day | None":
    """Return the day by which the reader has to do what a notice asks, where its data do not say it."""
    today = notice.worded_at.astimezone(zone).date() if notice.worded_at else None
    return _Day(notice.due, language, today) if notice.due else None


def _instant(moment: datetime, zone: ZoneInfo, language: Language) -> "_Instant":
    """Return an instant as templates show it."""
    return _Instant(moment.astimezone(zone), language, None)


def _day(day: date | None, language: Language) -> str:
    """Return a day in words; empty for none."""
    return day_in_words(day, language) if day else ""


def _plan(notice: NoticeToSend, program: ProgramFile, language: Language) -> str:
    """Return what is known of a planned meeting besides its day and hour, such as: 60 minutes, by video, at school."""
    minutes = int(notice.data.get("minutes", "0"))
    known = [time_in_words(minutes, language)] if minutes else []
    said = (notice.data.get("mode", ""), notice.place)
    return ", ".join(known + [program.label(code, language.value) for code in said if code])


def _met(notice: NoticeToSend, program: ProgramFile, language: Language) -> str:
    """Return length and way of a logged meeting, such as: 60 minutes, by video; empty for one without minutes."""
    if not notice.met_minutes:
        return ""
    known = [time_in_words(notice.met_minutes, language)]
    return ", ".join(known + ([program.label(notice.met_mode, language.value)] if notice.met_mode else []))


def _contact(notice: NoticeToSend, program: ProgramFile, language: Language) -> str:
    """Return day and way of the first contact, such as: August 4, 2026, by phone; empty for any other notice."""
    if notice.contacted_on is None:
        return ""
    said = (day_in_words(notice.contacted_on, language), program.label(notice.contact_mode, language.value))
    return ", ".join(said)


def _invite(notice: NoticeToSend, program: ProgramFile, language: Language) -> CalendarInvite | None:
    """Return what the notice puts into calendars; it names both of the pair as guests, because they know each other."""
    invitation = invitation_of(notice.data)
    if invitation is None:
        return None
    pair = tuple(person for person in (notice.mentor, notice.mentee) if person and person.email)
    place = opening(program.label(notice.place, language.value)) if notice.place else ""
    return CalendarInvite(invitation=invitation, attendees=pair, location=place)


@dataclass(frozen=True, slots=True)
class _Instant:
    """An instant of a notice that templates show as a day or as a moment, in the program's time zone."""

    local: datetime
    language: Language
    today: date | None

    @property
    def past(self) -> bool:
        """Whether its day is over when the email is worded."""
        return self.today is not None and self.local.date() < self.today

    @property
    def is_today(self) -> bool:
        """Whether it is on the day on which the email is worded."""
        return self.local.date() == self.today

    @property
    def day(self) -> str:
        """Return the day in words."""
        return day_in_words(self.local.date(), self.language)

    @property
    def month(self) -> str:
        """Return the month, such as: September 2026; septiembre de 2026."""
        return str(format_skeleton("yMMMM", self.local.date(), locale=LOCALES[self.language]))

    @property
    def moment(self) -> str:
        """Return day and time in words."""
        return moment_in_words(self.local, self.language)


@dataclass(frozen=True, slots=True)
class _Day:
    """A day of a notice, without a time."""

    on: date
    language: Language
    today: date | None

    @property
    def past(self) -> bool:
        """Whether the day is over when the email is worded."""
        return self.today is not None and self.on < self.today

    @property
    def is_today(self) -> bool:
        """Whether it is the day on which the email is worded."""
        return self.on == self.today

    @property
    def day(self) -> str:
        """Return the day in words."""
        return day_in_words(self.on, self.language)

    @property
    def short(self) -> str:
        """Return a day of these weeks, such as: August 3; 3 de agosto."""
        return str(format_skeleton("MMMMd", self.on, locale=LOCALES[self.language]))


@dataclass(frozen=True, slots=True)
class _Month:
    """A month of a notice, which everybody knows without its year."""

    first: date
    language: Language

    @property
    def month(self) -> str:
        """Return the month, such as: October; octubre."""
        return format_date(self.first, "LLLL", locale=LOCALES[self.language])


def _shown_data(
    notice: NoticeToSend, zone: ZoneInfo, language: Language
) -> dict[str, str | _Instant | _Day | _Month]:
    """Return the data of a notice with its instants, days and months as words.

    Nobody is asked for the meeting of a month that has just begun: a rhythm that started with the last day of a month
    ends with the first days of one, and the words then name no month.
    """
    data = {key: _typed_value(value, zone, language, notice.worded_at) for key, value in notice.data.items()}
    period = data.get("period")
    if isinstance(period, _Month) and notice.worded_at is not None:
        since = (notice.worded_at.astimezone(zone).date() - period.first).days
        if since < _JUST_BEGUN:
            del data["period"]
    return data


def _typed_value(
    value: str, zone: ZoneInfo, language: Language, now: datetime | None
) -> str | _Instant | _Day | _Month:
    today = now.astimezone(zone).date() if now else None
    try:
        if _MONTH.fullmatch(value):
            return _Month(date.fromisoformat(f"{value}-01"), language)
        if len(value) == len("YYYY-MM-DD"):
            return _Day(date.fromisoformat(value), language, today)
        instant = datetime.fromisoformat(value)
    except ValueError:
        return value
    return value if instant.tzinfo is None else _Instant(instant.astimezone(zone), language, today)


@pass_context
def _money(context: Context, data: Mapping[str, Any]) -> str:
    """Return an amount in cents with its currency, such as: 500.00 USD."""
    return amount_in_words(int(data["amount_minor"]), data["currency"], context["language"])


@pass_context
def _time(context: Context, minutes: str) -> str:
    """Return a length of time in words, such as: 45 minutes."""
    return time_in_words(int(minutes), context["language"])


def _lay_out(text: str) -> str:
    """Return text with lines of the usual length for email, without the empty lines that conditions leave behind.

    Templates have one line for each paragraph; an indented line is not changed.
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
