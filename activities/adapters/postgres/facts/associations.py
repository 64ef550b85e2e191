"""The association of a person, as every look-up of a right reads it along."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, exists, func, not_, select

from activities.adapters.postgres import tables
from domain.associations import Association

_REGION: Final = tables.regions.c
_PAIR: Final = tables.relationships.c


def with_association(person: ColumnElement[str]) -> tuple[ColumnElement[Any], ...]:
    """Return the columns from which ``association_in`` reads, for the association that a column names."""
    codes = select(_REGION.code).where(_REGION.association == person).order_by(_REGION.code)
    return person.label("association"), func.array(codes.scalar_subquery()).label("association_regions")


def association_in(row: Row[Any]) -> Association:
    """Return the association of somebody; one without a code for an id that no entry of the office has."""
    return Association(code=row.association or "", regions=tuple(row.association_regions))


def of_another(person: str) -> ColumnElement[bool]:
    """Return whether a relationship is of another association than somebody who is not one of its pair."""
    entry = tables.people.alias("sender").c
    here = exists().where(_REGION.code == _PAIR.region, _REGION.association == entry.association)
    elsewhere = exists().where(entry.id == person, not_(here)).correlate(tables.relationships)
    pair = (_PAIR.mentee, _PAIR.mentor, _PAIR.proposed_mentor)
    return and_(elsewhere, *(each != person for each in pair))
