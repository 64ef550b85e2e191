"""Program files on the command line: schema, show, diff."""

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from activities.adapters.files import program_files
from activities.adapters.files.program_files import SHIPPED, read_programs, shipped_files
from activities.adapters.files.toml_lines import ours_of
from domain.relationship.what_if import Difference, DifferenceKind
from domain.rules.program_file import CITING, NONE, OR_NONE
from domain.rules.schema import schema
from workers.__main__ import app
from workers.cli.doctor import _program_files
from workers.cli.programs import check as checking
from workers.cli.programs.what_if import Walked, lines
from workers.logs import configure_logs

TEXT = (SHIPPED / "masa.toml").read_text()
REGIONS = """
[regions.north.matching]
match_days = 5
[regions.north.agreement]
suggested_rhythm = { every = 2, unit = "weeks" } # ours
[regions.south.meetings]
follow_up_days = 3
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["programs", *arguments])


def with_words(text: str, code: str, english: str, spanish: str) -> str:
    """Return a file's text with the words for one more code."""
    text = text.replace("[labels]\n", f'[labels]\n{code} = "{english}"\n', 1)
    return text.replace("[words.es.labels]\n", f'[words.es.labels]\n{code} = "{spanish}"\n', 1)


@pytest.fixture
def draft(tmp_path: Path) -> str:
    """Write the file with two regions, one more topic and a longer time to name a mentor; return its path."""
    changed = TEXT.replace("match_days = 21", "match_days = 30").replace(
        '"law_and_policy", "own_growth"]', '"law_and_policy", "own_growth", "safety"]'
    )
    assert changed != TEXT
    path = tmp_path / "draft.toml"
    path.write_text(with_words(changed, "safety", "safety at school", "seguridad") + REGIONS)
    return str(path)


def test_the_schema_is_printed_as_json() -> None:
    printed = run("schema")
    assert printed.exit_code == 0
    assert json.loads(printed.output) == schema()


def test_show_prints_for_people_what_a_program_does() -> None:
    printed = run("show", "masa")
    assert printed.exit_code == 0
    lines = printed.output.splitlines()
    assert "[eligibility]  MASA-4, MASA-5, MASA-6" in lines
    assert "  mentee_classes: active (active member)" in lines
    assert "  special_decision_days: 21   <- ours" in lines
    assert "  cycle: first 08-01, last 06-30   <- ours" in lines
    assert "  mentor_stipend: on_confirmed + 30 days, from association to region by manual" in lines
    assert "  500.00 USD per mentor per year" in lines
    assert "  not executed yet: documents are kept until retention is built" in lines
    assert "  meeting[2]: after_days 14, step escalate, to coordinator" in lines


@pytest.mark.parametrize("path", shipped_files(), ids=lambda path: path.stem)
def test_every_shipped_program_can_be_shown_with_all_its_fields(path: Path) -> None:
    lines = run("show", path.stem).output.splitlines()
    shown = json.loads(run("show", path.stem, "--json").output)
    assert (
        sum(line.startswith("  ") for line in lines) >= sum(len(t["values"]) for t in shown["tables"]) > 100
    )
    absent = {name for name in OR_NONE if tomllib.loads(path.read_text())[name] == NONE}
    assert {table["name"].partition("[")[0] for table in shown["tables"]} >= set(CITING) - absent
    assert all(table["cites"] for table in shown["tables"] if table["name"] in CITING)


def test_money_of_every_kind_is_explained() -> None:
    told = run("show", "nea_esp").output
    assert "  not executed yet: comp_time" in told
    assert "  in kind: recorded, never paid" in told
    assert "  half a year: 1,250.00 USD" in run("show", "mass").output


def test_show_says_what_a_region_sets(draft: str) -> None:
    whole = run("show", draft).output
    assert "  match_days: 30   <- ours; region north sets 5" in whole
    north = run("show", draft, "--region", "north").output
    assert "  match_days: 5   <- set by region north; the program says 30" in north
    assert "suggested_rhythm: every 2, unit weeks   <- ours; set by region north" in north
    assert run("show", f"{draft}@north").output == north
    assert "region west sets nothing of its own" in run("show", draft, "--region", "west").output


