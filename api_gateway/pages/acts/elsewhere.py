"""Where else a mentor can be looked for, and who can look further than the reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api_gateway.office import Office
from api_gateway.pages import links
from api_gateway.pages.acts.records import Shown
from api_gateway.pages.parts import Link
from api_gateway.pages.people import own_regions
from api_gateway.pages.words import Say
from domain.actors import Role
from domain.languages import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What can be done where nobody fits: the acts of the reader, and in words who can look in other regions.

    ``further`` is empty for a reader who may look in all regions of the program. ``office`` are name and email of those
    who can.
    """

    acts: Sequence[Link]
    further: str = ""
    office: Sequence[Mapping[str, str]] = ()
    pair: str = ""
    """The pair that needs a mentor."""


async def elsewhere_for(office: Office, shown: Shown, task: str = "") -> Elsewhere:
    """Return where else the mentor of a pair can be looked for by a reader; the domain lets no other program do it."""
    say, caller = Say(Language(shown.language)), shown.caller
    acts = [
        Link(links.with_query("/people/new", pair=shown.subject.id), say("candidates.enter_mentor")),
        Link("/people?mentors=yes", say("candidates.all_mentors")),
    ]
    if not shown.subject.rules.matching.cross_region:
        return Elsewhere(acts=acts, further=say("candidates.only_region"), pair=shown.subject.id)
    regions = own_regions(await office.reads.regions.names(caller.sight), caller)
    if len(regions) > 1:
        every = links.with_query(links.candidates(shown.subject.id, task=task), region="every")
        acts.insert(0, Link(every, say("candidates.other_region")))
    if not caller.regions and Role.COORDINATOR in caller.roles:
        return Elsewhere(acts=acts, pair=shown.subject.id)
    known = await office.reads.regions.state_office(caller.sight)
    word = "state_office" if known else "state_office_unknown"
    return Elsewhere(acts=acts, further=say(f"candidates.{word}"), office=known, pair=shown.subject.id)
