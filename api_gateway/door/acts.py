"""The act of a link as its person does it: the same parts, offers and checks as the forms of staff.

What the link fixes, such as the meeting, is no field: the page says it in words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from api_gateway.door.office import Door
from api_gateway.http.command_bodies import FOR_A_PERSON
from api_gateway.http.sessions import Visitor
from api_gateway.pages.acts.about import About
from api_gateway.pages.acts.act import ActNow
from api_gateway.pages.acts.offered import offers_of, tried_with
from api_gateway.pages.acts.parts import FormPart, parts_of, slug
from api_gateway.pages.acts.records import Shown
from api_gateway.pages.acts.subject import subject_now
from api_gateway.services.caller import caller_of
from api_gateway.services.links import LinkHolder
from api_gateway.services.problem import Problem
from api_gateway.services.programs import programs
from domain.messages import Command
from domain.relationship.parts.meetings import Meeting
from domain.relationship.rooms import COMMANDS
from domain.relationship.state import Relationship
from domain.task_links import LINKED_ACTS

AUTH: Final = "task_link"
"""How an event says that its person came by a link."""
BY_LINK: Final[Mapping[str, type[Command]]] = {
    kind.__name__: kind for kind in COMMANDS if kind.__name__ in LINKED_ACTS
}
_NEVER_ASKED: Final = ("version", "another", "next_topics")
"""Fields of a command that a form by link does not have."""
_OF_STAFF: Final = tuple(f"records:{name}" for name in FOR_A_PERSON)
"""What only staff choose, who act for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedAct:
    """What a link opens: the act as it stands, the partner's name, the program's name, and the meeting it is about."""

    link: LinkHolder
    act: ActNow
    parts: tuple[FormPart, ...]
    fixed: Mapping[str, Any]
    program: str
    partner: str
    meeting: Meeting | None

    @property
    def language(self) -> str:
        """The language of the reader."""
        return self.act.visitor.language


def visitor_by(link: LinkHolder, csrf: str) -> Visitor:
    """Return the person of a link, who may do its act and nothing else."""
    return Visitor(
        caller=caller_of(link.holder, AUTH),
        name=link.name,
        language=link.language,
        csrf=csrf,
        session="",
        ends_at=datetime.max.replace(tzinfo=UTC),
    )


async def act_of(door: Door, link: LinkHolder, csrf: str) -> LinkedAct:
    """Return the act of a link as it stands now; 404 if its person does not see the pair any more."""
    visitor, kind = visitor_by(link, csrf), BY_LINK[link.act]
    here = await _pair_of(door, visitor, link)
    state = here.shown.subject.state
    assert isinstance(state, Relationship)  # noqa: S101 - `_pair_of` looks up nothing else
    parts = tuple(
        part for part in parts_of(kind) if part.name not in _NEVER_ASKED and part.offers not in _OF_STAFF
    )
    offers = dict(await offers_of(door.office, here.shown, kind, parts))
    for name, value in link.chosen.items():
        key = f"records:{name}"
        offers[key] = tuple(each for each in offers.get(key, ()) if each.value == value)
    found = tried_with(here.shown, slug(kind), kind, parts, offers)
    meeting = next((met for met in state.meetings.log if met.id == link.chosen.get("meeting")), None)
    asked = tuple(part for part in parts if part.name not in link.chosen)
    act = ActNow(
        office=door.office, visitor=visitor, about=here, kind=kind, offered=found, parts=asked, facts={}
    )
    return LinkedAct(
        link=link,
        act=act,
        parts=asked,
        fixed={**link.chosen, **_version(meeting)},
        program=programs()[state.program].wording_in(link.language).program,
        partner=_partner(here),
        meeting=meeting,
    )


async def _pair_of(door: Door, visitor: Visitor, link: LinkHolder) -> About:
    """Return the pair of a link, as its person sees it; it needs nothing of what staff see of a pair."""
    row = await door.office.reads.relationships.with_names(visitor.caller.sight, link.subject)
    subject = await subject_now(door.office, visitor.caller, "relationship", link.subject)
    if row is None or subject is None or not isinstance(state := subject.state, Relationship):
        raise Problem(404, "not_found")
    caller = visitor.caller.standing((state.mentee, state.mentor))
    if caller.person not in (state.mentee, state.mentor):
        raise Problem(404, "not_found")
    shown = Shown(subject=subject, row=row, caller=caller, language=link.language)
    return About(shown=shown, name="", href="", acts="")


def _version(meeting: Meeting | None) -> dict[str, int]:
    """Return which version of a meeting the form shows, once there are several."""
    return {"version": meeting.known_versions[-1].number} if meeting and meeting.versions else {}


def _partner(here: About) -> str:
    row, person = here.shown.row, here.shown.caller.person
    side = "mentor" if row["mentee"] == person else "mentee"
    return str(row[f"{side}_name"] or "")
