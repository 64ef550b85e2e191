"""What everybody may see: terms, the rules of a term, regions with their contacts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.facts.starts import rule_set
from activities.adapters.postgres.reads.rows import Page, Reads, plain
from domain.rules.canonical_json import rules_from_text
from domain.rules.program import Rules, TermDates
from domain.visibility import Data, Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyTerm:
    """A term with what the results of its surveys need."""

    dates: TermDates
    rules: Rules
    regions: tuple[str, ...]


class ReferenceReads(Reads):
    """The reads of reference data."""

    async def terms(self) -> Page:
        """Return all terms."""
        return Page(
            rows=await self._all(select(tables.terms).order_by(tables.terms.c.first, tables.terms.c.id))
        )

    async def term(self, id: str) -> Mapping[str, Any] | None:
        """Return one term; None for an unknown one."""
        return await self._one(select(tables.terms).where(tables.terms.c.id == id))

    async def term_rules(self, program: str, version: str) -> str:
        """Return as text the rules of a program that a term has fixed; empty if there are none."""
        async with self._database.transaction() as connection:
            found = await rule_set(connection, program, version, "")
        return str(found["text"]) if found else ""

    async def survey_term(self, program: str, term: str) -> SurveyTerm | None:
        """Return a program's term with its rules and regions; None if it has no term with that id."""
        terms, regions = tables.terms, tables.regions
        wanted = select(terms).where(terms.c.id == term, terms.c.program == program)
        codes = select(regions.c.code).where(regions.c.program == program).order_by(regions.c.code)
        async with self._database.transaction() as connection:
            row = (await connection.execute(wanted)).first()
            rules = await rule_set(connection, program, row.version, "") if row is not None else None
            if row is None or rules is None:
                return None
            found = tuple((await connection.scalars(codes)).all())
        dates = TermDates(first=row.first, last=row.last)
        return SurveyTerm(dates=dates, rules=rules_from_text(rules["text"]), regions=found)

    async def regions(self, sight: Sight) -> Page:
        """Return all regions, each with all its contacts, past and present."""
        contacts = tables.region_contacts
        if not sight.sees(Data.REFERENCE):
            return Page(rows=())
        async with self._database.transaction() as connection:
            found = [
                {**plain(row._mapping), "contacts": []}
                for row in await connection.execute(select(tables.regions).order_by(tables.regions.c.code))
            ]
            by_code = {row["code"]: row for row in found}
            for row in await connection.execute(select(contacts).order_by(contacts.c.id)):
                entry = {name: value for name, value in plain(row._mapping).items() if name != "id"}
                by_code[row.region]["contacts"].append(entry)
        return Page(rows=tuple(found))
