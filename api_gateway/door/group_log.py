"""One log for several pairs, by the mentor of all of them: the parts of a meeting, with the pairs to choose."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from api_gateway.door.acts import OwnAct, pair_act
from api_gateway.door.office import Door
from api_gateway.door.proofs import Asked
from api_gateway.pages.acts.parts import Choice, Control, FormPart
from api_gateway.services.problem import Problem
from domain.relationship.stages.meetings.groups import FEWEST_PAIRS, LogGroupMeeting

PAIRS: Final = "relationships"
_OFFERS: Final = f"records:{PAIRS}"
_GROUP: Final = "group"
"""What each pair's own part of the log has; the office gives it."""


async def group_act(door: Door, asked: Asked) -> OwnAct:
    """Return the log of a group as a mentor of several pairs fills it in; 404 for anybody else."""
    caller = asked.visitor.caller
    rows = [
        row for row in await door.office.reads.relationships.own(caller.sight) if row["mentor"] in caller.ids
    ]
    found = [await _part(door, asked, row) for row in rows]
    able = [each for each in found if each.possible]
    if not found:
        raise Problem(404, "not_found")
    one = next(iter(able), found[0])
    pairs = tuple(Choice(value=each.asked.subject, label=each.partner) for each in able)
    which = FormPart(name=PAIRS, control=Control.CHOICES, offers=_OFFERS)
    return replace(
        one,
        asked=asked,
        subject_kind=_GROUP,
        parts=(which, *(part for part in one.parts if part.name != _GROUP)),
        offers={**one.offers, _OFFERS: pairs},
        possible=len(able) >= FEWEST_PAIRS,
        partner="",
        start={PAIRS: [each.value for each in pairs]},
    )


async def _part(door: Door, asked: Asked, row: Mapping[str, Any]) -> OwnAct:
    """Return the part of one pair in the log of a group."""
    return await pair_act(door, replace(asked, act=LogGroupMeeting.__name__, subject=row["id"]))
