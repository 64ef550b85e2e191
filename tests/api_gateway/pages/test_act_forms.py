"""The form of every command that staff may send: built from its class, filled in, posted and read back."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import pytest
from pydantic import ValidationError

from activities.adapters.files.form_files import shipped_forms
from api_gateway.http.command_bodies import body_of, marked_example
from api_gateway.http.examples import answers_to, in_program_terms
from api_gateway.pages.acts import records, words
from api_gateway.pages.acts.form import ActField, ActForm, faults_of_model, faults_of_problem, form_of
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
from api_gateway.pages.acts.posted import body_from, rows_typed, typed_from, typed_of
from api_gateway.services.programs import programs
from domain.actors import Side, StaffReason
from domain.calendar import RhythmUnit
from domain.languages import Language
from domain.messages import Command
from domain.payments.orders.holds import HoldReason
from domain.payments.orders.limits import Limit, LimitFinding
from domain.payments.state import Resolution
from domain.relationship.parts.complaint import ComplaintDecision
from domain.relationship.stages.agreement.drafting import DraftAgreement
from domain.relationship.stages.meetings.log import LogMeeting
from domain.relationship.stages.meetings.plan import PlanMeetings
from domain.rules.form_lists import code_lists
from domain.settled_tasks import TaskOutcome
from domain.term.duties import SurveyAudience

ZONE = "America/Chicago"
EVERY = [(subject, act, kind) for subject, acts in ACTS.items() for act, kind in acts.items()]
ENUMS: dict[str, type[StrEnum]] = {
    each.__name__: each
    for each in (
        RhythmUnit,
        Side,
        StaffReason,
        ComplaintDecision,
        TaskOutcome,
        HoldReason,
        Resolution,
        Limit,
        LimitFinding,
        SurveyAudience,
    )
}
IDS = [f"{subject} {act}" for subject, act, _ in EVERY]


def every_part(parts: tuple[FormPart, ...]) -> Iterator[FormPart]:
    for part in parts:
        yield part
        yield from every_part(part.parts)


def example_of(kind: type[Command]) -> dict[str, Any]:
    """Return the body that the API documentation shows, without its answers."""
    example = in_program_terms(marked_example(body_of(kind)))
    return {name: value for name, value in example.items() if name != ANSWERS}


def as_taken(kind: type[Command], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body as the strict model of the command reads it, without what is empty."""
    answers = {ANSWERS: {}} if takes_answers(kind) else {}
    taken = json.loads(
        body_of(kind).model_validate({**body, **answers}).model_dump_json(exclude_defaults=True)
    )
    return {name: value for name, value in taken.items() if value not in (None, [], "")}


@pytest.mark.parametrize(("subject", "act", "kind"), EVERY, ids=IDS)
def test_what_is_filled_in_is_the_body_that_the_api_takes(
    subject: str, act: str, kind: type[Command]
) -> None:
    parts, example = parts_of(kind), example_of(kind)
    body = body_from(parts, typed_from(parts, example, ZONE), ZONE)
    assert as_taken(kind, body) == as_taken(kind, example)


@pytest.mark.parametrize(("subject", "act", "kind"), EVERY, ids=IDS)
def test_a_form_has_each_field_of_its_body_and_no_other(subject: str, act: str, kind: type[Command]) -> None:
    fields = {name for name in body_of(kind).model_fields if name != ANSWERS}
    assert {part.name for part in parts_of(kind)} == fields


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("subject", "act", "kind"), EVERY, ids=IDS)
def test_every_field_has_words_and_everything_to_choose_has_a_source(
    subject: str, act: str, kind: type[Command], language: Language
) -> None:
    said = words.of_act(language.value, act)
    assert set(said) == {"title", "button", "leads", "done"}
    for part in every_part(parts_of(kind)):
        if part.control is not Control.HIDDEN:
            assert words.of_field(language.value, "fields", act, part.name), part.name
        source, _, name = part.offers.partition(":")
        if source == "records":
            assert name in records.PROVIDED, part
        elif source == "enum":
            assert list(words.of_enum(language.value, name)) == [each.value for each in ENUMS[name]]
        elif part.control in (Control.CHOICE, Control.CHOICES):
            assert source == "rules", part
            assert any(getattr_path(file.rules, name) for file in programs().values()), part
        else:
            assert not part.offers


