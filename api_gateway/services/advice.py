"""What to do about a refusal in this very case: what the office knows about the subject, and the words do not."""

from datetime import datetime
from typing import Final

from activities.adapters.postgres.facts.commands import CommandFacts
from api_gateway.services.advice_words import Advice
from api_gateway.services.problem import one_of
from domain.rules.program import Rules

_OTHER_STAGE: Final = "not_in_"
"""How a code begins that refuses a command of another stage."""


async def advice_in_case(
    facts: CommandFacts, subject: str, code: str, field: str, rules: Rules | None
) -> str:
    """Return what to do about a refusal, from what is known about its subject; else nothing."""
    if code == "unknown_evidence":
        allowed = await facts.evidence(subject)
        return one_of(allowed) if allowed else ""
    if code == "already_signed":
        until = await facts.held_until(subject)
        rules = await facts.rules(subject) if until else None
        return signed_by_both(until, rules) if until and rules else ""
    if code.startswith(_OTHER_STAGE):
        stage, _ = await facts.stage(subject) or ("", None)
        return Advice("another_stage", stage=stage) if stage else ""
    if code != "meeting_before_agreement":
        return ""
    stage, since = await facts.stage(subject) or ("", None)
    if not field:
        until = await facts.held_until(subject) if stage == "agreement" else None
        rules = await facts.rules(subject) if until else None
        return (
            Advice("agreement_held", day=rules.calendar.local_date(until))
            if until and rules
            else Advice("no_agreement")
        )
    if stage != "meetings" or since is None or rules is None:
        return ""
    return Advice("meetings_from", day=rules.calendar.local_date(since))


def signed_by_both(until: datetime, rules: Rules) -> Advice:
    """Return what to say to whoever would sign a version that both have signed and that can be objected to."""
    return Advice("signed_by_both", day=rules.calendar.local_date(until))
