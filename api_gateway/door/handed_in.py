"""What a person has handed in and finds again: the forms of a pair, and the records of months."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from activities.adapters.files.form_files import form_title
from activities.adapters.files.locales import month_in_words, opening
from api_gateway.door.own_address import EVERYTHING, own_address
from api_gateway.pages.dates import Dates
from api_gateway.services.programs import programs
from domain.ids import term_region_id
from domain.languages import Language
from domain.relationship.parts.forms import SubmittedForm
from domain.relationship.state import Relationship
from domain.rules.program import Rules

_BEFORE_PAIR: Final = "application"
"""The stage whose forms are asked for when they are owed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentForm:
    """A form that was handed in: its title, the day in words, where it opens, and whether it can be changed there."""

    title: str
    day: str
    href: str
    changes: bool


def forms_begun(
    state: Relationship, people: Collection[str], rules: Rules, begun: Iterable[str]
) -> list[tuple[str, str]]:
    """Return the forms of which a person saved answers and that can still be sent, with where each opens.

    A survey is none of them: while it is open, it is a thing to do anyway.
    """
    if state.ended or state.pause:
        return []
    sent = {each.form for each in state.filed if each.person in people}
    uses = {use.form: use for use in rules.forms if not use.audience and use.stage != _BEFORE_PAIR}
    return [
        (form, own_address("SubmitForm", state.id, {"form": form}))
        for form in begun
        if form in uses and (uses[form].repeats or form not in sent)
    ]


def forms_handed_in(
    state: Relationship, people: Collection[str], rules: Rules, dates: Dates
) -> list[SentForm]:
    """Return the forms of a pair that a person handed in and that count, the newest first."""
    own = (each for each in reversed(state.filed) if each.valid and each.person in people)
    return [_form(state, each, rules, dates) for each in own]


def _form(state: Relationship, form: SubmittedForm, rules: Rules, dates: Dates) -> SentForm:
    """Return a form that was handed in; a survey, or any form of a pair that rests or is over, is only read."""
    use = rules.form(form.form)
    changes = use is not None and not (use.audience or state.ended or state.pause)
    return SentForm(
        title=form_title(form.form, dates.language),
        day=dates.on(form.at).words,
        href=own_address("AmendForm", state.id, {"document": form.document}) if changes else EVERYTHING,
        changes=changes,
    )


def records_handed_in(rows: Iterable[Mapping[str, Any]], language: str, now: datetime) -> list[SentForm]:
    """Return the records of months that a mentor handed in, the newest month first."""
    newest_first = sorted(rows, key=lambda row: str(row["key"]), reverse=True)
    return [_record(row, language, now) for row in newest_first]


def _record(row: Mapping[str, Any], language: str, now: datetime) -> SentForm:
    file = programs().get(row["program"])
    dates = Dates(language, file.rules.calendar.zone if file else UTC, now)
    return SentForm(
        title=opening(month_in_words(row["key"], Language(language))),
        day=dates.on(row["submitted_at"]).words,
        href=own_address(
            "AmendMonthlyRecord", term_region_id(row["term"], row["region"]), {"month": row["key"]}
        ),
        changes=True,
    )
