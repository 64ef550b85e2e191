"""Forms that are submitted: by whom, when, once or again, and what of them reaches the journal."""

from dataclasses import replace
from typing import Any

from domain.actors import Actor, Role
from domain.errors import RuleViolation
from domain.forms.model import Filler
from domain.messages import Command
from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.any_stage.forms_submitted import AmendForm, FormSubmitted, SubmitForm
from domain.relationship.projection import rows
from domain.relationship.stages.survey import SubmitSurvey, SurveySubmitted
from domain.rules.form_uses import DueAfter
from tests.domain.builders import (
    COORDINATOR,
    MENTEE,
    MENTOR,
    OTHER_REGION,
    RULES,
    SECOND,
    Case,
    document,
    person,
)
from tests.domain.forms.form_builders import paper, use

FORMS = (
    use("plan", Filler.MENTOR, "agreement"),
    use("wishes", Filler.MENTEE, "set_up", repeats=True),
    use("note", Filler.COORDINATOR, "matching"),
    use("year", Filler.DISTRICT, "set_up"),
    use("month", Filler.MENTOR, "set_up", after=DueAfter.MONTH_ENDS),
    use("end", Filler.MENTEE, "afterwards"),
    use("ask_mentor", Filler.MENTOR, "survey", audience="mentor"),
    use("ask_mentee", Filler.MENTEE, "survey", audience="mentee"),
)
FORM_RULES = replace(RULES, forms=FORMS)


def refused(case: Case, kind: type[Command], actor: Actor, **fields: Any) -> str:
    """Return the code that a command is refused with."""
    before = case.state
    try:
        case.do(kind, actor, **fields)
    except RuleViolation as violation:
        assert case.state == before
        return violation.code
    raise AssertionError("it was accepted")


def signed() -> Case:
    return Case(FORM_RULES).signed()


def test_each_side_and_the_coordinator_submit_their_own() -> None:
    case = signed()
    [made] = case.do(SubmitForm, MENTOR, form="plan", answers=paper("plan"))
    assert made == FormSubmitted(form="plan", version="3", document=paper("plan").doc, by=Filler.MENTOR)
    case.do(SubmitForm, COORDINATOR, form="note", answers=paper("note"))
    assert [(filed.form, filed.by, filed.person) for filed in case.state.filed] == [
        ("plan", "mentor", MENTOR.id),
        ("note", "coordinator", COORDINATOR.id),
    ]
    assert case.refold() == case.state == case.through_codec()


def test_nobody_submits_somebody_elses_form() -> None:
    case = signed()
    stranger = Actor(id=person("stranger"), role=Role.PARTICIPANT)
    auditor = Actor(id=person("auditor"), role=Role.AUDITOR)
    asked = [
        (MENTEE, "plan", "form_of_the_other_side"),
        (COORDINATOR, "plan", "role_not_allowed"),
        (MENTOR, "note", "role_not_allowed"),
        (OTHER_REGION, "note", "other_region"),
        (stranger, "plan", "not_a_participant"),
        (auditor, "plan", "role_not_allowed"),
        (MENTOR, "none", "unknown_form"),
        (MENTOR, "year", "form_of_another_subject"),
        (MENTOR, "month", "form_of_another_subject"),
        (MENTOR, "ask_mentor", "survey_is_its_own_command"),
        (MENTEE, "end", "form_before_its_stage"),
    ]
    for actor, form, code in asked:
        assert refused(case, SubmitForm, actor, form=form, answers=paper(form)) == code, (actor, form)


def test_a_form_is_accepted_neither_before_its_stage_nor_after_the_end() -> None:
    case = Case(FORM_RULES).matched()
    assert refused(case, SubmitForm, MENTOR, form="plan", answers=paper("plan")) == "form_before_its_stage"
    case.do(SubmitForm, MENTEE, form="wishes", answers=paper("wishes"))
    case.do(EndRelationship, MENTEE, reason="moved")
    assert (
        refused(case, SubmitForm, MENTEE, form="wishes", answers=paper("wishes", "2")) == "relationship_ended"
    )


def test_a_form_is_submitted_once_unless_it_repeats() -> None:
    case = signed()
    for name in ("1", "2"):
        case.do(SubmitForm, MENTEE, form="wishes", answers=paper("wishes", name))
    case.do(SubmitForm, MENTOR, form="plan", answers=paper("plan"))
    assert refused(case, SubmitForm, MENTOR, form="plan", answers=paper("plan", "2")) == "already_submitted"


def test_an_amendment_names_what_it_replaces() -> None:
    case = signed()
    case.do(SubmitForm, MENTOR, form="plan", answers=paper("plan"))
    first = case.state.filed[0].document
    [made] = case.do(AmendForm, MENTOR, document=first, answers=paper("plan", "2"))
    assert isinstance(made, FormSubmitted)
    assert made.amends == first
    old, new = case.state.filed
    assert (old.amended_by, new.amends, new.amended_by) == (new.document, first, "")
    assert refused(case, AmendForm, MENTOR, document=first, answers=paper("plan", "3")) == "amended_before"
    assert (
        refused(case, AmendForm, MENTEE, document=new.document, answers=paper("plan", "3"))
        == "not_the_writer"
    )
    assert (
        refused(case, AmendForm, MENTOR, document="f" * 32, answers=paper("plan", "3")) == "unknown_document"
    )
    case.do(AmendForm, MENTOR, document=new.document, answers=paper("plan", "3"))
    assert refused(case, SubmitForm, MENTOR, form="plan", answers=paper("plan", "4")) == "already_submitted"


def test_a_coordinators_form_is_amended_by_the_person_who_wrote_it() -> None:
    case = signed()
    case.do(SubmitForm, COORDINATOR, form="note", answers=paper("note"))
    first = case.state.filed[0].document
    assert refused(case, AmendForm, SECOND, document=first, answers=paper("note", "2")) == "not_the_writer"


def test_a_document_of_another_form_is_refused() -> None:
    case = signed()
    assert refused(case, SubmitForm, MENTOR, form="plan", answers=paper("wishes")) == "other_form"


def test_the_survey_of_a_side_is_filed_as_the_form_that_it_is() -> None:
    case = Case(FORM_RULES).surveyed()
    assert refused(case, SubmitSurvey, MENTEE, answers=paper("ask_mentor")) == "other_form"
    [made] = case.do(SubmitSurvey, MENTEE, answers=paper("ask_mentee"))
    assert isinstance(made, SurveySubmitted)
    assert (made.form, made.version) == ("ask_mentee", "3")
    [filed] = case.state.filed
    assert (filed.form, filed.by, filed.document) == ("ask_mentee", "mentee", made.document)
    [row] = [row for row in rows(case.state) if row.table == "forms"]
    assert (row.key, row.values["filled_by"], row.values["amended_by"]) == (made.document, "mentee", "")


def test_a_program_without_forms_accepts_answers_as_it_always_did() -> None:
    case = Case().surveyed()
    [made] = case.do(SubmitSurvey, MENTEE, answers=document("x"))
    assert made == SurveySubmitted(document=document("x").doc, by=case.state.side_of(MENTEE))
    assert case.state.filed == ()