def getattr_path(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = getattr(value, name, None)
    return value


def test_both_languages_have_the_same_words() -> None:
    def keys(words: Mapping[str, Any], above: str = "") -> Iterator[str]:
        for name, value in words.items():
            if isinstance(value, dict):
                yield from keys(value, f"{above}{name}/")
            else:
                yield f"{above}{name}"

    english, spanish = (
        {*keys(tomllib.loads((words.WORDS / f"{each}.toml").read_text(encoding="utf-8")))}
        for each in ("en", "es")
    )
    assert english == spanish


def test_nothing_typed_is_an_empty_body_and_each_needed_field_is_named() -> None:
    parts = parts_of(LogMeeting)
    body = body_from(parts, {}, ZONE)
    assert body == {}
    with pytest.raises(ValidationError) as refused:
        body_of(LogMeeting).model_validate(body)
    faults = faults_of_model(refused.value, parts, "en")
    assert faults == {
        "began_at": "Fill this in.",
        "minutes": "Fill this in.",
        "mode": "Choose one.",
    }


def test_what_does_not_fit_is_kept_and_named_where_it_stands() -> None:
    parts = parts_of(LogMeeting)
    typed = typed_of(
        [
            ("began_at.day", "2026-11-02"),
            ("began_at.time", ""),
            ("minutes", "an hour"),
            ("mode", "phone"),
            ("topics", "budget"),
            ("topics", "staff"),
        ]
    )
    with pytest.raises(ValidationError) as refused:
        body_of(LogMeeting).model_validate(body_from(parts, typed, ZONE))
    faults = faults_of_model(refused.value, parts, "es")
    assert faults == {
        "began_at": "Complete el día y la hora.",
        "minutes": "Escriba un número entero, en cifras.",
    }
    topics = {"rules:meetings.topics": [Choice(value=code, label=code) for code in ("budget", "staff")]}
    form = form_of("log-meeting", parts, topics, typed, faults, "es")
    assert [(each.href, each.label) for each in form.wrong] == [
        ("f-began-at", "¿Cuándo empezó la reunión?"),
        ("f-minutes", "¿Cuántos minutos?"),
    ]
    assert {each.path: each.value for each in form.fields}["minutes"] == "an hour"
    assert {each.path: each.chosen for each in form.fields}["topics"] == ("budget", "staff")


def test_an_hour_is_that_of_the_program_on_that_day() -> None:
    parts = parts_of(LogMeeting)
    winter = {"began_at.day": ["2026-11-02"], "began_at.time": ["15:00"]}
    summer = {"began_at.day": ["2026-08-03"], "began_at.time": ["15:00"]}
    assert body_from(parts, winter, ZONE)["began_at"] == "2026-11-02T15:00:00-06:00"
    assert body_from(parts, summer, ZONE)["began_at"] == "2026-08-03T15:00:00-05:00"


def test_a_row_that_is_left_empty_is_no_row_and_a_fault_names_its_row() -> None:
    parts = parts_of(PlanMeetings)
    typed = {
        "acting_for": ["9f2c" * 8],
        "reason": ["by_phone"],
        "rows.0.on": ["2026-11-02"],
        "rows.0.begins": ["15:30"],
        "rows.0.minutes": ["x"],
        "rows.0.place": ["halfway"],
        "rows.7.on": [""],
    }
    body = body_from(parts, typed, ZONE)
    assert len(body["rows"]) == 1
    assert rows_typed(parts[-1], typed, "rows") == 8
    with pytest.raises(ValidationError) as refused:
        body_of(PlanMeetings).model_validate(body)
    faults = faults_of_model(refused.value, parts, "en")
    assert faults == {"rows.0.minutes": "Write a whole number, in digits."}
    wrong = form_of("plan-meetings", parts, {}, typed, faults, "en").wrong
    assert [(each.href, each.label) for each in wrong] == [("f-rows-0-minutes", "Minutes, row 1")]


def test_a_refusal_of_the_domain_stands_at_its_field() -> None:
    parts = parts_of(DraftAgreement)
    errors = [
        {
            "pointer": "/terms/ground_rules/1",
            "code": "not_in_program",
            "detail": "entry 2 of terms.ground_rules: It is not in the program.",
        },
        {
            "pointer": "/terms/minutes",
            "code": "minutes_out_of_range",
            "detail": "terms.minutes: write 30 to 90.",
        },
        {"pointer": "/elsewhere", "code": "odd", "detail": "elsewhere: No."},
    ]
    assert faults_of_problem(errors, parts, "en") == {
        "terms.ground_rules": "Choose one from the list.",
        "terms.minutes": "Write 30 to 90.",
        "": "No.",
    }


def test_the_answers_of_every_form_go_through_a_page() -> None:
    for file in programs().values():
        for use in file.rules.forms:
            form = shipped_forms()[use.form, use.version]
            lists = {
                path: tuple(Choice(value=code, label=code) for code in codes)
                for path, codes in code_lists(file.rules, form).items()
            }
            part = answer_parts(form, lists, "es")
            answers = answers_to(form, file.rules)
            assert body_from((part,), typed_from((part,), {ANSWERS: answers}, ZONE), ZONE) == {
                ANSWERS: answers
            }
            shown = form_of("submit-form", (part,), {}, {}, {}, "es")
            assert all(each.label for each in shown.fields[0].fields)


@pytest.mark.parametrize(
    ("required", "reasons", "blocked"),
    [
        (True, ("no place", "no place"), True),
        (True, (), True),
        (True, ("no place", ""), False),
        (False, ("no place",), False),
    ],
)
def test_a_form_without_anything_to_choose_has_nothing_to_send(
    required: bool, reasons: tuple[str, ...], blocked: bool
) -> None:
    choices = tuple(Choice(value=str(n), label="x", why_not=why) for n, why in enumerate(reasons))
    chosen = ActField(
        path="mentor", id="m", control=Control.CHOICE, label="m", required=required, choices=choices
    )
    assert ActForm(act="x", title="x", button="x", leads="x", fields=(chosen,)).blocked is blocked
