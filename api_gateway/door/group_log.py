"""One log for several pairs, by the mentor of all of them: the parts of a meeting, with the pairs to choose."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from activities.adapters.postgres.reads.own_page import OwnPair
from api_gateway.door.acts import OwnAct, pair_here, possible_here
from api_gateway.door.office import Door
from api_gateway.door.proofs import FormAsked
from api_gateway.door.records import by_name
from api_gateway.pages.acts.parts import Choice, Control, FormPart
from api_gateway.pages.acts.words import refusal_of
from api_gateway.services.problem import Problem
from domain.relationship.stages.meetings.groups import FEWEST_PAIRS, LogGroupMeeting

PAIRS: Final = "relationships"
_OFFERS: Final = f"records:{PAIRS}"
_GROUP: Final = "group"
"""What each pair's own part of the log has; the office gives it."""


async def group_act(door: Door, asked: FormAsked) -> OwnAct:
    """Return the log of a group as a mentor of several pairs fills it in; 404 for anybody else."""
    caller = asked.visitor.caller
    page = await door.office.reads.own_page.pairs(caller.sight)
    own = [pair for pair in page.pairs if pair.row["mentor"] in caller.ids]
    found = [part for pair in own if (part := await _part(door, asked, pair, page.now)) is not None]
    able = [each for each in found if each.possible]
    if not found:
        raise Problem(404, "not_found")
    one = next(iter(able), found[0])
    pairs = by_name([Choice(value=each.asked.subject, label=each.partner) for each in able])
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


class NotAllLogged(Exception):
    """Pairs that did not take a log although they could a moment ago, each in words; ``some`` of the others did."""

    def __init__(self, said: str, *, some: bool) -> None:
        super().__init__(said)
        self.said, self.some = said, some


def demand_all_logged(act: OwnAct, answer: Mapping[str, Any]) -> None:
    """Raise ``NotAllLogged`` unless every pair has taken a log."""
    lines = answer["results"]
    refused = [line for line in lines if line["status"] == "refused"]
    if refused:
        names = {each.value: each.label for each in act.offers[_OFFERS]}
        said = (
            f"{names[line['relationship']]}: {refusal_of(line['code'], act.language)}" for line in refused
        )
        raise NotAllLogged(" ".join(said), some=len(refused) < len(lines))


async def _part(door: Door, asked: FormAsked, pair: OwnPair, now: datetime) -> OwnAct | None:
    """Return the part of one pair in the log of a group."""
    part = replace(asked, act=LogGroupMeeting.__name__, subject=pair.row["id"])
    here = pair_here(door, part, pair, now)
    return await possible_here(door, part, here) if here else None
