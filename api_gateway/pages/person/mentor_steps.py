"""What is still missing before a person can be proposed as a mentor, and the way back to the pair that needs one."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from api_gateway.pages import links
from api_gateway.pages.acts.words import of_code
from api_gateway.pages.parts import Link, Next
from api_gateway.pages.people import held_today
from api_gateway.pages.person.here import Here
from api_gateway.pages.person.record_changes import MENTOR
from api_gateway.pages.person.typed import make_mentor
from api_gateway.services.mentors import mentors_program
from api_gateway.services.problem import Problem
from domain.ids import is_id
from domain.tasks import TaskKind

_MEMBERSHIP: Final = "membership"


async def pair_of(here: Here, pair: str) -> Mapping[str, Any] | None:
    """Return the pair for which somebody looks for a mentor, if the visitor sees it and it has none."""
    found = (
        await here.office.reads.relationships.one(here.visitor.caller.sight, pair) if is_id(pair) else None
    )
    if found is None or found["mentor"] or found["proposed_mentor"] or found["mentee"] == here.id:
        return None
    return found


async def mentor_steps(here: Here, pair: Mapping[str, Any] | None) -> list[Next]:
    """Return what a visitor who may change the entry does next so that the person can be a mentor."""
    found = [*(_made(here, pair["id"]) if pair else ()), *await _membership(here, pair["id"] if pair else "")]
    return [*found, await _back(here, pair)] if pair else found


def change_link(here: Here, change: str, pair: str) -> str:
    """Return the form of a change, which leads back to the person's page, and from there to the pair."""
    back = links.with_query(links.person(here.id), pair=pair) if pair else ""
    return links.with_query(f"{links.person(here.id)}/change/{change}", back=back)


def _made(here: Here, pair: str) -> Iterator[Next]:
    """Yield that the person is no mentor yet, and where that is changed."""
    if not here.entry.get("mentor"):
        make = Link(change_link(here, MENTOR, pair), make_mentor(here))
        yield Next(what=here.say("person.not_a_mentor", name=here.entry["name"]), kind="soon", acts=(make,))


async def _membership(here: Here, pair: str) -> list[Next]:
    """Return that a mentor has none of the memberships without which nobody is proposed, and where one is added."""
    if not here.entry.get("mentor"):
        return []
    program = None
    with suppress(Problem):
        program = await mentors_program(here.office.facts, here.id, here.visitor.caller.association.code)
    wanted = program.rules_for(here.entry["region"]).matching.mentor_classes if program else ()
    if program is None or not wanted or {*held_today(here.entry, here.dates.today)} & {*wanted}:
        return []
    say, name = here.say, here.entry["name"]
    classes = ", ".join(of_code(here.visitor.language, program.rules.program, code) for code in wanted)
    add = Link(change_link(here, _MEMBERSHIP, pair), say("applications.new.add_membership"))
    return [
        Next(
            what=say("person.mentor_lacks", name=name),
            why=say("person.mentor_lacks_why", classes=classes),
            kind="soon",
            acts=(add,),
        )
    ]


async def _back(here: Here, pair: Mapping[str, Any]) -> Next:
    """Return the way back to the choice of a mentor, by the visitor's task of it where there is one."""
    say, sight = here.say, here.visitor.caller.sight
    tasks = await here.office.reads.tasks.of_subject(sight, pair["id"])
    task = next((row["id"] for row in tasks if row["own"] and row["kind"] == TaskKind.PROPOSE_MENTOR), "")
    mentee = pair["mentee_name"] or say("parts.unseen")
    choose = Link(links.candidates(pair["id"], task=task), say("candidates.title"), about=mentee)
    return Next(what=say("person.pair_needs_mentor", mentee=mentee), acts=(choose,))
