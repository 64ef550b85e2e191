"""The proof that nothing is missing: journal, projection and workflow histories are compared with each other.

Three checks for each stream of a workflow: its chain is whole and its fold is what the tables show; each run of its
workflow decides again as it did; and what the runs recorded is what the journal holds. A person's stream has no
workflow: its newest commitment must open with the entry of today, and its events must say the answers about doubles.
The grants of roles and the accounts of people must be what the installation's stream says.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from activities.adapters.postgres.database import Database
from activities.adapters.postgres.reads.replay import SqlReplay
from activities.errors import Unavailable
from domain.journal import Envelope, Kind, check_chain, decode, engine_of, fold
from domain.night_checks import JournalFault
from domain.payments import obligation
from domain.payments.projection import obligation_rows
from domain.payments.state import new as empty_obligation
from domain.projection_rows import Row
from domain.relationship.evolve import CATALOG, evolve, first_state
from domain.relationship.projection import rows
from domain.relationship.state import Relationship
from domain.rules.intake import TermDates
from domain.term import decider as term
from domain.term.decider import Term
from domain.term.projection import term_rows
from domain.visibility import AUDIT, Sight
from domain.workflow_contracts import workflow_id
from workers.audit.grants import check_grants
from workers.audit.histories import replay_run
from workers.audit.person_streams import check_people
from workers.audit.sign_ins import check_ties
from workers.settings import ProcessRole, Settings
from workers.temporal import connect

ALL: Final = "all"
KINDS: Final = {"relationship": Kind.RELATIONSHIP, "obligation": Kind.OBLIGATION, "term": Kind.TERM}
"""The kinds of stream that a workflow writes, by the first part of its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was checked, and which checks failed."""

    relationships: int = 0
    obligations: int = 0
    terms: int = 0
    people: int = 0
    answers: int = 0
    grants: int = 0
    ties: int = 0
    events: int = 0
    runs: int = 0
    compared: int = 0
    faults: tuple[JournalFault, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.faults

    def lines(self) -> Iterator[str]:
        """Yield one sentence for each check, and below it what failed."""
        streams = self.relationships + self.obligations + self.terms + self.people
        sentences = {
            "chain": f"The chain of events is whole (events: {self.events}, streams: {streams}).",
            "projection": "The tables show what the events say.",
            "entry": f"The newest commitment of each person opens with the entry of today (people: {self.people}).",
            "answer": f"Who was called one human, or two, is what people's streams say (answers: {self.answers}).",
            "grant": f"Who has which role is what the installation's stream says (grants: {self.grants}).",
            "sign_in": f"Which account is whose is what the installation's stream says (accounts: {self.ties}).",
            "replay": f"Each run decides again as it did (runs: {self.runs}, inputs compared: {self.compared}).",
            "join": "The journal holds what the runs recorded, and nothing else.",
        }
        for check, sentence in sentences.items():
            broken = [fault for fault in self.faults if fault.check == check]
            yield f"NO  This does not hold: {sentence}" if broken else f"ok  {sentence}"
            yield from (f"    {fault.stream} {fault.code}" for fault in broken)


class TermReader(Protocol):
    """A reader of the dates of terms, because events name a term but no dates."""

    async def term_dates(self, term: str) -> TermDates | None:
        """Return the first and last day of a term."""


_TRIES: Final = 5
"""How often a stream is looked at that moves while it is checked."""
_SETTLED: Final = 0.5
"""Seconds in which what a run is recording comes to the journal."""


@dataclass(slots=True)
class Tally:
    """How many events, runs and inputs were looked at, and what failed."""

    events: int = 0
    runs: int = 0
    compared: int = 0
    faults: list[JournalFault] = field(default_factory=list)

    def add(self, events: int, faults: Iterable[tuple[str, str, str]]) -> None:
        """Add what another check has looked at, and what failed: id, check, code."""
        self.events += events
        self.faults.extend(JournalFault(stream=id, check=check, code=code) for id, check, code in faults)


async def replay(
    settings: Settings,
    which: str = ALL,
    *,
    role: ProcessRole = ProcessRole.MIGRATOR,
    sight: Sight = AUDIT,
) -> Report:
    """Check one relationship, obligation, term or person, or all of them.

    Args:
        settings: The installation.
        which: The id of a stream or of a person, or ``all``.
        role: The login role whose password this process has; it must read journal, office and money.
        sight: Who reads: the audit, or the operator who typed the command.
    """
    database = Database(settings.database_url(role))
    try:
        client = await connect(settings, identity="mentorflow-replay")
        people = await check_people(database, sight, "" if which == ALL else which)
        tally = Tally()
        if people is not None:
            tally.add(people.events, people.faults)
        granted = await check_grants(database, sight) if which == ALL else None
        if granted is not None:
            tally.add(granted.events, granted.faults)
        tied = await check_ties(database, sight) if which == ALL else None
        if tied is not None:
            tally.add(0, tied.faults)
        streams: dict[str, tuple[str, ...]] = {}
        if which == ALL or people is None:
            streams = await _streams(SqlReplay(database), which, sight)
        for name, members in streams.items():
            for stream in members:
                await check_stream(SqlReplay(database), client, sight, name, stream, tally)
        return Report(
            relationships=len(streams.get("relationship", ())),
            obligations=len(streams.get("obligation", ())),
            terms=len(streams.get("term", ())),
            people=people.people if people is not None else 0,
            answers=people.answers if people is not None else 0,
            grants=granted.grants if granted is not None else 0,
            ties=tied.ties if tied is not None else 0,
            events=tally.events,
            runs=tally.runs,
            compared=tally.compared,
            faults=tuple(tally.faults),
        )
    finally:
        await database.close()


async def _streams(journal: SqlReplay, which: str, sight: Sight) -> dict[str, tuple[str, ...]]:
    """Return the streams of workflows to check, by the first part of the workflow's id."""
    if which == ALL:
        return {name: await journal.streams(sight, kind) for name, kind in KINDS.items()}
    # An unknown id is looked for as a relationship, whose chain is then empty.
    found = await journal.kind_of(sight, which)
    return {next((name for name, kind in KINDS.items() if kind is found), "relationship"): (which,)}


