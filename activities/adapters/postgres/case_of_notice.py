"""The complaint case that a notice is about: that of the event which caused it, empty for other notices."""

from typing import Final

from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from activities.adapters.postgres import tables
from domain.visibility import CASE_NOTICES

_EVENT: Final = tables.events.c
_CASE: Final = (
    select(cast(func.convert_from(_EVENT.bytes, "UTF8"), JSONB)["body"]["complaint"].astext)
    .where(tables.notices.c.kind.in_(CASE_NOTICES))
    .where(_EVENT.stream == tables.notices.c.subject, _EVENT.seq == tables.notices.c.seq)
    .correlate(tables.notices)
)
CASE_OF_NOTICE: Final = func.coalesce(_CASE.scalar_subquery(), "")
