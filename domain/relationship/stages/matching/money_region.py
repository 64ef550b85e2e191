"""In stage matching: which of the two regions gets the stipend of a pair across regions (K11)."""

from typing import Final

from domain.errors import demand
from domain.relationship.parts.matching import Proposal
from domain.relationship.state import Relationship
from domain.rules.money import MoneyRegion
from domain.rules.program import Rules

REFUSES_WITHOUT_CHOICE: Final = 3
"""From this engine on, a region that the rules do not let anybody choose is refused and no longer ignored."""


def money_region(state: Relationship, proposal: Proposal, chosen: str, rules: Rules) -> str:
    """Return the region that gets the stipend; a pair across regions needs a choice if the program wants one."""
    policies = {rule.money_region for rule in rules.money}
    if proposal.mentor_region == state.region or policies <= {MoneyRegion.MENTEE_REGION}:
        return _without_choice(state, chosen, state.region)
    if policies == {MoneyRegion.MENTOR_REGION}:
        return _without_choice(state, chosen, proposal.mentor_region)
    demand(bool(chosen), "money_region_missing", field="money_region")
    both = (proposal.mentor_region, state.region)
    demand(chosen in both, "money_region_unknown", field="money_region")
    return chosen


def _without_choice(state: Relationship, chosen: str, paid: str) -> str:
    """Return the region that the rules name; refuse any other, which would be ignored."""
    ignored = state.engine < REFUSES_WITHOUT_CHOICE
    demand(ignored or chosen in ("", paid), "money_region_not_chosen", field="money_region")
    return paid
