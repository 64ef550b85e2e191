"""What was handed in while a relationship ran: which form, in which version, by whom and when, and no word of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.forms.model import Filler
from domain.messages import Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedForm:
    """A form that was handed in. ``amended_by`` names the document that has taken its place."""

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
    """A form that somebody of the relationship owes; until when, its deadline says."""

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
    """Return all that was handed in, with one more form; what it amends names it."""
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
