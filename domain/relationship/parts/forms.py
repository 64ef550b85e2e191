"""The forms submitted while a relationship ran: which form, in which version, by whom and when, but no content."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.forms.model import Filler
from domain.messages import Stamp


class FormStanding(StrEnum):
    """What became of a form that staff entered for a person: it can still be contradicted, it stands, or it was."""

    PENDING = "pending"
    STANDS = "stands"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedForm:
    """A form that was submitted. ``amended_by`` names the document that has replaced it.

    ``standing`` is None for a form that the person submitted.
    """

    document: str
    form: str
    version: str
    by: Filler
    person: str
    at: datetime
    amends: str = ""
    amended_by: str = ""
    standing: FormStanding | None = None

    @property
    def valid(self) -> bool:
        """Whether it is the form that counts: neither replaced nor withdrawn."""
        return not self.amended_by and self.standing is not FormStanding.WITHDRAWN


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
        person=stamp.actor.person,
        at=stamp.at,
        amends=amends,
    )
    before = (replace(each, amended_by=document) if each.document == amends else each for each in filed)
    return (*before, new)


def with_standing(
    filed: tuple[SubmittedForm, ...], document: str, standing: FormStanding
) -> tuple[SubmittedForm, ...]:
    """Return all submitted forms with the standing of one; what a withdrawn form amended counts again."""
    marked = tuple(replace(each, standing=standing) if each.document == document else each for each in filed)
    if standing is not FormStanding.WITHDRAWN:
        return marked
    return tuple(replace(each, amended_by="") if each.amended_by == document else each for each in marked)
