"""Which rows are of a complaint case that is about the reader: the part of ``visibility`` that needs the cases."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, cast, exists, false, func, select
from sqlalchemy.dialects.postgresql import JSONB

from activities.adapters.postgres import tables
from domain.visibility import CASE_NOTICES, Sight


def of_case_about(sight: Sight) -> ColumnElement[bool]:
    """Return whether a notice was caused by an event of a case that is about the reader; others of the pair stay."""
    table, event = tables.notices.c, tables.events.c
    case = cast(func.convert_from(event.bytes, "UTF8"), JSONB)["body"]["complaint"].astext
    caused = exists().where(
        event.stream == table.subject,
        event.seq == table.seq,
        case.in_(cases_about(sight, tables.complaints.c.id)),
    )
    return and_(table.kind.in_(CASE_NOTICES), caused.correlate(tables.notices))


def cases_about(sight: Sight, column: ColumnElement[Any]) -> Select[Any]:
    """Return a column of the complaint cases that are about the reader, under any of the reader's ids."""
    about = tables.complaints.c.against.in_(sight.ids) if sight.person else false()
    return select(column).where(about)
