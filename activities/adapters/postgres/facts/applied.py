"""What an application says by now: as it came, or as a coordinator corrected it while it waited."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, case, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from activities.adapters.postgres import tables

_ROW, _PAIR = tables.applications.c, tables.relationships.c
_CORRECTED_AREAS: Final = func.to_jsonb(
    func.string_to_array(_PAIR.corrected_areas, ",", type_=ARRAY(Text)), type_=JSONB
)
APPLIED: Final[Mapping[str, ColumnElement[Any]]] = {
    "reason": func.coalesce(_PAIR.corrected_reason, _ROW.reason),
    "first_year": func.coalesce(_PAIR.corrected_first_year, _ROW.first_year),
    "applied_on": func.coalesce(_PAIR.corrected_applied_on, _ROW.applied_on),
    "areas": case((_PAIR.corrected_areas.is_(None), _ROW.areas), else_=_CORRECTED_AREAS),
}
"""The statement of an application by column, from its row joined with its relationship."""