def test_show_as_json_has_the_same_content_for_programs_to_read(draft: str) -> None:
    shown = json.loads(run("show", draft, "--region", "north", "--json").output)
    matching = next(table for table in shown["tables"] if table["name"] == "matching")
    assert "MASA-14" in matching["cites"]
    field = next(value for value in matching["values"] if value["path"] == "matching.match_days")
    assert (field["value"], field["program"], field["ours"]) == (5, 30, False)
    assert field["overridable"]
    money = next(table for table in shown["tables"] if table["name"] == "money[0]")
    amount = next(value for value in money["values"] if value["path"] == "money[0].amount_minor")
    assert amount["words"] == {"50000": "500.00 USD"}


def test_diff_names_each_key_that_differs(draft: str) -> None:
    printed = run("diff", "masa", draft)
    assert printed.exit_code == 1
    assert printed.output.splitlines() == [
        "labels.safety: not there -> safety at school",
        "matching.match_days: 21 -> 30",
        "meetings.topics: + safety",
        "regions.north.agreement.suggested_rhythm.every: not there -> 2",
        "regions.north.agreement.suggested_rhythm.unit: not there -> weeks",
        "regions.north.matching.match_days: not there -> 5",
        "regions.south.meetings.follow_up_days: not there -> 3",
        "words.es.labels.safety: not there -> seguridad",
    ]


def test_one_version_has_the_same_rules_in_all_checked_files(tmp_path: Path) -> None:
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    one.write_text(TEXT)
    other.write_text(TEXT.replace("match_days = 21", "match_days = 22"))
    printed = run("check", str(one), str(other))
    assert printed.exit_code == 1
    line = TEXT[: TEXT.index("\nversion = ")].count("\n") + 2
    fault = f"{other}:{line}: version: this version has other rules in one.toml; write another version"
    assert fault in printed.output.splitlines()
    other.write_text(other.read_text().replace('version = "2026.3"', 'version = "2026.4"', 1))
    assert run("check", str(one), str(other)).exit_code == 0
    other.write_text(TEXT)
    assert run("check", str(one), str(other)).exit_code == 0, "a copy says the same"


def test_a_file_of_the_office_is_named_for_its_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = tmp_path / "masa.toml", tmp_path / "other.toml"
    one.write_text(TEXT)
    other.write_text(TEXT.replace('version = "2026.3"', 'version = "2026.4"', 1))
    monkeypatch.setattr(checking, "shipped_files", lambda: (one, other))
    printed = run("check")
    assert printed.exit_code == 1
    fault = f"{other}:1: holds the program masa; name the file masa.toml, or remove it"
    assert fault in printed.output.splitlines()


def test_c46_doctor_and_console_name_a_program_that_stands_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty = tmp_path / "masa.toml"
    faulty.write_text("no line\n" + TEXT)
    files = read_programs([faulty, *(path for path in shipped_files() if path.stem != "masa")])
    monkeypatch.setattr(program_files, "read_programs", lambda: files)
    checked = _program_files()
    assert [(check.name, check.ok) for check in checked] == [
        ("Programs in use", True),
        ("Program file", False),
    ]
    assert checked[0].found == "ma_ese, mass, nea_esp, opsoa"
    assert checked[1].found.startswith(f"masa stands aside: {faulty}:1: not valid TOML: ")
    assert "`mentorflow programs check`" in checked[1].todo
    configure_logs(console=False)
    files.log()
    [line] = [json.loads(each) for each in capsys.readouterr().err.splitlines()]
    assert (line["event"], line["program"], line["where"]) == ("program stands aside", "masa", f"{faulty}:1")
    assert line["reason"].startswith("not valid TOML: ")


def test_c47_check_says_whether_a_term_opens_and_why_not() -> None:
    said = run("check").output.splitlines()
    years = "the years whose holidays it lists"
    assert any(
        re.fullmatch(rf"masa\.toml: terms open under it from \d{{4}} to \d{{4}}, {years}", line)
        for line in said
    )
    [closed] = [line for line in said if line.startswith("nea_esp.toml: no term opens under it")]
    assert closed.startswith(
        "nea_esp.toml: no term opens under it, because this version cannot carry out comp_time ("
    )


