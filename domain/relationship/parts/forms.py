"""The forms submitted while a relationship ran: which form, in which version, by whom and when, but no content."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.forms.model import Filler
from domain.messages import Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedForm:
    """A form that was submitted. ``amended_by`` names the document that has replaced it."""

    document: str
    form: str
    version: str
    by: Filler
    person: str
    at: datetime
    amends: str = ""
    amended_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedForm:
    """A form that someone in the relationship owes; its deadline says until when."""

    form: str
    by: Filler


def with_form(
    filed: tuple[SubmittedForm, ...],
    stamp: Stamp,
    *,
    document: str,
    form: str,
    version: str,
    by: Filler,
    amends: str = "",
) -> tuple[SubmittedForm, ...]:
    """Return all submitted forms with one more; the form that it amends names it in ``amended_by``."""
    new = SubmittedForm(
        document=document,
        form=form,
        version=version,
        by=by,
        person=stamp.actor.id,
        at=stamp.at,
        amends=amends,
    )
    before = (replace(each, amended_by=document) if each.document == amends else each for each in filed)
    return (*before, new)
