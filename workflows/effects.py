"""What is sent after a record: each effect is one activity on its queue, and ends with a value within a day."""

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.cross_workflow import ClaimDelivery, EffectActivities, ObligationReport, SuccessorStart
    from activities.notices import NoticeActivities, NoticeOutcome, SendNoticeInput
    from activities.ports.workflows import ClaimWithdrawal
    from domain.actors import SYSTEM
    from domain.failed_notices import HearNotice
    from domain.ids import derive
    from domain.journal import Head
    from domain.messages import Command
    from domain.notices import Notice, NoticeKind, Outcome, SendNotice
    from domain.payments.effects import AskMemberships, ReportObligation
    from domain.payments.orders.memberships import CheckMemberships
    from domain.relationship.effects import DeliverClaim, DeliverWithdrawal, SendAgain, StartSuccessor
    from domain.relationship.parts.failed_notices import RefusedNotice
    from domain.relationship.stages.application.opening import OpenRelationship
    from domain.relationship.state import Relationship
    from domain.workflow_contracts import RelationshipStart

from workflows.options import EFFECT, NOTICE


async def send(notice: Notice) -> HearNotice | None:
    """Send one notice; return the command that tells the stream if that did not succeed."""
    sending = SendNoticeInput(notice_id=notice.id)
    try:
        ended = await workflow.execute_activity_method(NoticeActivities.send_notice, sending, **NOTICE)
    except ActivityError:
        ended = _unavailable()
    return _heard(
        ended, notice.id, notice.kind, notice.person, derive("hear", notice.id, ended.outcome.value)
    )


async def send_again(refused: RefusedNotice, head: Head) -> HearNotice | None:
    """Send a refused notice to a corrected address; return the command that tells the stream if that did not succeed.

    ``head`` tells two corrections of one address apart.
    """
    sending = SendNoticeInput(notice_id=refused.notice)
    try:
        ended = await workflow.execute_activity_method(NoticeActivities.send_again, sending, **NOTICE)
    except ActivityError:
        ended = _unavailable()
    command = derive("hear", refused.notice, ended.outcome.value, str(head.seq))
    return _heard(ended, refused.notice, refused.kind, refused.person, command)


def _heard(
    ended: NoticeOutcome, notice: str, kind: NoticeKind, person: str, command: str
) -> HearNotice | None:
    if ended.outcome in (Outcome.SENT, Outcome.WAITING):
        return None
    return HearNotice(
        id=command,
        actor=SYSTEM,
        notice=notice,
        kind=kind,
        person=person,
        outcome=ended.outcome,
        code=ended.code or ended.outcome.value,
    )


def _unavailable() -> NoticeOutcome:
    """Return the outcome of an email that could not be tried: it is parked."""
    return NoticeOutcome(outcome=Outcome.PARKED, code="unavailable")


class RelationshipEffects:
    """The effects of one relationship; its start input has what a successor or an obligation starts with."""

    def __init__(self, start: RelationshipStart) -> None:
        self._start = start

    async def act(self, effect: Any, state: Relationship, head: Head) -> Command | None:
        """Carry out one effect; return the command that the relationship then sends itself, if any."""
        match effect:
            case SendNotice():
                return await send(effect.notice)
            case SendAgain():
                return await send_again(effect.refused, head)
            case DeliverClaim():
                delivery = self._delivery(effect, state)
                await workflow.execute_activity_method(EffectActivities.deliver_claim, delivery, **EFFECT)
            case DeliverWithdrawal():
                withdrawal = ClaimWithdrawal(
                    claim=effect.claim, relationship=state.id, obligation=effect.obligation
                )
                await workflow.execute_activity_method(EffectActivities.withdraw_claim, withdrawal, **EFFECT)
            case StartSuccessor():
                successor = SuccessorStart(start=self._successor(effect, state, head))
                await workflow.execute_activity_method(EffectActivities.start_successor, successor, **EFFECT)
        return None

    def _delivery(self, effect: DeliverClaim, state: Relationship) -> ClaimDelivery:
        claim = next(claim for claim in state.claims if claim.id == effect.claim)
        start = self._start
        return ClaimDelivery(
            claim=claim.id,
            relationship=state.id,
            obligation=claim.obligation,
            kind=claim.kind,
            unit=claim.unit,
            mentor=claim.mentor,
            mentee=state.mentee,
            region=claim.region,
            due_at=claim.due_at,
            program=start.program,
            term=start.term,
            term_dates=start.term_dates,
            origin=start.origin,
            rules_text=start.rules_text,
            rules_digest=start.rules_digest,
            rules_version=start.rules_version,
        )

    def _successor(self, effect: StartSuccessor, state: Relationship, head: Head) -> RelationshipStart:
        """Return the start for the same application at stage matching, under the same rules, to find another mentor."""
        start = self._start
        opening = OpenRelationship(
            id=derive("command", "open", effect.successor),
            actor=SYSTEM,
            application=state.application_id,
            reason=state.application.reason,
            areas=state.application.areas,
            first_year=start.opening.first_year,
            applied_on=start.opening.applied_on,
            predecessor=state.id,
            predecessor_head=head.hash,
        )
        return RelationshipStart(
            relationship=effect.successor,
            mentee=state.mentee,
            program=start.program,
            term=start.term,
            term_dates=start.term_dates,
            region=start.region,
            origin=start.origin,
            rules_text=start.rules_text,
            rules_digest=start.rules_digest,
            rules_version=start.rules_version,
            opening=opening,
            history_limit=start.history_limit,
        )


async def act_for_obligation(effect: Any) -> Command | None:
    """Carry out one effect of an obligation; return the command that it then sends itself, if any."""
    match effect:
        case SendNotice():
            return await send(effect.notice)
        case ReportObligation():
            report = ObligationReport(
                obligation=effect.obligation,
                relationship=effect.relationship,
                state=effect.state,
                seq=effect.seq,
            )
            await workflow.execute_activity_method(EffectActivities.report_obligation, report, **EFFECT)
        case AskMemberships():
            return CheckMemberships(id=derive("check", effect.obligation, str(effect.seq)), actor=SYSTEM)
    return None
