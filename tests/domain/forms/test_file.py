"""Form files and what a program says about its forms: each fault with its line and what to write."""

import re
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.adapters.files.form_files import FORMS, form_files, forms_for, read_form_file, read_forms
from activities.adapters.files.program_files import SHIPPED, ProgramFileError, load_programs, read_file
from domain.codec import CodecError
from domain.forms.file import read_form
from domain.relationship.deadlines import timer_after
from domain.rules.canonical_json import rules_digest, rules_text
from domain.rules.checks.forms import language_faults
from domain.rules.program import DeadlineKind
from domain.rules.program_file import read_program

SAMPLE = FORMS / "mentee_application.toml"
TEXT = SAMPLE.read_text()
Refused = Callable[[str, str], list[str]]


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    def change(old: str, new: str) -> list[str]:
        assert old in TEXT
        file = tmp_path / SAMPLE.name
        file.write_text(TEXT.replace(old, new, 1))
        with pytest.raises(ProgramFileError) as raised:
            read_form_file(file)
        return [str(fault).removeprefix(f"{tmp_path}/") for fault in raised.value.faults]

    return change


def line_of(piece: str, after: str = "") -> int:
    start = TEXT.index(after) if after else 0
    return TEXT[: TEXT.index(piece, start)].count("\n") + 1


def test_a_field_without_a_privacy_class_is_refused_at_its_line(refused: Refused) -> None:
    found = refused('type = "text"\nprivacy = "A"\n', 'type = "text"\n')
    assert found == [
        f"mentee_application.toml:{line_of('[[fields]]')}: fields[0].privacy: missing; write A, O, P, W or N"
    ]


def test_a_missing_translation_is_refused_at_its_line(refused: Refused) -> None:
    [found] = refused('label = { en = "Your name", es = "Su nombre" }', 'label = { en = "Your name" }')
    assert found.startswith(
        f"mentee_application.toml:{line_of('label = ')}: fields[0].label.es: missing; write"
    )
    [found] = refused('es = "Su nombre"', 'es = " "')
    assert found.endswith("fields[0].label.es: empty; write the words")
    [found] = refused('es = "Su nombre"', 'es = "Su nombre", fr = "Votre nom"')
    assert found.endswith("fields[0].label.fr: unknown key; remove it")


def test_a_form_speaks_the_languages_of_its_title_and_a_program_needs_those_that_it_offers() -> None:
    english = re.sub(r', es = "[^"]*"', "", TEXT)
    form = read_form(tomllib.loads(english))
    assert form.languages == ("en",)
    rules = next(file.rules for file in load_programs().values() if file.rules.form(form.id))
    [fault] = language_faults(rules, {form.key: form}, ("en", "es"))
    assert fault.problem == "has no words in es; add them in a new version of the form"
    assert list(language_faults(rules, {form.key: form}, ("en",))) == []


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ('type = "text"', 'type = "essay"', "fields[0].type: write one of"),
        ('key = "applied_on"', 'key = "name"', "fields[1].key: name stands twice"),
        ('key = "name"', 'key = "Name"', "fields[0].key: write a code"),
        ("max_chars = 120", "max_chars = 9000", "fields[0].max_chars: write a number from 1 to 200"),
        ('type = "date"', 'type = "date"\nmax_chars = 5', "fields[1].max_chars: this is no text"),
        ('type = "date"', 'type = "date"\nmost = 5', "fields[1].most: this answer has no size"),
        ('type = "date"', 'type = "number"', "fields[1].most: missing; write the largest number"),
        ('type = "date"', 'type = "choice"', "fields[1].options: missing"),
        ('type = "date"', 'type = "codes"', "fields[1].codes_of: missing"),
        ('type = "date"', 'type = "rows"', "fields[1].columns: missing"),
        ('type = "date"', 'type = "scale"', "scale: write the words for 1 to 5"),
        ('type = "date"', 'type = "date"\naim = "retention"', "fields[1].aim: this answer cannot be counted"),
        ('value = "other"', 'value = "none"', "fields[5].only_with.value: no option of that field"),
        ('field = "situation"', 'field = "goals"', "fields[5].only_with.field: no field above"),
        ('code = "new_to_school"', 'code = "new_hire"', "fields[4].options[2].code: new_hire stands twice"),
        ('stage = "application"', 'stage = "later"', "stage: unknown"),
        ('catalog = "F4"', 'catalog = "four"', "catalog: write the number"),
        ('version = "1"', 'version = "1 b"', "version: write letters"),
        ('filled_by = ["mentee", "applicant"]', "filled_by = []", "filled_by: empty"),
        ('["NEA-23", "NEA-24", "NEA-50"]', "[]", "cites: missing"),
        ('privacy = "A"', 'privacy = "W"', "fields[0].privacy: belongs to the pair"),
        ("archivable = true", "archivable = true\nshape = 1", "shape: unknown key"),
        ('en = "Your name"', 'en = "Your \\u202Ename"', "fields[0].label.en: bidirectional"),
    ],
)
def test_what_a_form_must_not_say_is_named(refused: Refused, old: str, new: str, wanted: str) -> None:
    found = refused(old, new)
    assert any(f": {wanted}" in fault for fault in found), found


