"""Lists of another association: most of their regions are not those of this one."""

from collections import Counter

from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.lists import ListKind, ListRow

_FEWEST = 3
"""How many rows name no region of the association before that is more than a slip."""


class ForeignLists:
    """Whether the people of an import are those of another association, and what to say of their rows then."""

    def __init__(self, builder: ProposalBuilder) -> None:
        self._regions = builder.office.regions
        self.problem = _problem(builder)

    def has(self, row: ListRow) -> bool:
        """Return whether a row is one of another association."""
        region = row.values.get("region")
        return bool(self.problem) and region is not None and region not in self._regions


def _problem(builder: ProposalBuilder) -> str:
    """Return what to say; empty where the lists are those of the association.

    Which other association it is, is for whoever may see its regions.
    """
    office = builder.office
    named = [row.values["region"] for row in builder.lists.of(ListKind.PEOPLE) if "region" in row.values]
    unknown = [region for region in named if region not in office.regions]
    others = Counter(
        office.elsewhere[region]
        for region in unknown
        if region in office.elsewhere and builder.actor.covers(region)
    )
    if len(unknown) * 2 <= len(named):
        return ""
    for other, count in others.most_common(1):
        if count * 2 > len(named):
            return (
                f"These look like the lists of {other}, and the import is for {office.association}. Import them for "
                f"{other}, or correct the regions."
            )
    if len(unknown) == len(named) and len(unknown) >= _FEWEST:
        return (
            f"None of the regions of these lists belongs to the association {office.association}. Name the association "
            f"of the lists, or correct the regions: it has {', '.join(sorted(office.regions)) or 'none yet'}."
        )
    return ""
