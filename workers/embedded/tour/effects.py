"""What one move of the clock caused, in words: deadlines, tasks that opened or are late, and emails that left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from activities.adapters.files.task_words import with_words, words
from activities.adapters.postgres.open_work import SqlOpenWork
from activities.adapters.postgres.reads.history import HistoryReads
from api_gateway.office import Office
from api_gateway.services.event_sentences import sentences
from api_gateway.services.history import history_body
from api_gateway.services.programs import programs
from domain.languages import Language
from domain.visibility import Sight
from workers.embedded.stack.mail_catcher import Caught

_MOST: Final = 100
"""The rows of a list that are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing that happened: when, to whom, and what; ``link`` is where to look at it."""

    at: datetime
    who: str
    what: str
    late: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What happened between two instants."""

    deadlines: Sequence[Effect]
    tasks: Sequence[Effect]
    emails: Sequence[Effect]

    def first(self, names: Collection[str]) -> Effects:
        """Return the same with what happened to some people first."""

        def ordered(found: Sequence[Effect]) -> Sequence[Effect]:
            return sorted(found, key=lambda each: not any(name in each.who for name in names))

        return Effects(
            deadlines=ordered(self.deadlines), tasks=ordered(self.tasks), emails=ordered(self.emails)
        )


async def effects(
    office: Office,
    sights: Sequence[Sight],
    auditor: Sight,
    caught: Iterable[Caught],
    names: Mapping[str, str],
    begins: datetime,
    ended: datetime,
    language: Language,
) -> Effects:
    """Return what happened after one instant and until another, as staff see it, in words of a language.

    ``sights`` are those whose tasks are looked at, ``auditor`` is the reader of events, and ``names`` are those of
    addresses.
    """
    return Effects(
        deadlines=await _deadlines(office, auditor, begins, ended, language),
        tasks=await _tasks(office, sights, begins, ended, language),
        emails=tuple(emails_between(caught, names, begins, ended)),
    )


def emails_between(
    caught: Iterable[Caught], names: Mapping[str, str], begins: datetime, ended: datetime
) -> Iterator[Effect]:
    """Yield the emails that arrived after one instant and until another; ``names`` are those of addresses."""
    for mail in caught:
        at = datetime.fromisoformat(mail.received)
        if begins < at <= ended:
            to = ", ".join(names.get(address, address) for address in mail.recipients)
            yield Effect(at=at, who=to, what=mail.subject, link=f"/mails/{mail.number}")


async def _deadlines(
    office: Office, auditor: Sight, begins: datetime, ended: datetime, language: Language
) -> tuple[Effect, ...]:
    """Return what the office itself did, because the time for it had come."""
    streams = await SqlOpenWork(office.database, office.clock).decided_between(begins, ended)
    pairs = await _pairs(office, auditor, language)
    reads = HistoryReads(office.database)
    happened: list[Effect] = []
    for stream in streams:
        history = await reads.stream(auditor, stream)
        if history is not None and history.events:
            happened += of_the_office(history_body(history), pairs.get(stream, ""), begins, ended, language)
    return tuple(sorted(happened, key=lambda effect: effect.at))


async def _pairs(office: Office, sight: Sight, language: Language) -> Mapping[str, str]:
    """Return the pairs in words by their relationships."""
    found: dict[str, str] = {}
    after = ""
    while True:
        page = await office.reads.relationships.page(sight, after=after, limit=_MOST)
        for row in page.rows:
            mentee, mentor = row["mentee_name"], row["mentor_name"]
            both = words(language)["frame"]["pair"].format(mentee=mentee, mentor=mentor)
            found[row["id"]] = str(both) if mentor else mentee
        after = page.next or ""
        if not after:
            return found


def of_the_office(
    body: Mapping[str, Any], who: str, begins: datetime, ended: datetime, language: Language
) -> Iterator[Effect]:
    """Yield the events of a history that the office itself decided between two instants, in words."""
    said = sentences(body["data"], body["names"], programs(), language, body["zone"])
    for event, sentence in zip(body["data"], said, strict=True):
        at = datetime.fromisoformat(event["decided_at"])
        if begins < at <= ended and event["actor"]["role"] == "system":
            yield Effect(at=at, who=who, what=sentence.text)


async def _tasks(
    office: Office, sights: Sequence[Sight], begins: datetime, ended: datetime, language: Language
) -> tuple[Effect, ...]:
    rows: dict[str, Mapping[str, Any]] = {}
    for sight in sights:
        after = ""
        while True:
            page = await office.reads.tasks.page(sight, after=after, own=False, limit=_MOST)
            rows |= {row["id"]: row for row in page.rows}
            after = page.next or ""
            if not after:
                break
    return tuple(tasks_between(rows.values(), begins, ended, language))


def tasks_between(
    rows: Iterable[Mapping[str, Any]], begins: datetime, ended: datetime, language: Language
) -> Iterator[Effect]:
    """Yield the tasks that opened after one instant and until another, and those that became late meanwhile."""
    for row in sorted(rows, key=lambda row: row["due_at"] or row["opened_at"]):
        opened_at = datetime.fromisoformat(row["opened_at"])
        due = datetime.fromisoformat(row["due_at"]) if row["due_at"] else None
        late = due is not None and not row["closed_at"] and begins < due <= ended
        if not (late or begins < opened_at <= ended):
            continue
        task = with_words(row, language.value, programs())
        yield Effect(
            at=due if late and due else opened_at,
            who=task["who"],
            what=f"{task['name']} ({task['due']})" if due else task["name"],
            late=late,
        )
