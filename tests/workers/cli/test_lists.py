"""`mentorflow list` shows rows as a table or as JSON, and refuses a filter that a list does not have."""

import json

import pytest
from typer.testing import CliRunner

from tests.workers.cli.test_cli import answering
from workers.__main__ import app
from workers.cli.lists import LISTINGS, Noun
from workers.cli.table import table

PAIR = {
    "id": "9f2c" * 8,
    "mentee_name": "María López",
    "mentor_name": None,
    "region": "north",
    "stage": "matching",
    "stage_since": "2026-11-02T15:00:00Z",
    "status": "active",
    "next_due": "2026-11-20T23:59:00Z",
    "next_subject": "match",
}


def run(noun: str, *options: str, rows: tuple[object, ...] = (PAIR,)) -> list[str]:
    with answering(200, {"data": rows, "next": None}) as url:
        ended = CliRunner().invoke(app, ["list", noun, "--token", "t", "--url", url, *options])
    assert ended.exit_code == 0, ended.output
    return ended.stdout.splitlines()


def test_a_list_is_a_table_with_a_heading() -> None:
    heading, row = run("relationships", "maria", "--late", "--stage", "matching", "--region", "north")
    assert heading.split() == ["mentee", "mentor", "region", "stage", "since", "status", "next", "id"]
    assert row.startswith("María López          north")
    assert "2026-11-02" in row
    assert row.endswith("2026-11-20 match  " + PAIR["id"])
    assert heading.index("region") == row.index("north")


def test_an_amount_is_shown_in_its_currency() -> None:
    owed = {"mentor_name": "Bo", "amount_minor": 50050, "currency": "USD", "due_at": "2026-11-02T15:00:00Z"}
    assert "500.50 USD" in run("obligations", "--state", "due", rows=(owed,))[1]


def test_money_says_to_whom_it_is_paid_and_for_whom() -> None:
    owed = {"mentor_name": "Bo", "payee_name": "North", "amount_minor": 1, "currency": "USD"}
    heading, row = run("obligations", rows=(owed,))
    assert heading.startswith("mentor  paid to")
    assert row.split()[:2] == ["Bo", "North"]


@pytest.mark.parametrize("noun", ["people", "mentors"])
def test_people_and_mentors_stand_in_the_order_of_their_names(noun: str) -> None:
    names = ("Zoe Ek", "Åsa Lund", "bo Berg", "Ann Ek", None)
    rows = tuple(
        {"name": name, "id": "a" * 32, "person": "b" * 32, "taken": 0, "capacity": 1} for name in names
    )
    shown = run(noun, rows=rows)[2:]
    assert [line[:3] for line in shown] == ["Ann", "Åsa", "bo ", "Zoe"]


def test_who_left_or_died_is_marked() -> None:
    gone = (
        {"name": "Ann", "left_on": "2026-11-15"},
        {"name": "Bo", "left_on": "2026-11-15", "died_on": "2026-11-20"},
    )
    _, first, second = run("people", rows=gone)
    assert first.startswith("Ann (left 2026-11-15)")
    assert second.startswith("Bo (died 2026-11-20)")


def test_people_and_mentors_show_the_membership_and_whether_it_has_lapsed() -> None:
    held = {"class": "active", "first": "2020-07-01", "last": None, "lapsed": False, "ahead": False}
    lapsed = {**held, "class": "retired", "last": "2026-06-30", "lapsed": True, "classes": []}
    ahead = {**held, "first": "2027-07-01", "ahead": True, "classes": []}
    rows = (
        {"name": "Ann", "membership": {**held, "classes": ["active", "honorary"]}, "taken": 0, "capacity": 1},
        {"name": "Bo", "membership": lapsed, "taken": 0, "capacity": 1},
        {"name": "Cy", "membership": None, "taken": 0, "capacity": 1},
        {"name": "Di", "membership": ahead, "taken": 0, "capacity": 1},
    )
    for noun in ("people", "mentors"):
        heading, *lines = run(noun, rows=rows)
        at = heading.index("membership")
        shown = [line[at:].split("  ")[0].strip() for line in lines]
        assert shown == ["active, honorary", "retired, lapsed 2026-06-30", "", "active, from 2027-07-01"]


def test_mentors_show_their_number_since_when_they_serve_and_until_when_the_credential_holds() -> None:
    row = {
        "name": "Ann",
        "keys": ["00712", "00713"],
        "taken": 1,
        "capacity": 2,
        "trained_on": "2025-08-01",
        "person": "b" * 32,
    }
    row |= {"serving_since": "2025-09-01", "serving_until": None, "credential_until": "2027-06-30"}
    _, heading, line = ["", *run("mentors", rows=(row,))]
    for name, shown in (
        ("key", "00712 00713"),
        ("serving since", "2025-09-01"),
        ("serving until", ""),
        ("credential until", "2027-06-30"),
    ):
        at = heading.index(name)
        assert line[at : at + len("00712 00713")].strip() == shown


def test_an_entry_for_which_another_one_stands_is_marked() -> None:
    both = ({"name": "Mira Maple", "id": "a" * 32}, {"name": "Mira Mapel", "alias_of": "a" * 32})
    _, second, first = run("people", "mira", rows=both)
    assert first.startswith("Mira Maple  ")
    assert second.startswith("Mira Mapel (same person as aaaaaaaa)")


def test_a_list_counts_people_as_an_export_does_and_merged_entries_apart() -> None:
    """53 found, where the export had 52 rows."""
    both = ({"name": "Mira Maple", "id": "a" * 32}, {"name": "Mira Mapel", "alias_of": "a" * 32})
    with answering(200, {"data": both, "next": None}) as url:
        ended = CliRunner().invoke(app, ["list", "people", "--token", "t", "--url", url])
    assert ended.stderr == "1 found; 1 more entry is the same person as another one\n"


def test_a_list_as_json_has_all_fields() -> None:
    [line] = run("relationships", "--json")
    assert json.loads(line) == [PAIR]


def test_a_list_with_nothing_in_it_says_so() -> None:
    with answering(200, {"data": [], "next": None}) as url:
        ended = CliRunner().invoke(app, ["list", "people", "nobody", "--token", "t", "--url", url])
    assert (ended.stdout, ended.stderr, ended.exit_code) == ("", "nothing found\n", 0)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["people", "--late"], "--late is not a filter of people; use --region, --role"),
        (["terms", "--stage", "meetings"], "--stage is not a filter of terms; use --region, --late"),
        (["digests", "--status", "sent"], "--status is not a filter of digests; it has none"),
        (["pairs"], "'people', 'mentors', 'relationships', 'obligations', 'terms', 'emails'"),
    ],
)
def test_a_filter_that_a_list_does_not_have_is_refused(options: list[str], expected: str) -> None:
    ended = CliRunner().invoke(app, ["list", *options, "--token", "t"], env={"COLUMNS": "200"})
    assert ended.exit_code == 2
    assert expected in " ".join(ended.output.replace("│", " ").split())


@pytest.mark.parametrize("noun", Noun)
def test_every_list_can_show_a_row_that_knows_nothing(noun: Noun) -> None:
    empty = {"amount_minor": 0, "currency": "USD", "taken": 0, "capacity": 0}
    assert len(table(LISTINGS[noun].columns, [empty])) == 2
