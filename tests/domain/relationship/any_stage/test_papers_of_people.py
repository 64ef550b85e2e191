"""Papers that staff enter for people (C27): signatures with scans, surveys, forms, and what a contradiction does."""

from dataclasses import replace

import pytest

from domain.actors import Actor, StaffReason
from domain.forms.model import Filler
from domain.ids import derive
from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.any_stage.forms_submitted import AmendForm, SubmitForm
from domain.relationship.any_stage.staff_acts import ConfirmStaffAct, ContradictStaffAct
from domain.relationship.projection import rows
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.agreement.signing import SignAgreement
from domain.relationship.stages.contact.first_contact import ConfirmFirstContact
from domain.relationship.stages.meetings.completion import CompletionAsked, MeetingsCompleted
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.survey import SubmitSurvey, SurveyClosed
from domain.rules.form_uses import DueAfter
from domain.rules.money import Trigger
from domain.rules.program import DeadlineKind, Signatures
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, RULES, START, STIPEND, TERMS, Case, document
from tests.domain.forms.form_builders import paper, use
from tests.domain.relationship.any_stage.test_staff_acts import ENTERED, acting, told
from tests.domain.relationship.steps import log, refused, whole

SCAN = derive("scan", "1")
FORMS = (
    use("plan", Filler.MENTOR, "agreement", after=DueAfter.AGREEMENT_SIGNED, due_days=20),
    use("exit", Filler.MENTEE, "contact", after=DueAfter.RELATIONSHIP_ENDED, due_days=20),
    use("wishes", Filler.MENTEE, "set_up", repeats=True),
)
ON_PAPER = StaffReason.ON_PAPER
WITH_FORMS = replace(ENTERED, forms=FORMS, endings=replace(RULES.endings, forms_close_days=40))


def on_paper(person: Actor) -> Actor:
    """Return a coordinator who has a paper of a person."""
    return acting(person, reason=ON_PAPER)


def drafted(case: Case | None = None) -> Case:
    """Return a pair with a draft of its agreement."""
    case = (case or Case(ENTERED)).matched()
    case.do(ConfirmFirstContact, MENTEE, contacted_on=START.date(), mode="phone")
    case.do(DraftAgreement, MENTOR, terms=TERMS)
    return case


def signs_on_paper(case: Case, person: Actor = MENTEE) -> str:
    """Enter a signature on paper; return the id of the act."""
    case.do(SignAgreement, on_paper(person), version=1, digest=case.digest(), scan=SCAN)
    return case.state.staff_acts[-1].id


def timers(case: Case) -> set[DeadlineKind]:
    """Return what the running deadlines are about."""
    return {timer.subject for timer in case.state.timers}


def test_a_signature_on_paper_names_version_digest_and_scan_and_both_hear_of_it() -> None:
    case = drafted()
    digest = case.digest()
    signs_on_paper(case)
    signed = next(event for event in case.events if type(event).__name__ == "AgreementSigned")
    assert (signed.version, signed.digest, signed.scan) == (1, digest, SCAN)
    assert [person for person, _ in told(case, "acted_for_you")] == [MENTEE.id]
    assert [(person, data["version"]) for person, data in told(case, "acted_for_partner")] == [
        (MENTOR.id, "1")
    ]


def test_a_paper_of_another_text_or_without_a_scan_is_refused() -> None:
    case = drafted()
    fields = {"version": 1, "digest": case.digest(), "scan": SCAN}
    actor = on_paper(MENTEE)
    assert refused(case, "text_differs", SignAgreement, actor, **{**fields, "digest": "0" * 64}) == "digest"
    assert refused(case, "version_superseded", SignAgreement, actor, **{**fields, "version": 2}) == "version"
    assert refused(case, "scan_missing", SignAgreement, actor, **{**fields, "scan": None}) == "scan"
    refused(case, "scan_only_on_paper", SignAgreement, MENTEE, **fields)
    for reason in (StaffReason.BY_PHONE, StaffReason.BY_EMAIL):
        refused(case, "only_on_paper", SignAgreement, acting(MENTEE, reason=reason), **fields)


