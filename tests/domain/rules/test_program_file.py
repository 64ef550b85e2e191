"""Program files: what is refused, where the fault is found, and what the rules look like as a text for a workflow."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from activities.adapters.files.program_files import (
    SHIPPED,
    ProgramFileError,
    load_programs,
    read_file,
    read_programs,
)
from activities.adapters.files.toml_lines import lines_of
from domain.rules.canonical_json import rules_digest, rules_from_text, rules_text
from domain.rules.money import Trigger
from domain.rules.program import DeadlineKind
from domain.rules.program_file import ProgramFile, not_executed, read_program
from domain.term.opening import open_to_terms
from tests.domain.builders import RULES
from workers.cli.programs import check

MASA = SHIPPED / "masa.toml"
OTHER = Path(__file__).parent / "programs" / "on_completion.toml"
TEXT = MASA.read_text()
Refused = Callable[[str, str], list[str]]


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    """Return a function that replaces a piece of the MASA file once and returns the faults as lines."""

    def change(old: str, new: str) -> list[str]:
        assert old in TEXT
        file = tmp_path / "program.toml"
        file.write_text(TEXT.replace(old, new, 1))
        with pytest.raises(ProgramFileError) as raised:
            read_file(file)
        return [str(fault).removeprefix(f"{tmp_path}/") for fault in raised.value.faults]

    return change


def line_of(piece: str) -> int:
    return TEXT[: TEXT.index(piece)].count("\n") + 1


OPTIONAL = ("audience", "repeats", "kept_as", "signatures", "contradict_days", "still_looking_weeks")


def single_line_keys() -> Iterator[tuple[str, int]]:
    """Yield each required key of the MASA file that has a line of its own, with the line of its table's header."""
    table, header, numbers = "", 1, dict[str, int]()
    for number, line in enumerate(TEXT.splitlines(), 1):
        if line.startswith("["):
            table, header = line.strip("[] "), number
            if line.startswith("[["):
                numbers[table] = numbers.get(table, -1) + 1
                table = f"{table}[{numbers[table]}]"
        elif table == "retention.documents":
            continue  # its keys are the program's own codes; another test removes them
        elif " = " in line and line[0].isalpha() and not line.rstrip().endswith("["):
            key = line.split(" = ")[0]
            path = f"{table}.{key}" if table else key
            if key not in OPTIONAL and (table != "aims" or key == "cites"):
                yield path, header if table else 1


def test_every_shipped_file_can_be_used() -> None:
    assert set(load_programs()) == {path.stem for path in SHIPPED.glob("*.toml")}


@pytest.mark.parametrize(("path", "header"), list(single_line_keys()))
def test_a_missing_field_is_refused_at_the_line_of_its_table(path: str, header: int, tmp_path: Path) -> None:
    key = path.rsplit(".", 1)[-1]
    lines = TEXT.splitlines()
    at = next(n for n in range(header - 1, len(lines)) if lines[n].startswith(f"{key} = "))
    file = tmp_path / "program.toml"
    file.write_text("\n".join([*lines[:at], *lines[at + 1 :]]))
    with pytest.raises(ProgramFileError) as raised:
        read_file(file)
    found = {fault.path: fault for fault in raised.value.faults}
    assert path in found
    assert found[path].line == header
    assert "missing; write" in found[path].problem or "empty" in found[path].problem


@pytest.mark.parametrize(
    "table", ["calendar", "survey", "meetings", "wording", "policies", "labels", "aims", "[money]"]
)
def test_a_missing_table_is_refused(table: str, tmp_path: Path) -> None:
    lines = TEXT.splitlines()
    start = lines.index(f"[{table}]")
    end = next((n for n in range(start + 1, len(lines)) if lines[n].startswith("[")), len(lines))
    file = tmp_path / "program.toml"
    file.write_text("\n".join([*lines[:start], *lines[end:]]))
    with pytest.raises(ProgramFileError) as raised:
        read_file(file)
    assert (table.strip("[]"), 1) in {(fault.path, fault.line) for fault in raised.value.faults}


def test_an_unknown_key_is_named_with_its_line(refused: Refused) -> None:
    line = line_of("match_days = 21")
    found = refused("match_days = 21", "match_weeks = 3\nmatch_days = 21")
    assert found == [f"program.toml:{line}: matching.match_weeks: unknown key; remove it"]


