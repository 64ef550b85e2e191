"""Regions that the association does not have, such as “Northern”: asked about once, and read as somebody says."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.codes import in_rows
from domain.people.proposal.foreign import ForeignLists
from domain.people.proposal.lists import ListKind, ListRow
from domain.people.proposal.slips import one_slip
from domain.told import joined, told

REGION: Final = "region:"
"""How the question begins which region a word means."""
_FEWEST: Final = 3
"""How many rows say an unlikely word before it is more than a slip, which is refused."""


def read_regions(builder: ProposalBuilder) -> None:
    """Ask which regions unknown words mean; the rows are read with what somebody says, and else they wait.

    A word in one row or two that is like no region is a slip: it is refused with the row.
    """
    known = builder.office.regions
    rows = [row for row in builder.lists.of(ListKind.PEOPLE) if row.values.get("region", "") not in known]
    if not any("region" in row.values for row in rows):
        return
    whole = (*rows, *builder.lists.others)
    counts = Counter(str(row.values["region"]) for row in whole if "region" in row.values)
    foreign = ForeignLists(builder)
    meant: dict[str, str] = {}
    for row in rows:
        region = str(row.values.get("region", ""))
        likely = counts[region] >= _FEWEST or (region and _near(region, known))
        if likely and not foreign.has(row):
            meant[region] = _ask(builder, row, counts[region])
    if not meant:
        return
    builder.lists = replace(
        builder.lists,
        rows=tuple(_read(row, meant) for row in builder.lists.rows),
        faulty=tuple(_read(row, meant) for row in builder.lists.faulty),
    )


def refuse_region(builder: ProposalBuilder, row: ListRow, region: str, mine: tuple[str, ...]) -> None:
    """Refuse a row with a region that the association does not have; ``mine`` are those that the importer may write."""
    regions, said = builder.office.regions, row.text("region", region)
    problem = (
        told("unknown_region", "The association has no such region. Write one of its regions.")
        if len(mine) == len(regions)
        else told("unknown_region_of_mine", "The association has no such region. Write one that you serve.")
    )
    spelled = {code: (code, name.casefold()) for code, name in regions.items()}
    near = [
        code
        for code, words in spelled.items()
        if any(one_slip(one, word) for one in (region, said.casefold()) for word in words)
    ]
    if len(near) == 1:
        problem = joined((problem, told("region_meant", "Probably “{region}” is meant.", region=near[0])))
    builder.refuse(row, "region", "unknown_region", problem, cell=said, cause=region, allowed=mine)


def _ask(builder: ProposalBuilder, row: ListRow, count: int) -> str:
    region, regions = str(row.values["region"]), tuple(sorted(builder.office.regions))
    problem = told(
        "unknown_region_word",
        "The association has no region “{region}” ({rows}). Which of its regions is meant? If it is none of them, "
        "correct the file.",
        region=row.text("region", region),
        rows=in_rows(count),
    )
    return builder.ask(
        f"{REGION}{region}", "unknown_region", problem, regions, [row.at], proposal=_near(region, regions)
    )


def _read(row: ListRow, meant: Mapping[str, str]) -> ListRow:
    region = str(row.values.get("region", ""))
    if row.kind is not ListKind.PEOPLE or region not in meant:
        return row
    if meant[region]:
        return replace(row, values={**row.values, "region": meant[region]})
    return replace(row, waits=(*row.waits, f"{REGION}{region}"))


def _near(region: str, regions: Collection[str]) -> str:
    """Return the one region whose code is a word of what the list says, or begins it."""
    found = [each for each in regions if each in region.split("_") or region.startswith(each)]
    return found[0] if len(found) == 1 else ""
