"""One act for one visitor: what it is about, what its form asks, and what is next to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from activities.adapters.files.form_files import shipped_forms
from api_gateway.http.sessions import Visitor
from api_gateway.office import Office
from api_gateway.pages.acts import words
from api_gateway.pages.acts.about import About, about
from api_gateway.pages.acts.facts import Facts, facts_of
from api_gateway.pages.acts.form import ActForm, form_of
from api_gateway.pages.acts.forms_of_pair import (
    FormOfPair,
    form_of_pair,
    forms_of_pair,
    held,
    hidden_part,
    settled,
)
from api_gateway.pages.acts.limits import with_limits
from api_gateway.pages.acts.offered import Offered, may_send, offered
from api_gateway.pages.acts.parts import (
    ACTS,
    ANSWERS,
    Choice,
    Control,
    FormPart,
    answer_parts,
    parts_of,
    takes_answers,
)
from api_gateway.pages.acts.posted import Typed
from api_gateway.services.caller import leave_to
from api_gateway.services.problem import Problem
from domain.messages import Command
from domain.relationship.any_stage.forms_submitted import AmendForm, SubmitForm
from domain.relationship.stages.agreement.signing import SignAgreement
from domain.relationship.stages.survey import SubmitSurvey
from domain.relationship.state import Relationship
from domain.rules.form_lists import code_lists
from domain.rules.form_uses import FormUse
from domain.term.duties import SurveyAudience
from domain.term.monthly_records import SubmitMonthlyRecord
from domain.term.region_surveys import SubmitTermSurvey


@dataclass(frozen=True, slots=True, kw_only=True)
class ActNow:
    """One act for one visitor: its subject, what it offers, its parts, and what is next to its form."""

    office: Office
    visitor: Visitor
    about: About
    kind: type[Command]
    offered: Offered
    parts: tuple[FormPart, ...]
    facts: Facts
    hidden: Mapping[str, Any] = field(default_factory=dict)
    chosen: FormOfPair | None = None
    """Which of the program's forms it hands in, and for whom, once that is known."""

    @property
    def act(self) -> str:
        """The name of the act in addresses."""
        return self.offered.act

    @property
    def zone(self) -> str:
        """The time zone of the program."""
        return self.about.shown.zone

    @property
    def seen(self) -> dict[str, Any]:
        """What the form shows beside its fields, and what it offers to choose."""
        chosen = {
            name.partition(":")[2]: [each.label for each in choices]
            for name, choices in self.offered.offers.items()
            if name.startswith("records:")
        }
        return {"facts": self.facts, "offers": chosen, "version": self.hidden.get("version", "")}

    def form(self, typed: Typed, faults: Mapping[str, str]) -> ActForm:
        """Return the form with what was typed and what is wrong with it."""
        language = self.visitor.language
        own = {"title": self.chosen.title, "leads": self.chosen.leads} if self.chosen else {}
        said = {**words.of_act(language, self.act), **own}
        return form_of(self.act, self.parts, self.offered.offers, typed, faults, language, said)

    @property
    def picks(self) -> tuple[FormOfPair, ...]:
        """What there is to choose from before the form itself: which of the program's forms, and for whom."""
        return () if self.chosen else forms_of_pair(self.about, self.offered)


async def act_here(office: Office, visitor: Visitor, kind: str, id: str, act: str, typed: Typed) -> ActNow:
    """Return an act as it stands for a visitor.

    404 for a subject that the visitor does not see and for an unknown act, 403 for another role's. ``typed`` says which
    records are chosen already, which decides what the form asks.
    """
    subject = await about(office, visitor, kind, id)
    command = ACTS[kind].get(act)
    if command is None:
        raise Problem(404, "not_found")
    if not may_send(subject.shown.caller, command, subject.pair):
        raise _not_theirs(subject, command)
    return act_about(office, visitor, subject, await offered(office, subject.shown, act), typed)


