"""Whether each of several mentors could be proposed for a pair now, and why not: the domain's own answer.

The facts are those by which the pair's run would decide a proposal; there are no rules here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from api_gateway.office import Office
from api_gateway.pages.acts.kinds_required import kinds_required
from api_gateway.pages.acts.subject import SubjectNow
from api_gateway.services.caller import Caller
from api_gateway.services.problem import words_in
from domain.actors import Actor, Role
from domain.errors import RuleViolation
from domain.ids import derive
from domain.relationship import decider
from domain.relationship.facts import Facts
from domain.relationship.stages.matching.proposal import MatchProposed, ProposeMatch
from domain.relationship.state import Relationship


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitness:
    """What the domain says of a proposal of one mentor.

    ``why_not`` is in words, empty if the mentor can be proposed; ``by_pair`` says that the reason is the pair's, the
    same for every mentor. ``needs_reason`` says that it takes a reason for a mentor from outside the mentee's role.
    """

    why_not: str = ""
    by_pair: bool = False
    conflicts: tuple[str, ...] = ()
    needs_reason: bool = False
    same_role: bool = False


async def fitness_of(
    office: Office, subject: SubjectNow, caller: Caller, mentors: Sequence[str], language: str
) -> Mapping[str, Fitness]:
    """Return by mentor what would become of a proposal by somebody; it is one statement for all of them."""
    state = subject.state
    if not isinstance(state, Relationship) or not mentors:
        return {}
    actor = Actor(id=caller.person, role=Role.COORDINATOR, regions=caller.regions)
    commands = {each: ProposeMatch(id=derive("attempt"), actor=actor, mentor=each) for each in mentors}
    question = decider.question(state, commands[mentors[0]], subject.now, subject.rules)
    assert question is not None  # noqa: S101 - a proposal always needs facts
    found = await office.facts.of_mentors(question, mentors)
    return {
        each: _tried(state, command, subject, found[each], language) for each, command in commands.items()
    }


def _tried(
    state: Relationship, command: ProposeMatch, subject: SubjectNow, facts: Facts, language: str
) -> Fitness:
    """Return what the domain says of one proposal; where it lacks a reason, of the same one with a reason."""
    events, broken = _decided(state, command, subject, facts)
    needs_reason = broken is not None and broken.field == "fallback" and not command.fallback
    if needs_reason:
        given = replace(command, fallback=subject.rules.matching.fallback_reasons[0])
        events, broken = _decided(state, given, subject, facts)
    if broken is not None:
        return Fitness(
            why_not=_why_not(broken.code, subject, language),
            by_pair=not broken.field,
            same_role=facts.mentor_same_role,
        )
    conflicts = next((each.conflicts for each in events if isinstance(each, MatchProposed)), ())
    return Fitness(conflicts=conflicts, needs_reason=needs_reason, same_role=facts.mentor_same_role)


def _decided(
    state: Relationship, command: ProposeMatch, subject: SubjectNow, facts: Facts
) -> tuple[tuple[object, ...], RuleViolation | None]:
    try:
        return decider.decide(state, command, subject.now, subject.rules, facts), None
    except RuleViolation as broken:
        return (), broken


def _why_not(code: str, subject: SubjectNow, language: str) -> str:
    kinds = kinds_required(code, subject.rules, language)
    return " ".join(filter(None, (said_shortly(code, language), kinds)))


def said_shortly(code: str, language: str) -> str:
    """Return what is in the way, in words, without the advice that would be the same for each of a list."""
    known = words_in(language).get(code)
    return str(known["what"]) if known else code.replace("_", " ")
