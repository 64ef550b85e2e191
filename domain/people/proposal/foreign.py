"""Lists of another association: none of their regions is one of this one.

What other associations there are, and which regions they have, is not known here and so cannot be told.
"""

from domain.people.proposal.builder import ProposalBuilder
from domain.people.proposal.lists import ListKind, ListRow
from domain.told import Told, told

_FEWEST = 3
"""How many rows name no region of the association before that is more than a slip."""


class ForeignLists:
    """Whether the people of an import are those of another association, and what to say of their rows then."""

    def __init__(self, builder: ProposalBuilder) -> None:
        self.problem = _problem(builder)

    def has(self, row: ListRow) -> bool:
        """Return whether a row is one of another association."""
        return self.problem is not None and "region" in row.values


def _problem(builder: ProposalBuilder) -> Told | None:
    """Return what to say; nothing where the lists may be those of the association."""
    office = builder.office
    rows = (*builder.lists.of(ListKind.PEOPLE), *builder.lists.others)
    named = [row.values["region"] for row in rows if "region" in row.values]
    if len(named) < _FEWEST or any(region in office.regions for region in named):
        return None
    return told(
        "other_association",
        "None of the regions of these lists belongs to the association {association}. Name the association of the "
        "lists, or correct the regions: it has {regions}.",
        association=office.association,
        regions=", ".join(sorted(office.regions)) or told("none_yet", "none yet"),
    )
