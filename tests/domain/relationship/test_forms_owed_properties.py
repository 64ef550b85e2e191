"""Whatever people send in whatever order: a form that is owed has its deadline, and a run ends with nothing left."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from domain.actors import SYSTEM, Actor
from domain.failed_notices import HearNotice
from domain.forms.model import Filler
from domain.notices import NoticeKind, Outcome, SendNotice
from domain.relationship import decider
from domain.relationship.any_stage.ending import EndRelationship
from domain.relationship.any_stage.forms_submitted import SubmitForm
from domain.relationship.stages.recognition import AnswerContinuation, RecognizeMentor
from domain.relationship.stages.stipend import HearObligation
from domain.relationship.stages.survey import SubmitSurvey
from domain.rules.form_uses import DueAfter, FormUse
from domain.rules.program import DeadlineKind
from tests.domain.builders import COORDINATOR, MENTEE, MENTOR, Case
from tests.domain.forms.form_builders import asking, paper, use
from tests.domain.relationship.test_properties import AnyYear

FORMS = (
    use("goals", Filler.MENTEE, "application", after=DueAfter.APPLIED, due_days=14),
    use("decision", Filler.COORDINATOR, "matching", after=DueAfter.MATCH_CONFIRMED, due_days=7),
    use("pledge", Filler.MENTOR, "agreement", after=DueAfter.FIRST_CONTACT, due_days=21),
    use("look_back", Filler.MENTOR, "survey", after=DueAfter.SURVEY_OPENS, due_days=30),
    use("costs", Filler.COORDINATOR, "stipend", after=DueAfter.RELATIONSHIP_ENDED, due_days=30),
    use("farewell", Filler.MENTEE, "meetings", after=DueAfter.RELATIONSHIP_ENDED, due_days=20),
)
WAITING = {"fill_form", "chase_form", "fix_address"}


class AnyLastForms(AnyYear):
    """Commands of all rooms, and forms of all facts, from any point of a year on."""

    def __init__(self) -> None:
        super().__init__()
        self.case = Case(asking(*FORMS))
        self.papers = 0

    @initialize(begin=st.sampled_from(["apply", "matched", "signed", "surveyed"]), over=st.booleans())
    def begin(self, begin: str, over: bool) -> None:
        getattr(self.case, begin)()
        if over:
            self.part()

    @rule(actor=st.sampled_from((MENTOR, MENTEE, COORDINATOR)), form=st.sampled_from(FORMS))
    def hand_in(self, actor: Actor, form: FormUse) -> None:
        self.papers += 1
        self.attempt(SubmitForm, actor, form=form.form, answers=paper(form.form, str(self.papers)))

    @rule(actor=st.sampled_from((MENTOR, MENTEE)))
    def answer(self, actor: Actor) -> None:
        self.papers += 1
        form = "ask_mentor" if actor is MENTOR else "ask_mentee"
        self.attempt(SubmitSurvey, actor, answers=paper(form, str(self.papers)))

    @rule()
    def part(self) -> None:
        if self.case.state.mentor:
            self.attempt(EndRelationship, MENTEE, reason="no_fault")

    @rule()
    def come_to_the_end(self) -> None:
        for claim in self.case.state.claims:
            self.attempt(HearObligation, SYSTEM, obligation=claim.obligation, state="settled")
        self.attempt(RecognizeMentor, COORDINATOR, kind="letter")
        for actor in (MENTOR, MENTEE):
            self.attempt(AnswerContinuation, actor, go_on=True)

    @rule()
    def what_is_owed_comes(self) -> None:
        for owed in self.case.state.owed:
            self.answer(MENTOR if owed.by is Filler.MENTOR else MENTEE)
            for actor in (MENTOR, MENTEE, COORDINATOR):
                self.attempt(SubmitForm, actor, form=owed.form, answers=paper(owed.form, str(self.papers)))

    @rule()
    def a_letter_is_refused(self) -> None:
        letter = {"notice": "a" * 32, "person": MENTEE.id, "kind": NoticeKind.FORMS_ASKED}
        self.attempt(HearNotice, SYSTEM, **letter, outcome=Outcome.REFUSED, code="no_mailbox")

    @invariant()
    def no_illegal_state(self) -> None:
        state = self.case.state
        todo = {task.kind.value for task in state.tasks if task.open}
        assert not (state.closed and (state.timers or todo))
        if state.ended and not state.closed:
            about = {timer.subject for timer in state.timers}
            assert DeadlineKind.FORMS_CLOSE in about <= {DeadlineKind.FORM, DeadlineKind.FORMS_CLOSE}
            assert todo <= WAITING
            assert all(slot.released_at for slot in state.slots)
            due = decider.next_due(state)
            assert due is not None
            assert due > self.case.now

    @invariant()
    def deadlines_and_tasks_are_those_of_forms_that_are_owed(self) -> None:
        state = self.case.state
        owed = [each.form for each in state.owed]
        assert len(set(owed)) == len(owed)
        assert not set(owed) & {filed.form for filed in state.filed}
        assert {timer.about for timer in state.timers if timer.subject is DeadlineKind.FORM} <= set(owed)
        about = {task.subject for task in state.tasks if task.open and "form" in task.kind.value}
        assert about <= set(owed)

    @invariant()
    def every_letter_has_a_reader_and_an_id_of_its_own(self) -> None:
        letters = [each.notice for each in self.case.effects if isinstance(each, SendNotice)]
        assert all(letter.person or letter.region for letter in letters)
        assert len({letter.id for letter in letters}) == len(letters)


AnyLastForms.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestAnyLastForms = AnyLastForms.TestCase
