"""C36: several sheets of a workbook are all read, or somebody says which; nothing is left out without a word."""

import io
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import select

from activities.adapters.postgres import tables
from activities.adapters.postgres.writes.kept_answers import merged
from api_gateway.services.imports.lists import read_lists
from api_gateway.services.imports.reading import ReadLists
from api_gateway.services.imports.remembered import kept_rows
from domain.actors import Actor, Role
from domain.people.proposal.lists import Complete
from domain.people.proposal.questions import Answered
from tests.activities.files.roster.lists import workbook
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import PEOPLE, answer, propose, take_over
from tests.conftest import NOW

HEADING = PEOPLE.strip().split(",")
ANN, BO, CY = (
    [number, name, f"{name.lower()}@post.example", "principal", "Lake", "r1", ""]
    for number, name in (("M-1", "Ann"), ("M-2", "Bo"), ("M-3", "Cy"))
)
DAYS = ["key", "membership", "first", "last"]


def lists(raw: bytes, answers: dict[str, str] | None = None, **how: Any) -> ReadLists:
    actor = Actor(id="pia", role=Role.COORDINATOR)
    return read_lists(
        {"roster.xlsx": raw},
        **{
            "kinds": {},
            "remembered": (),
            "keys": {},
            "regions": {"r1": "Region 1"},
            "complete": None,
            "answers": {id: Answered(value=value, actor=actor) for id, value in (answers or {}).items()},
            **how,
        },
    )


def read_from(found: ReadLists) -> list[tuple[str, int, str]]:
    return [(row.at.file, row.at.row, row.key) for row in found.lists.rows]


def test_two_lists_of_people_are_both_read_or_one_as_somebody_says() -> None:
    raw = workbook(North=[HEADING, ANN], South=[HEADING, BO, CY])
    asked = lists(raw)
    [question] = asked.questions
    assert (question.id, question.answers, question.proposal) == (
        "roster.xlsx:sheet",
        ("all_sheets", "North", "South"),
        "all_sheets",
    )
    assert question.problem == (
        "roster.xlsx: The sheets “North”, “South” of this workbook can be lists of people. Are all of them read "
        "(all_sheets), or one alone? For some of them, delete the others in the workbook, and send it again."
    )
    assert (read_from(asked), asked.lists.people_wait_for) == ([], ("roster.xlsx:sheet",))
    both = lists(raw, {"roster.xlsx:sheet": "all_sheets"})
    assert read_from(both) == [
        ("roster.xlsx (North)", 2, "M-1"),
        ("roster.xlsx (South)", 2, "M-2"),
        ("roster.xlsx (South)", 3, "M-3"),
    ]
    assert both.remarks == ()
    one = lists(raw, {"roster.xlsx:sheet": "South"})
    assert read_from(one) == [("roster.xlsx", 2, "M-2"), ("roster.xlsx", 3, "M-3")]
    assert one.remarks == ("roster.xlsx: the sheet “North” is left out, since the sheet “South” was chosen.",)


def test_two_kinds_with_two_sheets_each_are_two_questions() -> None:
    held = [["M-1", "active", "2026-07-01", ""], ["M-2", "active", "2026-07-01", ""]]
    raw = workbook(
        North=[HEADING, ANN],
        South=[HEADING, BO],
        North_members=[DAYS, held[0]],
        South_members=[DAYS, held[1]],
        Mentors=[["key", "capacity"], ["M-1", 2]],
    )
    asked = lists(raw)
    assert [each.id for each in asked.questions] == [
        "roster.xlsx:sheet:people",
        "roster.xlsx:sheet:memberships",
    ]
    assert [row.at.file for row in asked.lists.rows] == ["roster.xlsx (Mentors)"]
    all_of = lists(raw, {each.id: "all_sheets" for each in asked.questions})
    assert [row.key for row in all_of.lists.rows] == ["M-1", "M-2", "M-1", "M-2", "M-1"]


def test_who_stands_on_two_sheets_shows_that_one_may_be_older() -> None:
    moved = [*ANN[:4], "Hill", *ANN[5:]]
    raw = workbook(May=[HEADING, ANN], June=[HEADING, moved, BO])
    [question] = lists(raw).questions
    assert question.proposal == ""
    assert "2 member numbers or addresses stand in more than one of them, such as" in question.problem


def test_what_is_no_list_and_what_is_hidden_is_named() -> None:
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True}) as book:
        for title, rows in (
            ("Read me", [["How to use this"]]),
            ("People", [HEADING, ANN]),
            ("Old", [HEADING, BO]),
            ("Pivot", [["Row Labels", "Sum of Places"], ["Lake", 3]]),
            ("Empty", []),
        ):
            sheet = book.add_worksheet(title)
            for at, cells in enumerate(rows):
                sheet.write_row(at, 0, cells)
        book.get_worksheet_by_name("Old").hide()
    found = lists(raw.getvalue())
    assert (found.questions, read_from(found)) == ((), [("roster.xlsx", 2, "M-1")])
    assert found.remarks == (
        "roster.xlsx: the sheets “Read me” and “Pivot” are left out, since by their headings they are no lists of "
        "people, memberships, mentors or applications. If one of them is, send it as a file of its own.",
        "roster.xlsx: the sheet “Old” is left out, since hidden sheets are not read. Show it in the workbook to have "
        "it read.",
    )