@pytest.mark.parametrize("signatures", [None, Signatures.OWN_ONLY])
def test_where_each_signs_alone_no_paper_is_entered(signatures: Signatures | None) -> None:
    case = drafted(Case(replace(ENTERED, signatures=signatures)))
    fields = {"version": 1, "digest": case.digest(), "scan": SCAN}
    refused(case, "signatures_own_only", SignAgreement, on_paper(MENTEE), **fields)


def test_an_agreement_comes_into_force_once_nobody_contradicted_the_paper_and_nobody_is_reminded_before() -> (
    None
):
    case = drafted()
    signs_on_paper(case)
    case.sign(MENTOR)
    assert (case.state.agreement.in_force, case.state.stage) == (0, "agreement")
    assert DeadlineKind.AGREEMENT not in timers(case)
    fired = [type(event).__name__ for event in case.days(12)]
    assert fired == ["StaffActStands", "AgreementInForce"]
    assert (case.state.agreement.in_force, case.state.stage) == (1, "meetings")
    whole(case)


def test_the_person_who_signed_on_paper_can_bring_it_into_force_at_once() -> None:
    case = drafted()
    case.sign(MENTOR)
    act = signs_on_paper(case)
    assert case.state.agreement.in_force == 0
    case.do(ConfirmStaffAct, MENTEE, act=act)
    assert case.state.agreement.in_force == 1


def test_two_papers_wait_for_both() -> None:
    case = drafted()
    acts = [signs_on_paper(case, person) for person in (MENTEE, MENTOR)]
    case.do(ConfirmStaffAct, MENTEE, act=acts[0])
    assert case.state.agreement.in_force == 0
    case.do(ConfirmStaffAct, MENTOR, act=acts[1])
    assert case.state.agreement.in_force == 1


def test_a_contradicted_signature_stands_open_again_with_a_deadline_and_a_task() -> None:
    case = drafted()
    act = signs_on_paper(case)
    case.sign(MENTOR)
    case.do(ContradictStaffAct, MENTEE, act=act)
    draft = case.state.agreement.draft
    assert draft is not None
    assert [side.value for side in draft.signed_by] == ["mentor"]
    assert case.open_tasks() == ["help_agreement"]
    assert DeadlineKind.AGREEMENT in timers(case)
    case.days(60)
    assert case.state.agreement.in_force == 0
    case.sign(MENTEE)
    assert case.state.agreement.in_force == 1
    assert case.open_tasks() == []
    whole(case)


def test_a_paper_of_a_superseded_draft_changes_nothing_any_more() -> None:
    case = drafted()
    act = signs_on_paper(case)
    case.do(DraftAgreement, MENTEE, terms=TERMS)
    case.do(ContradictStaffAct, MENTEE, act=act)
    draft = case.state.agreement.draft
    assert draft is not None
    assert (draft.version, draft.signed_by, case.open_tasks()) == (2, (), [])


def test_too_few_meetings_without_what_can_still_be_contradicted_are_a_question_and_no_claim() -> None:
    rules = replace(
        ENTERED,
        meetings=replace(ENTERED.meetings, minimum=1),
        money=(replace(STIPEND, trigger=Trigger.ON_COMPLETION),),
    )
    for answers in (False, True):
        case = Case(rules).signed()
        end = case.state.meetings_end(rules)
        case.wait_until(end.replace(day=end.day - 2))
        case.do(LogMeeting, acting(), **log(case))
        if answers:
            case.do(ConfirmStaffAct, MENTOR, act=case.state.staff_acts[0].id)
        case.wait_until(end)
        asked = [event for event in case.events if isinstance(event, CompletionAsked)]
        completed = [event for event in case.events if isinstance(event, MeetingsCompleted)]
        assert (len(asked), len(completed), len(case.state.claims)) == ((0, 1, 1) if answers else (1, 0, 0))


def answered_on_paper() -> Case:
    """Return a pair whose mentor has answered, and whose mentee's paper a coordinator has entered."""
    case = Case(ENTERED).surveyed()
    assert case.state.stage == "survey"
    case.do(SubmitSurvey, MENTOR, answers=document("mentor"))
    case.do(SubmitSurvey, on_paper(MENTEE), answers=document("mentee"))
    return case


