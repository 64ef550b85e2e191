"""The answer of somebody who knows whether two entries are one human."""

from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.writes import OfficeWrites
from activities.adapters.postgres.writes.doubles import OtherAnswer, TwoAssociations
from api_gateway.services.caller import Caller
from api_gateway.services.problem import Problem
from api_gateway.services.writer import writer_about
from domain.people.identity import Verdict


async def answer_about_double(
    facts: CommandFacts,
    writes: OfficeWrites,
    caller: Caller,
    two: tuple[str, str],
    *,
    same: bool,
    command: str,
) -> str:
    """Record whether two entries are one human, and return which entry stands for both."""
    person, other = two
    if person == other:
        raise Problem(409, "double_of_oneself")
    actor = await writer_about(facts, caller, person)
    await writer_about(facts, caller, other)
    verdict = Verdict.SAME if same else Verdict.TWO
    try:
        return await writes.doubles.answer(person, other, verdict, actor=actor, command=command)
    except TwoAssociations:
        raise Problem(409, "two_associations") from None
    except OtherAnswer:
        raise Problem(409, "other_answer") from None