def test_all_faults_are_reported_at_once_and_in_the_order_of_lines(refused: Refused) -> None:
    found = refused(
        TEXT[TEXT.index("[survey]") : TEXT.index("[recognition]")], '[survey]\ndue_days = "soon"\n'
    )
    assert [fault.split(": ")[1] for fault in found] == [
        "survey.cites",
        "survey.opens_days_before_end",
        "survey.closes_days",
        "survey.due_days",
    ]


CONTRADICTIONS = [
    ('association = "masa"', 'association = "Masa!"', "association"),
    ('refusals = "by_person"', 'refusals = "by_nobody"', "refusals"),
    ("minimum_face_to_face = 1", "minimum_face_to_face = 9", "meetings.minimum_face_to_face"),
    (
        'face_to_face_modes = ["in_person"]',
        'face_to_face_modes = ["by_boat"]',
        "meetings.face_to_face_modes[0]",
    ),
    ('face_to_face_modes = ["in_person"]', "face_to_face_modes = []", "meetings.face_to_face_modes"),
    ("longest_minutes = 480", "longest_minutes = 5", "meetings.longest_minutes"),
    ("minimum = 4", "minimum = 0", "meetings.minimum"),
    ("opens_days_before_end = 45", "opens_days_before_end = 400", "survey.opens_days_before_end"),
    ("suggested_rhythm = { every = 1", "suggested_rhythm = { every = 3", "agreement.suggested_rhythm"),
    ("slowest_rhythm = { every = 2", "slowest_rhythm = { every = 0", "agreement.slowest_rhythm.every"),
    ('unit = "months" } # ours: "reg', 'unit = "moons" } # ours: "reg', "agreement.slowest_rhythm.unit"),
    ("closes_days = 35", "closes_days = 10", "survey.closes_days"),
    ("closes_days = 35", "closes_days = 20", "ladders.survey[1].after_days"),
    ("match_days = 21", "match_days = 0", "matching.match_days"),
    ("still_looking_weeks = 4", "still_looking_weeks = 0", "matching.still_looking_weeks"),
    ("still_looking_weeks = 4", "still_looking_weeks = 27", "matching.still_looking_weeks"),
    ('"new_to_role_in_state"]', '"new_to_role"]', "eligibility.reasons[1]"),
    ('reasons = ["new_to_role", "new_to_role_in_state"]', "reasons = []", "eligibility.reasons"),
    ('"left_role"', '"Left Role"', "ending_reasons[1]"),
    ('timezone = "America/Chicago"', 'timezone = "America/Lake"', "calendar.timezone"),
    ("first = 2025-12-22, last = 2026-01-02", "first = 2026-01-02, last = 2025-12-22", "calendar.breaks[3]"),
    (
        "first = 2025-12-22, last = 2026-01-02",
        "first = 2025-12-22, last = 2026-05-02",
        "calendar.breaks[3].last",
    ),
    ("first = 2025-12-22, last", "first = 2025-10-17, last", "calendar.breaks[3].first"),
    ("2026-01-19, 2026-02-16", "2026-02-16, 2026-01-19", "calendar.holidays[14]"),
    (
        'follow_up = [{ after_days = 3, step = "escalate"',
        'follow_up = [{ after_days = 3, step = "remind"',
        "ladders.follow_up[0].step",
    ),
    ("follow_up = [{", "folow_up = [{", "ladders.folow_up"),
    ("follow_up = [{", "completion = [{", "ladders.completion"),
    (
        'after_days = 5, step = "remind", to = "mentor"',
        'after_days = 0, step = "remind", to = "mentor"',
        "ladders.first_contact[1].after_days",
    ),
    (
        'after_days = 5, step = "remind", to = "mentor"',
        'after_days = 5, step = "escalate", to = "coordinator"',
        "ladders.first_contact[1].step",
    ),
    (
        'after_days = 5, step = "remind", to = "mentor"',
        'after_days = 5, step = "remind", to = "late"',
        "ladders.first_contact[1].to",
    ),
    (
        'after_days = 10, step = "escalate", to = "coordinator"',
        'after_days = 10, step = "escalate", to = "both"',
        "ladders.first_contact[2].to",
    ),
    (
        'match = [\n    { after_days = 0, step = "remind", to = "coordinator"',
        'match = [\n    { after_days = 0, step = "remind", to = "both"',
        "ladders.match[0].to",
    ),
    (
        'after_days = 10, step = "escalate", to = "coordinator"',
        'after_days = 400, step = "escalate", to = "coordinator"',
        "ladders.first_contact[2].after_days",
    ),
    ('trigger = "on_confirmed"', 'trigger = "on_full_moon"', "money[0].trigger"),
    ('rail = "manual"', 'rail = "pigeon"', "money[0].rail"),
    ('evidence = ["match_confirmed"]', 'evidence = ["rumor"]', "money[0].evidence[0]"),
    ("amount_minor = 50000", "amount_minor = 500.00", "money[0].amount_minor"),
    ("amount_minor = 50000", "amount_minor = 0", "money[0].amount_minor"),
    ('currency = "USD"', 'currency = "EUR"', "money[0].currency"),
    ('unit = "per_mentor_per_year"', 'unit = "per_hour"', "money[0].unit"),
    ('early_end = "none"', 'early_end = "prorata"', "money[0].proration_early_end"),
    ('clawback = "none"', 'clawback = "always"', "policies.clawback"),
    ("mentor_capacity = 2", "mentor_capacity = 0", "policies.mentor_capacity"),
    ('budget = "budget and finance"\n', "", "labels.budget"),
    ("[labels]\n", '[labels]\nunused = "words"\n', "labels.unused"),
    ('"matching.match_days",', '"matching.moon_days",', "overridable[1]"),
    ('first = "08-01"', 'first = "02-29"', "cycle"),
    ('last = "06-30"', 'last = "08-01"', "cycle"),
    ('cites = ["MASA-23"]', 'cites = ["the text"]', "survey.cites[0]"),
    ('program = "masa"', 'program = "MASA!"', "program"),
]