def test_a_survey_on_paper_counts_as_answered_once_nobody_contradicted_it() -> None:
    case = answered_on_paper()
    assert case.state.stage == "survey"
    case.days(12)
    assert any(isinstance(event, SurveyClosed) and not event.missing for event in case.events)
    assert case.state.stage != "survey"
    whole(case)


def test_a_contradicted_survey_is_not_answered_and_the_partner_hears_nothing() -> None:
    case = answered_on_paper()
    case.do(ContradictStaffAct, MENTEE, act=case.state.staff_acts[0].id)
    assert [side.value for side in case.state.survey.answered] == ["mentor"]
    assert told(case, "acted_for_partner") == []
    case.do(SubmitSurvey, MENTEE, answers=document("again"))
    assert any(isinstance(event, SurveyClosed) for event in case.events)
    whole(case)


def test_a_survey_is_entered_from_paper_only() -> None:
    case = Case(ENTERED).surveyed()
    refused(case, "only_on_paper", SubmitSurvey, acting(MENTEE), answers=document("mentee"))


def standing(case: Case) -> list[tuple[str, object]]:
    """Return the forms and their standing as the table has them."""
    return [
        (str(row.values["form"]), row.values.get("standing"))
        for row in rows(case.state)
        if row.table == "forms"
    ]


def test_a_contradicted_form_is_owed_again_and_can_be_submitted_again() -> None:
    case = Case(WITH_FORMS).signed()
    assert [each.form for each in case.state.owed] == ["plan"]
    case.do(SubmitForm, acting(MENTOR), form="plan", answers=paper("plan"))
    assert (case.state.owed, standing(case)) == ((), [("plan", "pending")])
    assert case.state.filed[0].person == MENTOR.id
    assert [person for person, _ in told(case, "acted_for_partner")] == [MENTEE.id]
    case.do(ContradictStaffAct, MENTOR, act=case.state.staff_acts[0].id)
    assert ([each.form for each in case.state.owed], standing(case)) == (["plan"], [("plan", "withdrawn")])
    refused(case, "form_withdrawn", AmendForm, MENTOR, document=paper("plan").doc, answers=paper("plan"))
    case.do(SubmitForm, MENTOR, form="plan", answers=replace(paper("plan"), doc=derive("doc", "again")))
    assert case.state.owed == ()
    whole(case)


def test_a_contradicted_amendment_brings_back_what_it_replaced() -> None:
    case = Case(WITH_FORMS).signed()
    case.do(SubmitForm, MENTEE, form="wishes", answers=paper("wishes"))
    better = replace(paper("wishes"), doc=derive("doc", "better"))
    case.do(AmendForm, acting(MENTEE), document=paper("wishes").doc, answers=better)
    assert case.state.filed[0].amended_by == better.doc
    case.do(ContradictStaffAct, MENTEE, act=case.state.staff_acts[0].id)
    assert [(each.valid, each.document) for each in case.state.filed] == [
        (True, paper("wishes").doc),
        (False, better.doc),
    ]
    assert "wishes" not in [each.form for each in case.state.owed]


def test_after_the_end_a_run_stays_open_until_the_last_form_can_no_longer_be_contradicted() -> None:
    for contradicts in (False, True):
        case = Case(WITH_FORMS).signed()
        case.do(EndRelationship, COORDINATOR, reason="moved")
        assert [each.form for each in case.state.owed] == ["exit"]
        case.do(SubmitForm, on_paper(MENTEE), form="exit", answers=paper("exit"))
        assert not case.state.closed
        if contradicts:
            case.do(ContradictStaffAct, MENTEE, act=case.state.staff_acts[0].id)
            assert [each.form for each in case.state.owed] == ["exit"]
        case.days(60)
        assert case.state.closed
        assert case.state.timers == ()
        whole(case)


def test_an_early_end_leaves_the_days_to_contradict_and_opens_no_task_after_it() -> None:
    case = Case(ENTERED).signed()
    case.days(1)
    case.do(LogMeeting, acting(), **log(case))
    case.do(EndRelationship, COORDINATOR, reason="moved")
    assert not case.state.closed
    case.do(ContradictStaffAct, MENTOR, act=case.state.staff_acts[0].id)
    assert (case.state.closed, case.open_tasks(), case.state.meetings.log[0].status) == (
        True,
        [],
        "disputed",
    )