def act_about(office: Office, visitor: Visitor, subject: About, found: Offered, typed: Typed) -> ActNow:
    """Return an act that is offered to a visitor about a subject."""
    chosen = {name: values[0] for name, values in typed.items() if values and values[0]}
    parts = parts_of(found.kind)
    which = form_of_pair(subject, chosen.get("form", "")) if found.kind is SubmitForm else None
    if which is not None:
        parts = settled(parts, which)
    audience = _audience_of(found.kind, chosen)
    if audience:
        parts = tuple(hidden_part(part) if part.name in audience else part for part in parts)
    if takes_answers(found.kind):
        parts = (*parts, *_answers(subject, found.kind, chosen))
    return ActNow(
        office=office,
        visitor=visitor,
        about=subject,
        kind=found.kind,
        offered=found,
        parts=tuple(with_limits(part, subject.shown) for part in parts),
        facts=facts_of(subject.shown),
        hidden={**_hidden(subject, found.kind), **(held(which) if which else {}), **audience},
        chosen=which,
    )


def _audience_of(command: type[Command], chosen: Mapping[str, str]) -> dict[str, str]:
    """Return for whom a survey of a region is answered, once that is chosen; nothing for any other act."""
    audience = chosen.get("audience", "")
    known = command is SubmitTermSurvey and audience in {each.value for each in SurveyAudience}
    return {"audience": audience} if known else {}


def _not_theirs(subject: About, command: type[Command]) -> Problem:
    if any(id in subject.pair for id in subject.shown.caller.ids):
        return Problem(403, "on_the_pair")
    return Problem(403, "role_not_allowed", leave_to(command.roles))


def _hidden(subject: About, command: type[Command]) -> dict[str, Any]:
    """Return what a form holds without asking: which text a signature on paper is for."""
    state = subject.shown.subject.state
    if command is not SignAgreement or not isinstance(state, Relationship) or state.agreement.draft is None:
        return {}
    draft = state.agreement.draft
    texts = {text.language: text.digest for text in draft.texts}
    digest = texts.get(subject.shown.language) or next(iter(texts.values()))
    return {"version": draft.version, "digest": digest}


def _answers(subject: About, command: type[Command], chosen: Mapping[str, str]) -> tuple[FormPart, ...]:
    """Return the questions of the program's form that an act comes with; none while it is not chosen which form."""
    rules, shown = subject.shown.subject.rules, subject.shown
    use = _use(subject, command, chosen)
    found = shipped_forms().get((use.form, use.version)) if use is not None else None
    if found is None:
        return ()
    lists = {
        path: tuple(Choice(value=code, label=shown.code(code)) for code in codes)
        for path, codes in code_lists(rules, found).items()
    }
    return (answer_parts(found, lists, shown.language),)


def _use(subject: About, command: type[Command], chosen: Mapping[str, str]) -> FormUse | None:
    rules, state = subject.shown.subject.rules, subject.shown.subject.state
    if command is SubmitForm:
        return rules.form(chosen.get("form", ""))
    if command is SubmitMonthlyRecord:
        return rules.form("monthly_record")
    if command is SubmitTermSurvey:
        return rules.survey_form(chosen["audience"]) if chosen.get("audience") else None
    if not isinstance(state, Relationship):
        return None
    if command is AmendForm:
        document = chosen.get("document", "")
        filed = next((each for each in state.filed if each.document == document), None)
        return rules.form(filed.form) if filed else None
    if command is SubmitSurvey and (person := chosen.get("acting_for")):
        return rules.survey_form("mentor" if person == state.mentor else "mentee")
    return None


def needs_choice(act: ActNow) -> bool:
    """Return whether it is still open which of the program's forms an act is about."""
    return takes_answers(act.kind) and not any(part.name == ANSWERS for part in act.parts)


def with_only_choices(act: ActNow, typed: Typed) -> dict[str, Sequence[str]]:
    """Return what is in a form before anything is typed: where there is one thing to choose, it is chosen."""
    filled = dict(typed)
    for part in act.parts:
        choices = act.offered.offers.get(part.offers, ())
        single = part.control is Control.CHOICE and part.required and len(choices) == 1
        if single and part.offers.startswith("records:") and part.name not in filled:
            filled[part.name] = [choices[0].value]
    return filled
