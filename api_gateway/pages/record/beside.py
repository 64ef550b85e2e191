"""What is in an auditor's list besides the events: attempts that were refused, readings, and emails."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from activities.adapters.postgres.reads.history import History
from api_gateway.office import Office
from api_gateway.pages.parts import TimelineEntry
from api_gateway.pages.record import emails, timeline
from api_gateway.pages.record.relationship_record import RelationshipRecord
from api_gateway.pages.record.timeline import Beside
from api_gateway.pages.story import Story
from domain.actors import Role
from domain.codec import to_plain

MOST: Final = 5_000
"""How many emails a list reads."""


async def beside(office: Office, record: RelationshipRecord) -> list[Beside]:
    """Return refusals, readings and emails as entries; nothing for anybody but an auditor."""
    if Role.AUDITOR not in record.visitor.caller.roles:
        return []
    side, sent = await side_and_emails(office, record)
    rows = [Beside(email_at(row, record), _email(row, record)) for row in sent]
    return [*rows, *_of_side(side, record)] if side is not None else rows


async def side_and_emails(
    office: Office, record: RelationshipRecord
) -> tuple[History | None, tuple[Mapping[str, Any], ...]]:
    """Return the events of the side stream that the visitor sees, and the emails."""
    sight, reads = record.visitor.caller.sight, office.reads
    return await reads.history.side(sight, record.id), await reads.notices.of_subject(sight, record.id, MOST)


def email_at(row: Mapping[str, Any], record: RelationshipRecord) -> datetime:
    """Return when an email left or, if it has not, when it was written."""
    return datetime.fromisoformat(row["sent_at"] or row["created_at"])


def _email(row: Mapping[str, Any], record: RelationshipRecord) -> TimelineEntry:
    shown = emails.email_row(row, record)
    return TimelineEntry(
        when=record.dates.time(row["sent_at"] or row["created_at"]),
        text=shown.text,
        small=record.say("relationship.email.entry", status=shown.status),
    )


def _of_side(side: History, record: RelationshipRecord) -> Iterator[Beside]:
    writer = Story(record.dates, {**side.names, **record.names}, record.file)
    for envelope, _ in side.events:
        told = timeline.entry(to_plain(envelope), writer, record, cited=True)
        yield Beside(envelope.decided_at, told)
