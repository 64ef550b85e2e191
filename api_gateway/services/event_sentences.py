"""The events of a stream in sentences: one line for each event, with names, amounts and the citation of the rule.

It takes the events as the API returns them, so that the command line, a page and a client can all use it. It checks
no rights: it is given the events and the names that its reader may see.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from activities.adapters.files.task_words import code_in_words
from api_gateway.services.problem import words_in
from domain.ids import is_id
from domain.languages import Language
from domain.payments.obligation import CATALOG as PAYMENTS
from domain.relationship.rooms import EVENTS
from domain.rules.program_file import ProgramFile

WORDS: Final = Path(__file__).parents[1] / "words" / "history"
_SHORT: Final = 8  # digits of an id that has no name for its reader; enough to find it again
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_PART: Final = re.compile(r"\[([^\[\]]*)\]")
_FIELD: Final = re.compile(r"\{(\w+)(?:\?([^|}]*)\|([^}]*)|:(\w+))?\}")
_TABLES: Final[Mapping[str, str]] = {
    "application": "eligibility",
    "matching": "matching",
    "contact": "contact",
    "agreement": "agreement",
    "meetings": "meetings",
    "observations": "observations",
    "cover": "cover",
    "plan": "schedule",
    "survey": "survey",
    "recognition": "recognition",
    "ending": "endings",
    "complaint": "policies",
    "reminders": "ladders",
}
"""The table of a program file that the events of a room follow; money and forms are found by their kind."""
_OF_TERM: Final[Mapping[str, str]] = {
    "TermOpened": "cycle",
    "MonthlyRecordSubmitted": "monthly_record",
    "MonthlyRecordAmended": "monthly_record",
    **dict.fromkeys(
        ("ActedForMentor", "RecordConfirmed", "RecordStands", "RecordContradicted"), "monthly_record"
    ),
    "LogCheckRecorded": "log_check",
    "TermSurveySubmitted": "term_surveys",
    "ContactsSeen": "region_contact",
    "monthly_record": "monthly_record",
    "log_check": "log_check",
    "survey": "term_surveys",
}
"""The same for the events of a term, and for the matters of its duties."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One event as a reader sees it. ``at`` is in the program's time; ``cites`` are ids of requirements."""

    seq: int
    at: str
    who: str
    role: str
    text: str
    cites: tuple[str, ...]

    @property
    def line(self) -> str:
        """The sentence with its number, time, actor and citation in one line."""
        actor = f"{self.who} ({self.role})" if self.role else self.who
        cited = f"  [{', '.join(self.cites)}]" if self.cites else ""
        return f"{self.seq:>4}  {self.at}  {actor}: {self.text}{cited}"


def sentences(
    events: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    programs: Mapping[str, ProgramFile],
    language: Language = Language.EN,
    zone: str = "",
    records: Sequence[Mapping[str, Any]] = (),
) -> Iterator[Sentence]:
    """Yield a sentence for each event of a stream.

    Args:
        events: The events of one stream in order, as the API returns them.
        names: The names of people that the reader may see, by id; anyone else is shown as the first digits of an id.
            Regions and meetings may have names, too.
        programs: The program files by id, whose words, time zone and citations the sentences use.
        language: The language of the sentences.
        zone: The time zone of all times; without one, that of the program, else universal time.
        records: Of a person's history, what its events are about, as it stands today.
    """
    writer = _Writer(names, programs, language, zone)
    for event in events:
        said = writer.sentence(event)
        about = [writer.record(each, event["seq"]) for each in records if event["seq"] in each["events"]]
        yield replace(said, text=said.text + "".join(about))


def sentence_of(
    event: Mapping[str, Any],
    names: Mapping[str, str],
    file: ProgramFile | None,
    language: Language = Language.EN,
    zone: str = "",
) -> Sentence:
    """Return the sentence of one event by itself, in the words of its program."""
    writer = _Writer(names, {}, language, zone)
    writer.use(file)
    return writer.sentence(event)


@cache
def words(language: Language) -> Mapping[str, Mapping[str, str]]:
    """Return the sentences of the history and the words around them in one language."""
    return tomllib.loads((WORDS / f"{language.value}.toml").read_text(encoding="utf-8"))


