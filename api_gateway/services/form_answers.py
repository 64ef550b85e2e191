"""Answers on their way into a document: the program's form found, each answer checked, then kept under a commitment.

The domain decides whether a form may be handed in now. What it cannot know, whether the answers fit the form, is
checked here, since answers never reach a workflow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from activities.adapters.files.form_files import shipped_forms
from activities.adapters.postgres.writes.drafts import Draft
from api_gateway.http.auth import Caller
from api_gateway.http.problems import Problem, broken_rule, key_reused
from domain.actors import Actor, Role
from domain.forms.model import AnswerFault, Filler, Form, answer_faults, normalized
from domain.ids import derive
from domain.journal import Document
from domain.messages import Command
from domain.relationship.any_stage.forms_submitted import AmendForm, SubmitForm
from domain.relationship.stages.survey import SubmitSurvey
from domain.rules.form_lists import code_lists, form_digest
from domain.rules.form_uses import FormUse
from domain.rules.program import Rules

STAGED = (SubmitSurvey, SubmitForm, AmendForm)
"""Commands that bring answers along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A form as a relationship's rules have it, and whose turn it is: mentor, mentee, or the region's coordinator."""

    use: FormUse
    form: Form
    rules: Rules

    def faults(self, answers: Mapping[str, Any], *, draft: bool = False) -> tuple[AnswerFault, ...]:
        """What is wrong with answers."""
        return answer_faults(self.form, answers, lists=code_lists(self.rules, self.form), draft=draft)

    def demand(self, answers: Mapping[str, Any], *, draft: bool = False) -> dict[str, Any]:
        """Composed answers; 422 with an error for each field where they do not fit the form."""
        faults = self.faults(normalized(self.form, answers), draft=draft)
        if faults:
            errors = [
                {
                    "pointer": "/answers/" + fault.path.replace("[", "/").replace("]", "").replace(".", "/"),
                    "path": fault.path,
                    "detail": fault.code.replace("_", " "),
                    "code": fault.code,
                }
                for fault in faults
            ]
            raise Problem(422, "answers_do_not_fit", errors=errors)
        return as_kept(self.form, answers)


def as_kept(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as they are kept: composed, and without those that are empty."""
    return {key: value for key, value in normalized(form, answers).items() if value not in ("", None, [])}


async def rules_of(office: Any, subject: str) -> Rules:
    """The rules of a relationship; 404 for an unknown one."""
    rules: Rules | None = await office.forms.rules(subject)
    if rules is None:
        raise Problem(404, "not_found")
    return rules


def asked(rules: Rules, form: str) -> Asked:
    """The form that the rules know by this id; 404 ``unknown_form`` for any other."""
    use = rules.form(form)
    found = shipped_forms().get((use.form, use.version)) if use is not None else None
    if use is None or found is None:
        raise Problem(404, "unknown_form")
    if found.sealed or found.private:
        raise Problem(409, "kept_elsewhere", "What is sealed or the pair's own is not kept with these forms.")
    if rules.form_digests.get(form) not in (None, form_digest(found)):
        raise Problem(
            409, "form_changed", "The form was changed without a new version; put the old text back."
        )
    return Asked(use=use, form=found, rules=rules)


def seat_of(caller: Caller, found: Mapping[str, Any]) -> Filler | None:
    """As whom a caller fills forms of a relationship that he may see; None for a reader.

    Who is of the pair sits there whatever else the caller's office is: nobody reads the partner's forms as staff.
    """
    if caller.person in (found["mentee"], found["mentor"]):
        return Filler.MENTOR if caller.person == found["mentor"] else Filler.MENTEE
    return Filler.COORDINATOR if caller.coordinates(found["region"]) else None