def test_two_files_with_one_version_are_refused_and_two_versions_are_not(tmp_path: Path) -> None:
    again = tmp_path / "mentee_application.again.toml"
    again.write_text(TEXT)
    both = read_forms([SAMPLE, again])
    assert both.forms == {}
    assert [str(fault) for fault in both.faulty["mentee_application"]] == [
        f"{again}:1: version 1 of mentee_application is in another file too; write another version, or remove "
        "one of the two"
    ]
    again.write_text(TEXT.replace('version = "1"', 'version = "2"'))
    both = read_forms([SAMPLE, again])
    assert set(both.forms) == {("mentee_application", "1"), ("mentee_application", "2")}
    assert both.faulty == {}
    other = tmp_path / "other.toml"
    other.write_text(TEXT)
    with pytest.raises(ProgramFileError, match=r"name the file mentee_application\.toml"):
        read_form_file(other)


def test_a_program_may_bring_forms_of_its_own_in_a_folder_beside_it(tmp_path: Path) -> None:
    program = tmp_path / "sample.toml"
    text = (SHIPPED / "nea_esp.toml").read_text()
    program.write_text(
        text.replace('form = "mentee_application"\nversion = "1"', 'form = "own"\nversion = "1"')
    )
    with pytest.raises(ProgramFileError, match="there is no such form; write its id, or add its file"):
        read_file(program)
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "own.toml").write_text(TEXT.replace('id = "mentee_application"', 'id = "own"'))
    assert read_file(program).rules.form("own") is not None
    assert len(forms_for(program).forms) == len(form_files()) + 1


PROGRAM = (SHIPPED / "nea_esp.toml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ('form = "welcome_letter"', 'form = "farewell"', "forms[6].form: there is no such form"),
        (
            'form = "welcome_letter"\nversion = "1"',
            'form = "welcome_letter"\nversion = "7"',
            "forms[6].version: there is no such version; write one of 1",
        ),
        ('form = "welcome_letter"', 'form = "certificate"', "forms[14].form: certificate appears twice"),
        ('audience = "mentor"', "", "forms: no survey of the mentor"),
        ('audience = "mentor"', 'audience = "mentee"', "forms[12].audience: mentee already has a survey"),
        ('by = "coordinator"', 'by = "mentor"', "forms[5].by: the form is filled in by coordinator"),
        ('after = "applied"', 'after = "whenever"', "forms[4].after: write one of"),
        ("due_days = 7 # ours", "due_days = -7", "forms[5].due_days: write a number of days"),
        ('stage = "contact"', 'stage = "somewhere"', "forms[6].stage: unknown"),
        (
            'after = "match_confirmed" # ours\ndue_days = 0 # ours\narchived = false',
            'after = "match_confirmed"\ndue_days = 0\narchived = true',
            "forms[6].archived: the form may not be archived",
        ),
        (
            'kept_as = "exit_form"',
            'kept_as = "monthly_record"',
            "forms[11].kept_as: not on the list that both sign",
        ),
        ('kept_as = "exit_form"\n', "", "forms[11].kept_as: missing; write the line"),
        (
            'archived = true\nkept_as = "exit_form"',
            'archived = false\nkept_as = "exit_form"',
            "forms[11].kept_as: the form is not archived; remove it",
        ),
        ("small_group = 5", "small_group = 2", "survey.small_group: write a number from 3 to 100"),
        (
            "closing_gaps = {",
            "closing_doors = {",
            "forms[11].form: asks about the aim closing_gaps; add it to aims",
        ),
        ("closing_gaps = {", "closing_doors = {", "aims.closing_doors: no survey asks about this aim"),
        ('cites = ["NEA-39", "NEA-59"]', "cites = []", "forms[0].cites: missing"),
        ('after = "applied"', 'after = "meeting"', "forms[4].after: nobody can be reminded of it"),
        (
            'after = "applied" # ours\ndue_days = 14',
            'after = "applied"\ndue_days = 0',
            "forms[4].due_days: it is owed",
        ),
        (
            'kept_as = "mentee_application"',
            'kept_as = "mentee_application"\nrepeats = true',
            "forms[4].repeats: it is owed once",
        ),
        (
            'kept_as = "mentee_application"',
            'kept_as = "mentee_application"\nearly_end_days = 9',
            "forms[4].early_end_days: only the closing surveys",
        ),
        (
            'by = "mentee"\nstage = "application"',
            'by = "mentee"\nstage = "meetings"',
            "forms[4].stage: opens after its fact, which is in application",
        ),
        (
            'by = "mentee"\nstage = "application"',
            'by = "mentor"\nstage = "application"',
            "forms[4].after: there is no mentor then",
        ),
        (
            'form = "mentee_application"',
            'form = "special_application"',
            "forms[4].required: the form is kept elsewhere",
        ),
        ("early_end_days = 14", "early_end_days = -1", "forms[11].early_end_days: write a number"),
        (
            "forms_close_days = 45",
            "forms_close_days = 37",
            "endings.forms_close_days: the last form is due after 14 days, its last reminder comes 7 later, and a "
            "break can delay them by 16; write at least 38",
        ),
        ("\nform = [\n    {", "\nclosing = [\n    {", "ladders.form: missing"),
    ],
)
def test_what_a_program_must_not_say_of_its_forms_is_named(
    tmp_path: Path, old: str, new: str, wanted: str
) -> None:
    assert old in PROGRAM
    file = tmp_path / "program.toml"
    file.write_text(PROGRAM.replace(old, new, 1))
    with pytest.raises(ProgramFileError) as raised:
        read_file(file)
    found = [str(fault).removeprefix(f"{tmp_path}/") for fault in raised.value.faults]
    assert any(f": {wanted}" in fault for fault in found), found
    assert all(
        int(fault.split(":")[1]) > 1
        for fault in found
        if f": {wanted}" in fault and "no survey of" not in wanted
    )


