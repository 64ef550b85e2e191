"""What an import asks about its lists: where they are complete, what headings mean, and the answers that it takes."""

from collections.abc import Mapping
from typing import Any

import pytest

from api_gateway.services.imports.lists import ReadLists, read_lists
from domain.actors import Role
from tests.activities.files.roster.lists import workbook
from tests.api_gateway.conftest import Client, add_far_region, open_term
from tests.api_gateway.importing import GOOD, answer, propose, roster, take_over


# C5
async def test_a_complete_list_without_regions_is_one_of_the_association_where_its_sender_serves(
    client: Client,
) -> None:
    term = await open_term(client)
    north = GOOD["people"] + "cid,Cid C,cid@example.org,principal,D2,r2,\n"
    await roster(
        client,
        term,
        {**GOOD, "people": north, "memberships": GOOD["memberships"] + "cid,active,2020-01-01,\n"},
    )
    await add_far_region(client)
    nobody = {"memberships": "key,membership,first\nann,active,2020-01-01\n"}
    for name, regions in (("admin", {"r1", "r2"}), ("coordinator", {"r1"}), ("elsewhere", {"r2"})):
        sent = await propose(client, term, nobody, name=name, key=name, complete_classes="active")
        assert sent.status_code == 201, sent.text
        asked = {each["id"].split(":")[2] for each in sent.json()["questions"]}
        assert asked == regions, name


NUMBERS = (
    "Kode;Wer;Mail adress;Function;Place;Area;Cell\nann;Ann A;ann@example.org;principal;D1;r1;218 555 0101\n"
)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("maybe", "“maybe” does not say what a heading means. Answer yes, or each heading and the column"),
        ("Cell = langage", "“langage” is not a column of this kind of list. Columns: key, name, "),
        ("yes", "No column says who the people are."),
        ("", "The answer is empty."),
    ],
)
async def test_an_answer_about_headings_that_cannot_be_carried_out_is_refused_with_the_form(
    client: Client, said: str, words: str
) -> None:
    term = await open_term(client)
    proposal = (await propose(client, term, {"people": NUMBERS})).json()
    [question] = proposal["questions"]
    assert (question["id"], proposal["refused"]) == ("people.csv:people:columns", [])
    path = f"/v1/imports/{proposal['id']}/answers"
    sent = await client.send("admin", "POST", path, key="w", json={"answers": {question["id"]: said}})
    assert (sent.status_code, sent.json()["code"]) == (422, "answers_not_taken")
    detail = sent.json()["errors"][0]["detail"]
    assert detail.startswith("people.csv:people:columns: ")
    assert words in detail
    again = (await client.send("admin", "GET", f"/v1/imports/{proposal['id']}")).json()
    assert again["questions"][0]["answer"] == ""


# C35
async def test_a_list_with_an_unknown_number_column_is_read_once_somebody_names_it(client: Client) -> None:
    term = await open_term(client)
    proposal = (await propose(client, term, {"people": NUMBERS})).json()
    told = (
        "Kode = key; Wer = name; Mail adress = email; Function = role_title; Place = district; Area = region"
    )
    ready = await answer(client, proposal, {"people.csv:people:columns": told})
    assert (ready["refused"], ready["counts"]["new"]) == ([], 1)
    assert (await take_over(client, ready)).json()["state"] == "done"
    again = (await propose(client, term, {"people": NUMBERS}, key="again")).json()
    assert (again["questions"], again["counts"]["unchanged"]) == ([], 1)


# C35
async def test_known_numbers_under_an_unknown_heading_are_member_numbers_and_nothing_else_is_asked(
    client: Client,
) -> None:
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"]})
    told = GOOD["people"].replace("key,", "Kode,", 1)
    proposal = (await propose(client, term, {"people": told}, key="again")).json()
    assert [(each["id"], each["proposal"]) for each in proposal["questions"]] == [
        ("people.csv:people:columns", "yes")
    ]
    assert {row["would"] for row in proposal["rows"]} == {"unchanged"}
    without = await say(client, proposal["id"], "w", {"people.csv:people:columns": "Kode = nothing"})
    assert [each["code"] for each in without["questions"]] == ["columns"]
    assert without["counts"]["unchanged"] == 2


# C35
async def test_rows_about_people_whose_list_waits_for_its_headings_wait_with_it(client: Client) -> None:
    term = await open_term(client)
    files = {
        "people": NUMBERS,
        "memberships": "key,membership,first\nann,active,2020-01-01\n",
        "mentors": "key,capacity\nann,2\n",
        "applications": "key,reason,first_year,applied_on\nann,new_to_role,yes,2026-08-03\n",
    }
    proposal = (await propose(client, term, files)).json()
    waits = "people.csv:people:columns"
    assert [each["id"] for each in proposal["questions"]] == [waits]
    assert (proposal["refused"], proposal["counts"]["question"], proposal["counts"]["refused"]) == ([], 3, 0)
    waiting = {row["kind"]: row["questions"] for row in proposal["rows"]}
    assert waiting == {kind: [waits] for kind in ("memberships", "mentors", "applications")}
    told = (
        "Kode = key; Wer = name; Mail adress = email; Function = role_title; Place = district; Area = region"
    )
    ready = await answer(client, proposal, {waits: told})
    assert (ready["refused"], ready["counts"]["new"], ready["counts"]["question"]) == ([], 4, 0)