async def staged(
    office: Any,
    kind: type[Command],
    subject: str,
    body: BaseModel,
    command: str,
    caller: Caller,
    actor: Actor,
) -> dict[str, Any]:
    """The document that a command brings along, kept; empty for other commands.

    Raises:
        Problem: The form is not the caller's (recorded as a refusal), its answers do not fit, or the same command
            was sent before with other answers.
    """
    if kind not in STAGED:
        return {}
    rules: Rules | None = await office.forms.rules(subject)
    found: Mapping[str, Any] | None = await office.forms.pair(subject)
    if rules is None or found is None:
        raise await _refused(office, kind, command, actor, subject, "not_found", "")
    seat = seat_of(caller, found)
    ver, id = 1, derive("document", command)
    if kind is AmendForm:
        before = await office.documents.kept(getattr(body, "document", ""))
        filed = [
            row["form"] for row in await office.forms.filed(subject) if before and row["id"] == before.doc
        ]
        if before is None or not filed:
            raise await _refused(office, kind, command, actor, subject, "unknown_document", "document")
        form, ver = filed[0], before.ver + 1
    elif kind is SubmitForm:
        form = getattr(body, "form", "")
    else:
        use = rules.survey_form(seat.value) if seat in (Filler.MENTOR, Filler.MENTEE) else None
        form = use.form if use else ""
    wanted = rules.form(form)
    if wanted is None:
        code = "not_a_participant" if kind is SubmitSurvey else "unknown_form"
        raise await _refused(
            office, kind, command, actor, subject, code, "" if kind is SubmitSurvey else "form"
        )
    if wanted.by is not seat:
        outside = seat is None and actor.role is Role.COORDINATOR
        code = (
            "other_region" if outside else "not_a_participant" if seat is None else "form_of_the_other_side"
        )
        raise await _refused(office, kind, command, actor, subject, code, "")
    answers = getattr(body, "answers", None)
    kept: Document | None = await office.documents.kept(id)
    definition = shipped_forms().get((wanted.form, wanted.version))
    if kept is not None and answers is not None and definition is not None:
        before = await office.documents.read(id, relationship=subject)
        if before != as_kept(definition, answers):
            raise key_reused()
    if kept is None:
        question = asked(rules, form)
        if answers is None:
            answers = (await office.drafts.read(subject, form, caller.person)).answers
        kept = await office.documents.keep(
            question.demand(answers),
            id=id,
            scope=subject,
            person=caller.person,
            form=form,
            privacy="c2a" if wanted.archived or wanted.audience else "c2o",
            ver=ver,
        )
    return {"answers": kept}


async def standing_draft(office: Any, subject: str, form: str, person: str) -> Draft:
    """The draft of a form; one that housekeeping handed in for a sender who went away is forgotten at last."""
    draft: Draft = await office.drafts.read(subject, form, person)
    own = [row for row in await office.forms.filed(subject) if (row["form"], row["person"]) == (form, person)]
    if draft.saved_at is None or not own or datetime.fromisoformat(own[-1]["submitted_at"]) < draft.saved_at:
        return draft
    if draft.answers != await office.documents.read(own[-1]["id"], relationship=subject):
        return draft
    await office.drafts.discard(subject, form, person)
    return Draft()


async def settled(
    office: Any, subject: str, body: BaseModel, answers: Document | None, caller: Caller
) -> None:
    """Forget the draft of what was handed in; what its writer changed since a first attempt stays a draft."""
    if answers is None:
        return
    if getattr(body, "answers", None) is None:
        draft = await office.drafts.read(subject, answers.form, caller.person)
        if draft.answers != await office.documents.read(answers.doc, relationship=subject):
            return
    await office.drafts.discard(subject, answers.form, caller.person)


async def _refused(
    office: Any, kind: type[Command], command: str, actor: Actor, subject: str, code: str, field: str
) -> Problem:
    """A refusal that needs no workflow; it stands in the side stream like any other."""
    await office.intake.refuse(command=command, kind=kind.__name__, code=code, actor=actor, subject=subject)
    return broken_rule(code, field)