def test_two_regions_of_one_program_are_compared_by_their_rules(draft: str) -> None:
    printed = run("diff", f"{draft}@north", f"{draft}@south")
    assert printed.exit_code == 1
    assert printed.output.splitlines() == [
        "agreement.suggested_rhythm.every: 2 -> 1",
        "agreement.suggested_rhythm.unit: weeks -> months",
        "matching.match_days: 5 -> 30",
        "meetings.follow_up_days: 14 -> 3",
    ]


def test_diff_of_equal_files_prints_nothing_and_exits_0(tmp_path: Path) -> None:
    (tmp_path / "same.toml").write_text("# a remark\n" + TEXT)
    printed = run("diff", "masa", str(tmp_path / "same.toml"))
    assert (printed.exit_code, printed.output) == (0, "")


def test_money_is_compared_rule_by_rule_in_any_order(tmp_path: Path) -> None:
    start = TEXT.index("[[money]]")
    block = TEXT[start : TEXT.index("[[forms]]")]
    other = block.replace('kind = "mentor_stipend"', 'kind = "extra"').replace("50000", "100")
    path = tmp_path / "two.toml"
    path.write_text(with_words(TEXT[:start] + other + TEXT[start:], "extra", "an extra", "un extra"))
    lines = run("diff", "masa", str(path)).output.splitlines()
    assert "money[extra].amount_minor: not there -> 100" in lines
    assert not any("mentor_stipend" in line for line in lines)


def test_diff_says_that_a_region_sets_nothing() -> None:
    printed = run("diff", "masa", "masa@nowhere")
    assert (printed.exit_code, printed.stdout) == (0, "")
    assert printed.stderr == "region nowhere sets nothing of its own in masa\n"


@pytest.mark.parametrize("arguments", [("show", "none"), ("diff", "masa", "none"), ("what-if", "none.toml")])
def test_an_unknown_program_is_reported_and_exits_2(arguments: tuple[str, ...]) -> None:
    printed = run(*arguments)
    assert printed.exit_code == 2
    assert "write" in printed.output


def test_a_file_with_faults_is_not_compared(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(TEXT.replace("minimum = 4", "minimum = 0"))
    printed = run("diff", "masa", str(path))
    assert printed.exit_code == 2
    assert "meetings.minimum: write at least 1" in printed.output


def test_a_comment_marks_the_values_of_its_line_as_ours() -> None:
    text = (
        "a = 1 # ours\nb = 2 # said by the source\nc = [\n  1,\n  2,\n] # ours: both\n"
        '# ours: a sentence\nd = "# ours"\n[t]\nr = { every = 1, unit = "weeks" } # holding is ours\n'
    )
    assert ours_of(text) == {"a", "c", "c[0]", "c[1]", "t.r", "t.r.every", "t.r.unit"}


def test_what_a_draft_refuses_is_printed_in_words() -> None:
    at = datetime(2026, 8, 15, 14, tzinfo=UTC)
    refused = "refused: mentor_not_a_member"
    found = (
        Difference(kind=DifferenceKind.DECISION, seq=4, at=at, old="MatchProposed", new=refused),
        Difference(kind=DifferenceKind.DEADLINE, seq=4, at=at, old="a", new="b"),
    )
    shown = list(lines((Walked(relationship="5f" * 16, decisions=9, found=found),)))
    assert shown[0].endswith(
        f"MatchProposed  ->  {refused} (The mentor does not have a kind of membership that the program requires)"
    )
    assert shown[1].endswith("a  ->  b")
    assert shown[2] == "1 relationship, 9 decisions repeated; 1 with a difference"


def test_a_folder_instead_of_a_list_of_requirements_is_named(tmp_path: Path) -> None:
    ended = run("coverage", str(tmp_path))
    assert (ended.exit_code, ended.output) == (2, f"{tmp_path} is a folder; name a file in it\n")


def test_an_association_has_one_time_zone(tmp_path: Path) -> None:
    """Its staff get one digest a morning, at 09:00 of the association."""
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text(TEXT)
    other = TEXT.replace('program = "masa"', 'program = "second"', 1)
    two.write_text(other.replace("America/Chicago", "America/New_York"))
    found = checking.check((one, two))
    assert not found.ok
    assert found.lines[-1].endswith(
        ": calendar.timezone: one.toml names America/Chicago for the same association, whose staff get one list a "
        "morning for all programs; write one time zone in both"
    )
    two.write_text(other)
    assert checking.check((one, two)).ok
