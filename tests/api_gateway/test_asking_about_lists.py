"""What an import asks about its lists: where they are complete, what headings mean, and the answers that it takes."""

import pytest

from api_gateway.services.programs import programs
from tests.api_gateway.conftest import Client, open_term
from tests.api_gateway.importing import GOOD, answer, propose, roster, take_over
from tests.conftest import PROGRAM


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
    other = next(
        name for name, file in programs().items() if file.association != programs()[PROGRAM].association
    )
    far = {"code": "far", "name": "Far", "program": other}
    assert (await client.send("admin", "POST", "/v1/regions", key="far", json=far)).status_code == 201
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
        ("Cell = langage", "“langage” is no column of this kind of list. Columns: key, name, "),
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
