"""The program's forms about a pair, each with who fills it in: it is entered for that person, or is staff's own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from activities.adapters.files.form_files import form_title
from api_gateway.pages import links
from api_gateway.pages.acts import words as say
from api_gateway.pages.acts.about import About
from api_gateway.pages.acts.offered import Offered
from api_gateway.pages.acts.parts import Control, FormPart, slug
from domain.forms.model import Filler
from domain.relationship.any_stage.forms_submitted import SubmitForm
from domain.relationship.state import Relationship

HAND_IN: Final = slug(SubmitForm)
_FORM: Final = "form"
_FOR: Final = ("acting_for", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormOfPair:
    """A form that can be handed in: its title with the person for whom, what follows, and its address.

    ``person`` is empty for a form of staff's own.
    """

    form: str
    person: str
    title: str
    leads: str
    href: str


def forms_of_pair(here: About, found: Offered) -> tuple[FormOfPair, ...]:
    """Return the forms that an offer to hand in a form has, in the order of the program; none for another act."""
    if found.kind is not SubmitForm:
        return ()
    offered = [each.value for each in found.offers.get(f"records:{_FORM}", ())]
    return tuple(each for form in offered if (each := form_of_pair(here, form)) is not None)


def form_of_pair(here: About, form: str) -> FormOfPair | None:
    """Return one of the program's forms with who fills it in; None for a form that is nobody's of the pair yet."""
    subject, language = here.shown.subject, here.shown.language
    use = subject.rules.form(form)
    if use is None or not isinstance(subject.state, Relationship):
        return None
    title = form_title(form, language)
    if use.by not in (Filler.MENTEE, Filler.MENTOR):
        href = links.with_query(here.form(HAND_IN), form=form)
        return FormOfPair(
            form=form, person="", title=title, leads=say.frame(language, "form_of_own"), href=href
        )
    person = subject.state.mentor if use.by is Filler.MENTOR else subject.state.mentee
    if not person:
        return None
    return FormOfPair(
        form=form,
        person=person,
        title=say.frame(language, "form_for", form=title, name=here.shown.person(person)),
        leads=say.frame(language, f"form_of_{use.by.value}"),
        href=links.with_query(here.form(HAND_IN), form=form, acting_for=person),
    )


def settled(parts: tuple[FormPart, ...], chosen: FormOfPair) -> tuple[FormPart, ...]:
    """Return the parts of a form of which it is known which one it is, and for whom: they ask neither again."""
    known = (_FORM, *(_FOR[:1] if chosen.person else ()))
    dropped = () if chosen.person else _FOR
    return tuple(
        hidden_part(part) if part.name in known else _needed(part)
        for part in parts
        if part.name not in dropped
    )


def hidden_part(part: FormPart) -> FormPart:
    """Return a field that a form holds without asking."""
    return replace(part, control=Control.HIDDEN, offers="")


def held(chosen: FormOfPair) -> Mapping[str, Any]:
    """Return what such a form holds without asking."""
    return {_FORM: chosen.form, **({_FOR[0]: chosen.person} if chosen.person else {})}


def _needed(part: FormPart) -> FormPart:
    """Return how a person told staff as what must be said; the form is entered for somebody."""
    return replace(part, required=True) if part.name == _FOR[1] else part
