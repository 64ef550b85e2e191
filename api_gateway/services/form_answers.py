"""Answers that become a document: the program's form is found, each answer checked, and all kept under a commitment.

The domain decides whether a form may be submitted now. What it cannot know, whether the answers fit the form, is
checked here, because answers never reach a workflow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from activities.adapters.files.form_files import shipped_forms
from activities.adapters.postgres.facts.commands import CommandFacts
from activities.adapters.postgres.reads.drafts import DraftReads, FormDraft, OwnWriting
from activities.adapters.postgres.writes.commands import CommandIntake
from activities.adapters.postgres.writes.documents import Documents
from activities.adapters.postgres.writes.drafts import Drafts
from api_gateway.services.advice_words import Advice
from api_gateway.services.caller import Caller
from api_gateway.services.input_words import answer_error
from api_gateway.services.problem import Problem, broken_rule, key_reused, one_of
from domain.actors import Actor, StaffReason
from domain.forms.model import AnswerFault, FieldType, Filler, Form, answer_faults, normalized
from domain.forms.version import version_fault
from domain.ids import derive
from domain.journal import Document
from domain.messages import Command
from domain.relationship.any_stage.forms_submitted import (
    AmendForm,
    SubmitForm,
    filler_of,
    why_elsewhere,
    why_not_filler,
)
from domain.relationship.stages.survey import SubmitSurvey
from domain.rules.form_lists import code_lists
from domain.rules.form_uses import PAIR, FormUse
from domain.rules.program import Rules
from domain.term.monthly_records import AmendMonthlyRecord, SubmitMonthlyRecord
from domain.term.region_surveys import SubmitTermSurvey
from domain.visibility import Privacy

WITH_ANSWERS: Final = (SubmitSurvey, SubmitForm, AmendForm)
"""Commands of a relationship that come with answers."""
WITH_TERM_ANSWERS: Final = (SubmitMonthlyRecord, AmendMonthlyRecord, SubmitTermSurvey)
"""Commands of a term that come with answers."""
MONTHLY_RECORD: Final = "monthly_record"
_NO_SURVEY: Final = Advice("no_survey")


def shipped_form(use: FormUse) -> Form:
    """Return the form that a program uses; 409 if its file cannot be used now."""
    found = shipped_forms().get((use.form, use.version))
    if found is None:
        raise Problem(409, "form_file_faulty")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class FormInUse:
    """A form as a relationship's rules use it, and who fills it in: mentor, mentee, or the region's coordinator."""

    use: FormUse
    form: Form
    rules: Rules

    def faults(self, answers: Mapping[str, Any], *, draft: bool = False) -> tuple[AnswerFault, ...]:
        """Return what is wrong with answers."""
        return answer_faults(self.form, answers, lists=code_lists(self.rules, self.form), draft=draft)

    def demand(self, answers: Mapping[str, Any], *, draft: bool = False) -> dict[str, Any]:
        """Return composed answers; 422 with an error for each field where they do not fit the form."""
        faults = self.faults(normalized(self.form, answers), draft=draft)
        if faults:
            lists = code_lists(self.rules, self.form)
            errors = [answer_error(self.form, fault, lists) for fault in faults]
            raise Problem(422, "answers_do_not_fit", errors=errors)
        return answers_to_keep(self.form, answers)


def only_from_paper(form: Form) -> bool:
    """Return whether staff need the paper: the form has a consent, or an answer that only its writer may read."""
    return any(each.privacy is Privacy.WRITER or each.type is FieldType.ACCEPT for each in form.fields)


def answers_to_keep(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers as they are kept: composed, and without those that are empty."""
    return {key: value for key, value in normalized(form, answers).items() if value not in ("", None, [])}


def form_in_use(rules: Rules, form: str) -> FormInUse:
    """Return the form that the rules know by this id; 404 ``unknown_form`` for any other."""
    use = rules.form(form)
    if use is None:
        raise Problem(404, "unknown_form", one_of([each.form for each in rules.forms]) if rules.forms else "")
    found = shipped_form(use)
    if why := why_elsewhere(found) or version_fault(found, rules.form_digests.get(form)):
        raise Problem(409, why)
    return FormInUse(use=use, form=found, rules=rules)


