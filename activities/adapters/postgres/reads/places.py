"""Where rows are, as SQL: in which regions and in which association. What is seen of a place, `visibility.py` says."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    and_,
    case,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
)

from activities.adapters.postgres import tables
from activities.adapters.postgres.one_of import one_of
from domain.journal import Kind
from domain.tasks import ABOUT_STREAMS, TaskKind
from domain.visibility import Sight

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPlace:
    """Where a row is: whether in one of the regions of the reader's office, and whether in the reader's association."""

    regions: Condition
    association: Condition


NOWHERE: Final = RowPlace(regions=false(), association=false())


def at(sight: Sight, region: ColumnElement[Any]) -> RowPlace:
    """Return where a row is that belongs to a region."""
    if sight.association is None:
        return RowPlace(regions=false(), association=true())
    of_association = sight.association.regions
    own = [code for code in sight.regions if code in of_association]
    return RowPlace(
        regions=one_of(region, own),
        association=one_of(region, of_association),
    )


def unless(another: Condition, place: RowPlace) -> RowPlace:
    """Return where a row is that belongs there only if it belongs nowhere else."""
    return RowPlace(
        regions=and_(not_(another), place.regions), association=and_(not_(another), place.association)
    )


def within(column: ColumnElement[Any], id: ColumnElement[Any], place: RowPlace) -> RowPlace:
    """Return where a row is that names another one by its ``id``, from where that one is."""
    return RowPlace(
        regions=column.in_(select(id).where(place.regions)),
        association=column.in_(select(id).where(place.association)),
    )


def stream_elsewhere(sight: Sight, stream: ColumnElement[Any]) -> Condition:
    """Return whether a stream is of another association than the reader's; what belongs to none is nowhere else.

    It is that of a pair, of money, of a term in a region, of a person or of a grant; of two people, the first counts.
    """
    if sight.association is None:
        return false()
    one = func.split_part(stream, " ", 1)
    person = tables.people.alias("one").c
    holders, grants = tables.people.alias("granted"), tables.grants.alias("given")
    held = exists().select_from(grants.join(holders, holders.c.id == grants.c.person))
    own_stream = func.left(func.encode(func.sha256(func.convert_to("h/" + person.id, "UTF8")), "hex"), 32)
    with_region = [
        each.alias(f"{each.name}_of_stream").c
        for each in (tables.relationships, tables.obligations, tables.term_regions)
    ]
    return or_(
        *(exists().where(each.id == one, not_(at(sight, each.region).association)) for each in with_region),
        exists().where(person.id == one, not_(here(sight, person.association))),
        held.where(grants.c.id == one, not_(here(sight, holders.c.association))),
        exists().where(own_stream == one, not_(here(sight, person.association))),
    )


def at_task(sight: Sight) -> RowPlace:
    """Return where a task is; one of the office's own belongs to a program, a person, a stream, or all associations."""
    task = tables.tasks.c
    place = at(sight, task.region)
    if sight.association is None:
        return place
    of_program = of_association(sight, task.about, tables.programs.c.program)
    of_person = of_association(sight, task.about, tables.people.c.id)
    own = case(
        (task.kind == TaskKind.CORRECT_PROGRAM, of_program),
        (task.kind == TaskKind.FIX_ADDRESS, of_person),
        (task.kind.in_(ABOUT_STREAMS), not_(stream_elsewhere(sight, func.split_part(task.about, "/", 1)))),
        else_=true(),
    )
    of_office = and_(task.region == "", task.subject_kind == Kind.INSTALLATION, own)
    return RowPlace(regions=place.regions, association=or_(place.association, of_office))


def of_person(sight: Sight, people: FromClause) -> RowPlace:
    """Return where somebody is: a person may belong to an association and to none of its regions."""
    regions = at(sight, people.c.region).regions
    return RowPlace(regions=regions, association=here(sight, people.c.association))


def about_person(sight: Sight, column: ColumnElement[Any]) -> RowPlace:
    """Return where a row is that belongs to a person and to no region."""
    return RowPlace(regions=false(), association=of_association(sight, column, tables.people.c.id))


def of_association(sight: Sight, column: ColumnElement[Any], id: Column[Any]) -> Condition:
    """Return whether a column names a row, by its ``id``, of a table whose rows belong to associations."""
    if sight.association is None:
        return true()
    return column.in_(select(id).where(here(sight, id.table.c.association)))


def here(sight: Sight, association: ColumnElement[Any]) -> Condition:
    return true() if sight.association is None else association == sight.association.code