# C35
async def test_rows_of_unknown_numbers_wait_while_a_file_may_be_the_list_of_people(client: Client) -> None:
    term = await open_term(client)
    files = {
        "files": "Kode;Wer\nann;Ann A\n",
        "memberships": "key,membership,first\nann,active,2020-01-01\n",
    }
    proposal = (await propose(client, term, files)).json()
    assert [each["id"] for each in proposal["questions"]] == ["files.csv:kind"]
    assert (proposal["refused"], proposal["counts"]["question"]) == ([], 1)
    told = await say(client, proposal["id"], "kind", {"files.csv:kind": "mentors"})
    assert "unknown_key" in {each["code"] for each in told["refused"]}


async def test_a_reason_in_the_programs_own_words_asks_nothing(client: Client) -> None:
    term = await open_term(client)
    said = GOOD["applications"].replace("new_to_role,", "New to the role,")
    proposal = (await propose(client, term, {**GOOD, "applications": said})).json()
    assert [each["code"] for each in proposal["questions"]] == ["role_titles"]
    assert proposal["refused"] == []


# C39
async def test_the_order_of_dates_that_the_office_knows_is_proposed(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"], "memberships": GOOD["memberships"]})
    known = "key,membership,first,last\nben,active,2020-01-01,1/2/2027\n"
    await roster(client, term, {"memberships": known.replace("1/2/2027", "2027-02-01")}, key="end")
    asked = (await propose(client, term, {"memberships": known}, key="again")).json()["questions"]
    assert [(each["id"], each["proposal"]) for each in asked] == [
        ("memberships.csv:memberships:date_order:last", "day_first")
    ]


async def test_an_answer_about_dates_stays_among_the_questions_while_another_one_is_open(
    client: Client,
) -> None:
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"]})
    dates = {"memberships": "key,membership,first,last\nann,active,3/4/2020,5/6/2027\n"}
    proposal = (await propose(client, term, dates, key="1")).json()
    first, last = (f"memberships.csv:memberships:date_order:{name}" for name in ("first", "last"))
    assert [each["id"] for each in proposal["questions"]] == [first, last]
    path = f"/v1/imports/{proposal['id']}/answers"
    sent = await client.send("admin", "POST", path, key="d", json={"answers": {first: "day_first"}})
    assert {each["id"]: each["answer"] for each in sent.json()["questions"]} == {first: "day_first", last: ""}
    other = await client.send("admin", "POST", path, key="m", json={"answers": {first: "month_first"}})
    assert {each["id"]: each["answer"] for each in other.json()["questions"]} == {
        first: "month_first",
        last: "",
    }


async def test_a_wrong_answer_is_named_with_its_question_and_what_it_takes(client: Client) -> None:
    term = await open_term(client)
    proposal = (await propose(client, term, GOOD)).json()
    path = f"/v1/imports/{proposal['id']}/answers"
    sent = await client.send("admin", "POST", path, key="w", json={"answers": {"titles": "yess"}})
    assert sent.json()["errors"][0]["detail"] == "titles: “yess” is no answer; one of: yes."
    sent = await client.send("admin", "POST", path, key="y", json={"answers": {"titles": "y"}})
    assert [each["answer"] for each in sent.json()["questions"]] == ["yes"]


async def say(client: Client, id: str, key: str, answers: Mapping[str, str]) -> dict[str, Any]:
    path = f"/v1/imports/{id}/answers"
    sent = await client.send("admin", "POST", path, key=key, json={"answers": answers})
    assert sent.status_code == 200, sent.text
    return dict(sent.json())


async def test_which_sheet_is_the_list_can_be_answered_otherwise(client: Client) -> None:
    term = await open_term(client)
    heading, *rows = [line.split(",") for line in GOOD["people"].splitlines()]
    await roster(client, term, {"people": GOOD["people"]})
    book = workbook(May=[heading, rows[0]], June=[heading, *rows])
    proposal = (await propose(client, term, {"people": book}, key="book")).json()
    [question] = proposal["questions"]
    answers = ["all_sheets", "May", "June"]
    assert (question["id"], question["answers"]) == ("people.csv:sheet", answers)
    for key, sheet, rows_of_it in (("1", "May", 1), ("2", "June", 2), ("3", "May", 1)):
        said = await say(client, proposal["id"], key, {question["id"]: sheet})
        [asked] = [each for each in said["questions"] if each["id"] == question["id"]]
        assert (asked["answer"], asked["answers"]) == (sheet, answers)
        assert said["counts"]["unchanged"] == rows_of_it
        other = {"May": "June", "June": "May"}[sheet]
        assert said["remarks"][0] == (
            f"people.csv: the sheet “{other}” is left out, since the sheet “{sheet}” was chosen."
        )


# C2
async def test_whose_number_lost_its_zeros_can_be_answered_otherwise(client: Client) -> None:
    term = await open_term(client)
    known = (
        GOOD["people"].splitlines()[0]
        + "\n"
        + "".join(
            f"{key},{name},{name[0].lower()}@example.org,principal,D1,r1,\n"
            for key, name in (("12", "Ida I"), ("0012", "Jon J"), ("0713", "Kim K"))
        )
    )
    begun = (await propose(client, term, {"people": known}, key="known")).json()
    two = {each["id"]: "different" for each in begun["questions"] if "different" in each["answers"]}
    assert (await take_over(client, await answer(client, begun, two))).json()["state"] == "done"
    known_people = (await client.send("admin", "GET", "/v1/people")).json()["data"]
    people = {row["name"]: row["id"] for row in known_people}
    short = "key,capacity\n12,1\n713,1\n"
    proposal = (await propose(client, term, {"mentors": short}, key="short")).json()
    which, zeros = "mentors.csv:mentors:which_number:12", "mentors.csv:mentors:zeros_lost:key"
    for key, number, name in (("1", "12", "Ida I"), ("2", "0012", "Jon J"), ("3", "12", "Ida I")):
        said = await say(client, proposal["id"], key, {zeros: "put_back", which: number})
        [asked] = [each for each in said["questions"] if each["id"] == which]
        assert (asked["answer"], asked["answers"]) == (number, ["12", "0012"])
        assert next(row["person"] for row in said["rows"] if row["row"] == 2) == people[name]


async def test_the_code_of_the_letters_stays_among_the_answers_and_can_be_answered_otherwise(
    client: Client,
) -> None:
    term = await open_term(client)
    rows = GOOD["people"].replace("Ben B", "Noëlle B").encode("mac-roman")
    proposal = (await propose(client, term, {"people": rows})).json()
    letters = "people.csv:encoding"
    [asked] = [each for each in proposal["questions"] if each["id"] == letters]
    assert "mac-roman: “Noëlle”" in asked["problem"]
    for key, code, name in (("1", "windows-1252", "No‘lle B"), ("2", "mac-roman", "Noëlle B")):
        said = await say(client, proposal["id"], key, {letters: code})
        [asked] = [each for each in said["questions"] if each["id"] == letters]
        assert (asked["answer"], asked["answers"][:2]) == (code, ["windows-1252", "mac-roman"])
        assert next(row["name"] for row in said["rows"] if row["row"] == 3) == name
    assert said["used"] == [letters]


async def test_an_answer_about_headings_reads_the_lists_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = (await propose(client, await open_term(client), {"people": NUMBERS})).json()
    reads: list[int] = []

    def counted(*lists: Any, **about: Any) -> ReadLists:
        reads.append(1)
        return read_lists(*lists, **about)

    monkeypatch.setattr("api_gateway.services.imports.proposals.read_lists", counted)
    told = (
        "Kode = key; Wer = name; Mail adress = email; Function = role_title; Place = district; Area = region"
    )
    ready = await say(client, proposal["id"], "told", {"people.csv:people:columns": told})
    assert (len(reads), ready["counts"]["question"]) == (1, 1), "its title is asked about"


# C62
async def test_who_goes_on_with_the_import_of_another_reads_by_whose_rights_it_goes(client: Client) -> None:
    term = await open_term(client)
    await client.token("state", Role.COORDINATOR)
    people = GOOD["people"] + "cid,Cid C,cid@example.org,principal,D2,r2,\n"
    own = (await propose(client, term, {"people": people}, name="coordinator")).json()
    assert (own["refused"], own["counts"]["question"]) == ([], 2)
    [remark] = own["remarks"]
    assert remark == (
        "people.csv: one row is left out (row 4, Cid C), because whoever imports does not serve r2. The "
        "coordinators there bring these people."
    )
    path = f"/v1/imports/{own['id']}"
    assert (await client.send("state", "GET", path)).json()["remarks"] == [remark]
    answered = await client.send("state", "POST", f"{path}/answers", key="on", json={"answers": {}})
    assert (answered.json()["remarks"], answered.json()["refused"]) == ([remark], [])


async def test_the_order_of_dates_is_not_asked_where_all_its_rows_are_refused_anyway(client: Client) -> None:
    term = await open_term(client)
    await roster(client, term, {"people": GOOD["people"]})
    rows = {"memberships": "key,membership,first\nnobody,active,3/4/2026\n"}
    refused = (await propose(client, term, rows, key="refused")).json()
    assert ([each["code"] for each in refused["refused"]], refused["questions"]) == (["unknown_key"], [])
    rows["memberships"] += "ann,active,3/4/2026\n"
    asked = (await propose(client, term, rows, key="asked")).json()
    assert [each["code"] for each in asked["questions"]] == ["date_order"]
