"""What an import is about: a term with its program, or an association alone; and which codes its rules know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.adapters.postgres import tables
from activities.adapters.postgres.clock import office_now
from activities.adapters.postgres.facts.starts import rule_set
from domain.rules.canonical_json import rules_from_text
from domain.rules.intake import TermDates
from domain.rules.program import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportScope:
    """An association, perhaps a term of a program, and the codes that the rules know.

    ``rules`` are those of each region that the program serves, as relationships of the term start with them.
    """

    association: str
    today: date
    program: str = ""
    term: str = ""
    dates: TermDates | None = None
    classes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    may_apply_again: bool = False
    rules: Mapping[str, Rules]


async def import_scope(
    connection: AsyncConnection, association: str, term: str, of_association: Iterable[Rules]
) -> ImportScope:
    """Return the scope of an import; ``of_association`` are the rules of the association's programs.

    A class of membership is known if any of these programs knows it, since one list serves all of them.
    """
    now = await office_now(connection)
    every = tuple(of_association)
    classes = (
        name
        for rules in every
        for name in (*rules.eligibility.mentee_classes, *rules.matching.mentor_classes)
    )
    today = every[0].calendar.local_date(now) if every else now.date()
    if not term:
        return ImportScope(association=association, today=today, classes=tuple(sorted({*classes})), rules={})
    row = tables.terms.c
    found = (await connection.execute(select(tables.terms).where(row.id == term))).one()
    served = select(tables.program_regions.c.region).where(tables.program_regions.c.program == found.program)
    texts = {
        region: kept["text"]
        for region in await connection.scalars(served)
        if (kept := await rule_set(connection, found.program, found.version, region)) is not None
    }
    read = {text: rules_from_text(text) for text in {*texts.values()}}
    rules = {region: read[text] for region, text in texts.items()}
    known = tuple(read.values())
    return ImportScope(
        association=association,
        today=known[0].calendar.local_date(now) if known else today,
        program=found.program,
        term=term,
        dates=TermDates(first=found.first, last=found.last),
        classes=tuple(sorted({*classes})),
        reasons=_in_order(reason for each in known for reason in each.eligibility.reasons),
        areas=_in_order(area for each in known for area in each.eligibility.areas),
        may_apply_again=any(each.may_apply_again for each in known),
        rules=rules,
    )


def _in_order(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