def seat_of(caller: Caller, pair: Mapping[str, Any]) -> Filler | None:
    """Return in which role a caller fills in forms of a relationship that is visible to them; None for a reader."""
    serves = caller.coordinates(pair["region"])
    here = caller.standing((pair["mentee"], pair["mentor"])).person
    return filler_of(here, pair["mentor"], pair["mentee"], coordinates=serves)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A command as a caller sent it: its class, its subject, its parsed body, its id, and who acts."""

    kind: type[Command]
    subject: str
    body: Any
    command: str
    caller: Caller
    actor: Actor

    @property
    def answers(self) -> Mapping[str, Any] | None:
        """The answers in the body; None means the saved draft."""
        answers: Mapping[str, Any] | None = getattr(self.body, "answers", None)
        return answers


class FormAnswers:
    """The store of the answers that come with commands, and of their drafts until then."""

    def __init__(
        self,
        facts: CommandFacts,
        documents: Documents,
        drafts: Drafts,
        own: DraftReads,
        intake: CommandIntake,
    ) -> None:
        self._facts = facts
        self._documents = documents
        self._drafts = drafts
        self._own = own
        self._intake = intake

    async def rules_of(self, subject: str) -> Rules:
        """Return the rules of a relationship or of a term in a region; 404 for an unknown one."""
        rules = await self._facts.rules(subject)
        if rules is None:
            raise Problem(404, "not_found")
        return rules

    async def keep(self, sent: Submission) -> dict[str, Document]:
        """Keep and return the document that comes with a command; return nothing for a command without answers.

        Raises:
            Problem: The form is not the caller's (recorded as a refusal), its answers do not fit, or the same command
                was sent before with other answers.
        """
        if sent.kind in WITH_TERM_ANSWERS:
            return {"answers": await self._keep_of_term(sent)}
        if sent.kind not in WITH_ANSWERS:
            return {}
        rules, pair = await self._facts.rules(sent.subject), await self._facts.pair(sent.subject)
        if rules is None or pair is None:
            raise await self._refuse(sent, "not_found")
        await self._demand_may_act(sent, pair)
        seat = seat_of(sent.caller, pair)
        if sent.actor.acting_for is not None:
            seat = filler_of(sent.actor.person, pair["mentor"], pair["mentee"], coordinates=False)
        form, version = await self._form_of(sent, rules, seat)
        use = rules.form(form)
        if use is None and sent.kind is SubmitSurvey and seat not in PAIR:
            raise await self._refuse(sent, "not_a_participant")
        if use is None and sent.kind is SubmitSurvey:
            raise await self._refuse(sent, "unknown_form", advice=_NO_SURVEY)
        if use is None:
            raise await self._refuse(sent, "unknown_form", "form")
        if use.by is not seat:
            raise await self._refuse(sent, why_not_filler(seat, sent.actor))
        by_word = sent.actor.reason is not StaffReason.ON_PAPER
        if sent.actor.acting_for is not None and by_word and only_from_paper(shipped_form(use)):
            raise await self._refuse(sent, "only_on_paper", "reason")
        return {"answers": await self._keep_once(sent, rules, use, version)}

    async def _demand_may_act(self, sent: Submission, pair: Mapping[str, str]) -> None:
        """Refuse staff who may not act for people of this pair, before anything that they sent is kept."""
        actor = sent.actor
        if actor.acting_for is None:
            return
        if actor.id in (pair["mentor"], pair["mentee"]):
            raise await self._refuse(sent, "on_the_pair")
        if not actor.covers(pair["region"]):
            raise await self._refuse(sent, "other_region")
        if actor.acting_for not in (pair["mentor"], pair["mentee"]):
            raise await self._refuse(sent, "person_not_in_pair", "acting_for")
        if sent.answers is None:
            raise await self._refuse(sent, "answers_missing", "answers")

    async def forget_draft(self, sent: Submission, kept: Document | None) -> None:
        """Delete the draft of what was submitted; what its writer has changed since a first attempt stays a draft."""
        if kept is None:
            return
        if sent.answers is None:
            draft = await self._own.own(sent.caller.sight, sent.subject, kept.form)
            if not await self._documents.holds(kept.doc, draft.answers):
                return
        await self._drafts.discard(sent.subject, kept.form, sent.caller.person)

    async def draft(self, caller: Caller, subject: str, form: str) -> FormDraft:
        """Return the draft of a form; delete one that housekeeping has submitted for a sender who disconnected.

        A form that staff entered and that its writer took back is the draft until another is saved.
        """
        return await self.draft_of(caller, subject, form, await self._own.writing(caller.sight, subject))

    async def draft_of(self, caller: Caller, subject: str, form: str, writing: OwnWriting) -> FormDraft:
        """Return the same by what the caller has written for a relationship, which was read already."""
        draft, last = writing.of(form, caller.person)
        if last is not None and last.withdrawn and draft.saved_at is None:
            return FormDraft(answers=await self._own.withdrawn(caller.sight, last.document))
        if draft.saved_at is None or last is None or last.at < draft.saved_at:
            return draft
        if not await self._documents.holds(last.document, draft.answers):
            return draft
        await self._drafts.discard(subject, form, caller.person)
        return FormDraft()

    async def _form_of(self, sent: Submission, rules: Rules, seat: Filler | None) -> tuple[str, int]:
        """Return the form that a command is about, and the version of its document."""
        if sent.kind is SubmitForm:
            return sent.body.form, 1
        if sent.kind is SubmitSurvey:
            use = rules.survey_form(seat.value) if seat is not None and seat in PAIR else None
            return use.form if use else "", 1
        before = await self._documents.kept(sent.body.document)
        every = await self._facts.submitted(sent.subject) if before else ()
        forms = [each.form for each in every if before and each.document == before.doc]
        if before is None or not forms:
            raise await self._refuse(sent, "unknown_document", "document")
        return forms[0], before.ver + 1

    async def _keep_once(self, sent: Submission, rules: Rules, use: FormUse, version: int) -> Document:
        """Keep the answers; if the command was sent before, its document must contain the same ones."""
        id = derive("document", sent.command)
        kept, answers = await self._documents.kept(id), sent.answers
        if kept is not None:
            form = shipped_forms().get((use.form, use.version))
            if answers is None or form is None:
                return kept
            if not await self._documents.holds(id, answers_to_keep(form, answers)):
                raise key_reused()
            return kept
        wanted = form_in_use(rules, use.form)
        if answers is None:
            answers = (await self.draft(sent.caller, sent.subject, use.form)).answers
        return await self._documents.keep(
            wanted.demand(answers),
            id=id,
            scope=sent.subject,
            person=sent.actor.person,
            form=use.form,
            privacy=use.privacy,
            ver=version,
        )

    async def _keep_of_term(self, sent: Submission) -> Document:
        """Check the answers of a term's command against the program's form, and keep them."""
        rules, body, person = await self.rules_of(sent.subject), sent.body, sent.actor.person
        survey = sent.kind is SubmitTermSurvey
        use = rules.survey_form(body.audience.value) if survey else rules.form(MONTHLY_RECORD)
        if use is None:
            raise Problem(404, "unknown_form")
        acting = sent.actor.acting_for is not None
        if acting and sent.actor.reason is not StaffReason.ON_PAPER and only_from_paper(shipped_form(use)):
            raise await self._refuse(sent, "only_on_paper", "reason")
        return await self._documents.keep(
            form_in_use(rules, use.form).demand(body.model_dump()["answers"]),
            id=derive("document", sent.command),
            scope=sent.subject if survey else derive(use.form, sent.subject, body.month, person),
            person=person,
            form=use.form,
            privacy=use.privacy,
        )

    async def _refuse(self, sent: Submission, code: str, field: str = "", *, advice: str = "") -> Problem:
        """Record a refusal that needs no workflow in the side stream, like any other, and return it."""
        await self._intake.refuse(
            command=sent.command, kind=sent.kind.__name__, code=code, actor=sent.actor, subject=sent.subject
        )
        return broken_rule(code, field, advice)
