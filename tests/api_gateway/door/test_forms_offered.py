"""Which forms one of a pair may pick: those of the application only while they have a use."""

from types import SimpleNamespace
from typing import Any

import pytest

from activities.adapters.files.program_files import load_programs
from api_gateway.door import records
from api_gateway.pages.acts.parts import Choice
from domain.relationship.any_stage.forms_submitted import SubmitForm
from domain.relationship.parts.forms import OwedForm
from tests.domain.builders import MENTEE


@pytest.mark.parametrize(
    ("stage", "owed", "offered"),
    [("application", False, True), ("matching", True, True), ("matching", False, False)],
)
def test_a_form_of_the_application_is_offered_until_it_is_decided_or_while_it_is_owed(
    monkeypatch: pytest.MonkeyPatch, stage: str, *, owed: bool, offered: bool
) -> None:
    rules = load_programs()["nea_esp"].rules
    use = next(each for each in rules.forms if each.stage == "application")
    monkeypatch.setattr(records, "seat_of", lambda *_: use.by)
    shown: Any = SimpleNamespace(
        caller=SimpleNamespace(ids=(MENTEE.id,)), row={}, subject=SimpleNamespace(rules=rules)
    )
    waiting = (OwedForm(form=use.form, by=use.by),) if owed else ()
    state: Any = SimpleNamespace(stage=stage, mentor="", mentee=MENTEE.id, filed=(), owed=waiting)
    part = SimpleNamespace(offers="records:form")
    choices = {"records:form": (Choice(value=use.form, label="Registration"),)}
    found = records.own_records(shown, state, SubmitForm, [part], choices)
    assert [each.value for each in found["records:form"]] == ([use.form] if offered else [])
