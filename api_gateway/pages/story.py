"""Events as pages tell them: the sentences of the history, with days in words in place of dates."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from api_gateway.pages.dates import Dates
from api_gateway.services.event_sentences import Sentence, sentence_of
from domain.languages import Language
from domain.rules.program_file import ProgramFile

_DATE: Final = re.compile(r"\b(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d))?\b")


class Story:
    """The sentences of events in one language, for a reader to whom some people and meetings have names."""

    def __init__(self, dates: Dates, names: Mapping[str, str], file: ProgramFile | None) -> None:
        self._dates, self._names, self._file = dates, names, file

    def sentence(self, event: Mapping[str, Any]) -> Sentence:
        """Return the sentence of an event as the history has it."""
        zone = str(self._dates.zone)
        return sentence_of(event, self._names, self._file, Language(self._dates.language), zone)

    def text(self, event: Mapping[str, Any]) -> str:
        """Return the sentence of an event with days in words."""
        return self.with_days(self.sentence(event).text)

    def with_days(self, text: str) -> str:
        """Return a text with each date in words."""
        return _DATE.sub(self._in_words, text)

    def _in_words(self, found: re.Match[str]) -> str:
        day = self._dates.day(date.fromisoformat(found[1])).words
        return day if found[2] is None else f"{day}, {self._dates.clock(datetime.fromisoformat(found[0]))}"


def meeting_names(meetings: tuple[Mapping[str, Any], ...], dates: Dates) -> dict[str, str]:
    """Return what a sentence calls each meeting of a pair: its day."""
    return {each["id"]: dates.say("parts.of_day", day=dates.on(each["began_at"]).words) for each in meetings}
