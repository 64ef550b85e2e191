"""Staff act for people on the real server (C27): through the converter, past continue-as-new, by the timer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from temporalio.client import Client

from domain.actors import StaffReason
from domain.ids import derive
from domain.relationship.any_stage.staff_acts import ContradictStaffAct
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.agreement.signing import SignAgreement
from domain.relationship.stages.meetings.dispute import ResolveMeeting
from domain.relationship.stages.meetings.log import LogMeeting
from domain.rules.program import Signatures
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, SECOND, TERMS
from tests.workflows.fakes import FakeOffice
from tests.workflows.pairs import Pair, start_of, today, workers

ENTERED = replace(
    RULES,
    contradict_days=7,
    signatures=Signatures.ON_PAPER_TOO,
    meetings=replace(RULES.meetings, unconfirmed_counts=True),
)


async def test_meetings_by_phone_and_a_signature_on_paper_wait_for_the_person_and_then_stand(
    client: Client, office: FakeOffice, queue: str
) -> None:
    by_phone = replace(COORDINATOR, acting_for=MENTOR.id, reason=StaffReason.BY_PHONE)
    on_paper = replace(COORDINATOR, acting_for=MENTEE.id, reason=StaffReason.ON_PAPER)
    async with workers(client, office, queue):
        pair = await Pair(client, start_of(ENTERED, first=today(), history_limit=40), queue).signed()
        await pair.days(1)
        log = {"minutes": 45, "mode": "phone"}
        await pair.do(LogMeeting, by_phone, began_at=await pair.now() - timedelta(hours=3), **log)
        await pair.do(LogMeeting, by_phone, began_at=await pair.now() - timedelta(hours=1), **log)
        wrong, right = (await pair.state()).staff_acts
        assert await pair.refused(LogMeeting, COORDINATOR, began_at=await pair.now(), **log) == (
            "role_not_allowed"
        )
        await pair.do(ContradictStaffAct, MENTOR, act=wrong.id)
        await pair.do(DraftAgreement, MENTOR, terms=TERMS)
        draft = (await pair.state()).agreement.draft
        assert draft is not None
        signed = {"version": draft.version, "digest": draft.texts[0].digest}
        await pair.do(SignAgreement, MENTOR, **signed)
        await pair.do(SignAgreement, on_paper, scan=derive("scan"), **signed)
        before = await pair.state()
        assert (before.agreement.in_force, before.agreement.draft is not None) == (1, True)
        await pair.days(14)
        after = await pair.state()
        resolve = {"meeting": wrong.subject, "stands": False, "reason": "seen"}
        assert await pair.refused(ResolveMeeting, COORDINATOR, **resolve) == "own_staff_act"
        await pair.do(ResolveMeeting, SECOND, **resolve)
        last = await pair.state()
        await pair.handle.terminate()
    assert [act.status for act in after.staff_acts] == ["contradicted", "stands", "stands"]
    assert (after.agreement.in_force, after.agreement.draft) == (2, None)
    assert {met.id: met.status for met in last.meetings.log} == {
        wrong.subject: "struck",
        right.subject: "logged",
    }
    sent = [
        record
        for record in office.records
        for notice in record.notices
        if notice.kind.value == "acted_for_you"
    ]
    assert len(sent) == 3