async def check_stream(
    journal: SqlReplay, client: Client, sight: Sight, kind: str, stream: str, tally: Tally
) -> None:
    """Check a stream. One with a fault that has moved meanwhile is checked again: the office works on beside this."""
    for _ in range(_TRIES):
        found = Tally()
        try:
            seen = await _look(journal, client, sight, kind, stream, found)
        except (Unavailable, RPCError):
            raise
        except Exception as error:  # what was changed by hand can be anything, and must not hide the rest
            seen = -1
            found.faults.append(JournalFault(stream=stream, check="chain", code=unreadable(error)))
        await asyncio.sleep(_SETTLED if found.faults else 0)
        if not found.faults or len(await journal.entries(sight, stream)) == seen:
            break
    tally.events += found.events
    tally.runs += found.runs
    tally.compared += found.compared
    tally.faults.extend(found.faults)


def unreadable(error: Exception) -> str:
    """Return the code of a stream that cannot even be read."""
    return f"unreadable_{type(error).__name__}"


async def _look(
    journal: SqlReplay, client: Client, sight: Sight, kind: str, stream: str, tally: Tally
) -> int:
    """Check a stream as it is now; return how many events it has."""

    def fault(check: str, code: str) -> None:
        tally.faults.append(JournalFault(stream=stream, check=check, code=code))

    entries = await journal.entries(sight, stream)
    _, broken = check_chain(entries)
    if broken is not None or not entries:
        fault("chain", f"{broken.code}_{broken.seq}" if broken else "empty")
        return len(entries)
    tally.events += len(entries)
    envelopes = tuple(decode(encoded) for _, _, encoded in entries)
    folded: tuple[Row, ...] | None
    if kind == "relationship":
        folded = await folded_rows(journal, envelopes)
    else:
        folded = folded_obligation(envelopes) if kind == "obligation" else term_rows(folded_term(envelopes))
    if folded is None:
        fault("projection", "term_missing")
    elif differing := difference(folded, await journal.rows(sight, stream)):
        fault("projection", differing)
    histories = await runs_of(client, workflow_id(kind, stream))
    if not histories:
        fault("replay", "no_history")
        return len(entries)
    recorded: list[str] = []
    for history in histories:
        outcome = await replay_run(history)
        tally.runs += 1
        tally.compared += outcome.compared
        if outcome.fault:
            fault("replay", outcome.fault)
        recorded.extend(recorded_texts(history))
    if recorded != [encoded.decode("ascii") for _, _, encoded in entries]:
        fault("join", "records_differ_from_journal")
    return len(entries)


