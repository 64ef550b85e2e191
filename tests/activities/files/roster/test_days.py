"""Dates as people write them (C39, C40)."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.adapters.files.roster.columns import RosterKind
from activities.adapters.files.roster.dates import NoDate, Numbers, read_day
from tests.activities.files.roster.lists import MEMBERSHIPS, codes, read, values

THIRD = date(2026, 4, 3)


def column(*cells: str, **choices: str) -> tuple[list[date | None], list[tuple[str, str]], list[str]]:
    """Return the days of a column, its questions with what the reader goes by, and the codes of its faults."""
    text = MEMBERSHIPS + "".join(f'{n},active,"{cell}",\n' for n, cell in enumerate(cells))
    file = read(text, choices={f"date_order:{name}": order for name, order in choices.items()})
    asked = [(question.id, question.proposal) for question in file.questions]
    return [row.get("first") for row in values(file)], asked, [code for code, _, _ in codes(file)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-03", "2026/04/03", "2026-4-3", "3.4.2026", "03.04.2026", "Apr 3, 2026", "April 3 2026", "apr. 3, 2026",
        "3 April 2026", "3-Apr-2026", "3rd of April, 2026", "3 de abril de 2026", "Friday, April 3, 2026",
        "2026-04-03T00:00:00", "2026-04-03 14:02:11", "Apr 3, 2026 2:05 PM",
    ],
)  # fmt: skip
def test_c39_a_date_with_one_meaning_is_read(text: str) -> None:
    assert column(text) == ([THIRD], [], [])


def test_c39_a_date_that_can_be_two_is_asked_about_once_for_the_column() -> None:
    days, asked, faults = column("3/4/2026", "5/6/2026", "2026-01-01")
    assert (days, asked, faults) == ([None, None, date(2026, 1, 1)], [("date_order:first", "")], [])
    assert column("3/4/2026", first="day_first") == ([THIRD], [], [])
    assert column("4/3/2026", first="month_first") == ([THIRD], [], [])
    file = read(MEMBERSHIPS + "1,active,3/4/2026,\n")
    assert file.rows[0].waits_for == ("date_order:first",)
    assert file.questions[0].answers == ("day_first", "month_first")
    assert file.questions[0].rows == (2,)


def test_c39_a_column_with_one_possible_order_is_read_so_and_asked_about() -> None:
    assert column("3/4/2026", "13/4/2026")[:2] == (
        [THIRD, date(2026, 4, 13)],
        [("date_order:first", "day_first")],
    )
    assert column("4/3/2026", "4/13/2026")[1] == [("date_order:first", "month_first")]


def test_c39_a_column_that_contradicts_itself_is_asked_about_and_the_others_refused() -> None:
    assert column("13/4/2026", "4/13/2026", "1/2/2026")[1] == [("date_order:first", "")]
    assert column("13/4/2026", "4/13/2026", first="day_first")[2] == ["date_in_other_order"]


def test_c39_equal_numbers_have_one_meaning() -> None:
    assert column("4/4/2026") == ([date(2026, 4, 4)], [], [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-W10-3", "bad_date"),
        ("2026-060", "bad_date"),
        ("0202-07-01", "year_out_of_range"),
        ("2202-07-01", "year_out_of_range"),
        ("1/2/0026", "year_out_of_range"),
        ("3/4/26", "short_year"),
        ("3-Apr-26", "short_year"),
        ("2026-02-30", "bad_date"),
        ("31/31/2026", "bad_date"),
        ("46115", "date_as_number"),
        ("Foo 3, 2026", "bad_date"),
        ("next week", "bad_date"),
    ],
)
def test_c40_what_is_no_date_is_refused_with_an_example_and_the_cells_format(text: str, code: str) -> None:
    file = read(MEMBERSHIPS + f'1,active,"{text}",\n')
    assert codes(file) == [(code, "first", (2,))]
    assert "2026-04-03" in file.faults[0].problem
    assert "open Format Cells, choose Date" in file.faults[0].problem
    assert f"“{text}”" in file.faults[0].line()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2020-02-31", "There is no 31 February 2020: that month has 29 days. Check the day."),
        ("2/31/2021", "There is no 31 February 2021: that month has 28 days. Check the day."),
        ("2020-13-01", "There is no month 13. Check the month."),
    ],
)
def test_a_day_that_does_not_exist_is_named(text: str, problem: str) -> None:
    assert read(MEMBERSHIPS + f"1,active,{text},\n").faults[0].problem.startswith(problem)


def test_a_question_about_dates_names_its_column() -> None:
    [question] = read(MEMBERSHIPS + "1,active,3/4/2026,\n").questions
    assert "column “first”" in question.problem


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_from_its_usual_forms(day: date) -> None:
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%B %d, %Y", "%d %b %Y"):
        assert read_day(day.strftime(form)) == day


@given(st.text(alphabet="0123456789/-. :TZabcdefjmnprvy,", max_size=24))
def test_no_text_breaks_the_reader_of_dates(text: str) -> None:
    with suppress(NoDate):
        found = read_day(text)
        assert isinstance(found, date | Numbers)
        assert 1900 <= found.year <= 2100


# C39
def test_dates_that_contradict_each_other_name_the_cells_of_the_smaller_group() -> None:
    [question] = read(
        MEMBERSHIPS + "1,active,13/4/2020,\n2,active,14/4/2020,\n3,active,07/13/2020,\n4,active,1/2/2020,\n"
    ).questions
    assert question.problem == (
        "The dates of the column “first” contradict each other: “13/4/2020” in row 2 can only have the day first, and "
        "only row 4 says “07/13/2020”. Which is first, the day or the month? Then correct the others in the file."
    )


def test_a_question_about_the_order_of_dates_asks_for_no_yes() -> None:
    for texts in (("3/4/2026",), ("3/4/2026", "13/4/2026")):
        rows = "".join(f"{at},active,{text},\n" for at, text in enumerate(texts))
        [question] = read(MEMBERSHIPS + rows).questions
        assert question.problem.endswith("Which is first, the day or the month?")


@pytest.mark.parametrize(
    ("text", "day"), [("13/4/2026", date(2026, 4, 13)), ("4/13/2026", date(2026, 4, 13))]
)
def test_dates_that_are_days_in_one_order_only_are_read_and_not_asked_about(text: str, day: date) -> None:
    file = read(MEMBERSHIPS + f"1,active,{text},\n2,active,2026-05-01,\n")
    assert (file.questions, [each["first"] for each in values(file)]) == ((), [day, date(2026, 5, 1)])


# C39
def test_a_day_that_does_not_exist_shows_no_order() -> None:
    days, asked, faults = column("31/02/2021", "3/4/2026")
    assert (days, asked, faults) == ([None], [("date_order:first", "")], ["bad_date"])


# C39
def test_one_slip_among_many_dates_proposes_no_order() -> None:
    cells = [f"7/{day}/2015" for day in (1, 2, 3, 4, 5, 6, 8, 9, 10, 11)]
    days, asked, faults = column(*cells, "13/08/2026")
    assert (asked, faults) == ([("date_order:first", "")], [])
    assert set(days) == {None}
    text = MEMBERSHIPS + "".join(f"{n},active,{cell},\n" for n, cell in enumerate([*cells, "13/08/2026"]))
    [question] = read(text).questions
    assert question.problem == (
        "The dates of the column “first” can be read in two ways, such as “7/1/2015”; “13/08/2026” in row 12 can only "
        "have the day first, which may be a slip. Which is first, the day or the month? Then correct the others in "
        "the file."
    )


# C39
def test_the_days_that_the_office_knows_say_which_order_it_is_and_the_slip_is_refused() -> None:
    text = MEMBERSHIPS + "1,active,07/01/2015,\n2,active,09/05/2018,\n3,active,13/08/2026,\n"
    days = {"1": {date(2015, 7, 1)}, "2": {date(2018, 9, 5)}}
    file = read(text, known=("1", "2", "3"), days=days)
    [question] = file.questions
    assert (question.proposal, values(file)) == (
        "month_first",
        [
            {"key": "1", "membership": "active", "first": date(2015, 7, 1)},
            {"key": "2", "membership": "active", "first": date(2018, 9, 5)},
        ],
    )
    assert question.problem == (
        "The dates of the column “first” contradict each other: “13/08/2026” in row 4 can only have the day first. 2 "
        "of them are days that the office knows of the person if the month is first. Which is first, the day or the "
        "month? Then correct the others in the file."
    )
    assert codes(file) == [("date_in_other_order", "first", (4,))]
    assert codes(read(text, choices={"date_order:first": "month_first"}, known=("1",), days=days)) == codes(
        file
    )


# C39
def test_days_that_the_office_knows_settle_dates_that_can_be_read_in_two_ways() -> None:
    text = MEMBERSHIPS + "1,active,07/01/2015,\n2,active,09/05/2018,\n"
    [question] = read(text, known=("1", "2"), days={"1": {date(2015, 1, 7)}}).questions
    assert question.proposal == "day_first"
    assert question.problem == (
        "The dates of the column “first” seem to have the day first. 1 of them is a day that the office knows of the "
        "person if the day is first. Which is first, the day or the month?"
    )
    both = {"1": {date(2015, 1, 7), date(2015, 7, 1)}}
    assert read(text, known=("1", "2"), days=both).questions[0].proposal == ""


# C39
def test_of_dates_that_contradict_each_other_the_order_of_most_is_proposed() -> None:
    assert column("13/4/2026", "14/4/2026", "4/13/2026", "1/2/2026")[1:] == (
        [("date_order:first", "day_first")],
        ["date_in_other_order"],
    )


def test_a_column_that_shows_no_order_has_that_of_the_one_beside_it() -> None:
    """Start 07/01/2026, and in the same row End 06/30/2026."""
    text = "Number,Type,Start,End\n0804,Active,07/01/2026,06/30/2027\n"
    file = read(text, kind=RosterKind.MEMBERSHIPS)
    [start] = [each for each in file.questions if each.code == "date_order"]
    assert start.proposal == "month_first", "the other column has one meaning only"
    assert start.problem == (
        "The dates of the column “Start” seem to have the month first, as in the column “End”. Which is first, the day "
        "or the month?"
    )
    assert values(file)[0]["first"] == date(2026, 7, 1)


def test_two_other_columns_that_contradict_each_other_show_nothing() -> None:
    text = "key,serving_since,serving_until,trained_on\n1,13/1/2020,1/13/2030,3/4/2026\n"
    trained = [each for each in read(text).questions if each.column == "trained_on"]
    assert [each.proposal for each in trained] == [""]


# C39
def test_an_earlier_answer_about_dates_is_asked_again_where_the_list_speaks_against_it() -> None:
    text = (
        MEMBERSHIPS
        + "1,active,01/07/2015,\n2,active,05/09/2018,\n3,active,15/08/2026,\n4,active,05/01/2027,\n"
    )
    days = {"1": {date(2015, 7, 1)}, "2": {date(2018, 9, 5)}}
    file = read(text, known=("1", "2"), days=days, earlier={"date_order:first": "month_first"})
    [question] = file.questions
    assert (question.id, question.proposal, codes(file)) == ("date_order:first", "day_first", [])
    assert question.problem == (
        "For an earlier list with these headings the answer was that the month is first; this list speaks against it. "
        "The dates of the column “first” seem to have the day first, because row 4 says “15/08/2026”. 2 of them are "
        "days that the office knows of the person if the day is first. Which is first, the day or the month?"
    )
    assert values(file)[3]["first"] == date(2027, 1, 5)


# C39
def test_an_earlier_answer_about_dates_holds_where_nothing_speaks_against_it() -> None:
    for text in ("3/4/2026", "4/3/2026"):
        file = read(MEMBERSHIPS + f"1,active,{text},\n", earlier={"date_order:first": "month_first"})
        assert (file.questions, codes(file)) == ((), [])
    agreed = read(
        MEMBERSHIPS + "1,active,3/4/2026,\n",
        known=("1",),
        days={"1": {date(2026, 3, 4)}},
        earlier={"date_order:first": "month_first"},
    )
    assert (agreed.questions, values(agreed)[0]["first"]) == ((), date(2026, 3, 4))


# C39
def test_a_cell_that_is_no_day_by_an_earlier_answer_says_where_the_order_comes_from() -> None:
    cells = [f"{month}/2/2015" for month in (1, 3, 4, 5, 6, 7, 8, 9, 10, 11)]
    text = MEMBERSHIPS + "".join(f"{n},active,{cell},\n" for n, cell in enumerate([*cells, "15/08/2026"]))
    file = read(text, earlier={"date_order:first": "month_first"})
    assert (file.questions, codes(file)) == ((), [("date_in_other_order", "first", (12,))])
    assert file.faults[0].problem.startswith(
        "There is no such day if the first number is the month, as it was answered for an earlier list with these "
        "headings. Write the date as 2026-04-03"
    )
    assert file.faults[0].problem.endswith(
        "If the earlier answer is wrong, answer list.csv:memberships:date_order:first otherwise, on the command line "
        "with --answers FILE."
    )


def test_a_column_beside_one_that_speaks_against_the_earlier_answers_is_asked_about_again() -> None:
    text = "Number,Type,Start,End\n0804,Active,07/01/2026,30/06/2027\n"
    earlier = {"date_order:first": "month_first", "date_order:last": "month_first"}
    file = read(text, kind=RosterKind.MEMBERSHIPS, earlier=earlier)
    assert [(each.column, each.proposal) for each in file.questions if each.code == "date_order"] == [
        ("first", "day_first"),
    ]