@pytest.mark.parametrize(("old", "new", "path"), CONTRADICTIONS)
def test_a_contradiction_is_refused_with_its_path_and_line(
    old: str, new: str, path: str, refused: Refused
) -> None:
    changed = TEXT.replace(old, new, 1)
    lines = lines_of(changed)
    nearest = lines.get(path) or lines[path.split(".")[0]]
    assert any(fault.startswith(f"program.toml:{nearest}: {path}: ") for fault in refused(old, new))


def test_a_file_that_is_not_toml_or_not_text_is_refused_with_its_line(tmp_path: Path) -> None:
    broken, latin = tmp_path / "broken.toml", tmp_path / "latin.toml"
    broken.write_text("program = 'x'\nversion =\n")
    latin.write_bytes("program = 'x'\ntitle = 'é'\n".encode("latin-1"))
    for file in (broken, latin):
        with pytest.raises(ProgramFileError) as raised:
            read_file(file)
        assert [fault.line for fault in raised.value.faults] == [2]
    with pytest.raises(ProgramFileError, match="cannot be read"):
        read_file(tmp_path / "none.toml")


def test_a_program_is_in_the_file_of_its_name_only(tmp_path: Path) -> None:
    (twin := tmp_path / "twin.toml").write_text(TEXT)
    files = read_programs([MASA, twin])
    assert set(files.usable) == {"masa"}
    assert list(files.lines()) == [
        f"twin stands aside: {twin}:1: holds the program masa; name the file masa.toml, or remove it"
    ]


def test_lines_are_found_in_every_form_that_toml_knows() -> None:
    lines = lines_of(
        'a = 1\n"b c" = """x = 1\n[no]\n"""\nd.e = [1, # ]\n  { f = "]" },\n]\n'
        "[[g]]\nh = 1\n[[g]]\nh = 2979-05-27\n[g.i]\nj = '#'\n"
    )
    assert lines["a"] == 1
    assert lines["b c"] == 2
    assert (lines["d.e"], lines["d.e[1].f"]) == (5, 6)
    assert (lines["g[0].h"], lines["g[1].h"], lines["g[1].i.j"]) == (9, 11, 13)


def test_rules_come_back_whole_from_their_text_and_are_parsed_once() -> None:
    for rules in (RULES, read_file(MASA).rules, read_file(OTHER).rules):
        text = rules_text(rules)
        assert text.isascii()
        assert rules_from_text(text) == rules
        assert rules_from_text(text) is rules_from_text(text)
        assert rules_text(rules_from_text(text)) == text


