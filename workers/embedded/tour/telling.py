"""The words of the tour, in one file for each language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.dates import format_datetime

from activities.adapters.files.locales import LOCALES
from api_gateway.pages.dates import Dates
from domain.languages import Language

FOLDER: Final = Path(__file__).parent / "words"
_HOUR: Final = {Language.EN: "EEE, MMM d, y, h:mm a", Language.ES: "EEE d 'de' MMM 'de' y, H:mm"}


@cache
def tour_words(language: Language) -> Mapping[str, Any]:
    """Return the words of the tour in one language."""
    return tomllib.loads((FOLDER / f"{language.value}.toml").read_text(encoding="utf-8"))


class TourWords:
    """The words with the names of the sample people: ``tell("clock.now", now="…")``."""

    def __init__(self, language: Language, names: Mapping[str, str]) -> None:
        self._words, self._names = tour_words(language), names

    def __call__(self, key: str, /, **values: Any) -> str:
        """Return a word with its values; one with ``one`` and ``other`` is chosen by ``count``."""
        word: Any = self._words
        for part in key.split("."):
            word = word[part]
        if isinstance(word, Mapping):
            count = values["count"]
            word = (
                word.get("zero") if count == 0 and "zero" in word else word["one" if count == 1 else "other"]
            )
        return str(word).format_map({**self._names, **values})


class TourDates(Dates):
    """Days and moments, and the hour of the office with its day of the week."""

    def __init__(self, language: Language, zone: tzinfo, now: datetime) -> None:
        super().__init__(language.value, zone, now)
        self._form, self._locale_of_hour = _HOUR[language], LOCALES[language]

    def hour(self, moment: datetime) -> str:
        """Return a moment with its day of the week and the year."""
        return str(format_datetime(self.local(moment), self._form, locale=self._locale_of_hour))
