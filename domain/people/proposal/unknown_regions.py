"""Regions that the association does not have, such as “Northern”: asked about once, and read as somebody says."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.codes import in_rows
from domain.people.proposal.foreign import ForeignLists
from domain.people.proposal.lists import ListKind, ListRow
from domain.people.proposal.slips import one_slip
from domain.told import told

REGION: Final = "region:"
"""How the question begins which region a word means."""
_FEWEST: Final = 3
"""How many rows say a word that is like no region before it is asked about, and not refused."""
_SHORTEST: Final = 4
"""The fewest letters of a region in which a slip is looked for: R1 and R2 are two regions."""


def read_regions(builder: ProposalBuilder) -> None:
    """Ask which regions unknown words mean; the rows are read with what somebody says, and else they wait.

    A word in one row or two that is like no region is refused with the row.
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
        likely = counts[region] >= _FEWEST or (region and _near(row, known))
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
    builder.refuse(row, "region", "unknown_region", problem, cell=said, cause=region, allowed=mine)


def _ask(builder: ProposalBuilder, row: ListRow, count: int) -> str:
    region, regions = str(row.values["region"]), builder.office.regions
    near = _near(row, regions)
    likely = near[0] if len(near) == 1 else ""
    said = {"region": row.text("region", region), "rows": in_rows(count)}
    problem = (
        told(
            "region_did_you_mean",
            "The association has no region “{region}” ({rows}). Did you mean “{likely}”? If it is another of its "
            "regions, answer with that one. If it is none of them, correct the file.",
            likely=likely,
            **said,
        )
        if likely
        else told(
            "unknown_region_word",
            "The association has no region “{region}” ({rows}). Which of its regions is meant? If it is none of them, "
            "correct the file.",
            **said,
        )
    )
    answers = tuple(sorted(regions))
    return builder.ask(f"{REGION}{region}", "unknown_region", problem, answers, [row.at], proposal=likely)


def _read(row: ListRow, meant: Mapping[str, str]) -> ListRow:
    region = str(row.values.get("region", ""))
    if row.kind is not ListKind.PEOPLE or region not in meant:
        return row
    if meant[region]:
        return replace(row, values={**row.values, "region": meant[region]})
    return replace(row, waits=(*row.waits, f"{REGION}{region}"))


def _near(row: ListRow, regions: Mapping[str, str]) -> tuple[str, ...]:
    """Return the regions that a word is like: it has the code as a word or begins with it, or is one but for a slip."""
    region = str(row.values["region"])
    said = {region, row.text("region", region).casefold()}
    return tuple(
        code
        for code, name in regions.items()
        if code in region.split("_")
        or region.startswith(code)
        or any(_is_slip(one, word) for one in said for word in (code, name.casefold()))
    )


def _is_slip(said: str, known: str) -> bool:
    """Return whether a word is a known one but for one letter, which is no digit."""
    return len(known) >= _SHORTEST and one_slip(said, known) and _digits(said) == _digits(known)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
