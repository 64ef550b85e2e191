"""What a program file says about a whole term's deadlines: something about each, and nothing impossible."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from activities.adapters.files.program_files import SHIPPED, load_programs
from domain.codec import CodecError
from domain.rules.canonical_json import rules_from_text, rules_text
from domain.rules.program_file import OR_NONE, read_program
from domain.rules.term import REGION_AUDIENCES
from workers.cli.programs.show import show

RUNG = {"after_days": 0, "step": "remind", "to": "late"}
LAST = {"after_days": 7, "step": "escalate", "to": "coordinator"}
RECORD = {
    "cites": ["NEA-52"],
    "months": ["09", "10"],
    "due": "last_working_day",
    "by": "mentor",
    "ladder": [RUNG, LAST],
}
CHECK = {
    "cites": ["ESE-13"],
    "every": {"every": 1, "unit": "months"},
    "opens_days": 7,
    "evidence": ["budget"],
    "findings": ["budget"],
    "ladder": [{**RUNG, "to": "coordinator"}, LAST],
}
SURVEY = {"opens_days_before_end": 45, "due_days": 14, "closes_days": 35, "ladder": [RUNG, LAST]}
SURVEYS = {"cites": ["MASA-23"], "contact": SURVEY, "administrator": "none", "district": "none"}


def data(**tables: Any) -> dict[str, Any]:
    """Return a shipped file with other tables for its term."""
    plain = tomllib.loads((SHIPPED / "masa.toml").read_text())
    return {**plain, **tables}


def faults(**tables: Any) -> dict[str, str]:
    with pytest.raises(CodecError) as raised:
        read_program(data(**tables))
    return {fault.path: fault.problem for fault in raised.value.faults}


def without(table: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in names}


def test_the_tables_of_these_tests_are_right() -> None:
    program = read_program(data(monthly_record=RECORD, log_check=CHECK, term_surveys=SURVEYS))
    assert program.citations["monthly_record"] == ("NEA-52",)
    assert rules_from_text(rules_text(program.rules)) == program.rules
    assert [audience for audience, _ in program.rules.region_surveys()] == ["contact"]


@pytest.mark.parametrize("name", OR_NONE)
def test_a_file_that_is_silent_on_a_table_is_told_to_say_none(name: str) -> None:
    with pytest.raises(CodecError) as raised:
        read_program(without(data(), name))
    problems = {fault.path: fault.problem for fault in raised.value.faults}
    assert '"none"' in problems[name]


@pytest.mark.parametrize("name", REGION_AUDIENCES)
def test_a_file_that_is_silent_on_an_audience_is_told_to_say_none(name: str) -> None:
    assert '"none"' in faults(term_surveys=without(SURVEYS, name))[f"term_surveys.{name}"]


def test_a_program_that_has_none_of_them_leaves_no_trace_in_its_rules() -> None:
    plain = data(region_contact="none", term_surveys="none")
    rules = read_program(plain).rules
    assert (rules.monthly_record, rules.log_check, rules.region_contact, rules.term_surveys) == (None,) * 4
    assert not (set(OR_NONE) - {"order_reasons"}) & set(json.loads(rules_text(rules)))


def test_every_shipped_file_says_what_its_source_has() -> None:
    shipped = {name: file.rules for name, file in load_programs().items()}
    assert {name for name, rules in shipped.items() if rules.monthly_record} == {"nea_esp"}
    assert {name for name, rules in shipped.items() if rules.log_check} == {"ma_ese"}
    months = shipped["nea_esp"].monthly_record
    assert months is not None
    assert months.months == ("09", "10", "11", "12", "01", "02", "03", "04", "05", "06")
    asked = {name: [audience for audience, _ in rules.region_surveys()] for name, rules in shipped.items()}
    assert (asked["masa"], asked["ma_ese"]) == (["contact"], ["administrator", "district"])
    assert not asked["nea_esp"]


@pytest.mark.parametrize(
    ("name", "table", "path"),
    [
        ("monthly_record", {**RECORD, "months": []}, "monthly_record.months"),
        ("monthly_record", {**RECORD, "months": ["9"]}, "monthly_record.months[0]"),
        ("monthly_record", {**RECORD, "months": ["13"]}, "monthly_record.months[0]"),
        ("monthly_record", {**RECORD, "months": ["09", "09"]}, "monthly_record.months[1]"),
        ("monthly_record", {**RECORD, "months": ["07"]}, "monthly_record.months[0]"),
        ("monthly_record", {**RECORD, "due": "some day"}, "monthly_record.due"),
        ("monthly_record", {**RECORD, "by": "mentee"}, "monthly_record.by"),
        ("monthly_record", {**RECORD, "ladder": []}, "monthly_record.ladder"),
        ("monthly_record", {**RECORD, "ladder": [RUNG]}, "monthly_record.ladder[0].step"),
        ("monthly_record", {**RECORD, "ladder": [LAST, LAST]}, "monthly_record.ladder[1].after_days"),
        (
            "monthly_record",
            {**RECORD, "ladder": [{**RUNG, "to": "both"}, LAST]},
            "monthly_record.ladder[0].to",
        ),
        (
            "monthly_record",
            {**RECORD, "ladder": [{**LAST, "after_days": 57}]},
            "monthly_record.ladder[0].after_days",
        ),
        ("monthly_record", without(RECORD, "cites"), "monthly_record.cites"),
        ("monthly_record", {**RECORD, "weeks": 3}, "monthly_record.weeks"),
        ("monthly_record", "yes", "monthly_record"),
        ("log_check", {**CHECK, "every": {"every": 0, "unit": "months"}}, "log_check.every.every"),
        ("log_check", {**CHECK, "every": {"every": -2, "unit": "weeks"}}, "log_check.every.every"),
        ("log_check", {**CHECK, "opens_days": 28}, "log_check.opens_days"),
        ("log_check", {**CHECK, "opens_days": 0}, "log_check.opens_days"),
        ("log_check", {**CHECK, "evidence": []}, "log_check.evidence"),
        ("log_check", {**CHECK, "findings": ["Not A Code"]}, "log_check.findings[0]"),
        ("log_check", {**CHECK, "evidence": ["no_words"]}, "labels.no_words"),
        ("log_check", {**CHECK, "ladder": [RUNG, LAST]}, "log_check.ladder[0].to"),
        ("region_contact", {"cites": ["MASA-3"], "look_days": 0}, "region_contact.look_days"),
        ("region_contact", {"cites": ["MASA-3"]}, "region_contact.look_days"),
        (
            "term_surveys",
            {**SURVEYS, "contact": {**SURVEY, "closes_days": 14}},
            "term_surveys.contact.closes_days",
        ),
        (
            "term_surveys",
            {**SURVEYS, "contact": {**SURVEY, "closes_days": 102}},
            "term_surveys.contact.closes_days",
        ),
        (
            "term_surveys",
            {**SURVEYS, "contact": {**SURVEY, "closes_days": 21}},
            "term_surveys.contact.ladder[1].after_days",
        ),
        ("term_surveys", {**SURVEYS, "teacher": "none"}, "term_surveys.teacher"),
    ],
)
def test_an_impossible_table_is_refused_at_its_field(name: str, table: Any, path: str) -> None:
    assert path in faults(**{name: table})


def test_a_rhythm_of_checks_that_falls_only_in_breaks_is_refused(tmp_path: Path) -> None:
    plain = data(log_check={**CHECK, "every": {"every": 5, "unit": "days"}, "opens_days": 3})
    read_program(plain)
    years = [
        {"name": "closed", "first": f"20{year}-{first}", "last": f"20{year}-{last}"}
        for year in range(25, 30)
        for first, last in (("01-01", "04-09"), ("04-10", "07-18"), ("07-19", "10-26"), ("10-27", "12-31"))
    ]
    closed = {**plain, "calendar": {**plain["calendar"], "breaks": years}}
    with pytest.raises(CodecError) as raised:
        read_program(closed)
    assert "log_check.every" in [fault.path for fault in raised.value.faults]


def test_show_says_what_is_due_in_a_term() -> None:
    assert "  contact.opens_days_before_end: 45   <- ours" in show("masa")
    assert "  months: 09, 10, 11, 12, 01, 02, 03, 04, 05, 06" in show("nea_esp")
    assert "  every: every 1, unit months   <- ours" in show("ma_ese")
