"""The association of a person, as every look-up of a right reads it along."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Row, func, select

from activities.adapters.postgres import tables
from domain.associations import Association

_REGION: Final = tables.regions.c


def with_association(person: ColumnElement[str]) -> tuple[ColumnElement[Any], ...]:
    """Return the columns from which ``association_in`` reads, for the association that a column names."""
    codes = select(_REGION.code).where(_REGION.association == person).order_by(_REGION.code)
    return person.label("association"), func.array(codes.scalar_subquery()).label("association_regions")


def association_in(row: Row[Any]) -> Association:
    """Return the association of somebody; one without a code for an id that no entry of the office has."""
    return Association(code=row.association or "", regions=tuple(row.association_regions))
