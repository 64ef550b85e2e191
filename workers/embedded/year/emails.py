"""The emails of a simulated year: each left at an hour of its class, none twice, those of one decision in order.

The words of each are kept.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, select, union_all

from activities.adapters.postgres import tables
from activities.adapters.postgres.database import Database
from activities.digests import is_morning
from domain.calendar import Calendar
from domain.notices import NoticeKind
from domain.sending_hours import Rank, may_leave
from workers.embedded.stack.mail_catcher import Mailbox
from workers.settings import ProcessRole, Settings

AT_MOST: Final = timedelta(minutes=5)
"""How long after its hour an email may leave; the real time of the year goes on while one is sent."""


async def check_emails(settings: Settings, calendar: Calendar, mailbox: Mailbox) -> list[str]:
    """Return the faults of the emails of a year, in words."""
    database = Database(settings.database_url(ProcessRole.MIGRATOR), size=1)
    row = tables.notices.c
    sent = select(tables.notices).where(row.status == "sent")
    digest = tables.digests.c
    of_mornings = (digest.status == "sent", digest.task == "")
    try:
        async with database.one_statement() as connection:
            found = (
                (await connection.execute(sent.order_by(row.created_at, row.seq, row.number)))
                .mappings()
                .all()
            )
        async with database.one_statement() as connection:
            digests = (await connection.execute(select(digest.day, digest.sent_at).where(*of_mornings))).all()
        async with database.one_statement() as connection:
            left = await connection.scalar(select(func.count()).where(row.status.in_(("pending", "parked"))))
        async with database.one_statement() as connection:
            without_words = await connection.scalar(_without_words())
    finally:
        await database.close()
    faults = [fault for each in found if (fault := _hour(each, calendar))]
    faults += (
        f"email: a digest of {day} left at {at}" for day, at in digests if not is_morning(calendar, at)
    )
    faults += _order([dict(each) for each in found])
    seen = Counter(f"{email.message_id} {email.recipients}" for email in mailbox.all())
    faults += [f"email: {name} arrived {times} times" for name, times in seen.items() if times > 1]
    if without_words:
        faults.append(f"email: the words of {without_words} that were sent are not kept")
    return [*faults, *([f"email: {left} still wait at the end"] if left else [])]


def _without_words() -> Select[int]:
    """Return how many emails were sent and have no kept words."""
    notice, digest, kept = tables.notices.c, tables.digests.c, tables.kept_emails.c.email
    sent = union_all(
        select(notice.id).where(notice.status == "sent"), select(digest.id).where(digest.status == "sent")
    ).subquery()
    return select(func.count()).where(sent.c.id.not_in(select(kept)))


def _hour(row: Any, calendar: Calendar) -> str:
    """Return a fault if an email left outside the hours of its class."""
    at: datetime = row["sent_at"]
    allowed = (
        may_leave(
            NoticeKind(row["kind"]), row["data"], at - late, calendar, own_act=row["rank"] == Rank.AT_ONCE
        )
        for late in (timedelta(), AT_MOST)
    )
    if any(abs(at - instant) <= AT_MOST for instant in allowed):
        return ""
    return f"email: {row['kind']} left at {at.astimezone(calendar.zone):%a %Y-%m-%d %H:%M}"


def _order(rows: list[dict[str, Any]]) -> list[str]:
    """Return a fault for each two emails of one decision to one reader that left in the other order."""
    last: dict[tuple[str, datetime, str], datetime] = {}
    faults = []
    for row in rows:
        key = (row["subject"], row["created_at"], row["person"] or row["region"])
        if (before := last.get(key)) is not None and row["sent_at"] < before:
            faults.append(f"email: {row['kind']} left before an earlier one of the same decision")
        last[key] = row["sent_at"]
    return faults