class _Writer:
    """A writer of one stream's sentences. The first event names its program and, for money, its kind and currency."""

    def __init__(
        self, names: Mapping[str, str], programs: Mapping[str, ProgramFile], language: Language, zone: str
    ) -> None:
        self._names = names
        self._programs = programs
        self._language = language
        self._words = words(language)
        self._zone = ZoneInfo(zone) if zone else None
        self._file: ProgramFile | None = None
        self._kind = ""
        self._currency = ""

    def use(self, file: ProgramFile | None) -> None:
        """Use the words of a program from the first event on."""
        self._file = file
        if file is not None and self._zone is None:
            self._zone = ZoneInfo(file.rules.calendar.timezone)

    def sentence(self, event: Mapping[str, Any]) -> Sentence:
        body, actor = event["body"], event["actor"]
        self._learn(event)
        day = self._instant(event["decided_at"])[:10]
        text = self._filled(self._words["events"][event["type"]], {**body, "decided_on": day})
        if (reason := " ".join(event.get("why", ()))) and "reason" not in body:
            text += self._words["frame"]["reason"].format(reason=self._code(reason))
        if person := actor.get("acting_for"):
            told = self._code(actor.get("reason", ""))
            text += self._words["frame"]["acting_for"].format(person=self._person(person), reason=told)
        system = actor["role"] == "system"
        return Sentence(
            seq=event["seq"],
            at=self._instant(event["decided_at"]),
            who=self._words["frame"]["office"] if system else self._person(actor["id"]),
            role="" if system else self._code(actor["role"]),
            text=text,
            cites=self._cites(event),
        )

    def record(self, record: Mapping[str, Any], seq: int) -> str:
        """Return what an event of this number is about; what the record says since the newest of its events."""
        kind, _, number = record["record"].partition("/")
        newest, said = record["events"][-1], {**record, "number": number}
        if seq != newest and f"{kind}_before" in self._words["records"]:
            return self._filled(self._words["records"][f"{kind}_before"], {**said, "newest": newest})
        return self._filled(self._words["records"][kind], said)

    def _learn(self, event: Mapping[str, Any]) -> None:
        body = event["body"]
        if (rules := event.get("rules")) and self._file is None:
            self._file = self._programs.get(rules["set"])
            if self._zone is None and self._file is not None:
                self._zone = ZoneInfo(self._file.rules.calendar.timezone)
        if "currency" in body:
            self._kind, self._currency = body.get("kind", self._kind), body["currency"]

    def _filled(self, template: str, body: Mapping[str, Any]) -> str:
        def part(found: re.Match[str]) -> str:
            fields = [each.group(1) for each in _FIELD.finditer(found.group(1))]
            return found.group(1) if all(body.get(name) not in (None, "", [], ()) for name in fields) else ""

        def field(found: re.Match[str]) -> str:
            name, yes, no, form = found.groups()
            if yes is not None:
                return str(yes if body.get(name) else no)
            return self._forms[form or ""](self, self._amount(body) if name == "amount" else body.get(name))

        return _FIELD.sub(field, _PART.sub(part, template))

    def _amount(self, body: Mapping[str, Any]) -> str:
        return _money(body["amount_minor"]) + f" {body.get('currency', self._currency)}"

    def _value(self, value: Any) -> str:
        match value:
            case None | "" | [] | ():
                return "–"
            case list() | tuple():
                return ", ".join(self._value(item) for item in value)
            case Mapping():
                return self._value(value.get("form") or value.get("code"))
            case str() if is_id(value):
                return self._person(value)
            case str() if _INSTANT.match(value):
                return self._instant(value)
            case str():
                return self._names.get(value) or self._code(value)
        return str(value)

    def _named(self, records: str) -> str:
        """Return in words what a correction names: records by kind and number, or a field of the entry."""
        return ", ".join(self._name(each) for each in records.split("+"))

    def _name(self, record: str) -> str:
        kind, _, number = record.partition("/")
        name = self._words["records"].get(f"{kind}_name")
        if name is None:
            return self._code(kind)
        return self._filled(name, {"number": number}).rstrip()

    _forms: Mapping[str, Callable[["_Writer", Any], str]] = {
        "": _value,
        "count": lambda _, value: str(len(value or ())),
        "money": lambda _, value: _money(value),
        "records": _named,
        "whom": lambda self, value: self._words["whom"][value],
    }

    def _person(self, id: str) -> str:
        return self._names.get(id) or id[:_SHORT]

    def _instant(self, text: str) -> str:
        at = datetime.fromisoformat(text).astimezone(self._zone or UTC)
        return f"{at:%Y-%m-%d %H:%M}"

    def _code(self, code: str) -> str:
        """Return a code in words; that of a refusal by what stood in the way."""
        said = code_in_words(code, self._language, self._file)
        problem = words_in(self._language).get(code) if said == code.replace("_", " ") else None
        return problem["what"][:1].lower() + problem["what"][1:].rstrip(".") if problem else said

    def _cites(self, event: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the requirements that the rule of an event comes from.

        They are in the program's file, so an event under another version of the rules has none.
        """
        rules, body = event.get("rules"), event["body"]
        if not rules or self._file is None or self._file.version != rules["version"]:
            return ()
        if event["type"] in PAYMENTS or event["type"] == "StipendClaimed":
            kind = body.get("kind", self._kind)
            return next((rule.cites for rule in self._file.rules.money if rule.kind == kind), ())
        if "form" in body:
            return next((use.cites for use in self._file.rules.forms if use.form == body["form"]), ())
        table = _OF_TERM.get(body.get("matter", event["type"])) or _room_tables().get(event["type"], "")
        return self._file.citations.get(table, ())


def _money(cents: int) -> str:
    return f"{Decimal(cents).scaleb(-2):,.2f}"


@cache
def _room_tables() -> Mapping[str, str]:
    """Return the table that each event of a relationship follows: that of the room where its class is."""
    found: dict[str, str] = {}
    for event in EVENTS:
        for room in event.__module__.split("."):  # the innermost room that has a table
            found[event.__name__] = _TABLES.get(room, found.get(event.__name__, ""))
    return found