def test_sheets_whose_headings_nobody_knows_are_asked_about() -> None:
    raw = workbook(Cover=[["Our list"]], Data=[["Wer", "Post"], ["Ann", "ann@post.example"]])
    [question] = lists(raw).questions
    assert (question.id, question.answers, question.proposal) == (
        "roster.xlsx:sheet",
        ("all_sheets", "Cover", "Data"),
        "",
    )
    chosen = lists(raw, {"roster.xlsx:sheet": "Data"})
    assert [each.code for each in chosen.questions] == ["sheet", "kind"]


def test_headings_of_sheets_are_asked_about_once() -> None:
    head = ["Nr", "Who", "Mail", "Position", "District", "Area", "Boss", "Notes"]
    raw = workbook(North=[head, [*ANN, "x"]], South=[head, [*BO, "x"]])
    answers = {"roster.xlsx:sheet": "all_sheets"}
    asked = lists(raw, answers)
    [columns] = [each for each in asked.questions if each.code == "columns"]
    assert [(each.file, each.row) for each in columns.at] == [
        ("roster.xlsx (North)", 0),
        ("roster.xlsx (South)", 0),
    ]
    assert all(row.waits == (columns.id,) for row in asked.lists.rows)
    said = lists(raw, {**answers, columns.id: "yes"})
    assert [(row.key, row.waits) for row in said.lists.rows] == [("M-1", ()), ("M-2", ())]
    assert [each.code for each in said.questions] == ["sheet", "columns"]
    changed = lists(raw, {**answers, columns.id: "Notes = district; District = nothing"})
    assert [row.values["district"] for row in changed.lists.rows] == ["x", "x"]


def test_what_sheets_with_the_same_headings_are_is_asked_once() -> None:
    head = ["Member ID", "Name", "Email", "Title", "Class", "Member since"]
    raw = workbook(
        North=[head, ["M-1", "Ann", "ann@post.example", "principal", "active", "2026-07-01"]],
        South=[head, ["M-2", "Bo", "bo@post.example", "principal", "active", "2026-07-01"]],
    )
    answers = {"roster.xlsx:sheet": "all_sheets"}
    asked = lists(raw, answers)
    [kind] = [each for each in asked.questions if each.code == "kind"]
    assert {each.file for each in kind.at} == {"roster.xlsx (North)", "roster.xlsx (South)"}
    said = lists(raw, {**answers, kind.id: "people+memberships"})
    assert [(row.kind.value, row.key) for row in said.lists.rows] == [
        ("people", "M-1"),
        ("people", "M-2"),
        ("memberships", "M-1"),
        ("memberships", "M-2"),
    ]


@pytest.mark.parametrize("answered", [{}, {"roster.xlsx:sheet": "North"}])
def test_nobody_is_missing_while_a_sheet_of_members_may_be_read_too(answered: dict[str, str]) -> None:
    held = [["M-1", "active", "2026-07-01", ""], ["M-2", "active", "2026-07-01", ""]]
    raw = workbook(North=[DAYS, held[0]], South=[DAYS, held[1]])
    complete = Complete(classes=("active",), regions=("r1",))
    found = lists(raw, answered, complete=complete)
    assert (found.lists.complete is None) is (not answered)


def kept(found: ReadLists) -> list[dict[str, Any]]:
    """Return what is kept about lists once they have landed."""
    own = {"confirmed_by": "pia", "confirmed_at": NOW}
    return [{**row, **own, "answers": merged(None, row["answers"], NOW)} for row in kept_rows(found.maps)]


def test_which_sheets_are_read_is_kept_with_the_columns() -> None:
    raw = workbook(North=[HEADING, ANN], South=[HEADING, BO])
    for said, read in (("South", [("roster.xlsx", 2, "M-2")]), ("all_sheets", None)):
        first = lists(raw, {"roster.xlsx:sheet": said})
        again = lists(raw, remembered=kept(first))
        assert again.questions == ()
        assert read_from(again) == (read or read_from(first))
        [(question, known)] = again.kept
        assert (question.id, question.answer) == ("roster.xlsx:sheet", said)
        assert (known.value, known.by) == (said, "pia")
    changed = lists(raw, {"roster.xlsx:sheet": "North"}, remembered=kept(first))
    assert read_from(changed) == [("roster.xlsx", 2, "M-1")]
    assert [(each.id, each.answer) for each in changed.questions] == [("roster.xlsx:sheet", "North")]


@pytest.mark.parametrize("title", ["East", "South 2028"])
def test_other_sheets_are_asked_about_although_an_answer_is_kept(title: str) -> None:
    first = lists(workbook(North=[HEADING, ANN], South=[HEADING, BO]), {"roster.xlsx:sheet": "North"})
    other = lists(workbook(**{"North": [HEADING, ANN], title: [HEADING, CY]}), remembered=kept(first))
    assert [(each.id, each.answer) for each in other.questions] == [("roster.xlsx:sheet", "")]
    assert other.kept == ()


async def test_all_sheets_land(client: Client) -> None:
    term = await open_term(client)
    raw = workbook(North=[HEADING, ANN], South=[HEADING, BO, CY])
    proposal = (await propose(client, term, {"people": raw})).json()
    ready = await answer(client, proposal)
    assert ready["counts"]["new"] == 3
    assert (await take_over(client, ready)).json()["state"] == "done"
    async with client.office.database.transaction() as connection:
        keys = (await connection.execute(select(tables.person_keys.c.key))).scalars()
        assert {"M-1", "M-2", "M-3"} <= {*keys}