async def folded_rows(journal: TermReader, envelopes: tuple[Envelope, ...]) -> tuple[Row, ...] | None:
    """Return the rows that follow from a relationship's events; None if its term is unknown."""
    state = await folded_relationship(journal, envelopes)
    return None if state is None else rows(state)


async def folded_relationship(journal: TermReader, envelopes: tuple[Envelope, ...]) -> Relationship | None:
    """Return the state that follows from a relationship's events; None if its term is unknown.

    It has the dates of the whole term, even if a mentee's own course differs: no row shows them.
    """
    first = envelopes[0]
    dates = await journal.term_dates(first.body["term"])
    if dates is None:
        return None
    start = first_state(first, dates)
    return replace(fold(start, envelopes, CATALOG, evolve), engine=engine_of(envelopes))


def folded_obligation(envelopes: tuple[Envelope, ...]) -> tuple[Row, ...]:
    """Return the rows that follow from an obligation's events."""
    start = empty_obligation(id=envelopes[0].stream, now=envelopes[0].decided_at)
    return obligation_rows(fold(start, envelopes, obligation.CATALOG, obligation.evolve))


def folded_term(envelopes: tuple[Envelope, ...]) -> Term:
    """Return the state that follows from the events of a term in a region."""
    start = term.new(id=envelopes[0].stream, now=envelopes[0].decided_at)
    return fold(start, envelopes, term.CATALOG, term.evolve)


def difference(folded: tuple[Row, ...], stored: tuple[Row, ...]) -> str:
    """Return the first difference between fold and tables, as ``table_column``; empty if they agree."""
    expected = {(row.table, row.key): dict(row.values) for row in folded}
    found = {(row.table, row.key): dict(row.values) for row in stored}
    for place in sorted(expected.keys() | found.keys()):
        if place not in found:
            return f"{place[0]}_row_missing"
        if place not in expected:
            return f"{place[0]}_row_unknown"
        # A column that was added later is missing in a row while it is empty.
        for column in {**expected[place], **found[place]}:
            if found[place].get(column) != expected[place].get(column):
                return f"{place[0]}_{column}"
    return ""


async def runs_of(client: Client, id: str) -> list[WorkflowHistory]:
    """Return the histories of all runs of a workflow, the first run first; none for an id that is unknown.

    Each run names the one that it continues. Temporal's lists are not used, because they lag behind.
    """
    histories: list[WorkflowHistory] = []
    run: str | None = None
    while run != "":
        try:
            history = await client.get_workflow_handle(id, run_id=run).fetch_history()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                break
            raise
        histories.insert(0, history)
        run = history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id
    return histories


def recorded_texts(history: WorkflowHistory) -> list[str]:
    """Return the texts of the events that a run's ``record`` activities have written, in order."""
    texts_of: dict[int, list[str]] = {}
    for event in history.events:
        if event.HasField("activity_task_scheduled_event_attributes"):
            scheduled = event.activity_task_scheduled_event_attributes
            if scheduled.activity_type.name == "record":
                texts_of[event.event_id] = json.loads(scheduled.input.payloads[0].data)["events"]
        elif event.HasField("activity_task_completed_event_attributes"):
            completed = event.activity_task_completed_event_attributes
            texts = texts_of.get(completed.scheduled_event_id)
            if texts and json.loads(completed.result.payloads[0].data)["refused"]:
                del texts_of[completed.scheduled_event_id]
    return [text for texts in texts_of.values() for text in texts]
