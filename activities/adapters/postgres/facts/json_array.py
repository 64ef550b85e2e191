"""A column of several rows as one value, so that a statement about one thing can also answer about many."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func
from sqlalchemy.dialects.postgresql import JSONB


def json_array(rows: Select[Any]) -> ColumnElement[Any]:
    """Return the one column of a select as a JSON array, in the select's order."""
    return func.to_jsonb(func.array(rows.scalar_subquery()), type_=JSONB)