@pytest.mark.parametrize("path", ["survey.small_group", "endings.forms_close_days"])
def test_a_region_may_not_change_what_the_results_of_all_regions_depend_on(path: str) -> None:
    data: dict[str, Any] = tomllib.loads(PROGRAM)
    data["overridable"].append(path)
    with pytest.raises(CodecError, match=f"{path} is not a field that a region can override"):
        read_program(data)


def test_a_region_reminds_of_the_last_forms_before_they_lapse() -> None:
    data: dict[str, Any] = tomllib.loads(PROGRAM)
    data["overridable"].append("ladders.form")
    rungs = [dict(rung) for rung in data["ladders"]["form"]]
    data["regions"] = {"r3": {"ladders": {"form": rungs}}}
    assert read_program(data)
    rungs[-1]["after_days"] = 40
    with pytest.raises(CodecError, match=r"regions\.r3\.endings\.forms_close_days: .*write at least 71"):
        read_program(data)


def test_a_form_that_changes_without_a_new_version_is_another_rule(tmp_path: Path) -> None:
    program = tmp_path / "sample.toml"
    program.write_text(
        PROGRAM.replace('form = "mentee_application"\nversion = "1"', 'form = "own"\nversion = "1"')
    )
    (tmp_path / "forms").mkdir()
    own = tmp_path / "forms" / "own.toml"
    digests = []
    for words in ("Your name", "Your full name"):
        own.write_text(TEXT.replace('id = "mentee_application"', 'id = "own"').replace("Your name", words))
        digests.append(rules_digest(rules_text(read_file(program).rules)))
    assert digests[0] != digests[1]
    program.write_text(PROGRAM.replace("overridable = [", "form_digests = {}\noverridable = [", 1))
    with pytest.raises(ProgramFileError, match="form_digests: unknown key; remove it"):
        read_file(program)


def test_the_last_forms_lapse_only_after_their_last_reminder_whatever_day_a_pair_parts() -> None:
    data: dict[str, Any] = tomllib.loads(PROGRAM)
    data["endings"]["forms_close_days"] = 38  # the smallest number without a fault
    rules = read_program(data).rules
    last = rules.ladder(DeadlineKind.FORM)[-1].after_days
    for number in range(365):
        now = datetime(2026, 9, 1, 15, tzinfo=UTC) + timedelta(days=number)
        due = rules.calendar.local_date(timer_after(rules, DeadlineKind.FORM, now, 14).due)
        closes = timer_after(rules, DeadlineKind.FORMS_CLOSE, now, rules.endings.forms_close_days)
        assert rules.calendar.after(due, last) <= closes.due