def test_the_digest_depends_on_the_meaning_and_not_on_the_layout(tmp_path: Path) -> None:
    moved = tmp_path / "program.toml"
    moved.write_text("# a remark\n" + TEXT.replace("budget and finance", "money"))
    digests = [rules_digest(rules_text(read_file(file).rules)) for file in (MASA, moved)]
    assert digests[0] == digests[1]
    changed = replace(RULES, version="2")
    assert rules_digest(rules_text(changed)) != rules_digest(rules_text(RULES))


def test_a_later_version_may_add_keys_to_the_text_of_rules() -> None:
    text = rules_text(RULES).replace('{"agreement":', '{"added_later":true,"agreement":', 1)
    assert rules_from_text(text) == RULES


def with_region(own: dict[str, Any]) -> ProgramFile:
    return read_program(tomllib.loads(TEXT) | {"regions": {"r3": own}})


def test_a_region_overrides_what_the_program_leaves_to_it() -> None:
    file = with_region(
        {"matching": {"match_days": 30}, "agreement": {"suggested_rhythm": {"every": 2, "unit": "weeks"}}}
    )
    assert file.rules_for("r3").matching.match_days == 30
    assert file.rules_for("r3").agreement.suggested_rhythm.every == 2
    assert file.rules_for("r4") == file.rules
    assert file.rules.matching.match_days == 21


@pytest.mark.parametrize(
    ("own", "fault"),
    [
        ({"survey": {"due_days": 3}}, "regions.r3.survey.due_days: not in overridable"),
        ({"money": []}, "regions.r3.money: not in overridable"),
        ({"matching": {"match_days": 0}}, "regions.r3.matching.match_days: write a number of days"),
        ({"matching": {"match_days": "soon"}}, "regions.r3.matching.match_days: write a whole number"),
        ({"meetings": {"topics": ["new_topic"]}}, "labels.new_topic: missing"),
    ],
)
def test_a_region_that_overrides_too_much_or_wrongly_is_refused(own: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault.replace(".", r"\.")):
        with_region(own)


def test_money_that_cannot_be_carried_out_loads_and_is_listed(tmp_path: Path) -> None:
    file = tmp_path / "program.toml"
    file.write_text(TEXT.replace('trigger = "on_confirmed"', 'trigger = "on_list_accepted"'))
    program = read_file(file)
    assert program.rules.money[0].trigger is Trigger.ON_LIST_ACCEPTED
    assert not open_to_terms(program)
    assert not_executed(program)[0] == (
        "money[0]",
        "mentor_stipend (on_list_accepted, per_mentor_per_year, manual)",
    )
    checked = check.check([file])
    assert checked.ok
    assert any("not executed yet: mentor_stipend" in line for line in checked.lines)
    assert checked.ok
    assert checked.lines[-1] == (
        "program.toml: no term opens under it, because this version cannot carry out "
        "mentor_stipend (on_list_accepted, per_mentor_per_year, manual)"
    )
    assert open_to_terms(read_file(MASA))


def test_check_prints_file_line_path_and_what_to_write(tmp_path: Path) -> None:
    file = tmp_path / "program.toml"
    file.write_text(TEXT.replace("sign_days = 21 # ours\n", ""))
    checked = check.check([MASA, file])
    assert not checked.ok
    assert (
        f"{file}:{line_of('[agreement]')}: agreement.sign_days: missing; write a whole number"
        in checked.lines
    )
    assert checked.lines[0].startswith("masa.toml: MASA Mentor Program, version")


def test_masa_says_what_its_text_says() -> None:
    masa = read_file(MASA)
    rules = masa.rules
    assert rules.eligibility.reasons == ("new_to_role", "new_to_role_in_state")
    assert rules.matching.mentor_classes == ("active", "retired")
    (stipend,) = rules.money
    assert (stipend.amount_minor, stipend.currency, stipend.payee_kind) == (50000, "USD", "region")
    assert stipend.executed
    assert rules.meetings.minimum_face_to_face >= 1
    assert [rung.after_days for rung in rules.ladder(DeadlineKind.MEETING)] == [0, 7, 14]
    assert masa.frame.cycle.term(2027).last == date(2028, 6, 30)
    assert "MASA-18" in masa.citations["money[0]"]


def test_every_value_that_is_ours_says_so_where_the_text_is_silent() -> None:
    silent = ("minimum = 4", "mentor_capacity", "due_days = 30", "early_end", 'unit = "per_mentor_per_year"')
    for piece in silent:
        line = TEXT.splitlines()[line_of(piece) - 1]
        assert "# ours" in line
