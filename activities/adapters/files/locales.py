"""How days, hours and amounts are written in each language."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_time, get_timezone_name
from babel.numbers import format_currency

from domain.languages import Language

LOCALES: Final[Mapping[Language, str]] = {Language.EN: "en_US", Language.ES: "es_US"}
"""Each language as it is used in the United States."""
_AMOUNT: Final = "#,##0.00 ¤¤"
"""The currency's code after the number."""
_DAY: Final = {Language.EN: "EEEE, MMMM d, y", Language.ES: "EEEE d 'de' MMMM 'de' y"}
"""Spanish has no comma after the day of the week, although the tables of locales put one there."""
_DAY_OF_WEEK: Final = {Language.EN: "EEEE, MMMM d", Language.ES: "EEEE d 'de' MMMM"}
_MONTH: Final = {Language.EN: "MMMM y", Language.ES: "MMMM 'de' y"}
_IN_HOURS: Final = 2
"""From so many hours on, a length of time is said in hours."""
_MINUTES: Final = {Language.EN: ("minute", "minutes"), Language.ES: ("minuto", "minutos")}
_HOURS: Final = {Language.EN: ("hour", "hours"), Language.ES: ("hora", "horas")}
_AND: Final = {Language.EN: "and", Language.ES: "y"}
_SOUNDS_LIKE_I: Final = re.compile(r"h?[ií](?![aeo])|y(?![aeiouáéíóú])", re.IGNORECASE)


def amount_in_words(minor: int, currency: str, language: Language) -> str:
    """Return an amount in cents with its currency, such as: 500.00 USD."""
    return str(format_currency(Decimal(minor) / 100, currency, _AMOUNT, locale=_locale(language)))


@lru_cache(maxsize=4096)
def written_day(day: date, pattern: str, language: Language) -> str:
    """Return a day as a pattern of Unicode's locales writes it. Pages write few days, and each of them many times."""
    return str(format_date(day, pattern, locale=_locale(language)))


@lru_cache(maxsize=4096)
def written_time(hour: time, pattern: str, language: Language) -> str:
    """Return a time of day, without a zone, as a pattern writes it."""
    return str(format_time(hour, pattern, locale=_locale(language)))


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse(LOCALES[language])


def day_in_words(day: date, language: Language) -> str:
    """Return a day, such as: Tuesday, August 3, 2027; martes 3 de agosto de 2027."""
    return written_day(day, _DAY[language], language)


def month_in_words(month: str, language: Language) -> str:
    """Return a month such as 2026-09 in words, as it stands within a sentence: September 2026; septiembre de 2026."""
    return written_day(date.fromisoformat(f"{month}-01"), _MONTH[language], language)


def day_of_these_weeks(day: date, language: Language) -> str:
    """Return a day whose year everybody knows, such as: Tuesday, August 3; martes 3 de agosto."""
    return written_day(day, _DAY_OF_WEEK[language], language)


def moment_in_words(local: datetime, language: Language) -> str:
    """Return day and time, such as: Tuesday, August 3, 2027, at 3:05 PM CDT.

    In Spanish: martes 3 de agosto de 2027 a las 3:05 p.m. hora central; of one o'clock it says: a la 1:05 p.m.
    """
    hour = written_time(local.time().replace(second=0, microsecond=0), "h:mm a", language)
    day = day_in_words(local.date(), language)
    if language is Language.EN:
        return f"{day}, at {hour} {local:%Z}"
    at = "a la" if hour.startswith("1:") else "a las"
    zone = zone_in_words(local.tzinfo, language) if isinstance(local.tzinfo, ZoneInfo) else f"{local:%Z}"
    return f"{day} {at} {hour} {zone}"


_NO_SUMMER: Final = ("UTC", "Etc/UTC")
"""Zones that the tables of locales name only by their standard time."""


@cache
def zone_in_words(zone: str | tzinfo, language: Language) -> str:
    """Return what people call a time zone all year, such as, for America/Chicago: Central Time; hora central."""
    variant: Literal["generic", "standard"] = "standard" if str(zone) in _NO_SUMMER else "generic"
    return str(get_timezone_name(ZoneInfo(str(zone)), zone_variant=variant, locale=_locale(language)))


def time_in_words(minutes: int, language: Language) -> str:
    """Return a length of time, from two hours on in hours, such as: 1 minute; 90 minutes; 2 hours and 30 minutes."""
    hours, rest = divmod(minutes, 60)
    if hours < _IN_HOURS:
        return _counted(minutes, *_MINUTES[language])
    whole = _counted(hours, *_HOURS[language])
    return f"{whole} {_AND[language]} {_counted(rest, *_MINUTES[language])}" if rest else whole


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def opening(name: str) -> str:
    """Return a name for the beginning of a sentence: ``your school district`` as ``Your school district``."""
    return name[:1].upper() + name[1:]


def and_name(name: str) -> str:
    """Return a name after the Spanish word for “and”, which changes before the sound of an i: y Ruth, e Inés."""
    return f"{'e' if _SOUNDS_LIKE_I.match(name) else 'y'} {isolated(name)}"


_ISOLATE: Final = ("\u2068", "\u2069")
"""First strong isolate, and its end (Unicode Annex 9): as `<bdi>`, but also in subjects and titles."""


def isolated(text: str) -> str:
    """Return a text, such as a name, set apart from the direction of its sentence if it runs from right to left."""
    if text.isascii() or _ISOLATE[0] in text or "\n" in text:
        return text
    turns = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)
    return text.join(_ISOLATE) if turns else text
