"""Everything that is recorded about a relationship in one list: events, what was tried and read, and emails."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from activities.adapters.postgres.reads.history import History
from api_gateway.http.office import Parts
from api_gateway.http.path_ids import Reference
from api_gateway.http.sessions import SessionFirst
from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.audit.verdict import AuditVisitor
from api_gateway.pages.csv_file import csv_answer
from api_gateway.pages.dates import When
from api_gateway.pages.record import emails, timeline, what_holds
from api_gateway.pages.record.beside import email_at, side_and_emails
from api_gateway.pages.record.relationship_record import RelationshipRecord, read_record
from api_gateway.pages.story import Story
from api_gateway.pages.view import page
from api_gateway.services.visitor import Visitor
from domain.codec import to_plain

router = APIRouter(route_class=SessionFirst, include_in_schema=False)
COLUMNS: Final = ("number", "when", "type", "what", "who", "for_whom", "rule", "command", "hash")


@dataclass(frozen=True, slots=True, kw_only=True)
class FullRow:
    """A row of the full history. What is next to the stream has a number of its own stream, emails have none."""

    at: datetime
    number: int | None
    when: When
    type: str
    what: str
    who: str
    for_whom: str
    rule: str
    command: str
    hash: str
    beside: bool = False


@router.get("/relationships/{subject}/history", operation_id="pages.relationship.full_history")
async def full_history(
    request: Request, visitor: AuditVisitor, office: Parts, subject: Reference
) -> HTMLResponse:
    """Show everything that is recorded about a relationship, the newest first."""
    record, rows = await _read(office, visitor, subject)
    return page(
        request,
        "audit/full_history.html",
        visitor,
        place=links.RELATIONSHIPS,
        record=record,
        title=what_holds.title_facts(record)["title"],
        columns=COLUMNS,
        rows=rows,
    )


@router.get("/relationships/{subject}/history.csv", operation_id="pages.relationship.full_history.csv")
async def full_history_csv(visitor: AuditVisitor, office: Parts, subject: Reference) -> Response:
    """Return exactly what the page shows as a file."""
    record, rows = await _read(office, visitor, subject)
    heads = [record.say(f"audit.history.{column}") for column in COLUMNS]
    return csv_answer(f"history-{record.id[:8]}", heads, (_cells(row) for row in rows))


async def _read(
    office: Office, visitor: Visitor, subject: str
) -> tuple[RelationshipRecord, Sequence[FullRow]]:
    record = await read_record(office, visitor, subject)
    side, sent = await side_and_emails(office, record)
    rows = [*_events(record.history, record, beside=False), *(_email(row, record) for row in sent)]
    if side is not None:
        rows += _events(side, record, beside=True)
    return record, sorted(rows, key=lambda row: (row.at, row.number or 0), reverse=True)


def _events(history: History, record: RelationshipRecord, *, beside: bool) -> Iterator[FullRow]:
    writer = Story(record.dates, {**history.names, **record.names}, record.file)
    for envelope, sealed in history.events:
        event = to_plain(envelope)
        told = timeline.entry(event, writer, record, cited=False)
        acted = event["actor"].get("acting_for")
        yield FullRow(
            at=envelope.decided_at,
            number=envelope.seq,
            when=record.dates.at(envelope.decided_at),
            type=envelope.type,
            what=told.text,
            who=told.small,
            for_whom=record.name(acted) if acted else "",
            rule=_rule(event, writer, record),
            command=envelope.cause.command,
            hash=sealed,
            beside=beside,
        )


def _rule(event: Mapping[str, Any], writer: Story, record: RelationshipRecord) -> str:
    """Return the reason in words and the requirements that an event follows, with the version of the rules."""
    reasons = [record.label(code) for code in event.get("why", ())]
    rules = event.get("rules")
    version = f"{rules['set']} {rules['version']}" if rules else ""
    cited = timeline.requirements(writer.sentence(event).cites)
    return " · ".join(part for part in (", ".join(reasons), cited, version) if part)


def _email(row: Mapping[str, Any], record: RelationshipRecord) -> FullRow:
    at, shown = email_at(row, record), emails.email_row(row, record)
    return FullRow(
        at=at,
        number=None,
        when=record.dates.at(at),
        type=record.say("audit.history.email"),
        what=f"{shown.text}: {shown.status}",
        who=record.say("relationship.by_rule"),
        for_whom="",
        rule="",
        command="",
        hash="",
    )


def _cells(row: FullRow) -> Sequence[str | int | None]:
    return [row.at.isoformat() if column == "when" else getattr(row, column) for column in COLUMNS]
