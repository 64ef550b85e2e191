"""What somebody should know before an act on a match: what it begins, what stays open, and what waits meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from api_gateway.pages import links
from api_gateway.pages.acts import words as say
from api_gateway.pages.acts.act import ActNow
from api_gateway.pages.acts.offered import may_send
from api_gateway.pages.acts.records import Shown
from api_gateway.pages.parts import Link
from domain.errors import RuleViolation
from domain.relationship.stages.matching.confirmation import ConfirmMatch
from domain.relationship.stages.matching.money_region import money_region
from domain.relationship.stages.matching.needs_conversation import RecordPreMatchContact
from domain.relationship.stages.matching.proposal import ProposeMatch
from domain.relationship.stages.stipend import StipendClaimed, claims_on
from domain.relationship.state import Relationship
from domain.rules.money import Trigger
from domain.rules.program import DeadlineKind
from domain.tasks import TaskKind

_LAST: Final = timedelta(seconds=1)
"""What is due at midnight belongs to the day that has just ended."""
_TALK: Final = "record-pre-match-contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToKnow:
    """One thing to know before an act, with the page on which something can be done about it."""

    text: str
    see: Link | None = None


def before(act: ActNow, back: str) -> tuple[ToKnow, ...]:
    """Return what stands before the button of an act; ``back`` is the page of its form."""
    state = act.about.shown.subject.state
    if not isinstance(state, Relationship) or act.kind not in (ProposeMatch, ConfirmMatch):
        return ()
    confirms = act.kind is ConfirmMatch
    return (
        *(_asked(act.about.shown, state) if confirms else ()),
        *_talk(act, state, back, "talk_then_closed" if confirms else "talk_still_open"),
        *(_money(act.about.shown, state) if confirms else ()),
    )


def _asked(shown: Shown, state: Relationship) -> Iterator[ToKnow]:
    """Yield when the proposed mentor was asked, and the answer or that none is needed, and by when to confirm."""
    proposal = state.open_proposal
    task = next((each for each in state.tasks if each.kind is TaskKind.CONFIRM_MATCH and each.open), None)
    due = next((each.due for each in state.timers if each.subject is DeadlineKind.CONFIRMATION), None)
    if proposal is None or task is None:
        return
    accepted = shown.day(proposal.accepted_at) if proposal.accepted_at else ""
    said, mentor = "mentor_accepted" if accepted else "mentor_asked", shown.staff(proposal.mentor)
    asked = shown.day(task.opened_at)
    yield ToKnow(text=say.frame(shown.language, said, mentor=mentor, day=asked, accepted=accepted))
    if due is not None:
        yield ToKnow(text=say.frame(shown.language, "confirm_by", day=shown.day(due - _LAST)))


def _talk(act: ActNow, state: Relationship, back: str, follows: str) -> Iterator[ToKnow]:
    """Yield that the talk with the mentee, which the office promised, is not recorded yet."""
    asked = any(each.kind is TaskKind.CONTACT_MENTEE and each.open for each in state.tasks)
    if state.matching.contacted or not asked:
        return
    language, shown = act.visitor.language, act.about.shown
    see = None
    if may_send(shown.caller, RecordPreMatchContact, act.about.pair):
        form = links.with_query(act.about.form(_TALK), back=back)
        see = Link(form, say.of_act(language, _TALK)["title"])
    yield ToKnow(text=say.frame(language, follows, mentee=shown.person(state.mentee)), see=see)


def _money(shown: Shown, state: Relationship) -> Iterator[ToKnow]:
    """Yield what money a confirmation claims by the rules of the program, and who acts on it next."""
    proposal, rules = state.open_proposal, shown.subject.rules
    if proposal is None:
        return
    try:
        region = money_region(state, proposal, "", rules)
    except RuleViolation:
        region = ""
    matched = replace(state, mentor=proposal.mentor, matching=replace(state.matching, money_region=region))
    amounts = {rule.kind: rule for rule in rules.money}
    for claim in claims_on(matched, Trigger.ON_CONFIRMED, shown.subject.now, rules):
        assert isinstance(claim, StipendClaimed)  # noqa: S101 - a trigger makes claims alone
        rule = amounts[claim.kind]
        yield ToKnow(
            text=say.frame(
                shown.language,
                "claims_money",
                amount=shown.amount(rule.amount_minor, rule.currency),
                kind=shown.code(rule.kind),
                day=shown.day(claim.due_at - _LAST),
            )
        )
