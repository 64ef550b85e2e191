"""Events as pages tell them: the sentences of the history, with days in words in place of dates."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from activities.adapters.files.form_files import form_title
from api_gateway.pages.acts.words import refused_words
from api_gateway.pages.dates import Dates
from api_gateway.pages.words import as_written
from api_gateway.services.event_sentences import Sentence, sentence_of
from domain.ids import is_id
from domain.languages import Language
from domain.rules.program_file import ProgramFile

_DATE: Final = re.compile(r"\b(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d))?\b")
_ORDERS: Final = ("order", "other")
"""The fields that name an order of a payment, which people know by its number."""
_PAIRS: Final = {"relationship": "a_pair", "successor": "another_pair"}
"""The fields that name another relationship, which has no name, and the words for it."""


class _Names(dict[str, str]):
    """What sentences call people and things; a person whom the reader does not see is said so, not shown as an id."""

    def __init__(self, known: Mapping[str, str], unseen: str) -> None:
        super().__init__(known)
        self._unseen = unseen

    def get(self, key: str, default: Any = None) -> Any:
        """Return the name of something; of an unknown id that it is not shown."""
        return super().get(key) or (self._unseen if is_id(key) else default)


class Story:
    """The sentences of events in one language, for a reader to whom some people and meetings have names.

    ``events`` are all that the reader sees of the stream: by them the orders of a payment are numbered.
    """

    def __init__(
        self,
        dates: Dates,
        names: Mapping[str, str],
        file: ProgramFile | None,
        events: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self._dates, self._names, self._file = dates, names, file
        orders = (each["body"]["order"] for each in events if each["type"] == "OrderPrepared")
        self._orders = {order: str(number) for number, order in enumerate(dict.fromkeys(orders), 1)}

    def sentence(self, event: Mapping[str, Any]) -> Sentence:
        """Return the sentence of an event as the history has it."""
        names = _Names({**self._things(event), **self._names}, self._dates.say("parts.unseen"))
        return sentence_of(event, names, self._file, Language(self._dates.language), str(self._dates.zone))

    def _things(self, event: Mapping[str, Any]) -> dict[str, str]:
        """Return what the sentence of an event calls what is no person: orders, pairs, forms, and acts."""
        body, say, language = event["body"], self._dates.say, self._dates.language
        things = {body[field]: self._orders.get(body[field], "") for field in _ORDERS if body.get(field)}
        things |= {body[field]: say(f"parts.{word}") for field, word in _PAIRS.items() if body.get(field)}
        owed = body.get("forms") or ()
        forms = {each["form"] if isinstance(each, Mapping) else each for each in (*owed, body.get("form"))}
        things |= {form: form_title(form, language) for form in forms if form}
        if event["type"] == "CommandRefused":
            things |= refused_words(body["kind"], body["code"], language)
        return things

    def text(self, event: Mapping[str, Any]) -> str:
        """Return the sentence of an event with days in words."""
        return self.with_days(self.sentence(event).text)

    def with_days(self, text: str) -> str:
        """Return a text with each date in words."""
        return as_written(_DATE.sub(self._in_words, text), self._dates.language)

    def _in_words(self, found: re.Match[str]) -> str:
        day = self._dates.day(date.fromisoformat(found[1])).words
        return day if found[2] is None else f"{day}, {self._dates.clock(datetime.fromisoformat(found[0]))}"


def meeting_names(meetings: tuple[Mapping[str, Any], ...], dates: Dates) -> dict[str, str]:
    """Return what a sentence calls each meeting of a pair: its day."""
    return {each["id"]: dates.say("parts.of_day", day=dates.on(each["began_at"]).words) for each in meetings}
